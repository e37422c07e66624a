/* SPDX-License-Identifier: Apache-2.0
 *
 * trail: checkpoints, the archiver's signed word that up to a position every signature held and
 * every decision was made again with the same result. An auditor compares them with what was handed
 * out earlier.
 */
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/ledger/checkpoint.h"
#include "daemons/archiver/archiver.h"

const char checkpoint_schema[] =
    "CREATE TABLE IF NOT EXISTS checkpoint (position INTEGER PRIMARY KEY, checkpoint BLOB NOT NULL,"
    " key BLOB NOT NULL, signature BLOB NOT NULL);";

void checkpoint_put(archiver_t *self, const surroundings_t *now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    sqlite3 *db = ledger_db(ledger);
    struct checkpoint checkpoint = {
        .ledger = ledger_id(ledger), .position = (int64_t) self->verified, .time = now->wall};
    if (ledger_root_at(ledger, self->verified, &checkpoint.root) != LEDGER_OK)
        return;
    struct signed_checkpoint s;
    buffer_t room = {0};
    checkpoint_sign(self->signer, &checkpoint, &room, &s);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO checkpoint VALUES (?1, ?2, ?3, ?4)", -1,
                           &stmt, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "archive.db: %s", sqlite3_errmsg(db));
    sqlite3_bind_int64(stmt, 1, checkpoint.position);
    sqlite3_bind_blob(stmt, 2, s.checkpoint.p, (int) s.checkpoint.n, SQLITE_TRANSIENT);
    sqlite3_bind_blob(stmt, 3, s.key.b, sizeof s.key.b, SQLITE_TRANSIENT);
    sqlite3_bind_blob(stmt, 4, s.signature.b, sizeof s.signature.b, SQLITE_TRANSIENT);
    int rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    buffer_free(&room);
    if (rc != SQLITE_DONE && rc != SQLITE_FULL)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "archive.db: %s", sqlite3_errmsg(db));
    if (rc == SQLITE_DONE)
        self->checkpoint = self->verified;
}
