/* SPDX-License-Identifier: Apache-2.0
 *
 * types: the small values that every layer passes by value. None of them owns memory: a text_t or
 * bytes_t points into an arena, a buffer or a literal that outlives it.
 */
#ifndef COUNTERSIGN_BASE_TYPES_H
#define COUNTERSIGN_BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct { const char *p; size_t n; } text_t;     /* UTF-8, n bytes, not terminated */
typedef struct { const uint8_t *p; size_t n; } bytes_t;
typedef struct { uint8_t b[16]; } ident_t;              /* UUID (RFC 9562), network order */
typedef struct { uint8_t b[32]; } digest_t;             /* SHA-256 */
typedef struct { uint8_t b[32]; } pubkey_t;             /* Ed25519 or Curve25519 public key */
typedef struct { uint8_t b[64]; } signature_t;          /* Ed25519 (RFC 8032) */
typedef int64_t decimal_t;                              /* millionths: 12.5 is 12500000 */
typedef int64_t moment_t;                               /* UTC milliseconds since 1970 */
typedef int64_t day_t;                                  /* days since 1970-01-01 */
typedef uint64_t position_t;                            /* an event's place in the ledger, from 1 */

#define DECIMAL_ONE INT64_C(1000000)
#define TEXT(literal) ((text_t){(literal), sizeof(literal) - 1})

static inline text_t text_of(const char *s) { return (text_t){s, s ? strlen(s) : 0}; }
static inline bool text_equal(text_t a, text_t b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool text_is(text_t a, const char *s) { return text_equal(a, text_of(s)); }
static inline bool ident_equal(ident_t a, ident_t b) { return memcmp(a.b, b.b, 16) == 0; }
static inline bool ident_none(ident_t a) { return ident_equal(a, (ident_t){{0}}); }
static inline bool digest_equal(digest_t a, digest_t b) { return memcmp(a.b, b.b, 32) == 0; }
static inline bool digest_none(digest_t a) { return digest_equal(a, (digest_t){{0}}); }
static inline bool pubkey_equal(pubkey_t a, pubkey_t b) { return memcmp(a.b, b.b, 32) == 0; }

#endif
