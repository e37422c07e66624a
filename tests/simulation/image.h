/* SPDX-License-Identifier: Apache-2.0
 *
 * image: the bytes of a simulated file, in chunks that images share until one of them is written: a
 * copy costs what differs. What was never written is zeros and takes no room. Digests of chunks are
 * remembered. Its memory is SQLite's (disk).
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_IMAGE_H
#define COUNTERSIGN_TESTS_SIMULATION_IMAGE_H

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} is an empty one. */
typedef struct image {
    struct chunk **chunks; /* NULL: a hole */
    size_t n, room;        /* bytes; chunks */
} image_t;

void image_free(image_t *self);
/* Longer: by zeros. */
void image_resize(image_t *self, size_t n);
void image_write(image_t *self, size_t offset, const void *bytes, size_t n);
/* offset + n must lie within it */
void image_read(const image_t *self, size_t offset, void *out, size_t n);
void image_copy(image_t *self, const image_t *other);
/* In a copy of the process: from now on chunks of before are left as they are, and what is written
   goes to new ones. A page of memory that the two share costs much when one of them writes it. */
void image_forked(void);
/* Its length and its bytes. */
void image_digest(const image_t *self, crypto_generichash_state *state);
/* Do these bytes (1024 at most) stand in it, in part at least between `offset` and `within` bytes
   further on? True also for some that stand close to there. */
bool image_find(const image_t *self, const uint8_t *bytes, size_t n, size_t offset, size_t within);

#endif
