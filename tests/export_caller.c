/* A program that calls an exported library, valid as C99 and as C++17: reads T and the weights (gate, then w1, w2 and, where
 * BIAS is set, b1, b2 of each expert) and x from standard input; writes y, indices, weights and counts to standard output. */
#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moe.h"

enum { H = MOE_HIDDEN_SIZE, I = MOE_INTERMEDIATE_SIZE, E = MOE_NUM_EXPERTS, K = MOE_TOP_K };

static void *memory(size_t bytes) {
  void *p = NULL;
  if (posix_memalign(&p, MOE_ALIGNMENT, bytes ? bytes : 1)) exit(3);
  return p;
}

static float *floats(size_t count) {
  float *p = (float *)memory(count * sizeof(float));
  if (fread(p, sizeof(float), count, stdin) != count) exit(4);
  return p;
}

static void run(void *context, long num_tasks, void (*task)(void *, long), void *argument) {
  *(long *)context += num_tasks;
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic)
#endif
  for (long i = 0; i < num_tasks; i++) task(argument, i);
}

int main(int count, char **arguments) {
  int32_t tokens;
  long tasks = 0;
  if (count < 2 || fread(&tokens, sizeof tokens, 1, stdin) != 1) return 2;
  void *packed = memory(moe_packed_bytes());
  if (moe_pack_router(floats((size_t)H * E), packed)) return 5;
  for (long e = 0; e < E; e++) {
    float *w1 = floats((size_t)H * W1_COLUMNS), *w2 = floats((size_t)I * H);
#ifdef MOE_SCALES  /* experts in integers */
    int8_t *i1 = (int8_t *)memory((size_t)H * W1_COLUMNS), *i2 = (int8_t *)memory((size_t)I * H);
    float *s1 = (float *)memory(MOE_SCALES(H, W1_COLUMNS) * sizeof(float)), *s2 = (float *)memory(MOE_SCALES(I, H) * sizeof(float));
    moe_quantize(w1, H, W1_COLUMNS, i1, s1);
    moe_quantize(w2, I, H, i2, s2);
#define WEIGHTS i1, s1, i2, s2
#else
#define WEIGHTS w1, w2
#endif
#ifdef BIAS
    float *b1 = floats((size_t)W1_COLUMNS), *b2 = floats((size_t)H);
    if (moe_pack_expert(e, WEIGHTS, b1, b2, packed)) return 5;
#else
    if (moe_pack_expert(e, WEIGHTS, packed)) return 5;
#endif
    free(w1);
    free(w2);
  }
  const size_t size = (size_t)tokens, bytes = moe_workspace_bytes(tokens);
  float *x = floats(size * H), *y = (float *)memory(size * H * sizeof(float)), *w = (float *)memory(size * K * sizeof(float));
  int32_t *indices = (int32_t *)memory(size * K * sizeof(int32_t));
  int64_t counts[E];
  moe_parallel parallel = {&tasks, run};
#ifndef MOE_NO_THREADS
  moe_pool *pool = moe_pool_create(2);
  if (strcmp(arguments[1], "pool") == 0) {
    parallel.context = pool;
    parallel.run = moe_pool_run;
  }
#endif
  void *workspace = memory(bytes);
  const int status = moe_forward(x, tokens, packed, workspace, bytes, y, indices, w, counts,
      strcmp(arguments[1], "none") ? &parallel : NULL);
  if (status != moe_ok) return 6;
  if (strcmp(arguments[1], "callback") == 0 && tasks == 0) return 7;
#ifndef MOE_NO_THREADS
  moe_pool_destroy(pool);
#endif
  fwrite(y, sizeof(float), size * H, stdout);
  fwrite(indices, sizeof(int32_t), size * K, stdout);
  fwrite(w, sizeof(float), size * K, stdout);
  fwrite(counts, sizeof(int64_t), E, stdout);
  fprintf(stderr, "%s\n", moe_instruction_set());
  return 0;
}
