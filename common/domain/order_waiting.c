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
