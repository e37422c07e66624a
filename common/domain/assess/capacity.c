/* SPDX-License-Identifier: Apache-2.0
 *
 * capacity: production's rule: has the work centre room for each line (QP21-3.3, 4.3.2)? The same
 * allocation as planning's, in terms of load; what a line changes on the product, a person has to
 * look at.
 */
#include "common/domain/assess/allocation.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/rules.h"

static void say_line(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "第%lld行 %.*s", (long long) line->line, SHOW(line->product));
    if (line->work_centre.n)
        opinion_say(opinion, "（%.*s：%.*s）", SHOW(line->family), SHOW(line->work_centre));
    opinion_say(opinion, "：");
}

static void say_short(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "至%s仅余产能%s，需%s", date_words(line->until).s,
                quantity_words(line->in_time, line->unit).s,
                quantity_words(line->quantity, line->unit).s);
    if (line->holders.n)
        opinion_say(opinion, "，已被 %.*s 占用", SHOW(line->holders));
    opinion_say(opinion, "。");
}

static void say_later(opinion_t *opinion, const placed_t *line) {
    say_short(opinion, line);
    if (line->in_time > 0)
        opinion_condition(opinion, line->line, "%.*s：至%s可生产%s，其余%s最早至%s完工",
                          SHOW(line->product), date_words(line->until).s,
                          quantity_words(line->in_time, line->unit).s,
                          quantity_words(line->rest, line->unit).s, date_words(line->ready).s);
    else
        opinion_condition(opinion, line->line, "%.*s：%s最早至%s完工", SHOW(line->product),
                          quantity_words(line->rest, line->unit).s, date_words(line->ready).s);
}

static void say_unknown(opinion_t *opinion, const placed_t *line) {
    if (line->family.n == 0)
        opinion_doubt(opinion, "产品目录中没有该产品，无法判断负荷。");
    else if (line->missing == 0)
        opinion_doubt(opinion, "单位“%.*s”与产品目录的单位“%.*s”不同，无法判断负荷。",
                      SHOW(line->unit), SHOW(line->product_unit));
    else
        opinion_doubt(opinion, "缺少%.*s %s当周的产能数据，无法判断负荷。", SHOW(line->family),
                      day_words(line->missing).s);
}

static void judge_line(opinion_t *opinion, const placed_t *line) {
    say_line(opinion, line);
    switch (line->fit) {
    case FIT_IN_TIME:
        opinion_say(opinion, "至%s可生产%s。", date_words(line->until).s,
                    quantity_words(line->quantity, line->unit).s);
        if (line->missing)
            opinion_doubt(opinion, "缺少%.*s %s当周的产能数据。", SHOW(line->family),
                          day_words(line->missing).s);
        break;
    case FIT_LATER:
        say_later(opinion, line);
        break;
    case FIT_NEVER:
        say_short(opinion, line);
        opinion_reject(opinion, "产能计划（至%s）内无法全部完工。", day_words(line->last).s);
        break;
    case FIT_UNKNOWN:
        say_unknown(opinion, line);
        break;
    }
    if (line->modification.n)
        opinion_doubt(opinion, "有变更要求“%.*s”，工艺与工时须人工确认。",
                      SHOW(line->modification));
}

/* What troubles comes first, so that a reason without room for all lines keeps it. */
static bool troubles(const placed_t *line) {
    return line->fit != FIT_IN_TIME || line->missing || line->modification.n;
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
    opinion_end(&opinion);
}

const assessor_t capacity_rule = {
    .name = "capacity",
    .edition = 1,
    .doc = "load of the product families' work centres; a modified line is left to a person",
    .gather = allocation_gather,
    .judge = judge,
};
