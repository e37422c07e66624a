/* SPDX-License-Identifier: Apache-2.0
 *
 * audit: reads the rows of another's file in order. What each event is by itself (hash, form,
 * signature) is worked out on the pool's threads meanwhile; what it is among the others (place, root,
 * command) here in order, and what it means behind that, in audit_judge.c.
 */
#include "common/daemon/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/language.h"
#include "common/base/memory.h"
#include "common/crypto/keys.h"
#include "common/daemon/audit_internal.h"

#define BATCH_BYTES (1u << 20)
#define CASES_IN_MEMORY 2048
#define SAYS_EVERY 4096

/* ---- findings ---- */

static const struct {
    const char *name, *text;
} findings[FINDING_KINDS] = {
#define FINDING_ROW(NAME, name, text) [FINDING_##NAME] = {name, text},
    FINDINGS(FINDING_ROW)
#undef FINDING_ROW
};

const char *finding_name(finding_kind_t kind) { return findings[kind].name; }
const char *finding_text(finding_kind_t kind) { return language_text(findings[kind].text); }

finding_t *audit_put(audit_t *out, finding_kind_t kind, position_t position) {
    static finding_t spare; /* of those that are only counted */
    out->found++;
    if (position && (out->sound_to == 0 || position <= out->sound_to))
        out->sound_to = position - 1;
    finding_t *finding = &spare;
    if (out->findings_n < FINDINGS_MAX) {
        out->findings = memory_grow(out->findings, out->findings_n + 1, sizeof *out->findings);
        finding = &out->findings[out->findings_n++];
    }
    *finding = (finding_t){.kind = kind, .position = position};
    return finding;
}

finding_t *audit_find(audit_run_t *self, finding_kind_t kind, position_t position,
                      const decoded_t *event) {
    finding_t *finding = audit_put(self->out, kind, position);
    if (!event)
        return finding;
    finding->object = event->event.object;
    finding->time = event->event.time;
    finding->actor = event->command.actor;
    snprintf(finding->event, sizeof finding->event, "%s", event->info->name);
    const case_t *of = scope_of_cases(event->info->scope) && !self->damaged
                           ? chronicle_case(self->out->chronicle, event->event.object)
                           : NULL;
    if (of)
        snprintf(finding->number, sizeof finding->number, "%.*s", (int) of->number.n, of->number.p);
    return finding;
}

static void damaged(audit_run_t *self, const char *what) {
    finding_t *finding = audit_find(self, FINDING_DAMAGED, 0, NULL);
    problem_set(&finding->problem, REASON_INPUT_FILE, "", "%s", what);
    self->broken = self->damaged = true;
}

/* ---- the file ---- */

/* Indexes that lie would show a case with events left out. */
static void check_structure(audit_run_t *self) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(self->db, "PRAGMA main.integrity_check (20)", -1, &stmt, NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        const char *text = rc == SQLITE_ROW ? (const char *) sqlite3_column_text(stmt, 0) : "ok";
        if (!text || strcmp(text, "ok") != 0)
            damaged(self, text ? text : "?");
    }
    if (rc != SQLITE_DONE)
        damaged(self, sqlite3_errmsg(self->db));
    sqlite3_finalize(stmt);
}

/* A table that nobody makes was another one's before somebody renamed it: what it held is not looked
   at under its new name. */
static void check_tables(audit_run_t *self) {
    static const char *const names[] = {
        "event",     "command",   "meta",           "node",            "note",       "checkpoint",
        "open_case", "numbered",  "open_order",     "blob",            "blob_key",   "blob_loose",
        "wanted",    "refusal",   "outbox",         "customer_order",  "product_feedback",
        "case_row",  "case_action"};
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(self->db,
                                "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE "
                                "'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'case!_words%' ESCAPE '!'",
                                -1, &stmt, NULL);
    while (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *name = (const char *) sqlite3_column_text(stmt, 0);
        bool known = false;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            known |= name && strcmp(name, names[i]) == 0;
        if (!known) {
            finding_t *finding = audit_find(self, FINDING_DAMAGED, 0, NULL);
            problem_set(&finding->problem, REASON_INPUT_FILE, "", "it holds a table that is none of ours");
        }
    }
    sqlite3_finalize(stmt);
}

static int64_t number(audit_run_t *self, const char *sql, int64_t fallback) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        fallback = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return fallback;
}

/* What the file says of its end, in its own table of small values. */
static void check_ends(audit_run_t *self) {
    sqlite3_stmt *stmt = NULL;
    digest_t root = frontier_root(&self->frontier);
    bool same = false;
    if (sqlite3_prepare_v2(self->db, "SELECT value FROM main.meta WHERE key = 'frontier.root'", -1,
                           &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        same = sqlite3_column_bytes(stmt, 0) == (int) sizeof root.b &&
               memcmp(sqlite3_column_blob(stmt, 0), root.b, sizeof root.b) == 0;
    sqlite3_finalize(stmt);
    if (self->damaged) /* said already; a tree that leads back into itself cannot be counted */
        return;
    if (!same || number(self, "SELECT count (*) FROM main.command", -1) !=
                     (int64_t) self->out->commands)
        audit_find(self, FINDING_ENDS, 0, NULL);
}

/* ---- one event by itself: on whichever thread ---- */

static bool placed(const audit_row_t *row) {
    const decoded_t *e = &row->event;
    return e->event.position == (int64_t) row->position && row->scope == (int64_t) e->info->scope &&
           row->opens == ((e->info->flags & OPENS) != 0) && row->object.n == sizeof e->event.object.b &&
           memcmp(row->object.p, e->event.object.b, sizeof e->event.object.b) == 0;
}

static void work_on(audit_row_t *row, bool signatures, arena_t *arena, buffer_t *scratch) {
    row->leaf = hash_leaf(row->bytes);
    row->readable = event_decode(row->bytes, arena, &row->event, &row->problem) == 0;
    if (!row->readable)
        return;
    row->placed = placed(row);
    if (row->event.derived)
        return;
    row->command = ledger_digest_of(&row->event.event, scratch);
    row->checked = signatures;
    row->valid = signatures && signature_valid(row->event.event.key, DOMAIN_COMMAND,
                                               row->event.event.command, &row->event.event.signature);
}

static void work_on_part(void *arg, size_t part) {
    audit_batch_t *batch = arg;
    buffer_t scratch = {0};
    arena_reset(batch->parts[part]);
    for (size_t i = part * AUDIT_PART; i < batch->n && i < (part + 1) * AUDIT_PART; i++)
        work_on(&batch->rows[i], batch->signatures, batch->parts[part], &scratch);
    buffer_free(&scratch);
}

/* ---- among the others: in order ---- */

/* Positions ascend; where they do not, an index leads back into itself and has no end. */
static void next_command(audit_commands_t *commands) {
    position_t before = commands->position;
    commands->have = commands->stmt && sqlite3_step(commands->stmt) == SQLITE_ROW;
    if (commands->have)
        commands->position = (position_t) sqlite3_column_int64(commands->stmt, 0);
    commands->have = commands->have && commands->position > before;
}

static bool column_is(sqlite3_stmt *stmt, int index, const void *p, size_t n) {
    return sqlite3_column_type(stmt, index) == SQLITE_BLOB &&
           sqlite3_column_bytes(stmt, index) == (int) n &&
           memcmp(sqlite3_column_blob(stmt, index), p, n) == 0;
}

/* Its command is found under its id, with this position and the digest of what was signed. */
static bool command_found(audit_run_t *self, const audit_row_t *row) {
    audit_commands_t *commands = &self->commands;
    while (commands->have && commands->position < row->position)
        next_command(commands);
    return commands->have && commands->position == row->position &&
           column_is(commands->stmt, 1, row->event.command.id.b, sizeof row->event.command.id.b) &&
           column_is(commands->stmt, 2, row->command.b, sizeof row->command.b);
}

/* The row stands where its event belongs, and its command is found under its id alone: mostly the one
   whose turn it is. */
static void check_filed(audit_run_t *self, audit_row_t *row) {
    position_t at = 0;
    digest_t digest;
    row->filed = row->placed &&
                 (row->event.derived || self->damaged || command_found(self, row));
    if (row->filed)
        return;
    bool found = row->placed && ledger_find_command(chronicle_ledger(self->out->chronicle),
                                                    row->event.command.id, &at, &digest) == LEDGER_OK;
    row->filed = found && at == row->position && digest_equal(digest, row->command);
    if (row->filed)
        return;
    bool twice = found && at != row->position;
    audit_find(self, twice ? FINDING_TWICE : FINDING_MISFILED, row->position, &row->event);
    self->broken |= twice;
}

static void settle(audit_run_t *self, audit_row_t *row) {
    position_t expected = self->out->last + 1;
    if (row->position != expected)
        audit_find(self, FINDING_GAP, expected, NULL);
    self->out->last = row->position;
    frontier_append(&self->frontier, row->leaf);
    if (!row->typed || row->stored_leaf.n != sizeof row->leaf.b ||
        memcmp(row->stored_leaf.p, row->leaf.b, sizeof row->leaf.b) != 0)
        audit_find(self, FINDING_CHANGED, row->position, NULL);
    if (!row->readable) {
        audit_find(self, FINDING_UNREADABLE, row->position, NULL)->problem = row->problem;
        return;
    }
    check_filed(self, row);
    if (!row->event.derived)
        self->out->commands++;
}

/* ---- rows ---- */

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

static void take_row(sqlite3_stmt *stmt, audit_batch_t *batch) {
    bool as_written = typed(stmt); /* before anything converts them */
    audit_row_t *row = &batch->rows[batch->n++];
    row->position = (position_t) sqlite3_column_int64(stmt, 0);
    row->scope = sqlite3_column_int64(stmt, 1);
    row->opens = sqlite3_column_int64(stmt, 2);
    row->object = column(stmt, 3, batch->arena);
    row->stored_leaf = column(stmt, 4, batch->arena);
    row->bytes = column(stmt, 5, batch->arena);
    row->typed = as_written;
    row->placed = row->checked = row->valid = row->filed = false;
}

static void read_batch(audit_run_t *self, sqlite3_stmt *stmt, audit_batch_t *batch, bool *more) {
    int rc = SQLITE_ROW;
    batch->n = 0;
    arena_reset(batch->arena);
    while (*more && batch->n < AUDIT_BATCH && arena_used(batch->arena) < BATCH_BYTES &&
           (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        position_t position = (position_t) sqlite3_column_int64(stmt, 0);
        if (position <= self->read_to && self->read_to) {
            damaged(self, "its rows lead back into themselves"); /* and have no end */
            *more = false;
            break;
        }
        self->read_to = position;
        take_row(stmt, batch);
    }
    if (rc != SQLITE_ROW)
        *more = false;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        damaged(self, sqlite3_errmsg(self->db));
}

static void begin_batch(audit_run_t *self, audit_batch_t *batch) {
    audit_pool_begin(self->pool, work_on_part, batch, (batch->n + AUDIT_PART - 1) / AUDIT_PART);
}

static void judge_batch(audit_run_t *self, audit_batch_t *batch) {
    for (size_t i = 0; i < batch->n; i++) {
        settle(self, &batch->rows[i]);
        audit_judge(self, &batch->rows[i]);
    }
}

static audit_batch_t *batch_new(const audit_run_t *self) {
    audit_batch_t *batch = memory_new(1, sizeof *batch);
    batch->signatures = self->options->signatures;
    batch->arena = arena_new(0);
    for (size_t i = 0; i < AUDIT_BATCH / AUDIT_PART; i++)
        batch->parts[i] = arena_new(0);
    return batch;
}

static void batch_destroy(audit_batch_t *batch) {
    arena_destroy(&batch->arena);
    for (size_t i = 0; i < AUDIT_BATCH / AUDIT_PART; i++)
        arena_destroy(&batch->parts[i]);
    free(batch);
}

static void read_rows(audit_run_t *self) {
    static const char sql[] =
        "SELECT position, scope, opens, object, leaf, bytes FROM main.event ORDER BY position";
    sqlite3_stmt *stmt = NULL;
    audit_batch_t *now = batch_new(self), *next = batch_new(self), *swap;
    position_t of = (position_t) number(self, "SELECT max (position) FROM main.event", 0), said = 0;
    bool more = sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) == SQLITE_OK;
    if (!more)
        damaged(self, sqlite3_errmsg(self->db));
    read_batch(self, stmt, now, &more);
    begin_batch(self, now);
    while (now->n > 0) {
        read_batch(self, stmt, next, &more);
        audit_pool_finish(self->pool);
        begin_batch(self, next);
        judge_batch(self, now);
        position_t at = now->rows[now->n - 1].position;
        if (self->options->progress && at >= said + SAYS_EVERY)
            self->options->progress(self->options->arg, said = at, of);
        swap = now;
        now = next;
        next = swap;
    }
    audit_pool_finish(self->pool);
    sqlite3_finalize(stmt);
    batch_destroy(now);
    batch_destroy(next);
}

/* ---- the whole ---- */

static bool holds(void *arg, const struct signed_command *signed_command) {
    const audit_run_t *self = arg;
    (void) signed_command;
    return !self->row || !self->row->checked || self->row->valid;
}

static void commands_open(audit_run_t *self) {
    if (sqlite3_prepare_v2(self->db,
                           "SELECT position, id, digest FROM main.command ORDER BY position", -1,
                           &self->commands.stmt, NULL) == SQLITE_OK)
        next_command(&self->commands);
}

static void run(audit_run_t *self) {
    const audit_options_t *options = self->options;
    audit_t *out = self->out;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = options->threads ? options->threads : processors > 0 ? (unsigned) processors : 1;
    self->db = ledger_db(chronicle_ledger(out->chronicle));
    chronicle_watch(out->chronicle);
    chronicle_check_by(out->chronicle, holds, self);
    check_structure(self);
    check_tables(self);
    self->has_documents =
        options->documents && !self->damaged &&
        number(self, "SELECT count (*) FROM main.sqlite_master WHERE name IN ('blob', 'blob_key')", 0) == 2;
    self->pool = audit_pool_new(threads);
    commands_open(self);
    vouched_open(self);
    read_rows(self);
    sqlite3_finalize(self->commands.stmt);
    audit_pool_destroy(&self->pool);
    vouched_end(self);
    vouched_close(self);
    audit_judge_end(self);
    check_ends(self);
    out->root = frontier_root(&self->frontier);
    if (out->found == 0)
        out->sound_to = out->last;
    if (options->progress)
        options->progress(options->arg, out->last, out->last);
    chronicle_check_by(out->chronicle, NULL, NULL);
}

int audit_run(const char *path, const audit_options_t *options, audit_t *out) {
    *out = (audit_t){.last = 0};
    out->chronicle = chronicle_open_sealed(path, CASES_IN_MEMORY, &out->problem);
    if (!out->chronicle)
        return 2;
    audit_run_t *self = memory_new(1, sizeof *self);
    self->options = options;
    self->out = out;
    run(self);
    free(self->missing);
    free(self->missing_at);
    free(self);
    if (out->last == 0 && out->found == 0) {
        problem_set(&out->problem, REASON_INPUT_FILE, "", "it holds no event");
        return 2;
    }
    return out->found ? 1 : 0;
}

void audit_free(audit_t *self) {
    chronicle_close(&self->chronicle);
    free(self->findings);
    *self = (audit_t){.last = 0};
}
