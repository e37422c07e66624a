/* SPDX-License-Identifier: Apache-2.0
 *
 * review: the rules of what departments do to a case, the same for orders and feedback: who is
 * asked, who may speak, conclude and sign, in which order, under which edition; what it waits for;
 * what follows. QP21-3, 4.2.1, 4.3.1, 4.3.2, 4.6.
 */
#ifndef COUNTERSIGN_DOMAIN_REVIEW_H
#define COUNTERSIGN_DOMAIN_REVIEW_H

#include "common/domain/case.h"
#include "common/domain/keep.h"

/* A case's review as its rules see it; made by the case when asked, owns nothing. */
typedef struct review {
    const case_t *of;
    const context_t *context;
    /* under which it runs: its round's, without a round the one in force */
    const struct procedure *edition;
    const struct review_class *class;        /* NULL: not known yet */
    const round_t *round;                    /* the current one; NULL: none is open */
    const scale_t *scale;
    bool completed;                          /* review.completed was said of this revision */
} review_t;

/* The signature that comes next; NULL: none is awaited. */
const struct step *review_next_step(const review_t *self);
/* Concluded, and signed by all. */
bool review_signed(const review_t *self);

/* Verdict, retraction, advice, conclusion, signature: possible now? There is a round. */
int review_state(const review_t *self, const attempt_t *attempt, problem_t *problem);
/* May this person or daemon speak, conclude, sign? Four eyes are by person, not by role. */
int review_actor(const review_t *self, const attempt_t *attempt, const authority_t *authority,
                 problem_t *problem);
/* A seat of the review: whoever holds the role, or stands in where four eyes bar every holder. */
typedef struct seat { text_t role, stand_in; const char *clause; } seat_t;
int review_may_sit(const review_t *self, const seat_t *seat, const person_t *person,
                   problem_t *problem);
/* review_asked.c: of a verdict, retraction or forward: by a reviewing role, or by the forward that it
   cites (never a forward: not onward); adding a department; what the bodies of both must hold. */
bool review_speaks(const review_t *self, text_t department, const person_t *person);
int review_may_speak(const review_t *self, const attempt_t *attempt, const person_t *person,
                     problem_t *problem);
int review_may_add(const review_t *self, const person_t *person, problem_t *problem);
int review_check_asked(const review_t *self, const check_t *ask, problem_t *problem);
/* The department is in both editions, and `next` has one of the roles that give its verdict. */
bool review_can_speak(const struct procedure *edition, const struct procedure *next,
                      text_t department);
/* What the bodies of verdict and conclusion must hold, whatever is reviewed. */
int review_body(const review_t *self, const check_t *ask, problem_t *problem);
/* What an open round waits for: departments, then the conclusion, then signatures. */
void review_waiting(const review_t *self, sheet_t *sheet);
/* With which event an open round began to wait for this; position 0: it waits for something else. */
instant_t review_begun(const round_t *round, enum stage stage);
bool review_stranded(const review_t *self, const struct procedure *next);

/* What follows: a round that asks `departments`, a tally. */
bool review_open(const review_t *self, struct text_list departments, derived_t *out);
bool review_tally(const review_t *self, derived_t *out);

/* What holds of every case's rounds after every step; NULL = fine. */
const char *review_invariant(const review_t *self);

#endif
