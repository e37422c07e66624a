/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables: people, reference data, public holidays. What is checked as a whole is given out in full;
 * each row that is given out is within the catalogue's bounds.
 */
#include "common/base/moment.h"
#include "common/exchange/holidays.h"
#include "common/exchange/people_file.h"
#include "common/exchange/reference.h"
#include "tests/fuzz/fuzz.h"

static int count(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    int64_t *rows = arg;
    HOLDS(record_validate(&reference_chunk_record, chunk, problem) == 0, "a chunk is in bounds");
    *rows += (int64_t) (chunk->products.n + chunk->capacities.n + chunk->stocks.n +
                        chunk->capabilities.n + chunk->days.n);
    return 0;
}

static void tables(const char *path) {
    problem_t problem = {0};
    reference_t reference;
    int64_t rows = 0;
    day_t monday = day_week(day_from_civil(2026, 7, 8));
    int rc = reference_check(path, monday, &reference, &problem);
    fuzz_refusal(rc, &problem);
    if (rc != 0)
        return;
    HOLDS(reference_read(path, monday, &reference, count, &rows, &problem) == 0,
          "what was checked can be read");
    HOLDS(rows == reference.rows, "as many rows as were checked");
}

static void days(const char *path, arena_t *arena) {
    problem_t problem = {0};
    holidays_t holidays;
    int64_t rows = 0;
    int rc = holidays_read(&path, 1, arena, &holidays, &problem);
    fuzz_refusal(rc, &problem);
    if (rc != 0)
        return;
    HOLDS(holidays_give(&holidays, count, &rows, &problem) == 0, "what was read is given out");
    HOLDS(rows == (int64_t) holidays.n, "as many days as were read");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    problem_t problem = {0};
    people_file_t people;
    const char *path = fuzz_file(data, size);
    arena_t *arena = arena_new(16u << 20);
    fuzz_refusal(people_file_read(path, arena, &people, &problem), &problem);
    days(path, arena);
    arena_destroy(&arena);
    tables(path);
    return 0;
}
