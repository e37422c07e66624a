/* SPDX-License-Identifier: Apache-2.0
 *
 * prescan: one encoding for one content, and nothing that costs more than it weighs.
 */
#include "common/event/record.h"
#include "common/event/scan.h"
#include "tests/unit/harness.h"

#define BYTES_OF(literal) ((bytes_t){(const uint8_t *) (literal), sizeof(literal) - 1})

static reason_t scanned(bytes_t bytes) {
    problem_t problem = {0};
    int rc = prescan(bytes, RECORD_NODES_MAX, &problem);
    assert_int_equal(rc, problem.reason == REASON_NONE ? 0 : -1);
    return problem.reason;
}

#define SOUND(literal) assert_int_equal(scanned(BYTES_OF(literal)), REASON_NONE)
#define REFUSED(literal) assert_int_equal(scanned(BYTES_OF(literal)), REASON_MALFORMED)

TEST(five_has_one_encoding) {
    SOUND("\x81\x01\x05");
    REFUSED("\x81\x01\xcc\x05");
    REFUSED("\x81\x01\xcd\x00\x05");
    REFUSED("\x81\x01\xce\x00\x00\x00\x05");
    REFUSED("\x81\x01\xcf\x00\x00\x00\x00\x00\x00\x00\x05");
    REFUSED("\x81\x01\xd0\x05");
    REFUSED("\x81\x01\xd1\x00\x05");
    REFUSED("\x81\x01\xd2\x00\x00\x00\x05");
    REFUSED("\x81\x01\xd3\x00\x00\x00\x00\x00\x00\x00\x05");
}

TEST(a_number_changes_its_form_where_it_must) {
    SOUND("\x81\x01\x7f");
    SOUND("\x81\x01\xcc\x80");
    REFUSED("\x81\x01\xcc\x7f");
    SOUND("\x81\x01\xcd\x01\x00");
    REFUSED("\x81\x01\xcd\x00\xff");
    SOUND("\x81\x01\xce\x00\x01\x00\x00");
    REFUSED("\x81\x01\xce\x00\x00\xff\xff");
    SOUND("\x81\x01\xcf\x00\x00\x00\x01\x00\x00\x00\x00");
    REFUSED("\x81\x01\xcf\x00\x00\x00\x00\xff\xff\xff\xff");
    SOUND("\x81\x01\xcf\x7f\xff\xff\xff\xff\xff\xff\xff");
    REFUSED("\x81\x01\xcf\x80\x00\x00\x00\x00\x00\x00\x00"); /* above INT64_MAX */
    SOUND("\x81\x01\xe0");
    SOUND("\x81\x01\xd0\xdf");
    REFUSED("\x81\x01\xd0\xe0");
    SOUND("\x81\x01\xd1\xff\x7f");
    REFUSED("\x81\x01\xd1\xff\x80");
    SOUND("\x81\x01\xd2\xff\xff\x7f\xff");
    REFUSED("\x81\x01\xd2\xff\xff\x80\x00");
    SOUND("\x81\x01\xd3\xff\xff\xff\xff\x7f\xff\xff\xff");
    REFUSED("\x81\x01\xd3\xff\xff\xff\xff\x80\x00\x00\x00");
}

TEST(a_length_is_written_in_its_shortest_head) {
    SOUND("\x81\x01\xa1x");
    REFUSED("\x81\x01\xd9\x01x");
    REFUSED("\x81\x01\xda\x00\x01x");
    REFUSED("\x81\x01\xdb\x00\x00\x00\x01x");
    SOUND("\x81\x01\xc4\x01x");
    REFUSED("\x81\x01\xc5\x00\x01x");
    REFUSED("\x81\x01\xc6\x00\x00\x00\x01x");
    REFUSED("\x81\x01\xdc\x00\x01\x05");
    REFUSED("\x81\x01\xdd\x00\x00\x00\x01\x05");
    REFUSED("\xde\x00\x01\x01\x05");
    REFUSED("\xdf\x00\x00\x00\x01\x01\x05");
}

TEST(five_bytes_that_promise_gigabytes_are_refused) {
    REFUSED("\xdd\x10\x00\x00\x00");
    REFUSED("\xdf\x10\x00\x00\x00");
    REFUSED("\xde\xff\xff");
    REFUSED("\x81\x01\xdd\x10\x00\x00\x00");
    REFUSED("\x81\x01\xdd\xff\xff\xff\xff");
    REFUSED("\x81\x01\xdf\x7f\xff\xff\xff");
    REFUSED("\x81\x01\xdb\xff\xff\xff\xff");
    REFUSED("\x81\x01\xc6\xff\xff\xff\xff");
    REFUSED("\x81\x01\xdc\xff\xff");
    REFUSED("\x81\x01\xde\xff\xff");
}

/* The decoder allocates by this count before it reads an item. */
TEST(a_count_is_believed_only_as_far_as_bytes_are_left) {
    const struct {
        bytes_t bytes;
        int rc;
    } cases[] = {
        {BYTES_OF("\x82\x01\x05\x02\x05"), 0},
        {BYTES_OF("\x82\x01\x05\x02"), -1}, /* two pairs in 4, in 3 bytes */
        {BYTES_OF("\x93\x01\x02\x03"), 0},
        {BYTES_OF("\x93\x01\x02"), -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scan_t scan = {cases[i].bytes.p, cases[i].bytes.p + cases[i].bytes.n};
        scan_head_t head;
        assert_int_equal(scan_next(&scan, &head), cases[i].rc);
    }
}

TEST(types_that_are_not_used_are_refused) {
    REFUSED("\x81\x01\xc0");                                 /* nil */
    REFUSED("\x81\x01\xc1");                                 /* never used */
    REFUSED("\x81\x01\xca\x00\x00\x00\x00");                 /* float 32 */
    REFUSED("\x81\x01\xcb\x00\x00\x00\x00\x00\x00\x00\x00"); /* float 64 */
    REFUSED("\x81\x01\xd4\x01\x00");                         /* fixext 1 */
    REFUSED("\x81\x01\xc7\x01\x01\x00");                     /* ext 8 */
}

TEST(only_one_map_and_nothing_behind_it) {
    SOUND("\x80");
    REFUSED("");
    assert_int_equal(scanned((bytes_t){NULL, 0}), REASON_MALFORMED);
    REFUSED("\x90");
    REFUSED("\x05");
    REFUSED("\xa1x");
    REFUSED("\x80\x80");
    REFUSED("\x81\x01\x05\x00");
    REFUSED("\x81\x01");
    REFUSED("\x82\x01\x05");
    REFUSED("\x81");
}

TEST(keys_are_integers_and_ascend) {
    SOUND("\x82\x01\x05\x02\x05");
    SOUND("\x82\x01\x05\xcc\xff\x05");
    REFUSED("\x82\x01\x05\x01\x05");
    REFUSED("\x82\x02\x05\x01\x05");
    REFUSED("\x81\xff\x05");
    REFUSED("\x81\xa1x\x05");
    REFUSED("\x81\xc3\x05");
    REFUSED("\x81\x80\x05");
    SOUND("\x82\x01\x82\x01\x05\x09\x05\x02\x05"); /* each map counts for itself */
    REFUSED("\x82\x01\x82\x09\x05\x01\x05\x02\x05");
}

TEST(a_text_is_utf8) {
    SOUND("\x81\x01\xa3\xe4\xbc\x9a");
    const bytes_t wrong[] = {
        BYTES_OF("\x81\x01\xa1\xff"),
        BYTES_OF("\x81\x01\xa2\xe4\xbc"), /* cut */
        BYTES_OF("\x81\x01\xa2\xc0\xaf"),
        BYTES_OF("\x81\x01\xa3\xe0\x80\xaf"),     /* overlong */
        BYTES_OF("\x81\x01\xa3\xed\xa0\x80"),     /* surrogate */
        BYTES_OF("\x81\x01\xa4\xf4\x90\x80\x80"), /* above U+10FFFF */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(scanned(wrong[i]), REASON_FIELD_TEXT);
    SOUND("\x81\x01\xc4\x01\xff"); /* bytes may be anything */
}

TEST(eight_levels_and_no_ninth) {
    SOUND("\x81\x01\x91\x91\x91\x91\x91\x91\x90");
    REFUSED("\x81\x01\x91\x91\x91\x91\x91\x91\x91\x90");
    SOUND("\x81\x01\x81\x01\x81\x01\x81\x01\x81\x01\x81\x01\x81\x01\x80");
    REFUSED("\x81\x01\x81\x01\x81\x01\x81\x01\x81\x01\x81\x01\x81\x01\x81\x01\x80");
}

TEST(many_small_values_are_too_large) {
    uint8_t bytes[3 + 3 + 200] = {0x81, 0x01, 0xdc, 0x00,
                                  200}; /* an array of 200 zeros: 203 values in all */
    problem_t problem = {0};
    assert_int_equal(prescan((bytes_t){bytes, 5 + 200}, 203, &problem), 0);
    assert_int_equal(prescan((bytes_t){bytes, 5 + 200}, 202, &problem), -1);
    assert_int_equal(problem.reason, REASON_TOO_LARGE);
}

TEST(whatever_the_bytes_it_ends) { /* every message of three bytes; the sanitizers watch */
    uint8_t bytes[3];
    size_t sound = 0;
    for (unsigned i = 0; i < 1u << 24; i++) {
        bytes[0] = (uint8_t) (i >> 16);
        bytes[1] = (uint8_t) (i >> 8);
        bytes[2] = (uint8_t) i;
        sound += prescan((bytes_t){bytes, 3}, RECORD_NODES_MAX, NULL) == 0;
    }
    /* a key 0..127 and one byte: 128 + 32 numbers, two truths, an empty str, array or map */
    assert_int_equal(sound, 128 * (128 + 32 + 2 + 3));
}
