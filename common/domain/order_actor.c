/* SPDX-License-Identifier: Apache-2.0
 *
 * order_actor: who may take a step of an order. Acts come from the procedure in force; the seats of
 * its review are review_actor's.
 */
#include "common/domain/order_rules.h"

static const kind_act_t ACTS[] = {
    {KIND_ORDER_REGISTER, ACT_REGISTER}, {KIND_ORDER_CLASSIFY, ACT_CLASSIFY},
    {KIND_ORDER_AMEND, ACT_AMEND},       {KIND_ORDER_CUSTOMER_CONFIRM, ACT_CUSTOMER_CONFIRM},
    {KIND_ORDER_DECLINE, ACT_DECLINE},   {KIND_ORDER_WITHDRAW, ACT_WITHDRAW}};

int order_actor(const case_t *head, const context_t *context, const attempt_t *attempt,
                const authority_t *authority, problem_t *problem) {
    enum act act = act_needed(ACTS, sizeof ACTS / sizeof *ACTS, attempt->kind);
    if (authority->person && act)
        return may_act(context, authority->person, act, problem);
    review_t review = {.context = context};
    if (head)
        order_review(head, context, &review);
    if (attempt->kind == KIND_ORDER_CONVENE && review.class && authority->person)
        return review_may_sit(
            &review,
            &(seat_t){review.class->convener, review.class->convener_stand_in, "QP21-3.1"},
            authority->person, problem);
    return review_actor(&review, attempt, authority, problem);
}
