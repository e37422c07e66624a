/* SPDX-License-Identifier: Apache-2.0
 *
 * columns: see columns.h.
 */
#include "common/exchange/columns.h"

#include <ctype.h>

#include "common/base/text.h"
#include "common/exchange/input.h"
#include "common/exchange/week.h"

static char folded(char c) {
    return c == '-' || c == ' ' ? '_' : (char) tolower((unsigned char) c);
}

static bool same_name(text_t header, const char *name, size_t n) {
    if (header.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (folded(header.p[i]) != folded(name[i]))
            return false;
    return true;
}

static bool names_field(text_t header, const column_name_t *names, const char *field) {
    if (same_name(header, field, strlen(field)))
        return true;
    for (; names->field; names++) {
        if (strcmp(names->field, field) != 0)
            continue;
        for (const char *p = names->names; *p; p += strcspn(p, "|"), p += *p == '|')
            if (same_name(header, p, strcspn(p, "|")))
                return true;
    }
    return false;
}

bool columns_have(const csv_t *csv, const column_name_t *names, const char *field) {
    for (size_t i = 0; i < csv_columns(csv); i++)
        if (names_field(csv_header(csv, i), names, field))
            return true;
    return false;
}

static int assign(columns_t *self, const csv_t *csv, const column_name_t *names, size_t column,
                  problem_t *problem) {
    text_t header = csv_header(csv, column), shown = input_cut(header, 60);
    for (size_t i = 0; i < self->record->n; i++) {
        const field_t *field = &self->record->fields[i];
        if (!names_field(header, names, field->name))
            continue;
        for (size_t before = 0; before < column; before++)
            if (self->fields[before] == field)
                return input_refuse(problem, csv_path(csv), 1, field->name,
                                    "columns %zu and %zu mean the same", before + 1, column + 1);
        self->fields[column] = field;
        return 0;
    }
    return input_refuse(problem, csv_path(csv), 1, "",
                        "column %zu, \"%.*s\", is not known for %s data", column + 1, (int) shown.n,
                        shown.p, self->record->name);
}

int columns_match(columns_t *self, const csv_t *csv, const record_t *record,
                  const column_name_t *names, day_t start, problem_t *problem) {
    *self = (columns_t){.record = record, .n = csv_columns(csv), .start = start};
    for (size_t column = 0; column < self->n; column++)
        if (assign(self, csv, names, column, problem) != 0)
            return -1;
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        bool required = field->min > 0 && field->type != TYPE_BOOL;
        if (required && !columns_have(csv, names, field->name))
            return input_refuse(problem, csv_path(csv), 1, field->name, "the column is missing");
    }
    return 0;
}

static bool read_flag(text_t text, bool *out) {
    static const char *const yes[] = {"yes", "true", "1", "y", "是", "√"};
    static const char *const no[] = {"no", "false", "0", "n", "否", "×"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (text_is(text, yes[i]))
            return *out = true;
        if (text_is(text, no[i])) {
            *out = false;
            return true;
        }
    }
    return false;
}

/* NULL, or what was expected instead. */
static const char *read_cell(const field_t *field, text_t text, day_t start, void *at) {
    int64_t number = 0;
    bool flag = false;
    switch (field->type) {
    case TYPE_TEXT: memcpy(at, &text, sizeof text); return NULL;
    case TYPE_INT:
        if (!int_parse(text, field->min, field->max, &number))
            return "a whole number within its bounds is expected";
        break;
    case TYPE_DECIMAL:
        if (!decimal_parse(text, &number))
            return "a number is expected, without separators of thousands and with at most 6 "
                   "decimals";
        break;
    case TYPE_DAY:
        if (!week_parse(text, start, &number))
            return week_forms;
        break;
    case TYPE_BOOL:
        if (!read_flag(text, &flag))
            return "yes or no is expected";
        memcpy(at, &flag, sizeof flag);
        return NULL;
    case TYPE_BYTES:
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
    case TYPE_MOMENT:
    case TYPE_ENUM:
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return "this cannot come from a table";
    }
    memcpy(at, &number, sizeof number);
    return NULL;
}

int columns_row(const columns_t *self, const csv_t *csv, void *body, problem_t *problem) {
    record_clear(self->record, body);
    for (size_t column = 0; column < self->n; column++) {
        const field_t *field = self->fields[column];
        text_t text = csv_cell(csv, column);
        const char *expected =
            text.n ? read_cell(field, text, self->start, (uint8_t *) body + field->offset) : NULL;
        if (expected)
            return csv_refuse(csv, problem, column, expected);
    }
    problem_t found = {0};
    if (record_validate(self->record, body, &found) == 0)
        return 0;
    for (size_t column = 0; column < self->n; column++)
        if (strcmp(self->fields[column]->name, found.field) == 0) {
            csv_refuse(csv, problem, column,
                       found.detail[0] ? found.detail : reason_text(found.reason));
            break;
        }
    if (problem && !problem->reason)
        *problem = found;
    if (problem)
        problem->reason = found.reason;
    return input_place(problem, csv_path(csv), csv_line(csv));
}
