/* SPDX-License-Identifier: Apache-2.0
 *
 * print: what people read of a body, in logs and in PROTOCOL.md.
 */
#include "common/base/text.h"
#include "tests/unit/event/sample.h"
#include "tests/unit/harness.h"

static void expect(const record_t *record, const void *body, const char *expected) {
    buffer_t out = {0};
    record_print(record, body, 2, &out);
    assert_string_equal(buffer_cstr(&out), expected);
    buffer_free(&out);
}

TEST(every_type_reads_as_people_write_it) {
    struct condition conditions[] = {{.text = TEXT("ready by week 30"), .line = 2},
                                     {.text = TEXT("会签")}};
    text_t aspects[] = {TEXT("capacity"), TEXT("delivery")};
    int64_t numbers[] = {1, 12};
    struct verdict_given body = {.department = TEXT("planning"),
                                 .verdict = VERDICT_CONDITIONS,
                                 .conditions = {conditions, 2},
                                 .requirements = {numbers, 2},
                                 .aspects = {aspects, 2},
                                 .confirmed = 20000};
    expect(&verdict_given_record, &body,
           "  department: planning\n"
           "  verdict: accept with conditions\n"
           "  conditions:\n"
           "    - [0]\n"
           "      text: ready by week 30\n"
           "      line: 2\n"
           "    - [1]\n"
           "      text: 会签\n"
           "  requirements: 1, 12\n"
           "  aspects: capacity, delivery\n"
           "  confirmed: 2024-10-04\n");
    struct stock_row row = {
        .material = TEXT("M-1"), .name = TEXT("rod"), .stock = 12500000, .unit = TEXT("kg")};
    expect(&stock_row_record, &row, "  material: M-1\n  name: rod\n  stock: 12.5\n  unit: kg\n");
    struct confirm confirm = {.pending = {{0x01, 0x8f}}, .refuse = true};
    expect(&confirm_record, &confirm,
           "  pending: 018f0000-0000-0000-0000-000000000000\n  refuse: yes\n");
    static const uint8_t bytes[] = {0xde, 0xad};
    struct adopt adopt = {.procedure = {bytes, 2}};
    expect(&adopt_record, &adopt, "  procedure: dead\n");
}

TEST(nothing_moves_the_cursor_or_the_reading_direction) {
    expect(&revoke_record, &(struct revoke){TEXT("a\nb\tc\x1b[2J")},
           "  reason: a\\nb\\x09c\\x1b[2J\n");
    expect(&revoke_record,
           &(struct revoke){TEXT("\xe2\x80\xae"
                                 "x\xc2\x9b"
                                 "y\x7f")},
           "  reason: \\xe2\\x80\\xaex\\xc2\\x9by\\x7f\n");
    expect(&revoke_record, &(struct revoke){TEXT("\xff\xe4\xbc")}, "  reason: \\xff\\xe4\\xbc\n");
    expect(&revoke_record, &(struct revoke){TEXT("会签\xf0\x9f\x94\xa9")},
           "  reason: 会签\xf0\x9f\x94\xa9\n");
}

TEST(an_unknown_word_is_shown_as_such) {
    expect(&sign_record, &(struct sign){.meaning = (enum meaning) 99}, "  meaning: ?\n");
}

TEST(every_record_is_documented_row_by_row) {
    const record_t *records[SAMPLE_RECORDS_MAX];
    size_t n = sample_records(records);
    for (size_t r = 0; r < n; r++) {
        buffer_t out = {0};
        record_document(records[r], &out);
        size_t lines = 0, bars = 0;
        for (size_t i = 0; i < out.n; i++) {
            lines += out.p[i] == '\n';
            bars += out.p[i] == '|';
        }
        assert_int_equal(lines, records[r]->n + 2);
        assert_int_equal(bars, 6 * lines);
        buffer_free(&out);
    }
    buffer_t out = {0};
    record_document(&condition_record, &out);
    assert_non_null(strstr(buffer_cstr(&out), "| 1 | text | str | 1 .. 600 | worded so that"));
    buffer_clear(&out);
    record_document(&sign_record, &out);
    assert_non_null(
        strstr(buffer_cstr(&out), "| 1 | meaning | integer | required | 1 complete, 2 approve"));
    buffer_free(&out);
}
