/* SPDX-License-Identifier: Apache-2.0
 *
 * whom: the people whom a rule's words mean, for one event of a case, as the case stands now.
 */
#ifndef COUNTERSIGN_NOTIFIER_WHOM_H
#define COUNTERSIGN_NOTIFIER_WHOM_H

#include "common/domain/case.h"
#include "daemons/notifier/rules.h"

#define WHOM_PEOPLE_MAX 256

typedef struct people {
    const person_t *at[WHOM_PEOPLE_MAX];
    bool expected[WHOM_PEOPLE_MAX]; /* only as whoever the case waits for */
    size_t n;
} people_t;

/* Does the rule speak of this event? `of` is its case as it stands. */
bool whom_fits(const rule_t *rule, const decoded_t *event, const case_t *of,
               const context_t *context);
/* Everyone once, without those who have left and whoever did it. Customers and programs are not
   people. */
void whom_people(const rule_t *rule, const decoded_t *event, const case_t *of,
                 const context_t *context, people_t *out);
/* Does the case wait for this person, or for somebody for whom they act at `now`? */
bool whom_awaited(const case_t *of, const context_t *context, const person_t *person,
                  moment_t now);

#endif
