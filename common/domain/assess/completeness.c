/* SPDX-License-Identifier: Apache-2.0
 *
 * completeness: sales' rule: is the order complete and as agreed before (QP21-4.2.2 a1, b;
 * 4.3.1.1)? It never rejects for what a person can settle with the customer; it says what to look
 * at.
 */
#include "common/domain/assess/facts.h"
#include "common/domain/assess/opinion.h"
#include "common/domain/assess/rules.h"
#include "common/domain/keep.h"

/* ---- gather ---- */

/* The same thing ordered before: the latest line of an earlier order that was not ended. */
typedef struct before { text_t number; const struct order_line *line; } before_t;

static before_t find_before(const assess_input_t *in, const struct order_line *line) {
    for (size_t i = in->earlier_n; i-- > 0;) {
        const order_t *order = in->earlier[i];
        const order_revision_t *revision = order_revision(order);
        if (!revision || ident_equal(order->head.id, in->order->head.id) || order->state == ORDER_WITHDRAWN ||
            order->state == ORDER_DECLINED ||
            order->revisions[0].position >= in->order->revisions[0].position)
            continue;
        const struct order_line_list *lines = &revision->content->lines;
        for (size_t l = lines->n; l-- > 0;)
            if (text_equal(lines->at[l].product, line->product) &&
                text_equal(lines->at[l].modification, line->modification))
                return (before_t){order->head.number, &lines->at[l]};
    }
    return (before_t){{NULL, 0}, NULL};
}

static void gather_line(const assess_input_t *in, facts_t *facts, const struct order_line *line) {
    const struct product_row *product = context_product(in->context, line->product);
    before_t before = find_before(in, line);
    facts_add(facts, (struct fact){.name = TEXT("line"), .of = line->product,
                                   .value = decimal_whole(line->no), .text = line->modification});
    facts_add(facts, (struct fact){.name = TEXT("quantity"), .of = line->unit,
                                   .value = line->quantity});
    facts_add(facts, (struct fact){.name = TEXT("price"), .of = line->currency,
                                   .value = line->price});
    facts_add(facts, (struct fact){.name = TEXT("wanted"), .day = line->wanted});
    if (line->drawing.n)
        facts_add(facts, (struct fact){.name = TEXT("drawing"), .text = line->drawing});
    if (product) {
        facts_add(facts, (struct fact){.name = TEXT("product"), .of = product->unit,
                                       .value = decimal_whole(product->standard),
                                       .text = product->drawing});
        facts_add(facts, (struct fact){.name = TEXT("list price"), .of = product->currency,
                                       .value = product->price});
    }
    if (!before.line)
        return;
    facts_add(facts, (struct fact){.name = TEXT("earlier price"), .of = before.line->currency,
                                   .value = before.line->price, .text = before.number});
    facts_add(facts, (struct fact){.name = TEXT("earlier terms"), .of = before.line->unit,
                                   .text = before.line->drawing});
}

static void gather(const assess_input_t *in, arena_t *arena, struct fact_list *out) {
    facts_t facts;
    const struct order_content *content = order_revision(in->order)->content;
    const char *channel = enum_name(&channel_table, (int) content->channel);
    facts_start(&facts, arena);
    facts_add(&facts, (struct fact){.name = TEXT("channel"), .text = text_of(channel)});
    facts_add(&facts, (struct fact){.name = TEXT("customer order"), .day = content->ordered,
                                    .text = content->customer_order});
    for (size_t i = 0; i < content->requirements.n; i++) {
        const struct requirement *requirement = &content->requirements.at[i];
        if (requirement->subject == SUBJECT_PRICE)
            facts_add(&facts, (struct fact){.name = TEXT("requirement"),
                                            .value = decimal_whole(requirement->no)});
    }
    for (size_t i = 0; i < content->lines.n; i++)
        gather_line(in, &facts, &content->lines.at[i]);
    facts_end(&facts, out);
}

/* ---- judge ---- */

typedef struct terms {
    text_t number, currency, unit, drawing;
    decimal_t price;
    bool there;
} terms_t;

typedef struct item {              /* an order line as the facts show it */
    int64_t line;
    text_t product, modification;
    decimal_t quantity;
    day_t wanted;
    bool known, standard;
    terms_t asked, list, earlier;  /* list: the catalogue's; earlier: of the order `number` */
} item_t;

static void read_item(item_t *self, const struct fact *fact) {
    if (fact_is(fact, "quantity")) {
        self->quantity = fact->value;
        self->asked.unit = fact->of;
    } else if (fact_is(fact, "price")) {
        self->asked.price = fact->value;
        self->asked.currency = fact->of;
    } else if (fact_is(fact, "wanted")) {
        self->wanted = fact_day(fact);
    } else if (fact_is(fact, "drawing")) {
        self->asked.drawing = fact->text;
    } else if (fact_is(fact, "product")) {
        self->known = true;
        self->standard = fact->value != 0;
        self->list.unit = fact->of;
        self->list.drawing = fact->text;
    } else if (fact_is(fact, "list price")) {
        self->list.price = fact->value;
        self->list.currency = fact->of;
    } else if (fact_is(fact, "earlier price")) {
        self->earlier.there = true;
        self->earlier.price = fact->value;
        self->earlier.currency = fact->of;
        self->earlier.number = fact->text;
    } else if (fact_is(fact, "earlier terms")) {
        self->earlier.unit = fact->of;
        self->earlier.drawing = fact->text;
    }
}

#define ITEM(item) (long long) (item)->line, SHOW((item)->product)
#define ITEM_WORDS "第%lld行 %.*s："
#define MONEY(terms) number_words((terms)->price).s, SHOW((terms)->currency)

static void judge_nonsense(opinion_t *opinion, const item_t *item) {
    if (item->quantity <= 0)
        opinion_reject(opinion, ITEM_WORDS "数量不大于零。", ITEM(item));
    if (item->asked.price < 0)
        opinion_reject(opinion, ITEM_WORDS "单价为负数。", ITEM(item));
    if (item->quantity % DECIMAL_ONE != 0 && unit_pieces(item->asked.unit))
        opinion_doubt(opinion, ITEM_WORDS "数量%s件不是整数。", ITEM(item),
                      number_words(item->quantity).s);
}

static void judge_data(opinion_t *opinion, const item_t *item, day_t ordered) {
    if (item->wanted == 0)
        opinion_doubt(opinion, ITEM_WORDS "未写明要求交期。", ITEM(item));
    else if (item->wanted < ordered)
        opinion_doubt(opinion, ITEM_WORDS "要求交期%s早于订单日期%s。", ITEM(item),
                      day_words(item->wanted).s, day_words(ordered).s);
    if (item->asked.unit.n == 0)
        opinion_doubt(opinion, ITEM_WORDS "未写明单位。", ITEM(item));
    if (item->modification.n)
        opinion_doubt(opinion, ITEM_WORDS "有变更要求“%.*s”，不是定型产品。", ITEM(item),
                      SHOW(item->modification));
}

static void judge_catalogue(opinion_t *opinion, const item_t *item) {
    const terms_t *asked = &item->asked, *list = &item->list;
    if (!item->known) {
        opinion_doubt(opinion, ITEM_WORDS "产品目录中没有该产品。", ITEM(item));
        return;
    }
    if (!item->standard)
        opinion_doubt(opinion, ITEM_WORDS "不是定型产品。", ITEM(item));
    if (!unit_same(asked->unit, list->unit))
        opinion_doubt(opinion, ITEM_WORDS "单位“%.*s”与产品目录的“%.*s”不同。", ITEM(item),
                      SHOW(asked->unit), SHOW(list->unit));
    if (asked->drawing.n && !text_equal(asked->drawing, list->drawing))
        opinion_doubt(opinion, ITEM_WORDS "图号版本“%.*s”与定型版本“%.*s”不同。", ITEM(item),
                      SHOW(asked->drawing), SHOW(list->drawing));
}

static void judge_price(opinion_t *opinion, const item_t *item) {
    const terms_t *asked = &item->asked, *list = &item->list;
    if (asked->price == 0)
        opinion_doubt(opinion, ITEM_WORDS "未写明单价。", ITEM(item));
    else if (asked->price > 0 && item->known && list->price == 0)
        opinion_doubt(opinion, ITEM_WORDS "产品目录中没有目录价，单价无从比较。", ITEM(item));
    else if (asked->price > 0 && item->known &&
             (asked->price != list->price || !text_equal(asked->currency, list->currency)))
        opinion_doubt(opinion, ITEM_WORDS "单价%s %.*s与目录价%s %.*s不同。", ITEM(item),
                      MONEY(asked), MONEY(list));
}

/* QP21-4.2.2 b: differences from what was ordered before are to be resolved; here they are
   named. */
static void judge_earlier(opinion_t *opinion, const item_t *item) {
    const terms_t *asked = &item->asked, *earlier = &item->earlier;
    if (!earlier->there)
        return;
    if (asked->price != earlier->price || !text_equal(asked->currency, earlier->currency))
        opinion_doubt(opinion, ITEM_WORDS "单价%s %.*s与以前订单 %.*s 的%s %.*s不同。", ITEM(item),
                      MONEY(asked), SHOW(earlier->number), MONEY(earlier));
    if (!unit_same(asked->unit, earlier->unit))
        opinion_doubt(opinion, ITEM_WORDS "单位“%.*s”与以前订单 %.*s 的“%.*s”不同。", ITEM(item),
                      SHOW(asked->unit), SHOW(earlier->number), SHOW(earlier->unit));
    if (asked->drawing.n && earlier->drawing.n && !text_equal(asked->drawing, earlier->drawing))
        opinion_doubt(opinion, ITEM_WORDS "图号版本“%.*s”与以前订单 %.*s 的“%.*s”不同。",
                      ITEM(item), SHOW(asked->drawing), SHOW(earlier->number),
                      SHOW(earlier->drawing));
}

static void judge_item(opinion_t *opinion, const item_t *item, day_t ordered) {
    judge_nonsense(opinion, item);
    judge_data(opinion, item, ordered);
    judge_catalogue(opinion, item);
    judge_price(opinion, item);
    judge_earlier(opinion, item);
}

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    opinion_t opinion;
    item_t item = {.line = 0};
    bool written = false, any = false;
    day_t ordered = 0;
    opinion_start(&opinion, arena, out);
    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = &facts->at[i];
        if (fact_is(fact, "channel")) {
            written = text_is(fact->text, enum_name(&channel_table, CHANNEL_WRITTEN));
        } else if (fact_is(fact, "customer order")) {
            ordered = fact_day(fact);
            if (written && fact->text.n == 0)
                opinion_doubt(&opinion, "书面订单未写明顾客订单号。");
        } else if (fact_is(fact, "requirement")) {
            opinion_requirement(&opinion, fact_number(fact));
        } else if (fact_is(fact, "line")) {
            if (any)
                judge_item(&opinion, &item, ordered);
            any = true;
            item = (item_t){.line = fact_number(fact), .product = fact->of,
                            .modification = fact->text};
        } else {
            read_item(&item, fact);
        }
    }
    if (any)
        judge_item(&opinion, &item, ordered);
    else
        opinion_reject(&opinion, "订单没有订货行。");
    if (out->certain && out->verdict == VERDICT_ACCEPT)
        opinion_say(&opinion, "订单内容齐全，均为定型产品，价格与目录价一致，与以前订单无差异。");
    opinion_end(&opinion);
}

const assessor_t completeness_rule = {
    .name = "completeness",
    .scope = SCOPE_ORDER,
    .edition = 1,
    .doc = "required data, standard products, list prices, terms of the customer's earlier orders",
    .gather = gather,
    .judge = judge,
};
