/* SPDX-License-Identifier: Apache-2.0
 *
 * order: a customer's order from registration to effect (QP21-4.1 to 4.4.1, 4.4.3), as a fold over
 * its events. order_check says whether a command may become an event; order_apply folds an event,
 * totally; order_consequence says which derived event must follow from the state as it is now. The
 * three together are `decide`: whoever holds the ledger checks, applies the command's event, then
 * applies consequences until there is none. The archiver and the auditor do the same and compare
 * bytes.
 */
#ifndef COUNTERSIGN_DOMAIN_ORDER_H
#define COUNTERSIGN_DOMAIN_ORDER_H

#include "common/domain/round.h"

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
    ident_t author;                          /* who registered or amended */
    const struct order_content *content;
    digest_t digest;                         /* order_digest of the content */
    text_t reason;                           /* of the amendment; empty for revision 1 */
    const struct confirmation *agreement;    /* of the amendment */
    /* customer's confirmation of an oral order; NULL = none */
    const struct confirmation *confirmed;
    const struct confirmation *contract;     /* customer's confirmation as a signature step */
    const struct class_proposed *proposed;   /* NULL = not yet */
    text_t order_class;                      /* confirmed; empty = not yet */
    text_t class_reason;
    ident_t classifier;
    position_t classified_under;             /* edition in force when it was */
    position_t completed, effective;         /* review.completed, order.effective; 0 = not */
} order_revision_t;

typedef struct order {
    ident_t id;
    text_t number;                           /* empty until numbered */
    order_state_t state;
    uint64_t version;                        /* count of its events */
    /* positions of its last event, of its last command's event */
    position_t last, last_command;
    moment_t last_time;
    ident_t registrant;
    order_revision_t *revisions; size_t revisions_n;
    round_t *rounds; size_t rounds_n;
    bool convened;                           /* stays for later revisions of the same class */
    text_t convened_class;
    ident_t convener;
    position_t edition;                      /* procedure in force at its last event */
    /* position at which the current revision became effective */
    position_t effective;
    bool review_completed;                   /* of the current revision */
    text_t end_reason;                       /* of decline, withdraw */
    arena_t *arena;
} order_t;

order_t *order_new(ident_t id);
void order_destroy(order_t **self_p);
const order_revision_t *order_revision(const order_t *self);  /* the current one; NULL when new */
/* the current, not superseded one; NULL = none open */
const round_t *order_round(const order_t *self);
/* neither withdrawn nor declined nor effective */
bool order_open(const order_t *self);
/* hash_domain (DOMAIN_REQUIREMENTS, canonical content) */
digest_t order_digest(const struct order_content *content);
/* The edition under which the order's current round (or, without one, its next) runs. */
const struct procedure *order_procedure(const order_t *self, const context_t *context);
/* NULL = not confirmed */
const struct order_class *order_class_of(const order_t *self, const context_t *context);

/* Refusals: see REASONS; clause set by rule. UNKNOWN_CASE is the caller's (no such order). A
   revision above the current one is BEHIND (answered as busy). `self` is NULL for
   order.register. */
int order_check(const order_t *self, const context_t *context, const authority_t *authority,
                const struct command *command, const void *body, moment_t time, problem_t *problem);
void order_apply(order_t *self, const context_t *context, const decoded_t *event);

typedef struct derived { kind_t kind; union {
        struct numbered numbered;
        struct class_proposed class_proposed;
        struct round_opened round_opened;
        struct tallied tallied;
        struct became became; } body; } derived_t;
/* True: *out is what follows next from the state (texts and lists in `arena` or in self). False:
   nothing follows. */
bool order_consequence(const order_t *self, const context_t *context, arena_t *arena,
                       derived_t *out);

/* The same rules seen from a person's desk: what the order waits for, and who can do it. */
typedef struct waiting {
    kind_t kind;            /* the command that would bring it on */
    enum meaning meaning;   /* of ORDER_SIGN */
    text_t department;      /* of ORDER_VERDICT */
    /* whose turn it is (with stand_in), may be empty: any role with the act */
    text_t role;
    text_t stand_in;
    enum act act;           /* if role is empty */
} waiting_t;
size_t order_waiting(const order_t *self, const context_t *context, waiting_t out[40]);
/* May this person do it now? 0, or -1 with the reason and clause: what refuses *me*. */
int waiting_check(const order_t *self, const context_t *context, const waiting_t *what,
                  const person_t *person, moment_t time, problem_t *problem);
/* Sets in *out which fields differ between two bodies of `record`, as two contents of an order: as
   dotted paths with old and new value; an item that carries a number is named by it:
   "lines[2].quantity" is line number 2. Returns how many. */
struct difference { text_t path, before, after; };
size_t record_difference(const record_t *record, const void *a, const void *b, arena_t *arena,
                         struct difference **out);
/* Its open review still needs a department or a role that `next` no longer has (STRANDS_ROUND). */
bool order_stranded(const order_t *self, const context_t *context, const struct procedure *next);
/* Invariants, checked after each step in tests and by the daemons (insist): NULL = fine, else what
   is broken. */
const char *order_invariant(const order_t *self, const context_t *context);

#endif
