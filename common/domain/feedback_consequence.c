/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_consequence: which derived event the state calls for, asked again and again until it
 * says none.
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
