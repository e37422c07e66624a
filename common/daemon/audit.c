/* SPDX-License-Identifier: Apache-2.0
 *
 * audit: batches of another's file are under way at once: one is read (audit_rows.c); of the
 * one before it the pool's threads work out what each event is by itself (hash, form, signature, place);
 * what each is among the others (root, command) is settled here, in order, of the one before that, and
 * what it means, in audit_judge.c. The file's structure is checked meanwhile.
 */
#include "common/daemon/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/language.h"
#include "common/base/memory.h"
#include "common/crypto/signed.h"
#include "common/daemon/audit_internal.h"

#define CASES_IN_MEMORY 2048
#define SAYS_EVERY 4096
#define BATCHES 12

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
    const case_t *of = scope_of_cases(event->info->scope) && !self->damaged && audit_may_look_up(self)
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

bool audit_may_look_up(audit_run_t *self) {
    if (!self->again)
        self->again = structure_wait(self->structure) > 0;
    return !self->again;
}

static void check_structure(audit_run_t *self) {
    size_t n = structure_wait(self->structure);
    self->judging = true;
    for (size_t i = 0; i < n; i++)
        damaged(self, self->structure->wrong[i]);
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

/* The command in whose turn the row comes is the event's, under its id and digest. */
static bool has_command(const audit_row_t *row) {
    const ident_t *id = &row->event.command.id;
    return row->command_id.n == sizeof id->b && memcmp(row->command_id.p, id->b, sizeof id->b) == 0 &&
           row->command_digest.n == sizeof row->command.b &&
           memcmp(row->command_digest.p, row->command.b, sizeof row->command.b) == 0;
}

static void work_on(audit_row_t *row, bool signatures, arena_t *arena, buffer_t *scratch) {
    problem_t problem;
    row->leaf = hash_leaf(row->bytes);
    row->readable = event_decode(row->bytes, arena, &row->event, &problem) == 0;
    if (!row->readable) {
        row->problem = arena_alloc(arena, sizeof problem);
        *row->problem = problem;
        return;
    }
    row->placed = placed(row);
    if (row->event.derived) {
        row->filed = true;
        return;
    }
    row->command = ledger_digest_of(&row->event.event, scratch);
    const struct signed_command sent = signed_of_event(&row->event.event);
    row->filed = has_command(row);
    row->checked = signatures;
    row->valid = signatures && signed_valid(&sent);
}

static void work_on_part(audit_batch_t *batch, size_t part) {
    buffer_t scratch = {0};
    arena_reset(batch->parts[part]);
    for (size_t i = part * AUDIT_PART; i < batch->n && i < (part + 1) * AUDIT_PART; i++)
        work_on(&batch->rows[i], batch->signatures, batch->parts[part], &scratch);
    buffer_free(&scratch);
}

/* ---- among the others: in order ---- */

/* The row stands where its event belongs, and its command is found under its id alone: mostly the one
   whose turn it is. */
static void check_filed(audit_run_t *self, audit_row_t *row) {
    position_t at = 0;
    digest_t digest;
    row->filed = row->placed && (row->filed || self->damaged);
    if (row->filed || !audit_may_look_up(self))
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
        audit_find(self, FINDING_UNREADABLE, row->position, NULL)->problem = *row->problem;
        return;
    }
    check_filed(self, row);
    if (!row->event.derived)
        self->out->commands++;
}

/* ---- batches ---- */

/* What the pool does at a time: the longest part comes first. */
typedef struct turn {
    audit_reader_t *reader;
    audit_batch_t *read, *work;
} turn_t;

static void do_part(void *arg, size_t part) {
    const turn_t *turn = arg;
    if (part == 0)
        audit_rows_read(turn->reader, turn->read);
    else
        work_on_part(turn->work, part - 1);
}

static void begin(audit_run_t *self, turn_t *turn) {
    audit_pool_begin(self->pool, do_part, turn, 1 + (turn->work->n + AUDIT_PART - 1) / AUDIT_PART);
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
    batch->bytes = arena_new(0);
    for (size_t i = 0; i < AUDIT_BATCH / AUDIT_PART; i++)
        batch->parts[i] = arena_new(0);
    return batch;
}

static void batch_destroy(audit_batch_t *batch) {
    arena_destroy(&batch->bytes);
    for (size_t i = 0; i < AUDIT_BATCH / AUDIT_PART; i++)
        arena_destroy(&batch->parts[i]);
    free(batch);
}

static void finish(audit_run_t *self, audit_reader_t *reader) {
    audit_pool_finish(self->pool);
    if (reader->wrong)
        damaged(self, reader->wrong);
    reader->wrong = NULL;
}

/* What is decided again waits for the structure to be known: an index that lies would show a case with
   events left out. Until then as many batches are worked on as there is room for. */
static bool may_judge(audit_run_t *self, bool must) {
    if (!self->judging && self->options->decisions && (must || structure_done(self->structure)))
        check_structure(self);
    self->judging |= !self->options->decisions || self->structure->known;
    return self->judging;
}

/* Batches that were judged are taken again first: they are still in the processor's cache. */
static void read_rows(audit_run_t *self) {
    audit_reader_t reader;
    audit_batch_t *spare[BATCHES], *waiting[BATCHES]; /* to be judged, in order */
    size_t spare_n = 0, waiting_n = 0;
    position_t of = (position_t) number(self, "SELECT max (position) FROM main.event", 0), said = 0;
    while (spare_n < BATCHES)
        spare[spare_n++] = batch_new(self);
    audit_rows_open(&reader, self->path);
    turn_t turn = {.reader = &reader, .read = spare[--spare_n]};
    audit_rows_read(&reader, turn.read);
    for (bool last = false; !last && !self->again;) {
        turn.work = turn.read;
        turn.read = spare[--spare_n];
        last = turn.work->n == 0;
        begin(self, &turn);
        if (may_judge(self, spare_n == 0 || last)) {
            for (size_t i = 0; i < waiting_n; i++)
                judge_batch(self, spare[spare_n++] = waiting[i]);
            waiting_n = 0;
        }
        finish(self, &reader);
        waiting[waiting_n++] = turn.work;
        if (self->options->progress && self->out->last >= said + SAYS_EVERY)
            self->options->progress(self->options->arg, said = self->out->last, of);
    }
    audit_rows_close(&reader);
    batch_destroy(turn.read);
    while (spare_n > 0)
        batch_destroy(spare[--spare_n]);
    while (waiting_n > 0)
        batch_destroy(waiting[--waiting_n]);
}

/* ---- the whole ---- */

static bool holds(void *arg, const struct signed_command *signed_command) {
    const audit_run_t *self = arg;
    (void) signed_command;
    return !self->row || !self->row->checked || self->row->valid;
}

static void run(audit_run_t *self) {
    const audit_options_t *options = self->options;
    audit_t *out = self->out;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = options->threads ? options->threads : processors > 0 ? (unsigned) processors : 1;
    self->db = ledger_db(chronicle_ledger(out->chronicle));
    chronicle_watch(out->chronicle);
    chronicle_check_by(out->chronicle, holds, self);
    if (self->structure->known)
        check_structure(self);
    check_tables(self);
    self->has_documents =
        options->documents && !self->damaged &&
        number(self, "SELECT count (*) FROM main.sqlite_master WHERE name IN ('blob', 'blob_key')", 0) == 2;
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

/* False: its structure turned out to be damaged, which everything else depends on. */
static bool run_once(const char *path, const audit_options_t *options, structure_t *structure,
                     audit_t *out) {
    audit_run_t *self = memory_new(1, sizeof *self);
    bool known = structure->known;
    self->path = path;
    self->structure = structure;
    self->options = options;
    self->out = out;
    run(self);
    free(self->missing);
    free(self->missing_at);
    free(self);
    return known || options->decisions || structure_wait(structure) == 0;
}

static bool open_chronicle(const char *path, audit_t *out) {
    *out = (audit_t){.last = 0};
    out->chronicle = chronicle_open_sealed(path, CASES_IN_MEMORY, &out->problem);
    return out->chronicle;
}

int audit_run(const char *path, const audit_options_t *options, audit_t *out) {
    structure_t structure;
    if (!open_chronicle(path, out))
        return 2;
    structure_begin(&structure, path);
    if (!run_once(path, options, &structure, out)) { /* again, from the beginning */
        audit_free(out);
        if (open_chronicle(path, out))
            run_once(path, options, &structure, out);
    }
    structure_end(&structure);
    if (!out->chronicle)
        return 2;
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
