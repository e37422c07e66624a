/* SPDX-License-Identifier: Apache-2.0
 *
 * worker: what takes long is done beside the daemon, in order, and has its answer; a stop does not
 * wait for it and forgets nothing.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/bus/sockets.h"
#include "common/daemon/clock.h"
#include "common/daemon/ports.h"
#include "common/daemon/worker.h"
#include "tests/unit/harness.h"

enum { SLOW = 999 }; /* a FETCH from there lasts until the stop */

typedef struct hand { const atomic_bool *stop; int *closed; arena_t *arena; } hand_t;

/* The daemon is the count of workers that were closed; NULL cannot be worked for. */
static void *hand_open(void *daemon, const atomic_bool *stop, problem_t *problem) {
    if (!daemon) {
        problem_set(problem, REASON_CONFIGURATION, "hand", "nothing to work for");
        return NULL;
    }
    hand_t *self = memory_new(1, sizeof *self);
    self->stop = stop;
    self->closed = daemon;
    self->arena = arena_new(0);
    return self;
}

static void hand_work(void *arg, bytes_t frame, buffer_t *reply) {
    const hand_t *self = arg;
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    arena_reset(self->arena);
    if (message_decode(frame, self->arena, &type, &body, &problem) != 0 || type != MESSAGE_FETCH)
        return;
    const struct fetch *fetch = body;
    while (fetch->from == SLOW && !atomic_load(self->stop))
        zclock_sleep(5);
    message_encode(MESSAGE_EVENTS, &(struct events){.first = fetch->from}, reply);
}

static void hand_close(void **worker_p) {
    hand_t *self = *worker_p;
    ++*self->closed;
    arena_destroy(&self->arena);
    free(self);
    *worker_p = NULL;
}

static const worker_spec_t hand = {hand_open, hand_work, hand_close};
static const port_t hand_ports[] = {{"hand", PORT_WORKER, false}};
static void nowhere(void *self, int port, port_address_t *out) {
    (void) self, (void) port, (void) out;
    abort(); /* a worker has no address */
}
static const daemon_spec_t spec = {
    .name = "hands", .ports = hand_ports, .ports_n = 1, .address = nowhere, .worker = &hand};

static ports_t *opened(int *closed) {
    problem_t problem = {0};
    sockets_start();
    ports_t *ports = ports_new(&spec, closed);
    assert_int_equal(ports_open(ports, &problem), 0);
    return ports;
}

static void give(ports_t *ports, int64_t from) {
    output_t out = {0};
    output_send(&out, 0, NULL, MESSAGE_FETCH, &(struct fetch){.from = from, .to = from});
    ports_send(ports, &out, clock_boot());
    output_free(&out);
}

/* The answer's `first`; -1: there is none. */
static int64_t take(ports_t *ports) {
    input_t in;
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    if (!ports_receive(ports, &in, clock_boot()))
        return -1;
    arena_t *arena = arena_new(0);
    assert_int_equal(in.port, 0);
    assert_int_equal(message_decode(in.frame, arena, &type, &body, &problem), 0);
    int64_t first = ((const struct events *) body)->first;
    arena_destroy(&arena);
    return first;
}

static int64_t await(ports_t *ports) {
    zmq_pollitem_t items[8];
    int64_t first;
    while ((first = take(ports)) < 0)
        assert_true(zmq_poll(items, (int) ports_poll(ports, items, 8), 10000) > 0);
    return first;
}

TEST(frames_are_worked_off_in_order) {
    int closed = 0;
    ports_t *ports = opened(&closed);
    for (int64_t i = 1; i <= 20; i++)
        give(ports, i);
    for (int64_t i = 1; i <= 20; i++)
        assert_int_equal(await(ports), i);
    assert_int_equal(take(ports), -1);
    ports_destroy(&ports);
    assert_int_equal(closed, 1);
}

TEST(a_stop_cuts_short_what_is_under_way_and_each_frame_has_its_answer) {
    int closed = 0;
    ports_t *ports = opened(&closed);
    int64_t start = clock_boot();
    give(ports, SLOW);
    for (int64_t i = 1; i < WORKER_FRAMES; i++)
        give(ports, i);
    ports_quit(ports);
    assert_int_equal(await(ports), SLOW);
    for (int64_t i = 1; i < WORKER_FRAMES; i++)
        assert_int_equal(await(ports), i);
    assert_true(clock_boot() - start < WORKER_STOP_MS);
    ports_destroy(&ports);
    assert_int_equal(closed, 1);
}

TEST(ports_that_are_destroyed_wait_for_nothing) {
    int closed = 0;
    ports_t *ports = opened(&closed);
    give(ports, SLOW);
    give(ports, SLOW);
    ports_destroy(&ports);
    assert_int_equal(closed, 1);
}

TEST(a_frame_without_an_answer_holds_nothing_up) {
    int closed = 0;
    output_t out = {0};
    ports_t *ports = opened(&closed);
    output_send(&out, 0, NULL, MESSAGE_HELLO,
                &(struct hello){.name = TEXT("nobody"), .ledger = {{1}}});
    ports_send(ports, &out, clock_boot());
    output_free(&out);
    give(ports, 7);
    assert_int_equal(await(ports), 7);
    ports_destroy(&ports);
}

TEST(a_worker_that_cannot_be_opened_stops_the_start) {
    problem_t problem = {0};
    sockets_start();
    ports_t *ports = ports_new(&spec, NULL);
    assert_int_equal(ports_open(ports, &problem), -1);
    assert_int_equal(problem.reason, REASON_CONFIGURATION);
    assert_string_equal(problem.field, "hand");
    ports_destroy(&ports);
}

/* ---- under the skeleton, in a process of its own ---- */

static int process_closed;
static char process_site[256];

static void write_down(const char *line) {
    char path[300];
    snprintf(path, sizeof path, "%s/story", process_site);
    FILE *file = fopen(path, "a");
    if (!file || fprintf(file, "%s\n", line) < 0 || fclose(file) != 0)
        abort();
}

static void *process_open(const char *site, const char *argument, bool check_only,
                          problem_t *problem) {
    (void) argument, (void) check_only, (void) problem;
    snprintf(process_site, sizeof process_site, "%s", site);
    return &process_closed;
}

static void process_close(void **self_p) { *self_p = NULL; }

static void process_step(void *self, const input_t *in, const surroundings_t *now, output_t *out) {
    (void) self, (void) now;
    if (in->type == INPUT_START) {
        output_send(out, 0, NULL, MESSAGE_FETCH, &(struct fetch){.from = SLOW, .to = SLOW});
        output_send(out, 0, NULL, MESSAGE_FETCH, &(struct fetch){.from = 1, .to = 1});
        write_down("start");
    } else if (in->type == INPUT_MESSAGE) {
        write_down("answer");
    } else if (in->type == INPUT_STOP) {
        write_down("stop");
    }
    out->ready = true;
}

static const daemon_spec_t process_spec = {.name = "hands",
                                           .arguments = "",
                                           .doc = "has a worker",
                                           .ports = hand_ports,
                                           .ports_n = 1,
                                           .open = process_open,
                                           .close = process_close,
                                           .address = nowhere,
                                           .step = process_step,
                                           .worker = &hand};

__attribute__((constructor)) static void process_main(int argc, char **argv) {
    if (getenv("COUNTERSIGN_HANDS"))
        exit(daemon_run(&process_spec, argc, argv));
}

static bool told(const char *path, const char *story) {
    char text[200];
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[n] = '\0';
    return streq(text, story);
}

TEST(a_daemon_hears_its_worker_out_before_it_stops) {
    char site[240], path[300];
    int status = -1;
    pid_t pid;
    snprintf(site, sizeof site, "%.200s/site", harness_folder());
    snprintf(path, sizeof path, "%s/story", site);
    assert_int_equal(mkdir(site, 0700), 0);
    char *argv[] = {(char[]){"hands"}, (char[]){"-d"}, (char[]){"--site"}, site, NULL};
    setenv("COUNTERSIGN_HANDS", "1", 1);
    assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ), 0);
    unsetenv("COUNTERSIGN_HANDS");
    for (int i = 0; i < 1000 && !told(path, "start\n"); i++)
        zclock_sleep(10);
    kill(pid, SIGTERM);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(told(path, "start\nanswer\nanswer\nstop\n"));
}
