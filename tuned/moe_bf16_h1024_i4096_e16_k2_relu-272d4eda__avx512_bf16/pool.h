/* A small pool of threads that runs the tasks of one call at a time. */
#ifndef MOEGEN_POOL_H
#define MOEGEN_POOL_H
typedef struct moegen_pool moegen_pool;

/* A pool for num_threads threads, of which the caller of moegen_pool_run is one; NULL where none could be started. */
moegen_pool *moegen_pool_create(int num_threads);

/* Run task(argument, i) for i in [0, num_tasks) on the pool's threads and this one. Where the pool is at work for another
 * call, or this process is a fork of the one that made it, all tasks run here. A run of no tasks wakes the threads and
 * returns: with work for them a moment later, they are there. */
void moegen_pool_run(void *pool, long num_tasks, void (*task)(void *argument, long index), void *argument);

/* End the threads. No call may be under way. */
void moegen_pool_destroy(moegen_pool *pool);
#endif
