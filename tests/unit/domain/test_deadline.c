/* SPDX-License-Identifier: Apache-2.0
 *
 * Deadlines: when a stage begins and ends in working time, that each is near once and missed once,
 * and whose the next word is.
 */
#include <stdio.h>

#include "tests/unit/domain/deadline_desk.h"

TEST_CLAUSE(a_review_has_its_hours_in_working_time, "QP21-4.4.3", RULE) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    case_deadline_t d = desk_deadline(desk, order, STAGE_REVIEW);
    assert_int_equal(d.stage.began, order_round(order)->opened);
    assert_int_equal(d.due, at(2, 9));   /* 7 hours are left today, 8 tomorrow, 1 on Friday */
    assert_int_equal(d.near, at(1, 14)); /* four hours before */
    assert_int_equal(desk_pass(desk, order, d.near - 1), 0);
    assert_int_equal(desk_pass(desk, order, d.near), 1);
    assert_false(last_said(&order->head)->missed);
    assert_int_equal(desk_pass(desk, order, d.due - 1), 0);
    assert_int_equal(desk_pass(desk, order, d.due), 1);
    const deadline_said_t *said = last_said(&order->head);
    assert_true(said->missed && said->due == d.due && text_is(said->escalate, "management.deputy"));
    assert_int_equal(desk_pass(desk, order, d.due + 400 * DAY_MS), 0); /* once each */
    desk_destroy(&desk);
}

TEST(after_a_long_standstill_each_is_still_said_once_and_in_order) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    assert_int_equal(desk_pass(desk, order, at(30, 12)), 2);
    assert_false(order->head.said[0].missed);
    assert_true(order->head.said[1].missed);
    assert_int_equal(desk_pass(desk, order, at(60, 12)), 0);
    desk_destroy(&desk);
}

TEST(what_was_done_in_time_is_never_said_to_be_late) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    desk->time = at(1, 10);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    case_deadline_t d = desk_deadline(desk, order, STAGE_CONCLUDE);
    assert_int_equal(d.stage.began, order_round(order)->tallied);
    assert_int_equal(d.due, at(2, 10));
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    assert_int_equal(desk_deadline(desk, order, STAGE_SIGN).stage.began,
                     order_round(order)->concluded);
    desk->time = at(1, 16);
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE)); /* each signature has its own time */
    d = desk_deadline(desk, order, STAGE_SIGN);
    assert_int_equal(d.due, at(2, 16));
    OK(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE));
    assert_int_equal(desk_pass(desk, order, at(90, 12)), 0);
    desk_destroy(&desk);
}

TEST(the_record_names_who_has_not_spoken) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT));
    assert_int_equal(desk_pass(desk, order, at(2, 9)), 2);
    decoded_t event;
    bytes_t bytes = desk->log[desk->log_n - 1].bytes;
    insist(event_decode(bytes, desk->arena, &event, NULL) == 0);
    const struct deadline_mark *body = event.body;
    assert_int_equal(body->departments.n, 2);
    assert_true(text_is(body->departments.at[0], "sales"));
    assert_true(text_is(body->departments.at[1], "purchasing"));
    desk_destroy(&desk);
}

TEST(an_amended_order_has_its_time_again) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    assert_int_equal(desk_pass(desk, order, at(2, 9)), 2);
    struct order_content content = desk_content(desk);
    content.lines.at[0].quantity += DECIMAL_ONE;
    OK(desk_amend(desk, order, desk->lin, &content));
    case_deadline_t d = desk_deadline(desk, order, order_round(order) ? STAGE_REVIEW : STAGE_CLASSIFY);
    assert_true(d.stage.began > last_said(&order->head)->position);
    assert_int_equal(d.missed_said, 0);
    desk_destroy(&desk);
}

TEST(a_deadline_does_not_stand_in_the_way_of_what_was_looked_at) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    uint64_t version = order->head.version;
    assert_int_equal(desk_pass(desk, order, at(9, 9)), 2);
    assert_int_equal(order->head.version, version);
    desk_destroy(&desk);
}

/* ---- the calendar ---- */

TEST(holidays_do_not_count_and_make_up_days_do) {
    desk_t *desk = desk_new_deadlines();
    const struct calendar_row rows[] = {
        {.day = TODAY + 1, .off = true, .name = TEXT("a"), .year = 2026},
        {.day = TODAY + 2, .off = true, .name = TEXT("b"), .year = 2026},
        {.day = TODAY + 4, .name = TEXT("b"), .year = 2026}}; /* a Sunday, made up for */
    desk_calendar(desk, rows, COUNT(rows));
    order_t *order = desk_regular_in_review(desk);
    assert_int_equal(desk_deadline(desk, order, STAGE_REVIEW).due, at(5, 9));
    desk_destroy(&desk);
}

TEST(a_calendar_adopted_later_moves_no_deadline_that_runs) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    const struct calendar_row rows[] = {
        {.day = TODAY + 1, .off = true, .name = TEXT("a"), .year = 2026}};
    desk_calendar(desk, rows, COUNT(rows));
    assert_int_equal(desk_deadline(desk, order, STAGE_REVIEW).due, at(2, 9));
    desk_destroy(&desk);
}

TEST(a_year_that_is_not_published_is_said_and_not_guessed) {
    desk_t *desk = desk_new_deadlines();
    desk->time = day_from_civil(2026, 12, 31) * DAY_MS + HOUR_MS;
    order_t *order = desk_regular_in_review(desk);
    case_deadline_t d = desk_deadline(desk, order, STAGE_REVIEW);
    assert_int_equal(d.due, 0);
    assert_int_equal(d.unknown, 2027);
    assert_int_equal(desk_pass(desk, order, desk->time + 90 * DAY_MS), 0);
    const struct calendar_row rows[] = {
        {.day = day_from_civil(2027, 1, 1), .off = true, .name = TEXT("元旦"), .year = 2027},
        {.day = TODAY + 23, .off = true, .name = TEXT("端午节"), .year = 2026}};
    const struct calendar_row sorted[] = {rows[1], rows[0]};
    desk_calendar(desk, sorted, COUNT(sorted));
    d = desk_deadline(desk, order, STAGE_REVIEW); /* 7 hours, Friday off, Monday 8, Tuesday 1 */
    assert_int_equal(d.due, day_from_civil(2027, 1, 5) * DAY_MS + HOUR_MS);
    assert_int_equal(desk_pass(desk, order, desk->time), 2);
    desk_destroy(&desk);
}

TEST(without_a_calendar_no_deadline_is_set_and_the_year_is_named) {
    desk_t *desk = desk_new_feedback();
    desk_working_time(desk);
    order_t *order = desk_regular_in_review(desk);
    case_deadline_t d = desk_deadline(desk, order, STAGE_REVIEW);
    assert_int_equal(d.due, 0);
    assert_int_equal(d.unknown, 2026);
    desk_destroy(&desk);
}

/* ---- which rule ---- */

TEST_CLAUSE(what_touches_safety_is_contained_by_the_clock, "ISO-10002-limits", RULE) {
    desk_t *desk = desk_new_deadlines();
    feedback_t *complaint = desk_told(desk, FEEDBACK_COMPLAINT);
    case_deadline_t list[STAGES_MAX];
    size_t n = case_deadlines(&complaint->head, desk->context, list);
    assert_null(deadline_of(list, n, STAGE_CONTAINED, 0)); /* nobody has said yet how grave it is */
    assert_int_equal(desk_deadline(desk, complaint, STAGE_ASSESSED).due, at(1, 9));
    moment_t told = desk->time;
    OK(desk_triage(desk, complaint, desk->yan,
                   (struct triage){.severity = SEVERITY_MAJOR, .urgent = true}));
    assert_int_equal(desk_deadline(desk, complaint, STAGE_CONTAINED).due, told + 24 * HOUR_MS);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    content.lot = TEXT("L-018");
    desk->time += 5 * HOUR_MS;
    OK(desk_reword(desk, complaint, desk->lin, &content)); /* puts no end off */
    assert_int_equal(desk_deadline(desk, complaint, STAGE_CONTAINED).due, told + 24 * HOUR_MS);
    desk_destroy(&desk);
}

TEST(a_class_without_a_rule_has_no_deadline) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_special_in_review(desk);
    assert_int_equal(deadline_next(&order->head, desk->context), 0);
    desk_destroy(&desk);
}

TEST_CLAUSE(an_action_is_missed_when_the_day_it_names_is_over, "QP21-4.3.3", RULE) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_effective(desk);
    OK(desk_act(desk, order, desk->yan, desk->qin)); /* by TODAY + 20 */
    assert_int_equal(deadline_next(&order->head, desk->context), at(20, 0));
    assert_int_equal(desk_pass(desk, order, at(21, 0) - 1), 1);
    assert_int_equal(desk_pass(desk, order, at(21, 0)), 1);
    assert_true(last_said(&order->head)->missed);
    assert_int_equal(last_said(&order->head)->action, 1);
    OK(desk_report(desk, order, desk->qin, 1));
    assert_int_equal(desk_pass(desk, order, at(99, 0)), 0);
    desk_destroy(&desk);
}

TEST(an_escalation_is_for_the_role_that_the_procedure_names) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    case_deadline_t d = desk_deadline(desk, order, STAGE_REVIEW);
    const person_t *shi = context_person(desk->context, desk->shi);
    assert_false(deadline_escalated(&d, shi));
    desk_pass(desk, order, d.due);
    d = desk_deadline(desk, order, STAGE_REVIEW);
    assert_true(deadline_escalated(&d, shi));
    assert_false(deadline_escalated(&d, context_person(desk->context, desk->luo)));
    desk_destroy(&desk);
}

/* ---- reminding ---- */

static reason_t nudge(desk_t *desk, void *of, ident_t who, enum stage stage) {
    return desk_try(desk, of, who, KIND_CASE_NUDGE, &(struct nudge){stage, TEXT("please")});
}

TEST(people_are_reminded_not_at_once_and_not_all_the_time) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    uint64_t version = order->head.version;
    desk->time = at(0, 9) + 29 * MINUTE_MS;
    REFUSED(nudge(desk, order, desk->lin, STAGE_REVIEW), TOO_SOON);
    assert_non_null(strstr(desk->problem.detail, "09:30"));
    desk->time = at(0, 9) + 30 * MINUTE_MS;
    OK(nudge(desk, order, desk->lin, STAGE_REVIEW));
    desk->time += 9 * MINUTE_MS;
    REFUSED(nudge(desk, order, desk->he, STAGE_REVIEW), TOO_SOON); /* whoever it is */
    assert_non_null(strstr(desk->problem.detail, "09:40"));
    desk->time += MINUTE_MS;
    OK(nudge(desk, order, desk->he, STAGE_REVIEW));
    assert_int_equal(order->head.nudges_n, 2);
    assert_true(ident_equal(order->head.nudges[1].actor, desk->he));
    assert_int_equal(order->head.version, version);
    REFUSED(nudge(desk, order, desk->lin, STAGE_SIGN), WRONG_STATE);
    desk_destroy(&desk);
}

TEST(nobody_is_reminded_at_night) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    desk->time = at(0, 22);
    REFUSED(nudge(desk, order, desk->lin, STAGE_REVIEW), TOO_SOON);
    assert_non_null(strstr(desk->problem.detail, "07:00"));
    desk->time = at(1, 7) - 1;
    REFUSED(nudge(desk, order, desk->lin, STAGE_REVIEW), TOO_SOON);
    desk->time = at(1, 7);
    OK(nudge(desk, order, desk->lin, STAGE_REVIEW));
    desk_destroy(&desk);
}

TEST(whoever_may_not_read_it_reminds_nobody_of_it) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    desk->time = at(0, 15);
    REFUSED(nudge(desk, order, desk->zhao, STAGE_REVIEW), NOT_ALLOWED_TO_READ);
    REFUSED(nudge(desk, order, desk->quality, STAGE_REVIEW), NOT_A_PERSON);
    desk_destroy(&desk);
}

/* ---- an edition that cannot be kept ---- */

TEST_CLAUSE(deadlines_that_cannot_be_kept_are_refused_at_their_field, "QP21-5", REFUSAL) {
    text_t odd = TEXT("odd"), regular = TEXT("regular");
    const struct {
        size_t row;
        const char *field;
        struct deadline is;
    } faults[] = {
        {ROW_CLASSIFY, "hours", {.stage = STAGE_CLASSIFY}},
        {ROW_REVIEW, "near", {.stage = STAGE_REVIEW, .hours = 4, .near = 4}},
        {ROW_REVIEW, "escalate", {.stage = STAGE_REVIEW, .hours = 4, .escalate = odd}},
        {ROW_SIGN, "classes", {.classes = {&odd, 1}, .stage = STAGE_SIGN, .hours = 1}},
        {ROW_SIGN, "classes", {.classes = {&regular, 1}, .stage = STAGE_CONFIRM, .hours = 1}}};
    desk_t *desk = desk_new_deadlines();
    problem_t problem = {0};
    assert_int_equal(procedure_check(&desk->procedure, &problem), 0);
    for (size_t i = 0; i < COUNT(faults); i++) {
        char path[64];
        struct deadline *row = &desk->procedure.deadlines.at[faults[i].row], kept = *row;
        *row = faults[i].is;
        assert_int_equal(procedure_check(&desk->procedure, &problem), -1);
        assert_int_equal(problem.reason, REASON_PROCEDURE_INVALID);
        snprintf(path, sizeof path, "deadlines[%zu].%s", faults[i].row, faults[i].field);
        assert_string_equal(problem.field, path);
        *row = kept;
    }
    desk->procedure.working.n = 0;
    assert_int_equal(procedure_check(&desk->procedure, &problem), -1);
    desk_destroy(&desk);
}
