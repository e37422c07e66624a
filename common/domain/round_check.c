/* SPDX-License-Identifier: Apache-2.0
 *
 * round_check: what a verdict and a conclusion must hold, whatever is reviewed.
 */
#include "common/domain/round.h"

#include <stdio.h>

#include "common/base/text.h"
#include "common/domain/keep.h"

static bool blank(text_t text) { return text_trim(text).n == 0; }

int round_check_verdict(const struct verdict_given *body, problem_t *problem) {
    switch (body->verdict) {
    case VERDICT_CONDITIONS:
        if (body->conditions.n == 0)
            return problem_set(problem, REASON_FIELD_MISSING, "conditions",
                               "accept with conditions needs at least one condition");
        break;
    case VERDICT_REJECT:
        if (blank(body->reason))
            return problem_set(problem, REASON_FIELD_MISSING, "reason",
                               "a reject needs its reason");
        break;
    case VERDICT_ACCEPT:
        break;
    case verdict_unset:
        return problem_set(problem, REASON_FIELD_MISSING, "verdict",
                           "accept, accept with conditions or reject");
    }
    if (body->verdict != VERDICT_CONDITIONS && body->conditions.n > 0)
        return problem_set(problem, REASON_FIELD_RANGE, "conditions",
                           "only accept with conditions carries conditions");
    for (size_t i = 0; i < body->conditions.n; i++) {
        char field[48];
        snprintf(field, sizeof field, "conditions[%zu].text", i);
        if (blank(body->conditions.at[i].text))
            return problem_set(problem, REASON_FIELD_MISSING, field,
                               "word the condition so that the customer can meet or refuse it");
    }
    return 0;
}

/* The tally is advice with limits: able needs every department's plain yes, and what nobody doubts
 * is not negotiated. */
static int check_outcome(const round_t *self, enum outcome outcome, problem_t *problem) {
    struct tallied tally;
    if (!round_tally(self, &tally) || self->tallied == 0 || self->tally_stale) {
        text_t missing = round_waiting(self, 0);
        return problem_set(problem, REASON_TALLY_OPEN, "", "still to speak: %.*s", (int) missing.n,
                           missing.n ? missing.p : "");
    }
    bool fits = outcome == OUTCOME_NOT_ABLE ||
                (outcome == OUTCOME_ABLE && tally.outcome == OUTCOME_ABLE) ||
                (outcome == OUTCOME_NEGOTIATE && tally.outcome != OUTCOME_ABLE);
    if (!fits)
        return problem_set(problem, REASON_CONTRADICTS_TALLY, "outcome", "the tally is \"%s\"",
                           enum_name(&outcome_table, (int) tally.outcome));
    return 0;
}

int round_check_conclusion(const round_t *self, const struct conclude *body, problem_t *problem) {
    if (check_outcome(self, body->outcome, problem))
        return -1;
    for (size_t i = 0; i < question_table.n; i++) {
        char field[48];
        const char *question = question_table.values[i].name;
        snprintf(field, sizeof field, "answers[%zu]", i);
        if (i >= body->answers.n ||
            (int) body->answers.at[i].question != question_table.values[i].value)
            return problem_set(problem, REASON_ANSWER_MISSING, field,
                               "question %s is answered here", question);
        const struct answer *answer = &body->answers.at[i];
        if (answer->answer != ANSWER_YES && blank(answer->reason))
            return problem_set(problem, REASON_ANSWER_MISSING, field,
                               "question %s needs its reason", question);
        if (answer->answer == ANSWER_NO && body->outcome == OUTCOME_ABLE)
            return refuse(problem, REASON_CONTRADICTS_TALLY, "QP21-4.2.2", field,
                          "not able while question %s is answered no", question);
    }
    return 0;
}
