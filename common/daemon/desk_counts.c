/* SPDX-License-Identifier: Apache-2.0
 *
 * desk_counts: feedback counted by one of its keys, month by month, the most frequent first.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/daemon/desk_internal.h"

#define ROWS_MAX 1000

static json_t *month_json(int64_t month) {
    char text[24];
    snprintf(text, sizeof text, "%04d-%02d", (int) (month / 12), (int) (month % 12) + 1);
    return json_string(text);
}

typedef struct group {
    json_t *key, *name; /* name NULL: the key is a word, or says it all */
    int64_t count, open, safety;
} group_t;

typedef struct counting {
    const asked_t *asked;
    const stats_range_t *range;
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
    return c->n && count->value == c->last.value &&
           ident_equal(count->customer, c->last.customer) &&
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
        json_put(json, "more",
                 json_pack("{s:I, s:I}", "rows", (json_int_t) (c->n - limit), "count",
                           (json_int_t) rest));
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

json_t *stats_counts(const asked_t *a, const stats_range_t *range, register_key_t key,
                     const char *by) {
    int64_t limit;
    counting_t c = {.asked = a, .range = range, .key = key};
    if (!asked_number(a, "limit", 1, ROWS_MAX, LIST_MAX, &limit))
        return NULL;
    register_counts(a->desk->cases, key, &range->when, range->offset, count_one, &c);
    json_t *json = stats_head(a, range, by), *months = json_array();
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
