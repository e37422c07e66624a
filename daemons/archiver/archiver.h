/* SPDX-License-Identifier: Apache-2.0
 *
 * archiver: follows, stores the audit trail on a disk of its own (*archived*), checks every
 * signature and re-runs every decision (*verified*), signs checkpoints, serves history. It accepts
 * no command.
 */
#ifndef COUNTERSIGN_ARCHIVER_ARCHIVER_H
#define COUNTERSIGN_ARCHIVER_ARCHIVER_H

#include "common/daemon/following.h"
#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/daemon/wanted.h"
#include "common/ledger/blobs.h"
#include "common/ledger/chronicle.h"

enum { ARCHIVER_COORDINATOR, ARCHIVER_STREAM, ARCHIVER_SERVICE };

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
    int64_t told_at, checkpoint_at;  /* boot ms */
    wanted_turn_t turn;              /* documents asked for */
    bool erase_due; int64_t erase_at; /* something was erased; boot ms: not before, the disk was full */
    position_t checkpoint;           /* of the last one signed */
} archiver_t;

extern const daemon_spec_t archiver_spec;

/* trail.c: checkpoints */
extern const char checkpoint_schema[];
void checkpoint_put(archiver_t *self, const surroundings_t *now);

#endif
