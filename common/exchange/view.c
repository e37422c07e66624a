/* SPDX-License-Identifier: Apache-2.0
 *
 * view: see view.h. Withholding works on the finished document by key, so that a record that gets a
 * price field some day does not have to remember it.
 */
#include "common/exchange/view.h"

#include "common/base/text.h"

view_t view_of(const context_t *context, const person_t *reader, moment_t now) {
    bool known = reader && !reader->revoked;
    return (view_t){.context = context,
                    .prices = known && context_reads(context, reader, "prices", now),
                    .contacts = known && context_reads(context, reader, "contacts", now),
                    .now = now};
}

json_t *view_actor(const view_t *self, ident_t id) {
    if (ident_none(id))
        return json_null();
    json_t *object = json_object();
    json_put(object, "id", json_of_ident(id));
    const person_t *person = context_person(self->context, id);
    const daemon_entry_t *daemon = person ? NULL : context_daemon(self->context, id);
    if (person) {
        json_put_text(object, "name", person->name);
        json_put_text(object, "handle", person->handle);
        json_put_text(object, "department", person->department);
    } else if (daemon) {
        const person_t *answers = context_person(self->context, daemon->answers);
        json_put_text(object, "name", daemon->name);
        json_put_text(object, "department", daemon->department);
        json_put(object, "daemon", json_true());
        if (answers)
            json_put_text(object, "answers", answers->name);
    }
    return object;
}

json_t *view_acting_for(const view_t *self, ident_t id, ident_t mandate, ident_t behalf) {
    json_t *object = view_actor(self, id);
    if (ident_none(behalf) || !json_is_object(object))
        return object;
    json_put(object, "for", view_actor(self, behalf));
    json_put(object, "mandate", json_of_ident(mandate));
    return object;
}

json_t *view_acting(const view_t *self, ident_t id, ident_t mandate) {
    return view_acting_for(self, id, mandate, context_behalf(self->context, mandate));
}

static void withhold(json_t *object, const char *const keys[], size_t n) {
    for (size_t i = 0; i < n; i++)
        json_object_del(object, keys[i]);
    json_object_set_new(object, "withheld", json_true());
}

static bool about_price(const json_t *fact) {
    return text_has(json_text(json_object_get(fact, "name")), TEXT("price"));
}

/* A rule that looked at prices speaks of them in its reason. */
static bool looked_at_prices(const json_t *assessment) {
    size_t i;
    json_t *fact;
    json_array_foreach (json_object_get(assessment, "inputs"), i, fact) {
        if (about_price(fact))
            return true;
    }
    return false;
}

static void withhold_facts(json_t *inputs) {
    static const char *const keys[] = {"of", "value", "text"};
    size_t i;
    json_t *fact;
    json_array_foreach (inputs, i, fact) {
        if (about_price(fact))
            withhold(fact, keys, 3);
    }
}

/* Before its parts: a verdict's words go by the facts that its assessment holds. */
static void withhold_prices(json_t *object) {
    static const char *const prices[] = {"price", "currency", "credit", "loss"};
    static const char *const requirement[] = {"text", "value"};
    static const char *const words[] = {"reason", "evidence"};
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++)
        json_object_del(object, prices[i]);
    if (text_is(json_text(json_object_get(object, "subject")), "price"))
        withhold(object, requirement, 2);
    if (looked_at_prices(object) ||
        looked_at_prices(json_array_get(json_object_get(object, "assessment"), 0)))
        withhold(object, words, 2);
    withhold_facts(json_object_get(object, "inputs"));
}

void view_withhold(const view_t *self, json_t *json) {
    if (self->prices && self->contacts)
        return;
    size_t i;
    json_t *item;
    const char *key;
    if (json_is_array(json)) {
        json_array_foreach (json, i, item)
            view_withhold(self, item);
        return;
    }
    if (!json_is_object(json))
        return;
    if (!self->prices)
        withhold_prices(json);
    if (!self->contacts)
        json_object_del(json, "contact");
    json_object_foreach (json, key, item)
        view_withhold(self, item);
}

json_t *view_record(const view_t *self, const record_t *record, const void *body) {
    json_t *json = json_from_record(record, body);
    view_withhold(self, json);
    return json;
}

void view_mark_erased(const view_t *self, json_t *json) {
    size_t i;
    json_t *one;
    digest_t blob = {{0}};
    json_array_foreach (json_object_get(json, "attachments"), i, one) {
        if (hex_parse(json_text(json_object_get(one, "blob")), blob.b, sizeof blob.b) &&
            context_erased(self->context, blob))
            json_put(one, "erased", json_true());
    }
}
