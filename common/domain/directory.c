/* SPDX-License-Identifier: Apache-2.0
 *
 * directory: people, keys, stations, daemons and mandates as a fold. An administrator's act takes
 * effect at once while there is one administrator, and from the second on when another one confirms
 * it.
 */
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/crypto/hash.h"
#include "common/domain/context_internal.h"
#include "common/domain/keep.h"

/* ---- looking up ---- */

#define FIND(list, n, condition) \
    do { \
        for (size_t i = 0; i < (n); i++) \
            if (condition) \
                return &(list)[i]; \
        return NULL; \
    } while (0)

static person_t *person_of(const directory_t *d, ident_t id) {
    FIND(d->persons, d->persons_n, ident_equal(d->persons[i].id, id));
}

const person_t *context_person(const context_t *self, ident_t id) {
    return person_of(&self->directory, id);
}

const person_t *context_person_by_name(const context_t *self, text_t name) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->persons_n; i++)
        if (!d->persons[i].revoked &&
            (text_equal(d->persons[i].handle, name) || text_equal(d->persons[i].name, name)))
            return &d->persons[i];
    FIND(d->persons, d->persons_n,
         text_equal(d->persons[i].handle, name) || text_equal(d->persons[i].name, name));
}

const person_t *context_person_by_key(const context_t *self, pubkey_t key, bool *revoked) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->keys_n; i++)
        if (pubkey_equal(d->keys[i].key, key)) {
            const person_t *person = person_of(d, d->keys[i].person);
            *revoked = d->keys[i].revoked || !person || person->revoked;
            return person;
        }
    *revoked = false;
    return NULL;
}

static station_t *station_of(const directory_t *d, ident_t id) {
    FIND(d->stations, d->stations_n, ident_equal(d->stations[i].id, id));
}
const station_t *context_station(const context_t *self, ident_t id) {
    return station_of(&self->directory, id);
}
const station_t *context_station_by_curve(const context_t *self, pubkey_t curve) {
    const directory_t *d = &self->directory;
    FIND(d->stations, d->stations_n, pubkey_equal(d->stations[i].curve, curve));
}

static daemon_entry_t *daemon_of(const directory_t *d, ident_t id) {
    FIND(d->daemons, d->daemons_n, ident_equal(d->daemons[i].id, id));
}
const daemon_entry_t *context_daemon(const context_t *self, ident_t id) {
    return daemon_of(&self->directory, id);
}
const daemon_entry_t *context_daemon_by_curve(const context_t *self, pubkey_t curve) {
    const directory_t *d = &self->directory;
    FIND(d->daemons, d->daemons_n, pubkey_equal(d->daemons[i].curve, curve));
}
const daemon_entry_t *context_daemon_by_name(const context_t *self, text_t name) {
    const directory_t *d = &self->directory;
    FIND(d->daemons, d->daemons_n, !d->daemons[i].revoked && text_equal(d->daemons[i].name, name));
}

ident_t context_archiver_id(pubkey_t genesis_key) {
    return hash_ident("countersign/archiver", (bytes_t){genesis_key.b, sizeof genesis_key.b});
}

pubkey_t context_archiver_key(const context_t *self) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->daemons_n; i++)
        if (d->daemons[i].part == PART_ARCHIVER)
            return d->daemons[i].key;
    return (pubkey_t){{0}};
}

static mandate_entry_t *mandate_of(const directory_t *d, ident_t id) {
    FIND(d->mandates, d->mandates_n, ident_equal(d->mandates[i].id, id));
}
const mandate_entry_t *context_mandate(const context_t *self, ident_t id) {
    return mandate_of(&self->directory, id);
}

/* Its grantor must still be there and manage the department: nobody answers for it otherwise. */
static bool mandate_holds(const context_t *self, const mandate_entry_t *m, moment_t time) {
    const struct procedure *procedure = context_procedure(self);
    const struct department *department =
        procedure ? procedure_department(procedure, m->mandate.department) : NULL;
    const person_t *grantor = person_of(&self->directory, m->grantor);
    return !m->ended && time <= m->mandate.until && department && grantor && !grantor->revoked &&
           person_has_role(grantor, department->manager);
}

const mandate_entry_t *context_mandate_for(const context_t *self, text_t department, text_t rule,
                                           text_t order_class, moment_t time) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->mandates_n; i++) {
        const mandate_entry_t *m = &d->mandates[i];
        if (!text_equal(m->mandate.department, department) || !text_equal(m->mandate.rule, rule) ||
            !mandate_holds(self, m, time))
            continue;
        for (size_t k = 0; k < m->mandate.classes.n; k++)
            if (text_equal(m->mandate.classes.at[k], order_class))
                return m;
    }
    return NULL;
}

#define LIST_OUT(field) \
    *list = self->directory.field; \
    return self->directory.field##_n
size_t context_persons(const context_t *self, const person_t **list) { LIST_OUT(persons); }
size_t context_stations(const context_t *self, const station_t **list) { LIST_OUT(stations); }
size_t context_daemons(const context_t *self, const daemon_entry_t **list) { LIST_OUT(daemons); }
size_t context_mandates(const context_t *self, const mandate_entry_t **list) { LIST_OUT(mandates); }
size_t context_pending(const context_t *self, const pending_t **list) {
    *list = self->directory.heads;
    return self->directory.pending_n;
}

bool person_has_role(const person_t *person, text_t role) {
    for (size_t i = 0; i < person->roles.n; i++)
        if (role.n && text_equal(person->roles.at[i], role))
            return true;
    return false;
}

bool person_may(const struct procedure *procedure, const person_t *person, enum act act) {
    for (size_t i = 0; i < person->roles.n; i++) {
        const struct role *role = procedure_role(procedure, person->roles.at[i]);
        for (size_t k = 0; role && k < role->may.n; k++)
            if (role->may.at[k] == (int64_t) act)
                return true;
    }
    return false;
}

bool person_reads(const struct procedure *procedure, const person_t *person, const char *what) {
    for (size_t i = 0; i < person->roles.n; i++) {
        const struct role *role = procedure_role(procedure, person->roles.at[i]);
        for (size_t k = 0; role && k < role->reads.n; k++)
            if (text_is(role->reads.at[k], what))
                return true;
    }
    return false;
}

size_t directory_administrators(const context_t *self) {
    const directory_t *d = &self->directory;
    size_t n = 0;
    for (size_t i = 0; i < d->persons_n; i++)
        n += d->persons[i].administrator && !d->persons[i].revoked;
    return n;
}

/* ---- folding ---- */

static void add_key(directory_t *d, pubkey_t key, ident_t person) {
    d->keys = grow(d->keys, d->keys_n, sizeof *d->keys);
    d->keys[d->keys_n++] = (known_key_t){key, person, false};
}

static void add_person(context_t *self, const person_t *person) {
    directory_t *d = &self->directory;
    d->persons = grow(d->persons, d->persons_n, sizeof *d->persons);
    d->persons[d->persons_n++] = *person;
    add_key(d, person->key, person->id);
}

static void add_daemon(context_t *self, const daemon_entry_t *daemon) {
    directory_t *d = &self->directory;
    d->daemons = grow(d->daemons, d->daemons_n, sizeof *d->daemons);
    d->daemons[d->daemons_n++] = *daemon;
}

void directory_genesis(context_t *self, const decoded_t *event) {
    const struct genesis *g = self->genesis;
    ident_t id = event->event.object;
    add_person(self, &(person_t){.id = id,
                                 .handle = g->handle,
                                 .name = g->administrator,
                                 .key = g->administrator_key,
                                 .administrator = true,
                                 .since = (position_t) event->event.position,
                                 .key_since = (position_t) event->event.position});
    add_daemon(self, &(daemon_entry_t){.id = hash_ident("countersign/coordinator",
                                                        (bytes_t){g->coordinator_key.b, 32}),
                                       .answers = id,
                                       .name = TEXT("coordinator"),
                                       .part = PART_COORDINATOR,
                                       .key = g->coordinator_key,
                                       .curve = g->coordinator_curve});
    add_daemon(self, &(daemon_entry_t){
                         .id = context_archiver_id(g->archiver_key),
                         .answers = id,
                         .name = TEXT("archiver"),
                         .part = PART_ARCHIVER,
                         .key = g->archiver_key,
                         .curve = g->archiver_curve});
}

static void enrol_person(context_t *self, ident_t id, const struct person_enrol *b,
                         position_t position) {
    add_person(self, &(person_t){.id = id,
                                 .handle = b->handle,
                                 .name = b->name,
                                 .department = b->department,
                                 .roles = b->roles,
                                 .key = b->key,
                                 .administrator = b->administrator,
                                 .since = position,
                                 .key_since = position});
}

static void change_person(context_t *self, ident_t id, const struct person_change *b) {
    person_t *person = person_of(&self->directory, id);
    if (!person)
        return;
    person->roles = b->roles;
    person->administrator = b->administrator;
    person->department = b->department;
    person->name = b->name;
}

static void replace_key(context_t *self, ident_t id, const struct key_replace *b,
                        position_t position) {
    directory_t *d = &self->directory;
    person_t *person = person_of(d, id);
    if (!person)
        return;
    for (size_t i = 0; i < d->keys_n; i++)
        if (ident_equal(d->keys[i].person, id))
            d->keys[i].revoked = true;
    person->key = b->key;
    person->key_since = position;
    add_key(d, b->key, id);
}

/* The old one is nobody's any more, and is not given again. */
static void replace_daemon_key(context_t *self, daemon_entry_t *daemon, const struct key_replace *b) {
    add_key(&self->directory, daemon->key, daemon->id);
    daemon->key = b->key;
}

static void enrol_station(context_t *self, ident_t id, const struct station_enrol *b) {
    directory_t *d = &self->directory;
    d->stations = grow(d->stations, d->stations_n, sizeof *d->stations);
    d->stations[d->stations_n++] =
        (station_t){.id = id, .name = b->name, .department = b->department, .curve = b->curve};
}

static void enrol_daemon(context_t *self, ident_t id, const struct daemon_enrol *b) {
    add_daemon(self, &(daemon_entry_t){.id = id,
                                       .answers = b->answers,
                                       .name = b->name,
                                       .department = b->department,
                                       .part = b->part,
                                       .key = b->key,
                                       .curve = b->curve});
}

/* What an administrator's act does once it counts. `body` lives as long as the context. */
static void effect(context_t *self, kind_t kind, ident_t object, const void *body,
                   position_t position) {
    directory_t *d = &self->directory;
    person_t *person = person_of(d, object);
    station_t *station = station_of(d, object);
    daemon_entry_t *daemon = daemon_of(d, object);
    switch ((int) kind) {
    case KIND_PERSON_ENROL: enrol_person(self, object, body, position); break;
    case KIND_PERSON_CHANGE: change_person(self, object, body); break;
    case KIND_PERSON_REVOKE:
        if (person) {
            person->revoked = true;
            person->until = position;
        }
        break;
    case KIND_KEY_REPLACE:
        if (daemon)
            replace_daemon_key(self, daemon, body);
        else
            replace_key(self, object, body, position);
        break;
    case KIND_STATION_ENROL: enrol_station(self, object, body); break;
    case KIND_STATION_REVOKE:
        if (station)
            station->revoked = true;
        break;
    case KIND_DAEMON_ENROL: enrol_daemon(self, object, body); break;
    case KIND_DAEMON_REVOKE:
        if (daemon)
            daemon->revoked = true;
        break;
    case KIND_LEDGER_RULES: self->rules = ((const struct rules *) body)->rules; break;
    default: panic("%s is no administrator's act", kind_info(kind)->name);
    }
}

static void set_pending(directory_t *d) {
    d->heads = memory_grow(d->heads, (d->pending_n + 1), sizeof *d->heads);
    for (size_t i = 0; i < d->pending_n; i++)
        d->heads[i] = d->pending[i].head;
}

static void administer(context_t *self, const decoded_t *event) {
    directory_t *d = &self->directory;
    const void *body = keep(self->arena, event->info->body, event->body);
    position_t position = (position_t) event->event.position;
    if (directory_administrators(self) < 2) {
        effect(self, event->info->kind, event->event.object, body, position);
        return;
    }
    d->pending = grow(d->pending, d->pending_n, sizeof *d->pending);
    d->pending[d->pending_n++] = (pending_act_t){.head = {.id = event->command.id,
                                                          .by = event->command.actor,
                                                          .kind = event->info->kind,
                                                          .position = position},
                                                 .object = event->event.object,
                                                 .body = body};
    set_pending(d);
}

static void confirm(context_t *self, const decoded_t *event) {
    directory_t *d = &self->directory;
    const struct confirm *body = event->body;
    for (size_t i = 0; i < d->pending_n; i++) {
        if (!ident_equal(d->pending[i].head.id, body->pending))
            continue;
        pending_act_t act = d->pending[i];
        memmove(&d->pending[i], &d->pending[i + 1], (d->pending_n - i - 1) * sizeof *d->pending);
        d->pending_n--;
        set_pending(d);
        if (!body->refuse)
            effect(self, act.head.kind, act.object, act.body, (position_t) event->event.position);
        return;
    }
}

static void grant(context_t *self, const decoded_t *event) {
    directory_t *d = &self->directory;
    const struct mandate *body = keep(self->arena, &mandate_record, event->body);
    d->mandates = grow(d->mandates, d->mandates_n, sizeof *d->mandates);
    d->mandates[d->mandates_n++] = (mandate_entry_t){.id = event->event.object,
                                                     .grantor = event->command.actor,
                                                     .mandate = *body,
                                                     .since = (position_t) event->event.position};
}

void directory_apply(context_t *self, const decoded_t *event) {
    mandate_entry_t *mandate;
    switch ((int) event->info->kind) {
    case KIND_CONFIRM: confirm(self, event); break;
    case KIND_MANDATE_GRANT: grant(self, event); break;
    case KIND_MANDATE_END:
        mandate = mandate_of(&self->directory, event->event.object);
        if (mandate)
            mandate->ended = true;
        break;
    case KIND_DELEGATION_GRANT:
    case KIND_DELEGATION_END: delegation_apply(self, event); break;
    default: administer(self, event);
    }
}

void directory_free(directory_t *self) {
    free(self->persons);
    free(self->keys);
    free(self->stations);
    free(self->daemons);
    free(self->mandates);
    free(self->delegations);
    free(self->pending);
    free(self->heads);
}
