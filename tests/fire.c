/* Calls a rendered moe.c with a page that cannot be touched behind, or before, every array. Standard input: the weights
 * (gate, then w1, w2 and, with BIAS, b1, b2 of each expert; with SCALES1, w1 and w2 are integers, each followed by its scales),
 * then cases: tokens, threads, whether the page lies before, and
 * whether there is as little workspace as can be (int32 each), and x. Standard output: y, indices, weights, counts each. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "moe.h"
#include "pool.h"

enum { PAGE = 4096 };

typedef struct {
  char *map, *array;
  size_t bytes, map_bytes;
} guarded;

/* `bytes` between two pages that cannot be touched, right after the first or right before the second. */
static guarded guard(size_t bytes, int before) {
  const size_t room = (bytes + PAGE - 1) / PAGE * PAGE;
  guarded g = {NULL, NULL, bytes, room + 2 * PAGE};
  g.map = (char *)mmap(NULL, g.map_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (g.map == MAP_FAILED || (room && mprotect(g.map + PAGE, room, PROT_READ | PROT_WRITE))) exit(3);
  g.array = before ? g.map + PAGE : g.map + PAGE + room - bytes;
  memset(g.array, 0xFF, bytes);
  return g;
}

static void release(guarded g) { munmap(g.map, g.map_bytes); }

static int fill(guarded g) { return g.bytes == 0 || fread(g.array, g.bytes, 1, stdin) == 1; }

static guarded given(size_t bytes, int before) {
  guarded g = guard(bytes, before);
  if (!fill(g)) exit(4);
  mprotect(g.map, g.map_bytes - PAGE, PROT_READ);  /* inputs are not written either */
  mprotect(g.map, PAGE, PROT_NONE);
  return g;
}

static guarded floats(size_t count, int before) { return given(count * sizeof(float), before); }

int main(void) {
  guarded packed = guard(moe_packed_bytes(), 0);
  guarded gate = floats((size_t)H_ * E_, 0);
  moe_pack_router((const float *)gate.array, packed.array);
  for (long e = 0; e < E_; e++) {
    const int b = (int)(e % 2);  /* where the page lies */
#ifdef SCALES1
    guarded w1 = given((size_t)H_ * W1_COLUMNS, b), s1 = floats(SCALES1, b), w2 = given((size_t)I_ * H_, b), s2 = floats(SCALES2, b);
#define WEIGHTS (const int8_t *)w1.array, (const float *)s1.array, (const int8_t *)w2.array, (const float *)s2.array
#else
    guarded w1 = floats((size_t)H_ * W1_COLUMNS, b), w2 = floats((size_t)I_ * H_, b);
#define WEIGHTS (const float *)w1.array, (const float *)w2.array
#endif
#ifdef BIAS
    guarded b1 = floats((size_t)W1_COLUMNS, b), b2 = floats((size_t)H_, b);
    moe_pack_expert(e, WEIGHTS, (const float *)b1.array, (const float *)b2.array, packed.array);
    release(b1);
    release(b2);
#else
    moe_pack_expert(e, WEIGHTS, packed.array);
#endif
    release(w1);
    release(w2);
#ifdef SCALES1
    release(s1);
    release(s2);
#endif
  }
  mprotect(packed.map + PAGE, packed.map_bytes - 2 * PAGE, PROT_READ);
  int32_t asked[4];
  while (fread(asked, sizeof asked, 1, stdin) == 1) {
    const size_t tokens = (size_t)asked[0];
    const int before = asked[2];
    guarded x = floats(tokens * H_, before), y = guard(tokens * H_ * sizeof(float), before);
    guarded indices = guard(tokens * K_ * sizeof(int32_t), before), weights = guard(tokens * K_ * sizeof(float), before);
    guarded counts = guard(E_ * sizeof(int64_t), before);
    guarded workspace = guard(asked[3] ? moe_workspace_min_bytes() : moe_workspace_bytes(asked[0]), before);
    moegen_pool *pool = moegen_pool_create(asked[1]);
    moe_parallel parallel = {pool, moegen_pool_run};
    const int status = moe_forward((const float *)x.array, asked[0], packed.array, workspace.array, workspace.bytes, (float *)y.array,
        (int32_t *)indices.array, (float *)weights.array, (int64_t *)counts.array, asked[1] > 1 ? &parallel : NULL);
    moegen_pool_destroy(pool);
    if (status != moe_ok) return 5;
    guarded outputs[4] = {y, indices, weights, counts};
    for (int i = 0; i < 4; i++)
      if (outputs[i].bytes && fwrite(outputs[i].array, outputs[i].bytes, 1, stdout) != 1) return 6;
    guarded all[6] = {x, y, indices, weights, counts, workspace};
    for (int i = 0; i < 6; i++) release(all[i]);
  }
  return 0;
}
