/* SPDX-License-Identifier: Apache-2.0
 *
 * What the body of a step on feedback must hold: each field that is wrong is named.
 */
#include "tests/unit/domain/feedback_desk.h"

static reason_t verdict(desk_t *desk, feedback_t *feedback, enum verdict word,
                        const struct finding *finding, const char *reason) {
    struct finding copy = finding ? *finding : (struct finding){0};
    struct verdict_given body = {.department = TEXT("quality"),
                                 .verdict = word,
                                 .reason = text_of(reason),
                                 .finding = {&copy, finding ? 1 : 0}};
    return desk_try(desk, feedback, desk->yan, KIND_ROUND_VERDICT, &body);
}

TEST(verdicts_come_in_the_words_of_their_scale) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    const struct finding empty = {.occurrence = TEXT(" ")}, found = {.occurrence = TEXT("heat")};
    for (int word = VERDICT_ACCEPT; word <= VERDICT_REJECT; word++)
        REFUSED(verdict(desk, feedback, (enum verdict) word, NULL, "no"), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "verdict");
    assert_string_equal(desk->problem.detail, "ours, partly ours or not ours");
    REFUSED(verdict(desk, feedback, VERDICT_OURS, NULL, ""), FIELD_MISSING);
    REFUSED(verdict(desk, feedback, VERDICT_PARTLY, &empty, ""), FIELD_MISSING);
    assert_string_equal(desk->problem.field, "finding[0].occurrence");
    REFUSED(verdict(desk, feedback, VERDICT_NOT_OURS, &found, " "), FIELD_MISSING);
    assert_string_equal(desk->problem.field, "reason");
    OK(verdict(desk, feedback, VERDICT_PARTLY, &found, ""));
    feedback_t *suggestion = desk_told(desk, FEEDBACK_SUGGESTION);
    OK(desk_assess(desk, suggestion, desk->song, SEVERITY_MINOR));
    REFUSED(verdict(desk, suggestion, VERDICT_OURS, &found, ""), FIELD_RANGE);
    REFUSED(verdict(desk, suggestion, VERDICT_ACCEPT, &found, ""), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "finding");
    OK(verdict(desk, suggestion, VERDICT_ACCEPT, NULL, ""));
    desk_destroy(&desk);
}

static void conclusion_refused(desk_t *desk, feedback_t *feedback, const struct conclude *body,
                               reason_t reason, const char *field) {
    ident_t actor = feedback_kind_of(feedback) == FEEDBACK_SUGGESTION ? desk->song : desk->yan;
    assert_int_equal(desk_try(desk, feedback, actor, KIND_ROUND_CONCLUDE, body), reason);
    assert_string_equal(desk->problem.field, field);
}

TEST_CLAUSE(a_disposition_has_remedy_cause_and_place, "complaint-review", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_tallied(desk);
    struct conclude body = desk_conclusion(desk, OUTCOME_OURS);
    struct measure measure = {TEXT("x"), desk->customer, TODAY + 1, action_type_unset};
    body.disposition.n = 0;
    conclusion_refused(desk, feedback, &body, REASON_FIELD_MISSING, "disposition");
    body = desk_conclusion(desk, OUTCOME_OURS);
    body.answers = desk_answers(desk);
    conclusion_refused(desk, feedback, &body, REASON_FIELD_RANGE, "answers");
    body = desk_conclusion(desk, OUTCOME_OURS);
    body.disposition.at[0].occurrence = TEXT(" ");
    conclusion_refused(desk, feedback, &body, REASON_FIELD_MISSING, "disposition[0].occurrence");
    body = desk_conclusion(desk, OUTCOME_OURS);
    body.disposition.at[0].department = TEXT("moon");
    conclusion_refused(desk, feedback, &body, REASON_UNKNOWN_REFERENCE,
                       "disposition[0].department");
    body = desk_conclusion(desk, OUTCOME_OURS);
    body.measures = (struct measure_list){&measure, 1};
    conclusion_refused(desk, feedback, &body, REASON_UNKNOWN_REFERENCE, "measures[0].owner");
    measure.owner = desk->qin;
    measure.due = TODAY - 1;
    conclusion_refused(desk, feedback, &body, REASON_FIELD_RANGE, "measures[0].due");
    desk_destroy(&desk);
}

TEST(only_a_complaint_or_claim_has_a_disposition) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_SUGGESTION);
    OK(desk_assess(desk, feedback, desk->song, SEVERITY_MINOR));
    desk_all_find(desk, feedback, VERDICT_REJECT);
    struct conclude body = desk_conclusion(desk, OUTCOME_OURS);
    body.outcome = OUTCOME_NOT_ADOPTED;
    conclusion_refused(desk, feedback, &body, REASON_FIELD_MISSING, "disposition");
    body = desk_conclusion(desk, OUTCOME_ADOPTED); /* what a department cannot do */
    conclusion_refused(desk, feedback, &body, REASON_CONTRADICTS_TALLY, "outcome");
    OK(desk_dispose(desk, feedback, desk->song, OUTCOME_NOT_ADOPTED));
    feedback_t *ours_not = desk_complaint_in_review(desk); /* needs no place where it arose */
    desk_all_find(desk, ours_not, VERDICT_NOT_OURS);
    body = desk_conclusion(desk, OUTCOME_NOT_OURS);
    body.disposition.at[0].occurrence.n = body.disposition.at[0].department.n = 0;
    OK(desk_try(desk, ours_not, desk->yan, KIND_ROUND_CONCLUDE, &body));
    desk_destroy(&desk);
}

static void telling_refused(desk_t *desk, const struct feedback_content *content, reason_t reason,
                            const char *field) {
    feedback_t *feedback = feedback_new((ident_t){{0}});
    assert_int_equal(desk_tell(desk, feedback, desk->lin, content), reason);
    assert_string_equal(desk->problem.field, field);
    feedback_destroy(&feedback);
}

TEST_CLAUSE(what_is_registered_says_who_what_and_when, "QP21-4.5c", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.customer = desk->lin;
    telling_refused(desk, &content, REASON_UNKNOWN_REFERENCE, "customer");
    content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.text = TEXT("  ");
    telling_refused(desk, &content, REASON_FIELD_MISSING, "text");
    content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.affected = content.delivered + 1;
    telling_refused(desk, &content, REASON_FIELD_RANGE, "affected");
    content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.received = desk->time + DAY_MS;
    telling_refused(desk, &content, REASON_FIELD_RANGE, "received");
    content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.delivered = 0; /* not known how much was */
    OK(desk_tell(desk, desk_blank(desk), desk->lin, &content));
    desk->procedure.feedback.n = CLASS_ENQUIRY;
    desk_adopt(desk);
    content.kind = FEEDBACK_PRAISE;
    telling_refused(desk, &content, REASON_UNKNOWN_REFERENCE, "kind");
    desk_destroy(&desk);
}

TEST_CLAUSE(each_step_is_for_those_whose_act_it_is, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_blank(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    REFUSED(desk_tell(desk, feedback, desk->zhao, &content), WRONG_ROLE);
    assert_string_equal(desk->problem.detail, "none of your roles may feedback");
    OK(desk_tell(desk, feedback, desk->bai, &content));
    REFUSED(desk_acknowledge(desk, feedback, desk->bai), WRONG_ROLE);
    REFUSED(desk_assess(desk, feedback, desk->lin, SEVERITY_MINOR), WRONG_ROLE);
    REFUSED(desk_contain(desk, feedback, desk->song), WRONG_ROLE);
    REFUSED(desk_reclassify(desk, feedback, desk->lin, FEEDBACK_CLAIM), WRONG_ROLE);
    REFUSED(desk_close(desk, feedback, desk->lin, ENDING_WITHDRAWN), WRONG_ROLE);
    REFUSED(desk_reword(desk, feedback, desk->wen, &content), WRONG_ROLE);
    feedback_t *answered = desk_told(desk, FEEDBACK_ENQUIRY);
    REFUSED(desk_answer(desk, answered, desk->yan), WRONG_ROLE);
    OK(desk_answer(desk, answered, desk->lin));
    REFUSED(desk_reopen(desk, answered, desk->lin), WRONG_ROLE);
    REFUSED(desk_acknowledge(desk, answered, desk->quality), NOT_A_PERSON);
    desk_destroy(&desk);
}

static void step_refused(desk_t *desk, feedback_t *feedback, ident_t actor, kind_t kind,
                         const void *body, reason_t reason, const char *field) {
    assert_int_equal(desk_try(desk, feedback, actor, kind, body), reason);
    assert_string_equal(desk->problem.field, field);
}

TEST(an_assessment_names_whom_its_class_can_ask) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    struct triage body = {.severity = SEVERITY_MINOR,
                          .departments = desk_texts(desk, "quality planning")};
    step_refused(desk, feedback, desk->yan, KIND_FEEDBACK_ASSESS, &body, REASON_UNKNOWN_REFERENCE,
                 "departments[1]");
    body = (struct triage){.severity = SEVERITY_MINOR, .duplicate = feedback->head.id};
    step_refused(desk, feedback, desk->yan, KIND_FEEDBACK_ASSESS, &body, REASON_FIELD_RANGE,
                 "duplicate");
    desk_destroy(&desk);
}

TEST(what_was_done_is_said_in_words_and_not_of_tomorrow) {
    desk_t *desk = desk_new_feedback();
    feedback_t *complaint = desk_told(desk, FEEDBACK_COMPLAINT);
    feedback_t *enquiry = desk_told(desk, FEEDBACK_ENQUIRY);
    struct acknowledge told = {MEDIUM_FAX, desk->time + DAY_MS, TEXT("")};
    step_refused(desk, complaint, desk->lin, KIND_FEEDBACK_ACKNOWLEDGE, &told, REASON_FIELD_RANGE,
                 "when");
    struct containment contained = {.stock = TEXT("apart"), .unneeded = TEXT("all used up")};
    step_refused(desk, complaint, desk->yan, KIND_FEEDBACK_CONTAIN, &contained,
                 REASON_FIELD_MISSING, "unneeded");
    contained = (struct containment){.transit = TEXT(" ")};
    step_refused(desk, complaint, desk->yan, KIND_FEEDBACK_CONTAIN, &contained,
                 REASON_FIELD_MISSING, "customer");
    OK(desk_try(desk, complaint, desk->yan, KIND_FEEDBACK_CONTAIN,
                &(struct containment){.unneeded = TEXT("all used up")}));
    OK(desk_try(desk, complaint, desk->yan, KIND_FEEDBACK_CONTAIN,
                &(struct containment){.customer = TEXT("set apart")}));
    OK(desk_try(desk, complaint, desk->yan, KIND_FEEDBACK_CONTAIN,
                &(struct containment){.transit = TEXT("held")}));
    struct reply_given reply = {.text = TEXT(" "), .medium = MEDIUM_FAX, .when = desk->time};
    step_refused(desk, enquiry, desk->lin, KIND_FEEDBACK_ANSWER, &reply, REASON_FIELD_MISSING,
                 "text");
    reply.text = TEXT("yes");
    reply.when = desk->time + DAY_MS;
    step_refused(desk, enquiry, desk->lin, KIND_FEEDBACK_ANSWER, &reply, REASON_FIELD_RANGE,
                 "when");
    OK(desk_answer(desk, enquiry, desk->lin));
    struct closing closing = {.ending = ENDING_NO_REPLY, .text = TEXT(" ")};
    step_refused(desk, enquiry, desk->song, KIND_FEEDBACK_CLOSE, &closing, REASON_FIELD_MISSING,
                 "text");
    step_refused(desk, enquiry, desk->song, KIND_FEEDBACK_REOPEN, &(struct revoke){TEXT(" ")},
                 REASON_FIELD_MISSING, "reason");
    desk_destroy(&desk);
}

TEST_CLAUSE(only_another_kind_is_reclassified_and_only_other_words_amended, "QP21-4.6b", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    struct feedback_content content = *feedback_revision(feedback)->content;
    REFUSED(desk_reword(desk, feedback, desk->lin, &content), ALREADY);
    content.kind = FEEDBACK_CLAIM;
    REFUSED(desk_reword(desk, feedback, desk->lin, &content), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "content[0].kind");
    content.customer = desk->lin;
    REFUSED(desk_reword(desk, feedback, desk->lin, &content), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "content[0].customer");
    REFUSED(desk_reclassify(desk, feedback, desk->song, FEEDBACK_COMPLAINT), ALREADY);
    desk->procedure.feedback.n = CLASS_ENQUIRY;
    desk_adopt(desk);
    REFUSED(desk_reclassify(desk, feedback, desk->song, FEEDBACK_ENQUIRY), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "kind");
    desk_destroy(&desk);
}

TEST(a_step_is_bound_to_the_words_or_the_case_as_its_actor_saw_them) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_complaint_in_review(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    struct reclassify other = {FEEDBACK_CLAIM, TEXT("money is asked")};
    struct command command =
        desk_command(desk, feedback, KIND_FEEDBACK_RECLASSIFY, desk->song, &other);
    OK(desk_find(desk, feedback, desk->qin, "production", VERDICT_OURS));
    REFUSED(desk_send(desk, feedback, &command), STALE_VERSION); /* somebody spoke meanwhile */
    command = desk_command(desk, feedback, KIND_FEEDBACK_ASSESS, desk->song,
                           &(struct triage){.severity = SEVERITY_MAJOR});
    content.lot = TEXT("L-018");
    OK(desk_reword(desk, feedback, desk->lin, &content));
    REFUSED(desk_send(desk, feedback, &command), STALE_REVISION);
    desk_destroy(&desk);
}

TEST(an_order_and_feedback_are_not_taken_for_each_other) {
    desk_t *desk = desk_new_feedback();
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    order_t *order = desk_regular_in_review(desk);
    REFUSED(desk_try(desk, feedback, desk->song, KIND_ORDER_DECLINE,
                     &(struct decline){.reason = TEXT("x")}),
            WRONG_CASE);
    REFUSED(desk_try(desk, order, desk->lin, KIND_FEEDBACK_ACKNOWLEDGE,
                     &(struct acknowledge){MEDIUM_FAX, desk->time, TEXT("x")}),
            WRONG_CASE);
    REFUSED(desk_try(desk, NULL, desk->yan, KIND_ROUND_SIGN,
                     &(struct sign){.meaning = MEANING_DISPOSITION}),
            UNKNOWN_CASE);
    assert_null(feedback_of(&order->head));
    assert_null(feedback_of_const(&order->head));
    assert_null(feedback_of(NULL));
    assert_null(feedback_of_const(NULL));
    desk_destroy(&desk);
}
