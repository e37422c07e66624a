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
size_t field_fixed(field_type_t type);
bool field_empty(const void *body, const field_t *field);
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

/* Bounds of one field's own value (not of what is nested in it). `path` is where it stands. */
int field_check(const void *body, const field_t *field, const path_t *path, problem_t *problem);

#endif
