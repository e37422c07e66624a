/* SPDX-License-Identifier: Apache-2.0
 *
 * validate: bounds and texts of a body, field by field, and the small functions on fields that
 * all walkers use.
 */
#include <stdio.h>

#include "common/base/language.h"
#include "common/base/text.h"
#include "common/event/generic.h"

#define TEXTS_BYTES_MAX 255

/* Outermost first; what does not fit is left out at the end. */
static size_t put_path(const path_t *path, char *out, size_t n) {
    if (path->above)
        n = put_path(path->above, out, n);
    int added = snprintf(out + n, PATH_BYTES - n, "%s%s", n ? "." : "", path->field->name);
    n = n + (size_t) added < PATH_BYTES ? n + (size_t) added : PATH_BYTES - 1;
    if (path->index == NO_INDEX)
        return n;
    added = snprintf(out + n, PATH_BYTES - n, "[%zu]", path->index);
    return n + (size_t) added < PATH_BYTES ? n + (size_t) added : PATH_BYTES - 1;
}

char *path_print(const path_t *path, char out[PATH_BYTES]) {
    out[0] = '\0';
    if (path)
        put_path(path, out, 0);
    return out;
}

static int out_of_range(problem_t *problem, const path_t *path, const field_t *field,
                        const char *unit) {
    if (field->max == INT64_MAX)
        return problem_set(problem, REASON_FIELD_RANGE, PATH(path), "at least %lld%s",
                           (long long) field->min, language_text(unit));
    return problem_set(problem, REASON_FIELD_RANGE, PATH(path), "%lld to %lld%s",
                       (long long) field->min, (long long) field->max, language_text(unit));
}

static int decimal_out_of_range(problem_t *problem, const path_t *path, const field_t *field) {
    char from[32];
    return problem_set(problem, REASON_FIELD_RANGE, PATH(path), "at least %s",
                       decimal_print(field->min, from));
}

static int check_text(text_t text, const path_t *path, problem_t *problem) {
    if (text_has_controls(text)) /* or is not UTF-8 */
        return problem_set(problem, REASON_FIELD_TEXT, PATH(path),
                           "write it without control characters, in UTF-8");
    return 0;
}

static int check_texts(const void *body, const field_t *field, const path_t *path,
                       problem_t *problem) {
    list_view_t list = field_list(body, field);
    const text_t *at = list.at;
    for (size_t i = 0; i < list.n; i++) {
        path_t item = {path->above, path->field, i};
        if (at[i].n < 1 || at[i].n > TEXTS_BYTES_MAX)
            return problem_set(problem, REASON_FIELD_RANGE, PATH(&item), "1 to %d bytes",
                               TEXTS_BYTES_MAX);
        if (check_text(at[i], &item, problem) != 0)
            return -1;
    }
    return 0;
}

static int check_ints(const void *body, const field_t *field, const path_t *path,
                      problem_t *problem) {
    list_view_t list = field_list(body, field);
    const int64_t *at = list.at;
    for (size_t i = 0; i < list.n; i++)
        if (at[i] < 0) {
            path_t item = {path->above, path->field, i};
            return problem_set(problem, REASON_FIELD_RANGE, PATH(&item),
                               "no number may be negative");
        }
    return 0;
}

static int check_enum(const void *body, const field_t *field, const path_t *path,
                      problem_t *problem) {
    if (enum_name(field->enums, field_enum(body, field)))
        return 0;
    return problem_set(problem, REASON_FIELD_RANGE, PATH(path), "not one of the words of %s",
                       field->enums->name);
}

static bool within(const void *body, const field_t *field) {
    int64_t value = field_int(body, field);
    return value >= field->min && value <= field->max;
}

int field_check(const void *body, const field_t *field, const path_t *path, problem_t *problem) {
    if (!field_empty(body, field))
        return field_bounds(body, field, path, problem);
    return field_optional(field)
               ? 0
               : problem_set(problem, REASON_FIELD_MISSING, PATH(path), "%s", field->doc);
}

int field_bounds(const void *body, const field_t *field, const path_t *path, problem_t *problem) {
    bytes_t bytes;
    switch (field->type) {
    case TYPE_INT:
    case TYPE_MOMENT:
    case TYPE_DAY: return within(body, field) ? 0 : out_of_range(problem, path, field, "");
    case TYPE_DECIMAL: return within(body, field) ? 0 : decimal_out_of_range(problem, path, field);
    case TYPE_TEXT:
    case TYPE_BYTES:
        bytes = field_bytes(body, field);
        if (bytes.n < (size_t) (field->min > 0 ? field->min : 0) || bytes.n > (size_t) field->max)
            return out_of_range(problem, path, field, N_(" bytes"));
        return field->type == TYPE_TEXT
                   ? check_text((text_t){(const char *) bytes.p, bytes.n}, path, problem)
                   : 0;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: {
        size_t n = field_list(body, field).n;
        if (n < (size_t) field->min || n > (size_t) field->max)
            return out_of_range(problem, path, field, N_(" items"));
        return field->type == TYPE_TEXTS  ? check_texts(body, field, path, problem)
               : field->type == TYPE_INTS ? check_ints(body, field, path, problem)
                                          : 0;
    }
    case TYPE_ENUM: return check_enum(body, field, path, problem);
    case TYPE_BOOL:
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE: return 0;
    }
    return 0;
}

static int validate(const record_t *record, const void *body, const path_t *above,
                    problem_t *problem) {
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        path_t path = {above, field, NO_INDEX};
        if (field_check(body, field, &path, problem) != 0)
            return -1;
        if (field->type != TYPE_LIST)
            continue;
        list_view_t list = field_list(body, field);
        for (size_t k = 0; k < list.n; k++) {
            path_t item = {above, field, k};
            if (validate(field->record, (const char *) list.at + k * field->record->size, &item,
                         problem) != 0)
                return -1;
        }
    }
    return 0;
}

int record_validate(const record_t *record, const void *body, problem_t *problem) {
    return validate(record, body, NULL, problem);
}

const char *enum_name(const enum_table_t *table, int value) {
    size_t place = (size_t) value - 1; /* of most words: they are numbered 1, 2, 3, ... */
    if (place < table->n && table->values[place].value == value)
        return table->values[place].name;
    for (size_t i = 0; i < table->n; i++)
        if (table->values[i].value == value)
            return table->values[i].name;
    return NULL;
}

bool enum_value(const enum_table_t *table, text_t name, int *value) {
    for (size_t i = 0; i < table->n; i++)
        if (text_is(name, table->values[i].name)) {
            *value = table->values[i].value;
            return true;
        }
    return false;
}
