/* SPDX-License-Identifier: Apache-2.0
 *
 * archiver: follows, stores the audit trail on a disk of its own (*archived*), checks every
 * signature and re-runs every decision (*verified*), signs checkpoints, serves history. It accepts
 * no command.
 */
#ifndef COUNTERSIGN_ARCHIVER_ARCHIVER_H
#define COUNTERSIGN_ARCHIVER_ARCHIVER_H

#include <jansson.h>

#include "common/daemon/following.h"
#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/daemon/wanted.h"
#include "common/ledger/blobs.h"
#include "common/ledger/chronicle.h"

enum { ARCHIVER_COORDINATOR, ARCHIVER_STREAM, ARCHIVER_SERVICE, ARCHIVER_LOCAL };

/* What is to be signed next, and how far its bytes were read back. */
typedef struct trail {
    buffer_t note;                   /* the last checkpoint, with what witnesses added; empty: none */
    position_t signed_to;            /* of it */
    frontier_t read;                 /* made of bytes read back from the file */
    position_t target;               /* 0: no checkpoint is being made */
    bool asked;                      /* for one, at once */
    bool said;                       /* that the key was replaced */
    int64_t due_at;                  /* boot ms; 0: not begun */
} trail_t;

typedef enum backup_state {
    BACKUP_NONE,
    BACKUP_WANTED,  /* begins behind a checkpoint */
    BACKUP_RUNNING,
    BACKUP_DONE,    /* it can be fetched */
    BACKUP_FAILED
} backup_state_t;
typedef struct backup {
    backup_state_t state;
    sqlite3 *db;
    sqlite3_backup *under_way;
    position_t position;
    char why[160];
} backup_t;

typedef struct archiver {
    site_t *site;
    curve_pair_t curve;
    signer_t *signer;
    chronicle_t *chronicle;
    following_t *following;
    arena_t *arena;                  /* of the message being read */
    position_t verified;             /* stands still at the first difference */
    bool differs;
    char why[300];
    position_t told;                 /* what the coordinator was told last */
    int64_t told_at;                 /* boot ms */
    wanted_turn_t turn;              /* documents asked for */
    bool erase_due; int64_t erase_at; /* something was erased; boot ms: not before, the disk was full */
    trail_t trail;
    backup_t backup;
} archiver_t;

extern const daemon_spec_t archiver_spec;

/* What is found here stops *verified* and the checkpoints, with an alarm. */
void archiver_doubt(archiver_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* trail.c: checkpoints */
extern const char trail_schema[];
void trail_load(archiver_t *self);
/* The ledger was cut, or its batch rolled back. */
void trail_reload(archiver_t *self);
/* Reads back a piece, signs what is due. */
void trail_tick(archiver_t *self, const surroundings_t *now, output_t *out);
/* The last chance: what was verified is signed now. */
void trail_stop(archiver_t *self, const surroundings_t *now);
/* One is wanted, of all that is verified. */
void trail_ask(archiver_t *self);
/* There is something to be signed that is not yet. */
bool trail_pending(const archiver_t *self);
/* The last checkpoint with a line more. */
void trail_cosigned(archiver_t *self, const buffer_t *note);

/* backup.c: a copy while it runs */
void backup_tick(archiver_t *self, const surroundings_t *now, output_t *out);
void backup_end(archiver_t *self);
json_t *backup_begin(archiver_t *self, problem_t *problem);

/* serve.c */
void serve_checkpoint(archiver_t *self, const input_t *in, const struct checkpoint_get *body,
                      output_t *out);
void serve_cosignature(archiver_t *self, const input_t *in, const struct cosignature *body);
void serve_local(archiver_t *self, const input_t *in, const struct local_query *query, output_t *out);

/* command.c: countersign-archiver backup, restore, checkpoint; false: none of them */
extern const char command_help[];
bool command_run(int argc, char **argv, int *exit_code);

#endif
