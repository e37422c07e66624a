/* SPDX-License-Identifier: Apache-2.0
 *
 * Acting by delegation: what a role does on cases, customers and data, under the mandate that the
 * signed bytes cite; four eyes see both who acts and for whom.
 */
#include "tests/unit/domain/delegable.h"

static order_t *to_sign(desk_t *desk) { return desk_regular_to_sign(desk); }

TEST_CLAUSE(a_delegate_signs_for_whoever_is_away_and_both_are_on_the_record, "QP21-3.5", RULE) {
    desk_t *desk = desk_new_delegable();
    order_t *order = to_sign(desk);
    REFUSED(desk_sign(desk, order, desk->qin, MEANING_COMPLETE), WRONG_ROLE);
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    REFUSED(desk_sign(desk, order, desk->qin, MEANING_COMPLETE), WRONG_ROLE); /* says not for whom */
    OK(desk_sign_for(desk, order, desk->qin, id, MEANING_COMPLETE));
    const round_signature_t *signature = &order_round(order)->signatures[0];
    assert_true(ident_equal(signature->actor, desk->qin));
    assert_true(ident_equal(signature->mandate, id));
    assert_true(ident_equal(round_behalf(order_round(order), desk->context, id), desk->luo));
    OK(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE));
    assert_int_equal(order->state, ORDER_IS_EFFECTIVE);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_delegate_gives_and_retracts_the_verdict, "QP21-4.3.2", RULE) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    OK(desk_accept_for(desk, order, desk->qin, id, "planning"));
    const round_verdict_t *verdict = round_standing(order_round(order), TEXT("planning"));
    assert_true(ident_equal(verdict->mandate, id));
    REFUSED(desk_accept_for(desk, order, desk->qin, id, "production"), NOT_ASKED);
    REFUSED(desk_accept_for(desk, order, desk->qin, id, "purchasing"), WRONG_ROLE);
    OK(desk_try_for(desk, order, desk->qin, id, KIND_ROUND_RETRACT,
                    &(struct retract){TEXT("planning"), TEXT("misread")}));
    desk_destroy(&desk);
}

/* The role alone: what the delegate holds themselves is not theirs under the mandate. */
TEST(under_a_mandate_ones_own_roles_do_not_count) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_special_in_review(desk);
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    OK(desk_verdict(desk, order, desk->qin, "production", VERDICT_ACCEPT));
    REFUSED(desk_accept_for(desk, order, desk->qin, id, "production"), WRONG_ROLE);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_mandate_that_has_ended_or_is_anothers_covers_nothing, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = to_sign(desk);
    ident_t ended = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    OK(desk_end(desk, desk->luo, ended));
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    struct sign sign = {.meaning = MEANING_COMPLETE};
    const ident_t lacking[] = {ended, desk->mandate, desk->customer, desk->qin};
    for (size_t i = 0; i < COUNT(lacking); i++)
        DENIED(desk, desk_sign_for(desk, order, desk->qin, lacking[i], MEANING_COMPLETE),
               MANDATE_ENDED, "", "mandate");
    DENIED(desk, desk_try_for(desk, order, desk->deng, id, KIND_ROUND_SIGN, &sign), MANDATE_ENDED,
           "", "mandate");
    desk->time += 6 * DAY_MS;
    DENIED(desk, desk_sign_for(desk, order, desk->qin, id, MEANING_COMPLETE), MANDATE_ENDED, "",
           "mandate");
    assert_int_equal(order_round(order)->signatures_n, 0);
    desk_destroy(&desk);
}

TEST(a_mandate_is_judged_when_it_is_used_and_what_was_signed_stays) {
    desk_t *desk = desk_new_delegable();
    order_t *order = to_sign(desk);
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    OK(desk_sign_for(desk, order, desk->qin, id, MEANING_COMPLETE));
    OK(desk_end(desk, desk->luo, id));
    assert_int_equal(order_round(order)->signatures_n, 1);
    assert_null(case_invariant(&order->head, desk->context));
    OK(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE));
    desk_destroy(&desk);
}

/* ---- four eyes ---- */

TEST_CLAUSE(nobody_signs_for_whoever_registered_the_order, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_order(desk);
    struct order_content content = desk_content(desk);
    OK(desk_register_as(desk, order, desk->song, &content)); /* the head of sales does it himself */
    OK(desk_classify(desk, order, desk->lin, "regular"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    ident_t id = desk_delegate(desk, desk->song, desk->he, "sales.head");
    struct conclude body = {
        .outcome = OUTCOME_ABLE, .opinion = TEXT("as tallied"), .answers = desk_answers(desk)};
    REFUSED(desk_try_for(desk, order, desk->he, id, KIND_ROUND_CONCLUDE, &body), FOUR_EYES);
    OK(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE)); /* so the seat is vacant all the same */
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    REFUSED(desk_sign_for(desk, order, desk->he, id, MEANING_EFFECTIVE), FOUR_EYES);
    desk_destroy(&desk);
}

TEST_CLAUSE(whoever_registered_the_order_signs_for_nobody, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = to_sign(desk); /* lin registered it */
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    ident_t id = desk_delegate(desk, desk->song, desk->lin, "sales.head");
    REFUSED(desk_sign_for(desk, order, desk->lin, id, MEANING_EFFECTIVE), FOUR_EYES);
    ident_t other = desk_delegate(desk, desk->song, desk->he, "sales.head");
    OK(desk_sign_for(desk, order, desk->he, other, MEANING_EFFECTIVE));
    desk_destroy(&desk);
}

/* What was registered for somebody is theirs, too. */
TEST_CLAUSE(for_whom_an_order_was_registered_does_not_sign_it, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_order(desk);
    struct order_content content = desk_content(desk);
    ident_t id = desk_delegate(desk, desk->song, desk->he, "sales.head");
    struct command command = desk_command(desk, NULL, KIND_ORDER_REGISTER, desk->he, &content);
    command.mandate = id;
    order->head.id = command.id;
    OK(desk_send(desk, order, &command));
    assert_true(ident_equal(order->head.registrant_mandate, id));
    OK(desk_classify(desk, order, desk->lin, "regular"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), FOUR_EYES);
    OK(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE));
    desk_destroy(&desk);
}

/* Nor what was written for them: he amends for song what lin registered. */
TEST_CLAUSE(for_whom_the_current_revision_was_written_does_not_conclude_it, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_in_review(desk);
    ident_t id = desk_delegate(desk, desk->song, desk->he, "sales.head");
    struct order_content content = desk_content(desk);
    struct confirmation word = desk_word(desk);
    content.note = TEXT("by lorry");
    struct amend body = {{&content, 1}, TEXT("the customer wants it so"), {&word, 1}};
    OK(desk_try_for(desk, order, desk->he, id, KIND_ORDER_AMEND, &body));
    assert_true(ident_equal(order->head.author_mandate, id));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), FOUR_EYES);
    OK(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE));
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_verifies_the_effect_of_an_action_of_whom_they_act_for, "QP21-1", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    order_t *order = desk_regular_effective(desk);
    OK(desk_act(desk, order, desk->yan, desk->luo));
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    struct action_report report = {.no = 1, .text = TEXT("done")};
    REFUSED(desk_try_for(desk, order, desk->qin, id, KIND_ACTION_REPORT, &report), WRONG_ROLE);
    OK(desk_report(desk, order, desk->luo, 1));
    struct action_verify verify = {.no = 1, .effective = true, .text = TEXT("seen")};
    REFUSED(desk_try_for(desk, order, desk->qin, id, KIND_ACTION_VERIFY, &verify), FOUR_EYES);
    OK(desk_try(desk, order, desk->qin, KIND_ACTION_VERIFY, &verify)); /* as himself he may */
    desk_destroy(&desk);
}

/* ---- what a role does, and what only a person does ---- */

TEST(customers_and_data_are_a_roles_and_people_and_rules_are_not) {
    desk_t *desk = desk_new_delegable();
    ident_t head = desk_delegate(desk, desk->song, desk->shi, "sales.head");
    ident_t planner = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    ident_t general = desk_delegate(desk, desk->jiang, desk->shi, "management.general");
    struct customer customer = {.name = TEXT("Penglai"), .short_name = TEXT("C02")};
    struct command command =
        desk_command(desk, NULL, KIND_CUSTOMER_REGISTER, desk->shi, &customer);
    DENIED(desk, desk_ask_command(desk, &command), WRONG_ROLE, "QP21-3", "actor");
    command.mandate = head;
    OK(desk_ask_command(desk, &command));
    struct mandate mandate = {.department = TEXT("planning"),
                              .rule = TEXT("delivery"),
                              .classes = desk_texts(desk, "regular"),
                              .until = desk->time + DAY_MS};
    command = desk_command(desk, NULL, KIND_MANDATE_GRANT, desk->qin, &mandate);
    command.mandate = planner;
    DENIED(desk, desk_ask_command(desk, &command), MANDATE_ENDED, "", "mandate");
    struct adopt adopt = {.procedure = desk_encode(desk, &procedure_record, &desk->procedure)};
    command = desk_command(desk, NULL, KIND_PROCEDURE_ADOPT, desk->shi, &adopt);
    command.object = (ident_t){{0x77}};
    command.mandate = general;
    DENIED(desk, desk_ask_command(desk, &command), MANDATE_ENDED, "", "mandate");
    desk_destroy(&desk);
}

/* ---- what waits ---- */

TEST_CLAUSE(what_waits_for_a_role_waits_for_the_delegate, "QP21-4.3.2", RULE) {
    desk_t *desk = desk_new_delegable();
    order_t *order = to_sign(desk);
    waiting_t rows[WAITING_MAX];
    problem_t problem;
    capacity_t as;
    assert_int_equal(waits(&order->head, desk->context, rows), 1);
    const person_t *qin = context_person(desk->context, desk->qin),
                   *luo = context_person(desk->context, desk->luo);
    assert_int_equal(case_waiting_as(&order->head, desk->context, rows, qin, desk->time, &as,
                                     &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_WRONG_ROLE);
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    assert_int_equal(
        case_waiting_as(&order->head, desk->context, rows, qin, desk->time, &as, &problem), 0);
    assert_true(ident_equal(as.mandate, id) && ident_equal(as.behalf, desk->luo));
    assert_int_equal(as.until, desk->time + 5 * DAY_MS);
    assert_int_equal(
        case_waiting_as(&order->head, desk->context, rows, luo, desk->time, &as, &problem), 0);
    assert_true(ident_none(as.mandate)); /* in her own right */
    assert_int_equal(case_waiting_as(&order->head, desk->context, rows, qin,
                                     desk->time + 6 * DAY_MS, NULL, &problem),
                     -1);
    desk_destroy(&desk);
}
