/* SPDX-License-Identifier: Apache-2.0
 *
 * Complaints and other feedback as JSON files: what the writer may leave to the reader, and what is
 * refused.
 */
#include "common/base/moment.h"
#include "common/exchange/feedback_file.h"
#include "common/exchange/json.h"
#include "tests/unit/exchange/files.h"

static const char whole[] =
    "{\"customer\": \"C05\", \"order\": \"DD2026-0003\", \"contact\": \"Wang, 138\",\n"
    " \"medium\": \"fax\", \"received\": \"2026-11-27T08:00:00Z\", \"product\": \"P04\",\n"
    " \"lot\": \"L-P04-022\", \"delivered\": 600, \"affected\": \"120\", \"unit\": \"pcs\",\n"
    " \"text\": \"rusty journals\", \"attachments\": [\"photo.jpg\", \"/tmp/letter.pdf\"]}";

static int reading(const char *text, enum feedback_kind kind, arena_t *arena, feedback_file_t *out,
                   problem_t *problem) {
    return feedback_file_read(file_of("f.json", text), kind, arena, out, problem);
}

/* The whole with `to` in the place of `from`; good until the next call. */
static const char *with(const char *from, const char *to) {
    static char text[2048];
    const char *at = strstr(whole, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int) (at - whole), whole, to, at + strlen(from));
    return text;
}

static void refused(const char *from, const char *to, const char *field, const char *detail) {
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    problem_t problem = {0};
    assert_int_equal(reading(with(from, to), FEEDBACK_COMPLAINT, arena, &feedback, &problem), -1);
    assert_string_equal(problem.field, field);
    assert_contains(problem.detail, detail);
    assert_contains(problem.file, "f.json");
    arena_destroy(&arena);
}

TEST(a_complaint_is_read_whole) {
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    problem_t problem = {0};
    if (reading(whole, FEEDBACK_COMPLAINT, arena, &feedback, &problem) != 0)
        fail_msg("%s: %s", problem.field, problem.detail);
    assert_text(feedback.customer, "C05");
    assert_text(feedback.order, "DD2026-0003");
    assert_text(feedback.contact, "Wang, 138");
    assert_int_equal(feedback.content.kind, FEEDBACK_COMPLAINT);
    assert_int_equal(feedback.content.medium, MEDIUM_FAX);
    assert_int_equal(feedback.content.delivered, 600 * DECIMAL_ONE);
    assert_int_equal(feedback.content.affected, 120 * DECIMAL_ONE);
    assert_int_equal(moment_day(feedback.content.received, 0), day_from_civil(2026, 11, 27));
    assert_true(ident_none(feedback.content.customer) && ident_none(feedback.content.order));
    assert_true(digest_none(feedback.content.contact));
    assert_int_equal(feedback.content.attachments.n, 0);
    arena_destroy(&arena);
}

TEST(attachments_lie_beside_the_file) {
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    char beside[300];
    assert_int_equal(reading(whole, FEEDBACK_COMPLAINT, arena, &feedback, NULL), 0);
    snprintf(beside, sizeof beside, "%s/photo.jpg", harness_folder());
    assert_int_equal(feedback.attachments.n, 2);
    assert_text(feedback.attachments.at[0], beside);
    assert_text(feedback.attachments.at[1], "/tmp/letter.pdf");
    arena_destroy(&arena);
}

TEST(when_it_came_may_be_left_to_the_reader) {
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    const char *text = with("\"received\": \"2026-11-27T08:00:00Z\", ", "");
    assert_int_equal(reading(text, FEEDBACK_COMPLAINT, arena, &feedback, NULL), 0);
    assert_int_equal(feedback.content.received, 0);
    arena_destroy(&arena);
}

TEST(what_the_document_says_it_is_goes_first) {
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    problem_t problem = {0};
    const char *claim = with("\"medium\"", "\"kind\": \"claim\", \"medium\"");
    assert_int_equal(reading(claim, FEEDBACK_COMPLAINT, arena, &feedback, NULL), 0);
    assert_int_equal(feedback.content.kind, FEEDBACK_CLAIM);
    assert_int_equal(reading(whole, FEEDBACK_PRAISE, arena, &feedback, NULL), 0);
    assert_int_equal(feedback.content.kind, FEEDBACK_PRAISE);
    assert_int_equal(reading(whole, feedback_kind_unset, arena, &feedback, &problem), -1);
    assert_string_equal(problem.field, "kind");
    arena_destroy(&arena);
}

TEST(mistakes_are_told_by_their_path) {
    refused("\"customer\": \"C05\", ", "", "customer", "number, code or name");
    refused("\"customer\": \"C05\"", "\"customer\": 5", "customer", "text");
    refused("\"order\": \"DD2026-0003\"", "\"order\": 3", "order", "text");
    refused("\"fax\"", "\"pigeon\"", "medium", "telephone");
    refused("\"medium\": \"fax\", ", "", "medium", "");
    refused("\"2026-11-27T08:00:00Z\"", "\"yesterday\"", "received", "instant");
    refused("\"120\"", "1.5", "affected", "\"12.5\"");
    refused("\"120\"", "\"-1\"", "affected", "");
    refused("\"rusty journals\"", "\"\"", "text", "");
    refused("\"lot\"", "\"batch\"", "batch", "not known");
    refused("[\"photo.jpg\", \"/tmp/letter.pdf\"]", "\"photo.jpg\"", "attachments", "list");
    refused("\"photo.jpg\"", "7", "attachments", "list");
    refused("{\"customer\"", "[{\"customer\"", "", "");
}

TEST(what_is_no_json_is_told_by_its_line) {
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    problem_t problem = {0};
    const char *text = with("\"medium\": \"fax\"", "\"medium\" \"fax\"");
    assert_int_equal(reading(text, FEEDBACK_COMPLAINT, arena, &feedback, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_int_equal(problem.line, 2);
    arena_destroy(&arena);
}

TEST(no_more_than_twenty_files_go_with_it) {
    char list[512] = "[\"1\"", text[1024];
    size_t n = strlen(list);
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    problem_t problem = {0};
    for (int i = 0; i < 20; i++)
        n += (size_t) snprintf(list + n, sizeof list - n, ", \"x\"");
    snprintf(list + n, sizeof list - n, "]");
    snprintf(text, sizeof text, "%s", with("[\"photo.jpg\", \"/tmp/letter.pdf\"]", list));
    assert_int_equal(reading(text, FEEDBACK_COMPLAINT, arena, &feedback, &problem), -1);
    assert_string_equal(problem.field, "attachments");
    assert_contains(problem.detail, "20");
    arena_destroy(&arena);
}

TEST(what_is_from_no_file_has_no_folder) {
    arena_t *arena = arena_new(0);
    feedback_file_t feedback;
    problem_t problem = {0};
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:[s]}", "customer", "C05", "medium", "visit", "text",
                  "20 pieces short", "attachments", "photo.jpg");
    assert_int_equal(feedback_file_take(json, FEEDBACK_COMPLAINT, arena, &feedback, &problem), 0);
    assert_text(feedback.attachments.at[0], "photo.jpg");
    assert_text(feedback.content.text, "20 pieces short");
    json_decref(json);
    arena_destroy(&arena);
}
