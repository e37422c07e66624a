/* SPDX-License-Identifier: Apache-2.0
 *
 * review: which step of a review is possible now, what it waits for, what follows. See review.h.
 */
#include "common/domain/review.h"

#include <stdio.h>

const struct step *review_next_step(const review_t *self) {
    const round_t *round = self->round;
    if (!round || !self->class || !round->conclusion ||
        !scale_signs(self->scale, round->conclusion->outcome) ||
        round->signatures_n >= self->class->steps.n)
        return NULL;
    return &self->class->steps.at[round->signatures_n];
}

bool review_signed(const review_t *self) {
    const round_t *round = self->round;
    return round && round->conclusion && self->class &&
           scale_signs(self->scale, round->conclusion->outcome) &&
           round->signatures_n >= self->class->steps.n;
}

/* ---- possible now? ---- */

static bool signed_already(const round_t *round, enum meaning meaning) {
    for (size_t i = 0; i < round->signatures_n; i++)
        if (round->signatures[i].meaning == meaning)
            return true;
    return false;
}

/* QP21-4.2.1: no contract before the review is complete, wherever the steps put it. */
static bool complete(const review_t *self) {
    for (size_t i = 0; i < self->class->steps.n; i++)
        if (self->class->steps.at[i].meaning == MEANING_COMPLETE)
            return self->completed;
    return true;
}

static int state_of_sign(const review_t *self, enum meaning meaning, problem_t *problem) {
    const struct step *next = review_next_step(self);
    if (!next)
        return problem_set(problem, REASON_WRONG_STATE, "", "no signature is awaited");
    const char *awaited = enum_name(&meaning_table, (int) next->meaning);
    if (meaning == MEANING_CONTRACT && !complete(self))
        return refuse(problem, REASON_NOT_REVIEWED, "QP21-4.2.1", "meaning",
                      "the next signature is \"%s\"", awaited);
    if (meaning != next->meaning && signed_already(self->round, meaning))
        return problem_set(problem, REASON_ALREADY, "meaning", "the next signature is \"%s\"",
                           awaited);
    if (meaning != next->meaning)
        return refuse(problem, REASON_WRONG_ORDER, self->scale->signing, "meaning",
                      "the next signature is \"%s\"", awaited);
    if (meaning == MEANING_CUSTOMER)
        return refuse(problem, REASON_NOT_CONFIRMED, "QP21-4.4.1", "meaning",
                      "the customer's word is recorded by order.customer-confirm");
    return 0;
}

static int state_of_department(const review_t *self, const attempt_t *attempt,
                               problem_t *problem) {
    if (!round_asks(self->round, attempt->department))
        return refuse(problem, REASON_NOT_ASKED, self->scale->clause, "department", "%.*s",
                      (int) attempt->department.n,
                      attempt->department.n ? attempt->department.p : "");
    if (attempt->kind == KIND_ROUND_RETRACT && !round_standing(self->round, attempt->department))
        return problem_set(problem, REASON_WRONG_STATE, "department",
                           "there is no verdict to take back");
    return 0;
}

static int state_of_adding(const review_t *self, text_t department, problem_t *problem) {
    if (round_asks(self->round, department))
        return problem_set(problem, REASON_ALREADY, "department", "it is asked");
    return 0;
}

static int state_of_conclude(const review_t *self, problem_t *problem) {
    text_t missing = round_waiting(self->round, 0);
    if (missing.n)
        return refuse(problem, REASON_TALLY_OPEN, self->scale->clause, "", "still to speak: %.*s",
                      (int) missing.n, missing.p);
    return 0;
}

int review_state(const review_t *self, const attempt_t *attempt, problem_t *problem) {
    const kind_t kind = attempt->kind;
    if (kind == KIND_ROUND_SIGN)
        return state_of_sign(self, attempt->meaning, problem);
    if (kind == KIND_ROUND_CONCLUDE)
        return state_of_conclude(self, problem);
    if (kind == KIND_ROUND_ADD_REVIEWER)
        return state_of_adding(self, attempt->department, problem);
    if (kind == KIND_ROUND_VERDICT || kind == KIND_ROUND_RETRACT || kind == KIND_ROUND_ADVISE ||
        kind == KIND_ROUND_FORWARD)
        return state_of_department(self, attempt, problem);
    return 0;
}

/* ---- waiting ---- */

static void wait_for_departments(const review_t *self, sheet_t *sheet) {
    text_t department = round_waiting(self->round, 0);
    bool any = department.n > 0;
    for (size_t i = 1; department.n; department = round_waiting(self->round, i++)) {
        const struct department *entry =
            self->edition ? procedure_department(self->edition, department) : NULL;
        bool one = entry && entry->reviewers.n == 1;
        sheet_add(sheet, (waiting_t){.kind = KIND_ROUND_VERDICT,
                                     .department = department,
                                     .role = one ? entry->reviewers.at[0] : (text_t){NULL, 0}});
    }
    if (!any && self->class)
        sheet_add(sheet, (waiting_t){.kind = KIND_ROUND_CONCLUDE,
                                     .role = self->class->concluder,
                                     .stand_in = self->class->concluder_stand_in});
}

void review_waiting(const review_t *self, sheet_t *sheet) {
    if (!self->round->conclusion) {
        wait_for_departments(self, sheet);
        return;
    }
    const struct step *next = review_next_step(self);
    if (next && next->meaning == MEANING_CUSTOMER)
        sheet_add(sheet, (waiting_t){.kind = KIND_ORDER_CUSTOMER_CONFIRM,
                                     .meaning = MEANING_CUSTOMER,
                                     .act = ACT_CUSTOMER_CONFIRM});
    else if (next)
        sheet_add(sheet, (waiting_t){.kind = KIND_ROUND_SIGN,
                                     .meaning = next->meaning,
                                     .role = next->role,
                                     .stand_in = next->stand_in});
}

instant_t review_begun(const round_t *round, enum stage stage) {
    const round_signature_t *last =
        round->signatures_n ? &round->signatures[round->signatures_n - 1] : NULL;
    if (stage == STAGE_REVIEW)
        return (instant_t){round->opened, round->opened_at};
    if (stage == STAGE_CONCLUDE)
        return (instant_t){round->tallied, round->tallied_at};
    if (stage == STAGE_SIGN && last)
        return (instant_t){last->position, last->time};
    if (stage == STAGE_SIGN || stage == STAGE_NEGOTIATE)
        return (instant_t){round->concluded, round->concluded_at};
    return (instant_t){0, 0};
}

/* ---- stranded: the review keeps its own edition, but people's roles are those in force ---- */

/* One of the department's reviewing roles is enough: any of them gives its verdict. */
bool review_can_speak(const struct procedure *edition, const struct procedure *next,
                      text_t department) {
    const struct department *entry = procedure_department(edition, department);
    if (!entry || !procedure_department(next, department))
        return false;
    for (size_t i = 0; i < entry->reviewers.n; i++)
        if (procedure_role(next, entry->reviewers.at[i]))
            return true;
    return false;
}

static bool departments_stranded(const review_t *self, const struct procedure *next) {
    text_t department = round_waiting(self->round, 0);
    for (size_t i = 1; department.n; department = round_waiting(self->round, i++))
        if (!review_can_speak(self->edition, next, department))
            return true;
    return false;
}

bool review_stranded(const review_t *self, const struct procedure *next) {
    const round_t *round = self->round;
    if (!round || !self->class || case_standing(self->of) != STANDING_OPEN ||
        (round->conclusion && !scale_signs(self->scale, round->conclusion->outcome)))
        return false;
    if (!round->conclusion && (departments_stranded(self, next) ||
                               !procedure_role(next, self->class->concluder)))
        return true;
    for (size_t i = round->signatures_n; i < self->class->steps.n; i++)
        if (self->class->steps.at[i].role.n &&
            !procedure_role(next, self->class->steps.at[i].role))
            return true;
    return false;
}

/* ---- what follows ---- */

bool review_open(const review_t *self, struct text_list departments, derived_t *out) {
    out->kind = KIND_ROUND_OPENED;
    out->body.round_opened = (struct round_opened){.round = (int64_t) self->of->rounds_n + 1,
                                                   .revision = self->of->revision,
                                                   .digest = self->of->digest,
                                                   .departments = departments,
                                                   .procedure = (int64_t) self->of->edition};
    return true;
}

bool review_tally(const review_t *self, derived_t *out) {
    const round_t *round = self->round;
    if (!round || round->conclusion || (round->tallied && !round->tally_stale))
        return false;
    out->kind = KIND_ROUND_TALLIED;
    return round_tally(round, &out->body.tallied);
}
