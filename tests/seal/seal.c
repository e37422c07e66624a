/* SPDX-License-Identifier: Apache-2.0
 *
 * seal: whether an archive that was touched is called sound. Every bit of a sealed one is turned, one at
 * a time; and it is tampered with as somebody would who knows how it is made: rows swapped, deleted,
 * inserted, cut off, written anew and signed with other keys, its log cut. Whatever changes an event, a
 * signature, a document or a checkpoint must be found; whatever is called sound must say, row for row,
 * what the sealed one says.
 *
 *     seal ARCHIVE [--every N] [--first BIT] [--tampers N] [--seed S] [--seconds T] [--jobs N]
 *
 * Ends with "N passed, M failed". The check of a turned bit: all rows that are read from its page's
 * b-tree are read again; those that differ are judged by the functions that the audit uses. A bit of a
 * page from which nothing is read (indexes that are made anew, empty room) carries nothing; each 1009th
 * is checked in full all the same. The audit itself runs on every tampered archive.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/daemon/audit.h"
#include "common/ledger/blobs.h"

typedef struct counts { uint64_t tried, found, nothing, failed; } counts_t;

static buffer_t sealed;          /* the file */
static digest_t sealed_ledger;
static buffer_t sealed_note;     /* its newest checkpoint, as it would lie in somebody's mailbox */
static uint64_t state;

static uint64_t draw(void) { /* SplitMix64 */
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t n) { return n ? draw() % n : 0; }

/* ---- what a file says ---- */

/* The rows that carry something, in a stable order. Documents by their content, not by their cipher. */
static const char *const carrying[] = {
    "SELECT position, scope, opens, object, leaf, bytes FROM event ORDER BY position",
    "SELECT id, position, digest FROM command ORDER BY position",
    "SELECT position, note FROM note ORDER BY position",
    "SELECT position, checkpoint, key, signature FROM checkpoint ORDER BY position",
};
enum { TABLES = sizeof carrying / sizeof *carrying };

enum { ROWS_MAX = 20000 };

typedef struct said {
    buffer_t rows;       /* all of one table's rows, one after the other */
    size_t *at; size_t n;
} said_t;

static void put_row(said_t *self, sqlite3_stmt *stmt) {
    self->at = realloc(self->at, (self->n + 1) * sizeof *self->at);
    self->at[self->n++] = self->rows.n;
    for (int i = 0; i < sqlite3_column_count(stmt); i++) {
        const void *p = sqlite3_column_blob(stmt, i);
        uint32_t n = (uint32_t) sqlite3_column_bytes(stmt, i);
        uint8_t type = (uint8_t) sqlite3_column_type(stmt, i);
        buffer_put(&self->rows, &type, 1);
        buffer_put(&self->rows, &n, sizeof n);
        if (n)
            buffer_put(&self->rows, p, n);
    }
}

/* false: it cannot be read to the end. */
static bool read_table(sqlite3 *db, const char *sql, said_t *out) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    buffer_clear(&out->rows);
    out->n = 0;
    if (rc == SQLITE_ERROR) /* no such table: an older archive */
        return true;
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        if (rc == SQLITE_ROW)
            put_row(out, stmt);
        if (out->n > ROWS_MAX)
            break;
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE;
}

/* Addresses and contents of all documents that are there. */
static bool read_documents(sqlite3 *db, said_t *out, bool *wrong) {
    sqlite3_stmt *stmt = NULL;
    buffer_t salted = {0};
    int rc = sqlite3_prepare_v2(db, "SELECT address FROM blob ORDER BY address", -1, &stmt, NULL);
    buffer_clear(&out->rows);
    out->n = 0;
    *wrong = false;
    if (rc == SQLITE_ERROR)
        return true;
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        digest_t address = {{0}};
        rc = sqlite3_step(stmt);
        if (rc != SQLITE_ROW)
            break;
        if (sqlite3_column_bytes(stmt, 0) == 32)
            memcpy(address.b, sqlite3_column_blob(stmt, 0), 32);
        put_row(out, stmt);
        if (out->n > ROWS_MAX) /* a b-tree that leads back into itself has no end */
            break;
        *wrong |= blobs_try_get(db, address, &salted) != SQLITE_ROW ||
                  !digest_equal(blob_address(buffer_bytes(&salted)), address);
    }
    sqlite3_finalize(stmt);
    buffer_free(&salted);
    return rc == SQLITE_DONE;
}

static bool same(const said_t *a, const said_t *b) {
    return a->rows.n == b->rows.n && (a->rows.n == 0 || memcmp(a->rows.p, b->rows.p, a->rows.n) == 0);
}

/* ---- a turned bit ---- */

static said_t original[TABLES], documents, scratch;

/* Which of the tables above (bit of their number; TABLES: documents) are read from a page. SQLite reads
   what it asks for by the pages of those b-trees alone, and does the same whatever the others hold. */
enum { DOCUMENTS = 1 << TABLES, EVERYTHING = DOCUMENTS * 2 - 1, CONTROL = 1009 };
static uint8_t *page_reads;
static size_t page_size;

static void reads(sqlite3 *db, int root, uint8_t what) {
    sqlite3_stmt *stmt = NULL;
    insist(sqlite3_prepare_v2(db,
                              "SELECT pageno FROM dbstat WHERE name = (SELECT name FROM dbstat WHERE pageno = ?1)",
                              -1, &stmt, NULL) == SQLITE_OK);
    sqlite3_bind_int(stmt, 1, root);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        page_reads[sqlite3_column_int(stmt, 0) - 1] |= what;
    sqlite3_finalize(stmt);
}

/* The roots that a query opens, by its program. */
static void learn_query(sqlite3 *db, const char *sql, uint8_t what) {
    sqlite3_stmt *stmt = NULL;
    char *explain = sqlite3_mprintf("EXPLAIN %s", sql);
    if (sqlite3_prepare_v2(db, explain, -1, &stmt, NULL) == SQLITE_OK)
        while (sqlite3_step(stmt) == SQLITE_ROW)
            if (strcmp((const char *) sqlite3_column_text(stmt, 1), "OpenRead") == 0)
                reads(db, sqlite3_column_int(stmt, 3), what);
    sqlite3_finalize(stmt);
    sqlite3_free(explain);
}

static void learn_pages(sqlite3 *db) {
    sqlite3_stmt *stmt = NULL;
    insist(sqlite3_prepare_v2(db, "PRAGMA page_size", -1, &stmt, NULL) == SQLITE_OK &&
           sqlite3_step(stmt) == SQLITE_ROW);
    page_size = (size_t) sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    page_reads = calloc(sealed.n / page_size + 1, 1);
    insist(page_reads);
    reads(db, 1, EVERYTHING); /* the schema */
    for (size_t t = 0; t < TABLES; t++)
        learn_query(db, carrying[t], (uint8_t) (1 << t));
    insist(sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_master WHERE tbl_name LIKE 'blob%'", -1,
                              &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        reads(db, sqlite3_column_int(stmt, 0), DOCUMENTS);
    sqlite3_finalize(stmt);
}

static sqlite3 *open_image(uint8_t *image, size_t n) {
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        sqlite3_deserialize(db, "main", image, (sqlite3_int64) n, (sqlite3_int64) n,
                            SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
        sqlite3_close(db);
        return NULL;
    }
    return db;
}

/* An event's row as an audit takes it: found when its bytes, its hash or its filing do not fit. What fits
   within itself is another event, and found by the root. */
static bool event_row_found(sqlite3 *db) {
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    frontier_t frontier = {0};
    if (sqlite3_prepare_v2(db, carrying[0], -1, &stmt, NULL) != SQLITE_OK)
        return true;
    signed_note_t note;
    tree_head_t head = {.position = 0};
    checkpoint_read(buffer_bytes(&sealed_note), &note, &head, NULL);
    int rc;
    while (!found && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        bytes_t bytes = {sqlite3_column_blob(stmt, 5), (size_t) sqlite3_column_bytes(stmt, 5)};
        digest_t leaf = hash_leaf(bytes.p ? bytes : (bytes_t){(const uint8_t *) "", 0});
        decoded_t event;
        arena_t *arena = arena_new(0);
        found = sqlite3_column_int64(stmt, 0) != (int64_t) frontier.size + 1 ||
                sqlite3_column_bytes(stmt, 4) != 32 ||
                memcmp(sqlite3_column_blob(stmt, 4), leaf.b, 32) != 0 ||
                event_decode(bytes, arena, &event, NULL) != 0 ||
                event.event.position != (int64_t) frontier.size + 1 ||
                sqlite3_column_int64(stmt, 1) != (int64_t) event.info->scope ||
                sqlite3_column_int64(stmt, 2) != ((event.info->flags & OPENS) != 0) ||
                sqlite3_column_bytes(stmt, 3) != 16 ||
                memcmp(sqlite3_column_blob(stmt, 3), event.event.object.b, 16) != 0;
        arena_destroy(&arena);
        if (found)
            break;
        frontier_append(&frontier, leaf);
        if (frontier.size == head.position)
            found = !digest_equal(frontier_root(&frontier), head.root);
    }
    sqlite3_finalize(stmt);
    return found || frontier.size < head.position;
}

/* By the whole audit, on a file. */
static int audited(const uint8_t *image, size_t n, const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    insist(fd >= 0 && write(fd, image, n) == (ssize_t) n);
    close(fd);
    audit_checkpoint_t given = {buffer_bytes(&sealed_note), "mailbox"};
    audit_options_t options = {.signatures = true,
                               .decisions = true,
                               .documents = true,
                               .threads = 1,
                               .ledger = &sealed_ledger,
                               .checkpoints = &given,
                               .checkpoints_n = sealed_note.n ? 1 : 0};
    audit_t audit;
    int found = audit_run(path, &options, &audit);
    audit_free(&audit);
    return found;
}

static void flip(size_t bit, counts_t *counts, const char *path) {
    uint8_t mask = (uint8_t) (1 << (bit & 7));
    uint8_t asked = bit % CONTROL ? page_reads[(bit >> 3) / page_size] : EVERYTHING;
    if (!asked) {
        counts->tried++;
        counts->nothing++;
        return;
    }
    sealed.p[bit >> 3] ^= mask;
    sqlite3 *db = open_image(sealed.p, sealed.n);
    bool readable = db != NULL, wrong = false, changed = false, found = false;
    for (size_t t = 0; t < TABLES && readable && !found; t++) {
        if (!(asked & 1 << t))
            continue;
        readable = read_table(db, carrying[t], &scratch);
        if (!readable || same(&scratch, &original[t]))
            continue;
        changed = true;
        /* an event: what its row says; else the whole audit is asked, seldom */
        found = t == 0 && event_row_found(db);
    }
    if (readable && !found && asked & DOCUMENTS) {
        readable = read_documents(db, &scratch, &wrong);
        changed |= !same(&scratch, &documents);
        found = wrong;
    }
    sqlite3_close(db);
    counts->tried++;
    if ((!readable || found || changed) && !page_reads[(bit >> 3) / page_size]) {
        counts->failed++;
        printf("bit %zu of byte %zu: a page that nobody reads says something\n", bit & 7, bit >> 3);
    } else if (!readable || found)
        counts->found++;
    else if (!changed)
        counts->nothing++;
    else if (audited(sealed.p, sealed.n, path) != 0)
        counts->found++;
    else {
        counts->failed++;
        printf("bit %zu of byte %zu: what changed was called sound\n", bit & 7, bit >> 3);
    }
    sealed.p[bit >> 3] ^= mask;
}

/* ---- tampering ---- */

static void run_sql(sqlite3 *db, const char *sql) {
    sqlite3_exec(db, sql, NULL, NULL, NULL); /* what SQLite refuses is not done */
}

__attribute__((format(printf, 2, 3))) static void sql(sqlite3 *db, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = sqlite3_vmprintf(format, list);
    va_end(list);
    run_sql(db, text);
    sqlite3_free(text);
}

static long long last_position(sqlite3 *db) {
    sqlite3_stmt *stmt = NULL;
    long long last = 0;
    if (sqlite3_prepare_v2(db, "SELECT max (position) FROM event", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        last = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return last;
}

/* What whoever knows the format would mend: leaves, frontier, root. */
static void mend(sqlite3 *db) {
    sqlite3_stmt *stmt = NULL, *put = NULL;
    frontier_t frontier = {0};
    sqlite3_prepare_v2(db, "SELECT position, bytes FROM event ORDER BY position", -1, &stmt, NULL);
    sqlite3_prepare_v2(db, "UPDATE event SET leaf = ?2 WHERE position = ?1", -1, &put, NULL);
    while (stmt && put && sqlite3_step(stmt) == SQLITE_ROW) {
        bytes_t bytes = {sqlite3_column_blob(stmt, 1), (size_t) sqlite3_column_bytes(stmt, 1)};
        digest_t leaf = hash_leaf(bytes);
        frontier_append(&frontier, leaf);
        sqlite3_bind_int64(put, 1, sqlite3_column_int64(stmt, 0));
        sqlite3_bind_blob(put, 2, leaf.b, 32, SQLITE_TRANSIENT);
        sqlite3_step(put);
        sqlite3_reset(put);
    }
    sqlite3_finalize(stmt);
    sqlite3_finalize(put);
    digest_t root = frontier_root(&frontier);
    if (sqlite3_prepare_v2(db, "UPDATE meta SET value = ?1 WHERE key = 'frontier.root'", -1, &put, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_blob(put, 1, root.b, 32, SQLITE_TRANSIENT);
        sqlite3_step(put);
    }
    sqlite3_finalize(put);
    run_sql(db, "DELETE FROM node");
}

/* One command said otherwise and signed with a key of the forger's, its event and its row made to fit. */
static void forge(sqlite3 *db, bool checkpoint) {
    sqlite3_stmt *stmt = NULL, *put = NULL;
    arena_t *arena = arena_new(0);
    decoded_t event;
    buffer_t command = {0}, bytes = {0};
    signer_t *forger = signer_new();
    sqlite3_prepare_v2(db, "SELECT e.position, e.bytes FROM event e JOIN command c USING (position) WHERE e.position > ?1"
                           " ORDER BY e.position LIMIT 1", -1, &stmt, NULL);
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64) below((uint64_t) last_position(db)));
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        bytes_t found = arena_bytes(arena, (bytes_t){sqlite3_column_blob(stmt, 1),
                                                     (size_t) sqlite3_column_bytes(stmt, 1)});
        if (event_decode(found, arena, &event, NULL) == 0 && !event.derived) {
            event.command.claimed -= 1;
            record_encode(&command_record, &event.command, &command, NULL);
            event.event.command = buffer_bytes(&command);
            event.event.key = signer_key(forger);
            event.event.signature = signer_sign(forger, DOMAIN_COMMAND, buffer_bytes(&command));
            record_encode(&event_record, &event.event, &bytes, NULL);
            const struct signed_command s = {.scheme = SCHEME_ED25519,
                                             .key = event.event.key,
                                             .signature = event.event.signature,
                                             .command = event.event.command};
            buffer_clear(&command);
            sqlite3_prepare_v2(db, "UPDATE event SET bytes = ?2 WHERE position = ?1", -1, &put, NULL);
            sqlite3_bind_int64(put, 1, event.event.position);
            sqlite3_bind_blob(put, 2, bytes.p, (int) bytes.n, SQLITE_TRANSIENT);
            sqlite3_step(put);
            sqlite3_finalize(put);
            buffer_t whole = {0};
            record_encode(&signed_command_record, &s, &whole, NULL);
            digest_t digest = hash_bytes(buffer_bytes(&whole));
            buffer_free(&whole);
            sqlite3_prepare_v2(db, "UPDATE command SET digest = ?2 WHERE position = ?1", -1, &put, NULL);
            sqlite3_bind_int64(put, 1, event.event.position);
            sqlite3_bind_blob(put, 2, digest.b, 32, SQLITE_TRANSIENT);
            sqlite3_step(put);
            sqlite3_finalize(put);
        }
    }
    sqlite3_finalize(stmt);
    mend(db);
    if (checkpoint) {
        tree_head_t head = {.ledger = sealed_ledger, .position = (position_t) last_position(db), .time = 1};
        buffer_t note = {0};
        checkpoint_write(forger, &head, &note);
        sql(db, "DELETE FROM checkpoint");
        if (sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO note VALUES (?1, ?2)", -1, &put, NULL) == SQLITE_OK) {
            sqlite3_bind_int64(put, 1, (int64_t) head.position);
            sqlite3_bind_blob(put, 2, note.p, (int) note.n, SQLITE_TRANSIENT);
            sqlite3_step(put);
        }
        sqlite3_finalize(put);
        buffer_free(&note);
    }
    signer_destroy(&forger);
    buffer_free(&command);
    buffer_free(&bytes);
    arena_destroy(&arena);
}

enum { SCRIBBLE, SWAP, DELETE_ROW, DELETE_TAIL, INSERT, TRUNCATE_FILE, FORGE, FORGE_ALL, DOCUMENT, NOTES, WAYS };
static const char *const ways[] = {"scribbled over",      "two rows swapped",    "a row deleted",
                                   "the end deleted",     "a row inserted",      "the file cut",
                                   "signed with another key", "and its checkpoint", "a document changed",
                                   "checkpoints taken away or moved"};

static void tamper_rows(sqlite3 *db, int way) {
    long long last = last_position(db);
    long long a = 1 + (long long) below((uint64_t) last), b = 1 + (long long) below((uint64_t) last);
    bool mends = below(2);
    switch (way) {
    case SWAP:
        sql(db, "CREATE TEMP TABLE t AS SELECT * FROM event WHERE position IN (%lld, %lld)", a, b);
        sql(db, "UPDATE event SET bytes = (SELECT bytes FROM t WHERE position = %lld), leaf = (SELECT leaf FROM t WHERE position = %lld) WHERE position = %lld", b, b, a);
        sql(db, "UPDATE event SET bytes = (SELECT bytes FROM t WHERE position = %lld), leaf = (SELECT leaf FROM t WHERE position = %lld) WHERE position = %lld", a, a, b);
        sql(db, "DROP TABLE temp.t");
        break;
    case DELETE_ROW:
        sql(db, "DELETE FROM event WHERE position = %lld", a);
        if (mends)
            sql(db, "DELETE FROM command WHERE position = %lld", a);
        break;
    case DELETE_TAIL:
        sql(db, "DELETE FROM event WHERE position > %lld", last - 1 - (long long) below(20));
        sql(db, "DELETE FROM command WHERE position > (SELECT max (position) FROM event)");
        sql(db, "DELETE FROM note WHERE position > (SELECT max (position) FROM event)");
        break;
    case INSERT:
        sql(db, "INSERT INTO event SELECT %lld, scope, opens, object, leaf, bytes FROM event WHERE position = %lld", last + 1, a);
        break;
    case DOCUMENT:
        sql(db, below(2) ? "DELETE FROM blob WHERE address = (SELECT address FROM blob LIMIT 1 OFFSET %lld)"
                         : "UPDATE blob SET salted = randomblob (length (salted)) WHERE address = (SELECT address FROM blob LIMIT 1 OFFSET %lld)",
            (long long) below(8));
        break;
    case NOTES:
        sql(db, below(2) ? "DELETE FROM note WHERE position >= %lld" : "UPDATE note SET position = position - 1 WHERE position >= %lld", a);
        break;
    default: break;
    }
    if (mends)
        mend(db);
}

static bool says_the_same(uint8_t *image, size_t n) {
    sqlite3 *db = open_image(image, n);
    bool equal = db != NULL, wrong = false;
    for (size_t t = 0; t < TABLES && equal; t++)
        /* a checkpoint less says less, and nothing else */
        equal = read_table(db, carrying[t], &scratch) &&
                (same(&scratch, &original[t]) || (t >= 2 && scratch.n < original[t].n));
    equal = equal && read_documents(db, &scratch, &wrong) && !wrong;
    sqlite3_close(db);
    return equal;
}

static void tamper(uint64_t number, uint64_t seed, counts_t *counts, const char *path) {
    state = seed * UINT64_C(1000003) + number;
    int way = (int) below(WAYS);
    buffer_t image = {0};
    buffer_put(&image, sealed.p, sealed.n);
    if (way == SCRIBBLE) {
        size_t at = below(image.n), n = 1 + below(64);
        for (size_t i = at; i < at + n && i < image.n; i++)
            image.p[i] = (uint8_t) draw();
    } else if (way == TRUNCATE_FILE) {
        image.n = below(image.n);
    } else {
        sqlite3 *db = NULL;
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        insist(fd >= 0 && write(fd, image.p, image.n) == (ssize_t) image.n);
        close(fd);
        insist(sqlite3_open(path, &db) == SQLITE_OK);
        run_sql(db, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN");
        if (way == FORGE || way == FORGE_ALL)
            forge(db, way == FORGE_ALL);
        else
            tamper_rows(db, way);
        run_sql(db, "COMMIT");
        sqlite3_close(db);
        struct stat status;
        fd = open(path, O_RDONLY | O_CLOEXEC);
        insist(fd >= 0 && fstat(fd, &status) == 0);
        buffer_free(&image);
        image.p = malloc((size_t) status.st_size + 1);
        image.n = image.room = (size_t) status.st_size;
        insist(read(fd, image.p, image.n) == (ssize_t) image.n);
        close(fd);
    }
    counts->tried++;
    if (audited(image.p, image.n, path) != 0)
        counts->found++;
    else if (says_the_same(image.p, image.n))
        counts->nothing++;
    else {
        counts->failed++;
        printf("tamper %llu of seed %llu, %s: called sound\n", (unsigned long long) number,
               (unsigned long long) seed, ways[way]);
    }
    buffer_free(&image);
}

/* ---- the log beside the file ---- */

/* The last rows lie in a WAL alone; it is cut, or a byte of it turned. */
static void tamper_log(uint64_t number, uint64_t seed, counts_t *counts, const char *folder) {
    char path[200], wal[256], copy[SEALED_PATH];
    state = seed * UINT64_C(7000003) + number;
    snprintf(path, sizeof path, "%.100s/log.db", folder);
    snprintf(wal, sizeof wal, "%s-wal", path);
    sqlite3 *db = NULL;
    unlink(wal);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    insist(fd >= 0 && write(fd, sealed.p, sealed.n) == (ssize_t) sealed.n);
    close(fd);
    insist(sqlite3_open(path, &db) == SQLITE_OK);
    long long last = last_position(db);
    sql(db, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;"
            "CREATE TEMP TABLE t AS SELECT * FROM event WHERE position > %lld; CREATE TEMP TABLE c AS SELECT * FROM command WHERE "
            "position > %lld; DELETE FROM event WHERE position > %lld; DELETE FROM command WHERE position > %lld;"
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0",
        last - 20, last - 20, last - 20, last - 20);
    for (long long at = last - 19; at <= last; at++)
        sql(db, "BEGIN; INSERT INTO event SELECT * FROM t WHERE position = %lld; INSERT INTO command SELECT * FROM c WHERE "
                "position = %lld; COMMIT", at, at);
    /* as a killed process would leave it */
    char kept[200];
    snprintf(kept, sizeof kept, "%.100s/kept.db", folder);
    char command[2600];
    snprintf(command, sizeof command, "cp %s %s && cp %s %s-wal", path, kept, wal, kept);
    insist(system(command) == 0);
    sqlite3_close(db);
    snprintf(wal, sizeof wal, "%s-wal", kept);
    struct stat status;
    insist(stat(wal, &status) == 0 && status.st_size > 0);
    if (below(2))
        insist(truncate(wal, (off_t) below((uint64_t) status.st_size)) == 0);
    else {
        uint8_t byte;
        off_t at = (off_t) below((uint64_t) status.st_size);
        fd = open(wal, O_RDWR | O_CLOEXEC);
        insist(fd >= 0 && pread(fd, &byte, 1, at) == 1);
        byte ^= (uint8_t) (1 << below(8));
        insist(pwrite(fd, &byte, 1, at) == 1);
        close(fd);
    }
    problem_t problem = {0};
    counts->tried++;
    if (sealed_prepare(kept, copy, &problem) != 0) {
        counts->found++;
        return;
    }
    const char *file = copy[0] ? copy : kept;
    fd = open(file, O_RDONLY | O_CLOEXEC);
    insist(fd >= 0 && fstat(fd, &status) == 0);
    buffer_t image = {.p = malloc((size_t) status.st_size + 1), .n = (size_t) status.st_size, .room = (size_t) status.st_size};
    insist(read(fd, image.p, image.n) == (ssize_t) image.n);
    close(fd);
    snprintf(path, sizeof path, "%.100s/audited.db", folder);
    if (audited(image.p, image.n, path) != 0)
        counts->found++;
    else if (says_the_same(image.p, image.n))
        counts->nothing++;
    else {
        counts->failed++;
        printf("log %llu of seed %llu: called sound\n", (unsigned long long) number, (unsigned long long) seed);
    }
    sealed_forget(copy);
    buffer_free(&image);
}

/* ---- the whole ---- */

static void load(const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    sealed.p = malloc((size_t) status.st_size + 1);
    sealed.n = sealed.room = (size_t) status.st_size;
    insist(read(fd, sealed.p, sealed.n) == (ssize_t) sealed.n);
    close(fd);
    sealed.p[18] = sealed.p[19] = 1; /* no log belongs to a sealed one (file format 1.3.3) */
    sqlite3 *db = open_image(sealed.p, sealed.n);
    bool wrong = false;
    insist(db);
    for (size_t t = 0; t < TABLES; t++)
        insist(read_table(db, carrying[t], &original[t]));
    insist(read_documents(db, &documents, &wrong) && !wrong);
    learn_pages(db);
    sqlite3_stmt *stmt = NULL;
    insist(sqlite3_prepare_v2(db, "SELECT leaf FROM event WHERE position = 1", -1, &stmt, NULL) == SQLITE_OK &&
           sqlite3_step(stmt) == SQLITE_ROW);
    memcpy(sealed_ledger.b, sqlite3_column_blob(stmt, 0), 32);
    sqlite3_finalize(stmt);
    if (sqlite3_prepare_v2(db, "SELECT note FROM note ORDER BY position DESC LIMIT 1", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        buffer_put(&sealed_note, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

typedef struct plan {
    size_t every, first;
    uint64_t tampers, logs, seed, jobs;
    time_t until;
} plan_t;

static void work(const plan_t *plan, uint64_t me, counts_t counts[3]) {
    char folder[] = "/dev/shm/seal-XXXXXX", path[64];
    insist(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/archive.db", folder);
    setenv("TMPDIR", folder, 1);
    size_t bits = sealed.n * 8;
    for (size_t bit = plan->first + me * plan->every; plan->every && bit < bits; bit += plan->every * plan->jobs) {
        flip(bit, &counts[0], path);
        if (plan->until && time(NULL) > plan->until)
            break;
    }
    for (uint64_t i = me; i < plan->tampers && !(plan->until && time(NULL) > plan->until); i += plan->jobs)
        tamper(i, plan->seed, &counts[1], path);
    for (uint64_t i = me; i < plan->logs && !(plan->until && time(NULL) > plan->until); i += plan->jobs)
        tamper_log(i, plan->seed, &counts[2], folder);
    char command[80];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    insist(system(command) == 0);
    fflush(stdout);
}

static uint64_t option(int argc, char **argv, const char *name, uint64_t fallback) {
    for (int i = 2; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return strtoull(argv[i + 1], NULL, 10);
    return fallback;
}

int main(int argc, char **argv) {
    static const char *const names[] = {"bits turned", "tampered with", "logs cut or turned"};
    counts_t all[3] = {{0}};
    uint64_t failed = 0;
    if (argc < 2) {
        fprintf(stderr, "usage: seal ARCHIVE [--every N] [--first BIT] [--tampers N] [--logs N] [--seed S] [--seconds T] [--jobs N]\n");
        return 64;
    }
    diag_open("seal", true);
    crypto_start();
    load(argv[1]);
    uint64_t seconds = option(argc, argv, "--seconds", 0);
    plan_t plan = {.every = option(argc, argv, "--every", 1),
                   .first = option(argc, argv, "--first", 0),
                   .tampers = option(argc, argv, "--tampers", 100000),
                   .logs = option(argc, argv, "--logs", 1000),
                   .seed = option(argc, argv, "--seed", 1),
                   .jobs = option(argc, argv, "--jobs", 2),
                   .until = seconds ? time(NULL) + (time_t) seconds : 0};
    int pipes[2];
    insist(pipe(pipes) == 0);
    fflush(stdout);
    for (uint64_t me = 0; me < plan.jobs; me++)
        if (fork() == 0) {
            counts_t counts[3] = {{0}};
            work(&plan, me, counts);
            insist(write(pipes[1], counts, sizeof counts) == sizeof counts);
            _exit(0);
        }
    close(pipes[1]);
    uint64_t heard = 0;
    counts_t counts[3];
    while (read(pipes[0], counts, sizeof counts) == sizeof counts) {
        heard++;
        for (int i = 0; i < 3; i++) {
            all[i].tried += counts[i].tried;
            all[i].found += counts[i].found;
            all[i].nothing += counts[i].nothing;
            all[i].failed += counts[i].failed;
        }
    }
    while (wait(NULL) > 0)
        ;
    for (int i = 0; i < 3; i++) {
        printf("%s: %llu, found %llu, carried nothing %llu, called sound %llu\n", names[i],
               (unsigned long long) all[i].tried, (unsigned long long) all[i].found,
               (unsigned long long) all[i].nothing, (unsigned long long) all[i].failed);
        failed += all[i].failed;
    }
    if (heard < plan.jobs)
        printf("%llu of %llu processes ended before their time\n", (unsigned long long) (plan.jobs - heard),
               (unsigned long long) plan.jobs);
    failed += plan.jobs - heard;
    printf("archive of %zu bytes, seed %llu\n%llu passed, %llu failed\n", sealed.n, (unsigned long long) plan.seed,
           (unsigned long long) (all[0].found + all[0].nothing + all[1].found + all[1].nothing + all[2].found + all[2].nothing),
           (unsigned long long) failed);
    return failed ? 1 : 0;
}
