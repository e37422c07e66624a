/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may take a step, asked alone: the answer does not lean on the state of the order or on what
 * is looked at before it.
 */
#include "common/domain/order_rules.h"
#include "tests/unit/domain/order_desk.h"

static reason_t ask_person(desk_t *desk, const order_t *order, ident_t person, kind_t kind) {
    authority_t authority = {.person = context_person(desk->context, person)};
    desk->problem = (problem_t){.reason = REASON_NONE};
    order_actor(&order->head, desk->context, &(attempt_t){.kind = kind}, &authority, &desk->problem);
    return desk->problem.reason;
}

static reason_t ask_daemon(desk_t *desk, const order_t *order, const daemon_entry_t *daemon,
                           kind_t kind) {
    authority_t authority = {.daemon = daemon};
    attempt_t step = {.kind = kind, .department = TEXT("planning")};
    desk->problem = (problem_t){.reason = REASON_NONE};
    order_actor(&order->head, desk->context, &step, &authority, &desk->problem);
    return desk->problem.reason;
}

TEST(nobody_takes_a_seat_that_there_is_not) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk); /* this class has no convener, no stand-in */
    REFUSED(ask_person(desk, order, desk->shi, KIND_ORDER_CONVENE), WRONG_ROLE);
    REFUSED(ask_person(desk, order, desk->jiang, KIND_ORDER_CONVENE), WRONG_ROLE);
    REFUSED(ask_person(desk, order, desk->luo, KIND_ROUND_SIGN), WRONG_ROLE); /* none is awaited */
    struct order_content content = desk_content(desk);
    order = desk_registered(desk, &content); /* of no class yet */
    REFUSED(ask_person(desk, order, desk->shi, KIND_ORDER_CONVENE), WRONG_ROLE);
    REFUSED(ask_person(desk, order, desk->song, KIND_ROUND_CONCLUDE), WRONG_ROLE);
    desk_destroy(&desk);
}

TEST(a_daemon_says_what_its_department_is_asked_and_decides_nothing) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    const daemon_entry_t *planning = context_daemon(desk->context, desk->planning);
    OK(ask_daemon(desk, order, planning, KIND_ROUND_VERDICT));
    OK(ask_daemon(desk, order, planning, KIND_ROUND_ADVISE));
    REFUSED(ask_daemon(desk, order, planning, KIND_ROUND_RETRACT), NOT_A_PERSON);
    REFUSED(ask_daemon(desk, order, planning, KIND_ROUND_SIGN), NOT_A_PERSON);
    daemon_entry_t other = *planning;
    other.revoked = true;
    REFUSED(ask_daemon(desk, order, &other, KIND_ROUND_VERDICT), WRONG_ROLE);
    other = *planning;
    other.part = PART_FOLLOWER;
    REFUSED(ask_daemon(desk, order, &other, KIND_ROUND_VERDICT), WRONG_ROLE);
    other = *planning;
    other.department = TEXT("sales");
    REFUSED(ask_daemon(desk, order, &other, KIND_ROUND_VERDICT), WRONG_ROLE);
    desk_destroy(&desk);
}
