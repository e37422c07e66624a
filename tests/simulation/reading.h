/* SPDX-License-Identifier: Apache-2.0
 *
 * reading: the record as a stranger reads it: a MessagePack map with whole numbers as keys, out of
 * PROTOCOL.md alone. It shares no code with the product, so that the model that checks the product
 * does not repeat its mistakes.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_READING_H
#define COUNTERSIGN_TESTS_SIMULATION_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct piece_of { const uint8_t *p; size_t n; } span_t;

/* The value of `key` in the map at `map`: as it stands there, whole. n = 0: it is not there, or
   this is no map. */
span_t reading_get(span_t map, unsigned key);
int64_t reading_int(span_t value);             /* 0: none */
span_t reading_bytes(span_t value);            /* of a bin or str */
size_t reading_count(span_t list);             /* of an array */
span_t reading_item(span_t list, size_t i);
bool reading_is(span_t text, const char *word); /* of reading_bytes */
/* The whole is one value, without a trailer. */
bool reading_whole(span_t value);

#endif
