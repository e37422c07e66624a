/* SPDX-License-Identifier: Apache-2.0
 *
 * order_stranded: would an order's open review be left without somebody it still needs, if `next`
 * came into force? The review keeps its own edition, but people's roles are those of the edition in
 * force.
 */
#include "common/domain/order_rules.h"

/* One of the department's reviewing roles is enough: any of them gives its verdict. */
static bool can_speak(const struct procedure *edition, const struct procedure *next,
                      text_t department) {
    const struct department *entry = procedure_department(edition, department);
    if (!entry || !procedure_department(next, department))
        return false;
    for (size_t i = 0; i < entry->reviewers.n; i++)
        if (procedure_role(next, entry->reviewers.at[i]))
            return true;
    return false;
}

static bool review_stranded(const round_t *round, const struct procedure *edition,
                            const struct procedure *next) {
    text_t department = round_waiting(round, 0);
    for (size_t i = 1; department.n; department = round_waiting(round, i++))
        if (!can_speak(edition, next, department))
            return true;
    return false;
}

bool order_stranded(const order_t *self, const context_t *context, const struct procedure *next) {
    const round_t *round = order_round(self);
    const struct procedure *edition = order_procedure(self, context);
    const struct order_class *class = order_class_of(self, context);
    bool signing = self->state == ORDER_AWAITING_SIGNATURE;
    if (!round || !class || !(signing || self->state == ORDER_IN_REVIEW))
        return false;
    if (!signing &&
        (review_stranded(round, edition, next) || !procedure_role(next, class->concluder)))
        return true;
    for (size_t i = round->signatures_n; i < class->steps.n; i++)
        if (class->steps.at[i].role.n && !procedure_role(next, class->steps.at[i].role))
            return true;
    return false;
}
