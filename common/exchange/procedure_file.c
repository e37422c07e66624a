/* SPDX-License-Identifier: Apache-2.0
 *
 * procedure_file: see procedure_file.h. Walks libconfig's tree by the records' field tables, so
 * that a field added to the procedure can be configured without a line here.
 */
#include "common/exchange/procedure_file.h"

#include <libconfig.h>
#include <stdlib.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/exchange/input.h"
#include "common/exchange/items.h"

typedef struct reader {
    const char *file;
    arena_t *arena;
    problem_t *problem;
} reader_t;

/* Where the file's word is not the field's name, and what numbers stand for in it. */
static const struct wording {
    const record_t *record;
    const char *field, *word;
    const enum_table_t *names;
} wordings[] = {
    {&procedure_record, "offset_minutes", "utc_offset_minutes", NULL},
    {&procedure_record, "order_prefix", "order_number_prefix", NULL},
    {&procedure_record, "customer_prefix", "customer_number_prefix", NULL},
    {&procedure_record, "oral_channels", "confirm_first", &channel_table},
    {&review_class_record, "steps", "signatures", NULL},
    {&special_rule_record, "order_class", "class", NULL},
    {&role_record, "may", "may", &act_table},
    {&procedure_record, "complaint_prefix", "complaint_number_prefix", NULL},
    {&procedure_record, "feedback_prefix", "feedback_number_prefix", NULL},
    {&review_class_record, "kinds", "kinds", &feedback_kind_table},
    {&review_class_record, "before", "before", &stage_table},
    {&shift_record, "days", "days", &weekday_table},
    {&procedure_record, "customer_told", "customer_told", &milestone_table},
};

static const struct wording *wording_of(const record_t *record, const char *field) {
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (wordings[i].record == record && strcmp(wordings[i].field, field) == 0)
            return &wordings[i];
    return NULL;
}

static const char *word_of(const record_t *record, const field_t *field) {
    const struct wording *wording = wording_of(record, field->name);
    return wording ? wording->word : field->name;
}

static unsigned line_of(const config_setting_t *setting) {
    return config_setting_source_line(setting);
}

static int wrong(reader_t *self, const config_setting_t *setting, const char *detail) {
    const char *name = config_setting_name(setting);
    return input_refuse(self->problem, self->file, line_of(setting), name ? name : "", "%s",
                        detail);
}

static int fill(reader_t *self, const config_setting_t *setting, const record_t *record,
                uint8_t *body);

static int read_text(reader_t *self, const config_setting_t *setting, text_t *out) {
    const char *text = config_setting_get_string(setting);
    if (!text)
        return wrong(self, setting, "a text in quotation marks is expected");
    *out = arena_text(self->arena, text_of(text));
    return out->p ? 0 : wrong(self, setting, "the file is too large");
}

static int read_name(reader_t *self, const config_setting_t *setting, const enum_table_t *table,
                     int *out) {
    const char *text = config_setting_get_string(setting);
    if (text && enum_value(table, text_of(text), out))
        return 0;
    char known[INPUT_KNOWN];
    return input_refuse(self->problem, self->file, line_of(setting), table->name,
                        "\"%.40s\" is none of: %s", text ? text : "?", input_known(table, known));
}

static int read_number(reader_t *self, const config_setting_t *setting, const field_t *field,
                       int64_t *out) {
    int type = config_setting_type(setting);
    if (field->type == TYPE_DAY) {
        const char *text = config_setting_get_string(setting);
        return text && day_parse(text_of(text), out)
                   ? 0
                   : wrong(self, setting, "a day is expected: \"2026-11-23\"");
    }
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        return wrong(self, setting, "a whole number is expected");
    *out = config_setting_get_int64(setting);
    return 0;
}

/* The items of a LIST, TEXTS or INTS (by name). */
static int read_items(reader_t *self, const config_setting_t *setting, const field_t *field,
                      const enum_table_t *names, void *at) {
    int type = config_setting_type(setting);
    if (type != CONFIG_TYPE_LIST && type != CONFIG_TYPE_ARRAY)
        return wrong(self, setting,
                     field->type == TYPE_LIST ? "a list in ( ) is expected"
                                              : "a list in [ ] is expected");
    size_t size = items_size(field);
    int n = config_setting_length(setting);
    items_t list;
    if (n > field->max)
        return wrong(self, setting, "too many entries");
    if (!items_room(&list, field, (size_t) n, self->arena))
        return wrong(self, setting, "the file is too large");
    for (int i = 0; i < n; i++) {
        const config_setting_t *item = config_setting_get_elem(setting, (unsigned) i);
        uint8_t *to = list.at + (size_t) i * size;
        text_t text;
        int value = 0, rc;
        if (field->type == TYPE_LIST)
            rc = fill(self, item, field->record, to);
        else if (field->type == TYPE_TEXTS && (rc = read_text(self, item, &text)) == 0)
            memcpy(to, &text, sizeof text);
        else if (field->type == TYPE_INTS && (rc = read_name(self, item, names, &value)) == 0)
            memcpy(to, &(int64_t){value}, sizeof(int64_t));
        if (rc != 0)
            return -1;
    }
    memcpy(at, &list, sizeof list);
    return 0;
}

static int read_field(reader_t *self, const config_setting_t *setting, const record_t *record,
                      const field_t *field, uint8_t *at) {
    const struct wording *wording = wording_of(record, field->name);
    int64_t number = 0;
    text_t text;
    int value = 0, rc;
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DAY:
        if ((rc = read_number(self, setting, field, &number)) == 0)
            memcpy(at, &number, sizeof number);
        return rc;
    case TYPE_BOOL:
        if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
            return wrong(self, setting, "true or false is expected");
        memcpy(at, &(bool){config_setting_get_bool(setting) != 0}, sizeof(bool));
        return 0;
    case TYPE_TEXT:
        if ((rc = read_text(self, setting, &text)) == 0)
            memcpy(at, &text, sizeof text);
        return rc;
    case TYPE_ENUM:
        if ((rc = read_name(self, setting, field->enums, &value)) == 0)
            memcpy(at, &value, sizeof value);
        return rc;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return read_items(self, setting, field, wording ? wording->names : NULL, at);
    case TYPE_BYTES:
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
    case TYPE_DECIMAL:
    case TYPE_MOMENT: break;
    }
    return wrong(self, setting, "this is not set in a file");
}

static const field_t *field_worded(const record_t *record, const char *word) {
    for (size_t i = 0; i < record->n; i++)
        if (strcmp(word_of(record, &record->fields[i]), word) == 0)
            return &record->fields[i];
    return NULL;
}

static int fill_more(reader_t *self, const config_setting_t *group, const record_t *record,
                     uint8_t *body, const char *ignore) {
    int n = config_setting_length(group);
    if (config_setting_type(group) != CONFIG_TYPE_GROUP)
        return wrong(self, group, "a group in { } is expected");
    for (int i = 0; i < n; i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned) i);
        const char *word = config_setting_name(setting);
        const field_t *field = field_worded(record, word);
        if (ignore && strcmp(word, ignore) == 0)
            continue;
        if (!field || field->type == TYPE_DIGEST)
            return wrong(self, setting, "this key is not known here");
        if (record == &procedure_record && (field->type == TYPE_LIST) != (ignore != NULL))
            return wrong(self, setting,
                         field->type == TYPE_LIST
                             ? "this list stands outside the group \"procedure\""
                             : "this key stands in the group \"procedure\"");
        if (read_field(self, setting, record, field, body + field->offset) != 0)
            return -1;
    }
    return 0;
}

static int fill(reader_t *self, const config_setting_t *setting, const record_t *record,
                uint8_t *body) {
    record_clear(record, body);
    if (fill_more(self, setting, record, body, NULL) != 0)
        return -1;
    return record_validate(record, body, self->problem) == 0
               ? 0
               : input_place(self->problem, self->file, line_of(setting));
}

static bool is_word(const char *word, const char *path, size_t n) {
    return strlen(word) == n && memcmp(word, path, n) == 0;
}

/* By the record's name or by the file's: the domain's checks speak of "signatures", too. */
static const field_t *field_on_path(const record_t *record, const char *path, size_t n) {
    for (size_t i = 0; i < record->n; i++)
        if (is_word(record->fields[i].name, path, n) ||
            is_word(word_of(record, &record->fields[i]), path, n))
            return &record->fields[i];
    return NULL;
}

/* The line of "classes[1].steps[0].role": as deep as the file goes along that path. */
static unsigned locate(const config_t *config, const char *path) {
    const config_setting_t *at = config_root_setting(config),
                           *group = config_setting_get_member(at, "procedure");
    const record_t *record = &procedure_record;
    unsigned line = group ? line_of(group) : 0;
    while (*path && record) {
        size_t n = strcspn(path, ".[");
        const field_t *field = field_on_path(record, path, n);
        const char *word = field ? word_of(record, field) : NULL;
        const config_setting_t *next = word ? config_setting_get_member(at, word) : NULL;
        if (!next && word && group && at == config_root_setting(config))
            next = config_setting_get_member(group, word);
        if (!next)
            break;
        path += n;
        if (*path == '[') {
            char *end;
            unsigned long index = strtoul(path + 1, &end, 10);
            const config_setting_t *item = config_setting_get_elem(next, (unsigned) index);
            next = item ? item : next;
            path = end + (*end == ']');
        }
        path += *path == '.';
        line = line_of(next);
        at = next;
        record = field->record;
    }
    return line;
}

static int read_config(config_t *config, const char *path, arena_t *arena, struct procedure *out,
                       problem_t *problem) {
    reader_t self = {path, arena, problem};
    const config_setting_t *root = config_root_setting(config),
                           *group = config_setting_get_member(root, "procedure");
    if (!group)
        return input_refuse(problem, path, 0, "procedure", "the group \"procedure\" is missing");
    if (fill_more(&self, group, &procedure_record, (uint8_t *) out, NULL) != 0 ||
        fill_more(&self, root, &procedure_record, (uint8_t *) out, "procedure") != 0)
        return -1;
    problem_t found = {0};
    if (record_validate(&procedure_record, out, &found) == 0 && procedure_check(out, &found) == 0)
        return 0;
    if (problem)
        *problem = found;
    return input_place(problem, path, locate(config, found.field));
}

/* An included file would not be covered by the digest that the adoption records. */
static bool includes(const buffer_t *text) {
    return text->n > 0 && memmem(text->p, text->n, "@include", 8);
}

int procedure_file_read(const char *path, arena_t *arena, struct procedure *out,
                        problem_t *problem) {
    buffer_t text = {0};
    config_t config;
    int rc = input_read(path, PROCEDURE_FILE_BYTES_MAX, &text, problem);
    record_clear(&procedure_record, out);
    if (rc == 0 && (includes(&text) || memchr(text.p ? text.p : (const uint8_t *) "", 0, text.n)))
        rc = input_refuse(problem, path, 0, "", "@include and NUL bytes are refused");
    if (rc == 0) {
        config_init(&config);
        if (config_read_string(&config, buffer_cstr(&text)) == CONFIG_TRUE) {
            out->source = hash_bytes(buffer_bytes(&text));
            rc = read_config(&config, path, arena, out, problem);
        } else {
            int line = config_error_line(&config);
            rc = input_refuse(problem, path, line > 0 ? (unsigned) line : 0, "", "%s",
                              config_error_text(&config));
        }
        config_destroy(&config);
    }
    buffer_free(&text);
    return rc;
}
