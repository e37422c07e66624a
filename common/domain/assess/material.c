/* SPDX-License-Identifier: Apache-2.0
 *
 * material: purchasing's rule: can the material be had in time (QP21-3.4)? Stock less what
 * earlier orders took; what is short must arrive a production week before the due week. Working
 * days are Monday to Friday: public holidays are not known here yet, and the reason says so
 * wherever a lead time decides.
 */
#include "common/domain/assess/asked.h"
#include "common/domain/assess/grade.h"
#include "common/domain/assess/holders.h"
#include "common/domain/assess/opinion.h"
#include "common/domain/assess/rules.h"
#include "common/domain/assess/workweek.h"

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/keep.h"

#define PRODUCTION_WEEKS 1
#define LATE_WEEKS_MAX 4     /* a date later than this after the one wanted is no offer: reject */
#define LEAD_DAYS_MAX 3650

/* ---- judge ---- */

typedef struct store {                /* a material as the facts show it */
    text_t material, name, unit, holders;
    decimal_t stock, claimed, taken;  /* taken: by this order's lines so far */
    int64_t lead;
} store_t;

typedef struct need {                 /* a line as the facts show it */
    asked_t asked;
    text_t material;
    decimal_t per_piece;
    bool known, named, unclear;
    const store_t *store;
    decimal_t amount, free;           /* of material: needed; there for this line */
} need_t;

typedef struct picture {
    arena_t *arena;
    opinion_t opinion;
    day_t today;
    store_t *stores; size_t stores_n;
    need_t *needs; size_t needs_n;
    bool bought;                      /* a lead time decided something */
} picture_t;

static store_t *store_of(picture_t *self, text_t material) {
    for (size_t i = 0; i < self->stores_n; i++)
        if (text_equal(self->stores[i].material, material))
            return &self->stores[i];
    return NULL;
}

static void read_store(picture_t *self, const struct fact *fact) {
    if (fact_is(fact, "stock")) {
        self->stores = keep_grow(self->arena, self->stores, self->stores_n, sizeof *self->stores);
        self->stores[self->stores_n++] =
            (store_t){.material = fact->of, .name = fact->text, .stock = amount(fact->value)};
    }
    store_t *store = self->stores_n ? &self->stores[self->stores_n - 1] : NULL;
    if (!store || !text_equal(store->material, fact->of))
        return;
    if (fact_is(fact, "stock unit"))
        store->unit = fact->text;
    else if (fact_is(fact, "lead time"))
        store->lead = fact_number(fact);
    else if (fact_is(fact, "claimed")) {
        store->claimed = amount(fact->value);
        store->holders = fact->text;
    }
}

static void read_need(picture_t *self, const struct fact *fact) {
    if (fact_is(fact, "line")) {
        self->needs = keep_grow(self->arena, self->needs, self->needs_n, sizeof *self->needs);
        self->needs[self->needs_n++] = (need_t){.asked = asked_start(fact)};
    }
    need_t *need = self->needs_n ? &self->needs[self->needs_n - 1] : NULL;
    if (!need)
        return;
    asked_read(&need->asked, fact);
    if (fact_is(fact, "product")) {
        need->known = true;
    } else if (fact_is(fact, "per piece")) {
        need->material = fact->of;
        need->per_piece = amount(fact->value);
    } else if (fact_is(fact, "material named")) {
        need->named = true;
    } else if (fact_is(fact, "material unclear")) {
        need->unclear = true;
    }
}

static words_t material_words(const need_t *need, decimal_t quantity) {
    return quantity_words(quantity, need->store->unit.n ? need->store->unit : TEXT("kg"));
}

/* Something is missing without which the rule cannot speak of this line. */
static bool unknown(const need_t *need) {
    return !need->known || need->per_piece == 0 || !need->store ||
           !unit_same(need->asked.unit, need->asked.product_unit);
}

static void say_unknown(opinion_t *opinion, const need_t *need) {
    if (!need->known)
        opinion_doubt(opinion, "产品目录中没有该产品，无法判断物料。");
    else if (!unit_same(need->asked.unit, need->asked.product_unit))
        opinion_doubt(opinion, "单位“%.*s”与产品目录的单位“%.*s”不同，无法判断物料。",
                      SHOW(need->asked.unit), SHOW(need->asked.product_unit));
    else if (need->material.n == 0 || need->per_piece == 0)
        opinion_doubt(opinion, "产品目录中缺少材料或单耗，无法判断物料。");
    else
        opinion_doubt(opinion, "缺少材料 %.*s 的库存与采购周期数据。", SHOW(need->material));
}

/* Free text cannot be judged; a material that it names can, but its amount per piece is the
   standard product's: certain only where nothing is in stock, so that the amount does not
   matter. */
static void doubt_modification(opinion_t *opinion, const need_t *need) {
    if (need->asked.modification.n == 0)
        return;
    if (need->unclear)
        opinion_doubt(opinion, "变更要求“%.*s”提到多种材料，须人工确认用料。",
                      SHOW(need->asked.modification));
    else if (!need->named)
        opinion_doubt(opinion, "变更要求“%.*s”未写明材料，按标准材料核算，须人工确认。",
                      SHOW(need->asked.modification));
    else if (need->free > 0)
        opinion_doubt(opinion, "按变更要求“%.*s”用料 %.*s，单耗按标准产品估算，须人工确认。",
                      SHOW(need->asked.modification), SHOW(need->material));
    else
        opinion_say(opinion, "按变更要求“%.*s”用料 %.*s。", SHOW(need->asked.modification),
                    SHOW(need->material));
}

static void say_stock(opinion_t *opinion, const need_t *need) {
    const store_t *store = need->store;
    opinion_say(opinion, "%.*s（%.*s）余%s", SHOW(store->material), SHOW(store->name),
                material_words(need, need->free).s);
    if (store->holders.n)
        opinion_say(opinion, "（%s已被 %.*s 占用）", material_words(need, store->claimed).s,
                    SHOW(store->holders));
}

static void late_condition(opinion_t *opinion, const need_t *need, day_t until, day_t ready,
                           decimal_t pieces) {
    const asked_t *asked = &need->asked;
    words_t shortage = material_words(need, need->amount - need->free);
    if (pieces > 0)
        opinion_condition(opinion, asked->line, "%.*s：%s前可供%s，其余%s最早于%s交付（%.*s缺%s）",
                          SHOW(asked->product), date_words(until).s,
                          quantity_words(pieces, asked->unit).s,
                          quantity_words(asked->quantity - pieces, asked->unit).s,
                          date_words(ready).s, SHOW(need->material), shortage.s);
    else
        opinion_condition(opinion, asked->line, "%.*s：%s最早于%s交付（%.*s缺%s）",
                          SHOW(asked->product), quantity_words(asked->quantity, asked->unit).s,
                          date_words(ready).s, SHOW(need->material), shortage.s);
}

/* Short of material: what can be made in time from what is there, and when the rest. */
static void judge_short(picture_t *self, const need_t *need) {
    opinion_t *opinion = &self->opinion;
    self->bought = true;
    day_t arrival = working_day(self->today, need->store->lead);
    day_t ready = day_week(arrival) + PRODUCTION_WEEKS * WEEK, due = due_week(need->asked.wanted);
    opinion_say(opinion, "，缺%s，采购周期%lld个工作日，%s到料",
                material_words(need, need->amount - need->free).s, (long long) need->store->lead,
                date_words(arrival).s);
    if (due >= ready) {
        opinion_say(opinion, "，可按%s交付。", date_words(need->asked.wanted).s);
        return;
    }
    opinion_say(opinion, "，加生产%d周，最早%s，晚于要求的%s。", PRODUCTION_WEEKS,
                date_words(friday_of(ready)).s, date_words(need->asked.wanted).s);
    decimal_t pieces = decimal_whole(need->free / need->per_piece);
    if (due < day_week(self->today))
        pieces = 0;
    if (pieces > need->asked.quantity) /* only where amounts saturated */
        pieces = need->asked.quantity;
    if (ready > due + LATE_WEEKS_MAX * WEEK)
        opinion_reject(opinion, "超过%d周，无法按要求供料。", LATE_WEEKS_MAX);
    else
        late_condition(opinion, need, friday_of(due), friday_of(ready), pieces);
}

/* Lines take from the stock one after the other. */
static void take_material(picture_t *self, need_t *need) {
    store_t *store = store_of(self, need->material);
    if (!store)
        return;
    need->store = store;
    need->amount = decimal_multiply(need->asked.quantity, need->per_piece);
    need->free = amount_less(amount_less(store->stock, store->claimed), store->taken);
    store->taken = amount_add(store->taken, need->amount);
}

static void read_facts(picture_t *self, const struct fact_list *facts) {
    for (size_t i = 0; i < facts->n; i++) {
        if (fact_is(&facts->at[i], "today"))
            self->today = fact_day(&facts->at[i]);
        read_need(self, &facts->at[i]);
        read_store(self, &facts->at[i]);
    }
    for (size_t i = 0; i < self->needs_n; i++)
        take_material(self, &self->needs[i]);
}

static bool any_short(const struct fact_list *facts, arena_t *arena) {
    picture_t picture = {.arena = arena};
    read_facts(&picture, facts);
    for (size_t i = 0; i < picture.needs_n; i++)
        if (picture.needs[i].amount > picture.needs[i].free)
            return true;
    return false;
}

static bool troubles(const need_t *need) {
    return unknown(need) || need->asked.modification.n || need->amount > need->free;
}

static void judge_need(picture_t *self, const need_t *need) {
    opinion_t *opinion = &self->opinion;
    opinion_say(opinion, "第%lld行 %.*s：", (long long) need->asked.line,
                SHOW(need->asked.product));
    if (unknown(need)) {
        say_unknown(opinion, need);
        return;
    }
    doubt_modification(opinion, need);
    say_stock(opinion, need);
    if (need->amount <= need->free)
        opinion_say(opinion, "，需%s，库存足够。", material_words(need, need->amount).s);
    else if (need->store->lead < 1 || need->store->lead > LEAD_DAYS_MAX || self->today == 0)
        opinion_doubt(opinion, "，缺%s，缺少采购周期数据。",
                      material_words(need, need->amount - need->free).s);
    else
        judge_short(self, need);
}

static void judge(const struct fact_list *facts, arena_t *arena, struct assessment *out) {
    picture_t picture = {.arena = arena};
    opinion_start(&picture.opinion, arena, out);
    read_facts(&picture, facts);
    for (size_t i = 0; i < picture.needs_n; i++) /* first what troubles: a reason has little room */
        if (troubles(&picture.needs[i]))
            judge_need(&picture, &picture.needs[i]);
    for (size_t i = 0; i < picture.needs_n; i++)
        if (!troubles(&picture.needs[i]))
            judge_need(&picture, &picture.needs[i]);
    if (picture.bought)
        opinion_say(&picture.opinion, "（工作日为周一至周五，未扣除法定节假日）");
    opinion_end(&picture.opinion);
}

/* ---- gather ---- */

typedef struct usage { text_t material; decimal_t claimed; holders_t holders; } usage_t;
typedef struct usages { const context_t *context; usage_t *at; size_t n; } usages_t;

static usage_t *usage_of(usages_t *self, text_t material) {
    for (size_t i = 0; i < self->n; i++)
        if (text_equal(self->at[i].material, material))
            return &self->at[i];
    return NULL;
}

static void use_line(const claim_t *claim, const claim_line_t *line,
                     const struct product_row *product, void *arg) {
    usages_t *usages = arg;
    text_t material = product->material;
    if (line->modification.n)
        material = material_of(usages->context, product, line->modification).material;
    usage_t *usage = usage_of(usages, material);
    if (!usage)
        return;
    usage->claimed =
        amount_add(usage->claimed, decimal_multiply(line->quantity, product->material_per_piece));
    holders_add(&usage->holders, claim->number);
}

static void gather_line(const assess_input_t *in, facts_t *facts, const struct order_line *line,
                        usages_t *usages) {
    const struct product_row *product = context_product(in->context, line->product);
    asked_gather(line, facts);
    if (!product)
        return;
    line_material_t material = material_of(in->context, product, line->modification);
    facts_add(facts, (struct fact){.name = TEXT("product"), .of = product->unit});
    facts_add(facts, (struct fact){.name = TEXT("per piece"), .of = material.material,
                                   .value = product->material_per_piece});
    if (material.unclear)
        facts_add(facts, (struct fact){.name = TEXT("material unclear")});
    else if (material.named)
        facts_add(facts, (struct fact){.name = TEXT("material named"), .of = material.material});
    if (!material.material.n || usage_of(usages, material.material))
        return;
    usages->at = keep_grow(facts->arena, usages->at, usages->n, sizeof *usages->at);
    usages->at[usages->n++] = (usage_t){.material = material.material};
}

static void gather(const assess_input_t *in, arena_t *arena, struct fact_list *out) {
    facts_t facts;
    usages_t usages = {.context = in->context};
    const struct order_line_list *lines = &order_revision(in->order)->content->lines;
    facts_start(&facts, arena);
    for (size_t i = 0; i < lines->n; i++)
        gather_line(in, &facts, &lines->at[i], &usages);
    claims_before(in, &(claims_reader_t){.line = use_line, .arg = &usages}, arena);
    for (size_t i = 0; i < usages.n; i++) {
        const usage_t *usage = &usages.at[i];
        const struct stock_row *row = context_stock(in->context, usage->material);
        if (!row)
            continue;
        facts_add(&facts, (struct fact){.name = TEXT("stock"), .of = row->material,
                                        .value = row->stock, .text = row->name});
        facts_add(&facts, (struct fact){.name = TEXT("stock unit"), .of = row->material,
                                        .text = row->unit});
        facts_add(&facts, (struct fact){.name = TEXT("lead time"), .of = row->material,
                                        .value = decimal_whole(row->lead_days)});
        if (usage->claimed)
            facts_add(&facts, (struct fact){.name = TEXT("claimed"), .of = row->material,
                                            .value = usage->claimed,
                                            .text = holders_words(&usage->holders, arena)});
    }
    if (any_short(&facts.list, arena)) /* else a new day would look like a change */
        facts_add(&facts, (struct fact){.name = TEXT("today"), .day = in->today});
    facts_end(&facts, out);
}

const assessor_t material_rule = {
    .name = "material",
    .scope = SCOPE_ORDER,
    .edition = 1,
    .doc = "stock that is still free, else lead time in working days and a week of production",
    .gather = gather,
    .judge = judge,
};
