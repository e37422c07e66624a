/* SPDX-License-Identifier: Apache-2.0
 *
 * Feedback that is looked at again: reopened, assessed anew, amended, read as something else.
 */
#include "common/domain/feedback_rules.h"
#include "tests/unit/domain/feedback_desk.h"

static void is(const feedback_t *feedback, feedback_state_t state) {
    assert_string_equal(feedback_state_name(feedback->state), feedback_state_name(state));
}

static void numbered(const feedback_t *feedback, const char *number) {
    assert_true(text_is(feedback->head.number, number));
}

TEST_CLAUSE(reopened_it_is_looked_into_anew, "ISO-10002", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_closed(desk);
    OK(desk_reopen(desk, feedback, desk->jiang));
    is(feedback, FEEDBACK_IN_REVIEW);
    numbered(feedback, "TS2026-0001");
    assert_int_equal(feedback->head.rounds_n, 2);
    assert_true(feedback->head.rounds[0].superseded);
    assert_int_equal(case_round(&feedback->head)->verdicts_n, 0);
    assert_false(feedback->has_answer);
    assert_int_equal(feedback->disposed, 0);
    assert_int_equal(feedback->closed.n, 1);
    assert_int_equal(feedback->head.actions.n, 1); /* what was done stays done */
    desk_all_find(desk, feedback, VERDICT_OURS);
    OK(desk_dispose_with(desk, feedback, desk->yan, desk->deng));
    OK(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION));
    OK(desk_answer(desk, feedback, desk->lin));
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_AGREED), ACTION_OPEN);
    OK(desk_report(desk, feedback, desk->deng, 2));
    OK(desk_verify(desk, feedback, desk->yan, 2, true));
    OK(desk_close(desk, feedback, desk->song, ENDING_AGREED));
    desk_destroy(&desk);
}

TEST(reopened_after_its_answer_it_waits_for_another_one) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_ENQUIRY);
    OK(desk_answer(desk, feedback, desk->lin));
    OK(desk_reopen(desk, feedback, desk->song));
    is(feedback, FEEDBACK_TO_ANSWER);
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_AGREED), NOT_ANSWERED);
    OK(desk_answer(desk, feedback, desk->lin));
    OK(desk_close(desk, feedback, desk->song, ENDING_AGREED));
    desk_destroy(&desk);
}

/* ---- assessed anew ---- */

TEST_CLAUSE(the_assessment_names_who_is_asked, "complaint-review", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    struct triage triage = {.severity = SEVERITY_MAJOR,
                            .departments = desk_texts(desk, "quality production")};
    OK(desk_find(desk, feedback, desk->deng, "purchasing", VERDICT_NOT_OURS));
    OK(desk_triage(desk, feedback, desk->yan, triage));
    const round_t *round = case_round(&feedback->head);
    assert_int_equal(feedback->head.rounds_n, 2); /* others are asked: begun anew */
    assert_int_equal(round->departments.n, 2);
    assert_false(round_asks(round, TEXT("purchasing")));
    OK(desk_find(desk, feedback, desk->qin, "production", VERDICT_OURS));
    triage.departments = desk_texts(desk, "production quality");
    triage.urgent = triage.complex = true;
    OK(desk_triage(desk, feedback, desk->yan, triage));
    assert_int_equal(feedback->head.rounds_n, 2); /* the same ones are asked: it goes on */
    assert_int_equal(case_round(&feedback->head)->verdicts_n, 1);
    OK(desk_assess(desk, feedback, desk->yan, SEVERITY_CRITICAL)); /* all of another class */
    assert_int_equal(feedback->head.rounds_n, 3);
    assert_int_equal(case_round(&feedback->head)->departments.n, 4);
    desk_destroy(&desk);
}

TEST_CLAUSE(graver_than_thought_it_is_reviewed_by_the_graver_class, "ISO-10002", RULE) {
    desk_t *desk = desk_new_feedback();
    desk->procedure.feedback.at[CLASS_COMPLAINT].before.n = 1; /* acknowledged: reviewed at once */
    desk_adopt(desk);
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_acknowledge(desk, feedback, desk->lin));
    assert_int_equal(feedback->head.rounds_n, 1);
    is(feedback, FEEDBACK_IN_REVIEW);
    OK(desk_assess(desk, feedback, desk->song, SEVERITY_MINOR)); /* assessed during its review */
    assert_int_equal(feedback->head.rounds_n, 1);
    OK(desk_triage(desk, feedback, desk->song,
                   (struct triage){.severity = SEVERITY_MINOR, .safety = true}));
    is(feedback, FEEDBACK_RECEIVED); /* a grave one is contained first */
    OK(desk_contain(desk, feedback, desk->yan));
    assert_int_equal(feedback->head.rounds_n, 2);
    feedback_t *grave = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_acknowledge(desk, grave, desk->lin));
    OK(desk_assess(desk, grave, desk->song, SEVERITY_CRITICAL)); /* the first word on it */
    is(grave, FEEDBACK_RECEIVED);
    assert_null(case_round(&grave->head));
    desk_destroy(&desk);
}

TEST(a_duplicate_is_answered_without_a_review_of_its_own) {
    desk_t *desk = desk_new_feedback();
    feedback_t *first = desk_complaint_in_review(desk);
    feedback_t *second = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_acknowledge(desk, second, desk->lin));
    OK(desk_contain(desk, second, desk->yan));
    OK(desk_triage(desk, second, desk->song,
                   (struct triage){.severity = SEVERITY_MAJOR, .duplicate = first->head.id}));
    is(second, FEEDBACK_TO_ANSWER);
    assert_null(case_round(&second->head));
    OK(desk_assess(desk, second, desk->song, SEVERITY_MAJOR)); /* it was another matter after all */
    is(second, FEEDBACK_IN_REVIEW);
    OK(desk_triage(desk, second, desk->song,
                   (struct triage){.severity = SEVERITY_MAJOR, .duplicate = first->head.id}));
    is(second, FEEDBACK_TO_ANSWER); /* and yet the same */
    assert_null(case_round(&second->head));
    OK(desk_answer(desk, second, desk->lin));
    OK(desk_close(desk, second, desk->song, ENDING_AGREED));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_class_is_for_a_severity_or_for_what_touches_safety, "ISO-10002", RULE) {
    desk_t *desk = desk_new_feedback();
    struct review_class *grave = &desk->procedure.feedback.at[CLASS_GRAVE];
    const struct triage unsafe = {.severity = SEVERITY_MINOR, .safety = true};
    const struct triage critical = {.severity = SEVERITY_CRITICAL};
    const struct procedure *p = &desk->procedure;
    const struct review_class *usual = &p->feedback.at[CLASS_COMPLAINT];
    assert_ptr_equal(class_fitting(p, FEEDBACK_COMPLAINT, NULL), usual);
    assert_ptr_equal(class_fitting(p, FEEDBACK_COMPLAINT, &unsafe), grave);
    grave->safety = false;
    assert_ptr_equal(class_fitting(p, FEEDBACK_COMPLAINT, &unsafe), usual);
    assert_ptr_equal(class_fitting(p, FEEDBACK_COMPLAINT, &critical), grave);
    grave->safety = true;
    grave->severity = severity_unset;
    assert_ptr_equal(class_fitting(p, FEEDBACK_COMPLAINT, &unsafe), grave);
    assert_ptr_equal(class_fitting(p, FEEDBACK_COMPLAINT, &critical), usual);
    assert_null(class_fitting(NULL, FEEDBACK_COMPLAINT, NULL));
    desk_destroy(&desk);
}

/* ---- amended, reclassified ---- */

TEST_CLAUSE(an_amended_complaint_is_reviewed_anew, "QP21-4.5c", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_tallied(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.lot = TEXT("L-018");
    OK(desk_reword(desk, feedback, desk->lin, &content));
    assert_int_equal(feedback->head.revision, 2);
    assert_true(text_is(feedback_revision(feedback)->reason, "misheard"));
    assert_true(digest_equal(feedback->head.digest, feedback_digest(&content)));
    assert_int_equal(feedback->head.rounds_n, 2);
    assert_int_equal(case_round(&feedback->head)->verdicts_n, 0);
    assert_int_equal(case_round(&feedback->head)->revision, 2);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_complaint_found_to_be_an_enquiry_is_reclassified_not_retyped, "QP21-4.6b", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    OK(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY));
    numbered(feedback, "FK2026-0001");
    assert_true(text_is(feedback->complaint_number, "TS2026-0001"));
    assert_true(text_is(feedback->other_number, "FK2026-0001"));
    assert_true(text_is(feedback_revision(feedback)->content->lot, "L-017"));
    is(feedback, FEEDBACK_TO_ANSWER);
    assert_null(case_round(&feedback->head));
    OK(desk_reclassify(desk, feedback, desk->song, FEEDBACK_PRAISE)); /* the register stays */
    numbered(feedback, "FK2026-0001");
    OK(desk_reclassify(desk, feedback, desk->song, FEEDBACK_COMPLAINT));
    numbered(feedback, "TS2026-0001"); /* its old number again: none is given twice */
    is(feedback, FEEDBACK_IN_REVIEW);
    assert_int_equal(feedback->head.revision, 4);
    assert_int_equal(feedback->reclassified.n, 3);
    desk_destroy(&desk);
}

TEST_CLAUSE(an_enquiry_found_to_be_a_complaint_gets_a_number_of_the_register, "QP21-4.6b", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_ENQUIRY);
    OK(desk_answer(desk, feedback, desk->lin));
    desk->time += 230 * DAY_MS; /* found in the next year: in that year's register */
    OK(desk_reclassify(desk, feedback, desk->song, FEEDBACK_COMPLAINT));
    numbered(feedback, "TS2027-0001");
    assert_true(text_is(feedback->other_number, "FK2026-0001"));
    is(feedback, FEEDBACK_RECEIVED);
    assert_false(feedback->has_answer); /* the answer was to a question */
    desk_destroy(&desk);
}

TEST(what_its_new_class_does_not_ask_is_not_waited_for) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    OK(desk_triage(desk, feedback, desk->yan,
                   (struct triage){.severity = SEVERITY_MAJOR,
                                   .departments = desk_texts(desk, "production")}));
    OK(desk_reclassify(desk, feedback, desk->song, FEEDBACK_CLAIM)); /* asks quality and sales */
    is(feedback, FEEDBACK_IN_REVIEW);
    assert_int_equal(case_round(&feedback->head)->departments.n, 2);
    OK(desk_find(desk, feedback, desk->song, "sales", VERDICT_OURS));
    OK(desk_assess(desk, feedback, desk->yan, SEVERITY_MAJOR)); /* the same two are asked */
    assert_int_equal(case_round(&feedback->head)->verdicts_n, 1);
    OK(desk_find(desk, feedback, desk->yan, "quality", VERDICT_OURS));
    OK(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS));
    OK(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION));
    OK(desk_put(desk, feedback, desk->jiang, MEANING_APPROVE));
    is(feedback, FEEDBACK_TO_ANSWER);
    desk_destroy(&desk);
}
