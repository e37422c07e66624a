/* SPDX-License-Identifier: Apache-2.0
 *
 * text: UTF-8, decimals, hex and identifiers as people write them. Every parser takes the whole
 * input or refuses it; none looks at the locale.
 */
#ifndef COUNTERSIGN_BASE_TEXT_H
#define COUNTERSIGN_BASE_TEXT_H

#include "common/base/types.h"

bool text_valid_utf8(text_t text);       /* RFC 3629: no surrogates, no overlong forms */
/* C0 but tab and newline, DEL, C1, bidi overrides (U+202A..E, U+2066..9) */
bool text_has_controls(text_t text);
/* Bytewise, the shorter first: < 0, 0, > 0. */
int text_compare(text_t a, text_t b);
text_t text_trim(text_t text);           /* without ASCII white space and U+3000 at both ends */
bool text_starts(text_t text, const char *prefix);
bool text_has(text_t text, text_t needle); /* bytewise search; empty needle: true */

/* "12", "-3.25", at most 6 decimals, no exponent, |value| < 9e12; false if not exactly that */
bool decimal_parse(text_t text, decimal_t *out);
/* Shortest form, "12.5"; returns out. */
char *decimal_print(decimal_t value, char out[32]);
/* value * by / DECIMAL_ONE, rounded half away from zero; saturates at INT64 limits */
decimal_t decimal_multiply(decimal_t value, decimal_t by);

bool int_parse(text_t text, int64_t min, int64_t max, int64_t *out);
bool hex_parse(text_t text, uint8_t *out, size_t n);   /* exactly 2*n digits, either case */
char *hex_print(const uint8_t *bytes, size_t n, char *out); /* out: 2*n+1 */
bool ident_parse(text_t text, ident_t *out);           /* 8-4-4-4-12, either case */
char *ident_print(ident_t id, char out[37]);

#endif
