/* SPDX-License-Identifier: Apache-2.0
 *
 * capacity: production's rule: has the work centre room for each line (QP21-3.3, 4.3.2)? The same
 * allocation as planning's, in terms of load; what a line changes on the product, a person has to
 * look at.
 */
#include "common/domain/assess/fit.h"
#include "common/domain/assess/rules.h"

static void say_line(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "第%lld行 %.*s", (long long) line->asked.line, SHOW(line->asked.product));
    if (line->work_centre.n)
        opinion_say(opinion, "（%.*s：%.*s）", SHOW(line->family), SHOW(line->work_centre));
    opinion_say(opinion, "：");
}

static void say_in_time(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "至%s可生产%s。", date_words(line->until).s,
                quantity_words(line->asked.quantity, line->asked.unit).s);
}

static void say_too_little(opinion_t *opinion, const placed_t *line) {
    opinion_say(opinion, "至%s仅余产能%s，需%s", date_words(line->until).s,
                quantity_words(line->in_time, line->asked.unit).s,
                quantity_words(line->asked.quantity, line->asked.unit).s);
}

static void say_later(opinion_t *opinion, const placed_t *line) {
    const asked_t *asked = &line->asked;
    if (line->in_time > 0)
        opinion_condition(opinion, asked->line, "%.*s：至%s可生产%s，其余%s最早至%s完工",
                          SHOW(asked->product), date_words(line->until).s,
                          quantity_words(line->in_time, asked->unit).s,
                          quantity_words(line->rest, asked->unit).s, date_words(line->ready).s);
    else
        opinion_condition(opinion, asked->line, "%.*s：%s最早至%s完工", SHOW(asked->product),
                          quantity_words(line->rest, asked->unit).s, date_words(line->ready).s);
}

static void say_modified(opinion_t *opinion, const placed_t *line) {
    opinion_doubt(opinion, "有变更要求“%.*s”，工艺与工时须人工确认。",
                  SHOW(line->asked.modification));
}

static const fit_words_t words = {
    .line = say_line,
    .in_time = say_in_time,
    .too_little = say_too_little,
    .later = say_later,
    .modified = say_modified,
    .never = "全部完工",
    .judged = "负荷",
};

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    opinion_start(&opinion, arena, out);
    fit_judge(facts, &words, &opinion);
    opinion_end(&opinion);
}

const assessor_t capacity_rule = {
    .name = "capacity",
    .scope = SCOPE_ORDER,
    .edition = 1,
    .doc = "load of the product families' work centres; a modified line is left to a person",
    .gather = allocation_gather,
    .judge = judge,
};
