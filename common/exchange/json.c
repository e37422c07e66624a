/* SPDX-License-Identifier: Apache-2.0
 *
 * json: records and values as JSON; see json.h.
 */
#include "common/exchange/json.h"

#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/items.h"

static json_t *made(json_t *value) {
    if (!value)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "out of memory while writing JSON");
    return value;
}

json_t *json_of_text(text_t text) {
    json_t *value = json_stringn(text.p ? text.p : "", text.n);
    if (!value) /* not UTF-8: cannot come out of a checked record */
        value = json_string("\xef\xbf\xbd");
    return made(value);
}

json_t *json_of_texts(const struct text_list *texts) {
    json_t *array = made(json_array());
    for (size_t i = 0; i < texts->n; i++)
        json_array_append_new(array, json_of_text(texts->at[i]));
    return array;
}

json_t *json_of_ident(ident_t id) {
    char text[37];
    return made(json_string(ident_print(id, text)));
}

json_t *json_of_hex(bytes_t bytes) {
    buffer_t hex = {0};
    for (size_t i = 0; i < bytes.n; i++) {
        char two[3];
        buffer_text(&hex, hex_print(bytes.p + i, 1, two));
    }
    json_t *value = made(json_stringn(hex.p ? (const char *) hex.p : "", hex.n));
    buffer_free(&hex);
    return value;
}

json_t *json_of_digest(digest_t digest) {
    return json_of_hex((bytes_t){digest.b, sizeof digest.b});
}

json_t *json_of_key(pubkey_t key) {
    return json_of_hex((bytes_t){key.b, sizeof key.b});
}

json_t *json_of_enum(const enum_table_t *table, int value) {
    const char *name = value ? enum_name(table, value) : NULL;
    return name ? made(json_string(name)) : json_null();
}

json_t *json_of_decimal(decimal_t value) {
    char text[32];
    return made(json_string(decimal_print(value, text)));
}

json_t *json_of_moment(moment_t moment) {
    char text[32];
    return made(json_string(moment_print(moment, text)));
}

json_t *json_of_day(day_t day) {
    char text[16];
    return made(json_string(day_print(day, text)));
}

json_t *json_of_position(position_t position) { return made(json_integer((json_int_t) position)); }

void json_put(json_t *object, const char *key, json_t *value) {
    if (json_is_null(value))
        return;
    if (json_object_set_new(object, key, value) != 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "out of memory while writing JSON");
}

void json_put_text(json_t *object, const char *key, text_t text) {
    if (text.n > 0)
        json_put(object, key, json_of_text(text));
}

text_t json_text(const json_t *json) {
    return json_is_string(json) ? (text_t){json_string_value(json), json_string_length(json)}
                                : (text_t){"", 0};
}

int json_take_text(json_t *object, const char *key, arena_t *arena, text_t *out,
                   problem_t *problem) {
    json_t *value = json_object_get(object, key);
    *out = (text_t){"", 0};
    if (!value)
        return 0;
    if (!json_is_string(value))
        return problem_set(problem, REASON_FIELD_RANGE, key, "a text is expected");
    *out = arena_text(arena, json_text(value));
    json_object_del(object, key);
    return out->p ? 0 : problem_set(problem, REASON_TOO_LARGE, key, "too large");
}

static json_t *of_list(const field_t *field, const void *at) {
    items_t list;
    memcpy(&list, at, sizeof list);
    json_t *array = made(json_array());
    for (size_t i = 0; i < list.n; i++)
        json_array_append_new(array,
                              json_from_record(field->record, list.at + i * field->record->size));
    return array;
}

static json_t *of_ints(const struct int_list *ints) {
    json_t *array = made(json_array());
    for (size_t i = 0; i < ints->n; i++)
        json_array_append_new(array, made(json_integer(ints->at[i])));
    return array;
}

static bool all_zero(const uint8_t *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

static json_t *of_fixed(const uint8_t *at, size_t n) {
    return all_zero(at, n) ? json_null() : json_of_hex((bytes_t){at, n});
}

static int64_t number_at(const void *at) {
    int64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static json_t *of_enum(const field_t *field, const void *at) {
    unsigned value; /* enums are stored as this size on every ABI we build for */
    memcpy(&value, at, sizeof value);
    return json_of_enum(field->enums, (int) value);
}

static json_t *of_bool(const void *at) {
    bool value;
    memcpy(&value, at, sizeof value);
    return json_boolean(value);
}

static json_t *of_field(const field_t *field, const uint8_t *at) {
    text_t text;
    bytes_t bytes;
    ident_t id;
    switch (field->type) {
    case TYPE_INT: return number_at(at) ? made(json_integer(number_at(at))) : json_null();
    case TYPE_DECIMAL: return number_at(at) ? json_of_decimal(number_at(at)) : json_null();
    case TYPE_MOMENT: return number_at(at) ? json_of_moment(number_at(at)) : json_null();
    case TYPE_DAY: return number_at(at) ? json_of_day(number_at(at)) : json_null();
    case TYPE_BOOL: return of_bool(at);
    case TYPE_TEXT: memcpy(&text, at, sizeof text); return json_of_text(text);
    case TYPE_BYTES: memcpy(&bytes, at, sizeof bytes); return json_of_hex(bytes);
    case TYPE_IDENT:
        memcpy(&id, at, sizeof id);
        return ident_none(id) ? json_null() : json_of_ident(id);
    case TYPE_DIGEST:
    case TYPE_PUBKEY: return of_fixed(at, 32);
    case TYPE_SIGNATURE: return of_fixed(at, 64);
    case TYPE_ENUM: return of_enum(field, at);
    case TYPE_LIST: return of_list(field, at);
    case TYPE_TEXTS: return json_of_texts((const struct text_list *) (const void *) at);
    case TYPE_INTS: return of_ints((const struct int_list *) (const void *) at);
    }
    panic("field type %d", (int) field->type);
}

static bool empty(const json_t *value) {
    return json_is_null(value) || json_is_false(value) ||
           (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

json_t *json_from_record(const record_t *record, const void *body) {
    json_t *object = made(json_object());
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        json_t *value = of_field(field, (const uint8_t *) body + field->offset);
        if (empty(value))
            json_decref(value);
        else
            json_put(object, field->name, value);
    }
    return object;
}
