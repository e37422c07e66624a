/* SPDX-License-Identifier: Apache-2.0
 *
 * arena: memory that is given out piece by piece and freed all at once. A limit bounds what one
 * input may make us allocate; past it arena_alloc returns NULL and the caller refuses the input.
 */
#ifndef COUNTERSIGN_BASE_ARENA_H
#define COUNTERSIGN_BASE_ARENA_H

#include "common/base/types.h"

typedef struct arena arena_t;

arena_t *arena_new(size_t limit);              /* limit in bytes, 0 = none; never NULL (fatal) */
void arena_destroy(arena_t **self_p);
void arena_reset(arena_t *self);               /* keeps the first block, frees the others */
/* zeroed, aligned for any type; NULL past the limit */
void *arena_alloc(arena_t *self, size_t size);
/* a copy, NUL-terminated behind n; {NULL,0} past the limit */
text_t arena_text(arena_t *self, text_t text);
bytes_t arena_bytes(arena_t *self, bytes_t bytes);
text_t arena_format(arena_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t arena_used(const arena_t *self);

#endif
