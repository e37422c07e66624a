/* SPDX-License-Identifier: Apache-2.0
 *
 * round: one review by the departments asked, side by side: verdicts that can be replaced until the
 * conclusion, the tally, the conclusion, the signatures in order. Orders, complaints and other
 * feedback use it; it knows none of them but by the scale of words in which it speaks. QP21-4.3.2,
 * 4.6, verdicts and signatures of QP21 section 2.
 */
#ifndef COUNTERSIGN_DOMAIN_ROUND_H
#define COUNTERSIGN_DOMAIN_ROUND_H

#include "common/domain/context.h"

/* The words of a kind of review: which verdicts fit it, what the tally makes of them, and which
   conclusions a tally lets through. */
typedef struct scale {
    const char *name;
    const char *words;                      /* the verdicts that fit, for a refusal */
    unsigned verdicts;                      /* bit by enum verdict */
    enum outcome (*tally)(const struct tallied *counts);
    bool (*lets)(enum outcome tally, enum outcome outcome);
    unsigned signable;                      /* bit by enum outcome: signatures follow */
    /* what a refusal cites: of verdicts, tally and conclusion; of signatures */
    const char *clause, *signing;
} scale_t;
extern const scale_t scale_fulfilment;      /* can we? orders (QP21-4.3.2) */
extern const scale_t scale_responsibility;  /* is it ours? complaints and claims (QP21-4.6) */
extern const scale_t scale_adoption;        /* shall we? suggestions and the like (QP21-4.6 b) */
bool scale_signs(const scale_t *self, enum outcome outcome);

typedef struct round_verdict { /* one that was given; standing, replaced or retracted */
    position_t position;
    moment_t time;
    ident_t actor;              /* person or daemon */
    /* of an automatic one the standing mandate; of a person's the delegation or forward, or none */
    ident_t mandate;
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
    ident_t actor, mandate;     /* mandate: the delegation; none = in their own right */
    enum meaning meaning;
    text_t remark;
} round_signature_t;
typedef struct round_forward { /* 转交: another person may give this department's verdict, too */
    ident_t id;                 /* what they cite as mandate */
    position_t position;
    moment_t time;
    ident_t actor;
    const struct forward *body;
} round_forward_t;
typedef struct round_added { /* 加签: asked beside those of the class */
    position_t position;
    moment_t time;
    ident_t actor, mandate;
    const struct add_reviewer *body;
} round_added_t;
#define ROUND_ASKED_MAX 32 /* bound of round_opened.departments, and of what a tally counts */
typedef struct round {
    int64_t no, revision;
    const scale_t *scale;
    digest_t digest;
    position_t opened, procedure;            /* the edition it keeps */
    moment_t opened_at;
    struct text_list departments;            /* who is asked, those added last */
    round_forward_t *forwards; size_t forwards_n;
    round_added_t *added; size_t added_n;
    round_verdict_t *verdicts; size_t verdicts_n;   /* in order of position */
    round_advice_t *advices; size_t advices_n;
    position_t tallied;                      /* position of the last tally, 0 = none */
    moment_t tallied_at;
    enum outcome tally;
    bool tally_stale;                        /* a verdict came or went since */
    position_t concluded;                    /* 0 = not yet */
    ident_t concluder, concluder_mandate;
    moment_t concluded_at;
    const struct conclude *conclusion;
    round_signature_t *signatures; size_t signatures_n;
    bool superseded;                         /* a later revision or round took its place */
} round_t;

bool round_asks(const round_t *self, text_t department);
const round_verdict_t *round_standing(const round_t *self, text_t department); /* NULL: none */
/* Departments without a standing verdict, one after the other: NULL text when there are no more. */
text_t round_waiting(const round_t *self, size_t index);
const round_forward_t *round_forward_of(const round_t *self, ident_t id); /* NULL: none */
/* On whose behalf something was said in this review: by delegation or forward; none = nobody's. */
ident_t round_behalf(const round_t *self, const context_t *context, ident_t mandate);
/* All asked have spoken: fills *out with the tally and returns true. */
bool round_tally(const round_t *self, struct tallied *out);
/* The outcome against the tally. */
int round_check_conclusion(const round_t *self, const struct conclude *body, problem_t *problem);
/* Of a department that is asked, in a round that is not concluded (review_state). */
int round_check_verdict(const round_t *self, const struct verdict_given *body, problem_t *problem);

/* What an event of the review does to the round. */
void round_open(round_t *self, arena_t *arena, const decoded_t *event, const scale_t *scale);
void round_apply_verdict(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_retract(round_t *self, const decoded_t *event);
void round_apply_forward(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_added(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_advice(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_tallied(round_t *self, const decoded_t *event);
void round_apply_conclude(round_t *self, arena_t *arena, const decoded_t *event);
void round_apply_signature(round_t *self, arena_t *arena, const decoded_t *event,
                           enum meaning meaning);

#endif
