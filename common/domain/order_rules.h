/* SPDX-License-Identifier: Apache-2.0
 *
 * order_rules: what the files of an order share.
 */
#ifndef COUNTERSIGN_DOMAIN_ORDER_RULES_H
#define COUNTERSIGN_DOMAIN_ORDER_RULES_H

#include "common/domain/keep.h"
#include "common/domain/order.h"
#include "common/domain/review.h"

/* The rows of order_ops (case.h), one file each. */
void order_apply(case_t *head, const context_t *context, const decoded_t *event);
void order_review(const case_t *head, const context_t *context, review_t *out);
int order_state(const case_t *head, const context_t *context, const attempt_t *attempt,
                problem_t *problem);
int order_actor(const case_t *head, const context_t *context, const attempt_t *attempt,
                const authority_t *authority, problem_t *problem);
int order_body(const case_t *head, const check_t *ask, problem_t *problem);
bool order_consequence(const case_t *head, const context_t *context, arena_t *arena,
                       derived_t *out);
void order_waiting(const case_t *head, const context_t *context, sheet_t *sheet);
instant_t order_begun(const case_t *head, enum stage stage);
text_t order_class_key(const case_t *head, const context_t *context);
const char *order_invariant(const case_t *head, const context_t *context);

/* What registration and amendment must hold beyond the codec; `path` comes before the field's name.
 */
int rule_content(const context_t *context, const struct order_content *content, const char *path,
                 problem_t *problem);

bool order_ended(const order_t *self); /* withdrawn or declined */
bool order_oral(const struct procedure *edition, const order_revision_t *revision);
bool order_confirmed(const order_revision_t *revision); /* by the customer, in whatever way */
order_state_t order_settle(const order_t *self,
                           const context_t *context); /* the state the facts make */
bool content_has_line(const struct order_content *content, int64_t line);
/* The tests of QP21-4.2.3 in the edition's order; it has a class at least. */
void order_propose(const order_t *self, const context_t *context, const struct procedure *edition,
                   arena_t *arena, struct class_proposed *out);

#endif
