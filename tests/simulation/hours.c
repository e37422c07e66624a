/* SPDX-License-Identifier: Apache-2.0
 *
 * hours: see the header. It knows the calendar as rows of days, the procedure as the bytes that were
 * adopted, and counts.
 */
#include "tests/simulation/hours.h"

#include <stdlib.h>
#include <string.h>

enum { ADOPT = 30, BEGIN = 40, CHUNK = 41, TABLE = 42, REGISTER = 60, CLASSIFY = 61 };
enum { AMEND = 69, DECLINE = 70, WITHDRAW = 71, NEAR = 88, MISSED = 89, LEDGER_LAST = 6, ERASE = 120 };
enum { CALENDAR = 5, STAGE_CLASSIFY = 5, STAGE_ACTION = 13, ROWS_MAX = 400, EDITIONS_MAX = 64, SHIFTS_MAX = 64 };
enum { MINUTE = 60000, DAY_MINUTES = 1440 };

typedef struct said {
    uint8_t object[16];
    int64_t stage, action, began;
    bool missed;
} said_t;

typedef struct unclassified {
    uint8_t object[16];
    int64_t began, time;
    bool said, over;
} unclassified_t;

struct hours {
    struct { int64_t day; bool off; } rows[ROWS_MAX];
    size_t rows_n;
    uint8_t calendar[16]; /* the import that is one */
    span_t edition;       /* the procedure in force; editions have their own copies */
    uint8_t *editions[EDITIONS_MAX];
    size_t editions_n;
    struct { int64_t from, to; unsigned weekdays; } shifts[SHIFTS_MAX]; /* its; minutes of the day; bits 1 to 7 */
    size_t shifts_n;
    int64_t *times;       /* by position */
    uint8_t (*objects)[16];
    size_t room;
    said_t *said;
    size_t said_n, said_room, missed;
    unclassified_t *waiting;
    size_t waiting_n, waiting_room;
};

static void *more(void *at, size_t n, size_t *room, size_t size) {
    if (n < *room)
        return at;
    *room = *room * 2 + 256;
    at = realloc(at, *room * size);
    if (!at)
        abort();
    return at;
}

hours_t *hours_new(void) {
    hours_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    return self;
}

void hours_destroy(hours_t **self_p) {
    hours_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->editions_n; i++)
        free(self->editions[i]);
    free(self->times);
    free(self->objects);
    free(self->said);
    free(self->waiting);
    free(self);
    *self_p = NULL;
}

size_t hours_missed(const hours_t *self) { return self->missed; }

/* ---- procedure and calendar ---- */

static int64_t clock_of(span_t text) {
    return text.n == 5 ? ((text.p[0] - '0') * 10 + text.p[1] - '0') * 60 +
                             (text.p[3] - '0') * 10 + text.p[4] - '0'
                       : 0;
}

static void read_shifts(hours_t *self) {
    span_t shifts = reading_get(self->edition, 19);
    self->shifts_n = reading_count(shifts);
    if (self->shifts_n > SHIFTS_MAX)
        abort();
    for (size_t i = 0; i < self->shifts_n; i++) {
        span_t shift = reading_item(shifts, i), days = reading_get(shift, 1);
        self->shifts[i].from = clock_of(reading_bytes(reading_get(shift, 2)));
        self->shifts[i].to = clock_of(reading_bytes(reading_get(shift, 3)));
        self->shifts[i].weekdays = 0;
        for (size_t k = 0; k < reading_count(days); k++)
            self->shifts[i].weekdays |= 1u << (reading_int(reading_item(days, k)) & 31);
    }
}

static void adopt(hours_t *self, span_t bytes) {
    if (self->editions_n == EDITIONS_MAX)
        abort();
    uint8_t *copy = malloc(bytes.n + 1);
    if (!copy)
        abort();
    memcpy(copy, bytes.p, bytes.n);
    self->editions[self->editions_n++] = copy;
    self->edition = (span_t){copy, bytes.n};
    read_shifts(self);
}

static void take_table(hours_t *self, const taken_t *t) {
    if (t->kind == BEGIN && reading_int(reading_get(t->body, 1)) == CALENDAR)
        memcpy(self->calendar, t->object.p, 16);
    if (t->kind != CHUNK || !staff_same(self->calendar, t->object, 16))
        return;
    span_t days = reading_get(t->body, 6);
    for (size_t i = 0; i < reading_count(days) && self->rows_n < ROWS_MAX; i++) {
        span_t row = reading_item(days, i);
        self->rows[self->rows_n].day = reading_int(reading_get(row, 1));
        self->rows[self->rows_n++].off = reading_get(row, 2).n > 0;
    }
}

/* Is this minute, of the company's time, worked? 1970-01-01 was a Thursday. */
static bool worked(const hours_t *self, int64_t minute) {
    int64_t day = minute / DAY_MINUTES, of_day = minute % DAY_MINUTES, weekday = (day + 3) % 7 + 1;
    for (size_t i = 0; i < self->rows_n; i++) {
        if (self->rows[i].day != day)
            continue;
        if (self->rows[i].off)
            return false;
        weekday = weekday > 5 ? 1 : weekday; /* made up for as on a Monday */
    }
    for (size_t i = 0; i < self->shifts_n; i++)
        if (of_day >= self->shifts[i].from && of_day < self->shifts[i].to &&
            self->shifts[i].weekdays >> weekday & 1)
            return true;
    return false;
}

/* So many worked minutes after `from`; what is left of a minute that has begun counts as it is. */
static int64_t end_of(const hours_t *self, int64_t from, int64_t hours, bool clock) {
    int64_t offset = reading_int(reading_get(self->edition, 11)) * MINUTE, left = hours * 60 * MINUTE;
    int64_t at = from + offset;
    if (clock)
        return from + left;
    for (int64_t i = 0; i < 400000; i++) {
        int64_t minute = at / MINUTE, rest = (minute + 1) * MINUTE - at;
        if (worked(self, minute)) {
            if (left <= rest)
                return at + left - offset;
            left -= rest;
        }
        at += rest;
    }
    return 0;
}

/* ---- what is said of deadlines ---- */

/* Some rule for this stage gives this end. */
static bool an_end(const hours_t *self, int64_t stage, int64_t began_at, int64_t due) {
    span_t rules = reading_get(self->edition, 20);
    for (size_t i = 0; i < reading_count(rules); i++) {
        span_t rule = reading_item(rules, i);
        if (reading_int(reading_get(rule, 2)) == stage &&
            end_of(self, began_at, reading_int(reading_get(rule, 3)),
                   reading_get(rule, 8).n > 0) == due)
            return true;
    }
    return false;
}

static const char *take_said(hours_t *self, const taken_t *t) {
    int64_t stage = reading_int(reading_get(t->body, 1)), began = reading_int(reading_get(t->body, 2)),
            due = reading_int(reading_get(t->body, 3)), action = reading_int(reading_get(t->body, 6));
    bool missed = t->kind == MISSED;
    if (began <= 0 || began >= t->position || !staff_same(self->objects[began], t->object, 16))
        return "a deadline of something that did not happen to this case";
    for (size_t i = 0; i < self->said_n; i++) {
        const said_t *s = &self->said[i];
        if (!staff_same(s->object, t->object, 16) || s->stage != stage || s->action != action ||
            s->began != began)
            continue;
        if (s->missed)
            return missed ? "a deadline is missed twice" : "a deadline is near after it was missed";
        if (!missed)
            return "a deadline is near twice";
    }
    if (missed && t->time < due)
        return "a deadline is missed before its time";
    int64_t offset = reading_int(reading_get(self->edition, 11)) * MINUTE;
    if (stage == STAGE_ACTION ? (due + offset) % (DAY_MINUTES * MINUTE) != 0
                              : !an_end(self, stage, self->times[began], due))
        return "a deadline that no rule of the procedure gives";
    self->said = more(self->said, self->said_n, &self->said_room, sizeof *self->said);
    said_t *said = &self->said[self->said_n++];
    *said = (said_t){.stage = stage, .action = action, .began = began, .missed = missed};
    memcpy(said->object, t->object.p, 16);
    self->missed += missed;
    for (size_t i = 0; missed && stage == STAGE_CLASSIFY && i < self->waiting_n; i++)
        if (self->waiting[i].began == began)
            self->waiting[i].said = true;
    return NULL;
}

/* ---- orders whose class nobody confirms: what should have been said by now ---- */

static void wait_for_class(hours_t *self, const taken_t *t) {
    self->waiting = more(self->waiting, self->waiting_n, &self->waiting_room, sizeof *self->waiting);
    unclassified_t *w = &self->waiting[self->waiting_n++];
    *w = (unclassified_t){.began = t->position, .time = t->time};
    memcpy(w->object, t->object.p, 16);
}

static int64_t hours_to_classify(const hours_t *self) {
    span_t rules = reading_get(self->edition, 20);
    for (size_t i = 0; i < reading_count(rules); i++)
        if (reading_int(reading_get(reading_item(rules, i), 2)) == STAGE_CLASSIFY)
            return reading_int(reading_get(reading_item(rules, i), 3));
    return 0;
}

static const char *look_back(hours_t *self, const taken_t *t) {
    int64_t hours = hours_to_classify(self);
    for (size_t i = 0; hours && i < self->waiting_n; i++) {
        unclassified_t *w = &self->waiting[i];
        if (!w->said && !w->over && end_of(self, w->time, hours, false) <= t->time)
            return "an order waits too long for its class, and the record does not say so";
    }
    return NULL;
}

static bool of_the_ledger(int64_t kind) { return kind <= LEDGER_LAST || kind == ERASE; }

static void no_more(hours_t *self, const taken_t *t) {
    for (size_t i = 0; i < self->waiting_n; i++)
        if (staff_same(self->waiting[i].object, t->object, 16))
            self->waiting[i].over = true;
}

static void note_time(hours_t *self, const taken_t *t) {
    size_t was = self->room;
    while ((size_t) t->position >= self->room)
        self->times = more(self->times, self->room, &self->room, sizeof *self->times);
    if (self->room != was) {
        self->objects = realloc(self->objects, self->room * sizeof *self->objects);
        if (!self->objects)
            abort();
    }
    self->times[t->position] = t->time;
    memset(self->objects[t->position], 0, 16);
    if (t->object.n == 16)
        memcpy(self->objects[t->position], t->object.p, 16);
}

const char *hours_take(hours_t *self, const taken_t *t) {
    note_time(self, t);
    if (t->command.n && !of_the_ledger(t->kind)) {
        const char *why = look_back(self, t);
        if (why)
            return why;
    }
    if (t->kind == ADOPT)
        adopt(self, reading_bytes(reading_get(t->body, 1)));
    else if (t->kind == BEGIN || t->kind == CHUNK || t->kind == TABLE)
        take_table(self, t);
    else if (t->kind == REGISTER)
        wait_for_class(self, t);
    else if (t->kind == CLASSIFY || t->kind == AMEND || t->kind == DECLINE || t->kind == WITHDRAW)
        no_more(self, t);
    return t->kind == NEAR || t->kind == MISSED ? take_said(self, t) : NULL;
}
