/* SPDX-License-Identifier: Apache-2.0
 *
 * reference: products, capacity, stock, capabilities from a table, in chunks; nobody sees a row
 * before the whole is adopted.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/exchange/reference.h"
#include "daemons/agent/cli/options.h"
#include "daemons/agent/cli/show.h"

typedef struct importing {
    cli_t *cli;
    ident_t id;
    int64_t rows;
    int rc;
} importing_t;

static int put_chunk(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    importing_t *i = arg;
    progress_t progress;
    (void) problem;
    i->rc =
        cli_command(i->cli, KIND_REFERENCE_CHUNK, i->id, 0, (digest_t){{0}}, 0, chunk, &progress);
    i->rows += (int64_t) (chunk->products.n + chunk->capacities.n + chunk->stocks.n +
                          chunk->capabilities.n);
    return i->rc == EX_OK ? 0 : -1;
}

static int import_one(cli_t *cli, const char *path, day_t start) {
    reference_t reference;
    problem_t problem = {0};
    progress_t progress;
    importing_t importing = {.cli = cli};
    if (reference_check(path, start, &reference, &problem) != 0)
        return cli_problem(&problem);
    const char *slash = strrchr(path, '/');
    struct reference_begin begin = {.dataset = reference.dataset,
                                    .rows = reference.rows,
                                    .source = reference.source,
                                    .name = text_of(slash ? slash + 1 : path)};
    int rc = cli_command(cli, KIND_REFERENCE_BEGIN, (ident_t){{0}}, 0, (digest_t){{0}}, 0, &begin,
                         &progress);
    importing.id = progress.id;
    if (rc == EX_OK &&
        reference_read(path, start, &reference, put_chunk, &importing, &problem) != 0)
        rc = importing.rc != EX_OK ? importing.rc : cli_problem(&problem);
    struct reference_adopt adopt = {.rows = reference.rows, .source = reference.source};
    if (rc == EX_OK)
        rc = cli_command(cli, KIND_REFERENCE_ADOPT, importing.id, 0, (digest_t){{0}}, 0, &adopt,
                         &progress);
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
               ? show_query(cli, "reference", json_pack("{s:s}", "dataset", argv[0]), show_plain)
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
