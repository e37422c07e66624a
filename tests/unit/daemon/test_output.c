/* SPDX-License-Identifier: Apache-2.0
 *
 * output: the frames of a batch keep their place while the buffer behind them grows.
 */
#include "common/daemon/step.h"
#include "tests/unit/harness.h"

TEST(frames_keep_their_bytes_however_many_there_are) {
    output_t out = {0};
    route_t route = {.b = {7}, .n = 1};
    for (int64_t i = 1; i <= 1000; i++)
        output_send(&out, (int) (i % 3), i % 2 ? &route : NULL, MESSAGE_FETCH,
                    &(struct fetch){.from = i, .to = i});
    assert_int_equal(out.items_n, 1000);
    arena_t *arena = arena_new(0);
    for (size_t i = 0; i < out.items_n; i++) {
        message_type_t type;
        const void *body;
        assert_int_equal(message_decode(output_frame(&out, i), arena, &type, &body, NULL), 0);
        assert_int_equal(((const struct fetch *) body)->from, i + 1);
        assert_int_equal(out.items[i].port, (i + 1) % 3);
        assert_int_equal(out.items[i].route.n, (i + 1) % 2);
    }
    output_clear(&out);
    assert_int_equal(out.items_n, 0);
    arena_destroy(&arena);
    output_free(&out);
}

TEST(the_earliest_wake_counts) {
    output_t out = {0};
    output_wake(&out, 500);
    output_wake(&out, 900);
    output_wake(&out, 300);
    assert_int_equal(out.wake, 300);
}
