/* SPDX-License-Identifier: Apache-2.0
 *
 * complaints: see complaints.h.
 */
#include "common/domain/assess/complaints.h"

#include "common/base/moment.h"

#define MONTHS_USUAL 12

const struct feedback_content *complaint_content(const assess_input_t *in) {
    return feedback_revision(in->feedback)->content;
}

day_t complaints_since(const assess_input_t *in) {
    int year;
    unsigned month, day;
    int64_t months = in->procedure && in->procedure->complaint_months
                         ? in->procedure->complaint_months
                         : MONTHS_USUAL;
    day_to_civil(in->today, &year, &month, &day);
    int64_t at = (int64_t) year * 12 + month - 1 - months;
    return day_from_civil((int) (at / 12), (unsigned) (at % 12) + 1, 1);
}

day_t complaint_day(const assess_input_t *in, const feedback_t *complaint) {
    return moment_day(complaint->revisions[0].time,
                      in->procedure ? (int) in->procedure->offset_minutes : 0);
}

const struct conclude *complaint_conclusion(const feedback_t *complaint) {
    const round_t *round = case_round(&complaint->head);
    return complaint->disposed && round ? round->conclusion : NULL;
}

void complaints_more(const assess_input_t *in, facts_t *facts) {
    if (in->related_more)
        facts_add(facts, (struct fact){.name = TEXT("more"),
                                       .value = decimal_whole((int64_t) in->related_n)});
}

bool complaints_say_more(opinion_t *self, const struct fact *fact) {
    if (!fact_is(fact, "more"))
        return false;
    opinion_doubt(self, "该产品的反馈只看了最近%lld件，其余从略。", (long long) fact_number(fact));
    return true;
}

void complaint_opinion(opinion_t *self, arena_t *arena, struct assessment *out) {
    opinion_start(self, arena, out);
    out->verdict = VERDICT_PARTLY;
    out->certain = false;
    opinion_say(self, LEANS_NOWHERE);
}

void opinion_lean(opinion_t *self, enum verdict verdict) {
    const size_t n = strlen(LEANS_NOWHERE);
    self->out->verdict = verdict;
    if (self->n < n || memcmp(self->text, LEANS_NOWHERE, n) != 0)
        return;
    self->n -= n;
    memmove(self->text, self->text + n, self->n + 1);
}
