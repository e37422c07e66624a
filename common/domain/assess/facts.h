/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: what a rule looked at, as a list that an event can carry. `gather` writes it, `judge`
 * reads nothing else. Whoever reads facts may be handed tampered ones: amounts are floored at
 * zero and saturate.
 */
#ifndef COUNTERSIGN_DOMAIN_FACTS_H
#define COUNTERSIGN_DOMAIN_FACTS_H

#include "common/event/catalogue.h"

#define FACTS_MAX 4000                 /* bound of assessment.inputs */
#define FACTS_BYTES_MAX (256 * 1024)   /* half a command: the rest needs room, too */
#define FACT_TEXT_MAX 300

typedef struct facts {
    arena_t *arena;
    struct fact_list list;
    size_t room, bytes;
    bool full;                         /* more was to be said than an event can carry */
} facts_t;

void facts_start(facts_t *self, arena_t *arena);
/* Copies; a text that is too long is cut at a character. */
void facts_add(facts_t *self, struct fact fact);
/* A list that was full ends with the fact "incomplete". */
void facts_end(facts_t *self, struct fact_list *out);
bool facts_complete(const struct fact_list *facts);

bool fact_is(const struct fact *fact, const char *name);
decimal_t decimal_whole(int64_t number);           /* 3 is 3000000; saturates */
int64_t fact_number(const struct fact *fact);      /* 0 when it is not 1..9999 */
day_t fact_day(const struct fact *fact);           /* within what the calendar can compute with */

/* Amounts are never negative and saturate. */
static inline decimal_t amount(decimal_t value) {
    return value > 0 ? value : 0;
}
static inline decimal_t amount_add(decimal_t a, decimal_t b) {
    decimal_t sum;
    return __builtin_add_overflow(amount(a), amount(b), &sum) ? INT64_MAX : sum;
}
static inline decimal_t amount_less(decimal_t a, decimal_t b) {
    return amount(amount(a) - amount(b));
}

/* The same unit of measure, a piece being a piece in whatever code; an empty unit means pieces. */
bool unit_same(text_t a, text_t b);
bool unit_pieces(text_t unit);

#endif
