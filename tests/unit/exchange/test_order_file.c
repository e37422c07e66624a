/* SPDX-License-Identifier: Apache-2.0
 *
 * Orders as JSON files: what the writer may leave to the reader, and what is refused.
 */
#include <stdlib.h>

#include "common/base/moment.h"
#include "common/exchange/order_file.h"
#include "tests/unit/exchange/files.h"

#define MONDAY 20780 /* 2026-11-23 */

static const char whole[] =
    "{\"customer\": \"C01\", \"channel\": \"phone\", \"contact\": \"buyer@C01.example.com\",\n"
    " \"attachments\": [\"po.pdf\", \"/tmp/drawing.pdf\"],\n"
    " \"lines\": [{\"product\": \"P07\", \"quantity\": 2000, \"unit\": \"pcs\", \"currency\": "
    "\"CNY\", \"price\": \"8.60\", \"wanted\": \"W3\"},\n"
    "  {\"product\": \"P08\", \"quantity\": \"2000\", \"unit\": \"pcs\", \"currency\": \"CNY\", "
    "\"wanted\": \"2026-12-01\"}],\n"
    " \"requirements\": [{\"kind\": \"stated\", \"subject\": \"delivery\", \"text\": \"both at "
    "once\", \"line\": 2}]}";

static int reading(const char *text, day_t start, arena_t *arena, order_file_t *out,
                   problem_t *problem) {
    return order_file_read(file_of("o.json", text), start, arena, out, problem);
}

static void refused(const char *from, const char *to, day_t start, const char *field,
                    const char *detail) {
    char text[2048];
    const char *at = strstr(whole, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int) (at - whole), whole, to, at + strlen(from));
    arena_t *arena = arena_new(0);
    order_file_t order;
    problem_t problem = {0};
    assert_int_equal(reading(text, start, arena, &order, &problem), -1);
    assert_string_equal(problem.field, field);
    assert_contains(problem.detail, detail);
    assert_contains(problem.file, "o.json");
    arena_destroy(&arena);
}

TEST(an_order_is_read_whole) {
    arena_t *arena = arena_new(0);
    order_file_t order;
    problem_t problem = {0};
    if (reading(whole, MONDAY, arena, &order, &problem) != 0)
        fail_msg("%s: %s", problem.field, problem.detail);
    assert_text(order.customer, "C01");
    assert_text(order.contact, "buyer@C01.example.com");
    assert_true(ident_none(order.content.customer));
    assert_true(digest_none(order.content.contact));
    assert_int_equal(order.content.attachments.n, 0);
    assert_int_equal(order.content.lines.at[0].no, 1);
    assert_int_equal(order.content.lines.at[1].no, 2);
    assert_int_equal(order.content.lines.at[0].wanted, MONDAY + 18);
    assert_int_equal(order.content.lines.at[1].wanted, day_from_civil(2026, 12, 1));
    assert_int_equal(order.content.requirements.at[0].no, 1);
    assert_int_equal(order.content.requirements.at[0].line, 2);
    arena_destroy(&arena);
}

TEST(attachments_lie_beside_the_file) {
    arena_t *arena = arena_new(0);
    order_file_t order;
    char beside[300];
    assert_int_equal(reading(whole, MONDAY, arena, &order, NULL), 0);
    snprintf(beside, sizeof beside, "%s/po.pdf", harness_folder());
    assert_int_equal(order.attachments.n, 2);
    assert_text(order.attachments.at[0], beside);
    assert_text(order.attachments.at[1], "/tmp/drawing.pdf");
    arena_destroy(&arena);
}

TEST(mistakes_are_told_by_their_path) {
    refused("\"W3\"", "\"W3\"", NO_START, "lines[0].wanted", "start");
    refused("\"W3\"", "\"soon\"", MONDAY, "lines[0].wanted", "2026-W48");
    refused("\"customer\": \"C01\"", "\"earlier\": \"x\"", MONDAY, "customer", "");
    refused("\"customer\": \"C01\"", "\"customer\": 1", MONDAY, "customer", "text");
    refused("[\"po.pdf\", \"/tmp/drawing.pdf\"]", "\"po.pdf\"", MONDAY, "attachments", "list");
    refused("\"po.pdf\"", "7", MONDAY, "attachments", "list");
    refused("\"price\": \"8.60\"", "\"prize\": \"8.60\"", MONDAY, "lines[0].prize", "not known");
    refused("\"price\": \"8.60\"", "\"price\": 8.60", MONDAY, "lines[0].price", "\"12.5\"");
    refused("\"price\": \"8.60\"", "\"price\": \"-1\"", MONDAY, "lines[0].price", "");
    refused("\"both at once\"", "\"\"", MONDAY, "requirements[0].text", "");
    refused("{\"customer\"", "[{\"customer\"", MONDAY, "", "");
}

TEST(the_start_is_a_monday) {
    arena_t *arena = arena_new(0);
    order_file_t order;
    problem_t problem = {0};
    assert_int_equal(reading(whole, MONDAY + 1, arena, &order, &problem), -1);
    assert_int_equal(problem.reason, REASON_USAGE);
    arena_destroy(&arena);
}

TEST(an_order_of_10_mb_is_refused) {
    size_t n = 10 * 1024 * 1024 + 1;
    char *text = malloc(n + 1);
    assert_non_null(text);
    memset(text, ' ', n);
    text[n] = '\0';
    arena_t *arena = arena_new(0);
    order_file_t order;
    problem_t problem = {0};
    assert_int_equal(reading(text, MONDAY, arena, &order, &problem), -1);
    assert_int_equal(problem.reason, REASON_TOO_LARGE);
    free(text);
    arena_destroy(&arena);
}
