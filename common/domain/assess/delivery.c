/* SPDX-License-Identifier: Apache-2.0
 *
 * delivery: planning's rule: can each line be delivered when it is wanted (QP21-3.3, 4.3.1.1)?
 * Weekly capacity of the product family, less what is promised elsewhere and what earlier orders
 * took.
 */
#include "common/domain/assess/allocation.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/rules.h"

static const char line_words[] = "第%lld行 %.*s：";
#define LINE(line) (long long) (line)->line, SHOW((line)->product)

static void say_short(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, line_words, LINE(line));
    opinion_say(opinion, "%s前%.*s产能可供%s，要求%s", date_words(line->until).s,
                SHOW(line->family), quantity_words(line->in_time, line->unit).s,
                quantity_words(line->quantity, line->unit).s);
    if (line->holders.n)
        opinion_say(opinion, "，已被 %.*s 占用", SHOW(line->holders));
    opinion_say(opinion, "。");
}

static void say_later(opinion_t *opinion, const placed_t *line) {
    say_short(opinion, line);
    if (line->in_time > 0)
        opinion_condition(opinion, line->line, "%.*s：%s前可供%s，其余%s最早于%s交付",
                          SHOW(line->product), date_words(line->until).s,
                          quantity_words(line->in_time, line->unit).s,
                          quantity_words(line->rest, line->unit).s, date_words(line->ready).s);
    else
        opinion_condition(opinion, line->line, "%.*s：%s最早于%s交付", SHOW(line->product),
                          quantity_words(line->rest, line->unit).s, date_words(line->ready).s);
}

static void say_unknown(opinion_t *opinion, const placed_t *line) {
    opinion_doubt(opinion, line_words, LINE(line));
    if (line->family.n == 0)
        opinion_doubt(opinion, "产品目录中没有该产品，无法判断交期。");
    else if (line->missing == 0)
        opinion_doubt(opinion, "单位“%.*s”与产品目录的单位“%.*s”不同，无法判断交期。",
                      SHOW(line->unit), SHOW(line->product_unit));
    else
        opinion_doubt(opinion, "缺少%.*s %s当周的产能数据，无法判断交期。", SHOW(line->family),
                      day_words(line->missing).s);
}

static void judge_line(opinion_t *opinion, const placed_t *line) {
    switch (line->fit) {
    case FIT_IN_TIME:
        opinion_say(opinion, line_words, LINE(line));
        opinion_say(opinion, "%s可于%s前交付。", quantity_words(line->quantity, line->unit).s,
                    date_words(line->wanted).s);
        if (line->missing)
            opinion_doubt(opinion, "缺少%.*s %s当周的产能数据。", SHOW(line->family),
                          day_words(line->missing).s);
        break;
    case FIT_LATER:
        say_later(opinion, line);
        break;
    case FIT_NEVER:
        say_short(opinion, line);
        opinion_reject(opinion, "产能计划（至%s）内无法全部交付。", day_words(line->last).s);
        break;
    case FIT_UNKNOWN:
        say_unknown(opinion, line);
        break;
    }
}

/* What troubles comes first, so that a reason without room for all lines keeps it. */
static bool troubles(const placed_t *line) {
    return line->fit != FIT_IN_TIME || line->missing;
}

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    placement_t placement;
    opinion_start(&opinion, arena, out);
    allocation_place(facts, arena, &placement);
    for (size_t i = 0; i < placement.n; i++)
        if (troubles(&placement.at[i]))
            judge_line(&opinion, &placement.at[i]);
    for (size_t i = 0; i < placement.n; i++)
        if (!troubles(&placement.at[i]))
            judge_line(&opinion, &placement.at[i]);
    for (size_t i = 0; i < facts->n; i++)
        if (fact_is(&facts->at[i], "requirement"))
            opinion_requirement(&opinion, fact_number(&facts->at[i]));
    opinion_end(&opinion);
}

const assessor_t delivery_rule = {
    .name = "delivery",
    .edition = 1,
    .doc = "delivery dates against the weekly capacity of the product families that is still free",
    .gather = allocation_gather,
    .judge = judge,
};
