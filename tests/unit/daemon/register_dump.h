/* SPDX-License-Identifier: Apache-2.0
 *
 * register_dump: all that the register's tables hold, as text, so that what was written event by
 * event can be compared with what is made anew.
 */
#ifndef COUNTERSIGN_TESTS_REGISTER_DUMP_H
#define COUNTERSIGN_TESTS_REGISTER_DUMP_H

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/daemon/register.h"

static inline void register_dump(chronicle_t *chronicle, buffer_t *out) {
    static const char *const queries[] = {"SELECT * FROM case_row ORDER BY opened",
                                          "SELECT * FROM case_words ORDER BY opened",
                                          "SELECT * FROM case_action ORDER BY opened, no",
                                          "SELECT * FROM key_use ORDER BY key"};
    buffer_clear(out);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        sqlite3_stmt *stmt = NULL;
        sqlite3 *db = ledger_db(chronicle_ledger(chronicle));
        insist(sqlite3_prepare_v2(db, queries[i], -1, &stmt, NULL) == SQLITE_OK);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            for (int c = 0; c < sqlite3_column_count(stmt); c++) {
                char hex[2 * 16 + 1];
                if (sqlite3_column_type(stmt, c) == SQLITE_BLOB)
                    buffer_text(out, hex_print(sqlite3_column_blob(stmt, c), 16, hex));
                else
                    buffer_text(out, (const char *) sqlite3_column_text(stmt, c));
                buffer_text(out, "|");
            }
            buffer_text(out, "\n");
        }
        sqlite3_finalize(stmt);
    }
}

#endif
