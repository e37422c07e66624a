/* SPDX-License-Identifier: Apache-2.0
 *
 * order: what can be asked of an order that was folded: its current revision and round, the edition
 * of the procedure that it runs under, the state that its facts make.
 */
#include "common/domain/order.h"

#include <stdlib.h>

#include "common/base/memory.h"
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

order_t *order_new(ident_t id) {
    order_t *self = memory_new(1, sizeof *self);
    self->id = id;
    self->arena = arena_new(0);
    return self;
}

void order_destroy(order_t **self_p) {
    if (!self_p || !*self_p)
        return;
    arena_destroy(&(*self_p)->arena);
    free(*self_p);
    *self_p = NULL;
}

const order_revision_t *order_revision(const order_t *self) {
    return self->revisions_n ? &self->revisions[self->revisions_n - 1] : NULL;
}

const round_t *order_round(const order_t *self) {
    if (self->rounds_n == 0 || self->rounds[self->rounds_n - 1].superseded)
        return NULL;
    return &self->rounds[self->rounds_n - 1];
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

const struct procedure *order_procedure(const order_t *self, const context_t *context) {
    const round_t *round = order_round(self);
    return round ? context_procedure_at(context, round->procedure) : context_procedure(context);
}

const struct procedure *order_edition(const order_t *self, const context_t *context) {
    const round_t *round = order_round(self);
    return context_procedure_at(context, round ? round->procedure : self->edition);
}

static const struct order_class *class_in(const struct procedure *edition,
                                          const order_revision_t *revision) {
    if (!edition || !revision || revision->order_class.n == 0)
        return NULL;
    return procedure_class(edition, revision->order_class);
}

const struct order_class *order_class_of(const order_t *self, const context_t *context) {
    return class_in(order_procedure(self, context), order_revision(self));
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

const struct step *order_next_step(const order_t *self, const context_t *context) {
    const round_t *round = order_round(self);
    const struct order_class *class = class_in(order_edition(self, context), order_revision(self));
    if (!round || !class || !round->conclusion || round->conclusion->outcome != OUTCOME_ABLE ||
        round->signatures_n >= class->steps.n)
        return NULL;
    return &class->steps.at[round->signatures_n];
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
    const round_t *round = order_round(self);
    if (round && round->conclusion)
        return round->conclusion->outcome == OUTCOME_ABLE ? ORDER_AWAITING_SIGNATURE
                                                          : ORDER_TO_NEGOTIATE;
    if (round)
        return ORDER_IN_REVIEW;
    const struct procedure *edition = order_edition(self, context);
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
