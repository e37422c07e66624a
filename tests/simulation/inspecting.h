/* SPDX-License-Identifier: Apache-2.0
 *
 * inspecting: the audit over the archive of a case that is over. It is sound unless its disk lost or
 * turned what it had; and a copy that somebody altered is not, for the reason that it should be.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_INSPECTING_H
#define COUNTERSIGN_TESTS_SIMULATION_INSPECTING_H

#include <stdint.h>

struct scene;

typedef enum forgery {
    FORGERY_TIME,       /* an event and its hash */
    FORGERY_TREE,       /* and the tree over it */
    FORGERY_WORDS,      /* a command, signed again by somebody else */
    FORGERY_COLLUSION,  /* by its person, and its archiver signs again: the witness knows */
    FORGERY_CHECKPOINT, /* signed by somebody else */
    FORGERY_CUT,        /* the end is gone, and every trace of it: the witness knows */
    FORGERY_COSIGNED,   /* a line under the witness's name */
    FORGERIES
} forgery_t;
extern const char *const forgery_names[FORGERIES];
/* Made and found; audits that were sound; since the process began. */
extern uint64_t inspecting_found[FORGERIES], inspecting_sound;

/* After model_check, with all stores closed. NULL, or what is wrong. */
const char *inspecting_check(struct scene *scene, const char *archive);

#endif
