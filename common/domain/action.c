/* SPDX-License-Identifier: Apache-2.0
 *
 * action: see action.h.
 */
#include "common/domain/action.h"

#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/context_internal.h"
#include "common/domain/keep.h"

const char *action_state_name(action_state_t state) {
    switch (state) {
    case ACTION_OPEN: return "open";
    case ACTION_REPORTED: return "reported";
    case ACTION_VERIFIED: return "verified";
    }
    return "unknown";
}

bool action_kind(kind_t kind) {
    return kind == KIND_ACTION_ADD || kind == KIND_ACTION_CHANGE || kind == KIND_ACTION_REPORT ||
           kind == KIND_ACTION_VERIFY;
}

int64_t action_no(kind_t kind, const void *body) {
    if (kind == KIND_ACTION_CHANGE)
        return ((const struct action_change *) body)->no;
    if (kind == KIND_ACTION_REPORT)
        return ((const struct action_report *) body)->no;
    return kind == KIND_ACTION_VERIFY ? ((const struct action_verify *) body)->no : 0;
}

const action_t *actions_find(const actions_t *self, int64_t no) {
    return no >= 1 && (uint64_t) no <= self->n ? &self->at[no - 1] : NULL;
}

size_t actions_open(const actions_t *self) {
    size_t n = 0;
    for (size_t i = 0; i < self->n; i++)
        n += self->at[i].state != ACTION_VERIFIED;
    return n;
}

/* ---- the fold ---- */

void actions_take(actions_t *self, arena_t *arena, const decoded_t *event,
                  const struct measure_list *measures) {
    for (size_t i = 0; i < measures->n; i++) {
        const struct measure *measure = &measures->at[i];
        self->at = keep_grow(arena, self->at, self->n, sizeof *self->at);
        self->at[self->n] = (action_t){.no = (int64_t) self->n + 1,
                                       .text = arena_text(arena, measure->text),
                                       .type = measure->type,
                                       .owner = measure->owner,
                                       .due = measure->due,
                                       .position = (position_t) event->event.position,
                                       .since = event->event.time,
                                       .author = event->command.actor,
                                       .mandate = event->command.mandate};
        self->n++;
    }
}

static void add_word(action_t *action, arena_t *arena, const decoded_t *event, text_t text,
                     const struct attachment_list *attachments) {
    action->words = keep_grow(arena, action->words, action->words_n, sizeof *action->words);
    action->words[action->words_n++] =
        (action_word_t){.position = (position_t) event->event.position,
                        .time = event->event.time,
                        .actor = event->command.actor,
                        .mandate = event->command.mandate,
                        .text = text,
                        .attachments = attachments};
}

static void apply_change(action_t *action, const struct action_change *body) {
    bool another = !ident_none(body->owner) && !ident_equal(body->owner, action->owner);
    if (another)
        action->owner = body->owner;
    if (body->due)
        action->due = body->due;
    if (action->state == ACTION_REPORTED && another)
        action->state = ACTION_OPEN; /* the new owner says for themselves that it is done */
    action->changes++;
}

static void apply_report(action_t *action, arena_t *arena, const decoded_t *event) {
    const struct action_report *body = keep(arena, &action_report_record, event->body);
    add_word(action, arena, event, body->text, &body->attachments);
    action->state = ACTION_REPORTED;
}

/* ISO 9001 10.2.1 d: without effect it is not closed. */
static void apply_verify(action_t *action, arena_t *arena, const decoded_t *event) {
    const struct action_verify *body = keep(arena, &action_verify_record, event->body);
    add_word(action, arena, event, body->text, &body->attachments);
    action->words[action->words_n - 1].verification = true;
    action->words[action->words_n - 1].effective = body->effective;
    action->state = body->effective ? ACTION_VERIFIED : ACTION_OPEN;
    action->setbacks += !body->effective;
    action->closed_at = body->effective ? event->event.time : 0;
}

void actions_apply(actions_t *self, arena_t *arena, const decoded_t *event) {
    const kind_t kind = event->info->kind;
    if (kind == KIND_ACTION_ADD)
        actions_take(self, arena, event, &((const struct action_add *) event->body)->measure);
    int64_t no = action_no(kind, event->body);
    if (!actions_find(self, no))
        return;
    action_t *action = &self->at[no - 1];
    if (kind == KIND_ACTION_CHANGE)
        apply_change(action, event->body);
    else if (kind == KIND_ACTION_REPORT)
        apply_report(action, arena, event);
    else if (kind == KIND_ACTION_VERIFY)
        apply_verify(action, arena, event);
}

/* ---- rules ---- */

int action_state(const actions_t *self, kind_t kind, int64_t no, problem_t *problem) {
    if (kind == KIND_ACTION_ADD)
        return 0;
    const action_t *action = actions_find(self, no);
    if (!action)
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "no", "there is no action %lld",
                           (long long) no);
    if (action->state == ACTION_VERIFIED)
        return problem_set(problem, REASON_ALREADY, "no", "its effect was verified");
    if (kind == KIND_ACTION_REPORT && action->state == ACTION_REPORTED)
        return problem_set(problem, REASON_ALREADY, "no", "it is reported as done");
    if (kind == KIND_ACTION_VERIFY && action->state == ACTION_OPEN)
        return problem_set(problem, REASON_WRONG_STATE, "no",
                           "its owner has not reported it as done");
    return 0;
}

/* Whoever said that it is done, before it went to another owner. */
static bool reported_it(const action_t *action, ident_t person) {
    for (size_t i = 0; action && i < action->words_n; i++)
        if (!action->words[i].verification && ident_equal(action->words[i].actor, person))
            return true;
    return false;
}

static bool concerns(const action_t *action, ident_t person) {
    return action && ident_equal(action->owner, person);
}

int action_actor(const actions_t *self, const context_t *context, kind_t kind, int64_t no,
                 const person_t *person, problem_t *problem) {
    const action_t *action = actions_find(self, no);
    bool owner = concerns(action, person->id);
    if (kind == KIND_ACTION_REPORT) /* it is a person's own, no role's: nobody does it for them */
        return owner && ident_none(person->behalf)
                   ? 0
                   : problem_set(problem, REASON_WRONG_ROLE, "no",
                                 "its owner reports an action as done");
    authority_t authority = {.person = person};
    if (require_act(context, &authority, kind == KIND_ACTION_VERIFY ? ACT_VERIFY : ACT_ACTION,
                    problem))
        return -1;
    bool own = owner || concerns(action, person->behalf) ||
               reported_it(action, person->id) || reported_it(action, person->behalf);
    if (kind == KIND_ACTION_VERIFY && own)
        return refuse(problem, REASON_FOUR_EYES, "ISO 9001 10.2.1", "no",
                      "nobody verifies the effect of their own action");
    return 0;
}

static int check_owner(const context_t *context, ident_t id, const char *field,
                       problem_t *problem) {
    const person_t *owner = context_person(context, id);
    if (!owner || owner->revoked)
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, field,
                           "its owner is nobody who works here");
    return 0;
}

static int check_due(const context_t *context, day_t due, moment_t time, const char *field,
                     problem_t *problem) {
    const struct procedure *procedure = context_procedure(context);
    if (due < moment_day(time, procedure ? (int) procedure->offset_minutes : 0))
        return problem_set(problem, REASON_FIELD_RANGE, field, "it would be due before today");
    return 0;
}

int measure_check(const context_t *context, const struct measure *measure, const char *path,
                  moment_t time, problem_t *problem) {
    char field[64];
    snprintf(field, sizeof field, "%s.owner", path);
    if (check_owner(context, measure->owner, field, problem))
        return -1;
    snprintf(field, sizeof field, "%s.due", path);
    return check_due(context, measure->due, time, field, problem);
}

static int check_change(const actions_t *self, const context_t *context,
                        const struct action_change *body, moment_t time, problem_t *problem) {
    const action_t *action = actions_find(self, body->no);
    bool owner = !ident_none(body->owner) && !ident_equal(body->owner, action->owner);
    bool due = body->due && body->due != action->due;
    if (!owner && !due)
        return problem_set(problem, REASON_ALREADY, "owner", "neither owner nor date differ");
    if (owner && check_owner(context, body->owner, "owner", problem))
        return -1;
    return due ? check_due(context, body->due, time, "due", problem) : 0;
}

int action_check_body(const actions_t *self, const context_t *context, kind_t kind,
                      const void *body, moment_t time, problem_t *problem) {
    if (kind == KIND_ACTION_CHANGE)
        return check_change(self, context, body, time, problem);
    if (kind == KIND_ACTION_ADD) {
        const struct action_add *add = body;
        if (add->measure.n != 1)
            return problem_set(problem, REASON_FIELD_MISSING, "measure", "what, who, by when");
        return measure_check(context, &add->measure.at[0], "measure[0]", time, problem);
    }
    text_t text = kind == KIND_ACTION_REPORT ? ((const struct action_report *) body)->text
                                             : ((const struct action_verify *) body)->text;
    return text_trim(text).n ? 0
                             : problem_set(problem, REASON_FIELD_MISSING, "text",
                                           "say what was done and what shows it");
}
