/* SPDX-License-Identifier: Apache-2.0
 *
 * items: a record's list without its type, for those who fill or read one by its field's table.
 */
#ifndef COUNTERSIGN_EXCHANGE_ITEMS_H
#define COUNTERSIGN_EXCHANGE_ITEMS_H

#include "common/event/record.h"

/* Every struct x_list is laid out like this: copy it in or out by memcpy. */
typedef struct items {
    uint8_t *at;
    size_t n;
} items_t;

/* Bytes of one item of a LIST, TEXTS or INTS. */
static inline size_t items_size(const field_t *field) {
    return field->type == TYPE_LIST    ? field->record->size
           : field->type == TYPE_TEXTS ? sizeof(text_t)
                                       : sizeof(int64_t);
}

/* Room for n items, not yet set. False: past the arena's limit. */
static inline bool items_room(items_t *self, const field_t *field, size_t n, arena_t *arena) {
    *self = (items_t){n ? arena_alloc(arena, n * items_size(field)) : NULL, n};
    return n == 0 || self->at;
}

#endif
