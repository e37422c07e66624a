/* SPDX-License-Identifier: Apache-2.0
 *
 * reading: see the header. Of MessagePack only what PROTOCOL.md allows: maps, arrays, whole
 * numbers, booleans, str, bin.
 */
#include "tests/simulation/reading.h"

#include <string.h>

static uint64_t big_endian(const uint8_t *p, size_t n) {
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | p[i];
    return value;
}

typedef enum token_type { T_BAD, T_INT, T_BYTES, T_ARRAY, T_MAP } token_type_t;
typedef struct token {
    token_type_t type;
    int64_t value; /* INT: itself; BYTES: length; ARRAY, MAP: how many */
    size_t head;   /* bytes before the content */
} token_t;

static token_t sized(span_t s, token_type_t type, size_t width) {
    if (s.n < 1 + width)
        return (token_t){T_BAD, 0, 0};
    return (token_t){type, (int64_t) big_endian(s.p + 1, width), 1 + width};
}

static token_t number(span_t s, size_t width, bool negative) {
    token_t t = sized(s, T_INT, width);
    if (t.type == T_INT && negative && width < 8)
        t.value -= (t.value >> (8 * width - 1) & 1) << (8 * width);
    return t;
}

static token_t token(span_t s) {
    if (s.n == 0)
        return (token_t){T_BAD, 0, 0};
    uint8_t b = s.p[0];
    if (b < 0x80)
        return (token_t){T_INT, b, 1};
    if (b < 0x90)
        return (token_t){T_MAP, b & 15, 1};
    if (b < 0xa0)
        return (token_t){T_ARRAY, b & 15, 1};
    if (b < 0xc0)
        return (token_t){T_BYTES, b & 31, 1};
    if (b >= 0xe0)
        return (token_t){T_INT, (int64_t) b - 256, 1};
    switch (b) {
    case 0xc2: return (token_t){T_INT, 0, 1};
    case 0xc3: return (token_t){T_INT, 1, 1};
    case 0xc4:
    case 0xd9: return sized(s, T_BYTES, 1);
    case 0xc5:
    case 0xda: return sized(s, T_BYTES, 2);
    case 0xc6:
    case 0xdb: return sized(s, T_BYTES, 4);
    case 0xcc: return number(s, 1, false);
    case 0xcd: return number(s, 2, false);
    case 0xce: return number(s, 4, false);
    case 0xcf: return number(s, 8, false);
    case 0xd0: return number(s, 1, true);
    case 0xd1: return number(s, 2, true);
    case 0xd2: return number(s, 4, true);
    case 0xd3: return number(s, 8, true);
    case 0xdc: return sized(s, T_ARRAY, 2);
    case 0xdd: return sized(s, T_ARRAY, 4);
    case 0xde: return sized(s, T_MAP, 2);
    case 0xdf: return sized(s, T_MAP, 4);
    }
    return (token_t){T_BAD, 0, 0};
}

/* Bytes of the value at the start of `s`; 0: it is none. */
static size_t extent(span_t s, int depth) {
    token_t t = token(s);
    size_t at = t.head;
    if (t.type == T_BAD || depth > 12)
        return 0;
    if (t.type == T_INT)
        return at;
    if (t.type == T_BYTES)
        return (uint64_t) t.value <= s.n - at ? at + (size_t) t.value : 0;
    for (int64_t i = 0; i < t.value * (t.type == T_MAP ? 2 : 1); i++) {
        size_t n = extent((span_t){s.p + at, s.n - at}, depth + 1);
        if (n == 0)
            return 0;
        at += n;
    }
    return at;
}

bool reading_whole(span_t value) { return value.n > 0 && extent(value, 0) == value.n; }

static span_t one(span_t rest) { return (span_t){rest.p, extent(rest, 0)}; }

static span_t after(span_t rest, span_t part) { return (span_t){rest.p + part.n, rest.n - part.n}; }

span_t reading_get(span_t map, unsigned key) {
    token_t t = token(map);
    span_t none = {NULL, 0};
    if (t.type != T_MAP)
        return none;
    span_t rest = {map.p + t.head, map.n - t.head};
    for (int64_t i = 0; i < t.value; i++) {
        span_t name = one(rest);
        if (name.n == 0)
            return none;
        rest = after(rest, name);
        span_t value = one(rest);
        if (value.n == 0 || reading_int(name) == key)
            return value;
        rest = after(rest, value);
    }
    return none;
}

int64_t reading_int(span_t value) {
    token_t t = token(value);
    return t.type == T_INT ? t.value : 0;
}

span_t reading_bytes(span_t value) {
    token_t t = token(value);
    if (t.type != T_BYTES || (uint64_t) t.value > value.n - t.head)
        return (span_t){NULL, 0};
    return (span_t){value.p + t.head, (size_t) t.value};
}

size_t reading_count(span_t list) {
    token_t t = token(list);
    return t.type == T_ARRAY ? (size_t) t.value : 0;
}

span_t reading_item(span_t list, size_t i) {
    token_t t = token(list);
    span_t rest = {list.p + t.head, list.n - t.head};
    if (t.type != T_ARRAY || i >= (size_t) t.value)
        return (span_t){NULL, 0};
    for (size_t k = 0; k < i; k++)
        rest = after(rest, one(rest));
    return one(rest);
}

bool reading_is(span_t text, const char *word) {
    return text.n == strlen(word) && memcmp(text.p, word, text.n) == 0;
}
