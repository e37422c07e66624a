/* SPDX-License-Identifier: Apache-2.0
 *
 * reference: products, capacity, stock, capabilities from a table, in chunks; nobody sees a row
 * before the whole is adopted.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/import.h"

static int import_one(cli_t *cli, const char *path, day_t start) {
    reference_t reference;
    problem_t problem = {0};
    progress_t progress;
    import_t import;
    if (reference_check(path, start, &reference, &problem) != 0)
        return cli_problem(&problem);
    const char *slash = strrchr(path, '/');
    struct reference_begin begin = {.dataset = reference.dataset,
                                    .rows = reference.rows,
                                    .source = reference.source,
                                    .name = text_of(slash ? slash + 1 : path)};
    int rc = import_begin(&import, cli, &begin);
    if (rc != EX_OK)
        return rc;
    int given = reference_read(path, start, &reference, import_chunk, &import, &problem);
    rc = import_adopt(&import, given, &problem, &progress);
    if (rc != EX_OK)
        return rc;
    if (!cli->json)
        printf(_("%s: %lld rows (%s); "), path, (long long) reference.rows,
               language_word("dataset", enum_name(&dataset_table, (int) reference.dataset)));
    return cli_say(cli, &progress);
}

static int run_import(cli_t *cli, int argc, char **argv) {
    const char *monday = option_value(&argc, argv, "--start");
    day_t start = NO_START;
    if (argc == 0 || (monday && (!day_parse(text_of(monday), &start) || day_weekday(start) != 1)))
        return cli_usage(cli);
    int rc = EX_OK;
    for (int i = 0; i < argc && rc == EX_OK; i++)
        rc = import_one(cli, argv[i], start);
    return rc;
}

static int run_show(cli_t *cli, int argc, char **argv) {
    return argc == 1
               ? answer_query(cli, "reference", json_pack("{s:s}", "dataset", argv[0]), show_plain)
               : cli_usage(cli);
}

const command_row_t reference_commands[] = {
    {"reference import", "FILE... [--start MONDAY]",
     "import products, capacity, stock or inspection capabilities (CSV)",
     "countersign --as tianxiaoman reference import capacity.csv --start 2026-11-23", run_import},
    {"reference show", "product|capacity|stock|capability", "the data in force",
     "countersign --as tianxiaoman reference show stock", run_show},
    {NULL, NULL, NULL, NULL, NULL},
};
