/* SPDX-License-Identifier: Apache-2.0
 *
 * orders: the model's view of the orders in a record: who had to speak and to sign before an order
 * could become effective, by the shipped procedure (QP21-4.2 to 4.4.1), said again in few words.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_ORDERS_H
#define COUNTERSIGN_TESTS_SIMULATION_ORDERS_H

#include "tests/simulation/model.h"
#include "tests/simulation/staff.h"

typedef struct orders orders_t;

orders_t *orders_new(void);
void orders_destroy(orders_t **self_p);
/* The next event; NULL, or what it breaks. */
const char *orders_take(orders_t *self, const taken_t *event);
void orders_count(const orders_t *self, model_counts_t *out);

#endif
