/* SPDX-License-Identifier: Apache-2.0
 *
 * Reference data from CSV: checked whole, given out in chunks that fit a command.
 */
#include <stdlib.h>

#include "common/base/moment.h"
#include "common/exchange/reference.h"
#include "tests/unit/exchange/files.h"

#define MONDAY 20780 /* 2026-11-23 */

typedef struct seen {
    int64_t rows, chunks;
    size_t largest, most;
    struct product_row last;
    char name[80];
    day_t week;
} seen_t;

static int look(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    seen_t *seen = arg;
    buffer_t bytes = {0};
    assert_int_equal(record_encode(&reference_chunk_record, chunk, &bytes, problem), 0);
    seen->largest = bytes.n > seen->largest ? bytes.n : seen->largest;
    buffer_free(&bytes);
    assert_int_equal(chunk->first, seen->rows);
    size_t n = chunk->products.n + chunk->capacities.n + chunk->stocks.n + chunk->capabilities.n;
    seen->rows += (int64_t) n;
    seen->most = n > seen->most ? n : seen->most;
    seen->chunks++;
    if (chunk->products.n) {
        seen->last = chunk->products.at[chunk->products.n - 1];
        snprintf(seen->name, sizeof seen->name, "%.*s", (int) seen->last.name.n, seen->last.name.p);
    }
    if (chunk->capacities.n)
        seen->week = chunk->capacities.at[0].week;
    return 0;
}

static void refused(const char *text, unsigned line, const char *field, const char *detail) {
    reference_t reference;
    problem_t problem = {0};
    assert_int_equal(reference_check(file_of("r.csv", text), MONDAY, &reference, &problem), -1);
    assert_contains(problem.detail, detail);
    assert_string_equal(problem.field, field);
    assert_int_equal(problem.line, line);
    assert_contains(problem.file, "r.csv");
}

TEST(the_header_says_what_it_is_in_either_language) {
    static const struct {
        const char *text;
        enum dataset dataset;
    } files[] = {{"product,name,family\nP01,gear,gears\n", DATASET_PRODUCT},
                 {"产品,名称,产品族,定型\nP01,齿轮,齿轮,是\n", DATASET_PRODUCT},
                 {"family,week,capacity\ngears,W1,10\n", DATASET_CAPACITY},
                 {"Material,Name,Stock,Unit,Lead days\nM01,steel,6000,kg,10\n", DATASET_STOCK},
                 {"检测项目,标准,下限,上限,单位\n硬度,GB/T 230.1,20,70,HRC\n", DATASET_CAPABILITY}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        reference_t reference;
        problem_t problem = {0};
        if (reference_check(file_of("h.csv", files[i].text), MONDAY, &reference, &problem) != 0)
            fail_msg("%s: %s", problem.field, problem.detail);
        assert_int_equal(reference.dataset, files[i].dataset);
        assert_int_equal(reference.rows, 1);
    }
}

TEST(weeks_are_counted_from_the_start) {
    const char *path = file_of("w.csv", "family,week,capacity,committed\ngears,W3,12000,8000\n");
    reference_t reference;
    seen_t seen = {0};
    assert_int_equal(reference_check(path, MONDAY, &reference, NULL), 0);
    assert_int_equal(reference_read(path, MONDAY, &reference, look, &seen, NULL), 0);
    assert_int_equal(seen.week, MONDAY + 14);
    problem_t problem = {0};
    assert_int_equal(reference_check(path, NO_START, &reference, &problem), -1);
    assert_contains(problem.detail, "start");
    assert_int_equal(reference_check(path, MONDAY + 1, &reference, &problem), -1);
    assert_contains(problem.detail, "Monday");
}

TEST(mistakes_are_told_with_line_and_column) {
    refused("product,name,family,lead_days\nP01,gear,gears,14\nP02,gear,gears,soon\n", 3,
            "lead_days", "column 4");
    refused("product,name,family,price\nP01,gear,gears,\"1,200\"\n", 2, "price", "separators");
    refused("product,name,family\nP01,,gears\n", 2, "name", "column 2");
    refused("product,name,family,colour\nP01,gear,gears,red\n", 1, "", "colour");
    refused("product,name,产品,family\nP01,gear,P01,gears\n", 1, "product", "mean the same");
    refused("product,name\nP01,gear\n", 1, "family", "missing");
    refused("name,price\ngear,1\n", 1, "", "what data this is");
    refused("family,week,capacity\ngears,2026-11-24,1\n", 2, "week", "2026-W48");
    refused("material,name,stock,unit\nM01,steel,-5,kg\n", 2, "stock", "column 3");
}

TEST(the_same_thing_twice_is_refused) {
    refused("product,name,family\nP01,gear,gears\nP02,gear,gears\nP01,other,gears\n", 4, "",
            "line 2");
    refused("family,week,capacity\ngears,W1,10\ngears,2026-W48,12\n", 3, "", "line 2");
}

/* A table of n products whose row `bad` (from 1; 0 = none) has no number for its lead time. */
static const char *many(size_t n, size_t bad, size_t filler) {
    char name[200] = "";
    memset(name, 'n', filler);
    name[filler] = '\0';
    buffer_t text = {0};
    buffer_text(&text, "product,name,family,lead_days\n");
    for (size_t i = 1; i <= n; i++)
        buffer_format(&text, "P%06zu,gear %s,gears,%s\n", i, name, i == bad ? "x" : "14");
    const char *path = file_of_bytes("many.csv", text.p, text.n);
    buffer_free(&text);
    return path;
}

TEST(one_bad_row_in_100000_refuses_the_file) {
    reference_t reference;
    problem_t problem = {0};
    assert_int_equal(reference_check(many(100000, 99999, 0), NO_START, &reference, &problem), -1);
    assert_int_equal(problem.line, 100000);
    assert_string_equal(problem.field, "lead_days");
}

TEST(chunks_fit_a_command_and_memory_stays_bounded) {
    const char *path = many(20000, 0, 190);
    reference_t reference;
    seen_t seen = {0};
    problem_t problem = {0};
    long before = peak_kib();
    assert_int_equal(reference_check(path, NO_START, &reference, &problem), 0);
    assert_int_equal(reference.rows, 20000);
    assert_int_equal(reference_read(path, NO_START, &reference, look, &seen, &problem), 0);
    assert_int_equal(seen.rows, 20000);
    assert_true(seen.chunks >= 40);
    assert_true(seen.most <= REFERENCE_CHUNK_ROWS);
    assert_true(seen.largest <= REFERENCE_CHUNK_BYTES);
    assert_true(peak_kib() < before + 8 * 1024);
}

TEST(large_rows_make_smaller_chunks) {
    buffer_t text = {0};
    char note[190];
    memset(note, 'n', sizeof note);
    buffer_text(&text, "characteristic,standard,unit,note\n");
    for (int i = 0; i < 1000; i++)
        buffer_format(&text, "%.70s%05d,%.75s%05d,%.30s,%.*s\n", note, i, note, i, note,
                      (int) sizeof note, note);
    const char *path = file_of_bytes("wide.csv", text.p, text.n);
    buffer_free(&text);
    reference_t reference;
    seen_t seen = {0};
    assert_int_equal(reference_check(path, NO_START, &reference, NULL), 0);
    assert_int_equal(reference_read(path, NO_START, &reference, look, &seen, NULL), 0);
    assert_int_equal(seen.rows, 1000);
    assert_true(seen.largest <= REFERENCE_CHUNK_BYTES);
}

TEST(a_file_changed_since_it_was_checked_is_refused) {
    reference_t reference;
    seen_t seen = {0};
    problem_t problem = {0};
    assert_int_equal(reference_check(file_of("c.csv", "product,name,family\nP01,gear,gears\n"),
                                     NO_START, &reference, NULL),
                     0);
    const char *path = file_of("c.csv", "product,name,family\nP02,gear,gears\n");
    assert_int_equal(reference_read(path, NO_START, &reference, look, &seen, &problem), -1);
    assert_contains(problem.detail, "changed");
    assert_int_equal(seen.rows, 0);
}

static int stop(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    (void) chunk, (void) arg;
    return problem_set(problem, REASON_BUSY, "", "enough");
}

TEST(whoever_takes_the_chunks_can_stop) {
    const char *path = file_of("s.csv", "product,name,family\nP01,gear,gears\n");
    reference_t reference;
    problem_t problem = {0};
    assert_int_equal(reference_check(path, NO_START, &reference, NULL), 0);
    assert_int_equal(reference_read(path, NO_START, &reference, stop, NULL, &problem), -1);
    assert_int_equal(problem.reason, REASON_BUSY);
}
