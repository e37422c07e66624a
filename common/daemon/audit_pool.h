/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_pool: threads that do what can be done to one event without the others, a batch at a time:
 * decode it, hash it, check its signature. What needs their order goes on beside them.
 */
#ifndef COUNTERSIGN_DAEMON_AUDIT_POOL_H
#define COUNTERSIGN_DAEMON_AUDIT_POOL_H

#include <stddef.h>

typedef struct audit_pool audit_pool_t;
/* Does one part of a batch; several at once, never the same part twice. */
typedef void (*audit_work_fn)(void *batch, size_t part);

/* `threads` in all: whoever waits for a batch is one of them. */
audit_pool_t *audit_pool_new(unsigned threads);
void audit_pool_destroy(audit_pool_t **self_p);
/* Begins with parts 0 .. parts-1; the batch before must be done. */
void audit_pool_begin(audit_pool_t *self, audit_work_fn work, void *batch, size_t parts);
/* Waits until each part is done; helps. */
void audit_pool_finish(audit_pool_t *self);

#endif
