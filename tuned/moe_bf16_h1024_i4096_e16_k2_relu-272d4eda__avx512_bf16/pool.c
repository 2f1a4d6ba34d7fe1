/* A thread waits for work by spinning for some tens of microseconds, the time between two stages of a layer, and then
 * sleeps, so that no core burns between calls. A worker joins a job only while it is open; the caller closes it when no
 * task is left and waits for those that joined, never for one that is still asleep or has no core to run on.
 *
 * A thread should wake on an idle core. But a virtual machine's kernel may take an idle core whose host has put it to sleep for
 * one that is busy elsewhere, and wake the worker on the caller's, where it runs when the call is over, or in its stead. A
 * worker that this happened to is kept off the core that wakes it from then on. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { SPINS = 4000 };
static const uint32_t OPEN = 1u << 31;  /* of `state`; the other bits count the workers in the job */

typedef struct {
  struct moegen_pool *pool;
  pthread_t thread;
#ifdef __linux__
  int asleep, crowded, avoids;  /* whether it woke on its caller's core; the one it is kept off, -1 for none */
  cpu_set_t allowed, given;     /* where it may run but for that, and so where it was put */
#endif
} worker;

struct moegen_pool {
  /* The job: written by the caller while it is closed and empty. */
  void (*task)(void *, long);
  void *argument;
  long num_tasks;
  char line_1[64];
  long next;                 /* the next task to be taken */
  char line_2[64];
  uint32_t state, job;       /* OPEN and the workers in it; its number */
  char line_3[64];
  int sleepers, stop, num_workers;
  unsigned alarms;           /* how often all were woken */
  int waker_on;              /* the core that did it last */
  pid_t process;
  pthread_mutex_t caller, mutex;
  pthread_cond_t wake;
  worker workers[];
};

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

static void take_tasks(moegen_pool *pool) {
  void (*task)(void *, long) = pool->task;
  void *argument = pool->argument;
  const long num_tasks = pool->num_tasks;
  for (;;) {
    const long i = __atomic_fetch_add(&pool->next, 1, __ATOMIC_RELAXED);
    if (i >= num_tasks) return;
    task(argument, i);
  }
}

/* Whether there is an open job that this worker has not been in. */
static int fresh_job(moegen_pool *pool, uint32_t last) {
  return (__atomic_load_n(&pool->state, __ATOMIC_SEQ_CST) & OPEN) && __atomic_load_n(&pool->job, __ATOMIC_ACQUIRE) != last;
}

/* Sleep till there is something to do. */
static void sleep_in(moegen_pool *pool, worker *self, uint32_t last) {
  pthread_mutex_lock(&pool->mutex);
  __atomic_add_fetch(&pool->sleepers, 1, __ATOMIC_SEQ_CST);
  const unsigned alarms = pool->alarms;
#ifdef __linux__
  self->asleep = 1;
#endif
  while (alarms == pool->alarms && !fresh_job(pool, last) && !__atomic_load_n(&pool->stop, __ATOMIC_ACQUIRE))
    pthread_cond_wait(&pool->wake, &pool->mutex);
#ifdef __linux__
  self->asleep = 0;
  if (sched_getcpu() == pool->waker_on) self->crowded = 1;
#else
  (void)self;
#endif
  __atomic_sub_fetch(&pool->sleepers, 1, __ATOMIC_SEQ_CST);
  pthread_mutex_unlock(&pool->mutex);
}

#ifdef __linux__
/* Keep sleepers that need it off this core, if they have another. */
static void make_room(moegen_pool *pool) {
  const int here = pool->waker_on = sched_getcpu();
  for (int i = 0; i < pool->num_workers; i++) {
    worker *each = &pool->workers[i];
    cpu_set_t now;
    if (!each->asleep || !each->crowded || each->avoids == here || pthread_getaffinity_np(each->thread, sizeof now, &now) != 0) continue;
    if (each->avoids < 0 || !CPU_EQUAL(&now, &each->given)) each->allowed = now;  /* else it is as we left it */
    each->given = each->allowed;
    CPU_CLR((size_t)here, &each->given);
    if (CPU_COUNT(&each->given) > 0 && pthread_setaffinity_np(each->thread, sizeof now, &each->given) == 0) each->avoids = here;
  }
}
#endif

/* Wake all who sleep: they spin for a while, job or none. */
static void wake_all(moegen_pool *pool) {
  if (__atomic_load_n(&pool->sleepers, __ATOMIC_SEQ_CST) == 0) return;
  pthread_mutex_lock(&pool->mutex);
#ifdef __linux__
  make_room(pool);
#endif
  pool->alarms++;
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *argument) {
  worker *self = (worker *)argument;
  moegen_pool *pool = self->pool;
  uint32_t last = 0;
  for (;;) {
    int spins = 0;
    while (!fresh_job(pool, last) && !__atomic_load_n(&pool->stop, __ATOMIC_ACQUIRE)) {
      if (spins < SPINS) {
        wait_briefly(spins++);
        continue;
      }
      sleep_in(pool, self, last);
      spins = 0;
    }
    if (__atomic_load_n(&pool->stop, __ATOMIC_ACQUIRE)) return NULL;
    uint32_t state = __atomic_load_n(&pool->state, __ATOMIC_ACQUIRE);
    if (!(state & OPEN) || !__atomic_compare_exchange_n(&pool->state, &state, state + 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
      continue;
    last = __atomic_load_n(&pool->job, __ATOMIC_ACQUIRE);  /* stands still while a worker is in the job */
    take_tasks(pool);
    __atomic_sub_fetch(&pool->state, 1, __ATOMIC_RELEASE);
  }
}

moegen_pool *moegen_pool_create(int num_threads) {
  const int workers = num_threads > 1 ? num_threads - 1 : 0;
  moegen_pool *pool = (moegen_pool *)calloc(1, sizeof *pool + (size_t)workers * sizeof(worker));
  if (pool == NULL) return NULL;
  pool->process = getpid();
  pthread_mutex_init(&pool->caller, NULL);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  for (int i = 0; i < workers; i++) {
    pool->workers[i].pool = pool;
#ifdef __linux__
    pool->workers[i].avoids = -1;
#endif
    if (pthread_create(&pool->workers[i].thread, NULL, work, &pool->workers[i]) != 0) break;  /* fewer are slower, not wrong */
    pool->num_workers = i + 1;
  }
  return pool;
}

void moegen_pool_run(void *context, long num_tasks, void (*task)(void *, long), void *argument) {
  moegen_pool *pool = (moegen_pool *)context;
  if (num_tasks == 0 && pool != NULL && pool->process == getpid()) wake_all(pool);
  if (pool == NULL || pool->num_workers == 0 || num_tasks < 2 || pool->process != getpid() || pthread_mutex_trylock(&pool->caller) != 0) {
    for (long i = 0; i < num_tasks; i++) task(argument, i);
    return;
  }
  pool->task = task;
  pool->argument = argument;
  pool->num_tasks = num_tasks;
  __atomic_store_n(&pool->next, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&pool->job, pool->job + 1 ? pool->job + 1 : 1, __ATOMIC_RELEASE);
  __atomic_store_n(&pool->state, OPEN, __ATOMIC_SEQ_CST);
  wake_all(pool);
  take_tasks(pool);
  __atomic_and_fetch(&pool->state, ~OPEN, __ATOMIC_ACQ_REL);
  for (long spins = 0; __atomic_load_n(&pool->state, __ATOMIC_ACQUIRE) != 0; spins++) wait_briefly(spins);
  pthread_mutex_unlock(&pool->caller);
}

void moegen_pool_destroy(moegen_pool *pool) {
  if (pool == NULL) return;
  if (pool->process == getpid()) {
    pthread_mutex_lock(&pool->mutex);
    __atomic_store_n(&pool->stop, 1, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->num_workers; i++) pthread_join(pool->workers[i].thread, NULL);
  }
  free(pool);
}
