/* SPDX-License-Identifier: Apache-2.0
 *
 * case_waiting: in which capacity somebody could take a step: in their own right, for somebody who
 * lets them act in a role, or because it was forwarded to them.
 */
#include "common/domain/case.h"

static bool by_delegation(const case_t *self, const context_t *context, const waiting_t *what,
                          ident_t person, moment_t now, capacity_t *as) {
    const delegation_entry_t *entry;
    for (size_t i = 0; (entry = context_delegation_to(context, person, now, i)) != NULL; i++) {
        person_t acting = delegation_acting(context, entry);
        problem_t refused;
        if (case_waiting_check(self, context, what, &acting, &refused) == 0) {
            *as = (capacity_t){entry->id, entry->grantor, entry->body.until};
            return true;
        }
    }
    return false;
}

static bool by_forward(const case_t *self, const context_t *context, const waiting_t *what,
                       const person_t *person, capacity_t *as) {
    const round_t *round = case_round(self);
    for (size_t i = 0; kind_forwarded(what->kind) && round && i < round->forwards_n; i++) {
        const round_forward_t *forward = &round->forwards[i];
        waiting_t cited = *what;
        problem_t refused;
        cited.mandate = forward->id;
        if (case_waiting_check(self, context, &cited, person, &refused) == 0) {
            *as = (capacity_t){forward->id, forward->actor, 0};
            return true;
        }
    }
    return false;
}

int case_waiting_as(const case_t *self, const context_t *context, const waiting_t *what,
                    const person_t *person, moment_t now, capacity_t *as, problem_t *problem) {
    capacity_t none = {.until = 0}, *out = as ? as : &none;
    *out = (capacity_t){.until = 0};
    int rc = case_waiting_check(self, context, what, person, problem);
    if (rc == 0 || !person || person->revoked)
        return rc;
    return by_delegation(self, context, what, person->id, now, out) ||
                   by_forward(self, context, what, person, out)
               ? 0
               : rc;
}
