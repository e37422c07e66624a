/* SPDX-License-Identifier: Apache-2.0
 *
 * piece: reads events into one buffer and points into it.
 */
#include "common/sync/piece.h"

#include <stdlib.h>

#include "common/base/memory.h"

#define PIECE_EVENTS_MAX 4096

struct piece {
    buffer_t bytes;
    size_t n, limit;
    size_t offset[PIECE_EVENTS_MAX];
    struct raw raw[PIECE_EVENTS_MAX];
};

piece_t *piece_new(void) {
    piece_t *self = memory_new(1, sizeof *self);
    return self;
}

void piece_destroy(piece_t **self_p) {
    if (*self_p)
        buffer_free(&(*self_p)->bytes);
    free(*self_p);
    *self_p = NULL;
}

static int take(void *arg, position_t position, bytes_t bytes) {
    piece_t *self = arg;
    (void) position;
    if (self->n == PIECE_EVENTS_MAX || (self->n && self->bytes.n + bytes.n > self->limit))
        return 1;
    self->offset[self->n] = self->bytes.n;
    self->raw[self->n++].bytes.n = bytes.n;
    buffer_put(&self->bytes, bytes.p, bytes.n);
    return 0;
}

struct raw_list piece_read(piece_t *self, ledger_t *ledger, position_t from, position_t to,
                           size_t limit) {
    self->n = 0;
    self->limit = limit;
    buffer_clear(&self->bytes);
    if (from >= 1 && from <= to)
        ledger_walk(ledger, from, to, take, self);
    for (size_t i = 0; i < self->n; i++)
        self->raw[i].bytes.p = self->bytes.p + self->offset[i];
    return (struct raw_list){self->raw, self->n};
}
