/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_internal: an audit under way, as its parts know it: audit_rows.c (reading), audit_structure.c
 * (the file), audit.c (each event, and its place), audit_judge.c (what an event means), audit_vouched.c
 * (checkpoints), audit_folder.c (an export's files).
 */
#ifndef COUNTERSIGN_DAEMON_AUDIT_INTERNAL_H
#define COUNTERSIGN_DAEMON_AUDIT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/daemon/audit.h"
#include "common/daemon/audit_pool.h"

#define AUDIT_BATCH 512
#define AUDIT_PART 8         /* events of a batch that one thread takes at a time */

/* An event on its way: read by its row, worked on by itself, then settled and judged in its order. */
typedef struct audit_row {
    position_t position;     /* as read; the bytes live in the batch */
    bytes_t bytes, object, stored_leaf;
    int64_t scope, opens;
    bool typed;              /* numbers are numbers and bytes are bytes */
    bytes_t command_id, command_digest; /* of the command that is filed for its position; empty: none */
    digest_t leaf;           /* from here on as worked on */
    decoded_t event;
    problem_t *problem;      /* why it is not readable */
    bool readable;           /* event is filled */
    bool placed;             /* the row's columns are the event's */
    digest_t command;        /* of its signed_command */
    bool checked, valid;     /* its signature */
    bool filed;              /* its command's row says what it is; settled: its own does, too */
} audit_row_t;

typedef struct audit_batch {
    audit_row_t rows[AUDIT_BATCH];
    size_t n;
    bool signatures;         /* are asked for */
    arena_t *bytes;          /* as read */
    arena_t *parts[AUDIT_BATCH / AUDIT_PART]; /* what is decoded from them */
} audit_batch_t;

/* The rows of events and those of commands side by side, in the order of their positions: on a
   connection of its own, so that it may be any thread's. */
typedef struct audit_reader {
    sqlite3 *db;
    sqlite3_stmt *events, *commands;
    bool more, have_command;
    position_t read_to;      /* the last event's row */
    position_t command_at;
    const char *wrong;       /* the file is damaged; NULL: not that it was seen */
} audit_reader_t;

/* What SQLite says of the file's own structure, on a thread and a connection of its own. */
#define STRUCTURE_MAX 20
typedef struct structure {
    const char *path;
    pthread_t thread;
    atomic_bool done;        /* by itself */
    bool known;              /* waited for */
    char *wrong[STRUCTURE_MAX]; size_t n;
} structure_t;

/* The archive's checkpoints in the order of their positions, one at a time. */
typedef struct vouched {
    sqlite3_stmt *notes, *records; /* NULL: no such table */
    bool have_note, have_record;
    position_t note_at, record_at;
    buffer_t note;
    position_t *unsure; size_t unsure_n; /* notes with a line of nobody who was known there */
    position_t *given_at; /* of those that were brought along; 0: cannot be read */
} vouched_t;

typedef struct audit_series { int64_t series, year, last; } audit_series_t;
#define AUDIT_SERIES_MAX 512

typedef struct audit_run {
    const audit_options_t *options;
    audit_t *out;
    sqlite3 *db;
    audit_pool_t *pool;
    const char *path;
    structure_t *structure;
    bool judging;            /* batches are judged as they come */
    bool again;              /* its structure is damaged, which was not known when the audit began */
    vouched_t vouched;
    frontier_t frontier;     /* of all events that were settled */
    bool damaged;            /* SQLite itself calls the file so: nothing is looked up in it any more */
    bool broken;             /* the rows are not to be relied on from here: nothing is decided any more */
    const audit_row_t *row;  /* being judged */
    audit_series_t series[AUDIT_SERIES_MAX]; size_t series_n;
    digest_t *missing; position_t *missing_at; size_t missing_n;
    bool has_documents;
} audit_run_t;

/* Counts one more, and keeps it while there is room. What is returned is the caller's to fill until the next. */
finding_t *audit_put(audit_t *out, finding_kind_t kind, position_t position);
finding_t *audit_find(audit_run_t *self, finding_kind_t kind, position_t position,
                      const decoded_t *event);
/* Before anything is looked up by an index: whether those can be relied on. Waits until that is known. */
bool audit_may_look_up(audit_run_t *self);
/* audit_rows.c. The next batch; empty: there is none. */
void audit_rows_open(audit_reader_t *self, const char *path);
void audit_rows_read(audit_reader_t *self, audit_batch_t *batch);
void audit_rows_close(audit_reader_t *self);
/* audit_structure.c */
void structure_begin(structure_t *self, const char *path);
/* It need not be waited for. */
bool structure_done(structure_t *self);
/* How many things are wrong. */
size_t structure_wait(structure_t *self);
void structure_end(structure_t *self);
/* audit_judge.c: in order */
void audit_judge(audit_run_t *self, const audit_row_t *row);
void audit_judge_end(audit_run_t *self);
/* audit_vouched.c */
void vouched_open(audit_run_t *self);
void vouched_close(audit_run_t *self);
/* Those at this event. */
void vouched_check(audit_run_t *self, const audit_row_t *row);
/* Those past the last. */
void vouched_end(audit_run_t *self);

#endif
