/* SPDX-License-Identifier: Apache-2.0
 *
 * routes and backlog: the way back belongs to a key, and what waits for a slow peer is bounded and
 * in order.
 */
#include "common/daemon/routes.h"

#include <stdlib.h>

#include "common/daemon/backlog.h"
#include "tests/unit/harness.h"

static const uint8_t made[5] = {0, 0x12, 0x34, 0x56, 0x78}, other[5] = {0, 0x12, 0x34, 0x56, 0x79};
static const pubkey_t alice = {{1}}, bob = {{2}};

TEST(a_route_leads_back_to_the_id_it_came_from) {
    routes_t *routes = routes_new();
    route_t route;
    assert_true(routes_note(routes, made, 5, alice, &route));
    assert_memory_equal(routes_find(routes, &route), made, 5);
    routes_destroy(&routes);
}

TEST(an_id_seen_with_one_key_is_not_taken_over_by_another) {
    routes_t *routes = routes_new();
    route_t route, stolen;
    assert_true(routes_note(routes, made, 5, alice, &route));
    assert_false(routes_note(routes, made, 5, bob, &stolen));
    assert_true(routes_note(routes, made, 5, alice, &route));
    routes_destroy(&routes);
}

TEST(a_route_whose_id_now_is_anothers_leads_nowhere) {
    routes_t *before = routes_new(), *now = routes_new();
    route_t route, theirs;
    assert_true(routes_note(before, made, 5, alice, &route));
    assert_true(routes_note(now, made, 5, bob, &theirs));
    assert_null(routes_find(now, &route));
    assert_non_null(routes_find(now, &theirs));
    routes_destroy(&before);
    routes_destroy(&now);
}

TEST(ids_that_are_not_of_our_making_are_not_used) {
    routes_t *routes = routes_new();
    route_t route;
    assert_false(routes_note(routes, (const uint8_t *) "alice", 5, alice, &route));
    assert_false(routes_note(routes, made, 4, alice, &route));
    assert_false(routes_note(routes, made, 0, alice, &route));
    assert_null(routes_find(routes, &(route_t){.n = 0}));
    routes_destroy(&routes);
}

TEST(drops_are_told_once_a_second_with_their_count) {
    routes_t *routes = routes_new();
    route_t route;
    uint64_t count = 0;
    assert_true(routes_note(routes, made, 5, alice, &route));
    assert_true(routes_dropped(routes, made, 5, 1000, &count));
    assert_int_equal(count, 1);
    for (int64_t t = 1001; t < 1100; t++)
        assert_false(routes_dropped(routes, made, 5, t, &count));
    assert_true(
        routes_dropped(routes, other, 5, 1100, &count)); /* another peer has its own second */
    assert_true(routes_dropped(routes, made, 5, 2000, &count));
    assert_int_equal(count, 100);
    routes_destroy(&routes);
}

/* ---- backlog ---- */

typedef struct wire {
    char sent[4096];
    bool full, gone;
} wire_t;

static sent_t put(void *arg, int port, const route_t *route, bytes_t frame) {
    wire_t *self = arg;
    (void) port;
    if (self->gone)
        return SENT_NEVER;
    if (self->full && route->b[0] == 'A') /* only A's queue */
        return SENT_LATER;
    strncat(self->sent, (const char *) frame.p, frame.n);
    return SENT;
}

static bool send_text(backlog_t *backlog, char peer, const char *text, int64_t boot) {
    route_t route = {.b = {(uint8_t) peer}, .n = 1};
    return backlog_send(backlog, 0, &route, (bytes_t){(const uint8_t *) text, strlen(text)}, boot);
}

TEST(what_waits_is_sent_later_in_order_and_others_are_not_kept) {
    wire_t wire = {.full = true};
    backlog_t *backlog = backlog_new(put, &wire);
    assert_true(send_text(backlog, 'A', "1", 0));
    assert_true(send_text(backlog, 'B', "x", 0));
    assert_true(send_text(backlog, 'A', "2", 0));
    wire.full = false;
    assert_true(send_text(backlog, 'A', "3", 0)); /* must not overtake */
    assert_string_equal(wire.sent, "x");
    backlog_retry(backlog, 5);
    assert_string_equal(wire.sent, "x123");
    assert_int_equal(backlog_count(backlog), 0);
    backlog_destroy(&backlog);
}

TEST(what_nobody_takes_within_a_second_is_dropped) {
    wire_t wire = {.full = true};
    backlog_t *backlog = backlog_new(put, &wire);
    assert_true(send_text(backlog, 'A', "1", 0));
    backlog_retry(backlog, 1000);
    assert_int_equal(backlog_count(backlog), 1);
    backlog_retry(backlog, 1001);
    assert_int_equal(backlog_count(backlog), 0);
    assert_string_equal(wire.sent, "");
    backlog_destroy(&backlog);
}

TEST(a_peer_that_is_gone_leaves_nothing_behind) {
    wire_t wire = {.full = true};
    backlog_t *backlog = backlog_new(put, &wire);
    assert_true(send_text(backlog, 'A', "1", 0));
    wire.gone = true;
    assert_false(send_text(backlog, 'B', "x", 0));
    backlog_retry(backlog, 1);
    assert_int_equal(backlog_count(backlog), 0);
    backlog_destroy(&backlog);
}

TEST(a_peers_share_of_the_backlog_is_bounded) {
    wire_t wire = {.full = true};
    backlog_t *backlog = backlog_new(put, &wire);
    size_t n = 100000, kept = 0;
    uint8_t *bytes = calloc(1, n);
    route_t route = {.b = {'A'}, .n = 1};
    while (kept < 1000 && backlog_send(backlog, 0, &route, (bytes_t){bytes, n}, 0))
        kept++;
    assert_in_range(kept, 5, 20);
    assert_true(send_text(backlog, 'B', "x", 0));
    free(bytes);
    backlog_destroy(&backlog);
}
