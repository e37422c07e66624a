/* SPDX-License-Identifier: Apache-2.0
 *
 * erasure: carries out what blob.erase said, in a store that holds blobs: its tables, its WAL, and
 * the stores that were set aside beside it. Said is said: it is carried out again after every start
 * and every refill, so that an older file that was put back does not bring anything back.
 */
#ifndef COUNTERSIGN_DAEMON_ERASURE_H
#define COUNTERSIGN_DAEMON_ERASURE_H

#include "common/ledger/chronicle.h"

/* Outside a transaction; the store was made with blobs_schema and wanted_schema. False: the disk is
   full, it has to be done again. What cannot be cleaned of what was set aside is removed, with an
   alarm: evidence is of events, and nobody may keep what was erased. */
bool erasure_run(chronicle_t *chronicle);
/* The stores set aside beside the store at `path` alone. */
void erasure_of_aside(const char *path, const digest_t *list, size_t n);

#endif
