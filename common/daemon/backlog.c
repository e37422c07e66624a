/* SPDX-License-Identifier: Apache-2.0
 *
 * backlog: an array in order of arrival. Bounds: frames and bytes in all, bytes per peer, age.
 */
#include "common/daemon/backlog.h"

#include <stdlib.h>

#include "common/base/memory.h"

#define FRAMES_MAX 2048
#define BYTES_MAX (8u << 20)
#define PEER_BYTES_MAX (1u << 20)
#define AGE_MAX_MS 1000

typedef struct waiting {
    int port;
    route_t route;
    uint8_t *bytes;
    size_t n;
    int64_t since;
} waiting_t;

struct backlog {
    backlog_send_fn send;
    void *arg;
    waiting_t frames[FRAMES_MAX];
    size_t n, bytes;
};

backlog_t *backlog_new(backlog_send_fn send, void *arg) {
    backlog_t *self = memory_new(1, sizeof *self);
    self->send = send;
    self->arg = arg;
    return self;
}

void backlog_destroy(backlog_t **self_p) {
    backlog_t *self = *self_p;
    for (size_t i = 0; self && i < self->n; i++)
        free(self->frames[i].bytes);
    free(self);
    *self_p = NULL;
}

static bool same_peer(const waiting_t *w, int port, const route_t *route) {
    return w->port == port && w->route.n == route->n && memcmp(w->route.b, route->b, route->n) == 0;
}

static size_t bytes_of(const backlog_t *self, int port, const route_t *route) {
    size_t bytes = 0;
    for (size_t i = 0; i < self->n; i++)
        if (same_peer(&self->frames[i], port, route))
            bytes += self->frames[i].n;
    return bytes;
}

static bool keep(backlog_t *self, int port, const route_t *route, bytes_t frame, size_t already,
                 int64_t boot) {
    if (self->n == FRAMES_MAX || self->bytes + frame.n > BYTES_MAX ||
        already + frame.n > PEER_BYTES_MAX)
        return false;
    waiting_t *w = &self->frames[self->n++];
    *w = (waiting_t){.port = port, .route = *route, .n = frame.n, .since = boot};
    w->bytes = memory_new(1, frame.n);
    memcpy(w->bytes, frame.p, frame.n);
    self->bytes += frame.n;
    return true;
}

bool backlog_send(backlog_t *self, int port, const route_t *route, bytes_t frame, int64_t boot) {
    size_t already = bytes_of(self, port, route);
    sent_t sent = already ? SENT_LATER : self->send(self->arg, port, route, frame);
    return sent == SENT || (sent == SENT_LATER && keep(self, port, route, frame, already, boot));
}

/* A peer whose earlier frame still waits in front of `i` must not be overtaken. */
static bool blocked(const backlog_t *self, size_t kept, const waiting_t *w) {
    for (size_t i = 0; i < kept; i++)
        if (same_peer(&self->frames[i], w->port, &w->route))
            return true;
    return false;
}

void backlog_retry(backlog_t *self, int64_t boot) {
    size_t kept = 0;
    for (size_t i = 0; i < self->n; i++) {
        waiting_t w = self->frames[i];
        bool old = boot - w.since > AGE_MAX_MS;
        sent_t sent = old ? SENT_NEVER
                      : blocked(self, kept, &w)
                          ? SENT_LATER
                          : self->send(self->arg, w.port, &w.route, (bytes_t){w.bytes, w.n});
        if (sent == SENT_LATER) {
            self->frames[kept++] = w;
            continue;
        }
        self->bytes -= w.n;
        free(w.bytes);
    }
    self->n = kept;
}

size_t backlog_count(const backlog_t *self) { return self->n; }
