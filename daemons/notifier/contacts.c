/* SPDX-License-Identifier: Apache-2.0
 *
 * contacts: see contacts.h.
 */
#include "daemons/notifier/contacts.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/ledger/blobs.h"

#define PLACES 16
#define ASK_AGAIN_MS 2000
#define KEPT_MS 60000
#define LOCAL_MAX 64 /* bytes before the @ (RFC 5321 4.5.3.1.1) */

typedef struct place {
    digest_t blob;
    bool archiver, known, missing; /* whom it was asked of last; its answer */
    bool given; /* to whom it was asked for: it may make room for another */
    char address[ADDRESS_ROOM];
    int64_t asked_at, used_at; /* boot ms; used_at 0 = free */
} place_t;

struct contacts {
    place_t places[PLACES];
};

contacts_t *contacts_new(void) {
    contacts_t *self = memory_new(1, sizeof *self);
    return self;
}

void contacts_destroy(contacts_t **self_p) {
    if (*self_p)
        secret_wipe(*self_p, sizeof **self_p);
    free(*self_p);
    *self_p = NULL;
}

/* ---- out of what people wrote ---- */

static bool of_word(char c, const char *others) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr(others, c));
}

void contact_address(text_t text, char address[ADDRESS_ROOM]) {
    address[0] = '\0';
    for (size_t at = 1; at + 1 < text.n; at++) {
        size_t from = at, to = at + 1;
        if (text.p[at] != '@')
            continue;
        while (from > 0 && of_word(text.p[from - 1], "!#$%&'*+-/=?^_`{|}~."))
            from--;
        while (to < text.n && of_word(text.p[to], "-."))
            to++;
        while (to > at + 1 && !of_word(text.p[to - 1], ""))
            to--; /* the sentence's end, not the domain's */
        bool dotted = memchr(text.p + at, '.', to - at) != NULL;
        if (from < at && at - from <= LOCAL_MAX && dotted && to - from < ADDRESS_ROOM) {
            snprintf(address, ADDRESS_ROOM, "%.*s", (int) (to - from), text.p + from);
            return;
        }
    }
}

/* ---- fetching ---- */

static place_t *find(contacts_t *self, digest_t blob) {
    for (size_t i = 0; i < PLACES; i++)
        if (self->places[i].used_at && digest_equal(self->places[i].blob, blob))
            return &self->places[i];
    return NULL;
}

static void ask(place_t *place, bool archiver, int64_t boot, output_t *out) {
    struct blob_get get = {.address = place->blob};
    output_send(out, archiver ? NOTIFIER_ARCHIVER : NOTIFIER_COORDINATOR, NULL, MESSAGE_BLOB_GET,
                &get);
    place->archiver = archiver;
    place->asked_at = boot;
}

/* A free place, else that of the one who needs it no more for longest; NULL: others are first. */
static place_t *vacant(contacts_t *self) {
    place_t *found = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        place_t *place = &self->places[i];
        if (place->used_at && !place->given)
            continue;
        if (!found || place->used_at < found->used_at)
            found = place;
    }
    return found;
}

static place_t *place_for(contacts_t *self, digest_t blob, int64_t boot, output_t *out) {
    place_t *place = find(self, blob);
    if (!place && (place = vacant(self)) != NULL) {
        *place = (place_t){.blob = blob};
        ask(place, false, boot, out);
    }
    return place;
}

contact_t contacts_find(notifier_t *self, digest_t blob, char address[ADDRESS_ROOM], int64_t boot,
                        output_t *out) {
    if (digest_none(blob))
        return CONTACT_ABSENT;
    if (context_erased(chronicle_context(self->chronicle), blob))
        return CONTACT_ERASED;
    place_t *place = place_for(self->contacts, blob, boot, out);
    if (!place)
        return CONTACT_COMING;
    place->used_at = boot;
    place->given = place->missing || place->known;
    if (place->missing || (place->known && !place->address[0]))
        return CONTACT_ABSENT;
    if (!place->known) {
        if (boot - place->asked_at >= ASK_AGAIN_MS)
            ask(place, !place->archiver, boot, out);
        return CONTACT_COMING;
    }
    snprintf(address, ADDRESS_ROOM, "%s", place->address);
    return CONTACT_HERE;
}

void contacts_came(notifier_t *self, const struct blob_put *body, int64_t boot) {
    place_t *place = find(self->contacts, body->address);
    if (!place || !digest_equal(blob_address(body->salted), body->address))
        return;
    text_t text = {(const char *) body->salted.p + BLOB_SALT, body->salted.n - BLOB_SALT};
    contact_address(text, place->address);
    place->known = true;
    place->used_at = boot;
}

/* The coordinator has lost it: the archiver. That one, too: there is none. */
void contacts_state(notifier_t *self, const input_t *in, const struct blob_state *state,
                    int64_t boot, output_t *out) {
    place_t *place = find(self->contacts, state->address);
    bool archiver = in->port == NOTIFIER_ARCHIVER;
    if (!place || place->known || state->stored || !state->reason || place->archiver != archiver)
        return;
    if (state->reason == REASON_ERASED || archiver)
        place->missing = true;
    else
        ask(place, true, boot, out);
}

void contacts_tick(notifier_t *self, int64_t boot) {
    for (size_t i = 0; i < PLACES; i++) {
        place_t *place = &self->contacts->places[i];
        if (place->used_at && boot - place->used_at > KEPT_MS)
            secret_wipe(place, sizeof *place);
    }
}
