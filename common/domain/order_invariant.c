/* SPDX-License-Identifier: Apache-2.0
 *
 * order_invariant: what holds of every order after every step, beside what holds of every case's
 * review (review_invariant). Written against the clauses, not against the checks.
 */
#include "common/domain/order_rules.h"

static const char *revisions_hold(const order_t *self) {
    for (size_t i = 0; i < self->revisions_n; i++) {
        const order_revision_t *revision = &self->revisions[i];
        if (revision->no != (int64_t) i + 1)
            return "revisions are numbered from 1 without a gap";
        if (i && revision->position <= self->revisions[i - 1].position)
            return "revisions ascend by position";
        if (i && !revision->agreement)
            return "QP21-4.4.3: a change is agreed with the customer";
        if (revision->order_class.n && !revision->proposed)
            return "QP21-4.2.3: a class is proposed before it is confirmed";
        if (i + 1 < self->revisions_n && revision->effective &&
            revision->effective > self->revisions[i + 1].position)
            return "an old revision does not become effective";
    }
    return NULL;
}

static const char *rounds_hold(const order_t *self) {
    for (size_t i = 0; i < self->head.rounds_n; i++) {
        const round_t *round = &self->head.rounds[i];
        if (!digest_equal(round->digest, self->revisions[round->revision - 1].digest))
            return "a round reviews the content of its revision";
    }
    return NULL;
}

static const char *current_round_holds(const order_t *self, const review_t *review) {
    const round_t *round = review->round;
    if (order_oral(review->edition, order_revision(self)) &&
        !order_confirmed(order_revision(self)))
        return "QP21-4.3.1.2: an unwritten order is confirmed before its review";
    if (review->class->convener.n && !self->convened)
        return "QP21-4.3.2: a special order's review is convened";
    for (size_t i = 0; i < review->class->reviewers.n; i++)
        if (!round_asks(round, review->class->reviewers.at[i].department))
            return "QP21-4.3.2: every department of the class is asked";
    bool complete = false;
    for (size_t i = 0; i < round->signatures_n; i++)
        complete = complete || round->signatures[i].meaning == MEANING_COMPLETE;
    if (self->review_completed && !complete)
        return "QP21-4.3.1.1: a signature completes the review";
    if (self->effective && round->signatures_n != review->class->steps.n)
        return "QP21-4.4.1: effective only with every signature";
    return NULL;
}

static const char *state_holds(const order_t *self, const round_t *round) {
    if (self->effective && !round)
        return "QP21-4.2.1: nothing is effective without a review";
    if (order_ended(self) && self->end_reason.n == 0)
        return "declined and withdrawn carry their reason";
    if (self->state == ORDER_IS_EFFECTIVE && !self->effective)
        return "the state says effective, the record does not";
    if (self->effective && self->revisions[self->revisions_n - 1].effective != self->effective)
        return "effective speaks of the current revision";
    if (self->review_completed && !round)
        return "QP21-4.4.3: completion does not outlive its round";
    return NULL;
}

const char *order_invariant(const case_t *head, const context_t *context) {
    const order_t *self = order_of_const(head);
    review_t review;
    if (self->revisions_n == 0)
        return self->state == ORDER_NEW ? NULL : "an order begins with its registration";
    if (self->state != order_settle(self, context))
        return "the state is what the facts make it";
    order_review(head, context, &review);
    const char *broken = revisions_hold(self);
    if (!broken)
        broken = review_invariant(&review);
    if (!broken)
        broken = rounds_hold(self);
    if (!broken)
        broken = state_holds(self, review.round);
    return broken || !review.round ? broken : current_round_holds(self, &review);
}
