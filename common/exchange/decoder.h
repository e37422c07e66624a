/* SPDX-License-Identifier: Apache-2.0
 *
 * decoder: a text file as UTF-8 bytes, one after the other, whatever of two encodings it is in.
 * Opening it reads it once to decide: valid UTF-8 throughout, or else GB18030.
 */
#ifndef COUNTERSIGN_EXCHANGE_DECODER_H
#define COUNTERSIGN_EXCHANGE_DECODER_H

#include "common/base/problem.h"

typedef struct decoder decoder_t;

decoder_t *decoder_open(const char *path, size_t limit, problem_t *problem);
void decoder_destroy(decoder_t **self_p);
/* 0..255, or -1 at the end, or -2 when the file cannot be read or converted (*problem without a
 * line). */
int decoder_next(decoder_t *self, problem_t *problem);
digest_t decoder_digest(const decoder_t *self); /* SHA-256 of the file at open */
bool decoder_unchanged(decoder_t *self);        /* after the end: the same bytes came again */
bool decoder_converted(const decoder_t *self);  /* GB18030 */

#endif
