/* SPDX-License-Identifier: Apache-2.0
 *
 * order_waiting: what would bring an order on, and whose turn it is.
 */
#include "common/domain/order_rules.h"

/* A class of an older edition, or one that wants no convener any more, is confirmed again under the
 * one in force. */
static void wait_for_opening(const order_t *self, const context_t *context, sheet_t *sheet) {
    const struct review_class *class = order_class_of(self, context);
    bool unsaid = order_oral(case_procedure(&self->head, context), order_revision(self)) &&
                  !order_confirmed(order_revision(self));
    bool convening = class && class->convener.n && !self->convened;
    if (unsaid)
        sheet_add_act(sheet, KIND_ORDER_CUSTOMER_CONFIRM, ACT_CUSTOMER_CONFIRM);
    if (!class || (!unsaid && !convening))
        sheet_add_act(sheet, KIND_ORDER_CLASSIFY, ACT_CLASSIFY);
    else if (!unsaid)
        sheet_add(sheet, (waiting_t){.kind = KIND_ORDER_CONVENE,
                               .role = class->convener,
                               .stand_in = class->convener_stand_in});
}

void order_waiting(const case_t *head, const context_t *context, sheet_t *sheet) {
    const order_t *self = order_of_const(head);
    review_t review;
    order_review(head, context, &review);
    switch (self->state) {
    case ORDER_REGISTERED:
    case ORDER_AWAITING_CUSTOMER:
        wait_for_opening(self, context, sheet);
        break;
    case ORDER_TO_NEGOTIATE:
        sheet_add_act(sheet, KIND_ORDER_AMEND, ACT_AMEND);
        sheet_add_act(sheet, KIND_ORDER_DECLINE, ACT_DECLINE);
        sheet_add_act(sheet, KIND_ORDER_WITHDRAW, ACT_WITHDRAW);
        break;
    case ORDER_IN_REVIEW:
    case ORDER_AWAITING_SIGNATURE:
        review_waiting(&review, sheet);
        break;
    case ORDER_NEW:
    case ORDER_IS_EFFECTIVE:
    case ORDER_WITHDRAWN:
    case ORDER_DECLINED:
        break;
    }
}

/* QP21-4.2.3 from the first word on, 4.3.2 once the class is known. */
instant_t order_begun(const case_t *head, enum stage stage) {
    const order_revision_t *revision = order_revision(order_of_const(head));
    instant_t registered = {revision->position, revision->time};
    if (stage == STAGE_CONVENE && revision->prepared)
        return (instant_t){revision->prepared, revision->prepared_at};
    if (stage == STAGE_CONFIRM || stage == STAGE_CLASSIFY || stage == STAGE_CONVENE)
        return registered;
    return case_round(head) ? review_begun(case_round(head), stage) : registered;
}

text_t order_class_key(const case_t *head, const context_t *context) {
    (void) context;
    const order_revision_t *revision = order_revision(order_of_const(head));
    return revision->order_class.n || !revision->proposed ? revision->order_class
                                                          : revision->proposed->order_class;
}
