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

/* What was asked for and has not come. A window is asked for at a time; the next one when all of it
   has come, or when nothing came for a while: longer where the line is slow. */
typedef struct wanted_turn { size_t open; int64_t at, patience; } wanted_turn_t; /* boot ms; zero to begin with */

extern const char wanted_schema[]; /* for ledger_open's extra_schema, beside blobs_schema */
/* Notes what this event names and is not here, in the open transaction. True: it names some. */
bool wanted_note(ledger_t *ledger, const decoded_t *event);
/* It is here, or was erased. True: it had been waited for. */
bool wanted_done(ledger_t *ledger, digest_t address);
position_t wanted_first(ledger_t *ledger); /* of the first event that waits; 0 = none */
/* BLOB_GET for the next ones, if it is time; `route` as for output_send. Sets the wake. */
void wanted_ask(ledger_t *ledger, wanted_turn_t *turn, int port, const route_t *route, int64_t boot,
                output_t *out);
void wanted_came(wanted_turn_t *turn, int64_t boot); /* a BLOB_PUT came */

#endif
