/* SPDX-License-Identifier: Apache-2.0
 *
 * corrective: production's and purchasing's rule for a complaint: are actions on the same product
 * still open, or were some without effect (ISO 9001 10.2.1 d)? Then this is likely the same trouble
 * again.
 */
#include "common/domain/assess/complaints.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/rules.h"

static void gather_actions(facts_t *facts, const feedback_t *complaint) {
    for (size_t i = 0; i < complaint->head.actions.n; i++) {
        const action_t *action = &complaint->head.actions.at[i];
        if (action->state == ACTION_VERIFIED && action->setbacks == 0)
            continue;
        facts_add(facts, (struct fact){.name = TEXT("action"), .of = complaint->head.number,
                                       .value = decimal_whole(action->no), .day = action->due,
                                       .text = action->text});
        facts_add(facts, (struct fact){.name = TEXT("state"),
                                       .value = decimal_whole(action->setbacks),
                                       .text = text_of(action_state_name(action->state))});
    }
}

static void gather(const assess_input_t *in, arena_t *arena, struct fact_list *out) {
    facts_t facts;
    facts_start(&facts, arena);
    facts_add(&facts, (struct fact){.name = TEXT("product"), .of = complaint_content(in)->product,
                                    .day = in->today});
    complaints_more(in, &facts);
    for (size_t i = 0; i < in->related_n; i++)
        gather_actions(&facts, in->related[i]);
    facts_end(&facts, out);
}

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    text_t product = {NULL, 0};
    day_t today = 0, due = 0;
    size_t open = 0;
    complaint_opinion(&opinion, arena, out);
    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = &facts->at[i];
        if (fact_is(fact, "product")) {
            product = fact->of;
            today = fact_day(fact);
        } else if (complaints_say_more(&opinion, fact)) {
            continue;
        } else if (fact_is(fact, "action")) {
            due = fact_day(fact);
            opinion_say(&opinion, "%.*s 措施%lld“%.*s”", SHOW(fact->of),
                        (long long) fact_number(fact), SHOW(fact->text));
        } else if (fact_is(fact, "state")) {
            bool verified = text_is(fact->text, "verified");
            open += !verified;
            opinion_say(&opinion, "%s", verified ? "已关闭" : "未关闭");
            if (!verified && due < today)
                opinion_say(&opinion, "，已逾期（%s）", day_words(due).s);
            if (fact->value > 0)
                opinion_say(&opinion, "，曾验证无效");
            opinion_say(&opinion, "。");
            opinion_lean(&opinion, VERDICT_OURS);
        }
    }
    if (product.n == 0)
        opinion_say(&opinion, "投诉未注明产品。");
    else if (open == 0)
        opinion_say(&opinion, "%.*s 没有未关闭的措施。", SHOW(product));
    opinion_end(&opinion);
}

const assessor_t corrective_rule = {
    .name = "corrective",
    .scope = SCOPE_FEEDBACK,
    .edition = 2,
    .doc = "actions on the same product that are still open or had no effect",
    .gather = gather,
    .judge = judge,
};
