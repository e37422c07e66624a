/* SPDX-License-Identifier: Apache-2.0
 *
 * difference: what differs between two records of a kind, as two contents of an order, field by
 * field (QP21-4.4.3: the departments concerned are told what changed). It walks the record tables, so that a field added
 * to the catalogue is compared, too.
 */
#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/order_rules.h"

typedef struct walk {
    arena_t *arena;
    struct difference *found;
    size_t n;
} walk_t;

/* The shape shared by all lists: pointer and count (record.h). */
typedef struct any_list {
    const uint8_t *at;
    size_t n;
} any_list_t;

static text_t joined(arena_t *arena, text_t head, text_t tail) {
    return head.n ? arena_format(arena, "%.*s, %.*s", (int) head.n, head.p, (int) tail.n,
                                 tail.n ? tail.p : "")
                  : tail;
}

static text_t hex(arena_t *arena, const uint8_t *bytes, size_t n) {
    char *out = arena_alloc(arena, 2 * n + 1);
    insist(out);
    return text_of(hex_print(bytes, n, out));
}

static text_t ident_text(arena_t *arena, const ident_t *id) {
    char printed[37];
    return ident_none(*id) ? (text_t){NULL, 0}
                           : arena_text(arena, text_of(ident_print(*id, printed)));
}

static text_t number_text(arena_t *arena, field_type_t type, const int64_t *value) {
    char printed[32], day[16];
    if (*value == 0)
        return (text_t){NULL, 0};
    if (type == TYPE_DECIMAL)
        return arena_text(arena, text_of(decimal_print(*value, printed)));
    if (type == TYPE_MOMENT)
        return arena_text(arena, text_of(moment_print(*value, printed)));
    if (type == TYPE_DAY)
        return arena_text(arena, text_of(day_print(*value, day)));
    return arena_format(arena, "%lld", (long long) *value);
}

static text_t list_text(arena_t *arena, field_type_t type, const void *at) {
    text_t out = {NULL, 0};
    if (type == TYPE_TEXTS)
        for (size_t i = 0; i < ((const struct text_list *) at)->n; i++)
            out = joined(arena, out, ((const struct text_list *) at)->at[i]);
    else
        for (size_t i = 0; i < ((const struct int_list *) at)->n; i++)
            out = joined(
                arena, out,
                arena_format(arena, "%lld", (long long) ((const struct int_list *) at)->at[i]));
    return out;
}

static bool all_zero(const uint8_t *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (bytes[i])
            return false;
    return true;
}

/* As people write it; an empty value is an empty text, as it is absent on the wire. */
static text_t field_text(arena_t *arena, const field_t *field, const void *at) {
    const size_t wide = field->type == TYPE_SIGNATURE ? sizeof(signature_t) : sizeof(digest_t);
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY:
        return number_text(arena, field->type, at);
    case TYPE_BOOL:
        return *(const bool *) at ? TEXT("yes") : (text_t){NULL, 0};
    case TYPE_TEXT:
        return *(const text_t *) at;
    case TYPE_BYTES:
        return hex(arena, ((const bytes_t *) at)->p, ((const bytes_t *) at)->n);
    case TYPE_IDENT:
        return ident_text(arena, at);
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
        return all_zero(at, wide) ? (text_t){NULL, 0} : hex(arena, at, wide);
    case TYPE_ENUM:
        return text_of(enum_name(field->enums, *(const int *) at));
    case TYPE_TEXTS:
    case TYPE_INTS:
        return list_text(arena, field->type, at);
    case TYPE_LIST:
        break;
    }
    return (text_t){NULL, 0};
}

static void found(walk_t *walk, text_t path, text_t before, text_t after) {
    walk->found = keep_grow(walk->arena, walk->found, walk->n, sizeof *walk->found);
    walk->found[walk->n++] = (struct difference){path, before, after};
}

static void walk_record(walk_t *walk, const record_t *record, text_t path, const void *a,
                        const void *b);

/* Items that carry a number are matched by it, so that a line put in front does not make all others
 * differ. */
static const field_t *number_of(const record_t *record) {
    return record->n && record->fields[0].type == TYPE_INT &&
                   strcmp(record->fields[0].name, "no") == 0
               ? &record->fields[0]
               : NULL;
}

static int64_t item_number(const field_t *number, const void *item, size_t index) {
    return number ? *(const int64_t *) (const void *) ((const uint8_t *) item + number->offset)
                  : (int64_t) index;
}

static const void *item_numbered(const any_list_t *list, const record_t *record, int64_t wanted) {
    const field_t *number = number_of(record);
    for (size_t i = 0; i < list->n; i++)
        if (item_number(number, list->at + i * record->size, i) == wanted)
            return list->at + i * record->size;
    return NULL;
}

static void walk_list(walk_t *walk, const record_t *record, text_t path, const any_list_t *a,
                      const any_list_t *b) {
    const field_t *number = number_of(record);
    for (int pass = 0; pass < 2; pass++) {
        const any_list_t *list = pass ? b : a;
        for (size_t i = 0; i < list->n; i++) {
            const void *item = list->at + i * record->size;
            int64_t no = item_number(number, item, i);
            const void *other = item_numbered(pass ? a : b, record, no);
            if (pass && other)
                continue;
            text_t name =
                arena_format(walk->arena, "%.*s[%lld]", (int) path.n, path.p, (long long) no);
            walk_record(walk, record, name, pass ? other : item, pass ? item : other);
        }
    }
}

/* a or b may be NULL: an item that only the other side has. */
static void walk_record(walk_t *walk, const record_t *record, text_t path, const void *a,
                        const void *b) {
    static const any_list_t none = {NULL, 0};
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        const void *in_a = a ? (const uint8_t *) a + field->offset : NULL;
        const void *in_b = b ? (const uint8_t *) b + field->offset : NULL;
        text_t name = path.n
                          ? arena_format(walk->arena, "%.*s.%s", (int) path.n, path.p, field->name)
                          : text_of(field->name);
        if (field->type == TYPE_LIST) {
            walk_list(walk, field->record, name, in_a ? in_a : &none, in_b ? in_b : &none);
            continue;
        }
        text_t before = in_a ? field_text(walk->arena, field, in_a) : (text_t){NULL, 0};
        text_t after = in_b ? field_text(walk->arena, field, in_b) : (text_t){NULL, 0};
        if (!text_equal(before, after))
            found(walk, name, before, after);
    }
}

size_t record_difference(const record_t *record, const void *a, const void *b, arena_t *arena,
                         struct difference **out) {
    walk_t walk = {arena, NULL, 0};
    walk_record(&walk, record, (text_t){NULL, 0}, a, b);
    *out = walk.found;
    return walk.n;
}
