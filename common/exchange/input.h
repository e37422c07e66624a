/* SPDX-License-Identifier: Apache-2.0
 *
 * input: files that people hand in. Read whole under a size limit, and refused with file and line;
 * what was read is checked in full before anything is done with it.
 */
#ifndef COUNTERSIGN_EXCHANGE_INPUT_H
#define COUNTERSIGN_EXCHANGE_INPUT_H

#include "common/base/buffer.h"
#include "common/base/problem.h"
#include "common/event/record.h"

#define INPUT_BYTES_MAX (10 * 1024 * 1024)

/* Appends the whole of a regular file of at most `limit` bytes. 0, or -1 with *problem: INPUT_FILE,
   or TOO_LARGE before a byte of it is read. */
int input_read(const char *path, size_t limit, buffer_t *out, problem_t *problem);
/* Fills *problem for a file and returns -1. line 0 = none; field may be "". */
int input_refuse(problem_t *problem, const char *file, unsigned line, const char *field,
                 const char *detail, ...) __attribute__((format(printf, 5, 6)));
/* Adds file and line to a problem found without them; returns -1. */
int input_place(problem_t *problem, const char *file, unsigned line);
/* Puts a prefix in front of the problem's field: "customers[2]" and "name" give
 * "customers[2].name"; returns -1. */
int input_prefix(problem_t *problem, const char *prefix);
/* The names that are taken, "written, phone, oral", as many as fit; returns out. */
#define INPUT_KNOWN 200
const char *input_known(const enum_table_t *table, char out[INPUT_KNOWN]);
/* The front of a text, at most `max` bytes, cut between characters: for messages. */
text_t input_cut(text_t text, size_t max);

#endif
