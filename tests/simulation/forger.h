/* SPDX-License-Identifier: Apache-2.0
 *
 * forger: somebody who sits on the wires of the archiver, the coordinator and the witness, holds the
 * archiver's key, and wants another past than the one that was. They show the witness and the
 * followers checkpoints that are not of this history, put an older archive back, alter events in the
 * stores while their daemons are down; and in the end alter copies of the archive (forging.h). What
 * they show is refused; what they altered is found.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_FORGER_H
#define COUNTERSIGN_TESTS_SIMULATION_FORGER_H

#include "tests/simulation/luck.h"
#include "tests/unit/together/bus.h"

typedef struct forger forger_t;
struct scene;

typedef enum lie {
    LIE_STRANGER,  /* signed by another key */
    LIE_ELSEWHERE, /* of another ledger */
    LIE_GARBLED,   /* a true one with a letter changed */
    LIE_BACK,      /* an earlier position, with another root */
    LIE_FORK,      /* by the archiver's key: another root at the same position */
    LIE_ONWARDS,   /* the same, further on */
    LIE_UNPROVED,  /* a true one whose proof is none */
    LIE_COSIGNED,  /* a line under the witness's name, to the archiver */
    LIE_OLDER,     /* an older archive is put back */
    LIE_REHASHED,  /* in the archive an event and its hash are altered */
    LIE_REWRITTEN, /* and the tree above them */
    LIE_FOLLOWER,  /* the same in a department's store */
    LIES
} lie_t;
extern const char *const lie_names[LIES];
/* Told, and of those that must not go unnoticed how many stopped somebody; since the process began. */
extern uint64_t forger_told[LIES], forger_found[LIES];

forger_t *forger_new(struct scene *scene, uint64_t seed);
void forger_destroy(forger_t **self_p);
void forger_wire(forger_t *self, const passage_t *passage); /* overheard */
void forger_tend(forger_t *self);
int64_t forger_next(const forger_t *self);
void forger_settle(forger_t *self); /* says nothing any more, until forger_end */
/* The witness stopped over another history: was it shown one? */
bool forger_did(forger_t *self);
/* When all is quiet. Whoever is shown another history stops. NULL, or who did not. */
const char *forger_end(forger_t *self);

#endif
