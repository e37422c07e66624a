/* SPDX-License-Identifier: Apache-2.0
 *
 * scan: reads one MessagePack head after the other from untrusted bytes, allocates nothing, and
 * accepts the shortest form only. What prescan and the decoder share.
 */
#ifndef COUNTERSIGN_EVENT_SCAN_H
#define COUNTERSIGN_EVENT_SCAN_H

#include "common/base/problem.h"

typedef enum head_type {
    HEAD_INT,
    HEAD_BOOL,
    HEAD_STR,
    HEAD_BIN,
    HEAD_ARRAY,
    HEAD_MAP
} head_type_t;
typedef struct scan_head {
    head_type_t type;
    int64_t value;    /* INT, BOOL */
    size_t n;         /* STR, BIN: bytes; ARRAY: items; MAP: pairs; never more than is left */
    const uint8_t *p; /* STR, BIN */
} scan_head_t;
typedef struct scan {
    const uint8_t *p, *end;
} scan_t;

/* scan_next of what most heads are not: see there. `first` is taken already. */
int scan_longer(scan_t *self, uint8_t first, scan_head_t *out);

/* Takes one head (and a string's bytes). 0, or -1: cut short, not the shortest form, or a type
   that is not used. */
static inline int scan_next(scan_t *self, scan_head_t *out) {
    if (self->p == self->end)
        return -1;
    uint8_t first = *self->p++;
    if (first >= 0x80 && first < 0xe0)
        return scan_longer(self, first, out);
    out->type = HEAD_INT; /* and nothing else is to be looked at then */
    out->value = first < 0x80 ? first : (int64_t) first - 0x100;
    return 0;
}

#endif
