/* SPDX-License-Identifier: Apache-2.0
 *
 * procedure: check a file, adopt it by a signed event, show what is in force.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/exchange/procedure_file.h"
#include "common/screen/show.h"
#include "daemons/agent/cli/answer.h"

static int run_check(cli_t *cli, int argc, char **argv) {
    struct procedure procedure;
    problem_t problem = {0};
    if (argc != 1)
        return cli_usage(cli);
    if (procedure_file_read(argv[0], cli->arena, &procedure, &problem) != 0)
        return cli_problem(&problem);
    printf(_("%s: %.*s %.*s is consistent: %zu departments, %zu roles, %zu classes\n"), argv[0],
           (int) procedure.document.n, procedure.document.p, (int) procedure.edition.n,
           procedure.edition.p, procedure.departments.n, procedure.roles.n, procedure.classes.n);
    return EX_OK;
}

static int run_adopt(cli_t *cli, int argc, char **argv) {
    struct procedure procedure;
    problem_t problem = {0};
    buffer_t bytes = {0};
    progress_t progress;
    if (argc != 1)
        return cli_usage(cli);
    if (procedure_file_read(argv[0], cli->arena, &procedure, &problem) != 0 ||
        record_encode(&procedure_record, &procedure, &bytes, &problem) != 0)
        return cli_problem(&problem);
    struct adopt body = {.procedure = buffer_bytes(&bytes)};
    int rc = cli_command(cli, KIND_PROCEDURE_ADOPT, (ident_t){{0}}, 0, (digest_t){{0}}, 0, &body,
                         &progress);
    buffer_free(&bytes);
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

static int run_show(cli_t *cli, int argc, char **argv) {
    (void) argv;
    return argc ? cli_usage(cli) : answer_query(cli, "procedure", NULL, show_plain);
}

const command_row_t procedure_commands[] = {
    {"procedure check", "FILE", "is a procedure consistent? file and line if not",
     "countersign procedure check config/procedure.cfg", run_check},
    {"procedure adopt", "FILE", "make it the edition in force, by a signed event",
     "countersign --as yiming procedure adopt procedure.cfg", run_adopt},
    {"procedure show", "", "the edition in force", "countersign --as yiming procedure show",
     run_show},
    {NULL, NULL, NULL, NULL, NULL},
};
