/* SPDX-License-Identifier: Apache-2.0
 *
 * decode: canonical bytes to a body. prescan has seen all of them by then; here each value is put
 * where the table says, and lists are allocated only after their count was checked against the
 * table and the bytes.
 */
#include "common/event/generic.h"
#include "common/event/scan.h"

typedef struct decoder {
    scan_t scan;
    arena_t *arena;
    problem_t *problem;
} decoder_t;

static int decode(decoder_t *d, const record_t *record, void *body, const path_t *above);

static int wrong(decoder_t *d, reason_t reason, const path_t *path, const char *what) {
    return problem_set(d->problem, reason, PATH(path), "%s", what);
}

static int take_items(decoder_t *d, const field_t *field, const scan_head_t *head, void *into,
                      const path_t *path) {
    size_t size = field->type == TYPE_LIST    ? field->record->size
                  : field->type == TYPE_TEXTS ? sizeof(text_t)
                                              : sizeof(int64_t);
    if (head->n > (size_t) field->max)
        return problem_set(d->problem, REASON_FIELD_RANGE, PATH(path), "at most %lld items",
                           (long long) field->max);
    list_view_t list = {head->n ? arena_alloc(d->arena, head->n * size) : NULL, head->n};
    if (head->n && !list.at)
        return wrong(d, REASON_TOO_LARGE, path, "more than this part takes at once");
    memcpy(into, &list, sizeof list);
    for (size_t i = 0; i < list.n; i++) {
        void *item = (char *) list.at + i * size;
        path_t at = {path->above, path->field, i};
        if (field->type == TYPE_LIST) {
            if (decode(d, field->record, item, &at) != 0)
                return -1;
            continue;
        }
        scan_head_t value;
        if (scan_next(&d->scan, &value) != 0 ||
            value.type != (field->type == TYPE_TEXTS ? HEAD_STR : HEAD_INT))
            return wrong(d, REASON_MALFORMED, &at, "of the wrong type");
        if (field->type == TYPE_TEXTS)
            *(text_t *) item = (text_t){(const char *) value.p, value.n};
        else
            *(int64_t *) item = value.value;
    }
    return 0;
}

static bool fits(field_type_t type, head_type_t head) {
    switch (type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY:
    case TYPE_ENUM: return head == HEAD_INT;
    case TYPE_BOOL: return head == HEAD_BOOL;
    case TYPE_TEXT: return head == HEAD_STR;
    case TYPE_BYTES:
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE: return head == HEAD_BIN;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return head == HEAD_ARRAY;
    }
    return false;
}

static int take_value(decoder_t *d, const field_t *field, void *body, const path_t *path) {
    scan_head_t head;
    if (scan_next(&d->scan, &head) != 0 || !fits(field->type, head.type))
        return wrong(d, REASON_MALFORMED, path, "of the wrong type");
    void *into = field_into(body, field);
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY: memcpy(into, &head.value, sizeof head.value); return 0;
    case TYPE_ENUM:
        if (head.value < 0 || head.value > INT32_MAX)
            return wrong(d, REASON_FIELD_RANGE, path, "not one of the words");
        memcpy(into, &(int){(int) head.value}, sizeof(int));
        return 0;
    case TYPE_BOOL: *(bool *) into = head.value != 0; return 0;
    case TYPE_TEXT:
    case TYPE_BYTES: memcpy(into, &(bytes_t){head.p, head.n}, sizeof(bytes_t)); return 0;
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
        if (head.n != field_fixed(field->type))
            return wrong(d, REASON_MALFORMED, path, "of the wrong length");
        memcpy(into, head.p, head.n);
        return 0;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return take_items(d, field, &head, into, path);
    }
    return -1;
}

static const field_t *field_by_key(const record_t *record, int64_t key) {
    for (size_t i = 0; i < record->n; i++)
        if (record->fields[i].key == key)
            return &record->fields[i];
    return NULL;
}

static int decode(decoder_t *d, const record_t *record, void *body, const path_t *above) {
    scan_head_t head, key;
    record_clear(record, body);
    if (scan_next(&d->scan, &head) != 0 || head.type != HEAD_MAP)
        return wrong(d, REASON_MALFORMED, above, "a map is expected");
    for (size_t i = 0; i < head.n; i++) {
        if (scan_next(&d->scan, &key) != 0 || key.type != HEAD_INT)
            return wrong(d, REASON_MALFORMED, above, "a key is expected");
        const field_t *field = field_by_key(record, key.value);
        if (!field)
            return problem_set(d->problem, REASON_MALFORMED, PATH(above), "%s has no key %lld",
                               record->name, (long long) key.value);
        path_t path = {above, field, NO_INDEX};
        if (take_value(d, field, body, &path) != 0)
            return -1;
        if (field_empty(body, field))
            return wrong(d, REASON_MALFORMED, &path, "what is empty is left out");
    }
    for (size_t i = 0; i < record->n; i++) {
        path_t path = {above, &record->fields[i], NO_INDEX};
        if (field_check(body, &record->fields[i], &path, d->problem) != 0)
            return -1;
    }
    return 0;
}

int record_decode(const record_t *record, bytes_t bytes, arena_t *arena, void *body,
                  problem_t *problem) {
    if (prescan(bytes, RECORD_NODES_MAX, problem) != 0)
        return -1;
    decoder_t d = {.scan = {bytes.p, bytes.p + bytes.n}, .arena = arena, .problem = problem};
    return decode(&d, record, body, NULL);
}

void record_clear(const record_t *record, void *body) { memset(body, 0, record->size); }
