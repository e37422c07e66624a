/* SPDX-License-Identifier: Apache-2.0
 *
 * order_apply: the fold of an order's events. Total: whatever can be decoded is folded, and what
 * makes no sense in a state changes nothing but the count. Deterministic: of the context only
 * editions of the procedure by their position are read, never the one in force, so that folding
 * again years later gives the same order.
 */
#include "common/domain/order_rules.h"

static order_revision_t *current(order_t *self) { return &self->revisions[self->revisions_n - 1]; }

static order_revision_t *add_revision(order_t *self, const decoded_t *event,
                                      const struct order_content *content) {
    self->revisions =
        keep_grow(self->head.arena, self->revisions, self->revisions_n, sizeof *self->revisions);
    order_revision_t *revision = &self->revisions[self->revisions_n++];
    const struct order_content *kept = keep(self->head.arena, &order_content_record, content);
    *revision = (order_revision_t){.no = (int64_t) self->revisions_n,
                                   .position = (position_t) event->event.position,
                                   .time = event->event.time,
                                   .author = event->command.actor,
                                   .mandate = event->command.mandate,
                                   .content = kept,
                                   .digest = order_digest(kept)};
    self->head.revision = revision->no;
    self->head.digest = revision->digest;
    self->head.author = revision->author;
    self->head.author_mandate = revision->mandate;
    return revision;
}

static void apply_register(order_t *self, const decoded_t *event) {
    if (self->revisions_n)
        return;
    add_revision(self, event, event->body);
    self->head.registrant = event->command.actor;
    self->head.registrant_mandate = event->command.mandate;
}

/* QP21-4.4.3: nothing decided on the old revision counts for the new one. */
static void apply_amend(order_t *self, const decoded_t *event) {
    const struct amend *body = event->body;
    if (body->content.n == 0)
        return;
    order_revision_t *revision = add_revision(self, event, &body->content.at[0]);
    revision->reason = arena_text(self->head.arena, body->reason);
    if (body->agreement.n) {
        revision->agreement = keep(self->head.arena, &confirmation_record, &body->agreement.at[0]);
        if (revision->content->channel != CHANNEL_WRITTEN)
            revision->confirmed = revision->agreement;
    }
    case_supersede_rounds(&self->head);
    self->effective = 0;
    self->review_completed = false;
}

/* A class confirmed stays confirmed where the rules say of the new revision what they said of the
   old one, or where they again propose what the person had chosen. */
static void carry_class(order_t *self, const decoded_t *event) {
    if (self->revisions_n < 2)
        return;
    const order_revision_t *old = &self->revisions[self->revisions_n - 2];
    order_revision_t *revision = current(self);
    if (!old->proposed || old->order_class.n == 0 || revision->order_class.n)
        return;
    bool same = record_equal(
        &class_proposed_record,
        &(struct class_proposed){revision->no, old->proposed->order_class, old->proposed->reasons},
        revision->proposed);
    bool as_chosen = text_equal(old->proposed->order_class, revision->proposed->order_class) &&
                     text_equal(old->order_class, revision->proposed->order_class);
    if (!same && !as_chosen)
        return;
    revision->order_class = old->order_class;
    revision->class_reason = old->class_reason;
    revision->classifier = old->classifier;
    revision->classifier_mandate = old->classifier_mandate;
    revision->classified_under = (position_t) event->event.procedure;
}

/* The next thing before the review is waited for from now on. */
static void prepare(order_t *self, const decoded_t *event) {
    current(self)->prepared = (position_t) event->event.position;
    current(self)->prepared_at = event->event.time;
}

static void apply_proposed(order_t *self, const decoded_t *event) {
    current(self)->proposed = keep(self->head.arena, &class_proposed_record, event->body);
    carry_class(self, event);
}

static void apply_classify(order_t *self, const decoded_t *event) {
    const struct classify *body = event->body;
    order_revision_t *revision = current(self);
    revision->order_class = arena_text(self->head.arena, body->order_class);
    revision->class_reason = arena_text(self->head.arena, body->reason);
    revision->classifier = event->command.actor;
    revision->classifier_mandate = event->command.mandate;
    revision->classified_under = (position_t) event->event.procedure;
    if (self->convened && !text_equal(self->convened_class, revision->order_class))
        self->convened = false;
    prepare(self, event);
}

/* Before the review it confirms an unwritten order (QP21-4.3.1.2), after it it is the customer's
 * signature (4.4.1). */
static void apply_customer_confirm(order_t *self, const decoded_t *event) {
    const struct confirmation *body = keep(self->head.arena, &confirmation_record, event->body);
    if (self->state == ORDER_AWAITING_SIGNATURE) {
        current(self)->contract = body;
        round_apply_signature(case_open_round(&self->head), self->head.arena, event,
                              MEANING_CUSTOMER);
    } else {
        order_revision_t *revision = current(self);
        revision->confirmed = body;
        revision->confirmer = event->command.actor;
        revision->confirmer_mandate = event->command.mandate;
        revision->confirmed_at = event->event.time;
        prepare(self, event);
    }
}

static void apply_convene(order_t *self, const decoded_t *event) {
    self->convened = true;
    self->convened_class = current(self)->order_class;
    self->convener = event->command.actor;
    self->convener_mandate = event->command.mandate;
}

static void apply_completed(order_t *self, const decoded_t *event) {
    self->review_completed = true;
    current(self)->completed = (position_t) event->event.position;
}

static void apply_effective(order_t *self, const decoded_t *event) {
    self->effective = (position_t) event->event.position;
    current(self)->effective = self->effective;
}

static void apply_numbered(order_t *self, const decoded_t *event) {
    self->head.number = arena_text(self->head.arena, ((const struct numbered *) event->body)->number);
}

static void apply_decline(order_t *self, const decoded_t *event) {
    self->end_reason = arena_text(self->head.arena, ((const struct decline *) event->body)->reason);
    self->state = ORDER_DECLINED;
}

static void apply_withdraw(order_t *self, const decoded_t *event) {
    self->end_reason = arena_text(self->head.arena, ((const struct withdraw *) event->body)->reason);
    self->state = ORDER_WITHDRAWN;
}

static const struct {
    kind_t kind;
    void (*apply)(order_t *self, const decoded_t *event);
} FOLDS[] = {
    {KIND_ORDER_REGISTER, apply_register},
    {KIND_ORDER_CLASSIFY, apply_classify},
    {KIND_ORDER_CUSTOMER_CONFIRM, apply_customer_confirm},
    {KIND_ORDER_CONVENE, apply_convene},
    {KIND_ORDER_AMEND, apply_amend},
    {KIND_ORDER_DECLINE, apply_decline},
    {KIND_ORDER_WITHDRAW, apply_withdraw},
    {KIND_NUMBERED, apply_numbered},
    {KIND_CLASS_PROPOSED, apply_proposed},
    {KIND_REVIEW_COMPLETED, apply_completed},
    {KIND_ORDER_EFFECTIVE, apply_effective},
};

void order_apply(case_t *head, const context_t *context, const decoded_t *event) {
    order_t *self = order_of(head);
    for (size_t i = 0; i < sizeof FOLDS / sizeof *FOLDS; i++)
        if (FOLDS[i].kind == event->info->kind)
            FOLDS[i].apply(self, event);
    case_apply_review(head, event, &scale_fulfilment);
    self->state = order_settle(self, context);
}
