/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback: what a customer tells us, from the day it came in until it is closed (QP21-4.5c, 4.6):
 * complaints through the stages of ISO 10002, and enquiries, suggestions, praise, claims, dealer
 * reports and lost business; as a fold over its events. A case (case.h) whose class follows from
 * its kind and its assessment, by the procedure. What is found to be of another kind is
 * reclassified, not retyped.
 */
#ifndef COUNTERSIGN_DOMAIN_FEEDBACK_H
#define COUNTERSIGN_DOMAIN_FEEDBACK_H

#include "common/domain/case.h"

typedef enum feedback_state {
    FEEDBACK_NEW,                /* nothing applied yet */
    FEEDBACK_RECEIVED,           /* 已登记: a stage before its review is missing */
    FEEDBACK_IN_REVIEW,          /* 评审中: the departments look into it, until the conclusion */
    FEEDBACK_AWAITING_SIGNATURE, /* 待签批 */
    FEEDBACK_TO_ANSWER,          /* 待答复: disposed of, or nobody had to be asked */
    FEEDBACK_ANSWERED,           /* 已答复 */
    FEEDBACK_CLOSED              /* 已结案 */
} feedback_state_t;
const char *feedback_state_name(feedback_state_t state); /* stable, for JSON */

/* Something that was said of it, once or again; `body` has the record of its kind. */
typedef struct said { position_t position; moment_t time; ident_t actor, mandate; const void *body; } said_t;
typedef struct said_list { said_t *at; size_t n; } said_list_t;
const said_t *said_last(const said_list_t *self); /* NULL: never */

typedef struct feedback_revision {
    int64_t no;
    position_t position;
    moment_t time;
    ident_t author, mandate;     /* mandate: the delegation under which it was said; none = no other's */
    const struct feedback_content *content;
    digest_t digest;
    text_t reason;               /* of the amendment or reclassification; empty for revision 1 */
} feedback_revision_t;

typedef struct feedback {
    case_t head;
    feedback_state_t state;
    feedback_revision_t *revisions; size_t revisions_n;
    text_t complaint_number, other_number; /* as it was and is called; empty: never */
    said_list_t acknowledged;    /* struct acknowledge */
    said_list_t assessed;        /* struct triage; the last one counts */
    said_list_t contained;       /* struct containment; the last one counts */
    said_list_t answered;        /* struct reply_given */
    said_list_t closed;          /* struct closing */
    said_list_t reopened;        /* struct revoke */
    said_list_t reclassified;    /* struct reclassify */
    position_t disposed;         /* of feedback.disposed, of its current round; 0 = not */
    moment_t disposed_at;
    bool has_answer, is_closed;  /* since it was last reopened */
    /* It had actions while its class asked for their effect before closing: it stays so, whatever
       it is called later. */
    bool actions_bind;
} feedback_t;

feedback_t *feedback_new(ident_t id);
void feedback_destroy(feedback_t **self_p);
/* NULL: the case is none, or of another kind. */
feedback_t *feedback_of(case_t *self);
const feedback_t *feedback_of_const(const case_t *self);
const feedback_revision_t *feedback_revision(const feedback_t *self); /* NULL when new */
enum feedback_kind feedback_kind_of(const feedback_t *self);          /* unset when new */
const struct triage *feedback_triage(const feedback_t *self);         /* NULL: not assessed */
digest_t feedback_digest(const struct feedback_content *content);
/* The first class of the edition that fits kind and assessment; NULL: none, or no edition. */
const struct review_class *feedback_class(const feedback_t *self, const struct procedure *edition);
/* Complaints and claims are somebody's fault or not; the rest is adopted or not. */
const scale_t *feedback_scale(enum feedback_kind kind);

#endif
