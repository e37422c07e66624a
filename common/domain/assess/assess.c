/* SPDX-License-Identifier: Apache-2.0
 *
 * assess: see assess.h.
 */
#include "common/domain/assess/assess.h"

#include "common/domain/assess/complaints.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/rules.h"

static const assessor_t *const rules[] = {&completeness_rule, &delivery_rule, &capacity_rule,
                                          &material_rule, &inspection_rule, &recurrence_rule,
                                          &promise_rule, &corrective_rule};
#define RULES_N (sizeof rules / sizeof *rules)

const assessor_t *assessor_find(text_t name) {
    for (size_t i = 0; i < RULES_N; i++)
        if (text_is(name, rules[i]->name))
            return rules[i];
    return NULL;
}

const assessor_t *const *assessor_list(size_t *n) {
    *n = RULES_N;
    return rules;
}

/* What an event cannot carry as evidence, no rule decides. */
static void judge(const assessor_t *assessor, const struct fact_list *facts, arena_t *arena,
                  struct assessment *out) {
    if (facts_complete(facts)) {
        assessor->judge(facts, arena, out);
        return;
    }
    out->verdict = assessor->scope == SCOPE_ORDER ? VERDICT_ACCEPT : VERDICT_PARTLY;
    out->certain = false;
    out->reason = assessor->scope == SCOPE_ORDER
                      ? TEXT("订单内容超出规则可处理的范围（依据超过4000条），请人工评审。")
                      : TEXT(LEANS_NOWHERE "相关投诉超出规则可处理的范围（依据超过4000条），请人工判断。");
}

void assess(const assessor_t *assessor, const assess_input_t *in, arena_t *arena,
            struct assessment *out) {
    *out = (struct assessment){.rule = text_of(assessor->name), .edition = assessor->edition,
                               .cause = (int64_t) in->cause};
    assessor->gather(in, arena, &out->inputs);
    judge(assessor, &out->inputs, arena, out);
}

bool assess_again(const struct assessment *assessment) {
    const assessor_t *assessor = assessor_find(assessment->rule);
    if (!assessor || assessor->edition != assessment->edition)
        return false;
    arena_t *arena = arena_new(0);
    struct assessment again = {.rule = assessment->rule, .edition = assessment->edition,
                               .cause = assessment->cause, .inputs = assessment->inputs};
    judge(assessor, &again.inputs, arena, &again);
    bool same = record_equal(&assessment_record, assessment, &again);
    arena_destroy(&arena);
    return same;
}

day_t assess_confirmed(const struct assessment *assessment) {
    day_t latest = 0;
    if (assessment->verdict != VERDICT_ACCEPT || !assessment->certain ||
        !(text_is(assessment->rule, delivery_rule.name) ||
          text_is(assessment->rule, capacity_rule.name)))
        return 0;
    for (size_t i = 0; i < assessment->inputs.n; i++) {
        const struct fact *fact = &assessment->inputs.at[i];
        if (fact_is(fact, "wanted") && fact->day > latest)
            latest = fact->day;
    }
    return latest;
}
