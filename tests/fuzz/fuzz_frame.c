/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames of the bus: what is read is written back as the same frame; what is not is refused with a
 * reason, within the arena's bound.
 */
#include "common/bus/messages.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    problem_t problem = {0};
    message_type_t type;
    const void *body;
    buffer_t again = {0};
    arena_t *arena = arena_new(8u << 20);
    int rc = message_decode((bytes_t){data, size}, arena, &type, &body, &problem);
    fuzz_refusal(rc, &problem);
    if (rc == 0) {
        message_encode(type, body, &again);
        HOLDS(again.n == size && memcmp(again.p, data, size) == 0, "one frame, one encoding");
    }
    buffer_free(&again);
    arena_destroy(&arena);
    return 0;
}
