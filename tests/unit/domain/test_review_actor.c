/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may take a step of a review, asked of each by itself: seats and stand-ins, daemons and their
 * mandates, nobody. Of complaints; what orders have beside is in test_order_sign, test_mandate.
 */
#include "common/domain/review.h"
#include "tests/unit/domain/feedback_desk.h"

static reason_t asked(desk_t *desk, const feedback_t *feedback, const authority_t *authority,
                      attempt_t attempt) {
    desk->problem = (problem_t){.reason = REASON_NONE};
    int rc = feedback_ops.actor(&feedback->head, desk->context, &attempt, authority, &desk->problem);
    assert_int_equal(rc, desk->problem.reason ? -1 : 0);
    return desk->problem.reason;
}

static attempt_t speak(kind_t kind, const char *department) {
    return (attempt_t){.kind = kind, .department = text_of(department)};
}

TEST_CLAUSE(a_daemon_speaks_for_its_own_department_and_neither_decides_nor_signs, "complaint-review",
            REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    daemon_entry_t daemon = *context_daemon(desk->context, desk->quality);
    const authority_t authority = {.daemon = &daemon};
    OK(asked(desk, feedback, &authority, speak(KIND_ROUND_ADVISE, "quality")));
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_ADVISE, "sales")), WRONG_ROLE);
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_VERDICT, "quality")),
            MANDATE_MISSING); /* this class wants people's verdicts */
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_RETRACT, "quality")), NOT_A_PERSON);
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_CONCLUDE, "")), NOT_A_PERSON);
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_SIGN, "")), NOT_A_PERSON);
    daemon.department = TEXT("planning"); /* whom this class does not ask */
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_ADVISE, "planning")), NOT_ASKED);
    daemon.department = TEXT("quality");
    daemon.part = PART_NOTIFIER;
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_ADVISE, "quality")), WRONG_ROLE);
    daemon.part = PART_DEPARTMENT;
    daemon.revoked = 1;
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_ADVISE, "quality")), WRONG_ROLE);
    desk_destroy(&desk);
}

TEST(a_department_that_wants_no_advice_gets_none) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_CLAIM);
    const authority_t authority = {.daemon = context_daemon(desk->context, desk->quality)};
    REFUSED(asked(desk, feedback, &authority, speak(KIND_ROUND_ADVISE, "quality")), WRONG_STATE);
    feedback_t *enquiry = desk_told(desk, FEEDBACK_ENQUIRY); /* nobody is asked */
    REFUSED(asked(desk, enquiry, &authority, speak(KIND_ROUND_ADVISE, "quality")), NOT_ASKED);
    desk->procedure.feedback.n = 0;
    desk_adopt(desk);
    REFUSED(asked(desk, enquiry, &authority, speak(KIND_ROUND_ADVISE, "quality")), NOT_ASKED);
    desk_destroy(&desk);
}

TEST_CLAUSE(whoever_holds_no_seat_of_the_review_is_refused, "complaint-review", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_tallied(desk);
    const authority_t yan = {.person = context_person(desk->context, desk->yan)};
    const authority_t wen = {.person = context_person(desk->context, desk->wen)};
    OK(asked(desk, feedback, &yan, speak(KIND_ROUND_VERDICT, "quality")));
    REFUSED(asked(desk, feedback, &yan, speak(KIND_ROUND_VERDICT, "sales")), WRONG_ROLE);
    REFUSED(asked(desk, feedback, &yan, speak(KIND_ROUND_VERDICT, "marketing")), WRONG_ROLE);
    REFUSED(asked(desk, feedback, &yan, speak(KIND_ROUND_ADVISE, "quality")), WRONG_ROLE);
    OK(asked(desk, feedback, &yan, speak(KIND_ROUND_CONCLUDE, "")));
    REFUSED(asked(desk, feedback, &wen, speak(KIND_ROUND_CONCLUDE, "")), WRONG_ROLE);
    assert_string_equal(desk->problem.detail, "management.representative steps in only where four "
                                              "eyes bar every quality.manager");
    REFUSED(asked(desk, feedback, &yan, speak(KIND_ROUND_SIGN, "")), WRONG_ROLE); /* none awaited */
    REFUSED(asked(desk, feedback, &(authority_t){0}, speak(KIND_ROUND_CONCLUDE, "")),
            UNKNOWN_PERSON);
    desk_destroy(&desk);
}

/* A seat without a role is nobody's, and one without a stand-in its holders' alone. */
TEST(a_seat_is_its_holders_or_where_all_are_barred_the_stand_ins) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_tallied(desk);
    const person_t *yan = context_person(desk->context, desk->yan);
    const person_t *wen = context_person(desk->context, desk->wen);
    review_t review;
    feedback_ops.review(&feedback->head, desk->context, &review);
    const seat_t nobodys = {{NULL, 0}, {NULL, 0}, ""};
    const seat_t alone = {TEXT("quality.manager"), {NULL, 0}, ""};
    const seat_t both = {TEXT("quality.manager"), TEXT("management.representative"), ""};
    assert_int_equal(review_may_sit(&review, &nobodys, yan, NULL), -1);
    assert_int_equal(review_may_sit(&review, &alone, yan, NULL), 0);
    assert_int_equal(review_may_sit(&review, &alone, wen, NULL), -1);
    assert_int_equal(review_may_sit(&review, &both, wen, NULL), -1);
    desk_leave(desk, desk->yan); /* then nobody holds it */
    assert_int_equal(review_may_sit(&review, &both, wen, NULL), 0);
    assert_int_equal(review_may_sit(&review, &alone, wen, NULL), -1);
    desk_destroy(&desk);
}

/* ---- automatic verdicts on complaints ---- */

static reason_t automatic(desk_t *desk, feedback_t *feedback, ident_t mandate,
                          enum verdict verdict) {
    struct finding finding = {.occurrence = TEXT("quenched too hot")};
    struct assessment assessment = {.rule = TEXT("recurrence"),
                                    .edition = 1,
                                    .cause = (int64_t) feedback->head.last,
                                    .verdict = VERDICT_OURS,
                                    .certain = true};
    struct verdict_given body = {.department = TEXT("quality"),
                                 .verdict = verdict,
                                 .assessment = {&assessment, 1},
                                 .finding = {&finding, 1}};
    struct command command = desk_command(desk, feedback, KIND_ROUND_VERDICT, desk->quality, &body);
    command.mandate = mandate;
    return desk_send(desk, feedback, &command);
}

static ident_t mandate_by(desk_t *desk, ident_t grantor, const char *department,
                          const char *classes) {
    struct mandate body = {.department = text_of(department),
                           .rule = TEXT("recurrence"),
                           .classes = desk_texts(desk, classes),
                           .until = desk->time + DAY_MS};
    return desk_do(desk, KIND_MANDATE_GRANT, grantor, (ident_t){{0}}, &body);
}

TEST_CLAUSE(where_policy_lets_it_a_daemon_gives_the_verdict_itself, "complaint-review", RULE) {
    desk_t *desk = desk_new_feedback();
    desk->procedure.feedback.at[CLASS_COMPLAINT].reviewers.at[0].mode = MODE_AUTO;
    desk_adopt(desk);
    feedback_t *feedback = desk_complaint_in_review(desk);
    ident_t enough = mandate_by(desk, desk->yan, "quality", "complaint grave");
    const ident_t lacking[] = {mandate_by(desk, desk->yan, "quality", "grave"),
                               mandate_by(desk, desk->yan, "marketing", "complaint"),
                               mandate_by(desk, desk->qin, "production", "complaint"),
                               mandate_by(desk, desk->customer, "quality", "complaint"),
                               mandate_by(desk, desk->qin, "quality", "complaint")};
    for (size_t i = 0; i < COUNT(lacking); i++)
        REFUSED(automatic(desk, feedback, lacking[i], VERDICT_OURS), MANDATE_MISSING);
    REFUSED(automatic(desk, feedback, enough, VERDICT_PARTLY), MANDATE_MISSING);
    assert_string_equal(desk->problem.field, "assessment");
    OK(automatic(desk, feedback, enough, VERDICT_OURS));
    OK(desk_find(desk, feedback, desk->yan, "quality", VERDICT_PARTLY)); /* a person knows better */
    REFUSED(automatic(desk, feedback, enough, VERDICT_OURS), ALREADY);
    desk->time += 2 * DAY_MS;
    feedback_t *later = desk_complaint_in_review(desk);
    REFUSED(automatic(desk, later, enough, VERDICT_OURS), MANDATE_MISSING);
    desk_destroy(&desk);
}
