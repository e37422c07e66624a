/* SPDX-License-Identifier: Apache-2.0
 *
 * round: one review by the departments asked, side by side: verdicts that can be replaced until the
 * conclusion, the tally, the conclusion, the signatures in order, the measures. Orders use it now,
 * complaints later; it knows neither. QP21-4.3.2, verdicts and signatures of QP21 section 2.
 */
#ifndef COUNTERSIGN_DOMAIN_ROUND_H
#define COUNTERSIGN_DOMAIN_ROUND_H

#include "common/domain/context.h"

typedef struct round_verdict { /* one that was given; standing, replaced or retracted */
    position_t position;
    moment_t time;
    ident_t actor;              /* person or daemon */
    ident_t mandate;            /* of an automatic one */
    const struct verdict_given *body;
    bool standing, retracted;
} round_verdict_t;

typedef struct round_advice {
    position_t position;
    ident_t actor;
    const struct advice *body;
} round_advice_t;
typedef struct round_signature {
    position_t position;
    moment_t time;
    ident_t actor;
    enum meaning meaning;
    text_t remark;
} round_signature_t;
typedef struct round_measure {
    int64_t no;
    const struct measure *body;
    position_t position;
} round_measure_t;

typedef struct round {
    int64_t no, revision;
    digest_t digest;
    position_t opened, procedure;            /* the edition it keeps */
    moment_t opened_at;
    struct text_list departments;
    round_verdict_t *verdicts; size_t verdicts_n;   /* in order of position */
    round_advice_t *advices; size_t advices_n;
    position_t tallied;                      /* position of the last tally, 0 = none */
    enum outcome tally;
    bool tally_stale;                        /* a verdict came or went since */
    position_t concluded;                    /* 0 = not yet */
    ident_t concluder;
    moment_t concluded_at;
    const struct conclude *conclusion;
    round_signature_t *signatures; size_t signatures_n;
    round_measure_t *measures; size_t measures_n;
    bool superseded;                         /* a later revision took its place */
} round_t;

bool round_asks(const round_t *self, text_t department);
const round_verdict_t *round_standing(const round_t *self, text_t department); /* NULL: none */
/* Departments without a standing verdict, one after the other: NULL text when there are no more. */
text_t round_waiting(const round_t *self, size_t index);
/* All asked have spoken: fills *out with the tally and returns true. */
bool round_tally(const round_t *self, struct tallied *out);
/* The five answers of QP21-4.2.2 (a1 a2 b c d, in order, reasons where not "yes") and the outcome
   against the tally. */
int round_check_conclusion(const round_t *self, const struct conclude *body, problem_t *problem);
/* Of a department that is asked, in a round that is not concluded (rule_state). */
int round_check_verdict(const struct verdict_given *body, problem_t *problem);

void round_apply_verdict(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_retract(round_t *self, const decoded_t *event);
void round_apply_advice(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_tallied(round_t *self, const decoded_t *event);
void round_apply_conclude(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_signature(round_t *self, arena_t *arena, const decoded_t *event,
                           enum meaning meaning);

#endif
