/* SPDX-License-Identifier: Apache-2.0
 *
 * waiting: an order seen from a desk: what would bring it on, whose turn it is, and what refuses
 * one person. The rules are those of order_check, asked without a body.
 */
#include "common/domain/order_rules.h"

#define WAITING_MAX 40

typedef struct sheet {
    waiting_t *rows;
    size_t n;
} sheet_t;

static void add(sheet_t *sheet, waiting_t row) {
    if (sheet->n < WAITING_MAX)
        sheet->rows[sheet->n++] = row;
}

static void add_act(sheet_t *sheet, kind_t kind, enum act act) {
    add(sheet, (waiting_t){.kind = kind, .act = act});
}

/* A class of an older edition, or one that wants no convener any more, is confirmed again under the
 * one in force. */
static void wait_for_opening(const order_t *self, const context_t *context, sheet_t *sheet) {
    const struct order_class *class = order_class_of(self, context);
    bool unsaid = order_oral(order_procedure(self, context), order_revision(self)) &&
                  !order_confirmed(order_revision(self));
    bool convening = class && class->convener.n && !self->convened;
    if (unsaid)
        add_act(sheet, KIND_ORDER_CUSTOMER_CONFIRM, ACT_CUSTOMER_CONFIRM);
    if (!class || (!unsaid && !convening))
        add_act(sheet, KIND_ORDER_CLASSIFY, ACT_CLASSIFY);
    else if (!unsaid)
        add(sheet, (waiting_t){.kind = KIND_ORDER_CONVENE,
                               .role = class->convener,
                               .stand_in = class->convener_stand_in});
}

static void wait_for_departments(const order_t *self, const context_t *context, sheet_t *sheet) {
    const round_t *round = order_round(self);
    const struct procedure *edition = order_procedure(self, context);
    const struct order_class *class = order_class_of(self, context);
    text_t department = round_waiting(round, 0);
    for (size_t i = 1; department.n; department = round_waiting(round, i++)) {
        const struct department *entry = edition ? procedure_department(edition, department) : NULL;
        bool one = entry && entry->reviewers.n == 1;
        add(sheet, (waiting_t){.kind = KIND_ORDER_VERDICT,
                               .department = department,
                               .role = one ? entry->reviewers.at[0] : (text_t){NULL, 0}});
    }
    if (sheet->n == 0 && class)
        add(sheet, (waiting_t){.kind = KIND_ORDER_CONCLUDE,
                               .role = class->concluder,
                               .stand_in = class->concluder_stand_in});
}

static void wait_for_signature(const order_t *self, const context_t *context, sheet_t *sheet) {
    const struct step *next = order_next_step(self, context);
    if (next && next->meaning == MEANING_CUSTOMER)
        add(sheet, (waiting_t){.kind = KIND_ORDER_CUSTOMER_CONFIRM,
                               .meaning = MEANING_CUSTOMER,
                               .act = ACT_CUSTOMER_CONFIRM});
    else if (next)
        add(sheet, (waiting_t){.kind = KIND_ORDER_SIGN,
                               .meaning = next->meaning,
                               .role = next->role,
                               .stand_in = next->stand_in});
}

size_t order_waiting(const order_t *self, const context_t *context, waiting_t out[40]) {
    sheet_t sheet = {out, 0};
    switch (self->state) {
    case ORDER_REGISTERED:
    case ORDER_AWAITING_CUSTOMER:
        wait_for_opening(self, context, &sheet);
        break;
    case ORDER_IN_REVIEW:
        wait_for_departments(self, context, &sheet);
        break;
    case ORDER_TO_NEGOTIATE:
        add_act(&sheet, KIND_ORDER_AMEND, ACT_AMEND);
        add_act(&sheet, KIND_ORDER_DECLINE, ACT_DECLINE);
        add_act(&sheet, KIND_ORDER_WITHDRAW, ACT_WITHDRAW);
        break;
    case ORDER_AWAITING_SIGNATURE:
        wait_for_signature(self, context, &sheet);
        break;
    case ORDER_NEW:
    case ORDER_IS_EFFECTIVE:
    case ORDER_WITHDRAWN:
    case ORDER_DECLINED:
        break;
    }
    return sheet.n;
}

int waiting_check(const order_t *self, const context_t *context, const waiting_t *what,
                  const person_t *person, moment_t time, problem_t *problem) {
    (void) time;
    if (!person)
        return problem_set(problem, REASON_UNKNOWN_PERSON, "", "nobody of that name");
    if (person->revoked)
        return problem_set(problem, REASON_KEY_REVOKED, "", "%.*s has left", (int) person->name.n,
                           person->name.n ? person->name.p : "");
    order_step_t step = {what->kind, what->meaning, what->department};
    if (rule_state(self, context, &step, problem))
        return -1;
    return rule_actor(self, context, &step, &(authority_t){.person = person}, problem);
}
