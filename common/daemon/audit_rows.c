/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_rows: reads a batch of rows, as they are: what is in them is somebody else's to judge. Rows
 * ascend by position; where they do not, a tree leads back into itself and has no end.
 */
#include "common/base/memory.h"
#include "common/daemon/audit_internal.h"

#define BATCH_BYTES (1u << 20)

static sqlite3_stmt *prepared(audit_reader_t *self, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (self->db && sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        stmt = NULL;
    return stmt;
}

static void next_command(audit_reader_t *self) {
    position_t before = self->command_at;
    self->have_command = self->commands && sqlite3_step(self->commands) == SQLITE_ROW;
    if (self->have_command)
        self->command_at = (position_t) sqlite3_column_int64(self->commands, 0);
    self->have_command = self->have_command && self->command_at > before;
}

void audit_rows_open(audit_reader_t *self, const char *path) {
    problem_t problem = {0};
    *self = (audit_reader_t){.db = ledger_sealed_file(path, &problem)};
    if (self->db)
        sqlite3_exec(self->db, "PRAGMA cache_size = -2000", NULL, NULL, NULL); /* read once */
    self->events = prepared(
        self, "SELECT position, scope, opens, object, leaf, bytes FROM main.event ORDER BY position");
    self->commands =
        prepared(self, "SELECT position, id, digest FROM main.command ORDER BY position");
    self->more = self->events;
    if (!self->more)
        self->wrong = "its events cannot be read";
    next_command(self);
}

void audit_rows_close(audit_reader_t *self) {
    sqlite3_finalize(self->events);
    sqlite3_finalize(self->commands);
    sqlite3_close(self->db);
    self->db = NULL;
}

static bytes_t column(sqlite3_stmt *stmt, int index, arena_t *arena) {
    const void *p = sqlite3_column_blob(stmt, index);
    bytes_t bytes = {p, (size_t) sqlite3_column_bytes(stmt, index)};
    return bytes.n ? arena_bytes(arena, bytes) : (bytes_t){(const uint8_t *) "", 0};
}

/* Numbers are numbers and bytes are bytes: nobody of ours writes them otherwise. */
static bool typed(sqlite3_stmt *stmt) {
    for (int i = 0; i < 6; i++)
        if (sqlite3_column_type(stmt, i) != (i < 3 ? SQLITE_INTEGER : SQLITE_BLOB))
            return false;
    return true;
}

static void take_command(audit_reader_t *self, audit_row_t *row, arena_t *arena) {
    while (self->have_command && self->command_at < row->position)
        next_command(self);
    if (!self->have_command || self->command_at != row->position ||
        sqlite3_column_type(self->commands, 1) != SQLITE_BLOB ||
        sqlite3_column_type(self->commands, 2) != SQLITE_BLOB)
        return;
    row->command_id = column(self->commands, 1, arena);
    row->command_digest = column(self->commands, 2, arena);
}

static void take_row(audit_reader_t *self, audit_row_t *row, arena_t *arena) {
    sqlite3_stmt *stmt = self->events;
    bool as_written = typed(stmt); /* before anything converts them */
    row->position = (position_t) sqlite3_column_int64(stmt, 0);
    row->scope = sqlite3_column_int64(stmt, 1);
    row->opens = sqlite3_column_int64(stmt, 2);
    row->object = column(stmt, 3, arena);
    row->stored_leaf = column(stmt, 4, arena);
    row->bytes = column(stmt, 5, arena);
    row->typed = as_written;
    row->command_id = row->command_digest = (bytes_t){(const uint8_t *) "", 0};
    row->placed = row->checked = row->valid = row->filed = false;
    take_command(self, row, arena);
}

void audit_rows_read(audit_reader_t *self, audit_batch_t *batch) {
    int rc = SQLITE_ROW;
    batch->n = 0;
    arena_reset(batch->bytes);
    while (self->more && batch->n < AUDIT_BATCH && arena_used(batch->bytes) < BATCH_BYTES &&
           (rc = sqlite3_step(self->events)) == SQLITE_ROW) {
        position_t position = (position_t) sqlite3_column_int64(self->events, 0);
        if (position <= self->read_to && self->read_to) {
            self->wrong = "its rows lead back into themselves"; /* and have no end */
            self->more = false;
            return;
        }
        self->read_to = position;
        take_row(self, &batch->rows[batch->n++], batch->bytes);
    }
    if (rc != SQLITE_ROW)
        self->more = false;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        self->wrong = sqlite3_errmsg(self->db);
}
