/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger_sealed: another's file, of which nothing is believed and nothing is written: an archive, a
 * backup, an export. What a ledger projects goes into temporary tables that hide the file's own of
 * the same names. It is empty to begin with and grows as far as whoever reads it takes its events.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/ledger/ledger_internal.h"

/* SQLite may not run what the file holds (views, triggers), nor trust what it says of itself. */
static const char guards[] =
    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = "
    "FILE; PRAGMA cache_size = -8000; PRAGMA temp.cache_size = -4000; PRAGMA temp.journal_mode = OFF;";

static const char shadow_meta[] =
    "CREATE TEMP TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;";
/* Of a file from before they were kept; those of a newer one are read. */
static const char shadow_node[] =
    "CREATE TEMP TABLE node (level INTEGER, number INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, "
    "number)) WITHOUT ROWID;";

static int unusable(const char *path, problem_t *problem, const char *what) {
    problem_set(problem, REASON_INPUT_FILE, "", "%s", what);
    snprintf(problem->file, sizeof problem->file, "%s", path);
    return -1;
}

/* The tables are tables of the columns that we read. */
static bool has_tables(sqlite3 *db) {
    static const char *const questions[] = {
        "SELECT position, scope, opens, object, leaf, bytes FROM main.event LIMIT 0",
        "SELECT id, position, digest FROM main.command LIMIT 0",
        "SELECT key, value FROM main.meta LIMIT 0",
    };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        sqlite3_stmt *stmt = NULL;
        int rc = sqlite3_prepare_v2(db, questions[i], -1, &stmt, NULL);
        sqlite3_finalize(stmt);
        if (rc != SQLITE_OK)
            return false;
    }
    return true;
}

static int64_t number(sqlite3 *db, const char *sql, int64_t fallback) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        fallback = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return fallback;
}

sqlite3 *ledger_sealed_file(const char *path, problem_t *problem) {
    sqlite3 *db = NULL;
    buffer_t uri = {0};
    buffer_text(&uri, "file:");
    for (const char *p = path; *p; p++) /* RFC 3986 2.1, for what SQLite takes apart */
        buffer_format(&uri, *p == '?' || *p == '#' || *p == '%' ? "%%%02x" : "%c", (unsigned char) *p);
    buffer_text(&uri, "?immutable=1");
    int rc = sqlite3_open_v2(buffer_cstr(&uri), &db,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    buffer_free(&uri);
    sqlite3_extended_result_codes(db, 0);
    if (rc == SQLITE_OK) {
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
        rc = sqlite3_exec(db, guards, NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK)
        return db;
    unusable(path, problem, sqlite3_errmsg(db));
    sqlite3_close(db);
    return NULL;
}

static int open_sealed(ledger_t *self, const char *path, const char *extra_schema,
                       problem_t *problem) {
    self->db = ledger_sealed_file(path, problem);
    if (!self->db)
        return -1;
    if (number(self->db, "PRAGMA application_id", 0) != LEDGER_APPLICATION_ID ||
        !has_tables(self->db))
        return unusable(path, problem, "this is no ledger, archive or export");
    if (number(self->db, "PRAGMA user_version", 0) > LEDGER_SCHEMA_VERSION)
        return unusable(path, problem, "written by a newer version of this program");
    bool nodes = number(self->db, "SELECT count (*) FROM main.sqlite_master WHERE name = 'node'", 0);
    if (sqlite3_exec(self->db, shadow_meta, NULL, NULL, NULL) != SQLITE_OK ||
        (!nodes && sqlite3_exec(self->db, shadow_node, NULL, NULL, NULL) != SQLITE_OK))
        return unusable(path, problem, sqlite3_errmsg(self->db));
    if (extra_schema && sqlite3_exec(self->db, extra_schema, NULL, NULL, NULL) != SQLITE_OK)
        return unusable(path, problem, sqlite3_errmsg(self->db));
    return ledger_prepare(self) == SQLITE_OK ? 0 : unusable(path, problem, sqlite3_errmsg(self->db));
}

ledger_t *ledger_open_sealed(const char *path, const char *extra_schema, problem_t *problem) {
    ledger_t *self = memory_new(1, sizeof *self);
    self->sealed = true;
    if (open_sealed(self, path, extra_schema, problem) != 0)
        ledger_close(&self);
    return self;
}

bool ledger_sealed(const ledger_t *self) { return self->sealed; }

void ledger_take(ledger_t *self, const decoded_t *event, const frontier_t *frontier) {
    insist(self->sealed && event->event.position == (int64_t) self->frontier.size + 1 &&
           frontier->size == self->frontier.size + 1);
    frontier_copy(&self->frontier, frontier);
    self->time = event->event.time;
    if (self->frontier.size == 1)
        self->id = frontier->at[0];
}

bool ledger_take_to(ledger_t *self, position_t position) {
    insist(self->sealed);
    if (!ledger_make_frontier(self, position, &self->frontier))
        return false;
    ledger_load_ends(self);
    return true;
}
