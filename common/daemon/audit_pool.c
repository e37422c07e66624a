/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_pool: the parts of one batch, taken one after the other by whoever is free.
 */
#include "common/daemon/audit_pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"

#define THREADS_MAX 64

struct audit_pool {
    pthread_t threads[THREADS_MAX];
    unsigned threads_n;
    pthread_mutex_t mutex;
    pthread_cond_t begun, done;
    audit_work_fn work;
    void *batch_of; /* what they work on */
    size_t parts;
    atomic_size_t next;
    unsigned busy;    /* threads in the batch */
    uint64_t batch;   /* goes up with each */
    bool stop;
};

static void work(audit_pool_t *self) {
    for (;;) {
        size_t part = atomic_fetch_add(&self->next, 1);
        if (part >= self->parts)
            return;
        self->work(self->batch_of, part);
    }
}

static void *run(void *arg) {
    audit_pool_t *self = arg;
    uint64_t seen = 0;
    pthread_mutex_lock(&self->mutex);
    for (;;) {
        while (!self->stop && self->batch == seen)
            pthread_cond_wait(&self->begun, &self->mutex);
        if (self->stop)
            break;
        seen = self->batch;
        pthread_mutex_unlock(&self->mutex);
        work(self);
        pthread_mutex_lock(&self->mutex);
        if (--self->busy == 0)
            pthread_cond_signal(&self->done);
    }
    pthread_mutex_unlock(&self->mutex);
    return NULL;
}

audit_pool_t *audit_pool_new(unsigned threads) {
    audit_pool_t *self = memory_new(1, sizeof *self);
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->begun, NULL);
    pthread_cond_init(&self->done, NULL);
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    while (self->threads_n + 1 < threads &&
           pthread_create(&self->threads[self->threads_n], NULL, run, self) == 0)
        self->threads_n++;
    return self;
}

void audit_pool_destroy(audit_pool_t **self_p) {
    audit_pool_t *self = *self_p;
    if (!self)
        return;
    pthread_mutex_lock(&self->mutex);
    self->stop = true;
    pthread_cond_broadcast(&self->begun);
    pthread_mutex_unlock(&self->mutex);
    for (unsigned i = 0; i < self->threads_n; i++)
        pthread_join(self->threads[i], NULL);
    pthread_cond_destroy(&self->begun);
    pthread_cond_destroy(&self->done);
    pthread_mutex_destroy(&self->mutex);
    free(self);
    *self_p = NULL;
}

void audit_pool_begin(audit_pool_t *self, audit_work_fn work_fn, void *batch, size_t parts) {
    pthread_mutex_lock(&self->mutex);
    insist(self->busy == 0);
    self->work = work_fn;
    self->batch_of = batch;
    self->parts = parts;
    atomic_store(&self->next, 0);
    self->busy = self->threads_n;
    self->batch++;
    pthread_cond_broadcast(&self->begun);
    pthread_mutex_unlock(&self->mutex);
}

void audit_pool_finish(audit_pool_t *self) {
    work(self);
    pthread_mutex_lock(&self->mutex);
    while (self->busy > 0)
        pthread_cond_wait(&self->done, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
}
