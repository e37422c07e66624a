/* SPDX-License-Identifier: Apache-2.0
 *
 * traffic: frames in and out. Security: on a ROUTER port a message counts only with the CURVE key
 * it came with, and only while the daemon still admits that key, for a revocation does not cut a
 * connection that is there. Everything else that is wrong with a message drops it whole.
 */
#include <errno.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/daemon/ports_internal.h"

#define BAD_AT_ONCE 64 /* then the other ports have their turn */

typedef struct arrival {
    uint8_t id[32]; /* routing id */
    size_t id_n;
    bool whole; /* the expected parts and no more */
} arrival_t;

static int take_part(zmq_msg_t *part, void *handle) {
    int rc;
    do
        rc = zmq_msg_recv(part, handle, ZMQ_DONTWAIT);
    while (rc < 0 && errno == EINTR);
    return rc;
}

/* Takes one message off the socket into self->body. false: there is none. */
static bool arrive(ports_t *self, const line_t *line, arrival_t *out) {
    void *handle = zsock_resolve(line->socket);
    size_t parts = 0, wanted = line_routes(line) ? 2 : 1;
    memset(out, 0, sizeof *out);
    do {
        zmq_msg_t part;
        zmq_msg_init(&part);
        if (take_part(&part, handle) < 0) {
            zmq_msg_close(&part);
            if (parts == 0)
                return false;
            break;
        }
        if (++parts == wanted) {
            zmq_msg_move(&self->body, &part);
        } else if (parts == 1 && zmq_msg_size(&part) <= sizeof out->id) {
            out->id_n = zmq_msg_size(&part);
            memcpy(out->id, zmq_msg_data(&part), out->id_n);
        }
        zmq_msg_close(&part);
    } while (zsock_rcvmore(line->socket));
    out->whole = parts == wanted;
    return true;
}

/* Who sent it, and may he still; NULL when all is well, else what is wrong. */
static const char *judge(ports_t *self, const line_t *line, const arrival_t *arrival, input_t *in) {
    size_t n = zmq_msg_size(&self->body);
    if (!arrival->whole || n < MESSAGE_HEADER || n > MESSAGE_BYTES_MAX)
        return "a frame of the wrong size or number";
    in->peer = line->address.server;
    if (!line_routes(line))
        return NULL;
    in->peer = (pubkey_t){{0}};
    if (line->role == ROLE_ROUTER && (!zap_key_of(&self->body, &in->peer) ||
                                      !self->spec->admits(self->daemon, line->index, in->peer)))
        return "its key is not, or no longer, enrolled";
    if (!routes_note(line->routes, arrival->id, arrival->id_n, in->peer, &in->route))
        return "a routing id of its own choice";
    return NULL;
}

static bool take(ports_t *self, line_t *line, input_t *in, int64_t boot) {
    arrival_t arrival;
    uint64_t count;
    zmq_msg_init(&self->body);
    for (int tries = 0; tries < BAD_AT_ONCE && arrive(self, line, &arrival); tries++) {
        *in = (input_t){.type = INPUT_MESSAGE, .port = line->index};
        const char *wrong = judge(self, line, &arrival, in);
        if (!wrong) {
            in->frame = (bytes_t){zmq_msg_data(&self->body), zmq_msg_size(&self->body)};
            self->body_held = true;
            return true;
        }
        if (line->routes && routes_dropped(line->routes, arrival.id, arrival.id_n, boot, &count))
            diag_warn(DIAG_REFUSED_PEER, "%s: dropped %llu: %s", line_port(self, line)->name,
                      (unsigned long long) count, wrong);
    }
    zmq_msg_close(&self->body);
    return false;
}

bool ports_receive(ports_t *self, input_t *in, int64_t boot) {
    if (self->body_held)
        zmq_msg_close(&self->body);
    self->body_held = false;
    for (size_t i = 0; i < self->lines_n; i++) {
        line_t *line = &self->lines[(self->turn + i) % self->lines_n];
        bool heard = self->quitting ? line->worker != NULL : line->role != ROLE_PUB;
        if (!heard || !take(self, line, in, boot))
            continue;
        self->turn = (self->turn + i + 1) % self->lines_n;
        return true;
    }
    return false;
}

static line_t *line_of(ports_t *self, int port) {
    for (size_t i = 0; i < self->lines_n; i++)
        if (self->lines[i].index == port)
            return &self->lines[i];
    return NULL;
}

/* A part at a time, none of which may block: the second follows the first at once or not at all. */
sent_t traffic_send(void *arg, int port, const route_t *route, bytes_t frame) {
    ports_t *self = arg;
    line_t *line = line_of(self, port);
    if (!line)
        return SENT_NEVER;
    void *handle = zsock_resolve(line->socket);
    if (line_routes(line)) {
        const uint8_t *id = routes_find(line->routes, route);
        if (!id)
            return SENT_NEVER;
        if (zmq_send(handle, id, ROUTING_ID_BYTES, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
            return errno == EAGAIN ? SENT_LATER : SENT_NEVER;
    }
    if (zmq_send(handle, frame.p, frame.n, ZMQ_DONTWAIT) >= 0)
        return SENT;
    return errno == EAGAIN ? SENT_LATER : SENT_NEVER;
}

void ports_send(ports_t *self, const output_t *out, int64_t boot) {
    size_t dropped = 0;
    for (size_t i = 0; i < out->items_n; i++)
        if (!backlog_send(self->backlog, out->items[i].port, &out->items[i].route,
                          output_frame(out, i), boot))
            dropped++;
    if (dropped)
        diag_debug("%zu of %zu frames found nobody", dropped, out->items_n);
}
