/* SPDX-License-Identifier: Apache-2.0
 *
 * asked: what an order line asks for, as facts: written into them when they are gathered, and read
 * back from them when they are judged.
 */
#ifndef COUNTERSIGN_DOMAIN_ASKED_H
#define COUNTERSIGN_DOMAIN_ASKED_H

#include "common/domain/assess/facts.h"

typedef struct asked {
    int64_t line;
    text_t product, unit, modification;
    text_t product_unit;           /* the catalogue's; empty: it does not know the product */
    decimal_t quantity;
    day_t wanted;
} asked_t;

/* The facts line, quantity, wanted and, where there is one, modification. */
void asked_gather(const struct order_line *line, facts_t *facts);
/* Of the fact "line", with which each line begins. */
asked_t asked_start(const struct fact *line);
/* Takes what a fact behind "line" says of it; facts of other names change nothing. */
void asked_read(asked_t *self, const struct fact *fact);

#endif
