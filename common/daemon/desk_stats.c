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
#define ROWS_MAX 1000

typedef struct range {
    register_range_t when;
    int offset;
    int64_t first, months; /* the first month as 12 * year + month - 1, and how many */
} range_t;

static day_t month_begin(int64_t month) {
    return day_from_civil((int) (month / 12), (unsigned) (month % 12) + 1, 1);
}

static int64_t month_of_day(day_t day) {
    int year;
    unsigned month, of_month;
    day_to_civil(day, &year, &month, &of_month);
    return (int64_t) year * 12 + month - 1;
}

static json_t *month_json(int64_t month) {
    char text[24];
    snprintf(text, sizeof text, "%04d-%02d", (int) (month / 12), (int) (month % 12) + 1);
    return json_string(text);
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
static bool take_range(const asked_t *a, range_t *range) {
    range->offset = desk_offset(a);
    day_t today = moment_day(a->desk->now, range->offset), from, to;
    if (!take_day(a, "to", today, &to) ||
        !take_day(a, "from", month_begin(month_of_day(to) - MONTHS_DEFAULT + 1), &from))
        return false;
    range->first = month_of_day(from);
    range->months = month_of_day(to) - range->first + 1;
    if (from > to || range->months > MONTHS_MAX) {
        problem_set(a->problem, REASON_FIELD_RANGE, "from", "at most 20 years, and not after \"to\"");
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

static json_t *head_json(const asked_t *a, const range_t *range, const char *by) {
    json_t *json = json_object();
    bool all = text_is(asked_text(a, "what"), "feedback");
    json_put(json, "what", json_string(all ? "feedback" : "complaints"));
    json_put(json, "kind", json_of_enum(&feedback_kind_table, (int) range->when.kind));
    json_put(json, "by", json_string(by));
    json_put(json, "from", json_of_day(moment_day(range->when.from, range->offset)));
    json_put(json, "to", json_of_day(moment_day(range->when.to, range->offset) - 1));
    return json;
}

/* ---- counts, month by month ---- */

typedef struct group {
    json_t *key, *name; /* name NULL: the key is a word, or says it all */
    int64_t count, open, safety;
} group_t;

typedef struct counting {
    const asked_t *asked;
    const range_t *range;
    register_key_t key;
    group_t *groups;
    int32_t *months; /* range->months of each group */
    size_t n, room;
    register_count_t last; /* whose group the latest is; its text is the group's key */
    int64_t count, open, safety;
} counting_t;

static const enum_table_t *words_of(register_key_t key) {
    switch (key) {
    case REGISTER_CAUSE: return &cause_table;
    case REGISTER_SEVERITY: return &severity_table;
    case REGISTER_KIND: return &feedback_kind_table;
    case REGISTER_OUTCOME: return &outcome_table;
    case REGISTER_REMEDY: return &remedy_table;
    case REGISTER_PRODUCT:
    case REGISTER_CUSTOMER:
    case REGISTER_DEPARTMENT:
    case REGISTER_MONTH: return NULL;
    }
    return NULL;
}

static void name_group(const counting_t *c, group_t *group, const register_count_t *count) {
    const context_t *context = asked_context(c->asked);
    const enum_table_t *words = words_of(c->key);
    const customer_entry_t *customer = context_customer(context, count->customer);
    const struct product_row *product =
        c->key == REGISTER_PRODUCT ? context_product(context, count->text) : NULL;
    if (words)
        group->key = json_of_enum(words, count->value);
    else if (customer) {
        group->key = json_of_text(customer->number);
        group->name = json_of_text(customer->body.short_name);
    } else
        group->key = count->text.n ? json_of_text(count->text) : json_null();
    if (product)
        group->name = json_of_text(product->name);
}

static bool same_group(const counting_t *c, const register_count_t *count) {
    return c->n && count->value == c->last.value && ident_equal(count->customer, c->last.customer) &&
           (!words_of(c->key) && c->key != REGISTER_CUSTOMER && c->key != REGISTER_MONTH
                ? text_equal(count->text, json_text(c->groups[c->n - 1].key))
                : true);
}

static int32_t *months_of(const counting_t *c, const group_t *group) {
    return c->months + (size_t) (group - c->groups) * (size_t) c->range->months;
}

static void add_group(counting_t *c) {
    size_t months = (size_t) c->range->months;
    if (c->n == c->room) {
        c->room = c->room * 2 + 64;
        c->groups = memory_grow(c->groups, c->room, sizeof *c->groups);
        c->months = memory_grow(c->months, c->room * months, sizeof *c->months);
    }
    c->groups[c->n] = (group_t){.key = NULL};
    memset(&c->months[c->n * months], 0, months * sizeof *c->months);
    c->n++;
}

static void count_one(void *arg, const register_count_t *count) {
    counting_t *c = arg;
    int64_t at = count->month - c->range->first;
    if (!same_group(c, count)) {
        add_group(c);
        name_group(c, &c->groups[c->n - 1], count);
        c->last = *count;
    }
    group_t *group = &c->groups[c->n - 1];
    group->count += count->count;
    group->open += count->open;
    group->safety += count->safety;
    if (at >= 0 && at < c->range->months)
        months_of(c, group)[at] += (int32_t) count->count;
    c->count += count->count;
    c->open += count->open;
    c->safety += count->safety;
}

/* The most frequent first; then as the register gave them, by key. */
static int compare_groups(const void *a, const void *b) {
    const group_t *x = *(const group_t *const *) a, *y = *(const group_t *const *) b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x > y) - (x < y);
}

static json_t *group_json(const counting_t *c, const group_t *group) {
    json_t *json = json_object(), *months = json_array();
    json_object_set(json, "key", group->key);
    if (group->name)
        json_object_set(json, "name", group->name);
    json_put(json, "count", json_integer(group->count));
    json_put(json, "open", json_integer(group->open));
    json_put(json, "safety", json_integer(group->safety));
    for (int64_t i = 0; i < c->range->months; i++)
        json_array_append_new(months, json_integer(months_of(c, group)[i]));
    json_put(json, "months", months);
    return json;
}

static void put_groups(json_t *json, const counting_t *c, size_t limit) {
    const group_t **order = memory_new(c->n, sizeof(const group_t *));
    json_t *rows = json_array();
    int64_t rest = 0;
    for (size_t i = 0; i < c->n; i++)
        order[i] = &c->groups[i];
    qsort(order, c->n, sizeof *order, compare_groups);
    for (size_t i = 0; i < c->n; i++)
        if (i < limit)
            json_array_append_new(rows, group_json(c, order[i]));
        else
            rest += order[i]->count;
    json_put(json, "rows", rows);
    if (c->n > limit)
        json_put(json, "more", json_pack("{s:I, s:I}", "rows", (json_int_t) (c->n - limit),
                                         "count", (json_int_t) rest));
    free(order);
}

/* Every month is a row, also one in which nothing came. */
static void put_months(json_t *json, const counting_t *c) {
    json_t *rows = json_array();
    for (int64_t i = 0; i < c->range->months; i++) {
        json_t *row = json_object();
        json_put(row, "key", month_json(c->range->first + i));
        json_put(row, "count", json_integer(c->n ? c->months[i] : 0));
        json_array_append_new(rows, row);
    }
    json_put(json, "rows", rows);
}

static json_t *counted(const asked_t *a, const range_t *range, register_key_t key,
                       const char *by) {
    int64_t limit;
    counting_t c = {.asked = a, .range = range, .key = key};
    if (!asked_number(a, "limit", 1, ROWS_MAX, LIST_MAX, &limit))
        return NULL;
    register_counts(a->desk->cases, key, &range->when, range->offset, count_one, &c);
    json_t *json = head_json(a, range, by), *months = json_array();
    json_put(json, "count", json_integer(c.count));
    json_put(json, "open", json_integer(c.open));
    json_put(json, "safety", json_integer(c.safety));
    if (key == REGISTER_MONTH)
        put_months(json, &c);
    else
        put_groups(json, &c, (size_t) limit);
    for (int64_t i = 0; i < range->months && key != REGISTER_MONTH; i++)
        json_array_append_new(months, month_json(range->first + i));
    if (key != REGISTER_MONTH)
        json_object_set(json, "months", months);
    json_decref(months);
    for (size_t i = 0; i < c.n; i++) {
        json_decref(c.groups[i].key);
        json_decref(c.groups[i].name);
    }
    free(c.groups);
    free(c.months);
    return json;
}

/* ---- time in each stage ---- */

/* Hours with two decimals. */
static json_t *hours_json(int64_t ms) {
    return json_of_decimal((ms + HOUR_MS / 200) / (HOUR_MS / 100) * (DECIMAL_ONE / 100));
}

static json_t *by_stage(const asked_t *a, const range_t *range) {
    register_stage_t stages[REGISTER_STAGES_MAX];
    size_t n = register_stages(a->desk->cases, &range->when, stages);
    json_t *json = head_json(a, range, "stage"), *rows = json_array();
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

typedef struct owning { json_t *rows; const asked_t *asked; day_t today; } owning_t;

static json_t *row_of(owning_t *o, ident_t owner) {
    size_t i;
    json_t *row;
    char id[37];
    ident_print(owner, id);
    json_array_foreach(o->rows, i, row)
        if (text_is(json_text(json_object_get(json_object_get(row, "owner"), "id")), id))
            return row;
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
static json_t *by_owner(const asked_t *a, const range_t *range) {
    register_actions_t filter = {
        .scopes = 1u << SCOPE_FEEDBACK, .kind = range->when.kind, .limit = INT32_MAX};
    owning_t o = {json_array(), a, moment_day(a->desk->now, range->offset)};
    register_each_action(a->desk->cases, &filter, count_action, &o);
    json_t *json = head_json(a, range, "owner");
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
    range_t range = {.months = 0};
    text_t by = asked_text(a, "by");
    if (!take_what(a, &range.when) || !take_range(a, &range))
        return NULL;
    if (by.n == 0)
        return counted(a, &range, REGISTER_MONTH, "month");
    if (text_is(by, "stage"))
        return by_stage(a, &range);
    if (text_is(by, "owner"))
        return by_owner(a, &range);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_is(by, names[i]))
            return counted(a, &range, (register_key_t) i, names[i]);
    problem_set(a->problem, REASON_FIELD_RANGE, "by",
                "product, cause, customer, department, severity, kind, outcome, remedy, "
                "month, stage or owner");
    return NULL;
}
