/* SPDX-License-Identifier: Apache-2.0
 *
 * messages: every type goes out and comes back; everything that is not exactly a message is refused
 * within bounds.
 */
#include "common/bus/messages.h"

#include <stdlib.h>

#include "tests/unit/harness.h"

static int decode(bytes_t frame, arena_t *arena, message_type_t *type, const void **body,
                  problem_t *problem) {
    arena_reset(arena);
    *problem = (problem_t){0};
    return message_decode(frame, arena, type, body, problem);
}

static reason_t refusal(bytes_t frame, arena_t *arena) {
    message_type_t type;
    const void *body;
    problem_t problem;
    assert_int_equal(decode(frame, arena, &type, &body, &problem), -1);
    return problem.reason;
}

TEST(a_commit_comes_back_as_it_was_and_points_into_its_frame) {
    buffer_t frame = {0};
    arena_t *arena = arena_new(1 << 20);
    uint8_t one[] = {1, 2, 3}, two[] = {4};
    struct raw raws[] = {{{one, 3}}, {{two, 1}}};
    struct announce announce = {
        .head = {one, 3}, .key = {{7}}, .signature = {{9}}, .archived = 5, .verified = 4};
    struct commit commit = {.first = 6, .events = {raws, 2}, .head = {&announce, 1}};
    message_type_t type;
    const void *body;
    problem_t problem;
    message_encode(MESSAGE_COMMIT, &commit, &frame);
    assert_memory_equal(frame.p, "CS\1\3", 4);
    assert_int_equal(decode(buffer_bytes(&frame), arena, &type, &body, &problem), 0);
    assert_int_equal(type, MESSAGE_COMMIT);
    assert_true(record_equal(&commit_record, &commit, body));
    const uint8_t *p = ((const struct commit *) body)->events.at[0].bytes.p;
    assert_true(p > frame.p && p < frame.p + frame.n);
    arena_destroy(&arena);
    buffer_free(&frame);
}

TEST(an_absent_optional_field_takes_no_byte) {
    buffer_t frame = {0};
    struct fetch fetch = {.from = 1, .to = 2};
    message_encode(MESSAGE_FETCH, &fetch, &frame);
    assert_int_equal(frame.n, 4 + 5);
    assert_memory_equal(frame.p + 4, "\x82\x01\x01\x02\x02", 5);
    frame.n = 0;
    struct events events = {.first = 9};
    message_encode(MESSAGE_EVENTS, &events, &frame);
    assert_memory_equal(frame.p, "CS\1\5\x81\x01\x09", 7);
    buffer_free(&frame);
}

TEST(every_type_has_a_record_and_a_name_and_no_other_has) {
    int known = 0;
    for (int type = -1; type < 300; type++) {
        assert_int_equal(message_record(type) == NULL, message_name(type) == NULL);
        known += message_record(type) != NULL;
    }
    assert_int_equal(known, 24);
    assert_ptr_equal(message_record(MESSAGE_ANSWER), &reply_record);
    assert_string_equal(message_name(MESSAGE_LOCAL_STATE), "LOCAL_STATE");
}

TEST(headers_that_are_not_ours_are_refused) {
    arena_t *arena = arena_new(1 << 20);
    static const struct {
        const char *frame;
        size_t n;
        reason_t reason;
    } cases[] = {
        {"", 0, REASON_MALFORMED},
        {"CS\1", 3, REASON_MALFORMED},
        {"XS\1\4\x82\x01\x01\x02\x02", 9, REASON_MALFORMED},
        {"CS\2\4\x82\x01\x01\x02\x02", 9, REASON_MALFORMED},
        {"CS\1\xff\x82\x01\x01\x02\x02", 9, REASON_UNKNOWN_KIND},
        {"CS\1\0\x80", 5, REASON_UNKNOWN_KIND},
        {"CS\1\4", 4, REASON_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(refusal((bytes_t){(const uint8_t *) cases[i].frame, cases[i].n}, arena),
                         cases[i].reason);
    arena_destroy(&arena);
}

TEST(only_the_one_canonical_form_is_taken) {
    arena_t *arena = arena_new(1 << 20);
    static const struct {
        const char *body;
        size_t n;
        const char *why;
    } bodies[] = {
        {"\x82\x01\xcc\x01\x02\x02", 6, "not the shortest integer"},
        {"\x82\x02\x02\x01\x01", 5, "keys not ascending"},
        {"\x82\x01\x01\x01\x02", 5, "a key twice"},
        {"\x82\x01\x01\x02\x02\xc0", 6, "something behind the end"},
        {"\x83\x01\x01\x02\x02\x03\x01", 7, "an unknown key"},
        {"\x82\x01\x01\x02", 4, "cut short"},
        {"\x82\x01\x01\x02\xcb\x40\x00\x00\x00\x00\x00\x00\x00", 13, "a float"},
        {"\x82\x01\x01\x02\xc0", 5, "nil"},
        {"\xde\x00\x02\x01\x01\x02\x02", 7, "not the shortest map"},
        {"\x92\x01\x02", 3, "not a map"},
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        buffer_t frame = {0};
        buffer_put(&frame, "CS\1\4", 4);
        buffer_put(&frame, bodies[i].body, bodies[i].n);
        reason_t reason = refusal(buffer_bytes(&frame), arena);
        if (reason != REASON_MALFORMED)
            fail_msg("%s: %s", bodies[i].why, reason_name(reason));
        buffer_free(&frame);
    }
    arena_destroy(&arena);
}

TEST(out_of_bounds_is_refused_by_field) {
    arena_t *arena = arena_new(1 << 20);
    message_type_t type;
    const void *body;
    problem_t problem;
    const uint8_t zero_from[] = {'C', 'S', 1, MESSAGE_FETCH, 0x81, 2, 2};
    assert_int_equal(decode((bytes_t){zero_from, sizeof zero_from}, arena, &type, &body, &problem),
                     -1);
    assert_true(problem.reason == REASON_FIELD_MISSING || problem.reason == REASON_FIELD_RANGE);
    assert_string_equal(problem.field, "from");
    arena_destroy(&arena);
}

TEST(five_byte_bombs_allocate_nothing) {
    arena_t *arena = arena_new(0);
    static const char *const bombs[] = {"\xdd\x10\x00\x00\x00", "\xdf\x10\x00\x00\x00",
                                        "\xdb\xff\xff\xff\xff", "\xc6\xff\xff\xff\xff"};
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++)
        for (int inside = 0; inside < 2; inside++) {
            buffer_t frame = {0};
            buffer_put(&frame, "CS\1\3", 4);
            if (inside)
                buffer_put(&frame, "\x82\x01\x01\x02", 4);
            buffer_put(&frame, bombs[i], 5);
            assert_int_equal(refusal(buffer_bytes(&frame), arena), REASON_MALFORMED);
            assert_true(arena_used(arena) < 4096);
            buffer_free(&frame);
        }
    arena_destroy(&arena);
}

TEST(a_list_longer_than_its_bound_is_refused_before_it_is_allocated) {
    arena_t *arena = arena_new(0);
    buffer_t frame = {0};
    enum { ITEMS = 60000 }; /* of EVENTS, that allows 4,096 */
    buffer_put(&frame, "CS\1\5\x82\x01\x01\x02\xdc", 9);
    buffer_put(&frame, (uint8_t[]){ITEMS >> 8, ITEMS & 0xff}, 2);
    for (int i = 0; i < ITEMS; i++)
        buffer_put(&frame, "\x80", 1);
    refusal(buffer_bytes(&frame), arena);
    assert_true(arena_used(arena) < 4096);
    arena_destroy(&arena);
    buffer_free(&frame);
}

TEST(a_frame_above_the_limit_is_not_looked_at) {
    arena_t *arena = arena_new(0);
    uint8_t *bytes = calloc(1, MESSAGE_BYTES_MAX + 1);
    assert_int_equal(refusal((bytes_t){bytes, MESSAGE_BYTES_MAX + 1}, arena), REASON_TOO_LARGE);
    free(bytes);
    arena_destroy(&arena);
}

TEST(the_readers_memory_limit_holds) {
    arena_t *arena = arena_new(2048);
    struct raw raws[1000];
    uint8_t byte[] = {1};
    for (int i = 0; i < 1000; i++)
        raws[i].bytes = (bytes_t){byte, 1};
    struct events events = {.first = 1, .events = {raws, 1000}};
    buffer_t frame = {0};
    message_encode(MESSAGE_EVENTS, &events, &frame);
    assert_int_equal(refusal(buffer_bytes(&frame), arena), REASON_TOO_LARGE);
    arena_destroy(&arena);
    buffer_free(&frame);
}

TEST(no_cut_and_no_flipped_bit_makes_it_read_beyond) {
    arena_t *arena = arena_new(1 << 20);
    message_type_t type;
    const void *body;
    problem_t problem;
    struct receipt receipt = {.id = {{1, 2, 3}},
                              .state = RECEIPT_REFUSED,
                              .reason = 16,
                              .clause = TEXT("QP21-4.4.3"),
                              .field = TEXT("revision"),
                              .detail = TEXT("look again")};
    buffer_t frame = {0};
    message_encode(MESSAGE_RECEIPT, &receipt, &frame);
    for (size_t n = 0; n < frame.n; n++) {
        uint8_t *exact = malloc(n ? n : 1); /* so that the sanitizer sees a step too far */
        memcpy(exact, frame.p, n);
        assert_int_equal(decode((bytes_t){exact, n}, arena, &type, &body, &problem), -1);
        free(exact);
    }
    for (size_t bit = 0; bit < frame.n * 8; bit++) {
        uint8_t *copy = malloc(frame.n);
        memcpy(copy, frame.p, frame.n);
        copy[bit / 8] ^= (uint8_t) (1u << (bit % 8));
        decode((bytes_t){copy, frame.n}, arena, &type, &body, &problem);
        free(copy);
    }
    arena_destroy(&arena);
    buffer_free(&frame);
}
