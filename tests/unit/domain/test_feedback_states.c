/* SPDX-License-Identifier: Apache-2.0
 *
 * Every step of feedback in every state: possible in those of the table alone.
 */
#include "tests/unit/domain/feedback_desk.h"

static feedback_t *not_acknowledged_in_review(desk_t *desk) {
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_assess(desk, feedback, desk->yan, SEVERITY_MAJOR));
    OK(desk_contain(desk, feedback, desk->yan));
    desk_all_find(desk, feedback, VERDICT_OURS);
    return feedback;
}

/* Those that were never reviewed: what a conclusion bars is tried below. */
static feedback_t *in_state(desk_t *desk, feedback_state_t state) {
    if (state == FEEDBACK_RECEIVED)
        return desk_told(desk, FEEDBACK_COMPLAINT);
    if (state == FEEDBACK_IN_REVIEW)
        return not_acknowledged_in_review(desk);
    if (state == FEEDBACK_AWAITING_SIGNATURE) {
        feedback_t *feedback = not_acknowledged_in_review(desk);
        OK(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS));
        return feedback;
    }
    feedback_t *feedback = desk_told(desk, FEEDBACK_ENQUIRY);
    if (state > FEEDBACK_TO_ANSWER)
        OK(desk_answer(desk, feedback, desk->lin));
    if (state > FEEDBACK_ANSWERED)
        OK(desk_close(desk, feedback, desk->song, ENDING_AGREED));
    return feedback;
}

#define T(name) REASON_##name
#define Y REASON_NONE
static const struct {
    kind_t kind;
    reason_t expected[FEEDBACK_CLOSED + 1];
} TABLE[] = {
    /* clang-format off */
    /*                           new             received         in review        awaiting         to answer        answered         closed */
    {KIND_FEEDBACK_REGISTER,    {Y,              T(WRONG_STATE),  T(WRONG_STATE),  T(WRONG_STATE),  T(WRONG_STATE),  T(WRONG_STATE),  T(ENDED)}},
    {KIND_FEEDBACK_AMEND,       {T(WRONG_STATE), Y,               Y,               T(CONCLUDED),    Y,               T(WRONG_STATE),  T(ENDED)}},
    {KIND_FEEDBACK_ACKNOWLEDGE, {T(WRONG_STATE), Y,               Y,               Y,               Y,               T(ALREADY),      T(ENDED)}},
    {KIND_FEEDBACK_ASSESS,      {T(WRONG_STATE), Y,               Y,               T(CONCLUDED),    Y,               T(WRONG_STATE),  T(ENDED)}},
    {KIND_FEEDBACK_CONTAIN,     {T(WRONG_STATE), Y,               Y,               Y,               Y,               Y,               T(ENDED)}},
    {KIND_ROUND_VERDICT,        {T(WRONG_STATE), T(NOT_ASSESSED), Y,               T(CONCLUDED),    T(CONCLUDED),    T(CONCLUDED),    T(ENDED)}},
    {KIND_ROUND_RETRACT,        {T(WRONG_STATE), T(NOT_ASSESSED), Y,               T(CONCLUDED),    T(CONCLUDED),    T(CONCLUDED),    T(ENDED)}},
    {KIND_ROUND_ADVISE,         {T(WRONG_STATE), T(NOT_ASSESSED), Y,               T(CONCLUDED),    T(CONCLUDED),    T(CONCLUDED),    T(ENDED)}},
    {KIND_ROUND_CONCLUDE,       {T(WRONG_STATE), T(NOT_ASSESSED), Y,               T(CONCLUDED),    T(CONCLUDED),    T(CONCLUDED),    T(ENDED)}},
    {KIND_ROUND_SIGN,           {T(WRONG_STATE), T(NOT_DISPOSED), T(NOT_DISPOSED), Y,               T(WRONG_STATE),  T(WRONG_STATE),  T(ENDED)}},
    {KIND_FEEDBACK_ANSWER,      {T(WRONG_STATE), T(NOT_DISPOSED), T(NOT_DISPOSED), T(NOT_DISPOSED), Y,               Y,               T(ENDED)}},
    {KIND_FEEDBACK_CLOSE,       {T(WRONG_STATE), Y,               Y,               Y,               Y,               Y,               T(ENDED)}},
    {KIND_FEEDBACK_REOPEN,      {T(WRONG_STATE), T(WRONG_STATE),  T(WRONG_STATE),  T(WRONG_STATE),  T(WRONG_STATE),  Y,               Y}},
    {KIND_FEEDBACK_RECLASSIFY,  {T(WRONG_STATE), Y,               Y,               T(CONCLUDED),    Y,               Y,               T(ENDED)}},
    {KIND_ORDER_DECLINE,        {T(UNKNOWN_KIND), T(UNKNOWN_KIND), T(UNKNOWN_KIND), T(UNKNOWN_KIND), T(UNKNOWN_KIND), T(UNKNOWN_KIND), T(UNKNOWN_KIND)}},
    /* clang-format on */
};

TEST_CLAUSE(each_step_is_possible_in_its_states_alone, "ISO-10002", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    desk->procedure.feedback.at[CLASS_COMPLAINT].before =
        NUMBERS(desk, STAGE_ASSESSED, STAGE_CONTAINED);
    desk_adopt(desk);
    for (feedback_state_t at = FEEDBACK_NEW; at <= FEEDBACK_CLOSED; at++) {
        const feedback_t *feedback = at == FEEDBACK_NEW ? NULL : in_state(desk, at);
        if (feedback)
            assert_int_equal(feedback->state, at);
        for (size_t i = 0; i < COUNT(TABLE); i++) {
            attempt_t attempt = {.kind = TABLE[i].kind,
                                 .meaning = MEANING_DISPOSITION,
                                 .department = TEXT("quality")};
            problem_t problem = {.reason = REASON_NONE};
            int rc = feedback_ops.state(feedback ? &feedback->head : NULL, desk->context, &attempt,
                                        &problem);
            if (problem.reason != TABLE[i].expected[at])
                fail_msg("%s, %s: %s, not %s", feedback_state_name(at),
                         kind_info(TABLE[i].kind)->name, reason_name(problem.reason),
                         reason_name(TABLE[i].expected[at]));
            assert_int_equal(rc, problem.reason ? -1 : 0);
        }
    }
    desk_destroy(&desk);
}

TEST(what_is_refused_of_a_closed_case_whoever_asks) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_closed(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    REFUSED(desk_acknowledge(desk, feedback, desk->lin), ENDED);
    REFUSED(desk_assess(desk, feedback, desk->yan, SEVERITY_MINOR), ENDED);
    REFUSED(desk_contain(desk, feedback, desk->yan), ENDED);
    REFUSED(desk_find(desk, feedback, desk->yan, "quality", VERDICT_OURS), ENDED);
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS), ENDED);
    REFUSED(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION), ENDED);
    REFUSED(desk_answer(desk, feedback, desk->lin), ENDED);
    REFUSED(desk_close(desk, feedback, desk->song, ENDING_AGREED), ENDED);
    REFUSED(desk_reword(desk, feedback, desk->lin, &content), ENDED);
    REFUSED(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY), ENDED);
    REFUSED(desk_act(desk, feedback, desk->yan, desk->luo), ENDED);
    assert_string_equal(desk->problem.detail, "the case is closed");
    desk_destroy(&desk);
}

TEST(what_was_concluded_is_changed_by_reopening_alone) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_to_answer(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.lot = TEXT("L-018");
    REFUSED(desk_reword(desk, feedback, desk->lin, &content), CONCLUDED);
    assert_string_equal(desk->problem.clause, "QP21-4.6");
    REFUSED(desk_assess(desk, feedback, desk->yan, SEVERITY_MINOR), CONCLUDED);
    REFUSED(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY), CONCLUDED);
    OK(desk_answer(desk, feedback, desk->lin));
    REFUSED(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY), CONCLUDED);
    OK(desk_reopen(desk, feedback, desk->song));
    OK(desk_reword(desk, feedback, desk->lin, &content));
    desk_destroy(&desk);
}

TEST(a_stage_that_is_missing_is_named) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    REFUSED(desk_find(desk, feedback, desk->yan, "quality", VERDICT_OURS), NOT_ASSESSED);
    assert_string_equal(desk->problem.detail, "still to do: acknowledge");
    OK(desk_acknowledge(desk, feedback, desk->lin));
    REFUSED(desk_acknowledge(desk, feedback, desk->lin), ALREADY);
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS), NOT_ASSESSED);
    assert_string_equal(desk->problem.detail, "still to do: assess");
    OK(desk_assess(desk, feedback, desk->yan, SEVERITY_MINOR));
    desk->procedure.feedback.at[CLASS_COMPLAINT].before.n = 2; /* a later edition asks less */
    desk_adopt(desk);
    REFUSED(desk_dispose(desk, feedback, desk->yan, OUTCOME_OURS), NOT_ASSESSED);
    assert_string_equal(desk->problem.detail, "still to do: contain");
    waiting_t rows[WAITING_MAX];
    assert_int_equal(waits(&feedback->head, desk->context, rows), 1); /* and says so */
    assert_int_equal(rows[0].kind, KIND_FEEDBACK_CONTAIN);
    OK(desk_assess(desk, feedback, desk->yan, SEVERITY_MAJOR)); /* the next event is under it */
    assert_int_equal(feedback->state, FEEDBACK_IN_REVIEW);
    desk_destroy(&desk);
}
