/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules: what notify.cfg may say, where mails go, and the hours of the company's day.
 */
#include "daemons/notifier/rules.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/moment.h"
#include "daemons/notifier/contacts.h"
#include "daemons/notifier/facts.h"
#include "daemons/notifier/glossary.h"
#include "tests/unit/harness.h"

#define HEAD "sender = \"c@wuyou.example.com\";\n"

static rules_t *read_text(const char *text, problem_t *problem) {
    char path[400];
    snprintf(path, sizeof path, "%s/notify.cfg", harness_folder());
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return rules_read(path, problem);
}

static rules_t *right(const char *text) {
    problem_t problem = {0};
    rules_t *rules = read_text(text, &problem);
    if (!rules)
        fail_msg("%s: %s (line %u)", problem.field, problem.detail, problem.line);
    return rules;
}

static void wrong(const char *text, unsigned line, const char *field) {
    problem_t problem = {0};
    rules_t *rules = read_text(text, &problem);
    assert_null(rules);
    assert_int_equal(problem.reason, REASON_CONFIGURATION);
    assert_string_equal(problem.field, field);
    assert_int_equal(problem.line, line);
}

TEST(the_shipped_rules_are_right) {
    problem_t problem = {0};
    rules_t *rules = rules_read("config/notify.cfg", &problem);
    assert_non_null(rules);
    assert_in_range(rules->rules_n, 20, 60);
    rules_destroy(&rules);
}

TEST(a_rule_names_an_event_and_people) {
    rules_t *rules =
        right(HEAD "rules = ( { name = \"a\"; event = \"round.opened\"; template = \"asked\";"
                   " to = [ \"waiting\", \"role:sales.head\", \"person:yiming\" ]; } );");
    const rule_t *rule = rules_find(rules, TEXT("a"));
    assert_non_null(rule);
    assert_int_equal(rule->kind, KIND_ROUND_OPENED);
    assert_int_equal(rule->whom_n, 3);
    assert_int_equal(rule->whom[1].type, WHOM_ROLE);
    assert_true(text_is(rule->whom[1].key, "sales.head"));
    assert_null(rules_find(rules, TEXT("b")));
    rules_destroy(&rules);
}

TEST(what_is_wrong_is_named_with_its_line) {
    wrong("rules = ();", 0, "sender");
    wrong(HEAD "colour = 1;", 2, "colour");
    wrong(HEAD "sender_name = 1;", 2, "sender_name");
    wrong("sender = \"nobody\";", 1, "sender");
    wrong("sender = \"a@b\\nBcc: c@d\";", 1, "sender");
    wrong(HEAD "quiet_from = \"22:00\";", 0, "quiet_to");
    wrong(HEAD "digest_at = \"8 Uhr\";", 2, "digest_at");
    wrong(HEAD "in_flight = 1000;", 2, "in_flight");
    wrong(HEAD "relay = { hots = \"a\"; };", 2, "relay.hots");
    wrong(HEAD "people = ( { handle = \"a\"; address = \"a b\"; } );", 2, "address");
    wrong(HEAD "rules = [ 1 ];", 2, "rules");
    wrong(HEAD "rules = ( 1 );", 2, "rules");
    wrong(HEAD "rules = ( { name = \"a\"; } );", 2, "event");
    wrong(HEAD
          "rules = (\n{ name = \"a\"; event = \"x\"; to = [ \"waiting\" ]; template = \"t\"; } );",
          3, "event");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"person.enrol\"; to = [ \"waiting\" ]; template "
               "= \"t\"; } );",
          2, "event");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"notify.drop\"; to = [ \"waiting\" ]; template "
               "= \"t\"; } );",
          2, "event");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ ]; template = \"t\"; } );",
          2, "to");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ \"waiting\" ]; } );", 2,
          "template");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ \"role:\" ]; template = "
               "\"t\"; } );",
          2, "to");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ \"waiting:x\" ]; template "
               "= \"t\"; } );",
          2, "to");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ \"waiting\" ]; template = "
               "\"t\"; hook = \"shell\"; } );",
          2, "hook");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ \"waiting\" ]; template = "
               "\"t\"; severity = \"bad\"; } );",
          2, "severity");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ \"waiting\" ]; template = "
               "\"t\"; kinds = [ \"x\" ]; } );",
          2, "kinds");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.sign\"; hook = \"exec\"; program = "
               "\"/bin/true\"; template = \"t\"; } );",
          2, "to");
    wrong(HEAD
          "rules = ( { name = \"a\"; event = \"round.sign\"; to = [ \"waiting\" ]; template = "
          "\"t\"; },\n"
          "{ name = \"a\"; event = \"round.sign\"; to = [ \"waiting\" ]; template = \"t\"; } );",
          3, "name");
}

TEST_CLAUSE(customers_are_told_of_milestones_alone, "QP21-4.5b", REFUSAL) {
    wrong(HEAD "rules = ( { name = \"a\"; event = \"round.verdict\"; to = [ \"customer\" ]; "
               "template = \"t\"; } );",
          2, "to");
    wrong(HEAD "rules = ( { name = \"a\"; event = \"order.amend\"; to = [ \"customer\", "
               "\"waiting\" ]; template = \"t\"; } );",
          2, "to");
    assert_true(facts_known(TEXT("number"), true));
    assert_false(facts_known(TEXT("reason"), true));
    assert_false(facts_known(TEXT("outcome"), true));
    assert_true(facts_known(TEXT("reason"), false));
}

TEST(people_are_found_by_handle_but_for_exceptions) {
    char address[320];
    rules_t *rules = right(HEAD "domain = \"wuyou.example.com\"; people = ("
                                " { handle = \"lin\"; address = \"lin@elsewhere.example.com\"; },"
                                " { handle = \"tang\"; language = \"en\"; } );");
    assert_string_equal(rules_address(rules, TEXT("song"), address), "song@wuyou.example.com");
    assert_string_equal(rules_address(rules, TEXT("lin"), address), "lin@elsewhere.example.com");
    assert_string_equal(rules_address(rules, TEXT("tang"), address), "tang@wuyou.example.com");
    assert_string_equal(rules_language(rules, TEXT("song")), "zh_CN");
    assert_string_equal(rules_language(rules, TEXT("tang")), "en");
    assert_string_equal(rules->message_domain, "wuyou.example.com");
    rules_destroy(&rules);
    rules = right(HEAD);
    assert_string_equal(rules_address(rules, TEXT("song"), address), "");
    rules_destroy(&rules);
}

static moment_t at(const char *text) {
    moment_t moment;
    assert_true(moment_parse(text_of(text), &moment));
    return moment;
}

TEST(quiet_hours_are_the_companys_and_go_over_midnight) {
    rules_t *rules = right(HEAD "quiet_from = \"22:00\"; quiet_to = \"07:00\";");
    moment_t end = at("2026-11-28T07:00:00+08:00"), day = at("2026-11-28T12:00:00+08:00");
    assert_int_equal(rules_quiet_end(rules, at("2026-11-27T22:00:00+08:00"), 480), end);
    assert_int_equal(rules_quiet_end(rules, at("2026-11-28T06:59:59+08:00"), 480), end);
    assert_int_equal(rules_quiet_end(rules, end, 480), end);
    assert_int_equal(rules_quiet_end(rules, day, 480), day);
    rules_destroy(&rules);
    rules = right(HEAD);
    assert_int_equal(rules_quiet_end(rules, at("2026-11-27T23:00:00+08:00"), 480),
                     at("2026-11-27T23:00:00+08:00"));
    rules_destroy(&rules);
}

TEST(collected_mails_go_at_the_next_hour_set) {
    rules_t *rules = right(HEAD "digest_at = \"08:00\";");
    moment_t next = at("2026-11-28T08:00:00+08:00");
    assert_int_equal(rules_digest_next(rules, at("2026-11-27T08:00:00+08:00"), 480), next);
    assert_int_equal(rules_digest_next(rules, at("2026-11-28T07:59:30+08:00"), 480), next);
    rules_destroy(&rules);
}

TEST(auditors_get_the_days_checkpoint_and_no_more_than_is_said) {
    rules_t *rules = right(HEAD "auditors = ( { name = \"bank\"; address = \"a@b.example\"; } ); rules = ( );");
    moment_t noon = at("2026-11-27T12:00:00+08:00"), evening = at("2026-11-27T18:00:00+08:00");
    assert_string_equal(rules_auditor(rules, TEXT("bank"))->address, "a@b.example");
    assert_null(rules_auditor(rules, TEXT("certifier")));
    assert_int_equal(rules_checkpoint_next(rules, noon, 480), evening);
    assert_int_equal(rules_checkpoint_next(rules, evening, 480), at("2026-11-28T18:00:00+08:00"));
    rules_destroy(&rules);
    rules = right(HEAD "checkpoint_minutes = 60; rules = ( );");
    assert_int_equal(rules_checkpoint_next(rules, noon, 480), at("2026-11-27T13:00:00+08:00"));
    assert_int_equal(rules_checkpoint_next(rules, at("2026-11-27T17:30:00+08:00"), 480), evening);
    rules_destroy(&rules);
    rules = right(HEAD "checkpoint_at = \"\"; checkpoint_minutes = 15; rules = ( );");
    assert_int_equal(rules_checkpoint_next(rules, evening, 480), at("2026-11-27T18:15:00+08:00"));
    rules_destroy(&rules);
#define AUDITOR(text) HEAD "rules = ( );\nauditors = (\n{ " text " } );"
    wrong(AUDITOR("name = \"a\";"), 4, "address");
    wrong(AUDITOR("name = \"a\"; address = \"nobody\";"), 4, "address");
    wrong(AUDITOR("name = \"a@b.example\"; address = \"a@b.example\";"), 4, "name");
    wrong(AUDITOR("name = \"a\"; address = \"a@b.example\"; }, { name = \"a\"; address = \"c@b.example\";"), 4, "name");
    wrong(HEAD "checkpoint_at = \"\";\nrules = ( ); auditors = ( { name = \"a\"; address = \"a@b.example\"; } );", 2,
          "checkpoint_at");
    wrong(HEAD "checkpoint_at = \"6 Uhr\";", 2, "checkpoint_at");
}

TEST(an_address_is_found_in_what_people_wrote) {
    static const struct {
        const char *text, *address;
    } rows[] = {{"采购 buyer@C01.example.com", "buyer@C01.example.com"},
                {"王工 <wang.gong+a@b-c.example.com>, 电话 023", "wang.gong+a@b-c.example.com"},
                {"写信到a@b.example.com。", "a@b.example.com"},
                {"a@b.example.com.", "a@b.example.com"},
                {"没有邮箱", ""},
                {"@example.com", ""},
                {"a@", ""},
                {"a@localhost", ""},
                {"", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char address[ADDRESS_ROOM];
        contact_address(text_of(rows[i].text), address);
        assert_string_equal(address, rows[i].address);
    }
}

TEST(words_without_translations_stay_as_they_are) {
    glossary_t *glossary = glossary_open("/nowhere", "zh_CN");
    assert_true(glossary_empty(glossary));
    assert_true(text_is(glossary_word(glossary, "kind", "round.sign"), "round.sign"));
    glossary_close(&glossary);
}
