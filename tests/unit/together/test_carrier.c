/* SPDX-License-Identifier: Apache-2.0
 *
 * A department's few places for pieces that readers asked for: who keeps one, who waits, and in
 * which turn.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/ledger/blobs.h"
#include "daemons/department/department.h"
#include "tests/unit/harness.h"

#define PLACES 6
#define GONE_MS 3000

typedef struct hall {
    department_t department;
    output_t out;
    int64_t boot;
    problem_t problem;
    bytes_t salted;
} hall_t;

static hall_t *hall_new(void) {
    hall_t *h = calloc(1, sizeof *h);
    assert_non_null(h);
    h->department.carrier = carrier_new();
    h->boot = 1000;
    return h;
}

static void hall_destroy(hall_t *h) {
    carrier_destroy(&h->department.carrier);
    output_free(&h->out);
    free(h);
}

static struct blob_put piece(uint8_t i) {
    static uint8_t bytes[256][32];
    memset(bytes[i], i, sizeof bytes[i]);
    struct blob_put put = {.salted = {bytes[i], sizeof bytes[i]}};
    put.address = blob_address(put.salted);
    return put;
}

/* Reader `who` asks for piece i. What the hub is asked for because of that is in `out`. */
static reason_t asks(hall_t *h, uint8_t who, uint8_t i) {
    ident_t question = {{who}};
    output_clear(&h->out);
    h->problem = (problem_t){0};
    h->boot++;
    int rc = carrier_fetch(&h->department, question, piece(i).address, &h->salted, h->boot, &h->out,
                           &h->problem);
    assert_int_equal(rc, h->problem.reason ? -1 : 0);
    if (rc == 0)
        assert_memory_equal(h->salted.p, piece(i).salted.p, piece(i).salted.n);
    return h->problem.reason;
}

static void is_fetched(hall_t *h, uint8_t who, uint8_t i) {
    assert_int_equal(asks(h, who, i), REASON_BUSY);
    assert_string_equal(h->problem.field, "");
}

static void is_in_line(hall_t *h, uint8_t who, uint8_t i) {
    assert_int_equal(asks(h, who, i), REASON_BUSY);
    assert_string_equal(h->problem.field, "turn");
    assert_int_equal(h->out.items_n, 0);
}

static void comes(hall_t *h, uint8_t i) {
    input_t in = {.port = DEPARTMENT_COORDINATOR};
    struct blob_put put = piece(i);
    output_clear(&h->out);
    carrier_came(&h->department, &in, &put, h->boot, &h->out);
}

static void all_places_are_taken(hall_t *h) {
    for (uint8_t i = 1; i <= PLACES; i++) {
        is_fetched(h, i, i);
        assert_int_equal(h->out.items_n, 1);
    }
}

TEST(a_piece_stays_until_its_reader_has_come_for_it) {
    hall_t *h = hall_new();
    all_places_are_taken(h);
    for (uint8_t i = 1; i <= PLACES; i++)
        comes(h, i);
    for (uint8_t i = 20; i < 30; i++)
        is_in_line(h, i, i);
    for (uint8_t i = 1; i <= PLACES; i++)
        assert_int_equal(asks(h, i, i), REASON_NONE);
    hall_destroy(h);
}

TEST(a_piece_under_way_keeps_its_place_while_its_reader_comes) {
    hall_t *h = hall_new();
    all_places_are_taken(h);
    for (int n = 0; n < 10; n++) {
        h->boot += GONE_MS / 2;
        for (uint8_t i = 1; i <= PLACES; i++)
            is_fetched(h, i, i);
        is_in_line(h, 9, 9);
    }
    hall_destroy(h);
}

TEST(what_was_taken_gives_its_place_to_the_first_in_line_and_not_to_who_asks_first) {
    hall_t *h = hall_new();
    all_places_are_taken(h);
    is_in_line(h, 20, 20);
    is_in_line(h, 21, 21);
    comes(h, 1);
    assert_int_equal(asks(h, 1, 1), REASON_NONE);
    assert_int_equal(asks(h, 31, 11), REASON_BUSY); /* the next one of the same reader */
    assert_string_equal(h->problem.field, "turn");
    assert_int_equal(h->out.items_n, 1); /* 20's was asked for by that */
    comes(h, 20);
    is_in_line(h, 21, 21);
    assert_int_equal(asks(h, 20, 20), REASON_NONE);
    is_fetched(h, 21, 21);
    is_in_line(h, 31, 11);
    hall_destroy(h);
}

TEST(a_reader_whose_question_ran_out_keeps_its_turn) {
    hall_t *h = hall_new();
    all_places_are_taken(h);
    is_in_line(h, 20, 20);
    is_in_line(h, 21, 21);
    is_in_line(h, 40, 20); /* anew */
    for (int n = 0; n < 3; n++) {
        h->boot += GONE_MS / 2;
        for (uint8_t i = 1; i <= PLACES; i++)
            is_fetched(h, i, i);
        is_in_line(h, 21, 21);
        is_in_line(h, 40, 20);
    }
    comes(h, 3);
    assert_int_equal(asks(h, 3, 3), REASON_NONE);
    is_fetched(h, 40, 20);
    is_in_line(h, 21, 21);
    hall_destroy(h);
}

TEST(whoever_does_not_come_again_loses_place_and_turn) {
    hall_t *h = hall_new();
    all_places_are_taken(h);
    is_in_line(h, 20, 20);
    comes(h, 1);
    h->boot += GONE_MS;
    for (uint8_t i = 31; i < 31 + PLACES; i++)
        is_fetched(h, i, i);
    hall_destroy(h);
}

TEST(a_piece_of_two_readers_is_fetched_once_and_stays_for_the_second) {
    hall_t *h = hall_new();
    all_places_are_taken(h);
    is_fetched(h, 7, 1);
    assert_int_equal(h->out.items_n, 0);
    comes(h, 1);
    assert_int_equal(asks(h, 1, 1), REASON_NONE);
    is_in_line(h, 20, 20);
    assert_int_equal(asks(h, 7, 1), REASON_NONE);
    is_fetched(h, 20, 20);
    hall_destroy(h);
}

TEST(that_there_is_none_is_told_to_each_of_its_readers) {
    hall_t *h = hall_new();
    input_t in = {.port = DEPARTMENT_ARCHIVER};
    struct blob_state none = {.address = piece(1).address, .reason = REASON_ERASED};
    is_fetched(h, 1, 1);
    is_fetched(h, 2, 1);
    h->boot += 2000; /* the coordinator said nothing: the archiver */
    is_fetched(h, 1, 1);
    assert_int_equal(h->out.items_n, 1);
    carrier_state(&h->department, &in, &none, h->boot, &h->out);
    assert_int_equal(asks(h, 1, 1), REASON_ERASED);
    assert_int_equal(asks(h, 2, 1), REASON_ERASED);
    is_fetched(h, 3, 1); /* and is not kept */
    hall_destroy(h);
}

/* More than are noted: all are served in the end, whoever they are. */
TEST(a_hundred_readers_are_all_served) {
    enum { N = 100 };
    hall_t *h = hall_new();
    bool served[N] = {false};
    size_t left = N;
    for (int round = 0; round < 100 && left; round++)
        for (uint8_t i = 0; i < N; i++) {
            if (served[i])
                continue;
            served[i] = asks(h, (uint8_t) (i + 1), i) == REASON_NONE;
            left -= served[i];
            if (h->problem.reason && !h->problem.field[0])
                comes(h, i);
        }
    assert_int_equal(left, 0);
    hall_destroy(h);
}
