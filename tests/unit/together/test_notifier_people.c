/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom the rules of the notifier reach: conditions, whoever the case waits for, nobody twice, nobody
 * who is no longer waited for; programs.
 */
#include "tests/unit/together/told_scene.h"

#define RULE(name, event, more) \
    "{ name = \"" name "\"; event = \"" event "\"; template = \"told\"; " more " }"
#define TO_QUALITY "to = [ \"department:quality\" ];"
#define TO_WAITING "to = [ \"waiting\" ];"

TEST(a_rule_with_conditions_speaks_of_what_fits_alone) {
    told_t *s = told_new(
        "conditions",
        RULES_HEAD "rules = ( " RULE("praise", "feedback.register", TO_QUALITY " kinds = [ \"praise\" ];") ", " RULE(
            "order", "feedback.register",
            TO_QUALITY
            " case = \"order\";") ", " RULE("safe", "feedback.register",
                                            TO_QUALITY
                                            " safety = true;") ", " RULE("class",
                                                                         "feedback.register",
                                                                         TO_QUALITY
                                                                         " classes = [ \"enquiry\" "
                                                                         "];") ", " RULE("right",
                                                                                         "feedback."
                                                                                         "register",
                                                                                         TO_QUALITY
                                                                                         " kinds = "
                                                                                         "[ "
                                                                                         "\"complai"
                                                                                         "nt\" ]; "
                                                                                         "classes "
                                                                                         "= [ "
                                                                                         "\"complai"
                                                                                         "nt\" ];") " );\n");
    note_t note;
    told_complain(s, "first", 5000);
    assert_int_equal(mails_to(QUALITY), 1);
    assert_int_equal(queue_list(told_notifier(s)->queue, 0, true, &note, 1), 1);
    assert_string_equal(note.rule, "right");
    told_destroy(s);
}

TEST(nobody_is_told_twice_of_one_act_nor_of_their_own) {
    told_t *s = told_new(
        "once",
        RULES_HEAD "rules = ( " RULE("a", "feedback.register", TO_QUALITY) ", " RULE(
            "b", "feedback.register",
            TO_WAITING) ", " RULE("own", "feedback.register",
                                  "to = [ \"registrant\", \"person:linxiaohe\" ];") " );\n");
    told_complain(s, "first", 5000);
    assert_int_equal(mails_to(QUALITY), 1); /* of the department, and waited for */
    assert_int_equal(mails_to("linxiaohe@wuyou.example.com"), 0);
    told_destroy(s);
}

TEST(who_has_left_is_not_told) {
    told_t *s = told_new("left", RULES_HEAD
                         "rules = ( " RULE("a", "feedback.register", TO_QUALITY) " );\n");
    struct revoke body = {.reason = TEXT("retired")};
    told_submit(s, s->company->administrator, s->company->administrator_id,
                company_ident(s->company), KIND_PERSON_REVOKE, s->quality, &body);
    told_listen(s, 3000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    told_complain(s, "first", 5000);
    assert_int_equal(played.asked, 0);
    told_destroy(s);
}

/* Waited for when it was queued, no more when it would have been sent: no mail, and no outcome. */
TEST(who_is_no_longer_waited_for_gets_no_mail) {
    told_t *s = told_at("no-longer",
                        RULES_HEAD "quiet_from = \"22:00\"; quiet_to = \"07:00\";"
                                   " rules = ( " RULE("w", "feedback.register", TO_WAITING) " );\n",
                        6);
    told_complain(s, "first", 10000);
    assert_in_range(told_counts(s).of[NOTE_WAITING], 1, 4);
    struct revoke body = {.reason = TEXT("retired")};
    told_submit(s, s->company->administrator, s->company->administrator_id,
                company_ident(s->company), KIND_PERSON_REVOKE, s->quality, &body);
    told_listen(s, 50 * MINUTE_MS);
    assert_int_equal(mails_to(QUALITY), 0);
    assert_int_equal(told_outcomes(s).n, played.n);
    told_destroy(s);
}

TEST(a_program_is_given_the_event_without_what_not_everybody_reads) {
    char rules[1200], program[300];
    snprintf(program, sizeof program, "%s/teller", harness_folder());
    FILE *file = fopen(program, "we");
    assert_non_null(file);
    fputs("#!/bin/sh\n", file);
    fclose(file);
    assert_int_equal(chmod(program, 0755), 0);
    snprintf(rules, sizeof rules,
             RULES_HEAD
             "programs = [ \"%s\" ]; rules = ( { name = \"p\"; event = \"feedback.register\";"
             " hook = \"exec\"; program = \"%s\"; } );\n",
             program, program);
    told_t *s = told_new("program", rules);
    told_complain(s, "a bag was torn", 5000);
    assert_int_equal(played.n, 1);
    assert_string_equal(played.at[0].to, program);
    assert_non_null(strstr(played.at[0].content, "\"number\":\"TS2026-0001\""));
    assert_non_null(strstr(played.at[0].content, "a bag was torn"));
    assert_null(strstr(played.at[0].content, "\"contact\""));
    assert_int_equal(told_outcomes(s).n, 1);
    told_destroy(s);
}
