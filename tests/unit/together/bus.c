/* SPDX-License-Identifier: Apache-2.0
 *
 * bus: a queue of frames by time and number, and at each instant one batch per node.
 */
#include "tests/unit/together/bus.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/crypto/hash.h"

#define NODES_MAX 96
#define LINES_MAX 256
#define STEPS_PER_INSTANT_MAX 100000
#define BATCH_MAX 256

typedef struct node {
    const daemon_spec_t *spec; /* NULL: played by the test */
    char site[256], argument[64];
    void *daemon;
    curve_pair_t curve;
    bool running, started, batch; /* batch: a step since the last FLUSH */
    int exit_code;
    int64_t due; /* boot ms; 0 = none */
    output_t out;
    int64_t drift_since, drift_ppm;
    unsigned life; /* raised by each start: routes of an earlier one lead nowhere */
} node_t;

typedef struct line {
    int client, server, client_port, server_port;
    char client_name[32];
    bool cut;
} line_t;

typedef struct carried {
    int64_t at;
    uint64_t number;
    int line;
    bool to_server;
    unsigned client_life, server_life;
    uint8_t *bytes;
    size_t n;
} carried_t;

struct bus {
    node_t nodes[NODES_MAX];
    int nodes_n;
    line_t lines[LINES_MAX];
    int lines_n;
    carried_t *queue;
    size_t queue_n, queue_room;
    uint64_t numbers, delivered;
    digest_t history;
    int64_t boot;
    moment_t wall_at_boot_0;
    bus_hook_fn hook;
    void *hook_arg;
    bus_keeper_t keeper;
};

static uint64_t random_state;

void bus_random(void *out, size_t n) {
    uint8_t *p = out;
    for (size_t i = 0; i < n; i++) {
        random_state ^= random_state << 13; /* xorshift64 */
        random_state ^= random_state >> 7;
        random_state ^= random_state << 17;
        p[i] = (uint8_t) (random_state >> 24);
    }
}

bus_t *bus_new(uint64_t seed, moment_t wall) {
    bus_t *self = calloc(1, sizeof *self);
    insist(self);
    crypto_start();
    random_state = seed * 2 + 1;
    self->boot = 1000;
    self->wall_at_boot_0 = wall - self->boot;
    return self;
}

moment_t bus_now(const bus_t *self) { return self->wall_at_boot_0 + self->boot; }
int64_t bus_boot(const bus_t *self) { return self->boot; }
void bus_jump(bus_t *self, int64_t ms) { self->wall_at_boot_0 += ms; }

void bus_sleep(bus_t *self, int64_t ms) {
    self->boot += ms;
    for (int i = 0; i < self->nodes_n; i++)
        self->nodes[i].drift_since += ms; /* a clock that is not looked at is not wrong */
}

void bus_drift(bus_t *self, int node, int ppm) {
    self->nodes[node].drift_since = self->boot;
    self->nodes[node].drift_ppm = ppm;
}

static moment_t wall_of(const bus_t *self, const node_t *node) {
    return bus_now(self) + (self->boot - node->drift_since) * node->drift_ppm / 1000000;
}

void bus_hook(bus_t *self, bus_hook_fn hook, void *arg) { self->hook = hook, self->hook_arg = arg; }
void *bus_daemon(bus_t *self, int node) { return self->nodes[node].daemon; }

uint64_t bus_carried(const bus_t *self, digest_t *history) {
    if (history)
        *history = self->history;
    return self->delivered;
}

void bus_keep(bus_t *self, const bus_keeper_t *keeper) { self->keeper = *keeper; }

/* ---- nodes ---- */

/* Died in its own code: its memory cannot be trusted any more, not even to be freed. */
static void node_lost(node_t *node) {
    node->daemon = NULL;
    output_free(&node->out);
    node->running = false;
    node->due = 0;
    node->exit_code = -6;
}

/* A call into a node's code. */
typedef struct call {
    bus_t *bus;
    node_t *node;
    const input_t *in;
    problem_t *problem;
} call_t;

static bool call_node(call_t *call, void (*fn)(void *)) {
    bus_keeper_t *keeper = &call->bus->keeper;
    if (!keeper->call) {
        fn(call);
        return true;
    }
    if (keeper->call(keeper->arg, (int) (call->node - call->bus->nodes), fn, call))
        return true;
    node_lost(call->node);
    return false;
}

static void do_open(void *arg) {
    call_t *call = arg;
    node_t *node = call->node;
    node->daemon = node->spec->open(node->site, node->spec->arguments[0] ? node->argument : NULL,
                                    false, call->problem);
    if (node->daemon && node->spec->curve)
        node->curve = *node->spec->curve(node->daemon);
}

bool bus_try_start(bus_t *self, int index, problem_t *problem) {
    node_t *node = &self->nodes[index];
    insist(!node->running);
    node->daemon = NULL;
    if (!call_node(&(call_t){self, node, NULL, problem}, do_open) || !node->daemon)
        return false;
    node->running = true;
    node->started = node->batch = false;
    node->due = self->boot;
    node->life++;
    return true;
}

void bus_start(bus_t *self, int index) {
    problem_t problem = {0};
    if (!bus_try_start(self, index, &problem)) {
        char text[768];
        problem_print(&problem, text, sizeof text);
        panic("%s cannot be opened: %s", self->nodes[index].spec->name, text);
    }
}

int bus_add(bus_t *self, const daemon_spec_t *spec, const char *site, const char *argument) {
    insist(self->nodes_n < NODES_MAX);
    node_t *node = &self->nodes[self->nodes_n];
    *node = (node_t){.spec = spec};
    snprintf(node->site, sizeof node->site, "%s", site);
    snprintf(node->argument, sizeof node->argument, "%s", argument ? argument : "");
    bus_start(self, self->nodes_n);
    return self->nodes_n++;
}

int bus_client(bus_t *self, const curve_pair_t *curve) {
    insist(self->nodes_n < NODES_MAX);
    self->nodes[self->nodes_n] = (node_t){.curve = *curve, .running = true, .life = 1};
    return self->nodes_n++;
}

static void do_close(void *arg) {
    node_t *node = ((call_t *) arg)->node;
    node->spec->close(&node->daemon);
}

static void node_end(bus_t *self, node_t *node) {
    if (node->daemon && !call_node(&(call_t){self, node, NULL, NULL}, do_close))
        return;
    output_free(&node->out);
    node->running = false;
    node->due = 0;
}

void bus_kill(bus_t *self, int node) {
    node_end(self, &self->nodes[node]);
    self->nodes[node].exit_code = -9;
}

bool bus_runs(const bus_t *self, int node, int *exit_code) {
    if (exit_code)
        *exit_code = self->nodes[node].exit_code;
    return self->nodes[node].running;
}

static int port_index(const node_t *node, const char *name) {
    for (size_t i = 0; node->spec && i < node->spec->ports_n; i++)
        if (strcmp(node->spec->ports[i].name, name) == 0)
            return (int) i;
    if (node->spec)
        panic("%s has no port %s", node->spec->name, name);
    return 0;
}

int bus_connect(bus_t *self, int client, const char *client_port, int server,
                const char *server_port) {
    insist(self->lines_n < LINES_MAX);
    line_t *line = &self->lines[self->lines_n];
    *line = (line_t){.client = client,
                     .server = server,
                     .client_port = port_index(&self->nodes[client], client_port),
                     .server_port = port_index(&self->nodes[server], server_port)};
    snprintf(line->client_name, sizeof line->client_name, "%s", client_port);
    return self->lines_n++;
}

void bus_cut(bus_t *self, int line, bool cut) { self->lines[line].cut = cut; }

/* ---- carrying ---- */

static void enqueue(bus_t *self, int line, bool to_server, bytes_t frame, int64_t delay) {
    if (self->queue_n == self->queue_room) {
        self->queue_room = self->queue_room ? self->queue_room * 2 : 256;
        self->queue = realloc(self->queue, self->queue_room * sizeof *self->queue);
        insist(self->queue);
    }
    uint8_t *copy = malloc(frame.n ? frame.n : 1);
    insist(copy);
    memcpy(copy, frame.p, frame.n);
    self->queue[self->queue_n++] =
        (carried_t){.at = self->boot + delay,
                    .number = self->numbers++,
                    .line = line,
                    .to_server = to_server,
                    .client_life = self->nodes[self->lines[line].client].life,
                    .server_life = self->nodes[self->lines[line].server].life,
                    .bytes = copy,
                    .n = frame.n};
}

static void carry(bus_t *self, int index, bool to_server, bytes_t frame) {
    const line_t *line = &self->lines[index];
    const node_t *server = &self->nodes[line->server];
    const char *server_port = server->spec->ports[line->server_port].name;
    passage_t passage = {.from = to_server ? line->client : line->server,
                         .to = to_server ? line->server : line->client,
                         .from_port = to_server ? line->client_name : server_port,
                         .to_port = to_server ? server_port : line->client_name,
                         .type = frame.n > 3 && message_record(frame.p[3])
                                     ? (message_type_t) frame.p[3]
                                     : MESSAGE_NONE,
                         .frame = frame,
                         .copies = 1,
                         .delay = 1};
    if (self->hook)
        self->hook(self->hook_arg, &passage);
    for (int i = 0; i < passage.copies && !line->cut; i++)
        enqueue(self, index, to_server, frame, passage.delay < 1 ? 1 : passage.delay);
}

static route_t route_of(const bus_t *self, int index) {
    route_t route = {.n = 9};
    unsigned life = self->nodes[self->lines[index].client].life;
    memcpy(route.b + 1, &index, 4);
    memcpy(route.b + 5, &life, 4);
    return route;
}

static bool admitted(const bus_t *self, const line_t *line) {
    const node_t *server = &self->nodes[line->server];
    if (server->spec->ports[line->server_port].type == PORT_LOCAL)
        return true;
    return server->spec->admits(server->daemon, line->server_port,
                                self->nodes[line->client].curve.public_key);
}

static void dispatch(bus_t *self, int from, const outgoing_t *item, bytes_t frame) {
    const node_t *node = &self->nodes[from];
    port_type_t type = node->spec->ports[item->port].type;
    if (type == PORT_WORKER)
        type = PORT_DEALER; /* what plays the worker is a node as any other */
    for (int i = 0; i < self->lines_n; i++) {
        const line_t *line = &self->lines[i];
        route_t route = route_of(self, i);
        if (type == PORT_DEALER && line->client == from && line->client_port == item->port)
            carry(self, i, true, frame);
        if (type == PORT_DEALER || line->server != from || line->server_port != item->port ||
            !self->nodes[line->client].running)
            continue;
        if (type == PORT_PUB
                ? admitted(self, line)
                : item->route.n == route.n && memcmp(item->route.b, route.b, route.n) == 0)
            carry(self, i, false, frame);
    }
}

/* ---- stepping ---- */

static void do_step(void *arg) {
    call_t *call = arg;
    surroundings_t now = {
        .wall = wall_of(call->bus, call->node), .boot = call->bus->boot, .random = bus_random};
    call->node->spec->step(call->node->daemon, call->in, &now, &call->node->out);
}

static bool step(bus_t *self, node_t *node, const input_t *in) {
    if (!node->batch)
        node->out.wake = 0;
    node->batch = true;
    return call_node(&(call_t){self, node, in, NULL}, do_step);
}

static void flush(bus_t *self, int index, input_type_t type) {
    node_t *node = &self->nodes[index];
    bool alive = step(self, node, &(input_t){.type = type});
    node->batch = false;
    if (!alive)
        return;
    for (size_t i = 0; i < node->out.items_n; i++)
        dispatch(self, index, &node->out.items[i], output_frame(&node->out, i));
    output_clear(&node->out);
    int64_t wait = node->out.wake - self->boot;
    node->due = node->out.wake ? self->boot + (wait > 0 ? wait : 0) : 0;
    if (node->out.stop) {
        node->exit_code = node->out.exit_code;
        node_end(self, node);
    }
}

static void remember(bus_t *self, const carried_t *c) {
    buffer_t bytes = {0};
    buffer_put(&bytes, self->history.b, sizeof self->history.b);
    buffer_format(&bytes, "%lld %d %d ", (long long) c->at, c->line, c->to_server);
    buffer_put(&bytes, c->bytes, c->n);
    self->history = hash_bytes(buffer_bytes(&bytes));
    self->delivered++;
    buffer_free(&bytes);
}

/* Gives a frame to its node. A client that the test plays keeps it in its output buffer until it
   is heard. */
static void deliver(bus_t *self, const carried_t *c) {
    const line_t *line = &self->lines[c->line];
    node_t *to = &self->nodes[c->to_server ? line->server : line->client];
    const node_t *server = &self->nodes[line->server], *client = &self->nodes[line->client];
    bool same_lives = c->client_life == client->life && c->server_life == server->life;
    if (line->cut || !to->running || !same_lives || (c->to_server && !admitted(self, line)))
        return;
    remember(self, c);
    bytes_t frame = {c->bytes, c->n};
    if (!to->spec) {
        size_t n = frame.n;
        buffer_put(&to->out.bytes, &n, sizeof n);
        buffer_put(&to->out.bytes, frame.p, frame.n);
        return;
    }
    input_t in = {.type = INPUT_MESSAGE,
                  .port = c->to_server ? line->server_port : line->client_port,
                  .frame = frame,
                  .peer = c->to_server ? client->curve.public_key : server->curve.public_key};
    if (c->to_server)
        in.route = route_of(self, c->line);
    if (c->to_server && server->spec->ports[line->server_port].type == PORT_LOCAL)
        in.peer = (pubkey_t){{0}};
    step(self, to, &in);
}

/* The next frame that is due now; sending order decides among those of one instant. */
static bool take_due(bus_t *self, carried_t *out) {
    size_t best = self->queue_n;
    for (size_t i = 0; i < self->queue_n; i++)
        if (self->queue[i].at <= self->boot &&
            (best == self->queue_n || self->queue[i].at < self->queue[best].at ||
             (self->queue[i].at == self->queue[best].at &&
              self->queue[i].number < self->queue[best].number)))
            best = i;
    if (best == self->queue_n)
        return false;
    *out = self->queue[best];
    self->queue[best] = self->queue[--self->queue_n];
    return true;
}

/* Everything that happens at this instant; true if anything did. */
static bool turn(bus_t *self) {
    bool any = false;
    for (int i = 0; i < self->nodes_n; i++) {
        node_t *node = &self->nodes[i];
        if (!node->spec || !node->running || !node->due || node->due > self->boot)
            continue;
        any = true;
        if (!node->started) {
            node->started = true;
            flush(self, i, INPUT_START);
        } else
            step(self, node, &(input_t){.type = INPUT_TICK});
    }
    carried_t c;
    for (int n = 0; n < BATCH_MAX && take_due(self, &c); n++) {
        any = true;
        deliver(self, &c);
        free(c.bytes);
    }
    for (int i = 0; i < self->nodes_n; i++)
        if (self->nodes[i].running && self->nodes[i].batch)
            flush(self, i, INPUT_FLUSH);
    return any;
}

static void instant(bus_t *self) {
    for (int n = 0; turn(self); n++)
        if (n > STEPS_PER_INSTANT_MAX)
            panic("time stands still at %lld", (long long) self->boot);
}

static int64_t next_time(const bus_t *self, int64_t limit) {
    int64_t next = limit;
    for (size_t i = 0; i < self->queue_n; i++)
        if (self->queue[i].at < next)
            next = self->queue[i].at;
    for (int i = 0; i < self->nodes_n; i++)
        if (self->nodes[i].running && self->nodes[i].due && self->nodes[i].due < next)
            next = self->nodes[i].due;
    return next > self->boot ? next : self->boot + 1;
}

bool bus_until(bus_t *self, bool (*done)(void *), void *arg, int64_t limit) {
    int64_t end = self->boot + limit;
    instant(self);
    while (!(done && done(arg))) {
        if (self->boot >= end)
            return false;
        self->boot = next_time(self, end);
        instant(self);
    }
    return true;
}

void bus_run(bus_t *self, int64_t ms) { bus_until(self, NULL, NULL, ms); }

/* ---- played by the test ---- */

void bus_say(bus_t *self, int line, message_type_t type, const void *body) {
    buffer_t frame = {0};
    message_encode(type, body, &frame);
    carry(self, line, true, buffer_bytes(&frame));
    buffer_free(&frame);
}

bool bus_hear(bus_t *self, int client, arena_t *arena, message_type_t *type, const void **body) {
    buffer_t *inbox = &self->nodes[client].out.bytes;
    size_t n;
    if (inbox->n == 0)
        return false;
    memcpy(&n, inbox->p, sizeof n);
    bytes_t frame = arena_bytes(arena, (bytes_t){inbox->p + sizeof n, n});
    problem_t problem = {0};
    if (message_decode(frame, arena, type, body, &problem) != 0)
        panic("a daemon sent what is no message: %s", problem.detail);
    inbox->n -= sizeof n + n;
    memmove(inbox->p, inbox->p + sizeof n + n, inbox->n);
    return true;
}

void bus_destroy(bus_t **self_p) {
    bus_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < self->nodes_n; i++) {
        node_t *node = &self->nodes[i];
        if (node->spec && node->running && node->started)
            step(self, node, &(input_t){.type = INPUT_STOP});
        node_end(self, node);
    }
    for (size_t i = 0; i < self->queue_n; i++)
        free(self->queue[i].bytes);
    free(self->queue);
    free(self);
    *self_p = NULL;
}
