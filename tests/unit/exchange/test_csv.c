/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV as RFC 4180 has it, in the encodings that people's programs write.
 */
#include <stdlib.h>

#include "common/exchange/csv.h"
#include "tests/unit/exchange/files.h"

static csv_t *opened(const char *text) {
    problem_t problem = {0};
    csv_t *csv = csv_open(file_of("t.csv", text), &problem);
    if (!csv)
        fail_msg("%s", problem.detail);
    return csv;
}

static void refused(const char *text, unsigned line, const char *detail) {
    problem_t problem = {0};
    csv_t *csv = csv_open(file_of("r.csv", text), &problem);
    while (csv && csv_next(csv, &problem) == 1)
        continue;
    csv_destroy(&csv);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_int_equal(problem.line, line);
    assert_contains(problem.detail, detail);
    assert_contains(problem.file, "r.csv");
}

TEST(quotes_commas_and_line_breaks_in_cells) {
    csv_t *csv = opened("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n 1 ,\r\n");
    assert_int_equal(csv_columns(csv), 2);
    assert_text(csv_header(csv, 1), "b");
    assert_int_equal(csv_next(csv, NULL), 1);
    assert_text(csv_cell(csv, 0), "x, \"y\"");
    assert_text(csv_cell(csv, 1), "two\nlines");
    assert_int_equal(csv_line(csv), 2);
    assert_int_equal(csv_next(csv, NULL), 1);
    assert_text(csv_cell(csv, 0), "1");
    assert_text(csv_cell(csv, 1), "");
    assert_int_equal(csv_line(csv), 4);
    assert_int_equal(csv_next(csv, NULL), 0);
    assert_true(csv_unchanged(csv));
    assert_false(csv_converted(csv));
    csv_destroy(&csv);
    csv_destroy(&csv);
}

TEST(a_byte_order_mark_and_a_missing_last_line_end) {
    csv_t *csv = opened("\xef\xbb\xbf"
                        "a,b\n1,2");
    assert_text(csv_header(csv, 0), "a");
    assert_int_equal(csv_next(csv, NULL), 1);
    assert_text(csv_cell(csv, 1), "2");
    assert_int_equal(csv_next(csv, NULL), 0);
    csv_destroy(&csv);
}

TEST(rows_without_content_are_passed_over) {
    csv_t *csv = opened("a,b\n\n,\n1,2\n,,,\n\n");
    assert_int_equal(csv_next(csv, NULL), 1);
    assert_int_equal(csv_line(csv), 4);
    assert_int_equal(csv_next(csv, NULL), 0);
    csv_destroy(&csv);
}

TEST(what_a_chinese_excel_writes_is_converted) {
    /* 产品,名称 / P01,主动齿轮€ in GB18030; the last sign needs four of its bytes elsewhere, here
     * two */
    static const char gb[] = "\xb2\xfa\xc6\xb7,\xc3\xfb\xb3\xc6\r\nP01,"
                             "\xd6\xf7\xb6\xaf\xb3\xdd\xc2\xd6\x81\x30\x81\x30\r\n";
    csv_t *csv = opened(gb);
    assert_true(csv_converted(csv));
    assert_text(csv_header(csv, 0), "产品");
    assert_int_equal(csv_next(csv, NULL), 1);
    assert_text(csv_cell(csv, 1), "主动齿轮\xc2\x80");
    csv_destroy(&csv);
}

TEST(characters_cut_by_the_reading_buffer_stay_whole) {
    size_t rows = 6000;
    char *text = malloc(rows * 16 + 16), *p = text;
    assert_non_null(text);
    p += sprintf(p, "a\n");
    for (size_t i = 0; i < rows; i++)
        p += sprintf(p, "%s齿轮\n", i % 3 ? "x" : "");
    csv_t *csv = opened(text);
    assert_false(csv_converted(csv));
    for (size_t i = 0; i < rows; i++) {
        assert_int_equal(csv_next(csv, NULL), 1);
        assert_text(csv_cell(csv, 0), i % 3 ? "x齿轮" : "齿轮");
    }
    assert_int_equal(csv_next(csv, NULL), 0);
    csv_destroy(&csv);
    free(text);
}

TEST(what_the_standard_leaves_open_is_refused_with_its_line) {
    refused("", 1, "name the columns");
    refused("a,,b\n", 1, "no name");
    refused("a,b\n1,2\n3\n", 3, "1 cells where the first line names 2");
    refused("a,b\n1,x\"y\n", 2, "quotation mark");
    refused("a,b\n\"1\"x,2\n", 2, "closing quotation mark");
    refused("a,b\n\"1,2\n", 3, "never closed");
    refused("a,b\r1,2\r", 1, "carriage return");
}

TEST(other_encodings_are_refused) {
    problem_t problem = {0};
    assert_null(csv_open(file_of_bytes("u.csv",
                                       "\xff\xfe"
                                       "a\0,\0",
                                       6),
                         &problem));
    assert_contains(problem.detail, "UTF-16");
    assert_null(csv_open(file_of_bytes("n.csv", "a,b\n1,\0\n", 8), &problem));
    assert_contains(problem.detail, "NUL");
    csv_t *csv = csv_open(file_of("l.csv", "a,b\n1,\xff\xff\n"), &problem);
    assert_non_null(csv);
    assert_int_equal(csv_next(csv, &problem), -1);
    assert_int_equal(problem.line, 2);
    assert_contains(problem.detail, "neither");
    csv_destroy(&csv);
}

TEST(a_row_without_end_is_bounded) {
    size_t n = 2 * 1024 * 1024;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text, "a\n\"", 3);
    text[n - 1] = '\0';
    refused(text, 2, "too long");
    free(text);
}

TEST(a_file_that_changes_in_between_is_noticed) {
    size_t n = 200000;
    char *text = malloc(n + 1);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 2 ? '\n' : 'a';
    text[n] = '\0';
    csv_t *csv = opened(text);
    FILE *file = fopen(csv_path(csv), "r+b");
    assert_non_null(file);
    fseek(file, (long) n - 2, SEEK_SET);
    fputs("b", file);
    fclose(file);
    while (csv_next(csv, NULL) == 1)
        continue;
    assert_false(csv_unchanged(csv));
    csv_destroy(&csv);
    free(text);
}
