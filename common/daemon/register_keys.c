/* SPDX-License-Identifier: Apache-2.0
 *
 * register_keys: when each key last signed (21 CFR 11.300): of every key one row, moved on by each
 * command of its. After a cut, rows that speak of what is no more are made anew from the ledger.
 */
#include "common/daemon/register_internal.h"

#include <sysexits.h>

#include "common/base/diag.h"
#include "common/ledger/sql.h"

void register_keys_note(case_register_t *self, const decoded_t *event) {
    if (event->derived)
        return;
    sqlite3_stmt *stmt = self->put_key;
    sqlite3_bind_blob(stmt, 1, event->event.key.b, sizeof event->event.key.b, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, event->event.position);
    sqlite3_bind_int64(stmt, 3, event->event.time);
    register_run(self, stmt);
}

static int note_event(void *arg, position_t position, bytes_t bytes) {
    decoded_t event;
    arena_t *arena = arena_new(0);
    if (event_decode(bytes, arena, &event, NULL) != 0)
        diag_fatal(EX_DATAERR, DIAG_IO_ERROR, "desk.db: event %llu cannot be read",
                   (unsigned long long) position);
    register_keys_note(arg, &event);
    arena_destroy(&arena);
    return 0;
}

void register_keys_anew(case_register_t *self) {
    sqlite3_stmt *stmt = register_prepared(self, "DELETE FROM key_use");
    register_run(self, stmt);
    sqlite3_finalize(stmt);
    if (ledger_last(self->ledger))
        ledger_walk(self->ledger, 1, ledger_last(self->ledger), note_event, self);
}

bool register_key_use(case_register_t *self, pubkey_t key, register_key_use_t *out) {
    sqlite3_stmt *stmt =
        register_prepared(self, "SELECT position, time FROM key_use WHERE key = ?1");
    sqlite3_bind_blob(stmt, 1, key.b, sizeof key.b, SQLITE_STATIC);
    bool found = sql_next(stmt, "desk.db");
    if (found)
        *out = (register_key_use_t){(position_t) sqlite3_column_int64(stmt, 0),
                                    sqlite3_column_int64(stmt, 1)};
    sqlite3_finalize(stmt);
    return found;
}
