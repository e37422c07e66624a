/* SPDX-License-Identifier: Apache-2.0
 *
 * import: see import.h.
 */
#include "daemons/agent/cli/import.h"

#include <sysexits.h>

int import_begin(import_t *self, cli_t *cli, const struct reference_begin *begin) {
    progress_t progress;
    *self = (import_t){.cli = cli, .begin = *begin};
    int rc = cli_command(cli, KIND_REFERENCE_BEGIN, (ident_t){{0}}, 0, (digest_t){{0}}, 0, begin,
                         &progress);
    if (rc == EX_OK)
        self->id = progress.id;
    return rc;
}

int import_chunk(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    import_t *self = arg;
    progress_t progress;
    (void) problem;
    self->rc = cli_command(self->cli, KIND_REFERENCE_CHUNK, self->id, 0, (digest_t){{0}}, 0, chunk,
                           &progress);
    return self->rc == EX_OK ? 0 : -1;
}

int import_adopt(import_t *self, int given, const problem_t *problem, progress_t *progress) {
    struct reference_adopt adopt = {.rows = self->begin.rows, .source = self->begin.source};
    if (given != 0)
        return self->rc != EX_OK ? self->rc : cli_problem(problem);
    return cli_command(self->cli, KIND_REFERENCE_ADOPT, self->id, 0, (digest_t){{0}}, 0, &adopt,
                       progress);
}
