/* SPDX-License-Identifier: Apache-2.0
 *
 * What a customer tells us, stage by stage: a complaint to its closing, the other kinds. What is
 * looked at again: test_feedback_again.c; what is refused on the way: test_feedback_refusals.c.
 */
#include "tests/unit/domain/feedback_desk.h"

static void is(const feedback_t *feedback, feedback_state_t state) {
    assert_string_equal(feedback_state_name(feedback->state), feedback_state_name(state));
}

static void numbered(const feedback_t *feedback, const char *number) {
    assert_true(text_is(feedback->head.number, number));
}

TEST_CLAUSE(a_complaint_is_numbered_in_its_register, "QP21-4.5c", RULE) {
    desk_t *desk = desk_new_feedback();
    numbered(desk_told(desk, FEEDBACK_COMPLAINT), "TS2026-0001");
    numbered(desk_told(desk, FEEDBACK_COMPLAINT), "TS2026-0002");
    feedback_t *feedback = desk->feedback[0];
    is(feedback, FEEDBACK_RECEIVED);
    assert_true(ident_equal(feedback->head.registrant, desk->lin));
    assert_int_equal(feedback_kind_of(feedback), FEEDBACK_COMPLAINT);
    desk_destroy(&desk);
}

TEST_CLAUSE(every_kind_of_feedback_is_recorded_and_finds_its_class, "QP21-4.6b", RULE) {
    static const struct {
        enum feedback_kind kind;
        const char *class, *number;
        feedback_state_t state;
    } kinds[] = {{FEEDBACK_ENQUIRY, "enquiry", "FK2026-0001", FEEDBACK_TO_ANSWER},
                 {FEEDBACK_SUGGESTION, "opinion", "FK2026-0002", FEEDBACK_RECEIVED},
                 {FEEDBACK_PRAISE, "enquiry", "FK2026-0003", FEEDBACK_TO_ANSWER},
                 {FEEDBACK_CLAIM, "claim", "FK2026-0004", FEEDBACK_RECEIVED},
                 {FEEDBACK_DEALER, "opinion", "FK2026-0005", FEEDBACK_RECEIVED},
                 {FEEDBACK_LOST, "opinion", "FK2026-0006", FEEDBACK_RECEIVED},
                 {FEEDBACK_COMPLAINT, "complaint", "TS2026-0001", FEEDBACK_RECEIVED}};
    desk_t *desk = desk_new_feedback();
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const feedback_t *feedback = desk_told(desk, kinds[i].kind);
        const struct review_class *class = feedback_class(feedback, &desk->procedure);
        assert_true(text_is(class->key, kinds[i].class));
        numbered(feedback, kinds[i].number);
        is(feedback, kinds[i].state);
    }
    desk_destroy(&desk);
}

TEST_CLAUSE(a_complaint_goes_from_its_registration_to_its_closing, "ISO-10002", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    is(feedback, FEEDBACK_IN_REVIEW);
    const round_t *round = case_round(&feedback->head);
    assert_int_equal(round->departments.n, 4);
    assert_ptr_equal(round->scale, &scale_responsibility);
    desk_all_find(desk, feedback, VERDICT_OURS);
    assert_int_equal(case_round(&feedback->head)->tally, OUTCOME_OURS);
    OK(desk_dispose_with(desk, feedback, desk->yan, desk->qin));
    is(feedback, FEEDBACK_AWAITING_SIGNATURE);
    assert_int_equal(feedback->disposed, 0);
    OK(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION));
    is(feedback, FEEDBACK_TO_ANSWER);
    assert_int_equal(feedback->disposed, feedback->head.last);
    OK(desk_answer(desk, feedback, desk->lin));
    is(feedback, FEEDBACK_ANSWERED);
    desk_finish_action(desk, feedback);
    OK(desk_close(desk, feedback, desk->song, ENDING_AGREED));
    is(feedback, FEEDBACK_CLOSED);
    assert_int_equal(case_standing(&feedback->head), STANDING_ENDED);
    assert_false(case_busy(&feedback->head));
    desk_destroy(&desk);
}

TEST_CLAUSE(its_stages_come_in_any_order_and_the_review_after_the_last, "ISO-10002", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_contain(desk, feedback, desk->yan));
    OK(desk_acknowledge(desk, feedback, desk->lin));
    is(feedback, FEEDBACK_RECEIVED);
    assert_null(case_round(&feedback->head));
    OK(desk_assess(desk, feedback, desk->song, SEVERITY_MINOR));
    is(feedback, FEEDBACK_IN_REVIEW);
    OK(desk_contain(desk, feedback, desk->yan)); /* more was contained: the review goes on */
    assert_int_equal(feedback->head.rounds_n, 1);
    desk_destroy(&desk);
}

TEST_CLAUSE(departments_differ_and_quality_concludes_what_it_is, "complaint-review", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    OK(desk_find(desk, feedback, desk->song, "sales", VERDICT_NOT_OURS));
    is(feedback, FEEDBACK_IN_REVIEW); /* one who says not ours does not end it */
    OK(desk_find(desk, feedback, desk->qin, "production", VERDICT_OURS));
    OK(desk_find(desk, feedback, desk->deng, "purchasing", VERDICT_NOT_OURS));
    assert_int_equal(case_round(&feedback->head)->tallied, 0);
    OK(desk_find(desk, feedback, desk->yan, "quality", VERDICT_PARTLY));
    assert_int_equal(case_round(&feedback->head)->tally, OUTCOME_PARTLY);
    OK(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS));
    is(feedback, FEEDBACK_AWAITING_SIGNATURE);
    desk_destroy(&desk);
}

TEST_CLAUSE(above_a_severity_the_management_signs_too, "complaint-review", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    OK(desk_assess(desk, feedback, desk->song, SEVERITY_CRITICAL));
    desk_all_find(desk, feedback, VERDICT_OURS);
    OK(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS));
    OK(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION));
    is(feedback, FEEDBACK_AWAITING_SIGNATURE);
    OK(desk_put(desk, feedback, desk->jiang, MEANING_APPROVE));
    is(feedback, FEEDBACK_TO_ANSWER);
    desk_destroy(&desk);
}

TEST_CLAUSE(who_registered_it_is_stood_in_for, "QP21-3", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_blank(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    OK(desk_tell(desk, feedback, desk->yan, &content)); /* the only manager of quality */
    OK(desk_acknowledge(desk, feedback, desk->lin));
    OK(desk_assess(desk, feedback, desk->yan, SEVERITY_MINOR));
    OK(desk_contain(desk, feedback, desk->yan));
    desk_all_find(desk, feedback, VERDICT_NOT_OURS);
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_NOT_OURS), FOUR_EYES);
    OK(desk_dispose(desk, feedback, desk->wen, OUTCOME_NOT_OURS));
    REFUSED(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION), FOUR_EYES);
    OK(desk_put(desk, feedback, desk->wen, MEANING_DISPOSITION));
    is(feedback, FEEDBACK_TO_ANSWER);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_suggestion_is_studied_answered_and_closed, "QP21-4.6b", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_SUGGESTION);
    OK(desk_assess(desk, feedback, desk->song, SEVERITY_MINOR));
    assert_ptr_equal(case_round(&feedback->head)->scale, &scale_adoption);
    OK(desk_find(desk, feedback, desk->song, "sales", VERDICT_ACCEPT));
    OK(desk_find(desk, feedback, desk->yan, "quality", VERDICT_ACCEPT));
    assert_int_equal(case_round(&feedback->head)->tally, OUTCOME_ADOPTED);
    OK(desk_dispose(desk, feedback, desk->song, OUTCOME_NOT_ADOPTED)); /* it may still be left */
    is(feedback, FEEDBACK_TO_ANSWER); /* nobody signs a disposition here */
    OK(desk_answer(desk, feedback, desk->lin));
    OK(desk_close(desk, feedback, desk->song, ENDING_NO_REPLY));
    is(feedback, FEEDBACK_CLOSED);
    desk_destroy(&desk);
}

TEST_CLAUSE(an_enquiry_is_answered_at_once, "QP21-4.6b", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_ENQUIRY);
    OK(desk_act(desk, feedback, desk->song, desk->luo));
    OK(desk_answer(desk, feedback, desk->lin));
    OK(desk_answer(desk, feedback, desk->song)); /* and once more, by letter */
    assert_int_equal(feedback->answered.n, 2);
    OK(desk_close(desk, feedback, desk->song, ENDING_AGREED)); /* its action goes on beside it */
    assert_int_equal(case_standing(&feedback->head), STANDING_ENDED);
    assert_true(case_busy(&feedback->head));
    desk_destroy(&desk);
}

TEST_CLAUSE(closed_also_where_the_customer_does_not_agree, "ISO-10002", RULE) {
    static const enum ending endings[] = {ENDING_NOT_AGREED, ENDING_NO_REPLY, ENDING_WITHDRAWN};
    desk_t *desk = desk_new_feedback();
    for (size_t i = 0; i < COUNT(endings); i++) {
        feedback_t *feedback = desk_complaint_answered(desk);
        desk_finish_action(desk, feedback);
        OK(desk_close(desk, feedback, desk->yan, endings[i]));
        is(feedback, FEEDBACK_CLOSED);
    }
    desk_destroy(&desk);
}

TEST(what_the_customer_takes_back_is_closed_from_wherever_it_is) {
    desk_t *desk = desk_new_feedback();
    feedback_t *received = desk_told(desk, FEEDBACK_COMPLAINT);
    feedback_t *enquiry = desk_told(desk, FEEDBACK_ENQUIRY);
    OK(desk_close(desk, enquiry, desk->song, ENDING_WITHDRAWN));
    OK(desk_assess(desk, received, desk->yan, SEVERITY_MINOR));
    OK(desk_close(desk, received, desk->song, ENDING_WITHDRAWN));
    is(received, FEEDBACK_CLOSED);
    feedback_t *reviewed = desk_complaint_in_review(desk);
    OK(desk_close(desk, reviewed, desk->song, ENDING_WITHDRAWN));
    is(reviewed, FEEDBACK_CLOSED);
    OK(desk_reopen(desk, reviewed, desk->song)); /* and it turns out that it should not have been */
    is(reviewed, FEEDBACK_IN_REVIEW);
    assert_int_equal(reviewed->head.rounds_n, 2);
    desk_destroy(&desk);
}

TEST(what_touches_safety_is_taken_back_once_it_was_looked_into) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    OK(desk_triage(desk, feedback, desk->yan,
                   (struct triage){.severity = SEVERITY_MAJOR, .safety = true}));
    desk_all_find(desk, feedback, VERDICT_NOT_OURS);
    OK(desk_dispose(desk, feedback, desk->yan, OUTCOME_NOT_OURS));
    OK(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION));
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_WITHDRAWN), NOT_ANSWERED);
    OK(desk_put(desk, feedback, desk->jiang, MEANING_APPROVE));
    OK(desk_answer(desk, feedback, desk->lin));
    OK(desk_close(desk, feedback, desk->song, ENDING_WITHDRAWN));
    desk_destroy(&desk);
}
