/* SPDX-License-Identifier: Apache-2.0
 *
 * says: what a file says, row for row, and whether the audit finds something in it.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/audit.h"
#include "common/event/named.h"
#include "common/ledger/blobs.h"
#include "tests/seal/seal.h"

/* The rows that carry something, in a stable order, and events by whatever else they are asked for. */
static const char *const carrying[] = {
    "SELECT position, scope, opens, object, leaf, bytes FROM event ORDER BY position",
    "SELECT id, position, digest FROM command ORDER BY position",
    "SELECT object, position FROM event ORDER BY object, position",
    "SELECT position FROM event WHERE scope < 5 ORDER BY position",
    "SELECT scope, position FROM event WHERE opens = 1 ORDER BY scope, position",
    "SELECT position, note FROM note ORDER BY position",
    "SELECT position, checkpoint, key, signature FROM checkpoint ORDER BY position",
};
enum { TABLES = sizeof carrying / sizeof *carrying, NOTES_FROM = 5, ROWS_MAX = 200000 };

static rows_t original[TABLES], documents, scratch;
static digest_t *named;
static size_t named_n;

/* ---- rows ---- */

void rows_clear(rows_t *self) {
    buffer_clear(&self->bytes);
    self->n = 0;
}

void rows_free(rows_t *self) {
    buffer_free(&self->bytes);
    free(self->at);
    *self = (rows_t){.n = 0};
}

void rows_put(rows_t *self, sqlite3_stmt *stmt) {
    if ((self->n & (self->n - 1)) == 0)
        self->at = memory_grow(self->at, self->n ? self->n * 2 : 1, sizeof *self->at);
    self->at[self->n++] = self->bytes.n;
    for (int i = 0; i < sqlite3_column_count(stmt); i++) {
        uint8_t type = (uint8_t) sqlite3_column_type(stmt, i); /* before anything converts it */
        buffer_put(&self->bytes, &type, 1);
        if (type == SQLITE_INTEGER || type == SQLITE_NULL) {
            int64_t value = sqlite3_column_int64(stmt, i);
            buffer_put(&self->bytes, &value, sizeof value);
            continue;
        }
        const void *p = sqlite3_column_blob(stmt, i);
        uint32_t n = (uint32_t) sqlite3_column_bytes(stmt, i);
        buffer_put(&self->bytes, &n, sizeof n);
        if (n)
            buffer_put(&self->bytes, p, n);
    }
}

bytes_t rows_get(const rows_t *self, size_t i) {
    size_t end = i + 1 < self->n ? self->at[i + 1] : self->bytes.n;
    return (bytes_t){self->bytes.p + self->at[i], end - self->at[i]};
}

static bool same(const rows_t *a, const rows_t *b) {
    return a->bytes.n == b->bytes.n &&
           (a->bytes.n == 0 || memcmp(a->bytes.p, b->bytes.p, a->bytes.n) == 0);
}

/* ---- a file ---- */

sqlite3 *image_open(uint8_t *image, size_t n) {
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
        sqlite3_deserialize(db, "main", image, (sqlite3_int64) n, (sqlite3_int64) n,
                            SQLITE_DESERIALIZE_READONLY) == SQLITE_OK)
        return db;
    sqlite3_close(db);
    return NULL;
}

/* false: it cannot be read to the end. A tree that leads back into itself has none. */
static bool read_table(sqlite3 *db, const char *query, rows_t *out) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, query, -1, &stmt, NULL);
    rows_clear(out);
    if (rc == SQLITE_ERROR) /* no such table: an older archive */
        return true;
    while ((rc == SQLITE_OK || rc == SQLITE_ROW) && out->n <= ROWS_MAX) {
        rc = sqlite3_step(stmt);
        if (rc == SQLITE_ROW)
            rows_put(out, stmt);
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE;
}

/* Addresses of all documents that are there, each with what it opens to: not its cipher. */
static bool read_documents(sqlite3 *db, rows_t *out) {
    sqlite3_stmt *stmt = NULL;
    buffer_t salted = {0};
    bool right = true;
    int rc = sqlite3_prepare_v2(db, "SELECT address FROM blob ORDER BY address", -1, &stmt, NULL);
    rows_clear(out);
    if (rc == SQLITE_ERROR)
        return true;
    while ((rc == SQLITE_OK || rc == SQLITE_ROW) && right && out->n <= ROWS_MAX) {
        digest_t address = {{0}};
        rc = sqlite3_step(stmt);
        if (rc != SQLITE_ROW)
            break;
        rows_put(out, stmt);
        if (sqlite3_column_bytes(stmt, 0) == (int) sizeof address.b)
            memcpy(address.b, sqlite3_column_blob(stmt, 0), sizeof address.b);
        right = blobs_try_get(db, address, &salted) == SQLITE_ROW &&
                digest_equal(blob_address(buffer_bytes(&salted)), address);
    }
    sqlite3_finalize(stmt);
    buffer_free(&salted);
    return right && rc == SQLITE_DONE;
}

said_t says(uint8_t *image, size_t n) {
    sqlite3 *db = image_open(image, n);
    said_t said = db ? SAID_SAME : SAID_OTHER;
    for (size_t t = 0; t < TABLES && said != SAID_OTHER; t++) {
        bool readable = read_table(db, carrying[t], &scratch);
        bool equal = readable && same(&scratch, &original[t]);
        if (!equal)
            said = readable && t >= NOTES_FROM && scratch.n < original[t].n ? SAID_LESS : SAID_OTHER;
    }
    if (said != SAID_OTHER && (!read_documents(db, &scratch) || !same(&scratch, &documents)))
        said = SAID_OTHER;
    sqlite3_close(db);
    return said;
}

/* ---- learning ---- */

static bool put_named(void *arg, digest_t document) {
    (void) arg;
    named = memory_grow(named, named_n + 1, sizeof *named);
    named[named_n++] = document;
    return true;
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, sizeof(digest_t)); }

static void learn_named(sqlite3 *db) {
    sqlite3_stmt *stmt = NULL;
    arena_t *arena = arena_new(0);
    insist(sqlite3_prepare_v2(db, "SELECT bytes FROM event ORDER BY position", -1, &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        decoded_t event;
        arena_reset(arena);
        insist(event_decode((bytes_t){sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0)},
                            arena, &event, NULL) == 0);
        if (!event.derived)
            named_blobs(event.info->kind, event.body, put_named, NULL);
    }
    sqlite3_finalize(stmt);
    arena_destroy(&arena);
    qsort(named, named_n, sizeof *named, by_bytes);
}

/* Else nobody would miss it: the audit looks for what events name. */
static void insist_all_are_named(void) {
    for (size_t i = 0; i < documents.n; i++) {
        digest_t address;
        memcpy(address.b, rows_get(&documents, i).p + 1 + sizeof(uint32_t), sizeof address.b);
        insist(named_n && bsearch(&address, named, named_n, sizeof *named, by_bytes));
    }
}

void says_learn(void) {
    sqlite3 *db = image_open(sealed.file.p, sealed.file.n);
    insist(db);
    for (size_t t = 0; t < TABLES; t++)
        insist(read_table(db, carrying[t], &original[t]));
    insist(read_documents(db, &documents));
    learn_named(db);
    insist_all_are_named();
    sqlite3_close(db);
}

/* ---- the audit ---- */

bool audit_finds(const uint8_t *image, size_t n, const char *path, audit_work_t work) {
    const bool whole = work == AUDIT_WHOLE;
    const audit_checkpoint_t given = {buffer_bytes(&sealed.note), "mailbox"};
    const audit_options_t options = {.signatures = whole,
                                     .decisions = whole,
                                     .documents = whole,
                                     .threads = 1,
                                     .ledger = &sealed.ledger,
                                     .checkpoints = &given,
                                     .checkpoints_n = sealed.note.n ? 1 : 0};
    audit_t audit;
    file_write(path, image, n);
    int found = audit_run(path, &options, &audit);
    audit_free(&audit);
    return found != 0;
}

bool image_judged(buffer_t *image, const char *path, counts_t *counts) {
    const uint64_t failed = counts->failed;
    counts->tried++;
    if (audit_finds(image->p, image->n, path, AUDIT_ROWS))
        counts->found++;
    else if (says(image->p, image->n) != SAID_OTHER)
        counts->nothing++;
    else if (audit_finds(image->p, image->n, path, AUDIT_WHOLE))
        counts->found++;
    else
        counts->failed++;
    return counts->failed == failed;
}
