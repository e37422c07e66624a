/* SPDX-License-Identifier: Apache-2.0
 *
 * names: see names.h. Open addressing over the list, never more than half full.
 */
#include "common/domain/assess/names.h"

#include <stdlib.h>

#include "common/base/memory.h"

#define SLOTS_FIRST 64 /* a power of two, like every later size */

struct names {
    text_t *at; size_t n, room;
    size_t *slots, slots_n; /* index + 1; 0 = free */
};

names_t *names_new(void) {
    names_t *self = memory_new(1, sizeof *self);
    self->slots_n = SLOTS_FIRST;
    self->slots = memory_new(self->slots_n, sizeof *self->slots);
    return self;
}

void names_destroy(names_t **self_p) {
    names_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->n; i++)
        free((void *) (uintptr_t) self->at[i].p);
    free(self->at);
    free(self->slots);
    free(self);
    *self_p = NULL;
}

static uint64_t hash(text_t name) { /* FNV-1a */
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < name.n; i++)
        value = (value ^ (uint8_t) name.p[i]) * UINT64_C(0x100000001b3);
    return value ^ value >> 32;
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t *slot_of(const names_t *self, text_t name) {
    size_t at = hash(name) & (self->slots_n - 1);
    while (self->slots[at] && !text_equal(self->at[self->slots[at] - 1], name))
        at = (at + 1) & (self->slots_n - 1);
    return &self->slots[at];
}

static void spread(names_t *self) {
    free(self->slots);
    self->slots_n *= 4;
    self->slots = memory_new(self->slots_n, sizeof *self->slots);
    for (size_t i = 0; i < self->n; i++)
        *slot_of(self, self->at[i]) = i + 1;
}

size_t names_number(names_t *self, text_t name) {
    size_t *slot = slot_of(self, name);
    if (*slot)
        return *slot - 1;
    if (self->n == self->room) {
        self->room = self->room ? 2 * self->room : SLOTS_FIRST;
        self->at = memory_grow(self->at, self->room, sizeof *self->at);
    }
    self->at[self->n++] = (text_t){memory_text(name), name.n};
    *slot = self->n;
    if (2 * self->n > self->slots_n)
        spread(self);
    return self->n - 1;
}

size_t names_count(const names_t *self) {
    return self->n;
}

text_t names_at(const names_t *self, size_t number) {
    return self->at[number];
}
