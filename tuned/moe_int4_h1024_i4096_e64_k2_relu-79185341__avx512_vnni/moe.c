// moe_int4_h1024_i4096_e64_k2_relu-79185341 on avx512_vnni
// x (T,H), gate (H,E), w1 (E,H,I), w2 (E,I,H), y (T,H); row-major, float32, w1 and w2 int4.
//
// Weights are packed once as panels of 32 columns. A call routes the tokens, sorts the (token, expert) choices by
// expert, multiplies the rows of each expert by w1 and w2 with the activation and the routing weight in the epilogues,
// and adds up each token's K rows. Every sum runs in one fixed order, so results do not depend on threads.
#include "moe.h"

#include <float.h>
#include <math.h>
#include <sched.h>
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
// Eight numbers from 0 to 15 in a word: low halves of its bytes, then high ones; each four by four signed bytes of A.
F32X16_FN f32x16_words f32x16_int4_quads_load(const char *b) { return _mm512_loadu_si512(b); }
F32X16_FN f32x16_words f32x16_int4_quads_part(f32x16_words w, int part) {
  return _mm512_and_si512(part ? _mm512_srli_epi16(w, 4) : w, _mm512_set1_epi8(15));
}
F32X16_FN f32x16_words f32x16_int4_quads_a(uint32_t a) { return _mm512_set1_epi32((int)a); }
F32X16_FN f32x16_words f32x16_int4_quads_dot(f32x16_words acc, f32x16_words a, f32x16_words b) { return _mm512_dpbusd_epi32(acc, b, a); }
// To the nearest whole number, halves to the even one
F32X16_FN f32x16 f32x16_nearest(f32x16 a) { return f32x16_round(a); }
// Integral floats as bytes
F32X16_FN void f32x16_store_s8(void *p, f32x16 a) { _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(a))); }

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
  H = 1024, I = 4096, E = 64, K = 2,
  EXPERTS = E, CHOICES = K,
  LOGITS = 64,  // E, filled up to whole vectors
  PART = 16,             // rows or tokens that one task copies or combines
  FEW = 4                // rows that one task converts into the type that they are multiplied in
};
// Offsets into the packed weights, in floats.
#define GATE_AT ((size_t)0)
#define EXPERTS_AT ((size_t)65536)
#define W2_AT ((size_t)589824)
#define EXPERT_STRIDE ((size_t)1179648)

size_t moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_packed_bytes(void) { return 302252032; }

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

void moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_pack_router(const float *gate, void *packed) {
  float *to = (float *)packed + GATE_AT;
  for (long p = 0; p < 2; p++) {
    const long width = p < 2 ? 32 : 32;
    float *panel = to + (size_t)p * H * 32;
    pack_floats(gate, H, H, E, E, p * 32, width, panel, 0, width);
  }
}

// One expert of `inner` columns, at most I, filled up to I with zeros: gate and up lie `up` columns apart in w1.
static void pack_expert(float *to, const int8_t *w1, const float *scale1, const int8_t *w2, const float *scale2, long inner, long row_stride, long up) {
  for (long p = 0; p < 128; p++) {
    const long width = p < 128 ? 32 : 32;
    char *panel = (char *)((char *)to + (size_t)p * 18432);
    pack_weights(w1, scale1, row_stride, H, 1024, inner, row_stride, p * 32, width, panel, 0, width);
  }
  for (long p = 0; p < 32; p++) {
    const long width = p < 32 ? 32 : 32;
    char *panel = (char *)((char *)(to + W2_AT) + (size_t)p * 73728);
    pack_weights(w2, scale2, H, inner, 4096, H, H, p * 32, width, panel, 0, width);
  }
  (void)up;
}

void moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_pack_expert(long expert, const int8_t *w1, const float *scale1, const int8_t *w2, const float *scale2, void *packed) {
  float *to = (float *)packed + EXPERTS_AT + (size_t)expert * EXPERT_STRIDE;
  pack_expert(to, w1, scale1, w2, scale2, I, I, I);
}

// The next `bytes` of the workspace, on a cache line of their own.
static char *take(char *base, size_t *at, size_t bytes) {
  char *here = base ? base + *at : NULL;
  *at += (bytes + 63) / 64 * 64;
  return here;
}

static void run(const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel, long num_tasks, void (*task)(void *, long), void *argument) {
  if (parallel && num_tasks > 1) parallel->run(parallel->context, num_tasks, task, argument);
  else
    for (long i = 0; i < num_tasks; i++) task(argument, i);
}

/* A moment of waiting for another thread, the `spins`-th in a row: after many, that thread may want this one's core. */
static void wait_briefly(long spins) {
  if (spins >= 20000) {
    sched_yield();
    return;
  }
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
}

// Wait till other threads have made *word what is wanted.
static void wait_for(const int32_t *word, int32_t wanted) {
  for (long spins = 0; __atomic_load_n(word, __ATOMIC_ACQUIRE) != wanted; spins++) wait_briefly(spins);
}

// The i-th of n items, when as many streams as there are threads take turns: each thread reads on where it was.
static long in_streams(long i, long n, long streams) {
  const long each = n / streams;
  return i < each * streams ? i % streams * each + i / streams : i;
}

// ==== t1, chosen for 1 tokens: mr 6, vl 16, kc 0, mc 24, nc 128, unroll 4, prefetch 64, prefetch_panel 0, gather 1, rows_outer 0, wave_rows 0, streams 2 ====

enum {
  t1_HIDDEN_ROWS = 0,  // rows of h kept at a time; 0: all of them
  t1_COLUMN_BLOCKS_1 = 32, t1_COLUMN_BLOCKS_2 = 8
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
  uint32_t *xs;          // (num_tokens, 320): x in the type that it is multiplied in
  float *h_whole;        // (rows of a wave, 4112): h before it is quantised
  uint32_t *h;           // (rows of a wave, 1184)
  float *ys;             // (rows, 1040): weighted outputs
  long wave_block, wave_blocks, wave_row;
  int64_t *counts;
  long num_logits, num_first;  // items that compute logits; those and items that convert x
  // What threads tell each other: the next item; items till experts are chosen, of which the last is the choice; of each
  // block, those till h is there; of each block of columns, those till ys is.
  long *next;
  int32_t *till_chosen, *till_h, *till_ys;
} t1_call;

static void t1_gemm0_1x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
}

static void t1_gemm0_2x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
}

static void t1_gemm0_3x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
}

static void t1_gemm0_4x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
}

static void t1_gemm0_5x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
}

static void t1_gemm0_6x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5120]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5121]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5122]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5123]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
  f32x16_store(c + 320, acc_5_0);
  f32x16_store(c + 336, acc_5_1);
}

// The tile for n rows, n from 1 to 6.
static inline void t1_gemm0_nx32(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 6: t1_gemm0_6x32(a, b, c); break;
    case 5: t1_gemm0_5x32(a, b, c); break;
    case 4: t1_gemm0_4x32(a, b, c); break;
    case 3: t1_gemm0_3x32(a, b, c); break;
    case 2: t1_gemm0_2x32(a, b, c); break;
    case 1: t1_gemm0_1x32(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t1_gemm0_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t1_gemm0_nx32(n, a + r * 1024 + k,
            weights + ((size_t)p * 131072 + (size_t)k * 128), c + r * 64 + p * 32);
      }
  }
}

static void t1_gemm1_1x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
}

static void t1_gemm1_2x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
}

static void t1_gemm1_3x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
}

static void t1_gemm1_4x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
}

static void t1_gemm1_5x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
}

static void t1_gemm1_6x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  const uint32_t *a_5 = x + (size_t)token[5] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a_5[k / 8 + 256]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 0]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 1]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 2]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 3]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 4]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 5]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 6]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 7]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a_5[288]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
  f32x16_store(c + 20560, f32x16_activate(acc_5_0));
  f32x16_store(c + 20576, f32x16_activate(acc_5_1));
}

// The tile for n rows, n from 1 to 6.
static inline void t1_gemm1_nx32(long n, const uint32_t *x, const int32_t *token, const char *b, float *c) {
  switch (n) {
    case 6: t1_gemm1_6x32(x, token, b, c); break;
    case 5: t1_gemm1_5x32(x, token, b, c); break;
    case 4: t1_gemm1_4x32(x, token, b, c); break;
    case 3: t1_gemm1_3x32(x, token, b, c); break;
    case 2: t1_gemm1_2x32(x, token, b, c); break;
    case 1: t1_gemm1_1x32(x, token, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t1_gemm1_block(const uint32_t *x, const int32_t *token, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t1_gemm1_nx32(n, x + k, token + r,
            weights + ((size_t)p * 18432 + (size_t)k * 64), c + r * 4112 + p * 32);
      }
  }
}

static void t1_gemm2_1x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
}

static void t1_gemm2_2x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
}

static void t1_gemm2_3x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
}

static void t1_gemm2_4x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
}

static void t1_gemm2_5x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
}

static void t1_gemm2_6x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a[k / 8 + 6944]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5920]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5921]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5922]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5923]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5924]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5925]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5926]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5927]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a[7072]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16 weight_5 = f32x16_set1(row_weight[5]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
  f32x16_store(c + 5200, f32x16_mul(acc_5_0, weight_5));
  f32x16_store(c + 5216, f32x16_mul(acc_5_1, weight_5));
}

// The tile for n rows, n from 1 to 6.
static inline void t1_gemm2_nx32(long n, const uint32_t *a, const char *b, float *c, const float *row_weight) {
  switch (n) {
    case 6: t1_gemm2_6x32(a, b, c, row_weight); break;
    case 5: t1_gemm2_5x32(a, b, c, row_weight); break;
    case 4: t1_gemm2_4x32(a, b, c, row_weight); break;
    case 3: t1_gemm2_3x32(a, b, c, row_weight); break;
    case 2: t1_gemm2_2x32(a, b, c, row_weight); break;
    case 1: t1_gemm2_1x32(a, b, c, row_weight); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t1_gemm2_block(const uint32_t *a, const float *expert, float *c, const float *row_weight, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t1_gemm2_nx32(n, a + r * 1184 + k,
            weights + ((size_t)p * 73728 + (size_t)k * 64), c + r * 1040 + p * 32, row_weight + r);
      }
  }
}

// Logits of block `block` of 16 tokens for panels [panel, end) of the gate.
static void t1_logits(const t1_call *call, long block, long panel, long end) {
  const long t0 = block * 16;
  const long tokens = call->num_tokens - t0 < 16 ? call->num_tokens - t0 : 16;
  t1_gemm0_block(call->x + (size_t)t0 * H, call->packed + GATE_AT, call->logits + t0 * LOGITS, 0, tokens, panel, end);
}

// The choice of a block's tokens. A NaN among a token's logits makes its weights NaN; its indices stay distinct.
static void t1_choose(const t1_call *call, long block) {
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

// 256 elements from the 1024 floats of a row
static void t1_row1(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 1024; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 1024; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[256 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[288] = float_as_word(largest / 127.0f + spoil);
}

// 1024 elements from the 4096 floats of a row
static void t1_row2(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 4096; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 4096; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[1024 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[1152] = float_as_word(largest / 127.0f + spoil);
}

// wide = narrow_x: bfloat16 is the upper half of a float
static void t1_widen(void *argument, long part) {
  const t1_call *call = (const t1_call *)argument;
  const long end = part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens;
  for (size_t i = (size_t)part * PART * H; i < (size_t)end * H; i++) call->wide[i] = word_as_float((uint32_t)call->narrow_x[i] << 16);
}

// Sort the choices by expert, in order of tokens, and cut each expert's rows into blocks of about 24.
static void t1_sort(t1_call *call, int64_t *counts) {
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
    const long parts = (rows + 23) / 24;
    const long even = ((rows + parts - 1) / parts + 5) / 6 * 6;
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

// xs[row] = x[row]
static void t1_permute(void *argument, long part) {
  const t1_call *call = (const t1_call *)argument;
  const long rows = call->num_tokens, end = part * FEW + FEW < rows ? part * FEW + FEW : rows;
  for (long row = part * FEW; row < end; row++)
    t1_row1(call->x + (size_t)row * H, call->xs + row * 320);
}

// Rows [row, end) of the wave's h, whole now, in the type that w2 is multiplied by
static void t1_quantize_rows(const t1_call *call, long row, long end) {
  for (; row < end; row++) t1_row2(call->h_whole + row * 4112, call->h + row * 1184);
}

// h = act(x @ w1) for one block of rows and one block of columns of the wave
static void t1_first(void *argument, long task) {
  const t1_call *call = (const t1_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 4, panels = 128;
  t1_gemm1_block(call->xs, call->token_of + row, expert,
      call->h_whole + (row - call->wave_row) * 4112, 0, rows, panel,
      panel + 4 < panels ? panel + 4 : panels);
}

// ys = weight * (h @ w2)
static void t1_second(void *argument, long task) {
  const t1_call *call = (const t1_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 4, panels = 32;
  t1_gemm2_block(call->h + (row - call->wave_row) * 1184, expert + W2_AT, call->ys + row * 1040, call->row_weight + row, 0, rows, panel,
      panel + 4 < panels ? panel + 4 : panels);
}

// y[t] = sum over k of ys[row_of[t, k]] for tokens [t, end) and columns [from, to)
static void t1_sum_up(const t1_call *call, long t, long end, long from, long to) {
  for (; t < end; t++) {
    const int32_t *row_of = call->row_of + t * CHOICES;
    float whole[1024], *y = call->narrow ? whole : call->y + (size_t)t * H;
    for (long c = from; c < to; c += 16) {
      f32x16 sum = f32x16_load(call->ys + (size_t)row_of[0] * 1040 + c);
      for (long k = 1; k < CHOICES; k++) sum = f32x16_add(sum, f32x16_load(call->ys + (size_t)row_of[k] * 1040 + c));
        f32x16_store(y + c, sum);
    }
    if (call->narrow)
      for (long c = from; c < to; c++) call->narrow_y[(size_t)t * H + c] = bf16_of(whole[c]);
  }
}

// Experts are chosen and rows of equal experts put side by side: what all other items wait for.
static void t1_arrange(t1_call *call) {
  for (long block = 0; call->num_logits > 0 && block * 16 < call->num_tokens; block++) t1_choose(call, block);
  t1_sort(call, call->counts);
  call->wave_row = call->wave_block = 0;
  call->wave_blocks = call->num_blocks;
  for (long block = 0; block < call->num_blocks; block++) call->till_h[block] = t1_COLUMN_BLOCKS_1 + 1;
  for (long columns = 0; columns < t1_COLUMN_BLOCKS_2; columns++) call->till_ys[columns] = (int32_t)call->num_blocks;
  __atomic_store_n(call->till_chosen, 0, __ATOMIC_RELEASE);
}

// One item of a chunk: items are taken in order, whatever order tasks run in, and wait for earlier ones alone, so that what
// any of them waits for is done or under way. First logits and conversions of x, then blocks of h, expert by expert, then
// of ys in the same order, whose h is long there. The last item of some columns of ys adds up theirs of y.
static void t1_item(void *argument, long task) {
  t1_call *call = (t1_call *)argument;
  long item = __atomic_fetch_add(call->next, 1, __ATOMIC_RELAXED);
  (void)task;
  if (item < call->num_first) {
    if (item < call->num_logits) t1_logits(call, item / 2, item % 2, item % 2 + 1);
    else t1_permute(call, item - call->num_logits);
    if (__atomic_sub_fetch(call->till_chosen, 1, __ATOMIC_ACQ_REL) == 1) t1_arrange(call);
    return;
  }
  wait_for(call->till_chosen, 0);
  item -= call->num_first;
  const long blocks = call->num_blocks;
  if (item < blocks * t1_COLUMN_BLOCKS_1) {
    item = in_streams(item, blocks * t1_COLUMN_BLOCKS_1, 2);
    const long block = item / t1_COLUMN_BLOCKS_1;
    t1_first(call, item % t1_COLUMN_BLOCKS_1 * blocks + block);
    if (__atomic_sub_fetch(call->till_h + block, 1, __ATOMIC_ACQ_REL) > 1) return;
    t1_quantize_rows(call, call->block_row[block], call->block_row[block + 1]);
    __atomic_store_n(call->till_h + block, 0, __ATOMIC_RELEASE);
    return;
  }
  item -= blocks * t1_COLUMN_BLOCKS_1;
  if (item >= blocks * t1_COLUMN_BLOCKS_2) return;  // there are as many tasks as blocks there may have been
  item = in_streams(item, blocks * t1_COLUMN_BLOCKS_2, 2);
  const long block = item / t1_COLUMN_BLOCKS_2, columns = item % t1_COLUMN_BLOCKS_2;
  wait_for(call->till_h + block, 0);
  t1_second(call, columns * blocks + block);
  if (__atomic_sub_fetch(call->till_ys + columns, 1, __ATOMIC_ACQ_REL) > 0) return;
  const long from = columns * 128, to = from + 128;
  t1_sum_up(call, 0, call->num_tokens, from, to < H ? to : H);
}

// Lay the arrays of a chunk out in the workspace; its size. With base NULL nothing but the size is of use.
static size_t t1_place(t1_call *call, long num_tokens, int narrow, char *base) {
  const size_t tokens = (size_t)(num_tokens + 15) / 16 * 16, rows = tokens * CHOICES;
  const size_t h_rows = t1_HIDDEN_ROWS > 0 && t1_HIDDEN_ROWS < rows ? t1_HIDDEN_ROWS : rows;
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
  call->xs = (uint32_t *)take(base, &at, tokens * 320 * 4);
  call->h_whole = (float *)take(base, &at, h_rows * 4112 * sizeof(float));
  call->h = (uint32_t *)take(base, &at, h_rows * 1184 * 4);
  call->ys = (float *)take(base, &at, rows * 1040 * sizeof(float));
  call->next = (long *)take(base, &at, sizeof(long));
  call->till_chosen = (int32_t *)take(base, &at, sizeof(int32_t));
  call->till_h = (int32_t *)take(base, &at, rows * sizeof(int32_t));
  call->till_ys = (int32_t *)take(base, &at, t1_COLUMN_BLOCKS_2 * sizeof(int32_t));
  call->wide = call->ys;  // x is not read again once rows of ys are written
  (void)narrow;
  return at;
}

static size_t t1_workspace(long num_tokens, int narrow) {
  t1_call call;
  return t1_place(&call, num_tokens, narrow, NULL);
}

// One chunk of tokens: all of it as the items of one run of tasks.
static void t1_chunk(t1_call *call, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (call->narrow) {
    run(parallel, (call->num_tokens + PART - 1) / PART, t1_widen, call);
    call->x = call->wide;
  }
  const long choices = call->num_tokens * CHOICES, crowded = (choices < EXPERTS ? choices : EXPERTS) + choices / 24;
  call->num_logits = call->routed ? 0 : (call->num_tokens + 15) / 16 * 2;
  call->num_first = call->num_logits + (call->num_tokens + FEW - 1) / FEW;
  call->counts = counts;
  *call->next = 0;
  *call->till_chosen = (int32_t)call->num_first + 1;
  run(parallel, call->num_first + (crowded < choices ? crowded : choices) * (t1_COLUMN_BLOCKS_1 + t1_COLUMN_BLOCKS_2), t1_item, call);
}

// All tokens, in as few chunks as the workspace allows. x and y are floats, or bfloat16 where `narrow`.
static int t1_forward(const void *x, long num_tokens, int narrow, const float *packed, char *workspace, size_t bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (t1_workspace(1, narrow) > bytes) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_workspace_too_small;
  long chunk = num_tokens;
  if (t1_workspace(chunk, narrow) > bytes) {
    long low = 1, high = num_tokens;  // low fits, high does not
    while (high - low > 1) {
      const long middle = low + (high - low) / 2;
      if (t1_workspace(middle, narrow) <= bytes) low = middle; else high = middle;
    }
    chunk = low >= 16 ? low / 16 * 16 : low;
  }
  for (long t = 0; t < num_tokens; t += chunk) {
    t1_call call;
    const long tokens = num_tokens - t < chunk ? num_tokens - t : chunk;
    t1_place(&call, tokens, narrow, workspace);
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
    t1_chunk(&call, counts, parallel);
  }
  return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_ok;
}

// ==== t4, chosen for 4 tokens: mr 6, vl 16, kc 0, mc 24, nc 128, unroll 4, prefetch 64, prefetch_panel 0, gather 1, rows_outer 0, wave_rows 0, streams 2 ====

enum {
  t4_HIDDEN_ROWS = 0,  // rows of h kept at a time; 0: all of them
  t4_COLUMN_BLOCKS_1 = 32, t4_COLUMN_BLOCKS_2 = 8
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
  uint32_t *xs;          // (num_tokens, 320): x in the type that it is multiplied in
  float *h_whole;        // (rows of a wave, 4112): h before it is quantised
  uint32_t *h;           // (rows of a wave, 1184)
  float *ys;             // (rows, 1040): weighted outputs
  long wave_block, wave_blocks, wave_row;
  int64_t *counts;
  long num_logits, num_first;  // items that compute logits; those and items that convert x
  // What threads tell each other: the next item; items till experts are chosen, of which the last is the choice; of each
  // block, those till h is there; of each block of columns, those till ys is.
  long *next;
  int32_t *till_chosen, *till_h, *till_ys;
} t4_call;

static void t4_gemm0_1x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
}

static void t4_gemm0_2x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
}

static void t4_gemm0_3x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
}

static void t4_gemm0_4x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
}

static void t4_gemm0_5x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
}

static void t4_gemm0_6x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5120]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5121]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5122]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5123]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
  f32x16_store(c + 320, acc_5_0);
  f32x16_store(c + 336, acc_5_1);
}

// The tile for n rows, n from 1 to 6.
static inline void t4_gemm0_nx32(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 6: t4_gemm0_6x32(a, b, c); break;
    case 5: t4_gemm0_5x32(a, b, c); break;
    case 4: t4_gemm0_4x32(a, b, c); break;
    case 3: t4_gemm0_3x32(a, b, c); break;
    case 2: t4_gemm0_2x32(a, b, c); break;
    case 1: t4_gemm0_1x32(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t4_gemm0_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t4_gemm0_nx32(n, a + r * 1024 + k,
            weights + ((size_t)p * 131072 + (size_t)k * 128), c + r * 64 + p * 32);
      }
  }
}

static void t4_gemm1_1x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
}

static void t4_gemm1_2x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
}

static void t4_gemm1_3x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
}

static void t4_gemm1_4x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
}

static void t4_gemm1_5x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
}

static void t4_gemm1_6x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  const uint32_t *a_5 = x + (size_t)token[5] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a_5[k / 8 + 256]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 0]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 1]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 2]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 3]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 4]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 5]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 6]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 7]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a_5[288]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
  f32x16_store(c + 20560, f32x16_activate(acc_5_0));
  f32x16_store(c + 20576, f32x16_activate(acc_5_1));
}

// The tile for n rows, n from 1 to 6.
static inline void t4_gemm1_nx32(long n, const uint32_t *x, const int32_t *token, const char *b, float *c) {
  switch (n) {
    case 6: t4_gemm1_6x32(x, token, b, c); break;
    case 5: t4_gemm1_5x32(x, token, b, c); break;
    case 4: t4_gemm1_4x32(x, token, b, c); break;
    case 3: t4_gemm1_3x32(x, token, b, c); break;
    case 2: t4_gemm1_2x32(x, token, b, c); break;
    case 1: t4_gemm1_1x32(x, token, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t4_gemm1_block(const uint32_t *x, const int32_t *token, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t4_gemm1_nx32(n, x + k, token + r,
            weights + ((size_t)p * 18432 + (size_t)k * 64), c + r * 4112 + p * 32);
      }
  }
}

static void t4_gemm2_1x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
}

static void t4_gemm2_2x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
}

static void t4_gemm2_3x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
}

static void t4_gemm2_4x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
}

static void t4_gemm2_5x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
}

static void t4_gemm2_6x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a[k / 8 + 6944]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5920]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5921]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5922]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5923]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5924]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5925]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5926]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5927]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a[7072]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16 weight_5 = f32x16_set1(row_weight[5]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
  f32x16_store(c + 5200, f32x16_mul(acc_5_0, weight_5));
  f32x16_store(c + 5216, f32x16_mul(acc_5_1, weight_5));
}

// The tile for n rows, n from 1 to 6.
static inline void t4_gemm2_nx32(long n, const uint32_t *a, const char *b, float *c, const float *row_weight) {
  switch (n) {
    case 6: t4_gemm2_6x32(a, b, c, row_weight); break;
    case 5: t4_gemm2_5x32(a, b, c, row_weight); break;
    case 4: t4_gemm2_4x32(a, b, c, row_weight); break;
    case 3: t4_gemm2_3x32(a, b, c, row_weight); break;
    case 2: t4_gemm2_2x32(a, b, c, row_weight); break;
    case 1: t4_gemm2_1x32(a, b, c, row_weight); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t4_gemm2_block(const uint32_t *a, const float *expert, float *c, const float *row_weight, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t4_gemm2_nx32(n, a + r * 1184 + k,
            weights + ((size_t)p * 73728 + (size_t)k * 64), c + r * 1040 + p * 32, row_weight + r);
      }
  }
}

// Logits of block `block` of 16 tokens for panels [panel, end) of the gate.
static void t4_logits(const t4_call *call, long block, long panel, long end) {
  const long t0 = block * 16;
  const long tokens = call->num_tokens - t0 < 16 ? call->num_tokens - t0 : 16;
  t4_gemm0_block(call->x + (size_t)t0 * H, call->packed + GATE_AT, call->logits + t0 * LOGITS, 0, tokens, panel, end);
}

// The choice of a block's tokens. A NaN among a token's logits makes its weights NaN; its indices stay distinct.
static void t4_choose(const t4_call *call, long block) {
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

// 256 elements from the 1024 floats of a row
static void t4_row1(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 1024; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 1024; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[256 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[288] = float_as_word(largest / 127.0f + spoil);
}

// 1024 elements from the 4096 floats of a row
static void t4_row2(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 4096; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 4096; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[1024 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[1152] = float_as_word(largest / 127.0f + spoil);
}

// wide = narrow_x: bfloat16 is the upper half of a float
static void t4_widen(void *argument, long part) {
  const t4_call *call = (const t4_call *)argument;
  const long end = part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens;
  for (size_t i = (size_t)part * PART * H; i < (size_t)end * H; i++) call->wide[i] = word_as_float((uint32_t)call->narrow_x[i] << 16);
}

// Sort the choices by expert, in order of tokens, and cut each expert's rows into blocks of about 24.
static void t4_sort(t4_call *call, int64_t *counts) {
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
    const long parts = (rows + 23) / 24;
    const long even = ((rows + parts - 1) / parts + 5) / 6 * 6;
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

// xs[row] = x[row]
static void t4_permute(void *argument, long part) {
  const t4_call *call = (const t4_call *)argument;
  const long rows = call->num_tokens, end = part * FEW + FEW < rows ? part * FEW + FEW : rows;
  for (long row = part * FEW; row < end; row++)
    t4_row1(call->x + (size_t)row * H, call->xs + row * 320);
}

// Rows [row, end) of the wave's h, whole now, in the type that w2 is multiplied by
static void t4_quantize_rows(const t4_call *call, long row, long end) {
  for (; row < end; row++) t4_row2(call->h_whole + row * 4112, call->h + row * 1184);
}

// h = act(x @ w1) for one block of rows and one block of columns of the wave
static void t4_first(void *argument, long task) {
  const t4_call *call = (const t4_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 4, panels = 128;
  t4_gemm1_block(call->xs, call->token_of + row, expert,
      call->h_whole + (row - call->wave_row) * 4112, 0, rows, panel,
      panel + 4 < panels ? panel + 4 : panels);
}

// ys = weight * (h @ w2)
static void t4_second(void *argument, long task) {
  const t4_call *call = (const t4_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 4, panels = 32;
  t4_gemm2_block(call->h + (row - call->wave_row) * 1184, expert + W2_AT, call->ys + row * 1040, call->row_weight + row, 0, rows, panel,
      panel + 4 < panels ? panel + 4 : panels);
}

// y[t] = sum over k of ys[row_of[t, k]] for tokens [t, end) and columns [from, to)
static void t4_sum_up(const t4_call *call, long t, long end, long from, long to) {
  for (; t < end; t++) {
    const int32_t *row_of = call->row_of + t * CHOICES;
    float whole[1024], *y = call->narrow ? whole : call->y + (size_t)t * H;
    for (long c = from; c < to; c += 16) {
      f32x16 sum = f32x16_load(call->ys + (size_t)row_of[0] * 1040 + c);
      for (long k = 1; k < CHOICES; k++) sum = f32x16_add(sum, f32x16_load(call->ys + (size_t)row_of[k] * 1040 + c));
        f32x16_store(y + c, sum);
    }
    if (call->narrow)
      for (long c = from; c < to; c++) call->narrow_y[(size_t)t * H + c] = bf16_of(whole[c]);
  }
}

// Experts are chosen and rows of equal experts put side by side: what all other items wait for.
static void t4_arrange(t4_call *call) {
  for (long block = 0; call->num_logits > 0 && block * 16 < call->num_tokens; block++) t4_choose(call, block);
  t4_sort(call, call->counts);
  call->wave_row = call->wave_block = 0;
  call->wave_blocks = call->num_blocks;
  for (long block = 0; block < call->num_blocks; block++) call->till_h[block] = t4_COLUMN_BLOCKS_1 + 1;
  for (long columns = 0; columns < t4_COLUMN_BLOCKS_2; columns++) call->till_ys[columns] = (int32_t)call->num_blocks;
  __atomic_store_n(call->till_chosen, 0, __ATOMIC_RELEASE);
}

// One item of a chunk: items are taken in order, whatever order tasks run in, and wait for earlier ones alone, so that what
// any of them waits for is done or under way. First logits and conversions of x, then blocks of h, expert by expert, then
// of ys in the same order, whose h is long there. The last item of some columns of ys adds up theirs of y.
static void t4_item(void *argument, long task) {
  t4_call *call = (t4_call *)argument;
  long item = __atomic_fetch_add(call->next, 1, __ATOMIC_RELAXED);
  (void)task;
  if (item < call->num_first) {
    if (item < call->num_logits) t4_logits(call, item / 2, item % 2, item % 2 + 1);
    else t4_permute(call, item - call->num_logits);
    if (__atomic_sub_fetch(call->till_chosen, 1, __ATOMIC_ACQ_REL) == 1) t4_arrange(call);
    return;
  }
  wait_for(call->till_chosen, 0);
  item -= call->num_first;
  const long blocks = call->num_blocks;
  if (item < blocks * t4_COLUMN_BLOCKS_1) {
    item = in_streams(item, blocks * t4_COLUMN_BLOCKS_1, 2);
    const long block = item / t4_COLUMN_BLOCKS_1;
    t4_first(call, item % t4_COLUMN_BLOCKS_1 * blocks + block);
    if (__atomic_sub_fetch(call->till_h + block, 1, __ATOMIC_ACQ_REL) > 1) return;
    t4_quantize_rows(call, call->block_row[block], call->block_row[block + 1]);
    __atomic_store_n(call->till_h + block, 0, __ATOMIC_RELEASE);
    return;
  }
  item -= blocks * t4_COLUMN_BLOCKS_1;
  if (item >= blocks * t4_COLUMN_BLOCKS_2) return;  // there are as many tasks as blocks there may have been
  item = in_streams(item, blocks * t4_COLUMN_BLOCKS_2, 2);
  const long block = item / t4_COLUMN_BLOCKS_2, columns = item % t4_COLUMN_BLOCKS_2;
  wait_for(call->till_h + block, 0);
  t4_second(call, columns * blocks + block);
  if (__atomic_sub_fetch(call->till_ys + columns, 1, __ATOMIC_ACQ_REL) > 0) return;
  const long from = columns * 128, to = from + 128;
  t4_sum_up(call, 0, call->num_tokens, from, to < H ? to : H);
}

// Lay the arrays of a chunk out in the workspace; its size. With base NULL nothing but the size is of use.
static size_t t4_place(t4_call *call, long num_tokens, int narrow, char *base) {
  const size_t tokens = (size_t)(num_tokens + 15) / 16 * 16, rows = tokens * CHOICES;
  const size_t h_rows = t4_HIDDEN_ROWS > 0 && t4_HIDDEN_ROWS < rows ? t4_HIDDEN_ROWS : rows;
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
  call->xs = (uint32_t *)take(base, &at, tokens * 320 * 4);
  call->h_whole = (float *)take(base, &at, h_rows * 4112 * sizeof(float));
  call->h = (uint32_t *)take(base, &at, h_rows * 1184 * 4);
  call->ys = (float *)take(base, &at, rows * 1040 * sizeof(float));
  call->next = (long *)take(base, &at, sizeof(long));
  call->till_chosen = (int32_t *)take(base, &at, sizeof(int32_t));
  call->till_h = (int32_t *)take(base, &at, rows * sizeof(int32_t));
  call->till_ys = (int32_t *)take(base, &at, t4_COLUMN_BLOCKS_2 * sizeof(int32_t));
  call->wide = call->ys;  // x is not read again once rows of ys are written
  (void)narrow;
  return at;
}

static size_t t4_workspace(long num_tokens, int narrow) {
  t4_call call;
  return t4_place(&call, num_tokens, narrow, NULL);
}

// One chunk of tokens: all of it as the items of one run of tasks.
static void t4_chunk(t4_call *call, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (call->narrow) {
    run(parallel, (call->num_tokens + PART - 1) / PART, t4_widen, call);
    call->x = call->wide;
  }
  const long choices = call->num_tokens * CHOICES, crowded = (choices < EXPERTS ? choices : EXPERTS) + choices / 24;
  call->num_logits = call->routed ? 0 : (call->num_tokens + 15) / 16 * 2;
  call->num_first = call->num_logits + (call->num_tokens + FEW - 1) / FEW;
  call->counts = counts;
  *call->next = 0;
  *call->till_chosen = (int32_t)call->num_first + 1;
  run(parallel, call->num_first + (crowded < choices ? crowded : choices) * (t4_COLUMN_BLOCKS_1 + t4_COLUMN_BLOCKS_2), t4_item, call);
}

// All tokens, in as few chunks as the workspace allows. x and y are floats, or bfloat16 where `narrow`.
static int t4_forward(const void *x, long num_tokens, int narrow, const float *packed, char *workspace, size_t bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (t4_workspace(1, narrow) > bytes) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_workspace_too_small;
  long chunk = num_tokens;
  if (t4_workspace(chunk, narrow) > bytes) {
    long low = 1, high = num_tokens;  // low fits, high does not
    while (high - low > 1) {
      const long middle = low + (high - low) / 2;
      if (t4_workspace(middle, narrow) <= bytes) low = middle; else high = middle;
    }
    chunk = low >= 16 ? low / 16 * 16 : low;
  }
  for (long t = 0; t < num_tokens; t += chunk) {
    t4_call call;
    const long tokens = num_tokens - t < chunk ? num_tokens - t : chunk;
    t4_place(&call, tokens, narrow, workspace);
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
    t4_chunk(&call, counts, parallel);
  }
  return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_ok;
}

// ==== t16, chosen for 16 tokens: mr 6, vl 16, kc 0, mc 24, nc 512, unroll 4, prefetch 64, prefetch_panel 0, gather 1, rows_outer 0, wave_rows 0, streams 2 ====

enum {
  t16_HIDDEN_ROWS = 0,  // rows of h kept at a time; 0: all of them
  t16_COLUMN_BLOCKS_1 = 8, t16_COLUMN_BLOCKS_2 = 2
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
  uint32_t *xs;          // (num_tokens, 320): x in the type that it is multiplied in
  float *h_whole;        // (rows of a wave, 4112): h before it is quantised
  uint32_t *h;           // (rows of a wave, 1184)
  float *ys;             // (rows, 1040): weighted outputs
  long wave_block, wave_blocks, wave_row;
  int64_t *counts;
  long num_logits, num_first;  // items that compute logits; those and items that convert x
  // What threads tell each other: the next item; items till experts are chosen, of which the last is the choice; of each
  // block, those till h is there; of each block of columns, those till ys is.
  long *next;
  int32_t *till_chosen, *till_h, *till_ys;
} t16_call;

static void t16_gemm0_1x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
}

static void t16_gemm0_2x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
}

static void t16_gemm0_3x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
}

static void t16_gemm0_4x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
}

static void t16_gemm0_5x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
}

static void t16_gemm0_6x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5120]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5121]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5122]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5123]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
  f32x16_store(c + 320, acc_5_0);
  f32x16_store(c + 336, acc_5_1);
}

// The tile for n rows, n from 1 to 6.
static inline void t16_gemm0_nx32(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 6: t16_gemm0_6x32(a, b, c); break;
    case 5: t16_gemm0_5x32(a, b, c); break;
    case 4: t16_gemm0_4x32(a, b, c); break;
    case 3: t16_gemm0_3x32(a, b, c); break;
    case 2: t16_gemm0_2x32(a, b, c); break;
    case 1: t16_gemm0_1x32(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t16_gemm0_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t16_gemm0_nx32(n, a + r * 1024 + k,
            weights + ((size_t)p * 131072 + (size_t)k * 128), c + r * 64 + p * 32);
      }
  }
}

static void t16_gemm1_1x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
}

static void t16_gemm1_2x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
}

static void t16_gemm1_3x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
}

static void t16_gemm1_4x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
}

static void t16_gemm1_5x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
}

static void t16_gemm1_6x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  const uint32_t *a_5 = x + (size_t)token[5] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a_5[k / 8 + 256]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 0]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 1]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 2]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 3]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 4]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 5]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 6]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 7]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a_5[288]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
  f32x16_store(c + 20560, f32x16_activate(acc_5_0));
  f32x16_store(c + 20576, f32x16_activate(acc_5_1));
}

// The tile for n rows, n from 1 to 6.
static inline void t16_gemm1_nx32(long n, const uint32_t *x, const int32_t *token, const char *b, float *c) {
  switch (n) {
    case 6: t16_gemm1_6x32(x, token, b, c); break;
    case 5: t16_gemm1_5x32(x, token, b, c); break;
    case 4: t16_gemm1_4x32(x, token, b, c); break;
    case 3: t16_gemm1_3x32(x, token, b, c); break;
    case 2: t16_gemm1_2x32(x, token, b, c); break;
    case 1: t16_gemm1_1x32(x, token, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t16_gemm1_block(const uint32_t *x, const int32_t *token, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t16_gemm1_nx32(n, x + k, token + r,
            weights + ((size_t)p * 18432 + (size_t)k * 64), c + r * 4112 + p * 32);
      }
  }
}

static void t16_gemm2_1x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
}

static void t16_gemm2_2x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
}

static void t16_gemm2_3x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
}

static void t16_gemm2_4x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
}

static void t16_gemm2_5x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
}

static void t16_gemm2_6x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a[k / 8 + 6944]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5920]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5921]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5922]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5923]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5924]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5925]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5926]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5927]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a[7072]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16 weight_5 = f32x16_set1(row_weight[5]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
  f32x16_store(c + 5200, f32x16_mul(acc_5_0, weight_5));
  f32x16_store(c + 5216, f32x16_mul(acc_5_1, weight_5));
}

// The tile for n rows, n from 1 to 6.
static inline void t16_gemm2_nx32(long n, const uint32_t *a, const char *b, float *c, const float *row_weight) {
  switch (n) {
    case 6: t16_gemm2_6x32(a, b, c, row_weight); break;
    case 5: t16_gemm2_5x32(a, b, c, row_weight); break;
    case 4: t16_gemm2_4x32(a, b, c, row_weight); break;
    case 3: t16_gemm2_3x32(a, b, c, row_weight); break;
    case 2: t16_gemm2_2x32(a, b, c, row_weight); break;
    case 1: t16_gemm2_1x32(a, b, c, row_weight); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t16_gemm2_block(const uint32_t *a, const float *expert, float *c, const float *row_weight, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t16_gemm2_nx32(n, a + r * 1184 + k,
            weights + ((size_t)p * 73728 + (size_t)k * 64), c + r * 1040 + p * 32, row_weight + r);
      }
  }
}

// Logits of block `block` of 16 tokens for panels [panel, end) of the gate.
static void t16_logits(const t16_call *call, long block, long panel, long end) {
  const long t0 = block * 16;
  const long tokens = call->num_tokens - t0 < 16 ? call->num_tokens - t0 : 16;
  t16_gemm0_block(call->x + (size_t)t0 * H, call->packed + GATE_AT, call->logits + t0 * LOGITS, 0, tokens, panel, end);
}

// The choice of a block's tokens. A NaN among a token's logits makes its weights NaN; its indices stay distinct.
static void t16_choose(const t16_call *call, long block) {
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

// 256 elements from the 1024 floats of a row
static void t16_row1(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 1024; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 1024; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[256 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[288] = float_as_word(largest / 127.0f + spoil);
}

// 1024 elements from the 4096 floats of a row
static void t16_row2(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 4096; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 4096; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[1024 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[1152] = float_as_word(largest / 127.0f + spoil);
}

// wide = narrow_x: bfloat16 is the upper half of a float
static void t16_widen(void *argument, long part) {
  const t16_call *call = (const t16_call *)argument;
  const long end = part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens;
  for (size_t i = (size_t)part * PART * H; i < (size_t)end * H; i++) call->wide[i] = word_as_float((uint32_t)call->narrow_x[i] << 16);
}

// Sort the choices by expert, in order of tokens, and cut each expert's rows into blocks of about 24.
static void t16_sort(t16_call *call, int64_t *counts) {
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
    const long parts = (rows + 23) / 24;
    const long even = ((rows + parts - 1) / parts + 5) / 6 * 6;
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

// xs[row] = x[row]
static void t16_permute(void *argument, long part) {
  const t16_call *call = (const t16_call *)argument;
  const long rows = call->num_tokens, end = part * FEW + FEW < rows ? part * FEW + FEW : rows;
  for (long row = part * FEW; row < end; row++)
    t16_row1(call->x + (size_t)row * H, call->xs + row * 320);
}

// Rows [row, end) of the wave's h, whole now, in the type that w2 is multiplied by
static void t16_quantize_rows(const t16_call *call, long row, long end) {
  for (; row < end; row++) t16_row2(call->h_whole + row * 4112, call->h + row * 1184);
}

// h = act(x @ w1) for one block of rows and one block of columns of the wave
static void t16_first(void *argument, long task) {
  const t16_call *call = (const t16_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 16, panels = 128;
  t16_gemm1_block(call->xs, call->token_of + row, expert,
      call->h_whole + (row - call->wave_row) * 4112, 0, rows, panel,
      panel + 16 < panels ? panel + 16 : panels);
}

// ys = weight * (h @ w2)
static void t16_second(void *argument, long task) {
  const t16_call *call = (const t16_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 16, panels = 32;
  t16_gemm2_block(call->h + (row - call->wave_row) * 1184, expert + W2_AT, call->ys + row * 1040, call->row_weight + row, 0, rows, panel,
      panel + 16 < panels ? panel + 16 : panels);
}

// y[t] = sum over k of ys[row_of[t, k]] for tokens [t, end) and columns [from, to)
static void t16_sum_up(const t16_call *call, long t, long end, long from, long to) {
  for (; t < end; t++) {
    const int32_t *row_of = call->row_of + t * CHOICES;
    float whole[1024], *y = call->narrow ? whole : call->y + (size_t)t * H;
    for (long c = from; c < to; c += 16) {
      f32x16 sum = f32x16_load(call->ys + (size_t)row_of[0] * 1040 + c);
      for (long k = 1; k < CHOICES; k++) sum = f32x16_add(sum, f32x16_load(call->ys + (size_t)row_of[k] * 1040 + c));
        f32x16_store(y + c, sum);
    }
    if (call->narrow)
      for (long c = from; c < to; c++) call->narrow_y[(size_t)t * H + c] = bf16_of(whole[c]);
  }
}

// Experts are chosen and rows of equal experts put side by side: what all other items wait for.
static void t16_arrange(t16_call *call) {
  for (long block = 0; call->num_logits > 0 && block * 16 < call->num_tokens; block++) t16_choose(call, block);
  t16_sort(call, call->counts);
  call->wave_row = call->wave_block = 0;
  call->wave_blocks = call->num_blocks;
  for (long block = 0; block < call->num_blocks; block++) call->till_h[block] = t16_COLUMN_BLOCKS_1 + 1;
  for (long columns = 0; columns < t16_COLUMN_BLOCKS_2; columns++) call->till_ys[columns] = (int32_t)call->num_blocks;
  __atomic_store_n(call->till_chosen, 0, __ATOMIC_RELEASE);
}

// One item of a chunk: items are taken in order, whatever order tasks run in, and wait for earlier ones alone, so that what
// any of them waits for is done or under way. First logits and conversions of x, then blocks of h, expert by expert, then
// of ys in the same order, whose h is long there. The last item of some columns of ys adds up theirs of y.
static void t16_item(void *argument, long task) {
  t16_call *call = (t16_call *)argument;
  long item = __atomic_fetch_add(call->next, 1, __ATOMIC_RELAXED);
  (void)task;
  if (item < call->num_first) {
    if (item < call->num_logits) t16_logits(call, item / 2, item % 2, item % 2 + 1);
    else t16_permute(call, item - call->num_logits);
    if (__atomic_sub_fetch(call->till_chosen, 1, __ATOMIC_ACQ_REL) == 1) t16_arrange(call);
    return;
  }
  wait_for(call->till_chosen, 0);
  item -= call->num_first;
  const long blocks = call->num_blocks;
  if (item < blocks * t16_COLUMN_BLOCKS_1) {
    item = in_streams(item, blocks * t16_COLUMN_BLOCKS_1, 2);
    const long block = item / t16_COLUMN_BLOCKS_1;
    t16_first(call, item % t16_COLUMN_BLOCKS_1 * blocks + block);
    if (__atomic_sub_fetch(call->till_h + block, 1, __ATOMIC_ACQ_REL) > 1) return;
    t16_quantize_rows(call, call->block_row[block], call->block_row[block + 1]);
    __atomic_store_n(call->till_h + block, 0, __ATOMIC_RELEASE);
    return;
  }
  item -= blocks * t16_COLUMN_BLOCKS_1;
  if (item >= blocks * t16_COLUMN_BLOCKS_2) return;  // there are as many tasks as blocks there may have been
  item = in_streams(item, blocks * t16_COLUMN_BLOCKS_2, 2);
  const long block = item / t16_COLUMN_BLOCKS_2, columns = item % t16_COLUMN_BLOCKS_2;
  wait_for(call->till_h + block, 0);
  t16_second(call, columns * blocks + block);
  if (__atomic_sub_fetch(call->till_ys + columns, 1, __ATOMIC_ACQ_REL) > 0) return;
  const long from = columns * 512, to = from + 512;
  t16_sum_up(call, 0, call->num_tokens, from, to < H ? to : H);
}

// Lay the arrays of a chunk out in the workspace; its size. With base NULL nothing but the size is of use.
static size_t t16_place(t16_call *call, long num_tokens, int narrow, char *base) {
  const size_t tokens = (size_t)(num_tokens + 15) / 16 * 16, rows = tokens * CHOICES;
  const size_t h_rows = t16_HIDDEN_ROWS > 0 && t16_HIDDEN_ROWS < rows ? t16_HIDDEN_ROWS : rows;
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
  call->xs = (uint32_t *)take(base, &at, tokens * 320 * 4);
  call->h_whole = (float *)take(base, &at, h_rows * 4112 * sizeof(float));
  call->h = (uint32_t *)take(base, &at, h_rows * 1184 * 4);
  call->ys = (float *)take(base, &at, rows * 1040 * sizeof(float));
  call->next = (long *)take(base, &at, sizeof(long));
  call->till_chosen = (int32_t *)take(base, &at, sizeof(int32_t));
  call->till_h = (int32_t *)take(base, &at, rows * sizeof(int32_t));
  call->till_ys = (int32_t *)take(base, &at, t16_COLUMN_BLOCKS_2 * sizeof(int32_t));
  call->wide = call->ys;  // x is not read again once rows of ys are written
  (void)narrow;
  return at;
}

static size_t t16_workspace(long num_tokens, int narrow) {
  t16_call call;
  return t16_place(&call, num_tokens, narrow, NULL);
}

// One chunk of tokens: all of it as the items of one run of tasks.
static void t16_chunk(t16_call *call, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (call->narrow) {
    run(parallel, (call->num_tokens + PART - 1) / PART, t16_widen, call);
    call->x = call->wide;
  }
  const long choices = call->num_tokens * CHOICES, crowded = (choices < EXPERTS ? choices : EXPERTS) + choices / 24;
  call->num_logits = call->routed ? 0 : (call->num_tokens + 15) / 16 * 2;
  call->num_first = call->num_logits + (call->num_tokens + FEW - 1) / FEW;
  call->counts = counts;
  *call->next = 0;
  *call->till_chosen = (int32_t)call->num_first + 1;
  run(parallel, call->num_first + (crowded < choices ? crowded : choices) * (t16_COLUMN_BLOCKS_1 + t16_COLUMN_BLOCKS_2), t16_item, call);
}

// All tokens, in as few chunks as the workspace allows. x and y are floats, or bfloat16 where `narrow`.
static int t16_forward(const void *x, long num_tokens, int narrow, const float *packed, char *workspace, size_t bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (t16_workspace(1, narrow) > bytes) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_workspace_too_small;
  long chunk = num_tokens;
  if (t16_workspace(chunk, narrow) > bytes) {
    long low = 1, high = num_tokens;  // low fits, high does not
    while (high - low > 1) {
      const long middle = low + (high - low) / 2;
      if (t16_workspace(middle, narrow) <= bytes) low = middle; else high = middle;
    }
    chunk = low >= 16 ? low / 16 * 16 : low;
  }
  for (long t = 0; t < num_tokens; t += chunk) {
    t16_call call;
    const long tokens = num_tokens - t < chunk ? num_tokens - t : chunk;
    t16_place(&call, tokens, narrow, workspace);
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
    t16_chunk(&call, counts, parallel);
  }
  return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_ok;
}

// ==== t64, chosen for 64 tokens: mr 6, vl 16, kc 0, mc 24, nc 512, unroll 4, prefetch 64, prefetch_panel 0, gather 1, rows_outer 0, wave_rows 0, streams 2 ====

enum {
  t64_HIDDEN_ROWS = 0,  // rows of h kept at a time; 0: all of them
  t64_COLUMN_BLOCKS_1 = 8, t64_COLUMN_BLOCKS_2 = 2
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
  uint32_t *xs;          // (num_tokens, 320): x in the type that it is multiplied in
  float *h_whole;        // (rows of a wave, 4112): h before it is quantised
  uint32_t *h;           // (rows of a wave, 1184)
  float *ys;             // (rows, 1040): weighted outputs
  long wave_block, wave_blocks, wave_row;
  int64_t *counts;
  long num_logits, num_first;  // items that compute logits; those and items that convert x
  // What threads tell each other: the next item; items till experts are chosen, of which the last is the choice; of each
  // block, those till h is there; of each block of columns, those till ys is.
  long *next;
  int32_t *till_chosen, *till_h, *till_ys;
} t64_call;

static void t64_gemm0_1x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
}

static void t64_gemm0_2x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
}

static void t64_gemm0_3x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
}

static void t64_gemm0_4x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
}

static void t64_gemm0_5x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
}

static void t64_gemm0_6x32(const float *a, const char *b, float *c) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 4) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5120]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5121]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5122]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5123]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }

    b += 512;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
  f32x16_store(c + 320, acc_5_0);
  f32x16_store(c + 336, acc_5_1);
}

// The tile for n rows, n from 1 to 6.
static inline void t64_gemm0_nx32(long n, const float *a, const char *b, float *c) {
  switch (n) {
    case 6: t64_gemm0_6x32(a, b, c); break;
    case 5: t64_gemm0_5x32(a, b, c); break;
    case 4: t64_gemm0_4x32(a, b, c); break;
    case 3: t64_gemm0_3x32(a, b, c); break;
    case 2: t64_gemm0_2x32(a, b, c); break;
    case 1: t64_gemm0_1x32(a, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t64_gemm0_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t64_gemm0_nx32(n, a + r * 1024 + k,
            weights + ((size_t)p * 131072 + (size_t)k * 128), c + r * 64 + p * 32);
      }
  }
}

static void t64_gemm1_1x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
}

static void t64_gemm1_2x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
}

static void t64_gemm1_3x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
}

static void t64_gemm1_4x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
}

static void t64_gemm1_5x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
}

static void t64_gemm1_6x32(const uint32_t *x, const int32_t *token, const char *b, float *c) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  const uint32_t *a_5 = x + (size_t)token[5] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a_5[k / 8 + 256]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 0]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 1]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 2]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 3]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 4]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 5]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 6]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 7]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a_5[288]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
  f32x16_store(c + 20560, f32x16_activate(acc_5_0));
  f32x16_store(c + 20576, f32x16_activate(acc_5_1));
}

// The tile for n rows, n from 1 to 6.
static inline void t64_gemm1_nx32(long n, const uint32_t *x, const int32_t *token, const char *b, float *c) {
  switch (n) {
    case 6: t64_gemm1_6x32(x, token, b, c); break;
    case 5: t64_gemm1_5x32(x, token, b, c); break;
    case 4: t64_gemm1_4x32(x, token, b, c); break;
    case 3: t64_gemm1_3x32(x, token, b, c); break;
    case 2: t64_gemm1_2x32(x, token, b, c); break;
    case 1: t64_gemm1_1x32(x, token, b, c); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t64_gemm1_block(const uint32_t *x, const int32_t *token, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t64_gemm1_nx32(n, x + k, token + r,
            weights + ((size_t)p * 18432 + (size_t)k * 64), c + r * 4112 + p * 32);
      }
  }
}

static void t64_gemm2_1x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
}

static void t64_gemm2_2x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
}

static void t64_gemm2_3x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
}

static void t64_gemm2_4x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
}

static void t64_gemm2_5x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
}

static void t64_gemm2_6x32(const uint32_t *a, const char *b, float *c, const float *row_weight) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a[k / 8 + 6944]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 8192);
      __builtin_prefetch(b + 8256);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5920]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5921]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 8320);
      __builtin_prefetch(b + 8384);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5922]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5923]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 8448);
      __builtin_prefetch(b + 8512);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5924]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5925]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 8576);
      __builtin_prefetch(b + 8640);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5926]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5927]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a[7072]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16 weight_5 = f32x16_set1(row_weight[5]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
  f32x16_store(c + 5200, f32x16_mul(acc_5_0, weight_5));
  f32x16_store(c + 5216, f32x16_mul(acc_5_1, weight_5));
}

// The tile for n rows, n from 1 to 6.
static inline void t64_gemm2_nx32(long n, const uint32_t *a, const char *b, float *c, const float *row_weight) {
  switch (n) {
    case 6: t64_gemm2_6x32(a, b, c, row_weight); break;
    case 5: t64_gemm2_5x32(a, b, c, row_weight); break;
    case 4: t64_gemm2_4x32(a, b, c, row_weight); break;
    case 3: t64_gemm2_3x32(a, b, c, row_weight); break;
    case 2: t64_gemm2_2x32(a, b, c, row_weight); break;
    case 1: t64_gemm2_1x32(a, b, c, row_weight); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t64_gemm2_block(const uint32_t *a, const float *expert, float *c, const float *row_weight, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        t64_gemm2_nx32(n, a + r * 1184 + k,
            weights + ((size_t)p * 73728 + (size_t)k * 64), c + r * 1040 + p * 32, row_weight + r);
      }
  }
}

// Logits of block `block` of 16 tokens for panels [panel, end) of the gate.
static void t64_logits(const t64_call *call, long block, long panel, long end) {
  const long t0 = block * 16;
  const long tokens = call->num_tokens - t0 < 16 ? call->num_tokens - t0 : 16;
  t64_gemm0_block(call->x + (size_t)t0 * H, call->packed + GATE_AT, call->logits + t0 * LOGITS, 0, tokens, panel, end);
}

// The choice of a block's tokens. A NaN among a token's logits makes its weights NaN; its indices stay distinct.
static void t64_choose(const t64_call *call, long block) {
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

// 256 elements from the 1024 floats of a row
static void t64_row1(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 1024; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 1024; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[256 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[288] = float_as_word(largest / 127.0f + spoil);
}

// 1024 elements from the 4096 floats of a row
static void t64_row2(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 4096; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 4096; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[1024 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[1152] = float_as_word(largest / 127.0f + spoil);
}

// wide = narrow_x: bfloat16 is the upper half of a float
static void t64_widen(void *argument, long part) {
  const t64_call *call = (const t64_call *)argument;
  const long end = part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens;
  for (size_t i = (size_t)part * PART * H; i < (size_t)end * H; i++) call->wide[i] = word_as_float((uint32_t)call->narrow_x[i] << 16);
}

// Sort the choices by expert, in order of tokens, and cut each expert's rows into blocks of about 24.
static void t64_sort(t64_call *call, int64_t *counts) {
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
    const long parts = (rows + 23) / 24;
    const long even = ((rows + parts - 1) / parts + 5) / 6 * 6;
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

// xs[row] = x[row]
static void t64_permute(void *argument, long part) {
  const t64_call *call = (const t64_call *)argument;
  const long rows = call->num_tokens, end = part * FEW + FEW < rows ? part * FEW + FEW : rows;
  for (long row = part * FEW; row < end; row++)
    t64_row1(call->x + (size_t)row * H, call->xs + row * 320);
}

// Rows [row, end) of the wave's h, whole now, in the type that w2 is multiplied by
static void t64_quantize_rows(const t64_call *call, long row, long end) {
  for (; row < end; row++) t64_row2(call->h_whole + row * 4112, call->h + row * 1184);
}

// h = act(x @ w1) for one block of rows and one block of columns of the wave
static void t64_first(void *argument, long task) {
  const t64_call *call = (const t64_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 16, panels = 128;
  t64_gemm1_block(call->xs, call->token_of + row, expert,
      call->h_whole + (row - call->wave_row) * 4112, 0, rows, panel,
      panel + 16 < panels ? panel + 16 : panels);
}

// ys = weight * (h @ w2)
static void t64_second(void *argument, long task) {
  const t64_call *call = (const t64_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 16, panels = 32;
  t64_gemm2_block(call->h + (row - call->wave_row) * 1184, expert + W2_AT, call->ys + row * 1040, call->row_weight + row, 0, rows, panel,
      panel + 16 < panels ? panel + 16 : panels);
}

// y[t] = sum over k of ys[row_of[t, k]] for tokens [t, end) and columns [from, to)
static void t64_sum_up(const t64_call *call, long t, long end, long from, long to) {
  for (; t < end; t++) {
    const int32_t *row_of = call->row_of + t * CHOICES;
    float whole[1024], *y = call->narrow ? whole : call->y + (size_t)t * H;
    for (long c = from; c < to; c += 16) {
      f32x16 sum = f32x16_load(call->ys + (size_t)row_of[0] * 1040 + c);
      for (long k = 1; k < CHOICES; k++) sum = f32x16_add(sum, f32x16_load(call->ys + (size_t)row_of[k] * 1040 + c));
        f32x16_store(y + c, sum);
    }
    if (call->narrow)
      for (long c = from; c < to; c++) call->narrow_y[(size_t)t * H + c] = bf16_of(whole[c]);
  }
}

// Experts are chosen and rows of equal experts put side by side: what all other items wait for.
static void t64_arrange(t64_call *call) {
  for (long block = 0; call->num_logits > 0 && block * 16 < call->num_tokens; block++) t64_choose(call, block);
  t64_sort(call, call->counts);
  call->wave_row = call->wave_block = 0;
  call->wave_blocks = call->num_blocks;
  for (long block = 0; block < call->num_blocks; block++) call->till_h[block] = t64_COLUMN_BLOCKS_1 + 1;
  for (long columns = 0; columns < t64_COLUMN_BLOCKS_2; columns++) call->till_ys[columns] = (int32_t)call->num_blocks;
  __atomic_store_n(call->till_chosen, 0, __ATOMIC_RELEASE);
}

// One item of a chunk: items are taken in order, whatever order tasks run in, and wait for earlier ones alone, so that what
// any of them waits for is done or under way. First logits and conversions of x, then blocks of h, expert by expert, then
// of ys in the same order, whose h is long there. The last item of some columns of ys adds up theirs of y.
static void t64_item(void *argument, long task) {
  t64_call *call = (t64_call *)argument;
  long item = __atomic_fetch_add(call->next, 1, __ATOMIC_RELAXED);
  (void)task;
  if (item < call->num_first) {
    if (item < call->num_logits) t64_logits(call, item / 2, item % 2, item % 2 + 1);
    else t64_permute(call, item - call->num_logits);
    if (__atomic_sub_fetch(call->till_chosen, 1, __ATOMIC_ACQ_REL) == 1) t64_arrange(call);
    return;
  }
  wait_for(call->till_chosen, 0);
  item -= call->num_first;
  const long blocks = call->num_blocks;
  if (item < blocks * t64_COLUMN_BLOCKS_1) {
    item = in_streams(item, blocks * t64_COLUMN_BLOCKS_1, 2);
    const long block = item / t64_COLUMN_BLOCKS_1;
    t64_first(call, item % t64_COLUMN_BLOCKS_1 * blocks + block);
    if (__atomic_sub_fetch(call->till_h + block, 1, __ATOMIC_ACQ_REL) > 1) return;
    t64_quantize_rows(call, call->block_row[block], call->block_row[block + 1]);
    __atomic_store_n(call->till_h + block, 0, __ATOMIC_RELEASE);
    return;
  }
  item -= blocks * t64_COLUMN_BLOCKS_1;
  if (item >= blocks * t64_COLUMN_BLOCKS_2) return;  // there are as many tasks as blocks there may have been
  item = in_streams(item, blocks * t64_COLUMN_BLOCKS_2, 2);
  const long block = item / t64_COLUMN_BLOCKS_2, columns = item % t64_COLUMN_BLOCKS_2;
  wait_for(call->till_h + block, 0);
  t64_second(call, columns * blocks + block);
  if (__atomic_sub_fetch(call->till_ys + columns, 1, __ATOMIC_ACQ_REL) > 0) return;
  const long from = columns * 512, to = from + 512;
  t64_sum_up(call, 0, call->num_tokens, from, to < H ? to : H);
}

// Lay the arrays of a chunk out in the workspace; its size. With base NULL nothing but the size is of use.
static size_t t64_place(t64_call *call, long num_tokens, int narrow, char *base) {
  const size_t tokens = (size_t)(num_tokens + 15) / 16 * 16, rows = tokens * CHOICES;
  const size_t h_rows = t64_HIDDEN_ROWS > 0 && t64_HIDDEN_ROWS < rows ? t64_HIDDEN_ROWS : rows;
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
  call->xs = (uint32_t *)take(base, &at, tokens * 320 * 4);
  call->h_whole = (float *)take(base, &at, h_rows * 4112 * sizeof(float));
  call->h = (uint32_t *)take(base, &at, h_rows * 1184 * 4);
  call->ys = (float *)take(base, &at, rows * 1040 * sizeof(float));
  call->next = (long *)take(base, &at, sizeof(long));
  call->till_chosen = (int32_t *)take(base, &at, sizeof(int32_t));
  call->till_h = (int32_t *)take(base, &at, rows * sizeof(int32_t));
  call->till_ys = (int32_t *)take(base, &at, t64_COLUMN_BLOCKS_2 * sizeof(int32_t));
  call->wide = call->ys;  // x is not read again once rows of ys are written
  (void)narrow;
  return at;
}

static size_t t64_workspace(long num_tokens, int narrow) {
  t64_call call;
  return t64_place(&call, num_tokens, narrow, NULL);
}

// One chunk of tokens: all of it as the items of one run of tasks.
static void t64_chunk(t64_call *call, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (call->narrow) {
    run(parallel, (call->num_tokens + PART - 1) / PART, t64_widen, call);
    call->x = call->wide;
  }
  const long choices = call->num_tokens * CHOICES, crowded = (choices < EXPERTS ? choices : EXPERTS) + choices / 24;
  call->num_logits = call->routed ? 0 : (call->num_tokens + 15) / 16 * 2;
  call->num_first = call->num_logits + (call->num_tokens + FEW - 1) / FEW;
  call->counts = counts;
  *call->next = 0;
  *call->till_chosen = (int32_t)call->num_first + 1;
  run(parallel, call->num_first + (crowded < choices ? crowded : choices) * (t64_COLUMN_BLOCKS_1 + t64_COLUMN_BLOCKS_2), t64_item, call);
}

// All tokens, in as few chunks as the workspace allows. x and y are floats, or bfloat16 where `narrow`.
static int t64_forward(const void *x, long num_tokens, int narrow, const float *packed, char *workspace, size_t bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (t64_workspace(1, narrow) > bytes) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_workspace_too_small;
  long chunk = num_tokens;
  if (t64_workspace(chunk, narrow) > bytes) {
    long low = 1, high = num_tokens;  // low fits, high does not
    while (high - low > 1) {
      const long middle = low + (high - low) / 2;
      if (t64_workspace(middle, narrow) <= bytes) low = middle; else high = middle;
    }
    chunk = low >= 16 ? low / 16 * 16 : low;
  }
  for (long t = 0; t < num_tokens; t += chunk) {
    t64_call call;
    const long tokens = num_tokens - t < chunk ? num_tokens - t : chunk;
    t64_place(&call, tokens, narrow, workspace);
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
    t64_chunk(&call, counts, parallel);
  }
  return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_ok;
}

// ==== t2048, chosen for 2048 tokens: mr 6, vl 16, kc 0, mc 192, nc 256, unroll 8, prefetch 32, prefetch_panel 1, gather 1, rows_outer 0, wave_rows 512, streams 0 ====

enum {
  t2048_HIDDEN_ROWS = 512,  // rows of h kept at a time; 0: all of them
  t2048_COLUMN_BLOCKS_1 = 16, t2048_COLUMN_BLOCKS_2 = 4
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
  uint32_t *xs;          // (num_tokens, 320): x in the type that it is multiplied in
  float *h_whole;        // (rows of a wave, 4112): h before it is quantised
  uint32_t *h;           // (rows of a wave, 1184)
  float *ys;             // (rows, 1040): weighted outputs
  long wave_block, wave_blocks, wave_row;
} t2048_call;

static void t2048_gemm0_1x32(const float *a, const char *b, float *c, const char *next) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 512);
      const f32x16 b_1 = f32x16_f32_load(b + 576);
      __builtin_prefetch(b + 4608);
      __builtin_prefetch(b + 4672);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 4]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 640);
      const f32x16 b_1 = f32x16_f32_load(b + 704);
      __builtin_prefetch(b + 4736);
      __builtin_prefetch(b + 4800);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 5]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 768);
      const f32x16 b_1 = f32x16_f32_load(b + 832);
      __builtin_prefetch(b + 4864);
      __builtin_prefetch(b + 4928);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 6]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 896);
      const f32x16 b_1 = f32x16_f32_load(b + 960);
      __builtin_prefetch(b + 4992);
      __builtin_prefetch(b + 5056);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 7]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
    }

    b += 1024;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
}

static void t2048_gemm0_2x32(const float *a, const char *b, float *c, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 512);
      const f32x16 b_1 = f32x16_f32_load(b + 576);
      __builtin_prefetch(b + 4608);
      __builtin_prefetch(b + 4672);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 4]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1028]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 640);
      const f32x16 b_1 = f32x16_f32_load(b + 704);
      __builtin_prefetch(b + 4736);
      __builtin_prefetch(b + 4800);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 5]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1029]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 768);
      const f32x16 b_1 = f32x16_f32_load(b + 832);
      __builtin_prefetch(b + 4864);
      __builtin_prefetch(b + 4928);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 6]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1030]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 896);
      const f32x16 b_1 = f32x16_f32_load(b + 960);
      __builtin_prefetch(b + 4992);
      __builtin_prefetch(b + 5056);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 7]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1031]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
    }

    b += 1024;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
}

static void t2048_gemm0_3x32(const float *a, const char *b, float *c, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 512);
      const f32x16 b_1 = f32x16_f32_load(b + 576);
      __builtin_prefetch(b + 4608);
      __builtin_prefetch(b + 4672);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 4]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1028]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2052]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 640);
      const f32x16 b_1 = f32x16_f32_load(b + 704);
      __builtin_prefetch(b + 4736);
      __builtin_prefetch(b + 4800);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 5]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1029]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2053]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 768);
      const f32x16 b_1 = f32x16_f32_load(b + 832);
      __builtin_prefetch(b + 4864);
      __builtin_prefetch(b + 4928);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 6]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1030]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2054]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 896);
      const f32x16 b_1 = f32x16_f32_load(b + 960);
      __builtin_prefetch(b + 4992);
      __builtin_prefetch(b + 5056);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 7]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1031]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2055]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
    }

    b += 1024;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
}

static void t2048_gemm0_4x32(const float *a, const char *b, float *c, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 512);
      const f32x16 b_1 = f32x16_f32_load(b + 576);
      __builtin_prefetch(b + 4608);
      __builtin_prefetch(b + 4672);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 4]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1028]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2052]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3076]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 640);
      const f32x16 b_1 = f32x16_f32_load(b + 704);
      __builtin_prefetch(b + 4736);
      __builtin_prefetch(b + 4800);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 5]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1029]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2053]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3077]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 768);
      const f32x16 b_1 = f32x16_f32_load(b + 832);
      __builtin_prefetch(b + 4864);
      __builtin_prefetch(b + 4928);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 6]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1030]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2054]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3078]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 896);
      const f32x16 b_1 = f32x16_f32_load(b + 960);
      __builtin_prefetch(b + 4992);
      __builtin_prefetch(b + 5056);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 7]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1031]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2055]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3079]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
    }

    b += 1024;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
}

static void t2048_gemm0_5x32(const float *a, const char *b, float *c, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 512);
      const f32x16 b_1 = f32x16_f32_load(b + 576);
      __builtin_prefetch(b + 4608);
      __builtin_prefetch(b + 4672);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 4]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1028]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2052]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3076]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4100]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 640);
      const f32x16 b_1 = f32x16_f32_load(b + 704);
      __builtin_prefetch(b + 4736);
      __builtin_prefetch(b + 4800);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 5]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1029]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2053]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3077]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4101]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 768);
      const f32x16 b_1 = f32x16_f32_load(b + 832);
      __builtin_prefetch(b + 4864);
      __builtin_prefetch(b + 4928);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 6]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1030]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2054]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3078]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4102]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 896);
      const f32x16 b_1 = f32x16_f32_load(b + 960);
      __builtin_prefetch(b + 4992);
      __builtin_prefetch(b + 5056);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 7]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1031]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2055]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3079]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4103]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
    }

    b += 1024;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
}

static void t2048_gemm0_6x32(const float *a, const char *b, float *c, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    {
      const f32x16 b_0 = f32x16_f32_load(b + 0);
      const f32x16 b_1 = f32x16_f32_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 0]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1024]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2048]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3072]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4096]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5120]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 128);
      const f32x16 b_1 = f32x16_f32_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 1]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1025]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2049]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3073]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4097]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5121]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 256);
      const f32x16 b_1 = f32x16_f32_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 2]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1026]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2050]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3074]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4098]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5122]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 384);
      const f32x16 b_1 = f32x16_f32_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 3]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1027]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2051]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3075]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4099]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5123]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 512);
      const f32x16 b_1 = f32x16_f32_load(b + 576);
      __builtin_prefetch(b + 4608);
      __builtin_prefetch(b + 4672);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 4]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1028]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2052]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3076]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4100]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5124]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 640);
      const f32x16 b_1 = f32x16_f32_load(b + 704);
      __builtin_prefetch(b + 4736);
      __builtin_prefetch(b + 4800);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 5]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1029]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2053]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3077]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4101]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5125]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 768);
      const f32x16 b_1 = f32x16_f32_load(b + 832);
      __builtin_prefetch(b + 4864);
      __builtin_prefetch(b + 4928);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 6]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1030]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2054]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3078]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4102]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5126]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }
    {
      const f32x16 b_0 = f32x16_f32_load(b + 896);
      const f32x16 b_1 = f32x16_f32_load(b + 960);
      __builtin_prefetch(b + 4992);
      __builtin_prefetch(b + 5056);
      const f32x16 a_at_0 = f32x16_f32_a(a[k + 7]);
      acc_0_0 = f32x16_f32_dot(acc_0_0, a_at_0, b_0);
      acc_0_1 = f32x16_f32_dot(acc_0_1, a_at_0, b_1);
      const f32x16 a_at_1 = f32x16_f32_a(a[k + 1031]);
      acc_1_0 = f32x16_f32_dot(acc_1_0, a_at_1, b_0);
      acc_1_1 = f32x16_f32_dot(acc_1_1, a_at_1, b_1);
      const f32x16 a_at_2 = f32x16_f32_a(a[k + 2055]);
      acc_2_0 = f32x16_f32_dot(acc_2_0, a_at_2, b_0);
      acc_2_1 = f32x16_f32_dot(acc_2_1, a_at_2, b_1);
      const f32x16 a_at_3 = f32x16_f32_a(a[k + 3079]);
      acc_3_0 = f32x16_f32_dot(acc_3_0, a_at_3, b_0);
      acc_3_1 = f32x16_f32_dot(acc_3_1, a_at_3, b_1);
      const f32x16 a_at_4 = f32x16_f32_a(a[k + 4103]);
      acc_4_0 = f32x16_f32_dot(acc_4_0, a_at_4, b_0);
      acc_4_1 = f32x16_f32_dot(acc_4_1, a_at_4, b_1);
      const f32x16 a_at_5 = f32x16_f32_a(a[k + 5127]);
      acc_5_0 = f32x16_f32_dot(acc_5_0, a_at_5, b_0);
      acc_5_1 = f32x16_f32_dot(acc_5_1, a_at_5, b_1);
    }

    b += 1024;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  f32x16_store(c + 0, acc_0_0);
  f32x16_store(c + 16, acc_0_1);
  f32x16_store(c + 64, acc_1_0);
  f32x16_store(c + 80, acc_1_1);
  f32x16_store(c + 128, acc_2_0);
  f32x16_store(c + 144, acc_2_1);
  f32x16_store(c + 192, acc_3_0);
  f32x16_store(c + 208, acc_3_1);
  f32x16_store(c + 256, acc_4_0);
  f32x16_store(c + 272, acc_4_1);
  f32x16_store(c + 320, acc_5_0);
  f32x16_store(c + 336, acc_5_1);
}

// The tile for n rows, n from 1 to 6.
static inline void t2048_gemm0_nx32(long n, const float *a, const char *b, float *c, const char *next) {
  switch (n) {
    case 6: t2048_gemm0_6x32(a, b, c, next); break;
    case 5: t2048_gemm0_5x32(a, b, c, next); break;
    case 4: t2048_gemm0_4x32(a, b, c, next); break;
    case 3: t2048_gemm0_3x32(a, b, c, next); break;
    case 2: t2048_gemm0_2x32(a, b, c, next); break;
    case 1: t2048_gemm0_1x32(a, b, c, next); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t2048_gemm0_block(const float *a, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        // Each tile of this panel brings its share of the panel that comes next into L2, one line every 8 steps.
        const char *next = weights + (size_t)(p + 1 < panel_end ? p + 1 : panel) * 131072 + (size_t)(p + 1 < panel_end ? k : k + 1024) * 128
            + (size_t)((r - row) / 6) * 8192;
        t2048_gemm0_nx32(n, a + r * 1024 + k,
            weights + ((size_t)p * 131072 + (size_t)k * 128), c + r * 64 + p * 32, next);
      }
  }
}

static void t2048_gemm1_1x32(const uint32_t *x, const int32_t *token, const char *b, float *c, const char *next) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
}

static void t2048_gemm1_2x32(const uint32_t *x, const int32_t *token, const char *b, float *c, const char *next) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
}

static void t2048_gemm1_3x32(const uint32_t *x, const int32_t *token, const char *b, float *c, const char *next) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
}

static void t2048_gemm1_4x32(const uint32_t *x, const int32_t *token, const char *b, float *c, const char *next) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
}

static void t2048_gemm1_5x32(const uint32_t *x, const int32_t *token, const char *b, float *c, const char *next) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
}

static void t2048_gemm1_6x32(const uint32_t *x, const int32_t *token, const char *b, float *c, const char *next) {
  const uint32_t *a_0 = x + (size_t)token[0] * 320;
  const uint32_t *a_1 = x + (size_t)token[1] * 320;
  const uint32_t *a_2 = x + (size_t)token[2] * 320;
  const uint32_t *a_3 = x + (size_t)token[3] * 320;
  const uint32_t *a_4 = x + (size_t)token[4] * 320;
  const uint32_t *a_5 = x + (size_t)token[5] * 320;
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 256; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a_0[k / 8 + 256]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a_1[k / 8 + 256]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a_2[k / 8 + 256]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a_3[k / 8 + 256]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a_4[k / 8 + 256]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a_5[k / 8 + 256]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 0]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 0]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 0]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 0]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 0]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 1]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 1]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 1]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 1]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 1]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 2]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 2]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 2]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 2]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 2]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 3]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 3]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 3]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 3]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 3]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 4]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 4]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 4]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 4]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 4]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 5]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 5]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 5]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 5]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 5]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a_0[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a_1[k + 6]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a_2[k + 6]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a_3[k + 6]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a_4[k + 6]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a_5[k + 6]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a_0[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a_1[k + 7]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a_2[k + 7]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a_3[k + 7]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a_4[k + 7]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a_5[k + 7]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a_0[288]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a_1[288]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a_2[288]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a_3[288]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a_4[288]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a_5[288]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16_store(c + 0, f32x16_activate(acc_0_0));
  f32x16_store(c + 16, f32x16_activate(acc_0_1));
  f32x16_store(c + 4112, f32x16_activate(acc_1_0));
  f32x16_store(c + 4128, f32x16_activate(acc_1_1));
  f32x16_store(c + 8224, f32x16_activate(acc_2_0));
  f32x16_store(c + 8240, f32x16_activate(acc_2_1));
  f32x16_store(c + 12336, f32x16_activate(acc_3_0));
  f32x16_store(c + 12352, f32x16_activate(acc_3_1));
  f32x16_store(c + 16448, f32x16_activate(acc_4_0));
  f32x16_store(c + 16464, f32x16_activate(acc_4_1));
  f32x16_store(c + 20560, f32x16_activate(acc_5_0));
  f32x16_store(c + 20576, f32x16_activate(acc_5_1));
}

// The tile for n rows, n from 1 to 6.
static inline void t2048_gemm1_nx32(long n, const uint32_t *x, const int32_t *token, const char *b, float *c, const char *next) {
  switch (n) {
    case 6: t2048_gemm1_6x32(x, token, b, c, next); break;
    case 5: t2048_gemm1_5x32(x, token, b, c, next); break;
    case 4: t2048_gemm1_4x32(x, token, b, c, next); break;
    case 3: t2048_gemm1_3x32(x, token, b, c, next); break;
    case 2: t2048_gemm1_2x32(x, token, b, c, next); break;
    case 1: t2048_gemm1_1x32(x, token, b, c, next); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t2048_gemm1_block(const uint32_t *x, const int32_t *token, const float *expert, float *c, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        // Each tile of this panel brings its share of the panel that comes next into L2, one line every 4 steps.
        const char *next = weights + (size_t)(p + 1 < panel_end ? p + 1 : panel) * 18432 + (size_t)(p + 1 < panel_end ? k : k + 256) * 64
            + (size_t)((r - row) / 6) * 2048;
        t2048_gemm1_nx32(n, x + k, token + r,
            weights + ((size_t)p * 18432 + (size_t)k * 64), c + r * 4112 + p * 32, next);
      }
  }
}

static void t2048_gemm2_1x32(const uint32_t *a, const char *b, float *c, const float *row_weight, const char *next) {
  f32x16 acc_0_0, acc_0_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
}

static void t2048_gemm2_2x32(const uint32_t *a, const char *b, float *c, const float *row_weight, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
}

static void t2048_gemm2_3x32(const uint32_t *a, const char *b, float *c, const float *row_weight, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
}

static void t2048_gemm2_4x32(const uint32_t *a, const char *b, float *c, const float *row_weight, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
}

static void t2048_gemm2_5x32(const uint32_t *a, const char *b, float *c, const float *row_weight, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
}

static void t2048_gemm2_6x32(const uint32_t *a, const char *b, float *c, const float *row_weight, const char *next) {
  f32x16 acc_0_0, acc_0_1, acc_1_0, acc_1_1, acc_2_0, acc_2_1, acc_3_0, acc_3_1, acc_4_0, acc_4_1, acc_5_0, acc_5_1;
  acc_0_0 = f32x16_zero();
  acc_0_1 = f32x16_zero();
  acc_1_0 = f32x16_zero();
  acc_1_1 = f32x16_zero();
  acc_2_0 = f32x16_zero();
  acc_2_1 = f32x16_zero();
  acc_3_0 = f32x16_zero();
  acc_3_1 = f32x16_zero();
  acc_4_0 = f32x16_zero();
  acc_4_1 = f32x16_zero();
  acc_5_0 = f32x16_zero();
  acc_5_1 = f32x16_zero();
  long k = 0;  // counts elements of A
  for (; k < 1024; k += 8) {
    // Weights are stored plus 8: the sums begin at -8 times the sum of A's row over the group, which stands behind it.
    f32x16_words sum_0_0 = f32x16_words_set1((int32_t)a[k / 8 + 1024]); f32x16_words sum_0_1 = sum_0_0;
    f32x16_words sum_1_0 = f32x16_words_set1((int32_t)a[k / 8 + 2208]); f32x16_words sum_1_1 = sum_1_0;
    f32x16_words sum_2_0 = f32x16_words_set1((int32_t)a[k / 8 + 3392]); f32x16_words sum_2_1 = sum_2_0;
    f32x16_words sum_3_0 = f32x16_words_set1((int32_t)a[k / 8 + 4576]); f32x16_words sum_3_1 = sum_3_0;
    f32x16_words sum_4_0 = f32x16_words_set1((int32_t)a[k / 8 + 5760]); f32x16_words sum_4_1 = sum_4_0;
    f32x16_words sum_5_0 = f32x16_words_set1((int32_t)a[k / 8 + 6944]); f32x16_words sum_5_1 = sum_5_0;
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 0);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 64);
      __builtin_prefetch(b + 4096);
      __builtin_prefetch(b + 4160);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 0]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1184]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2368]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3552]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4736]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5920]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 1]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1185]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2369]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3553]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4737]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5921]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 128);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 192);
      __builtin_prefetch(b + 4224);
      __builtin_prefetch(b + 4288);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 2]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1186]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2370]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3554]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4738]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5922]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 3]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1187]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2371]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3555]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4739]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5923]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 256);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 320);
      __builtin_prefetch(b + 4352);
      __builtin_prefetch(b + 4416);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 4]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1188]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2372]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3556]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4740]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5924]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 5]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1189]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2373]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3557]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4741]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5925]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }
    {
      const f32x16_words raw_0 = f32x16_int4_quads_load(b + 384);
      const f32x16_words raw_1 = f32x16_int4_quads_load(b + 448);
      __builtin_prefetch(b + 4480);
      __builtin_prefetch(b + 4544);
      const f32x16_words b_0_0 = f32x16_int4_quads_part(raw_0, 0);
      const f32x16_words b_0_1 = f32x16_int4_quads_part(raw_1, 0);
      const f32x16_words a_at_0_0 = f32x16_int4_quads_a(a[k + 6]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_0_0, b_0_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_0_0, b_0_1);
      const f32x16_words a_at_0_1 = f32x16_int4_quads_a(a[k + 1190]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_0_1, b_0_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_0_1, b_0_1);
      const f32x16_words a_at_0_2 = f32x16_int4_quads_a(a[k + 2374]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_0_2, b_0_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_0_2, b_0_1);
      const f32x16_words a_at_0_3 = f32x16_int4_quads_a(a[k + 3558]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_0_3, b_0_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_0_3, b_0_1);
      const f32x16_words a_at_0_4 = f32x16_int4_quads_a(a[k + 4742]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_0_4, b_0_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_0_4, b_0_1);
      const f32x16_words a_at_0_5 = f32x16_int4_quads_a(a[k + 5926]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_0_5, b_0_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_0_5, b_0_1);
      const f32x16_words b_1_0 = f32x16_int4_quads_part(raw_0, 1);
      const f32x16_words b_1_1 = f32x16_int4_quads_part(raw_1, 1);
      const f32x16_words a_at_1_0 = f32x16_int4_quads_a(a[k + 7]);
      sum_0_0 = f32x16_int4_quads_dot(sum_0_0, a_at_1_0, b_1_0);
      sum_0_1 = f32x16_int4_quads_dot(sum_0_1, a_at_1_0, b_1_1);
      const f32x16_words a_at_1_1 = f32x16_int4_quads_a(a[k + 1191]);
      sum_1_0 = f32x16_int4_quads_dot(sum_1_0, a_at_1_1, b_1_0);
      sum_1_1 = f32x16_int4_quads_dot(sum_1_1, a_at_1_1, b_1_1);
      const f32x16_words a_at_1_2 = f32x16_int4_quads_a(a[k + 2375]);
      sum_2_0 = f32x16_int4_quads_dot(sum_2_0, a_at_1_2, b_1_0);
      sum_2_1 = f32x16_int4_quads_dot(sum_2_1, a_at_1_2, b_1_1);
      const f32x16_words a_at_1_3 = f32x16_int4_quads_a(a[k + 3559]);
      sum_3_0 = f32x16_int4_quads_dot(sum_3_0, a_at_1_3, b_1_0);
      sum_3_1 = f32x16_int4_quads_dot(sum_3_1, a_at_1_3, b_1_1);
      const f32x16_words a_at_1_4 = f32x16_int4_quads_a(a[k + 4743]);
      sum_4_0 = f32x16_int4_quads_dot(sum_4_0, a_at_1_4, b_1_0);
      sum_4_1 = f32x16_int4_quads_dot(sum_4_1, a_at_1_4, b_1_1);
      const f32x16_words a_at_1_5 = f32x16_int4_quads_a(a[k + 5927]);
      sum_5_0 = f32x16_int4_quads_dot(sum_5_0, a_at_1_5, b_1_0);
      sum_5_1 = f32x16_int4_quads_dot(sum_5_1, a_at_1_5, b_1_1);
    }

    const f32x16 scale_0 = f32x16_load_bf16(b + 512);
    acc_0_0 = f32x16_fma(f32x16_from_words(sum_0_0), scale_0, acc_0_0);
    acc_1_0 = f32x16_fma(f32x16_from_words(sum_1_0), scale_0, acc_1_0);
    acc_2_0 = f32x16_fma(f32x16_from_words(sum_2_0), scale_0, acc_2_0);
    acc_3_0 = f32x16_fma(f32x16_from_words(sum_3_0), scale_0, acc_3_0);
    acc_4_0 = f32x16_fma(f32x16_from_words(sum_4_0), scale_0, acc_4_0);
    acc_5_0 = f32x16_fma(f32x16_from_words(sum_5_0), scale_0, acc_5_0);
    const f32x16 scale_1 = f32x16_load_bf16(b + 544);
    acc_0_1 = f32x16_fma(f32x16_from_words(sum_0_1), scale_1, acc_0_1);
    acc_1_1 = f32x16_fma(f32x16_from_words(sum_1_1), scale_1, acc_1_1);
    acc_2_1 = f32x16_fma(f32x16_from_words(sum_2_1), scale_1, acc_2_1);
    acc_3_1 = f32x16_fma(f32x16_from_words(sum_3_1), scale_1, acc_3_1);
    acc_4_1 = f32x16_fma(f32x16_from_words(sum_4_1), scale_1, acc_4_1);
    acc_5_1 = f32x16_fma(f32x16_from_words(sum_5_1), scale_1, acc_5_1);
    b += 576;
    __builtin_prefetch(next, 0, 2);
    next += 64;
  }
  const f32x16 scale_of_0 = f32x16_set1(word_as_float(a[1152]));
  acc_0_0 = f32x16_mul(acc_0_0, scale_of_0);
  acc_0_1 = f32x16_mul(acc_0_1, scale_of_0);
  const f32x16 scale_of_1 = f32x16_set1(word_as_float(a[2336]));
  acc_1_0 = f32x16_mul(acc_1_0, scale_of_1);
  acc_1_1 = f32x16_mul(acc_1_1, scale_of_1);
  const f32x16 scale_of_2 = f32x16_set1(word_as_float(a[3520]));
  acc_2_0 = f32x16_mul(acc_2_0, scale_of_2);
  acc_2_1 = f32x16_mul(acc_2_1, scale_of_2);
  const f32x16 scale_of_3 = f32x16_set1(word_as_float(a[4704]));
  acc_3_0 = f32x16_mul(acc_3_0, scale_of_3);
  acc_3_1 = f32x16_mul(acc_3_1, scale_of_3);
  const f32x16 scale_of_4 = f32x16_set1(word_as_float(a[5888]));
  acc_4_0 = f32x16_mul(acc_4_0, scale_of_4);
  acc_4_1 = f32x16_mul(acc_4_1, scale_of_4);
  const f32x16 scale_of_5 = f32x16_set1(word_as_float(a[7072]));
  acc_5_0 = f32x16_mul(acc_5_0, scale_of_5);
  acc_5_1 = f32x16_mul(acc_5_1, scale_of_5);
  f32x16 weight_0 = f32x16_set1(row_weight[0]);
  f32x16 weight_1 = f32x16_set1(row_weight[1]);
  f32x16 weight_2 = f32x16_set1(row_weight[2]);
  f32x16 weight_3 = f32x16_set1(row_weight[3]);
  f32x16 weight_4 = f32x16_set1(row_weight[4]);
  f32x16 weight_5 = f32x16_set1(row_weight[5]);
  f32x16_store(c + 0, f32x16_mul(acc_0_0, weight_0));
  f32x16_store(c + 16, f32x16_mul(acc_0_1, weight_0));
  f32x16_store(c + 1040, f32x16_mul(acc_1_0, weight_1));
  f32x16_store(c + 1056, f32x16_mul(acc_1_1, weight_1));
  f32x16_store(c + 2080, f32x16_mul(acc_2_0, weight_2));
  f32x16_store(c + 2096, f32x16_mul(acc_2_1, weight_2));
  f32x16_store(c + 3120, f32x16_mul(acc_3_0, weight_3));
  f32x16_store(c + 3136, f32x16_mul(acc_3_1, weight_3));
  f32x16_store(c + 4160, f32x16_mul(acc_4_0, weight_4));
  f32x16_store(c + 4176, f32x16_mul(acc_4_1, weight_4));
  f32x16_store(c + 5200, f32x16_mul(acc_5_0, weight_5));
  f32x16_store(c + 5216, f32x16_mul(acc_5_1, weight_5));
}

// The tile for n rows, n from 1 to 6.
static inline void t2048_gemm2_nx32(long n, const uint32_t *a, const char *b, float *c, const float *row_weight, const char *next) {
  switch (n) {
    case 6: t2048_gemm2_6x32(a, b, c, row_weight, next); break;
    case 5: t2048_gemm2_5x32(a, b, c, row_weight, next); break;
    case 4: t2048_gemm2_4x32(a, b, c, row_weight, next); break;
    case 3: t2048_gemm2_3x32(a, b, c, row_weight, next); break;
    case 2: t2048_gemm2_2x32(a, b, c, row_weight, next); break;
    case 1: t2048_gemm2_1x32(a, b, c, row_weight, next); break;
  }
}

// Rows [row, end) times panels [panel, panel_end) of one expert. Panel p holds columns 32p and on.
static void t2048_gemm2_block(const uint32_t *a, const float *expert, float *c, const float *row_weight, long row, long end, long panel, long panel_end) {
  const char *weights = (const char *)expert;
  {
    const long k = 0;
    for (long p = panel; p < panel_end; p++)
      for (long r = row; r < end; r += 6) {
        const long n = end - r < 6 ? end - r : 6;
        // Each tile of this panel brings its share of the panel that comes next into L2, one line every 4 steps.
        const char *next = weights + (size_t)(p + 1 < panel_end ? p + 1 : panel) * 73728 + (size_t)(p + 1 < panel_end ? k : k + 1024) * 64
            + (size_t)((r - row) / 6) * 8192;
        t2048_gemm2_nx32(n, a + r * 1184 + k,
            weights + ((size_t)p * 73728 + (size_t)k * 64), c + r * 1040 + p * 32, row_weight + r, next);
      }
  }
}

// Logits of block `block` of 16 tokens for panels [panel, end) of the gate.
static void t2048_logits(const t2048_call *call, long block, long panel, long end) {
  const long t0 = block * 16;
  const long tokens = call->num_tokens - t0 < 16 ? call->num_tokens - t0 : 16;
  t2048_gemm0_block(call->x + (size_t)t0 * H, call->packed + GATE_AT, call->logits + t0 * LOGITS, 0, tokens, panel, end);
}

// The choice of a block's tokens. A NaN among a token's logits makes its weights NaN; its indices stay distinct.
static void t2048_choose(const t2048_call *call, long block) {
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

static void t2048_route(void *argument, long block) {
  const t2048_call *call = (const t2048_call *)argument;
  t2048_logits(call, block, 0, 2);
  t2048_choose(call, block);
}

// 256 elements from the 1024 floats of a row
static void t2048_row1(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 1024; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 1024; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[256 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[288] = float_as_word(largest / 127.0f + spoil);
}

// 1024 elements from the 4096 floats of a row
static void t2048_row2(const float *x, uint32_t *to) {
  f32x16 most = f32x16_zero(), spoiled = f32x16_zero();  // spoiled: NaN where there is a NaN or an inf
  for (long c = 0; c < 4096; c += 16) {
    const f32x16 value = f32x16_load(x + c);
    most = f32x16_max(f32x16_max(value, f32x16_sub(f32x16_zero(), value)), most);
    spoiled = f32x16_add(spoiled, f32x16_mul(value, f32x16_zero()));
  }
  float lanes[16], spoils[16], largest = 0.0f, spoil = 0.0f;
  f32x16_store(lanes, most);
  f32x16_store(spoils, spoiled);
  for (long i = 0; i < 16; i++) {
    largest = lanes[i] > largest ? lanes[i] : largest;
    spoil += spoils[i];
  }
  // A row this small is taken for zero, since its inverse is not a float.
  const f32x16 inverse = f32x16_set1(largest < 1e-36f ? 0.0f : 127.0f / largest);
  for (long start = 0; start < 4096; start += 32) {
    f32x16 sum = f32x16_zero();
    for (long c = start; c < start + 32; c += 16) {
      const f32x16 value = f32x16_load(x + c);
      const f32x16 q = f32x16_nearest(f32x16_mul(value, inverse));
      f32x16_store_s8((char *)to + 1 * c, q);
      sum = f32x16_add(sum, q);
    }
    float total = 0.0f;
    f32x16_store(lanes, sum);
    for (long i = 0; i < 16; i++) total += lanes[i];
    to[1024 + start / 32] = (uint32_t)(total == total ? (int32_t)(-8.0f * total) : 0);
  }
  to[1152] = float_as_word(largest / 127.0f + spoil);
}

// wide = narrow_x: bfloat16 is the upper half of a float
static void t2048_widen(void *argument, long part) {
  const t2048_call *call = (const t2048_call *)argument;
  const long end = part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens;
  for (size_t i = (size_t)part * PART * H; i < (size_t)end * H; i++) call->wide[i] = word_as_float((uint32_t)call->narrow_x[i] << 16);
}

// Sort the choices by expert, in order of tokens, and cut each expert's rows into blocks of about 192.
static void t2048_sort(t2048_call *call, int64_t *counts) {
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
    const long parts = (rows + 191) / 192;
    const long even = ((rows + parts - 1) / parts + 5) / 6 * 6;
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

// xs[row] = x[row]
static void t2048_permute(void *argument, long part) {
  const t2048_call *call = (const t2048_call *)argument;
  const long rows = call->num_tokens, end = part * FEW + FEW < rows ? part * FEW + FEW : rows;
  for (long row = part * FEW; row < end; row++)
    t2048_row1(call->x + (size_t)row * H, call->xs + row * 320);
}

// Rows [row, end) of the wave's h, whole now, in the type that w2 is multiplied by
static void t2048_quantize_rows(const t2048_call *call, long row, long end) {
  for (; row < end; row++) t2048_row2(call->h_whole + row * 4112, call->h + row * 1184);
}

static void t2048_quantize(void *argument, long part) {
  const t2048_call *call = (const t2048_call *)argument;
  const long rows = call->block_row[call->wave_block + call->wave_blocks] - call->wave_row;
  t2048_quantize_rows(call, part * FEW, part * FEW + FEW < rows ? part * FEW + FEW : rows);
}

// h = act(x @ w1) for one block of rows and one block of columns of the wave
static void t2048_first(void *argument, long task) {
  const t2048_call *call = (const t2048_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 8, panels = 128;
  t2048_gemm1_block(call->xs, call->token_of + row, expert,
      call->h_whole + (row - call->wave_row) * 4112, 0, rows, panel,
      panel + 8 < panels ? panel + 8 : panels);
}

// ys = weight * (h @ w2)
static void t2048_second(void *argument, long task) {
  const t2048_call *call = (const t2048_call *)argument;
  const long block = call->wave_block + task % call->wave_blocks, columns = task / call->wave_blocks;
  const long row = call->block_row[block], rows = call->block_row[block + 1] - row;
  const float *expert = call->packed + EXPERTS_AT + (size_t)call->block_expert[block] * EXPERT_STRIDE;
  const long panel = columns * 8, panels = 32;
  t2048_gemm2_block(call->h + (row - call->wave_row) * 1184, expert + W2_AT, call->ys + row * 1040, call->row_weight + row, 0, rows, panel,
      panel + 8 < panels ? panel + 8 : panels);
}

// y[t] = sum over k of ys[row_of[t, k]] for tokens [t, end) and columns [from, to)
static void t2048_sum_up(const t2048_call *call, long t, long end, long from, long to) {
  for (; t < end; t++) {
    const int32_t *row_of = call->row_of + t * CHOICES;
    float whole[1024], *y = call->narrow ? whole : call->y + (size_t)t * H;
    for (long c = from; c < to; c += 16) {
      f32x16 sum = f32x16_load(call->ys + (size_t)row_of[0] * 1040 + c);
      for (long k = 1; k < CHOICES; k++) sum = f32x16_add(sum, f32x16_load(call->ys + (size_t)row_of[k] * 1040 + c));
        f32x16_store(y + c, sum);
    }
    if (call->narrow)
      for (long c = from; c < to; c++) call->narrow_y[(size_t)t * H + c] = bf16_of(whole[c]);
  }
}

static void t2048_combine(void *argument, long part) {
  const t2048_call *call = (const t2048_call *)argument;
  t2048_sum_up(call, part * PART, part * PART + PART < call->num_tokens ? part * PART + PART : call->num_tokens, 0, H);
}

// Lay the arrays of a chunk out in the workspace; its size. With base NULL nothing but the size is of use.
static size_t t2048_place(t2048_call *call, long num_tokens, int narrow, char *base) {
  const size_t tokens = (size_t)(num_tokens + 15) / 16 * 16, rows = tokens * CHOICES;
  const size_t h_rows = t2048_HIDDEN_ROWS > 0 && t2048_HIDDEN_ROWS < rows ? t2048_HIDDEN_ROWS : rows;
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
  call->xs = (uint32_t *)take(base, &at, tokens * 320 * 4);
  call->h_whole = (float *)take(base, &at, h_rows * 4112 * sizeof(float));
  call->h = (uint32_t *)take(base, &at, h_rows * 1184 * 4);
  call->ys = (float *)take(base, &at, rows * 1040 * sizeof(float));
  call->wide = call->ys;  // x is not read again once rows of ys are written
  (void)narrow;
  return at;
}

static size_t t2048_workspace(long num_tokens, int narrow) {
  t2048_call call;
  return t2048_place(&call, num_tokens, narrow, NULL);
}

// One chunk of tokens: route, sort, both GEMMs wave by wave, combine.
static void t2048_chunk(t2048_call *call, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (call->narrow) {
    run(parallel, (call->num_tokens + PART - 1) / PART, t2048_widen, call);
    call->x = call->wide;
  }
  if (!call->routed) run(parallel, (call->num_tokens + 15) / 16, t2048_route, call);
  t2048_sort(call, counts);
  run(parallel, (call->num_tokens + FEW - 1) / FEW, t2048_permute, call);
  const long wave_limit = t2048_HIDDEN_ROWS > 0 ? t2048_HIDDEN_ROWS : call->num_tokens * CHOICES;
  for (call->wave_block = 0; call->wave_block < call->num_blocks; call->wave_block += call->wave_blocks) {
    long end = call->wave_block + 1;
    call->wave_row = call->block_row[call->wave_block];
    while (end < call->num_blocks && call->block_row[end + 1] - call->wave_row <= wave_limit) end++;
    call->wave_blocks = end - call->wave_block;
    run(parallel, call->wave_blocks * t2048_COLUMN_BLOCKS_1, t2048_first, call);
    run(parallel, (call->block_row[end] - call->wave_row + FEW - 1) / FEW, t2048_quantize, call);
    run(parallel, call->wave_blocks * t2048_COLUMN_BLOCKS_2, t2048_second, call);
  }
  run(parallel, (call->num_tokens + PART - 1) / PART, t2048_combine, call);
}

// All tokens, in as few chunks as the workspace allows. x and y are floats, or bfloat16 where `narrow`.
static int t2048_forward(const void *x, long num_tokens, int narrow, const float *packed, char *workspace, size_t bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (t2048_workspace(1, narrow) > bytes) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_workspace_too_small;
  long chunk = num_tokens;
  if (t2048_workspace(chunk, narrow) > bytes) {
    long low = 1, high = num_tokens;  // low fits, high does not
    while (high - low > 1) {
      const long middle = low + (high - low) / 2;
      if (t2048_workspace(middle, narrow) <= bytes) low = middle; else high = middle;
    }
    chunk = low >= 16 ? low / 16 * 16 : low;
  }
  for (long t = 0; t < num_tokens; t += chunk) {
    t2048_call call;
    const long tokens = num_tokens - t < chunk ? num_tokens - t : chunk;
    t2048_place(&call, tokens, narrow, workspace);
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
    t2048_chunk(&call, counts, parallel);
  }
  return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_ok;
}

// ==== Dispatch on the number of tokens ====

long moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_chosen(long num_tokens) {
  if (num_tokens <= 2) return 1;
  if (num_tokens <= 8) return 4;
  if (num_tokens <= 32) return 16;
  if (num_tokens <= 362) return 64;
  return 2048;
}

static size_t most_of(size_t a, size_t b) { return a > b ? a : b; }

size_t moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_workspace_bytes(long num_tokens) {
  if (num_tokens < 1) num_tokens = 1;
  if (num_tokens <= 2) return most_of(t1_workspace(num_tokens, 0), t1_workspace(1, 1));
  if (num_tokens <= 8) return most_of(t4_workspace(num_tokens, 0), t4_workspace(1, 1));
  if (num_tokens <= 32) return most_of(t16_workspace(num_tokens, 0), t16_workspace(1, 1));
  if (num_tokens <= 362) return most_of(t64_workspace(num_tokens, 0), t64_workspace(1, 1));
  return most_of(t2048_workspace(num_tokens, 0), t2048_workspace(1, 1));
}

size_t moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_workspace_min_bytes(void) {
  size_t most = 0;
  most = most_of(most, t1_workspace(1, 1));
  most = most_of(most, t4_workspace(1, 1));
  most = most_of(most, t16_workspace(1, 1));
  most = most_of(most, t64_workspace(1, 1));
  most = most_of(most, t2048_workspace(1, 1));
  return most;
}

static int forward(const void *x, long num_tokens, int narrow, const void *packed, void *workspace, size_t workspace_bytes,
    void *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  if (num_tokens < 0 || packed == NULL || workspace == NULL) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_bad_argument;
  if (num_tokens > 0 && (x == NULL || y == NULL)) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_bad_argument;
  if ((uintptr_t)packed % 64 || (uintptr_t)workspace % 64) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_misaligned;
  if (routed) {
    if (num_tokens > 0 && (indices == NULL || weights == NULL)) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_bad_argument;
    for (long i = 0; i < num_tokens * K; i++)
      if (indices[i] < 0 || indices[i] >= E) return moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_bad_index;
  }
  if (counts) memset(counts, 0, E * sizeof *counts);
  if (num_tokens <= 2) return t1_forward(x, num_tokens, narrow, (const float *)packed, (char *)workspace,
      workspace_bytes, y, routed, indices, weights, counts, parallel);
  if (num_tokens <= 8) return t4_forward(x, num_tokens, narrow, (const float *)packed, (char *)workspace,
      workspace_bytes, y, routed, indices, weights, counts, parallel);
  if (num_tokens <= 32) return t16_forward(x, num_tokens, narrow, (const float *)packed, (char *)workspace,
      workspace_bytes, y, routed, indices, weights, counts, parallel);
  if (num_tokens <= 362) return t64_forward(x, num_tokens, narrow, (const float *)packed, (char *)workspace,
      workspace_bytes, y, routed, indices, weights, counts, parallel);
  return t2048_forward(x, num_tokens, narrow, (const float *)packed, (char *)workspace,
      workspace_bytes, y, routed, indices, weights, counts, parallel);
}

int moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_forward(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  return forward(x, num_tokens, 0, packed, workspace, workspace_bytes, y, 0, indices, weights, counts, parallel);
}

int moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_forward_routed(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, const int32_t *indices, const float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  return forward(x, num_tokens, 0, packed, workspace, workspace_bytes, y, 1, (int32_t *)indices, (float *)weights, counts,
      parallel);
}

int moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_forward_bf16(const uint16_t *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    uint16_t *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int4_h1024_i4096_e64_k2_relu_79185341__avx512_vnni_parallel *parallel) {
  return forward(x, num_tokens, 1, packed, workspace, workspace_bytes, y, routed, indices, weights, counts, parallel);
}
