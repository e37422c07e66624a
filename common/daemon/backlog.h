/* SPDX-License-Identifier: Apache-2.0
 *
 * backlog: frames whose peer's queue was full a moment ago, kept for a second and within bounds, in
 * order. It evens out a burst of receipts; it is no delivery: what it drops is asked for or sent
 * again.
 */
#ifndef COUNTERSIGN_DAEMON_BACKLOG_H
#define COUNTERSIGN_DAEMON_BACKLOG_H

#include "common/daemon/step.h"

typedef struct backlog backlog_t;
typedef enum sent {
    SENT,
    SENT_LATER /* its queue is full */,
    SENT_NEVER /* the peer is gone */
} sent_t;
/* Tries to send without blocking. */
typedef sent_t (*backlog_send_fn)(void *arg, int port, const route_t *route, bytes_t frame);

backlog_t *backlog_new(backlog_send_fn send, void *arg);
void backlog_destroy(backlog_t **self_p);
/* Sends now, or behind what already waits for this peer. false: dropped. */
bool backlog_send(backlog_t *self, int port, const route_t *route, bytes_t frame, int64_t boot);
/* Tries again what waits. */
void backlog_retry(backlog_t *self, int64_t boot);
size_t backlog_count(const backlog_t *self);

#endif
