/* SPDX-License-Identifier: Apache-2.0
 *
 * bus: the ground that tests of whole daemons stand on: it steps like the skeleton, loses what it
 * is told to lose, and does the same thing twice.
 */
#include "tests/unit/together/bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "tests/unit/harness.h"

/* A daemon that notes what it is stepped with: S start, M message, F flush, T tick, . stop. It
   answers FETCH, publishes what it is told to by HELLO, and asks once a second for itself. */
typedef struct actor {
    char log[4096];
    size_t n;
    curve_pair_t keys;
    bool asks;
    int answers, heard;
    int64_t first;
    arena_t *arena;
} actor_t;

enum { SERVICE, STREAM, UP, NEWS };
static const port_t ports[] = {{"service", PORT_ROUTER, false},
                               {"stream", PORT_PUB, false},
                               {"up", PORT_DEALER, true},
                               {"news", PORT_SUB, true}};
static char last_log[4096];
static pubkey_t barred;

static void *actor_open(const char *site, const char *argument, bool check_only,
                        problem_t *problem) {
    (void) site, (void) check_only, (void) problem;
    actor_t *self = calloc(1, sizeof *self);
    insist(self);
    self->asks = argument && strcmp(argument, "asks") == 0;
    self->keys.public_key.b[0] = (uint8_t) argument[0];
    self->arena = arena_new(0);
    return self;
}

static void actor_close(void **self_p) {
    actor_t *self = *self_p;
    memcpy(last_log, self->log, sizeof last_log);
    arena_destroy(&self->arena);
    free(self);
    *self_p = NULL;
}

static void actor_address(void *self, int port, port_address_t *out) {
    (void) self, (void) port, (void) out;
}
static const curve_pair_t *actor_curve(void *arg) { return &((actor_t *) arg)->keys; }
static bool actor_admits(void *self, int port, pubkey_t key) {
    (void) self, (void) port;
    return !pubkey_equal(key, barred);
}

static void actor_message(actor_t *self, const input_t *in, output_t *out) {
    message_type_t type;
    const void *body;
    arena_reset(self->arena);
    assert_int_equal(message_decode(in->frame, self->arena, &type, &body, NULL), 0);
    if (type == MESSAGE_FETCH) {
        assert_int_equal(in->route.n > 0, 1);
        struct events events = {.first = ((const struct fetch *) body)->from};
        output_send(out, SERVICE, &in->route, MESSAGE_EVENTS, &events);
    } else if (type == MESSAGE_EVENTS) {
        self->answers++;
        self->first = ((const struct events *) body)->first;
    } else if (type == MESSAGE_ANNOUNCE)
        self->heard++;
    else if (type == MESSAGE_HELLO) {
        struct announce announce = {
            .head = {(const uint8_t *) "h", 1}, .key = {{1}}, .signature = {{1}}};
        output_send(out, STREAM, NULL, MESSAGE_ANNOUNCE, &announce);
    }
}

static void actor_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    actor_t *self = arg;
    static const char letters[] = {[INPUT_START] = 'S',
                                   [INPUT_MESSAGE] = 'M',
                                   [INPUT_FLUSH] = 'F',
                                   [INPUT_TICK] = 'T',
                                   [INPUT_STOP] = '.'};
    if (self->n + 1 < sizeof self->log)
        self->log[self->n++] = letters[in->type];
    if (in->type == INPUT_MESSAGE)
        actor_message(self, in, out);
    if (self->asks && (in->type == INPUT_START || in->type == INPUT_TICK)) {
        uint8_t byte;
        now->random(&byte, 1);
        output_send(out, UP, NULL, MESSAGE_FETCH, &(struct fetch){.from = 1 + byte, .to = 300});
    }
    if (self->asks && in->type != INPUT_MESSAGE)
        output_wake(out, now->boot + 1000);
}

static const daemon_spec_t spec = {.name = "actor",
                                   .arguments = "KEY",
                                   .doc = "",
                                   .ports = ports,
                                   .ports_n = 4,
                                   .open = actor_open,
                                   .close = actor_close,
                                   .address = actor_address,
                                   .curve = actor_curve,
                                   .admits = actor_admits,
                                   .step = actor_step};

typedef struct theatre {
    bus_t *bus;
    int server, client, line;
} stage_t;

static stage_t stage_new(uint64_t seed) {
    stage_t s = {.bus = bus_new(seed, INT64_C(1790000000000))};
    barred = (pubkey_t){{0xff}};
    s.server = bus_add(s.bus, &spec, "", "serves");
    s.client = bus_add(s.bus, &spec, "", "asks");
    s.line = bus_connect(s.bus, s.client, "up", s.server, "service");
    return s;
}

static actor_t *of(const stage_t *s, int node) { return bus_daemon(s->bus, node); }

TEST(steps_come_in_the_skeletons_order_and_time_is_the_tests) {
    stage_t s = stage_new(1);
    moment_t before = bus_now(s.bus);
    bus_run(s.bus, 2500);
    assert_int_equal(bus_now(s.bus) - before, 2500);
    assert_string_equal(of(&s, s.client)->log, "SMFTFMFTFMF");
    assert_string_equal(of(&s, s.server)->log, "SMFMFMF");
    assert_int_equal(of(&s, s.client)->answers, 3);
    bus_destroy(&s.bus);
    assert_string_equal(last_log, "SMFTFMFTFMF."); /* stopped orderly */
}

TEST(a_node_plays_another_ones_worker) {
    static const port_t own[] = {{"service", PORT_ROUTER, false},
                                 {"stream", PORT_PUB, false},
                                 {"hands", PORT_WORKER, false}};
    daemon_spec_t worked_for = spec;
    worked_for.ports = own;
    worked_for.ports_n = 3;
    stage_t s = {.bus = bus_new(1, INT64_C(1790000000000))};
    s.server = bus_add(s.bus, &spec, "", "serves");
    s.client = bus_add(s.bus, &worked_for, "", "asks");
    s.line = bus_connect(s.bus, s.client, "hands", s.server, "service");
    bus_run(s.bus, 2500);
    assert_int_equal(of(&s, s.client)->answers, 3);
    bus_destroy(&s.bus);
}

static void drop_events(void *arg, passage_t *p) {
    (void) arg;
    if (p->type == MESSAGE_EVENTS)
        p->copies = 0;
}

static void twice_and_late(void *arg, passage_t *p) {
    const int *client = arg;
    assert_int_equal(p->from == *client, strcmp(p->from_port, "up") == 0);
    if (p->type == MESSAGE_EVENTS) {
        p->copies = 2;
        p->delay = 100;
    }
}

TEST(frames_are_lost_doubled_and_delayed_as_told) {
    stage_t s = stage_new(1);
    bus_hook(s.bus, drop_events, NULL);
    bus_run(s.bus, 500);
    assert_int_equal(of(&s, s.client)->answers, 0);
    bus_hook(s.bus, twice_and_late, &s.client);
    bus_run(s.bus, 550);
    assert_int_equal(of(&s, s.client)->answers, 0);
    bus_run(s.bus, 100);
    assert_int_equal(of(&s, s.client)->answers, 2);
    bus_destroy(&s.bus);
}

TEST(a_cut_line_carries_nothing_and_a_killed_daemon_starts_again) {
    stage_t s = stage_new(1);
    int code;
    bus_cut(s.bus, s.line, true);
    bus_run(s.bus, 1500);
    assert_int_equal(of(&s, s.server)->n, 1);
    bus_cut(s.bus, s.line, false);
    bus_kill(s.bus, s.server);
    assert_false(bus_runs(s.bus, s.server, &code));
    assert_string_equal(last_log, "S"); /* no STOP */
    bus_run(s.bus, 1000);
    assert_int_equal(of(&s, s.client)->answers, 0);
    bus_start(s.bus, s.server);
    bus_run(s.bus, 1000);
    assert_int_equal(of(&s, s.client)->answers, 1);
    bus_destroy(&s.bus);
}

TEST(a_barred_key_is_neither_heard_nor_published_to) {
    stage_t s = stage_new(1);
    bus_connect(s.bus, s.client, "news", s.server, "stream");
    curve_pair_t key = {.public_key = {{9}}};
    int me = bus_client(s.bus, &key), line = bus_connect(s.bus, me, "mine", s.server, "service");
    struct hello hello = {.name = TEXT("x"), .ledger = {{1}}};
    bus_run(s.bus, 10);
    bus_say(s.bus, line, MESSAGE_HELLO, &hello);
    bus_run(s.bus, 10);
    assert_int_equal(of(&s, s.client)->heard, 1);
    barred = of(&s, s.client)->keys.public_key;
    bus_say(s.bus, line, MESSAGE_HELLO, &hello);
    bus_run(s.bus, 1500);
    assert_int_equal(of(&s, s.client)->heard, 1);
    assert_int_equal(of(&s, s.client)->answers, 1);
    bus_destroy(&s.bus);
}

TEST(the_test_itself_plays_a_peer) {
    stage_t s = stage_new(1);
    curve_pair_t key = {.public_key = {{9}}};
    int me = bus_client(s.bus, &key), line = bus_connect(s.bus, me, "mine", s.server, "service");
    arena_t *arena = arena_new(0);
    message_type_t type;
    const void *body;
    bus_run(s.bus, 1);
    bus_say(s.bus, line, MESSAGE_FETCH, &(struct fetch){.from = 42, .to = 42});
    bus_say(s.bus, line, MESSAGE_FETCH, &(struct fetch){.from = 43, .to = 43});
    bus_run(s.bus, 10);
    for (int64_t first = 42; first <= 43; first++) {
        assert_true(bus_hear(s.bus, me, arena, &type, &body));
        assert_int_equal(type, MESSAGE_EVENTS);
        assert_int_equal(((const struct events *) body)->first, first);
    }
    assert_false(bus_hear(s.bus, me, arena, &type, &body));
    arena_destroy(&arena);
    bus_destroy(&s.bus);
}

static digest_t history_of(uint64_t seed, uint64_t *frames) {
    stage_t s = stage_new(seed);
    digest_t history;
    bus_run(s.bus, 60000);
    *frames = bus_carried(s.bus, &history);
    bus_destroy(&s.bus);
    return history;
}

TEST(the_same_seed_gives_the_same_history) {
    uint64_t one, two, three;
    digest_t a = history_of(7, &one), b = history_of(7, &two), c = history_of(8, &three);
    assert_true(one > 100);
    assert_int_equal(one, two);
    assert_true(digest_equal(a, b));
    assert_false(digest_equal(a, c));
}
