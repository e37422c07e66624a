/* SPDX-License-Identifier: Apache-2.0
 *
 * deadline: see the header.
 */
#include "common/domain/deadline.h"

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/domain/feedback.h"
#include "common/domain/review.h"

/* ---- stages ---- */

static const struct kind_stage {
    kind_t kind;
    enum stage stage;
} KIND_STAGES[] = {
    {KIND_ORDER_CUSTOMER_CONFIRM, STAGE_CONFIRM},
    {KIND_ORDER_CLASSIFY, STAGE_CLASSIFY},
    {KIND_ORDER_CONVENE, STAGE_CONVENE},
    {KIND_ROUND_VERDICT, STAGE_REVIEW},
    {KIND_ROUND_CONCLUDE, STAGE_CONCLUDE},
    {KIND_ROUND_SIGN, STAGE_SIGN},
    {KIND_ORDER_AMEND, STAGE_NEGOTIATE},
    {KIND_ORDER_DECLINE, STAGE_NEGOTIATE},
    {KIND_ORDER_WITHDRAW, STAGE_NEGOTIATE},
    {KIND_FEEDBACK_ACKNOWLEDGE, STAGE_ACKNOWLEDGED},
    {KIND_FEEDBACK_ASSESS, STAGE_ASSESSED},
    {KIND_FEEDBACK_CONTAIN, STAGE_CONTAINED},
    {KIND_FEEDBACK_ANSWER, STAGE_ANSWER},
    {KIND_FEEDBACK_CLOSE, STAGE_CLOSE},
    {KIND_ACTION_REPORT, STAGE_ACTION},
    {KIND_ACTION_VERIFY, STAGE_VERIFY},
};

enum stage stage_of(const waiting_t *row) {
    if (row->kind == KIND_ORDER_CUSTOMER_CONFIRM && row->meaning == MEANING_CUSTOMER)
        return STAGE_SIGN;
    for (size_t i = 0; i < sizeof KIND_STAGES / sizeof *KIND_STAGES; i++)
        if (KIND_STAGES[i].kind == row->kind)
            return KIND_STAGES[i].stage;
    return stage_unset;
}

static instant_t action_begun(const case_t *self, int64_t no) {
    const action_t *action = actions_find(&self->actions, no);
    const action_word_t *last =
        action && action->words_n ? &action->words[action->words_n - 1] : NULL;
    return last     ? (instant_t){last->position, last->time}
           : action ? (instant_t){action->position, action->since}
                    : (instant_t){0};
}

static bool listed(const case_stage_t *list, size_t n, enum stage stage, int64_t action) {
    for (size_t i = 0; i < n; i++)
        if (list[i].stage == stage && list[i].action == action)
            return true;
    return false;
}

size_t case_stages(const case_t *self, const context_t *context, case_stage_t *out) {
    sheet_t sheet = {.n = 0};
    size_t n = 0;
    case_waiting(self, context, &sheet);
    for (size_t i = 0; i < sheet.n; i++) {
        const waiting_t *row = &sheet.rows[i];
        enum stage stage = stage_of(row);
        if (!stage || listed(out, n, stage, row->action))
            continue;
        instant_t begun = row->action ? action_begun(self, row->action)
                                      : self->ops->begun(self, stage);
        if (begun.position)
            out[n++] = (case_stage_t){stage, row->action, begun.position, begun.time};
    }
    return n;
}

/* ---- which rule ---- */

static bool of_class(const struct deadline *rule, text_t class) {
    for (size_t i = 0; i < rule->classes.n; i++)
        if (text_equal(rule->classes.at[i], class))
            return true;
    return rule->classes.n == 0;
}

/* A rule that asks for a severity or for urgency is for what was assessed so. */
static bool as_grave(const struct deadline *rule, const struct triage *triage) {
    if (rule->severity && (!triage || triage->severity < rule->severity))
        return false;
    return !rule->urgent || (triage && (triage->urgent || triage->safety));
}

static const struct deadline *rule_for(const struct procedure *edition, text_t class,
                                       const struct triage *triage, enum stage stage) {
    for (size_t i = 0; i < edition->deadlines.n; i++) {
        const struct deadline *rule = &edition->deadlines.at[i];
        if (rule->stage == stage && of_class(rule, class) && as_grave(rule, triage))
            return rule;
    }
    return NULL;
}

/* ---- when ---- */

/* The end of the day that an action names, in the company's time. */
static moment_t day_end(const struct procedure *edition, day_t day) {
    return (day + 1) * DAY_MS - edition->offset_minutes * MINUTE_MS;
}

/* Working time from the beginning, by the calendar that was in force then; where that one does not
   reach so far, by the first that does. */
static moment_t working_end(const context_t *context, const struct procedure *edition,
                            const case_stage_t *stage, int64_t hours, int *unknown) {
    calendar_t calendar = context_calendar(context, 0), next;
    size_t i = 0;
    moment_t end;
    for (; (next = context_calendar(context, i + 1)).position && next.position <= stage->began; i++)
        calendar = next;
    for (; calendar.position; calendar = context_calendar(context, ++i)) {
        working_time_t time = {edition, calendar};
        if (working_add(&time, stage->began_at, hours * 60, &end, unknown) == CALENDAR_OK)
            return end;
    }
    if (!*unknown) {
        unsigned month, day;
        day_to_civil(moment_day(stage->began_at, (int) edition->offset_minutes), unknown, &month,
                     &day);
    }
    return 0;
}

static void find_end(const case_t *self, const context_t *context, const struct procedure *edition,
                     case_deadline_t *d) {
    const struct deadline *rule = d->rule;
    int64_t hours = rule->hours, warned = hours > rule->near ? hours - rule->near : 0;
    bool warns = rule->near > 0;
    int unknown = 0;
    if (d->stage.stage == STAGE_ACTION) {
        d->due = day_end(edition, actions_find(&self->actions, d->stage.action)->due);
        d->near = warns ? d->due - rule->near * HOUR_MS : 0;
    } else if (rule->clock) {
        d->due = d->stage.began_at + hours * HOUR_MS;
        d->near = warns ? d->stage.began_at + warned * HOUR_MS : 0;
    } else {
        d->due = working_end(context, edition, &d->stage, hours, &unknown);
        d->near =
            warns && d->due ? working_end(context, edition, &d->stage, warned, &unknown) : 0;
        d->unknown = d->due ? 0 : unknown;
    }
}

static void find_said(const case_t *self, case_deadline_t *d) {
    for (size_t i = 0; i < self->said_n; i++) {
        const deadline_said_t *said = &self->said[i];
        if (said->stage != d->stage.stage || said->action != d->stage.action ||
            said->began != d->stage.began)
            continue;
        *(said->missed ? &d->missed_said : &d->near_said) = said->position;
    }
}

size_t case_deadlines(const case_t *self, const context_t *context, case_deadline_t *out) {
    const struct procedure *edition = case_edition(self, context);
    case_stage_t stages[STAGES_MAX];
    if (!edition || edition->deadlines.n == 0)
        return 0;
    const feedback_t *feedback = feedback_of_const(self);
    const struct triage *triage = feedback ? feedback_triage(feedback) : NULL;
    text_t class = self->ops->class_key(self, context);
    size_t n = 0, stages_n = case_stages(self, context, stages);
    for (size_t i = 0; i < stages_n; i++) {
        const struct deadline *rule = rule_for(edition, class, triage, stages[i].stage);
        if (!rule)
            continue;
        out[n] = (case_deadline_t){.stage = stages[i], .rule = rule};
        find_end(self, context, edition, &out[n]);
        find_said(self, &out[n++]);
    }
    return n;
}

const case_deadline_t *deadline_of(const case_deadline_t *list, size_t n, enum stage stage,
                                   int64_t action) {
    for (size_t i = 0; i < n; i++)
        if (list[i].stage.stage == stage && list[i].stage.action == action)
            return &list[i];
    return NULL;
}

/* ---- what is to be said ---- */

typedef struct saying { const case_deadline_t *of; moment_t at; bool missed; } saying_t;

/* Nobody is warned any more of what was said to be missed. */
static saying_t next_saying(const case_deadline_t *list, size_t n) {
    saying_t first = {NULL, 0, false};
    for (size_t i = 0; i < n; i++) {
        const case_deadline_t *d = &list[i];
        bool warns = d->near && !d->near_said && !d->missed_said;
        moment_t at = warns ? d->near : d->due;
        if (!d->due || d->missed_said || (first.of && at >= first.at))
            continue;
        first = (saying_t){d, at, !warns};
    }
    return first;
}

moment_t deadline_next(const case_t *self, const context_t *context) {
    case_deadline_t list[STAGES_MAX];
    size_t n = case_deadlines(self, context, list);
    return next_saying(list, n).at;
}

/* Of a review: who has not spoken. */
static struct text_list missing(const case_t *self, enum stage stage, arena_t *arena) {
    const round_t *round = case_round(self);
    struct text_list list = {NULL, 0};
    text_t department;
    if (stage != STAGE_REVIEW || !round)
        return list;
    list.at = arena_alloc(arena, (round->departments.n + 1) * sizeof *list.at);
    insist(list.at);
    while ((department = round_waiting(round, list.n)).n)
        list.at[list.n++] = department;
    return list;
}

bool deadline_derive(const case_t *self, const context_t *context, moment_t time, arena_t *arena,
                     derived_t *out, position_t *cause) {
    case_deadline_t list[STAGES_MAX];
    size_t n = case_deadlines(self, context, list);
    saying_t say = next_saying(list, n);
    if (!say.of || say.at > time)
        return false;
    *cause = say.of->stage.began;
    out->kind = say.missed ? KIND_DEADLINE_MISSED : KIND_DEADLINE_NEAR;
    out->body.deadline =
        (struct deadline_mark){.stage = say.of->stage.stage,
                               .began = (int64_t) say.of->stage.began,
                               .due = say.of->due,
                               .departments = missing(self, say.of->stage.stage, arena),
                               .action = say.of->stage.action};
    if (say.missed)
        out->body.deadline.escalate = say.of->rule->escalate;
    return true;
}

bool deadline_escalated(const case_deadline_t *self, const person_t *person) {
    return self->missed_said && person_has_role(person, self->rule->escalate);
}
