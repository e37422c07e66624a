/* SPDX-License-Identifier: Apache-2.0
 *
 * case_aside: what is said of a case, whatever its state, and changes nothing that is decided: that
 * a deadline is near or missed, reminders (催办), what people were told by the notifier and what an
 * administrator did about it.
 */
#include <stdio.h>

#include "common/base/moment.h"
#include "common/domain/deadline.h"
#include "common/domain/keep.h"

/* ---- nudges ---- */

static char *clock_print(moment_t moment, const struct procedure *p, char out[16]) {
    int64_t minutes = (moment + p->offset_minutes * MINUTE_MS) % DAY_MS / MINUTE_MS;
    snprintf(out, 16, "%02d:%02d", (int) (minutes / 60), (int) (minutes % 60));
    return out;
}

/* In the company's quiet hours nobody is reminded; they may go over midnight. */
static int check_quiet(const struct procedure *p, moment_t time, problem_t *problem) {
    int64_t from, to, now = (time + p->offset_minutes * MINUTE_MS) % DAY_MS / MINUTE_MS;
    if (!clock_minutes(p->quiet_from, &from) || !clock_minutes(p->quiet_to, &to) || from == to)
        return 0;
    bool quiet = from < to ? now >= from && now < to : now >= from || now < to;
    return quiet ? problem_set(problem, REASON_TOO_SOON, "", "these are quiet hours; not before %.*s",
                               (int) p->quiet_to.n, p->quiet_to.p)
                 : 0;
}

static const nudged_t *last_nudge(const case_t *self, const case_stage_t *stage) {
    for (size_t i = self->nudges_n; i-- > 0;)
        if (self->nudges[i].stage == stage->stage && self->nudges[i].position > stage->began)
            return &self->nudges[i];
    return NULL;
}

static int check_nudge(const case_t *self, const check_t *ask, problem_t *problem) {
    const struct procedure *p = context_procedure(ask->context);
    const struct nudge *body = ask->body;
    case_stage_t stages[STAGES_MAX];
    const case_stage_t *stage = NULL;
    char clock[16];
    if (!person_reads(p, ask->authority->person, self->ops->right))
        return problem_set(problem, REASON_NOT_ALLOWED_TO_READ, "", "it is not yours to read");
    for (size_t i = 0, n = case_stages(self, ask->context, stages); i < n; i++)
        if (stages[i].stage == body->stage && (!stage || stages[i].began < stage->began))
            stage = &stages[i];
    if (!stage)
        return problem_set(problem, REASON_WRONG_STATE, "stage", "the case does not wait for that");
    moment_t first = stage->began_at + p->nudge_first * MINUTE_MS;
    if (ask->time < first)
        return problem_set(problem, REASON_TOO_SOON, "", "it has only just begun; not before %s",
                           clock_print(first, p, clock));
    const nudged_t *last = last_nudge(self, stage);
    moment_t again = last ? last->time + p->nudge_again * MINUTE_MS : 0;
    if (ask->time < again)
        return problem_set(problem, REASON_TOO_SOON, "",
                           "they were reminded a moment ago; not before %s",
                           clock_print(again, p, clock));
    return check_quiet(p, ask->time, problem);
}

/* ---- what people were told ---- */

/* The notifier's daemon alone says what it told whom; of an event that is there. */
static int check_outcome(const case_t *self, const check_t *ask, problem_t *problem) {
    const struct notified *body = ask->body;
    const daemon_entry_t *daemon = ask->authority->daemon;
    if (!daemon || daemon->part != PART_NOTIFIER)
        return problem_set(problem, REASON_WRONG_ROLE, "actor", "the notifier says what it told");
    if ((position_t) body->event > self->last)
        return problem_set(problem, REASON_BEHIND, "event", "no such event yet");
    return 0;
}

int aside_check(const case_t *self, const check_t *ask, problem_t *problem) {
    if (ask->command->kind == KIND_NOTIFY_OUTCOME)
        return check_outcome(self, ask, problem);
    if (!ask->authority->person)
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "%s", "");
    return ask->command->kind == KIND_CASE_NUDGE
               ? check_nudge(self, ask, problem)
               : may_act(ask->context, ask->authority->person, ACT_NOTIFY, problem);
}

/* ---- the fold ---- */

static void apply_said(case_t *self, const decoded_t *event) {
    const struct deadline_mark *body = event->body;
    self->said = keep_grow(self->arena, self->said, self->said_n, sizeof *self->said);
    self->said[self->said_n++] =
        (deadline_said_t){.stage = body->stage,
                          .action = body->action,
                          .began = (position_t) body->began,
                          .position = (position_t) event->event.position,
                          .time = event->event.time,
                          .due = body->due,
                          .missed = event->info->kind == KIND_DEADLINE_MISSED,
                          .escalate = arena_text(self->arena, body->escalate)};
}

static void apply_nudge(case_t *self, const decoded_t *event) {
    const struct nudge *body = event->body;
    self->nudges = keep_grow(self->arena, self->nudges, self->nudges_n, sizeof *self->nudges);
    self->nudges[self->nudges_n++] = (nudged_t){.stage = body->stage,
                                                .position = (position_t) event->event.position,
                                                .time = event->event.time,
                                                .actor = event->command.actor,
                                                .note = arena_text(self->arena, body->note)};
}

void aside_apply(case_t *self, const decoded_t *event) {
    if (event->info->kind == KIND_DEADLINE_NEAR || event->info->kind == KIND_DEADLINE_MISSED)
        apply_said(self, event);
    else if (event->info->kind == KIND_CASE_NUDGE)
        apply_nudge(self, event);
}
