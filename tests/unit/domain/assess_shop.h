/* SPDX-License-Identifier: Apache-2.0
 *
 * assess_shop: the demo company's capacity, stock, products and inspection capabilities in memory,
 * and orders under review built by hand: what the departments' rules look at. W1 is the week of
 * 2026-11-23, and today is its Monday.
 */
#ifndef COUNTERSIGN_TESTS_ASSESS_SHOP_H
#define COUNTERSIGN_TESTS_ASSESS_SHOP_H

#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/domain/assess/assess.h"
#include "common/domain/keep.h"
#include "tests/unit/harness.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { MONDAY = 20780 };                /* 2026-11-23 */
#define WEEKS(n) (MONDAY + 7 * ((n)-1)) /* Monday of Wn */
#define FRIDAY(n) (WEEKS(n) + 4)

typedef struct shop {
    context_t *context;
    claims_t *claims;
    arena_t *arena;
    position_t position;
    unsigned serial;
    day_t today;
    order_t *orders[64];
    size_t orders_n; /* all of one customer, oldest first */
} shop_t;

static inline void *shop_room(shop_t *shop, size_t n, size_t size) {
    void *room = arena_alloc(shop->arena, n ? n * size : 1);
    insist(room);
    return room;
}

static inline ident_t shop_ident(shop_t *shop) {
    ident_t id = {{0x01, 0x92}};
    shop->serial++;
    id.b[14] = (uint8_t)(shop->serial >> 8);
    id.b[15] = (uint8_t)shop->serial;
    return id;
}

static inline void shop_event(shop_t *shop, kind_t kind, ident_t object, const void *body) {
    decoded_t event = {.event = {.position = (int64_t)++shop->position,
                                 .time = 1,
                                 .kind = kind,
                                 .object = object,
                                 .rules = 1},
                       .info = kind_info(kind),
                       .command = {.id = shop_ident(shop), .kind = kind, .object = object},
                       .body = body};
    if (kind_info(kind)->flags & OPENS)
        event.command = (struct command){.id = object, .kind = kind};
    context_apply(shop->context, &event);
}

static inline void shop_adopt(shop_t *shop, enum dataset dataset,
                              const struct reference_chunk *chunk) {
    int64_t rows = (int64_t)(chunk->products.n + chunk->capacities.n + chunk->stocks.n +
                             chunk->capabilities.n);
    struct reference_begin begin = {
        .dataset = dataset, .rows = rows, .source = {{1}}, .name = TEXT("data.csv")};
    struct reference_adopt adopt = {.rows = rows, .source = {{1}}};
    ident_t set = shop_ident(shop);
    shop_event(shop, KIND_REFERENCE_BEGIN, set, &begin);
    shop_event(shop, KIND_REFERENCE_CHUNK, set, chunk);
    shop_event(shop, KIND_REFERENCE_ADOPT, set, &adopt);
}

#define PRODUCT(number, family_, material_, grams, price_) \
    { \
        .product = TEXT(number), .name = TEXT(number), .family = TEXT(family_), \
        .material = TEXT(material_), .material_per_piece = (grams)*DECIMAL_ONE / 1000, \
        .price = (price_)*DECIMAL_ONE / 100, .currency = TEXT("CNY"), .standard = true, \
        .drawing = TEXT(number " A"), .unit = TEXT("件") \
    }

static inline void shop_products(shop_t *shop) {
    struct product_row rows[] = {
        PRODUCT("P01", "齿轮", "M01", 320, 980),    PRODUCT("P02", "齿轮", "M02", 950, 2250),
        PRODUCT("P03", "齿轮", "M02", 1030, 2800),  PRODUCT("P04", "轴", "M03", 1200, 3100),
        PRODUCT("P05", "轴", "M03", 920, 3650),     PRODUCT("P06", "轴", "M03", 690, 1900),
        PRODUCT("P07", "链轮", "M04", 310, 860),    PRODUCT("P08", "链轮", "M04", 1670, 2600),
        PRODUCT("P09", "箱体", "M05", 1900, 14500), PRODUCT("P10", "衬套", "M06", 210, 1250)};
    struct reference_chunk chunk = {.products = {rows, COUNT(rows)}};
    shop_adopt(shop, DATASET_PRODUCT, &chunk);
}

/* Six weeks from W1 unless a test says otherwise. */
static inline void shop_capacities(shop_t *shop, int from, int to) {
    static const struct {
        const char *family, *centre;
        int capacity, committed[6];
    } plan[] = {{"齿轮", "滚齿/渗碳", 12000, {11500, 10000, 8000, 5000, 2000, 0}},
                {"轴", "数控车/磨", 6000, {5500, 5000, 3000, 2000, 1000, 0}},
                {"链轮", "冲裁/高频淬火", 8000, {6000, 4000, 3000, 1000, 0, 0}},
                {"箱体", "压铸/加工中心", 1500, {1500, 1400, 1200, 900, 500, 0}},
                {"衬套", "数控车", 10000, {3000, 2000, 0, 0, 0, 0}}};
    struct capacity_row rows[COUNT(plan) * 6];
    size_t n = 0;
    for (size_t f = 0; f < COUNT(plan); f++)
        for (int week = from; week <= to; week++)
            rows[n++] =
                (struct capacity_row){.family = text_of(plan[f].family),
                                      .work_centre = text_of(plan[f].centre),
                                      .week = WEEKS(week),
                                      .capacity = plan[f].capacity * DECIMAL_ONE,
                                      .committed = plan[f].committed[week - 1] * DECIMAL_ONE};
    struct reference_chunk chunk = {.capacities = {rows, n}};
    shop_adopt(shop, DATASET_CAPACITY, &chunk);
}

static inline void shop_stocks(shop_t *shop) {
#define STOCK(number, name_, kg, lead) \
    { \
        .material = TEXT(number), .name = TEXT(name_), .stock = (kg)*DECIMAL_ONE, \
        .unit = TEXT("kg"), .lead_days = (lead) \
    }
    struct stock_row rows[] = {
        STOCK("M01", "20CrMnTi φ45", 6000, 10), STOCK("M02", "20CrMnTi φ80", 3500, 10),
        STOCK("M03", "40Cr φ30", 5000, 7),      STOCK("M04", "45钢板 δ8", 4000, 5),
        STOCK("M05", "ADC12", 2000, 5),         STOCK("M06", "ZCuSn5Pb5Zn5 φ30", 800, 15),
        STOCK("M07", "17-4PH φ30", 0, 45),      STOCK("M08", "42CrMo φ40", 500, 15)};
    struct reference_chunk chunk = {.stocks = {rows, COUNT(rows)}};
    shop_adopt(shop, DATASET_STOCK, &chunk);
}

static inline void shop_capabilities(shop_t *shop) {
#define CAPABILITY(name, standard_, from_, to_, unit_) \
    { \
        .characteristic = TEXT(name), .standard = TEXT(standard_), \
        .from = (from_)*DECIMAL_ONE / 100, .to = (to_)*DECIMAL_ONE / 100, .unit = TEXT(unit_) \
    }
    struct capability_row rows[] = {CAPABILITY("齿轮精度", "GB/T 10095.1", 500, 1200, "级"),
                                    CAPABILITY("洛氏硬度", "GB/T 230.1", 2000, 7000, "HRC"),
                                    CAPABILITY("渗碳层深", "GB/T 9450", 30, 300, "mm"),
                                    CAPABILITY("中性盐雾", "GB/T 10125", 0, 72000, "h"),
                                    CAPABILITY("钢成分", "GB/T 4336", 0, 0, ""),
                                    CAPABILITY("气密", "Q/WY 05", 0, 50, "MPa")};
    struct reference_chunk chunk = {.capabilities = {rows, COUNT(rows)}};
    shop_adopt(shop, DATASET_CAPABILITY, &chunk);
}

static inline shop_t *shop_new(void) {
    shop_t *shop = calloc(1, sizeof *shop);
    insist(shop);
    *shop = (shop_t){
        .context = context_new(), .claims = claims_new(), .arena = arena_new(0), .today = MONDAY};
    shop_products(shop);
    shop_capacities(shop, 1, 6);
    shop_stocks(shop);
    shop_capabilities(shop);
    return shop;
}

static inline void shop_destroy(shop_t **shop_p) {
    shop_t *shop = *shop_p;
    claims_destroy(&shop->claims);
    context_destroy(&shop->context);
    arena_destroy(&shop->arena);
    free(shop);
    *shop_p = NULL;
}

/* ---- orders ---- */

/* A line at the list price. */
static inline struct order_line shop_line(shop_t *shop, const char *product, int quantity,
                                          day_t wanted) {
    const struct product_row *row = context_product(shop->context, text_of(product));
    return (struct order_line){.product = text_of(product),
                               .quantity = quantity * DECIMAL_ONE,
                               .unit = TEXT("件"),
                               .price = row ? row->price : DECIMAL_ONE,
                               .currency = TEXT("CNY"),
                               .wanted = wanted};
}

/* A new revision of the order, in review; nothing decided on the old one counts. */
static inline void shop_revise(shop_t *shop, order_t *order, const struct order_line *lines,
                               size_t lines_n, const struct requirement *requirements,
                               size_t requirements_n) {
    struct order_content *content = shop_room(shop, 1, sizeof *content);
    *content = (struct order_content){
        .customer = {{7}}, .channel = CHANNEL_WRITTEN, .customer_order = TEXT("PO-1")};
    content->lines = (struct order_line_list){shop_room(shop, lines_n, sizeof *lines), lines_n};
    memcpy(content->lines.at, lines, lines_n * sizeof *lines);
    for (size_t i = 0; i < lines_n; i++)
        content->lines.at[i].no = (int64_t)i + 1;
    content->requirements = (struct requirement_list){
        shop_room(shop, requirements_n, sizeof *requirements), requirements_n};
    if (requirements_n)
        memcpy(content->requirements.at, requirements, requirements_n * sizeof *requirements);
    size_t n = order->revisions_n;
    order->revisions = keep_grow(shop->arena, order->revisions, n, sizeof *order->revisions);
    order->head.rounds = keep_grow(shop->arena, order->head.rounds, n, sizeof *order->head.rounds);
    if (n > 0)
        order->head.rounds[n - 1].superseded = true;
    order->revisions[n] =
        (order_revision_t){.no = (int64_t)n + 1, .position = ++shop->position, .content = content};
    order->head.rounds[n] = (round_t){.no = (int64_t)n + 1, .revision = (int64_t)n + 1};
    order->revisions_n = order->head.rounds_n = n + 1;
    order->state = ORDER_IN_REVIEW;
    claims_update(shop->claims, order);
}

static inline order_t *shop_order_of(shop_t *shop, const struct order_line *lines, size_t lines_n,
                                     const struct requirement *requirements,
                                     size_t requirements_n) {
    order_t *order = shop_room(shop, 1, sizeof *order);
    insist(shop->orders_n < COUNT(shop->orders));
    shop->orders[shop->orders_n++] = order;
    order->head.id = shop_ident(shop);
    order->head.number = arena_format(shop->arena, "DD2026-%04zu", shop->orders_n);
    shop_revise(shop, order, lines, lines_n, requirements, requirements_n);
    return order;
}

static inline order_t *shop_order(shop_t *shop, const char *product, int quantity, day_t wanted) {
    struct order_line line = shop_line(shop, product, quantity, wanted);
    return shop_order_of(shop, &line, 1, NULL, 0);
}

static inline order_t *shop_order_mod(shop_t *shop, const char *product, int quantity, day_t wanted,
                                      const char *modification) {
    struct order_line line = shop_line(shop, product, quantity, wanted);
    line.modification = text_of(modification);
    return shop_order_of(shop, &line, 1, NULL, 0);
}

/* The department's word on the current revision. */
static inline void shop_verdict(shop_t *shop, order_t *order, const char *department,
                                enum verdict verdict) {
    round_t *round = &order->head.rounds[order->head.rounds_n - 1];
    struct verdict_given *body = shop_room(shop, 1, sizeof *body);
    *body = (struct verdict_given){.department = text_of(department), .verdict = verdict};
    for (size_t i = 0; i < round->verdicts_n; i++)
        if (text_is(round->verdicts[i].body->department, department))
            round->verdicts[i].standing = false;
    round->verdicts =
        keep_grow(shop->arena, round->verdicts, round->verdicts_n, sizeof *round->verdicts);
    round->verdicts[round->verdicts_n++] =
        (round_verdict_t){.position = ++shop->position, .body = body, .standing = true};
    claims_update(shop->claims, order);
}

/* ---- assessments ---- */

/* As the department's daemon would post it: through the codec, and reproduced from there. */
static inline struct assessment shop_assess(shop_t *shop, const order_t *order,
                                            const char *department) {
    static const char *const rules[][2] = {{"sales", "completeness"},
                                           {"planning", "delivery"},
                                           {"production", "capacity"},
                                           {"purchasing", "material"},
                                           {"quality", "inspection"}};
    const assessor_t *assessor = NULL;
    for (size_t i = 0; i < COUNT(rules); i++)
        if (strcmp(rules[i][0], department) == 0)
            assessor = assessor_find(text_of(rules[i][1]));
    insist(assessor);
    assess_input_t in = {.context = shop->context,
                         .claims = shop->claims,
                         .order = order,
                         .earlier = (const order_t *const *)shop->orders,
                         .earlier_n = shop->orders_n,
                         .department = text_of(department),
                         .cause = shop->position,
                         .today = shop->today};
    struct assessment made, posted;
    buffer_t bytes = {0};
    problem_t problem = {0};
    assess(assessor, &in, shop->arena, &made);
    if (record_encode(&assessment_record, &made, &bytes, &problem))
        panic("%s: %s %s", assessor->name, problem.field, problem.detail);
    bytes_t kept = arena_bytes(shop->arena, buffer_bytes(&bytes));
    buffer_free(&bytes);
    insist(record_decode(&assessment_record, kept, shop->arena, &posted, &problem) == 0);
    assert_true(assess_again(&posted));
    return posted;
}

#define assert_says(text, words) \
    do { \
        if (!text_has((text), text_of(words))) \
            fail_msg("\"%.*s\" does not say \"%s\"", (int)(text).n, (text).n ? (text).p : "", \
                     (words)); \
    } while (0)

#define assert_silent(text, words) assert_false(text_has((text), text_of(words)))

static inline void shop_tamper(struct assessment *assessment, const char *name, decimal_t value) {
    for (size_t i = 0; i < assessment->inputs.n; i++)
        if (text_is(assessment->inputs.at[i].name, name)) {
            assessment->inputs.at[i].value = value;
            return;
        }
    fail_msg("no fact \"%s\"", name);
}

#endif
