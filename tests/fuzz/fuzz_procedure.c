/* SPDX-License-Identifier: Apache-2.0
 *
 * The procedure's file: what is read is consistent, can be written into an event and is read from
 * there as the same; a refusal names the file.
 */
#include "common/exchange/procedure_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    problem_t problem = {0};
    struct procedure procedure, again;
    buffer_t bytes = {0};
    arena_t *arena = arena_new(32u << 20);
    int rc = procedure_file_read(fuzz_file(data, size), arena, &procedure, &problem);
    fuzz_refusal(rc, &problem);
    if (rc == 0) {
        HOLDS(procedure_check(&procedure, &problem) == 0, "what is read is consistent");
        HOLDS(record_encode(&procedure_record, &procedure, &bytes, &problem) == 0,
              "what is read can be adopted");
        HOLDS(record_decode(&procedure_record, buffer_bytes(&bytes), arena, &again, &problem) == 0,
              "what is adopted can be read");
        HOLDS(record_equal(&procedure_record, &procedure, &again), "and is the same");
    } else
        HOLDS(problem.file[0], "a refusal names the file");
    buffer_free(&bytes);
    arena_destroy(&arena);
    return 0;
}
