/* SPDX-License-Identifier: Apache-2.0
 *
 * outbox: what was signed leaves it only as archived or by a person's hand; order, holding and
 * repeating.
 */
#include "common/sync/outbox.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/harness.h"

#define NOW INT64_C(1790000000000)

typedef struct box {
    sqlite3 *db;
    outbox_t *outbox;
    char sent[2048];
    size_t sent_n;
    moment_t wake;
    char path[512];
} box_t;

static ident_t ident(int n) { return (ident_t){{(uint8_t) n, (uint8_t) (n >> 8), 1}}; }

static void box_open(box_t *self) {
    assert_int_equal(sqlite3_open(self->path, &self->db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(self->db, outbox_schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(self->db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    self->outbox = outbox_new(self->db);
}

static void box_close(box_t *self) {
    outbox_destroy(&self->outbox);
    if (!sqlite3_get_autocommit(self->db)) /* a full disk ends it */
        assert_int_equal(sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(self->db), SQLITE_OK); /* fails while a statement is left over */
}

static box_t *box_new(const char *name) {
    box_t *self = calloc(1, sizeof *self);
    snprintf(self->path, sizeof self->path, "%s/%s.db", harness_folder(), name);
    box_open(self);
    return self;
}

static void box_destroy(box_t *self) {
    box_close(self);
    free(self);
}

/* Command n of a case and a person. */
static void put(box_t *self, int n, int object, int actor) {
    uint8_t bytes[2] = {(uint8_t) n, (uint8_t) (n >> 8)};
    assert_true(outbox_put(self->outbox, ident(n), ident(1000 + object), ident(2000 + actor),
                           KIND_ROUND_VERDICT, (bytes_t){bytes, sizeof bytes}, NOW));
}

static void note(void *arg, const outbox_row_t *row) {
    box_t *self = arg;
    int n = row->signed_command.p[0] | row->signed_command.p[1] << 8;
    self->sent_n++;
    size_t used = strlen(self->sent);
    snprintf(self->sent + used, sizeof self->sent - used, "%s%d", used ? " " : "", n);
}

/* What is sent at `now`, as text: "1 2 3". */
static const char *due(box_t *self, moment_t now) {
    self->sent[0] = '\0';
    self->sent_n = 0;
    outbox_due(self->outbox, now, note, self, &self->wake);
    return self->sent;
}

static outbox_row_t receipt(box_t *self, int n, enum receipt_state state, moment_t now) {
    struct receipt r = {.id = ident(n), .state = state};
    outbox_row_t row;
    if (state == RECEIPT_ACCEPTED || state == RECEIPT_ARCHIVED)
        r.position = 100 + n;
    if (state == RECEIPT_REFUSED) {
        r.reason = REASON_STALE_REVISION;
        r.clause = TEXT("QP21-4.4.3");
        r.field = TEXT("revision");
        r.detail = TEXT("revision 2 is the current one");
    }
    if (state == RECEIPT_BUSY)
        r = (struct receipt){
            .id = ident(n), .state = state, .reason = REASON_DISK_FULL, .retry_ms = 3000};
    assert_true(outbox_receipt(self->outbox, &r, now, &row));
    return row;
}

TEST(rows_are_sent_in_order_and_the_same_id_once) {
    box_t *b = box_new("order");
    put(b, 3, 1, 1);
    put(b, 1, 2, 1);
    put(b, 2, 3, 1);
    put(b, 1, 2, 1);
    assert_int_equal(outbox_count(b->outbox), 3);
    assert_string_equal(due(b, NOW), "3 1 2");
    assert_string_equal(due(b, NOW), "");
    box_destroy(b);
}

TEST(a_cases_next_command_waits_for_the_receipt_of_the_one_before) {
    box_t *b = box_new("case-order");
    put(b, 1, 1, 1);
    put(b, 2, 1, 1); /* same case, same person */
    put(b, 3, 1, 2); /* same case, somebody else's */
    assert_string_equal(due(b, NOW), "1 3");
    receipt(b, 1, RECEIPT_ACCEPTED, NOW);
    assert_string_equal(due(b, NOW), "2");
    box_destroy(b);
}

TEST(without_a_receipt_it_is_sent_again_ever_more_rarely_up_to_a_minute) {
    box_t *b = box_new("retry");
    moment_t now = NOW;
    put(b, 1, 1, 1);
    assert_string_equal(due(b, now), "1");
    for (int64_t delay = 1000; delay < 200000; delay *= 2) {
        int64_t expected = delay < 60000 ? delay : 60000;
        assert_int_equal(b->wake, now + expected);
        assert_string_equal(due(b, now + expected - 1), "");
        now += expected;
        assert_string_equal(due(b, now), "1");
    }
    box_destroy(b);
}

TEST(what_is_accepted_is_asked_for_until_it_is_archived) {
    box_t *b = box_new("archived");
    put(b, 1, 1, 1);
    due(b, NOW);
    assert_int_equal(receipt(b, 1, RECEIPT_ACCEPTED, NOW + 5).position, 101);
    assert_string_equal(due(b, NOW + 5000), "");
    assert_int_equal(b->wake, NOW + 5 + 10000);
    assert_string_equal(due(b, NOW + 10005), "1");
    assert_int_equal(outbox_count(b->outbox), 1);
    receipt(b, 1, RECEIPT_ARCHIVED, NOW + 10010);
    assert_int_equal(outbox_count(b->outbox), 0);
    assert_string_equal(due(b, NOW + 100000), "");
    assert_int_equal(b->wake, 0);
    box_destroy(b);
}

TEST(a_receipt_for_an_unknown_command_is_nobodys) {
    box_t *b = box_new("unknown");
    outbox_row_t row;
    struct receipt r = {.id = ident(9), .state = RECEIPT_ACCEPTED, .position = 3};
    assert_false(outbox_receipt(b->outbox, &r, NOW, &row));
    box_destroy(b);
}

TEST(after_a_refusal_the_cases_later_commands_of_that_person_are_held) {
    box_t *b = box_new("held");
    outbox_row_t row;
    put(b, 1, 1, 1);
    put(b, 2, 1, 1);
    put(b, 3, 2, 1); /* another case */
    put(b, 4, 1, 2); /* another person */
    due(b, NOW);
    row = receipt(b, 1, RECEIPT_REFUSED, NOW);
    assert_int_equal(row.state, OUTBOX_REFUSED);
    put(b, 5, 1, 1); /* given after the refusal */
    outbox_resend(b->outbox);
    assert_string_equal(due(b, NOW), "3 4");
    assert_true(outbox_find(b->outbox, ident(1), &row));
    assert_int_equal(row.problem.reason, REASON_STALE_REVISION);
    assert_string_equal(row.problem.clause, "QP21-4.4.3");
    assert_string_equal(row.problem.field, "revision");
    assert_string_equal(row.problem.detail, "revision 2 is the current one");
    assert_true(outbox_find(b->outbox, ident(2), &row));
    assert_int_equal(row.state, OUTBOX_HELD);
    assert_true(outbox_find(b->outbox, ident(5), &row));
    assert_int_equal(row.state, OUTBOX_HELD);
    box_destroy(b);
}

TEST(when_the_person_has_looked_the_held_ones_go_on) {
    box_t *b = box_new("drop");
    put(b, 1, 1, 1);
    put(b, 2, 1, 1);
    put(b, 3, 1, 1);
    due(b, NOW);
    assert_false(outbox_drop(b->outbox, ident(1))); /* in flight */
    receipt(b, 1, RECEIPT_REFUSED, NOW);
    assert_true(outbox_drop(b->outbox, ident(3))); /* not wanted any more */
    assert_true(outbox_drop(b->outbox, ident(1)));
    assert_false(outbox_drop(b->outbox, ident(1)));
    assert_string_equal(due(b, NOW), "2");
    box_destroy(b);
}

TEST(busy_keeps_the_place_and_waits_as_told) {
    box_t *b = box_new("busy");
    put(b, 1, 1, 1);
    put(b, 2, 1, 1);
    due(b, NOW);
    assert_int_equal(receipt(b, 1, RECEIPT_BUSY, NOW).state, OUTBOX_QUEUED);
    assert_string_equal(due(b, NOW + 2999), "");
    assert_int_equal(b->wake, NOW + 3000);
    assert_string_equal(due(b, NOW + 3000), "1");
    box_destroy(b);
}

TEST(what_a_ledger_lost_is_sent_again_in_order) {
    box_t *b = box_new("lost");
    put(b, 1, 1, 1);
    put(b, 2, 2, 1);
    due(b, NOW);
    receipt(b, 1, RECEIPT_ACCEPTED, NOW);
    receipt(b, 2, RECEIPT_ACCEPTED, NOW);
    put(b, 3, 3, 1);
    outbox_resend(b->outbox); /* the epoch was raised */
    assert_string_equal(due(b, NOW + 1), "1 2 3");
    assert_int_equal(receipt(b, 1, RECEIPT_REFUSED, NOW + 2).state,
                     OUTBOX_REFUSED); /* no longer fits: back to its person */
    assert_int_equal(outbox_count(b->outbox), 3);
    box_destroy(b);
}

TEST(a_late_busy_does_not_undo_a_refusal) {
    box_t *b = box_new("late");
    put(b, 1, 1, 1);
    due(b, NOW);
    receipt(b, 1, RECEIPT_REFUSED, NOW);
    assert_int_equal(receipt(b, 1, RECEIPT_BUSY, NOW).state, OUTBOX_REFUSED);
    assert_string_equal(due(b, NOW + 100000), "");
    box_destroy(b);
}

TEST(thousands_that_wait_for_the_archive_do_not_keep_new_ones_back) {
    box_t *b = box_new("many");
    for (int n = 1; n <= 300; n++) {
        put(b, n, n, 1);
        due(b, NOW);
        receipt(b, n, RECEIPT_ACCEPTED, NOW);
    }
    put(b, 500, 500, 1);
    assert_string_equal(due(b, NOW + 1), "500");
    box_destroy(b);
}

/* SQLite rolls back by itself: whoever was told that there is no room signs it again. */
TEST(nothing_is_queued_once_a_full_disk_has_ended_the_transaction) {
    box_t *b = box_new("ended");
    put(b, 1, 1, 1);
    assert_int_equal(sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_false(outbox_put(b->outbox, ident(2), ident(1002), ident(2001), KIND_ROUND_VERDICT,
                            (bytes_t){(const uint8_t *) "x", 1}, NOW));
    assert_int_equal(outbox_count(b->outbox), 0);
    box_destroy(b);
}

TEST(everything_is_there_again_after_a_restart) {
    box_t *b = box_new("restart");
    put(b, 1, 1, 1);
    put(b, 2, 2, 1);
    put(b, 3, 2, 1);
    due(b, NOW);
    receipt(b, 1, RECEIPT_ACCEPTED, NOW);
    receipt(b, 2, RECEIPT_REFUSED, NOW);
    box_close(b);
    box_open(b);
    outbox_row_t row;
    assert_true(outbox_find(b->outbox, ident(2), &row));
    assert_int_equal(row.state, OUTBOX_REFUSED);
    assert_true(outbox_find(b->outbox, ident(3), &row));
    assert_int_equal(row.state, OUTBOX_HELD);
    assert_string_equal(due(b, NOW),
                        "1"); /* accepted, not known to be archived: asked for at once */
    box_destroy(b);
}

TEST(a_receipt_before_the_first_attempt_of_this_start_sets_its_time) {
    box_t *box = box_new("early-receipt");
    put(box, 1, 1, 1);
    put(box, 2, 2, 1);
    receipt(box, 1, RECEIPT_BUSY, NOW); /* what was sent before the restart is answered now */
    assert_string_equal(due(box, NOW + 10), "2");
    assert_string_equal(due(box, NOW + 3000), "1 2");
    struct receipt without = {.id = ident(1), .state = RECEIPT_BUSY, .reason = REASON_BUSY};
    outbox_row_t row;
    assert_true(outbox_receipt(box->outbox, &without, NOW + 3001, &row)); /* says no time */
    due(box, NOW + 3500);
    assert_null(strstr(box->sent, "1"));
    due(box, NOW + 4100);
    assert_non_null(strstr(box->sent, "1"));
    box_destroy(box);
}

TEST(what_was_refused_and_is_accepted_after_all_frees_what_it_held) {
    box_t *box = box_new("after-all");
    put(box, 1, 1, 1);
    due(box, NOW);
    receipt(box, 1, RECEIPT_REFUSED, NOW);
    put(box, 2, 1, 1);
    assert_string_equal(due(box, NOW + 60000), ""); /* held */
    receipt(box, 1, RECEIPT_ACCEPTED, NOW); /* an older copy had arrived before */
    due(box, NOW + 60000);
    assert_non_null(strstr(box->sent, "2"));
    box_destroy(box);
}

TEST(the_commands_of_a_case_are_found_in_order_as_many_as_there_is_room_for) {
    box_t *box = box_new("of-case");
    ident_t ids[3];
    for (int n = 1; n <= 5; n++)
        put(box, n, n == 3 ? 2 : 1, 1);
    assert_int_equal(outbox_of_case(box->outbox, ident(1001), ident(2001), ids, 3), 3);
    assert_true(ident_equal(ids[0], ident(1)) && ident_equal(ids[2], ident(4)));
    assert_int_equal(outbox_of_case(box->outbox, ident(1002), ident(2001), ids, 3), 1);
    assert_int_equal(outbox_of_case(box->outbox, ident(1009), ident(2001), ids, 3), 0);
    assert_int_equal(outbox_count(box->outbox), 5);
    box_destroy(box);
}

TEST(what_is_under_way_cannot_be_dropped) {
    box_t *box = box_new("not-dropped");
    put(box, 1, 1, 1);
    assert_false(outbox_drop(box->outbox, ident(1)));
    receipt(box, 1, RECEIPT_ACCEPTED, NOW);
    assert_false(outbox_drop(box->outbox, ident(1)));
    assert_false(outbox_drop(box->outbox, ident(7)));
    put(box, 2, 2, 1);
    put(box, 3, 2, 1);
    receipt(box, 2, RECEIPT_REFUSED, NOW);
    assert_true(outbox_drop(box->outbox, ident(3))); /* held */
    assert_true(outbox_drop(box->outbox, ident(2)));
    assert_int_equal(outbox_count(box->outbox), 1);
    box_destroy(box);
}
