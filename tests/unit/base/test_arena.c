/* SPDX-License-Identifier: Apache-2.0
 *
 * arena and buffer: limits hold, memory is zeroed and aligned, what was put is what is read.
 */
#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "tests/unit/harness.h"

TEST(memory_is_zeroed_and_aligned_also_after_a_reset) {
    arena_t *arena = arena_new(0);
    for (int round = 0; round < 2; round++) {
        for (size_t n = 1; n < 200; n++) {
            uint8_t *p = arena_alloc(arena, n);
            assert_int_equal((uintptr_t) p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xee, n);
        }
        arena_reset(arena);
        assert_int_equal(arena_used(arena), 0);
    }
    arena_destroy(&arena);
    assert_null(arena);
    arena_destroy(&arena);
}

TEST(nothing_is_given_past_the_limit) {
    arena_t *arena = arena_new(1000);
    assert_non_null(arena_alloc(arena, 900));
    assert_null(arena_alloc(arena, 200));
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_null(arena_alloc(arena, SIZE_MAX - 8));
    assert_null(arena_text(arena, (text_t){"x", SIZE_MAX}).p);
    assert_true(arena_used(arena) <= 1000);
    arena_reset(arena);
    assert_non_null(arena_alloc(arena, 900));
    arena_destroy(&arena);
}

TEST(a_large_piece_gets_a_block_of_its_own) {
    arena_t *arena = arena_new(0);
    char *small = arena_alloc(arena, 16);
    char *large = arena_alloc(arena, 1 << 20);
    memset(large, 1, 1 << 20);
    memset(small, 2, 16);
    assert_int_equal(large[0], 1);
    arena_reset(arena);
    assert_non_null(arena_alloc(arena, 16));
    arena_destroy(&arena);
}

TEST(a_copied_text_is_terminated_and_apart) {
    arena_t *arena = arena_new(0);
    char source[] = "会签";
    text_t copy = arena_text(arena, text_of(source));
    source[0] = 'x';
    assert_string_equal(copy.p, "会签");
    assert_int_equal(arena_text(arena, (text_t){NULL, 0}).n, 0);
    assert_true(text_is(arena_format(arena, "%s-%04d", "DD2026", 7), "DD2026-0007"));
    bytes_t bytes = arena_bytes(arena, (bytes_t){(const uint8_t *) "a\0b", 3});
    assert_memory_equal(bytes.p, "a\0b", 3);
    arena_destroy(&arena);
}

TEST(a_format_past_the_limit_gives_nothing) {
    arena_t *arena = arena_new(64);
    assert_null(arena_format(arena, "%0100d", 1).p);
    arena_destroy(&arena);
}

TEST(a_buffer_holds_what_was_put_in_order) {
    buffer_t buffer = {0};
    for (int i = 0; i < 1000; i++)
        buffer_format(&buffer, "%d,", i);
    buffer_put(&buffer, "a\0b", 3);
    buffer_put(&buffer, NULL, 0);
    buffer_text(&buffer, "end");
    assert_int_equal(buffer.n, 3890 + 6);
    assert_memory_equal(buffer.p, "0,1,2,3,", 8);
    assert_memory_equal(buffer.p + 3890, "a\0bend", 6);
    buffer_free(&buffer);
    assert_null(buffer.p);
}

TEST(a_buffer_can_be_read_as_a_string_and_used_again) {
    buffer_t buffer = {0};
    assert_string_equal(buffer_cstr(&buffer), "");
    buffer_text(&buffer, "one");
    assert_string_equal(buffer_cstr(&buffer), "one");
    assert_int_equal(buffer_bytes(&buffer).n, 3);
    buffer_clear(&buffer);
    buffer_text(&buffer, "2");
    assert_string_equal(buffer_cstr(&buffer), "2");
    buffer_free(&buffer);
}
