/* SPDX-License-Identifier: Apache-2.0
 *
 * audit: reads the rows of another's file in order, and hands them on: hashes and forms are checked
 * here, signatures on the pool's threads meanwhile, meanings behind them in audit_judge.c.
 */
#include "common/daemon/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/language.h"
#include "common/base/memory.h"
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

finding_t *audit_find(audit_run_t *self, finding_kind_t kind, position_t position,
                      const decoded_t *event) {
    static finding_t spare; /* of those that are only counted */
    audit_t *out = self->out;
    out->found++;
    if (position && (out->sound_to == 0 || position <= out->sound_to))
        out->sound_to = position - 1;
    finding_t *finding = &spare;
    if (out->findings_n < FINDINGS_MAX) {
        out->findings = memory_grow(out->findings, out->findings_n + 1, sizeof *out->findings);
        finding = &out->findings[out->findings_n++];
    }
    *finding = (finding_t){.kind = kind, .position = position};
    if (!event)
        return finding;
    finding->object = event->event.object;
    finding->time = event->event.time;
    finding->actor = event->command.actor;
    snprintf(finding->event, sizeof finding->event, "%s", event->info->name);
    const case_t *of = scope_of_cases(event->info->scope) && !self->damaged
                           ? chronicle_case(out->chronicle, event->event.object)
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
    if (!same || number(self, "SELECT count (*) FROM main.command", -1) !=
                     (int64_t) self->out->commands)
        audit_find(self, FINDING_ENDS, 0, NULL);
}

/* ---- rows ---- */

static bytes_t column(sqlite3_stmt *stmt, int index, arena_t *arena) {
    const void *p = sqlite3_column_blob(stmt, index);
    bytes_t bytes = {p, (size_t) sqlite3_column_bytes(stmt, index)};
    return bytes.n ? arena_bytes(arena, bytes) : (bytes_t){(const uint8_t *) "", 0};
}

/* The row stands where its event belongs, and its command is found under its id alone. */
static void check_filed(audit_run_t *self, sqlite3_stmt *stmt, audit_row_t *row) {
    const decoded_t *e = &row->event;
    const void *object = sqlite3_column_blob(stmt, 3);
    bool ok = e->event.position == (int64_t) row->position &&
              sqlite3_column_int64(stmt, 1) == (int64_t) e->info->scope &&
              sqlite3_column_int64(stmt, 2) == ((e->info->flags & OPENS) != 0) &&
              sqlite3_column_bytes(stmt, 3) == (int) sizeof e->event.object.b &&
              memcmp(object, e->event.object.b, sizeof e->event.object.b) == 0;
    position_t at = 0;
    digest_t digest;
    bool look_up = !e->derived && !self->damaged;
    if (ok && look_up)
        ok = ledger_find_command(chronicle_ledger(self->out->chronicle), e->command.id, &at,
                                 &digest) == LEDGER_OK;
    if (ok && look_up && at == row->position) {
        digest_t expected = ledger_command_digest(chronicle_ledger(self->out->chronicle), &e->event);
        ok = digest_equal(digest, expected);
    }
    if (ok && look_up && at != row->position) {
        audit_find(self, FINDING_TWICE, row->position, e);
        self->broken = true;
        return;
    }
    row->filed = ok;
    if (!ok)
        audit_find(self, FINDING_MISFILED, row->position, e);
}

/* Numbers are numbers and bytes are bytes: nobody of ours writes them otherwise. */
static bool typed(sqlite3_stmt *stmt) {
    for (int i = 0; i < 6; i++)
        if (sqlite3_column_type(stmt, i) != (i < 3 ? SQLITE_INTEGER : SQLITE_BLOB))
            return false;
    return true;
}

static void take_row(audit_run_t *self, sqlite3_stmt *stmt, audit_batch_t *batch) {
    audit_row_t *row = &batch->rows[batch->n];
    audit_item_t *item = &batch->items[batch->n++];
    problem_t problem = {0};
    bool as_written = typed(stmt); /* before anything converts them */
    *item = (audit_item_t){.asked = false};
    *row = (audit_row_t){.position = (position_t) sqlite3_column_int64(stmt, 0),
                         .bytes = column(stmt, 5, batch->arena)};
    position_t expected = self->out->last + 1;
    if (row->position != expected)
        audit_find(self, FINDING_GAP, expected, NULL);
    self->out->last = row->position;
    row->leaf = hash_leaf(row->bytes);
    frontier_append(&self->frontier, row->leaf);
    row->root = frontier_root(&self->frontier);
    if (!as_written || sqlite3_column_bytes(stmt, 4) != (int) sizeof row->leaf.b ||
        memcmp(sqlite3_column_blob(stmt, 4), row->leaf.b, sizeof row->leaf.b) != 0)
        audit_find(self, FINDING_CHANGED, row->position, NULL);
    row->readable = event_decode(row->bytes, batch->arena, &row->event, &problem) == 0;
    if (!row->readable) {
        audit_find(self, FINDING_UNREADABLE, row->position, NULL)->problem = problem;
        return;
    }
    check_filed(self, stmt, row);
    if (row->event.derived)
        return;
    self->out->commands++;
    if (self->pool)
        *item = (audit_item_t){.command = row->event.event.command,
                               .key = row->event.event.key,
                               .signature = row->event.event.signature,
                               .asked = true};
}

static void read_batch(audit_run_t *self, sqlite3_stmt *stmt, audit_batch_t *batch, bool *more) {
    int rc = SQLITE_ROW;
    batch->n = 0;
    arena_reset(batch->arena);
    while (*more && batch->n < AUDIT_BATCH && arena_used(batch->arena) < BATCH_BYTES &&
           (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        take_row(self, stmt, batch);
    if (rc != SQLITE_ROW)
        *more = false;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        damaged(self, sqlite3_errmsg(self->db));
}

static void judge_batch(audit_run_t *self, const audit_batch_t *batch) {
    for (size_t i = 0; i < batch->n; i++)
        audit_judge(self, &batch->rows[i], self->pool ? &batch->items[i] : NULL);
}

static void read_rows(audit_run_t *self) {
    static const char sql[] =
        "SELECT position, scope, opens, object, leaf, bytes FROM main.event ORDER BY position";
    sqlite3_stmt *stmt = NULL;
    audit_batch_t *now = memory_new(1, sizeof *now), *next = memory_new(1, sizeof *next), *swap;
    position_t of = (position_t) number(self, "SELECT max (position) FROM main.event", 0), said = 0;
    bool more = sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) == SQLITE_OK;
    if (!more)
        damaged(self, sqlite3_errmsg(self->db));
    now->arena = arena_new(0);
    next->arena = arena_new(0);
    read_batch(self, stmt, now, &more);
    if (self->pool)
        audit_pool_begin(self->pool, now->items, now->n);
    while (now->n > 0) {
        read_batch(self, stmt, next, &more);
        if (self->pool) {
            audit_pool_finish(self->pool);
            audit_pool_begin(self->pool, next->items, next->n);
        }
        judge_batch(self, now);
        position_t at = now->rows[now->n - 1].position;
        if (self->options->progress && at >= said + SAYS_EVERY)
            self->options->progress(self->options->arg, said = at, of);
        swap = now;
        now = next;
        next = swap;
    }
    if (self->pool)
        audit_pool_finish(self->pool);
    sqlite3_finalize(stmt);
    arena_destroy(&now->arena);
    arena_destroy(&next->arena);
    free(now);
    free(next);
}

/* ---- the whole ---- */

static bool holds(void *arg, const struct signed_command *signed_command) {
    const audit_run_t *self = arg;
    (void) signed_command;
    return !self->item || self->item->valid;
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
    if (options->signatures)
        self->pool = audit_pool_new(threads);
    vouched_open(self);
    read_rows(self);
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
