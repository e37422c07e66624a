/* SPDX-License-Identifier: Apache-2.0
 *
 * golden: examples whose bytes tests/golden/ keeps. An example, once committed, is never changed:
 * a new field gets a new example beside the old one ("order.register-2"), so that what was
 * written years ago is still read.
 */
#ifndef COUNTERSIGN_TESTS_GOLDEN_H
#define COUNTERSIGN_TESTS_GOLDEN_H

#include "common/event/event.h"

#define ITEMS(TYPE, ...) \
    { (TYPE[]){__VA_ARGS__}, sizeof((TYPE[]){__VA_ARGS__}) / sizeof(TYPE) }

typedef void (*golden_take_t)(const char *name, const record_t *record, const void *body);

static inline void golden_fill(uint8_t *bytes, size_t n, unsigned first) {
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t) (first + i);
}
static inline ident_t golden_ident(unsigned first) {
    ident_t out = {{0}};
    golden_fill(out.b, sizeof out.b, first);
    return out;
}
static inline digest_t golden_digest(unsigned first) {
    digest_t out = {{0}};
    golden_fill(out.b, sizeof out.b, first);
    return out;
}
static inline pubkey_t golden_key(unsigned first) {
    pubkey_t out = {{0}};
    golden_fill(out.b, sizeof out.b, first);
    return out;
}
static inline signature_t golden_signature(unsigned first) {
    signature_t out = {{0}};
    golden_fill(out.b, sizeof out.b, first);
    return out;
}

#endif
