/* SPDX-License-Identifier: Apache-2.0
 *
 * worker: the thread that a PORT_WORKER leads to. Frames go to it and come back over an inproc
 * PAIR; it works them off one after the other and ends when it is told to, in bounded time.
 */
#ifndef COUNTERSIGN_DAEMON_WORKER_H
#define COUNTERSIGN_DAEMON_WORKER_H

#include <czmq.h>

#include "common/daemon/step.h"

typedef struct worker worker_t;

/* Opens the spec's worker and starts its thread. *here is the skeleton's end, the caller's to
   destroy after the worker. NULL with *problem when it cannot be opened. */
worker_t *worker_start(const worker_spec_t *spec, void *daemon, zsock_t **here, problem_t *problem);
/* Sets the stop flag and waits for the thread's end; what it answered can still be received. Fatal
   when it does not end: a daemon that hangs would keep its successor out. Idempotent. */
void worker_stop(worker_t *self);
void worker_destroy(worker_t **self_p); /* stops it first */

#endif
