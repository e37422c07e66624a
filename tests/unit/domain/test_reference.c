/* SPDX-License-Identifier: Apache-2.0
 *
 * Reference data come in chunks and count when they are adopted whole: not a row before, none left
 * out, none twice, each import its own person's.
 */
#include "common/domain/calendar.h"
#include "tests/unit/domain/context_desk.h"

static const digest_t FILE_A = {{0xaa}}, FILE_B = {{0xbb}};

static struct stock_row stock(const char *material, int64_t pieces) {
    return (struct stock_row){.material = text_of(material),
                              .name = text_of(material),
                              .stock = pieces * DECIMAL_ONE,
                              .unit = TEXT("kg")};
}

static reason_t begin(desk_t *desk, ident_t actor, enum dataset dataset, int64_t rows,
                      digest_t source) {
    struct reference_begin body = {dataset, rows, source, TEXT("data.csv")};
    return desk_ask(desk, actor, KIND_REFERENCE_BEGIN, NOTHING, &body);
}

static ident_t begun(desk_t *desk, ident_t actor, int64_t rows, digest_t source) {
    OK(begin(desk, actor, DATASET_STOCK, rows, source));
    return desk_opened(desk);
}

static reason_t chunk(desk_t *desk, ident_t actor, ident_t import, int64_t first,
                      const struct stock_row *rows, size_t n) {
    struct reference_chunk body = {.first = first};
    body.stocks.at = desk_keep(desk, rows, n * sizeof *rows);
    body.stocks.n = n;
    return desk_ask(desk, actor, KIND_REFERENCE_CHUNK, import, &body);
}

static reason_t adopt(desk_t *desk, ident_t actor, ident_t import, int64_t rows, digest_t source) {
    struct reference_adopt body = {rows, source};
    return desk_ask(desk, actor, KIND_REFERENCE_ADOPT, import, &body);
}

static int64_t pieces(const desk_t *desk, const char *material) {
    const struct stock_row *row = context_stock(desk->context, text_of(material));
    return row ? row->stock / DECIMAL_ONE : -1;
}

static size_t rows_seen(const desk_t *desk) {
    const struct stock_row *rows;
    return context_stocks(desk->context, &rows);
}

/* ---- whole or not at all ---- */

TEST(no_row_is_seen_before_all_are_adopted) {
    desk_t *desk = desk_new();
    struct stock_row rows[] = {stock("M3", 30), stock("M1", 10), stock("M2", 20)};
    ident_t import = begun(desk, desk->deng, 3, FILE_A);
    OK(chunk(desk, desk->deng, import, 0, rows, 2));
    OK(chunk(desk, desk->deng, import, 2, rows + 2, 1));
    assert_int_equal(rows_seen(desk), 0);
    assert_int_equal(pieces(desk, "M1"), -1);
    assert_int_equal(context_dataset_position(desk->context, DATASET_STOCK), 0);
    OK(adopt(desk, desk->deng, import, 3, FILE_A));
    assert_int_equal(rows_seen(desk), 3);
    assert_int_equal(context_dataset_position(desk->context, DATASET_STOCK), desk->position);
    assert_int_equal(pieces(desk, "M1"), 10); /* in whatever order they came */
    assert_int_equal(pieces(desk, "M2"), 20);
    assert_int_equal(pieces(desk, "M3"), 30);
    assert_int_equal(pieces(desk, "M4"), -1);
    DENIED(desk, adopt(desk, desk->deng, import, 3, FILE_A), UNKNOWN_CASE, "", "object");
    DENIED(desk, chunk(desk, desk->deng, import, 3, rows, 1), UNKNOWN_CASE, "", "object");
    desk_destroy(&desk);
}

TEST(a_new_file_takes_the_old_ones_place_as_a_whole) {
    desk_t *desk = desk_new();
    struct stock_row old[] = {stock("M1", 10), stock("M2", 20)}, new[] = {stock("M2", 25)};
    ident_t import = begun(desk, desk->deng, 2, FILE_A);
    OK(chunk(desk, desk->deng, import, 0, old, 2));
    OK(adopt(desk, desk->deng, import, 2, FILE_A));
    import = begun(desk, desk->deng, 1, FILE_B);
    OK(chunk(desk, desk->deng, import, 0, new, 1));
    assert_int_equal(pieces(desk, "M2"), 20); /* the old ones count until the new ones do */
    OK(adopt(desk, desk->deng, import, 1, FILE_B));
    assert_int_equal(pieces(desk, "M1"), -1);
    assert_int_equal(pieces(desk, "M2"), 25);
    import = begun(desk, desk->deng, 0, FILE_A); /* an empty file is a whole one, too */
    OK(adopt(desk, desk->deng, import, 0, FILE_A));
    assert_int_equal(rows_seen(desk), 0);
    assert_int_equal(pieces(desk, "M2"), -1);
    assert_int_equal(context_dataset_position(desk->context, DATASET_STOCK), desk->position);
    desk_destroy(&desk);
}

TEST(an_import_with_missing_rows_or_of_another_file_is_not_adopted) {
    desk_t *desk = desk_new();
    struct stock_row rows[] = {stock("M1", 10), stock("M2", 20)};
    ident_t import = begun(desk, desk->deng, 2, FILE_A);
    DENIED(desk, adopt(desk, desk->deng, import, 2, FILE_A), INCOMPLETE, "", "rows");
    OK(chunk(desk, desk->deng, import, 0, rows, 1));
    DENIED(desk, adopt(desk, desk->deng, import, 2, FILE_A), INCOMPLETE, "", "rows");
    DENIED(desk, adopt(desk, desk->deng, import, 1, FILE_A), INCOMPLETE, "", "rows");
    OK(chunk(desk, desk->deng, import, 1, rows + 1, 1));
    DENIED(desk, adopt(desk, desk->deng, import, 1, FILE_A), INCOMPLETE, "", "rows");
    DENIED(desk, adopt(desk, desk->deng, import, 3, FILE_A), INCOMPLETE, "", "rows");
    DENIED(desk, adopt(desk, desk->deng, import, 2, FILE_B), INCOMPLETE, "", "source");
    assert_int_equal(rows_seen(desk), 0);
    OK(adopt(desk, desk->deng, import, 2, FILE_A));
    assert_int_equal(rows_seen(desk), 2);
    desk_destroy(&desk);
}

/* ---- chunks ---- */

TEST(chunks_come_in_order_without_gap_and_no_more_than_announced) {
    desk_t *desk = desk_new();
    struct stock_row rows[] = {stock("M1", 10), stock("M2", 20), stock("M3", 30)};
    ident_t import = begun(desk, desk->deng, 2, FILE_A);
    DENIED(desk, chunk(desk, desk->deng, import, 1, rows + 1, 1), INCOMPLETE, "", "first");
    DENIED(desk, chunk(desk, desk->deng, import, 0, rows, 3), FIELD_RANGE, "", "rows");
    OK(chunk(desk, desk->deng, import, 0, rows, 1));
    DENIED(desk, chunk(desk, desk->deng, import, 0, rows, 1), INCOMPLETE, "", "first");
    DENIED(desk, chunk(desk, desk->deng, import, 2, rows + 2, 1), INCOMPLETE, "", "first");
    DENIED(desk, chunk(desk, desk->deng, import, 1, rows + 1, 2), FIELD_RANGE, "", "rows");
    OK(chunk(desk, desk->deng, import, 1, rows + 1, 1));
    DENIED(desk, chunk(desk, desk->deng, import, 2, rows + 2, 1), FIELD_RANGE, "", "rows");
    DENIED(desk, chunk(desk, desk->deng, desk->customer, 0, rows, 1), UNKNOWN_CASE, "", "object");
    OK(adopt(desk, desk->deng, import, 2, FILE_A));
    desk_destroy(&desk);
}

TEST(a_chunk_holds_rows_of_its_data_set_and_no_others) {
    desk_t *desk = desk_new();
    struct stock_row row = stock("M1", 10);
    struct capacity_row week = {.family = TEXT("sprockets"), .week = TODAY, .capacity = 1};
    ident_t import = begun(desk, desk->deng, 3, FILE_A);
    struct reference_chunk none = {.first = 0}, other = {.capacities = {&week, 1}},
                           both = {.stocks = {&row, 1}, .capacities = {&week, 1}};
    const struct reference_chunk *const chunks[] = {&none, &other, &both};
    for (size_t i = 0; i < COUNT(chunks); i++)
        DENIED(desk, desk_ask(desk, desk->deng, KIND_REFERENCE_CHUNK, import, chunks[i]),
               FIELD_RANGE, "", "rows");
    OK(chunk(desk, desk->deng, import, 0, &row, 1));
    desk_destroy(&desk);
}

TEST(a_key_that_is_there_twice_is_refused_at_its_row) {
    desk_t *desk = desk_new();
    struct stock_row rows[] = {stock("M2", 20), stock("M1", 10), stock("M3", 30), stock("M1", 11)};
    ident_t import = begun(desk, desk->deng, 4, FILE_A);
    OK(chunk(desk, desk->deng, import, 0, rows, 2));
    OK(chunk(desk, desk->deng, import, 2, rows + 2, 2));
    DENIED(desk, adopt(desk, desk->deng, import, 4, FILE_A), ALREADY, "", "rows[3]");
    assert_string_equal(desk->problem.detail, "row 1 says the same key");
    assert_int_equal(rows_seen(desk), 0);
    desk_destroy(&desk);
}

/* ---- whose ---- */

TEST_CLAUSE(an_import_is_continued_by_whoever_began_it, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    struct stock_row row = stock("M1", 10);
    DENIED(desk, begin(desk, desk->lin, DATASET_STOCK, 1, FILE_A), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, begin(desk, desk->planning, DATASET_STOCK, 1, FILE_A), NOT_A_PERSON, "", "actor");
    ident_t import = begun(desk, desk->deng, 1, FILE_A);
    DENIED(desk, chunk(desk, desk->luo, import, 0, &row, 1), WRONG_ROLE, "QP21-3", "actor");
    OK(chunk(desk, desk->deng, import, 0, &row, 1));
    DENIED(desk, adopt(desk, desk->luo, import, 1, FILE_A), WRONG_ROLE, "QP21-3", "actor");
    OK(adopt(desk, desk->deng, import, 1, FILE_A));
    desk_destroy(&desk);
}

TEST(two_imports_go_on_side_by_side) {
    desk_t *desk = desk_new();
    struct stock_row dengs[] = {stock("M1", 10), stock("M2", 20)};
    struct stock_row luos[] = {stock("M1", 11), stock("M3", 33)};
    ident_t a = begun(desk, desk->deng, 2, FILE_A), b = begun(desk, desk->luo, 2, FILE_B);
    OK(chunk(desk, desk->deng, a, 0, dengs, 1));
    OK(chunk(desk, desk->luo, b, 0, luos, 2));
    OK(chunk(desk, desk->deng, a, 1, dengs + 1, 1));
    OK(adopt(desk, desk->luo, b, 2, FILE_B));
    assert_int_equal(pieces(desk, "M1"), 11);
    assert_int_equal(pieces(desk, "M2"), -1);
    OK(adopt(desk, desk->deng, a, 2, FILE_A)); /* adopted last, it counts from now on */
    assert_int_equal(pieces(desk, "M1"), 10);
    assert_int_equal(pieces(desk, "M2"), 20);
    assert_int_equal(pieces(desk, "M3"), -1);
    desk_destroy(&desk);
}

TEST(whoever_begins_again_lets_the_half_done_import_of_the_same_data_go) {
    desk_t *desk = desk_new();
    struct stock_row row = stock("M1", 10);
    struct capacity_row week = {.family = TEXT("sprockets"), .week = TODAY, .capacity = 7};
    struct reference_chunk weeks = {.capacities = {&week, 1}};
    ident_t first = begun(desk, desk->deng, 1, FILE_A);
    OK(chunk(desk, desk->deng, first, 0, &row, 1));
    OK(begin(desk, desk->deng, DATASET_CAPACITY, 1, FILE_B));
    ident_t capacity = desk_opened(desk);
    ident_t again = begun(desk, desk->deng, 1, FILE_B);
    DENIED(desk, adopt(desk, desk->deng, first, 1, FILE_A), UNKNOWN_CASE, "", "object");
    DENIED(desk, adopt(desk, desk->deng, again, 1, FILE_B), INCOMPLETE, "", "rows");
    OK(desk_ask(desk, desk->deng, KIND_REFERENCE_CHUNK, capacity, &weeks)); /* other data stays */
    OK(adopt(desk, desk->deng, capacity, 1, FILE_B));
    assert_int_equal(context_capacity(desk->context, TEXT("sprockets"), TODAY)->capacity, 7);
    assert_null(context_capacity(desk->context, TEXT("sprockets"), TODAY + 7));
    assert_int_equal(rows_seen(desk), 0);
    desk_destroy(&desk);
}

TEST(each_data_set_is_keyed_by_what_tells_its_rows_apart) {
    desk_t *desk = desk_new();
    struct capacity_row weeks[] = {{.family = TEXT("b"), .week = TODAY, .capacity = 1},
                                   {.family = TEXT("a"), .week = TODAY + 7, .capacity = 2},
                                   {.family = TEXT("a"), .week = TODAY, .capacity = 3}};
    struct capability_row ranges[] = {
        {.characteristic = TEXT("hardness"), .standard = TEXT("GB/T 230.1"), .from = 20, .to = 40},
        {.characteristic = TEXT("hardness"), .standard = TEXT("GB/T 230.1"), .from = 41, .to = 70},
        {.characteristic = TEXT("hardness"), .standard = TEXT("GB/T 231.1"), .from = 20, .to = 40},
        {.characteristic = TEXT("hardness"), .standard = TEXT("GB/T 230.1"), .from = 20, .to = 41}};
    struct reference_chunk chunks[] = {{.capacities = {weeks, 3}}, {.capabilities = {ranges, 4}}};
    OK(begin(desk, desk->luo, DATASET_CAPACITY, 3, FILE_A));
    ident_t capacity = desk_opened(desk);
    OK(begin(desk, desk->yan, DATASET_CAPABILITY, 4, FILE_B));
    ident_t capability = desk_opened(desk);
    OK(desk_ask(desk, desk->luo, KIND_REFERENCE_CHUNK, capacity, &chunks[0]));
    OK(desk_ask(desk, desk->yan, KIND_REFERENCE_CHUNK, capability, &chunks[1]));
    OK(adopt(desk, desk->luo, capacity, 3, FILE_A));
    assert_int_equal(context_capacity(desk->context, TEXT("a"), TODAY)->capacity, 3);
    assert_int_equal(context_capacity(desk->context, TEXT("a"), TODAY + 7)->capacity, 2);
    assert_int_equal(context_capacity(desk->context, TEXT("b"), TODAY)->capacity, 1);
    DENIED(desk, adopt(desk, desk->yan, capability, 4, FILE_B), ALREADY, "", "rows[3]");
    desk_destroy(&desk);
}

TEST(two_arrangements_may_name_a_day_and_one_only_once) {
    desk_t *desk = desk_new();
    struct calendar_row days[] = {{20818, true, TEXT("元旦"), 2027}, /* 2026-12-31 */
                                  {20818, false, TEXT("年终盘点"), 0},
                                  {20819, true, TEXT("元旦"), 2027},
                                  {20818, true, TEXT("元旦"), 2027}};
    struct reference_chunk all = {.days = {days, 4}}, most = {.days = {days, 3}};
    OK(begin(desk, desk->luo, DATASET_CALENDAR, 4, FILE_A));
    ident_t import = desk_opened(desk);
    OK(desk_ask(desk, desk->luo, KIND_REFERENCE_CHUNK, import, &all));
    DENIED(desk, adopt(desk, desk->luo, import, 4, FILE_A), ALREADY, "", "rows[3]");
    assert_int_equal(context_calendar(desk->context, 0).position, 0);
    OK(begin(desk, desk->luo, DATASET_CALENDAR, 3, FILE_A));
    import = desk_opened(desk);
    OK(desk_ask(desk, desk->luo, KIND_REFERENCE_CHUNK, import, &most));
    OK(adopt(desk, desk->luo, import, 3, FILE_A));
    calendar_t calendar = context_calendar(desk->context, 0);
    assert_int_equal(calendar.position, desk->position);
    assert_int_equal(calendar.n, 3);
    assert_false(calendar_day(&calendar, 20818)->off); /* the company's own */
    desk_destroy(&desk);
}

TEST(an_older_calendar_stays) {
    desk_t *desk = desk_new();
    struct calendar_row old = {20819, true, TEXT("元旦"), 2027}, new = {20820, true, TEXT("元旦"), 2027};
    const struct calendar_row *const rows[] = {&old, &new};
    position_t adopted[2];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reference_chunk chunk = {.days = {desk_keep(desk, rows[i], sizeof *rows[i]), 1}};
        OK(begin(desk, desk->luo, DATASET_CALENDAR, 1, FILE_A));
        ident_t import = desk_opened(desk);
        OK(desk_ask(desk, desk->luo, KIND_REFERENCE_CHUNK, import, &chunk));
        OK(adopt(desk, desk->luo, import, 1, FILE_A));
        adopted[i] = desk->position;
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        calendar_t calendar = context_calendar(desk->context, i);
        assert_int_equal(calendar.position, adopted[i]);
        assert_int_equal(calendar.days[0].day, rows[i]->day);
    }
    assert_int_equal(context_calendar(desk->context, 2).position, 0);
    desk_destroy(&desk);
}

TEST(a_day_out_of_its_arrangements_reach_is_refused) {
    desk_t *desk = desk_new();
    struct calendar_row days[] = {{20819, true, TEXT("元旦"), 2027}, {20819, true, TEXT("元旦"), 2037}};
    struct reference_chunk chunk = {.days = {days, 2}};
    OK(begin(desk, desk->luo, DATASET_CALENDAR, 2, FILE_A));
    DENIED(desk, desk_ask(desk, desk->luo, KIND_REFERENCE_CHUNK, desk_opened(desk), &chunk),
           FIELD_RANGE, "", "days[1].day");
    desk_destroy(&desk);
}
