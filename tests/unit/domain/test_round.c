/* SPDX-License-Identifier: Apache-2.0
 *
 * A review: verdicts side by side, their replacement, automatic ones, the tally.
 */
#include "tests/unit/domain/order_desk.h"

/* ---- verdicts ---- */

TEST_CLAUSE(departments_speak_side_by_side_in_any_order, "QP21-4.3.2", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_special_in_review(desk);
    OK(desk_verdict(desk, order, desk->yan, "quality", VERDICT_ACCEPT));
    OK(desk_verdict(desk, order, desk->song, "sales", VERDICT_CONDITIONS));
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_REJECT));
    const round_t *round = order_round(order);
    assert_int_equal(order->state, ORDER_IN_REVIEW); /* a reject does not end the round */
    assert_int_equal(round->tallied, 0);
    assert_true(text_is(round_waiting(round, 0), "purchasing"));
    assert_true(text_is(round_waiting(round, 1), "production"));
    assert_int_equal(round_waiting(round, 2).n, 0);
    assert_int_equal(round_standing(round, TEXT("planning"))->body->verdict, VERDICT_REJECT);
    desk_destroy(&desk);
}

TEST_CLAUSE(only_reviewers_of_departments_asked_speak, "QP21-4.3.2", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    REFUSED(desk_verdict(desk, order, desk->qin, "production", VERDICT_ACCEPT), NOT_ASKED);
    REFUSED(desk_verdict(desk, order, desk->qin, "planning", VERDICT_ACCEPT), WRONG_ROLE);
    REFUSED(desk_verdict(desk, order, desk->lin, "sales", VERDICT_ACCEPT), WRONG_ROLE);
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_RETRACT,
                     &(struct retract){TEXT("quality"), TEXT("x")}),
            NOT_ASKED);
    desk_destroy(&desk);
}

TEST(a_verdict_says_what_its_kind_needs) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct condition condition = {TEXT("a week later"), 0};
    struct verdict_given body = {.department = TEXT("planning"), .verdict = VERDICT_CONDITIONS};
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT, &body), FIELD_MISSING);
    assert_string_equal(desk->problem.field, "conditions");
    body.verdict = VERDICT_REJECT;
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT, &body), FIELD_MISSING);
    assert_string_equal(desk->problem.field, "reason");
    body.verdict = VERDICT_ACCEPT;
    body.conditions = (struct condition_list){&condition, 1};
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT, &body), FIELD_RANGE);
    body.verdict = VERDICT_CONDITIONS;
    condition.line = 7;
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT, &body), UNKNOWN_REFERENCE);
    condition = (struct condition){TEXT(" "), 1};
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT, &body), FIELD_MISSING);
    condition.text = TEXT("a week later");
    int64_t numbers[] = {1, 2};
    body.requirements = (struct int_list){numbers, 2};
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT, &body), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "requirements[1]");
    body.requirements.n = 1;
    OK(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT, &body));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_verdict_is_replaced_or_taken_back_and_the_old_one_is_kept, "QP21-4.3.2", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    ident_t second = desk_person(desk, "second", "planning", "planning.manager");
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_RETRACT,
                     &(struct retract){TEXT("planning"), TEXT("x")}),
            WRONG_STATE);
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT));
    OK(desk_verdict(desk, order, second, "planning", VERDICT_REJECT));
    const round_t *round = order_round(order);
    assert_int_equal(round->verdicts_n, 2);
    assert_false(round->verdicts[0].standing);
    assert_true(ident_equal(round_standing(round, TEXT("planning"))->actor, second));
    REFUSED(desk_try(desk, order, desk->deng, KIND_ROUND_RETRACT,
                     &(struct retract){TEXT("planning"), TEXT("x")}),
            WRONG_ROLE);
    OK(desk_try(desk, order, desk->luo, KIND_ROUND_RETRACT,
                &(struct retract){TEXT("planning"), TEXT("misread")}));
    round = order_round(order);
    assert_null(round_standing(round, TEXT("planning")));
    assert_true(round->verdicts[1].retracted);
    assert_int_equal(round->verdicts_n, 2);
    desk_destroy(&desk);
}

TEST_CLAUSE(after_the_conclusion_no_verdict_changes, "QP21-4.3.2", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_to_sign(desk);
    REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_REJECT), CONCLUDED);
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_RETRACT,
                     &(struct retract){TEXT("planning"), TEXT("x")}),
            CONCLUDED);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_NOT_ABLE), CONCLUDED);
    desk_destroy(&desk);
}

/* ---- daemons ---- */

typedef struct automatic {
    struct assessment assessment;
    struct verdict_given body;
} automatic_t;

static void automatic(automatic_t *self, const order_t *order) {
    self->assessment = (struct assessment){.rule = TEXT("delivery"),
                                           .edition = 1,
                                           .cause = (int64_t) order->head.last,
                                           .verdict = VERDICT_ACCEPT,
                                           .certain = true};
    self->body = (struct verdict_given){.department = TEXT("planning"),
                                        .verdict = VERDICT_ACCEPT,
                                        .assessment = {&self->assessment, 1}};
}

static reason_t try_automatic(desk_t *desk, order_t *order, const automatic_t *automatic_verdict,
                              ident_t mandate) {
    struct command command =
        desk_command(desk, order, KIND_ROUND_VERDICT, desk->planning, &automatic_verdict->body);
    command.mandate = mandate;
    return desk_send(desk, order, &command);
}

TEST(a_daemon_speaks_under_a_standing_mandate) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    automatic_t verdict;
    automatic(&verdict, order);
    OK(try_automatic(desk, order, &verdict, desk->mandate));
    assert_true(
        ident_equal(round_standing(order_round(order), TEXT("planning"))->mandate, desk->mandate));
    OK(try_automatic(desk, order, &verdict, desk->mandate)); /* its own is still replaceable */
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_REJECT));
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), ALREADY);
    assert_int_equal(order_round(order)->verdicts_n, 3);
    desk_destroy(&desk);
}

TEST(a_daemon_without_a_mandate_that_covers_it_is_refused) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    automatic_t verdict;
    automatic(&verdict, order);
    REFUSED(try_automatic(desk, order, &verdict, (ident_t){{0}}), MANDATE_MISSING);
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate_ended), MANDATE_MISSING);
    verdict.assessment.certain = false;
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    automatic(&verdict, order);
    verdict.assessment.verdict = VERDICT_REJECT;
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    automatic(&verdict, order);
    verdict.assessment.rule = TEXT("capacity");
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    automatic(&verdict, order);
    REFUSED(
        try_automatic(desk, order, &verdict, desk_mandate(desk, "planning", "delivery", "special")),
        MANDATE_MISSING);
    REFUSED(
        try_automatic(desk, order, &verdict, desk_mandate(desk, "quality", "delivery", "regular")),
        MANDATE_MISSING);
    verdict.body.assessment.n = 0;
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    automatic(&verdict, order);
    desk->time += 31 * DAY_MS;
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    desk->time -= 31 * DAY_MS;
    OK(try_automatic(desk, order, &verdict, desk->mandate));
    desk_destroy(&desk);
}

TEST(a_mandate_ends_with_whoever_answers_for_it) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    automatic_t verdict;
    automatic(&verdict, order);
    struct person_change moved = {.department = TEXT("planning"), .name = TEXT("luo")};
    desk_do(desk, KIND_PERSON_CHANGE, desk->administrator, desk->luo, &moved);
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    moved.roles = desk_texts(desk, "planning.manager");
    desk_do(desk, KIND_PERSON_CHANGE, desk->administrator, desk->luo, &moved);
    OK(try_automatic(desk, order, &verdict, desk->mandate));
    desk_leave(desk, desk->luo);
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    desk_destroy(&desk);
}

TEST(on_special_orders_a_daemon_only_advises_its_own_department) {
    desk_t *desk = desk_new();
    order_t *order = desk_special_in_review(desk);
    automatic_t verdict;
    automatic(&verdict, order);
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    struct advice advice = {.department = TEXT("planning"), .assessment = {&verdict.assessment, 1}};
    REFUSED(desk_try(desk, order, desk->luo, KIND_ROUND_ADVISE, &advice), WRONG_ROLE);
    REFUSED(desk_try(desk, order, desk->quality, KIND_ROUND_ADVISE, &advice), WRONG_ROLE);
    OK(desk_try(desk, order, desk->planning, KIND_ROUND_ADVISE, &advice));
    assert_int_equal(order_round(order)->advices_n, 1);
    assert_null(round_standing(order_round(order), TEXT("planning"))); /* advice is no verdict */
    desk_destroy(&desk);
}

TEST(a_department_that_only_people_judge_gets_no_advice) {
    desk_t *desk = desk_new();
    desk->procedure.classes.at[0].reviewers = desk_reviewers(desk, "planning", MODE_MANUAL);
    desk_adopt(desk);
    order_t *order = desk_regular_in_review(desk);
    automatic_t verdict;
    automatic(&verdict, order);
    struct advice advice = {.department = TEXT("planning"), .assessment = {&verdict.assessment, 1}};
    REFUSED(desk_try(desk, order, desk->planning, KIND_ROUND_ADVISE, &advice), WRONG_STATE);
    REFUSED(try_automatic(desk, order, &verdict, desk->mandate), MANDATE_MISSING);
    desk_destroy(&desk);
}

/* ---- tally ---- */

TEST_CLAUSE(the_coordinator_tallies_when_all_have_spoken, "QP21-4.3.2", RULE) {
    static const struct {
        enum verdict first, second;
        enum outcome tally;
    } cases[] = {{VERDICT_ACCEPT, VERDICT_ACCEPT, OUTCOME_ABLE},
                 {VERDICT_ACCEPT, VERDICT_CONDITIONS, OUTCOME_NEGOTIATE},
                 {VERDICT_CONDITIONS, VERDICT_REJECT, OUTCOME_NOT_ABLE}};
    desk_t *desk = desk_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        order_t *order = desk_regular_in_review(desk);
        OK(desk_verdict(desk, order, desk->song, "sales", cases[i].first));
        OK(desk_verdict(desk, order, desk->luo, "planning", cases[i].second));
        assert_int_equal(order_round(order)->tallied, 0);
        OK(desk_verdict(desk, order, desk->deng, "purchasing", VERDICT_ACCEPT));
        assert_int_equal(order_round(order)->tallied, desk->position);
        assert_int_equal(order_round(order)->tally, cases[i].tally);
    }
    desk_destroy(&desk);
}

TEST(a_replaced_verdict_is_tallied_again_and_one_taken_back_waits) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    position_t first = order_round(order)->tallied;
    OK(desk_try(desk, order, desk->luo, KIND_ROUND_RETRACT,
                &(struct retract){TEXT("planning"), TEXT("misread")}));
    assert_true(order_round(order)->tally_stale);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), TALLY_OPEN);
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_CONDITIONS));
    assert_int_equal(order_round(order)->tally, OUTCOME_NEGOTIATE);
    assert_true(order_round(order)->tallied > first);
    assert_false(order_round(order)->tally_stale);
    desk_destroy(&desk);
}
