/* SPDX-License-Identifier: Apache-2.0
 *
 * backlog: a queue for each peer that something waits for. Bounds: frames and bytes in all, bytes
 * per peer, age.
 */
#include "common/daemon/backlog.h"

#include <stdlib.h>

#include "common/base/memory.h"

#define FRAMES_MAX 2048
#define BYTES_MAX (8u << 20)
#define PEER_BYTES_MAX (1u << 20)
#define AGE_MAX_MS 1000

typedef struct waiting {
    struct waiting *next;
    int64_t since;
    size_t n;
    uint8_t bytes[];
} waiting_t;

/* In order of arrival; never empty. */
typedef struct queue {
    int port;
    route_t route;
    waiting_t *first, *last;
    size_t bytes;
} queue_t;

struct backlog {
    backlog_send_fn send;
    void *arg;
    queue_t *queues;
    size_t queues_n, queues_room;
    size_t n, bytes; /* frames in all */
};

backlog_t *backlog_new(backlog_send_fn send, void *arg) {
    backlog_t *self = memory_new(1, sizeof *self);
    self->send = send;
    self->arg = arg;
    return self;
}

static void drop_first(backlog_t *self, queue_t *queue) {
    waiting_t *frame = queue->first;
    queue->first = frame->next;
    queue->bytes -= frame->n;
    self->bytes -= frame->n;
    self->n--;
    free(frame);
}

void backlog_destroy(backlog_t **self_p) {
    backlog_t *self = *self_p;
    for (size_t i = 0; self && i < self->queues_n; i++)
        while (self->queues[i].first)
            drop_first(self, &self->queues[i]);
    if (self)
        free(self->queues);
    free(self);
    *self_p = NULL;
}

static queue_t *queue_of(backlog_t *self, int port, const route_t *route) {
    for (size_t i = 0; i < self->queues_n; i++) {
        queue_t *q = &self->queues[i];
        if (q->port == port && q->route.n == route->n &&
            memcmp(q->route.b, route->b, route->n) == 0)
            return q;
    }
    return NULL;
}

static queue_t *add_queue(backlog_t *self, int port, const route_t *route) {
    if (self->queues_n == self->queues_room) {
        self->queues_room = self->queues_room ? 2 * self->queues_room : 16;
        self->queues = memory_grow(self->queues, self->queues_room, sizeof *self->queues);
    }
    queue_t *queue = &self->queues[self->queues_n++];
    *queue = (queue_t){.port = port, .route = *route};
    return queue;
}

static bool keep(backlog_t *self, queue_t *queue, int port, const route_t *route, bytes_t frame,
                 int64_t boot) {
    if (self->n == FRAMES_MAX || self->bytes + frame.n > BYTES_MAX ||
        (queue ? queue->bytes : 0) + frame.n > PEER_BYTES_MAX)
        return false;
    waiting_t *w = memory_new(1, sizeof *w + frame.n);
    w->since = boot;
    w->n = frame.n;
    memcpy(w->bytes, frame.p, frame.n);
    if (!queue)
        queue = add_queue(self, port, route);
    if (queue->first)
        queue->last->next = w;
    else
        queue->first = w;
    queue->last = w;
    queue->bytes += w->n;
    self->bytes += w->n;
    self->n++;
    return true;
}

bool backlog_send(backlog_t *self, int port, const route_t *route, bytes_t frame, int64_t boot) {
    queue_t *queue = queue_of(self, port, route); /* then its earlier frames must not be overtaken */
    sent_t sent = queue ? SENT_LATER : self->send(self->arg, port, route, frame);
    return sent == SENT ||
           (sent == SENT_LATER && keep(self, queue, port, route, frame, boot));
}

/* Sends what the peer takes; what got too old is dropped. */
static void retry(backlog_t *self, queue_t *queue, int64_t boot) {
    while (queue->first) {
        const waiting_t *w = queue->first;
        bool old = boot - w->since > AGE_MAX_MS;
        if (!old && self->send(self->arg, queue->port, &queue->route,
                               (bytes_t){w->bytes, w->n}) == SENT_LATER)
            return;
        drop_first(self, queue);
    }
}

void backlog_retry(backlog_t *self, int64_t boot) {
    size_t kept = 0;
    for (size_t i = 0; i < self->queues_n; i++) {
        retry(self, &self->queues[i], boot);
        if (self->queues[i].first)
            self->queues[kept++] = self->queues[i];
    }
    self->queues_n = kept;
}

size_t backlog_count(const backlog_t *self) { return self->n; }
