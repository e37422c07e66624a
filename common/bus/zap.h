/* SPDX-License-Identifier: Apache-2.0
 *
 * zap: who may connect (ZeroMQ RFC 27), answered by the process itself from what it knows at that
 * moment. Security: libzmq lets every key in when nobody answers, so this is made before the first
 * server socket and closed after the last.
 */
#ifndef COUNTERSIGN_BUS_ZAP_H
#define COUNTERSIGN_BUS_ZAP_H

#include <czmq.h>

#include "common/base/types.h"

typedef struct zap zap_t;
/* `domain` is the server socket's, `address` the peer's as libzmq saw it. */
typedef bool (*zap_admits_fn)(void *arg, const char *domain, const char *address, pubkey_t key);

zap_t *zap_new(zap_admits_fn admits,
               void *arg); /* one at a time in a process; fatal if it cannot bind */
void zap_destroy(zap_t **self_p);
void *zap_handle(zap_t *self); /* to poll for input */
void zap_answer(zap_t *self);  /* answers all that is asked; never blocks */

/* The CURVE key that a message's body frame came with (User-Id, set by zap_answer); false: none,
   drop it. On 4.3.4 the first frame can lack it: always ask the body frame. */
bool zap_key_of(zmq_msg_t *body, pubkey_t *key);

#endif
