/* SPDX-License-Identifier: Apache-2.0
 *
 * holders: who took what this order finds gone. Which claims stand before an order, and the
 * orders' numbers in words.
 */
#ifndef COUNTERSIGN_DOMAIN_HOLDERS_H
#define COUNTERSIGN_DOMAIN_HOLDERS_H

#include "common/domain/assess/assess.h"

/* The department's claims that go before this order, ascending by position: without its own, and
   only up to its own standing accept. Calls back for each of their lines whose product is in the
   catalogue. There are as many claims as orders, so each product is looked up once. */
typedef struct claims_reader {
    /* Asked once for each product: does it matter here? NULL: each one does. */
    bool (*wants)(const struct product_row *product, void *arg);
    void (*line)(const claim_t *claim, const claim_line_t *line, const struct product_row *product,
                 void *arg);
    void *arg;
} claims_reader_t;
void claims_before(const assess_input_t *in, const claims_reader_t *reader, arena_t *arena);

#define HOLDERS_NAMED 6
typedef struct holders {
    text_t numbers[HOLDERS_NAMED]; size_t n; /* latest first */
    bool more;
} holders_t;
void holders_add(holders_t *self, text_t number);     /* a later one */
void holders_join(holders_t *self, text_t words);     /* those named in holders_words of others */
/* "DD2026-0009、DD2026-0007等"; empty: none */
text_t holders_words(const holders_t *self, arena_t *arena);

#endif
