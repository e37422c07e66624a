/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger: events on disk, in order, with the Merkle frontier, and the projections that can be
 * rebuilt from them (command ids, case index, context index, document numbers). The coordinator's
 * ledger.db, the archiver's archive.db and each department's desk.db are this one thing. SQLite,
 * one connection and one process per file (locking_mode EXCLUSIVE), WAL, synchronous FULL.
 *
 * Errors: LEDGER_FULL (SQLITE_FULL / ENOSPC, rolled back, nothing changed, may be tried again); any
 * other I/O error is fatal at once (EX_IOERR): an I/O error is not survived by carrying on.
 */
#ifndef COUNTERSIGN_LEDGER_LEDGER_H
#define COUNTERSIGN_LEDGER_LEDGER_H

#include <sqlite3.h>

#include "common/crypto/merkle.h"
#include "common/event/event.h"

typedef struct ledger ledger_t;
typedef enum ledger_result { LEDGER_OK = 0, LEDGER_FULL = 1, LEDGER_NONE = 2 } ledger_result_t;

/* Opens or creates. `extra_schema` (may be NULL) is SQL of CREATE TABLE IF NOT EXISTS that the
   owner keeps in the same file. Returns NULL with *problem (INPUT_FILE: not a ledger, locked by
   another process, other version; detail says what to do). Checks at open: last position = frontier
   size; the stored frontier's root equals the meta root; re-hashes the last 1,000 events. A
   mismatch is a problem, too. */
ledger_t *ledger_open(const char *path, const char *extra_schema, problem_t *problem);
/* Another's file, to be read and never written, of which nothing is believed: an archive, a backup,
   an export. `extra_schema`: of temporary tables. It holds no event to begin with; ledger_take and
   ledger_take_to bring them in, in order. Walks by case are not bounded by that. NULL with *problem
   (INPUT_FILE). */
ledger_t *ledger_open_sealed(const char *path, const char *extra_schema, problem_t *problem);
bool ledger_sealed(const ledger_t *self);
/* Such a file as SQLite alone sees it, whatever is in it: one more connection, for one thread, that the
   caller closes. NULL with *problem (INPUT_FILE). */
sqlite3 *ledger_sealed_file(const char *path, problem_t *problem);
/* The event that comes next, checked by the caller, and the tree with it. */
void ledger_take(ledger_t *self, const decoded_t *event, const frontier_t *frontier);
/* All up to `position`, believed as they are. False: they are not all there. */
bool ledger_take_to(ledger_t *self, position_t position);
/* Why it did not open: bytes are missing or were changed, which others may still have. */
bool ledger_damaged(const problem_t *problem);
void ledger_close(ledger_t **self_p);

/* One transaction holds any number of appends and the owner's own statements on ledger_db (). */
void ledger_begin(ledger_t *self);
/* Appends event bytes at event->position, which must be last + 1 (panic otherwise). Indexes the
   case, the command id (with the digest of its signed bytes) and, for non-order scopes, the
   context. */
void ledger_append(ledger_t *self, const decoded_t *event, bytes_t bytes);
/* durable when it returns LEDGER_OK; LEDGER_FULL: rolled back */
ledger_result_t ledger_commit(ledger_t *self);
void ledger_rollback(ledger_t *self);
/* Steps and resets a statement of the owner's that writes, in the transaction. A full disk spoils
   that: what comes after is not written, the commit will roll back and say LEDGER_FULL. Anything
   else unexpected is fatal. */
void ledger_run(ledger_t *self, sqlite3_stmt *stmt);
/* A statement that was not run so met SQLITE_FULL: the same. */
void ledger_spoil(ledger_t *self);
bool ledger_in_transaction(const ledger_t *self);

/* 0 = empty; includes uncommitted appends */
position_t ledger_last(const ledger_t *self);
/* The last that no rollback takes back. */
position_t ledger_committed(const ledger_t *self);
const frontier_t *ledger_frontier(const ledger_t *self);
digest_t ledger_root(const ledger_t *self);
/* Root over the first `position` events; LEDGER_NONE past the end. Recent ones (last 4,096) from
   memory, older ones from the stored leaves and what is kept of their tree. */
ledger_result_t ledger_root_at(ledger_t *self, position_t position, digest_t *root);
/* Proofs over the first `size` or `second` events (merkle.h); positions from 1. 0; -1: there are none
   of that. */
int ledger_inclusion(ledger_t *self, position_t position, position_t size, digest_t proof[64],
                     size_t *n);
int ledger_consistency(ledger_t *self, position_t first, position_t second, digest_t proof[64],
                       size_t *n);
digest_t ledger_id(const ledger_t *self);               /* leaf hash of event 1; zero while empty */
moment_t ledger_time(const ledger_t *self);             /* time of the last event */

/* Calls back with each event's bytes from..to inclusive, ascending; the callback returns 0 to go
   on, else the walk stops and returns that value. */
typedef int (*ledger_event_fn)(void *arg, position_t position, bytes_t bytes);
int ledger_walk(ledger_t *self, position_t from, position_t to, ledger_event_fn fn, void *arg);
int ledger_walk_case(ledger_t *self, ident_t object, ledger_event_fn fn, void *arg);
/* Events of the scopes in the bit mask (1u << SCOPE_...), ascending. */
int ledger_walk_scopes(ledger_t *self, unsigned scopes, ledger_event_fn fn, void *arg);
/* First event of each case in the scope whose position > after, ascending: to list cases. */
int ledger_walk_cases(ledger_t *self, scope_t scope, position_t after, ledger_event_fn fn,
                      void *arg);
ledger_result_t ledger_read(ledger_t *self, position_t position, buffer_t *out); /* replaces out */
/* When it was; 0: there is none, or it cannot be read. */
moment_t ledger_time_at(ledger_t *self, position_t position);
/* The last of the first `last` events that is not later than `time`; 0: all are. Time never goes back
   in a ledger. */
position_t ledger_last_by(ledger_t *self, moment_t time, position_t last);
uint64_t ledger_case_version(ledger_t *self, ident_t object); /* count of the case's events */

/* A command seen before: its position and the digest of its signed_command bytes (hash_bytes); what is
   kept there and is none reads as zeros. */
ledger_result_t ledger_find_command(ledger_t *self, ident_t id, position_t *position,
                                    digest_t *digest);

/* The digest of the signed_command bytes within a command's event. */
digest_t ledger_command_digest(ledger_t *self, const struct event *event);
/* The same for whoever has no ledger at hand; pure but for the scratch. */
digest_t ledger_digest_of(const struct event *event, buffer_t *scratch);

/* Small values by key, in the same transaction: epoch, archived, verified, ... */
void ledger_put_meta(ledger_t *self, const char *key, bytes_t value);
ledger_result_t ledger_get_meta(ledger_t *self, const char *key, buffer_t *value);
void ledger_put_number(ledger_t *self, const char *key, int64_t value);
int64_t ledger_get_number(ledger_t *self, const char *key, int64_t fallback);

/* Re-hashes all events and compares with leaves and root: 0, or the first position that does not
   fit. */
position_t ledger_verify(ledger_t *self);
/* Drops events above `position` and rebuilds the projections: after ledger.restored, or
   --restore. */
void ledger_truncate(ledger_t *self, position_t position);
sqlite3 *ledger_db(ledger_t *self);
/* A statement of the owner's on its own tables (a literal), prepared once and kept by the ledger; to be
   given back by statement_done before it is asked for again. */
sqlite3_stmt *ledger_statement(ledger_t *self, const char *sql);

#endif
