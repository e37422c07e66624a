/* SPDX-License-Identifier: Apache-2.0
 *
 * assess: a department's own rule for an order or a complaint, one small file each. A rule has two pure halves:
 * `gather` picks the facts it needs from the fold at the causing event, `judge` is a function of
 * those facts alone, so that an auditor can run it again from the event. A new rule is one file
 * and one row in the table.
 */
#ifndef COUNTERSIGN_DOMAIN_ASSESS_H
#define COUNTERSIGN_DOMAIN_ASSESS_H

#include "common/domain/feedback.h"
#include "common/domain/order.h"

/* Claims: what orders already took of capacity and stock. An order claims for a department from
   the position of that department's standing `accept` on its current revision until the order
   ends, is amended, or the verdict goes. */
typedef struct claim_line {
    text_t product, modification;
    size_t product_number;                   /* the same product, the same number */
    decimal_t quantity;
    day_t wanted;
} claim_line_t;
typedef struct claim {
    ident_t order;
    text_t number;                           /* of the order: DD2026-0007 */
    text_t department;
    position_t position;                     /* of the verdict: earlier claims go first */
    const claim_line_t *lines; size_t lines_n; /* the claims' own copy */
} claim_t;
typedef struct claims claims_t;
claims_t *claims_new(void);
void claims_destroy(claims_t **self_p);
/* Call after order_apply of each event of an order: replaces this order's claims by what holds
   now. Returns true when anything changed (then other orders' assessments may have changed,
   too). */
bool claims_update(claims_t *self, const order_t *order);
/* What the order claims, to be kept beside the events: canonical bytes, appended. false: it claims
   nothing. */
bool claims_hold(const claims_t *self, ident_t order, buffer_t *out);
/* Puts back what was kept, in the place of what the order claims here. 0, or -1 with *problem: those
   are no such bytes. */
int claims_restore(claims_t *self, ident_t order, bytes_t held, arena_t *arena, problem_t *problem);
/* Position of the verdict by which the order claims for the department; 0 = it does not. */
position_t claims_position(const claims_t *self, ident_t order, text_t department);
/* Claims of a department, ascending by position; valid until the next update. */
size_t claims_of(const claims_t *self, text_t department, const claim_t **list);
/* How many products claims have named so far: every product_number is less. */
size_t claims_products(const claims_t *self);

typedef struct assess_input {
    const context_t *context;
    const claims_t *claims;
    /* assessed: its current revision and round; with `feedback`, the order that it names, or NULL */
    const order_t *order;
    const order_t *const *earlier;           /* the customer's other orders known, oldest first */
    size_t earlier_n;
    const feedback_t *feedback;              /* assessed; NULL: the order is */
    const feedback_t *const *related;        /* the product's other feedback known, oldest first */
    size_t related_n;
    bool related_more;                       /* there is earlier than related[0] */
    const struct procedure *procedure;       /* the edition that the review keeps */
    text_t department;
    position_t cause;                        /* position of the fold */
    day_t today;                             /* company's day of the causing event */
} assess_input_t;

typedef struct assessor {
    const char *name;                        /* as procedure.cfg names it */
    scope_t scope;                           /* of the cases that it assesses: ORDER, FEEDBACK */
    int edition;
    const char *doc;                         /* one line, for `procedure check` and the README */
    /* Facts into *out (arena, without limit). Claims of the same department at positions after
       this order's own standing accept do not count: of two orders after the last slot the
       earlier verdict keeps it. */
    void (*gather)(const assess_input_t *in, arena_t *arena, struct fact_list *out);
    /* Verdict, certain, conditions, reason, requirements of *out from the facts alone. */
    void (*judge)(const struct fact_list *facts, arena_t *arena, struct assessment *out);
} assessor_t;

const assessor_t *assessor_find(text_t name);        /* NULL: no such rule */
const assessor_t *const *assessor_list(size_t *n);
/* gather and judge; fills rule, edition, cause and inputs. Everything in `arena`. */
void assess(const assessor_t *assessor, const assess_input_t *in, arena_t *arena,
            struct assessment *out);
/* The auditor's way: runs judge on the inputs of an assessment and says whether the result is
   the same. */
bool assess_again(const struct assessment *assessment);
/* The delivery date that goes with an accept of "delivery" or "capacity"
   (verdict_given.confirmed): the latest date wanted; 0: none. */
day_t assess_confirmed(const struct assessment *assessment);

#endif
