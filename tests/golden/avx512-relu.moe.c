// moe_f32_h48_i80_e4_k2_relu-40d11797 on avx512
// x (T,H), gate (H,E), w1 (E,H,I), w2 (E,I,H), y (T,H); row-major, float32.
//
// Weights are packed once as panels of 32 columns. A call routes the tokens, sorts the (token, expert) choices by
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

// f32x16: sixteen floats in a 512-bit register. max and min give their second operand where either is NaN.
#include <immintrin.h>
typedef __m512 f32x16;
typedef __mmask16 f32x16_mask;
#define F32X16_FN static inline __attribute__((always_inline, unused))
F32X16_FN f32x16 f32x16_zero(void) { return _mm512_setzero_ps(); }
F32X16_FN f32x16 f32x16_set1(float s) { return _mm512_set1_ps(s); }
F32X16_FN f32x16 f32x16_load(const float *p) { return _mm512_loadu_ps(p); }
F32X16_FN void f32x16_store(float *p, f32x16 a) { _mm512_storeu_ps(p, a); }
F32X16_FN f32x16 f32x16_load_n(const float *p, long n) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1u), p);
}
F32X16_FN void f32x16_store_n(float *p, f32x16 a, long n) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1u), a);
}
F32X16_FN f32x16 f32x16_add(f32x16 a, f32x16 b) { return _mm512_add_ps(a, b); }
F32X16_FN f32x16 f32x16_sub(f32x16 a, f32x16 b) { return _mm512_sub_ps(a, b); }
F32X16_FN f32x16 f32x16_mul(f32x16 a, f32x16 b) { return _mm512_mul_ps(a, b); }
F32X16_FN f32x16 f32x16_div(f32x16 a, f32x16 b) { return _mm512_div_ps(a, b); }
F32X16_FN f32x16 f32x16_fma(f32x16 a, f32x16 b, f32x16 c) { return _mm512_fmadd_ps(a, b, c); }
F32X16_FN f32x16 f32x16_max(f32x16 a, f32x16 b) { return _mm512_max_ps(a, b); }
F32X16_FN f32x16 f32x16_min(f32x16 a, f32x16 b) { return _mm512_min_ps(a, b); }
F32X16_FN f32x16_mask f32x16_gt(f32x16 a, f32x16 b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
F32X16_FN f32x16_mask f32x16_eq(f32x16 a, f32x16 b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
F32X16_FN f32x16_mask f32x16_is_nan(f32x16 a) { return _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q); }
F32X16_FN f32x16 f32x16_select(f32x16_mask m, f32x16 a, f32x16 b) { return _mm512_mask_blend_ps(m, b, a); }
F32X16_FN f32x16 f32x16_round(f32x16 a) { return _mm512_roundscale_ps(a, 8); }
// a * 2^n for integral n
F32X16_FN f32x16 f32x16_scale2(f32x16 a, f32x16 n) { return _mm512_scalef_ps(a, n); }

// f32x16_words: sixteen 32-bit words, integers or several narrow numbers each.
typedef __m512i f32x16_words;
F32X16_FN f32x16_words f32x16_words_zero(void) { return _mm512_setzero_si512(); }
F32X16_FN f32x16_words f32x16_words_set1(int32_t s) { return _mm512_set1_epi32(s); }
F32X16_FN f32x16_words f32x16_words_load(const void *p) { return _mm512_loadu_si512(p); }
F32X16_FN void f32x16_words_store(void *p, f32x16_words a) { _mm512_storeu_si512(p, a); }
F32X16_FN f32x16_words f32x16_words_sub(f32x16_words a, f32x16_words b) { return _mm512_sub_epi32(a, b); }
F32X16_FN f32x16 f32x16_from_words(f32x16_words a) { return _mm512_cvtepi32_ps(a); }
F32X16_FN f32x16 f32x16_load_bf16(const void *p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)), 16));
}
F32X16_FN f32x16 f32x16_f32_load(const char *b) { return _mm512_loadu_ps(b); }
F32X16_FN f32x16 f32x16_f32_a(float a) { return _mm512_set1_ps(a); }
F32X16_FN f32x16 f32x16_f32_dot(f32x16 acc, f32x16 a, f32x16 b) { return _mm512_fmadd_ps(a, b, acc); }

// exp(x) = 2^n * exp(r), r = x - n * ln 2 in two parts; relative error about 1e-7. NaN stays NaN, inf becomes inf.
F32X16_FN f32x16 f32x16_exp(f32x16 x) {
  f32x16 y = f32x16_min(f32x16_set1(88.8f), f32x16_max(f32x16_set1(-104.0f), x));
  f32x16 n = f32x16_round(f32x16_mul(y, f32x16_set1(1.44269504f)));
  f32x16 r = f32x16_fma(n, f32x16_set1(-0.693359375f), y);
  r = f32x16_fma(n, f32x16_set1(2.12194440e-4f), r);
  f32x16 p = f32x16_set1(1.383674176e-03f);
  p = f32x16_fma(p, r, f32x16_set1(8.374898363e-03f));
  p = f32x16_fma(p, r, f32x16_set1(4.166823181e-02f));
  p = f32x16_fma(p, r, f32x16_set1(1.666641919e-01f));
  p = f32x16_fma(p, r, f32x16_set1(4.999999203e-01f));
  p = f32x16_fma(p, r, f32x16_set1(1.000000037e+00f));
  p = f32x16_fma(p, r, f32x16_set1(1.0f));
  return f32x16_scale2(p, n);
}

// NaN stays NaN.
F32X16_FN f32x16 f32x16_activate(f32x16 x) { return f32x16_max(f32x16_zero(), x); }

enum {
  H = 48, I = 80, E = 4, K = 2,
  EXPERTS = E, CHOICES = K,
  LOGITS = 16,  // E, filled up to whole vectors
  PART = 16,             // rows or tokens that one task copies or combines
  FEW = 4                // rows that one task converts into the type that they are multiplied in
};
// Offsets into the packed weights, in floats.
#define GATE_AT ((size_t)0)
#define EXPERTS_AT ((size_t)768)
#define W2_AT ((size_t)3840)
#define EXPERT_STRIDE ((size_t)7680)

size_t moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_packed_bytes(void) { return 125952; }

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

void moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_pack_router(const float *gate, void *packed) {
  float *to = (float *)packed + GATE_AT;
  for (long p = 0; p < 1; p++) {
    const long width = p < 1 ? 16 : 16;
    float *panel = to + (size_t)p * H * 16;
    pack_floats(gate, H, H, E, E, p * 16, width, panel, 0, width);
  }
}

// One expert of `inner` columns, at most I, filled up to I with zeros: gate and up lie `up` columns apart in w1.
static void pack_expert(float *to, const float *w1, const float *w2, long inner, long row_stride, long up) {
  for (long p = 0; p < 3; p++) {
    const long width = p < 2 ? 32 : 16;
    float *panel = (float *)((char *)to + (size_t)p * 6144);
    pack_floats(w1, H, 48, inner, row_stride, p * 32, width, panel, 0, width);
  }
  for (long p = 0; p < 2; p++) {
    const long width = p < 1 ? 32 : 16;
    float *panel = (float *)((char *)(to + W2_AT) + (size_t)p * 10240);
    pack_floats(w2, inner, 80, H, H, p * 32, width, panel, 0, width);
  }
  (void)up;
}

void moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_pack_expert(long expert, const float *w1, const float *w2, void *packed) {
  float *to = (float *)packed + EXPERTS_AT + (size_t)expert * EXPERT_STRIDE;
  pack_expert(to, w1, w2, I, I, I);
}

// The next `bytes` of the workspace, on a cache line of their own.
static char *take(char *base, size_t *at, size_t bytes) {
  char *here = base ? base + *at : NULL;
  *at += (bytes + 63) / 64 * 64;
  return here;
}

static void run(const moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_parallel *parallel, long num_tasks, void (*task)(void *, long), void *argument) {
  if (parallel && num_tasks > 1) parallel->run(parallel->context, num_tasks, task, argument);
  else
    for (long i = 0; i < num_tasks; i++) task(argument, i);
}

// ==== t8, chosen for 8 tokens: mr 2, vl 16, kc 0, mc 4, nc 32, unroll 1, prefetch 0, prefetch_panel 0, gather 0, rows_outer 0, wave_rows 0, streams 0 ====

enum {
  t8_HIDDEN_ROWS = 0,  // rows of h kept at a time; 0: all of them
  t8_COLUMN_BLOCKS_1 = 3, t8_COLUMN_BLOCKS_2 = 2
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
  float *xs;          // (rows, 64): x sorted by expert
  float *h;           // (rows of a wave, 96)
  float *ys;             // (rows, 64): weighted outputs
  long wave_block, wave_blocks, wave_row;
} t8_call;

static void t8_gemm0_1x16(const float *a, const char *b, float *c) {
  f32x16 acc_0_0;
  acc_0_0 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 48; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
    }

    b += 64;
  }
  f32x16_store(c + 0, acc_0_0);
}

static void t8_gemm0_2x16(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_1_0;
  acc_0_0 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 48; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 48]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
    }

    b += 64;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_1_0);
}

// The tile for n rows, n from 1 to 2.
static inline void t8_gemm0_nx16(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 2: t8_gemm0_2x16(a, b, c); break;
    case 1: t8_gemm0_1x16(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 16p and on.
static void t8_gemm0_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 2) {
        const long n = end - r < 2 ? end - r : 2;
        t8_gemm0_nx16(n, a + r * 48 + k,
            weights + ((size_t)p * 3072 + (size_t)k * 64), c + r * 16 + p * 16);
      }
  }
}

static void t8_gemm1_1x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 48; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }

    b += 128;
  }
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
}

static void t8_gemm1_2x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 48; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 64]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }

    b += 128;
  }
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 96, f32x16_activate(acc_1_0));
  f32x16_store(c + 112, f32x16_activate(acc_1_1));
}

// The tile for n rows, n from 1 to 2.
static inline void t8_gemm1_nx32(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 2: t8_gemm1_2x32(a, b, c); break;
    case 1: t8_gemm1_1x32(a, b, c); break;
  }
}

static void t8_gemm1_1x16(const float *a, const char *b, float *c) {
  f32x16 acc_0_0;
  acc_0_0 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 48; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
    }

    b += 64;
  }
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
}

static void t8_gemm1_2x16(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_1_0;
  acc_0_0 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 48; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 64]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
    }

    b += 64;
  }
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 96, f32x16_activate(acc_1_0));
}

// The tile for n rows, n from 1 to 2.
static inline void t8_gemm1_nx16(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 2: t8_gemm1_2x16(a, b, c); break;
    case 1: t8_gemm1_1x16(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t8_gemm1_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 2) {
        const long n = end - r < 2 ? end - r : 2;
        if (p < 2)
        t8_gemm1_nx32(n, a + r * 64 + k,
            weights + ((size_t)p * 6144 + (size_t)k * 128), c + r * 96 + p * 32);
        else
        t8_gemm1_nx16(n, a + r * 64 + k,
            weights + ((size_t)p * 6144 + (size_t)k * 64), c + r * 96 + p * 32);
      }
  }
}

static void t8_gemm2_1x32(const float *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 80; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }

    b += 128;
  }
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
}

static void t8_gemm2_2x32(const float *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 80; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 96]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }

    b += 128;
  }
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 64, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 80, f32x16_mul(acc_1_1, weight_1));
}

// The tile for n rows, n from 1 to 2.
static inline void t8_gemm2_nx32(long n, const float *a, const char *b, float *c, const float *row_weight) {
  switch (n) {
    case 2: t8_gemm2_2x32(a, b, c, row_weight); break;
    case 1: t8_gemm2_1x32(a, b, c, row_weight); break;
  }
}

static void t8_gemm2_1x16(const float *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0;
  acc_0_0 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 80; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
    }

    b += 64;
  }
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
}

static void t8_gemm2_2x16(const float *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_1_0;
  acc_0_0 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 80; k += 1) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 96]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
    }

    b += 64;
  }
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 64, f32x16_mul(acc_1_0, weight_1));
}

// The tile for n rows, n from 1 to 2.
static inline void t8_gemm2_nx16(long n, const float *a, const char *b, float *c, const float *row_weight) {
  switch (n) {
    case 2: t8_gemm2_2x16(a, b, c, row_weight); break;
    case 1: t8_gemm2_1x16(a, b, c, row_weight); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t8_gemm2_block(const float *a, const float *expert, float *c, const float *row_weight, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 2) {
        const long n = end - r < 2 ? end - r : 2;
        if (p < 1)
        t8_gemm2_nx32(n, a + r * 96 + k,
            weights + ((size_t)p * 10240 + (size_t)k * 128), c + r * 64 + p * 32, row_weight + r);
        else
        t8_gemm2_nx16(n, a + r * 96 + k,
            weights + ((size_t)p * 10240 + (size_t)k * 64), c + r * 64 + p * 32, row_weight + r);
      }
  }
}

// Logits of block `block` of 16 tokens for panels [panel, end) of the gate.
static void t8_logits(const t8_call *call, long block, long panel, long end) {
  const long t0 = block * 16;
  const long tokens = call->num_tokens - t0 < 16 ? call->num_tokens - t0 : 16;
  t8_gemm0_block(call->x + (size_t)t0 * H, call->packed + GATE_AT, call->logits + t0 * LOGITS, 0, tokens, panel, end);
}

// The choice of a block's tokens. A NaN among a token's logits makes its weights NaN; its indices stay distinct.
static void t8_choose(const t8_call *call, long block) {
  const long t0 = block * 16;
  const long tokens = call->num_tokens - t0 < 16 ? call->num_tokens - t0 : 16;
  const float *logits = call->logits + t0 * LOGITS;  // (tokens, LOGITS)
  float *scores = call->scores + t0 * LOGITS;        // (E, 16)
  if (call->routed) return;

  f32x16 largest = f32x16_set1(-INFINITY), spoiled = f32x16_zero();
  for (long e = 0; e < E; e++) {
    float column[16] = {0};
    for (long t = 0; t < tokens; t++) column[t] = logits[t * LOGITS + e];
    f32x16 s = f32x16_load(column);
    largest = f32x16_max(s, largest);
    spoiled = f32x16_select(f32x16_is_nan(s), s, spoiled);
    // A free expert scores at least -FLT_MAX, a taken one -inf, so that K different ones are always found.
    f32x16_store(scores + e * 16, f32x16_max(s, f32x16_set1(-FLT_MAX)));
  }

  float chosen[K][16], weight[K][16];
  f32x16 sum = spoiled, taken = f32x16_set1(-1.0f);
  for (long k = 0; k < K; k++) {
    f32x16 best = f32x16_set1(-INFINITY), index = f32x16_zero();
    for (long e = 0; e < E; e++) {
      const f32x16 number = f32x16_set1((float)e);
      f32x16 s = f32x16_load(scores + e * 16);
      s = f32x16_select(f32x16_eq(number, taken), f32x16_set1(-INFINITY), s);
      f32x16_store(scores + e * 16, s);
      const f32x16_mask better = f32x16_gt(s, best);  // strictly: equal scores are won by the lower index
      best = f32x16_select(better, s, best);
      index = f32x16_select(better, number, index);
    }
    taken = index;
    f32x16_store(chosen[k], index);
    const f32x16 w = f32x16_exp(f32x16_sub(best, largest));
    sum = f32x16_add(sum, w);
    f32x16_store(weight[k], w);
  }
  for (long k = 0; k < K; k++) {
    f32x16 w = f32x16_load(weight[k]);
    w = f32x16_div(w, sum);
    f32x16_store(weight[k], w);
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

// 48 elements from the 48 floats of a row
static void t8_row1(const float *x, float *to) {
  memcpy(to, x, 48 * sizeof(float));
}

// wide = narrow_x: bfloat16 is the upper half of a float
static void t8_widen(void *argument, long part) {
  const t8_call *call = (const t8_call *)argument;
  const long end = part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens;
  for (size_t i = (size_t)part * PART * H; i < (size_t)end * H; i++) call->wide[i] = word_as_float((uint32_t)call->narrow_x[i] << 16);
}

// Sort the choices by expert, in order of tokens, and cut each expert's rows into blocks of about 4.
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
    const long parts = (rows + 3) / 4;
    const long even = ((rows + parts - 1) / parts + 1) / 2 * 2;
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
    t8_row1(call->x + (size_t)call->token_of[row] * H, call->xs + row * 64);
}

// h = act(x @ w1) for one block of rows and one block of columns of the wave
static void t8_first(void *argument, long task) {
  const t8_call *call = (const t8_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 1, panels = 3;
  t8_gemm1_block(call->xs + row * 64, expert,
      call->h + (row - call->wave_row) * 96, 0, rows, panel,
      panel + 1 < panels ? panel + 1 : panels);
}

// ys = weight * (h @ w2)
static void t8_second(void *argument, long task) {
  const t8_call *call = (const t8_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 1, panels = 2;
  t8_gemm2_block(call->h + (row - call->wave_row) * 96, expert + W2_AT, call->ys + row * 64, call->row_weight + row, 0, rows, panel,
      panel + 1 < panels ? panel + 1 : panels);
}

// y[t] = sum over k of ys[row_of[t, k]] for tokens [t, end) and columns [from, to)
static void t8_sum_up(const t8_call *call, long t, long end, long from, long to) {
  for (; t < end; t++) {
    const int32_t *row_of = call->row_of + t * CHOICES;
    float whole[48], *y = call->narrow ? whole : call->y + (size_t)t * H;
    for (long c = from; c < to; c += 16) {
      f32x16 sum = f32x16_load(call->ys + (size_t)row_of[0] * 64 + c);
      for (long k = 1; k < CHOICES; k++) sum = f32x16_add(sum, f32x16_load(call->ys + (size_t)row_of[k] * 64 + c));
        f32x16_store(y + c, sum);
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
  call->xs = (float *)take(base, &at, rows * 64 * 4);
  call->h = (float *)take(base, &at, h_rows * 96 * 4);
  call->ys = (float *)take(base, &at, rows * 64 * sizeof(float));
  call->wide = call->ys;  // x is not read again once rows of ys are written
  (void)narrow;
  return at;
}

static size_t t8_workspace(long num_tokens, int narrow) {
  t8_call call;
  return t8_place(&call, num_tokens, narrow, NULL);
}

// One chunk of tokens: route, sort, both GEMMs wave by wave, combine.
static void t8_chunk(t8_call *call, int64_t *counts, const moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_parallel *parallel) {
  if (call->narrow) {
    run(parallel, (call->num_tokens + PART - 1) / PART, t8_widen, call);
    call->x = call->wide;
  }
  if (!call->routed) run(parallel, (call->num_tokens + 15) / 16, t8_route, call);
  t8_sort(call, counts);
  run(parallel, (call->num_tokens * CHOICES + PART - 1) / PART, t8_permute, call);
  const long wave_limit = t8_HIDDEN_ROWS > 0 ? t8_HIDDEN_ROWS : call->num_tokens * CHOICES;
  for (call->wave_block = 0; call->wave_block < call->num_blocks; call->wave_block += call->wave_blocks) {
    long end = call->wave_block + 1;
    call->wave_row = call->block_row[call->wave_block];
    while (end < call->num_blocks && call->block_row[end + 1] - call->wave_row <= wave_limit) end++;
    call->wave_blocks = end - call->wave_block;
    run(parallel, call->wave_blocks * t8_COLUMN_BLOCKS_1, t8_first, call);
    run(parallel, call->wave_blocks * t8_COLUMN_BLOCKS_2, t8_second, call);
  }
  run(parallel, (call->num_tokens + PART - 1) / PART, t8_combine, call);
}

// All tokens, in as few chunks as the workspace allows. x and y are floats, or bfloat16 where `narrow`.
static int t8_forward(const void *x, long num_tokens, int narrow, const float *packed, char *workspace, size_t bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_parallel *parallel) {
  if (t8_workspace(1, narrow) > bytes) return moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_workspace_too_small;
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
  return moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_ok;
}

// ==== Dispatch on the number of tokens ====

long moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_chosen(long num_tokens) {
  (void)num_tokens;
  return 8;
}

static size_t most_of(size_t a, size_t b) { return a > b ? a : b; }

size_t moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_workspace_bytes(long num_tokens) {
  if (num_tokens < 1) num_tokens = 1;
  return most_of(t8_workspace(num_tokens, 0), t8_workspace(1, 1));
}

size_t moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_workspace_min_bytes(void) {
  size_t most = 0;
  most = most_of(most, t8_workspace(1, 1));
  return most;
}

static int forward(const void *x, long num_tokens, int narrow, const void *packed, void *workspace, size_t workspace_bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_parallel *parallel) {
  if (num_tokens < 0 || packed == NULL || workspace == NULL) return moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_bad_argument;
  if (num_tokens > 0 && (x == NULL || y == NULL)) return moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_bad_argument;
  if ((uintptr_t)packed % 64 || (uintptr_t)workspace % 64) return moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_misaligned;
  if (routed) {
    if (num_tokens > 0 && (indices == NULL || weights == NULL)) return moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_bad_argument;
    for (long i = 0; i < num_tokens * K; i++)
      if (indices[i] < 0 || indices[i] >= E) return moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_bad_index;
  }
  if (counts) memset(counts, 0, E * sizeof *counts);
  return t8_forward(x, num_tokens, narrow, (const float *)packed, (char *)workspace,
      workspace_bytes, y, routed, indices, weights, counts, parallel);
}

int moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_forward(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, int32_t *indices, float *weights, int64_t *counts, const moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_parallel *parallel) {
  return forward(x, num_tokens, 0, packed, workspace, workspace_bytes, y, 0, indices, weights, counts, parallel);
}

int moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_forward_routed(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, const int32_t *indices, const float *weights, int64_t *counts, const moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_parallel *parallel) {
  return forward(x, num_tokens, 0, packed, workspace, workspace_bytes, y, 1, (int32_t *)indices, (float *)weights, counts,
      parallel);
}

int moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_forward_bf16(const uint16_t *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    uint16_t *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_f32_h48_i80_e4_k2_relu_40d11797__avx512_parallel *parallel) {
  return forward(x, num_tokens, 1, packed, workspace, workspace_bytes, y, routed, indices, weights, counts, parallel);
}
