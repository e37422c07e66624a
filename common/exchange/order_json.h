/* SPDX-License-Identifier: Apache-2.0
 *
 * order_json: the documents of an order for `--json`, stable and described in JSON.md. Made from
 * the fold alone.
 */
#ifndef COUNTERSIGN_EXCHANGE_ORDER_JSON_H
#define COUNTERSIGN_EXCHANGE_ORDER_JSON_H

#include "common/domain/order.h"
#include "common/exchange/view.h"

/* The whole order: revisions with their differences, rounds, what it waits for. */
json_t *order_json(const order_t *order, const view_t *view);
/* A line of a list. */
json_t *order_summary_json(const order_t *order, const view_t *view);

#endif
