/* SPDX-License-Identifier: Apache-2.0
 *
 * authorship: see the header. That a key was revoked is not looked at: when a revocation counts is
 * the rule of the two administrators, which is the product's.
 */
#include "tests/simulation/authorship.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { GENESIS = 1, PERSON_ENROL = 10, KEY_REPLACE = 13, DAEMON_ENROL = 16 };

typedef struct note {
    uint8_t id[16], hash[32];
} note_t;
typedef struct held_key { /* `anybody`: of a daemon that the genesis names by its key alone */
    uint8_t owner[16], key[32];
    bool anybody;
} held_key_t;

struct authorship {
    note_t *notes;
    size_t notes_n, notes_room;
    held_key_t *keys;
    size_t keys_n, keys_room;
};

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

authorship_t *authorship_new(void) { return must(calloc(1, sizeof(authorship_t))); }

void authorship_destroy(authorship_t **self_p) {
    if (!*self_p)
        return;
    free((*self_p)->notes);
    free((*self_p)->keys);
    free(*self_p);
    *self_p = NULL;
}

void authorship_begin(authorship_t *self) { self->keys_n = 0; }

/* ---- what was given ---- */

static void hash_given(const given_t *given, uint8_t out[32]) {
    int64_t numbers[2] = {given->kind, given->revision};
    crypto_hash_sha256_state c;
    crypto_hash_sha256_init(&c);
    crypto_hash_sha256_update(&c, (const uint8_t *) numbers, sizeof numbers);
    crypto_hash_sha256_update(&c, given->object, sizeof given->object);
    crypto_hash_sha256_update(&c, given->mandate, sizeof given->mandate);
    if (given->body.n)
        crypto_hash_sha256_update(&c, given->body.p, given->body.n);
    crypto_hash_sha256_final(&c, out);
}

static const note_t *note_of(const authorship_t *self, const uint8_t id[16]) {
    for (size_t i = self->notes_n; i-- > 0;)
        if (memcmp(self->notes[i].id, id, 16) == 0)
            return &self->notes[i];
    return NULL;
}

void authorship_note(authorship_t *self, const given_t *given) {
    if (note_of(self, given->id))
        return; /* pressed twice */
    if (self->notes_n == self->notes_room) {
        self->notes_room = self->notes_room * 2 + 64;
        self->notes = must(realloc(self->notes, self->notes_room * sizeof *self->notes));
    }
    note_t *note = &self->notes[self->notes_n++];
    memcpy(note->id, given->id, 16);
    hash_given(given, note->hash);
}

static bool as_given(const authorship_t *self, span_t command) {
    given_t given = {.kind = reading_int(reading_get(command, 3)),
                     .revision = reading_int(reading_get(command, 5)),
                     .body = reading_bytes(reading_get(command, 13))};
    span_t id = reading_bytes(reading_get(command, 2)),
           object = reading_bytes(reading_get(command, 4)),
           mandate = reading_bytes(reading_get(command, 12));
    uint8_t hash[32];
    if (id.n != 16)
        return false;
    if (object.n == 16)
        memcpy(given.object, object.p, 16);
    if (mandate.n == 16)
        memcpy(given.mandate, mandate.p, 16);
    const note_t *note = note_of(self, id.p);
    hash_given(&given, hash);
    return !note || memcmp(note->hash, hash, 32) == 0;
}

/* ---- whose key ---- */

static void give_key(authorship_t *self, span_t owner, span_t key) {
    if (key.n != 32)
        return;
    if (self->keys_n == self->keys_room) {
        self->keys_room = self->keys_room * 2 + 64;
        self->keys = must(realloc(self->keys, self->keys_room * sizeof *self->keys));
    }
    held_key_t *held = &self->keys[self->keys_n++];
    *held = (held_key_t){.anybody = owner.n != 16};
    if (owner.n == 16)
        memcpy(held->owner, owner.p, 16);
    memcpy(held->key, key.p, 32);
}

static void give_keys(authorship_t *self, span_t event, span_t body) {
    span_t object = reading_bytes(reading_get(event, 4)), nobody = {NULL, 0};
    switch (reading_int(reading_get(event, 3))) {
    case GENESIS: /* the administrator's; of coordinator, archiver and recovery */
        give_key(self, object, reading_bytes(reading_get(body, 4)));
        for (unsigned field = 5; field <= 9; field += 2)
            give_key(self, nobody, reading_bytes(reading_get(body, field)));
        return;
    case PERSON_ENROL:
    case DAEMON_ENROL: give_key(self, object, reading_bytes(reading_get(body, 4))); return;
    case KEY_REPLACE: give_key(self, object, reading_bytes(reading_get(body, 1))); return;
    }
}

static bool holds_key(const authorship_t *self, span_t actor, span_t key) {
    bool person = false, shared = false;
    for (size_t i = 0; i < self->keys_n; i++) {
        const held_key_t *held = &self->keys[i];
        bool fits = key.n == 32 && memcmp(held->key, key.p, 32) == 0;
        bool owns = !held->anybody && actor.n == 16 && memcmp(held->owner, actor.p, 16) == 0;
        if (fits && owns)
            return true;
        person |= owns;
        shared |= fits && held->anybody;
    }
    return shared && !person;
}

const char *authorship_take(authorship_t *self, span_t event) {
    span_t command = reading_bytes(reading_get(event, 11));
    span_t actor = reading_bytes(reading_get(command, 8)),
           key = reading_bytes(reading_get(event, 9));
    bool first = reading_int(reading_get(event, 1)) == 1; /* it brings the key that signs it */
    if (!first && !holds_key(self, actor, key))
        return "it is signed with a key that is not its author's";
    give_keys(self, event, reading_bytes(reading_get(command, 13)));
    if (first && !holds_key(self, actor, key))
        return "a genesis that its administrator did not sign";
    return as_given(self, command) ? NULL : "it says something else than its author gave";
}
