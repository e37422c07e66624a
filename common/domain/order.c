/* SPDX-License-Identifier: Apache-2.0
 *
 * order: what can be asked of an order that was folded: its current revision and round, the edition
 * of the procedure that it runs under, the state that its facts make.
 */
#include "common/domain/order.h"

#include "common/crypto/hash.h"
#include "common/crypto/keys.h"
#include "common/domain/order_rules.h"

const char *order_state_name(order_state_t state) {
    switch (state) {
    case ORDER_NEW:
        return "new";
    case ORDER_REGISTERED:
        return "registered";
    case ORDER_AWAITING_CUSTOMER:
        return "awaiting customer";
    case ORDER_IN_REVIEW:
        return "in review";
    case ORDER_TO_NEGOTIATE:
        return "to negotiate";
    case ORDER_AWAITING_SIGNATURE:
        return "awaiting signature";
    case ORDER_IS_EFFECTIVE:
        return "effective";
    case ORDER_WITHDRAWN:
        return "withdrawn";
    case ORDER_DECLINED:
        return "declined";
    }
    return "unknown";
}

order_t *order_new(ident_t id) { return order_of(case_new(&order_ops, id)); }

void order_destroy(order_t **self_p) {
    case_t *head = self_p && *self_p ? &(*self_p)->head : NULL;
    case_destroy(&head);
    if (self_p)
        *self_p = NULL;
}

order_t *order_of(case_t *self) {
    return self && self->ops == &order_ops ? (order_t *) (void *) self : NULL;
}

const order_t *order_of_const(const case_t *self) {
    return self && self->ops == &order_ops ? (const order_t *) (const void *) self : NULL;
}

const order_revision_t *order_revision(const order_t *self) {
    return self->revisions_n ? &self->revisions[self->revisions_n - 1] : NULL;
}

bool order_ended(const order_t *self) {
    return self->state == ORDER_WITHDRAWN || self->state == ORDER_DECLINED;
}

bool order_open(const order_t *self) {
    return !order_ended(self) && self->state != ORDER_IS_EFFECTIVE;
}

digest_t order_digest(const struct order_content *content) {
    buffer_t bytes = {0};
    record_encode(&order_content_record, content, &bytes, NULL);
    digest_t digest = hash_domain(DOMAIN_REQUIREMENTS, buffer_bytes(&bytes));
    buffer_free(&bytes);
    return digest;
}

static const struct review_class *class_in(const struct procedure *edition,
                                          const order_revision_t *revision) {
    if (!edition || !revision || revision->order_class.n == 0)
        return NULL;
    return procedure_class(edition, revision->order_class);
}

const struct review_class *order_class_of(const order_t *self, const context_t *context) {
    return class_in(case_procedure(&self->head, context), order_revision(self));
}

bool order_oral(const struct procedure *edition, const order_revision_t *revision) {
    for (size_t i = 0; edition && i < edition->oral_channels.n; i++)
        if (edition->oral_channels.at[i] == (int64_t) revision->content->channel)
            return true;
    return false;
}

/* QP21-4.4.3: the agreement to an amendment is the customer's word on the whole order as amended.
 */
bool order_confirmed(const order_revision_t *revision) {
    return revision->confirmed || revision->agreement;
}

void order_review(const case_t *head, const context_t *context, review_t *out) {
    const order_t *self = order_of_const(head);
    *out = (review_t){.of = head,
                      .context = context,
                      .edition = case_procedure(head, context),
                      .class = order_class_of(self, context),
                      .round = case_round(head),
                      .scale = &scale_fulfilment,
                      .completed = self->review_completed};
}

/* Judged by the edition at the order's last event, so that a later adoption changes no state by
 * itself. */
order_state_t order_settle(const order_t *self, const context_t *context) {
    const order_revision_t *revision = order_revision(self);
    if (!revision)
        return ORDER_NEW;
    if (order_ended(self))
        return self->state;
    if (self->effective)
        return ORDER_IS_EFFECTIVE;
    const round_t *round = case_round(&self->head);
    if (round && round->conclusion)
        return round->conclusion->outcome == OUTCOME_ABLE ? ORDER_AWAITING_SIGNATURE
                                                          : ORDER_TO_NEGOTIATE;
    if (round)
        return ORDER_IN_REVIEW;
    const struct procedure *edition = case_edition(&self->head, context);
    if (class_in(edition, revision) && order_oral(edition, revision) && !order_confirmed(revision))
        return ORDER_AWAITING_CUSTOMER;
    return ORDER_REGISTERED;
}

bool content_has_line(const struct order_content *content, int64_t line) {
    for (size_t i = 0; i < content->lines.n; i++)
        if (content->lines.at[i].no == line)
            return true;
    return false;
}

/* ---- as a case ---- */

static const char *state_name(const case_t *self) {
    return order_state_name(order_of_const(self)->state);
}

static standing_t standing(const case_t *self) {
    const order_t *order = order_of_const(self);
    return order_ended(order) ? STANDING_ENDED
           : order->effective ? STANDING_SETTLED
                              : STANDING_OPEN;
}

const case_ops_t order_ops = {
    .scope = SCOPE_ORDER,
    .name = "order",
    .right = "orders",
    .size = sizeof(order_t),
    .apply = order_apply,
    .review = order_review,
    .state = order_state,
    .actor = order_actor,
    .body = order_body,
    .consequence = order_consequence,
    .waiting = order_waiting,
    .begun = order_begun,
    .class_key = order_class_key,
    .invariant = order_invariant,
    .state_name = state_name,
    .standing = standing,
};
