/* SPDX-License-Identifier: Apache-2.0
 *
 * csv: comma-separated rows (RFC 4180), one at a time and in bounded memory, from UTF-8 (with or
 * without a byte order mark) or GB18030, which is what a Chinese Excel writes. The first row names
 * the columns. Everything that RFC 4180 leaves open is refused with its line, not guessed.
 */
#ifndef COUNTERSIGN_EXCHANGE_CSV_H
#define COUNTERSIGN_EXCHANGE_CSV_H

#include "common/base/problem.h"

#define CSV_ROW_BYTES_MAX 65536
#define CSV_COLUMNS_MAX 64
#define CSV_FILE_BYTES_MAX (256 * 1024 * 1024)

typedef struct csv csv_t;

/* Reads the whole file once, to hash it and to know its encoding, then the header row. NULL with
 * *problem. */
csv_t *csv_open(const char *path, problem_t *problem);
void csv_destroy(csv_t **self_p);

size_t csv_columns(const csv_t *self);
text_t csv_header(const csv_t *self, size_t column);
/* The next row that holds anything. 1: a row, with as many cells as the header; 0: the end; -1:
 * *problem. */
int csv_next(csv_t *self, problem_t *problem);
/* A cell of the row just read, white space trimmed; valid until the next call. */
text_t csv_cell(const csv_t *self, size_t column);
unsigned csv_line(const csv_t *self); /* line at which the row begins */
const char *csv_path(const csv_t *self);
digest_t csv_digest(const csv_t *self); /* SHA-256 of the file as it was at csv_open */
/* At the end: the bytes read were those that were hashed. */
bool csv_unchanged(const csv_t *self);
bool csv_converted(const csv_t *self); /* it was GB18030 */
/* Fills *problem for the row just read: file, line, the column's header and number. Returns -1. */
int csv_refuse(const csv_t *self, problem_t *problem, size_t column, const char *detail);

#endif
