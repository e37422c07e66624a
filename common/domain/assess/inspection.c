/* SPDX-License-Identifier: Apache-2.0
 *
 * inspection: quality's rule: can what is asked for be inspected and tested (QP21-3.2)? Each
 * requirement that names a characteristic needs a capability with that characteristic, by its
 * standard, with its value in range.
 */
#include "common/base/text.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/opinion.h"
#include "common/domain/assess/rules.h"
#include "common/domain/keep.h"

/* ---- gather: a requirement, then the capabilities that may cover it ---- */

static bool near(text_t a, text_t b) {
    return text_has(a, b) || text_has(b, a);
}

static void gather(const assess_input_t *in, arena_t *arena, struct fact_list *out) {
    facts_t facts;
    const struct capability_row *rows;
    size_t n = context_capabilities(in->context, &rows);
    const struct requirement_list *list = &order_revision(in->order)->content->requirements;
    facts_start(&facts, arena);
    for (size_t i = 0; i < list->n; i++) {
        const struct requirement *requirement = &list->at[i];
        if (requirement->characteristic.n == 0)
            continue;
        facts_add(&facts, (struct fact){.name = TEXT("requirement"),
                                        .of = requirement->characteristic,
                                        .value = decimal_whole(requirement->no)});
        facts_add(&facts, (struct fact){.name = TEXT("asked"), .of = requirement->standard,
                                        .value = requirement->value});
        for (size_t r = 0; r < n; r++) {
            if (!near(rows[r].characteristic, requirement->characteristic))
                continue;
            facts_add(&facts, (struct fact){.name = TEXT("capability"),
                                            .of = rows[r].characteristic,
                                            .text = rows[r].standard});
            facts_add(&facts, (struct fact){.name = TEXT("from"), .of = rows[r].unit,
                                            .value = rows[r].from});
            facts_add(&facts, (struct fact){.name = TEXT("to"), .of = rows[r].unit,
                                            .value = rows[r].to});
        }
    }
    facts_end(&facts, out);
}

/* ---- judge ---- */

typedef struct ability { text_t characteristic, standard, unit; decimal_t from, to; } ability_t;

typedef struct demand {
    int64_t no;
    text_t characteristic, standard;
    decimal_t value;
    ability_t *abilities; size_t n;
} demand_t;

/* GB/T 10125—2021 is GB/T 10125 of a certain year: true when the two differ in that alone, or
   not at all. */
static size_t undated(text_t standard) {
    static const char *const dashes[] = {"-", "–", "—"};
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
        size_t tail = strlen(dashes[i]) + 4;
        if (standard.n <= tail || memcmp(standard.p + standard.n - tail, dashes[i], tail - 4) != 0)
            continue;
        size_t digits = 0;
        while (digits < 4 && standard.p[standard.n - 1 - digits] >= '0' &&
               standard.p[standard.n - 1 - digits] <= '9')
            digits++;
        if (digits == 4)
            return standard.n - tail;
    }
    return standard.n;
}

static bool equal_but_spaces(text_t a, text_t b) {
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.n && a.p[i] == ' ')
            i++;
        while (j < b.n && b.p[j] == ' ')
            j++;
        if (i == a.n || j == b.n)
            return i == a.n && j == b.n;
        if (a.p[i++] != b.p[j++])
            return false;
    }
}

typedef enum match { MATCH_NOT, MATCH_NEARLY, MATCH_EXACT } match_t;

static match_t match_standard(text_t asked, text_t ours) {
    if (asked.n == 0 || equal_but_spaces(asked, ours))
        return MATCH_EXACT;
    size_t a = undated(asked), b = undated(ours);
    bool one_dated = (a == asked.n) != (b == ours.n);
    return one_dated && equal_but_spaces((text_t){asked.p, a}, (text_t){ours.p, b}) ? MATCH_NEARLY
                                                                                      : MATCH_NOT;
}

static match_t match_ability(const demand_t *demand, const ability_t *ability) {
    match_t match = match_standard(demand->standard, ability->standard);
    if (match == MATCH_EXACT && !text_equal(demand->characteristic, ability->characteristic))
        return MATCH_NEARLY;
    return match;
}

static bool in_range(const demand_t *demand, const ability_t *ability) {
    return demand->value >= ability->from && demand->value <= ability->to;
}

static bool no_range(const ability_t *ability) {
    return ability->from == 0 && ability->to == 0;
}

static void say_demand(opinion_t *opinion, const demand_t *demand) {
    opinion_say(opinion, "要求%lld “%.*s”", (long long) demand->no, SHOW(demand->characteristic));
}

static void say_covered(opinion_t *opinion, const demand_t *demand, const ability_t *ability,
                        match_t match) {
    say_demand(opinion, demand);
    if (match == MATCH_EXACT) {
        opinion_say(opinion, "可按%.*s检测。", SHOW(ability->standard));
        return;
    }
    opinion_doubt(opinion, "与检测能力“%.*s”（%.*s）相近，须人工确认。",
                  SHOW(ability->characteristic), SHOW(ability->standard));
}

/* A value of 0 is one that was not given. */
static void say_outside(opinion_t *opinion, const demand_t *demand, const ability_t *ability,
                        match_t match) {
    say_demand(opinion, demand);
    if (demand->value == 0) {
        opinion_doubt(opinion, "未写明要求值，检测能力为%s至%s%.*s。",
                      number_words(ability->from).s, number_words(ability->to).s,
                      SHOW(ability->unit));
        return;
    }
    if (no_range(ability)) {
        opinion_doubt(opinion, "的检测能力（%.*s）未写明范围，须人工确认。",
                      SHOW(ability->standard));
        return;
    }
    opinion_reject(opinion, "为%s%.*s，超出检测能力%s至%s%.*s（%.*s %.*s）。",
                   number_words(demand->value).s, SHOW(ability->unit),
                   number_words(ability->from).s, number_words(ability->to).s, SHOW(ability->unit),
                   SHOW(ability->characteristic), SHOW(ability->standard));
    if (match != MATCH_EXACT)
        opinion_doubt(opinion, "（名称或标准版次不完全一致，须人工确认）");
}

static void judge_demand(opinion_t *opinion, const demand_t *demand) {
    const ability_t *best = NULL;
    match_t match = MATCH_NOT;
    bool covered = false;
    for (size_t i = 0; i < demand->n; i++) {
        const ability_t *ability = &demand->abilities[i];
        match_t now = match_ability(demand, ability);
        bool inside = in_range(demand, ability);
        /* first by how well it matches, then by range */
        if (now < match || now == MATCH_NOT || (best && now == match && (covered || !inside)))
            continue;
        best = ability;
        match = now;
        covered = inside;
    }
    if (best && covered) {
        say_covered(opinion, demand, best, match);
    } else if (best) {
        say_outside(opinion, demand, best, match);
    } else {
        say_demand(opinion, demand);
        opinion_reject(opinion, "不在检测能力表中%s%.*s。", demand->standard.n ? "：" : "",
                       SHOW(demand->standard));
        opinion_doubt(opinion, "须人工确认可否委外检测。");
    }
    opinion_requirement(opinion, demand->no);
}

static void read_ability(arena_t *arena, demand_t *demand, const struct fact *fact) {
    if (fact_is(fact, "capability")) {
        demand->abilities =
            keep_grow(arena, demand->abilities, demand->n, sizeof *demand->abilities);
        demand->abilities[demand->n++] =
            (ability_t){.characteristic = fact->of, .standard = fact->text};
    }
    ability_t *ability = demand->n ? &demand->abilities[demand->n - 1] : NULL;
    if (ability && fact_is(fact, "from")) {
        ability->from = fact->value;
        ability->unit = fact->of;
    } else if (ability && fact_is(fact, "to")) {
        ability->to = fact->value;
    }
}

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    demand_t demand = {.no = 0};
    opinion_start(&opinion, arena, out);
    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = &facts->at[i];
        if (fact_is(fact, "requirement")) {
            if (demand.characteristic.n)
                judge_demand(&opinion, &demand);
            demand = (demand_t){.no = fact_number(fact), .characteristic = fact->of};
        } else if (fact_is(fact, "asked")) {
            demand.standard = fact->of;
            demand.value = fact->value;
        } else {
            read_ability(arena, &demand, fact);
        }
    }
    if (demand.characteristic.n)
        judge_demand(&opinion, &demand);
    else
        opinion_say(&opinion, "没有须检测的特性要求。");
    opinion_end(&opinion);
}

const assessor_t inspection_rule = {
    .name = "inspection",
    .scope = SCOPE_ORDER,
    .edition = 1,
    .doc = "each characteristic asked for against the inspection capabilities: standard and range",
    .gather = gather,
    .judge = judge,
};
