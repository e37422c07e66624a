/* SPDX-License-Identifier: Apache-2.0
 *
 * delivery: planning's rule: can each line be delivered when it is wanted (QP21-3.3, 4.3.1.1)?
 * Weekly capacity of the product family, less what is promised elsewhere and what earlier orders
 * took.
 */
#include "common/domain/assess/facts.h"
#include "common/domain/assess/fit.h"
#include "common/domain/assess/rules.h"

static void say_line(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "第%lld行 %.*s：", (long long) line->asked.line,
                SHOW(line->asked.product));
}

static void say_in_time(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "%s可于%s前交付。",
                quantity_words(line->asked.quantity, line->asked.unit).s,
                date_words(line->asked.wanted).s);
}

static void say_too_little(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "%s前%.*s产能可供%s，要求%s", date_words(line->until).s,
                SHOW(line->family), quantity_words(line->in_time, line->asked.unit).s,
                quantity_words(line->asked.quantity, line->asked.unit).s);
}

static void say_later(opinion_t *opinion, const placed_t *line) {
    const asked_t *asked = &line->asked;
    if (line->in_time > 0)
        opinion_condition(opinion, asked->line, "%.*s：%s前可供%s，其余%s最早于%s交付",
                          SHOW(asked->product), date_words(line->until).s,
                          quantity_words(line->in_time, asked->unit).s,
                          quantity_words(line->rest, asked->unit).s, date_words(line->ready).s);
    else
        opinion_condition(opinion, asked->line, "%.*s：%s最早于%s交付", SHOW(asked->product),
                          quantity_words(line->rest, asked->unit).s, date_words(line->ready).s);
}

static const fit_words_t words = {
    .line = say_line,
    .in_time = say_in_time,
    .too_little = say_too_little,
    .later = say_later,
    .never = "全部交付",
    .judged = "交期",
};

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    opinion_start(&opinion, arena, out);
    fit_judge(facts, &words, &opinion);
    for (size_t i = 0; i < facts->n; i++)
        if (fact_is(&facts->at[i], "requirement"))
            opinion_requirement(&opinion, fact_number(&facts->at[i]));
    opinion_end(&opinion);
}

const assessor_t delivery_rule = {
    .name = "delivery",
    .scope = SCOPE_ORDER,
    .edition = 1,
    .doc = "delivery dates against the weekly capacity of the product families that is still free",
    .gather = allocation_gather,
    .judge = judge,
};
