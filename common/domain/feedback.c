/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback: what can be asked of a customer's feedback that was folded: its kind, its class, the
 * state that its facts make.
 */
#include "common/domain/feedback.h"

#include "common/crypto/hash.h"
#include "common/crypto/keys.h"
#include "common/domain/feedback_rules.h"

const char *feedback_state_name(feedback_state_t state) {
    switch (state) {
    case FEEDBACK_NEW: return "new";
    case FEEDBACK_RECEIVED: return "received";
    case FEEDBACK_IN_REVIEW: return "in review";
    case FEEDBACK_AWAITING_SIGNATURE: return "awaiting signature";
    case FEEDBACK_TO_ANSWER: return "to answer";
    case FEEDBACK_ANSWERED: return "answered";
    case FEEDBACK_CLOSED: return "closed";
    }
    return "unknown";
}

feedback_t *feedback_new(ident_t id) { return feedback_of(case_new(&feedback_ops, id)); }

void feedback_destroy(feedback_t **self_p) {
    case_t *head = self_p && *self_p ? &(*self_p)->head : NULL;
    case_destroy(&head);
    if (self_p)
        *self_p = NULL;
}

feedback_t *feedback_of(case_t *self) {
    return self && self->ops == &feedback_ops ? (feedback_t *) (void *) self : NULL;
}

const feedback_t *feedback_of_const(const case_t *self) {
    return self && self->ops == &feedback_ops ? (const feedback_t *) (const void *) self : NULL;
}

const said_t *said_last(const said_list_t *self) { return self->n ? &self->at[self->n - 1] : NULL; }

const feedback_revision_t *feedback_revision(const feedback_t *self) {
    return self->revisions_n ? &self->revisions[self->revisions_n - 1] : NULL;
}

enum feedback_kind feedback_kind_of(const feedback_t *self) {
    const feedback_revision_t *revision = feedback_revision(self);
    return revision ? revision->content->kind : feedback_kind_unset;
}

const struct triage *feedback_triage(const feedback_t *self) {
    const said_t *said = said_last(&self->assessed);
    return said ? said->body : NULL;
}

digest_t feedback_digest(const struct feedback_content *content) {
    buffer_t bytes = {0};
    record_encode(&feedback_content_record, content, &bytes, NULL);
    digest_t digest = hash_domain(DOMAIN_REQUIREMENTS, buffer_bytes(&bytes));
    buffer_free(&bytes);
    return digest;
}

/* ---- class ---- */

static bool listed(const struct int_list *list, int64_t value) {
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == value)
            return true;
    return false;
}

/* ISO 10002 7.5: how grave it is decides who looks into it and who signs. */
static bool grave_enough(const struct review_class *class, const struct triage *triage) {
    if (!class->severity && !class->safety)
        return true;
    return triage && ((class->severity && triage->severity >= class->severity) ||
                      (class->safety && triage->safety));
}

const struct review_class *class_fitting(const struct procedure *edition, enum feedback_kind kind,
                                         const struct triage *triage) {
    for (size_t i = 0; edition && i < edition->feedback.n; i++) {
        const struct review_class *class = &edition->feedback.at[i];
        if (listed(&class->kinds, (int64_t) kind) && grave_enough(class, triage))
            return class;
    }
    return NULL;
}

const struct review_class *feedback_class(const feedback_t *self, const struct procedure *edition) {
    return class_fitting(edition, feedback_kind_of(self), feedback_triage(self));
}

const scale_t *feedback_scale(enum feedback_kind kind) {
    return kind == FEEDBACK_COMPLAINT || kind == FEEDBACK_CLAIM ? &scale_responsibility
                                                                : &scale_adoption;
}

enum stage stage_missing(const feedback_t *self, const struct review_class *class) {
    for (size_t i = 0; class && i < class->before.n; i++) {
        enum stage stage = (enum stage) class->before.at[i];
        bool there = (stage == STAGE_ACKNOWLEDGED && self->acknowledged.n) ||
                     (stage == STAGE_ASSESSED && self->assessed.n) ||
                     (stage == STAGE_CONTAINED && self->contained.n);
        if (!there)
            return stage;
    }
    return stage_unset;
}

bool feedback_held_open(const feedback_t *self, const struct review_class *class) {
    return (self->actions_bind || (class && class->actions_first)) &&
           actions_open(&self->head.actions) > 0;
}

bool feedback_reviewed(const feedback_t *self, const struct review_class *class) {
    const struct triage *triage = feedback_triage(self);
    return class && class->reviewers.n && !(triage && !ident_none(triage->duplicate));
}

bool triage_asks(const struct review_class *class, const struct triage *triage, text_t department) {
    bool any = false;
    for (size_t i = 0; triage && i < triage->departments.n; i++) {
        if (text_equal(triage->departments.at[i], department))
            return true;
        any = any || class_reviewer(class, triage->departments.at[i]);
    }
    return !any;
}

/* Judged by the edition at its last event, so that a later adoption changes no state by itself. */
feedback_state_t feedback_settle(const feedback_t *self, const context_t *context) {
    if (!self->revisions_n)
        return FEEDBACK_NEW;
    if (self->is_closed)
        return FEEDBACK_CLOSED;
    if (self->has_answer)
        return FEEDBACK_ANSWERED;
    if (self->disposed)
        return FEEDBACK_TO_ANSWER;
    const round_t *round = case_round(&self->head);
    if (round)
        return round->conclusion ? FEEDBACK_AWAITING_SIGNATURE : FEEDBACK_IN_REVIEW;
    const struct review_class *class = feedback_class(self, case_edition(&self->head, context));
    return !class || stage_missing(self, class) || feedback_reviewed(self, class)
               ? FEEDBACK_RECEIVED
               : FEEDBACK_TO_ANSWER;
}

/* ---- as a case ---- */

void feedback_review(const case_t *head, const context_t *context, review_t *out) {
    const feedback_t *self = feedback_of_const(head);
    const struct procedure *edition = case_procedure(head, context);
    *out = (review_t){.of = head,
                      .context = context,
                      .edition = edition,
                      .class = feedback_class(self, edition),
                      .round = case_round(head),
                      .scale = feedback_scale(feedback_kind_of(self)),
                      .completed = true};
}

static const char *state_name(const case_t *self) {
    return feedback_state_name(feedback_of_const(self)->state);
}

static standing_t standing(const case_t *self) {
    return feedback_of_const(self)->is_closed ? STANDING_ENDED : STANDING_OPEN;
}

static bool homeless(const case_t *self, const struct procedure *next) {
    const feedback_t *feedback = feedback_of_const(self);
    return !feedback_class(feedback, next);
}

const case_ops_t feedback_ops = {
    .scope = SCOPE_FEEDBACK,
    .name = "feedback",
    .right = "feedback",
    .size = sizeof(feedback_t),
    .apply = feedback_apply,
    .review = feedback_review,
    .state = feedback_check_state,
    .actor = feedback_actor,
    .body = feedback_body,
    .consequence = feedback_consequence,
    .waiting = feedback_waiting,
    .begun = feedback_begun,
    .class_key = feedback_class_key,
    .invariant = feedback_invariant,
    .state_name = state_name,
    .standing = standing,
    .homeless = homeless,
};
