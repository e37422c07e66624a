/* SPDX-License-Identifier: Apache-2.0
 *
 * cache: a hash table of chains over a doubly linked list in order of use.
 */
#include "common/ledger/cache.h"

#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"

typedef struct entry {
    case_t *of;
    struct entry *chain; /* next in its bucket */
    struct entry *newer, *older;
} entry_t;

struct cache {
    size_t room, count, buckets_n;
    entry_t **buckets;
    entry_t *newest, *oldest;
};

static void *zeroed(size_t n, size_t size) {
    void *p = memory_new(n, size);
    return p;
}

cache_t *cache_new(size_t room) {
    insist(room >= 1);
    cache_t *self = zeroed(1, sizeof *self);
    self->room = room;
    self->buckets_n = room * 2 + 1;
    self->buckets = zeroed(self->buckets_n, sizeof *self->buckets);
    return self;
}

void cache_destroy(cache_t **self_p) {
    cache_t *self = *self_p;
    if (!self)
        return;
    cache_clear(self);
    free(self->buckets);
    free(self);
    *self_p = NULL;
}

/* Ids end in random or hashed bits, so the last eight bytes spread by themselves. */
static entry_t **bucket_of(cache_t *self, ident_t id) {
    uint64_t h;
    memcpy(&h, id.b + 8, sizeof h);
    return &self->buckets[h % self->buckets_n];
}

static void unlink_use(cache_t *self, entry_t *e) {
    *(e->newer ? &e->newer->older : &self->newest) = e->older;
    *(e->older ? &e->older->newer : &self->oldest) = e->newer;
    e->newer = e->older = NULL;
}

static void link_newest(cache_t *self, entry_t *e) {
    e->older = self->newest;
    *(self->newest ? &self->newest->newer : &self->oldest) = e;
    self->newest = e;
}

static void drop(cache_t *self, entry_t *e) {
    entry_t **p = bucket_of(self, e->of->id);
    while (*p != e)
        p = &(*p)->chain;
    *p = e->chain;
    unlink_use(self, e);
    case_destroy(&e->of);
    free(e);
    self->count--;
}

case_t *cache_find(cache_t *self, ident_t id) {
    for (entry_t *e = *bucket_of(self, id); e; e = e->chain)
        if (ident_equal(e->of->id, id)) {
            unlink_use(self, e);
            link_newest(self, e);
            return e->of;
        }
    return NULL;
}

void cache_put(cache_t *self, case_t **case_p) {
    if (self->count == self->room)
        drop(self, self->oldest);
    entry_t *e = zeroed(1, sizeof *e);
    e->of = *case_p;
    *case_p = NULL;
    entry_t **bucket = bucket_of(self, e->of->id);
    e->chain = *bucket;
    *bucket = e;
    link_newest(self, e);
    self->count++;
}

void cache_clear(cache_t *self) {
    while (self->oldest)
        drop(self, self->oldest);
}
