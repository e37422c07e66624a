/* SPDX-License-Identifier: Apache-2.0
 *
 * order_consequence: which derived event the state calls for. Asked again and again until it says
 * none; each answer, once applied, removes its own cause. It follows the edition at the order's
 * last event, so that an adoption in between starts nothing by itself.
 */
#include "common/base/diag.h"
#include "common/domain/order_rules.h"

static bool number(const order_t *self, const context_t *context, arena_t *arena, derived_t *out) {
    const struct procedure *edition = case_edition(&self->head, context);
    if (self->head.number.n || !edition)
        return false;
    out->kind = KIND_NUMBERED;
    number_next(context, edition, SERIES_ORDER, edition->order_prefix, self->revisions[0].time,
                arena, out);
    return true;
}

static bool propose(const order_t *self, const context_t *context, arena_t *arena, derived_t *out) {
    const struct procedure *edition = case_edition(&self->head, context);
    if (order_revision(self)->proposed || !edition || edition->classes.n == 0)
        return false;
    out->kind = KIND_CLASS_PROPOSED;
    order_propose(self, context, edition, arena, &out->body.class_proposed);
    return true;
}

/* QP21-4.3.1.2, 4.3.2: once the class is confirmed, an unwritten order is the customer's own word,
   and somebody has convened where the class wants it. */
static bool open_round(const order_t *self, const context_t *context, arena_t *arena,
                       derived_t *out) {
    const order_revision_t *revision = order_revision(self);
    const struct procedure *edition = case_edition(&self->head, context);
    if (case_round(&self->head) || !edition || revision->order_class.n == 0)
        return false;
    const struct review_class *class = procedure_class(edition, revision->order_class);
    if (!class || class->reviewers.n == 0 || (class->convener.n && !self->convened) ||
        (order_oral(edition, revision) && !order_confirmed(revision)))
        return false;
    struct text_list departments = {arena_alloc(arena, class->reviewers.n * sizeof(text_t)),
                                    class->reviewers.n};
    insist(departments.at);
    for (size_t i = 0; i < departments.n; i++)
        departments.at[i] = class->reviewers.at[i].department;
    review_t review;
    order_review(&self->head, context, &review);
    return review_open(&review, departments, out);
}

static bool tally(const order_t *self, const context_t *context, arena_t *arena, derived_t *out) {
    (void) arena;
    review_t review;
    order_review(&self->head, context, &review);
    return review_tally(&review, out);
}

/* QP21-4.3.1.1, 4.3.2: the signature that says so completes the review. */
static bool complete(const order_t *self, const context_t *context, arena_t *arena,
                     derived_t *out) {
    (void) context, (void) arena;
    const round_t *round = case_round(&self->head);
    out->kind = KIND_REVIEW_COMPLETED;
    out->body.became = (struct became){.revision = order_revision(self)->no};
    for (size_t i = 0; round && !self->review_completed && i < round->signatures_n; i++)
        if (round->signatures[i].meaning == MEANING_COMPLETE)
            return true;
    return false;
}

/* QP21-4.4.1: whatever the last step says, with it the order is effective. */
static bool become_effective(const order_t *self, const context_t *context, arena_t *arena,
                             derived_t *out) {
    (void) arena;
    const struct procedure *edition = case_edition(&self->head, context);
    const struct review_class *class =
        edition ? procedure_class(edition, order_revision(self)->order_class) : NULL;
    out->kind = KIND_ORDER_EFFECTIVE;
    out->body.became = (struct became){.revision = order_revision(self)->no};
    return self->state == ORDER_AWAITING_SIGNATURE && class &&
           case_round(&self->head)->signatures_n >= class->steps.n;
}

bool order_consequence(const case_t *head, const context_t *context, arena_t *arena,
                       derived_t *out) {
    static bool (*const NEXT[])(const order_t *, const context_t *, arena_t *, derived_t *) = {
        number, propose, open_round, tally, complete, become_effective};
    const order_t *self = order_of_const(head);
    for (size_t i = 0; !order_ended(self) && i < sizeof NEXT / sizeof *NEXT; i++)
        if (NEXT[i](self, context, arena, out))
            return true;
    return false;
}
