/* SPDX-License-Identifier: Apache-2.0
 *
 * audit: whether an archive, a backup or an export holds what its signatures say, from its first
 * event to its last, by nobody's word but what is in it (and what the asker brings along: checkpoints
 * that left the house, the ledger's id). Each event is hashed, decoded, held against its signature
 * and decided again; each checkpoint is held against the events. The file is read alone, never
 * written, and none of it is believed.
 */
#ifndef COUNTERSIGN_DAEMON_AUDIT_H
#define COUNTERSIGN_DAEMON_AUDIT_H

#include "common/ledger/checkpoint.h"
#include "common/ledger/chronicle.h"

/* F(NAME, "name", sentence): what was found, for a quality manager. The name is stable, for JSON. */
#define FINDINGS(F) \
    F(DAMAGED, "damaged", "the file itself is damaged, or was changed by hand") \
    F(OTHER_LEDGER, "other-ledger", "this is the record of another company, or another beginning of it") \
    F(GAP, "gap", "events are missing here") \
    F(CHANGED, "changed", "the event was changed after it was stored") \
    F(UNREADABLE, "unreadable", "the event cannot be read: it is not as any part of the system writes it") \
    F(MISFILED, "misfiled", "the event is filed as something that it is not") \
    F(TWICE, "twice", "the same command became an event twice") \
    F(SIGNATURE, "signature", "the signature does not match: this was not said by whoever it names, or was changed since") \
    F(DECISION, "decision", "by the procedure in force this could not have been decided so") \
    F(IMPOSSIBLE, "impossible", "the case is in a state that its procedure does not know") \
    F(NUMBER, "number", "a document number is missing in its series, or was given twice") \
    F(TIME, "time", "the time is not plausible") \
    F(CHECKPOINT, "checkpoint", "a checkpoint of the archive is not signed by its archiver") \
    F(ROOT, "root", "the events are not those that were signed for in this checkpoint") \
    F(SHORT, "short", "events that were signed for are missing at the end") \
    F(COSIGNATURE, "cosignature", "a witness's signature on a checkpoint does not match") \
    F(DOCUMENT_MISSING, "document-missing", "a document that is named here is not there, and was not erased") \
    F(DOCUMENT_CHANGED, "document-changed", "a document is not the one that was named") \
    F(ENDS, "ends", "what the file says of its own length does not fit its events") \
    F(FILE_LIST, "file-list", "the list of the exported files is missing, or is none") \
    F(FILE_MISSING, "file-missing", "this file was exported, and is not there any more") \
    F(FILE_CHANGED, "file-changed", "this file is not as it was exported: it was changed since, or is damaged") \
    F(FILE_UNLISTED, "file-unlisted", "this file was not exported: it was put there since")

typedef enum finding_kind {
#define FINDING_ENUM(NAME, name, text) FINDING_##NAME,
    FINDINGS(FINDING_ENUM)
#undef FINDING_ENUM
    FINDING_KINDS
} finding_kind_t;

typedef struct audit_finding {
    finding_kind_t kind;
    position_t position;     /* the event it speaks of, or where it begins; 0 = the file */
    ident_t object;          /* its case, where one is known */
    char number[40];         /* of the case; "" = none */
    char event[40];          /* name of the event's kind; "" = not known */
    moment_t time;           /* of the event; 0 = not known */
    ident_t actor;
    problem_t problem;       /* what the rule says; reason NONE: nothing more */
} finding_t;

#define FINDINGS_MAX 1000    /* of those only the count is kept */

typedef struct audit_checkpoint { /* brought along: a note, in memory */
    bytes_t note;
    const char *name;        /* its file, for what is said of it */
} audit_checkpoint_t;

typedef struct audit_options {
    bool signatures, decisions, documents;
    unsigned threads;        /* for signatures; 0: one for each processor */
    moment_t now;            /* nothing happened after it; 0: not looked at */
    const digest_t *ledger;  /* what the record must be; NULL: whatever it is */
    const audit_checkpoint_t *checkpoints; size_t checkpoints_n;
    const verifier_key_t *witnesses; size_t witnesses_n;
    /* Now and then; `of`: how many there are. */
    void (*progress)(void *arg, position_t at, position_t of);
    void *arg;
} audit_options_t;

typedef struct audit {
    digest_t ledger, root;
    position_t last;
    moment_t first_time, last_time;
    uint64_t commands, signatures, decisions, documents, erased, cosignatures;
    uint64_t checkpoints;
    tree_head_t newest;      /* checkpoint that holds; position 0: none */
    position_t sound_to;     /* before the first finding of an event */
    finding_t *findings; size_t findings_n;
    uint64_t found;          /* how many there were, kept or not */
    bool undecided;          /* something kept us from deciding: see problem */
    problem_t problem;
    /* decisions were made again up to here: past the first that differs nothing is known */
    position_t decided_to;
    chronicle_t *chronicle;  /* folded up to decided_to, for who was who; NULL: could not be opened */
} audit_t;

/* 0 sound, 1 findings, 2 could not tell (audit->problem). The caller ends it with audit_free. */
int audit_run(const char *path, const audit_options_t *options, audit_t *out);
/* The files of an exported folder against its SHA256SUMS: each that is listed is there and is the one that was
   written, and no other is. What is not so becomes findings behind those that *out has (position 0, the name
   in problem.file). Links are not followed. */
void audit_folder(const char *path, audit_t *out);
void audit_free(audit_t *self);
const char *finding_name(finding_kind_t kind);
const char *finding_text(finding_kind_t kind); /* translated */

/* The first of the first `last` events that is not the same in both; 0: all are. What stands there goes
   into *one and *other, empty where nothing can be read. */
position_t audit_compare(chronicle_t *a, chronicle_t *b, position_t last, buffer_t *one,
                         buffer_t *other);

/* A path to a ledger file that may be read as it lies there: no process has it open, and no WAL that
   holds a part of it lies beside it, or a copy with that WAL worked in. `copy` gets its path, to be
   removed by sealed_forget; "" = none was needed. 0, or -1 with *problem. */
#define SEALED_PATH 1024
int sealed_prepare(const char *path, char copy[SEALED_PATH], problem_t *problem);
void sealed_forget(const char *copy);
/* Removes a ledger's file and what SQLite keeps beside it. */
void sealed_remove(const char *file);

#endif
