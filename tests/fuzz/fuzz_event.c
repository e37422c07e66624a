/* SPDX-License-Identifier: Apache-2.0
 *
 * Canonical form: what is read as an event, a command or a body is written back as the same bytes,
 * and a copy of it is equal. The first byte chooses the record.
 */
#include "common/event/event.h"
#include "tests/fuzz/fuzz.h"

static void round_trip(const record_t *record, bytes_t bytes, arena_t *arena) {
    problem_t problem = {0};
    buffer_t again = {0};
    void *body = arena_alloc(arena, record->size), *copy = arena_alloc(arena, record->size);
    HOLDS(body && copy, "there is room for a record");
    int rc = record_decode(record, bytes, arena, body, &problem);
    fuzz_refusal(rc, &problem);
    if (rc != 0)
        return;
    HOLDS(record_encode(record, body, &again, &problem) == 0, "what was read can be written");
    HOLDS(again.n == bytes.n && memcmp(again.p, bytes.p, bytes.n) == 0,
          "one content, one encoding");
    HOLDS(record_copy(record, body, arena, copy) == 0 && record_equal(record, body, copy),
          "a copy is equal");
    buffer_clear(&again);
    record_print(record, body, 0, &again);
    buffer_free(&again);
}

static void whole(bytes_t bytes, arena_t *arena) {
    problem_t problem = {0};
    decoded_t event;
    struct signed_command signed_command;
    struct command command;
    const void *body;
    fuzz_refusal(event_decode(bytes, arena, &event, &problem), &problem);
    problem = (problem_t){0};
    fuzz_refusal(command_decode(bytes, arena, &signed_command, &command, &body, &problem),
                 &problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    if (size == 0)
        return 0;
    bytes_t rest = {data + 1, size - 1};
    arena_t *arena = arena_new(16u << 20);
    if (data[0] < n)
        round_trip(kinds[data[0]].body, rest, arena);
    else if (data[0] == n)
        round_trip(&event_record, rest, arena);
    else if (data[0] == n + 1)
        round_trip(&command_record, rest, arena);
    else if (data[0] == n + 2)
        round_trip(&procedure_record, rest, arena);
    else
        whole(rest, arena);
    arena_destroy(&arena);
    return 0;
}
