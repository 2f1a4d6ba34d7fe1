// moe_int4_h64_i32_e3_k2_relu-9a371867 on neon_dotprod
// x (T,H), gate (H,E), w1 (E,H,I), w2 (E,I,H), y (T,H); row-major, float32, w1 and w2 int4.
//
// Weights are packed once as panels of 8 columns. A call routes the tokens, sorts the (token, expert) choices by
// expert, multiplies the rows of each expert by w1 and w2 with the activation and the routing weight in the epilogues,
// and adds up each token's K rows. Every sum runs in one fixed order, so results do not depend on threads.
#include "moe.h"

#include <float.h>
#include <math.h>
#include <string.h>

// A float as its bits, and back
static inline float word_as_float(uint32_t word) {
  float f;
  memcpy(&f, &word, sizeof f);
  return f;
}
static inline uint32_t float_as_word(float f) {
  uint32_t word;
  memcpy(&word, &f, sizeof word);
  return word;
}
// Rounded to nearest even; NaN stays NaN.
static inline uint16_t bf16_of(float f) {
  const uint32_t word = float_as_word(f);
  return (uint16_t)(f == f ? (word + 0x7fffu + (word >> 16 & 1)) >> 16 : word >> 16 | 0x40);
}

// f32x4: four floats in a 128-bit register. max and min give their second operand where either is NaN.
#include <arm_neon.h>
typedef float32x4_t f32x4;
typedef uint32x4_t f32x4_mask;
#define F32X4_FN static inline __attribute__((always_inline, unused))
F32X4_FN f32x4 f32x4_zero(void) { return vdupq_n_f32(0.0f); }
F32X4_FN f32x4 f32x4_set1(float s) { return vdupq_n_f32(s); }
F32X4_FN f32x4 f32x4_load(const float *p) { return vld1q_f32(p); }
F32X4_FN void f32x4_store(float *p, f32x4 a) { vst1q_f32(p, a); }
F32X4_FN f32x4 f32x4_load_n(const float *p, long n) {
  float all[4] = {0};
  for (long i = 0; i < n; i++) all[i] = p[i];
  return vld1q_f32(all);
}
F32X4_FN void f32x4_store_n(float *p, f32x4 a, long n) {
  float all[4];
  vst1q_f32(all, a);
  for (long i = 0; i < n; i++) p[i] = all[i];
}
F32X4_FN f32x4 f32x4_add(f32x4 a, f32x4 b) { return vaddq_f32(a, b); }
F32X4_FN f32x4 f32x4_sub(f32x4 a, f32x4 b) { return vsubq_f32(a, b); }
F32X4_FN f32x4 f32x4_mul(f32x4 a, f32x4 b) { return vmulq_f32(a, b); }
F32X4_FN f32x4 f32x4_div(f32x4 a, f32x4 b) { return vdivq_f32(a, b); }
F32X4_FN f32x4 f32x4_fma(f32x4 a, f32x4 b, f32x4 c) { return vfmaq_f32(c, a, b); }
F32X4_FN f32x4_mask f32x4_gt(f32x4 a, f32x4 b) { return vcgtq_f32(a, b); }
F32X4_FN f32x4_mask f32x4_eq(f32x4 a, f32x4 b) { return vceqq_f32(a, b); }
F32X4_FN f32x4_mask f32x4_is_nan(f32x4 a) { return vmvnq_u32(vceqq_f32(a, a)); }
F32X4_FN f32x4 f32x4_select(f32x4_mask m, f32x4 a, f32x4 b) { return vbslq_f32(m, a, b); }
F32X4_FN f32x4 f32x4_max(f32x4 a, f32x4 b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
F32X4_FN f32x4 f32x4_min(f32x4 a, f32x4 b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
F32X4_FN f32x4 f32x4_round(f32x4 a) { return vrndnq_f32(a); }
// 2^n for integral n from -126 to 127, by writing the exponent
F32X4_FN f32x4 f32x4_pow2(f32x4 n) {
  return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23));
}
// a * 2^n for integral n, in two steps, so that results below the smallest normal number are reached too
F32X4_FN f32x4 f32x4_scale2(f32x4 a, f32x4 n) {
  f32x4 half = f32x4_round(f32x4_mul(n, f32x4_set1(0.5f)));
  return f32x4_mul(f32x4_mul(a, f32x4_pow2(half)), f32x4_pow2(f32x4_sub(n, half)));
}

// f32x4_words: four 32-bit words, integers or several narrow numbers each.
typedef int32x4_t f32x4_words;
F32X4_FN f32x4_words f32x4_words_zero(void) { return vdupq_n_s32(0); }
F32X4_FN f32x4_words f32x4_words_set1(int32_t s) { return vdupq_n_s32(s); }
F32X4_FN f32x4_words f32x4_words_load(const void *p) { return vreinterpretq_s32_u8(vld1q_u8((const uint8_t *)p)); }
F32X4_FN f32x4 f32x4_from_words(f32x4_words a) { return vcvtq_f32_s32(a); }
F32X4_FN f32x4 f32x4_load_bf16(const void *p) {
  return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8((const uint8_t *)p)), 16));
}
F32X4_FN f32x4 f32x4_f32_load(const char *b) { return vld1q_f32((const float *)b); }
F32X4_FN f32x4 f32x4_f32_a(float a) { return vdupq_n_f32(a); }
F32X4_FN f32x4 f32x4_f32_dot(f32x4 acc, f32x4 a, f32x4 b) { return vfmaq_f32(acc, a, b); }
F32X4_FN f32x4 f32x4_f32_dot_0(f32x4 acc, f32x4 a, f32x4 b) {
  return vfmaq_laneq_f32(acc, b, a, 0);
}
F32X4_FN f32x4 f32x4_f32_dot_1(f32x4 acc, f32x4 a, f32x4 b) {
  return vfmaq_laneq_f32(acc, b, a, 1);
}
F32X4_FN f32x4 f32x4_f32_dot_2(f32x4 acc, f32x4 a, f32x4 b) {
  return vfmaq_laneq_f32(acc, b, a, 2);
}
F32X4_FN f32x4 f32x4_f32_dot_3(f32x4 acc, f32x4 a, f32x4 b) {
  return vfmaq_laneq_f32(acc, b, a, 3);
}
// Four signed bytes of A by four of B; nothing saturates. SDOT in assembly: some compilers declare its intrinsic only
// where a whole file is compiled for it.
F32X4_FN f32x4_words f32x4_quads_dot(f32x4_words acc, f32x4_words a, f32x4_words b) {
  __asm__("sdot %0.4s, %1.16b, %2.16b" : "+w"(acc) : "w"(b), "w"(a));
  return acc;
}
F32X4_FN f32x4_words f32x4_quads_dot_0(f32x4_words acc, f32x4_words a, f32x4_words b) {
  __asm__("sdot %0.4s, %1.16b, %2.4b[0]" : "+w"(acc) : "w"(b), "w"(a));
  return acc;
}
F32X4_FN f32x4_words f32x4_quads_dot_1(f32x4_words acc, f32x4_words a, f32x4_words b) {
  __asm__("sdot %0.4s, %1.16b, %2.4b[1]" : "+w"(acc) : "w"(b), "w"(a));
  return acc;
}
F32X4_FN f32x4_words f32x4_quads_dot_2(f32x4_words acc, f32x4_words a, f32x4_words b) {
  __asm__("sdot %0.4s, %1.16b, %2.4b[2]" : "+w"(acc) : "w"(b), "w"(a));
  return acc;
}
F32X4_FN f32x4_words f32x4_quads_dot_3(f32x4_words acc, f32x4_words a, f32x4_words b) {
  __asm__("sdot %0.4s, %1.16b, %2.4b[3]" : "+w"(acc) : "w"(b), "w"(a));
  return acc;
}
// Eight numbers from 0 to 15 in a word: low halves of its bytes, then high ones; each four by four signed bytes of A.
F32X4_FN f32x4_words f32x4_int4_quads_part(f32x4_words w, int part) {
  const uint8x16_t bytes = vreinterpretq_u8_s32(w);
  return vreinterpretq_s32_u8(part ? vshrq_n_u8(bytes, 4) : vandq_u8(bytes, vdupq_n_u8(15)));
}
F32X4_FN f32x4_words f32x4_int4_quads_load(const char *b) { return f32x4_words_load(b); }
F32X4_FN f32x4_words f32x4_int4_quads_a(uint32_t a) { return vdupq_n_s32((int32_t)a); }
F32X4_FN f32x4_words f32x4_int4_quads_dot(f32x4_words acc, f32x4_words a, f32x4_words b) {
  return f32x4_quads_dot(acc, a, b);
}
F32X4_FN f32x4_words f32x4_int4_quads_dot_0(f32x4_words acc, f32x4_words a, f32x4_words b) {
  return f32x4_quads_dot_0(acc, a, b);
}
F32X4_FN f32x4_words f32x4_int4_quads_dot_1(f32x4_words acc, f32x4_words a, f32x4_words b) {
  return f32x4_quads_dot_1(acc, a, b);
}
F32X4_FN f32x4_words f32x4_int4_quads_dot_2(f32x4_words acc, f32x4_words a, f32x4_words b) {
  return f32x4_quads_dot_2(acc, a, b);
}
F32X4_FN f32x4_words f32x4_int4_quads_dot_3(f32x4_words acc, f32x4_words a, f32x4_words b) {
  return f32x4_quads_dot_3(acc, a, b);
}
// To the nearest whole number, halves to the even one
F32X4_FN f32x4 f32x4_nearest(f32x4 a) { return f32x4_round(a); }
// Integral floats as bytes
F32X4_FN void f32x4_store_s8(void *p, f32x4 a) {
  const int8x8_t bytes = vmovn_s16(vcombine_s16(vmovn_s32(vcvtnq_s32_f32(a)), vdup_n_s16(0)));
  vst1_lane_s32((int32_t *)p, vreinterpret_s32_s8(bytes), 0);
}

// exp(x) = 2^n * exp(r), r = x - n * ln 2 in two parts; relative error about 1e-7. NaN stays NaN, inf becomes inf.
F32X4_FN f32x4 f32x4_exp(f32x4 x) {
  f32x4 y = f32x4_min(f32x4_set1(88.8f), f32x4_max(f32x4_set1(-104.0f), x));
  f32x4 n = f32x4_round(f32x4_mul(y, f32x4_set1(1.44269504f)));
  f32x4 r = f32x4_fma(n, f32x4_set1(-0.693359375f), y);
  r = f32x4_fma(n, f32x4_set1(2.12194440e-4f), r);
  f32x4 p = f32x4_set1(1.383674176e-03f);
  p = f32x4_fma(p, r, f32x4_set1(8.374898363e-03f));
  p = f32x4_fma(p, r, f32x4_set1(4.166823181e-02f));
  p = f32x4_fma(p, r, f32x4_set1(1.666641919e-01f));
  p = f32x4_fma(p, r, f32x4_set1(4.999999203e-01f));
  p = f32x4_fma(p, r, f32x4_set1(1.000000037e+00f));
  p = f32x4_fma(p, r, f32x4_set1(1.0f));
  return f32x4_scale2(p, n);
}

// NaN stays NaN.
F32X4_FN f32x4 f32x4_activate(f32x4 x) { return f32x4_max(f32x4_zero(), x); }

enum {
  H = 64, I = 32, E = 3, K = 2,
  EXPERTS = E, CHOICES = K,
  LOGITS = 4,  // E, filled up to whole vectors
  PART = 16,             // rows or tokens that one task copies or combines
  FEW = 4                // rows that one task converts into the type that they are multiplied in
};
// Offsets into the packed weights, in floats.
#define GATE_AT ((size_t)0)
#define EXPERTS_AT ((size_t)256)
#define W2_AT ((size_t)288)
#define EXPERT_STRIDE ((size_t)576)

size_t moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_packed_bytes(void) { return 7936; }

// ---- packed weights: [gate panels][expert: w1 panels, w2 panels] ----------------------------------------
// A panel holds NR columns for the whole depth, depth outermost: [k][column]; the last panel is as narrow as whole
// vectors allow, and zeros fill it up.

// Columns [from, from + width) of w (depth, columns) into columns [at, at + width) of a panel that is `whole` wide, filled up
// to `padded` rows.
static void pack_floats(const float *w, long depth, long padded, long columns, long row_stride, long from, long width, float *to, long at, long whole) {
  const long n = columns - from < 0 ? 0 : columns - from < width ? columns - from : width;
  for (long k = 0; k < padded; k++)
    for (long j = 0; j < width; j++) to[k * whole + at + j] = k < depth && j < n ? w[k * row_stride + from + j] : 0.0f;
}

// The same for weights in int4, of which a word holds 8 along the reduction, plus 8. Behind each group of 32 lie its scales.
static void pack_weights(const int8_t *w, const float *scale, long scale_stride, long depth, long padded, long columns, long row_stride, long from, long width, char *to, long at, long whole) {
  const long n = columns - from < 0 ? 0 : columns - from < width ? columns - from : width;
  static const int shift[8] = { 0, 8, 16, 24, 4, 12, 20, 28 };
  for (long k = 0; k < padded; k += 8) {
    uint32_t *step = (uint32_t *)(to + k / 32 * whole * 18 + k % 32 / 8 * whole * 4);
    for (long j = 0; j < width; j++) {
      uint32_t word = 0;
      for (long i = 0; i < 8; i++) {
        const int8_t value = k + i < depth && j < n ? w[(k + i) * row_stride + from + j] : 0;
        word |= (uint32_t)((value + 8) & 15) << shift[i];
      }
      step[at + j] = word;
    }
    if (k % 32 == 0) {
      uint16_t *scales = (uint16_t *)(to + (k / 32 * 18 + 16) * whole);
      for (long j = 0; j < width; j++) scales[at + j] = j < n ? bf16_of(scale[k / 32 * scale_stride + from + j]) : 0;
    }
  }
}

void moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_pack_router(const float *gate, void *packed) {
  float *to = (float *)packed + GATE_AT;
  for (long p = 0; p < 1; p++) {
    const long width = p < 1 ? 4 : 4;
    float *panel = to + (size_t)p * H * 4;
    pack_floats(gate, H, H, E, E, p * 4, width, panel, 0, width);
  }
}

// One expert of `inner` columns, at most I, filled up to I with zeros: gate and up lie `up` columns apart in w1.
static void pack_expert(float *to, const int8_t *w1, const float *scale1, const int8_t *w2, const float *scale2, long inner, long row_stride, long up) {
  for (long p = 0; p < 4; p++) {
    const long width = p < 4 ? 8 : 8;
    char *panel = (char *)((char *)to + (size_t)p * 288);
    pack_weights(w1, scale1, row_stride, H, 64, inner, row_stride, p * 8, width, panel, 0, width);
  }
  for (long p = 0; p < 8; p++) {
    const long width = p < 8 ? 8 : 8;
    char *panel = (char *)((char *)(to + W2_AT) + (size_t)p * 144);
    pack_weights(w2, scale2, H, inner, 32, H, H, p * 8, width, panel, 0, width);
  }
  (void)up;
}

void moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_pack_expert(long expert, const int8_t *w1, const float *scale1, const int8_t *w2, const float *scale2, void *packed) {
  float *to = (float *)packed + EXPERTS_AT + (size_t)expert * EXPERT_STRIDE;
  pack_expert(to, w1, scale1, w2, scale2, I, I, I);
}

// The next `bytes` of the workspace, on a cache line of their own.
static char *take(char *base, size_t *at, size_t bytes) {
  char *here = base ? base + *at : NULL;
  *at += (bytes + 63) / 64 * 64;
  return here;
}

static void run(const moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_parallel *parallel, long num_tasks, void (*task)(void *, long), void *argument) {
  if (parallel && num_tasks > 1) parallel->run(parallel->context, num_tasks, task, argument);
  else
    for (long i = 0; i < num_tasks; i++) task(argument, i);
}

// ==== t8, chosen for 8 tokens: mr 1, vl 4, kc 0, mc 2, nc 8, unroll 1, prefetch 0, prefetch_panel 0, gather 0, rows_outer 0, wave_rows 0, streams 0 ====

enum {
  t8_HIDDEN_ROWS = 0,  // rows of h kept at a time; 0: all of them
  t8_COLUMN_BLOCKS_1 = 4, t8_COLUMN_BLOCKS_2 = 8
};

// One chunk of tokens on its way through the layer. Rows are (token, choice) pairs, sorted by expert.
typedef struct {
  long num_tokens, num_blocks;
  int routed;            // whether indices and weights are given
  const float *x;        // (num_tokens, H)
  int narrow;            // whether x and y are bfloat16: narrow_x is x, wide and then x are x as floats, narrow_y is y
  const uint16_t *narrow_x;
  float *wide;
  uint16_t *narrow_y;
  const float *packed;
  float *y;              // (num_tokens, H)
  int32_t *indices;      // (num_tokens, K)
  float *weights;        // (num_tokens, K)
  float *logits, *scores;
  int32_t *row_of;       // (num_tokens, CHOICES): the row of each choice
  int32_t *token_of;     // (rows): the token of each row
  float *row_weight;     // (rows)
  int32_t *block_expert, *block_row;  // row blocks: block b is rows [block_row[b], block_row[b + 1]) of its expert
  uint32_t *xs;          // (rows, 48): x sorted by expert
  float *h_whole;        // (rows of a wave, 48): h before it is quantised
  uint32_t *h;           // (rows of a wave, 32)
  float *ys;             // (rows, 80): weighted outputs
  long wave_block, wave_blocks, wave_row;
} t8_call;

static void t8_gemm0_1x4(const float *a, const char *b, float *c) {
  f32x4 acc_0_0;
  acc_0_0 = f32x4_zero();
  long k = 0;  // counts elements of A
  for (; k < 64; k += 1) {
    {
      const f32x4 b_0 = f32x4_f32_load(b + 0);
      const f32x4 a_at_0 = f32x4_f32_a(a[k + 0]);
      acc_0_0 = f32x4_f32_dot(acc_0_0, a_at_0, b_0);
    }

    b += 16;
  }
  f32x4_store(c + 0, acc_0_0);
}

// The tile for n rows, n from 1 to 1.
static inline void t8_gemm0_nx4(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 1: t8_gemm0_1x4(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 4p and on.
static void t8_gemm0_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 1) {
        const long n = end - r < 1 ? end - r : 1;
        t8_gemm0_nx4(n, a + r * 64 + k,
            weights + ((size_t)p * 1024 + (size_t)k * 16), c + r * 4 + p * 4);
      }
  }
}

static void t8_gemm1_1x8(const uint32_t *a, const char *b, float *c) {
  f32x4 acc_0_0, acc_0_1;
  acc_0_0 = f32x4_zero();
  acc_0_1 = f32x4_zero();
  long k = 0;  // counts elements of A
  for (; k < 16; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x4_words sum_0_0 = f32x4_words_set1((int32_t)a[k / 8 + 16]); f32x4_words sum_0_1 = sum_0_0;
    {
      f32x4_words a_from_0 = f32x4_words_load(a + k + 0);
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 0);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 16);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_0(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_0(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_1(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_1(sum_0_1, a_from_0, b_1_1);
    }
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 32);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 48);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_2(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_2(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_3(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_3(sum_0_1, a_from_0, b_1_1);
    }
    }
    __asm__ volatile("" : : : "memory");  // or compilers load so far ahead that sums spill
    {
      f32x4_words a_from_0 = f32x4_words_load(a + k + 4);
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 64);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 80);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_0(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_0(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_1(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_1(sum_0_1, a_from_0, b_1_1);
    }
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 96);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 112);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_2(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_2(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_3(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_3(sum_0_1, a_from_0, b_1_1);
    }
    }

    const f32x4 scale_0 = f32x4_load_bf16(b + 128);
    acc_0_0 = f32x4_fma(f32x4_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x4 scale_1 = f32x4_load_bf16(b + 136);
    acc_0_1 = f32x4_fma(f32x4_from_words(sum_0_1), scale_1, acc_0_1);
    b += 144;
  }
  const f32x4 scale_of_0 = f32x4_set1(word_as_float(a[18]));
  acc_0_0 = f32x4_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x4_mul(acc_0_1, scale_of_0);
  f32x4_store(c + 0, f32x4_activate(acc_0_0));
  f32x4_store(c + 4, f32x4_activate(acc_0_1));
}

// The tile for n rows, n from 1 to 1.
static inline void t8_gemm1_nx8(long n, const uint32_t *a, const char *b, float *c) {
  switch (n) {
    case 1: t8_gemm1_1x8(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 8p and on.
static void t8_gemm1_block(const uint32_t *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 1) {
        const long n = end - r < 1 ? end - r : 1;
        t8_gemm1_nx8(n, a + r * 48 + k,
            weights + ((size_t)p * 288 + (size_t)k * 16), c + r * 48 + p * 8);
      }
  }
}

static void t8_gemm2_1x8(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x4 acc_0_0, acc_0_1;
  acc_0_0 = f32x4_zero();
  acc_0_1 = f32x4_zero();
  long k = 0;  // counts elements of A
  for (; k < 8; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x4_words sum_0_0 = f32x4_words_set1((int32_t)a[k / 8 + 8]); f32x4_words sum_0_1 = sum_0_0;
    {
      f32x4_words a_from_0 = f32x4_words_load(a + k + 0);
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 0);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 16);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_0(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_0(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_1(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_1(sum_0_1, a_from_0, b_1_1);
    }
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 32);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 48);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_2(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_2(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_3(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_3(sum_0_1, a_from_0, b_1_1);
    }
    }
    __asm__ volatile("" : : : "memory");  // or compilers load so far ahead that sums spill
    {
      f32x4_words a_from_0 = f32x4_words_load(a + k + 4);
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 64);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 80);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_0(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_0(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_1(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_1(sum_0_1, a_from_0, b_1_1);
    }
    {
      const f32x4_words raw_0 = f32x4_int4_quads_load(b + 96);
      const f32x4_words raw_1 = f32x4_int4_quads_load(b + 112);
      const f32x4_words b_0_0 = f32x4_int4_quads_part(raw_0, 0);
      const f32x4_words b_0_1 = f32x4_int4_quads_part(raw_1, 0);
      sum_0_0 = f32x4_int4_quads_dot_2(sum_0_0, a_from_0, b_0_0);
      sum_0_1 = f32x4_int4_quads_dot_2(sum_0_1, a_from_0, b_0_1);
      const f32x4_words b_1_0 = f32x4_int4_quads_part(raw_0, 1);
      const f32x4_words b_1_1 = f32x4_int4_quads_part(raw_1, 1);
      sum_0_0 = f32x4_int4_quads_dot_3(sum_0_0, a_from_0, b_1_0);
      sum_0_1 = f32x4_int4_quads_dot_3(sum_0_1, a_from_0, b_1_1);
    }
    }

    const f32x4 scale_0 = f32x4_load_bf16(b + 128);
    acc_0_0 = f32x4_fma(f32x4_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x4 scale_1 = f32x4_load_bf16(b + 136);
    acc_0_1 = f32x4_fma(f32x4_from_words(sum_0_1), scale_1, acc_0_1);
    b += 144;
  }
  const f32x4 scale_of_0 = f32x4_set1(word_as_float(a[9]));
  acc_0_0 = f32x4_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x4_mul(acc_0_1, scale_of_0);
  f32x4 weight_0 = f32x4_set1(row_weight[0]);
  f32x4_store(c + 0, f32x4_mul(acc_0_0, weight_0));
  f32x4_store(c + 4, f32x4_mul(acc_0_1, weight_0));
}

// The tile for n rows, n from 1 to 1.
static inline void t8_gemm2_nx8(long n, const uint32_t *a, const char *b, float *c, const float *row_weight) {
  switch (n) {
    case 1: t8_gemm2_1x8(a, b, c, row_weight); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 8p and on.
static void t8_gemm2_block(const uint32_t *a, const float *expert, float *c, const float *row_weight, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 1) {
        const long n = end - r < 1 ? end - r : 1;
        t8_gemm2_nx8(n, a + r * 32 + k,
            weights + ((size_t)p * 144 + (size_t)k * 16), c + r * 80 + p * 8, row_weight + r);
      }
  }
}

// Logits of block `block` of 4 tokens for panels [panel, end) of the gate.
static void t8_logits(const t8_call *call, long block, long panel, long end) {
  const long t0 = block * 4;
  const long tokens = call->num_tokens - t0 < 4 ? call->num_tokens - t0 : 4;
  t8_gemm0_block(call->x + (size_t)t0 * H, call->packed + GATE_AT, call->logits + t0 * LOGITS, 0, tokens, panel, end);
}

// The choice of a block's tokens. A NaN among a token's logits makes its weights NaN; its indices stay distinct.
static void t8_choose(const t8_call *call, long block) {
  const long t0 = block * 4;
  const long tokens = call->num_tokens - t0 < 4 ? call->num_tokens - t0 : 4;
  const float *logits = call->logits + t0 * LOGITS;  // (tokens, LOGITS)
  float *scores = call->scores + t0 * LOGITS;        // (E, 4)
  if (call->routed) return;

  f32x4 largest = f32x4_set1(-INFINITY), spoiled = f32x4_zero();
  for (long e = 0; e < E; e++) {
    float column[4] = {0};
    for (long t = 0; t < tokens; t++) column[t] = logits[t * LOGITS + e];
    f32x4 s = f32x4_load(column);
    largest = f32x4_max(s, largest);
    spoiled = f32x4_select(f32x4_is_nan(s), s, spoiled);
    // A free expert scores at least -FLT_MAX, a taken one -inf, so that K different ones are always found.
    f32x4_store(scores + e * 4, f32x4_max(s, f32x4_set1(-FLT_MAX)));
  }

  float chosen[K][4], weight[K][4];
  f32x4 sum = spoiled, taken = f32x4_set1(-1.0f);
  for (long k = 0; k < K; k++) {
    f32x4 best = f32x4_set1(-INFINITY), index = f32x4_zero();
    for (long e = 0; e < E; e++) {
      const f32x4 number = f32x4_set1((float)e);
      f32x4 s = f32x4_load(scores + e * 4);
      s = f32x4_select(f32x4_eq(number, taken), f32x4_set1(-INFINITY), s);
      f32x4_store(scores + e * 4, s);
      const f32x4_mask better = f32x4_gt(s, best);  // strictly: equal scores are won by the lower index
      best = f32x4_select(better, s, best);
      index = f32x4_select(better, number, index);
    }
    taken = index;
    f32x4_store(chosen[k], index);
    const f32x4 w = f32x4_exp(f32x4_sub(best, largest));
    sum = f32x4_add(sum, w);
    f32x4_store(weight[k], w);
  }
  for (long k = 0; k < K; k++) {
    f32x4 w = f32x4_load(weight[k]);
    w = f32x4_div(w, sum);
    f32x4_store(weight[k], w);
    for (long t = 0; t < tokens; t++) {
      call->indices[(t0 + t) * K + k] = (int32_t)chosen[k][t];
      call->weights[(t0 + t) * K + k] = weight[k][t];
    }
  }
}

static void t8_route(void *argument, long block) {
  const t8_call *call = (const t8_call *)argument;
  t8_logits(call, block, 0, 1);
  t8_choose(call, block);
}

// 16 elements from the 64 floats of a row
static void t8_row1(const float *x, uint32_t *to) {
  f32x4 most = f32x4_zero(), spoiled = f32x4_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 64; c += 4) {
    const f32x4 value = f32x4_load(x + c);
    most = f32x4_max(f32x4_max(value, f32x4_sub(f32x4_zero(), value)), most);
    spoiled = f32x4_add(spoiled, f32x4_mul(value, f32x4_zero()));
  }
  float lanes[4], spoils[4], largest = 0.0f, spoil = 0.0f;
  f32x4_store(lanes, most);
  f32x4_store(spoils, spoiled);
  for (long i = 0; i < 4; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x4 inverse = f32x4_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 64; start += 32) {
    f32x4 sum = f32x4_zero();
    for (long c = start; c < start + 32; c += 4) {
      const f32x4 value = f32x4_load(x + c);
      const f32x4 q = f32x4_nearest(f32x4_mul(value, inverse));
      f32x4_store_s8((char *)to + 1 * c, q);
      sum = f32x4_add(sum, q);
    }
    float total = 0.0f;
    f32x4_store(lanes, sum);
    for (long i = 0; i < 4; i++) total += lanes[i];
    to[16 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[18] = float_as_word(largest / 127.0f + spoil);
}

// 8 elements from the 32 floats of a row
static void t8_row2(const float *x, uint32_t *to) {
  f32x4 most = f32x4_zero(), spoiled = f32x4_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 32; c += 4) {
    const f32x4 value = f32x4_load(x + c);
    most = f32x4_max(f32x4_max(value, f32x4_sub(f32x4_zero(), value)), most);
    spoiled = f32x4_add(spoiled, f32x4_mul(value, f32x4_zero()));
  }
  float lanes[4], spoils[4], largest = 0.0f, spoil = 0.0f;
  f32x4_store(lanes, most);
  f32x4_store(spoils, spoiled);
  for (long i = 0; i < 4; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x4 inverse = f32x4_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 32; start += 32) {
    f32x4 sum = f32x4_zero();
    for (long c = start; c < start + 32; c += 4) {
      const f32x4 value = f32x4_load(x + c);
      const f32x4 q = f32x4_nearest(f32x4_mul(value, inverse));
      f32x4_store_s8((char *)to + 1 * c, q);
      sum = f32x4_add(sum, q);
    }
    float total = 0.0f;
    f32x4_store(lanes, sum);
    for (long i = 0; i < 4; i++) total += lanes[i];
    to[8 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[9] = float_as_word(largest / 127.0f + spoil);
}

// wide = narrow_x: bfloat16 is the upper half of a float
static void t8_widen(void *argument, long part) {
  const t8_call *call = (const t8_call *)argument;
  const long end = part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens;
  for (size_t i = (size_t)part * PART * H; i < (size_t)end * H; i++) call->wide[i] = word_as_float((uint32_t)call->narrow_x[i] << 16);
}

// Sort the choices by expert, in order of tokens, and cut each expert's rows into blocks of about 2.
static void t8_sort(t8_call *call, int64_t *counts) {
  const long choices = call->num_tokens * CHOICES;
  int32_t next[EXPERTS + 1] = {0};
  for (long i = 0; i < call->num_tokens * K; i++) next[call->indices[i] + 1]++;
  if (counts)
    for (long e = 0; e < E; e++) counts[e] += next[e + 1];
  long blocks = 0;
  for (long e = 0; e < EXPERTS; e++) {
    const long rows = next[e + 1];
    next[e + 1] += next[e];
    if (rows == 0) continue;
    const long parts = (rows + 1) / 2;
    const long even = ((rows + parts - 1) / parts + 0) / 1 * 1;
    for (long row = 0; row < rows; row += even) {
      call->block_expert[blocks] = (int32_t)e;
      call->block_row[blocks++] = (int32_t)(next[e] + row);
    }
  }
  call->block_row[blocks] = (int32_t)choices;
  call->num_blocks = blocks;
  for (long t = 0; t < call->num_tokens; t++) {
    for (long k = 0; k < K; k++) {
      const int32_t row = next[call->indices[t * K + k]]++;
      call->row_of[t * CHOICES + k] = row;
      call->token_of[row] = (int32_t)t;
      call->row_weight[row] = call->weights[t * K + k];
    }
  }
}

// xs[row] = x[token_of[row]]
static void t8_permute(void *argument, long part) {
  const t8_call *call = (const t8_call *)argument;
  const long rows = call->num_tokens * CHOICES, end = part * PART + PART < rows ? part * PART + PART : rows;
  for (long row = part * PART; row < end; row++)
    t8_row1(call->x + (size_t)call->token_of[row] * H, call->xs + row * 48);
}

// Rows [row, end) of the wave's h, whole now, in the type that w2 is multiplied by
static void t8_quantize_rows(const t8_call *call, long row, long end) {
  for (; row < end; row++) t8_row2(call->h_whole + row * 48, call->h + row * 32);
}

static void t8_quantize(void *argument, long part) {
  const t8_call *call = (const t8_call *)argument;
  const long rows = call->block_row[call->wave_block + call->wave_blocks] - call->wave_row;
  t8_quantize_rows(call, part * FEW, part * FEW + FEW < rows ? part * FEW + FEW : rows);
}

// h = act(x @ w1) for one block of rows and one block of columns of the wave
static void t8_first(void *argument, long task) {
  const t8_call *call = (const t8_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 1, panels = 4;
  t8_gemm1_block(call->xs + row * 48, expert,
      call->h_whole + (row - call->wave_row) * 48, 0, rows, panel,
      panel + 1 < panels ? panel + 1 : panels);
}

// ys = weight * (h @ w2)
static void t8_second(void *argument, long task) {
  const t8_call *call = (const t8_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 1, panels = 8;
  t8_gemm2_block(call->h + (row - call->wave_row) * 32, expert + W2_AT, call->ys + row * 80, call->row_weight + row, 0, rows, panel,
      panel + 1 < panels ? panel + 1 : panels);
}

// y[t] = sum over k of ys[row_of[t, k]] for tokens [t, end) and columns [from, to)
static void t8_sum_up(const t8_call *call, long t, long end, long from, long to) {
  for (; t < end; t++) {
    const int32_t *row_of = call->row_of + t * CHOICES;
    float whole[64], *y = call->narrow ? whole : call->y + (size_t)t * H;
    for (long c = from; c < to; c += 4) {
      f32x4 sum = f32x4_load(call->ys + (size_t)row_of[0] * 80 + c);
      for (long k = 1; k < CHOICES; k++) sum = f32x4_add(sum, f32x4_load(call->ys + (size_t)row_of[k] * 80 + c));
        f32x4_store(y + c, sum);
    }
    if (call->narrow)
      for (long c = from; c < to; c++) call->narrow_y[(size_t)t * H + c] = bf16_of(whole[c]);
  }
}

static void t8_combine(void *argument, long part) {
  const t8_call *call = (const t8_call *)argument;
  t8_sum_up(call, part * PART, part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens, 0, H);
}

// Lay the arrays of a chunk out in the workspace; its size. With base NULL nothing but the size is of use.
static size_t t8_place(t8_call *call, long num_tokens, int narrow, char *base) {
  const size_t tokens = (size_t)(num_tokens + 15) / 16 * 16, rows = tokens * CHOICES;
  const size_t h_rows = t8_HIDDEN_ROWS > 0 && t8_HIDDEN_ROWS < rows ? t8_HIDDEN_ROWS : rows;
  size_t at = 0;
  call->logits = (float *)take(base, &at, tokens * LOGITS * sizeof(float));
  call->scores = (float *)take(base, &at, tokens * LOGITS * sizeof(float));
  call->indices = (int32_t *)take(base, &at, tokens * K * sizeof(int32_t));
  call->weights = (float *)take(base, &at, tokens * K * sizeof(float));
  call->row_of = (int32_t *)take(base, &at, rows * sizeof(int32_t));
  call->token_of = (int32_t *)take(base, &at, rows * sizeof(int32_t));
  call->row_weight = (float *)take(base, &at, rows * sizeof(float));
  call->block_expert = (int32_t *)take(base, &at, (rows + EXPERTS + 1) * sizeof(int32_t));
  call->block_row = (int32_t *)take(base, &at, (rows + EXPERTS + 1) * sizeof(int32_t));
  call->xs = (uint32_t *)take(base, &at, rows * 48 * 4);
  call->h_whole = (float *)take(base, &at, h_rows * 48 * sizeof(float));
  call->h = (uint32_t *)take(base, &at, h_rows * 32 * 4);
  call->ys = (float *)take(base, &at, rows * 80 * sizeof(float));
  call->wide = call->ys;  // x is not read again once rows of ys are written
  (void)narrow;
  return at;
}

static size_t t8_workspace(long num_tokens, int narrow) {
  t8_call call;
  return t8_place(&call, num_tokens, narrow, NULL);
}

// One chunk of tokens: route, sort, both GEMMs wave by wave, combine.
static void t8_chunk(t8_call *call, int64_t *counts, const moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_parallel *parallel) {
  if (call->narrow) {
    run(parallel, (call->num_tokens + PART - 1) / PART, t8_widen, call);
    call->x = call->wide;
  }
  if (!call->routed) run(parallel, (call->num_tokens + 3) / 4, t8_route, call);
  t8_sort(call, counts);
  run(parallel, (call->num_tokens * CHOICES + PART - 1) / PART, t8_permute, call);
  const long wave_limit = t8_HIDDEN_ROWS > 0 ? t8_HIDDEN_ROWS : call->num_tokens * CHOICES;
  for (call->wave_block = 0; call->wave_block < call->num_blocks; call->wave_block += call->wave_blocks) {
    long end = call->wave_block + 1;
    call->wave_row = call->block_row[call->wave_block];
    while (end < call->num_blocks && call->block_row[end + 1] - call->wave_row <= wave_limit) end++;
    call->wave_blocks = end - call->wave_block;
    run(parallel, call->wave_blocks * t8_COLUMN_BLOCKS_1, t8_first, call);
    run(parallel, (call->block_row[end] - call->wave_row + FEW - 1) / FEW, t8_quantize, call);
    run(parallel, call->wave_blocks * t8_COLUMN_BLOCKS_2, t8_second, call);
  }
  run(parallel, (call->num_tokens + PART - 1) / PART, t8_combine, call);
}

// All tokens, in as few chunks as the workspace allows. x and y are floats, or bfloat16 where `narrow`.
static int t8_forward(const void *x, long num_tokens, int narrow, const float *packed, char *workspace, size_t bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_parallel *parallel) {
  if (t8_workspace(1, narrow) > bytes) return moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_workspace_too_small;
  long chunk = num_tokens;
  if (t8_workspace(chunk, narrow) > bytes) {
    long low = 1, high = num_tokens;  // low fits, high does not
    while (high - low > 1) {
      const long middle = low + (high - low) / 2;
      if (t8_workspace(middle, narrow) <= bytes) low = middle; else high = middle;
    }
    chunk = low >= 16 ? low / 16 * 16 : low;
  }
  for (long t = 0; t < num_tokens; t += chunk) {
    t8_call call;
    const long tokens = num_tokens - t < chunk ? num_tokens - t : chunk;
    t8_place(&call, tokens, narrow, workspace);
    call.num_tokens = tokens;
    call.narrow = narrow;
    call.x = narrow ? NULL : (const float *)x + (size_t)t * H;
    call.y = narrow ? NULL : (float *)y + (size_t)t * H;
    call.narrow_x = narrow ? (const uint16_t *)x + (size_t)t * H : NULL;
    call.narrow_y = narrow ? (uint16_t *)y + (size_t)t * H : NULL;
    call.packed = packed;
    call.routed = routed;
    if (indices) call.indices = indices + t * K;
    if (weights) call.weights = weights + t * K;
    t8_chunk(&call, counts, parallel);
  }
  return moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_ok;
}

// ==== Dispatch on the number of tokens ====

long moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_chosen(long num_tokens) {
  (void)num_tokens;
  return 8;
}

static size_t most_of(size_t a, size_t b) { return a > b ? a : b; }

size_t moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_workspace_bytes(long num_tokens) {
  if (num_tokens < 1) num_tokens = 1;
  return most_of(t8_workspace(num_tokens, 0), t8_workspace(1, 1));
}

size_t moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_workspace_min_bytes(void) {
  size_t most = 0;
  most = most_of(most, t8_workspace(1, 1));
  return most;
}

static int forward(const void *x, long num_tokens, int narrow, const void *packed, void *workspace, size_t workspace_bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_parallel *parallel) {
  if (num_tokens < 0 || packed == NULL || workspace == NULL) return moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_bad_argument;
  if (num_tokens > 0 && (x == NULL || y == NULL)) return moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_bad_argument;
  if ((uintptr_t)packed % 64 || (uintptr_t)workspace % 64) return moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_misaligned;
  if (routed) {
    if (num_tokens > 0 && (indices == NULL || weights == NULL)) return moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_bad_argument;
    for (long i = 0; i < num_tokens * K; i++)
      if (indices[i] < 0 || indices[i] >= E) return moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_bad_index;
  }
  if (counts) memset(counts, 0, E * sizeof *counts);
  return t8_forward(x, num_tokens, narrow, (const float *)packed, (char *)workspace,
      workspace_bytes, y, routed, indices, weights, counts, parallel);
}

int moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_forward(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_parallel *parallel) {
  return forward(x, num_tokens, 0, packed, workspace, workspace_bytes, y, 0, indices, weights, counts, parallel);
}

int moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_forward_routed(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, const int32_t *indices, const float *weights, int64_t *counts, const moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_parallel *parallel) {
  return forward(x, num_tokens, 0, packed, workspace, workspace_bytes, y, 1, (int32_t *)indices, (float *)weights, counts,
      parallel);
}

int moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_forward_bf16(const uint16_t *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    uint16_t *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h64_i32_e3_k2_relu_9a371867__neon_dotprod_parallel *parallel) {
  return forward(x, num_tokens, 1, packed, workspace, workspace_bytes, y, routed, indices, weights, counts, parallel);
}
