/* SPDX-License-Identifier: Apache-2.0
 *
 * buffer: bytes that grow. Out of memory is the environment's fault and fatal.
 */
#ifndef COUNTERSIGN_BASE_BUFFER_H
#define COUNTERSIGN_BASE_BUFFER_H

#include <string.h>

#include "common/base/types.h"

typedef struct { uint8_t *p; size_t n, room; } buffer_t; /* {0} is an empty buffer */

/* Makes room for so many more bytes. */
void buffer_reserve(buffer_t *self, size_t more);
static inline void buffer_put(buffer_t *self, const void *bytes, size_t n) {
    if (n == 0)
        return;
    if (n > self->room - self->n)
        buffer_reserve(self, n);
    memcpy(self->p + self->n, bytes, n);
    self->n += n;
}
void buffer_text(buffer_t *self, const char *s);
void buffer_format(buffer_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_clear(buffer_t *self); /* keeps the room */
void buffer_free(buffer_t *self);
static inline bytes_t buffer_bytes(const buffer_t *self) { return (bytes_t){self->p, self->n}; }
const char *buffer_cstr(buffer_t *self); /* NUL-terminated view, valid until the next put */

#endif
