/* SPDX-License-Identifier: Apache-2.0
 *
 * turned: a bit of the sealed file, turned. What it touches is read again: the rows of its page (of its
 * tree where the page is no leaf). If they are the same, the bit carries nothing. If not, each of the
 * audit's own reasons is looked for in them: the position that follows, the leaf's hash, the columns of the
 * event's row, the command under its id, the document by its address, the checkpoint by its signature. Where
 * none is there the audit itself is asked, and has to find it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/crypto/hash.h"
#include "common/ledger/checkpoint.h"
#include "tests/seal/seal.h"

typedef enum judged { NOTHING, FOUND, ASK /* the audit has to find it */, READ /* all of it */ } judged_t;

static page_reader_t reader;
static const page_t *reading;
static rows_t row, others;

/* ---- an event ---- */

static bool column_typed(sqlite3_stmt *stmt, int first) {
    for (int i = first; i < first + 5; i++)
        if (sqlite3_column_type(stmt, i) != (i < first + 2 ? SQLITE_INTEGER : SQLITE_BLOB))
            return false;
    return true;
}

static bytes_t column(sqlite3_stmt *stmt, int i) {
    const void *p = sqlite3_column_blob(stmt, i);
    size_t n = (size_t) sqlite3_column_bytes(stmt, i);
    return (bytes_t){n ? p : (const uint8_t *) "", n};
}

/* The event's own bytes, of a row as rows_put puts it: its last column. */
static bool ends_with(bytes_t whole, bytes_t end) {
    return whole.n >= end.n && memcmp(whole.p + whole.n - end.n, end.p, end.n) == 0;
}

static int64_t number_of(const rows_t *rows, size_t i) {
    int64_t number;
    memcpy(&number, rows_get(rows, i).p + 1, sizeof number); /* its type stands before it */
    return number;
}

/* The first row that differs: number i of the page's. Columns: row number, position (not stored), scope, opens,
   object, leaf, bytes. */
static judged_t event_differs(sqlite3_stmt *stmt, size_t i) {
    int64_t follows = i < reader.rows.n ? number_of(&reader.rows, i) : number_of(&reader.rows, i - 1) + 1;
    if (sqlite3_column_int64(stmt, 0) != follows) /* events are missing, or come again */
        return FOUND;
    if (!column_typed(stmt, 2))
        return FOUND;
    bytes_t stored = column(stmt, 5), bytes = column(stmt, 6);
    digest_t leaf = hash_leaf(bytes);
    if (stored.n != sizeof leaf.b || memcmp(stored.p, leaf.b, sizeof leaf.b) != 0)
        return FOUND;
    /* the same event, filed as something that it is not */
    return i < reader.rows.n && ends_with(rows_get(&reader.rows, i), bytes) ? FOUND : ASK;
}

/* ---- a checkpoint ---- */

static bool signed_by_archiver(const signed_note_t *note, size_t line) {
    static const note_algorithm_t algorithms[] = {SIGNED_ED25519, SIGNED_COSIGNATURE};
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        const verifier_key_t key = {note->lines[line].name, algorithms[i], sealed.archiver};
        signed_note_t alone = {.text = note->text, .lines = {note->lines[line]}, .n = 1};
        if (note->lines[line].id == verifier_key_id(&key) && signed_note_by(&alone, &key, NULL) == SIGNED_VALID)
            return true;
    }
    return false;
}

/* Its archiver's, of the position at which it stands, and no line is a stranger's. A witness's may be right:
   who that is, the audit knows. */
static bool note_holds(int64_t position, bytes_t bytes) {
    signed_note_t note;
    tree_head_t head;
    char name[CHECKPOINT_ORIGIN_MAX];
    const text_t origin = checkpoint_origin(sealed.ledger, name);
    if (checkpoint_verify(bytes, sealed.ledger, sealed.archiver, &head, NULL) != 0 ||
        (int64_t) head.position != position || !head.time)
        return false;
    insist(checkpoint_read(bytes, &note, &head, NULL) == 0);
    for (size_t i = 0; i < note.n; i++)
        if (text_equal(note.lines[i].name, origin) && !signed_by_archiver(&note, i))
            return false;
    return true;
}

/* Columns: row number, position (not stored), note. */
static judged_t note_differs(sqlite3_stmt *stmt) {
    return note_holds(sqlite3_column_int64(stmt, 0), column(stmt, 2)) ? ASK : FOUND;
}

/* ---- rows that are looked up by what they say ---- */

static bool among(bytes_t wanted, const rows_t *rows, size_t near) {
    if (near < rows->n && rows_get(rows, near).n == wanted.n &&
        memcmp(rows_get(rows, near).p, wanted.p, wanted.n) == 0)
        return true;
    for (size_t i = 0; i < rows->n; i++)
        if (rows_get(rows, i).n == wanted.n && memcmp(rows_get(rows, i).p, wanted.p, wanted.n) == 0)
            return true;
    return false;
}

/* From row i on it is not what it was. A row that was there and is not is found: an event's command under its
   id, a document under its address, an index's entry by SQLite's own check, which looks up each row. */
static judged_t keyed_differ(sqlite3_stmt *stmt, size_t i) {
    int rc = SQLITE_ROW;
    rows_clear(&others);
    for (; rc == SQLITE_ROW && others.n <= reader.rows.n + 8; rc = sqlite3_step(stmt))
        rows_put(&others, stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return FOUND;
    for (size_t k = i; k < reader.rows.n && rc == SQLITE_DONE; k++)
        if (!among(rows_get(&reader.rows, k), &others, k - i))
            return FOUND;
    return ASK;
}

/* ---- a page ---- */

static judged_t differs(sqlite3_stmt *stmt, size_t i) {
    switch (reading->holds) {
    case HOLDS_EVENTS: return event_differs(stmt, i);
    case HOLDS_NOTES: return note_differs(stmt);
    case HOLDS_RECORDS: return ASK;
    case HOLDS_SCHEMA: return READ;
    case HOLDS_COMMANDS:
    case HOLDS_DOCUMENTS:
    case HOLDS_KEYS:
    case HOLDS_INDEX: return keyed_differ(stmt, i);
    case HOLDS_NOTHING: break;
    }
    return NOTHING;
}

/* Rows from here on are no more. A checkpoint less may say the same. */
static judged_t ended(void) {
    switch (reading->holds) {
    case HOLDS_SCHEMA: return READ;
    case HOLDS_NOTES:
    case HOLDS_RECORDS: return ASK;
    case HOLDS_EVENTS:
    case HOLDS_COMMANDS:
    case HOLDS_DOCUMENTS:
    case HOLDS_KEYS:
    case HOLDS_INDEX: return FOUND;
    case HOLDS_NOTHING: break;
    }
    return NOTHING;
}

/* Each leaf's first and last row is found by its number: then all between them are. */
static bool edges_found(void) {
    bool found = true;
    for (size_t i = 0; i < reader.edges_n && found; i++) {
        sqlite3_bind_int64(reader.one, 1, reader.edges[i]);
        found = sqlite3_step(reader.one) == SQLITE_ROW && sqlite3_column_int64(reader.one, 0) == reader.edges[i];
        sqlite3_reset(reader.one);
    }
    return found;
}

static judged_t read_rows(sqlite3_stmt *stmt) {
    size_t i = 0;
    int rc;
    for (; (rc = sqlite3_step(stmt)) == SQLITE_ROW; i++) {
        rows_clear(&row);
        rows_put(&row, stmt);
        bytes_t before = i < reader.rows.n ? rows_get(&reader.rows, i) : (bytes_t){.n = 0};
        if (before.n != row.bytes.n || memcmp(before.p, row.bytes.p, before.n) != 0)
            return differs(stmt, i);
    }
    if (rc != SQLITE_DONE)
        return reading->holds == HOLDS_SCHEMA ? READ : FOUND;
    return i < reader.rows.n ? ended() : edges_found() ? NOTHING : ASK;
}

/* The first page: what SQLite knows of the file is from before, so it is opened anew. Its first hundred bytes
   say how all the others are read (file format 1.3). */
static judged_t read_schema(size_t byte) {
    sqlite3_stmt *stmt = NULL;
    judged_t verdict = READ;
    if (byte < 100)
        return READ;
    sqlite3 *db = image_open(sealed.file.p, sealed.file.n);
    if (db && sqlite3_prepare_v2(db, "SELECT rowid, * FROM sqlite_schema", -1, &stmt, NULL) == SQLITE_OK)
        verdict = read_rows(stmt);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return verdict;
}

static judged_t look(size_t byte) {
    if (reading->holds == HOLDS_NOTHING)
        return NOTHING;
    if (reading->holds == HOLDS_SCHEMA)
        return read_schema(byte);
    page_reader_again(&reader);
    return read_rows(reader.all);
}

static void failed(counts_t *counts, size_t bit, const char *what) {
    counts->failed++;
    printf("bit %zu of byte %zu: %s\n", bit & 7, bit >> 3, what);
}

/* What the look at one page said, by the whole file. */
static void compare(counts_t *counts, size_t bit, judged_t verdict, const char *path) {
    counts->compared++;
    if (verdict == NOTHING && says(sealed.file.p, sealed.file.n) != SAID_SAME)
        failed(counts, bit, "it was said to carry nothing, and the file says something else");
    if (verdict == FOUND && !audit_finds(sealed.file.p, sealed.file.n, path, AUDIT_WHOLE))
        failed(counts, bit, "it was said to be found, and the audit finds nothing");
}

static void turn(size_t bit, bool control, counts_t *counts, const char *path) {
    const uint8_t mask = (uint8_t) (1 << (bit & 7));
    sealed.file.p[bit >> 3] ^= mask;
    judged_t verdict = look(bit >> 3);
    counts->tried++;
    counts->asked += verdict == ASK || verdict == READ;
    if (verdict == READ)
        verdict = says(sealed.file.p, sealed.file.n) == SAID_SAME ? NOTHING : ASK;
    if (verdict == ASK && (audit_finds(sealed.file.p, sealed.file.n, path, AUDIT_ROWS) ||
                           audit_finds(sealed.file.p, sealed.file.n, path, AUDIT_WHOLE)))
        verdict = FOUND;
    if (verdict == ASK)
        failed(counts, bit, "what changed was called sound");
    else if (control)
        compare(counts, bit, verdict, path);
    counts->found += verdict == FOUND;
    counts->nothing += verdict == NOTHING;
    sealed.file.p[bit >> 3] ^= mask;
}

void turned(size_t from, size_t to, size_t every, size_t control, counts_t *counts, const char *path) {
    size_t bit = (from * 8 + every - 1) / every * every;
    if (bit >= to * 8)
        return;
    insist(from / page_size == (to - 1) / page_size);
    reading = page_of(from);
    if (reading->holds != HOLDS_NOTHING)
        page_reader_open(&reader, reading);
    for (; bit < to * 8; bit += every)
        turn(bit, control && bit / every % control == 0, counts, path);
    if (reading->holds != HOLDS_NOTHING)
        page_reader_close(&reader);
}
