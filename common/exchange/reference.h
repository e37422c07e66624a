/* SPDX-License-Identifier: Apache-2.0
 *
 * reference: products, capacity, stock and inspection capabilities from CSV. The header says which
 * of them it is. A file is checked whole before any of it leaves, so that one bad row in 100,000
 * refuses it with its line and nothing is half done; then it is given out in chunks, each of which
 * fits one command. Memory is a chunk and 20 bytes a row.
 */
#ifndef COUNTERSIGN_EXCHANGE_REFERENCE_H
#define COUNTERSIGN_EXCHANGE_REFERENCE_H

#include "common/event/catalogue.h"
#include "common/exchange/week.h"

#define REFERENCE_ROWS_MAX 1000000
#define REFERENCE_CHUNK_ROWS 500
#define REFERENCE_CHUNK_BYTES (256 * 1024)

typedef struct reference {
    enum dataset dataset;
    int64_t rows;
    digest_t source; /* SHA-256 of the file: goes into reference.begin and reference.adopt */
    bool converted;  /* it was GB18030: worth telling */
} reference_t;

/* Reads and checks the whole file. `start` is the Monday of W1, or NO_START. 0, or -1 with
 * *problem. */
int reference_check(const char *path, day_t start, reference_t *out, problem_t *problem);

/* A chunk as it goes into reference.chunk; valid during the call. Anything but 0 stops the reading
 * (*problem set). */
typedef int reference_chunk_fn(const struct reference_chunk *chunk, void *arg, problem_t *problem);
/* Gives the file out in chunks; `checked` is what reference_check said. -1 also when the file
   changed since: what was given out must then not be adopted. */
int reference_read(const char *path, day_t start, const reference_t *checked,
                   reference_chunk_fn *fn, void *arg, problem_t *problem);

#endif
