/* SPDX-License-Identifier: Apache-2.0
 *
 * holidays: the days that are not what their weekday says, from files: the State Council's yearly
 * arrangements in the JSON of the holiday-cn project, {year, papers, days: [{name, date,
 * isOffDay}]}, and the company's own days from a table (date, off, name; 日期, 休/班, 名称). What a
 * file begins with tells which it is. All are read whole before any of it leaves. A year without
 * days is not published yet: that is told, and nothing is imported for it.
 */
#ifndef COUNTERSIGN_EXCHANGE_HOLIDAYS_H
#define COUNTERSIGN_EXCHANGE_HOLIDAYS_H

#include "common/exchange/reference.h"

#define HOLIDAYS_FILES_MAX 64
#define HOLIDAYS_DAYS_MAX 5000

typedef struct holidays {
    struct calendar_row *days; /* a day of an arrangement, or of the company's own, once */
    size_t n;
    struct holiday_year {
        int year;
        bool published;
        const char *file;
    } years[HOLIDAYS_FILES_MAX]; /* one a file of an arrangement, in their order */
    size_t years_n;
    bool own;        /* a file of the company's own days was among them */
    digest_t source; /* SHA-256 over the files in their order */
} holidays_t;

/* Reads `n` files; everything in `arena`, file names as given. 0, or -1 with *problem. */
int holidays_read(const char *const *files, size_t n, arena_t *arena, holidays_t *out,
                  problem_t *problem);
/* Has a file said what this row's arrangement (0: the company's own days) is? Rows of others stay in
   force beside what was read. */
bool holidays_replace(const holidays_t *self, int64_t year);
/* Adds a row that stays in force; false: there are too many. */
bool holidays_keep(holidays_t *self, const struct calendar_row *row);
/* Gives the days out in chunks, as reference_read does. */
int holidays_give(const holidays_t *self, reference_chunk_fn *fn, void *arg, problem_t *problem);

#endif
