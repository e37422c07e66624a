/* SPDX-License-Identifier: Apache-2.0
 *
 * routes: ways back to ROUTER peers, bound to the CURVE key that each was seen with. Security: a
 * routing id that the peer chose could be taken over by another, so only those that our own socket
 * made are used (five bytes, the first 0, counted up from a random number that no peer is told).
 */
#ifndef COUNTERSIGN_DAEMON_ROUTES_H
#define COUNTERSIGN_DAEMON_ROUTES_H

#include "common/daemon/step.h"

#define ROUTING_ID_BYTES 5

typedef struct routes routes_t;

routes_t *routes_new(void);
void routes_destroy(routes_t **self_p);
/* A message came from this routing id and key: fills *route. false: not an id of our making, or
   seen with another key. */
bool routes_note(routes_t *self, const uint8_t *id, size_t n, pubkey_t key, route_t *route);
/* The routing id to send to; NULL when the route's id now belongs to another key. Points into
   *route. */
const uint8_t *routes_find(const routes_t *self, const route_t *route);
/* A frame of this peer was dropped. true: it is time to say so; *count is how many since it was
   said last. */
bool routes_dropped(routes_t *self, const uint8_t *id, size_t n, int64_t boot, uint64_t *count);

#endif
