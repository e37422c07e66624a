/* SPDX-License-Identifier: Apache-2.0
 *
 * recurrence: quality's rule for a complaint: what was found in the same product's complaints of the
 * last months (QP21-4.6, ISO 9001 10.2.1 b: do similar nonconformities exist)? It is sure only where
 * the same lot was found to be ours before, and all of those months was looked at.
 */
#include "common/domain/assess/complaints.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/rules.h"

/* ---- gather ---- */

static void gather_one(const assess_input_t *in, facts_t *facts, const feedback_t *complaint) {
    const struct feedback_content *content = feedback_revision(complaint)->content;
    const struct conclude *conclusion = complaint_conclusion(complaint);
    facts_add(facts, (struct fact){.name = TEXT("complaint"), .of = complaint->head.number,
                                   .day = complaint_day(in, complaint), .text = content->lot});
    if (!conclusion)
        return;
    facts_add(facts, (struct fact){.name = TEXT("outcome"),
                                   .text = text_of(enum_name(&outcome_table,
                                                             (int) conclusion->outcome))});
    if (conclusion->disposition.n)
        facts_add(facts, (struct fact){.name = TEXT("cause"),
                                       .of = conclusion->disposition.at[0].department,
                                       .text = conclusion->disposition.at[0].occurrence});
}

static void gather(const assess_input_t *in, arena_t *arena, struct fact_list *out) {
    facts_t facts;
    const struct feedback_content *content = complaint_content(in);
    day_t since = complaints_since(in);
    facts_start(&facts, arena);
    facts_add(&facts, (struct fact){.name = TEXT("product"), .of = content->product, .day = since,
                                    .text = content->lot});
    if (in->related_n && complaint_day(in, in->related[0]) >= since)
        complaints_more(in, &facts);
    for (size_t i = 0; i < in->related_n; i++)
        if (feedback_kind_of(in->related[i]) == FEEDBACK_COMPLAINT &&
            complaint_day(in, in->related[i]) >= since)
            gather_one(in, &facts, in->related[i]);
    facts_end(&facts, out);
}

/* ---- judge ---- */

typedef struct seen { /* an earlier complaint as the facts show it */
    text_t number, lot, outcome, cause;
    day_t day;
} seen_t;

static bool ours(const seen_t *seen) {
    return text_is(seen->outcome, "ours") || text_is(seen->outcome, "partly ours");
}

/* Of the same lot: surely ours, unless another of it was found not to be. */
static void judge_lot(opinion_t *opinion, const seen_t *seen, bool *doubted) {
    if (!ours(seen)) {
        *doubted = true;
        opinion->out->certain = false;
        return;
    }
    opinion_lean(opinion, VERDICT_OURS);
    opinion->out->certain = !*doubted;
    opinion_say(opinion, "与本投诉同一批号。");
}

typedef struct leaning { bool any_ours, doubted; } leaning_t; /* doubted: never certain again */

static void judge_one(opinion_t *opinion, const seen_t *seen, text_t lot, leaning_t *leaning) {
    opinion_say(opinion, "%s %.*s", day_words(seen->day).s, SHOW(seen->number));
    if (seen->lot.n)
        opinion_say(opinion, "（批号%.*s）", SHOW(seen->lot));
    if (ours(seen)) {
        opinion_say(opinion, "判属我方：%.*s。", SHOW(seen->cause));
        leaning->any_ours = true;
    } else if (seen->outcome.n)
        opinion_say(opinion, "判非我方。");
    else
        opinion_say(opinion, "尚未结论。");
    if (seen->outcome.n && lot.n && text_equal(seen->lot, lot))
        judge_lot(opinion, seen, &leaning->doubted);
}

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    seen_t seen = {.day = 0};
    text_t product = {NULL, 0}, lot = {NULL, 0};
    day_t since = 0;
    size_t n = 0;
    leaning_t leaning = {false, false};
    complaint_opinion(&opinion, arena, out);
    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = &facts->at[i];
        if (fact_is(fact, "product")) {
            product = fact->of;
            lot = fact->text;
            since = fact_day(fact);
        } else if (complaints_say_more(&opinion, fact)) {
            leaning.doubted = true;
        } else if (fact_is(fact, "complaint")) {
            if (n++)
                judge_one(&opinion, &seen, lot, &leaning);
            seen = (seen_t){.number = fact->of, .lot = fact->text, .day = fact_day(fact)};
        } else if (fact_is(fact, "outcome")) {
            seen.outcome = fact->text;
        } else if (fact_is(fact, "cause")) {
            seen.cause = fact->text;
        }
    }
    if (n)
        judge_one(&opinion, &seen, lot, &leaning);
    if (leaning.any_ours && !out->certain)
        opinion_lean(&opinion, VERDICT_OURS);
    if (product.n == 0)
        opinion_say(&opinion, "投诉未注明产品，无从比较以前的投诉。");
    else if (n == 0)
        opinion_say(&opinion, "%s以来 %.*s 没有其他投诉，没有可参照的原因。", day_words(since).s,
                    SHOW(product));
    opinion_end(&opinion);
}

const assessor_t recurrence_rule = {
    .name = "recurrence",
    .scope = SCOPE_FEEDBACK,
    .edition = 2,
    .doc = "the same product's complaints of the last months and what was found to cause them",
    .gather = gather,
    .judge = judge,
};
