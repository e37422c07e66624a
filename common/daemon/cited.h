/* SPDX-License-Identifier: Apache-2.0
 *
 * cited: a document names other cases by their ids, as the record does: the order that a complaint is
 * about, the case that it is a duplicate of. People know them by their numbers.
 */
#ifndef COUNTERSIGN_DAEMON_CITED_H
#define COUNTERSIGN_DAEMON_CITED_H

#include <jansson.h>

#include "common/exchange/view.h"
#include "common/ledger/chronicle.h"

/* Puts "order_number" and "duplicate_number" beside each "order" and "duplicate" in the document that
   is a case with a number. */
void cited_numbers(chronicle_t *chronicle, json_t *json);

/* Of a list of events: for whom a verdict was given that had been forwarded. Only its case knows. */
void cited_forwards(chronicle_t *chronicle, const view_t *view, json_t *events);

#endif
