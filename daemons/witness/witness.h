/* SPDX-License-Identifier: Apache-2.0
 *
 * witness: on any machine but the hub, asks the archiver for its newest checkpoint, with a proof that
 * it goes on from the last one that was seen here, keeps it and cosigns it (C2SP tlog-cosignature). An
 * archiver that shows one history here and another one there is found out by whoever compares; one
 * that goes back, or leaves its history, is not cosigned, and the witness says so. It keeps one
 * checkpoint, no event.
 */
#ifndef COUNTERSIGN_WITNESS_WITNESS_H
#define COUNTERSIGN_WITNESS_WITNESS_H

#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/sync/witness.h"

enum { WITNESS_ARCHIVER };

typedef struct witness {
    site_t *site;
    char name[64];           /* "witness-NAME": of its keys, its enrolment, its cosignatures */
    curve_pair_t curve;
    signer_t *signer;
    sqlite3 *db;             /* witness.db: the checkpoint that was seen last */
    tree_head_t kept;        /* position 0: none yet */
    pubkey_t archiver; bool archiver_known; /* as genesis names it */
    int64_t asked_at;        /* boot ms */
    arena_t *arena;
} witness_t;

extern const daemon_spec_t witness_spec;

#endif
