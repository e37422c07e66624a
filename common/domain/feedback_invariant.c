/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_invariant: what holds of feedback after every step, written against the clauses, not
 * against the checks, so that one can find the other's mistakes.
 */
#include "common/domain/feedback_rules.h"

static const char *revisions_hold(const feedback_t *self) {
    for (size_t i = 0; i < self->revisions_n; i++) {
        const feedback_revision_t *revision = &self->revisions[i];
        if (revision->no != (int64_t) i + 1)
            return "revisions are numbered from 1 without a gap";
        if (i && revision->reason.n == 0)
            return "QP21-4.6: a change of what was said has its reason";
    }
    return NULL;
}

static const char *disposition_holds(const feedback_t *self, const review_t *review) {
    const round_t *round = review->round;
    if (self->disposed && (!round || !round->conclusion || !review_signed(review)))
        return "QP21-4.6: no disposition without its review and its signatures";
    if (round && self->has_answer && !self->disposed)
        return "QP21-4.6: no answer before the disposition";
    if (self->state == FEEDBACK_TO_ANSWER && round && !self->disposed)
        return "QP21-4.6: nothing is answered that is still looked into";
    return NULL;
}

/* ISO 10002 7.9, ISO 9001 10.2.1 d: at the moment of closing. */
static const char *closing_holds(const feedback_t *self, const context_t *context) {
    const struct review_class *class = feedback_class(self, case_edition(&self->head, context));
    const said_t *closed = said_last(&self->closed);
    if (!self->is_closed || !closed || closed->position != self->head.last)
        return self->is_closed && !closed ? "closed by nobody" : NULL;
    if (feedback_held_open(self, class))
        return "QP21-1: not closed before its actions are";
    const struct closing *body = closed->body;
    if (body->ending != ENDING_WITHDRAWN && !self->has_answer)
        return "ISO 10002 7.9: closed without an answer";
    return NULL;
}

const char *feedback_invariant(const case_t *head, const context_t *context) {
    const feedback_t *self = feedback_of_const(head);
    review_t review;
    if (self->revisions_n == 0)
        return self->state == FEEDBACK_NEW ? NULL : "feedback begins with its registration";
    if (self->state != feedback_settle(self, context))
        return "the state is what the facts make it";
    feedback_review(head, context, &review);
    const char *broken = revisions_hold(self);
    if (!broken)
        broken = review_invariant(&review);
    if (!broken)
        broken = disposition_holds(self, &review);
    return broken ? broken : closing_holds(self, context);
}
