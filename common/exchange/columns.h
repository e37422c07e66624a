/* SPDX-License-Identifier: Apache-2.0
 *
 * columns: which column of a table is which field of a record, by its header in English or Chinese,
 * and a row's cells as that record.
 */
#ifndef COUNTERSIGN_EXCHANGE_COLUMNS_H
#define COUNTERSIGN_EXCHANGE_COLUMNS_H

#include "common/event/record.h"
#include "common/exchange/csv.h"

/* Other names of a field, separated by '|'. The field's own name always counts; case, '_', '-' and
 * blanks do not. */
typedef struct column_name {
    const char *field, *names;
} column_name_t;

typedef struct columns {
    const record_t *record;
    const field_t *fields[CSV_COLUMNS_MAX]; /* of each column */
    size_t n;
    day_t start; /* Monday of W1, or NO_START */
} columns_t;

/* Does the header have a column for that field? `names` ends with a row of field NULL. */
bool columns_have(const csv_t *csv, const column_name_t *names, const char *field);
/* Assigns every column. Unknown, doubled and missing ones are refused. 0 or -1. */
int columns_match(columns_t *self, const csv_t *csv, const record_t *record,
                  const column_name_t *names, day_t start, problem_t *problem);
/* The row just read as a record whose texts point into the row. 0 or -1. */
int columns_row(const columns_t *self, const csv_t *csv, void *body, problem_t *problem);

#endif
