/* SPDX-License-Identifier: Apache-2.0
 *
 * fit: whether an order's lines find room in the weeks until they are due, as a verdict. Planning
 * and production judge the same allocation, each in its own words.
 */
#ifndef COUNTERSIGN_DOMAIN_FIT_H
#define COUNTERSIGN_DOMAIN_FIT_H

#include "common/domain/assess/allocation.h"

typedef void fit_say_fn_t(opinion_t *opinion, const placed_t *line);
typedef struct fit_words {
    fit_say_fn_t *line;        /* which line it is, before all else */
    fit_say_fn_t *in_time;
    fit_say_fn_t *too_little;  /* what there is until the due week; an open sentence */
    fit_say_fn_t *later;       /* the condition: so much then, the rest when */
    fit_say_fn_t *modified;    /* of a line with a modification; NULL: it changes nothing here */
    const char *never;         /* what cannot be done within the weeks known */
    const char *judged;        /* what cannot be judged where data are missing */
} fit_words_t;

/* Places the lines from the facts alone and says of each how it fits: accept, conditions that the
   customer can meet, or reject; without the data, a doubt (QP21-3.3, 4.3.2). */
void fit_judge(const struct fact_list *facts, const fit_words_t *words, opinion_t *opinion);

#endif
