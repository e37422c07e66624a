/* SPDX-License-Identifier: Apache-2.0
 *
 * relay: each receipt finds its way back to whoever asked, once, and archived is said only of what
 * is there.
 */
#include "common/daemon/relay.h"
#include "tests/unit/harness.h"

#define PORT 2

static ident_t ident(uint8_t n) { return (ident_t){{n, 1}}; }
static route_t route(uint8_t n) { return (route_t){.b = {n}, .n = 1}; }

static bool is_there(void *arg, ident_t id, position_t position) {
    const ident_t *gone = arg;
    return position > 0 && !(gone && ident_equal(id, *gone));
}

static const route_t *accepted(relay_t *relay, uint8_t n, position_t position) {
    struct receipt receipt = {
        .id = ident(n), .state = RECEIPT_ACCEPTED, .position = (int64_t) position};
    return relay_receipt(relay, &receipt);
}

TEST(archived_is_told_to_whoever_waits_for_it_and_once) {
    relay_t *relay = relay_new();
    output_t out = {0};
    arena_t *arena = arena_new(0);
    message_type_t type;
    const void *body;
    for (uint8_t n = 1; n <= 3; n++) {
        route_t to = route(n);
        relay_command(relay, ident(n), &to);
        assert_int_equal(accepted(relay, n, 10u + n)->b[0], n);
    }
    relay_archived(relay, 12, is_there, NULL, PORT, &out);
    assert_int_equal(out.items_n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(message_decode(output_frame(&out, i), arena, &type, &body, NULL), 0);
        const struct receipt *receipt = body;
        assert_int_equal(receipt->state, RECEIPT_ARCHIVED);
        assert_int_equal(receipt->position, 10 + receipt->id.b[0]);
        assert_int_equal(out.items[i].route.b[0], receipt->id.b[0]);
        assert_int_equal(out.items[i].port, PORT);
    }
    output_clear(&out);
    relay_archived(relay, 12, is_there, NULL, PORT, &out);
    assert_int_equal(out.items_n, 0);
    relay_archived(relay, 13, is_there, NULL, PORT, &out);
    assert_int_equal(out.items_n, 1);
    output_free(&out);
    arena_destroy(&arena);
    relay_destroy(&relay);
}

TEST(a_position_of_an_epoch_that_is_gone_is_forgotten_and_not_told) {
    relay_t *relay = relay_new();
    output_t out = {0};
    ident_t gone = ident(1);
    route_t to = route(1), other = route(2);
    relay_command(relay, gone, &to);
    relay_command(relay, ident(2), &other);
    accepted(relay, 1, 92);
    accepted(relay, 2, 93);
    relay_archived(relay, 100, is_there, &gone, PORT, &out);
    assert_int_equal(out.items_n, 1);
    assert_int_equal(out.items[0].route.b[0], 2);
    output_clear(&out);
    relay_archived(relay, 100, is_there, NULL, PORT, &out);
    assert_int_equal(out.items_n, 0); /* whoever waits asks again */
    relay_command(relay, gone, &to);
    accepted(relay, 1, 101);
    relay_archived(relay, 101, is_there, NULL, PORT, &out);
    assert_int_equal(out.items_n, 1);
    output_free(&out);
    relay_destroy(&relay);
}

TEST(a_refusal_ends_the_way_back) {
    relay_t *relay = relay_new();
    route_t to = route(1);
    struct receipt receipt = {
        .id = ident(1), .state = RECEIPT_REFUSED, .reason = REASON_WRONG_STATE};
    relay_command(relay, ident(1), &to);
    assert_int_equal(relay_receipt(relay, &receipt)->b[0], 1);
    assert_null(relay_receipt(relay, &receipt));
    relay_command(relay, ident(2), &to);
    accepted(relay, 2, 7);
    relay_forget_accepted(relay); /* the ledger was cut */
    output_t out = {0};
    relay_archived(relay, 7, is_there, NULL, PORT, &out);
    assert_int_equal(out.items_n, 0);
    output_free(&out);
    relay_destroy(&relay);
}
