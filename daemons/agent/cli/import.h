/* SPDX-License-Identifier: Apache-2.0
 *
 * import: a data set on its way into the record: begun, given in chunks, adopted whole; nobody sees
 * a row of it before.
 */
#ifndef COUNTERSIGN_CLI_IMPORT_H
#define COUNTERSIGN_CLI_IMPORT_H

#include "common/exchange/reference.h"
#include "daemons/agent/cli/cli.h"

typedef struct import {
    cli_t *cli;
    struct reference_begin begin;
    ident_t id; /* of the command that began it */
    int rc;     /* of the last chunk: an exit code */
} import_t;

/* What goes in: `begin` says which data, how many rows, from which files. EX_OK or an exit code. */
int import_begin(import_t *self, cli_t *cli, const struct reference_begin *begin);
/* A reference_chunk_fn; arg is the import. */
int import_chunk(const struct reference_chunk *chunk, void *arg, problem_t *problem);
/* After the chunks were given out, which came to `given` (0, or -1 with *problem): adopts them. EX_OK
   or an exit code, what is wrong said. */
int import_adopt(import_t *self, int given, const problem_t *problem, progress_t *progress);

#endif
