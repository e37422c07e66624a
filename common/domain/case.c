/* SPDX-License-Identifier: Apache-2.0
 *
 * case: what is asked of a case whatever it is. See case.h.
 */
#include "common/domain/case.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/review.h"

static const case_ops_t *const kinds[] = {&order_ops, &feedback_ops};

const case_ops_t *case_ops_of(scope_t scope) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i]->scope == scope)
            return kinds[i];
    return NULL;
}

case_t *case_new(const case_ops_t *ops, ident_t id) {
    case_t *self = memory_new(1, ops->size);
    self->ops = ops;
    self->id = id;
    self->arena = arena_new(0);
    return self;
}

void case_destroy(case_t **self_p) {
    if (!self_p || !*self_p)
        return;
    arena_destroy(&(*self_p)->arena);
    free(*self_p);
    *self_p = NULL;
}

/* ---- asking ---- */

const round_t *case_round(const case_t *self) {
    if (self->rounds_n == 0 || self->rounds[self->rounds_n - 1].superseded)
        return NULL;
    return &self->rounds[self->rounds_n - 1];
}

const char *case_state_name(const case_t *self) { return self->ops->state_name(self); }
standing_t case_standing(const case_t *self) { return self->ops->standing(self); }

bool case_busy(const case_t *self) {
    return case_standing(self) == STANDING_OPEN || actions_open(&self->actions) > 0;
}

const struct procedure *case_procedure(const case_t *self, const context_t *context) {
    const round_t *round = case_round(self);
    return round ? context_procedure_at(context, round->procedure) : context_procedure(context);
}

const struct procedure *case_edition(const case_t *self, const context_t *context) {
    const round_t *round = case_round(self);
    return context_procedure_at(context, round ? round->procedure : self->edition);
}

bool case_stranded(const case_t *self, const context_t *context, const struct procedure *next) {
    review_t review;
    if (self->ops->homeless && case_standing(self) == STANDING_OPEN &&
        self->ops->homeless(self, next))
        return true;
    self->ops->review(self, context, &review);
    return review_stranded(&review, next);
}

const char *case_invariant(const case_t *self, const context_t *context) {
    return self->ops->invariant(self, context);
}

/* ---- what it waits for ---- */

void sheet_add(sheet_t *self, waiting_t row) {
    if (self->n < WAITING_MAX)
        self->rows[self->n++] = row;
}

void sheet_add_act(sheet_t *self, kind_t kind, enum act act) {
    sheet_add(self, (waiting_t){.kind = kind, .act = act});
}

void case_waiting(const case_t *self, const context_t *context, sheet_t *sheet) {
    self->ops->waiting(self, context, sheet);
    for (size_t i = 0; i < self->actions.n; i++) {
        const action_t *action = &self->actions.at[i];
        if (action->state == ACTION_OPEN)
            sheet_add(sheet, (waiting_t){.kind = KIND_ACTION_REPORT,
                                         .action = action->no,
                                         .owner = action->owner});
        else if (action->state == ACTION_REPORTED)
            sheet_add(sheet, (waiting_t){.kind = KIND_ACTION_VERIFY,
                                         .action = action->no,
                                         .act = ACT_VERIFY});
    }
}

static int attempt_state(const case_t *self, const case_ops_t *ops, const context_t *context,
                         const attempt_t *attempt, problem_t *problem) {
    return action_kind(attempt->kind)
               ? action_state(&self->actions, attempt->kind, attempt->action, problem)
               : ops->state(self, context, attempt, problem);
}

static int attempt_actor(const case_t *self, const case_ops_t *ops, const context_t *context,
                         const attempt_t *attempt, const authority_t *authority,
                         problem_t *problem) {
    if (!action_kind(attempt->kind))
        return ops->actor(self, context, attempt, authority, problem);
    if (!authority->person)
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "%s", "");
    return action_actor(&self->actions, context, attempt->kind, attempt->action, authority->person,
                        problem);
}

int case_waiting_check(const case_t *self, const context_t *context, const waiting_t *what,
                       const person_t *person, problem_t *problem) {
    if (!person)
        return problem_set(problem, REASON_UNKNOWN_PERSON, "", "nobody of that name");
    if (person->revoked)
        return problem_set(problem, REASON_KEY_REVOKED, "", "%.*s has left", (int) person->name.n,
                           person->name.n ? person->name.p : "");
    attempt_t attempt = {what->kind, what->meaning, what->department, what->action,
                         what->mandate};
    if (attempt_state(self, self->ops, context, &attempt, problem))
        return -1;
    return attempt_actor(self, self->ops, context, &attempt, &(authority_t){.person = person},
                         problem);
}

/* ---- check ---- */

attempt_t attempt_of(kind_t kind, const void *body) {
    attempt_t attempt = {.kind = kind, .action = action_no(kind, body)};
    if (kind == KIND_ROUND_SIGN)
        attempt.meaning = ((const struct sign *) body)->meaning;
    else if (kind == KIND_ROUND_VERDICT)
        attempt.department = ((const struct verdict_given *) body)->department;
    else if (kind == KIND_ROUND_RETRACT)
        attempt.department = ((const struct retract *) body)->department;
    else if (kind == KIND_ROUND_ADVISE)
        attempt.department = ((const struct advice *) body)->department;
    else if (kind == KIND_ROUND_FORWARD)
        attempt.department = ((const struct forward *) body)->department;
    else if (kind == KIND_ROUND_ADD_REVIEWER)
        attempt.department = ((const struct add_reviewer *) body)->department;
    return attempt;
}

int case_bound(const case_t *self, const struct command *command, problem_t *problem) {
    const kind_info_t *info = kind_info(command->kind);
    if (info->flags & VERSIONED && (uint64_t) command->version != self->version)
        return problem_set(problem, REASON_STALE_VERSION, "version", "it has %llu events, not %lld",
                           (unsigned long long) self->version, (long long) command->version);
    if (!(info->flags & JUDGES))
        return 0;
    if (command->revision > self->revision)
        return problem_set(problem, REASON_BEHIND, "revision", "known up to revision %lld",
                           (long long) self->revision);
    if (command->revision < self->revision)
        return problem_set(problem, REASON_STALE_REVISION, "revision", "it is at revision %lld",
                           (long long) self->revision);
    if (!digest_equal(command->digest, self->digest))
        return problem_set(problem, REASON_STALE_DIGEST, "digest", "of revision %lld",
                           (long long) self->revision);
    return 0;
}

/* A measure is carried out and verified also where the case itself is over. */
static bool outlives(kind_t kind) {
    return kind == KIND_ACTION_REPORT || kind == KIND_ACTION_VERIFY || kind == KIND_ACTION_CHANGE ||
           kind == KIND_FEEDBACK_REOPEN;
}

static int check_step(const case_t *self, const case_ops_t *ops, const check_t *ask,
                      problem_t *problem) {
    attempt_t attempt = attempt_of((kind_t) ask->command->kind, ask->body);
    attempt.mandate = ask->command->mandate;
    if ((self && self->revision && case_bound(self, ask->command, problem)) ||
        attempt_state(self, ops, ask->context, &attempt, problem) ||
        attempt_actor(self, ops, ask->context, &attempt, ask->authority, problem))
        return -1;
    return action_kind(attempt.kind)
               ? action_check_body(&self->actions, ask->context, attempt.kind, ask->body, ask->time,
                                   problem)
               : ops->body(self, ask, problem);
}

int case_check(const case_t *self, const context_t *context, const authority_t *authority,
               const struct command *command, const void *body, moment_t time,
               problem_t *problem) {
    const kind_info_t *info = kind_info(command->kind);
    if (!info || !scope_of_cases(info->scope) || info->flags & DERIVED)
        return problem_set(problem, REASON_UNKNOWN_KIND, "kind", "%lld", (long long) command->kind);
    const case_ops_t *ops = self ? self->ops : case_ops_of(info->scope);
    if (!(info->flags & OPENS) && (!self || !self->revision))
        return problem_set(problem, REASON_UNKNOWN_CASE, "object", "no such case");
    if (info->scope != SCOPE_CASE && info->scope != ops->scope)
        return problem_set(problem, REASON_WRONG_CASE, "object", "%s does not speak of it",
                           info->name);
    if (!context_procedure(context))
        return problem_set(problem, REASON_WRONG_STATE, "", "no procedure has been adopted");
    if (self && self->revision && case_standing(self) == STANDING_ENDED && !outlives(info->kind) &&
        !(info->flags & ASIDE))
        return problem_set(problem, REASON_ENDED, "", "the case is %s", case_state_name(self));
    if (authority->daemon && !(info->flags & BY_DAEMON))
        return problem_set(problem, REASON_NOT_A_PERSON, "actor",
                           "a daemon neither decides nor signs");
    check_t ask = {context, authority, command, body, time};
    if (info->flags & ASIDE)
        return aside_check(self, &ask, problem);
    return check_step(self, ops, &ask, problem);
}

int may_act(const context_t *context, const person_t *person, enum act act, problem_t *problem) {
    const struct procedure *procedure = context_procedure(context);
    if (!procedure)
        return problem_set(problem, REASON_WRONG_STATE, "", "no procedure has been adopted");
    if (person_may(procedure, person, act))
        return 0;
    return problem_set(problem, REASON_WRONG_ROLE, "", "none of your roles may %s",
                       enum_name(&act_table, (int) act));
}

enum act act_needed(const kind_act_t *rows, size_t n, kind_t kind) {
    for (size_t i = 0; i < n; i++)
        if (rows[i].kind == kind)
            return rows[i].act;
    return act_unset;
}

int check_past(const check_t *ask, moment_t moment, const char *field, problem_t *problem) {
    const struct procedure *procedure = context_procedure(ask->context);
    int offset = procedure ? (int) procedure->offset_minutes : 0;
    if (moment_day(moment, offset) > moment_day(ask->time, offset))
        return problem_set(problem, REASON_FIELD_RANGE, field, "it lies in the future");
    return 0;
}

int check_word(const check_t *ask, const struct confirmation *word, const char *path,
               problem_t *problem) {
    char field[64];
    snprintf(field, sizeof field, "%s%s", path, text_trim(word->who).n ? "how" : "who");
    if (text_trim(word->who).n == 0 || text_trim(word->how).n == 0)
        return problem_set(problem, REASON_UNWRITTEN, field,
                           "say who at the customer's spoke, how and when");
    snprintf(field, sizeof field, "%swhen", path);
    return check_past(ask, word->when, field, problem);
}

/* ---- apply ---- */

round_t *case_open_round(case_t *self) {
    return case_round(self) ? &self->rounds[self->rounds_n - 1] : NULL;
}

void case_supersede_rounds(case_t *self) {
    for (size_t i = 0; i < self->rounds_n; i++)
        self->rounds[i].superseded = true;
}

static void open_round(case_t *self, const decoded_t *event, const scale_t *scale) {
    case_supersede_rounds(self);
    self->rounds = keep_grow(self->arena, self->rounds, self->rounds_n, sizeof *self->rounds);
    round_open(&self->rounds[self->rounds_n++], self->arena, event, scale);
}

static void apply_conclude(case_t *self, round_t *round, const decoded_t *event) {
    round_apply_conclude(round, self->arena, event);
    actions_take(&self->actions, self->arena, event, &round->conclusion->measures);
}

void case_apply_review(case_t *self, const decoded_t *event, const scale_t *scale) {
    const kind_t kind = event->info->kind;
    round_t *round = case_open_round(self);
    if (action_kind(kind))
        actions_apply(&self->actions, self->arena, event);
    else if (kind == KIND_ROUND_OPENED)
        open_round(self, event, scale);
    else if (!round)
        return;
    else if (kind == KIND_ROUND_VERDICT)
        round_apply_verdict(round, self->arena, event);
    else if (kind == KIND_ROUND_RETRACT)
        round_apply_retract(round, event);
    else if (kind == KIND_ROUND_FORWARD)
        round_apply_forward(round, self->arena, event);
    else if (kind == KIND_ROUND_ADD_REVIEWER)
        round_apply_added(round, self->arena, event);
    else if (kind == KIND_ROUND_ADVISE)
        round_apply_advice(round, self->arena, event);
    else if (kind == KIND_ROUND_TALLIED)
        round_apply_tallied(round, event);
    else if (kind == KIND_ROUND_CONCLUDE)
        apply_conclude(self, round, event);
    else if (kind == KIND_ROUND_SIGN)
        round_apply_signature(round, self->arena, event,
                              ((const struct sign *) event->body)->meaning);
}

void case_apply(case_t *self, const context_t *context, const decoded_t *event) {
    if (event->info->scope != self->ops->scope && event->info->scope != SCOPE_CASE)
        return;
    if (!(event->info->flags & ASIDE)) {
        self->version++;
        /* what is said aside leads to nothing, and so to no other edition either */
        self->edition = (position_t) event->event.procedure;
    }
    self->last = (position_t) event->event.position;
    self->last_time = event->event.time;
    if (!event->derived)
        self->last_command = self->last;
    if (event->info->flags & ASIDE)
        aside_apply(self, event);
    else if (self->revision || event->info->flags & OPENS)
        self->ops->apply(self, context, event);
}

/* ---- consequence ---- */

bool case_consequence(const case_t *self, const context_t *context, arena_t *arena,
                      derived_t *out) {
    *out = (derived_t){.kind = KIND_NONE};
    if (self->revision && self->ops->consequence(self, context, arena, out))
        return true;
    *out = (derived_t){.kind = KIND_NONE};
    return false;
}

void number_next(const context_t *context, const struct procedure *edition, enum series series,
                 text_t prefix, moment_t registered, arena_t *arena, derived_t *out) {
    int year;
    unsigned month, day;
    day_to_civil(moment_day(registered, edition ? (int) edition->offset_minutes : 0), &year, &month,
                 &day);
    int64_t running = context_running(context, series, year) + 1;
    out->body.numbered = (struct numbered){
        .series = series,
        .running = running,
        .year = year,
        .number = arena_format(arena, "%.*s%d-%04lld", (int) prefix.n, prefix.n ? prefix.p : "",
                               year, (long long) running)};
}
