/* SPDX-License-Identifier: Apache-2.0
 *
 * Search by words: what somebody typed on a case finds it, in any language; what the reader may not
 * read does not.
 */
#include "tests/unit/daemon/register_desk.h"

/* The numbers of what is found, newest first, each with a blank behind it. */
static const char *found(books_t *b, ident_t reader, const char *words) {
    static char text[400];
    size_t i;
    json_t *hit;
    text[0] = '\0';
    assert_true(ASK(b, reader, "search", "words", words, NULL));
    json_array_foreach(books_list(b, "hits"), i, hit)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s ",
                 json_string_value(json_object_get(hit, "number")));
    return text;
}
#define FOUND(words, numbers) assert_string_equal(found(b, b->desk->lin, (words)), (numbers))

static const char *snippet(books_t *b, size_t at) {
    return json_string_value(json_object_get(json_array_get(books_list(b, "hits"), at), "snippet"));
}

/* TS2026-0001, 0002, 0003 and order DD2026-0001. */
static books_t *some_cases(void) {
    books_t *b = books_new();
    desk_t *desk = b->desk;
    struct feedback_content other = books_content(b, "ШЕСТЕРНЯ Ø25 cracked, 100% of them");
    struct order_content order = desk_content(desk);
    feedback_t *f = books_complaint(b, "装配时发现3件齿面划伤");
    books_assess(b, f, SEVERITY_MAJOR);
    books_verdicts(b, f, "周转筐内磕碰");
    books_conclude(b, f, CAUSE_PEOPLE, "production");
    books_answer(b, f, "补发合格品");
    other.product = (text_t){NULL, 0};
    other.lot = TEXT("A_7");
    books_register(b, &other);
    books_complaint(b, "外箱破损，轴颈锈蚀Φ25");
    order.lines.at[0].name = TEXT("链轮 428-15T");
    order.lines.at[0].price = 8650000;
    order.requirements.at[order.requirements.n++] =
        (struct requirement){.no = 2,
                             .kind = REQUIREMENT_STATED,
                             .subject = SUBJECT_PRICE,
                             .text = TEXT("含税降价百分之三")};
    desk_registered(desk, &order);
    books_feed(b);
    return b;
}

TEST_CLAUSE(two_chinese_characters_are_a_word, "QP21-4.6b", RULE) {
    books_t *b = some_cases();
    FOUND("划伤", "TS2026-0001 ");
    FOUND("锈蚀", "TS2026-0003 ");
    FOUND("锈", "TS2026-0003 ");
    FOUND("外箱破损", "TS2026-0003 ");
    FOUND("外箱划伤", "");
    books_destroy(&b);
}

TEST(what_anybody_typed_on_a_case_finds_it) {
    books_t *b = some_cases();
    FOUND("磕碰", "TS2026-0001 ");         /* a verdict's finding */
    FOUND("属我方", "TS2026-0001 ");       /* the conclusion */
    FOUND("加隔板", "TS2026-0001 ");       /* a measure */
    FOUND("补发", "TS2026-0001 ");         /* the answer */
    FOUND("as\treported", "TS2026-0001 "); /* the assessment's reason */
    FOUND("L-P07-017", "TS2026-0003 TS2026-0001 ");
    FOUND("0002", "TS2026-0002 ");
    FOUND("HRC", "DD2026-0001 ");
    FOUND("428-15T", "DD2026-0001 ");
    books_destroy(&b);
}

static struct attachment a_file(const char *name) {
    return (struct attachment){.blob = {{7}}, .name = text_of(name), .size = 1};
}

TEST(a_complaint_is_found_by_the_number_of_its_order) {
    books_t *b = some_cases();
    struct feedback_content content = books_content(b, "短装");
    content.order = b->desk->orders[0]->head.id;
    feedback_t *f = books_register(b, &content);
    books_feed(b);
    FOUND("DD2026-0001", "TS2026-0004 DD2026-0001 ");
    FOUND("DD2026-0001 短装", "TS2026-0004 ");
    assert_non_null(strstr(snippet(b, 0), "DD2026-0001"));
    content.order = (ident_t){{0}};
    books_say(b, f, b->desk->lin, KIND_FEEDBACK_AMEND,
              &(struct feedback_amend){{&content, 1}, TEXT("of another order")});
    books_feed(b);
    FOUND("DD2026-0001", "DD2026-0001 ");
    books_destroy(&b);
}

TEST(an_attachment_is_found_by_its_name) {
    books_t *b = some_cases();
    struct feedback_content content = books_content(b, "短装");
    struct order_content order = desk_content(b->desk);
    struct attachment photo = a_file("裂纹.JPG"), letter = a_file("8D-report.pdf"),
                      record = a_file("first-piece.xlsx"), drawing = a_file("图样B.pdf");
    content.attachments = (struct attachment_list){&photo, 1};
    order.attachments = (struct attachment_list){&drawing, 1};
    books_register(b, &content);
    desk_registered(b->desk, &order);
    books_say(b, b->list[0], b->desk->lin, KIND_FEEDBACK_ANSWER,
              &(struct reply_given){TEXT("见附件"), MEDIUM_EMAIL, b->desk->time, {&letter, 1}});
    books_say(b, b->list[0], b->desk->qin, KIND_ACTION_REPORT,
              &(struct action_report){1, TEXT("done"), {&record, 1}});
    books_feed(b);
    FOUND("裂纹.jpg", "TS2026-0004 ");
    FOUND("8d-report", "TS2026-0001 ");
    FOUND("first-piece", "TS2026-0001 ");
    FOUND("图样b", "DD2026-0002 ");
    books_destroy(&b);
}

TEST(every_word_must_be_there_in_any_order) {
    books_t *b = some_cases();
    FOUND("装配 划伤", "TS2026-0001 ");
    FOUND("划伤　装配", "TS2026-0001 ");
    FOUND("  划伤\n补发  隔板 ", "TS2026-0001 ");
    FOUND("划伤 锈蚀", "");
    books_destroy(&b);
}

TEST(capitals_and_full_width_letters_count_as_small_ones) {
    books_t *b = some_cases();
    FOUND("CRACKED", "TS2026-0002 ");
    FOUND("шестерня", "TS2026-0002 ");
    FOUND("ø25", "TS2026-0002 ");
    FOUND("φ25", "TS2026-0003 ");
    FOUND("ｌ－ｐ０７", "TS2026-0003 TS2026-0001 ");
    books_destroy(&b);
}

TEST(no_character_stands_for_others) {
    books_t *b = some_cases();
    FOUND("100%", "TS2026-0002 ");
    FOUND("1%0", "");
    FOUND("%", "TS2026-0002 ");
    FOUND("A_7", "TS2026-0002 ");
    FOUND("_", "TS2026-0002 ");
    FOUND("P0_", "");
    FOUND("'", "");
    FOUND("*", "");
    books_destroy(&b);
}

TEST(names_of_customer_and_product_find_as_they_are_now) {
    books_t *b = some_cases();
    FOUND("sprocket", "DD2026-0001 TS2026-0003 TS2026-0001 "); /* P07 */
    FOUND("yunmeng 划伤", "TS2026-0001 ");
    FOUND("云梦泽", "");
    struct customer customer = {.name = TEXT("云梦泽摩托车"), .short_name = TEXT("C01")};
    desk_do(b->desk, KIND_CUSTOMER_CHANGE, b->desk->lin, b->desk->customer, &customer);
    books_feed(b);
    FOUND("云梦泽 划伤", "TS2026-0001 ");
    FOUND("yunmeng", "");
    FOUND("C01", "DD2026-0001 TS2026-0003 TS2026-0002 TS2026-0001 ");
    books_destroy(&b);
}

TEST(prices_are_not_to_be_found) {
    books_t *b = some_cases();
    FOUND("降价", "");
    FOUND("8.65", "");
    FOUND("865", "");
    FOUND("CNY", "");
    books_destroy(&b);
}

TEST(everybody_finds_what_their_roles_read) {
    books_t *b = some_cases();
    desk_t *desk = b->desk;
    assert_string_equal(found(b, desk->yan, "C01 P07"), "DD2026-0001 TS2026-0003 TS2026-0001 ");
    assert_string_equal(found(b, desk->luo, "C01"), "DD2026-0001 ");
    assert_string_equal(found(b, desk->luo, "划伤"), "");
    assert_false(ASK(b, desk->qin, "search", "words", "划伤", NULL));
    assert_int_equal(b->problem.reason, REASON_NOT_ALLOWED_TO_READ);
    books_destroy(&b);
}

TEST(a_search_for_nothing_or_for_too_much_is_refused) {
    books_t *b = some_cases();
    assert_false(ASK(b, b->desk->lin, "search", NULL));
    assert_int_equal(b->problem.reason, REASON_FIELD_MISSING);
    assert_string_equal(b->problem.field, "words");
    assert_false(ASK(b, b->desk->lin, "search", "words", " 　", NULL));
    assert_int_equal(b->problem.reason, REASON_FIELD_MISSING);
    assert_false(
        ASK(b, b->desk->lin, "search", "words", "1 2 3 4 5 6 7 8 9 a b c d e f g h", NULL));
    assert_int_equal(b->problem.reason, REASON_FIELD_RANGE);
    assert_true(ASK(b, b->desk->lin, "search", "words", "1 2 3 4 5 6 7 8 9 a b c d e f g ", NULL));
    assert_false(ASK(b, b->desk->lin, "search", "words", "C01", "limit", "201", NULL));
    assert_string_equal(b->problem.field, "limit");
    books_destroy(&b);
}

TEST(pages_follow_one_another_without_a_gap) {
    books_t *b = some_cases();
    char before[24];
    assert_true(ASK(b, b->desk->lin, "search", "words", "C01", "limit", "3", NULL));
    assert_int_equal(json_array_size(books_list(b, "hits")), 3);
    snprintf(before, sizeof before, "%lld",
             (long long) json_integer_value(books_list(b, "before")));
    assert_true(ASK(b, b->desk->lin, "search", "words", "C01", "before", before, NULL));
    assert_int_equal(json_array_size(books_list(b, "hits")), 1);
    assert_null(books_list(b, "before"));
    const json_t *last = json_array_get(books_list(b, "hits"), 0);
    assert_string_equal(json_string_value(json_object_get(last, "number")), "TS2026-0001");
    assert_string_equal(json_string_value(json_object_get(last, "case")), "feedback");
    assert_string_equal(json_string_value(json_object_get(last, "kind")), "complaint");
    assert_string_equal(json_string_value(json_object_get(last, "state")), "answered");
    books_destroy(&b);
}

/* ---- what need not be looked through ---- */

/* So many events that the next case lies in another stretch of the record. */
static void much_else(books_t *b) {
    struct customer customer = {.name = TEXT("yunmeng motorcycles"), .short_name = TEXT("C01")};
    for (int i = 0; i < 4200; i++)
        desk_do(b->desk, KIND_CUSTOMER_CHANGE, b->desk->lin, b->desk->customer, &customer);
}

TEST(what_lies_far_apart_in_the_record_is_found_together) {
    books_t *b = some_cases();
    char before[24];
    much_else(b);
    books_complaint(b, "端盖划伤");
    much_else(b);
    books_say(b, b->list[2], b->desk->lin, KIND_FEEDBACK_ACKNOWLEDGE,
              &(struct acknowledge){MEDIUM_EMAIL, b->desk->time, TEXT("不是划伤")}); /* of long ago */
    books_feed(b);
    FOUND("划伤", "TS2026-0004 TS2026-0003 TS2026-0001 ");
    FOUND("端盖", "TS2026-0004 ");
    FOUND("外箱", "TS2026-0003 ");
    FOUND("伤", "TS2026-0004 TS2026-0003 TS2026-0001 ");
    FOUND("C01 划伤", "TS2026-0004 TS2026-0003 TS2026-0001 ");
    FOUND("齿盖", "");
    assert_true(ASK(b, b->desk->lin, "search", "words", "划伤", "limit", "2", NULL));
    snprintf(before, sizeof before, "%lld",
             (long long) json_integer_value(books_list(b, "before")));
    assert_true(ASK(b, b->desk->lin, "search", "words", "划伤", "before", before, NULL));
    assert_int_equal(json_array_size(books_list(b, "hits")), 1);
    books_destroy(&b);
}

static size_t stretches(books_t *b) {
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    insist(sqlite3_prepare_v2(ledger_db(chronicle_ledger(b->chronicle)), "SELECT count (*) FROM case_marks",
                              -1, &stmt, NULL) == SQLITE_OK);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        n = (size_t) sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

/* Seen by words that nobody marked: they are in the table, and are not found. */
TEST(where_a_word_cannot_be_nothing_is_read) {
    books_t *b = some_cases();
    ledger_t *ledger = chronicle_ledger(b->chronicle);
    assert_int_equal(stretches(b), 1);
    ledger_begin(ledger);
    insist(sqlite3_exec(ledger_db(ledger), "UPDATE case_words SET words = words || '镀镍层脱落'", NULL,
                        NULL, NULL) == SQLITE_OK);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    FOUND("镀镍", "");
    FOUND("镀镍 划伤", "");
    FOUND("划伤", "TS2026-0001 ");
    FOUND("镀", "DD2026-0001 TS2026-0003 TS2026-0002 TS2026-0001 "); /* a character alone has no pair */
    books_destroy(&b);
}

TEST(words_that_an_earlier_version_wrote_are_found) {
    books_t *b = some_cases();
    ledger_t *ledger = chronicle_ledger(b->chronicle);
    much_else(b);
    books_complaint(b, "端盖划伤");
    books_feed(b);
    ledger_begin(ledger);
    insist(sqlite3_exec(ledger_db(ledger), "DELETE FROM case_marks", NULL, NULL, NULL) == SQLITE_OK);
    ledger_put_number(ledger, "register.version", 3);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    register_destroy(&b->cases);
    b->cases = register_new(b->chronicle);
    assert_int_equal(stretches(b), 2);
    FOUND("划伤", "TS2026-0004 TS2026-0001 ");
    FOUND("端盖", "TS2026-0004 ");
    books_destroy(&b);
}

/* ---- snippets ---- */

TEST(a_snippet_shows_the_place_as_it_was_typed) {
    books_t *b = some_cases();
    found(b, b->desk->lin, "шестерня");
    assert_string_equal(snippet(b, 0), "ШЕСТЕРНЯ Ø25 cracked, 100% of them · A_7 · TS2026-0002");
    found(b, b->desk->lin, "隔板");
    assert_non_null(strstr(snippet(b, 0), "周转筐加隔板"));
    found(b, b->desk->lin, "sprocket 锈蚀");
    assert_non_null(strstr(snippet(b, 0), "轴颈锈蚀Φ25"));
    found(b, b->desk->lin, "sprocket");
    assert_memory_equal(snippet(b, 1), "外箱破损，", 15); /* its beginning */
    books_destroy(&b);
}

TEST(a_snippet_of_a_long_text_is_short_and_cuts_no_character) {
    books_t *b = books_new();
    char text[3000] = "";
    for (int i = 0; i < 400; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s", i == 200 ? "毛刺" : "好");
    books_complaint(b, text);
    books_feed(b);
    FOUND("毛刺", "TS2026-0001 ");
    const char *shown = snippet(b, 0);
    assert_true(text_valid_utf8(text_of(shown)));
    assert_non_null(strstr(shown, "好毛刺好"));
    assert_memory_equal(shown, "…好", 6);
    assert_string_equal(shown + strlen(shown) - 6, "好…");
    assert_int_equal(strlen(shown), 3 * (1 + 24 + 56 + 1));
    books_destroy(&b);
}

TEST(folding_keeps_every_other_character) {
    buffer_t out = {0};
    search_fold(TEXT("AZaz09 ÀÞß×÷ÿ ĀāĹĺŸŽž ΑΩσς ϕ ЀЯя Ａｚ！～　齿𠮷"), &out);
    assert_string_equal(buffer_cstr(&out), "azaz09 àþß×÷ÿ āāĺĺÿžž αωσσ φ ѐяя az!~ 齿𠮷");
    buffer_free(&out);
}
