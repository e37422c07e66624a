/* SPDX-License-Identifier: Apache-2.0
 *
 * order_rules: the rules of an order that need no body: which step is possible in which state, and
 * who may take it. order_check and waiting_check both ask here, so that what a person is told and
 * what is decided cannot differ.
 */
#ifndef COUNTERSIGN_DOMAIN_ORDER_RULES_H
#define COUNTERSIGN_DOMAIN_ORDER_RULES_H

#include "common/domain/keep.h"
#include "common/domain/order.h"

/* One step that somebody would take: of ORDER_SIGN the meaning, of a verdict, retraction or advice
 * the department. */
typedef struct order_step {
    kind_t kind;
    enum meaning meaning;
    text_t department;
} order_step_t;

/* Possible now, whoever asks? `self` NULL: before registration. */
int rule_state(const order_t *self, const context_t *context, const order_step_t *step,
               problem_t *problem);
/* May this person or daemon? Presumes rule_state. */
int rule_actor(const order_t *self, const context_t *context, const order_step_t *step,
               const authority_t *authority, problem_t *problem);
/* Bound to the requirements as they are now (JUDGES), or to the case as it is (VERSIONED). */
int rule_bound(const order_t *self, const struct command *command, problem_t *problem);
/* What registration and amendment must hold beyond the codec; `path` comes before the field's name.
 */
int rule_content(const context_t *context, const struct order_content *content, const char *path,
                 problem_t *problem);

bool order_ended(const order_t *self); /* withdrawn or declined */
bool order_oral(const struct procedure *edition, const order_revision_t *revision);
bool order_confirmed(const order_revision_t *revision); /* by the customer, in whatever way */
const struct procedure *order_edition(const order_t *self,
                                      const context_t *context); /* at its last event */
const struct step *order_next_step(const order_t *self,
                                   const context_t *context); /* NULL: none awaited */
order_state_t order_settle(const order_t *self,
                           const context_t *context); /* the state the facts make */
bool content_has_line(const struct order_content *content, int64_t line);
/* The tests of QP21-4.2.3 in the edition's order; it has a class at least. */
void order_propose(const order_t *self, const context_t *context, const struct procedure *edition,
                   arena_t *arena, struct class_proposed *out);

#endif
