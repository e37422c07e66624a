/* SPDX-License-Identifier: Apache-2.0
 *
 * memory: allocation that succeeds or ends the process (EX_OSERR): a daemon that has no memory left
 * is started again by systemd, and nothing was acknowledged that is not on the disk.
 */
#ifndef COUNTERSIGN_BASE_MEMORY_H
#define COUNTERSIGN_BASE_MEMORY_H

#include "common/base/types.h"

/* n zeroed items of `size` bytes; free () releases them. Never NULL, not even for n = 0. */
void *memory_new(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
/* realloc to n items of `size` bytes; what is new is not zeroed. */
void *memory_grow(void *p, size_t n, size_t size) __attribute__((returns_nonnull));
/* A terminated copy. */
char *memory_text(text_t text) __attribute__((malloc, returns_nonnull));

#endif
