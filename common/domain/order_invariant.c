/* SPDX-License-Identifier: Apache-2.0
 *
 * order_invariant: what holds of every order after every step, whatever was asked of it. It is
 * written against the clauses, not against order_check, so that one can find the other's mistakes.
 * It holds between a step and its consequences, too.
 */
#include "common/domain/order_rules.h"

typedef struct view {
    const order_t *order;
    const order_revision_t *revision;
    const round_t *round;
    const struct procedure *edition;
    const struct order_class *class;
} view_t;

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

static const char *standing_holds(const round_t *round) {
    for (size_t i = 0; i < round->verdicts_n; i++) {
        if (!round->verdicts[i].standing)
            continue;
        text_t department = round->verdicts[i].body->department;
        if (round->verdicts[i].retracted)
            return "a verdict taken back does not stand";
        if (!round_asks(round, department))
            return "QP21-4.3.2: only departments that were asked speak";
        if (round_standing(round, department) != &round->verdicts[i])
            return "a department has one standing verdict";
    }
    return NULL;
}

static const char *tally_holds(const round_t *round) {
    struct tallied tally;
    bool complete = round_tally(round, &tally);
    if (round->tallied && !round->tally_stale && (!complete || tally.outcome != round->tally))
        return "a tally that is not stale says what the verdicts say";
    if (!round->conclusion)
        return NULL;
    if (!round->tallied || round->tally_stale)
        return "QP21-4.3.2: the conclusion follows the tally";
    if (round->conclusion->outcome == OUTCOME_ABLE && tally.outcome != OUTCOME_ABLE)
        return "QP21-4.2.2 c: able needs every department's yes";
    return NULL;
}

static const char *rounds_hold(const order_t *self) {
    for (size_t i = 0; i < self->rounds_n; i++) {
        const round_t *round = &self->rounds[i];
        if (round->no != (int64_t) i + 1)
            return "rounds are numbered from 1 without a gap";
        if (!round->superseded && i + 1 < self->rounds_n)
            return "only the last round can be open";
        if (round->revision < 1 || round->revision > (int64_t) self->revisions_n ||
            !digest_equal(round->digest, self->revisions[round->revision - 1].digest))
            return "a round reviews the content of its revision";
        if (!round->conclusion && round->signatures_n)
            return "QP21-4.2.1: nothing is signed before the conclusion";
        const char *broken = standing_holds(round);
        if (!broken && !round->superseded)
            broken = tally_holds(round);
        if (broken)
            return broken;
    }
    return NULL;
}

static bool wrote(const view_t *view, ident_t actor) {
    return view->edition->four_eyes && (ident_equal(actor, view->order->registrant) ||
                                        ident_equal(actor, view->revision->author));
}

static const char *signatures_hold(const view_t *view) {
    const round_t *round = view->round;
    if (round->signatures_n && (!round->conclusion || round->conclusion->outcome != OUTCOME_ABLE))
        return "QP21-4.2.1: only what the company is able to do is signed";
    if (round->signatures_n > view->class->steps.n)
        return "there are no more signatures than steps";
    bool complete = false;
    for (size_t i = 0; i < round->signatures_n; i++) {
        if (round->signatures[i].meaning != view->class->steps.at[i].meaning)
            return "QP21-3.5: signatures come in the procedure's order";
        if (round->signatures[i].meaning != MEANING_CUSTOMER &&
            wrote(view, round->signatures[i].actor))
            return "QP21-3: who registered an order does not sign it";
        complete = complete || round->signatures[i].meaning == MEANING_COMPLETE;
    }
    if (view->order->review_completed && !complete)
        return "QP21-4.3.1.1: a signature completes the review";
    if (view->order->effective && round->signatures_n != view->class->steps.n)
        return "QP21-4.4.1: effective only with every signature";
    return NULL;
}

static const char *current_round_holds(const view_t *view) {
    const round_t *round = view->round;
    if (round->revision != view->revision->no)
        return "QP21-4.4.3: the open round reviews the current revision";
    if (!view->class)
        return "QP21-4.2.3: an order under review has a confirmed class";
    if (order_oral(view->edition, view->revision) && !order_confirmed(view->revision))
        return "QP21-4.3.1.2: an unwritten order is confirmed before its review";
    if (view->class->convener.n && !view->order->convened)
        return "QP21-4.3.2: a special order's review is convened";
    for (size_t i = 0; i < view->class->reviewers.n; i++)
        if (!round_asks(round, view->class->reviewers.at[i].department))
            return "QP21-4.3.2: every department of the class is asked";
    if (round->conclusion && wrote(view, round->concluder))
        return "QP21-3: who registered an order does not conclude it";
    return signatures_hold(view);
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

const char *order_invariant(const order_t *self, const context_t *context) {
    if (self->revisions_n == 0)
        return self->state == ORDER_NEW ? NULL : "an order begins with its registration";
    if (self->last_command > self->last || self->version < self->revisions_n)
        return "positions and version ascend";
    if (self->state != order_settle(self, context))
        return "the state is what the facts make it";
    const char *broken = revisions_hold(self);
    const round_t *round = order_round(self);
    if (!broken)
        broken = rounds_hold(self);
    if (!broken)
        broken = state_holds(self, round);
    if (broken || !round)
        return broken;
    view_t view = {self, order_revision(self), round, order_edition(self, context),
                   order_class_of(self, context)};
    return view.edition ? current_round_holds(&view) : "a round keeps an edition that is known";
}
