/* SPDX-License-Identifier: Apache-2.0
 *
 * Forwarding a verdict to somebody by name (转交) and asking one more department (加签): until the
 * conclusion, within policy, not onward.
 */
#include "tests/unit/domain/delegable.h"

TEST_CLAUSE(a_reviewer_forwards_the_verdict_to_somebody_who_then_gives_it, "QP21-4.3.2", RULE) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_forward(desk, order, desk->luo, "planning", desk->qin));
    ident_t id = desk_forwarded(&order->head);
    REFUSED(desk_verdict(desk, order, desk->qin, "planning", VERDICT_ACCEPT), WRONG_ROLE);
    OK(desk_accept_for(desk, order, desk->qin, id, "planning"));
    const round_t *round = order_round(order);
    const round_verdict_t *verdict = round_standing(round, TEXT("planning"));
    assert_true(ident_equal(verdict->actor, desk->qin));
    assert_true(ident_equal(round_behalf(round, desk->context, verdict->mandate), desk->luo));
    OK(desk_try_for(desk, order, desk->qin, id, KIND_ROUND_RETRACT,
                    &(struct retract){TEXT("planning"), TEXT("misread")}));
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT)); /* so may she, still */
    desk_destroy(&desk);
}

TEST_CLAUSE(what_was_forwarded_is_one_departments_in_one_review, "QP21-4.3.2", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk), *other = desk_regular_in_review(desk);
    OK(desk_forward(desk, order, desk->luo, "planning", desk->qin));
    ident_t id = desk_forwarded(&order->head);
    DENIED(desk, desk_accept_for(desk, order, desk->qin, id, "sales"), MANDATE_ENDED, "", "mandate");
    DENIED(desk, desk_accept_for(desk, order, desk->deng, id, "planning"), MANDATE_ENDED, "",
           "mandate");
    DENIED(desk, desk_accept_for(desk, other, desk->qin, id, "planning"), MANDATE_ENDED, "",
           "mandate");
    DENIED(desk, desk_sign_for(desk, order, desk->qin, id, MEANING_COMPLETE), MANDATE_ENDED, "",
           "mandate");
    desk_destroy(&desk);
}

TEST_CLAUSE(what_was_forwarded_is_not_forwarded_onward, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    ident_t clerk = desk_person(desk, "lu", "planning", "sales.clerk");
    OK(desk_forward(desk, order, desk->luo, "planning", desk->qin));
    ident_t id = desk_forwarded(&order->head);
    struct forward body = {TEXT("planning"), clerk, TEXT("no time")};
    DENIED(desk, desk_forward(desk, order, desk->qin, "planning", clerk), WRONG_ROLE, "QP21-3",
           "department");
    DENIED(desk, desk_try_for(desk, order, desk->qin, id, KIND_ROUND_FORWARD, &body),
           MANDATE_ENDED, "", "mandate");
    ident_t delegation = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    DENIED(desk, desk_try_for(desk, order, desk->qin, delegation, KIND_ROUND_FORWARD, &body),
           MANDATE_ENDED, "", "mandate");
    OK(desk_forward(desk, order, desk->luo, "planning", clerk)); /* of her department */
    desk_destroy(&desk);
}

TEST_CLAUSE(a_verdict_is_forwarded_within_policy_alone, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    DENIED(desk, desk_forward(desk, order, desk->luo, "planning", desk->deng), WRONG_ROLE, "QP21-3",
           "to");
    DENIED(desk, desk_forward(desk, order, desk->luo, "planning", desk->luo), FIELD_RANGE, "", "to");
    DENIED(desk, desk_forward(desk, order, desk->luo, "planning", desk->customer),
           UNKNOWN_REFERENCE, "", "to");
    DENIED(desk, desk_forward(desk, order, desk->luo, "sales", desk->lin), WRONG_ROLE, "QP21-3",
           "department");
    DENIED(desk, desk_forward(desk, order, desk->luo, "quality", desk->qin), NOT_ASKED,
           "QP21-4.3.2", "department");
    DENIED(desk, desk_forward(desk, order, desk->song, "sales", desk->zhao), WRONG_ROLE, "QP21-3",
           "to"); /* who reads no orders */
    struct forward blank = {TEXT("planning"), desk->qin, TEXT(" ")};
    DENIED(desk, desk_try(desk, order, desk->luo, KIND_ROUND_FORWARD, &blank), FIELD_MISSING, "",
           "reason");
    OK(desk_forward(desk, order, desk->luo, "planning", desk->qin));
    DENIED(desk, desk_forward(desk, order, desk->luo, "planning", desk->qin), ALREADY, "", "to");
    desk_destroy(&desk);
}

TEST(a_forward_ends_with_whoever_forwarded_it_and_with_its_review) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_forward(desk, order, desk->luo, "planning", desk->qin));
    ident_t id = desk_forwarded(&order->head);
    struct order_content content = desk_content(desk);
    content.lines.at[0].quantity = DECIMAL_ONE;
    OK(desk_amend(desk, order, desk->lin, &content));
    REFUSED(desk_accept_for(desk, order, desk->qin, id, "planning"), MANDATE_ENDED);
    OK(desk_forward(desk, order, desk->luo, "planning", desk->qin));
    id = desk_forwarded(&order->head);
    desk_person(desk, "lu", "planning", "planning.manager");
    desk_leave(desk, desk->luo);
    REFUSED(desk_accept_for(desk, order, desk->qin, id, "planning"), MANDATE_ENDED);
    desk_destroy(&desk);
}

TEST(what_was_forwarded_waits_for_them) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    const person_t *qin = context_person(desk->context, desk->qin);
    waiting_t rows[WAITING_MAX];
    problem_t problem;
    capacity_t as;
    OK(desk_forward(desk, order, desk->luo, "planning", desk->qin));
    size_t n = waits(&order->head, desk->context, rows), mine = 0;
    for (size_t i = 0; i < n; i++)
        if (case_waiting_as(&order->head, desk->context, &rows[i], qin, desk->time, &as,
                            &problem) == 0) {
            assert_true(text_is(rows[i].department, "planning"));
            assert_true(ident_equal(as.behalf, desk->luo));
            assert_int_equal(as.until, 0);
            mine++;
        }
    assert_int_equal(mine, 1);
    desk_destroy(&desk);
}

/* ---- one more department ---- */

TEST_CLAUSE(a_department_that_was_added_is_waited_for, "QP21-4.3.2", RULE) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    assert_true(order_round(order)->tallied);
    OK(desk_add_reviewer(desk, order, desk->song, "quality")); /* who concludes */
    const round_t *round = order_round(order);
    assert_true(round_asks(round, TEXT("quality")));
    assert_true(round->tally_stale);
    assert_int_equal(round->added_n, 1);
    assert_true(ident_equal(round->added[0].actor, desk->song));
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), TALLY_OPEN);
    waiting_t rows[WAITING_MAX];
    assert_int_equal(waits(&order->head, desk->context, rows), 1);
    assert_true(text_is(rows[0].department, "quality"));
    OK(desk_verdict(desk, order, desk->yan, "quality", VERDICT_REJECT));
    assert_int_equal(order_round(order)->tally, OUTCOME_NOT_ABLE);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), CONTRADICTS_TALLY);
    desk_destroy(&desk);
}

TEST_CLAUSE(who_concludes_convenes_or_may_adds_a_department_and_nobody_else, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk), *special = desk_special_in_review(desk);
    DENIED(desk, desk_add_reviewer(desk, order, desk->lin, "quality"), WRONG_ROLE, "QP21-3", "");
    DENIED(desk, desk_add_reviewer(desk, order, desk->shi, "quality"), WRONG_ROLE, "QP21-3", "");
    OK(desk_add_reviewer(desk, special, desk->shi, "management")); /* who convened it */
    desk_allow(desk, "quality.manager", BIT(ACT_ADD_REVIEWER));
    desk_adopt(desk);
    OK(desk_add_reviewer(desk, order, desk->yan, "quality"));
    ident_t id = desk_delegate(desk, desk->song, desk->shi, "sales.head");
    OK(desk_try_for(desk, order, desk->shi, id, KIND_ROUND_ADD_REVIEWER,
                    &(struct add_reviewer){TEXT("production"), TEXT("a long run")}));
    assert_true(ident_equal(order_round(order)->added[1].mandate, id));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_department_is_added_once_with_reason_and_not_after_the_conclusion, "QP21-4.3.2",
            REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    DENIED(desk, desk_add_reviewer(desk, order, desk->song, "sales"), ALREADY, "", "department");
    DENIED(desk, desk_add_reviewer(desk, order, desk->song, "marketing"), UNKNOWN_REFERENCE, "",
           "department");
    DENIED(desk,
           desk_try(desk, order, desk->song, KIND_ROUND_ADD_REVIEWER,
                    &(struct add_reviewer){TEXT("quality"), TEXT(" ")}),
           FIELD_MISSING, "", "reason");
    OK(desk_add_reviewer(desk, order, desk->song, "quality"));
    DENIED(desk, desk_add_reviewer(desk, order, desk->song, "quality"), ALREADY, "", "department");
    desk_all_say(desk, order, VERDICT_ACCEPT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    DENIED(desk, desk_add_reviewer(desk, order, desk->song, "production"), CONCLUDED, "QP21-4.3.2",
           "");
    DENIED(desk, desk_forward(desk, order, desk->luo, "planning", desk->qin), CONCLUDED,
           "QP21-4.3.2", "");
    desk_destroy(&desk);
}

/* A department without somebody to speak for it would keep the review open for ever. */
TEST(a_department_for_which_nobody_speaks_is_not_added) {
    desk_t *desk = desk_new_delegable();
    desk->procedure.departments.at[5].reviewers.n = 0; /* management */
    desk_adopt(desk);
    order_t *order = desk_regular_in_review(desk);
    DENIED(desk, desk_add_reviewer(desk, order, desk->song, "management"), UNKNOWN_REFERENCE, "",
           "department");
    OK(desk_add_reviewer(desk, order, desk->song, "quality"));
    struct procedure next = desk->procedure; /* then the next edition may not lose it either */
    assert_false(case_stranded(&order->head, desk->context, &next));
    desk_find_role(desk, "quality.manager")->key = TEXT("quality.chief");
    assert_true(case_stranded(&order->head, desk->context, &desk->procedure));
    desk_destroy(&desk);
}

/* It is not of the class: people speak, and its daemon is not asked. */
TEST_CLAUSE(of_a_department_that_was_added_people_give_the_verdict, "complaint-review", RULE) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_add_reviewer(desk, order, desk->song, "quality"));
    struct assessment assessment = {.rule = TEXT("inspection"), .edition = 1, .cause = 1,
                                    .verdict = VERDICT_ACCEPT, .certain = true};
    REFUSED(desk_try(desk, order, desk->quality, KIND_ROUND_ADVISE,
                     &(struct advice){TEXT("quality"), {&assessment, 1}}),
            NOT_ASKED);
    feedback_t *complaint = desk_complaint_tallied(desk);
    OK(desk_add_reviewer(desk, complaint, desk->yan, "planning"));
    REFUSED(desk_dispose(desk, complaint, desk->yan, OUTCOME_OURS), TALLY_OPEN);
    OK(desk_find(desk, complaint, desk->luo, "planning", VERDICT_NOT_OURS));
    OK(desk_dispose(desk, complaint, desk->yan, OUTCOME_PARTLY));
    desk_destroy(&desk);
}
