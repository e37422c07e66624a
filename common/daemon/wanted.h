/* SPDX-License-Identifier: Apache-2.0
 *
 * wanted: blobs that a store's events name and that it lacks: an archive that is still to get them,
 * a ledger whose events were fetched back. The list is a table in the store, so that a restart goes
 * on asking.
 */
#ifndef COUNTERSIGN_DAEMON_WANTED_H
#define COUNTERSIGN_DAEMON_WANTED_H

#include "common/daemon/step.h"
#include "common/event/event.h"
#include "common/ledger/ledger.h"

#define WANTED_EVERY_MS 500 /* between two askings */

extern const char wanted_schema[]; /* for ledger_open's extra_schema, beside blobs_schema */
/* Notes what this event names and is not here, in the open transaction. True: it names some. */
bool wanted_note(ledger_t *ledger, const decoded_t *event);
void wanted_done(ledger_t *ledger, digest_t address);
position_t wanted_first(ledger_t *ledger); /* of the first event that waits; 0 = none */
/* BLOB_GET for some of them; `route` as for output_send. */
void wanted_ask(ledger_t *ledger, int port, const route_t *route, output_t *out);

#endif
