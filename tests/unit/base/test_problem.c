/* SPDX-License-Identifier: Apache-2.0
 *
 * problem: one line that says where, what and by which clause; codes that stay.
 */
#include "common/base/problem.h"

#include "common/base/text.h"
#include "tests/unit/harness.h"

TEST(a_problem_reads_as_one_line) {
    problem_t problem;
    char line[1024];
    assert_int_equal(
        problem_set(&problem, REASON_FIELD_RANGE, "lines[3].quantity", "%d is found", 0), -1);
    strcpy(problem.file, "O01.json");
    problem.line = 12;
    strcpy(problem.clause, "QP21-4.1");
    problem_print(&problem, line, sizeof line);
    assert_string_equal(line, "O01.json:12: lines[3].quantity: a field is outside its bounds "
                              "(0 is found) [QP21-4.1]");
}

TEST(the_clause_is_the_reasons_own_unless_set) {
    problem_t problem;
    char line[1024];
    problem_set(&problem, REASON_NOT_ASKED, NULL, NULL);
    problem_print(&problem, line, sizeof line);
    assert_string_equal(line, "this department was not asked [QP21-4.3.2]");
}

TEST(nothing_of_an_earlier_problem_stays) {
    problem_t problem;
    problem_set(&problem, REASON_INPUT_FILE, "a", "b");
    strcpy(problem.file, "f");
    problem.line = 3;
    problem_set(&problem, REASON_USAGE, "c", "%s", problem.field);
    assert_int_equal(problem.reason, REASON_USAGE);
    assert_string_equal(problem.field, "c");
    assert_string_equal(problem.detail, "a");
    assert_string_equal(problem.file, "");
    assert_int_equal(problem.line, 0);
}

TEST(a_line_is_cut_to_its_room) {
    problem_t problem;
    char line[16];
    problem_set(&problem, REASON_INPUT_FILE, "field", "%0300d", 1);
    problem_print(&problem, line, sizeof line);
    assert_int_equal(strlen(line), sizeof line - 1);
    assert_int_equal(problem_set(NULL, REASON_USAGE, "", "x"), -1);
}

TEST(a_reason_from_a_newer_program_still_prints) {
    reason_t unknown = (reason_t) 9999;
    assert_string_equal(reason_name(unknown), "UNKNOWN");
    assert_string_equal(reason_clause(unknown), "");
    assert_true(strlen(reason_text(unknown)) > 0);
    assert_string_equal(reason_name(REASON_STALE_REVISION), "STALE_REVISION");
}

/* Codes are on the wire and in the ledger. */
TEST(codes_stay_what_they_were) {
    assert_int_equal(REASON_MALFORMED, 1);
    assert_int_equal(REASON_STALE_REVISION, 16);
    assert_int_equal(REASON_WRONG_ORDER, 30);
    assert_int_equal(REASON_BUSY, 41);
    assert_int_equal(REASON_ENDED, 54);
}

TEST(a_detail_cut_short_ends_with_a_whole_character) {
    char text[512];
    for (size_t shift = 0; shift < 4; shift++) {
        problem_t problem = {0};
        size_t n = 0;
        memset(text, 'x', shift);
        for (n = shift; n + 4 < sizeof text; n += shift % 2 ? 4 : 3)
            memcpy(text + n, shift % 2 ? "𠮷" : "会", shift % 2 ? 4 : 3);
        text[n] = '\0';
        problem_set(&problem, REASON_UNKNOWN_REFERENCE, text, "%s", text);
        assert_true(text_valid_utf8(text_of(problem.detail)));
        assert_true(text_valid_utf8(text_of(problem.field)));
        assert_in_range(strlen(problem.detail), sizeof problem.detail - 4,
                        sizeof problem.detail - 1);
    }
}
