/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_pool: threads that check signatures, a batch at a time. Ed25519 is what an audit's time goes
 * into; the rest of it goes on beside them.
 */
#ifndef COUNTERSIGN_DAEMON_AUDIT_POOL_H
#define COUNTERSIGN_DAEMON_AUDIT_POOL_H

#include "common/event/event.h"

typedef struct audit_pool audit_pool_t;
typedef struct audit_item {
    bytes_t command; /* lives until the batch is done */
    pubkey_t key;
    signature_t signature;
    bool asked, valid;
} audit_item_t;

audit_pool_t *audit_pool_new(unsigned threads);
void audit_pool_destroy(audit_pool_t **self_p);
/* Begins; the batch before must be done. */
void audit_pool_begin(audit_pool_t *self, audit_item_t *items, size_t n);
/* Waits until each item that was asked has its answer; helps. */
void audit_pool_finish(audit_pool_t *self);

#endif
