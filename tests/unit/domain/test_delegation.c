/* SPDX-License-Identifier: Apache-2.0
 *
 * Letting somebody act (代理): by whoever holds the role, to whom policy lets, for a period; over by
 * date, when it is ended, and with the role.
 */
#include "tests/unit/domain/delegable.h"

static bool holds(const desk_t *desk, ident_t delegation) {
    return delegation_holds(desk->context, context_delegation(desk->context, delegation),
                            desk->time);
}

TEST_CLAUSE(whoever_holds_a_role_lets_another_act_in_it, "QP21-1", RULE) {
    desk_t *desk = desk_new_delegable();
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    const delegation_entry_t *list, *entry = context_delegation(desk->context, id);
    assert_true(holds(desk, id));
    assert_true(ident_equal(entry->grantor, desk->luo));
    assert_int_equal(entry->since, desk->position);
    assert_int_equal(context_delegations(desk->context, &list), 1);
    assert_ptr_equal(context_delegation_to(desk->context, desk->qin, desk->time, 0), entry);
    assert_null(context_delegation_to(desk->context, desk->qin, desk->time, 1));
    assert_null(context_delegation_to(desk->context, desk->luo, desk->time, 0));
    assert_true(ident_equal(context_behalf(desk->context, id), desk->luo));
    assert_true(ident_none(context_behalf(desk->context, desk->mandate))); /* a daemon's */
    desk_destroy(&desk);
}

/* With the role alone, and still themselves. */
TEST(a_delegate_acts_in_the_one_role_and_in_none_of_their_own) {
    desk_t *desk = desk_new_delegable();
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    person_t acting =
        delegation_acting(desk->context, context_delegation(desk->context, id));
    assert_true(ident_equal(acting.id, desk->qin));
    assert_true(ident_equal(acting.behalf, desk->luo));
    assert_true(person_has_role(&acting, TEXT("planning.manager")));
    assert_false(person_has_role(&acting, TEXT("production.manager")));
    assert_false(acting.administrator);
    assert_true(ident_none(context_person(desk->context, desk->qin)->behalf));
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_lets_another_act_in_a_role_that_is_not_theirs, "QP21-1", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    struct delegation body = desk_delegation(desk, desk->shi, "management.general");
    DENIED(desk, desk_grant(desk, desk->luo, &body), WRONG_ROLE, "QP21-3", "role");
    DENIED(desk, desk_grant(desk, desk->administrator, &body), WRONG_ROLE, "QP21-3", "role");
    DENIED(desk, desk_grant(desk, desk->planning, &body), NOT_A_PERSON, "", "actor");
    body.role = TEXT("king");
    DENIED(desk, desk_grant(desk, desk->jiang, &body), UNKNOWN_REFERENCE, "", "role");
    desk_destroy(&desk);
}

TEST_CLAUSE(policy_says_who_may_act_for_whom, "QP21-1", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    struct delegation body = desk_delegation(desk, desk->deng, "planning.manager");
    DENIED(desk, desk_grant(desk, desk->luo, &body), WRONG_ROLE, "QP21-3", "delegate");
    body.delegate = desk->luo;
    DENIED(desk, desk_grant(desk, desk->luo, &body), FIELD_RANGE, "", "delegate");
    body.delegate = desk->customer;
    DENIED(desk, desk_grant(desk, desk->luo, &body), UNKNOWN_REFERENCE, "", "delegate");
    ident_t colleague = desk_person(desk, "lu", "planning", "planning.manager");
    body.delegate = colleague; /* of the same role, whom nobody has to name */
    OK(desk_grant(desk, desk->luo, &body));
    desk_leave(desk, desk->qin);
    body.delegate = desk->qin;
    DENIED(desk, desk_grant(desk, desk->luo, &body), UNKNOWN_REFERENCE, "", "delegate");
    desk_destroy(&desk);
}

/* Not onward: what one holds by delegation is nobody's to pass on. */
TEST_CLAUSE(a_delegate_lets_nobody_act_in_turn, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    desk_let(desk, "planning.manager", "production.manager purchasing.manager");
    desk_adopt(desk);
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    struct delegation body = desk_delegation(desk, desk->deng, "planning.manager");
    DENIED(desk, desk_grant(desk, desk->qin, &body), WRONG_ROLE, "QP21-3", "role");
    struct command command = desk_command(desk, NULL, KIND_DELEGATION_GRANT, desk->qin, &body);
    command.mandate = id;
    DENIED(desk, desk_ask_command(desk, &command), MANDATE_ENDED, "", "mandate");
    desk_destroy(&desk);
}

TEST(a_delegation_has_a_period_to_come_of_a_year_at_most_and_a_reason) {
    desk_t *desk = desk_new_delegable();
    struct delegation body = desk_delegation(desk, desk->qin, "planning.manager");
    body.from = body.until = desk->time;
    DENIED(desk, desk_grant(desk, desk->luo, &body), FIELD_RANGE, "", "until");
    body.from = body.until = desk->time + 1;
    DENIED(desk, desk_grant(desk, desk->luo, &body), FIELD_RANGE, "", "from");
    body.until = body.from + 366 * DAY_MS + 1;
    DENIED(desk, desk_grant(desk, desk->luo, &body), FIELD_RANGE, "", "until");
    body.until--;
    body.reason = TEXT("  ");
    DENIED(desk, desk_grant(desk, desk->luo, &body), FIELD_MISSING, "", "reason");
    body.reason = TEXT("sabbatical");
    OK(desk_grant(desk, desk->luo, &body));
    body.until = body.from + DAY_MS;
    DENIED(desk, desk_grant(desk, desk->luo, &body), ALREADY, "", "delegate");
    OK(desk_end(desk, desk->luo, desk_opened(desk)));
    OK(desk_grant(desk, desk->luo, &body));
    desk_destroy(&desk);
}

TEST(without_a_procedure_nobody_has_a_role_to_act_in) {
    desk_t *desk = desk_new_delegable();
    context_t *empty = context_new();
    authority_t authority = {.person = context_person(desk->context, desk->luo)};
    struct delegation body = desk_delegation(desk, desk->qin, "planning.manager");
    struct command command = desk_command(desk, NULL, KIND_DELEGATION_GRANT, desk->luo, &body);
    problem_t problem;
    assert_int_equal(context_check(empty, &authority, &command, &body, desk->time, &problem), -1);
    assert_int_equal(problem.reason, REASON_WRONG_STATE);
    assert_false(context_reads(empty, authority.person, "orders", desk->time));
    context_destroy(&empty);
    desk_destroy(&desk);
}

/* ---- its end ---- */

TEST_CLAUSE(a_delegation_is_good_from_its_first_moment_to_its_last, "QP21-1", RULE) {
    desk_t *desk = desk_new_delegable();
    struct delegation body = desk_delegation(desk, desk->qin, "planning.manager");
    body.from = desk->time + DAY_MS;
    OK(desk_grant(desk, desk->luo, &body));
    ident_t id = desk_opened(desk);
    assert_false(holds(desk, id));
    desk->time = body.from;
    assert_true(holds(desk, id));
    desk->time = body.until;
    assert_true(holds(desk, id));
    desk->time++;
    assert_false(holds(desk, id));
    desk_destroy(&desk);
}

TEST_CLAUSE(grantor_delegate_and_administrator_end_it_and_nobody_else, "QP21-1", REFUSAL) {
    desk_t *desk = desk_new_delegable();
    const ident_t who[] = {desk->luo, desk->qin, desk->administrator};
    for (size_t i = 0; i < COUNT(who); i++) {
        ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
        DENIED(desk, desk_end(desk, desk->shi, id), WRONG_ROLE, "QP21-3", "actor");
        DENIED(desk, desk_end(desk, desk->planning, id), NOT_A_PERSON, "", "actor");
        DENIED(desk, desk_end(desk, who[i], desk->mandate), UNKNOWN_CASE, "", "object");
        OK(desk_end(desk, who[i], id));
        assert_false(holds(desk, id));
        DENIED(desk, desk_end(desk, who[i], id), ALREADY, "", "object");
    }
    desk_destroy(&desk);
}

static void change_roles(desk_t *desk, ident_t person, const char *roles) {
    const person_t *now = context_person(desk->context, person);
    struct person_change body = {.roles = desk_texts(desk, roles),
                                 .department = now->department,
                                 .name = now->name};
    desk_do(desk, KIND_PERSON_CHANGE, desk->administrator, person, &body);
}

TEST_CLAUSE(a_delegation_ends_with_the_grantors_role, "QP21-1", RULE) {
    desk_t *desk = desk_new_delegable();
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    change_roles(desk, desk->luo, "");
    assert_false(holds(desk, id));
    change_roles(desk, desk->luo, "planning.manager");
    assert_true(holds(desk, id));
    desk_leave(desk, desk->luo);
    assert_false(holds(desk, id));
    desk_destroy(&desk);
}

TEST(a_delegation_ends_with_the_delegates_own_role_and_with_their_leaving) {
    desk_t *desk = desk_new_delegable();
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    change_roles(desk, desk->qin, "purchasing.manager");
    assert_false(holds(desk, id));
    change_roles(desk, desk->qin, "production.manager");
    assert_true(holds(desk, id));
    desk_leave(desk, desk->qin);
    assert_false(holds(desk, id));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_delegation_ends_when_the_procedure_no_longer_allows_it, "QP21-5", RULE) {
    desk_t *desk = desk_new_delegable();
    ident_t id = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    desk_let(desk, "planning.manager", "");
    desk_adopt(desk);
    assert_false(holds(desk, id));
    desk_let(desk, "planning.manager", "production.manager");
    desk_adopt(desk);
    assert_true(holds(desk, id));
    desk_find_role(desk, "planning.manager")->key = TEXT("planning.chief");
    desk_adopt(desk);
    assert_false(holds(desk, id));
    desk_destroy(&desk);
}

/* ---- reading ---- */

TEST_CLAUSE(a_delegate_reads_what_the_role_reads_while_it_holds, "QP21-3", RULE) {
    desk_t *desk = desk_new_delegable();
    const person_t *qin = context_person(desk->context, desk->qin);
    assert_true(context_reads(desk->context, qin, "feedback", desk->time));
    assert_false(context_reads(desk->context, qin, "prices", desk->time));
    desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    assert_true(context_reads(desk->context, qin, "prices", desk->time));
    assert_false(context_reads(desk->context, qin, "contacts", desk->time));
    assert_false(context_reads(desk->context, qin, "prices", desk->time + 6 * DAY_MS));
    desk_destroy(&desk);
}

/* ---- the procedure ---- */

TEST(a_role_that_may_be_delegated_names_roles_of_the_procedure) {
    desk_t *desk = desk_new_delegable();
    problem_t problem;
    assert_int_equal(procedure_check(&desk->procedure, &problem), 0);
    desk_let(desk, "sales.head", "sales.king");
    assert_int_equal(procedure_check(&desk->procedure, &problem), -1);
    assert_string_equal(problem.field, "roles[0].delegates");
    desk_let(desk, "sales.head", "management.deputy sales.head");
    assert_int_equal(procedure_check(&desk->procedure, &problem), -1);
    assert_string_equal(problem.field, "roles[0].delegates");
    desk_destroy(&desk);
}
