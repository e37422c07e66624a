/* SPDX-License-Identifier: Apache-2.0
 *
 * table: rows of texts, printed in columns for people (a Chinese character takes two) or as CSV for
 * spreadsheets. A column has a stable key, the CSV's header, and a label in the reader's language.
 */
#ifndef COUNTERSIGN_SCREEN_TABLE_H
#define COUNTERSIGN_SCREEN_TABLE_H

#include "common/base/types.h"

typedef struct table table_t;

table_t *table_new(void);
void table_destroy(table_t **self_p);
/* Columns first. `number`: to the right. Texts are copied. */
void table_column(table_t *self, const char *key, const char *label, bool number);
/* The next cell; behind the last column comes the next row. */
void table_cell(table_t *self, const char *text);
void table_number(table_t *self, int64_t value);
void table_print(const table_t *self); /* nothing where there is no row */
void table_csv(const table_t *self);

#endif
