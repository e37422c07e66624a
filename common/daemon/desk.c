/* SPDX-License-Identifier: Apache-2.0
 *
 * desk: the queries as a table: name, the right that the procedure must give the reader, and the
 * function that answers.
 */
#include "common/daemon/desk.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/domain/deadline.h"
#include "common/base/text.h"
#include "common/daemon/attachments.h"
#include "common/daemon/cited.h"
#include "common/daemon/desk_internal.h"
#include "common/exchange/case_json.h"
#include "common/exchange/directory_json.h"
#include "common/exchange/event_json.h"

#define OPEN_MAX 20000
#define EVENTS_BYTES_MAX (1200 * 1024)
#define ANSWER_BYTES_MAX 1900000

text_t asked_text(const asked_t *a, const char *name) {
    for (size_t i = 0; i < a->query->parameters.n; i++)
        if (text_is(a->query->parameters.at[i].name, name))
            return a->query->parameters.at[i].value;
    return (text_t){NULL, 0};
}

bool asked_number(const asked_t *a, const char *name, int64_t min, int64_t max, int64_t fallback,
                  int64_t *out) {
    text_t text = asked_text(a, name);
    *out = fallback;
    if (text.n == 0 || int_parse(text, min, max, out))
        return true;
    problem_set(a->problem, REASON_FIELD_RANGE, name, "%lld to %lld", (long long) min,
                (long long) max);
    return false;
}

const context_t *asked_context(const asked_t *a) { return chronicle_context(a->desk->chronicle); }

bool asked_reads(const asked_t *a, const char *right) {
    return context_reads(asked_context(a), a->desk->person, right, a->desk->now);
}

const case_t *asked_case(const asked_t *a, const char *name, const case_ops_t *ops) {
    text_t text = asked_text(a, name);
    ident_t id;
    const case_t *of = ident_parse(text, &id)
                           ? chronicle_case(a->desk->chronicle, id)
                           : chronicle_case_by_number(a->desk->chronicle, text);
    if (!of || (ops && of->ops != ops))
        problem_set(a->problem, of ? REASON_WRONG_CASE : REASON_UNKNOWN_CASE, name, "%.*s",
                    (int) text.n, text.n ? text.p : "");
    else if (!asked_reads(a, of->ops->right))
        problem_set(a->problem, REASON_NOT_ALLOWED_TO_READ, of->ops->right, "%s", "");
    else
        return of;
    return NULL;
}

/* ---- cases ---- */

static json_t *show(const asked_t *a, const char *name, const case_ops_t *ops) {
    const case_t *of = asked_case(a, name, ops);
    json_t *json = of ? case_json(of, &a->view) : NULL;
    if (json)
        cited_numbers(a->desk->chronicle, json); /* `of` may be gone from here on */
    return json;
}

static json_t *order_show(const asked_t *a) { return show(a, "order", &order_ops); }
static json_t *feedback_show(const asked_t *a) { return show(a, "feedback", &feedback_ops); }
static json_t *case_show(const asked_t *a) { return show(a, "case", NULL); }

static json_t *attachment_list(const asked_t *a) {
    return attachments_list(a->desk, a->query, a->problem);
}

static json_t *why(const asked_t *a) {
    const case_t *of = asked_case(a, "case", NULL);
    if (!of)
        return NULL;
    json_t *json = case_summary_json(of, &a->view);
    json_put(json, "waiting", case_waiting_json(of, &a->view, a->desk->person, true));
    return json;
}

/* ---- what waits for the reader ---- */

/* It was missed, and the procedure tells one of the reader's roles (超时升级). */
static bool escalated(const asked_t *a, const case_t *of, const waiting_t *step) {
    case_deadline_t list[STAGES_MAX];
    size_t n = case_deadlines(of, asked_context(a), list);
    const case_deadline_t *deadline = deadline_of(list, n, stage_of(step), step->action);
    return deadline && deadline_escalated(deadline, a->desk->person);
}

static void add_steps(const asked_t *a, const case_t *of, json_t *list) {
    sheet_t sheet = {.n = 0};
    case_waiting(of, asked_context(a), &sheet);
    json_t *mine = json_array(), *late = json_array(), *described = NULL;
    for (size_t i = 0; i < sheet.n; i++) {
        problem_t problem = {0};
        bool may = case_waiting_as(of, asked_context(a), &sheet.rows[i], a->desk->person,
                                   a->desk->now, NULL, &problem) == 0;
        if (!may && !escalated(a, of, &sheet.rows[i]))
            continue;
        if (!described)
            described = case_waiting_json(of, &a->view, a->desk->person, false);
        json_array_append(may ? mine : late, json_array_get(described, i));
    }
    if (described) {
        json_t *item = case_summary_json(of, &a->view);
        json_put(item, "mine", json_incref(mine));
        if (json_array_size(late))
            json_put(item, "escalated", json_incref(late));
        json_array_append_new(list, item);
    }
    json_decref(mine);
    json_decref(late);
    json_decref(described);
}

static json_t *pending_for(const asked_t *a) {
    const pending_t *list;
    size_t n = context_pending(asked_context(a), &list);
    json_t *json = json_array();
    for (size_t i = 0; a->desk->person->administrator && i < n; i++) {
        if (ident_equal(list[i].by, a->desk->person->id))
            continue;
        json_t *item = json_object();
        json_put(item, "id", json_of_ident(list[i].id));
        json_put(item, "kind", json_string(kind_info(list[i].kind)->name));
        json_put(item, "by", view_actor(&a->view, list[i].by));
        json_put(item, "position", json_of_position(list[i].position));
        json_array_append_new(json, item);
    }
    return json;
}

static json_t *inbox(const asked_t *a) {
    ident_t *ids = memory_new(OPEN_MAX, sizeof *ids);
    json_t *json = json_object(), *cases = json_array();
    size_t n = chronicle_busy_cases(a->desk->chronicle, ids, OPEN_MAX);
    for (size_t i = 0; i < n && json_array_size(cases) <= LIST_MAX; i++) {
        const case_t *of = chronicle_case(a->desk->chronicle, ids[i]);
        if (of)
            add_steps(a, of, cases);
    }
    free(ids);
    if (json_array_size(cases) > LIST_MAX || n == OPEN_MAX)
        json_put(json, "more", json_true());
    if (json_array_size(cases) > LIST_MAX) /* the one by which we know */
        json_array_remove(cases, LIST_MAX);
    json_put(json, "cases", cases);
    json_put(json, "pending", pending_for(a));
    return json;
}

/* ---- the record itself ---- */

typedef struct event_page {
    const asked_t *asked;
    json_t *list;
    size_t bytes;
    int64_t from, to, limit;
    position_t next; /* the first that has no room; 0: all are there */
} event_page_t;

static int add_event(void *arg, position_t position, bytes_t bytes) {
    event_page_t *l = arg;
    decoded_t event;
    if (position < (position_t) l->from)
        return 0;
    if (position > (position_t) l->to)
        return 1;
    l->bytes += 4 * bytes.n;
    if ((int64_t) json_array_size(l->list) >= l->limit ||
        (l->bytes > EVENTS_BYTES_MAX && json_array_size(l->list))) {
        l->next = position;
        return 1;
    }
    arena_t *arena = arena_new(0);
    if (event_decode(bytes, arena, &event, NULL) == 0)
        json_array_append_new(l->list, event_json(&event, &l->asked->view));
    arena_destroy(&arena);
    return 0;
}

static json_t *events(const asked_t *a) {
    ledger_t *ledger = chronicle_ledger(a->desk->chronicle);
    event_page_t l = {.asked = a, .list = json_array()};
    if (!asked_number(a, "from", 1, INT64_MAX, 1, &l.from) ||
        !asked_number(a, "to", 1, INT64_MAX, INT64_MAX, &l.to) ||
        !asked_number(a, "limit", 1, 1000, 1000, &l.limit)) {
        json_decref(l.list);
        return NULL;
    }
    if (asked_text(a, "case").n) {
        const case_t *of = asked_case(a, "case", NULL);
        if (!of) {
            json_decref(l.list);
            return NULL;
        }
        ledger_walk_case(ledger, of->id, add_event, &l);
    } else
        ledger_walk(ledger, (position_t) l.from, (position_t) l.to, add_event, &l);
    cited_forwards(a->desk->chronicle, &a->view, l.list);
    json_t *json = json_object();
    json_put(json, "events", l.list);
    if (l.next)
        json_put(json, "from", json_of_position(l.next));
    json_put(json, "last", json_of_position(ledger_last(ledger)));
    return json;
}

/* ---- people, customers, procedure, data ---- */

static json_t *whoami(const asked_t *a) {
    json_t *json = person_json(a->desk->person);
    json_put(json, "delegations", delegations_json(&a->view, a->desk->person));
    return json;
}

static json_t *people(const asked_t *a) { return people_json(&a->view); }
static json_t *customers(const asked_t *a) { return customers_json(&a->view); }

static json_t *customer(const asked_t *a) {
    text_t name = asked_text(a, "name");
    const customer_entry_t *entry = context_customer_by_name(asked_context(a), name);
    if (!entry)
        problem_set(a->problem, REASON_UNKNOWN_REFERENCE, "customer", "%.*s", (int) name.n,
                    name.n ? name.p : "");
    return entry ? customer_json(entry, &a->view) : NULL;
}

static json_t *procedure(const asked_t *a) {
    const struct procedure *p = context_procedure(asked_context(a));
    if (!p)
        problem_set(a->problem, REASON_UNKNOWN_REFERENCE, "procedure", "none is adopted yet");
    return p ? procedure_json(p, context_procedure_position(asked_context(a))) : NULL;
}

static json_t *reference(const asked_t *a) {
    int dataset;
    if (!enum_value(&dataset_table, asked_text(a, "dataset"), &dataset)) {
        problem_set(a->problem, REASON_FIELD_RANGE, "dataset",
                    "product, capacity, stock, capability or calendar");
        return NULL;
    }
    return reference_json(&a->view, (enum dataset) dataset);
}

static json_t *status(const asked_t *a) {
    ledger_t *ledger = chronicle_ledger(a->desk->chronicle);
    json_t *json = json_object();
    json_put(json, "department", json_of_text(a->desk->department));
    json_put(json, "ledger", json_of_digest(ledger_id(ledger)));
    json_put(json, "position", json_of_position(ledger_last(ledger)));
    json_put(json, "root", json_of_digest(ledger_root(ledger)));
    json_put(json, "head", json_of_position(a->desk->head));
    json_put(json, "archived", json_of_position(a->desk->archived));
    json_put(json, "verified", json_of_position(a->desk->verified));
    json_put(json, "epoch", json_integer((json_int_t) context_epoch(asked_context(a))));
    return json;
}

typedef struct query_row {
    const char *name, *right;
    json_t *(*answer)(const asked_t *);
} query_row_t;

static const query_row_t queries[] = {
    {"whoami", NULL, whoami},
    {"status", NULL, status},
    {"inbox", NULL, inbox},
    {"order.show", "orders", order_show},
    {"order.list", "orders", desk_orders},
    {"feedback.show", "feedback", feedback_show},
    {"feedback.list", "feedback", desk_feedback},
    {"search", NULL, desk_search},        /* by the right of what is found */
    {"action.list", NULL, desk_actions},
    {"stats", "feedback", desk_stats},
    {"case.show", NULL, case_show}, /* by the right of what it is */
    {"why", NULL, why},
    {"attachment.list", NULL, attachment_list},
    {"events", "events", events},
    {"people", "people", people},
    {"people.keys", "people", desk_keys},
    {"customers", "customers", customers},
    {"customer", "customers", customer},
    {"procedure", NULL, procedure},
    {"reference", "reference", reference},
};

static bool may_read(const asked_t *a, const query_row_t *row) {
    if (!row->right || asked_reads(a, row->right))
        return true;
    return strcmp(row->right, "people") == 0 && a->desk->person->administrator;
}

int desk_answer(const desk_view_t *view, const struct query *query, buffer_t *json,
                problem_t *problem) {
    problem_t none = {0};
    asked_t a = {view, query, view_of(chronicle_context(view->chronicle), view->person, view->now),
                 problem ? problem : &none};
    buffer_clear(json);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        if (!text_is(query->name, queries[i].name))
            continue;
        if (!may_read(&a, &queries[i]))
            return problem_set(a.problem, REASON_NOT_ALLOWED_TO_READ, queries[i].right, "%s", "");
        json_t *answer = queries[i].answer(&a);
        char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
        json_decref(answer);
        if (!text)
            return -1;
        size_t n = strlen(text);
        if (n <= ANSWER_BYTES_MAX)
            buffer_put(json, text, n);
        free(text);
        return n <= ANSWER_BYTES_MAX
                   ? 0
                   : problem_set(a.problem, REASON_TOO_LARGE, "limit", "ask for less at once");
    }
    return problem_set(a.problem, REASON_USAGE, "name", "no such question: %.*s",
                       (int) query->name.n, query->name.p);
}
