/* SPDX-License-Identifier: Apache-2.0
 *
 * Working time that is computed is what a count of minutes, one by one, finds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/moment.h"
#include "common/domain/calendar.h"
#include "tests/unit/harness.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FIRST INT64_C(20513) /* 2026-03-01 */
#define WINDOW 100 /* days from 2026-03-01 on */
#define MINUTES (WINDOW * 1440)

static uint64_t seed = 20260301;
static int64_t any(int64_t n) { /* 0 .. n - 1 */
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t) ((seed >> 33) % (uint64_t) n);
}

typedef struct world {
    struct procedure procedure;
    struct shift shifts[4];
    int64_t days[4][7];
    char clock[4][2][24];
    struct calendar_row rows[WINDOW];
    size_t rows_n;
    bool works[MINUTES]; /* each minute of the company's clock */
} world_t;

static void random_shift(world_t *w, size_t i) {
    int64_t from = any(1440), to = any(4) ? from + 1 + any(1440 - from) : 1440;
    snprintf(w->clock[i][0], 24, "%02d:%02d", (int) (from / 60), (int) (from % 60));
    snprintf(w->clock[i][1], 24, "%02d:%02d", (int) (to / 60), (int) (to % 60));
    size_t n = 0;
    for (int64_t day = 1; day <= 7; day++)
        if (any(3))
            w->days[i][n++] = day;
    w->shifts[i] = (struct shift){
        {w->days[i], n}, text_of(w->clock[i][0]), text_of(w->clock[i][1])};
}

static int clock_of(text_t t) { return atoi(t.p) * 60 + atoi(t.p + 3); }

static bool has(const world_t *w, unsigned weekday, int minute) {
    for (size_t i = 0; i < w->procedure.working.n; i++)
        for (size_t k = 0; k < w->shifts[i].days.n; k++)
            if (w->shifts[i].days.at[k] == (int64_t) weekday &&
                (minute < 0 || (minute >= clock_of(w->shifts[i].from) &&
                                minute < clock_of(w->shifts[i].to))))
                return true;
    return false;
}

static void count_day(world_t *w, day_t day) {
    const struct calendar_row *found = NULL;
    for (size_t i = 0; i < w->rows_n; i++)
        if (w->rows[i].day == day)
            found = &w->rows[i];
    unsigned weekday = day_weekday(day);
    if (found ? found->off : !has(w, weekday, -1))
        return;
    for (unsigned d = 1; !has(w, weekday, -1) && d <= 7; d++)
        weekday = has(w, d, -1) ? d : weekday;
    for (int minute = 0; minute < 1440; minute++)
        w->works[(day - FIRST) * 1440 + minute] = has(w, weekday, minute);
}

static void random_world(world_t *w) {
    static const int64_t offsets[] = {480, -300, 0, 345, 840, -840};
    memset(w, 0, sizeof *w);
    w->procedure.offset_minutes = offsets[any(COUNT(offsets))];
    size_t n = (size_t) (1 + any(4));
    for (size_t i = 0; i < n; i++)
        random_shift(w, i);
    w->procedure.working = (struct shift_list){w->shifts, n};
    w->rows[w->rows_n++] = (struct calendar_row){FIRST - 59, true, TEXT("元旦"), 2026};
    for (day_t day = FIRST; day < FIRST + WINDOW; day++)
        if (any(8) == 0 && w->rows_n < WINDOW)
            w->rows[w->rows_n++] =
                (struct calendar_row){day, any(2) != 0, TEXT("?"), any(2) ? 2026 : 0};
    for (day_t day = FIRST; day < FIRST + WINDOW; day++)
        count_day(w, day);
}

/* The minute of the company's clock at which that many have been worked; -1: beyond the window. */
static int64_t counted(const world_t *w, int64_t from, int64_t minutes) {
    for (int64_t at_minute = from; at_minute < MINUTES; at_minute++) {
        if (!w->works[at_minute])
            continue;
        if (minutes == 0)
            return at_minute;
        if (--minutes == 0)
            return at_minute + 1;
    }
    return -1;
}

TEST(ten_thousand_ends_are_those_that_a_count_of_minutes_finds) {
    static world_t w;
    int compared = 0;
    for (int i = 0; compared < 10000 && i < 100000; i++) {
        if (i % 250 == 0)
            random_world(&w);
        working_time_t time = {&w.procedure, {.position = 1, .days = w.rows, .n = w.rows_n}};
        int64_t from = any(30 * 1440), minutes = any(4) ? any(3000) : any(3);
        int64_t expected = counted(&w, from, minutes);
        if (expected < 0)
            continue;
        moment_t midnight =
            FIRST * DAY_MS - w.procedure.offset_minutes * MINUTE_MS, out;
        assert_int_equal(working_add(&time, midnight + from * MINUTE_MS, minutes, &out, NULL),
                         CALENDAR_OK);
        if (out != midnight + expected * MINUTE_MS)
            fail_msg("check %d: %lld minutes from minute %lld end at %lld, not at %lld", i,
                     (long long) minutes, (long long) from,
                     (long long) ((out - midnight) / MINUTE_MS), (long long) expected);
        compared++;
    }
    assert_int_equal(compared, 10000);
}
