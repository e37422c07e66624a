/* SPDX-License-Identifier: Apache-2.0
 *
 * What the clauses refuse of feedback: who, in which order, before what. Every step in every state is in
 * test_feedback_states.c, the fields of each step in test_feedback_bodies.c.
 */
#include "tests/unit/domain/feedback_desk.h"

TEST_CLAUSE(a_department_that_was_not_asked_does_not_speak, "complaint-review", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    REFUSED(desk_find(desk, feedback, desk->luo, "planning", VERDICT_OURS), NOT_ASKED);
    assert_string_equal(desk->problem.field, "department");
    assert_string_equal(desk->problem.clause, "QP21-4.6"); /* of a complaint, not of an order */
    OK(desk_triage(
        desk, feedback, desk->yan,
        (struct triage){.severity = SEVERITY_MAJOR, .departments = desk_texts(desk, "quality")}));
    REFUSED(desk_find(desk, feedback, desk->qin, "production", VERDICT_OURS), NOT_ASKED);
    REFUSED(desk_find(desk, feedback, desk->qin, "quality", VERDICT_OURS), WRONG_ROLE);
    desk_destroy(&desk);
}

/* Reopened and called something else, it is still not closed with what was to be done. */
TEST_CLAUSE(another_name_does_not_do_away_with_open_actions, "QP21-1", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_answered(desk);
    OK(desk_reopen(desk, feedback, desk->song));
    OK(desk_reclassify(desk, feedback, desk->yan, FEEDBACK_ENQUIRY));
    OK(desk_answer(desk, feedback, desk->song));
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_AGREED), ACTION_OPEN);
    desk_finish_action(desk, feedback);
    OK(desk_close(desk, feedback, desk->song, ENDING_AGREED));
    desk_destroy(&desk);
}

/* What nobody has assessed, and what is grave, is no enquiry because a clerk says so. */
TEST_CLAUSE(who_may_not_assess_makes_no_enquiry_of_a_complaint, "ISO-10002", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    desk_allow(desk, "sales.clerk", BIT(ACT_RECLASSIFY));
    desk_adopt(desk);
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    REFUSED(desk_reclassify(desk, feedback, desk->lin, FEEDBACK_ENQUIRY), NOT_ASSESSED);
    OK(desk_triage(desk, feedback, desk->yan, (struct triage){.severity = SEVERITY_CRITICAL}));
    REFUSED(desk_reclassify(desk, feedback, desk->lin, FEEDBACK_ENQUIRY), SAFETY_LOWERED);
    REFUSED(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY), SAFETY_LOWERED);
    OK(desk_reclassify(desk, feedback, desk->yan, FEEDBACK_ENQUIRY));
    desk_destroy(&desk);
}

TEST_CLAUSE(what_touches_safety_is_lowered_by_quality_with_its_reason, "ISO-10002", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    feedback_t *other = desk_told(desk, FEEDBACK_COMPLAINT);
    struct triage grave = {.severity = SEVERITY_CRITICAL, .safety = true};
    struct triage mild = {.severity = SEVERITY_CRITICAL, .reason = TEXT("no danger")};
    OK(desk_triage(desk, feedback, desk->song, grave)); /* raised by anybody who assesses */
    REFUSED(desk_triage(desk, feedback, desk->song, mild), SAFETY_LOWERED);
    mild.safety = true;
    mild.severity = SEVERITY_MINOR; /* it stays one that touches safety, and weighs less */
    REFUSED(desk_triage(desk, feedback, desk->song, mild), SAFETY_LOWERED);
    mild.severity = SEVERITY_CRITICAL;
    mild.duplicate = other->head.id; /* set aside: nobody would look into it */
    REFUSED(desk_triage(desk, feedback, desk->song, mild), SAFETY_LOWERED);
    mild = (struct triage){.severity = SEVERITY_MINOR, .reason = TEXT(" ")};
    REFUSED(desk_triage(desk, feedback, desk->yan, mild), SAFETY_LOWERED);
    assert_string_equal(desk->problem.field, "reason");
    assert_string_equal(reason_clause(REASON_SAFETY_LOWERED), "ISO 10002 7.5");
    REFUSED(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY), SAFETY_LOWERED);
    assert_string_equal(desk->problem.field, "kind");
    REFUSED(desk_try(desk, feedback, desk->yan, KIND_FEEDBACK_RECLASSIFY,
                     &(struct reclassify){FEEDBACK_ENQUIRY, TEXT(" ")}),
            SAFETY_LOWERED);
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_WITHDRAWN), NOT_ANSWERED);
    mild.reason = TEXT("a hairline in the paint");
    OK(desk_triage(desk, feedback, desk->yan, mild));
    OK(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY));
    desk_destroy(&desk);
}

TEST_CLAUSE(what_is_taken_back_is_assessed_first, "ISO-10002", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_WITHDRAWN), NOT_ASSESSED);
    assert_string_equal(desk->problem.detail, "still to do: assess");
    OK(desk_triage(desk, feedback, desk->song,
                   (struct triage){.severity = SEVERITY_MINOR, .safety = true}));
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_WITHDRAWN), NOT_ANSWERED);
    desk_destroy(&desk);
}

TEST(a_complaint_that_touches_safety_is_set_aside_by_quality_alone) {
    desk_t *desk = desk_new_feedback();
    feedback_t *first = desk_told(desk, FEEDBACK_COMPLAINT);
    feedback_t *second = desk_told(desk, FEEDBACK_COMPLAINT);
    struct triage same = {.severity = SEVERITY_MINOR,
                          .safety = true,
                          .duplicate = first->head.id,
                          .reason = TEXT("the same tooth")};
    REFUSED(desk_triage(desk, second, desk->song, same), SAFETY_LOWERED);
    OK(desk_triage(desk, second, desk->yan, same));
    same.urgent = true; /* it is set aside already */
    same.reason.n = 0;
    OK(desk_triage(desk, second, desk->song, same));
    OK(desk_reclassify(desk, second, desk->yan, FEEDBACK_ENQUIRY)); /* with its reason */
    desk_destroy(&desk);
}

TEST(what_is_less_grave_than_was_thought_has_its_reason) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_assess(desk, feedback, desk->song, SEVERITY_CRITICAL));
    REFUSED(desk_assess(desk, feedback, desk->song, SEVERITY_MAJOR), FIELD_MISSING);
    assert_string_equal(desk->problem.field, "reason");
    OK(desk_triage(desk, feedback, desk->song,
                   (struct triage){.severity = SEVERITY_MAJOR, .reason = TEXT("one piece only")}));
    desk_destroy(&desk);
}

TEST_CLAUSE(nothing_is_closed_before_the_effect_of_its_actions_is_seen, "QP21-1", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_answered(desk);
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_AGREED), ACTION_OPEN);
    assert_string_equal(desk->problem.detail, "action 1 is open");
    assert_string_equal(reason_clause(REASON_ACTION_OPEN), "QP21-1");
    OK(desk_report(desk, feedback, desk->qin, 1));
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_WITHDRAWN), ACTION_OPEN);
    assert_string_equal(desk->problem.detail, "action 1 is reported");
    OK(desk_verify(desk, feedback, desk->yan, 1, false));
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_AGREED), ACTION_OPEN);
    desk_finish_action(desk, feedback);
    OK(desk_close(desk, feedback, desk->song, ENDING_AGREED));
    desk_destroy(&desk);
}

TEST_CLAUSE(no_answer_comes_before_the_disposition, "QP21-4.6b", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    REFUSED(desk_answer(desk, feedback, desk->lin), NOT_DISPOSED);
    desk_all_find(desk, feedback, VERDICT_OURS);
    REFUSED(desk_answer(desk, feedback, desk->lin), NOT_DISPOSED);
    OK(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS));
    REFUSED(desk_answer(desk, feedback, desk->lin), NOT_DISPOSED);
    assert_string_equal(reason_clause(REASON_NOT_DISPOSED), "QP21-4.6");
    OK(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION));
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_AGREED), NOT_ANSWERED);
    OK(desk_answer(desk, feedback, desk->lin));
    desk_destroy(&desk);
}

TEST_CLAUSE(who_registered_or_wrote_it_neither_concludes_nor_signs, "complaint-review", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.lot = TEXT("L-018");
    OK(desk_reword(desk, feedback, desk->yan, &content));
    desk_all_find(desk, feedback, VERDICT_OURS);
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS), FOUR_EYES);
    REFUSED(desk_dispose(desk, feedback, desk->song, OUTCOME_OURS), WRONG_ROLE);
    ident_t second = desk_person(desk, "second", "quality", "quality.manager");
    REFUSED(desk_dispose(desk, feedback, desk->wen, OUTCOME_OURS), WRONG_ROLE); /* not needed */
    OK(desk_dispose(desk, feedback, second, OUTCOME_OURS));
    REFUSED(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION), FOUR_EYES);
    REFUSED(desk_put(desk, feedback, second, MEANING_APPROVE), WRONG_ORDER);
    assert_string_equal(desk->problem.clause, "QP21-4.6");
    REFUSED(desk_put(desk, feedback, desk->jiang, MEANING_DISPOSITION), WRONG_ROLE);
    assert_string_equal(desk->problem.clause, "QP21-4.6");
    REFUSED(desk_find(desk, feedback, desk->qin, "production", VERDICT_OURS), CONCLUDED);
    assert_string_equal(desk->problem.clause, "QP21-4.6");
    OK(desk_put(desk, feedback, second, MEANING_DISPOSITION));
    REFUSED(desk_put(desk, feedback, second, MEANING_DISPOSITION), WRONG_STATE);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_conclusion_is_not_against_what_all_found, "complaint-review", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS), TALLY_OPEN);
    assert_string_equal(desk->problem.clause, "QP21-4.6");
    desk_all_find(desk, feedback, VERDICT_OURS);
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_NOT_OURS), CONTRADICTS_TALLY);
    assert_string_equal(desk->problem.clause, "QP21-4.6");
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_ABLE), CONTRADICTS_TALLY);
    OK(desk_find(desk, feedback, desk->song, "sales", VERDICT_PARTLY));
    OK(desk_dispose(desk, feedback, desk->yan, OUTCOME_NOT_OURS)); /* quality weighs it */
    desk_destroy(&desk);
}
