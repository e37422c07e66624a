/* SPDX-License-Identifier: Apache-2.0
 *
 * model: what must be true, said a second time, by code that shares nothing with the product: what
 * people were promised (receipts), and what the two stores hold when all is over. The rules of the
 * shipped procedure stand here as constants.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_MODEL_H
#define COUNTERSIGN_TESTS_SIMULATION_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/simulation/authorship.h"

typedef struct model model_t;

model_t *model_new(void);
void model_destroy(model_t **self_p);

/* A receipt as a person saw it; state and reason as on the wire. NULL, or what is wrong with it. */
const char *model_receipt(model_t *self, const uint8_t id[16], int64_t state, int64_t position);
/* What somebody gives to a workstation, or sends: the record says the same under this id. */
void model_given(model_t *self, const given_t *given);
/* A person found it in the outbox as refused. */
void model_came_back(model_t *self, const uint8_t id[16]);
/* The coordinator's disk was lost or lied: positions that are not archived may be given anew, under
   a raised epoch. */
void model_epoch(model_t *self);
size_t model_promised(const model_t *self); /* commands that somebody was told are accepted */

/* Reads both stores, which nothing has open. NULL: all is well; else what is broken, in words. */
const char *model_check(model_t *self, const char *ledger, const char *archive);

/* Of the last check: the root of the archive's first `n` events; of one, it is the ledger's id. False:
   there are not so many. */
bool model_root(const model_t *self, size_t n, uint8_t out[32]);

/* Of the last check: did the record say that this content is erased? */
bool model_erased(const model_t *self, const uint8_t address[32]);

/* Of the last check: events, orders that came to an end by way of each state, kinds seen (bit by
   kind code). */
typedef struct model_counts {
    size_t events, orders, effective, declined, withdrawn, amended, automatic;
    size_t complaints, closed, reopened, verified, missed; /* and other feedback; actions; deadlines */
    uint8_t kinds[160];
} model_counts_t;
const model_counts_t *model_counts(const model_t *self);

#endif
