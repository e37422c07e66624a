/* SPDX-License-Identifier: Apache-2.0
 *
 * procedure_file: config/procedure.cfg as the procedure record. Acts, tests, modes, channels and
 * meanings are written by their names; every mistake is told with file and line, an unknown key as
 * much as a role that no department has.
 */
#ifndef COUNTERSIGN_EXCHANGE_PROCEDURE_FILE_H
#define COUNTERSIGN_EXCHANGE_PROCEDURE_FILE_H

#include "common/domain/context.h"

#define PROCEDURE_FILE_BYTES_MAX (256 * 1024)

/* Reads and checks (procedure_check). Everything in `arena`. out->source is the SHA-256 of the
 *file. 0, or -1 with problem: file, line and the field's path in the record. */
int procedure_file_read(const char *path, arena_t *arena, struct procedure *out,
                        problem_t *problem);

#endif
