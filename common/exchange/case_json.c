/* SPDX-License-Identifier: Apache-2.0
 *
 * case_json: see case_json.h.
 */
#include "common/exchange/case_json.h"

#include "common/base/text.h"
#include "common/domain/deadline.h"
#include "common/exchange/feedback_json.h"
#include "common/exchange/order_json.h"

#define DIFFERENCES_BYTES_MAX (16 * 1024 * 1024)

json_t *problem_json(const problem_t *problem) {
    json_t *object = json_object();
    const char *clause = problem->clause[0] ? problem->clause : reason_clause(problem->reason);
    json_put(object, "reason", json_string(reason_name(problem->reason)));
    json_put_text(object, "clause", text_of(clause));
    json_put_text(object, "field", text_of(problem->field));
    json_put_text(object, "text", text_of(reason_text(problem->reason)));
    json_put_text(object, "detail", text_of(problem->detail));
    json_put_text(object, "file", text_of(problem->file));
    if (problem->line)
        json_put(object, "line", json_integer(problem->line));
    return object;
}

json_t *customer_brief_json(const view_t *view, ident_t id) {
    json_t *object = json_object();
    const customer_entry_t *entry = context_customer(view->context, id);
    json_put(object, "id", json_of_ident(id));
    if (entry) {
        json_put_text(object, "number", entry->number);
        json_put_text(object, "code", entry->body.code);
        json_put_text(object, "name", entry->body.name);
        json_put_text(object, "short_name", entry->body.short_name);
    }
    return object;
}

static bool ends_with(text_t text, const char *end) {
    size_t n = strlen(end);
    return text.n >= n && memcmp(text.p + text.n - n, end, n) == 0;
}

/* Requirements can speak of prices; which one a path means is not worth guessing. */
static bool withheld(const view_t *view, text_t path) {
    return (!view->prices && (ends_with(path, "price") || ends_with(path, "currency") ||
                              text_starts(path, "requirements"))) ||
           (!view->contacts && text_starts(path, "contact") && !text_starts(path, "contact_"));
}

json_t *differences_json(const record_t *record, const void *before, const void *after,
                         const view_t *view) {
    json_t *array = json_array();
    arena_t *arena = arena_new(DIFFERENCES_BYTES_MAX);
    struct difference *list = NULL;
    size_t n = record_difference(record, before, after, arena, &list);
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        json_put_text(object, "path", list[i].path);
        if (withheld(view, list[i].path)) {
            json_put(object, "withheld", json_true());
        } else {
            json_put_text(object, "before", list[i].before);
            json_put_text(object, "after", list[i].after);
        }
        json_array_append_new(array, object);
    }
    arena_destroy(&arena);
    return array;
}

json_t *revision_head_json(const revision_head_t *head, const view_t *view) {
    json_t *object = json_object();
    json_put(object, "no", json_integer(head->no));
    json_put(object, "position", json_of_position(head->position));
    json_put(object, "time", json_of_moment(head->time));
    json_put(object, "by", view_acting(view, head->author, head->mandate));
    json_put(object, "digest", json_of_digest(head->digest));
    json_put_text(object, "reason", head->reason);
    return object;
}

json_t *case_head_json(const case_t *self, const view_t *view) {
    json_t *object = json_object();
    json_put_text(object, "number", self->number);
    json_put(object, "id", json_of_ident(self->id));
    json_put(object, "case", json_string(self->ops->name));
    json_put(object, "state", json_string(case_state_name(self)));
    json_put(object, "open", json_boolean(case_standing(self) == STANDING_OPEN));
    json_put(object, "version", json_integer((json_int_t) self->version));
    json_put(object, "position", json_of_position(self->last));
    json_put(object, "time", json_of_moment(self->last_time));
    if (!self->revision)
        return object;
    json_put(object, "registrant", view_acting(view, self->registrant, self->registrant_mandate));
    json_put(object, "revision", json_integer(self->revision));
    json_put(object, "digest", json_of_digest(self->digest));
    return object;
}

/* ---- actions ---- */

static json_t *word_json(const action_word_t *word, const view_t *view) {
    json_t *object = json_object();
    json_put(object, "what", json_string(word->verification ? "verification" : "report"));
    if (word->verification)
        json_put(object, "effective", json_boolean(word->effective));
    json_put_text(object, "text", word->text);
    json_put(object, "by", view_acting(view, word->actor, word->mandate));
    json_put(object, "time", json_of_moment(word->time));
    json_put(object, "position", json_of_position(word->position));
    json_t *attachments = json_array();
    for (size_t i = 0; i < word->attachments->n; i++)
        json_array_append_new(attachments,
                              view_record(view, &attachment_record, &word->attachments->at[i]));
    json_put(object, "attachments", attachments);
    view_mark_erased(view, object);
    return object;
}

json_t *action_json(const action_t *action, const view_t *view) {
    json_t *object = json_object(), *words = json_array();
    json_put(object, "no", json_integer(action->no));
    json_put_text(object, "text", action->text);
    json_put(object, "type", json_of_enum(&action_type_table, (int) action->type));
    json_put(object, "owner", view_actor(view, action->owner));
    json_put(object, "due", json_of_day(action->due));
    json_put(object, "state", json_string(action_state_name(action->state)));
    json_put(object, "by", view_acting(view, action->author, action->mandate));
    json_put(object, "time", json_of_moment(action->since));
    json_put(object, "position", json_of_position(action->position));
    if (action->setbacks)
        json_put(object, "setbacks", json_integer(action->setbacks));
    for (size_t i = 0; i < action->words_n; i++)
        json_array_append_new(words, word_json(&action->words[i], view));
    json_put(object, "words", words);
    return object;
}

/* ---- what it waits for ---- */

/* Somebody who can do it, and for whom until when. */
static json_t *able_json(const view_t *view, ident_t person, const capacity_t *as) {
    json_t *object = view_acting_for(view, person, as->mandate, as->behalf);
    if (as->until)
        json_put(object, "until", json_of_moment(as->until));
    return object;
}

static json_t *who_json(const case_t *self, const view_t *view, const waiting_t *step) {
    json_t *array = json_array();
    const person_t *people;
    size_t n = context_persons(view->context, &people);
    for (size_t i = 0; i < n; i++) {
        problem_t refused = {0};
        capacity_t as;
        if (!people[i].revoked && case_waiting_as(self, view->context, step, &people[i], view->now,
                                                  &as, &refused) == 0)
            json_array_append_new(array, able_json(view, people[i].id, &as));
    }
    return array;
}

/* What a case waits for, since when, and by when. */
typedef struct times {
    case_stage_t stages[STAGES_MAX];
    case_deadline_t deadlines[STAGES_MAX];
    size_t stages_n, deadlines_n;
} times_t;

static void put_nudges(json_t *object, const case_t *self, const case_stage_t *stage) {
    const nudged_t *last = NULL;
    int64_t n = 0;
    for (size_t i = 0; i < self->nudges_n; i++)
        if (self->nudges[i].stage == stage->stage && self->nudges[i].position > stage->began) {
            last = &self->nudges[i];
            n++;
        }
    if (!last)
        return;
    json_put(object, "nudges", json_integer(n));
    json_put(object, "nudged", json_of_moment(last->time));
}

static void put_deadline(json_t *object, const case_deadline_t *deadline) {
    if (deadline->unknown)
        json_put(object, "year_missing", json_integer(deadline->unknown));
    if (!deadline->due)
        return;
    json_put(object, "deadline", json_of_moment(deadline->due));
    if (deadline->near_said)
        json_put(object, "near", json_true());
    if (!deadline->missed_said)
        return;
    json_put(object, "missed", json_true());
    json_put_text(object, "escalated", deadline->rule->escalate);
}

static void put_times(json_t *object, const case_t *self, const waiting_t *step,
                      const times_t *times) {
    enum stage stage = stage_of(step);
    const case_deadline_t *deadline =
        deadline_of(times->deadlines, times->deadlines_n, stage, step->action);
    for (size_t i = 0; i < times->stages_n; i++) {
        const case_stage_t *found = &times->stages[i];
        if (found->stage != stage || found->action != step->action)
            continue;
        json_put(object, "stage", json_of_enum(&stage_table, (int) stage));
        json_put(object, "since", json_of_moment(found->began_at));
        put_nudges(object, self, found);
    }
    if (deadline)
        put_deadline(object, deadline);
}

static json_t *step_json(const case_t *self, const waiting_t *step, const view_t *view) {
    const action_t *action = actions_find(&self->actions, step->action);
    json_t *object = json_object();
    const kind_info_t *kind = kind_info(step->kind);
    json_put_text(object, "kind", text_of(kind ? kind->name : ""));
    json_put(object, "meaning", json_of_enum(&meaning_table, (int) step->meaning));
    json_put_text(object, "department", step->department);
    json_put_text(object, "role", step->role);
    json_put_text(object, "stand_in", step->stand_in);
    json_put(object, "act", json_of_enum(&act_table, (int) step->act));
    json_put(object, "owner", view_actor(view, step->owner));
    if (!action)
        return object;
    json_put(object, "action", json_integer(action->no));
    json_put_text(object, "text", action->text);
    json_put(object, "due", json_of_day(action->due));
    json_put(object, "owner", view_actor(view, action->owner));
    return object;
}

/* Whether the reader may, and for whom they would have to say so. */
static void put_reader(json_t *object, const case_t *self, const view_t *view,
                       const waiting_t *step, const person_t *reader) {
    problem_t refused = {0};
    capacity_t as;
    if (case_waiting_as(self, view->context, step, reader, view->now, &as, &refused) != 0) {
        json_put(object, "refusal", problem_json(&refused));
        return;
    }
    json_put(object, "may", json_true());
    if (!ident_none(as.mandate))
        json_put(object, "as", able_json(view, reader->id, &as));
}

json_t *case_waiting_json(const case_t *self, const view_t *view, const person_t *reader,
                          bool who) {
    sheet_t sheet = {.n = 0};
    times_t times;
    case_waiting(self, view->context, &sheet);
    times.stages_n = case_stages(self, view->context, times.stages);
    times.deadlines_n = case_deadlines(self, view->context, times.deadlines);
    json_t *array = json_array();
    for (size_t i = 0; i < sheet.n; i++) {
        json_t *object = step_json(self, &sheet.rows[i], view);
        put_times(object, self, &sheet.rows[i], &times);
        if (reader)
            put_reader(object, self, view, &sheet.rows[i], reader);
        if (who)
            json_put(object, "who", who_json(self, view, &sheet.rows[i]));
        json_array_append_new(array, object);
    }
    return array;
}

/* ---- the review ---- */

void case_put_review(json_t *object, const case_t *self, const view_t *view) {
    json_t *rounds = json_array(), *actions = json_array();
    for (size_t i = 0; i < self->rounds_n; i++)
        json_array_append_new(rounds, round_json(self, &self->rounds[i], view));
    for (size_t i = 0; i < self->actions.n; i++)
        json_array_append_new(actions, action_json(&self->actions.at[i], view));
    json_put(object, "rounds", rounds);
    json_put(object, "actions", actions);
    json_put(object, "waiting", case_waiting_json(self, view, NULL, false));
}

void case_put_brief(json_t *object, const case_t *self, const view_t *view) {
    const round_t *round = case_round(self);
    if (round && round->tallied)
        json_put(object, "tally", json_of_enum(&outcome_table, (int) round->tally));
    if (round && round->conclusion)
        json_put(object, "outcome", json_of_enum(&outcome_table, (int) round->conclusion->outcome));
    if (self->actions.n)
        json_put(object, "open_actions", json_integer((json_int_t) actions_open(&self->actions)));
    json_put(object, "waiting", case_waiting_json(self, view, NULL, false));
}

json_t *case_json(const case_t *self, const view_t *view) {
    const order_t *order = order_of_const(self);
    return order ? order_json(order, view) : feedback_json(feedback_of_const(self), view);
}

json_t *case_summary_json(const case_t *self, const view_t *view) {
    const order_t *order = order_of_const(self);
    return order ? order_summary_json(order, view)
                 : feedback_summary_json(feedback_of_const(self), view);
}
