/* SPDX-License-Identifier: Apache-2.0
 *
 * piece: a run of events out of a ledger, as COMMIT and EVENTS carry it.
 */
#ifndef COUNTERSIGN_SYNC_PIECE_H
#define COUNTERSIGN_SYNC_PIECE_H

#include "common/bus/messages.h"
#include "common/ledger/ledger.h"

typedef struct piece piece_t;

piece_t *piece_new(void);
void piece_destroy(piece_t **self_p);
/* Events from..to, at least one if there is one, else as many as stay below `limit` bytes and
   the message's count. The list is good until the next read. */
struct raw_list piece_read(piece_t *self, ledger_t *ledger, position_t from, position_t to,
                           size_t limit);

#endif
