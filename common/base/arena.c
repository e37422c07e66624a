/* SPDX-License-Identifier: Apache-2.0
 *
 * arena: a chain of blocks, the newest first; a large request gets a block of its own.
 */
#include "common/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"

#define BLOCK_BYTES 4096
#define ALIGNMENT 16

typedef struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ALIGNMENT) uint8_t bytes[];
} block_t;

struct arena {
    block_t *blocks;
    size_t limit, used;
};

arena_t *arena_new(size_t limit) {
    arena_t *self = memory_new(1, sizeof *self);
    self->limit = limit;
    return self;
}

static void free_blocks(block_t *block) {
    while (block) {
        block_t *next = block->next;
        free(block);
        block = next;
    }
}

void arena_destroy(arena_t **self_p) {
    if (!*self_p)
        return;
    free_blocks((*self_p)->blocks);
    free(*self_p);
    *self_p = NULL;
}

void arena_reset(arena_t *self) {
    block_t *first = self->blocks;
    while (first && first->next) { /* the oldest is the last of the chain */
        block_t *next = first->next;
        free(first);
        first = next;
    }
    if (first && first->size > BLOCK_BYTES) {
        free(first);
        first = NULL;
    }
    if (first)
        first->used = 0;
    self->blocks = first;
    self->used = 0;
}

/* Not cleared. */
static void *take(arena_t *self, size_t size) {
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t need = (size + ALIGNMENT - 1) & ~(size_t) (ALIGNMENT - 1);
    if (need == 0)
        need = ALIGNMENT;
    if (self->limit && (need > self->limit || self->used > self->limit - need))
        return NULL;
    block_t *block = self->blocks;
    if (!block || block->size - block->used < need) {
        size_t room = need > BLOCK_BYTES ? need : BLOCK_BYTES;
        block = memory_grow(NULL, 1, sizeof *block + room);
        block->size = room;
        block->used = 0;
        block->next = self->blocks;
        self->blocks = block;
    }
    void *p = block->bytes + block->used;
    block->used += need;
    self->used += need;
    return p;
}

void *arena_alloc(arena_t *self, size_t size) {
    void *p = take(self, size);
    return p ? memset(p, 0, size) : NULL;
}

text_t arena_text(arena_t *self, text_t text) {
    char *p = text.n < SIZE_MAX ? take(self, text.n + 1) : NULL;
    if (!p)
        return (text_t){NULL, 0};
    if (text.n)
        memcpy(p, text.p, text.n);
    p[text.n] = '\0';
    return (text_t){p, text.n};
}

bytes_t arena_bytes(arena_t *self, bytes_t bytes) {
    text_t copy = arena_text(self, (text_t){(const char *) bytes.p, bytes.n});
    return (bytes_t){(const uint8_t *) copy.p, copy.n};
}

text_t arena_format(arena_t *self, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *p = n < 0 ? NULL : arena_alloc(self, (size_t) n + 1);
    if (p)
        vsnprintf(p, (size_t) n + 1, format, again);
    va_end(again);
    return p ? (text_t){p, (size_t) n} : (text_t){NULL, 0};
}

size_t arena_used(const arena_t *self) { return self->used; }
