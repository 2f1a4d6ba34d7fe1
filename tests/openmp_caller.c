/* Every thread of an OpenMP region calls the layer, first with one pool that all share, then each through a parallel-for of
 * OpenMP inside the region; all must give the bits of one quiet call. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "moe.h"

enum { H = MOE_HIDDEN_SIZE, T = 40, ROUNDS = 30 };

static void *memory(size_t bytes) {
  void *p = NULL;
  if (posix_memalign(&p, MOE_ALIGNMENT, bytes)) exit(3);
  return memset(p, 0, bytes);
}

static void region(void *context, long num_tasks, void (*task)(void *, long), void *argument) {
  (void)context;
#pragma omp parallel for schedule(dynamic)
  for (long i = 0; i < num_tasks; i++) task(argument, i);
}

static double processor_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(void) {
  float *x = (float *)memory(T * H * sizeof(float)), *quiet = (float *)memory(T * H * sizeof(float));
  float *w = (float *)memory((size_t)MOE_INTERMEDIATE_SIZE * H * 4 * sizeof(float));
  char *packed = (char *)memory(moe_packed_bytes());
  int wrong = 0;
  for (long i = 0; i < T * H; i++) x[i] = (float)((i * 37) % 101) / 50.0f - 1.0f;
  for (long i = 0; i < (long)MOE_INTERMEDIATE_SIZE * H * 4; i++) w[i] = (float)((i * 53) % 89) / 400.0f - 0.1f;
  moe_pack_router(w, packed);
  for (long e = 0; e < MOE_NUM_EXPERTS; e++) moe_pack_expert(e, w + e, w + 2 * e, packed);
  moe_pool *pool = moe_pool_create(4);
  const moe_parallel shared = {pool, moe_pool_run}, nested = {NULL, region};
  const size_t bytes = moe_workspace_bytes(T);
  if (moe_forward(x, T, packed, memory(bytes), bytes, quiet, NULL, NULL, NULL, NULL)) return 4;
#pragma omp parallel num_threads(4) reduction(+ : wrong)
  {
    float *y = (float *)memory(T * H * sizeof(float));
    void *workspace = memory(bytes);
    for (int i = 0; i < 2 * ROUNDS; i++) {
      memset(y, 0, T * H * sizeof(float));
      wrong += moe_forward(x, T, packed, workspace, bytes, y, NULL, NULL, NULL, i < ROUNDS ? &shared : &nested) != 0;
      wrong += memcmp(y, quiet, T * H * sizeof(float)) != 0;
    }
  }
  struct timespec rest = {0, 50000000}, second = {1, 0};
  nanosleep(&rest, NULL);  /* OpenMP's own threads spin for a moment after a region */
  const double before = processor_s();
  nanosleep(&second, NULL);
  printf("wrong %d, idle %.4f\n", wrong, processor_s() - before);
  moe_pool_destroy(pool);
  return wrong != 0;
}
