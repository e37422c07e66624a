/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_rules: what the files of feedback share.
 */
#ifndef COUNTERSIGN_DOMAIN_FEEDBACK_RULES_H
#define COUNTERSIGN_DOMAIN_FEEDBACK_RULES_H

#include "common/domain/feedback.h"
#include "common/domain/keep.h"
#include "common/domain/review.h"

/* The rows of feedback_ops (case.h), one file each. */
void feedback_apply(case_t *head, const context_t *context, const decoded_t *event);
void feedback_review(const case_t *head, const context_t *context, review_t *out);
int feedback_check_state(const case_t *head, const context_t *context, const attempt_t *attempt,
                         problem_t *problem);
int feedback_actor(const case_t *head, const context_t *context, const attempt_t *attempt,
                   const authority_t *authority, problem_t *problem);
int feedback_body(const case_t *head, const check_t *ask, problem_t *problem);
bool feedback_consequence(const case_t *head, const context_t *context, arena_t *arena,
                          derived_t *out);
void feedback_waiting(const case_t *head, const context_t *context, sheet_t *sheet);
instant_t feedback_begun(const case_t *head, enum stage stage);
text_t feedback_class_key(const case_t *head, const context_t *context);
const char *feedback_invariant(const case_t *head, const context_t *context);

/* The class that this kind and assessment (NULL: none) fall into. */
const struct review_class *class_fitting(const struct procedure *edition, enum feedback_kind kind,
                                         const struct triage *triage);
/* A stage that its class asks for before review or answer, and that is not recorded; unset: none. */
enum stage stage_missing(const feedback_t *self, const struct review_class *class);
/* Not closed while an action is open: by its class, or since a class of it once said so. */
bool feedback_held_open(const feedback_t *self, const struct review_class *class);
/* Somebody is to be asked: not a duplicate, and its class has reviewers. */
bool feedback_reviewed(const feedback_t *self, const struct review_class *class);
/* Is this one of the departments that an assessment (NULL: none) asks? All of the class, where it
   names none of them: what was reclassified may name those of another class. */
bool triage_asks(const struct review_class *class, const struct triage *triage, text_t department);
feedback_state_t feedback_settle(const feedback_t *self,
                                 const context_t *context); /* the state the facts make */

#endif
