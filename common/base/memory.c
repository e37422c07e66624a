/* SPDX-License-Identifier: Apache-2.0
 *
 * memory: see the header.
 */
#include "common/base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"

static _Noreturn void out_of_memory(void) {
    errno = 0;
    diag_fatal(EX_OSERR, DIAG_GENERAL, "out of memory");
}

void *memory_new(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *memory_grow(void *p, size_t n, size_t size) {
    if (size && n > SIZE_MAX / size)
        out_of_memory();
    void *grown = realloc(p, n > 0 && size > 0 ? n * size : 1);
    if (!grown)
        out_of_memory();
    return grown;
}

char *memory_text(text_t text) {
    char *copy = memory_new(text.n + 1, 1);
    if (text.n)
        memcpy(copy, text.p, text.n);
    return copy;
}
