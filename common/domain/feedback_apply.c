/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_apply: the fold of the events of a customer's feedback. Total and deterministic, as that
 * of an order.
 */
#include "common/domain/feedback_rules.h"

static void say(feedback_t *self, said_list_t *list, const decoded_t *event) {
    list->at = keep_grow(self->head.arena, list->at, list->n, sizeof *list->at);
    list->at[list->n++] = (said_t){.position = (position_t) event->event.position,
                                   .time = event->event.time,
                                   .actor = event->command.actor,
                                   .mandate = event->command.mandate,
                                   .body = keep(self->head.arena, event->info->body, event->body)};
}

static void add_revision(feedback_t *self, const decoded_t *event,
                         const struct feedback_content *content, text_t reason) {
    arena_t *arena = self->head.arena;
    self->revisions = keep_grow(arena, self->revisions, self->revisions_n, sizeof *self->revisions);
    feedback_revision_t *revision = &self->revisions[self->revisions_n++];
    const struct feedback_content *kept = keep(arena, &feedback_content_record, content);
    *revision = (feedback_revision_t){.no = (int64_t) self->revisions_n,
                                      .position = (position_t) event->event.position,
                                      .time = event->event.time,
                                      .author = event->command.actor,
                                      .mandate = event->command.mandate,
                                      .content = kept,
                                      .digest = feedback_digest(kept),
                                      .reason = arena_text(arena, reason)};
    self->head.revision = revision->no;
    self->head.digest = revision->digest;
    self->head.author = revision->author;
    self->head.author_mandate = revision->mandate;
}

/* It is looked into anew, or for the first time. */
static void start_over(feedback_t *self) {
    case_supersede_rounds(&self->head);
    self->disposed = 0;
    self->disposed_at = 0;
    self->has_answer = false;
}

static void apply_register(feedback_t *self, const decoded_t *event) {
    if (self->revisions_n)
        return;
    add_revision(self, event, event->body, (text_t){NULL, 0});
    self->head.registrant = event->command.actor;
    self->head.registrant_mandate = event->command.mandate;
}

static void apply_amend(feedback_t *self, const decoded_t *event) {
    const struct feedback_amend *body = event->body;
    if (body->content.n == 0)
        return;
    add_revision(self, event, &body->content.at[0], body->reason);
    start_over(self);
}

static text_t *number_of(feedback_t *self) {
    return feedback_kind_of(self) == FEEDBACK_COMPLAINT ? &self->complaint_number
                                                        : &self->other_number;
}

/* QP21-4.6 b: the same words, under another heading. */
static void apply_reclassify(feedback_t *self, const decoded_t *event) {
    const struct reclassify *body = event->body;
    struct feedback_content content = *feedback_revision(self)->content;
    content.kind = body->kind;
    /* who says what it is has written nothing of it */
    ident_t author = self->head.author, mandate = self->head.author_mandate;
    say(self, &self->reclassified, event);
    add_revision(self, event, &content, body->reason);
    start_over(self);
    self->head.author = author;
    self->head.author_mandate = mandate;
    self->head.number = *number_of(self);
}

static void apply_numbered(feedback_t *self, const decoded_t *event) {
    const struct numbered *body = event->body;
    text_t number = arena_text(self->head.arena, body->number);
    *(body->series == SERIES_COMPLAINT ? &self->complaint_number : &self->other_number) = number;
    self->head.number = *number_of(self);
}

/* An open review goes on, unless others are to be asked now. `before` NULL: it was not assessed. */
static bool asks_others(const feedback_t *self, const context_t *context,
                        const struct triage *before, const struct triage *after) {
    const struct procedure *edition = case_edition(&self->head, context);
    enum feedback_kind kind = feedback_kind_of(self);
    const struct review_class *class = class_fitting(edition, kind, after);
    if (!class || class != class_fitting(edition, kind, before) || !ident_none(after->duplicate))
        return true;
    for (size_t i = 0; i < class->reviewers.n; i++) {
        text_t department = class->reviewers.at[i].department;
        if (triage_asks(class, before, department) != triage_asks(class, after, department))
            return true;
    }
    return false;
}

static void apply_assess(feedback_t *self, const context_t *context, const decoded_t *event) {
    const struct triage *before = feedback_triage(self);
    const round_t *round = case_round(&self->head);
    if (round && !round->conclusion && asks_others(self, context, before, event->body))
        start_over(self);
    say(self, &self->assessed, event);
}

static void apply_answer(feedback_t *self, const decoded_t *event) {
    say(self, &self->answered, event);
    self->has_answer = true;
}

static void apply_close(feedback_t *self, const decoded_t *event) {
    say(self, &self->closed, event);
    self->is_closed = true;
}

static void apply_reopen(feedback_t *self, const decoded_t *event) {
    say(self, &self->reopened, event);
    self->is_closed = false;
    start_over(self);
}

static void apply_disposed(feedback_t *self, const decoded_t *event) {
    self->disposed = (position_t) event->event.position;
    self->disposed_at = event->event.time;
}

static void apply_own(feedback_t *self, const context_t *context, const decoded_t *event) {
    switch ((int) event->info->kind) {
    case KIND_FEEDBACK_REGISTER: apply_register(self, event); break;
    case KIND_FEEDBACK_AMEND: apply_amend(self, event); break;
    case KIND_FEEDBACK_ACKNOWLEDGE: say(self, &self->acknowledged, event); break;
    case KIND_FEEDBACK_ASSESS: apply_assess(self, context, event); break;
    case KIND_FEEDBACK_CONTAIN: say(self, &self->contained, event); break;
    case KIND_FEEDBACK_ANSWER: apply_answer(self, event); break;
    case KIND_FEEDBACK_CLOSE: apply_close(self, event); break;
    case KIND_FEEDBACK_REOPEN: apply_reopen(self, event); break;
    case KIND_FEEDBACK_RECLASSIFY: apply_reclassify(self, event); break;
    case KIND_FEEDBACK_DISPOSED: apply_disposed(self, event); break;
    case KIND_NUMBERED: apply_numbered(self, event); break;
    default: break; /* what is the same for all cases: case_apply_review */
    }
}

void feedback_apply(case_t *head, const context_t *context, const decoded_t *event) {
    feedback_t *self = feedback_of(head);
    apply_own(self, context, event);
    case_apply_review(head, event, feedback_scale(feedback_kind_of(self)));
    const struct review_class *class = feedback_class(self, case_edition(head, context));
    self->actions_bind = self->actions_bind || (class && class->actions_first && head->actions.n);
    self->state = feedback_settle(self, context);
}
