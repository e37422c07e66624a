/* SPDX-License-Identifier: Apache-2.0
 *
 * csv_write: rows of comma-separated values (RFC 4180), UTF-8, for spreadsheets. What a spreadsheet
 * would carry out as a formula, for somebody typed it into a complaint, is shown as text.
 */
#ifndef COUNTERSIGN_EXCHANGE_CSV_WRITE_H
#define COUNTERSIGN_EXCHANGE_CSV_WRITE_H

#include "common/base/buffer.h"

/* Appends one row and its line end. */
void csv_write_row(buffer_t *out, const text_t *cells, size_t n);

#endif
