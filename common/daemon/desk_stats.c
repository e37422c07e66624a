/* SPDX-License-Identifier: Apache-2.0
 *
 * desk_stats: complaints and other feedback counted (QP21-4.6 a, 4.7c; ISO 10002 8.2): how many of
 * which, month by month; how long each stage took; who has how many actions open. By the day on
 * which it came in, in the company's time.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/daemon/desk_internal.h"

#define MONTHS_MAX 240
#define MONTHS_DEFAULT 60 /* five years, this month included */

static day_t month_begin(int64_t month) {
    return day_from_civil((int) (month / 12), (unsigned) (month % 12) + 1, 1);
}

static int64_t month_of_day(day_t day) {
    int year;
    unsigned month, of_month;
    day_to_civil(day, &year, &month, &of_month);
    return (int64_t) year * 12 + month - 1;
}

static bool take_day(const asked_t *a, const char *name, day_t fallback, day_t *day) {
    text_t text = asked_text(a, name);
    *day = fallback;
    if (text.n == 0 || day_parse(text, day))
        return true;
    problem_set(a->problem, REASON_FIELD_RANGE, name, "a day as 2026-11-23");
    return false;
}

/* "from" and "to" are days, both included. */
static bool take_range(const asked_t *a, stats_range_t *range) {
    range->offset = desk_offset(a);
    day_t today = moment_day(a->desk->now, range->offset), from, to;
    if (!take_day(a, "to", today, &to) ||
        !take_day(a, "from", month_begin(month_of_day(to) - MONTHS_DEFAULT + 1), &from))
        return false;
    range->first = month_of_day(from);
    range->months = month_of_day(to) - range->first + 1;
    if (from > to || range->months > MONTHS_MAX) {
        problem_set(a->problem, REASON_FIELD_RANGE, "from",
                    "at most 20 years, and not after \"to\"");
        return false;
    }
    range->when.from = from * DAY_MS - range->offset * MINUTE_MS;
    range->when.to = (to + 1) * DAY_MS - range->offset * MINUTE_MS;
    return true;
}

static bool take_what(const asked_t *a, register_range_t *range) {
    text_t what = asked_text(a, "what"), word = asked_text(a, "kind");
    int kind = FEEDBACK_COMPLAINT;
    bool all = text_is(what, "feedback");
    if (!all && what.n && !text_is(what, "complaints")) {
        problem_set(a->problem, REASON_FIELD_RANGE, "what", "complaints or feedback");
        return false;
    }
    if (all && word.n && !enum_value(&feedback_kind_table, word, &kind)) {
        problem_set(a->problem, REASON_FIELD_RANGE, "kind", "there is no kind \"%.*s\"",
                    (int) word.n, word.p);
        return false;
    }
    range->kind = all && !word.n ? feedback_kind_unset : (enum feedback_kind) kind;
    return true;
}

json_t *stats_head(const asked_t *a, const stats_range_t *range, const char *by) {
    json_t *json = json_object();
    bool all = text_is(asked_text(a, "what"), "feedback");
    json_put(json, "what", json_string(all ? "feedback" : "complaints"));
    json_put(json, "kind", json_of_enum(&feedback_kind_table, (int) range->when.kind));
    json_put(json, "by", json_string(by));
    json_put(json, "from", json_of_day(moment_day(range->when.from, range->offset)));
    json_put(json, "to", json_of_day(moment_day(range->when.to, range->offset) - 1));
    return json;
}

/* ---- time in each stage ---- */

/* Hours with two decimals. */
static json_t *hours_json(int64_t ms) {
    return json_of_decimal((ms + HOUR_MS / 200) / (HOUR_MS / 100) * (DECIMAL_ONE / 100));
}

static json_t *by_stage(const asked_t *a, const stats_range_t *range) {
    register_stage_t stages[REGISTER_STAGES_MAX];
    size_t n = register_stages(a->desk->cases, &range->when, stages);
    json_t *json = stats_head(a, range, "stage"), *rows = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_object();
        json_put(row, "key", json_string(stages[i].name));
        json_put(row, "count", json_integer(stages[i].count));
        json_put(row, "median", hours_json(stages[i].median));
        json_put(row, "mean", hours_json(stages[i].mean));
        json_put(row, "max", hours_json(stages[i].most));
        json_array_append_new(rows, row);
    }
    json_put(json, "rows", rows);
    return json;
}

/* ---- open actions by owner ---- */

typedef struct owning {
    json_t *rows;
    const asked_t *asked;
    day_t today;
} owning_t;

static json_t *row_of(owning_t *o, ident_t owner) {
    size_t i;
    json_t *row;
    char id[37];
    ident_print(owner, id);
    json_array_foreach(
        o->rows, i,
        row) if (text_is(json_text(json_object_get(json_object_get(row, "owner"), "id")),
                         id)) return row;
    row = json_object();
    const person_t *person = context_person(asked_context(o->asked), owner);
    json_put(row, "key", json_of_text(person ? person->handle : text_of(id)));
    json_put(row, "owner", view_actor(&o->asked->view, owner));
    static const char *const keys[] = {"open", "overdue", "reported"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        json_put(row, keys[k], json_integer(0));
    json_array_append_new(o->rows, row);
    return row;
}

static void add_to(json_t *row, const char *key) {
    json_put(row, key, json_integer(json_integer_value(json_object_get(row, key)) + 1));
}

static void count_action(void *arg, const register_action_t *action) {
    owning_t *o = arg;
    json_t *row = row_of(o, action->owner);
    add_to(row, action->state == ACTION_OPEN ? "open" : "reported");
    if (action->state == ACTION_OPEN && action->due < o->today)
        add_to(row, "overdue");
}

/* As it is now, whenever the case came in: what is open is open. */
static json_t *by_owner(const asked_t *a, const stats_range_t *range) {
    register_actions_t filter = {
        .scopes = 1u << SCOPE_FEEDBACK, .kind = range->when.kind, .limit = INT32_MAX};
    owning_t o = {json_array(), a, moment_day(a->desk->now, range->offset)};
    register_each_action(a->desk->cases, &filter, count_action, &o);
    json_t *json = stats_head(a, range, "owner");
    json_object_del(json, "from");
    json_object_del(json, "to");
    json_put(json, "rows", o.rows);
    return json;
}

json_t *desk_stats(const asked_t *a) {
    static const char *const names[] = {
#define KEY_NAME(NAME, name) [REGISTER_##NAME] = name,
        REGISTER_KEYS(KEY_NAME)
#undef KEY_NAME
    };
    stats_range_t range = {.months = 0};
    text_t by = asked_text(a, "by");
    if (!take_what(a, &range.when) || !take_range(a, &range))
        return NULL;
    if (by.n == 0)
        return stats_counts(a, &range, REGISTER_MONTH, "month");
    if (text_is(by, "stage"))
        return by_stage(a, &range);
    if (text_is(by, "owner"))
        return by_owner(a, &range);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_is(by, names[i]))
            return stats_counts(a, &range, (register_key_t) i, names[i]);
    problem_set(a->problem, REASON_FIELD_RANGE, "by",
                "product, cause, customer, department, severity, kind, outcome, remedy, "
                "month, stage or owner");
    return NULL;
}
