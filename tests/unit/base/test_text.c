/* SPDX-License-Identifier: Apache-2.0
 *
 * text: what is a text, a decimal, a number, an identifier, and what is refused.
 */
#include "common/base/text.h"

#include "tests/unit/harness.h"

TEST(utf8_is_taken_as_rfc_3629_has_it) {
    assert_true(text_valid_utf8(TEXT("")));
    assert_true(text_valid_utf8(TEXT("会签 countersign \xf0\x9f\x93\x9d")));
    assert_true(text_valid_utf8(TEXT("\xf4\x8f\xbf\xbf")));
}

TEST(utf8_that_is_overlong_or_cut_or_a_surrogate_is_refused) {
    assert_false(text_valid_utf8(TEXT("\xc0\xaf")));
    assert_false(text_valid_utf8(TEXT("\xe0\x80\xaf")));
    assert_false(text_valid_utf8(TEXT("\xf0\x80\x80\xaf")));
    assert_false(text_valid_utf8(TEXT("\xed\xa0\x80")));
    assert_false(text_valid_utf8(TEXT("\xf4\x90\x80\x80")));
    assert_false(text_valid_utf8(TEXT("\xe4\xbc")));
    assert_false(text_valid_utf8(TEXT("\x80")));
    assert_false(text_valid_utf8(TEXT("\xff")));
}

TEST(controls_and_bidi_overrides_are_found) {
    assert_false(text_has_controls(TEXT("a\tb\n会签")));
    assert_true(text_has_controls(TEXT("a\x1b[2J")));
    assert_true(text_has_controls(TEXT("a\rb")));
    assert_true(text_has_controls(TEXT("\x7f")));
    assert_true(text_has_controls(TEXT("\xc2\x85")));
    assert_true(text_has_controls(TEXT("gpj.\xe2\x80\xae" "exe")));
    assert_true(text_has_controls(TEXT("\xe2\x81\xa6")));
    assert_true(text_has_controls((text_t){"a\0b", 3}));
}

TEST(trimming_takes_ascii_and_ideographic_blanks) {
    assert_true(text_is(text_trim(TEXT(" \t\u3000会 签\u3000\r\n")), "会 签"));
    assert_int_equal(text_trim(TEXT(" \u3000 ")).n, 0);
    assert_int_equal(text_trim((text_t){NULL, 0}).n, 0);
}

TEST(search_and_prefix_are_bytewise) {
    assert_true(text_has(TEXT("表面划伤"), TEXT("划伤")));
    assert_false(text_has(TEXT("表面划"), TEXT("划伤")));
    assert_true(text_has(TEXT("x"), TEXT("")));
    assert_true(text_starts(TEXT("DD2026-0001"), "DD"));
    assert_false(text_starts(TEXT("D"), "DD"));
}

static void decimal_is(const char *text, decimal_t expected, const char *printed) {
    decimal_t value = -1;
    char out[32];
    assert_true(decimal_parse(text_of(text), &value));
    assert_int_equal(value, expected);
    assert_string_equal(decimal_print(value, out), printed);
}

TEST(decimals_are_exact_to_six_places) {
    decimal_is("12", 12 * DECIMAL_ONE, "12");
    decimal_is("-3.25", -3250000, "-3.25");
    decimal_is("0.000001", 1, "0.000001");
    decimal_is("100.500000", 100500000, "100.5");
    decimal_is("8999999999999.999999", INT64_C(8999999999999999999), "8999999999999.999999");
    decimal_is("-0", 0, "0");
}

TEST(what_is_not_exactly_a_decimal_is_refused) {
    static const char *const bad[] = {"",    "-",    ".",   ".5",  "5.",   "1e3",           "+1",
                                      "1,5", " 1",   "1 ",  "1.2.3", "--1", "9000000000000", "0x10",
                                      "nan", "0.1234567", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        decimal_t value = 42;
        if (decimal_parse(text_of(bad[i]), &value))
            fail_msg("'%s' was taken as a decimal", bad[i]);
        assert_int_equal(value, 42);
    }
}

TEST(multiplication_rounds_half_away_from_zero_and_saturates) {
    assert_int_equal(decimal_multiply(2500000, 4 * DECIMAL_ONE), 10 * DECIMAL_ONE);
    assert_int_equal(decimal_multiply(1, 500000), 1);
    assert_int_equal(decimal_multiply(-1, 500000), -1);
    assert_int_equal(decimal_multiply(1, 499999), 0);
    assert_int_equal(decimal_multiply(INT64_MAX, INT64_MAX), INT64_MAX);
    assert_int_equal(decimal_multiply(INT64_MIN, INT64_MAX), INT64_MIN);
}

TEST(numbers_are_bounded_and_whole) {
    int64_t value = 7;
    assert_true(int_parse(TEXT("-9223372036854775808"), INT64_MIN, INT64_MAX, &value));
    assert_int_equal(value, INT64_MIN);
    assert_true(int_parse(TEXT("9223372036854775807"), INT64_MIN, INT64_MAX, &value));
    assert_int_equal(value, INT64_MAX);
    value = 7;
    assert_false(int_parse(TEXT("9223372036854775808"), INT64_MIN, INT64_MAX, &value));
    assert_false(int_parse(TEXT("101"), 0, 100, &value));
    assert_false(int_parse(TEXT(""), 0, 100, &value));
    assert_false(int_parse(TEXT("-"), -100, 100, &value));
    assert_false(int_parse(TEXT("1a"), 0, 100, &value));
    assert_int_equal(value, 7);
}

TEST(hex_goes_there_and_back) {
    uint8_t bytes[3];
    char out[7];
    assert_true(hex_parse(TEXT("00fFa5"), bytes, 3));
    assert_string_equal(hex_print(bytes, 3, out), "00ffa5");
    assert_false(hex_parse(TEXT("00ff"), bytes, 3));
    assert_false(hex_parse(TEXT("00fg00"), bytes, 3));
}

TEST(an_identifier_is_a_dashed_uuid) {
    ident_t id;
    char out[37];
    assert_true(ident_parse(TEXT("0198C3F2-7b1a-7def-8abc-001122334455"), &id));
    assert_string_equal(ident_print(id, out), "0198c3f2-7b1a-7def-8abc-001122334455");
    assert_false(ident_parse(TEXT("0198c3f27b1a7def8abc001122334455"), &id));
    assert_false(ident_parse(TEXT("0198c3f2-7b1a-7def-8abc-00112233445"), &id));
    assert_false(ident_parse(TEXT("0198c3f2-7b1a-7def-8abc0-01122334455"), &id));
}

TEST(order_is_bytewise_with_the_shorter_first) {
    static const char *const sorted[] = {"", "A", "AB", "B", "a", "\xe4\xbb\xb6"};
    for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++)
        for (size_t k = 0; k < sizeof sorted / sizeof *sorted; k++) {
            int order = text_compare(text_of(sorted[i]), text_of(sorted[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    assert_int_equal(text_compare((text_t){NULL, 0}, TEXT("")), 0);
}
