/* SPDX-License-Identifier: Apache-2.0
 *
 * relay: remembers for a while who sent which command, to give the receipt back. It holds nothing
 * that matters: a workstation whose receipt is lost sends its command again and gets the same
 * receipt.
 */
#include "common/daemon/relay.h"

#include <stdlib.h>

#include "common/base/memory.h"

#define ENTRIES 4096 /* a power of two: the oldest is overwritten */

typedef struct entry {
    uint8_t key[32]; /* command id (16) or blob address (32) */
    route_t route;
    position_t position; /* accepted, waits for archived; 0 = not */
    bool used;
} entry_t;

struct relay {
    entry_t entries[ENTRIES];
    size_t next;
};

relay_t *relay_new(void) {
    relay_t *self = memory_new(1, sizeof *self);
    return self;
}

void relay_destroy(relay_t **self_p) {
    free(*self_p);
    *self_p = NULL;
}

static entry_t *find(relay_t *self, const uint8_t key[32]) {
    for (size_t i = 0; i < ENTRIES; i++)
        if (self->entries[i].used && memcmp(self->entries[i].key, key, 32) == 0)
            return &self->entries[i];
    return NULL;
}

static void note(relay_t *self, const uint8_t key[32], const route_t *route) {
    entry_t *e = find(self, key);
    if (!e)
        e = &self->entries[self->next++ % ENTRIES];
    *e = (entry_t){.route = *route, .used = true};
    memcpy(e->key, key, 32);
}

static void key_of(ident_t id, uint8_t key[32]) {
    memset(key, 0, 32);
    memcpy(key, id.b, sizeof id.b);
}

void relay_command(relay_t *self, ident_t id, const route_t *route) {
    uint8_t key[32];
    key_of(id, key);
    note(self, key, route);
}

void relay_blob(relay_t *self, digest_t address, const route_t *route) {
    note(self, address.b, route);
}

const route_t *relay_receipt(relay_t *self, const struct receipt *receipt) {
    uint8_t key[32];
    key_of(receipt->id, key);
    entry_t *e = find(self, key);
    if (!e)
        return NULL;
    e->position = receipt->state == RECEIPT_ACCEPTED ? (position_t) receipt->position : 0;
    if (receipt->state == RECEIPT_ARCHIVED || receipt->state == RECEIPT_REFUSED)
        e->used = false;
    return &e->route;
}

const route_t *relay_blob_state(relay_t *self, digest_t address) {
    entry_t *e = find(self, address.b);
    if (e)
        e->used = false;
    return e ? &e->route : NULL;
}

void relay_forget_accepted(relay_t *self) {
    for (size_t i = 0; i < ENTRIES; i++)
        if (self->entries[i].position)
            self->entries[i].used = false;
}

void relay_archived(relay_t *self, position_t archived, relay_there_fn *there, void *arg, int port,
                    output_t *out) {
    for (size_t i = 0; i < ENTRIES; i++) {
        entry_t *e = &self->entries[i];
        if (!e->used || !e->position || e->position > archived)
            continue;
        struct receipt receipt = {.state = RECEIPT_ARCHIVED, .position = (int64_t) e->position};
        memcpy(receipt.id.b, e->key, sizeof receipt.id.b);
        if (there(arg, receipt.id, e->position))
            output_send(out, port, &e->route, MESSAGE_RECEIPT, &receipt);
        e->used = false;
    }
}
