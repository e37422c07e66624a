/* SPDX-License-Identifier: Apache-2.0
 *
 * settings: what is read, what the defaults give, and that a mistake names file, line and key.
 */
#include "common/base/settings.h"

#include <stdio.h>

#include "tests/unit/harness.h"

typedef struct target {
    char *endpoint, *note;
    int64_t limit;
    bool quiet;
    char **peers;
} target_t;

static const setting_t rows[] = {
    {"hub.endpoint", SETTING_TEXT, offsetof(target_t, endpoint), NULL, 1, 40, "where"},
    {"hub.note", SETTING_TEXT, offsetof(target_t, note), "none", 0, 40, "a note"},
    {"hub.limit", SETTING_INT, offsetof(target_t, limit), "64", 1, 4000000000, "how many"},
    {"hub.quiet", SETTING_BOOL, offsetof(target_t, quiet), "true", 0, 0, "whether"},
    {"hub.peers", SETTING_TEXTS, offsetof(target_t, peers), "", 1, 10, "who else"},
    {0},
};

static char path[512];

static int read_text(const char *text, target_t *target, problem_t *problem) {
    static const char *const ignore[] = {"others", NULL};
    snprintf(path, sizeof path, "%s/site.cfg", harness_folder());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    memset(target, 0xee, sizeof *target);
    return settings_read(rows, path, ignore, target, problem);
}

static void refused(const char *text, unsigned line, const char *key) {
    target_t target;
    problem_t problem = {0};
    if (read_text(text, &target, &problem) == 0)
        fail_msg("taken, though wrong: %s", text);
    assert_int_equal(problem.reason, REASON_CONFIGURATION);
    assert_string_equal(problem.file, path);
    assert_string_equal(problem.field, key);
    assert_int_equal(problem.line, line);
    assert_true(problem.detail[0] != '\0');
    assert_null(target.endpoint);
}

TEST(every_type_is_read) {
    target_t t;
    problem_t problem;
    assert_int_equal(
        read_text("hub: {\n endpoint = \"tcp://127.0.0.1:1\";\n note = \"会签\";\n"
                  " limit = 4000000000L;\n quiet = false;\n peers = [ \"a\", \"b\" ];\n};\n"
                  "others: { anything = 1; };\n",
                  &t, &problem),
        0);
    assert_string_equal(t.endpoint, "tcp://127.0.0.1:1");
    assert_string_equal(t.note, "会签");
    assert_int_equal(t.limit, INT64_C(4000000000));
    assert_false(t.quiet);
    assert_string_equal(t.peers[0], "a");
    assert_string_equal(t.peers[1], "b");
    assert_null(t.peers[2]);
    settings_free(rows, &t);
}

TEST(what_is_left_out_takes_its_default) {
    target_t t;
    problem_t problem;
    assert_int_equal(read_text("hub: { endpoint = \"e\"; };\n", &t, &problem), 0);
    assert_string_equal(t.note, "none");
    assert_int_equal(t.limit, 64);
    assert_true(t.quiet);
    assert_null(t.peers[0]);
    settings_free(rows, &t);
    assert_null(t.endpoint);
}

TEST(an_unknown_key_stops_with_its_line) {
    refused("hub: {\n endpoint = \"e\";\n limt = 3;\n};\n", 3, "hub.limt");
    refused("hub: { endpoint = \"e\"; };\nhubb: { };\n", 2, "hubb");
    refused("hub: { endpoint = \"e\"; others: { x = 1; }; };\n", 1, "hub.others");
}

TEST(a_doubled_key_stops_with_its_line) {
    refused("hub: {\n endpoint = \"e\";\n limit = 3;\n limit = 4;\n};\n", 4, "limit");
    refused("hub: { endpoint = \"e\"; };\nhub: { limit = 3; };\n", 2, "hub");
}

TEST(a_missing_key_is_named) { refused("hub: { limit = 3; };\n", 0, "hub.endpoint"); }

TEST(a_value_of_the_wrong_type_stops) {
    refused("hub: { endpoint = 5; };\n", 1, "hub.endpoint");
    refused("hub: { endpoint = \"e\";\n limit = \"3\"; };\n", 2, "hub.limit");
    refused("hub: { endpoint = \"e\";\n limit = 3.5; };\n", 2, "hub.limit");
    refused("hub: { endpoint = \"e\";\n quiet = 1; };\n", 2, "hub.quiet");
    refused("hub: { endpoint = \"e\";\n peers = \"a\"; };\n", 2, "hub.peers");
    refused("hub: { endpoint = \"e\";\n peers = [ 1, 2 ]; };\n", 2, "hub.peers");
    refused("hub = 3;\n", 1, "hub");
}

TEST(a_value_out_of_bounds_stops) {
    refused("hub: { endpoint = \"\"; };\n", 1, "hub.endpoint");
    refused("hub: { endpoint = \"e\";\n limit = 0; };\n", 2, "hub.limit");
    refused("hub: { endpoint = \"e\";\n limit = 4000000001L; };\n", 2, "hub.limit");
    refused("hub: { endpoint = \"e\";\n peers = [ \"a\",\n \"01234567890\" ]; };\n", 3,
            "hub.peers");
    refused("hub: { endpoint = \"e\x1b[2J\"; };\n", 1, "hub.endpoint");
    refused("hub: { endpoint = \"\xff\"; };\n", 1, "hub.endpoint");
}

TEST(a_number_that_would_wrap_stops) {
    refused("hub: {\n endpoint = \"\\\"9999999999\"; # 9999999999\n limit = 4294967297; };\n", 3,
            "");
    refused("/* 4294967297\n*/ // 4294967297\nhub: { endpoint = \"e\";\n limit = 0x100000001; };\n",
            4, "");
}

TEST(a_syntax_error_names_its_line) { refused("hub: {\n endpoint = ;\n};\n", 2, ""); }

TEST(a_file_that_cannot_be_read_is_named) {
    target_t t;
    problem_t problem;
    assert_int_equal(settings_read(rows, "/nonexistent/site.cfg", NULL, &t, &problem), -1);
    assert_string_equal(problem.file, "/nonexistent/site.cfg");
    assert_int_equal(settings_read(rows, harness_folder(), NULL, &t, &problem), -1);
    assert_string_equal(problem.file, harness_folder());
}
