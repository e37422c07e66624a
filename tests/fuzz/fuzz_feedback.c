/* SPDX-License-Identifier: Apache-2.0
 *
 * A complaint's file: what is read can be written into a command, once the caller has settled the
 * customer and when it came.
 */
#include "common/exchange/feedback_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    problem_t problem = {0};
    feedback_file_t feedback;
    buffer_t bytes = {0};
    arena_t *arena = arena_new(32 * 1024 * 1024);
    int rc = feedback_file_read(fuzz_file(data, size), FEEDBACK_COMPLAINT, arena, &feedback,
                                &problem);
    fuzz_refusal(rc, &problem);
    if (rc == 0) {
        feedback.content.customer = (ident_t){{1}};
        if (!feedback.content.received)
            feedback.content.received = 1;
        HOLDS(record_encode(&feedback_content_record, &feedback.content, &bytes, &problem) == 0,
              "what is read can be registered");
    }
    buffer_free(&bytes);
    arena_destroy(&arena);
    return 0;
}
