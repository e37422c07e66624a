/* SPDX-License-Identifier: Apache-2.0
 *
 * order: a customer's order from registration to effect (QP21-4.1 to 4.4.1, 4.4.3), as a fold over
 * its events: a case (case.h) with revisions of what is ordered, a class, and signatures at whose
 * end it is effective.
 */
#ifndef COUNTERSIGN_DOMAIN_ORDER_H
#define COUNTERSIGN_DOMAIN_ORDER_H

#include "common/domain/case.h"

typedef enum order_state {
    ORDER_NEW,               /* nothing applied yet */
    ORDER_REGISTERED,        /* 已登记: class not confirmed, or special and not convened */
    ORDER_AWAITING_CUSTOMER, /* 待顾客确认: oral, before review */
    ORDER_IN_REVIEW,         /* 评审中: until the conclusion */
    /* 待协商: concluded to negotiate or not able; amend, decline or withdraw */
    ORDER_TO_NEGOTIATE,
    ORDER_AWAITING_SIGNATURE,/* 待签批 */
    ORDER_IS_EFFECTIVE,      /* 已生效 */
    ORDER_WITHDRAWN,         /* 已撤单 */
    ORDER_DECLINED           /* 不予接单 */
} order_state_t;
const char *order_state_name(order_state_t state); /* "in review": stable, for JSON */

typedef struct order_revision {
    int64_t no;
    position_t position;
    moment_t time;
    ident_t author, mandate;                 /* who registered or amended; the delegation, if any */
    const struct order_content *content;
    digest_t digest;                         /* order_digest of the content */
    text_t reason;                           /* of the amendment; empty for revision 1 */
    const struct confirmation *agreement;    /* of the amendment */
    /* customer's confirmation of an oral order; NULL = none */
    const struct confirmation *confirmed;
    ident_t confirmer, confirmer_mandate; moment_t confirmed_at; /* who signed for that, and when */
    const struct confirmation *contract;     /* customer's confirmation as a signature step */
    const struct class_proposed *proposed;   /* NULL = not yet */
    text_t order_class;                      /* confirmed; empty = not yet */
    text_t class_reason;
    ident_t classifier, classifier_mandate;
    position_t classified_under;             /* edition in force when it was */
    /* the last of what came before its review: class, customer's word */
    position_t prepared; moment_t prepared_at;
    position_t completed, effective;         /* review.completed, order.effective; 0 = not */
} order_revision_t;

typedef struct order {
    case_t head;
    order_state_t state;
    order_revision_t *revisions; size_t revisions_n;
    bool convened;                           /* stays for later revisions of the same class */
    text_t convened_class;
    ident_t convener, convener_mandate;
    /* position at which the current revision became effective */
    position_t effective;
    bool review_completed;                   /* of the current revision */
    text_t end_reason;                       /* of decline, withdraw */
} order_t;

order_t *order_new(ident_t id);
void order_destroy(order_t **self_p);
/* NULL: the case is none, or of another kind. */
order_t *order_of(case_t *self);
const order_t *order_of_const(const case_t *self);
static inline const round_t *order_round(const order_t *self) { return case_round(&self->head); }
const order_revision_t *order_revision(const order_t *self);  /* the current one; NULL when new */
/* neither withdrawn nor declined nor effective */
bool order_open(const order_t *self);
/* hash_domain (DOMAIN_REQUIREMENTS, canonical content) */
digest_t order_digest(const struct order_content *content);
/* NULL = not confirmed */
const struct review_class *order_class_of(const order_t *self, const context_t *context);

#endif
