/* SPDX-License-Identifier: Apache-2.0
 *
 * keep: see keep.h.
 */
#include "common/domain/keep.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/diag.h"

void *keep(arena_t *arena, const record_t *record, const void *body) {
    void *copy = arena_alloc(arena, record->size);
    insist(copy && record_copy(record, body, arena, copy) == 0);
    return copy;
}

/* Room doubles whenever n is a power of two, so that no capacity has to be kept. */
void *keep_grow(arena_t *arena, void *items, size_t n, size_t size) {
    if (n & (n - 1))
        return items;
    void *more = arena_alloc(arena, (n ? 2 * n : 1) * size);
    insist(more);
    if (n)
        memcpy(more, items, n * size);
    return more;
}

int refuse(problem_t *problem, reason_t reason, const char *clause, const char *field,
           const char *detail, ...) {
    char text[sizeof problem->detail];
    va_list args;
    va_start(args, detail);
    vsnprintf(text, sizeof text, detail, args);
    va_end(args);
    problem_set(problem, reason, field, "%s", text);
    if (problem)
        snprintf(problem->clause, sizeof problem->clause, "%s", clause);
    return -1;
}
