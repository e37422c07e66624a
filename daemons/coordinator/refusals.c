/* SPDX-License-Identifier: Apache-2.0
 *
 * refusals: commands that were refused, by id and digest of their signed bytes, until they would
 * have expired anyway: the same bytes get the same answer, even when the rules would by now say
 * otherwise. Beside the ledger, for a refusal is no event.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/aside.h"
#include "common/ledger/sql.h"
#include "daemons/coordinator/coordinator.h"

struct refusals {
    sqlite3 *db;
    sqlite3_stmt *find, *put, *expire, *left;
    bool any;  /* may be in it: mostly nothing is, and every command is looked up */
    bool open; /* a transaction is */
    moment_t expired_at;
};

static const char schema[] =
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
    "PRAGMA temp_store = MEMORY;"
    "CREATE TABLE IF NOT EXISTS refusal (id BLOB PRIMARY KEY, digest BLOB NOT NULL, expiry INTEGER "
    "NOT NULL,"
    " reason INTEGER NOT NULL, clause TEXT NOT NULL, field TEXT NOT NULL, detail TEXT NOT NULL) "
    "WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS refusal_by_expiry ON refusal (expiry);";

static void fail(refusals_t *self) {
    diag_fatal(EX_IOERR, DIAG_IO_ERROR, "refusals.db: %s", sqlite3_errmsg(self->db));
}

static sqlite3_stmt *prepared(refusals_t *self, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail(self);
    return stmt;
}

static int sound(void *arg, int n, char **values, char **names) {
    (void) n, (void) names;
    *(bool *) arg = values[0] && strcmp(values[0], "ok") == 0;
    return 0;
}

/* SQLITE_OK; SQLITE_CORRUPT when there is something that cannot be relied on. */
static int open_store(refusals_t *self, const char *path) {
    bool good = false;
    int rc = sqlite3_open(path, &self->db);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(self->db, schema, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(self->db, "PRAGMA quick_check (1)", sound, &good, NULL);
    return rc == SQLITE_NOTADB || (rc == SQLITE_OK && !good) ? SQLITE_CORRUPT : rc;
}

refusals_t *refusals_open(const char *path, problem_t *problem) {
    refusals_t *self = memory_new(1, sizeof *self);
    int rc = open_store(self, path);
    if (rc == SQLITE_CORRUPT) {
        diag_alarm(DIAG_IO_ERROR, "%s is damaged; set aside: what was refused is judged anew",
                   path);
        sqlite3_close(self->db);
        self->db = NULL;
        rc = aside_move(path, problem) == 0 ? open_store(self, path) : SQLITE_CANTOPEN;
    }
    if (rc != SQLITE_OK) {
        problem_set(problem, REASON_INPUT_FILE, "", "%s: %s", path, sqlite3_errstr(rc));
        refusals_close(&self);
        return NULL;
    }
    self->any = true;
    self->find =
        prepared(self, "SELECT digest, reason, clause, field, detail FROM refusal WHERE id = ?1");
    self->put = prepared(self, "INSERT OR IGNORE INTO refusal VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    self->expire = prepared(self, "DELETE FROM refusal WHERE expiry < ?1");
    self->left = prepared(self, "SELECT 1 FROM refusal LIMIT 1");
    return self;
}

void refusals_close(refusals_t **self_p) {
    refusals_t *self = *self_p;
    if (!self)
        return;
    sqlite3_finalize(self->find);
    sqlite3_finalize(self->put);
    sqlite3_finalize(self->expire);
    sqlite3_finalize(self->left);
    sqlite3_close(self->db);
    free(self);
    *self_p = NULL;
}

static void column(sqlite3_stmt *stmt, int index, char *out, size_t size) {
    const unsigned char *text = sqlite3_column_text(stmt, index);
    snprintf(out, size, "%s", text ? (const char *) text : "");
}

bool refusals_find(refusals_t *self, ident_t id, digest_t digest, problem_t *problem,
                   bool *other_bytes) {
    if (!self->any)
        return false;
    sqlite3_bind_blob(self->find, 1, id.b, sizeof id.b, SQLITE_STATIC);
    bool found = sql_next(self->find, "refusals.db") && sqlite3_column_bytes(self->find, 0) == 32;
    if (found) {
        *other_bytes = memcmp(sqlite3_column_blob(self->find, 0), digest.b, 32) != 0;
        *problem = (problem_t){.reason = (reason_t) sqlite3_column_int(self->find, 1)};
        column(self->find, 2, problem->clause, sizeof problem->clause);
        column(self->find, 3, problem->field, sizeof problem->field);
        column(self->find, 4, problem->detail, sizeof problem->detail);
    }
    sqlite3_reset(self->find);
    return found;
}

static void begin(refusals_t *self) {
    if (!self->open && sqlite3_exec(self->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        fail(self);
    self->open = true;
}

/* A full disk costs the memory of a refusal, not a promise: the command would be judged anew. */
static void run(refusals_t *self, sqlite3_stmt *stmt) {
    int rc = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_FULL)
        fail(self);
}

void refusals_put(refusals_t *self, ident_t id, digest_t digest, moment_t expiry,
                  const problem_t *problem) {
    begin(self);
    self->any = true;
    sqlite3_bind_blob(self->put, 1, id.b, sizeof id.b, SQLITE_STATIC);
    sqlite3_bind_blob(self->put, 2, digest.b, sizeof digest.b, SQLITE_STATIC);
    sqlite3_bind_int64(self->put, 3, expiry);
    sqlite3_bind_int(self->put, 4, (int) problem->reason);
    sqlite3_bind_text(self->put, 5, problem->clause, -1, SQLITE_STATIC);
    sqlite3_bind_text(self->put, 6, problem->field, -1, SQLITE_STATIC);
    sqlite3_bind_text(self->put, 7, problem->detail, -1, SQLITE_STATIC);
    run(self, self->put);
}

void refusals_flush(refusals_t *self, moment_t now) {
    if (now - self->expired_at > 60000) {
        begin(self);
        sqlite3_bind_int64(self->expire, 1, now);
        run(self, self->expire);
        self->expired_at = now;
        self->any = sql_next(self->left, "refusals.db");
        sqlite3_reset(self->left);
    }
    if (!self->open)
        return;
    self->open = false;
    int rc = sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_FULL) {
        sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
        self->any = true; /* what would have been expired is back */
    } else if (rc != SQLITE_OK)
        fail(self);
}
