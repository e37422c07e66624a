/* SPDX-License-Identifier: Apache-2.0
 *
 * ports: opening and tending. Security: no server socket exists before the self-test has seen a
 * stranger refused, none outlives the ZAP handler, and a subscriber that is revoked is cut off by
 * closing the stream for everybody: the others are back within a second and fetch what they missed.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/bus/selftest.h"
#include "common/daemon/ports_internal.h"

#define REDIAL_MS 1000
#define SAY_EVERY_MS 1000
#define TEND_EVERY_MS 1000
#define BACKLOG_EVERY_MS 2
#define SUBSCRIBERS_MAX 1024

static socket_role_t role_of(port_type_t type) {
    switch (type) {
    case PORT_ROUTER: return ROLE_ROUTER;
    case PORT_PUB: return ROLE_PUB;
    case PORT_DEALER: return ROLE_DEALER;
    case PORT_SUB: return ROLE_SUB;
    case PORT_LOCAL: return ROLE_LOCAL;
    case PORT_WORKER: return ROLE_PAIR;
    }
    panic("port type %d", (int) type);
}

/* ---- who may connect ---- */

static line_t *line_by_name(ports_t *self, const char *name) {
    for (size_t i = 0; i < self->lines_n; i++)
        if (streq(line_port(self, &self->lines[i])->name, name))
            return &self->lines[i];
    return NULL;
}

static void note_subscriber(line_t *line, pubkey_t key) {
    for (size_t i = 0; i < line->subscribers_n; i++)
        if (pubkey_equal(line->subscribers[i], key))
            return;
    line->subscribers =
        memory_grow(line->subscribers, line->subscribers_n + 1, sizeof *line->subscribers);
    line->subscribers[line->subscribers_n++] = key;
}

static bool admits(void *arg, const char *domain, const char *address, pubkey_t key) {
    ports_t *self = arg;
    line_t *line = line_by_name(self, domain);
    bool room = line && line->subscribers_n < SUBSCRIBERS_MAX;
    if (room && self->spec->admits(self->daemon, line->index, key)) {
        if (line->role == ROLE_PUB)
            note_subscriber(line, key);
        return true;
    }
    self->refusals++;
    if (!self->refusal_said || self->boot - self->refusal_said >= SAY_EVERY_MS) {
        char hex[65];
        diag_warn(DIAG_REFUSED_PEER, "%s: the key %.16s... from %s is not enrolled (%llu refused)",
                  domain, hex_print(key.b, sizeof key.b, hex), address,
                  (unsigned long long) self->refusals);
        self->refusal_said = self->boot;
        self->refusals = 0;
    }
    return false;
}

/* ---- opening ---- */

ports_t *ports_new(const daemon_spec_t *spec, void *daemon) {
    ports_t *self = memory_new(1, sizeof *self);
    line_t *lines = memory_new(spec->ports_n + 1, sizeof *lines);
    self->spec = spec;
    self->daemon = daemon;
    self->lines = lines;
    self->backlog = backlog_new(traffic_send, self);
    return self;
}

static int collect(ports_t *self, problem_t *problem) {
    for (size_t i = 0; i < self->spec->ports_n; i++) {
        line_t *line = &self->lines[self->lines_n];
        *line = (line_t){.index = (int) i, .role = role_of(self->spec->ports[i].type)};
        if (line->role != ROLE_PAIR)
            self->spec->address(self->daemon, (int) i, &line->address);
        if (line->role == ROLE_PAIR || line->address.endpoint[0]) {
            insist(self->spec->admits || line->role == ROLE_LOCAL || !line_binds(line));
            line->routes = line_routes(line) ? routes_new() : NULL;
            self->lines_n++;
        } else if (!self->spec->ports[i].optional)
            return problem_set(problem, REASON_CONFIGURATION, self->spec->ports[i].name,
                               "it has no endpoint");
    }
    return 0;
}

static void prove_refusal(ports_t *self) {
    for (size_t i = 0; i < self->lines_n; i++) {
        problem_t problem = {0};
        const line_t *line = &self->lines[i];
        if (line->role != ROLE_ROUTER && line->role != ROLE_PUB)
            continue;
        if (selftest_run(line->role, line_port(self, line)->name, &self->keys, self->zap,
                         &problem) != 0)
            diag_fatal(EX_SOFTWARE, DIAG_SELF_TEST, "self-test of %s: %s",
                       line_port(self, line)->name, problem.detail);
    }
    self->refusals = 0;
}

static int line_open(ports_t *self, line_t *line, const char *endpoint, problem_t *problem) {
    if (line->role == ROLE_PAIR) {
        line->worker = worker_start(self->spec->worker, self->daemon, &line->socket, problem);
        return line->worker ? 0 : -1;
    }
    line->socket =
        socket_new(line->role, line_port(self, line)->name, &self->keys, line->address.server);
    if (line_binds(line))
        return socket_bind(line->socket, line->role, endpoint, line->actual, problem);
    line->monitor = monitor_new(line->socket);
    return socket_connect(line->socket, endpoint, problem);
}

static void line_close(line_t *line) {
    worker_destroy(&line->worker);
    monitor_destroy(&line->monitor);
    zsock_destroy(&line->socket);
}

int ports_open(ports_t *self, problem_t *problem) {
    if (collect(self, problem) != 0)
        return -1;
    if (self->spec->curve)
        self->keys = *self->spec->curve(self->daemon);
    self->zap = zap_new(admits, self);
    prove_refusal(self);
    for (size_t i = 0; i < self->lines_n; i++)
        if (line_open(self, &self->lines[i], self->lines[i].address.endpoint, problem) != 0) {
            if (!problem->file[0]) /* a worker's may be in a file, with a field of its own */
                snprintf(problem->field, sizeof problem->field, "%s",
                         line_port(self, &self->lines[i])->name);
            return -1;
        }
    return 0;
}

void ports_quit(ports_t *self) {
    self->quitting = true;
    for (size_t i = 0; i < self->lines_n; i++)
        if (self->lines[i].worker)
            worker_stop(self->lines[i].worker);
}

void ports_destroy(ports_t **self_p) {
    ports_t *self = *self_p;
    if (!self)
        return;
    if (self->body_held)
        zmq_msg_close(&self->body);
    for (size_t i = 0; i < self->lines_n; i++) {
        line_close(&self->lines[i]);
        routes_destroy(&self->lines[i].routes);
        free(self->lines[i].subscribers);
    }
    zap_destroy(&self->zap);
    backlog_destroy(&self->backlog);
    secret_wipe(&self->keys, sizeof self->keys);
    free(self->lines);
    free(self);
    *self_p = NULL;
}

void ports_each_given(const ports_t *self, void (*fn)(void *, const char *, const char *),
                      void *arg) {
    for (size_t i = 0; i < self->lines_n; i++)
        if (line_binds(&self->lines[i]) && strchr(self->lines[i].address.endpoint, '*'))
            fn(arg, line_port(self, &self->lines[i])->name, self->lines[i].actual);
}

/* ---- tending ---- */

size_t ports_poll(ports_t *self, zmq_pollitem_t *items, size_t room) {
    size_t n = 0;
    insist(room >= 1 + 2 * self->lines_n);
    items[n++] = (zmq_pollitem_t){zap_handle(self->zap), 0, ZMQ_POLLIN, 0};
    for (size_t i = 0; i < self->lines_n; i++) {
        items[n++] = (zmq_pollitem_t){zsock_resolve(self->lines[i].socket), 0, ZMQ_POLLIN, 0};
        if (self->lines[i].monitor)
            items[n++] = (zmq_pollitem_t){monitor_handle(self->lines[i].monitor), 0, ZMQ_POLLIN, 0};
    }
    return n;
}

/* libzmq gives a connection up for good when its key was refused, though the enrolment may be on
   its way to that part. */
static void watch_connection(ports_t *self, line_t *line) {
    uint32_t value;
    for (int event; (event = monitor_next(line->monitor, &value)) != 0;) {
        if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
            continue;
        if (!line->redial)
            diag_warn(DIAG_REFUSED_PEER, "%s at %s %s; tried again every second",
                      line_port(self, line)->name, line->address.endpoint,
                      event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
                          ? "refused our key"
                          : "does not have the key that is expected");
        line->redial = self->boot + REDIAL_MS;
    }
}

static void redial(ports_t *self, line_t *line) {
    problem_t problem = {0};
    line_close(line);
    line->redial = 0;
    if (line_open(self, line, line->address.endpoint, &problem) != 0)
        diag_fatal(EX_UNAVAILABLE, DIAG_GENERAL, "%s", problem.detail);
}

static bool any_revoked(const ports_t *self, const line_t *line) {
    for (size_t i = 0; i < line->subscribers_n; i++)
        if (!self->spec->admits(self->daemon, line->index, line->subscribers[i]))
            return true;
    return false;
}

static void cut(ports_t *self, line_t *line) {
    problem_t problem = {0};
    diag_info(DIAG_REFUSED_PEER, "%s: a subscriber's key was revoked; all connect anew",
              line_port(self, line)->name);
    line->subscribers_n = 0;
    zsock_set_linger(line->socket, 0);
    line_close(line);
    for (int i = 0; i < 100; i++) { /* the port is free when the I/O thread has closed it */
        if (line_open(self, line, line->actual, &problem) == 0)
            return;
        line_close(line);
        zclock_sleep(20);
    }
    diag_fatal(EX_UNAVAILABLE, DIAG_GENERAL, "%s", problem.detail);
}

int64_t ports_tend(ports_t *self, int64_t boot) {
    int64_t again = boot + TEND_EVERY_MS;
    self->boot = boot;
    zap_answer(self->zap);
    for (size_t i = 0; i < self->lines_n; i++) {
        line_t *line = &self->lines[i];
        if (line->monitor)
            watch_connection(self, line);
        if (line->redial && boot >= line->redial)
            redial(self, line);
        if (line->role == ROLE_PUB && any_revoked(self, line))
            cut(self, line);
        if (line->redial && line->redial < again)
            again = line->redial;
    }
    backlog_retry(self->backlog, boot);
    return backlog_count(self->backlog) ? boot + BACKLOG_EVERY_MS : again;
}
