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

/* Takes one head (and a string's bytes). 0, or -1: cut short, not the shortest form, or a type
   that is not used. */
int scan_next(scan_t *self, scan_head_t *out);

#endif
