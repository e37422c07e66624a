/* SPDX-License-Identifier: Apache-2.0
 *
 * desk_lists: what is looked up in the register: orders and feedback by what they are, cases by
 * words, actions by who has to do something.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/daemon/desk_internal.h"
#include "common/domain/feedback.h"
#include "common/exchange/case_json.h"

#define HITS 20
#define ACTIONS_MAX 1000

unsigned desk_scopes(const asked_t *a) {
    static const case_ops_t *const kinds[] = {&order_ops, &feedback_ops};
    unsigned scopes = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (asked_reads(a, kinds[i]->right))
            scopes |= 1u << kinds[i]->scope;
    return scopes;
}

int desk_offset(const asked_t *a) {
    const struct procedure *procedure = context_procedure(asked_context(a));
    return procedure ? (int) procedure->offset_minutes : 0;
}

static bool some_scope(const asked_t *a, unsigned scopes) {
    if (!scopes)
        problem_set(a->problem, REASON_NOT_ALLOWED_TO_READ, "feedback", "%s", "");
    return scopes != 0;
}

/* ---- orders, feedback ---- */

static bool take_filter(const asked_t *a, register_filter_t *filter, int64_t *limit) {
    int64_t after;
    int kind = 0;
    text_t customer = asked_text(a, "customer"), word = asked_text(a, "kind");
    if (!asked_number(a, "after", 0, INT64_MAX, 0, &after) ||
        !asked_number(a, "limit", 1, LIST_MAX, LIST_MAX, limit))
        return false;
    filter->after = (position_t) after;
    filter->state = asked_text(a, "state");
    filter->class = asked_text(a, "class");
    if (word.n && !enum_value(&feedback_kind_table, word, &kind)) {
        problem_set(a->problem, REASON_FIELD_RANGE, "kind", "there is no kind \"%.*s\"",
                    (int) word.n, word.p);
        return false;
    }
    filter->kind = (enum feedback_kind) kind;
    if (customer.n == 0)
        return true;
    const customer_entry_t *entry = context_customer_by_name(asked_context(a), customer);
    if (!entry) {
        problem_set(a->problem, REASON_UNKNOWN_REFERENCE, "customer", "%.*s", (int) customer.n,
                    customer.p);
        return false;
    }
    filter->customer = entry->id;
    return true;
}

static json_t *list(const asked_t *a, scope_t scope, const char *key) {
    register_filter_t filter = {.scope = scope};
    register_entry_t found[LIST_MAX];
    int64_t limit;
    if (!take_filter(a, &filter, &limit))
        return NULL;
    size_t n = register_list(a->desk->cases, &filter, found, (size_t) limit);
    json_t *json = json_object(), *array = json_array();
    for (size_t i = 0; i < n; i++) {
        const case_t *of = chronicle_case(a->desk->chronicle, found[i].id);
        if (of)
            json_array_append_new(array, case_summary_json(of, &a->view));
    }
    json_put(json, key, array);
    if ((int64_t) n == limit)
        json_put(json, "after", json_of_position(found[n - 1].opened)); /* ask again from here */
    return json;
}

json_t *desk_orders(const asked_t *a) { return list(a, SCOPE_ORDER, "orders"); }
json_t *desk_feedback(const asked_t *a) { return list(a, SCOPE_FEEDBACK, "feedback"); }

/* ---- search ---- */

static void put_order(json_t *object, const order_t *order, const view_t *view) {
    json_put(object, "registered", json_of_moment(order->revisions[0].time));
    json_put(object, "customer",
             customer_brief_json(view, order_revision(order)->content->customer));
}

static void put_feedback(json_t *object, const feedback_t *feedback, const view_t *view) {
    const struct feedback_content *content = feedback_revision(feedback)->content;
    json_put(object, "kind", json_of_enum(&feedback_kind_table, (int) content->kind));
    json_put(object, "registered", json_of_moment(feedback->revisions[0].time));
    json_put(object, "customer", customer_brief_json(view, content->customer));
}

static void put_case(json_t *object, const case_t *of, const view_t *view) {
    const order_t *order = order_of_const(of);
    const feedback_t *feedback = feedback_of_const(of);
    json_put_text(object, "number", of->number);
    json_put(object, "id", json_of_ident(of->id));
    json_put(object, "case", json_string(of->ops->name));
    json_put(object, "state", json_string(case_state_name(of)));
    json_put(object, "open", json_boolean(case_standing(of) == STANDING_OPEN));
    if (order)
        put_order(object, order, view);
    else if (feedback)
        put_feedback(object, feedback, view);
}

static json_t *hit_json(const asked_t *a, const search_t *search, const case_t *of) {
    buffer_t text = {0}, snippet = {0};
    json_t *object = json_object();
    put_case(object, of, &a->view);
    register_text(a->desk->chronicle, of, &text);
    search_snippet(search, (text_t){(const char *) text.p, text.n}, &snippet);
    json_put_text(object, "snippet", (text_t){(const char *) snippet.p, snippet.n});
    buffer_free(&text);
    buffer_free(&snippet);
    return object;
}

json_t *desk_search(const asked_t *a) {
    register_entry_t found[LIST_MAX];
    int64_t limit, before;
    unsigned scopes = desk_scopes(a);
    if (!some_scope(a, scopes) || !asked_number(a, "limit", 1, LIST_MAX, HITS, &limit) ||
        !asked_number(a, "before", 1, INT64_MAX, INT64_MAX, &before))
        return NULL;
    search_t *search = search_new(asked_text(a, "words"), asked_context(a), a->problem);
    if (!search)
        return NULL;
    size_t n =
        register_search(a->desk->cases, search, scopes, (position_t) before, found, (size_t) limit);
    json_t *json = json_object(), *hits = json_array();
    for (size_t i = 0; i < n; i++) {
        const case_t *of = chronicle_case(a->desk->chronicle, found[i].id);
        if (of)
            json_array_append_new(hits, hit_json(a, search, of));
    }
    search_destroy(&search);
    json_put(json, "hits", hits);
    if ((int64_t) n == limit)
        json_put(json, "before", json_of_position(found[n - 1].opened)); /* ask again from here */
    return json;
}

/* ---- actions ---- */

typedef struct action_page {
    const asked_t *asked;
    json_t *list;
    size_t limit;
    bool more;
    day_t today;
} action_page_t;

static json_t *case_of_action(const register_action_t *action, const view_t *view) {
    json_t *object = json_object();
    json_put_text(object, "number", action->number);
    json_put(object, "id", json_of_ident(action->id));
    json_put(object, "case", json_string(case_ops_of(action->scope)->name));
    json_put(object, "customer", customer_brief_json(view, action->customer));
    return object;
}

static void add_action(void *arg, const register_action_t *action) {
    action_page_t *page = arg;
    const view_t *view = &page->asked->view;
    if (json_array_size(page->list) == page->limit) {
        page->more = true;
        return;
    }
    json_t *object = json_object();
    json_put(object, "of", case_of_action(action, view));
    json_put(object, "no", json_integer(action->no));
    json_put_text(object, "text", action->text);
    json_put(object, "type", json_of_enum(&action_type_table, (int) action->type));
    json_put(object, "owner", view_actor(view, action->owner));
    json_put(object, "due", json_of_day(action->due));
    json_put(object, "state", json_string(action_state_name(action->state)));
    json_put(object, "overdue",
             json_boolean(action->state == ACTION_OPEN && action->due < page->today));
    json_put(object, "time", json_of_moment(action->since));
    if (action->closed)
        json_put(object, "closed", json_of_moment(action->closed));
    if (action->setbacks)
        json_put(object, "setbacks", json_integer(action->setbacks));
    json_array_append_new(page->list, object);
}

static bool take_owner(const asked_t *a, register_actions_t *filter) {
    text_t owner = asked_text(a, "owner");
    const person_t *person = owner.n && !ident_parse(owner, &filter->owner)
                                 ? context_person_by_name(asked_context(a), owner)
                                 : context_person(asked_context(a), filter->owner);
    if (owner.n && !person)
        problem_set(a->problem, REASON_UNKNOWN_PERSON, "owner", "%.*s", (int) owner.n, owner.p);
    if (person)
        filter->owner = person->id;
    return !owner.n || person;
}

static position_t opened_of(const case_t *of) {
    const order_t *order = order_of_const(of);
    return order ? order->revisions[0].position : feedback_of_const(of)->revisions[0].position;
}

static bool take_actions(const asked_t *a, day_t today, register_actions_t *filter) {
    text_t state = asked_text(a, "state");
    int64_t limit;
    if (!some_scope(a, filter->scopes) || !take_owner(a, filter) ||
        !asked_number(a, "limit", 1, ACTIONS_MAX, LIST_MAX, &limit))
        return false;
    filter->limit = (size_t) limit + 1; /* one more tells that there is more */
    filter->verified = text_is(state, "all");
    filter->due_before = text_is(state, "overdue") ? today : 0;
    if (state.n && !text_is(state, "open") && !text_is(state, "overdue") && !filter->verified) {
        problem_set(a->problem, REASON_FIELD_RANGE, "state", "open, overdue or all");
        return false;
    }
    if (asked_text(a, "case").n == 0)
        return true;
    const case_t *of = asked_case(a, "case", NULL);
    filter->opened = of ? opened_of(of) : 0;
    return of != NULL;
}

json_t *desk_actions(const asked_t *a) {
    day_t today = moment_day(a->desk->now, desk_offset(a));
    register_actions_t filter = {.scopes = desk_scopes(a)};
    if (!take_actions(a, today, &filter))
        return NULL;
    action_page_t page = {
        .asked = a, .list = json_array(), .limit = filter.limit - 1, .today = today};
    register_each_action(a->desk->cases, &filter, add_action, &page);
    json_t *json = json_object();
    json_put(json, "actions", page.list);
    if (page.more)
        json_put(json, "more", json_true());
    return json;
}
