/* SPDX-License-Identifier: Apache-2.0
 *
 * toy: a daemon as small as can be, run by the real skeleton in a process of its own: the test
 * program starts itself again with COUNTERSIGN_TOY set. Its site folder holds one file per port
 * with the endpoint, its key pair, and the keys it admits.
 */
#ifndef COUNTERSIGN_TESTS_DAEMON_TOY_H
#define COUNTERSIGN_TESTS_DAEMON_TOY_H

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/bus/sockets.h"
#include "common/bus/zap.h"
#include "common/daemon/step.h"
#include "tests/unit/harness.h"

/* Under AddressSanitizer freed memory counts for what it is, not for what is kept back to be
   checked. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "quarantine_size_mb=1"; }

enum { TOY_SERVICE, TOY_STREAM, TOY_UPSTREAM, TOY_LOCAL };

static const port_t toy_ports[] = {
    [TOY_SERVICE] = {"service", PORT_ROUTER, false},
    [TOY_STREAM] = {"stream", PORT_PUB, true},
    [TOY_UPSTREAM] = {"upstream", PORT_DEALER, true},
    [TOY_LOCAL] = {"local", PORT_LOCAL, true},
};

typedef struct toy {
    char site[256];
    curve_pair_t keys;
    pubkey_t upstream, admitted[8];
    size_t admitted_n;
    int64_t seen;
    arena_t *arena;
} toy_t;

static inline bool toy_read(const char *site, const char *name, void *out, size_t size, size_t *n) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", site, name);
    FILE *file = fopen(path, "r");
    *n = file ? fread(out, 1, size, file) : 0;
    if (file)
        fclose(file);
    return file != NULL;
}

static inline void toy_write(const char *site, const char *name, const void *bytes, size_t n) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", site, name);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0)
        abort();
}

static inline void *toy_open(const char *site, const char *argument, bool check_only,
                             problem_t *problem) {
    (void) check_only;
    size_t n, admitted;
    toy_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    snprintf(self->site, sizeof self->site, "%s", site);
    if (!toy_read(site, "keys", &self->keys, sizeof self->keys, &n) || n != sizeof self->keys ||
        !streq(argument, "one")) {
        problem_set(problem, REASON_CONFIGURATION, "keys", "no keys for %s", argument);
        free(self);
        return NULL;
    }
    toy_read(site, "admitted", self->admitted, sizeof self->admitted, &admitted);
    toy_read(site, "upstream.key", &self->upstream, sizeof self->upstream, &n);
    self->admitted_n = admitted / sizeof *self->admitted;
    self->arena = arena_new(1 << 20);
    return self;
}

static inline void toy_close(void **self_p) {
    toy_t *self = *self_p;
    arena_destroy(&self->arena);
    toy_write(self->site, "closed", "", 0);
    free(self);
    *self_p = NULL;
}

static inline void toy_address(void *arg, int port, port_address_t *out) {
    toy_t *self = arg;
    size_t n;
    toy_read(self->site, toy_ports[port].name, out->endpoint, sizeof out->endpoint - 1, &n);
    out->endpoint[n] = '\0';
    out->server = self->upstream;
}

static inline const curve_pair_t *toy_curve(void *arg) {
    const toy_t *self = arg;
    return &self->keys;
}

static inline bool toy_admits(void *arg, int port, pubkey_t key) {
    const toy_t *self = arg;
    (void) port;
    for (size_t i = 0; i < self->admitted_n; i++)
        if (pubkey_equal(self->admitted[i], key))
            return true;
    return false;
}

static inline void toy_revoke(toy_t *self, const uint8_t key[32]) {
    for (size_t i = 0; i < self->admitted_n; i++)
        if (memcmp(self->admitted[i].b, key, 32) == 0)
            self->admitted[i] = self->admitted[--self->admitted_n];
}

#define TOY_BULK 100000 /* bytes of an event that is published, or fetched as number 7 */

static inline void toy_publish(toy_t *self, int64_t number, output_t *out) {
    static uint8_t bulk[TOY_BULK];
    struct raw raw = {{bulk, sizeof bulk}};
    struct announce announce = {
        .head = {bulk, 1}, .key = self->keys.public_key, .signature = {{1}}};
    struct commit commit = {.first = number, .events = {&raw, 1}, .head = {&announce, 1}};
    output_send(out, TOY_STREAM, NULL, MESSAGE_COMMIT, &commit);
}

/* HELLO is a request by name; FETCH is answered by EVENTS that say how many messages were seen. */
static inline void toy_hello(toy_t *self, const struct hello *hello, output_t *out) {
    if (text_is(hello->name, "revoke"))
        toy_revoke(self, hello->root.b);
    else if (text_is(hello->name, "publish"))
        toy_publish(self, hello->position, out);
    else if (text_is(hello->name, "stop")) {
        out->stop = true;
        out->exit_code = EX_DATAERR;
    }
}

static inline void toy_message(toy_t *self, const input_t *in, output_t *out) {
    static uint8_t bulk[TOY_BULK];
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    arena_reset(self->arena);
    if (message_decode(in->frame, self->arena, &type, &body, &problem) != 0)
        return;
    self->seen++;
    if (type == MESSAGE_HELLO)
        toy_hello(self, body, out);
    if (type != MESSAGE_FETCH)
        return;
    const struct fetch *fetch = body;
    struct raw raw = {{bulk, sizeof bulk}};
    struct events events = {.first = self->seen, .events = {&raw, fetch->from == 7}};
    output_send(out, in->port, in->port == TOY_UPSTREAM ? NULL : &in->route, MESSAGE_EVENTS,
                &events);
}

static inline void toy_step(void *arg, const input_t *in, const surroundings_t *now,
                            output_t *out) {
    toy_t *self = arg;
    if (in->type == INPUT_MESSAGE)
        toy_message(self, in, out);
    if (in->type == INPUT_STOP)
        toy_write(self->site, "stopped", "", 0);
    if (in->type == INPUT_TICK) {
        struct hello hello = {.name = TEXT("toy"), .ledger = {{1}}};
        output_send(out, TOY_UPSTREAM, NULL, MESSAGE_HELLO, &hello);
    }
    if (in->type != INPUT_MESSAGE)
        output_wake(out, now->boot + 100);
    out->ready = true;
}

static const daemon_spec_t toy_spec = {
    .name = "toy",
    .arguments = "KEY",
    .doc = "a toy",
    .ports = toy_ports,
    .ports_n = 4,
    .open = toy_open,
    .close = toy_close,
    .address = toy_address,
    .curve = toy_curve,
    .admits = toy_admits,
    .step = toy_step,
};

__attribute__((constructor)) static void toy_main(int argc, char **argv) {
    if (getenv("COUNTERSIGN_TOY"))
        exit(daemon_run(&toy_spec, argc, argv));
}

/* ---- the test's side ---- */

typedef struct playground {
    char site[256];
    pid_t pid;
    curve_pair_t server, alice, bob; /* both admitted */
} playground_t;

/* A site whose service is at a port of the kernel's choice; other ports only if a test writes
   their files. */
static inline playground_t *playground_new(const char *name) {
    playground_t *self = calloc(1, sizeof *self);
    char run[300];
    sockets_start();
    crypto_start();
    snprintf(self->site, sizeof self->site, "%.200s/%s", harness_folder(), name);
    snprintf(run, sizeof run, "%s/run", self->site);
    assert_int_equal(mkdir(self->site, 0700), 0);
    assert_int_equal(mkdir(run, 0700), 0);
    curve_pair_make(&self->server);
    curve_pair_make(&self->alice);
    curve_pair_make(&self->bob);
    pubkey_t admitted[] = {self->alice.public_key, self->bob.public_key};
    toy_write(self->site, "keys", &self->server, sizeof self->server);
    toy_write(self->site, "admitted", admitted, sizeof admitted);
    toy_write(self->site, "service", "tcp://127.0.0.1:*", 17);
    return self;
}

/* Starts this program again as the daemon, its log in SITE/log. `arguments` are space-separated
   behind --site. */
static inline pid_t playground_spawn(playground_t *self, const char *arguments) {
    char log[300], words[200], *argv[16] = {(char[]){"toy"}, (char[]){"--site"}, self->site}, *more;
    int n = 3;
    posix_spawn_file_actions_t actions;
    snprintf(log, sizeof log, "%s/log", self->site);
    snprintf(words, sizeof words, "%s", arguments);
    for (char *word = strtok_r(words, " ", &more); word && n < 15;
         word = strtok_r(NULL, " ", &more))
        argv[n++] = word;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    setenv("COUNTERSIGN_TOY", "1", 1);
    assert_int_equal(posix_spawn(&self->pid, "/proc/self/exe", &actions, NULL, argv, environ), 0);
    unsetenv("COUNTERSIGN_TOY");
    posix_spawn_file_actions_destroy(&actions);
    return self->pid;
}

/* Waits until SITE/NAME holds `text` (any text if NULL); its whole content, up to size. */
static inline void playground_await(const playground_t *self, const char *name, const char *text,
                                    char *out, size_t size) {
    for (int i = 0; i < 1000; i++) {
        size_t n;
        if (toy_read(self->site, name, out, size - 1, &n)) {
            out[n] = '\0';
            if (!text || strstr(out, text))
                return;
        }
        zclock_sleep(10);
    }
    char log[4000];
    size_t n;
    toy_read(self->site, "log", log, sizeof log - 1, &n);
    log[n] = '\0';
    fail_msg("%s never held %s; log:\n%s", name, text ? text : "anything", log);
}

static inline char *playground_endpoint(const playground_t *self, const char *port,
                                        char out[ENDPOINT_ROOM]) {
    char name[64];
    snprintf(name, sizeof name, "run/toy-one.%s.endpoint", port);
    playground_await(self, name, "\n", out, ENDPOINT_ROOM);
    out[strcspn(out, "\n")] = '\0';
    return out;
}

static inline void playground_start(playground_t *self) {
    char endpoint[ENDPOINT_ROOM];
    playground_spawn(self, "-d one");
    playground_endpoint(self, "service", endpoint);
}

/* Waits for its end: the exit code, or minus the signal. */
static inline int playground_wait(playground_t *self) {
    int status = 0;
    assert_int_equal(waitpid(self->pid, &status, 0), self->pid);
    self->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline void playground_destroy(playground_t *self) {
    if (self->pid) {
        kill(self->pid, SIGTERM);
        assert_int_equal(playground_wait(self), 0);
    }
    free(self);
}

/* A client of the service; waits until it is let in. */
static inline zsock_t *playground_connect(const playground_t *self, socket_role_t role,
                                          const char *port, const curve_pair_t *own) {
    char endpoint[ENDPOINT_ROOM];
    problem_t problem = {0};
    uint32_t value;
    zsock_t *client = socket_new(role, "", own, self->server.public_key);
    monitor_t *monitor = monitor_new(client);
    zmq_pollitem_t item = {monitor_handle(monitor), 0, ZMQ_POLLIN, 0};
    assert_int_equal(socket_connect(client, playground_endpoint(self, port, endpoint), &problem),
                     0);
    assert_true(zmq_poll(&item, 1, 10000) > 0);
    assert_int_equal(monitor_next(monitor, &value), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    monitor_destroy(&monitor);
    zsock_set_rcvtimeo(client, 10000);
    zsock_set_sndtimeo(client, 10000);
    return client;
}

static inline void say(zsock_t *client, message_type_t type, const void *body) {
    buffer_t frame = {0};
    message_encode(type, body, &frame);
    assert_int_equal(zmq_send(zsock_resolve(client), frame.p, frame.n, 0), (int) frame.n);
    buffer_free(&frame);
}

static inline void say_hello(zsock_t *client, const char *name, int64_t position,
                             const pubkey_t *key) {
    struct hello hello = {.name = text_of(name), .ledger = {{1}}, .position = position};
    if (key)
        memcpy(hello.root.b, key->b, 32);
    say(client, MESSAGE_HELLO, &hello);
}

/* Receives a message and returns `first` of the EVENTS or COMMIT in it; -1: none came in time. */
static inline int64_t hear(zsock_t *client) {
    zmq_msg_t frame;
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    int64_t first = -1;
    arena_t *arena = arena_new(0);
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, zsock_resolve(client), 0) >= 0) {
        assert_int_equal(message_decode((bytes_t){zmq_msg_data(&frame), zmq_msg_size(&frame)},
                                        arena, &type, &body, &problem),
                         0);
        first = type == MESSAGE_EVENTS ? ((const struct events *) body)->first
                                       : ((const struct commit *) body)->first;
    }
    zmq_msg_close(&frame);
    arena_destroy(&arena);
    return first;
}

/* FETCH and its answer: how many messages the toy has seen. */
static inline int64_t ask(zsock_t *client, int64_t from) {
    say(client, MESSAGE_FETCH, &(struct fetch){.from = from, .to = from});
    return hear(client);
}

#endif
