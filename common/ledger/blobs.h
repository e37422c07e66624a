/* SPDX-License-Identifier: Apache-2.0
 *
 * blobs: contents that can be erased (contact persons) or are too large for an event (attachments,
 * in pieces up to 1 MiB). Each is 16 random bytes of salt followed by the content, and addressed by
 * hash_domain ("countersign/blob/1", salt content), so that nobody can guess a contact from its
 * address.
 *
 * On disk it is enciphered by a key of its own, in a table of keys. What SQLite moves between its
 * pages it does not always clear where it was, secure_delete or not (measured: 1 of 100 small
 * contents could be found after its deletion); but the table of keys is small enough to be written
 * anew whole after an erasure, and without its key a copy that stayed somewhere is noise.
 */
#ifndef COUNTERSIGN_LEDGER_BLOBS_H
#define COUNTERSIGN_LEDGER_BLOBS_H

#include <sqlite3.h>

#include "common/base/buffer.h"
#include "common/base/problem.h"

#define BLOB_SALT 16
#define BLOB_BYTES_MAX (1024 * 1024)

extern const char blobs_schema[];                /* for ledger_open's extra_schema */
digest_t blob_address(bytes_t salted);
/* Writing is within the owner's transaction. Stores (idempotent). The address must fit the bytes (MALFORMED), at most BLOB_SALT +
   BLOB_BYTES_MAX (TOO_LARGE). */
int blobs_put(sqlite3 *db, digest_t address, bytes_t salted, problem_t *problem);
bool blobs_have(sqlite3 *db, digest_t address);
bool blobs_get(sqlite3 *db, digest_t address, buffer_t *salted); /* false: not here */
/* Erasing takes both: blobs_erase, then, outside of any transaction, blobs_scrub, after
   which no byte of what was erased can be read from the file or its WAL. */
bool blobs_erase(sqlite3 *db, digest_t address);
bool blobs_scrub(sqlite3 *db);                   /* false: the disk is full; again later */
/* The same for a store that may be damaged: SQLite's code instead of the end of the process. */
int blobs_try_get(sqlite3 *db, digest_t address, buffer_t *salted); /* SQLITE_ROW: here, SQLITE_DONE: not */
int blobs_try_erase(sqlite3 *db, const digest_t *list, size_t n);
int blobs_try_scrub(sqlite3 *db);

#endif
