/* SPDX-License-Identifier: Apache-2.0
 *
 * loose: blobs that are here and that nothing names, yet or any more. They come before what names
 * them; what never does would otherwise fill the disk. Who sends them keeps them until they are
 * named, so that dropping one costs a sending.
 */
#ifndef COUNTERSIGN_LEDGER_LOOSE_H
#define COUNTERSIGN_LEDGER_LOOSE_H

#include <sqlite3.h>

#include "common/base/types.h"

/* All within the owner's transaction, on a store that was made with blobs_schema. */
/* It came at `came`, or (0) nothing needs it any more. */
void loose_note(sqlite3 *db, digest_t address, size_t bytes, moment_t came);
void loose_named(sqlite3 *db, digest_t address);
int64_t loose_bytes(sqlite3 *db); /* of all of them */
/* Erases at most `most` that came before `before`; how many. blobs_scrub is the owner's. */
size_t loose_drop(sqlite3 *db, moment_t before, size_t most);

#endif
