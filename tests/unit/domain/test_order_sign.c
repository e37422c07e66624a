/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures: in the procedure's order, by the right persons, and nothing before the review.
 */
#include "tests/unit/domain/order_desk.h"

TEST_CLAUSE(the_planning_managers_signature_completes_a_regular_review, "QP21-4.3.1.1", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_to_sign(desk);
    assert_false(order->review_completed);
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    assert_true(order->review_completed);
    assert_int_equal(order->state, ORDER_AWAITING_SIGNATURE);
    desk_destroy(&desk);
}

TEST_CLAUSE(the_planning_manager_does_not_complete_what_is_not_concluded, "QP21-4.3.1.1", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    REFUSED(desk_sign(desk, order, desk->luo, MEANING_COMPLETE), NOT_REVIEWED);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    REFUSED(desk_sign(desk, order, desk->luo, MEANING_COMPLETE), NOT_REVIEWED);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    REFUSED(desk_sign(desk, order, desk->song, MEANING_COMPLETE), WRONG_ROLE);
    REFUSED(desk_sign(desk, order, desk->qin, MEANING_COMPLETE),
            WRONG_ROLE); /* the manager is there */
    desk_destroy(&desk);
}

TEST_CLAUSE(the_sales_heads_signature_makes_a_regular_order_effective, "QP21-4.4.1", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_effective(desk);
    assert_int_equal(order->state, ORDER_IS_EFFECTIVE);
    assert_int_equal(order->effective, desk->position);
    assert_int_equal(order_revision(order)->effective, desk->position);
    assert_false(order_open(order));
    desk_destroy(&desk);
}

TEST_CLAUSE(regular_orders_are_signed_by_the_sales_head, "QP21-3.5", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_to_sign(desk);
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    OK(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE));
    desk_destroy(&desk);
}

TEST_CLAUSE(signatures_keep_their_order_and_their_roles, "QP21-3.5", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_to_sign(desk);
    REFUSED(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE), WRONG_ORDER);
    REFUSED(desk_sign(desk, order, desk->planning, MEANING_COMPLETE), NOT_A_PERSON);
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    REFUSED(desk_sign(desk, order, desk->luo, MEANING_COMPLETE), ALREADY);
    REFUSED(desk_sign(desk, order, desk->luo, MEANING_EFFECTIVE), WRONG_ROLE);
    assert_string_equal(desk->problem.clause, "QP21-3.5");
    REFUSED(desk_sign(desk, order, desk->lin, MEANING_EFFECTIVE), WRONG_ROLE);
    REFUSED(desk_sign(desk, order, desk->song, MEANING_APPROVE), WRONG_ORDER);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_special_order_takes_four_signatures_to_be_effective, "QP21-4.4.1", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_special_to_sign(desk);
    OK(desk_sign(desk, order, desk->shi, MEANING_COMPLETE));
    assert_true(order->review_completed);
    OK(desk_sign(desk, order, desk->jiang, MEANING_APPROVE));
    OK(desk_sign(desk, order, desk->shi, MEANING_CONTRACT));
    assert_int_equal(order->state, ORDER_AWAITING_SIGNATURE);
    OK(desk_confirm(desk, order, desk->lin));
    assert_int_equal(order->state, ORDER_IS_EFFECTIVE);
    assert_true(text_is(order_revision(order)->contract->who, "buyer"));
    assert_int_equal(order_round(order)->signatures_n, 4);
    desk_destroy(&desk);
}

TEST_CLAUSE(both_sides_confirm_a_special_orders_contract, "QP21-4.4.1", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_special_to_sign(desk);
    REFUSED(desk_confirm(desk, order, desk->lin), WRONG_STATE);
    OK(desk_sign(desk, order, desk->shi, MEANING_COMPLETE));
    OK(desk_sign(desk, order, desk->jiang, MEANING_APPROVE));
    REFUSED(desk_sign(desk, order, desk->song, MEANING_CONTRACT), WRONG_ROLE);
    REFUSED(desk_confirm(desk, order, desk->lin), WRONG_STATE);
    OK(desk_sign(desk, order, desk->shi, MEANING_CONTRACT));
    REFUSED(desk_sign(desk, order, desk->shi, MEANING_CUSTOMER), NOT_CONFIRMED);
    REFUSED(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE), WRONG_ORDER);
    REFUSED(desk_confirm(desk, order, desk->luo), WRONG_ROLE);
    assert_int_equal(order->state, ORDER_AWAITING_SIGNATURE);
    desk_destroy(&desk);
}

TEST_CLAUSE(the_general_manager_approves_special_orders, "QP21-3.5", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_special_to_sign(desk);
    REFUSED(desk_sign(desk, order, desk->jiang, MEANING_APPROVE), WRONG_ORDER);
    OK(desk_sign(desk, order, desk->shi, MEANING_COMPLETE));
    REFUSED(desk_sign(desk, order, desk->shi, MEANING_APPROVE), WRONG_ROLE);
    REFUSED(desk_sign(desk, order, desk->wen, MEANING_APPROVE), WRONG_ROLE);
    desk_leave(desk, desk->jiang);
    OK(desk_sign(desk, order, desk->wen, MEANING_APPROVE)); /* stands in where there is none */
    desk_destroy(&desk);
}

TEST_CLAUSE(no_contract_is_signed_before_the_review_whatever_the_state, "QP21-4.2.1", REFUSAL) {
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    order_t *order = desk_registered(desk, &content);
    REFUSED(desk_sign(desk, order, desk->shi, MEANING_CONTRACT), NOT_REVIEWED);
    OK(desk_classify(desk, order, desk->lin, "special"));
    REFUSED(desk_sign(desk, order, desk->shi, MEANING_CONTRACT), NOT_REVIEWED);
    OK(desk_convene(desk, order, desk->shi));
    REFUSED(desk_sign(desk, order, desk->shi, MEANING_CONTRACT), NOT_REVIEWED);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    REFUSED(desk_sign(desk, order, desk->shi, MEANING_CONTRACT), NOT_REVIEWED);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    REFUSED(desk_sign(desk, order, desk->shi, MEANING_CONTRACT), NOT_REVIEWED);
    assert_string_equal(desk->problem.clause, "QP21-4.2.1");
    desk_destroy(&desk);
}

TEST_CLAUSE(what_the_company_is_not_able_to_do_is_not_signed, "QP21-4.2.1", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_REJECT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_NOT_ABLE));
    REFUSED(desk_sign(desk, order, desk->luo, MEANING_COMPLETE), NOT_REVIEWED);
    REFUSED(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE), NOT_REVIEWED);
    desk_destroy(&desk);
}

TEST_CLAUSE(an_order_becomes_effective_by_its_review_alone, "QP21-4.2.1", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_effective(desk);
    const round_t *round = order_round(order);
    assert_true(round->tallied && round->concluded > round->tallied);
    assert_true(round->signatures[0].position > round->concluded);
    assert_true(order_revision(order)->completed < order->effective);
    desk_destroy(&desk);
}

TEST(who_registered_does_not_sign_and_the_stand_in_does) {
    desk_t *desk = desk_new();
    ident_t both = desk_person(desk, "both", "planning", "planning.manager sales.clerk");
    struct order_content content = desk_content(desk);
    order_t *order = desk_order(desk);
    OK(desk_register_as(desk, order, both, &content));
    OK(desk_classify(desk, order, desk->lin, "regular"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    REFUSED(desk_sign(desk, order, both, MEANING_COMPLETE), FOUR_EYES);
    REFUSED(desk_sign(desk, order, desk->qin, MEANING_COMPLETE), WRONG_ROLE); /* luo could */
    desk_leave(desk, desk->luo);
    OK(desk_sign(desk, order, desk->qin, MEANING_COMPLETE));
    desk_destroy(&desk);
}

TEST(an_effective_order_is_only_amended_or_withdrawn) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_effective(desk);
    REFUSED(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE), WRONG_STATE);
    REFUSED(desk_classify(desk, order, desk->lin, "special"), WRONG_STATE);
    REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT), WRONG_STATE);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), WRONG_STATE);
    REFUSED(desk_confirm(desk, order, desk->lin), WRONG_STATE);
    REFUSED(desk_decline(desk, order, desk->song), WRONG_STATE);
    OK(desk_withdraw(desk, order, desk->lin));
    desk_destroy(&desk);
}
