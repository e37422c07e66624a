/* SPDX-License-Identifier: Apache-2.0
 *
 * complaints: the model's view of complaints and other feedback in a record: what had to come before
 * what, and from whom, by the shipped procedure (QP21-4.5c, 4.6; ISO 10002), said again in few
 * words.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_COMPLAINTS_H
#define COUNTERSIGN_TESTS_SIMULATION_COMPLAINTS_H

#include "tests/simulation/measures.h"
#include "tests/simulation/model.h"

typedef struct complaints complaints_t;

complaints_t *complaints_new(void);
void complaints_destroy(complaints_t **self_p);
/* The next event, which `measures` has taken; NULL, or what it breaks. */
const char *complaints_take(complaints_t *self, const taken_t *event, const measures_t *measures);
/* After the last one: what should have followed by itself, and did not. */
const char *complaints_end(complaints_t *self);
void complaints_count(const complaints_t *self, model_counts_t *out);

#endif
