/* SPDX-License-Identifier: Apache-2.0
 *
 * generic: how the table walkers reach a field of a structure that they do not know. Every X_list
 * has the shape of list_view_t, and every enum is four bytes (tested).
 */
#ifndef COUNTERSIGN_EVENT_GENERIC_H
#define COUNTERSIGN_EVENT_GENERIC_H

#include "common/event/record.h"

typedef struct list_view {
    void *at;
    size_t n;
} list_view_t;

static inline const void *field_at(const void *body, const field_t *field) {
    return (const char *) body + field->offset;
}
static inline void *field_into(void *body, const field_t *field) {
    return (char *) body + field->offset;
}
static inline int64_t field_int(const void *body, const field_t *field) {
    int64_t value;
    memcpy(&value, field_at(body, field), sizeof value);
    return value;
}
static inline int field_enum(const void *body, const field_t *field) {
    int value;
    memcpy(&value, field_at(body, field), sizeof value);
    return value;
}
/* BYTES and TEXT alike */
static inline bytes_t field_bytes(const void *body, const field_t *field) {
    bytes_t value;
    memcpy(&value, field_at(body, field), sizeof value);
    return value;
}
static inline list_view_t field_list(const void *body, const field_t *field) {
    list_view_t value;
    memcpy(&value, field_at(body, field), sizeof value);
    return value;
}
/* Bytes of IDENT, DIGEST, PUBKEY, SIGNATURE; 0 for the others. */
static inline size_t field_fixed(field_type_t type) {
    return type == TYPE_IDENT                           ? 16
           : type == TYPE_DIGEST || type == TYPE_PUBKEY ? 32
           : type == TYPE_SIGNATURE                     ? 64
                                                        : 0;
}
static inline bool field_empty(const void *body, const field_t *field) {
    static const uint8_t zeros[64];
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY: return field_int(body, field) == 0;
    case TYPE_BOOL: return !*(const bool *) field_at(body, field);
    case TYPE_ENUM: return field_enum(body, field) == 0;
    case TYPE_TEXT:
    case TYPE_BYTES: return field_bytes(body, field).n == 0;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return field_list(body, field).n == 0;
    case TYPE_IDENT: return memcmp(field_at(body, field), zeros, 16) == 0;
    case TYPE_DIGEST:
    case TYPE_PUBKEY: return memcmp(field_at(body, field), zeros, 32) == 0;
    case TYPE_SIGNATURE: return memcmp(field_at(body, field), zeros, 64) == 0;
    }
    return true;
}
/* May be empty. */
static inline bool field_optional(const field_t *field) {
    bool number = field->type == TYPE_INT || field->type == TYPE_DECIMAL;
    return field->min <= 0 && (!number || field->max >= 0);
}
/* Where a walker stands: a chain towards the outermost record, written out only when something is
   wrong there. */
typedef struct path {
    const struct path *above; /* NULL: the outermost record's own field */
    const field_t *field;
    size_t index;             /* of an item of a list; NO_INDEX: the field itself */
} path_t;
#define NO_INDEX SIZE_MAX
#define PATH_BYTES 96
/* "lines[2].quantity"; "" for NULL. At most PATH_BYTES with its end; returns out. */
char *path_print(const path_t *path, char out[PATH_BYTES]);
#define PATH(path) path_print((path), (char[PATH_BYTES]){""})

/* Bounds of one field's own value (not of what is nested in it), if it is not empty. `path` is where
   it stands. 0, or -1 with *problem. */
int field_bounds(const void *body, const field_t *field, const path_t *path, problem_t *problem);
/* The same, and that it is not empty where it may not be. */
int field_check(const void *body, const field_t *field, const path_t *path, problem_t *problem);

#endif
