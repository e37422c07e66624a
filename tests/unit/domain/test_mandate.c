/* SPDX-License-Identifier: Apache-2.0
 *
 * Standing mandates: granted by the department's manager alone, cited by the automatic verdict, and
 * over when they expire, are ended, or lose the manager who answers for them.
 */
#include "tests/unit/domain/context_desk.h"
#include "tests/unit/domain/feedback_desk.h"

static struct mandate mandate_for(desk_t *desk, const char *department, const char *rule) {
    return (struct mandate){.department = text_of(department),
                            .rule = text_of(rule),
                            .classes = desk_texts(desk, "regular"),
                            .until = desk->time + 30 * DAY_MS};
}

static reason_t grant(desk_t *desk, ident_t actor, const struct mandate *body) {
    return desk_ask(desk, actor, KIND_MANDATE_GRANT, NOTHING, body);
}

static reason_t end(desk_t *desk, ident_t actor, ident_t mandate) {
    return desk_ask(desk, actor, KIND_MANDATE_END, mandate, &(struct revoke){TEXT("no more")});
}

/* The mandate that planning's daemon would find for a regular order now. */
static const mandate_entry_t *in_force(const desk_t *desk) {
    return context_mandate_for(desk->context, TEXT("planning"), TEXT("delivery"), TEXT("regular"),
                               desk->time);
}

/* Planning's daemon accepts under the mandate. */
static reason_t speak(desk_t *desk, order_t *order, ident_t mandate) {
    struct assessment assessment = {.rule = TEXT("delivery"),
                                    .edition = 1,
                                    .cause = (int64_t) order->head.last,
                                    .verdict = VERDICT_ACCEPT,
                                    .certain = true};
    struct verdict_given body = {
        .department = TEXT("planning"), .verdict = VERDICT_ACCEPT, .assessment = {&assessment, 1}};
    struct command command = desk_command(desk, order, KIND_ROUND_VERDICT, desk->planning, &body);
    command.mandate = mandate;
    return desk_send(desk, order, &command);
}

/* ---- granting ---- */

TEST_CLAUSE(the_departments_manager_grants_a_mandate_and_the_verdict_cites_it, "QP21-3", RULE) {
    desk_t *desk = desk_new();
    OK(end(desk, desk->luo, desk->mandate));
    assert_null(in_force(desk));
    struct mandate body = mandate_for(desk, "planning", "delivery");
    OK(grant(desk, desk->luo, &body));
    const mandate_entry_t *granted = in_force(desk);
    assert_non_null(granted);
    assert_true(ident_equal(granted->id, desk_opened(desk)));
    assert_true(ident_equal(granted->grantor, desk->luo));
    assert_int_equal(granted->since, desk->position);
    ident_t id = granted->id;
    order_t *order = desk_regular_in_review(desk);
    OK(speak(desk, order, id));
    const round_verdict_t *verdict = round_standing(order_round(order), TEXT("planning"));
    assert_true(ident_equal(verdict->mandate, id));
    assert_true(ident_equal(verdict->actor, desk->planning));
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_else_grants_a_mandate, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    struct mandate body = mandate_for(desk, "planning", "delivery");
    DENIED(desk, grant(desk, desk->lin, &body), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, grant(desk, desk->jiang, &body), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, grant(desk, desk->song, &body), WRONG_ROLE, "QP21-3", "actor"); /* of sales */
    DENIED(desk, grant(desk, desk->administrator, &body), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, grant(desk, desk->planning, &body), NOT_A_PERSON, "", "actor");
    body = mandate_for(desk, "sales", "completeness");
    DENIED(desk, grant(desk, desk->luo, &body), WRONG_ROLE, "QP21-3", "actor");
    OK(grant(desk, desk->song, &body));
    desk_destroy(&desk);
}

TEST(a_mandate_is_for_the_departments_own_rule_known_classes_and_time_to_come) {
    desk_t *desk = desk_new();
    struct mandate body = mandate_for(desk, "marketing", "delivery");
    DENIED(desk, grant(desk, desk->luo, &body), UNKNOWN_REFERENCE, "", "department");
    body = mandate_for(desk, "planning", "capacity");
    DENIED(desk, grant(desk, desk->luo, &body), UNKNOWN_REFERENCE, "", "rule");
    body = mandate_for(desk, "planning", "delivery");
    body.classes = desk_texts(desk, "regular splendid");
    DENIED(desk, grant(desk, desk->luo, &body), UNKNOWN_REFERENCE, "", "classes");
    body = mandate_for(desk, "planning", "delivery");
    body.until = desk->time;
    DENIED(desk, grant(desk, desk->luo, &body), FIELD_RANGE, "", "until");
    body.until++;
    OK(grant(desk, desk->luo, &body));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_mandate_speaks_on_orders_or_on_complaints_as_its_rule_does, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    struct mandate body = mandate_for(desk, "sales", "promise");
    DENIED(desk, grant(desk, desk->song, &body), FIELD_RANGE, "", "classes"); /* of orders */
    body.classes = desk_texts(desk, "complaint regular");
    DENIED(desk, grant(desk, desk->song, &body), FIELD_RANGE, "", "classes");
    body.rule = TEXT("completeness");
    body.classes = desk_texts(desk, "complaint");
    DENIED(desk, grant(desk, desk->song, &body), FIELD_RANGE, "", "classes");
    body.rule = TEXT("recurrence"); /* quality's */
    DENIED(desk, grant(desk, desk->song, &body), UNKNOWN_REFERENCE, "", "rule");
    body.rule = TEXT("promise");
    OK(grant(desk, desk->song, &body));
    assert_true(text_is(context_mandate(desk->context, desk_opened(desk))->mandate.rule, "promise"));
    desk_destroy(&desk);
}

/* ---- what it covers ---- */

TEST_CLAUSE(a_verdict_without_a_mandate_that_covers_it_is_refused, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    ident_t special = desk_mandate(desk, "planning", "delivery", "special");
    ident_t other_rule = desk_mandate(desk, "planning", "capacity", "regular");
    ident_t other_department = desk_mandate(desk, "production", "delivery", "regular");
    const ident_t not_covering[] = {NOTHING, desk->luo,  desk->mandate_ended,
                                    special, other_rule, other_department};
    for (size_t i = 0; i < COUNT(not_covering); i++)
        DENIED(desk, speak(desk, order, not_covering[i]), MANDATE_MISSING, "", "mandate");
    assert_null(round_standing(order_round(order), TEXT("planning")));
    OK(speak(desk, order, desk->mandate));
    desk_destroy(&desk);
}

TEST(a_mandate_is_found_by_its_department_rule_and_class) {
    desk_t *desk = desk_new();
    const struct {
        const char *department, *rule, *class;
        bool found;
    } cases[] = {{"planning", "delivery", "regular", true},
                 {"planning", "delivery", "special", false},
                 {"planning", "capacity", "regular", false},
                 {"production", "delivery", "regular", false}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(context_mandate_for(desk->context, text_of(cases[i].department),
                                             text_of(cases[i].rule), text_of(cases[i].class),
                                             desk->time) != NULL,
                         cases[i].found);
    desk_destroy(&desk);
}

/* ---- its end ---- */

TEST(a_mandate_is_good_until_its_last_moment) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk->time = context_mandate(desk->context, desk->mandate)->mandate.until;
    assert_non_null(in_force(desk));
    OK(speak(desk, order, desk->mandate));
    desk->time++;
    assert_null(in_force(desk));
    DENIED(desk, speak(desk, order, desk->mandate), MANDATE_MISSING, "", "mandate");
    /* what it said while it could still stands */
    assert_non_null(round_standing(order_round(order), TEXT("planning")));
    desk_destroy(&desk);
}

TEST_CLAUSE(whoever_granted_it_or_an_administrator_ends_it, "QP21-3", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    OK(end(desk, desk->luo, desk->mandate));
    assert_null(in_force(desk));
    DENIED(desk, speak(desk, order, desk->mandate), MANDATE_MISSING, "", "mandate");
    ident_t second = desk_mandate(desk, "planning", "delivery", "regular");
    OK(speak(desk, order, second));
    OK(end(desk, desk->administrator, second));
    assert_null(in_force(desk));
    assert_true(context_mandate(desk->context, second)->ended);
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_else_ends_it_and_nobody_twice, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    DENIED(desk, end(desk, desk->song, desk->mandate), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, end(desk, desk->jiang, desk->mandate), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, end(desk, desk->planning, desk->mandate), NOT_A_PERSON, "", "actor");
    DENIED(desk, end(desk, desk->luo, desk->luo), UNKNOWN_CASE, "", "object");
    DENIED(desk, end(desk, desk->luo, desk->mandate_ended), ALREADY, "", "object");
    assert_non_null(in_force(desk));
    desk_destroy(&desk);
}

TEST(without_its_manager_a_mandate_is_worth_nothing) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct person_change change = {desk_texts(desk, "quality.manager"), false, TEXT("quality"),
                                   TEXT("luo")};
    OK(desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, desk->luo, &change));
    assert_null(in_force(desk)); /* manages another department now */
    DENIED(desk, speak(desk, order, desk->mandate), MANDATE_MISSING, "", "mandate");
    change.roles = desk_texts(desk, "planning.manager");
    OK(desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, desk->luo, &change));
    assert_non_null(in_force(desk));
    desk->procedure.departments.at[1].manager = TEXT("management.deputy");
    desk_adopt(desk); /* now another role answers for planning */
    assert_null(in_force(desk));
    DENIED(desk, speak(desk, order, desk->mandate), MANDATE_MISSING, "", "mandate");
    desk->procedure.departments.at[1].manager = TEXT("planning.manager");
    desk_adopt(desk);
    OK(speak(desk, order, desk->mandate));
    desk_leave(desk, desk->luo);
    assert_null(in_force(desk));
    DENIED(desk, speak(desk, order, desk->mandate), MANDATE_MISSING, "", "mandate");
    desk_destroy(&desk);
}
