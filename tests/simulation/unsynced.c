/* SPDX-License-Identifier: Apache-2.0
 *
 * unsynced: see the header.
 */
#include "tests/simulation/unsynced.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

typedef struct pending {
    size_t offset, n; /* a write; n = SIZE_MAX: the file's length becomes `offset` */
    uint8_t *bytes;
} pending_t;

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

static pending_t *add(unsynced_t *self, size_t offset, size_t n) {
    if (self->n == self->room) {
        self->room = self->room ? self->room * 2 : 64;
        self->at = must(sqlite3_realloc64(self->at, self->room * sizeof *self->at));
    }
    self->at[self->n] = (pending_t){.offset = offset, .n = n};
    return &self->at[self->n++];
}

void unsynced_write(unsynced_t *self, size_t offset, const uint8_t *bytes, size_t n) {
    pending_t *w = add(self, offset, n);
    w->bytes = must(sqlite3_malloc64(n ? n : 1));
    memcpy(w->bytes, bytes, n);
}

void unsynced_resize(unsynced_t *self, size_t n) { add(self, n, SIZE_MAX); }

void unsynced_forget(unsynced_t *self) {
    for (size_t i = 0; i < self->n; i++)
        sqlite3_free(self->at[i].bytes);
    self->n = 0;
}

void unsynced_free(unsynced_t *self) {
    unsynced_forget(self);
    sqlite3_free(self->at);
    *self = (unsynced_t){.n = 0};
}

/* ---- power ---- */

static void put_through(image_t *image, const pending_t *w) {
    if (w->n == SIZE_MAX)
        image_resize(image, w->offset);
    else
        image_write(image, w->offset, w->bytes, w->n);
}

/* The sectors of a write, each there or not; `upto` sectors for a torn one. */
static void put_sectors(image_t *image, const pending_t *w, luck_t *luck, size_t upto) {
    if (w->n == SIZE_MAX) {
        if (upto)
            put_through(image, w);
        return;
    }
    for (size_t at = 0, sector = 0; at < w->n; sector++) {
        size_t n = DISK_SECTOR - (w->offset + at) % DISK_SECTOR;
        if (n > w->n - at)
            n = w->n - at;
        if (upto == SIZE_MAX ? luck_next(luck) % 2 != 0 : sector < upto)
            image_write(image, w->offset + at, w->bytes + at, n);
        at += n;
    }
}

static void tear(image_t *image, const pending_t *w, luck_t *luck) {
    put_sectors(image, w, luck, luck_next(luck) % (w->n == SIZE_MAX ? 2 : w->n / DISK_SECTOR + 2));
}

void unsynced_cut(const unsynced_t *self, cut_t cut, luck_t *luck, image_t *durable) {
    size_t last = self->n ? luck_next(luck) % self->n : 0;
    for (size_t i = 0; i < self->n; i++) {
        const pending_t *w = &self->at[i];
        switch (cut) {
        case CUT_LOST: break;
        case CUT_KEPT: put_through(durable, w); break;
        case CUT_REORDERED: put_sectors(durable, w, luck, SIZE_MAX); break;
        case CUT_TORN:
            if (i < last)
                put_through(durable, w);
            else if (i == last)
                tear(durable, w, luck);
            break;
        case CUTS: abort();
        }
    }
}
