/* SPDX-License-Identifier: Apache-2.0
 *
 * moment: calendar arithmetic on days since 1970 (proleptic Gregorian), RFC 3339 in and out.
 */
#include "common/base/moment.h"

#include <stdio.h>

#include "common/base/text.h"

/* Years are counted from March, so that the leap day is the last of its year. */
day_t day_from_civil(int year, unsigned month, unsigned day) {
    int64_t y = (int64_t) year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t months = (int64_t) month + (month > 2 ? -3 : 9);
    int64_t day_of_year = (153 * months + 2) / 5 + (int64_t) day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void day_to_civil(day_t day, int *year, unsigned *month, unsigned *day_of_month) {
    const day_t far = INT64_C(200000000000); /* beyond this the year would not fit an int */
    int64_t z = (day > far ? far : day < -far ? -far : day) + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day_of_month = (unsigned) (doy - (153 * mp + 2) / 5 + 1);
    *month = (unsigned) (mp < 10 ? mp + 3 : mp - 9);
    *year = (int) (yoe + era * 400 + (*month <= 2));
}

static bool digits(text_t text, size_t at, size_t n, int64_t *out) {
    if (at + n > text.n)
        return false;
    for (size_t i = at; i < at + n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return int_parse((text_t){text.p + at, n}, 0, INT64_MAX, out);
}

static bool day_at(text_t text, day_t *out) {
    int64_t y, m, d;
    if (text.n < 10 || !digits(text, 0, 4, &y) || text.p[4] != '-' || !digits(text, 5, 2, &m) ||
        text.p[7] != '-' || !digits(text, 8, 2, &d) || m < 1 || m > 12 || d < 1)
        return false;
    int year;
    unsigned month, day;
    *out = day_from_civil((int) y, (unsigned) m, (unsigned) d);
    day_to_civil(*out, &year, &month, &day);
    return month == (unsigned) m && day == (unsigned) d;
}

bool day_parse(text_t text, day_t *out) { return text.n == 10 && day_at(text, out); }

char *day_print(day_t day, char out[16]) {
    int year;
    unsigned month, d;
    day_to_civil(day, &year, &month, &d);
    snprintf(out, 16, "%04d-%02u-%02u", year % 10000, month % 100, d % 100);
    return out;
}

unsigned day_weekday(day_t day) {
    int64_t w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (unsigned) (w < 0 ? w + 7 : w) + 1;
}

day_t day_week(day_t day) { return day - (day_t) day_weekday(day) + 1; }

static bool offset_at(text_t rest, int64_t *minutes) {
    int64_t h, m;
    *minutes = 0;
    if (rest.n == 1 && (rest.p[0] == 'Z' || rest.p[0] == 'z'))
        return true;
    if (rest.n != 6 || (rest.p[0] != '+' && rest.p[0] != '-') || !digits(rest, 1, 2, &h) ||
        rest.p[3] != ':' || !digits(rest, 4, 2, &m) || h > 23 || m > 59)
        return false;
    *minutes = (h * 60 + m) * (rest.p[0] == '-' ? -1 : 1);
    return true;
}

static bool clock_at(text_t text, int64_t *ms) {
    int64_t h, m, s;
    if (!digits(text, 11, 2, &h) || text.p[13] != ':' || !digits(text, 14, 2, &m) ||
        text.p[16] != ':' || !digits(text, 17, 2, &s) || h > 23 || m > 59 || s > 59)
        return false;
    *ms = h * HOUR_MS + m * MINUTE_MS + s * 1000;
    return true;
}

bool moment_parse(text_t text, moment_t *out) {
    day_t day;
    int64_t clock, ms = 0, offset;
    if (text.n < 20 || !day_at(text, &day) || (text.p[10] != 'T' && text.p[10] != 't') ||
        !clock_at(text, &clock))
        return false;
    size_t at = 19;
    if (text.p[at] == '.') {
        if (!digits(text, at + 1, 3, &ms))
            return false;
        at += 4;
    }
    if (!offset_at((text_t){text.p + at, text.n - at}, &offset))
        return false;
    *out = day * DAY_MS + clock - offset * MINUTE_MS + ms;
    return true;
}

bool moment_parse_local(text_t text, int offset_minutes, moment_t *out) {
    day_t day;
    int64_t h = 0, m = 0;
    bool clock = text.n == 16;
    if ((text.n != 10 && !clock) || !day_parse((text_t){text.p, 10}, &day))
        return false;
    if (clock && (text.p[10] != ' ' || text.p[13] != ':' || !digits(text, 11, 2, &h) ||
                  !digits(text, 14, 2, &m) || h > 23 || m > 59))
        return false;
    *out = day * DAY_MS + h * HOUR_MS + (m - offset_minutes) * MINUTE_MS;
    return true;
}

char *moment_print(moment_t moment, char out[32]) {
    int64_t rest = moment % DAY_MS;
    unsigned ms = (unsigned) (rest < 0 ? rest + DAY_MS : rest);
    char date[16];
    day_print(moment_day(moment, 0), date);
    snprintf(out, 32, "%.10sT%02u:%02u:%02u.%03uZ", date, ms / 3600000 % 24, ms / 60000 % 60,
             ms / 1000 % 60, ms % 1000);
    return out;
}

day_t moment_day(moment_t moment, int offset_minutes) {
    int64_t local;
    if (__builtin_add_overflow(moment, offset_minutes * MINUTE_MS, &local))
        local = moment;
    int64_t day = local / DAY_MS;
    return local % DAY_MS < 0 ? day - 1 : day;
}
