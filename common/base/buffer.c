/* SPDX-License-Identifier: Apache-2.0
 *
 * buffer: bytes that grow by doubling.
 */
#include "common/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"

void buffer_reserve(buffer_t *self, size_t more) {
    if (more > SIZE_MAX / 4 - self->n)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "out of memory");
    size_t need = self->n + more;
    if (need <= self->room)
        return;
    size_t room = self->room ? self->room : 256;
    while (room < need)
        room *= 2;
    uint8_t *p = memory_grow(self->p, room, 1);
    self->p = p;
    self->room = room;
}

void buffer_text(buffer_t *self, const char *s) { buffer_put(self, s, strlen(s)); }

void buffer_format(buffer_t *self, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (n > 0) {
        buffer_reserve(self, (size_t) n + 1);
        vsnprintf((char *) self->p + self->n, (size_t) n + 1, format, again);
        self->n += (size_t) n;
    }
    va_end(again);
}

void buffer_clear(buffer_t *self) { self->n = 0; }

void buffer_free(buffer_t *self) {
    free(self->p);
    *self = (buffer_t){0};
}

const char *buffer_cstr(buffer_t *self) {
    buffer_reserve(self, 1);
    self->p[self->n] = '\0';
    return (const char *) self->p;
}
