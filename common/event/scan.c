/* SPDX-License-Identifier: Apache-2.0
 *
 * scan: MessagePack heads (msgpack specification, 2013 and later). Nil, floats, ext and 64-bit
 * unsigned above INT64_MAX are not used by countersign and refused.
 */
#include "common/event/scan.h"

static int big_endian(scan_t *self, size_t n, uint64_t *out) {
    if ((size_t) (self->end - self->p) < n)
        return -1;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        *out = *out << 8 | *self->p++;
    return 0;
}

/* A number in n bytes that would not have fitted into a shorter form. */
static int unsigned_form(scan_t *self, size_t n, uint64_t least, scan_head_t *out) {
    uint64_t value;
    if (big_endian(self, n, &value) != 0 || value < least || value > INT64_MAX)
        return -1;
    *out = (scan_head_t){.type = HEAD_INT, .value = (int64_t) value};
    return 0;
}

static int signed_form(scan_t *self, size_t n, int64_t below, scan_head_t *out) {
    uint64_t raw;
    if (big_endian(self, n, &raw) != 0)
        return -1;
    unsigned shift = (unsigned) (64 - 8 * n);
    int64_t value = (int64_t) (raw << shift) >> shift;
    if (value >= below)
        return -1;
    *out = (scan_head_t){.type = HEAD_INT, .value = value};
    return 0;
}

static int sized(scan_t *self, head_type_t type, size_t length_bytes, uint64_t least,
                 scan_head_t *out) {
    uint64_t n;
    if (big_endian(self, length_bytes, &n) != 0 || n < least)
        return -1;
    *out = (scan_head_t){.type = type, .n = (size_t) n};
    return 0;
}

/* The count is believed only as far as bytes are left to hold it: one byte an item, two a pair. */
static int bounded(scan_t *self, scan_head_t *out) {
    size_t left = (size_t) (self->end - self->p);
    if (out->type == HEAD_STR || out->type == HEAD_BIN) {
        if (out->n > left)
            return -1;
        out->p = self->p;
        self->p += out->n;
        return 0;
    }
    return out->n > (out->type == HEAD_MAP ? left / 2 : left) ? -1 : 0;
}

static int long_form(scan_t *self, uint8_t first, scan_head_t *out) {
    switch (first) {
    case 0xc2:
    case 0xc3: *out = (scan_head_t){.type = HEAD_BOOL, .value = first & 1}; return 0;
    case 0xc4: return sized(self, HEAD_BIN, 1, 0, out) || bounded(self, out) ? -1 : 0;
    case 0xc5: return sized(self, HEAD_BIN, 2, 256, out) || bounded(self, out) ? -1 : 0;
    case 0xc6: return sized(self, HEAD_BIN, 4, 65536, out) || bounded(self, out) ? -1 : 0;
    case 0xcc: return unsigned_form(self, 1, 128, out);
    case 0xcd: return unsigned_form(self, 2, 256, out);
    case 0xce: return unsigned_form(self, 4, 65536, out);
    case 0xcf: return unsigned_form(self, 8, UINT64_C(1) << 32, out);
    case 0xd0: return signed_form(self, 1, -32, out);
    case 0xd1: return signed_form(self, 2, INT8_MIN, out);
    case 0xd2: return signed_form(self, 4, INT16_MIN, out);
    case 0xd3: return signed_form(self, 8, INT32_MIN, out);
    case 0xd9: return sized(self, HEAD_STR, 1, 32, out) || bounded(self, out) ? -1 : 0;
    case 0xda: return sized(self, HEAD_STR, 2, 256, out) || bounded(self, out) ? -1 : 0;
    case 0xdb: return sized(self, HEAD_STR, 4, 65536, out) || bounded(self, out) ? -1 : 0;
    case 0xdc: return sized(self, HEAD_ARRAY, 2, 16, out) || bounded(self, out) ? -1 : 0;
    case 0xdd: return sized(self, HEAD_ARRAY, 4, 65536, out) || bounded(self, out) ? -1 : 0;
    case 0xde: return sized(self, HEAD_MAP, 2, 16, out) || bounded(self, out) ? -1 : 0;
    case 0xdf: return sized(self, HEAD_MAP, 4, 65536, out) || bounded(self, out) ? -1 : 0;
    default: return -1;
    }
}

int scan_longer(scan_t *self, uint8_t first, scan_head_t *out) {
    if (first >= 0xc0)
        return long_form(self, first, out);
    head_type_t type = first < 0x90 ? HEAD_MAP : first < 0xa0 ? HEAD_ARRAY : HEAD_STR;
    *out = (scan_head_t){.type = type, .n = first & (type == HEAD_STR ? 31 : 15)};
    return bounded(self, out);
}
