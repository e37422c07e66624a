/* SPDX-License-Identifier: Apache-2.0
 *
 * timetable: a binary heap of rows by time, found by case through the C library's balanced tree
 * (tsearch).
 */
#include "common/ledger/timetable.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"

typedef struct row {
    ident_t object; /* first: the tree compares by it */
    moment_t at;
    size_t index;   /* in the heap */
} row_t;

struct timetable {
    void *by_case;
    row_t **heap;
    size_t n, room;
};

static int compare_case(const void *a, const void *b) {
    return memcmp(((const row_t *) a)->object.b, ((const row_t *) b)->object.b,
                  sizeof(ident_t));
}

static bool before(const row_t *a, const row_t *b) {
    return a->at != b->at ? a->at < b->at : compare_case(a, b) < 0;
}

static void set(timetable_t *self, size_t index, row_t *row) {
    self->heap[index] = row;
    row->index = index;
}

static void rise(timetable_t *self, row_t *row) {
    size_t i = row->index;
    for (; i > 0 && before(row, self->heap[(i - 1) / 2]); i = (i - 1) / 2)
        set(self, i, self->heap[(i - 1) / 2]);
    set(self, i, row);
}

static void sink(timetable_t *self, row_t *row) {
    size_t i = row->index;
    for (size_t child; (child = 2 * i + 1) < self->n; i = child) {
        if (child + 1 < self->n && before(self->heap[child + 1], self->heap[child]))
            child++;
        if (!before(self->heap[child], row))
            break;
        set(self, i, self->heap[child]);
    }
    set(self, i, row);
}

static void drop(timetable_t *self, row_t *row) {
    row_t *last = self->heap[--self->n];
    tdelete(row, &self->by_case, compare_case);
    if (last != row) {
        set(self, row->index, last);
        rise(self, last);
        sink(self, last);
    }
    free(row);
}

static row_t *add(timetable_t *self, ident_t object, moment_t at) {
    row_t *row = memory_new(1, sizeof *row);
    *row = (row_t){.object = object, .at = at, .index = self->n};
    if (self->n == self->room) {
        self->room = self->room * 2 + 64;
        self->heap = memory_grow(self->heap, self->room, sizeof(row_t *));
    }
    if (!tsearch(row, &self->by_case, compare_case))
        diag_fatal(EX_OSERR, DIAG_GENERAL, "out of memory");
    self->heap[self->n++] = row;
    return row;
}

timetable_t *timetable_new(void) { return memory_new(1, sizeof(timetable_t)); }

void timetable_clear(timetable_t *self) {
    while (self->n)
        drop(self, self->heap[self->n - 1]);
}

void timetable_destroy(timetable_t **self_p) {
    if (!*self_p)
        return;
    timetable_clear(*self_p);
    free((*self_p)->heap);
    free(*self_p);
    *self_p = NULL;
}

void timetable_put(timetable_t *self, ident_t object, moment_t at) {
    row_t key = {.object = object}, *const *found = tfind(&key, &self->by_case, compare_case);
    if (found && at == (*found)->at)
        return;
    if (found && !at)
        drop(self, *found);
    else if (found) {
        (*found)->at = at;
        rise(self, *found);
        sink(self, *found);
    } else if (at)
        rise(self, add(self, object, at));
}

moment_t timetable_first(const timetable_t *self, ident_t *object) {
    if (self->n == 0)
        return 0;
    *object = self->heap[0]->object;
    return self->heap[0]->at;
}
