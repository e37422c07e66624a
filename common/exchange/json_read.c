/* SPDX-License-Identifier: Apache-2.0
 *
 * json_read: JSON into records, and JSON files; see json.h. Before jansson sees a file its values
 * and nesting are counted: a file of commas would otherwise cost fifty times its size in memory.
 */
#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/input.h"
#include "common/exchange/items.h"
#include "common/exchange/json.h"

typedef struct path {
    char text[96];
    size_t n;
} path_t;

typedef struct reader {
    arena_t *arena;
    path_t path;
    problem_t *problem;
} reader_t;

static size_t path_push(path_t *self, const char *name, long index) {
    size_t before = self->n;
    char part[80];
    if (index >= 0)
        snprintf(part, sizeof part, "[%ld]", index);
    else
        snprintf(part, sizeof part, "%s%.60s", before ? "." : "", name);
    size_t n = strlen(part);
    if (before + n < sizeof self->text) {
        memcpy(self->text + before, part, n + 1);
        self->n += n;
    }
    return before;
}

static void path_pop(path_t *self, size_t before) {
    self->n = before;
    self->text[before] = '\0';
}

static int wrong(reader_t *self, const char *what) {
    return problem_set(self->problem, REASON_FIELD_RANGE, self->path.text, "%s", what);
}

static int no_room(reader_t *self) {
    return problem_set(self->problem, REASON_TOO_LARGE, self->path.text,
                       "more than is taken in one document");
}

static int fill(reader_t *self, const json_t *json, const record_t *record, uint8_t *body);

static int read_decimal(reader_t *self, const json_t *json, decimal_t *out) {
    if (json_is_integer(json)) {
        json_int_t value = json_integer_value(json);
        if (value > -9000000000000 && value < 9000000000000) {
            *out = value * DECIMAL_ONE;
            return 0;
        }
        return wrong(self, "a number beyond the largest that is taken");
    }
    if (json_is_real(json))
        return wrong(self, "write a number with a fraction as a text: \"12.5\"");
    if (json_is_string(json) && decimal_parse(json_text(json), out))
        return 0;
    return wrong(self, "a number is expected, with at most 6 decimals: \"12.5\"");
}

static int read_number(reader_t *self, const field_t *field, const json_t *json, int64_t *out) {
    text_t text = json_text(json);
    switch (field->type) {
    case TYPE_INT:
        if (!json_is_integer(json))
            return wrong(self, "a whole number is expected");
        *out = json_integer_value(json);
        return 0;
    case TYPE_DECIMAL: return read_decimal(self, json, out);
    case TYPE_MOMENT:
        return moment_parse(text, out)
                   ? 0
                   : wrong(self, "an instant is expected: 2026-11-23T08:00:00Z");
    case TYPE_DAY: return day_parse(text, out) ? 0 : wrong(self, "a day is expected: 2026-11-23");
    case TYPE_BOOL:
    case TYPE_TEXT:
    case TYPE_BYTES:
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
    case TYPE_ENUM:
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: break;
    }
    return wrong(self, "not a number");
}

static int read_text(reader_t *self, const json_t *json, text_t *out) {
    if (!json_is_string(json))
        return wrong(self, "a text is expected");
    *out = arena_text(self->arena, json_text(json));
    return out->p ? 0 : no_room(self);
}

static int read_hex(reader_t *self, const json_t *json, uint8_t *out, size_t n) {
    return hex_parse(json_text(json), out, n)
               ? 0
               : wrong(self, "hexadecimal digits of the right number are expected");
}

static int read_bytes(reader_t *self, const json_t *json, bytes_t *out) {
    text_t text = json_text(json);
    if (!json_is_string(json) || text.n % 2 != 0)
        return wrong(self, "hexadecimal digits are expected");
    uint8_t *bytes = arena_alloc(self->arena, text.n / 2 + 1);
    if (!bytes)
        return no_room(self);
    *out = (bytes_t){bytes, text.n / 2};
    return read_hex(self, json, bytes, text.n / 2);
}

static int read_enum(reader_t *self, const field_t *field, const json_t *json, void *at) {
    int value = 0;
    if (json_is_string(json) && enum_value(field->enums, json_text(json), &value)) {
        memcpy(at, &value, sizeof value);
        return 0;
    }
    char known[INPUT_KNOWN];
    return problem_set(self->problem, REASON_FIELD_RANGE, self->path.text, "one of: %s",
                       input_known(field->enums, known));
}

/* The items of a LIST, TEXTS or INTS, each of `size` bytes. */
static int read_items(reader_t *self, const field_t *field, const json_t *json, void *at) {
    if (!json_is_array(json))
        return wrong(self, "a list in [ ] is expected");
    size_t n = json_array_size(json);
    size_t size = items_size(field);
    items_t list;
    if (n > (size_t) field->max)
        return problem_set(self->problem, REASON_FIELD_RANGE, self->path.text,
                           "at most %lld entries", (long long) field->max);
    if (!items_room(&list, field, n, self->arena))
        return no_room(self);
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(json, i);
        size_t before = path_push(&self->path, "", (long) i);
        int rc = 0;
        text_t text;
        if (field->type == TYPE_LIST)
            rc = fill(self, item, field->record, list.at + i * size);
        else if (field->type == TYPE_TEXTS && (rc = read_text(self, item, &text)) == 0)
            memcpy(list.at + i * size, &text, sizeof text);
        else if (field->type == TYPE_INTS && !json_is_integer(item))
            rc = wrong(self, "a whole number is expected");
        else if (field->type == TYPE_INTS)
            memcpy(list.at + i * size, &(int64_t){json_integer_value(item)}, sizeof(int64_t));
        if (rc != 0)
            return -1;
        path_pop(&self->path, before);
    }
    memcpy(at, &list, sizeof list);
    return 0;
}

static int read_field(reader_t *self, const field_t *field, const json_t *json, uint8_t *at) {
    int64_t number = 0;
    text_t text;
    bytes_t bytes;
    int rc = 0;
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY:
        if ((rc = read_number(self, field, json, &number)) == 0)
            memcpy(at, &number, sizeof number);
        return rc;
    case TYPE_BOOL:
        if (!json_is_boolean(json))
            return wrong(self, "true or false is expected");
        memcpy(at, &(bool){json_is_true(json)}, sizeof(bool));
        return 0;
    case TYPE_TEXT:
        if ((rc = read_text(self, json, &text)) == 0)
            memcpy(at, &text, sizeof text);
        return rc;
    case TYPE_BYTES:
        if ((rc = read_bytes(self, json, &bytes)) == 0)
            memcpy(at, &bytes, sizeof bytes);
        return rc;
    case TYPE_IDENT:
        return ident_parse(json_text(json), (ident_t *) (void *) at)
                   ? 0
                   : wrong(self, "an identifier (UUID) is expected");
    case TYPE_DIGEST:
    case TYPE_PUBKEY: return read_hex(self, json, at, 32);
    case TYPE_SIGNATURE: return read_hex(self, json, at, 64);
    case TYPE_ENUM: return read_enum(self, field, json, at);
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return read_items(self, field, json, at);
    }
    return wrong(self, "this cannot be read from JSON");
}

static const field_t *field_named(const record_t *record, const char *name) {
    for (size_t i = 0; i < record->n; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

static int fill(reader_t *self, const json_t *json, const record_t *record, uint8_t *body) {
    record_clear(record, body);
    if (!json_is_object(json))
        return wrong(self, "an object in { } is expected");
    void *iter = json_object_iter((json_t *) (uintptr_t) json);
    for (; iter; iter = json_object_iter_next((json_t *) (uintptr_t) json, iter)) {
        const char *key = json_object_iter_key(iter);
        const field_t *field = field_named(record, key);
        size_t before = path_push(&self->path, key, -1);
        if (!field)
            return problem_set(self->problem, REASON_INPUT_FILE, self->path.text,
                               "this key is not known here");
        if (read_field(self, field, json_object_iter_value(iter), body + field->offset) != 0)
            return -1;
        path_pop(&self->path, before);
    }
    return 0;
}

int json_fill_record(const json_t *json, const record_t *record, arena_t *arena, void *body,
                     problem_t *problem) {
    reader_t self = {.arena = arena, .problem = problem};
    return fill(&self, json, record, body);
}

int json_to_record(const json_t *json, const record_t *record, arena_t *arena, void *body,
                   problem_t *problem) {
    if (json_fill_record(json, record, arena, body, problem) != 0)
        return -1;
    return record_validate(record, body, problem);
}

/* Counts what would become values; texts are skipped over. Never refuses what is well formed and
 * small. */
static int weigh(bytes_t bytes, const char *file, problem_t *problem) {
    size_t values = 0, depth = 0;
    unsigned line = 1;
    bool quoted = false;
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t c = bytes.p[i];
        line += c == '\n';
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
            continue;
        }
        quoted = c == '"';
        values += c == ',' || c == '{' || c == '[' || c == ':';
        depth += c == '{' || c == '[';
        depth -= (c == '}' || c == ']') && depth > 0;
        if (depth > JSON_NESTING_MAX)
            return input_refuse(problem, file, line, "", "nested more than %d deep",
                                JSON_NESTING_MAX);
        if (values > JSON_VALUES_MAX)
            return input_refuse(problem, file, line, "", "more than %d values", JSON_VALUES_MAX);
    }
    return 0;
}

json_t *json_read_bytes(bytes_t bytes, const char *file, problem_t *problem) {
    if (bytes.n >= 3 && memcmp(bytes.p, "\xef\xbb\xbf", 3) == 0)
        bytes = (bytes_t){bytes.p + 3, bytes.n - 3};
    if (weigh(bytes, file, problem) != 0)
        return NULL;
    json_error_t error;
    json_t *json =
        json_loadb(bytes.n ? (const char *) bytes.p : "", bytes.n, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        input_refuse(problem, file, error.line > 0 ? (unsigned) error.line : 0, "", "%s",
                     error.text);
    return json;
}

json_t *json_read_file(const char *path, problem_t *problem) {
    buffer_t bytes = {0};
    json_t *json = NULL;
    if (input_read(path, INPUT_BYTES_MAX, &bytes, problem) == 0)
        json = json_read_bytes(buffer_bytes(&bytes), path, problem);
    buffer_free(&bytes);
    return json;
}
