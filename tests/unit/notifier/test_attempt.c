/* SPDX-License-Identifier: Apache-2.0
 *
 * attempt: what others said comes out as one line that the record can hold.
 */
#include "daemons/notifier/attempt.h"

#include "common/base/text.h"
#include "tests/unit/harness.h"

static const char *said(text_t text, const char *to) {
    static attempt_t out;
    attempt_ended(&out, DELIVERY_REFUSED, 550, text, text_of(to));
    assert_int_equal(out.state, DELIVERY_REFUSED);
    assert_int_equal(out.code, 550);
    assert_true(text_valid_utf8(text_of(out.text)));
    assert_false(text_has_controls(text_of(out.text)));
    return out.text;
}

TEST(whom_it_was_for_is_left_out) {
    assert_string_equal(said(TEXT("<A.b@Example.com>: no A.b here"), "a.b@example.com"),
                        "<(recipient)>: no (recipient) here");
    assert_string_equal(said(TEXT("a.bc@example.com xa.b"), "a.b@example.com"),
                        "a.bc@example.com xa.b");
    assert_string_equal(said(TEXT("5.1.1 unknown"), ""), "5.1.1 unknown");
    assert_string_equal(said(TEXT(""), "a@b"), "");
}

TEST(what_is_no_text_becomes_one) {
    assert_string_equal(said(TEXT("  a\r\nb\tc\x1b[0m "), "x@y"), "a  b c [0m");
    assert_string_equal(said((text_t){"a\0b", 3}, "x@y"), "a b");
    assert_string_equal(said(TEXT("\xff\xe4\xbe\xe4\xbe\x8b\xf0\x9f"), "x@y"), "???例??");
    assert_string_equal(said(TEXT("a\xe2\x80\xae""b\xc2\x85"), "x@y"), "a b");
}

TEST(it_is_cut_between_characters) {
    static char text[2000];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "例", 4);
        const char *out = said(text_of(text), "y@z");
        assert_true(strlen(out) <= ATTEMPT_TEXT_MAX && strlen(out) > ATTEMPT_TEXT_MAX - 3);
    }
}
