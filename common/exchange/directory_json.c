/* SPDX-License-Identifier: Apache-2.0
 *
 * directory_json: see directory_json.h.
 */
#include "common/exchange/directory_json.h"

json_t *person_json(const person_t *person) {
    json_t *object = json_object();
    json_put(object, "id", json_of_ident(person->id));
    json_put_text(object, "handle", person->handle);
    json_put_text(object, "name", person->name);
    json_put_text(object, "department", person->department);
    json_put(object, "roles", json_of_texts(&person->roles));
    json_put(object, "administrator", json_boolean(person->administrator));
    json_put(object, "revoked", json_boolean(person->revoked));
    json_put(object, "key", json_of_key(person->key));
    json_put(object, "since", json_of_position(person->since));
    if (person->until)
        json_put(object, "until", json_of_position(person->until));
    return object;
}

static json_t *station_json(const station_t *station) {
    json_t *object = json_object();
    json_put(object, "id", json_of_ident(station->id));
    json_put_text(object, "name", station->name);
    json_put_text(object, "department", station->department);
    json_put(object, "curve", json_of_key(station->curve));
    json_put(object, "revoked", json_boolean(station->revoked));
    return object;
}

static json_t *daemon_json(const daemon_entry_t *daemon, const view_t *view) {
    json_t *object = json_object();
    json_put(object, "id", json_of_ident(daemon->id));
    json_put_text(object, "name", daemon->name);
    json_put(object, "part", json_of_enum(&part_table, (int) daemon->part));
    json_put_text(object, "department", daemon->department);
    json_put(object, "answers", view_actor(view, daemon->answers));
    json_put(object, "key", json_of_key(daemon->key));
    json_put(object, "curve", json_of_key(daemon->curve));
    json_put(object, "revoked", json_boolean(daemon->revoked));
    return object;
}

static json_t *mandate_json(const mandate_entry_t *entry, const view_t *view) {
    json_t *object = json_from_record(&mandate_record, &entry->mandate);
    json_put(object, "id", json_of_ident(entry->id));
    json_put(object, "grantor", view_actor(view, entry->grantor));
    json_put(object, "since", json_of_position(entry->since));
    json_put(object, "ended", json_boolean(entry->ended));
    return object;
}

json_t *delegation_json(const delegation_entry_t *entry, const view_t *view) {
    json_t *object = json_object();
    json_put(object, "id", json_of_ident(entry->id));
    json_put(object, "grantor", view_actor(view, entry->grantor));
    json_put(object, "delegate", view_actor(view, entry->body.delegate));
    json_put_text(object, "role", entry->body.role);
    json_put(object, "from", json_of_moment(entry->body.from));
    json_put(object, "until", json_of_moment(entry->body.until));
    json_put_text(object, "reason", entry->body.reason);
    json_put(object, "since", json_of_position(entry->since));
    json_put(object, "ended", json_boolean(entry->ended != 0));
    json_put(object, "holds", json_boolean(delegation_holds(view->context, entry, view->now)));
    return object;
}

json_t *delegations_json(const view_t *view, const person_t *of) {
    const delegation_entry_t *list;
    json_t *array = json_array();
    size_t n = context_delegations(view->context, &list);
    for (size_t i = 0; i < n; i++)
        if (!of || ident_equal(list[i].grantor, of->id) ||
            ident_equal(list[i].body.delegate, of->id))
            json_array_append_new(array, delegation_json(&list[i], view));
    return array;
}

static json_t *pending_json(const pending_t *pending, const view_t *view) {
    json_t *object = json_object();
    const kind_info_t *kind = kind_info(pending->kind);
    json_put(object, "id", json_of_ident(pending->id));
    json_put_text(object, "kind", text_of(kind ? kind->name : ""));
    json_put(object, "by", view_actor(view, pending->by));
    json_put(object, "position", json_of_position(pending->position));
    return object;
}

json_t *people_json(const view_t *view) {
    json_t *people = json_array(), *stations = json_array(), *daemons = json_array(),
           *mandates = json_array(), *pending = json_array();
    const person_t *person;
    const station_t *station;
    const daemon_entry_t *daemon;
    const mandate_entry_t *mandate;
    const pending_t *waiting;
    for (size_t i = 0, n = context_persons(view->context, &person); i < n; i++)
        json_array_append_new(people, person_json(&person[i]));
    for (size_t i = 0, n = context_stations(view->context, &station); i < n; i++)
        json_array_append_new(stations, station_json(&station[i]));
    for (size_t i = 0, n = context_daemons(view->context, &daemon); i < n; i++)
        json_array_append_new(daemons, daemon_json(&daemon[i], view));
    for (size_t i = 0, n = context_mandates(view->context, &mandate); i < n; i++)
        json_array_append_new(mandates, mandate_json(&mandate[i], view));
    for (size_t i = 0, n = context_pending(view->context, &waiting); i < n; i++)
        json_array_append_new(pending, pending_json(&waiting[i], view));
    json_t *object = json_object();
    json_object_set_new(object, "people", people);
    json_object_set_new(object, "stations", stations);
    json_object_set_new(object, "daemons", daemons);
    json_object_set_new(object, "mandates", mandates);
    json_object_set_new(object, "delegations", delegations_json(view, NULL));
    json_object_set_new(object, "pending", pending);
    return object;
}

json_t *customer_json(const customer_entry_t *customer, const view_t *view) {
    json_t *object = view_record(view, &customer_record, &customer->body);
    json_put(object, "id", json_of_ident(customer->id));
    json_put_text(object, "number", customer->number);
    json_put(object, "version", json_integer((json_int_t) customer->version));
    json_put(object, "position", json_of_position(customer->since));
    return object;
}

json_t *customers_json(const view_t *view) {
    json_t *array = json_array();
    const customer_entry_t *customer;
    for (size_t i = 0, n = context_customers(view->context, &customer); i < n; i++)
        json_array_append_new(array, customer_json(&customer[i], view));
    return array;
}

static json_t *names_json(const struct int_list *values, const enum_table_t *table) {
    json_t *array = json_array();
    for (size_t i = 0; i < values->n; i++) {
        const char *name = enum_name(table, (int) values->at[i]);
        json_array_append_new(array, name ? json_string(name) : json_integer(values->at[i]));
    }
    return array;
}

json_t *procedure_json(const struct procedure *procedure, position_t position) {
    json_t *object = json_from_record(&procedure_record, procedure),
           *roles = json_object_get(object, "roles"),
           *working = json_object_get(object, "working");
    if (position)
        json_put(object, "position", json_of_position(position));
    json_put(object, "oral_channels", names_json(&procedure->oral_channels, &channel_table));
    for (size_t i = 0; i < procedure->roles.n; i++)
        json_put(json_array_get(roles, i), "may",
                 names_json(&procedure->roles.at[i].may, &act_table));
    for (size_t i = 0; i < procedure->working.n; i++)
        json_put(json_array_get(working, i), "days",
                 names_json(&procedure->working.at[i].days, &weekday_table));
    json_put(object, "customer_told", names_json(&procedure->customer_told, &milestone_table));
    return object;
}

static void put_year(json_t *years, int64_t year) {
    for (size_t i = 0; i < json_array_size(years); i++)
        if (json_integer_value(json_array_get(years, i)) == year)
            return;
    json_array_append_new(years, json_integer(year));
}

/* The calendar in force: the last one. Returns the years of which it has the arrangement. */
static json_t *put_days(const view_t *view, json_t *rows) {
    calendar_t last = {.position = 0}, next = {.position = 1};
    json_t *years = json_array();
    for (size_t i = 0; next.position; i++)
        if ((next = context_calendar(view->context, i)).position)
            last = next;
    for (size_t i = 0; i < last.n; i++) {
        json_array_append_new(rows, view_record(view, &calendar_row_record, &last.days[i]));
        if (last.days[i].year)
            put_year(years, last.days[i].year);
    }
    return years;
}

json_t *reference_json(const view_t *view, enum dataset dataset) {
    const struct product_row *products;
    const struct capacity_row *capacities;
    const struct stock_row *stocks;
    const struct capability_row *capabilities;
    json_t *rows = json_array(), *object = json_object();
    const context_t *context = view->context;
    switch (dataset) {
    case DATASET_PRODUCT:
        for (size_t i = 0, n = context_products(context, &products); i < n; i++)
            json_array_append_new(rows, view_record(view, &product_row_record, &products[i]));
        break;
    case DATASET_CAPACITY:
        for (size_t i = 0, n = context_capacities(context, &capacities); i < n; i++)
            json_array_append_new(rows, view_record(view, &capacity_row_record, &capacities[i]));
        break;
    case DATASET_STOCK:
        for (size_t i = 0, n = context_stocks(context, &stocks); i < n; i++)
            json_array_append_new(rows, view_record(view, &stock_row_record, &stocks[i]));
        break;
    case DATASET_CAPABILITY:
        for (size_t i = 0, n = context_capabilities(context, &capabilities); i < n; i++)
            json_array_append_new(rows,
                                  view_record(view, &capability_row_record, &capabilities[i]));
        break;
    case DATASET_CALENDAR: json_put(object, "years", put_days(view, rows)); break;
    case dataset_unset: break;
    }
    json_put_text(object, "dataset",
                  text_of(dataset ? enum_name(&dataset_table, (int) dataset) : ""));
    json_object_set_new(object, "position",
                        json_of_position(context_dataset_position(context, dataset)));
    json_object_set_new(object, "rows", rows);
    return object;
}
