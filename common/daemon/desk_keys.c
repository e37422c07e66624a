/* SPDX-License-Identifier: Apache-2.0
 *
 * desk_keys: people's keys by when they last signed, so that an administrator finds those that are
 * unused (21 CFR 11.300).
 */
#include "common/base/moment.h"
#include "common/daemon/desk_internal.h"
#include "common/ledger/ledger.h"

#define DAYS_MAX 36500

/* When the event came; 0: it is not here. */
static moment_t time_of(const asked_t *a, position_t position) {
    buffer_t bytes = {0};
    decoded_t event;
    arena_t *arena = arena_new(0);
    moment_t time = 0;
    if (ledger_read(chronicle_ledger(a->desk->chronicle), position, &bytes) == LEDGER_OK &&
        event_decode(buffer_bytes(&bytes), arena, &event, NULL) == 0)
        time = event.event.time;
    arena_destroy(&arena);
    buffer_free(&bytes);
    return time;
}

static json_t *key_json(const person_t *person, moment_t since, const register_key_use_t *use) {
    json_t *object = json_object();
    json_put(object, "id", json_of_ident(person->id));
    json_put_text(object, "handle", person->handle);
    json_put_text(object, "name", person->name);
    json_put_text(object, "department", person->department);
    json_put(object, "revoked", json_boolean(person->revoked));
    json_put(object, "key", json_of_key(person->key));
    json_put(object, "since", json_of_moment(since));
    if (use) {
        json_put(object, "signed", json_of_moment(use->time));
        json_put(object, "position", json_of_position(use->position));
    }
    return object;
}

/* Unused for so many days, counted from the last signature, or from when there is the key; 0: all,
   also of those who have left. */
static void add_key(const asked_t *a, const person_t *person, int64_t days, json_t *list) {
    register_key_use_t use;
    bool used = register_key_use(a->desk->cases, person->key, &use);
    moment_t since = time_of(a, person->key_since), last = used ? use.time : since;
    if (days && (person->revoked || a->desk->now - last < days * DAY_MS))
        return;
    json_t *json = key_json(person, since, used ? &use : NULL);
    json_put(json, "unused", json_integer((json_int_t) ((a->desk->now - last) / DAY_MS)));
    json_array_append_new(list, json);
}

json_t *desk_keys(const asked_t *a) {
    const person_t *people;
    int64_t days;
    if (!asked_number(a, "unused", 1, DAYS_MAX, 0, &days))
        return NULL;
    json_t *json = json_object(), *list = json_array();
    for (size_t i = 0, n = context_persons(asked_context(a), &people); i < n; i++)
        add_key(a, &people[i], days, list);
    json_put(json, "keys", list);
    return json;
}
