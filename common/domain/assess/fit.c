/* SPDX-License-Identifier: Apache-2.0
 *
 * fit: see fit.h.
 */
#include "common/domain/assess/fit.h"

static void say_short(opinion_t *opinion, const placed_t *line, const fit_words_t *words) {
    words->too_little(opinion, line);
    if (line->holders.n)
        opinion_say(opinion, "，已被 %.*s 占用", SHOW(line->holders));
    opinion_say(opinion, "。");
}

static void say_unknown(opinion_t *opinion, const placed_t *line, const fit_words_t *words) {
    if (line->family.n == 0)
        opinion_doubt(opinion, "产品目录中没有该产品，无法判断%s。", words->judged);
    else if (line->missing == 0)
        opinion_doubt(opinion, "单位“%.*s”与产品目录的单位“%.*s”不同，无法判断%s。",
                      SHOW(line->asked.unit), SHOW(line->asked.product_unit), words->judged);
    else
        opinion_doubt(opinion, "缺少%.*s %s当周的产能数据，无法判断%s。", SHOW(line->family),
                      day_words(line->missing).s, words->judged);
}

static void judge_line(opinion_t *opinion, const placed_t *line, const fit_words_t *words) {
    words->line(opinion, line);
    switch (line->fit) {
    case FIT_IN_TIME:
        words->in_time(opinion, line);
        if (line->missing)
            opinion_doubt(opinion, "缺少%.*s %s当周的产能数据。", SHOW(line->family),
                          day_words(line->missing).s);
        break;
    case FIT_LATER:
        say_short(opinion, line, words);
        words->later(opinion, line);
        break;
    case FIT_NEVER:
        say_short(opinion, line, words);
        opinion_reject(opinion, "产能计划（至%s）内无法%s。", day_words(line->last).s,
                       words->never);
        break;
    case FIT_UNKNOWN:
        say_unknown(opinion, line, words);
        break;
    }
    if (words->modified && line->asked.modification.n)
        words->modified(opinion, line);
}

static bool troubles(const placed_t *line, const fit_words_t *words) {
    return line->fit != FIT_IN_TIME || line->missing ||
           (words->modified && line->asked.modification.n);
}

/* What troubles comes first, so that a reason without room for all lines keeps it. */
void fit_judge(const struct fact_list *facts, const fit_words_t *words, opinion_t *opinion) {
    placement_t placement;
    allocation_place(facts, opinion->arena, &placement);
    for (size_t i = 0; i < placement.n; i++)
        if (troubles(&placement.at[i], words))
            judge_line(opinion, &placement.at[i], words);
    for (size_t i = 0; i < placement.n; i++)
        if (!troubles(&placement.at[i], words))
            judge_line(opinion, &placement.at[i], words);
}
