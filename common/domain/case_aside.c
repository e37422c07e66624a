/* SPDX-License-Identifier: Apache-2.0
 *
 * case_aside: what is said of a case, whatever its state, and changes nothing that is decided:
 * reminders (催办), and what people were told by the notifier and what an administrator did about it.
 */
#include "common/domain/case.h"

/* The notifier's daemon alone says what it told whom; of an event that is there. */
static int check_outcome(const case_t *self, const check_t *ask, problem_t *problem) {
    const struct notified *body = ask->body;
    const daemon_entry_t *daemon = ask->authority->daemon;
    if (!daemon || daemon->part != PART_NOTIFIER)
        return problem_set(problem, REASON_WRONG_ROLE, "actor", "the notifier says what it told");
    if ((position_t) body->event > self->last)
        return problem_set(problem, REASON_BEHIND, "event", "no such event yet");
    return 0;
}

int aside_check(const case_t *self, const check_t *ask, problem_t *problem) {
    if (ask->command->kind == KIND_NOTIFY_OUTCOME)
        return check_outcome(self, ask, problem);
    if (ask->authority->daemon)
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "a daemon drops nothing");
    return may_act(ask->context, ask->authority->person, ACT_NOTIFY, problem);
}

void aside_apply(case_t *self, const decoded_t *event) { (void) self, (void) event; }
