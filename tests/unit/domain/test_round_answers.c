/* SPDX-License-Identifier: Apache-2.0
 *
 * The five answers of QP21-4.2.2, one after the other: each stays on record as it was given, and an
 * order that lacks one of them does not go on as *able*.
 */
#include "tests/unit/domain/order_desk.h"

enum { A1, A2, B, C, D };

static struct conclude able(desk_t *desk) {
    return (struct conclude){
        .outcome = OUTCOME_ABLE, .opinion = TEXT("各部门均能满足"), .answers = desk_answers(desk)};
}

/* The order's review concluded with this answer to question i: it is there, word for word. */
static void kept(desk_t *desk, order_t *order, size_t i, enum answer_value value, text_t reason) {
    struct conclude body = able(desk);
    body.answers.at[i].answer = value;
    body.answers.at[i].reason = reason;
    OK(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body));
    const struct answer *answer = &order_round(order)->conclusion->answers.at[i];
    assert_int_equal(answer->question, (enum question)(i + 1));
    assert_int_equal(answer->answer, value);
    assert_true(text_equal(answer->reason, reason));
}

/* *No* to question i, with its reason: the order is not able. Without one: no answer at all. */
static void not_able(desk_t *desk, order_t *order, size_t i) {
    struct conclude body = able(desk);
    body.answers.at[i].answer = ANSWER_NO;
    body.answers.at[i].reason = (text_t){NULL, 0};
    REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), ANSWER_MISSING);
    body.answers.at[i].reason = TEXT("尚未澄清");
    REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), CONTRADICTS_TALLY);
    assert_string_equal(desk->problem.clause, "QP21-4.2.2");
    assert_int_equal(order->state, ORDER_IN_REVIEW);
    body.outcome = OUTCOME_NOT_ABLE;
    OK(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body));
    REFUSED(desk_sign(desk, order, desk->luo, MEANING_COMPLETE), NOT_REVIEWED);
}

static order_t *all_accept(desk_t *desk) {
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    return order;
}

TEST_CLAUSE(a1_that_requirements_are_specified_stays_on_record, "QP21-4.2.2a1", RULE) {
    desk_t *desk = desk_new();
    kept(desk, all_accept(desk), A1, ANSWER_YES, TEXT("图纸 WY-P10 A 已双方确认"));
    desk_destroy(&desk);
}

TEST_CLAUSE(a1_an_order_whose_requirements_are_open_is_not_able, "QP21-4.2.2a1", REFUSAL) {
    desk_t *desk = desk_new();
    not_able(desk, all_accept(desk), A1);
    desk_destroy(&desk);
}

static order_t *by_telephone(desk_t *desk) {
    struct order_content content = desk_content(desk);
    content.channel = CHANNEL_PHONE;
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "regular"));
    return order;
}

TEST_CLAUSE(a2_the_customers_confirmation_comes_first_and_stays_on_record, "QP21-4.2.2a2", RULE) {
    desk_t *desk = desk_new();
    order_t *order = by_telephone(desk);
    OK(desk_confirm(desk, order, desk->lin));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    kept(desk, order, A2, ANSWER_YES, TEXT("传真确认"));
    assert_non_null(order_revision(order)->confirmed);
    desk_destroy(&desk);
}

TEST_CLAUSE(a2_no_unwritten_order_is_reviewed_unconfirmed_or_answered_not_applicable,
            "QP21-4.2.2a2", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = by_telephone(desk);
    REFUSED(desk_verdict(desk, order, desk->song, "sales", VERDICT_ACCEPT), NOT_CONFIRMED);
    OK(desk_confirm(desk, order, desk->lin));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    struct conclude body = able(desk);
    body.answers.at[A2] = (struct answer){QUESTION_CONFIRMED, ANSWER_NOT_APPLICABLE, TEXT("书面")};
    REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), ANSWER_MISSING);
    desk_destroy(&desk);
}

TEST_CLAUSE(b_differences_are_answered_for_beside_the_earlier_document, "QP21-4.2.2b", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.earlier = TEXT("HT-2025-031");
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "regular"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    kept(desk, order, B, ANSWER_YES, TEXT("单价按新协议，顾客已确认"));
    assert_true(text_is(order_revision(order)->content->earlier, "HT-2025-031"));
    desk_destroy(&desk);
}

TEST_CLAUSE(b_an_order_with_unresolved_differences_is_not_able, "QP21-4.2.2b", REFUSAL) {
    desk_t *desk = desk_new();
    not_able(desk, all_accept(desk), B);
    desk_destroy(&desk);
}

TEST_CLAUSE(c_that_the_company_is_able_rests_on_every_departments_verdict, "QP21-4.2.2c", RULE) {
    desk_t *desk = desk_new();
    order_t *order = all_accept(desk);
    assert_int_equal(order_round(order)->tally, OUTCOME_ABLE);
    kept(desk, order, C, ANSWER_YES, (text_t){NULL, 0});
    assert_int_equal(order->state, ORDER_AWAITING_SIGNATURE);
    desk_destroy(&desk);
}

TEST_CLAUSE(c_what_a_department_rejects_the_company_is_not_able_to_do, "QP21-4.2.2c", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_REJECT);
    struct conclude body = able(desk);
    REFUSED(desk_try(desk, order, desk->song, KIND_ROUND_CONCLUDE, &body), CONTRADICTS_TALLY);
    not_able(desk, all_accept(desk), C);
    desk_destroy(&desk);
}

TEST_CLAUSE(d_after_a_change_everybody_is_asked_again_and_d_is_answered, "QP21-4.2.2d", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_CONDITIONS);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_NEGOTIATE));
    struct order_content changed = desk_content(desk);
    changed.note = TEXT("交期改为下月");
    OK(desk_amend(desk, order, desk->lin, &changed));
    assert_int_equal(order_round(order)->no, 2);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    kept(desk, order, D, ANSWER_YES, TEXT("已通知计划、采购"));
    desk_destroy(&desk);
}

TEST_CLAUSE(d_a_change_that_did_not_reach_everybody_is_not_able, "QP21-4.2.2d", REFUSAL) {
    desk_t *desk = desk_new();
    not_able(desk, all_accept(desk), D);
    desk_destroy(&desk);
}
