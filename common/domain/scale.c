/* SPDX-License-Identifier: Apache-2.0
 *
 * scale: the words in which departments speak of a case, and what they come to: fulfilment for
 * orders (QP21-4.3.2), responsibility for complaints and claims (QP21-4.6), adoption for what a
 * customer suggests or reports (QP21-4.6 b).
 */
#include "common/domain/round.h"

#define VERDICT(name) (1u << VERDICT_##name)
#define OUTCOME(name) (1u << OUTCOME_##name)

bool scale_signs(const scale_t *self, enum outcome outcome) {
    return self->signable & 1u << outcome;
}

static enum outcome fulfilment_tally(const struct tallied *counts) {
    return counts->reject > 0       ? OUTCOME_NOT_ABLE
           : counts->conditions > 0 ? OUTCOME_NEGOTIATE
                                    : OUTCOME_ABLE;
}

/* The tally is advice with limits: able needs every department's plain yes, and what nobody doubts
 * is not negotiated. */
static bool fulfilment_lets(enum outcome tally, enum outcome outcome) {
    return outcome == OUTCOME_NOT_ABLE || (outcome == OUTCOME_ABLE && tally == OUTCOME_ABLE) ||
           (outcome == OUTCOME_NEGOTIATE && tally != OUTCOME_ABLE);
}

const scale_t scale_fulfilment = {
    .name = "fulfilment",
    .words = "accept, accept with conditions or reject",
    .verdicts = VERDICT(ACCEPT) | VERDICT(CONDITIONS) | VERDICT(REJECT),
    .tally = fulfilment_tally,
    .lets = fulfilment_lets,
    .signable = OUTCOME(ABLE),
    .clause = "QP21-4.3.2",
    .signing = "QP21-3.5",
};

/* Departments that do not agree make it partly ours: quality concludes which it is. */
static enum outcome responsibility_tally(const struct tallied *counts) {
    bool all_ours = counts->partly == 0 && counts->not_ours == 0;
    bool none_ours = counts->partly == 0 && counts->ours == 0;
    return all_ours ? OUTCOME_OURS : none_ours ? OUTCOME_NOT_OURS : OUTCOME_PARTLY;
}

/* What all departments say alike is not turned into its opposite. */
static bool responsibility_lets(enum outcome tally, enum outcome outcome) {
    bool fits = outcome == OUTCOME_OURS || outcome == OUTCOME_PARTLY || outcome == OUTCOME_NOT_OURS;
    return fits && !(tally == OUTCOME_OURS && outcome == OUTCOME_NOT_OURS) &&
           !(tally == OUTCOME_NOT_OURS && outcome == OUTCOME_OURS);
}

const scale_t scale_responsibility = {
    .name = "responsibility",
    .words = "ours, partly ours or not ours",
    .verdicts = VERDICT(OURS) | VERDICT(PARTLY) | VERDICT(NOT_OURS),
    .tally = responsibility_tally,
    .lets = responsibility_lets,
    .signable = OUTCOME(OURS) | OUTCOME(PARTLY) | OUTCOME(NOT_OURS),
    .clause = "QP21-4.6",
    .signing = "QP21-4.6",
};

static enum outcome adoption_tally(const struct tallied *counts) {
    return counts->reject > 0 ? OUTCOME_NOT_ADOPTED : OUTCOME_ADOPTED;
}

/* What a department cannot do is not promised; what all would do may still be left. */
static bool adoption_lets(enum outcome tally, enum outcome outcome) {
    return outcome == OUTCOME_NOT_ADOPTED ||
           (outcome == OUTCOME_ADOPTED && tally == OUTCOME_ADOPTED);
}

const scale_t scale_adoption = {
    .name = "adoption",
    .words = "accept, accept with conditions or reject",
    .verdicts = VERDICT(ACCEPT) | VERDICT(CONDITIONS) | VERDICT(REJECT),
    .tally = adoption_tally,
    .lets = adoption_lets,
    .signable = OUTCOME(ADOPTED) | OUTCOME(NOT_ADOPTED),
    .clause = "QP21-4.6",
    .signing = "QP21-4.6",
};
