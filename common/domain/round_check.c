/* SPDX-License-Identifier: Apache-2.0
 *
 * round_check: what a verdict and a conclusion must hold, whatever is reviewed.
 */
#include "common/domain/round.h"

#include <stdio.h>

#include "common/base/text.h"
#include "common/domain/keep.h"

static bool blank(text_t text) { return text_trim(text).n == 0; }

static int check_order_words(const struct verdict_given *body, problem_t *problem) {
    if (body->verdict == VERDICT_CONDITIONS && body->conditions.n == 0)
        return problem_set(problem, REASON_FIELD_MISSING, "conditions",
                           "accept with conditions needs at least one condition");
    if (body->verdict == VERDICT_REJECT && blank(body->reason))
        return problem_set(problem, REASON_FIELD_MISSING, "reason", "a reject needs its reason");
    return 0;
}

/* QP21-4.6: what is ours has a cause, what is not has a reason. */
static int check_responsibility(const struct verdict_given *body, problem_t *problem) {
    bool ours = body->verdict == VERDICT_OURS || body->verdict == VERDICT_PARTLY;
    if (ours && (body->finding.n == 0 || blank(body->finding.at[0].occurrence)))
        return problem_set(problem, REASON_FIELD_MISSING, "finding[0].occurrence",
                           "what is ours needs its cause, or what is known of it");
    if (body->verdict == VERDICT_NOT_OURS && blank(body->reason))
        return problem_set(problem, REASON_FIELD_MISSING, "reason",
                           "not ours needs its reason");
    return 0;
}

int round_check_verdict(const round_t *self, const struct verdict_given *body,
                        problem_t *problem) {
    if (!(self->scale->verdicts & 1u << body->verdict))
        return problem_set(problem, REASON_FIELD_RANGE, "verdict", "%s", self->scale->words);
    if (check_order_words(body, problem) || check_responsibility(body, problem))
        return -1;
    if (body->finding.n && self->scale != &scale_responsibility)
        return problem_set(problem, REASON_FIELD_RANGE, "finding",
                           "only a verdict on a complaint or claim carries a finding");
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

int round_check_conclusion(const round_t *self, const struct conclude *body, problem_t *problem) {
    struct tallied tally;
    if (!round_tally(self, &tally) || self->tallied == 0 || self->tally_stale) {
        text_t missing = round_waiting(self, 0);
        return refuse(problem, REASON_TALLY_OPEN, self->scale->clause, "", "still to speak: %.*s",
                      (int) missing.n, missing.n ? missing.p : "");
    }
    if (!self->scale->lets(tally.outcome, body->outcome))
        return refuse(problem, REASON_CONTRADICTS_TALLY, self->scale->clause, "outcome",
                      "the tally is \"%s\"", enum_name(&outcome_table, (int) tally.outcome));
    return 0;
}
