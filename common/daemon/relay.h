/* SPDX-License-Identifier: Apache-2.0
 *
 * relay: the way back of receipts and blob states, for whoever passes commands on.
 */
#ifndef COUNTERSIGN_DAEMON_RELAY_H
#define COUNTERSIGN_DAEMON_RELAY_H

#include "common/daemon/step.h"

typedef struct relay relay_t;

relay_t *relay_new(void);
void relay_destroy(relay_t **self_p);
void relay_command(relay_t *self, ident_t id, const route_t *route);
void relay_blob(relay_t *self, digest_t address, const route_t *route);
/* Whom a receipt goes to, NULL: nobody waits. Notes that an accepted one still waits for archived;
   forgets the others. */
const route_t *relay_receipt(relay_t *self, const struct receipt *receipt);
const route_t *relay_blob_state(relay_t *self, digest_t address);
/* The ledger was cut: positions that were noted say nothing any more. */
void relay_forget_accepted(relay_t *self);
/* Is this command at this position, in a record that can be relied on? */
typedef bool relay_there_fn(void *arg, ident_t id, position_t position);
/* Sends RECEIPT archived to whoever waits for a position up to `archived` and has it there; a
   position of another epoch is forgotten: whoever waits asks again. */
void relay_archived(relay_t *self, position_t archived, relay_there_fn *there, void *arg, int port,
                    output_t *out);

#endif
