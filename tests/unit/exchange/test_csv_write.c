/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows written as CSV: RFC 4180, read back by our own reader, and nothing that a spreadsheet would
 * carry out.
 */
#include <stdio.h>

#include "common/exchange/csv.h"
#include "common/exchange/csv_write.h"
#include "tests/unit/harness.h"

static void check(const char *const cells[], size_t n, const char *expected) {
    buffer_t out = {0};
    text_t row[8];
    for (size_t i = 0; i < n; i++)
        row[i] = text_of(cells[i]);
    csv_write_row(&out, row, n);
    assert_string_equal(buffer_cstr(&out), expected);
    buffer_free(&out);
}
#define ROW(expected, ...) \
    check((const char *const[]){__VA_ARGS__}, \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), (expected))

TEST(plain_cells_stand_as_they_are) {
    ROW("TS2026-0001,齿面划伤,3\r\n", "TS2026-0001", "齿面划伤", "3");
    ROW("a,,b\r\n", "a", "", "b");
    ROW("\r\n", "");
    ROW("a b ; c\r\n", "a b ; c");
}

TEST(commas_quotes_and_line_ends_are_quoted) {
    ROW("\"a,b\"\r\n", "a,b");
    ROW("\"say \"\"yes\"\"\"\r\n", "say \"yes\"");
    ROW("\"one\ntwo\",\"three\rfour\"\r\n", "one\ntwo", "three\rfour");
}

TEST(what_would_be_a_formula_is_text) {
    ROW("'=1+1,'+86 23,'-3,'@SUM(A1)\r\n", "=1+1", "+86 23", "-3", "@SUM(A1)");
    ROW("\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n", "=HYPERLINK(\"x\",\"y\")");
    ROW("'\t=1\r\n", "\t=1");
    ROW("\"'\n=1\"\r\n", "\n=1");
    ROW("'＝1,'＋1,'－1,'＠1\r\n", "＝1", "＋1", "－1", "＠1");
    ROW("1-1,a=b,x@y\r\n", "1-1", "a=b", "x@y");
}

TEST(our_own_reader_reads_it_back) {
    static const char *const cells[] = {"划伤, 锈蚀", "\"", "two\nlines", "=1", "end"};
    text_t header[] = {TEXT("a"), TEXT("b"), TEXT("c"), TEXT("d"), TEXT("e")}, row[5];
    char path[400];
    buffer_t out = {0};
    problem_t problem = {0};
    for (size_t i = 0; i < 5; i++)
        row[i] = text_of(cells[i]);
    csv_write_row(&out, header, 5);
    csv_write_row(&out, row, 5);
    snprintf(path, sizeof path, "%.300s/written.csv", harness_folder());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(out.p, 1, out.n, file), out.n);
    assert_int_equal(fclose(file), 0);
    csv_t *csv = csv_open(path, &problem);
    assert_non_null(csv);
    assert_int_equal(csv_next(csv, &problem), 1);
    for (size_t i = 0; i < 5; i++)
        assert_true(text_equal(csv_cell(csv, i), text_of(i == 3 ? "'=1" : cells[i])));
    assert_int_equal(csv_next(csv, &problem), 0);
    csv_destroy(&csv);
    buffer_free(&out);
}
