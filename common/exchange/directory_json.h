/* SPDX-License-Identifier: Apache-2.0
 *
 * directory_json: people, stations, daemons, mandates, customers, the procedure and reference data
 * for `--json`, as JSON.md describes them.
 */
#ifndef COUNTERSIGN_EXCHANGE_DIRECTORY_JSON_H
#define COUNTERSIGN_EXCHANGE_DIRECTORY_JSON_H

#include "common/exchange/view.h"

json_t *person_json(const person_t *person);
json_t *customer_json(const customer_entry_t *customer, const view_t *view);
/* One delegation (代理), and all of them: `of` NULL, or those that this person gave or has. */
json_t *delegation_json(const delegation_entry_t *entry, const view_t *view);
json_t *delegations_json(const view_t *view, const person_t *of);
/* {people, stations, daemons, mandates, delegations, pending} */
json_t *people_json(const view_t *view);
json_t *customers_json(const view_t *view); /* a list */
/* As procedure.cfg has it, with acts and channels by name, and the position of its adoption when
 * `position` > 0. */
json_t *procedure_json(const struct procedure *procedure, position_t position);
/* {dataset, position, rows}: the data set in force. */
json_t *reference_json(const view_t *view, enum dataset dataset);

#endif
