/* SPDX-License-Identifier: Apache-2.0
 *
 * cache: the cases that chronicle keeps in memory: bounded, the least recently used goes first.
 * Dropping one changes nothing, for it is rebuilt from its own events.
 */
#ifndef COUNTERSIGN_LEDGER_CACHE_H
#define COUNTERSIGN_LEDGER_CACHE_H

#include "common/domain/case.h"

typedef struct cache cache_t;

cache_t *cache_new(size_t room);                 /* room >= 1 */
void cache_destroy(cache_t **self_p);
case_t *cache_find(cache_t *self, ident_t id);  /* NULL: not here; makes it the most recent */
void cache_put(cache_t *self, case_t **case_p); /* takes over; may destroy the least recent one */
void cache_clear(cache_t *self);

#endif
