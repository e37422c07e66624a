/* SPDX-License-Identifier: Apache-2.0
 *
 * review_invariant: what holds of every case's rounds after every step, whatever was asked of it. It
 * is written against the clauses, not against the checks, so that one can find the other's
 * mistakes. It holds between a step and its consequences, too.
 */
#include "common/domain/review.h"

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

/* 转交, 加签: of a department that is asked; nobody forwards what was forwarded to them. */
static const char *others_hold(const round_t *round) {
    for (size_t i = 0; i < round->forwards_n; i++)
        if (!round_asks(round, round->forwards[i].body->department))
            return "QP21-4.3.2: what is forwarded is a verdict that is asked for";
    for (size_t i = 0; i < round->added_n; i++)
        if (!round_asks(round, round->added[i].body->department) ||
            round->added[i].position < round->opened ||
            (round->concluded && round->added[i].position > round->concluded))
            return "QP21-4.3.2: a department is added to a review that is not concluded";
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
    if (round->conclusion->outcome == OUTCOME_ADOPTED && tally.outcome != OUTCOME_ADOPTED)
        return "QP21-4.6: what a department cannot do is not promised";
    return NULL;
}

static const char *rounds_hold(const case_t *self) {
    for (size_t i = 0; i < self->rounds_n; i++) {
        const round_t *round = &self->rounds[i];
        if (round->no != (int64_t) i + 1)
            return "rounds are numbered from 1 without a gap";
        if (!round->superseded && i + 1 < self->rounds_n)
            return "only the last round can be open";
        if (round->revision < 1 || round->revision > self->revision)
            return "a round reviews the content of its revision";
        if (!round->conclusion && round->signatures_n)
            return "QP21-4.2.1: nothing is signed before the conclusion";
        const char *broken = standing_holds(round);
        if (!broken)
            broken = others_hold(round);
        if (!broken && !round->superseded)
            broken = tally_holds(round);
        if (broken)
            return broken;
    }
    return NULL;
}

/* Four eyes, said again. */
static bool both(const review_t *self, ident_t a, ident_t a_mandate, ident_t b, ident_t b_mandate) {
    ident_t for_a = context_behalf(self->context, a_mandate),
            for_b = context_behalf(self->context, b_mandate);
    return ident_equal(a, b) || ident_equal(for_a, b) || ident_equal(a, for_b) ||
           (!ident_none(for_a) && ident_equal(for_a, for_b));
}

/* Whoever signs and whoever they sign for, whoever wrote and whoever they wrote for. */
static bool wrote(const review_t *self, ident_t actor, ident_t mandate) {
    const case_t *of = self->of;
    return self->edition->four_eyes &&
           (both(self, actor, mandate, of->registrant, of->registrant_mandate) ||
            both(self, actor, mandate, of->author, of->author_mandate));
}

static const char *signatures_hold(const review_t *self) {
    const round_t *round = self->round;
    if (round->signatures_n &&
        (!round->conclusion || !scale_signs(self->scale, round->conclusion->outcome)))
        return "QP21-4.2.1: only what the company is able to do is signed";
    if (round->signatures_n > self->class->steps.n)
        return "there are no more signatures than steps";
    for (size_t i = 0; i < round->signatures_n; i++) {
        if (round->signatures[i].meaning != self->class->steps.at[i].meaning)
            return "QP21-3.5: signatures come in the procedure's order";
        if (round->signatures[i].meaning != MEANING_CUSTOMER &&
            wrote(self, round->signatures[i].actor, round->signatures[i].mandate))
            return "QP21-3: who registered a case does not sign it";
    }
    return NULL;
}

/* ISO 9001 10.2.1 d; four eyes. */
static const char *actions_hold(const actions_t *self, const context_t *context) {
    for (size_t i = 0; i < self->n; i++) {
        const action_t *action = &self->at[i];
        if (action->no != (int64_t) i + 1)
            return "actions are numbered from 1 without a gap";
        if (action->state != ACTION_VERIFIED)
            continue;
        const action_word_t *word = action->words_n ? &action->words[action->words_n - 1] : NULL;
        if (!word || !word->verification || !word->effective)
            return "ISO 9001 10.2.1: an action is closed by the word that it had its effect";
        if (ident_equal(word->actor, action->owner) ||
            ident_equal(context_behalf(context, word->mandate), action->owner))
            return "QP21-3: nobody verifies the effect of their own action";
    }
    return NULL;
}

const char *review_invariant(const review_t *self) {
    const case_t *of = self->of;
    const round_t *round = self->round;
    if (of->last_command > of->last || of->version < (uint64_t) of->revision)
        return "positions and version ascend";
    const char *broken = rounds_hold(of);
    if (!broken)
        broken = actions_hold(&of->actions, self->context);
    if (broken || !round)
        return broken;
    if (!self->edition)
        return "a round keeps an edition that is known";
    if (round->revision != of->revision || !digest_equal(round->digest, of->digest))
        return "QP21-4.4.3: the open round reviews the current revision";
    if (!self->class)
        return "QP21-4.2.3: a case under review has a class";
    if (round->conclusion && wrote(self, round->concluder, round->concluder_mandate))
        return "QP21-3: who registered a case does not conclude it";
    return signatures_hold(self);
}
