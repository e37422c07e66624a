/* SPDX-License-Identifier: Apache-2.0
 *
 * promise: sales' rule for a complaint: what was promised, from the order that it names, its
 * requirements and the departments' verdicts on it (QP21-4.1, 4.6). Whether it was kept, a person
 * says.
 */
#include "common/domain/assess/complaints.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/rules.h"

/* ---- gather ---- */

/* The line that the complaint is about; 0: the order has none of this product. */
static int64_t line_of(const struct order_content *order, text_t product) {
    for (size_t i = 0; i < order->lines.n; i++)
        if (text_equal(order->lines.at[i].product, product))
            return order->lines.at[i].no;
    return 0;
}

static void gather_line(facts_t *facts, const struct order_content *order, int64_t no) {
    for (size_t i = 0; i < order->lines.n; i++) {
        const struct order_line *line = &order->lines.at[i];
        if (line->no != no)
            continue;
        facts_add(facts, (struct fact){.name = TEXT("line"), .of = line->product,
                                       .value = decimal_whole(line->no),
                                       .text = line->modification});
        facts_add(facts, (struct fact){.name = TEXT("quantity"), .of = line->unit,
                                       .value = line->quantity});
        facts_add(facts, (struct fact){.name = TEXT("wanted"), .day = line->wanted});
        if (line->drawing.n)
            facts_add(facts, (struct fact){.name = TEXT("drawing"), .text = line->drawing});
    }
    for (size_t i = 0; i < order->requirements.n; i++) {
        const struct requirement *requirement = &order->requirements.at[i];
        if (requirement->subject != SUBJECT_PRICE &&
            (requirement->line == 0 || requirement->line == no))
            facts_add(facts, (struct fact){.name = TEXT("requirement"),
                                           .of = requirement->standard,
                                           .value = decimal_whole(requirement->no),
                                           .text = requirement->text});
    }
}

static void gather_verdicts(facts_t *facts, const round_t *round) {
    for (size_t i = 0; round && i < round->verdicts_n; i++) {
        const struct verdict_given *body = round->verdicts[i].body;
        if (!round->verdicts[i].standing)
            continue;
        if (body->confirmed)
            facts_add(facts, (struct fact){.name = TEXT("confirmed"), .of = body->department,
                                           .day = body->confirmed});
        for (size_t k = 0; k < body->conditions.n; k++)
            facts_add(facts, (struct fact){.name = TEXT("condition"), .of = body->department,
                                           .text = body->conditions.at[k].text});
    }
}

static void gather(const assess_input_t *in, arena_t *arena, struct fact_list *out) {
    facts_t facts;
    text_t product = complaint_content(in)->product;
    facts_start(&facts, arena);
    facts_add(&facts, (struct fact){.name = TEXT("product"), .of = product});
    if (in->order) {
        const struct order_content *order = order_revision(in->order)->content;
        facts_add(&facts, (struct fact){.name = TEXT("order"), .of = in->order->head.number,
                                        .text = text_of(order_state_name(in->order->state))});
        if (line_of(order, product) || product.n == 0) /* no product: what is asked of all lines */
            gather_line(&facts, order, line_of(order, product));
        gather_verdicts(&facts, order_round(in->order));
    }
    facts_end(&facts, out);
}

/* ---- judge ---- */

static void say_fact(opinion_t *opinion, const struct fact *fact) {
    if (fact_is(fact, "quantity"))
        opinion_say(opinion, "订货%s；", quantity_words(fact->value, fact->of).s);
    else if (fact_is(fact, "wanted") && fact->day)
        opinion_say(opinion, "要求交期%s；", date_words(fact_day(fact)).s);
    else if (fact_is(fact, "drawing"))
        opinion_say(opinion, "图号%.*s；", SHOW(fact->text));
    else if (fact_is(fact, "requirement"))
        opinion_say(opinion, "要求%lld：%.*s；", (long long) fact_number(fact), SHOW(fact->text));
    else if (fact_is(fact, "confirmed"))
        opinion_say(opinion, "确认交期%s；", date_words(fact_day(fact)).s);
    else if (fact_is(fact, "condition"))
        opinion_say(opinion, "条件：%.*s；", SHOW(fact->text));
}

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    text_t order = {NULL, 0}, product = {NULL, 0};
    bool line = false;
    complaint_opinion(&opinion, arena, out);
    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = &facts->at[i];
        if (fact_is(fact, "product"))
            product = fact->of;
        if (fact_is(fact, "order")) {
            order = fact->of;
            opinion_say(&opinion, "订单 %.*s：", SHOW(order));
        }
        line = line || fact_is(fact, "line");
        say_fact(&opinion, fact);
        if (fact_is(fact, "requirement"))
            opinion_requirement(&opinion, fact_number(fact));
    }
    if (order.n == 0)
        opinion_say(&opinion, "投诉未注明订单，无从核对承诺。");
    else if (!line && product.n) {
        opinion_lean(&opinion, VERDICT_NOT_OURS);
        opinion_say(&opinion, "该订单没有产品 %.*s。", SHOW(product));
    } else
        opinion_say(&opinion, "请核对是否兑现。");
    opinion_end(&opinion);
}

const assessor_t promise_rule = {
    .name = "promise",
    .scope = SCOPE_FEEDBACK,
    .edition = 2,
    .doc = "what was promised: the named order's requirements, dates and conditions",
    .gather = gather,
    .judge = judge,
};
