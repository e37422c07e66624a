/* SPDX-License-Identifier: Apache-2.0
 *
 * people_file: the people to enrol, as CSV (handle, name, department, roles, administrator), and
 * the customers to register, as JSON. Both are checked whole.
 */
#ifndef COUNTERSIGN_EXCHANGE_PEOPLE_FILE_H
#define COUNTERSIGN_EXCHANGE_PEOPLE_FILE_H

#include "common/event/catalogue.h"

typedef struct people_file {
    struct person_enrol *at;
    size_t n;
} people_file_t; /* without keys */

/* Columns handle, name, department, roles (separated by blanks), administrator (yes or empty), or
   in Chinese. Everything in `arena`. 0, or -1 with *problem (file, line, column). */
int people_file_read(const char *path, arena_t *arena, people_file_t *out, problem_t *problem);

typedef struct customer_file {
    struct customer *at;
    text_t *contacts;
    size_t n;
} customer_file_t;

/* A list of customer records whose "contact" is text, for a blob: contacts[i], empty = none. */
int customer_file_read(const char *path, arena_t *arena, customer_file_t *out, problem_t *problem);

#endif
