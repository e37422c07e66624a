/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_consequence: which derived event the state calls for, asked again and again until it
 * says none. And what holds of feedback after every step, written against the clauses.
 */
#include "common/base/diag.h"
#include "common/domain/feedback_rules.h"

/* QP21-4.5c: its number in the register; what is reclassified gets one of the other register. */
static bool number(const feedback_t *self, const context_t *context, arena_t *arena,
                   derived_t *out) {
    const struct procedure *edition = case_edition(&self->head, context);
    bool complaint = feedback_kind_of(self) == FEEDBACK_COMPLAINT;
    if (self->head.number.n || !edition)
        return false;
    out->kind = KIND_NUMBERED;
    number_next(context, edition, complaint ? SERIES_COMPLAINT : SERIES_FEEDBACK,
                complaint ? edition->complaint_prefix : edition->feedback_prefix,
                self->head.last_time, arena, out);
    return true;
}

static bool open_round(const feedback_t *self, const context_t *context, arena_t *arena,
                       derived_t *out) {
    const struct review_class *class = feedback_class(self, case_edition(&self->head, context));
    if (self->state != FEEDBACK_RECEIVED || stage_missing(self, class) ||
        !feedback_reviewed(self, class))
        return false;
    struct text_list departments = {arena_alloc(arena, class->reviewers.n * sizeof(text_t)), 0};
    insist(departments.at);
    for (size_t i = 0; i < class->reviewers.n; i++)
        if (triage_asks(class, feedback_triage(self), class->reviewers.at[i].department))
            departments.at[departments.n++] = class->reviewers.at[i].department;
    review_t review;
    feedback_review(&self->head, context, &review);
    return review_open(&review, departments, out);
}

static bool tally(const feedback_t *self, const context_t *context, arena_t *arena,
                  derived_t *out) {
    (void) arena;
    review_t review;
    feedback_review(&self->head, context, &review);
    return review_tally(&review, out);
}

static bool dispose(const feedback_t *self, const context_t *context, arena_t *arena,
                    derived_t *out) {
    (void) arena;
    review_t review;
    feedback_review(&self->head, context, &review);
    out->kind = KIND_FEEDBACK_DISPOSED;
    out->body.became = (struct became){.revision = self->head.revision};
    return !self->disposed && review_signed(&review);
}

bool feedback_consequence(const case_t *head, const context_t *context, arena_t *arena,
                          derived_t *out) {
    static bool (*const NEXT[])(const feedback_t *, const context_t *, arena_t *, derived_t *) = {
        number, open_round, tally, dispose};
    const feedback_t *self = feedback_of_const(head);
    for (size_t i = 0; !self->is_closed && i < sizeof NEXT / sizeof *NEXT; i++)
        if (NEXT[i](self, context, arena, out))
            return true;
    return false;
}

/* ---- invariant ---- */

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
    if (class && class->actions_first && actions_open(&self->head.actions))
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
