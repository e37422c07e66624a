/* SPDX-License-Identifier: Apache-2.0
 *
 * holidays: see holidays.h.
 *
 * Notices are filed under the year in their title, and that of a year can name the last days of
 * December before it. So a day may be in two files of different years: both rows stay, and the
 * later notice holds (calendar_day). The same year from two files, or a day twice in one, is
 * refused: one of the two would be a lie.
 */
#include "common/exchange/holidays.h"

#include <sodium.h>

#include "common/base/language.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/domain/calendar.h"
#include "common/exchange/columns.h"
#include "common/exchange/input.h"
#include "common/exchange/json.h"

typedef struct reader {
    holidays_t *out;
    arena_t *arena;
    const char *file;
    problem_t *problem;
} reader_t;

static bool is_there(const holidays_t *self, const struct calendar_row *row) {
    for (size_t i = 0; i < self->n; i++)
        if (self->days[i].day == row->day && self->days[i].year == row->year)
            return true;
    return false;
}

bool holidays_keep(holidays_t *self, const struct calendar_row *row) {
    if (self->n == HOLIDAYS_DAYS_MAX)
        return false;
    self->days[self->n++] = *row;
    return true;
}

/* NULL, or what is wrong with it. The name is copied. */
static const char *add(reader_t *self, struct calendar_row *row) {
    row->name = arena_text(self->arena, row->name);
    if (is_there(self->out, row))
        return "this day is there twice";
    if (!row->name.p || !holidays_keep(self->out, row))
        return "there are too many days";
    return NULL;
}

/* ---- an arrangement ---- */

static int refuse(reader_t *self, const char *field, const char *detail) {
    return input_refuse(self->problem, self->file, 0, field, "%s", language_text(detail));
}

/* Each of these returns NULL, or what is wrong. */
static const char *take_name(struct calendar_row *row, const json_t *value) {
    row->name = json_text(value);
    if (!json_is_string(value))
        return "a text is expected";
    return NULL;
}

static const char *take_date(struct calendar_row *row, const json_t *value) {
    if (!day_parse(json_text(value), &row->day))
        return "a day is expected: 2026-11-23";
    if (!calendar_reaches(row->year, row->day))
        return "this day is not of that year's arrangement";
    return NULL;
}

static const char *take_kind(struct calendar_row *row, const json_t *value) {
    row->off = json_is_true(value);
    if (!json_is_boolean(value))
        return "true or false is expected";
    return NULL;
}

static const char *take(struct calendar_row *row, const char *key, const json_t *value) {
    if (strcmp(key, "name") == 0)
        return take_name(row, value);
    if (strcmp(key, "date") == 0)
        return take_date(row, value);
    if (strcmp(key, "isOffDay") == 0)
        return take_kind(row, value);
    return "this key is not known here";
}

static int read_day(reader_t *self, size_t i, const json_t *json, int year) {
    struct calendar_row row = {.year = year};
    char field[80];
    const char *key;
    json_t *value;
    snprintf(field, sizeof field, "days[%zu]", i);
    if (!json_is_object(json))
        return refuse(self, field, "an object in { } is expected");
    if (!json_object_get(json, "date") || !json_object_get(json, "isOffDay"))
        return refuse(self, field, "date and isOffDay are needed");
    json_object_foreach((json_t *) (uintptr_t) json, key, value) {
        const char *wrong = take(&row, key, value);
        snprintf(field, sizeof field, "days[%zu].%.40s", i, key);
        if (wrong)
            return refuse(self, field, wrong);
    }
    snprintf(field, sizeof field, "days[%zu]", i);
    if (record_validate(&calendar_row_record, &row, self->problem) != 0) {
        input_prefix(self->problem, field);
        return input_place(self->problem, self->file, 0);
    }
    const char *wrong = add(self, &row);
    return wrong ? refuse(self, field, wrong) : 0;
}

static int read_year(reader_t *self, const json_t *json, int *year) {
    json_int_t value = json_integer_value(json_object_get(json, "year"));
    holidays_t *out = self->out;
    if (value < 1971 || value > 9998)
        return refuse(self, "year", "a year is expected: 2026");
    *year = (int) value;
    for (size_t i = 0; i < out->years_n; i++)
        if (out->years[i].year == *year)
            return input_refuse(self->problem, self->file, 0, "year", "%d is in %s, too", *year,
                                out->years[i].file);
    return 0;
}

static int read_arrangement(reader_t *self, const json_t *json) {
    const json_t *days = json_object_get(json, "days");
    const char *key;
    json_t *value;
    int year = 0;
    if (!json_is_object(json))
        return refuse(self, "", "an object in { } is expected");
    json_object_foreach((json_t *) (uintptr_t) json, key, value)
        if (key[0] != '$' && strcmp(key, "year") != 0 && strcmp(key, "papers") != 0 &&
            strcmp(key, "days") != 0)
            return refuse(self, key, "this key is not known here");
    if (read_year(self, json, &year) != 0)
        return -1;
    if (!json_is_array(days))
        return refuse(self, "days", "a list in [ ] is expected");
    for (size_t i = 0; i < json_array_size(days); i++)
        if (read_day(self, i, json_array_get(days, i), year) != 0)
            return -1;
    self->out->years[self->out->years_n++] =
        (struct holiday_year){year, json_array_size(days) > 0, self->file};
    return 0;
}

/* ---- the company's own days ---- */

/* A row as it stands in the file. */
#define RECORD_own_day(F, S)                                                                       \
    F(S, 1, TEXT, _, date, 1, 20, "")                                                              \
    F(S, 2, TEXT, _, off, 1, 20, "")                                                               \
    F(S, 3, TEXT, _, name, 0, 80, "")
DECLARE_RECORD(own_day)
DEFINE_RECORD(own_day)

static const column_name_t names[] = {
    {"date", "日期"}, {"off", "休/班|休班|休"}, {"name", "名称|名称/说明|说明"}, {0}};

static bool read_off(text_t text, bool *out) {
    static const char *const off[] = {"休", "休息", "放假", "off", "yes", "true", "1"};
    static const char *const work[] = {"班", "上班", "补班", "work", "no", "false", "0"};
    for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
        if (text_is(text, off[i]))
            return *out = true;
        if (text_is(text, work[i])) {
            *out = false;
            return true;
        }
    }
    return false;
}

/* NULL, or what is wrong, and in which field. */
static const char *take_cells(const struct own_day *cells, struct calendar_row *row,
                              const char **field) {
    *row = (struct calendar_row){.name = cells->name};
    *field = "date";
    if (!day_parse(cells->date, &row->day) || row->day < 1)
        return "a day is expected: 2026-11-23";
    *field = "off";
    if (!read_off(cells->off, &row->off))
        return "off or work is expected: 休 or 班";
    return NULL;
}

static int read_own_day(reader_t *self, const csv_t *csv, const columns_t *columns) {
    struct own_day cells;
    struct calendar_row row;
    const char *field, *wrong;
    size_t column = 0;
    if (columns_row(columns, csv, &cells, self->problem) != 0)
        return -1;
    wrong = take_cells(&cells, &row, &field);
    if (!wrong) {
        field = "date";
        wrong = add(self, &row);
    }
    if (!wrong)
        return 0;
    while (column + 1 < columns->n && strcmp(columns->fields[column]->name, field) != 0)
        column++;
    return csv_refuse(csv, self->problem, column, wrong);
}

static int read_own_days(reader_t *self, digest_t expected) {
    columns_t columns;
    csv_t *csv = csv_open(self->file, self->problem);
    if (!csv)
        return -1;
    int rc = columns_match(&columns, csv, &own_day_record, names, NO_START, self->problem), more = 0;
    while (rc == 0 && (more = csv_next(csv, self->problem)) == 1)
        rc = read_own_day(self, csv, &columns);
    rc = rc != 0 || more < 0 ? -1 : 0;
    if (rc == 0 && (!csv_unchanged(csv) || !digest_equal(csv_digest(csv), expected)))
        rc = refuse(self, "", "it changed while it was read");
    self->out->own = true;
    csv_destroy(&csv);
    return rc;
}

/* ---- all of them ---- */

static bool is_json(bytes_t bytes) {
    size_t i = bytes.n >= 3 && memcmp(bytes.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < bytes.n && (bytes.p[i] == ' ' || bytes.p[i] == '\t' || bytes.p[i] == '\r' ||
                           bytes.p[i] == '\n'))
        i++;
    return i < bytes.n && (bytes.p[i] == '{' || bytes.p[i] == '[');
}

static int read_file(reader_t *self, crypto_hash_sha256_state *hash) {
    buffer_t bytes = {0};
    int rc = input_read(self->file, INPUT_BYTES_MAX, &bytes, self->problem);
    if (rc == 0)
        crypto_hash_sha256_update(hash, bytes.p, bytes.n);
    if (rc == 0 && is_json(buffer_bytes(&bytes))) {
        json_t *json = json_read_bytes(buffer_bytes(&bytes), self->file, self->problem);
        rc = json ? read_arrangement(self, json) : -1;
        json_decref(json);
    } else if (rc == 0) {
        rc = read_own_days(self, hash_bytes(buffer_bytes(&bytes)));
    }
    buffer_free(&bytes);
    return rc;
}

int holidays_read(const char *const *files, size_t n, arena_t *arena, holidays_t *out,
                  problem_t *problem) {
    crypto_hash_sha256_state hash;
    *out = (holidays_t){.days = arena_alloc(arena, HOLIDAYS_DAYS_MAX * sizeof *out->days)};
    if (!out->days || n > HOLIDAYS_FILES_MAX)
        return problem_set(problem, REASON_TOO_LARGE, "", "at most %d files", HOLIDAYS_FILES_MAX);
    crypto_hash_sha256_init(&hash);
    for (size_t i = 0; i < n; i++) {
        reader_t reader = {out, arena, files[i], problem};
        if (read_file(&reader, &hash) != 0)
            return -1;
    }
    crypto_hash_sha256_final(&hash, out->source.b);
    return 0;
}

bool holidays_replace(const holidays_t *self, int64_t year) {
    bool found = year == 0 && self->own;
    for (size_t i = 0; i < self->years_n; i++)
        found = found || (self->years[i].published && self->years[i].year == year);
    return found;
}

int holidays_give(const holidays_t *self, reference_chunk_fn *fn, void *arg, problem_t *problem) {
    struct reference_chunk chunk;
    for (size_t first = 0; first < self->n; first += REFERENCE_CHUNK_ROWS) {
        size_t left = self->n - first;
        record_clear(&reference_chunk_record, &chunk);
        chunk.first = (int64_t) first;
        chunk.days.at = self->days + first;
        chunk.days.n = left < REFERENCE_CHUNK_ROWS ? left : REFERENCE_CHUNK_ROWS;
        if (fn(&chunk, arg, problem) != 0)
            return -1;
    }
    return 0;
}
