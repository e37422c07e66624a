/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger_open: opening with its checks, closing, and cutting off what was lost or set aside.
 * SQLite's own integrity check is no checksum, so the last events are hashed again at every start.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/ledger/ledger_internal.h"
#include "common/ledger/sql.h"

#define CHECKED_AT_OPEN 1000

/* WAL of 8,000 pages of 4 KiB between checkpoints: a commit touches about a dozen pages, which of 16 KiB
   are 200 KiB to sync (tests/bench/RESULTS.md). One process alone (see PITFALLS: WAL reset, flipped
   bits). */
static const char pragmas[] =
    "PRAGMA page_size = 4096; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA "
    "synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 8000; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;";

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS event (position INTEGER PRIMARY KEY, scope INTEGER NOT NULL, opens "
    "INTEGER NOT NULL,"
    " object BLOB NOT NULL, leaf BLOB NOT NULL, bytes BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS event_of_case ON event (object, position);"
    "DROP INDEX IF EXISTS event_of_context;" /* of a version that knew no cases but orders */
    "CREATE INDEX IF NOT EXISTS event_in_context ON event (position) WHERE scope < 5;"
    "CREATE INDEX IF NOT EXISTS event_opening ON event (scope, position) WHERE opens = 1;"
    "CREATE TABLE IF NOT EXISTS command (id BLOB PRIMARY KEY, position INTEGER NOT NULL, digest "
    "BLOB NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS command_by_position ON command (position);"
    "CREATE TABLE IF NOT EXISTS node (level INTEGER, number INTEGER, hash BLOB NOT NULL, PRIMARY KEY "
    "(level, number)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;";

static const char *const statements[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [PUT_EVENT] = "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [PUT_COMMAND] = "INSERT INTO command VALUES (?1, ?2, ?3)",
    [PUT_META] = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)",
    [GET_META] = "SELECT value FROM meta WHERE key = ?1",
    [FIND_COMMAND] = "SELECT position, digest FROM command WHERE id = ?1",
    [READ_EVENT] = "SELECT bytes FROM event WHERE position = ?1",
    [WALK] = "SELECT position, bytes FROM event WHERE position BETWEEN ?1 AND ?2 ORDER BY position",
    [WALK_CASE] = "SELECT position, bytes FROM event WHERE object = ?1 ORDER BY position",
    [COUNT_CASE] = "SELECT count (*) FROM event WHERE object = ?1",
    [PUT_NODE] = "INSERT OR REPLACE INTO node VALUES (?1, ?2, ?3)",
    [GET_NODE] = "SELECT hash FROM node WHERE level = ?1 AND number = ?2",
    [GET_LEAF] = "SELECT leaf FROM event WHERE position = ?1",
};

static int not_a_ledger(const char *path, problem_t *problem, const char *what) {
    problem_set(problem, REASON_INPUT_FILE, "", "%s", what);
    snprintf(problem->file, sizeof problem->file, "%s", path);
    return -1;
}

/* What can be fetched back from the others; see ledger_damaged. */
static int damaged(const char *path, problem_t *problem, const char *what) {
    not_a_ledger(path, problem, what);
    snprintf(problem->field, sizeof problem->field, "damaged");
    return -1;
}

/* A disk that fails now may give the bytes later; only what SQLite itself calls broken is. */
static int unreadable(ledger_t *self, const char *path, problem_t *problem) {
    int rc = sqlite3_errcode(self->db) & 0xff;
    bool broken = rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB;
    return (broken ? damaged : not_a_ledger)(path, problem, sqlite3_errmsg(self->db));
}

bool ledger_damaged(const problem_t *problem) {
    return problem->reason == REASON_INPUT_FILE && strcmp(problem->field, "damaged") == 0;
}

/* false: it could not be read, which says nothing of the bytes (unreadable tells). */
static bool number(ledger_t *self, const char *sql, int64_t *out) {
    sqlite3_stmt *stmt = NULL;
    bool found = sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW;
    if (found)
        *out = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return found;
}

/* All pages that the header counts (SQLite file format 1.3.8: page size at 16, pages at 28) are in
   the file. SQLite itself overlooks a last page that is there in part, and fills it with zeros at
   the next checkpoint. With a WAL beside it the file may lawfully be shorter: the WAL has the
   rest. */
static int check_length(ledger_t *self, const char *path, problem_t *problem) {
    sqlite3_file *file = NULL;
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    sqlite3_int64 bytes = 0;
    uint8_t header[32];
    char wal[600];
    int there = 0;
    snprintf(wal, sizeof wal, "%s-wal", path);
    insist(sqlite3_file_control(self->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK);
    if (!file->pMethods)
        return 0; /* in memory */
    if (file->pMethods->xFileSize(file, &bytes) != SQLITE_OK)
        return not_a_ledger(path, problem, "its length cannot be read");
    if (vfs->xAccess(vfs, wal, SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK || there || bytes == 0)
        return 0;
    if (bytes < (sqlite3_int64) sizeof header ||
        file->pMethods->xRead(file, header, sizeof header, 0) != SQLITE_OK ||
        memcmp(header, "SQLite format 3", 16) != 0)
        return 0; /* SQLite says what it is */
    int64_t size = header[16] << 8 | header[17]; /* ours; 1 would mean 65,536, and nobody's */
    int64_t pages = (int64_t) header[28] << 24 | header[29] << 16 | header[30] << 8 | header[31];
    if (bytes >= pages * size)
        return 0;
    return damaged(path, problem,
                   "it was cut short; move it aside and start again to fetch its events back");
}

/* All of it or nothing: a file with tables and without its mark would be nobody's. */
static bool make_tables(ledger_t *self, const char *extra_schema) {
    char version[96];
    snprintf(version, sizeof version, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             LEDGER_APPLICATION_ID, LEDGER_SCHEMA_VERSION);
    const char *const steps[] = {"BEGIN IMMEDIATE", schema, extra_schema ? extra_schema : "",
                                 version, "COMMIT"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (sqlite3_exec(self->db, steps[i], NULL, NULL, NULL) != SQLITE_OK)
            return false; /* closing rolls back */
    return true;
}

int ledger_prepare(ledger_t *self) {
    int rc = SQLITE_OK;
    for (int i = 0; i < STATEMENTS && rc == SQLITE_OK; i++)
        rc = sqlite3_prepare_v3(self->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
                                &self->stmt[i], NULL);
    return rc;
}

static int open_file(ledger_t *self, const char *path, const char *extra_schema,
                     problem_t *problem) {
    if (sqlite3_open_v2(path, &self->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return not_a_ledger(path, problem, sqlite3_errmsg(self->db));
    sqlite3_extended_result_codes(self->db, 0);
    if (check_length(self, path, problem) != 0)
        return -1;
    int rc = sqlite3_exec(self->db, pragmas, NULL, NULL, NULL);
    if (rc == SQLITE_BUSY)
        return not_a_ledger(path, problem, "another process has it open; one process at a time");
    int64_t tables, id, version;
    if (rc != SQLITE_OK || !number(self, "SELECT count (*) FROM sqlite_master", &tables) ||
        !number(self, "PRAGMA application_id", &id) ||
        !number(self, "PRAGMA user_version", &version))
        return unreadable(self, path, problem);
    if (tables > 0 && id != LEDGER_APPLICATION_ID)
        return not_a_ledger(path, problem,
                            "not a ledger; move it aside and start again to fetch the events back");
    if (tables > 0 && version > LEDGER_SCHEMA_VERSION)
        return not_a_ledger(path, problem, "written by a newer version of this program");
    if (!make_tables(self, extra_schema))
        return not_a_ledger(path, problem, sqlite3_errmsg(self->db));
    return ledger_prepare(self) == SQLITE_OK
               ? 0
               : not_a_ledger(path, problem, sqlite3_errmsg(self->db));
}

typedef struct tail {
    position_t expected;
    moment_t time;
    digest_t id;
    bool bad;
} tail_t;

static bool tail_row(sqlite3_stmt *stmt, tail_t *tail) {
    bytes_t stored = {sqlite3_column_blob(stmt, 1), (size_t) sqlite3_column_bytes(stmt, 1)};
    bytes_t bytes = {sqlite3_column_blob(stmt, 2), (size_t) sqlite3_column_bytes(stmt, 2)};
    digest_t leaf = hash_leaf(bytes);
    tail->bad = (position_t) sqlite3_column_int64(stmt, 0) != tail->expected ||
                stored.n != sizeof leaf.b || memcmp(stored.p, leaf.b, sizeof leaf.b) != 0;
    tail->expected++;
    return !tail->bad;
}

/* The last events in their place and unchanged; time of the last. */
static int check_tail(ledger_t *self, const char *path, problem_t *problem) {
    position_t last = self->frontier.size,
               first = last > CHECKED_AT_OPEN ? last - CHECKED_AT_OPEN + 1 : 1;
    tail_t tail = {.expected = first};
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(
            self->db,
            "SELECT position, leaf, bytes FROM event WHERE position >= ?1 ORDER BY position", -1,
            &stmt, NULL) != SQLITE_OK)
        return not_a_ledger(path, problem, sqlite3_errmsg(self->db));
    sqlite3_bind_int64(stmt, 1, (int64_t) first);
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && tail_row(stmt, &tail))
        ;
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return unreadable(self, path, problem);
    if (tail.bad) { /* fewer they cannot be: check_roots has looked where the last one is */
        char what[160];
        snprintf(what, sizeof what,
                 "event %llu is missing or was changed; move the file aside and start again to "
                 "fetch it back",
                 (unsigned long long) (tail.expected - 1));
        return damaged(path, problem, what);
    }
    return 0;
}

/* A file that was cut short opens without a word; its pages are missed when they are read. */
static int check_readable(ledger_t *self, const char *path, problem_t *problem) {
    static const char *const questions[] = {
        "SELECT value FROM meta", "SELECT bytes FROM event WHERE position = 1",
        "SELECT bytes FROM event WHERE position = (SELECT max (position) FROM event)",
        "SELECT digest FROM command WHERE position = (SELECT max (position) FROM command)"};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        sqlite3_stmt *stmt = NULL;
        int rc = sqlite3_prepare_v2(self->db, questions[i], -1, &stmt, NULL);
        while (rc == SQLITE_OK || rc == SQLITE_ROW)
            rc = sqlite3_step(stmt);
        int readable = rc == SQLITE_DONE ? 0 : unreadable(self, path, problem);
        sqlite3_finalize(stmt);
        if (readable != 0)
            return -1;
    }
    return 0;
}

static int check_roots(ledger_t *self, const char *path, problem_t *problem) {
    digest_t root;
    frontier_t frontier;
    bool readable = ledger_load_frontier(self, &frontier, &root);
    int64_t last;
    if (!number(self, "SELECT coalesce (max (position), 0) FROM event", &last))
        return unreadable(self, path, problem);
    if (!readable || last != (int64_t) frontier.size ||
        (frontier.size && !digest_equal(frontier_root(&frontier), root)))
        return damaged(
            path, problem,
            "its root does not fit its events; move it aside and start again to fetch them back");
    return 0;
}

void ledger_load_ends(ledger_t *self) {
    buffer_t bytes = {0};
    self->id = (digest_t){{0}};
    self->time = 0;
    arena_t *arena = arena_new(0);
    decoded_t event;
    if (self->frontier.size) {
        insist(ledger_read(self, 1, &bytes) == LEDGER_OK); /* check_roots counted them */
        self->id = hash_leaf(buffer_bytes(&bytes));
        insist(ledger_read(self, self->frontier.size, &bytes) == LEDGER_OK);
        if (event_decode(buffer_bytes(&bytes), arena, &event, NULL) == 0) /* else: check_tail */
            self->time = event.event.time;
    }
    arena_destroy(&arena);
    buffer_free(&bytes);
}

void ledger_load(ledger_t *self) {
    digest_t root;
    ledger_load_frontier(self, &self->frontier, &root);
    memset(self->roots, 0, sizeof self->roots);
    ledger_load_ends(self);
    self->committed_frontier = self->frontier;
    self->committed_time = self->time;
}

ledger_t *ledger_open(const char *path, const char *extra_schema, problem_t *problem) {
    ledger_t *self = memory_new(1, sizeof *self);
    if (open_file(self, path, extra_schema, problem) != 0 ||
        check_readable(self, path, problem) != 0 || check_roots(self, path, problem) != 0) {
        ledger_close(&self);
        return NULL;
    }
    ledger_load(self);
    if (check_tail(self, path, problem) != 0)
        ledger_close(&self);
    return self;
}

void ledger_close(ledger_t **self_p) {
    ledger_t *self = *self_p;
    if (!self)
        return;
    if (self->open)
        ledger_rollback(self);
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(self->stmt[i]);
    statements_end(&self->others);
    sqlite3_close(self->db);
    buffer_free(&self->scratch);
    free(self->numbers);
    free(self);
    *self_p = NULL;
}

/* ---- cutting ---- */

static void delete_above(ledger_t *self, const char *sql, position_t position) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        ledger_fail(self, "cut");
    sqlite3_bind_int64(stmt, 1, (int64_t) position);
    ledger_run(self, stmt);
    sqlite3_finalize(stmt);
}

void ledger_truncate(ledger_t *self, position_t position) {
    if (position >= self->frontier.size)
        return;
    frontier_t frontier = {0};
    sqlite3_stmt *stmt = NULL;
    ledger_begin(self);
    delete_above(self, "DELETE FROM event WHERE position > ?1", position);
    delete_above(self, "DELETE FROM command WHERE position > ?1", position);
    delete_above(self, "DELETE FROM node WHERE (number + 1) << level > ?1", position);
    if (sqlite3_prepare_v2(self->db, "SELECT leaf FROM event ORDER BY position", -1, &stmt, NULL) !=
        SQLITE_OK)
        ledger_fail(self, "cut");
    while (sql_next(stmt, "ledger")) {
        digest_t leaf;
        memcpy(leaf.b, sqlite3_column_blob(stmt, 0), sizeof leaf.b);
        frontier_append(&frontier, leaf);
    }
    sqlite3_finalize(stmt);
    self->frontier = frontier;
    ledger_store_frontier(self);
    if (ledger_commit(self) != LEDGER_OK)
        diag_fatal(EX_IOERR, DIAG_DISK_FULL, "the disk is full; make room and start again");
    ledger_load(self);
}
