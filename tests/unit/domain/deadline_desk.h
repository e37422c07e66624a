/* SPDX-License-Identifier: Apache-2.0
 *
 * deadline_desk: a desk whose procedure has working time and deadlines, and whose calendar knows the
 * year: Monday to Friday, 08:00 to 12:00 and 13:00 to 17:00. It is Wednesday, nine o'clock.
 */
#ifndef COUNTERSIGN_TESTS_DEADLINE_DESK_H
#define COUNTERSIGN_TESTS_DEADLINE_DESK_H

#include "common/domain/deadline.h"
#include "tests/unit/domain/context_desk.h"
#include "tests/unit/domain/feedback_desk.h"

enum { ROW_CLASSIFY, ROW_REVIEW, ROW_CONCLUDE, ROW_SIGN, ROW_URGENT, ROW_ASSESS, ROW_ACTION };

static inline void desk_working_time(desk_t *desk) {
    int64_t days[] = {WEEKDAY_MONDAY, WEEKDAY_TUESDAY, WEEKDAY_WEDNESDAY, WEEKDAY_THURSDAY,
                      WEEKDAY_FRIDAY};
    struct int_list week = DESK_LIST(desk, days);
    struct shift shifts[] = {{week, TEXT("08:00"), TEXT("12:00")},
                             {week, TEXT("13:00"), TEXT("17:00")}};
    text_t deputy = TEXT("management.deputy");
    struct deadline rows[] = {
        [ROW_CLASSIFY] = {.stage = STAGE_CLASSIFY, .hours = 4},
        [ROW_REVIEW] = {.classes = desk_texts(desk, "regular"),
                        .stage = STAGE_REVIEW,
                        .hours = 16,
                        .near = 4,
                        .escalate = deputy},
        [ROW_CONCLUDE] = {.stage = STAGE_CONCLUDE, .hours = 8, .near = 2},
        [ROW_SIGN] = {.stage = STAGE_SIGN, .hours = 8, .near = 2},
        [ROW_URGENT] = {.classes = desk_texts(desk, "complaint"),
                        .stage = STAGE_CONTAINED,
                        .hours = 24,
                        .urgent = true,
                        .clock = true,
                        .escalate = deputy},
        [ROW_ASSESS] = {.stage = STAGE_ASSESSED, .hours = 8},
        [ROW_ACTION] = {.stage = STAGE_ACTION, .near = 24, .escalate = deputy}};
    desk->procedure.working = (struct shift_list) DESK_LIST(desk, shifts);
    desk->procedure.deadlines = (struct deadline_list) DESK_LIST(desk, rows);
    for (size_t i = 0; i < desk->procedure.roles.n; i++)
        if (text_is(desk->procedure.roles.at[i].key, "sales.clerk"))
            desk->procedure.roles.at[i].reads = desk_texts(desk, "orders feedback");
    desk->procedure.nudge_first = 30;
    desk->procedure.nudge_again = 10;
    desk->procedure.quiet_from = TEXT("22:00");
    desk->procedure.quiet_to = TEXT("07:00");
    desk_adopt(desk);
}

static inline void desk_calendar(desk_t *desk, const struct calendar_row *rows, size_t n) {
    struct reference_begin begin = {.dataset = DATASET_CALENDAR,
                                    .rows = (int64_t) n,
                                    .source = {{9}},
                                    .name = TEXT("2026.json")};
    struct reference_chunk chunk = {
        .days = {desk_keep(desk, rows, n * sizeof *rows), n}};
    struct reference_adopt adopt = {.rows = (int64_t) n, .source = {{9}}};
    ident_t set = desk_do(desk, KIND_REFERENCE_BEGIN, desk->luo, (ident_t){{0}}, &begin);
    desk_do(desk, KIND_REFERENCE_CHUNK, desk->luo, set, &chunk);
    desk_do(desk, KIND_REFERENCE_ADOPT, desk->luo, set, &adopt);
}

/* 2026 is published: of its holidays only the Dragon Boat Festival, 19 June, comes near. */
static inline void desk_year(desk_t *desk) {
    const struct calendar_row rows[] = {
        {.day = TODAY + 23, .off = true, .name = TEXT("端午节"), .year = 2026}};
    desk_calendar(desk, rows, COUNT(rows));
}

static inline desk_t *desk_new_deadlines(void) {
    desk_t *desk = desk_new_feedback();
    desk_working_time(desk);
    desk_year(desk);
    return desk;
}

/* So many days on, at that hour of the company's day. */
static inline moment_t at(int days, int hour) {
    return (TODAY + days) * DAY_MS + (hour - 8) * HOUR_MS;
}

/* Time goes on; what it brings for this case is put on the record. Returns how many events. */
static inline size_t desk_pass(desk_t *desk, void *of, moment_t time) {
    buffer_t body = {0};
    struct event event;
    size_t n = 0;
    desk->time = time;
    for (; decide_deadline(desk->context, of, desk->position + 1, time, &body, &event); n++) {
        decoded_t decoded;
        bytes_t bytes;
        desk_decode(desk, &event, &bytes, &decoded);
        desk_fold(desk, of, &decoded, bytes);
    }
    buffer_free(&body);
    return n;
}

/* The deadline of a stage that the case waits for. */
static inline case_deadline_t desk_deadline(const desk_t *desk, const void *of, enum stage stage) {
    case_deadline_t list[STAGES_MAX];
    size_t n = case_deadlines(of, desk->context, list);
    const case_deadline_t *found = deadline_of(list, n, stage, 0);
    assert_non_null(found);
    return *found;
}

static inline const deadline_said_t *last_said(const case_t *of) {
    assert_true(of->said_n > 0);
    return &of->said[of->said_n - 1];
}

#endif
