/* SPDX-License-Identifier: Apache-2.0
 *
 * keep: what every fold does with what it is given: copies bodies into its own arena, lets its
 * lists grow there, and names the clause by which it refuses.
 */
#ifndef COUNTERSIGN_DOMAIN_KEEP_H
#define COUNTERSIGN_DOMAIN_KEEP_H

#include "common/event/event.h"

/* A deep copy of a body in `arena`. Never NULL: a fold's arena has no limit, and out of memory is
 * fatal. */
void *keep(arena_t *arena, const record_t *record, const void *body);
/* The items with room for one more behind the n that are there; the old ones may move. */
void *keep_grow(arena_t *arena, void *items, size_t n, size_t size);
/* problem_set with a clause that says more than the reason's own. */
int refuse(problem_t *problem, reason_t reason, const char *clause, const char *field,
           const char *detail, ...) __attribute__((format(printf, 5, 6)));

#endif
