/* SPDX-License-Identifier: Apache-2.0
 *
 * forging: see the header. The forger has our own programs, and uses them.
 */
#include "tests/simulation/forging.h"

#include "common/base/diag.h"
#include "common/ledger/checkpoint.h"
#include "common/ledger/ledger_internal.h"

bool forging_open(forging_t *self, const works_t *works, uint64_t luck, const char *path) {
    *self = (forging_t){.works = works, .luck = luck_of(luck, 15), .arena = arena_new(0)};
    return sqlite3_open_v2(path, &self->db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
           sqlite3_exec(self->db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK;
}

void forging_close(forging_t *self) {
    insist(sqlite3_close(self->db) == SQLITE_OK);
    arena_destroy(&self->arena);
}

static sqlite3_stmt *prepared(forging_t *self, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        panic("%s: %s", sql, sqlite3_errmsg(self->db));
    return stmt;
}

static void bind(sqlite3_stmt *stmt, int index, bytes_t bytes) {
    sqlite3_bind_blob(stmt, index, bytes.p, (int) bytes.n, SQLITE_STATIC);
}

static void run(sqlite3_stmt *stmt) {
    int rc = sqlite3_step(stmt);
    insist(rc == SQLITE_DONE || rc == SQLITE_ROW);
    sqlite3_finalize(stmt);
}

static void run_at(forging_t *self, const char *sql, position_t position) {
    sqlite3_stmt *stmt = prepared(self, sql);
    sqlite3_bind_int64(stmt, 1, (int64_t) position);
    run(stmt);
}

position_t forging_last(forging_t *self) {
    sqlite3_stmt *stmt = prepared(self, "SELECT coalesce (max (position), 0) FROM event");
    insist(sqlite3_step(stmt) == SQLITE_ROW);
    position_t last = (position_t) sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return last;
}

/* ---- events ---- */

static bool read_event(forging_t *self, position_t position, decoded_t *out) {
    sqlite3_stmt *stmt = prepared(self, "SELECT bytes FROM event WHERE position = ?1");
    sqlite3_bind_int64(stmt, 1, (int64_t) position);
    bool there = sqlite3_step(stmt) == SQLITE_ROW;
    if (there) {
        bytes_t bytes = arena_bytes(self->arena, (bytes_t){sqlite3_column_blob(stmt, 0),
                                                           (size_t) sqlite3_column_bytes(stmt, 0)});
        there = event_decode(bytes, self->arena, out, NULL) == 0;
    }
    sqlite3_finalize(stmt);
    return there;
}

static void write_event(forging_t *self, const struct event *event) {
    buffer_t bytes = {0};
    problem_t problem = {0};
    company_check(record_encode(&event_record, event, &bytes, &problem), &problem);
    digest_t leaf = hash_leaf(buffer_bytes(&bytes));
    sqlite3_stmt *stmt =
        prepared(self, "UPDATE event SET leaf = ?2, bytes = ?3 WHERE position = ?1");
    sqlite3_bind_int64(stmt, 1, event->position);
    bind(stmt, 2, (bytes_t){leaf.b, sizeof leaf.b});
    bind(stmt, 3, buffer_bytes(&bytes));
    run(stmt);
    buffer_free(&bytes);
}

position_t forging_time(forging_t *self, position_t from, position_t to) {
    decoded_t event;
    position_t at = from + luck_below(&self->luck, to - from + 1);
    insist(read_event(self, at, &event));
    event.event.time++;
    write_event(self, &event.event);
    return at;
}

static const signer_t *signer_of(const forging_t *self, pubkey_t key) {
    for (int i = 0; i < self->works->people_n; i++)
        if (pubkey_equal(signer_key(self->works->people[i].signer), key))
            return self->works->people[i].signer;
    return NULL;
}

/* The command that its sender claims to have written a moment earlier. */
static void say_again(forging_t *self, decoded_t *event, const signer_t *signer) {
    buffer_t command = {0}, whole = {0};
    problem_t problem = {0};
    event->command.claimed--;
    company_check(record_encode(&command_record, &event->command, &command, &problem), &problem);
    struct signed_command s;
    signed_alone(signer, buffer_bytes(&command), &s);
    company_check(record_encode(&signed_command_record, &s, &whole, &problem), &problem);
    event->event.scheme = s.scheme;
    event->event.key = s.key;
    event->event.signature = s.signature;
    event->event.command = s.command;
    event->event.index = event->event.size = 0; /* it may have been one of a batch */
    event->event.path = (bytes_t){NULL, 0};
    write_event(self, &event->event);
    digest_t digest = hash_bytes(buffer_bytes(&whole));
    sqlite3_stmt *stmt = prepared(self, "UPDATE command SET digest = ?2 WHERE position = ?1");
    sqlite3_bind_int64(stmt, 1, event->event.position);
    bind(stmt, 2, (bytes_t){digest.b, sizeof digest.b});
    run(stmt);
    buffer_free(&command);
    buffer_free(&whole);
}

position_t forging_words(forging_t *self, position_t from, position_t to, bool own) {
    position_t n = to - from + 1, first = luck_below(&self->luck, n);
    signer_t *stranger = company_signer(0xf0);
    position_t found = 0;
    for (position_t i = 0; i < n && !found; i++) {
        position_t at = from + (first + i) % n;
        decoded_t event;
        const signer_t *signer =
            read_event(self, at, &event) && !event.derived ? signer_of(self, event.event.key) : NULL;
        if (!signer)
            continue;
        say_again(self, &event, own ? signer : stranger);
        found = at;
    }
    signer_destroy(&stranger);
    return found;
}

void forging_cut(forging_t *self, position_t last) {
    run_at(self, "DELETE FROM event WHERE position > ?1", last);
    run_at(self, "DELETE FROM command WHERE position > ?1", last);
    run_at(self, "DELETE FROM note WHERE position > ?1", last);
}

/* ---- the tree ---- */

static void put_meta(forging_t *self, const char *key, bytes_t value) {
    sqlite3_stmt *stmt = prepared(self, "INSERT OR REPLACE INTO meta VALUES (?1, ?2)");
    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
    bind(stmt, 2, value);
    run(stmt);
}

static void put_node(forging_t *self, unsigned level, uint64_t number, digest_t hash) {
    sqlite3_stmt *stmt = prepared(self, "INSERT OR REPLACE INTO node VALUES (?1, ?2, ?3)");
    sqlite3_bind_int64(stmt, 1, level);
    sqlite3_bind_int64(stmt, 2, (int64_t) number);
    bind(stmt, 3, (bytes_t){hash.b, sizeof hash.b});
    run(stmt);
}

static void make_tree(forging_t *self, frontier_t *out) {
    sqlite3_stmt *stmt = prepared(self, "SELECT bytes FROM event ORDER BY position");
    *out = (frontier_t){0};
    run(prepared(self, "DELETE FROM node"));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        digest_t leaf = hash_leaf((bytes_t){sqlite3_column_blob(stmt, 0),
                                            (size_t) sqlite3_column_bytes(stmt, 0)});
        for (unsigned level = NODE_STEP;
             level < 64 && (out->size + 1) % (UINT64_C(1) << level) == 0; level += NODE_STEP)
            put_node(self, level, out->size >> level, frontier_complete(out, leaf, level));
        frontier_append(out, leaf);
    }
    sqlite3_finalize(stmt);
}

void forging_tree(forging_t *self) {
    frontier_t frontier;
    uint8_t size[8];
    make_tree(self, &frontier);
    digest_t root = frontier_root(&frontier);
    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t) (frontier.size >> (56 - 8 * i));
    put_meta(self, "frontier.size", (bytes_t){size, sizeof size});
    put_meta(self, "frontier.roots",
             (bytes_t){frontier.at[0].b,
                       (size_t) __builtin_popcountll(frontier.size) * sizeof(digest_t)});
    put_meta(self, "frontier.root", (bytes_t){root.b, sizeof root.b});
}

/* ---- checkpoints ---- */

void forging_no_checkpoints(forging_t *self) { run(prepared(self, "DELETE FROM note")); }

static void put_note(forging_t *self, position_t position, const buffer_t *note) {
    sqlite3_stmt *stmt = prepared(self, "INSERT OR REPLACE INTO note VALUES (?1, ?2)");
    sqlite3_bind_int64(stmt, 1, (int64_t) position);
    bind(stmt, 2, buffer_bytes(note));
    run(stmt);
}

void forging_checkpoint(forging_t *self, const signer_t *archiver) {
    frontier_t frontier;
    buffer_t note = {0};
    make_tree(self, &frontier);
    tree_head_t head = {.ledger = self->works->company->site->ledger,
                        .position = frontier.size,
                        .root = frontier_root(&frontier),
                        .time = COMPANY_START};
    forging_no_checkpoints(self);
    checkpoint_write(archiver, &head, &note);
    put_note(self, head.position, &note);
    buffer_free(&note);
}

void forging_cosignature(forging_t *self) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT position, note FROM note ORDER BY position DESC LIMIT 1");
    buffer_t note = {0};
    signed_note_t read;
    signer_t *stranger = company_signer(0xf1);
    insist(sqlite3_step(stmt) == SQLITE_ROW);
    position_t position = (position_t) sqlite3_column_int64(stmt, 0);
    insist(signed_note_read((text_t){(const char *) sqlite3_column_blob(stmt, 1),
                                     (size_t) sqlite3_column_bytes(stmt, 1)},
                            &read, NULL) == 0);
    buffer_put(&note, sqlite3_column_blob(stmt, 1), (size_t) sqlite3_column_bytes(stmt, 1));
    checkpoint_cosign(stranger, TEXT("witness-" WORKS_WITNESS), read.text, COMPANY_START, &note);
    sqlite3_finalize(stmt);
    put_note(self, position, &note);
    signer_destroy(&stranger);
    buffer_free(&note);
}
