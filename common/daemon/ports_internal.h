/* SPDX-License-Identifier: Apache-2.0
 *
 * ports_internal: a port as ports.c (opening, tending) and traffic.c (frames) know it.
 */
#ifndef COUNTERSIGN_DAEMON_PORTS_INTERNAL_H
#define COUNTERSIGN_DAEMON_PORTS_INTERNAL_H

#include "common/bus/sockets.h"
#include "common/bus/zap.h"
#include "common/daemon/backlog.h"
#include "common/daemon/ports.h"
#include "common/daemon/routes.h"
#include "common/daemon/worker.h"

typedef struct line { /* one port in use */
    int index;        /* in the spec */
    socket_role_t role;
    port_address_t address;
    char actual[ENDPOINT_ROOM];
    zsock_t *socket;
    monitor_t *monitor; /* of what connects */
    worker_t *worker;   /* of a PAIR */
    int64_t redial;     /* boot ms; 0 = not refused */
    routes_t *routes;   /* of ROUTER and LOCAL */
    pubkey_t *subscribers;
    size_t subscribers_n; /* of PUB: keys that were let in */
} line_t;

struct ports {
    const daemon_spec_t *spec;
    void *daemon;
    curve_pair_t keys;
    zap_t *zap;
    line_t *lines;
    size_t lines_n;
    size_t turn; /* line to be asked first */
    zmq_msg_t body;
    bool body_held; /* behind the frame last handed out */
    bool quitting;  /* only workers are still heard */
    backlog_t *backlog;
    int64_t boot, refusal_said;
    uint64_t refusals;
};

static inline bool line_binds(const line_t *line) {
    return line->role == ROLE_ROUTER || line->role == ROLE_PUB || line->role == ROLE_LOCAL;
}
static inline bool line_routes(const line_t *line) {
    return line->role == ROLE_ROUTER || line->role == ROLE_LOCAL;
}
static inline const port_t *line_port(const ports_t *self, const line_t *line) {
    return &self->spec->ports[line->index];
}

/* traffic.c */
sent_t traffic_send(void *arg, int port, const route_t *route, bytes_t frame);

#endif
