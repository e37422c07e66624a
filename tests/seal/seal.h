/* SPDX-License-Identifier: Apache-2.0
 *
 * seal: the parts of the hunt for a touched archive that is called sound: what a file says (says.c), whose
 * each of its pages is (pages.c), a turned bit (turned.c), tampering (tampered.c, forged.c) and the log
 * beside the file (logs.c).
 */
#ifndef COUNTERSIGN_TESTS_SEAL_H
#define COUNTERSIGN_TESTS_SEAL_H

#include <sqlite3.h>

#include "common/base/buffer.h"
#include "common/domain/context.h"

typedef struct counts {
    uint64_t tried, found, nothing, failed;
    uint64_t asked;     /* bits that a look at one page did not settle */
    uint64_t compared;  /* bits that were judged by reading and auditing the whole file, too */
} counts_t;

/* What was sealed; each process has its own, and turns its bits in place. */
typedef struct sealed {
    buffer_t file;
    digest_t ledger;
    buffer_t note;      /* its newest checkpoint, as it would lie in somebody's mailbox */
    pubkey_t archiver;  /* whose key signed that */
} sealed_t;
extern sealed_t sealed;

/* SplitMix64, from `draw_from` on. */
void draw_from(uint64_t seed);
uint64_t draw(void);
uint64_t below(uint64_t n); /* 0 for n = 0 */

/* A whole file's bytes; the caller frees them. Ends the program if it cannot be read. */
buffer_t file_read(const char *path);
void file_write(const char *path, const uint8_t *p, size_t n);

/* ---- what a file says: says.c ---- */

/* Rows of a query, one after the other: of each column its type, its length and its bytes. */
typedef struct rows { buffer_t bytes; size_t *at; size_t n; } rows_t;
void rows_put(rows_t *self, sqlite3_stmt *stmt);
bytes_t rows_get(const rows_t *self, size_t i);
void rows_clear(rows_t *self);
void rows_free(rows_t *self);

typedef enum said { SAID_SAME, SAID_LESS /* checkpoints are missing, nothing else */, SAID_OTHER } said_t;

/* The image, as SQLite reads it; it must outlive the connection, which never writes to it. NULL: it does not open. */
sqlite3 *image_open(uint8_t *image, size_t n);
/* Keeps what `sealed` says. Ends the program if that cannot be read to its end. */
void says_learn(void);
/* Everything read again and held against it. What cannot be read is other. */
said_t says(uint8_t *image, size_t n);
/* Does `countersign-audit verify` find something in these bytes? `path` is where they are put for it. Its
   whole work, or what it does without signatures, decisions and documents: what that finds, the whole work
   finds too. */
typedef enum audit_work { AUDIT_ROWS, AUDIT_WHOLE } audit_work_t;
bool audit_finds(const uint8_t *image, size_t n, const char *path, audit_work_t work);
/* Counts a changed file: the audit finds something, or it says what was sealed (a checkpoint less says less,
   and nothing else). False: it is called sound, and says something else. */
bool image_judged(buffer_t *image, const char *path, counts_t *counts);

/* ---- its pages: pages.c ---- */

typedef enum holds {
    HOLDS_NOTHING, /* empty room, or what is made anew from events: nobody believes it */
    HOLDS_SCHEMA, HOLDS_EVENTS, HOLDS_COMMANDS, HOLDS_NOTES, HOLDS_RECORDS, HOLDS_DOCUMENTS, HOLDS_KEYS,
    HOLDS_INDEX /* of events or commands */
} holds_t;

typedef struct page {
    holds_t holds;
    uint32_t from;      /* the page from which all rows that its bytes make are read: itself, the leaf that
                           overflows into it, or its tree's root where it is no leaf */
    bool inner;         /* it is no leaf: whole tree */
    bool rowid;         /* of a table whose rows are numbered */
    int columns;
} page_t;

extern size_t page_size;
void pages_learn(void);
const page_t *page_of(size_t byte);

/* The rows that are read from a page alone, or (inner) from its tree: as SQLite reads them there. */
typedef struct page_reader {
    sqlite3 *db;
    sqlite3_stmt *all;  /* columns: row number (tables of numbered rows), then the record's */
    sqlite3_stmt *one;  /* by row number; of inner pages of numbered rows */
    int64_t *edges;     /* the first and the last row number of each leaf below */
    size_t edges_n;
    rows_t rows;        /* what it holds when nothing is turned */
} page_reader_t;
/* While nothing is turned. */
void page_reader_open(page_reader_t *self, const page_t *page);
/* Before each reading, after something was turned. */
void page_reader_again(page_reader_t *self);
void page_reader_close(page_reader_t *self);

/* ---- what is done to it ---- */

/* Turns the bits of bytes from..to - 1 whose number leaves no remainder by `every`; each `control`-th that
   is turned is judged by the whole file, too. */
void turned(size_t from, size_t to, size_t every, size_t control, counts_t *counts, const char *path);
void tampered(uint64_t number, uint64_t seed, counts_t *counts, const char *path);
/* Leaves, root and commands' digests as whoever knows the format would mend them. */
void forged_mend(sqlite3 *db);
/* One command said otherwise and signed with a key of the forger's; `checkpoint`: that, too. */
void forged_command(sqlite3 *db, bool checkpoint);
__attribute__((format(printf, 2, 3))) void sql(sqlite3 *db, const char *format, ...);
int64_t last_position(sqlite3 *db);
void log_tampered(uint64_t number, uint64_t seed, counts_t *counts, const char *folder);

#endif
