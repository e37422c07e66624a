/* SPDX-License-Identifier: Apache-2.0
 *
 * routes: a table by the id's last digits: ids are counted up, so that the last thousands of
 * connections each have a place of their own. A forgotten one can still be answered: an id of our
 * making is never given twice.
 */
#include "common/daemon/routes.h"

#include <stdlib.h>

#include "common/base/memory.h"

#define PLACES 4096  /* a power of two */
#define KEY_BYTES 16 /* of the key, within a route */
#define SAY_EVERY_MS 1000

typedef struct place {
    uint8_t id[ROUTING_ID_BYTES];
    bool used;
    pubkey_t key;
    uint64_t dropped;
    int64_t said;
} place_t;

struct routes {
    place_t places[PLACES];
    place_t strangers; /* dropped frames of peers without a place */
};

_Static_assert(ROUTING_ID_BYTES + KEY_BYTES <= sizeof((route_t *) 0)->b,
               "a route holds id and key");

routes_t *routes_new(void) {
    routes_t *self = memory_new(1, sizeof *self);
    return self;
}

void routes_destroy(routes_t **self_p) {
    free(*self_p);
    *self_p = NULL;
}

static size_t index_of(const uint8_t *id) { return ((size_t) id[3] << 8 | id[4]) % PLACES; }

static bool ours(const uint8_t *id, size_t n) { return n == ROUTING_ID_BYTES && id[0] == 0; }

bool routes_note(routes_t *self, const uint8_t *id, size_t n, pubkey_t key, route_t *route) {
    if (!ours(id, n))
        return false;
    place_t *place = &self->places[index_of(id)];
    bool same = place->used && memcmp(place->id, id, n) == 0;
    if (same && !pubkey_equal(place->key, key))
        return false;
    if (!same) {
        *place = (place_t){.used = true, .key = key};
        memcpy(place->id, id, n);
    }
    *route = (route_t){.n = ROUTING_ID_BYTES + KEY_BYTES};
    memcpy(route->b, id, n);
    memcpy(route->b + n, key.b, KEY_BYTES);
    return true;
}

const uint8_t *routes_find(const routes_t *self, const route_t *route) {
    if (route->n != ROUTING_ID_BYTES + KEY_BYTES)
        return NULL;
    const place_t *place = &self->places[index_of(route->b)];
    bool same = place->used && memcmp(place->id, route->b, ROUTING_ID_BYTES) == 0;
    return same && memcmp(place->key.b, route->b + ROUTING_ID_BYTES, KEY_BYTES) != 0 ? NULL
                                                                                     : route->b;
}

bool routes_dropped(routes_t *self, const uint8_t *id, size_t n, int64_t boot, uint64_t *count) {
    place_t *place = ours(id, n) ? &self->places[index_of(id)] : &self->strangers;
    if (!place->used || memcmp(place->id, id, ROUTING_ID_BYTES) != 0)
        place = &self->strangers;
    place->dropped++;
    if (place->said && boot - place->said < SAY_EVERY_MS)
        return false;
    place->said = boot;
    *count = place->dropped;
    place->dropped = 0;
    return true;
}
