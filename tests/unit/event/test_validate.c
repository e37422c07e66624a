/* SPDX-License-Identifier: Apache-2.0
 *
 * Bounds and texts: what a body may say, and that the refusal names the field at fault.
 */
#include "common/base/text.h"
#include "tests/unit/event/sample.h"
#include "tests/unit/harness.h"

static char long_text[5000];

static text_t letters(size_t n) {
    memset(long_text, 'x', sizeof long_text);
    return (text_t){long_text, n};
}

static struct order_line line_of(int64_t no) {
    return (struct order_line){.no = no,
                               .product = TEXT("P-100"),
                               .quantity = 10 * DECIMAL_ONE,
                               .unit = TEXT("C62"),
                               .price = DECIMAL_ONE,
                               .currency = TEXT("CNY"),
                               .wanted = 20600};
}

static reason_t validated(const record_t *record, const void *body, const char *field) {
    problem_t problem = {0};
    buffer_t bytes = {0};
    buffer_text(&bytes, "before");
    int rc = record_validate(record, body, &problem);
    assert_int_equal(rc, problem.reason == REASON_NONE ? 0 : -1);
    assert_string_equal(problem.field, field);
    assert_int_equal(record_encode(record, body, &bytes, NULL),
                     rc); /* never written what does not hold */
    if (rc != 0)
        assert_string_equal(buffer_cstr(&bytes), "before");
    buffer_free(&bytes);
    return problem.reason;
}

TEST(a_refusal_names_the_field_by_its_path) {
    struct order_line lines[] = {line_of(1), line_of(2), line_of(3), line_of(4)};
    struct order_content content = {
        .customer = {{1}}, .channel = CHANNEL_WRITTEN, .lines = {lines, 4}};
    assert_int_equal(validated(&order_content_record, &content, ""), REASON_NONE);
    lines[3].quantity = 0;
    assert_int_equal(validated(&order_content_record, &content, "lines[3].quantity"),
                     REASON_FIELD_MISSING);
    lines[3].quantity = -1;
    assert_int_equal(validated(&order_content_record, &content, "lines[3].quantity"),
                     REASON_FIELD_RANGE);
    lines[3] = line_of(4);
    struct confirmation agreement = {.who = TEXT("buyer"), .how = TEXT("fax"), .when = 1};
    struct amend amend = {
        .content = {&content, 1}, .reason = TEXT("x"), .agreement = {&agreement, 1}};
    lines[2].currency = TEXT("RMBX");
    assert_int_equal(validated(&amend_record, &amend, "content[0].lines[2].currency"),
                     REASON_FIELD_RANGE);
}

TEST(a_decoded_refusal_names_the_same_path) {
    static const uint8_t bytes[] = {
        /* verdict_given {1: "x", 2: 1, 3: [{1: "a"}, {1: "b", 2: 10000}]} */
        0x83, 0x01, 0xa1, 'x',  0x02, 0x01, 0x03, 0x92, 0x81, 0x01,
        0xa1, 'a',  0x82, 0x01, 0xa1, 'b',  0x02, 0xcd, 0x27, 0x10};
    arena_t *arena = arena_new(0);
    struct verdict_given body;
    problem_t problem;
    assert_int_equal(record_decode(&verdict_given_record, (bytes_t){bytes, sizeof bytes}, arena,
                                   &body, &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_FIELD_RANGE);
    assert_string_equal(problem.field, "conditions[1].line");
    arena_destroy(&arena);
}

TEST(what_is_required_may_not_be_missing) {
    assert_int_equal(validated(&revoke_record, &(struct revoke){{NULL, 0}}, "reason"),
                     REASON_FIELD_MISSING);
    assert_int_equal(validated(&confirm_record, &(struct confirm){.reason = TEXT("x")}, "pending"),
                     REASON_FIELD_MISSING);
    assert_int_equal(validated(&sign_record, &(struct sign){.remark = TEXT("x")}, "meaning"),
                     REASON_FIELD_MISSING);
    assert_int_equal(validated(&became_record, &(struct became){0}, "revision"),
                     REASON_FIELD_MISSING);
    struct order_content content = {.customer = {{1}}, .channel = CHANNEL_PHONE};
    assert_int_equal(validated(&order_content_record, &content, "lines"), REASON_FIELD_MISSING);
    assert_int_equal(validated(&convene_record, &(struct convene){{NULL, 0}}, ""), REASON_NONE);
}

TEST(a_text_is_bounded_in_bytes_not_characters) {
    assert_int_equal(validated(&revoke_record, &(struct revoke){letters(600)}, ""), REASON_NONE);
    assert_int_equal(validated(&revoke_record, &(struct revoke){letters(601)}, "reason"),
                     REASON_FIELD_RANGE);
    for (size_t i = 0; i < 603; i += 3)
        memcpy(long_text + i, "\xe4\xbc\x9a", 3);
    assert_int_equal(validated(&revoke_record, &(struct revoke){{long_text, 600}}, ""),
                     REASON_NONE);
    assert_int_equal(validated(&revoke_record, &(struct revoke){{long_text, 603}}, "reason"),
                     REASON_FIELD_RANGE);
}

TEST(a_text_hides_nothing) {
    static const char *const wrong[] = {
        "a\x01",        "a\x1b[31m",       "a\rb",
        "\x7f",         "\xc2\x85", /* C0, escape, return, DEL, C1 */
        "\xe2\x80\xaa", "\xe2\x80\xaexyz", "\xe2\x81\xa6",
        "\xe2\x81\xa9", /* bidi overrides and isolates */
        "\xff",         "\xc0\xaf",        "\xed\xa0\x80",
        "\xe4\xbc"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(validated(&revoke_record, &(struct revoke){text_of(wrong[i])}, "reason"),
                         REASON_FIELD_TEXT);
    assert_int_equal(validated(&revoke_record, &(struct revoke){{"a\0b", 3}}, "reason"),
                     REASON_FIELD_TEXT);
    assert_int_equal(validated(&revoke_record, &(struct revoke){TEXT("a\tb\nc \xe4\xbc\x9a")}, ""),
                     REASON_NONE);
    text_t roles[] = {TEXT("sales.head"), TEXT("a\x02")};
    struct person_change change = {
        .roles = {roles, 2}, .department = TEXT("sales"), .name = TEXT("Lin")};
    assert_int_equal(validated(&person_change_record, &change, "roles[1]"), REASON_FIELD_TEXT);
}

TEST(controls_are_refused_on_the_wire_too) {
    static const uint8_t wrong[][6] = {{0x81, 0x01, 0xa1, 0x07},
                                       {0x81, 0x01, 0xa2, 0xc2, 0x85},
                                       {0x81, 0x01, 0xa3, 0xe2, 0x80, 0xae}};
    static const size_t sizes[] = {4, 5, 6};
    arena_t *arena = arena_new(0);
    struct revoke body;
    problem_t problem;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            record_decode(&revoke_record, (bytes_t){wrong[i], sizes[i]}, arena, &body, &problem),
            -1);
        assert_int_equal(problem.reason, REASON_FIELD_TEXT);
        assert_string_equal(problem.field, "reason");
    }
    arena_destroy(&arena);
}

TEST(a_number_keeps_within_its_bounds) {
    struct numbered numbered = {
        .series = SERIES_ORDER, .number = TEXT("X2026-0001"), .running = 1, .year = 1970};
    assert_int_equal(validated(&numbered_record, &numbered, ""), REASON_NONE);
    numbered.year = 1969;
    assert_int_equal(validated(&numbered_record, &numbered, "year"), REASON_FIELD_RANGE);
    numbered.year = 9999;
    assert_int_equal(validated(&numbered_record, &numbered, ""), REASON_NONE);
    numbered.year = 10000;
    assert_int_equal(validated(&numbered_record, &numbered, "year"), REASON_FIELD_RANGE);
    struct fact fact = {.name = TEXT("x"), .value = INT64_MIN};
    assert_int_equal(validated(&fact_record, &fact, ""), REASON_NONE);
    fact.day = -1;
    assert_int_equal(validated(&fact_record, &fact, "day"), REASON_FIELD_RANGE);
}

TEST(a_number_may_be_zero_where_its_bounds_span_it) {
    const field_t *offset = NULL;
    for (size_t i = 0; i < procedure_record.n; i++)
        if (strcmp(procedure_record.fields[i].name, "offset_minutes") == 0)
            offset = &procedure_record.fields[i];
    assert_non_null(offset);
    struct procedure procedure = {.offset_minutes = 0};
    assert_int_equal(field_check(&procedure, offset, NULL, NULL), 0);
    procedure.offset_minutes = -840;
    assert_int_equal(field_check(&procedure, offset, NULL, NULL), 0);
    procedure.offset_minutes = -841;
    assert_int_equal(field_check(&procedure, offset, NULL, NULL), -1);
}

TEST(a_word_outside_its_table_is_refused) {
    struct sign sign = {.meaning = (enum meaning) 99};
    assert_int_equal(validated(&sign_record, &sign, "meaning"), REASON_FIELD_RANGE);
    static const uint8_t wrong[][7] = {
        {0x81, 0x01, 0x07}, {0x81, 0x01, 0xff}, {0x81, 0x01, 0xce, 0x80, 0, 0, 0}};
    static const size_t sizes[] = {3, 3, 7}; /* the last would be negative in 32 bits */
    arena_t *arena = arena_new(0);
    problem_t problem;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            record_decode(&sign_record, (bytes_t){wrong[i], sizes[i]}, arena, &sign, &problem), -1);
        assert_int_equal(problem.reason, REASON_FIELD_RANGE);
        assert_string_equal(problem.field, "meaning");
    }
    arena_destroy(&arena);
}

TEST(a_list_keeps_within_its_bounds) {
    struct answer answers[6];
    for (size_t i = 0; i < 6; i++)
        answers[i] = (struct answer){.question = QUESTION_SPECIFIED, .answer = ANSWER_YES};
    struct conclude conclude = {
        .outcome = OUTCOME_ABLE, .opinion = TEXT("x"), .answers = {answers, 5}};
    assert_int_equal(validated(&conclude_record, &conclude, ""), REASON_NONE);
    struct action_add none = {.reason = TEXT("x")};
    assert_int_equal(validated(&action_add_record, &none, "measure"), REASON_FIELD_MISSING);
    conclude.answers.n = 6;
    assert_int_equal(validated(&conclude_record, &conclude, "answers"), REASON_FIELD_RANGE);
}

TEST(items_of_simple_lists_are_checked_one_by_one) {
    int64_t numbers[] = {1, 0, -1};
    text_t aspects[] = {TEXT("capacity"), TEXT("")};
    struct verdict_given body = {
        .department = TEXT("planning"), .verdict = VERDICT_ACCEPT, .requirements = {numbers, 2}};
    assert_int_equal(validated(&verdict_given_record, &body, ""), REASON_NONE);
    body.requirements.n = 3;
    assert_int_equal(validated(&verdict_given_record, &body, "requirements[2]"),
                     REASON_FIELD_RANGE);
    body.requirements.n = 1;
    body.aspects = (struct text_list){aspects, 2};
    assert_int_equal(validated(&verdict_given_record, &body, "aspects[1]"), REASON_FIELD_RANGE);
    aspects[1] = letters(255);
    assert_int_equal(validated(&verdict_given_record, &body, ""), REASON_NONE);
    aspects[1] = letters(256);
    assert_int_equal(validated(&verdict_given_record, &body, "aspects[1]"), REASON_FIELD_RANGE);
}
