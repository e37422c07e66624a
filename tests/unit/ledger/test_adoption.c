/* SPDX-License-Identifier: Apache-2.0
 *
 * Adopting an edition of the procedure where reviews are open: one that takes away a department or
 * signer that a review still needs is refused, until nothing needs them any more.
 */
#include "tests/unit/ledger/hall.h"

/* The desk's procedure, signed by the management representative. */
static reason_t adopt(hall_t *hall, bool restarts) {
    desk_t *desk = hall->desk;
    struct adopt body = {desk_encode(desk, &procedure_record, &desk->procedure), restarts};
    return hall_send(hall, HALL_WEN, KIND_PROCEDURE_ADOPT, NO_CASE, &body, NULL);
}

static void stranded(hall_t *hall, bool restarts, const char *field) {
    REFUSED(adopt(hall, restarts), STRANDS_ROUND);
    assert_string_equal(reason_clause(hall->desk->problem.reason), "QP21-5");
    assert_string_equal(hall->desk->problem.clause, "");
    assert_string_equal(hall->desk->problem.field, field);
    const struct procedure *now = context_procedure(chronicle_context(hall->chronicle));
    assert_true(text_is(now->edition, "A/0"));
}

/* Edition B/0, consistent in itself: planning's manager is called its head. */
static void rename_the_planning_manager(struct procedure *p) {
    const text_t head = TEXT("planning.head");
    p->edition = TEXT("B/0");
    p->roles.at[3].key = head;
    p->departments.at[1].reviewers.at[0] = head;
    p->departments.at[1].manager = head;
    p->classes.at[0].steps.at[0].role = head;
}

TEST_CLAUSE(an_edition_that_would_strand_an_open_review_is_refused, "QP21-5", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_regular_in_review(desk); /* one is enough to refuse it: the first is named */
    hall_open(&hall, desk);
    rename_the_planning_manager(&desk->procedure);
    stranded(&hall, false, "procedure");
    char detail[80];
    snprintf(detail, sizeof detail, "case %.*s is under review by it", (int) order->head.number.n,
             order->head.number.p);
    assert_string_equal(desk->problem.detail, detail);
    stranded(&hall, true, "restarts"); /* restarting reviews is not built yet */
    hall_close(&hall);
}

TEST_CLAUSE(an_edition_that_leaves_every_open_review_its_people_is_adopted, "QP21-5", RULE) {
    hall_t hall;
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    desk_regular_in_review(desk);
    desk_registered(desk, &content); /* not yet under review: needs nobody of the old edition */
    hall_open(&hall, desk);
    desk->procedure.edition = TEXT("B/0");
    desk->procedure.classes.at[0].reviewers = desk_reviewers(desk, "quality", MODE_MANUAL);
    OK(adopt(&hall, false));
    const struct procedure *now = context_procedure(chronicle_context(hall.chronicle));
    assert_true(text_is(now->edition, "B/0"));
    hall_close(&hall);
}

TEST(what_no_review_needs_any_more_may_go) {
    hall_t hall;
    desk_t *desk = desk_new();
    desk_regular_effective(desk);
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_REJECT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_NOT_ABLE)); /* amended, it is asked anew */
    order = desk_regular_to_sign(desk);
    OK(desk_withdraw(desk, order, desk->lin));
    hall_open(&hall, desk);
    rename_the_planning_manager(&desk->procedure);
    OK(adopt(&hall, false));
    hall_close(&hall);
}

/* ---- complaints ---- */

/* Open feedback, in whatever state, is at home in the next edition or keeps it away. */
TEST_CLAUSE(an_edition_that_knows_nothing_of_open_feedback_is_refused, "QP21-5", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    feedback_t *received = desk_told(desk, FEEDBACK_COMPLAINT);
    desk_complaint_closed(desk);
    hall_open(&hall, desk);
    struct review_class_list classes = desk->procedure.feedback;
    desk->procedure.feedback.n = 0;
    stranded(&hall, false, "procedure");
    desk->procedure.feedback = classes;
    desk->procedure.edition = TEXT("B/0");
    OK(adopt(&hall, false));
    OK(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, received->head.id,
                 &(struct triage){.severity = SEVERITY_MINOR}, NULL));
    OK(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_CLOSE, received->head.id,
                 &(struct closing){ENDING_WITHDRAWN, TEXT("by telephone")}, NULL));
    desk->procedure.feedback.n = 0; /* those that are closed may stay closed */
    OK(adopt(&hall, false));
    hall_close(&hall);
}

TEST_CLAUSE(an_edition_that_would_strand_a_complaint_is_refused, "QP21-5", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    desk_complaint_in_review(desk);
    hall_open(&hall, desk);
    const text_t chief = TEXT("quality.chief"); /* consistent in itself: quality has a chief */
    struct procedure *p = &desk->procedure;
    p->roles.at[6].key = chief;
    p->departments.at[4].reviewers.at[0] = chief;
    p->departments.at[4].manager = chief;
    for (size_t i = 0; i <= CLASS_CLAIM; i++) {
        p->feedback.at[i].concluder = chief;
        p->feedback.at[i].steps.at[0].role = chief;
    }
    stranded(&hall, false, "procedure");
    hall_close(&hall);
}

TEST(a_step_on_nobodys_order_is_refused_also_for_whom_no_reason_is_given) {
    hall_t hall;
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    hall_open(&hall, desk);
    struct command command = desk_command(desk, order, KIND_ORDER_DECLINE, desk->wen,
                                          &(struct decline){.reason = TEXT("no capacity")});
    ledger_t *ledger = chronicle_ledger(hall.chronicle);
    command.ledger = ledger_id(ledger);
    command.object = command.id; /* a case that nobody opened */
    struct signed_command sent = {.scheme = SCHEME_ED25519,
                                  .key = signer_key(hall.signers[HALL_WEN]),
                                  .command = desk_encode(desk, &command_record, &command)};
    sent.signature = signer_sign(hall.signers[HALL_WEN], DOMAIN_COMMAND, sent.command);
    position_t position = 0, last = ledger_last(ledger);
    ledger_begin(ledger);
    assert_int_equal(chronicle_decide(hall.chronicle,
                                      desk_encode(desk, &signed_command_record, &sent), desk->time,
                                      &position, NULL),
                     -1);
    assert_int_equal(chronicle_decide(hall.chronicle, sent.command, desk->time, &position, NULL),
                     -1); /* nor is what nobody signed */
    struct event event;
    decoded_t decoded;
    bytes_t bytes;
    decide_event(chronicle_context(hall.chronicle), &sent, &command, last + 1, desk->time, &event);
    event.object = command.object;
    desk_decode(desk, &event, &bytes, &decoded); /* as if somebody had put it on the record */
    desk->problem = (problem_t){.reason = REASON_NONE};
    assert_int_equal(chronicle_verify(hall.chronicle, &decoded, bytes, &desk->problem), -1);
    assert_int_equal(desk->problem.reason, REASON_UNKNOWN_CASE);
    ledger_rollback(ledger);
    hall_close(&hall);
}

/* As if somebody had put another one into the file: it is no command's digest, and reads as zeros. */
TEST(a_stored_digest_of_another_form_is_none) {
    static const char *const forms[] = {"UPDATE command SET digest = x'0102'",
                                        "UPDATE command SET digest = 'twenty-two-and-ten-more-letters.'"};
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    hall_open(&hall, desk);
    ledger_t *ledger = chronicle_ledger(hall.chronicle);
    struct customer body = {.name = TEXT("Xinghai"), .short_name = TEXT("XH")};
    ident_t id;
    OK(hall_decide(&hall, HALL_LIN, KIND_CUSTOMER_REGISTER, (ident_t){{0}}, &body, &id));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        position_t position = 0;
        digest_t digest;
        assert_int_equal(ledger_find_command(ledger, id, &position, &digest), LEDGER_OK);
        assert_int_equal(digest_none(digest), i > 0);
        assert_int_equal(sqlite3_exec(ledger_db(ledger), forms[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(ledger_find_command(ledger, id, &position, &digest), LEDGER_OK);
        assert_true(digest_none(digest));
    }
    hall_close(&hall);
}
