/* SPDX-License-Identifier: Apache-2.0
 *
 * allocation: an order's lines laid into the weekly capacity of their product families, as late
 * as possible: the due week first, then the weeks before it, never before the current one. What
 * finds no room until then is laid into the weeks after. Shared by planning ("delivery") and
 * production ("capacity").
 */
#ifndef COUNTERSIGN_DOMAIN_ALLOCATION_H
#define COUNTERSIGN_DOMAIN_ALLOCATION_H

#include "common/domain/assess/asked.h"
#include "common/domain/assess/assess.h"
#include "common/domain/assess/opinion.h"

typedef enum fit {
    FIT_IN_TIME,   /* all of it until the due week */
    FIT_LATER,     /* the rest in a later known week */
    FIT_NEVER,     /* not even in the last week known */
    FIT_UNKNOWN    /* product, unit or a week's capacity is not known */
} fit_t;

typedef struct placed {            /* one order line */
    asked_t asked;
    text_t family;
    text_t work_centre;            /* the family's bottleneck */
    text_t holders;                /* orders that hold weeks which this line could have used */
    decimal_t in_time, rest;
    day_t until, ready;            /* Fridays: of the due week; of the week that does the rest */
    day_t missing;                 /* Monday of a week whose capacity is not known; 0 = none */
    day_t last;                    /* Friday of the last week known */
    fit_t fit;
} placed_t;
typedef struct placement { placed_t *at; size_t n; } placement_t;

/* The lines, and of the weeks those that bear on where they fit: capacity, what is committed and
   what earlier claims took, with their orders' numbers (QP21-3.3). */
void allocation_gather(const assess_input_t *in, arena_t *arena, struct fact_list *out);
/* From the facts alone, tampered ones too; the lines live in `arena`. */
void allocation_place(const struct fact_list *facts, arena_t *arena, placement_t *out);

#endif
