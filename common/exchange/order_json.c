/* SPDX-License-Identifier: Apache-2.0
 *
 * order_json: see order_json.h.
 */
#include "common/exchange/order_json.h"

#include "common/base/text.h"

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

static json_t *customer_brief(const view_t *view, ident_t id) {
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

static json_t *differences_json(const order_revision_t *before, const order_revision_t *after,
                                const view_t *view) {
    json_t *array = json_array();
    arena_t *arena = arena_new(DIFFERENCES_BYTES_MAX);
    struct difference *list = NULL;
    size_t n = record_difference(&order_content_record, before->content, after->content,
                                 arena, &list);
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

static json_t *class_json(const order_revision_t *revision, const view_t *view) {
    json_t *object = json_object();
    if (revision->proposed) {
        json_put_text(object, "proposed", revision->proposed->order_class);
        json_put(object, "reasons", json_of_texts(&revision->proposed->reasons));
    }
    json_put_text(object, "confirmed", revision->order_class);
    json_put_text(object, "reason", revision->class_reason);
    json_put(object, "by", view_actor(view, revision->classifier));
    return object;
}

static json_t *confirmation_json(const struct confirmation *confirmation, const view_t *view) {
    return confirmation ? view_record(view, &confirmation_record, confirmation) : json_null();
}

static json_t *content_json(const struct order_content *content, const view_t *view) {
    json_t *object = view_record(view, &order_content_record, content);
    json_put(object, "customer", customer_brief(view, content->customer));
    return object;
}

static json_t *revision_json(const order_t *order, size_t index, const view_t *view) {
    const order_revision_t *revision = &order->revisions[index];
    json_t *object = json_object();
    json_put(object, "no", json_integer(revision->no));
    json_put(object, "position", json_of_position(revision->position));
    json_put(object, "time", json_of_moment(revision->time));
    json_put(object, "by", view_actor(view, revision->author));
    json_put(object, "digest", json_of_digest(revision->digest));
    json_put_text(object, "reason", revision->reason);
    json_put(object, "agreement", confirmation_json(revision->agreement, view));
    json_put(object, "class", class_json(revision, view));
    json_put(object, "confirmed", confirmation_json(revision->confirmed, view));
    json_put(object, "contract", confirmation_json(revision->contract, view));
    json_put(object, "content", content_json(revision->content, view));
    if (index > 0)
        json_put(object, "differences",
                 differences_json(&order->revisions[index - 1], revision, view));
    return object;
}

/* What every document of an order begins with. */
static json_t *head_json(const order_t *order, const view_t *view) {
    json_t *object = json_object();
    const order_revision_t *revision = order_revision(order);
    json_put_text(object, "number", order->number);
    json_put(object, "id", json_of_ident(order->id));
    json_put(object, "state", json_string(order_state_name(order->state)));
    json_put(object, "open", json_boolean(order_open(order)));
    json_put(object, "version", json_integer((json_int_t) order->version));
    json_put(object, "position", json_of_position(order->last));
    json_put(object, "time", json_of_moment(order->last_time));
    if (!revision)
        return object;
    json_put(object, "registered", json_of_moment(order->revisions[0].time));
    json_put(object, "registrant", view_actor(view, order->registrant));
    json_put(object, "customer", customer_brief(view, revision->content->customer));
    json_put(object, "channel",
             json_of_enum(&channel_table, (int) revision->content->channel));
    json_put(object, "revision", json_integer(revision->no));
    json_put(object, "digest", json_of_digest(revision->digest));
    json_put_text(object, "class", revision->order_class);
    if (order->effective)
        json_put(object, "effective", json_of_position(order->effective));
    json_put_text(object, "end_reason", order->end_reason);
    return object;
}

json_t *order_json(const order_t *order, const view_t *view) {
    json_t *object = head_json(order, view), *revisions = json_array(), *rounds = json_array();
    json_put(object, "convened", json_boolean(order->convened));
    json_put(object, "convener", view_actor(view, order->convener));
    json_put(object, "review_completed", json_boolean(order->review_completed));
    for (size_t i = 0; i < order->revisions_n; i++)
        json_array_append_new(revisions, revision_json(order, i, view));
    for (size_t i = 0; i < order->rounds_n; i++)
        json_array_append_new(rounds, round_json(&order->rounds[i], view));
    json_put(object, "revisions", revisions);
    json_put(object, "rounds", rounds);
    json_put(object, "waiting", order_waiting_json(order, view, NULL, false, 0));
    return object;
}

json_t *order_summary_json(const order_t *order, const view_t *view) {
    json_t *object = head_json(order, view);
    const order_revision_t *revision = order_revision(order);
    if (!revision)
        return object;
    const struct order_line_list *lines = &revision->content->lines;
    day_t wanted = 0;
    json_t *products = json_array();
    for (size_t i = 0; i < lines->n; i++) {
        wanted = !wanted || lines->at[i].wanted < wanted ? lines->at[i].wanted : wanted;
        json_array_append_new(products, json_of_text(lines->at[i].product));
    }
    json_put_text(object, "customer_order", revision->content->customer_order);
    json_put(object, "lines", json_integer((json_int_t) lines->n));
    json_put(object, "products", products);
    json_put(object, "wanted", json_of_day(wanted));
    const round_t *round = order_round(order);
    if (round && round->tallied)
        json_put(object, "tally", json_of_enum(&outcome_table, (int) round->tally));
    if (round && round->conclusion)
        json_put(object, "outcome",
                 json_of_enum(&outcome_table, (int) round->conclusion->outcome));
    json_put(object, "waiting", order_waiting_json(order, view, NULL, false, 0));
    return object;
}

static json_t *who_json(const order_t *order, const view_t *view, const waiting_t *step,
                        moment_t time) {
    json_t *array = json_array();
    const person_t *people;
    size_t n = context_persons(view->context, &people);
    for (size_t i = 0; i < n; i++) {
        problem_t refused = {0};
        if (!people[i].revoked &&
            waiting_check(order, view->context, step, &people[i], time, &refused) == 0)
            json_array_append_new(array, view_actor(view, people[i].id));
    }
    return array;
}

static json_t *step_json(const waiting_t *step) {
    json_t *object = json_object();
    const kind_info_t *kind = kind_info(step->kind);
    json_put_text(object, "kind", text_of(kind ? kind->name : ""));
    json_put(object, "meaning", json_of_enum(&meaning_table, (int) step->meaning));
    json_put_text(object, "department", step->department);
    json_put_text(object, "role", step->role);
    json_put_text(object, "stand_in", step->stand_in);
    json_put(object, "act", json_of_enum(&act_table, (int) step->act));
    return object;
}

json_t *order_waiting_json(const order_t *order, const view_t *view, const person_t *reader,
                           bool who, moment_t time) {
    waiting_t steps[40];
    size_t n = order_waiting(order, view->context, steps);
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = step_json(&steps[i]);
        problem_t refused = {0};
        if (reader && waiting_check(order, view->context, &steps[i], reader, time, &refused) == 0)
            json_put(object, "may", json_true());
        else if (reader)
            json_put(object, "refusal", problem_json(&refused));
        if (who)
            json_put(object, "who", who_json(order, view, &steps[i], time));
        json_array_append_new(array, object);
    }
    return array;
}
