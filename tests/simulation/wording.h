/* SPDX-License-Identifier: Apache-2.0
 *
 * wording: what somebody writes into a step on feedback or on an action, drawn by luck: mostly what
 * fits, now and then what does not.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_WORDING_H
#define COUNTERSIGN_TESTS_SIMULATION_WORDING_H

#include "tests/simulation/doing.h"

/* What they have before them. */
typedef struct look {
    drawer_t *drawer;
    const works_person_t *who;
    luck_t *luck;
    kept_feedback_t *kept; /* NULL: an order, of which only actions are spoken of here */
    const char *tally, *meaning, *department; /* as the screen says; "": not at all */
    int64_t action;
    moment_t now;
} look_t;

/* The command but for what binds it to its case. False: this kind is not written here. */
bool wording_write(const look_t *look, kind_t kind, doing_t *out);
/* Noise of `bytes`, salted, to go before a command that names it. */
digest_t wording_blob(const look_t *look, size_t bytes, doing_t *out);

#endif
