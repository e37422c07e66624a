/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_vouched: checkpoints, the archive's own and those that the asker brought along, against the
 * events: who signed them, whether the root is that of the events up to there, whether there are as
 * many. Those of archives from before checkpoints were notes are read, too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/daemon/audit_internal.h"

/* NULL: there is no such table, as in an older archive, or it is none that can be read, which is said. */
static sqlite3_stmt *cursor(audit_run_t *self, const char *table, const char *sql) {
    sqlite3_stmt *stmt = NULL, *there = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) == SQLITE_OK)
        return stmt;
    if (sqlite3_prepare_v2(self->db, "SELECT 1 FROM main.sqlite_master WHERE name = ?1", -1, &there,
                           NULL) == SQLITE_OK &&
        sqlite3_bind_text(there, 1, table, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(there) == SQLITE_ROW)
        problem_set(&audit_find(self, FINDING_DAMAGED, 0, NULL)->problem, REASON_INPUT_FILE, "",
                    "its checkpoints cannot be read");
    sqlite3_finalize(there);
    return NULL;
}

/* Positions ascend; a tree that leads back into itself has no end. */
static bool next_row(audit_run_t *self, sqlite3_stmt *stmt, bool begun, position_t *at) {
    position_t before = *at;
    if (!stmt || sqlite3_step(stmt) != SQLITE_ROW)
        return false;
    *at = (position_t) sqlite3_column_int64(stmt, 0);
    if (!begun || *at > before)
        return true;
    problem_set(&audit_find(self, FINDING_DAMAGED, 0, NULL)->problem, REASON_INPUT_FILE, "",
                "its checkpoints are out of order");
    return false;
}

static void next_note(audit_run_t *self) {
    vouched_t *v = &self->vouched;
    v->have_note = next_row(self, v->notes, v->have_note, &v->note_at);
    if (!v->have_note)
        return;
    buffer_clear(&v->note);
    if (sqlite3_column_type(v->notes, 1) != SQLITE_BLOB)
        return; /* nobody of ours writes them otherwise: it reads as none */
    buffer_put(&v->note, sqlite3_column_blob(v->notes, 1), (size_t) sqlite3_column_bytes(v->notes, 1));
}

static void next_record(audit_run_t *self) {
    vouched_t *v = &self->vouched;
    v->have_record = next_row(self, v->records, v->have_record, &v->record_at);
}

void vouched_open(audit_run_t *self) {
    vouched_t *v = &self->vouched;
    v->notes = cursor(self, "note", "SELECT position, note FROM main.note ORDER BY position");
    v->records = cursor(self, "checkpoint", "SELECT position, checkpoint, key, signature FROM main.checkpoint"
                              " ORDER BY position");
    next_note(self);
    next_record(self);
    const audit_options_t *options = self->options;
    v->given_at = memory_new(options->checkpoints_n, sizeof *v->given_at);
    for (size_t i = 0; i < options->checkpoints_n; i++) {
        signed_note_t note;
        tree_head_t head;
        if (checkpoint_read(options->checkpoints[i].note, &note, &head, NULL) == 0)
            v->given_at[i] = head.position;
    }
}

void vouched_close(audit_run_t *self) {
    sqlite3_finalize(self->vouched.notes);
    sqlite3_finalize(self->vouched.records);
    buffer_free(&self->vouched.note);
    free(self->vouched.unsure);
    free(self->vouched.given_at);
}

static pubkey_t archiver(const audit_run_t *self) {
    return context_archiver_key(chronicle_context(self->out->chronicle));
}

static void bad(audit_run_t *self, finding_kind_t kind, position_t position, const char *name,
                const problem_t *problem) {
    finding_t *finding = audit_find(self, kind, position, NULL);
    finding->problem = *problem;
    snprintf(finding->problem.file, sizeof finding->problem.file, "%s", name);
}

/* Of witnesses whose keys are known: none may be wrong. */
static void check_witnesses(audit_run_t *self, bytes_t bytes, position_t position, const char *name) {
    signed_note_t note;
    tree_head_t head;
    if (checkpoint_read(bytes, &note, &head, NULL) != 0)
        return;
    for (size_t i = 0; i < self->options->witnesses_n; i++) {
        signed_by_t by = signed_note_by(&note, &self->options->witnesses[i], NULL);
        self->out->cosignatures += by == SIGNED_VALID;
        if (by == SIGNED_INVALID)
            bad(self, FINDING_COSIGNATURE, position, name, &(problem_t){0});
    }
}

static bool same_key(const signed_note_t *note, size_t line, const verifier_key_t *key) {
    return text_equal(note->lines[line].name, key->name) &&
           note->lines[line].id == verifier_key_id(key) &&
           signed_note_by(note, key, NULL) == SIGNED_VALID;
}

/* Each line by itself: another one beside it, under the same name, says nothing of it. The archiver signs
   twice, with and without the time. */
static bool by_archiver(const audit_run_t *self, const signed_note_t *note, size_t line, text_t origin) {
    const verifier_key_t plain = {origin, SIGNED_ED25519, archiver(self)},
                         timed = {origin, SIGNED_COSIGNATURE, archiver(self)};
    return same_key(note, line, &plain) || same_key(note, line, &timed);
}

static bool by_witness(const audit_run_t *self, const signed_note_t *note, size_t line) {
    const daemon_entry_t *list;
    size_t n = context_daemons(chronicle_context(self->out->chronicle), &list);
    for (size_t k = 0; k < n; k++)
        if (same_key(note, line, &(verifier_key_t){list[k].name, SIGNED_COSIGNATURE, list[k].key}))
            return true;
    return false;
}

/* In the archive itself nothing is a stranger's: its archiver's lines, and those of witnesses that are
   enrolled. */
typedef struct strangers { bool archiver, witness; } strangers_t;
static strangers_t strangers_in(const audit_run_t *self, bytes_t bytes) {
    strangers_t found = {.archiver = false};
    signed_note_t note;
    tree_head_t head;
    char name[CHECKPOINT_ORIGIN_MAX];
    const text_t origin = checkpoint_origin(self->out->ledger, name);
    if (checkpoint_read(bytes, &note, &head, NULL) != 0)
        return (strangers_t){.archiver = true};
    for (size_t i = 0; i < note.n; i++)
        if (text_equal(note.lines[i].name, origin))
            found.archiver |= !by_archiver(self, &note, i, origin);
        else
            found.witness |= !by_witness(self, &note, i);
    return found;
}

/* A witness that was enrolled after the last checkpoint cosigns that: who it is stands behind it. */
static void ask_later(audit_run_t *self, position_t position) {
    vouched_t *v = &self->vouched;
    v->unsure = memory_grow(v->unsure, v->unsure_n + 1, sizeof *v->unsure);
    v->unsure[v->unsure_n++] = position;
}

static void held(audit_run_t *self, const tree_head_t *head) {
    self->out->checkpoints++;
    if (head->position >= self->out->newest.position)
        self->out->newest = *head;
}

static void check_note(audit_run_t *self, const audit_row_t *row, bytes_t bytes, const char *name) {
    problem_t problem = {0};
    tree_head_t head;
    if (checkpoint_verify(bytes, self->out->ledger, archiver(self), &head, &problem) != 0 ||
        head.position != row->position)
        bad(self, FINDING_CHECKPOINT, row->position, name, &problem);
    else if (!digest_equal(head.root, frontier_root(&self->frontier)))
        bad(self, FINDING_ROOT, row->position, name, &problem);
    else if (name[0] == '\0' && !head.time)
        bad(self, FINDING_CHECKPOINT, row->position, name, &problem);
    else {
        held(self, &head);
        check_witnesses(self, bytes, row->position, name);
        strangers_t strangers = {.archiver = false};
        if (name[0] == '\0' && !self->broken)
            strangers = strangers_in(self, bytes);
        if (strangers.archiver)
            bad(self, FINDING_COSIGNATURE, row->position, name, &problem);
        else if (strangers.witness)
            ask_later(self, row->position);
    }
}

static bytes_t column(sqlite3_stmt *stmt, int index) {
    const void *p = sqlite3_column_blob(stmt, index);
    return (bytes_t){p ? p : (const uint8_t *) "", (size_t) sqlite3_column_bytes(stmt, index)};
}

static void check_record(audit_run_t *self, const audit_row_t *row) {
    sqlite3_stmt *stmt = self->vouched.records;
    bytes_t key = column(stmt, 2), signature = column(stmt, 3);
    struct signed_checkpoint s = {.checkpoint = column(stmt, 1)};
    struct checkpoint body;
    problem_t problem = {0};
    bool sizes = key.n == sizeof s.key.b && signature.n == sizeof s.signature.b;
    if (sizes) {
        memcpy(s.key.b, key.p, key.n);
        memcpy(s.signature.b, signature.p, signature.n);
    }
    if (!sizes || checkpoint_record_verify(&s, archiver(self), &body, &problem) != 0 ||
        body.position != (int64_t) row->position || !digest_equal(body.ledger, self->out->ledger))
        bad(self, FINDING_CHECKPOINT, row->position, "", &problem);
    else if (!digest_equal(body.root, frontier_root(&self->frontier)))
        bad(self, FINDING_ROOT, row->position, "", &problem);
    else
        held(self, &(tree_head_t){.ledger = body.ledger,
                                  .position = row->position,
                                  .root = body.root,
                                  .time = body.time});
}

static void check_given(audit_run_t *self, const audit_row_t *row) {
    for (size_t i = 0; i < self->options->checkpoints_n; i++)
        if (self->vouched.given_at[i] && self->vouched.given_at[i] == row->position)
            check_note(self, row, self->options->checkpoints[i].note, self->options->checkpoints[i].name);
}

/* Brought along, and of no event that is here. */
static void check_given_end(audit_run_t *self) {
    for (size_t i = 0; i < self->options->checkpoints_n; i++) {
        const audit_checkpoint_t *given = &self->options->checkpoints[i];
        signed_note_t note;
        tree_head_t head;
        problem_t problem = {0};
        if (checkpoint_read(given->note, &note, &head, &problem) != 0) {
            bad(self, FINDING_CHECKPOINT, 0, given->name, &problem);
        } else if (head.position > self->out->last) {
            /* by its archiver, or it says nothing of this record */
            bool ours = checkpoint_verify(given->note, self->out->ledger, archiver(self), &head,
                                          &problem) == 0;
            bad(self, ours ? FINDING_SHORT : FINDING_CHECKPOINT, self->out->last + 1, given->name,
                &problem);
        }
    }
}

void vouched_check(audit_run_t *self, const audit_row_t *row) {
    vouched_t *v = &self->vouched;
    for (; v->have_note && v->note_at <= row->position; next_note(self))
        if (v->note_at == row->position)
            check_note(self, row, buffer_bytes(&v->note), "");
        else
            bad(self, FINDING_CHECKPOINT, v->note_at, "", &(problem_t){0});
    for (; v->have_record && v->record_at <= row->position; next_record(self))
        if (v->record_at == row->position)
            check_record(self, row);
        else
            bad(self, FINDING_CHECKPOINT, v->record_at, "", &(problem_t){0});
    check_given(self, row);
}

static void check_unsure(audit_run_t *self) {
    vouched_t *v = &self->vouched;
    sqlite3_stmt *stmt = NULL;
    if (!v->unsure_n || sqlite3_prepare_v2(self->db, "SELECT note FROM main.note WHERE position = ?1", -1,
                                           &stmt, NULL) != SQLITE_OK)
        return;
    for (size_t i = 0; i < v->unsure_n; i++) {
        sqlite3_bind_int64(stmt, 1, (int64_t) v->unsure[i]);
        if (sqlite3_step(stmt) != SQLITE_ROW || strangers_in(self, column(stmt, 0)).witness)
            bad(self, FINDING_COSIGNATURE, v->unsure[i], "", &(problem_t){0});
        sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
}

void vouched_end(audit_run_t *self) {
    vouched_t *v = &self->vouched;
    check_unsure(self);
    for (; v->have_note; next_note(self))
        bad(self, FINDING_SHORT, self->out->last + 1, "", &(problem_t){0});
    for (; v->have_record; next_record(self))
        bad(self, FINDING_SHORT, self->out->last + 1, "", &(problem_t){0});
    check_given_end(self);
}
