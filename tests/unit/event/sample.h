/* SPDX-License-Identifier: Apache-2.0
 *
 * sample: valid bodies of any record, made from its field table and a seed. The same seed gives
 * the same body on every machine, so a failing one can be run again.
 */
#ifndef COUNTERSIGN_TESTS_SAMPLE_H
#define COUNTERSIGN_TESTS_SAMPLE_H

#include "common/event/event.h"
#include "common/event/generic.h"

#define SAMPLE_RECORDS_MAX 96

typedef struct sample {
    uint64_t state;
    arena_t *arena;
    size_t text_max;  /* texts and bytes, unless their field asks for more */
    size_t items_max; /* likewise lists */
} sample_t;

static inline uint64_t sample_number(sample_t *self) { /* splitmix64 */
    uint64_t z = self->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline size_t sample_below(sample_t *self, size_t n) {
    return n ? sample_number(self) % n : 0;
}

static inline size_t sample_between(sample_t *self, size_t from, size_t to) {
    return from + sample_below(self, to - from + 1);
}

/* Half of them where an encoding changes its length, the others anywhere. */
static inline int64_t sample_int(sample_t *self, int64_t min, int64_t max) {
    static const int64_t edges[] = {INT64_MIN,  INT32_MIN - INT64_C(1),
                                    INT32_MIN,  INT16_MIN - 1,
                                    INT16_MIN,  INT8_MIN - 1,
                                    INT8_MIN,   -33,
                                    -32,        -1,
                                    1,          127,
                                    128,        255,
                                    256,        32767,
                                    32768,      65535,
                                    65536,      INT32_MAX,
                                    UINT32_MAX, UINT32_MAX + INT64_C(1),
                                    INT64_MAX};
    int64_t value = edges[sample_below(self, sizeof edges / sizeof *edges)];
    if (sample_number(self) & 1)
        value = (int64_t) sample_number(self) >> sample_below(self, 60);
    return value < min ? min : value > max ? max : value;
}

/* Exactly n bytes of UTF-8: letters, Chinese, a character outside the BMP, tab and line feed. */
static inline text_t sample_text(sample_t *self, size_t n) {
    static const char *const pieces[] = {"a",
                                         "Z",
                                         "7",
                                         "\t",
                                         "\n",
                                         "|",
                                         "\xc3\xa9",
                                         "\xe4\xbc\x9a",
                                         "\xe7\xad\xbe",
                                         "\xf0\x9f\x94\xa9"};
    char *p = arena_alloc(self->arena, n + 1);
    for (size_t i = 0; i < n;) {
        const char *piece = pieces[sample_below(self, sizeof pieces / sizeof *pieces)];
        if (strlen(piece) > n - i)
            continue;
        memcpy(p + i, piece, strlen(piece));
        i += strlen(piece);
    }
    return (text_t){p, n};
}

static inline size_t sample_size(sample_t *self, const field_t *field, size_t usual) {
    size_t min = field->min > 0 ? (size_t) field->min : 1, max = (size_t) field->max;
    size_t most = min + usual < max ? min + usual : max;
    return sample_between(self, min, most);
}

static inline void sample_body(sample_t *self, const record_t *record, void *body);

static inline void sample_list(sample_t *self, const field_t *field, void *into) {
    size_t n = sample_size(self, field, self->items_max);
    size_t size = field->type == TYPE_LIST ? field->record->size : sizeof(text_t);
    list_view_t list = {arena_alloc(self->arena, n * size), n};
    for (size_t i = 0; i < n; i++) {
        if (field->type == TYPE_LIST)
            sample_body(self, field->record, (char *) list.at + i * size);
        else if (field->type == TYPE_TEXTS)
            ((text_t *) list.at)[i] = sample_text(
                self, sample_between(self, 1, self->text_max < 255 ? self->text_max : 255));
        else
            ((int64_t *) list.at)[i] = sample_int(self, 0, INT64_MAX);
    }
    memcpy(into, &list, sizeof list);
}

static inline void sample_field(sample_t *self, const field_t *field, void *body) {
    void *into = field_into(body, field);
    uint8_t fixed[64];
    text_t text;
    int64_t number;
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY:
        number = sample_int(self, field->min, field->max);
        memcpy(into, &number, sizeof number);
        break;
    case TYPE_BOOL: *(bool *) into = true; break;
    case TYPE_ENUM:
        memcpy(into, &field->enums->values[sample_below(self, field->enums->n)].value, sizeof(int));
        break;
    case TYPE_TEXT:
    case TYPE_BYTES:
        text = sample_text(self, sample_size(self, field, self->text_max));
        memcpy(into, &text, sizeof text);
        break;
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
        for (size_t i = 0; i < sizeof fixed; i++)
            fixed[i] = (uint8_t) sample_number(self);
        memcpy(into, fixed, field_fixed(field->type));
        break;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: sample_list(self, field, into); break;
    }
}

/* Fills a body: what is required always, what is not two times in three. */
static inline void sample_body(sample_t *self, const record_t *record, void *body) {
    record_clear(record, body);
    for (size_t i = 0; i < record->n; i++)
        if (field_check(body, &record->fields[i], NULL, NULL) != 0 || sample_below(self, 3))
            sample_field(self, &record->fields[i], body);
}

static inline size_t sample_collect(const record_t *record, const record_t **out, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (out[i] == record)
            return n;
    if (n == SAMPLE_RECORDS_MAX)
        return n;
    out[n++] = record;
    for (size_t i = 0; i < record->n; i++)
        if (record->fields[i].record)
            n = sample_collect(record->fields[i].record, out, n);
    return n;
}

/* Every record of this layer, each once; returns how many. */
static inline size_t sample_records(const record_t *out[SAMPLE_RECORDS_MAX]) {
    size_t kinds_n, n = 0;
    const kind_info_t *kinds = kind_list(&kinds_n);
    n = sample_collect(&command_record, out, n);
    n = sample_collect(&signed_command_record, out, n);
    n = sample_collect(&event_record, out, n);
    n = sample_collect(&procedure_record, out, n);
    for (size_t i = 0; i < kinds_n; i++)
        n = sample_collect(kinds[i].body, out, n);
    return n;
}

#endif
