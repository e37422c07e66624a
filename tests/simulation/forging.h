/* SPDX-License-Identifier: Apache-2.0
 *
 * forging: altering a ledger's file as somebody does who knows how it is made: what they leave fits
 * together as far as they take the trouble.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_FORGING_H
#define COUNTERSIGN_TESTS_SIMULATION_FORGING_H

#include "tests/simulation/luck.h"
#include "tests/simulation/works.h"

typedef struct forging {
    const works_t *works;
    luck_t luck;
    sqlite3 *db;
    arena_t *arena;
} forging_t;

/* Opens a file that nothing has open; false: it cannot be. */
bool forging_open(forging_t *self, const works_t *works, uint64_t luck, const char *path);
void forging_close(forging_t *self);
position_t forging_last(forging_t *self);
/* An event was at another time; its hash is right, the tree is not. Between `from` and `to`. Returns
   its position. */
position_t forging_time(forging_t *self, position_t from, position_t to);
/* Somebody else's words under a person's name: signed by a key of the forger's own, or (`own`) by the
   person's. 0: nobody whose key is known said anything there. */
position_t forging_words(forging_t *self, position_t from, position_t to, bool own);
/* All behind `last` is gone, checkpoints of it, too. */
void forging_cut(forging_t *self, position_t last);
/* The tree is that of the events, whatever they are. */
void forging_tree(forging_t *self);
void forging_no_checkpoints(forging_t *self);
/* One at the end, instead of all others. */
void forging_checkpoint(forging_t *self, const signer_t *archiver);
/* To the last one a line is added under the witness's name, with another key. */
void forging_cosignature(forging_t *self);

#endif
