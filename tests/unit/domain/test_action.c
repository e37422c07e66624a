/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions of orders and of feedback: from the day somebody owns one until another person has seen its
 * effect, also where the case is over by then.
 */
#include "tests/unit/domain/feedback_desk.h"

static const action_t *action(const void *of, int64_t no) {
    const case_t *head = of;
    return actions_find(&head->actions, no);
}

static void is(const void *of, int64_t no, action_state_t state) {
    assert_string_equal(action_state_name(action(of, no)->state), action_state_name(state));
}

/* An order in review, and what is done with its actions must not differ from feedback's. */
static void *each(desk_t *desk, int i) {
    return i ? (void *) desk_complaint_in_review(desk) : (void *) desk_regular_in_review(desk);
}

TEST_CLAUSE(an_action_is_done_by_its_owner_and_seen_by_another, "QP21-1", RULE) {
    desk_t *desk = desk_new_feedback();
    for (int i = 0; i < 2; i++) {
        void *of = each(desk, i);
        OK(desk_act(desk, of, desk->yan, desk->qin));
        is(of, 1, ACTION_OPEN);
        assert_int_equal(action(of, 1)->type, ACTION_PREVENTIVE);
        assert_true(ident_equal(action(of, 1)->author, desk->yan));
        assert_int_equal(action(of, 1)->since, desk->time);
        OK(desk_report(desk, of, desk->qin, 1));
        is(of, 1, ACTION_REPORTED);
        assert_int_equal(actions_open(&((case_t *) of)->actions), 1);
        OK(desk_verify(desk, of, desk->yan, 1, true));
        is(of, 1, ACTION_VERIFIED);
        assert_int_equal(action(of, 1)->closed_at, desk->time);
        assert_int_equal(action(of, 1)->words_n, 2);
        assert_true(text_is(action(of, 1)->words[0].text, "the alarm is in"));
        assert_false(action(of, 1)->words[0].verification);
        assert_true(action(of, 1)->words[1].verification);
        assert_int_equal(actions_open(&((case_t *) of)->actions), 0);
    }
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_verifies_the_effect_of_their_own_action, "ISO-9001-10.2", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    for (int i = 0; i < 2; i++) {
        void *of = each(desk, i);
        OK(desk_act(desk, of, desk->yan, desk->qin)); /* qin may verify, but not this */
        OK(desk_report(desk, of, desk->qin, 1));
        REFUSED(desk_verify(desk, of, desk->qin, 1, true), FOUR_EYES);
        assert_string_equal(desk->problem.clause, "ISO 9001 10.2.1");
        REFUSED(desk_verify(desk, of, desk->qin, 1, false), FOUR_EYES);
        REFUSED(desk_verify(desk, of, desk->lin, 1, true), WRONG_ROLE);
        REFUSED(desk_verify(desk, of, desk->quality, 1, true), NOT_A_PERSON);
        OK(desk_hand_on(desk, of, desk->yan, 1, desk->yan)); /* hers now: she cannot either */
        OK(desk_report(desk, of, desk->yan, 1));
        REFUSED(desk_verify(desk, of, desk->yan, 1, true), FOUR_EYES);
        OK(desk_verify(desk, of, desk->wen, 1, true));
    }
    desk_destroy(&desk);
}

TEST_CLAUSE(an_action_without_effect_is_open_again, "ISO-9001-10.2", RULE) {
    desk_t *desk = desk_new_feedback();
    void *of = each(desk, 1);
    OK(desk_act(desk, of, desk->yan, desk->qin));
    OK(desk_report(desk, of, desk->qin, 1));
    OK(desk_verify(desk, of, desk->yan, 1, false));
    is(of, 1, ACTION_OPEN);
    assert_int_equal(action(of, 1)->setbacks, 1);
    assert_int_equal(action(of, 1)->closed_at, 0);
    REFUSED(desk_verify(desk, of, desk->yan, 1, true), WRONG_STATE); /* not reported again */
    OK(desk_report(desk, of, desk->qin, 1));
    OK(desk_verify(desk, of, desk->yan, 1, true));
    assert_int_equal(action(of, 1)->words_n, 4);
    assert_int_equal(action(of, 1)->setbacks, 1);
    desk_destroy(&desk);
}

TEST(an_action_changes_hands_or_its_day) {
    desk_t *desk = desk_new_feedback();
    void *of = each(desk, 1);
    OK(desk_act(desk, of, desk->yan, desk->qin));
    OK(desk_report(desk, of, desk->qin, 1));
    struct action_change body = {
        .no = 1, .owner = desk->qin, .due = TODAY + 40, .reason = TEXT("the steel is late")};
    OK(desk_try(desk, of, desk->yan, KIND_ACTION_CHANGE, &body)); /* the owner is who it was */
    is(of, 1, ACTION_REPORTED);
    assert_int_equal(action(of, 1)->due, TODAY + 40);
    OK(desk_hand_on(desk, of, desk->yan, 1, desk->deng)); /* who says it is done is responsible */
    is(of, 1, ACTION_OPEN);
    assert_int_equal(action(of, 1)->due, TODAY + 40);
    assert_int_equal(action(of, 1)->changes, 2);
    REFUSED(desk_report(desk, of, desk->qin, 1), WRONG_ROLE);
    OK(desk_report(desk, of, desk->deng, 1));
    REFUSED(desk_verify(desk, of, desk->qin, 1, true), FOUR_EYES); /* who once said it was done */
    OK(desk_verify(desk, of, desk->yan, 1, true));
    desk_destroy(&desk);
}

/* ---- refusals ---- */

static void change_refused(desk_t *desk, void *of, struct action_change body, reason_t reason,
                           const char *field) {
    body.reason = TEXT("x");
    assert_int_equal(desk_try(desk, of, desk->yan, KIND_ACTION_CHANGE, &body), reason);
    assert_string_equal(desk->problem.field, field);
}

TEST(a_change_of_an_action_says_something_that_can_be) {
    desk_t *desk = desk_new_feedback();
    void *of = each(desk, 0);
    OK(desk_act(desk, of, desk->yan, desk->qin));
    change_refused(desk, of, (struct action_change){.no = 1}, REASON_ALREADY, "owner");
    change_refused(desk, of,
                   (struct action_change){.no = 1, .owner = desk->qin, .due = TODAY + 20},
                   REASON_ALREADY, "owner");
    change_refused(desk, of, (struct action_change){.no = 1, .owner = desk->customer},
                   REASON_UNKNOWN_REFERENCE, "owner");
    change_refused(desk, of, (struct action_change){.no = 1, .due = TODAY - 1}, REASON_FIELD_RANGE,
                   "due");
    change_refused(desk, of, (struct action_change){.no = 2, .due = TODAY + 1},
                   REASON_UNKNOWN_REFERENCE, "no");
    REFUSED(desk_hand_on(desk, of, desk->lin, 1, desk->luo), WRONG_ROLE);
    desk_leave(desk, desk->luo);
    REFUSED(desk_hand_on(desk, of, desk->yan, 1, desk->luo), UNKNOWN_REFERENCE);
    OK(desk_hand_on(desk, of, desk->yan, 1, desk->deng));
    OK(desk_try(desk, of, desk->yan, KIND_ACTION_CHANGE,
                &(struct action_change){.no = 1, .due = TODAY, .reason = TEXT("today")}));
    desk_destroy(&desk);
}

TEST_CLAUSE(an_action_has_an_owner_a_day_and_a_word_for_each_step, "QP21-4.3.3", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    void *of = each(desk, 0);
    struct measure measure = {TEXT("x"), desk->customer, TODAY + 1, ACTION_CORRECTION};
    struct action_add add = {.measure = {&measure, 1}};
    REFUSED(desk_try(desk, of, desk->yan, KIND_ACTION_ADD, &add), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "measure[0].owner");
    measure.owner = desk->qin;
    measure.due = TODAY - 1;
    REFUSED(desk_try(desk, of, desk->yan, KIND_ACTION_ADD, &add), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "measure[0].due");
    measure.due = TODAY;
    REFUSED(desk_try(desk, of, desk->lin, KIND_ACTION_ADD, &add), WRONG_ROLE);
    OK(desk_try(desk, of, desk->yan, KIND_ACTION_ADD, &add));
    REFUSED(desk_report(desk, of, desk->qin, 2), UNKNOWN_REFERENCE);
    REFUSED(desk_verify(desk, of, desk->yan, 1, true), WRONG_STATE);
    assert_string_equal(desk->problem.field, "no");
    REFUSED(desk_try(desk, of, desk->qin, KIND_ACTION_REPORT,
                     &(struct action_report){.no = 1, .text = TEXT(" ")}),
            FIELD_MISSING);
    assert_string_equal(desk->problem.field, "text");
    OK(desk_report(desk, of, desk->qin, 1));
    REFUSED(desk_report(desk, of, desk->qin, 1), ALREADY);
    REFUSED(desk_try(desk, of, desk->yan, KIND_ACTION_VERIFY,
                     &(struct action_verify){.no = 1, .text = TEXT(" ")}),
            FIELD_MISSING);
    OK(desk_verify(desk, of, desk->yan, 1, true));
    REFUSED(desk_verify(desk, of, desk->wen, 1, true), ALREADY);
    REFUSED(desk_report(desk, of, desk->qin, 1), ALREADY);
    REFUSED(desk_hand_on(desk, of, desk->yan, 1, desk->luo), ALREADY);
    desk_destroy(&desk);
}

/* ---- where they come from, and how long they last ---- */

TEST_CLAUSE(each_measure_of_a_conclusion_is_an_action, "QP21-4.3.3", RULE) {
    desk_t *desk = desk_new_feedback();
    order_t *order = desk_regular_in_review(desk);
    struct measure measures[] = {{TEXT("buy steel"), desk->deng, TODAY + 5, ACTION_CORRECTION},
                                 {TEXT("book the line"), desk->qin, TODAY + 9, action_type_unset}};
    struct conclude body = {.outcome = OUTCOME_ABLE,
                            .opinion = TEXT("with two measures"),
                            .answers = desk_answers(desk),
                            .measures = {measures, 2}};
    desk_all_say(desk, order, VERDICT_ACCEPT);
    OK(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body));
    assert_int_equal(order->head.actions.n, 2);
    assert_true(text_is(action(order, 2)->text, "book the line"));
    assert_true(ident_equal(action(order, 1)->owner, desk->deng));
    assert_int_equal(action(order, 2)->due, TODAY + 9);
    assert_int_equal(action(order, 2)->position, order->head.last_command);
    OK(desk_act(desk, order, desk->luo, desk->yan)); /* the next number */
    assert_int_equal(action(order, 3)->no, 3);
    desk_destroy(&desk);
}

TEST_CLAUSE(an_action_outlives_its_case, "QP21-1", RULE) {
    desk_t *desk = desk_new_feedback();
    order_t *withdrawn = desk_regular_in_review(desk);
    OK(desk_act(desk, withdrawn, desk->yan, desk->luo));
    OK(desk_withdraw(desk, withdrawn, desk->lin));
    assert_true(case_busy(&withdrawn->head));
    REFUSED(desk_act(desk, withdrawn, desk->yan, desk->luo), ENDED); /* but none is born */
    desk_leave(desk, desk->luo); /* whose it was: somebody else's now */
    OK(desk_hand_on(desk, withdrawn, desk->yan, 1, desk->qin));
    OK(desk_report(desk, withdrawn, desk->qin, 1));
    OK(desk_verify(desk, withdrawn, desk->yan, 1, true));
    assert_false(case_busy(&withdrawn->head));
    order_t *effective = desk_regular_to_sign(desk);
    OK(desk_act(desk, effective, desk->yan, desk->qin));
    OK(desk_sign(desk, effective, desk_person(desk, "ma", "planning", "planning.manager"),
                 MEANING_COMPLETE));
    OK(desk_sign(desk, effective, desk->song, MEANING_EFFECTIVE));
    assert_int_equal(case_standing(&effective->head), STANDING_SETTLED);
    OK(desk_act(desk, effective, desk->yan, desk->qin)); /* it goes on: it may yield more */
    assert_int_equal(actions_open(&effective->head.actions), 2);
    desk_destroy(&desk);
}

TEST_CLAUSE(an_action_waits_for_its_owner_and_then_for_another, "QP21-1", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_answered(desk);
    waiting_t rows[WAITING_MAX];
    assert_int_equal(waits(&feedback->head, desk->context, rows), 1); /* not: to be closed */
    assert_int_equal(rows[0].kind, KIND_ACTION_REPORT);
    assert_int_equal(rows[0].action, 1);
    assert_true(ident_equal(rows[0].owner, desk->qin));
    const person_t *qin = context_person(desk->context, desk->qin);
    const person_t *yan = context_person(desk->context, desk->yan);
    problem_t problem;
    assert_int_equal(case_waiting_check(&feedback->head, desk->context, &rows[0], qin, NULL), 0);
    assert_int_equal(case_waiting_check(&feedback->head, desk->context, &rows[0], yan, &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_WRONG_ROLE);
    OK(desk_report(desk, feedback, desk->qin, 1));
    assert_int_equal(waits(&feedback->head, desk->context, rows), 1);
    assert_int_equal(rows[0].kind, KIND_ACTION_VERIFY);
    assert_int_equal(case_waiting_check(&feedback->head, desk->context, &rows[0], yan, NULL), 0);
    assert_int_equal(case_waiting_check(&feedback->head, desk->context, &rows[0], qin, &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_FOUR_EYES);
    OK(desk_verify(desk, feedback, desk->yan, 1, true));
    assert_int_equal(waits(&feedback->head, desk->context, rows), 1);
    assert_int_equal(rows[0].kind, KIND_FEEDBACK_CLOSE);
    desk_destroy(&desk);
}

TEST(numbers_of_actions_that_there_are_not) {
    desk_t *desk = desk_new_feedback();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_act(desk, order, desk->yan, desk->qin));
    assert_null(action(order, 0));
    assert_null(action(order, -1));
    assert_null(action(order, 2));
    assert_non_null(action(order, 1));
    assert_string_equal(action_state_name((action_state_t) 9), "unknown");
    desk_destroy(&desk);
}
