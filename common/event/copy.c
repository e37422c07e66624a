/* SPDX-License-Identifier: Apache-2.0
 *
 * copy: deep copies and comparison of bodies, by table.
 */
#include "common/event/generic.h"

static int copy_list(const field_t *field, list_view_t from, arena_t *arena, void *into) {
    size_t size = field->type == TYPE_LIST    ? field->record->size
                  : field->type == TYPE_TEXTS ? sizeof(text_t)
                                              : sizeof(int64_t);
    list_view_t list = {from.n ? arena_alloc(arena, from.n * size) : NULL, from.n};
    if (from.n && !list.at)
        return -1;
    memcpy(into, &list, sizeof list);
    for (size_t i = 0; i < list.n; i++) {
        const char *source = (const char *) from.at + i * size;
        char *target = (char *) list.at + i * size;
        if (field->type == TYPE_LIST) {
            if (record_copy(field->record, source, arena, target) != 0)
                return -1;
        } else if (field->type == TYPE_TEXTS) {
            text_t text = arena_text(arena, *(const text_t *) (const void *) source);
            if (!text.p)
                return -1;
            memcpy(target, &text, sizeof text);
        } else
            memcpy(target, source, size);
    }
    return 0;
}

int record_copy(const record_t *record, const void *body, arena_t *arena, void *copy) {
    memcpy(copy, body, record->size);
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        if (field_empty(body, field))
            continue;
        if (field->type == TYPE_TEXT || field->type == TYPE_BYTES) {
            bytes_t bytes = arena_bytes(arena, field_bytes(body, field));
            if (!bytes.p)
                return -1;
            memcpy(field_into(copy, field), &bytes, sizeof bytes);
        } else if (field->type == TYPE_LIST || field->type == TYPE_TEXTS ||
                   field->type == TYPE_INTS) {
            if (copy_list(field, field_list(body, field), arena, field_into(copy, field)) != 0)
                return -1;
        }
    }
    return 0;
}

static bool same_bytes(bytes_t a, bytes_t b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool same_list(const field_t *field, list_view_t a, list_view_t b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        bool same;
        if (field->type == TYPE_LIST)
            same = record_equal(field->record, (const char *) a.at + i * field->record->size,
                                (const char *) b.at + i * field->record->size);
        else if (field->type == TYPE_TEXTS)
            same = text_equal(((const text_t *) a.at)[i], ((const text_t *) b.at)[i]);
        else
            same = ((const int64_t *) a.at)[i] == ((const int64_t *) b.at)[i];
        if (!same)
            return false;
    }
    return true;
}

static bool same_field(const field_t *field, const void *a, const void *b) {
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY: return field_int(a, field) == field_int(b, field);
    case TYPE_BOOL: return *(const bool *) field_at(a, field) == *(const bool *) field_at(b, field);
    case TYPE_ENUM: return field_enum(a, field) == field_enum(b, field);
    case TYPE_TEXT:
    case TYPE_BYTES: return same_bytes(field_bytes(a, field), field_bytes(b, field));
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
        return memcmp(field_at(a, field), field_at(b, field), field_fixed(field->type)) == 0;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return same_list(field, field_list(a, field), field_list(b, field));
    }
    return false;
}

bool record_equal(const record_t *record, const void *a, const void *b) {
    for (size_t i = 0; i < record->n; i++)
        if (!same_field(&record->fields[i], a, b))
            return false;
    return true;
}
