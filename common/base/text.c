/* SPDX-License-Identifier: Apache-2.0
 *
 * text: parsers and printers that take the whole input or refuse it.
 */
#include "common/base/text.h"

#include <inttypes.h>
#include <stdio.h>

/* Length of the valid sequence at p (1..4) and its code point, or 0. */
static size_t utf8_next(const uint8_t *p, size_t n, uint32_t *code) {
    if (p[0] < 0x80) {
        *code = p[0];
        return 1;
    }
    size_t length = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || length > n)
        return 0;
    uint32_t c = p[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *code = c;
    return length;
}

bool text_valid_utf8(text_t text) {
    uint32_t code;
    for (size_t i = 0; i < text.n;) {
        size_t n = utf8_next((const uint8_t *) text.p + i, text.n - i, &code);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

bool text_has_controls(text_t text) {
    uint32_t c;
    for (size_t i = 0; i < text.n;) {
        if (text.p[i] >= 0x20 && text.p[i] < 0x7f) { /* printable ASCII: most of it */
            i++;
            continue;
        }
        size_t n = utf8_next((const uint8_t *) text.p + i, text.n - i, &c);
        if (n == 0)
            return true;
        if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0) ||
            (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
            return true;
        i += n;
    }
    return false;
}

static size_t blank_at(const char *p, size_t n) {
    if (n && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
        return 1;
    return n >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

int text_compare(text_t a, text_t b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

text_t text_trim(text_t text) {
    size_t n;
    while ((n = blank_at(text.p, text.n)) > 0) {
        text.p += n;
        text.n -= n;
    }
    for (;;) {
        if (text.n >= 1 && blank_at(text.p + text.n - 1, 1) == 1)
            text.n -= 1;
        else if (text.n >= 3 && blank_at(text.p + text.n - 3, 3) == 3)
            text.n -= 3;
        else
            return text;
    }
}

bool text_starts(text_t text, const char *prefix) {
    size_t n = strlen(prefix);
    return text.n >= n && memcmp(text.p, prefix, n) == 0;
}

bool text_has(text_t text, text_t needle) {
    return needle.n == 0 || (text.n && memmem(text.p, text.n, needle.p, needle.n) != NULL);
}

bool decimal_parse(text_t text, decimal_t *out) {
    size_t i = 0;
    bool negative = text.n && text.p[0] == '-';
    int64_t whole = 0, part = 0, unit = DECIMAL_ONE;
    i = negative;
    size_t start = i;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++) {
        whole = whole * 10 + (text.p[i] - '0');
        if (whole >= INT64_C(9000000000000))
            return false;
    }
    if (i == start)
        return false;
    if (i < text.n && text.p[i] == '.') {
        size_t first = ++i;
        for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && unit > 1; i++) {
            unit /= 10;
            part += (text.p[i] - '0') * unit;
        }
        if (i == first)
            return false;
    }
    if (i != text.n)
        return false;
    *out = (whole * DECIMAL_ONE + part) * (negative ? -1 : 1);
    return true;
}

char *decimal_print(decimal_t value, char out[32]) {
    uint64_t magnitude = value < 0 ? ~(uint64_t) value + 1 : (uint64_t) value;
    int n = snprintf(out, 32, "%s%" PRIu64 ".%06" PRIu64, value < 0 ? "-" : "",
                     magnitude / DECIMAL_ONE, magnitude % DECIMAL_ONE);
    while (out[n - 1] == '0')
        out[--n] = '\0';
    if (out[n - 1] == '.')
        out[--n] = '\0';
    return out;
}

decimal_t decimal_multiply(decimal_t value, decimal_t by) {
    __extension__ typedef __int128 wide_t;
    wide_t product = (wide_t) value * by, half = DECIMAL_ONE / 2;
    wide_t result = (product + (product < 0 ? -half : half)) / DECIMAL_ONE;
    if (result > INT64_MAX)
        return INT64_MAX;
    return result < INT64_MIN ? INT64_MIN : (decimal_t) result;
}

bool int_parse(text_t text, int64_t min, int64_t max, int64_t *out) {
    bool negative = text.n && text.p[0] == '-';
    if (text.n == (size_t) negative || text.n > 20)
        return false;
    int64_t value = 0;
    for (size_t i = negative; i < text.n; i++) {
        int digit = text.p[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && __builtin_sub_overflow(0, value, &value))
        return false;
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_parse(text_t text, uint8_t *out, size_t n) {
    if (text.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = hex_digit(text.p[2 * i]), low = hex_digit(text.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t) (high << 4 | low);
    }
    return true;
}

char *hex_print(const uint8_t *bytes, size_t n, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
    return out;
}

bool ident_parse(text_t text, ident_t *out) {
    char hex[32];
    size_t n = 0;
    if (text.n != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text.p[i] == '-'))
            return false;
        if (!dash)
            hex[n++] = text.p[i];
    }
    return hex_parse((text_t){hex, 32}, out->b, 16);
}

char *ident_print(ident_t id, char out[37]) {
    char hex[33];
    hex_print(id.b, 16, hex);
    snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
    return out;
}
