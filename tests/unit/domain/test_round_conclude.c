/* SPDX-License-Identifier: Apache-2.0
 *
 * The conclusion of a review: the five answers, the measures, the tally's limits, four eyes.
 */
#include <stdio.h>

#include "tests/unit/domain/order_desk.h"

TEST_CLAUSE(sales_concludes_on_the_tally_with_five_answers_and_measures, "QP21-4.2.2", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    assert_int_equal(order->state, ORDER_AWAITING_SIGNATURE);
    assert_int_equal(order_round(order)->conclusion->answers.n, 5);
    assert_true(ident_equal(order_round(order)->concluder, desk->song));
    desk_destroy(&desk);
}

TEST_CLAUSE(measures_are_kept_with_owner_and_date, "QP21-4.3.3", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    struct measure measure = {
        .text = TEXT("order 40 kg more"), .owner = desk->deng, .due = TODAY};
    struct conclude body = {.outcome = OUTCOME_ABLE,
                            .opinion = TEXT("good"),
                            .answers = desk_answers(desk),
                            .measures = {&measure, 1}};
    OK(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body));
    const actions_t *actions = &order->head.actions;
    assert_int_equal(actions->n, 1);
    assert_int_equal(actions->at[0].no, 1);
    assert_int_equal(actions->at[0].state, ACTION_OPEN);
    assert_true(ident_equal(actions->at[0].owner, desk->deng));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_measure_has_an_owner_who_works_here_and_a_date_to_come, "QP21-4.3.3", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    struct measure measure = {
        .text = TEXT("order 40 kg more"), .owner = desk->customer, .due = TODAY};
    struct conclude body = {.outcome = OUTCOME_ABLE,
                            .opinion = TEXT("good"),
                            .answers = desk_answers(desk),
                            .measures = {&measure, 1}};
    REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "measures[0].owner");
    desk_leave(desk, desk->bai);
    measure.owner = desk->bai;
    REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), UNKNOWN_REFERENCE);
    measure.owner = desk->deng;
    measure.due = TODAY - 1;
    REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "measures[0].due");
    desk_destroy(&desk);
}

TEST_CLAUSE(each_of_the_five_questions_is_answered_with_its_reason, "QP21-4.2.2", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    for (size_t i = 0; i < 5; i++) {
        char field[32];
        snprintf(field, sizeof field, "answers[%zu]", i);
        struct conclude body = {
            .outcome = OUTCOME_NOT_ABLE, .opinion = TEXT("no"), .answers = desk_answers(desk)};
        body.answers.at[i] =
            (struct answer){.question = body.answers.at[i].question, .answer = ANSWER_NO};
        REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), ANSWER_MISSING);
        assert_string_equal(desk->problem.field, field);
        body.answers = desk_answers(desk);
        body.answers.at[i].question = body.answers.at[(i + 1) % 5].question;
        REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), ANSWER_MISSING);
        body = (struct conclude){
            .outcome = OUTCOME_ABLE, .opinion = TEXT("yes"), .answers = desk_answers(desk)};
        body.answers.at[i].answer = ANSWER_NO;
        body.answers.at[i].reason = TEXT("not so");
        REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), CONTRADICTS_TALLY);
        assert_string_equal(desk->problem.clause, "QP21-4.2.2");
    }
    desk_destroy(&desk);
}

TEST_CLAUSE(a2_is_not_applicable_to_written_orders_alone, "QP21-4.2.2", REFUSAL) {
    desk_t *desk = desk_new();
    for (int written = 0; written < 2; written++) {
        struct order_content content = desk_content(desk);
        content.channel = written ? CHANNEL_WRITTEN : CHANNEL_ORAL;
        order_t *order = desk_registered(desk, &content);
        OK(desk_classify(desk, order, desk->lin, "regular"));
        if (!written)
            OK(desk_confirm(desk, order, desk->lin));
        desk_all_say(desk, order, VERDICT_ACCEPT);
        struct conclude body = {
            .outcome = OUTCOME_ABLE, .opinion = TEXT("yes"), .answers = desk_answers(desk)};
        body.answers.at[1] =
            (struct answer){QUESTION_CONFIRMED, ANSWER_NOT_APPLICABLE, TEXT("in writing")};
        assert_int_equal(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body),
                         written ? REASON_NONE : REASON_ANSWER_MISSING);
    }
    desk_destroy(&desk);
}

TEST_CLAUSE(the_conclusion_keeps_to_the_tally, "QP21-4.2.2", REFUSAL) {
    static const struct {
        enum verdict said;
        enum outcome concluded;
        reason_t reason;
    } cases[] = {{VERDICT_ACCEPT, OUTCOME_NEGOTIATE, REASON_CONTRADICTS_TALLY},
                 {VERDICT_ACCEPT, OUTCOME_NOT_ABLE, REASON_NONE},
                 {VERDICT_CONDITIONS, OUTCOME_ABLE, REASON_CONTRADICTS_TALLY},
                 {VERDICT_CONDITIONS, OUTCOME_NEGOTIATE, REASON_NONE},
                 {VERDICT_CONDITIONS, OUTCOME_NOT_ABLE, REASON_NONE},
                 {VERDICT_REJECT, OUTCOME_ABLE, REASON_CONTRADICTS_TALLY},
                 {VERDICT_REJECT, OUTCOME_NEGOTIATE, REASON_NONE},
                 {VERDICT_REJECT, OUTCOME_NOT_ABLE, REASON_NONE}};
    desk_t *desk = desk_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        order_t *order = desk_regular_in_review(desk);
        desk_all_say(desk, order, cases[i].said);
        assert_int_equal(desk_conclude(desk, order, desk->song, cases[i].concluded),
                         cases[i].reason);
        if (!cases[i].reason)
            assert_int_equal(order->state, ORDER_TO_NEGOTIATE);
    }
    desk_destroy(&desk);
}

TEST_CLAUSE(sales_concludes_only_when_all_have_spoken, "QP21-4.3.2", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_verdict(desk, order, desk->song, "sales", VERDICT_ACCEPT));
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), TALLY_OPEN);
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT));
    OK(desk_verdict(desk, order, desk->deng, "purchasing", VERDICT_ACCEPT));
    REFUSED(desk_conclude(desk, order, desk->luo, OUTCOME_ABLE), WRONG_ROLE);
    REFUSED(desk_conclude(desk, order, desk->lin, OUTCOME_ABLE), WRONG_ROLE);
    REFUSED(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE),
            WRONG_ROLE); /* the head is there */
    REFUSED(desk_conclude(desk, order, desk->planning, OUTCOME_ABLE), NOT_A_PERSON);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    desk_destroy(&desk);
}

/* ---- four eyes ---- */

static order_t *registered_by_the_head(desk_t *desk) {
    struct order_content content = desk_content(desk);
    order_t *order = desk_order(desk);
    OK(desk_register_as(desk, order, desk->song, &content));
    OK(desk_classify(desk, order, desk->song, "regular"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    return order;
}

TEST_CLAUSE(where_the_head_registered_the_deputy_concludes, "QP21-3.5", RULE) {
    desk_t *desk = desk_new();
    order_t *order = registered_by_the_head(desk);
    OK(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE));
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    REFUSED(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE), FOUR_EYES);
    OK(desk_sign(desk, order, desk->shi, MEANING_EFFECTIVE));
    assert_int_equal(order->state, ORDER_IS_EFFECTIVE);
    desk_destroy(&desk);
}

TEST_CLAUSE(who_registered_an_order_does_not_conclude_it, "QP21-3.5", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = registered_by_the_head(desk);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), FOUR_EYES);
    REFUSED(desk_conclude(desk, order, desk->jiang, OUTCOME_ABLE), WRONG_ROLE);
    ident_t second = desk_person(desk, "head2", "sales", "sales.head");
    REFUSED(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE),
            WRONG_ROLE); /* another head is there now */
    OK(desk_conclude(desk, order, second, OUTCOME_ABLE));
    desk_destroy(&desk);
}

TEST(four_eyes_are_by_person_whatever_their_roles) {
    desk_t *desk = desk_new();
    ident_t both = desk_person(desk, "both", "sales", "sales.clerk management.deputy");
    struct order_content content = desk_content(desk);
    order_t *order = desk_order(desk);
    OK(desk_register_as(desk, order, both, &content));
    OK(desk_classify(desk, order, desk->lin, "regular"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    desk_leave(desk, desk->song);
    REFUSED(desk_conclude(desk, order, both, OUTCOME_ABLE), FOUR_EYES);
    OK(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE));
    desk_destroy(&desk);
}

TEST(a_procedure_without_four_eyes_lets_the_registrant_conclude) {
    desk_t *desk = desk_new();
    desk->procedure.four_eyes = false;
    desk_adopt(desk);
    order_t *order = registered_by_the_head(desk);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    desk_destroy(&desk);
}
