/* SPDX-License-Identifier: Apache-2.0
 *
 * holders: who took what this order finds gone. Which claims stand before an order, and the
 * orders' numbers in words.
 */
#ifndef COUNTERSIGN_DOMAIN_HOLDERS_H
#define COUNTERSIGN_DOMAIN_HOLDERS_H

#include "common/domain/assess/assess.h"

/* The department's claims that go before this order, ascending by position: without its own, and
   only up to its own standing accept. Calls back for each. */
typedef void claim_fn_t(const claim_t *claim, void *arg);
void claims_before(const assess_input_t *in, claim_fn_t *fn, void *arg);

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
