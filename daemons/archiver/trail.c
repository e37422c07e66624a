/* SPDX-License-Identifier: Apache-2.0
 *
 * trail: checkpoints, the archiver's signed word that up to a position every signature held and
 * every decision was made again with the same result (QP21-5; ISO 9001 7.5.3). One is signed every
 * quarter of an hour while there is news, at each orderly stop, and when asked for. Before that all
 * bytes are read back from the file and hashed anew, a piece at each step: what was written long ago
 * and has turned since is not signed for.
 */
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/ledger/checkpoint.h"
#include "common/ledger/sql.h"
#include "daemons/archiver/archiver.h"

#define EVERY_MS (15 * 60000)
#define PIECE 4096 /* events read back at a step: a few milliseconds */

/* `checkpoint`: of archives from before checkpoints were notes; kept, and read by the auditor. */
const char trail_schema[] =
    "CREATE TABLE IF NOT EXISTS checkpoint (position INTEGER PRIMARY KEY, checkpoint BLOB NOT NULL,"
    " key BLOB NOT NULL, signature BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS note (position INTEGER PRIMARY KEY, note BLOB NOT NULL);";

static sqlite3_stmt *prepared(archiver_t *self, const char *sql) {
    sqlite3 *db = ledger_db(chronicle_ledger(self->chronicle));
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "archive.db: %s", sqlite3_errmsg(db));
    return stmt;
}

void trail_load(archiver_t *self) {
    trail_t *trail = &self->trail;
    sqlite3_stmt *stmt = prepared(self, "SELECT position, note FROM note ORDER BY position DESC LIMIT 1");
    buffer_clear(&trail->note);
    trail->signed_to = 0;
    if (sql_next(stmt, "archive.db")) {
        trail->signed_to = (position_t) sqlite3_column_int64(stmt, 0);
        buffer_put(&trail->note, sqlite3_column_blob(stmt, 1), (size_t) sqlite3_column_bytes(stmt, 1));
    }
    sqlite3_finalize(stmt);
}

void trail_reload(archiver_t *self) {
    trail_load(self);
    self->trail.read = (frontier_t){0};
    self->trail.target = 0;
}

/* ---- reading back ---- */

static int read_one(void *arg, position_t position, bytes_t bytes) {
    frontier_t *frontier = arg;
    if (position != frontier->size + 1)
        return 1;
    frontier_append(frontier, hash_leaf(bytes));
    return 0;
}

static void read_piece(archiver_t *self, position_t to) {
    trail_t *trail = &self->trail;
    position_t from = trail->read.size + 1;
    if (ledger_walk(chronicle_ledger(self->chronicle), from, to, read_one, &trail->read) != 0 ||
        trail->read.size != to)
        archiver_doubt(self, "event %llu cannot be read back",
                       (unsigned long long) trail->read.size + 1);
}

/* ---- signing ---- */

/* Within no transaction. False: the disk is full. */
static bool put_note(archiver_t *self, position_t position, const buffer_t *note) {
    sqlite3_stmt *stmt = prepared(self, "INSERT OR REPLACE INTO note VALUES (?1, ?2)");
    sqlite3_bind_int64(stmt, 1, (int64_t) position);
    sqlite3_bind_blob(stmt, 2, note->p, (int) note->n, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_FULL)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "archive.db: %s",
                   sqlite3_errmsg(ledger_db(chronicle_ledger(self->chronicle))));
    return rc == SQLITE_DONE;
}

/* All up to the target was read back: the root made of it must be the one that was kept. */
static void sign(archiver_t *self, const surroundings_t *now) {
    trail_t *trail = &self->trail;
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    tree_head_t head = {.ledger = ledger_id(ledger),
                        .position = trail->target,
                        .root = frontier_root(&trail->read),
                        .time = now->wall};
    digest_t kept;
    trail->target = 0;
    if (ledger_root_at(ledger, head.position, &kept) != LEDGER_OK ||
        !digest_equal(kept, head.root)) {
        archiver_doubt(self, "the bytes up to event %llu were changed since they were stored",
                       (unsigned long long) head.position);
        return;
    }
    buffer_t note = {0};
    checkpoint_write(self->signer, &head, &note);
    if (put_note(self, head.position, &note)) {
        buffer_free(&trail->note);
        trail->note = note;
        trail->signed_to = head.position;
        trail->asked = false;
        trail->due_at = now->boot + EVERY_MS;
    } else {
        buffer_free(&note);
    }
}

/* The key was replaced, and this process has the old one still. */
static bool may_sign(const archiver_t *self) {
    return pubkey_equal(signer_key(self->signer),
                        context_archiver_key(chronicle_context(self->chronicle)));
}

static bool has_news(const archiver_t *self) {
    return !self->differs && self->verified > self->trail.signed_to && may_sign(self);
}

void trail_ask(archiver_t *self) { self->trail.asked = true; }
bool trail_pending(const archiver_t *self) { return has_news(self); }

void trail_cosigned(archiver_t *self, const buffer_t *note) {
    if (ledger_in_transaction(chronicle_ledger(self->chronicle)) ||
        !put_note(self, self->trail.signed_to, note))
        return; /* the witness comes again */
    buffer_clear(&self->trail.note);
    buffer_put(&self->trail.note, note->p, note->n);
}

void trail_tick(archiver_t *self, const surroundings_t *now, output_t *out) {
    trail_t *trail = &self->trail;
    if (trail->due_at == 0)
        trail->due_at = now->boot + EVERY_MS;
    if (!trail->said && self->verified && !may_sign(self)) {
        diag_alarm(DIAG_CONFIGURATION,
                   "the archiver's key was replaced: no checkpoint is signed before it starts with the new one");
        trail->said = true;
    }
    if (trail->target == 0 && has_news(self) && (trail->asked || now->boot >= trail->due_at)) {
        trail->target = self->verified;
        trail->read = (frontier_t){0};
    }
    if (trail->target == 0 || self->differs || ledger_in_transaction(chronicle_ledger(self->chronicle)))
        return;
    position_t to = trail->read.size + PIECE;
    read_piece(self, to < trail->target ? to : trail->target);
    if (self->differs)
        trail->target = 0;
    else if (trail->read.size == trail->target)
        sign(self, now);
    else
        output_wake(out, now->boot + 1);
}

/* What was read back for the last checkpoint of this life is not read again: a stop is not to
   last. */
void trail_stop(archiver_t *self, const surroundings_t *now) {
    trail_t *trail = &self->trail;
    if (!has_news(self) || ledger_in_transaction(chronicle_ledger(self->chronicle)))
        return;
    trail->target = self->verified;
    read_piece(self, trail->target);
    if (!self->differs)
        sign(self, now);
}
