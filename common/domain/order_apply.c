/* SPDX-License-Identifier: Apache-2.0
 *
 * order_apply: the fold of an order's events. Total: whatever can be decoded is folded, and what
 * makes no sense in a state changes nothing but the count. Deterministic: of the context only
 * editions of the procedure by their position are read, never the one in force, so that folding
 * again years later gives the same order.
 */
#include "common/domain/order_rules.h"

static order_revision_t *current(order_t *self) { return &self->revisions[self->revisions_n - 1]; }

static round_t *open_round(order_t *self) {
    return order_round(self) ? &self->rounds[self->rounds_n - 1] : NULL;
}

static order_revision_t *add_revision(order_t *self, const decoded_t *event,
                                      const struct order_content *content) {
    self->revisions =
        keep_grow(self->arena, self->revisions, self->revisions_n, sizeof *self->revisions);
    order_revision_t *revision = &self->revisions[self->revisions_n++];
    const struct order_content *kept = keep(self->arena, &order_content_record, content);
    *revision = (order_revision_t){.no = (int64_t) self->revisions_n,
                                   .position = (position_t) event->event.position,
                                   .time = event->event.time,
                                   .author = event->command.actor,
                                   .content = kept,
                                   .digest = order_digest(kept)};
    return revision;
}

static void apply_register(order_t *self, const decoded_t *event) {
    if (self->revisions_n)
        return;
    add_revision(self, event, event->body);
    self->registrant = event->command.actor;
}

static void supersede_rounds(order_t *self) {
    for (size_t i = 0; i < self->rounds_n; i++)
        self->rounds[i].superseded = true;
}

/* QP21-4.4.3: nothing decided on the old revision counts for the new one. */
static void apply_amend(order_t *self, const decoded_t *event) {
    const struct amend *body = event->body;
    if (body->content.n == 0)
        return;
    order_revision_t *revision = add_revision(self, event, &body->content.at[0]);
    revision->reason = arena_text(self->arena, body->reason);
    if (body->agreement.n) {
        revision->agreement = keep(self->arena, &confirmation_record, &body->agreement.at[0]);
        if (revision->content->channel != CHANNEL_WRITTEN)
            revision->confirmed = revision->agreement;
    }
    supersede_rounds(self);
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
    revision->classified_under = (position_t) event->event.procedure;
}

static void apply_proposed(order_t *self, const decoded_t *event) {
    current(self)->proposed = keep(self->arena, &class_proposed_record, event->body);
    carry_class(self, event);
}

static void apply_classify(order_t *self, const decoded_t *event) {
    const struct classify *body = event->body;
    order_revision_t *revision = current(self);
    revision->order_class = arena_text(self->arena, body->order_class);
    revision->class_reason = arena_text(self->arena, body->reason);
    revision->classifier = event->command.actor;
    revision->classified_under = (position_t) event->event.procedure;
    if (self->convened && !text_equal(self->convened_class, revision->order_class))
        self->convened = false;
}

/* Before the review it confirms an unwritten order (QP21-4.3.1.2), after it it is the customer's
 * signature (4.4.1). */
static void apply_customer_confirm(order_t *self, const decoded_t *event) {
    const struct confirmation *body = keep(self->arena, &confirmation_record, event->body);
    if (self->state == ORDER_AWAITING_SIGNATURE) {
        current(self)->contract = body;
        round_apply_signature(open_round(self), self->arena, event, MEANING_CUSTOMER);
    } else
        current(self)->confirmed = body;
}

static void apply_convene(order_t *self, const decoded_t *event) {
    self->convened = true;
    self->convened_class = current(self)->order_class;
    self->convener = event->command.actor;
}

static void apply_opened(order_t *self, const decoded_t *event) {
    const struct round_opened *body = keep(self->arena, &round_opened_record, event->body);
    supersede_rounds(self);
    self->rounds = keep_grow(self->arena, self->rounds, self->rounds_n, sizeof *self->rounds);
    self->rounds[self->rounds_n++] = (round_t){.no = body->round,
                                               .revision = body->revision,
                                               .digest = body->digest,
                                               .opened = (position_t) event->event.position,
                                               .procedure = (position_t) body->procedure,
                                               .opened_at = event->event.time,
                                               .departments = body->departments};
}

static void apply_verdict(order_t *self, const decoded_t *event) {
    if (open_round(self))
        round_apply_verdict(open_round(self), self->arena, event);
}

static void apply_retract(order_t *self, const decoded_t *event) {
    if (open_round(self))
        round_apply_retract(open_round(self), event);
}

static void apply_advise(order_t *self, const decoded_t *event) {
    if (open_round(self))
        round_apply_advice(open_round(self), self->arena, event);
}

static void apply_tallied(order_t *self, const decoded_t *event) {
    if (open_round(self))
        round_apply_tallied(open_round(self), event);
}

static void apply_conclude(order_t *self, const decoded_t *event) {
    if (open_round(self))
        round_apply_conclude(open_round(self), self->arena, event);
}

static void apply_sign(order_t *self, const decoded_t *event) {
    if (open_round(self))
        round_apply_signature(open_round(self), self->arena, event,
                              ((const struct sign *) event->body)->meaning);
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
    self->number = arena_text(self->arena, ((const struct numbered *) event->body)->number);
}

static void apply_decline(order_t *self, const decoded_t *event) {
    self->end_reason = arena_text(self->arena, ((const struct decline *) event->body)->reason);
    self->state = ORDER_DECLINED;
}

static void apply_withdraw(order_t *self, const decoded_t *event) {
    self->end_reason = arena_text(self->arena, ((const struct withdraw *) event->body)->reason);
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
    {KIND_ORDER_VERDICT, apply_verdict},
    {KIND_ORDER_RETRACT, apply_retract},
    {KIND_ORDER_ADVISE, apply_advise},
    {KIND_ORDER_CONCLUDE, apply_conclude},
    {KIND_ORDER_SIGN, apply_sign},
    {KIND_ORDER_AMEND, apply_amend},
    {KIND_ORDER_DECLINE, apply_decline},
    {KIND_ORDER_WITHDRAW, apply_withdraw},
    {KIND_NUMBERED, apply_numbered},
    {KIND_CLASS_PROPOSED, apply_proposed},
    {KIND_ROUND_OPENED, apply_opened},
    {KIND_ROUND_TALLIED, apply_tallied},
    {KIND_REVIEW_COMPLETED, apply_completed},
    {KIND_ORDER_EFFECTIVE, apply_effective},
};

void order_apply(order_t *self, const context_t *context, const decoded_t *event) {
    if (event->info->scope != SCOPE_ORDER)
        return;
    self->version++;
    self->last = (position_t) event->event.position;
    self->last_time = event->event.time;
    self->edition = (position_t) event->event.procedure;
    if (!event->derived)
        self->last_command = self->last;
    if (self->revisions_n == 0 && event->info->kind != KIND_ORDER_REGISTER)
        return;
    for (size_t i = 0; i < sizeof FOLDS / sizeof *FOLDS; i++)
        if (FOLDS[i].kind == event->info->kind)
            FOLDS[i].apply(self, event);
    self->state = order_settle(self, context);
}
