/* SPDX-License-Identifier: Apache-2.0
 *
 * The procedure's configuration file: the shipped one is sound, and mistakes are told with file and
 * line.
 */
#include <stdlib.h>

#include "common/base/moment.h"
#include "common/crypto/hash.h"
#include "common/exchange/procedure_file.h"
#include "tests/unit/exchange/files.h"

#define SHIPPED "config/procedure.cfg"

static char *shipped(void) {
    FILE *file = fopen(SHIPPED, "rb");
    assert_non_null(file);
    char *text = calloc(1, 65536);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}

static unsigned line_at(const char *text, const char *at) {
    unsigned line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

/* The shipped file with its first `from` replaced: refused at that line, saying `detail`. */
static void refused(const char *from, const char *to, const char *detail) {
    char *text = shipped(), *at = strstr(text, from);
    assert_non_null(at);
    buffer_t changed = {0};
    buffer_put(&changed, text, (size_t) (at - text));
    buffer_text(&changed, to);
    buffer_text(&changed, at + strlen(from));
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    assert_int_equal(procedure_file_read(file_of_bytes("p.cfg", changed.p, changed.n), arena,
                                         &procedure, &problem),
                     -1);
    assert_contains(problem.file, "p.cfg");
    assert_contains(problem.detail, detail);
    if (problem.line != line_at(text, at))
        fail_msg("line %u, not %u: %s: %s", problem.line, line_at(text, at), problem.field,
                 problem.detail);
    arena_destroy(&arena);
    buffer_free(&changed);
    free(text);
}

static const struct role *role_named(const struct procedure *procedure, const char *key) {
    for (size_t i = 0; i < procedure->roles.n; i++)
        if (text_is(procedure->roles.at[i].key, key))
            return &procedure->roles.at[i];
    return NULL;
}

TEST_CLAUSE(the_shipped_procedure_is_sound, "QP21-5", RULE) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    if (procedure_file_read(SHIPPED, arena, &procedure, &problem) != 0)
        fail_msg("%s:%u: %s: %s", problem.file, problem.line, problem.field, problem.detail);
    assert_text(procedure.document, "QP21");
    assert_text(procedure.edition, "A/0");
    assert_text(procedure.approver, "江怀远");
    assert_int_equal(procedure.effective, day_from_civil(2026, 1, 1));
    assert_int_equal(procedure.offset_minutes, 480);
    assert_text(procedure.order_prefix, "DD");
    assert_text(procedure.customer_prefix, "KH");
    assert_true(procedure.four_eyes);
    assert_int_equal(procedure.oral_channels.n, 2);
    assert_int_equal(procedure.oral_channels.at[1], CHANNEL_ORAL);
    assert_int_equal(procedure.departments.n, 8);
    assert_int_equal(procedure.special.n, 6);
    assert_int_equal(procedure.special.at[1].test, SPECIAL_NOT_STANDARD);
    assert_text(procedure.special.at[1].order_class, "special");
    char *text = shipped();
    digest_t expected = hash_bytes((bytes_t){(const uint8_t *) text, strlen(text)});
    assert_true(digest_equal(procedure.source, expected));
    free(text);
    arena_destroy(&arena);
}

TEST_CLAUSE(special_orders_are_signed_in_the_shipped_order, "QP21-3.5", RULE) {
    static const enum meaning meanings[] = {MEANING_COMPLETE, MEANING_APPROVE, MEANING_CONTRACT,
                                            MEANING_CUSTOMER};
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    assert_int_equal(procedure_file_read(SHIPPED, arena, &procedure, NULL), 0);
    const struct review_class *special = &procedure.classes.at[1];
    assert_text(special->key, "special");
    assert_text(special->convener, "management.deputy");
    assert_int_equal(special->reviewers.n, 5);
    assert_int_equal(special->reviewers.at[0].mode, MODE_ASSIST);
    assert_int_equal(special->steps.n, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(special->steps.at[i].meaning, meanings[i]);
    assert_text(special->steps.at[1].role, "management.general");
    const struct role *head = role_named(&procedure, "sales.head");
    assert_non_null(head);
    assert_in_range(head->may.n, 8, 32);
    assert_int_equal(head->may.at[2], ACT_CUSTOMER_CONFIRM);
    arena_destroy(&arena);
}

TEST_CLAUSE(the_shipped_classes_of_feedback_are_those_of_the_procedure, "QP21-4.6b", RULE) {
    static const struct {
        const char *key;
        size_t reviewers, steps, before;
        bool actions_first;
    } classes[] = {{"complaint-grave", 6, 2, 3, true},
                   {"complaint", 6, 1, 3, true},
                   {"claim", 3, 2, 2, true},
                   {"opinion", 6, 0, 1, false},
                   {"enquiry", 0, 0, 0, false}};
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    assert_int_equal(procedure_file_read(SHIPPED, arena, &procedure, NULL), 0);
    assert_text(procedure.complaint_prefix, "TS");
    assert_text(procedure.feedback_prefix, "FK");
    assert_int_equal(procedure.complaint_months, 12);
    assert_int_equal(procedure.feedback.n, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct review_class *class = &procedure.feedback.at[i];
        assert_text(class->key, classes[i].key);
        assert_int_equal(class->reviewers.n, classes[i].reviewers);
        assert_int_equal(class->steps.n, classes[i].steps);
        assert_int_equal(class->before.n, classes[i].before);
        assert_int_equal(class->actions_first, classes[i].actions_first);
    }
    const struct review_class *grave = &procedure.feedback.at[0];
    assert_int_equal(grave->severity, SEVERITY_CRITICAL);
    assert_true(grave->safety);
    assert_int_equal(grave->steps.at[0].meaning, MEANING_DISPOSITION);
    assert_text(grave->steps.at[1].role, "management.general");
    assert_int_equal(grave->before.at[2], STAGE_CONTAINED);
    assert_int_equal(procedure.feedback.at[3].kinds.at[1], FEEDBACK_DEALER);
    assert_text(procedure.departments.at[4].complaint_assessor, "recurrence");
    arena_destroy(&arena);
}

/* Quality alone lowers what touches safety, and whoever sells does not verify effects unseen. */
TEST_CLAUSE(the_shipped_roles_may_what_the_procedure_gives_them, "QP21-3", RULE) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    size_t lower = 0;
    assert_int_equal(procedure_file_read(SHIPPED, arena, &procedure, NULL), 0);
    for (size_t i = 0; i < procedure.roles.n; i++)
        for (size_t k = 0; k < procedure.roles.at[i].may.n; k++)
            if (procedure.roles.at[i].may.at[k] == ACT_LOWER) {
                assert_text(procedure.roles.at[i].department, "quality");
                lower++;
            }
    assert_int_equal(lower, 1);
    arena_destroy(&arena);
}

TEST(mistakes_in_classes_of_feedback_are_refused_at_their_line) {
    refused("kinds = [ \"claim\" ];", "kinds = [ \"clam\" ];", "\"clam\"");
    refused("severity = \"critical\"; safety", "severity = \"deadly\"; safety", "minor, major");
    refused("before = [ \"assess\" ];", "before = [ \"guess\" ];", "\"guess\"");
    refused("  { key = \"claim\"; zh = \"索赔\";", "  { key = \"complaint\"; zh = \"索赔\";",
            "there twice");
    refused("    signatures = ( { meaning = \"disposition\"; role = \"quality.manager\";",
            "    signatures = ( { meaning = \"contract\"; role = \"quality.manager\";",
            "no signature on a disposition");
    refused("complaint_assessor = \"promise\";", "complaint_assessor = \"completeness\";",
            "a rule for other cases");
}

TEST(the_shipped_working_time_is_five_days_with_a_break) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    assert_int_equal(procedure_file_read(SHIPPED, arena, &procedure, NULL), 0);
    assert_int_equal(procedure.working.n, 2);
    assert_int_equal(procedure.working.at[1].days.n, 5);
    assert_int_equal(procedure.working.at[1].days.at[4], WEEKDAY_FRIDAY);
    assert_text(procedure.working.at[1].from, "13:30");
    assert_int_equal(procedure.customer_told.n, 8);
    assert_int_equal(procedure.customer_told.at[7], MILESTONE_CLOSED);
    assert_text(procedure.quiet_from, "22:00");
    arena_destroy(&arena);
}

TEST(mistakes_in_times_are_refused_at_their_line) {
    refused("days = [ \"monday\"", "days = [ \"moonday\"", "\"moonday\"");
    refused("from = \"13:30\"", "from = \"18:30\"", "18:30 is not before its end");
    refused("to = \"12:00\"", "to = \"12:60\"", "12:60 is no time of day");
    refused("to = \"12:00\"", "to = \"noon\"", "");
    refused("  quiet_to = \"07:00\";", "  quiet_to = \"7.00h\";", "7.00h is no time of day");
    refused("  customer_told = [ \"registered\"", "  customer_told = [ \"rejected\"", "\"rejected\"");
}

TEST(unknown_keys_are_refused_everywhere) {
    refused("  edition = ", "  editing = ", "not known");
    refused("  { key = \"warehouse\";  zh", "  { key = \"warehouse\"; colour = \"red\"; zh",
            "not known");
    refused("  { test = \"product-unknown\";", "  { text = \"product-unknown\";", "not known");
    refused("special = (", "peculiar = (", "not known");
    refused("  four_eyes = true;", "  source = \"00\";", "not known");
}

TEST(wrong_words_and_types_are_refused) {
    refused("mode = \"auto\"; }, { department = \"planning\"",
            "mode = \"automatic\"; }, { department = \"planning\"", "manual, assist, auto");
    refused("\"register\", \"classify\"", "\"register\", \"clasify\"", "\"clasify\"");
    refused("  four_eyes = true;", "  four_eyes = 1;", "true or false");
    refused("  utc_offset_minutes = 480;", "  utc_offset_minutes = \"480\";", "whole number");
    refused("  effective = \"2026-01-01\";", "  effective = \"1.1.2026\";", "day");
    refused("  document = \"QP21\";", "  document = \"\";", "");
    refused("  edition = \"A/0\";", "  edition = \"A/0\"; edition = \"A/1\";", "duplicate");
    refused("  edition = \"A/0\";", "  edition = A/0;", "syntax");
}

TEST_CLAUSE(an_inconsistent_procedure_is_refused_at_its_line, "QP21-5", REFUSAL) {
    refused("  { key = \"warehouse\";", "  { key = \"sales\";", "");
    refused("    convener = \"management.deputy\";", "    convener = \"management.nobody\";",
            "nobody");
    refused("    signatures = ( { meaning = \"complete\"; role = \"management.deputy\";",
            "    signatures = ( { meaning = \"complete\"; role = \"management.nobody\";", "nobody");
    refused("{ test = \"line-modified\";            class = \"special\"; }",
            "{ test = \"line-modified\"; class = \"strange\"; }", "strange");
}

TEST(included_files_are_refused) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    assert_int_equal(procedure_file_read(file_of("i.cfg", "@include \"other.cfg\"\n"), arena,
                                         &procedure, &problem),
                     -1);
    assert_contains(problem.detail, "@include");
    assert_int_equal(
        procedure_file_read(file_of("e.cfg", "classes = ( );\n"), arena, &procedure, &problem), -1);
    assert_contains(problem.detail, "\"procedure\"");
    arena_destroy(&arena);
}
