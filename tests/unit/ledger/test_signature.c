/* SPDX-License-Identifier: Apache-2.0
 *
 * 21 CFR 11.70: a signature belongs to its record. It covers ledger, case, revision, digest, meaning
 * and signer, so that it can be cut out of one record and set into another by nobody: neither as a
 * command, nor by whoever holds the ledger.
 */
#include "tests/unit/ledger/hall.h"

/* Two orders with the same content, each waiting for the planning manager's signature. */
typedef struct pair {
    hall_t hall;
    order_t *one, *other;
    arena_t *arena;
    struct signed_command sent; /* the signature of `one` */
    struct command command;
    struct sign body;
} pair_t;

static pair_t *pair_new(void) {
    pair_t *p = calloc(1, sizeof *p);
    ident_t id;
    const void *body;
    insist(p);
    desk_t *desk = desk_new_feedback();
    p->one = desk_regular_to_sign(desk);
    p->other = desk_regular_to_sign(desk);
    assert_true(digest_equal(order_revision(p->one)->digest, order_revision(p->other)->digest));
    hall_open(&p->hall, desk);
    p->arena = arena_new(0);
    p->body = (struct sign){.meaning = MEANING_COMPLETE};
    bytes_t bytes =
        hall_sign(&p->hall, HALL_LUO, KIND_ROUND_SIGN, p->one->head.id, &p->body, &id);
    assert_int_equal(command_decode(bytes, p->arena, &p->sent, &p->command, &body, NULL), 0);
    return p;
}

static void pair_destroy(pair_t *p) {
    arena_destroy(&p->arena);
    hall_close(&p->hall);
    free(p);
}

static reason_t decide(pair_t *p, const struct signed_command *sent) {
    ledger_t *ledger = chronicle_ledger(p->hall.chronicle);
    position_t position, before = ledger_last(ledger);
    problem_t problem = {0};
    bytes_t bytes = desk_encode(p->hall.desk, &signed_command_record, sent);
    ledger_begin(ledger);
    int rc = chronicle_decide(p->hall.chronicle, bytes, p->hall.desk->time, &position, &problem);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    assert_int_equal(rc == 0, ledger_last(ledger) > before);
    return problem.reason;
}

/* The signature of `one` on another command. */
static struct signed_command moved(pair_t *p, const struct command *command) {
    struct signed_command sent = p->sent;
    sent.command = desk_encode(p->hall.desk, &command_record, command);
    return sent;
}

/* Everything that a signature says, changed one at a time. */
static size_t changes(pair_t *p, struct command out[8]) {
    struct sign other = {.meaning = MEANING_EFFECTIVE};
    size_t n = 0;
    for (; n < 8; n++)
        out[n] = p->command;
    out[0].object = p->other->head.id;
    out[1].revision++;
    out[2].digest.b[31] ^= 1;
    out[3].body = desk_encode(p->hall.desk, &sign_record, &other);
    out[4].actor = p->hall.desk->yan;
    out[5].mandate = p->hall.desk->mandate_ended;
    out[6].ledger.b[0] ^= 1;
    out[7].claimed++;
    return n;
}

TEST_CLAUSE(a_signature_is_not_moved_to_another_case_revision_or_digest, "21-CFR-11.70", REFUSAL) {
    pair_t *p = pair_new();
    struct command list[8];
    size_t n = changes(p, list);
    for (size_t i = 0; i < n; i++) {
        struct signed_command sent = moved(p, &list[i]);
        reason_t reason = decide(p, &sent);
        /* of another ledger it is before anybody looks at the signature */
        assert_int_equal(reason, i == 6 ? REASON_WRONG_LEDGER : REASON_BAD_SIGNATURE);
    }
    assert_int_equal(decide(p, &p->sent), REASON_NONE); /* where it belongs */
    pair_destroy(p);
}

TEST_CLAUSE(a_signature_of_an_earlier_revision_counts_for_no_later_one, "21-CFR-11.70", REFUSAL) {
    pair_t *p = pair_new();
    struct order_content content = *order_revision(p->one)->content;
    content.note = TEXT("changed");
    struct amend amend = {.content = {&content, 1}, .reason = TEXT("the customer wants it so")};
    struct confirmation word = desk_word(p->hall.desk);
    amend.agreement = (struct confirmation_list){&word, 1};
    OK(hall_send(&p->hall, HALL_LIN, KIND_ORDER_AMEND, p->one->head.id, &amend, NULL));
    assert_int_equal(decide(p, &p->sent), REASON_STALE_REVISION);
    pair_destroy(p);
}

/* ---- whoever holds the ledger ---- */

static bool decodes(const struct event *event, arena_t *arena, buffer_t *bytes, decoded_t *out) {
    buffer_clear(bytes);
    assert_int_equal(record_encode(&event_record, event, bytes, NULL), 0);
    return event_decode(buffer_bytes(bytes), arena, out, NULL) == 0;
}

/* The event of the signature, and a ledger of somebody else's in which it comes next. */
static chronicle_t *signed_event(pair_t *p, decoded_t *event, buffer_t *bytes) {
    char path[400];
    ledger_t *ledger = chronicle_ledger(p->hall.chronicle);
    position_t at = ledger_last(ledger) + 1;
    snprintf(path, sizeof path, "%s/second.db", harness_folder());
    remove(path);
    chronicle_t *second = hall_chronicle(p->hall.desk, path, p->hall.desk->log_n, 8);
    assert_int_equal(decide(p, &p->sent), REASON_NONE);
    assert_int_equal(ledger_read(ledger, at, bytes), LEDGER_OK);
    assert_int_equal(event_decode(buffer_bytes(bytes), p->arena, event, NULL), 0);
    return second;
}

TEST_CLAUSE(an_event_that_carries_another_cases_signature_is_no_event, "21-CFR-11.70", REFUSAL) {
    pair_t *p = pair_new();
    buffer_t bytes = {0}, forged_bytes = {0};
    decoded_t event, forged;
    problem_t problem = {0};
    chronicle_t *second = signed_event(p, &event, &bytes);
    assert_int_equal(chronicle_verify(second, &event, buffer_bytes(&bytes), &problem), 0);
    struct event moved_event = event.event;
    moved_event.object = p->other->head.id;
    assert_false(decodes(&moved_event, p->arena, &forged_bytes, &forged)); /* told in two ways */
    /* also where whoever stored it never decoded it */
    forged = event;
    forged.event.object = p->other->head.id;
    assert_int_equal(chronicle_verify(second, &forged, buffer_bytes(&forged_bytes), &problem), -1);
    buffer_free(&bytes);
    buffer_free(&forged_bytes);
    chronicle_close(&second);
    pair_destroy(p);
}

TEST_CLAUSE(a_forged_command_under_a_genuine_signature_does_not_verify, "21-CFR-11.70", REFUSAL) {
    pair_t *p = pair_new();
    buffer_t bytes = {0}, forged_bytes = {0};
    decoded_t event, forged;
    struct command list[8];
    size_t n = changes(p, list), verified = 0;
    chronicle_t *second = signed_event(p, &event, &bytes);
    for (size_t i = 0; i < n; i++) {
        problem_t problem = {0};
        struct event other = event.event;
        other.command = desk_encode(p->hall.desk, &command_record, &list[i]);
        other.object = list[i].object;
        assert_true(decodes(&other, p->arena, &forged_bytes, &forged));
        verified += chronicle_verify(second, &forged, buffer_bytes(&forged_bytes), &problem) == 0;
        assert_int_equal(problem.reason, i == 6 ? REASON_WRONG_LEDGER : REASON_BAD_SIGNATURE);
    }
    assert_int_equal(verified, 0);
    assert_int_equal(chronicle_verify(second, &event, buffer_bytes(&bytes), &(problem_t){0}), 0);
    buffer_free(&bytes);
    buffer_free(&forged_bytes);
    chronicle_close(&second);
    pair_destroy(p);
}
