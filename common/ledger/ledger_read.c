/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger_read: walks, look-ups, roots of earlier positions, and the full check by hashing every
 * event again.
 */
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/ledger/ledger_internal.h"
#include "common/ledger/sql.h"

static sqlite3_stmt *prepared(ledger_t *self, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        ledger_fail(self, "read");
    return stmt;
}

static bytes_t column_bytes(sqlite3_stmt *stmt, int index) {
    const void *p = sqlite3_column_blob(stmt, index);
    return (bytes_t){p, (size_t) sqlite3_column_bytes(stmt, index)};
}

/* The kept statement, or another of its text while a walk with it is under way. */
static sqlite3_stmt *free_statement(ledger_t *self, statement_t which) {
    sqlite3_stmt *kept = self->stmt[which];
    return sqlite3_stmt_busy(kept) ? prepared(self, sqlite3_sql(kept)) : kept;
}

static void done(ledger_t *self, sqlite3_stmt *stmt) {
    if (stmt == self->stmt[WALK] || stmt == self->stmt[WALK_CASE])
        sqlite3_reset(stmt);
    else
        sqlite3_finalize(stmt);
}

/* Columns: position, bytes. Ends the statement. */
static int walk(ledger_t *self, sqlite3_stmt *stmt, ledger_event_fn fn, void *arg) {
    int rc, result = 0;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        result = fn(arg, (position_t) sqlite3_column_int64(stmt, 0), column_bytes(stmt, 1));
        if (result != 0)
            break;
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        ledger_fail(self, "read");
    done(self, stmt);
    return result;
}

int ledger_walk(ledger_t *self, position_t from, position_t to, ledger_event_fn fn, void *arg) {
    sqlite3_stmt *stmt = free_statement(self, WALK);
    sqlite3_bind_int64(stmt, 1, (int64_t) from);
    sqlite3_bind_int64(stmt, 2, (int64_t) (to > INT64_MAX ? INT64_MAX : to));
    return walk(self, stmt, fn, arg);
}

int ledger_walk_case(ledger_t *self, ident_t object, ledger_event_fn fn, void *arg) {
    sqlite3_stmt *stmt = free_statement(self, WALK_CASE);
    sqlite3_bind_blob(stmt, 1, object.b, sizeof object.b, SQLITE_TRANSIENT);
    return walk(self, stmt, fn, arg);
}

int ledger_walk_scopes(ledger_t *self, unsigned scopes, ledger_event_fn fn, void *arg) {
    /* scope < 5 lets SQLite take the partial index, which holds no case */
    const char *sql =
        scopes >> SCOPE_ORDER
            ? "SELECT position, bytes FROM event WHERE (?1 >> scope) & 1 AND position <= ?2"
              " ORDER BY position"
            : "SELECT position, bytes FROM event INDEXED BY event_in_context"
              " WHERE scope < 5 AND (?1 >> scope) & 1 AND position <= ?2 ORDER BY position";
    _Static_assert(SCOPE_ORDER == 5, "the partial index names it");
    if (self->frontier.size == 0)
        return 0; /* a sealed file, of which nothing is taken yet: it may not even be readable */
    sqlite3_stmt *stmt = prepared(self, sql);
    sqlite3_bind_int64(stmt, 1, scopes);
    sqlite3_bind_int64(stmt, 2, (int64_t) self->frontier.size);
    return walk(self, stmt, fn, arg);
}

int ledger_walk_cases(ledger_t *self, scope_t scope, position_t after, ledger_event_fn fn,
                      void *arg) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT position, bytes FROM event WHERE opens = 1 AND scope = ?1"
                       " AND position > ?2 ORDER BY position");
    sqlite3_bind_int(stmt, 1, (int) scope);
    sqlite3_bind_int64(stmt, 2, (int64_t) after);
    return walk(self, stmt, fn, arg);
}

ledger_result_t ledger_read(ledger_t *self, position_t position, buffer_t *out) {
    sqlite3_stmt *stmt = self->stmt[READ_EVENT];
    buffer_clear(out);
    sqlite3_bind_int64(stmt, 1, (int64_t) position);
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        bytes_t bytes = column_bytes(stmt, 0);
        buffer_put(out, bytes.p, bytes.n);
    } else if (rc != SQLITE_DONE)
        ledger_fail(self, "read");
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW ? LEDGER_OK : LEDGER_NONE;
}

moment_t ledger_time_at(ledger_t *self, position_t position) {
    buffer_t bytes = {0};
    arena_t *arena = arena_new(0);
    decoded_t event;
    moment_t time = 0;
    if (ledger_read(self, position, &bytes) == LEDGER_OK &&
        event_decode(buffer_bytes(&bytes), arena, &event, NULL) == 0)
        time = event.event.time;
    arena_destroy(&arena);
    buffer_free(&bytes);
    return time;
}

position_t ledger_last_by(ledger_t *self, moment_t time, position_t last) {
    position_t low = 0, high = last;
    while (low < high) {
        position_t middle = low + (high - low + 1) / 2;
        if (ledger_time_at(self, middle) <= time)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

uint64_t ledger_case_version(ledger_t *self, ident_t object) {
    sqlite3_stmt *stmt = self->stmt[COUNT_CASE];
    sqlite3_bind_blob(stmt, 1, object.b, sizeof object.b, SQLITE_STATIC);
    if (sqlite3_step(stmt) != SQLITE_ROW)
        ledger_fail(self, "read");
    uint64_t n = (uint64_t) sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return n;
}

ledger_result_t ledger_find_command(ledger_t *self, ident_t id, position_t *position,
                                    digest_t *digest) {
    sqlite3_stmt *stmt = self->stmt[FIND_COMMAND];
    sqlite3_bind_blob(stmt, 1, id.b, sizeof id.b, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        bytes_t bytes = column_bytes(stmt, 1);
        *position = (position_t) sqlite3_column_int64(stmt, 0);
        *digest = (digest_t){{0}};
        if (sqlite3_column_type(stmt, 1) == SQLITE_BLOB && bytes.n == sizeof digest->b)
            memcpy(digest->b, bytes.p, sizeof digest->b);
    } else if (rc != SQLITE_DONE)
        ledger_fail(self, "read");
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW ? LEDGER_OK : LEDGER_NONE;
}

/* ---- the tree ---- */

/* A kept node, or NULL: none was kept. Resets the statement when done. */
static bool read_hash(ledger_t *self, sqlite3_stmt *stmt, digest_t *out) {
    int rc = sqlite3_step(stmt);
    bool found = rc == SQLITE_ROW;
    if (found) {
        bytes_t bytes = column_bytes(stmt, 0);
        found = bytes.n == sizeof out->b;
        if (found)
            memcpy(out->b, bytes.p, sizeof out->b);
    } else if (rc != SQLITE_DONE)
        ledger_fail(self, "read");
    sqlite3_reset(stmt);
    return found;
}

static bool kept_node(ledger_t *self, unsigned level, uint64_t number, digest_t *out) {
    sqlite3_stmt *stmt = self->stmt[GET_NODE];
    sqlite3_bind_int64(stmt, 1, level);
    sqlite3_bind_int64(stmt, 2, (int64_t) number);
    return read_hash(self, stmt, out);
}

/* merkle_node_fn. A file of before nodes were kept has none: all is made from the leaves then. */
static int read_node(void *arg, unsigned level, uint64_t number, digest_t *out) {
    ledger_t *self = arg;
    digest_t left, right;
    if (level == 0) {
        sqlite3_bind_int64(self->stmt[GET_LEAF], 1, (int64_t) number + 1);
        return read_hash(self, self->stmt[GET_LEAF], out) ? 0 : -1;
    }
    if (level % NODE_STEP == 0 && kept_node(self, level, number, out))
        return 0;
    if (read_node(self, level - 1, number * 2, &left) != 0 ||
        read_node(self, level - 1, number * 2 + 1, &right) != 0)
        return -1;
    *out = hash_node(left, right);
    return 0;
}

void ledger_put_nodes(ledger_t *self, digest_t leaf) {
    uint64_t size = self->frontier.size + 1;
    unsigned completes = (unsigned) __builtin_ctzll(size); /* subtrees up to this level */
    for (unsigned level = NODE_STEP; level <= completes; level += NODE_STEP) {
        sqlite3_stmt *stmt = self->stmt[PUT_NODE];
        digest_t hash = frontier_complete(&self->frontier, leaf, level);
        sqlite3_bind_int64(stmt, 1, level);
        sqlite3_bind_int64(stmt, 2, (int64_t) (size >> level) - 1);
        sqlite3_bind_blob(stmt, 3, hash.b, sizeof hash.b, SQLITE_STATIC);
        ledger_run(self, stmt);
    }
}

bool ledger_make_frontier(ledger_t *self, uint64_t size, frontier_t *out) {
    return merkle_frontier(read_node, self, size, out) == 0;
}

int ledger_inclusion(ledger_t *self, position_t position, position_t size, digest_t proof[64],
                     size_t *n) {
    return position == 0 || size > self->frontier.size
               ? -1
               : merkle_inclusion(read_node, self, position - 1, size, proof, n);
}

int ledger_consistency(ledger_t *self, position_t first, position_t second, digest_t proof[64],
                       size_t *n) {
    return second > self->frontier.size
               ? -1
               : merkle_consistency(read_node, self, first, second, proof, n);
}

ledger_result_t ledger_root_at(ledger_t *self, position_t position, digest_t *root) {
    if (position > self->frontier.size)
        return LEDGER_NONE;
    const known_root_t *known = &self->roots[position % ROOTS_KEPT];
    if (position == self->frontier.size)
        *root = frontier_root(&self->frontier);
    else if (position && known->position == position)
        *root = known->root;
    else {
        frontier_t frontier;
        if (!ledger_make_frontier(self, position, &frontier))
            ledger_fail(self, "read");
        *root = frontier_root(&frontier);
        ledger_know_root(self, position, *root);
    }
    return LEDGER_OK;
}

typedef struct check {
    frontier_t frontier;
    position_t bad;
} check_t;

static int check_row(sqlite3_stmt *stmt, check_t *check) {
    position_t position = (position_t) sqlite3_column_int64(stmt, 0);
    digest_t leaf = hash_leaf(column_bytes(stmt, 2));
    bytes_t stored = column_bytes(stmt, 1);
    if (position != check->frontier.size + 1 || stored.n != 32 ||
        memcmp(stored.p, leaf.b, 32) != 0) {
        check->bad = check->frontier.size + 1;
        return -1;
    }
    frontier_append(&check->frontier, leaf);
    return 0;
}

position_t ledger_verify(ledger_t *self) {
    check_t check = {0};
    sqlite3_stmt *stmt =
        prepared(self, "SELECT position, leaf, bytes FROM event ORDER BY position");
    while (sql_next(stmt, "ledger") && check_row(stmt, &check) == 0)
        ;
    sqlite3_finalize(stmt);
    if (check.bad)
        return check.bad;
    if (check.frontier.size != self->frontier.size)
        return check.frontier.size + 1;
    return digest_equal(frontier_root(&check.frontier), ledger_root(self)) ? 0
                                                                           : self->frontier.size;
}
