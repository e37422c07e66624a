/* SPDX-License-Identifier: Apache-2.0
 *
 * blobs: contents that can be erased (contact persons) or are too large for an event (attachments
 * up to 1 MiB). Each is stored as 16 random bytes of salt followed by the content, and addressed by
 * hash_domain ("countersign/blob/1", salt content), so that nobody can guess a contact from its
 * address.
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
/* Stores (idempotent). The address must fit the bytes (MALFORMED), at most BLOB_SALT +
   BLOB_BYTES_MAX (TOO_LARGE). */
int blobs_put(sqlite3 *db, digest_t address, bytes_t salted, problem_t *problem);
bool blobs_have(sqlite3 *db, digest_t address);
bool blobs_get(sqlite3 *db, digest_t address, buffer_t *salted); /* false: not here */
bool blobs_erase(sqlite3 *db, digest_t address);

#endif
