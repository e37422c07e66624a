/* SPDX-License-Identifier: Apache-2.0
 *
 * decode: canonical bytes to a body, in one pass: each value is put where the table says and is
 * checked while it is at hand, and lists are allocated only after their count was checked against
 * the table and the bytes. What it takes is canonical (shortest forms by scan, keys ascending by
 * the table, texts by their fields); what it does not take is shown to prescan, which says what the
 * form lacks before anything is said of a field.
 */
#include "common/event/generic.h"
#include "common/event/scan.h"

typedef struct decoder {
    scan_t scan;
    size_t values; /* so far */
    arena_t *arena;
    problem_t *problem;
} decoder_t;

static int decode(decoder_t *d, const record_t *record, void *body, const path_t *above);

static int wrong(decoder_t *d, reason_t reason, const path_t *path, const char *what) {
    return problem_set(d->problem, reason, PATH(path), "%s", what);
}

static bool next(decoder_t *d, scan_head_t *out) {
    return d->values++ < RECORD_NODES_MAX && scan_next(&d->scan, out) == 0;
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
        if (!next(d, &value) ||
            value.type != (field->type == TYPE_TEXTS ? HEAD_STR : HEAD_INT))
            return wrong(d, REASON_MALFORMED, &at, "of the wrong type");
        if (field->type == TYPE_TEXTS)
            *(text_t *) item = (text_t){(const char *) value.p, value.n};
        else
            *(int64_t *) item = value.value;
    }
    return 0;
}

static const head_type_t head_of[] = {
    [TYPE_INT] = HEAD_INT,       [TYPE_BOOL] = HEAD_BOOL,   [TYPE_TEXT] = HEAD_STR,
    [TYPE_BYTES] = HEAD_BIN,     [TYPE_IDENT] = HEAD_BIN,   [TYPE_DIGEST] = HEAD_BIN,
    [TYPE_PUBKEY] = HEAD_BIN,    [TYPE_SIGNATURE] = HEAD_BIN, [TYPE_DECIMAL] = HEAD_INT,
    [TYPE_MOMENT] = HEAD_INT,    [TYPE_DAY] = HEAD_INT,     [TYPE_ENUM] = HEAD_INT,
    [TYPE_LIST] = HEAD_ARRAY,    [TYPE_TEXTS] = HEAD_ARRAY, [TYPE_INTS] = HEAD_ARRAY,
};

static int take_value(decoder_t *d, const field_t *field, void *body, const path_t *path) {
    scan_head_t head;
    if (!next(d, &head) || head.type != head_of[field->type])
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

/* The fields' keys ascend, and so must the map's: one walk along the table finds each of them, and
   those that are left out. Of what fields hold, the first that is wrong is told at the end: a key
   that nobody knows comes before it. */
static int decode(decoder_t *d, const record_t *record, void *body, const path_t *above) {
    scan_head_t head, key;
    const field_t *field = record->fields, *end = field + record->n, *bad = NULL;
    record_clear(record, body);
    if (!next(d, &head) || head.type != HEAD_MAP)
        return wrong(d, REASON_MALFORMED, above, "a map is expected");
    for (size_t i = 0; i < head.n; i++) {
        if (!next(d, &key) || key.type != HEAD_INT)
            return wrong(d, REASON_MALFORMED, above, "a key is expected");
        for (; field < end && field->key < key.value; field++)
            if (!bad && !field_optional(field))
                bad = field;
        if (field == end || field->key != key.value)
            return problem_set(d->problem, REASON_MALFORMED, PATH(above), "%s has no key %lld",
                               record->name, (long long) key.value);
        path_t path = {above, field, NO_INDEX};
        if (take_value(d, field, body, &path) != 0)
            return -1;
        if (field_empty(body, field))
            return wrong(d, REASON_MALFORMED, &path, "what is empty is left out");
        if (!bad && field_bounds(body, field, &path, NULL) != 0)
            bad = field;
        field++;
    }
    for (; field < end && !bad; field++)
        if (!field_optional(field))
            bad = field;
    path_t path = {above, bad, NO_INDEX};
    return bad ? field_check(body, bad, &path, d->problem) : 0;
}

int record_decode(const record_t *record, bytes_t bytes, arena_t *arena, void *body,
                  problem_t *problem) {
    problem_t of_field;
    of_field.reason = REASON_NONE;
    decoder_t d = {
        .scan = {bytes.p, bytes.p + bytes.n}, .arena = arena, .problem = problem ? &of_field : NULL};
    if (decode(&d, record, body, NULL) == 0 && d.scan.p == d.scan.end)
        return 0;
    if (prescan(bytes, RECORD_NODES_MAX, problem) == 0 && problem)
        *problem = of_field;
    return -1;
}

void record_clear(const record_t *record, void *body) { memset(body, 0, record->size); }
