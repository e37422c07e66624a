/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_compare: two files that should hold one record, event by event. Where one of them is damaged
 * they differ, too.
 */
#include "common/daemon/audit.h"

static sqlite3_stmt *events_of(chronicle_t *chronicle) {
    sqlite3_stmt *stmt = NULL;
    sqlite3_prepare_v2(ledger_db(chronicle_ledger(chronicle)),
                       "SELECT bytes FROM main.event WHERE position = ?1", -1, &stmt, NULL);
    return stmt;
}

static bool read_event(sqlite3_stmt *stmt, position_t position, buffer_t *out) {
    buffer_clear(out);
    sqlite3_bind_int64(stmt, 1, (int64_t) position);
    bool there = sqlite3_step(stmt) == SQLITE_ROW;
    if (there)
        buffer_put(out, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
    sqlite3_reset(stmt);
    return there;
}

position_t audit_compare(chronicle_t *a, chronicle_t *b, position_t last, buffer_t *one,
                         buffer_t *other) {
    sqlite3_stmt *of_a = events_of(a), *of_b = events_of(b);
    position_t differs = 0;
    for (position_t at = 1; at <= last && !differs; at++) {
        bool there = read_event(of_a, at, one), too = read_event(of_b, at, other);
        if (!there || !too || one->n != other->n || memcmp(one->p, other->p, one->n) != 0)
            differs = at;
    }
    sqlite3_finalize(of_a);
    sqlite3_finalize(of_b);
    return differs;
}
