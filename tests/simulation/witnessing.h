/* SPDX-License-Identifier: Apache-2.0
 *
 * witnessing: the witness on its own machine, which is killed and loses power, and whoever asks the
 * archiver for a checkpoint now and then. What the witness cosigns goes into a book of its own.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_WITNESSING_H
#define COUNTERSIGN_TESTS_SIMULATION_WITNESSING_H

#include "daemons/witness/witness.h"
#include "tests/simulation/vouching.h"
#include "tests/unit/together/bus.h"

typedef struct witnessing witnessing_t;
struct scene;

witnessing_t *witnessing_new(struct scene *scene, uint64_t seed);
void witnessing_destroy(witnessing_t **self_p);
void witnessing_tend(witnessing_t *self); /* called at each instant */
int64_t witnessing_next(const witnessing_t *self); /* boot ms */
void witnessing_heal(witnessing_t *self); /* nobody kills it, its wire carries everything */
void witnessing_ask(witnessing_t *self);  /* the archiver, for a checkpoint now */
/* A frame from it or to it: its wire loses, doubles and delays. */
void witnessing_wire(witnessing_t *self, passage_t *passage);
/* Nobody but a forger speaks to it any more. */
void witnessing_cut_off(witnessing_t *self);
const witness_t *witnessing_daemon(const witnessing_t *self); /* NULL: it does not run */
/* After model_check, with all stores closed. NULL, or what is wrong. */
const char *witnessing_check(witnessing_t *self);
/* What it keeps, from its closed store; false: nothing yet. */
bool witnessing_kept(const witnessing_t *self, buffer_t *note, position_t *position);

/* Since the process began. */
extern uint64_t witnessing_cosigned;

#endif
