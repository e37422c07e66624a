/* SPDX-License-Identifier: Apache-2.0
 *
 * sockets: makes sockets that are never without CURVE, without bounds or without heartbeats. Sizes:
 * a peer that does not read, or sends without end, is held by high-water marks; what does not fit
 * is sent again by whoever wants it.
 */
#ifndef COUNTERSIGN_BUS_SOCKETS_H
#define COUNTERSIGN_BUS_SOCKETS_H

#include <czmq.h>

#include "common/base/problem.h"
#include "common/crypto/keys.h"

typedef enum socket_role {
    ROLE_ROUTER,
    ROLE_PUB,
    ROLE_DEALER,
    ROLE_SUB,
    ROLE_LOCAL,
    ROLE_PAIR
} socket_role_t;

#define ENDPOINT_ROOM 256
#define CONNECTION_DEAD_MS 6000 /* no heartbeat for so long */

/* Once, before anything of ZeroMQ: no signal handlers of CZMQ's. */
void sockets_start(void);
/* ROUTER and PUB are CURVE servers with `own` and the ZAP domain `domain`; DEALER and SUB
   clients of `server`; LOCAL is a ROUTER without CURVE; PAIR is for inproc alone. Fatal when the library refuses an
   option. */
zsock_t *socket_new(socket_role_t role, const char *domain, const curve_pair_t *own,
                    pubkey_t server);
/* `actual` (ENDPOINT_ROOM bytes) is the endpoint with the port that the kernel gave. ipc: a path
   that does not fit is a problem; the socket of a LOCAL is reachable for this user alone (its
   folder is made 0700), that of another by all users. */
int socket_bind(zsock_t *self, socket_role_t role, const char *endpoint, char *actual,
                problem_t *problem);
int socket_connect(zsock_t *self, const char *endpoint, problem_t *problem);

/* What happens to a socket's connections. */
typedef struct monitor monitor_t;
monitor_t *monitor_new(zsock_t *watched);
void monitor_destroy(monitor_t **self_p);
void *monitor_handle(monitor_t *self);
/* The next event (ZMQ_EVENT_...), 0 when there is none. */
int monitor_next(monitor_t *self, uint32_t *value);

#endif
