/* moe_int8_h1024_i4096_e64_k2_relu-5422d8e6 on avx512_vnni: a Mixture-of-Experts layer with H=1024, I=4096, E=64, K=2, relu.
 *
 *   p = softmax(x @ gate); y = sum over the top 2 experts of weight * (act(x @ w1 + b1) @ w2 + b2)
 *
 * No function allocates, aborts or keeps state; any number of threads may call with workspaces of their own.
 */
#ifndef MOE_INT8_H1024_I4096_E64_K2_RELU_5422D8E6__AVX512_VNNI_H
#define MOE_INT8_H1024_I4096_E64_K2_RELU_5422D8E6__AVX512_VNNI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What _forward returns. */
enum {
  moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_ok = 0,
  moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_bad_argument = -1,        /* a NULL where an array is needed, or a negative num_tokens */
  moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_misaligned = -2,          /* packed or workspace is not aligned to 64 bytes */
  moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_workspace_too_small = -3, /* less than for one token */
  moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_bad_index = -4            /* a given index outside [0, E) */
};

/* Runs task(argument, i) once for each i in [0, num_tasks), in any order and on any threads, and returns when all are
 * done. A layer is given one of these, or NULL to stay on the caller's thread. */
typedef struct {
  void *context;
  void (*run)(void *context, long num_tasks, void (*task)(void *argument, long index), void *argument);
} moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_parallel;

/* Bytes of the packed weights. */
size_t moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_packed_bytes(void);

/* Pack the router's gate (H, E), and one expert: w1 (H, I), w2 (I, H), all row-major
 * float32. Experts may be packed in any order, and at the same time. * w1 and w2 are integers from -127 to 127, with a scale for each column: scale1 (I), scale2 (H). */
void moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_pack_router(const float *gate, void *packed);
void moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_pack_expert(long expert, const int8_t *w1, const float *scale1, const int8_t *w2, const float *scale2, void *packed);

/* Bytes of workspace with which num_tokens are computed in one go, and those that are enough for any number: with less
 * than the first, tokens are computed in chunks, with the same result. */
size_t moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_workspace_bytes(long num_tokens);
size_t moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_workspace_min_bytes(void);

/* The number of tokens for which the variant that serves num_tokens was chosen. */
long moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_chosen(long num_tokens);

/* y (T, H) of x (T, H), both row-major float32 and not overlapping. indices (T, K), weights (T, K) and counts (E) tell the
 * routing; each may be NULL. */
int moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_forward(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, int32_t *indices, float *weights, int64_t *counts, const moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_parallel *parallel);

/* The same with a routing decided elsewhere: indices (T, K) of experts, and the weights (T, K) of their outputs. */
int moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_forward_routed(const float *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    float *y, const int32_t *indices, const float *weights, int64_t *counts, const moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_parallel *parallel);

/* Either of them for x and y (T, H) in bfloat16: where `routed`, indices and weights are given. */
int moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_forward_bf16(const uint16_t *x, long num_tokens, const void *packed, void *workspace, size_t workspace_bytes,
    uint16_t *y, int routed, int32_t *indices, float *weights, int64_t *counts, const moe_int8_h1024_i4096_e64_k2_relu_5422d8e6__avx512_vnni_parallel *parallel);

#ifdef __cplusplus
}
#endif
#endif
