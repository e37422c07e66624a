/* SPDX-License-Identifier: Apache-2.0
 *
 * agent: what the workstation's agent itself answers: unlock, lock, outbox, doctor.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"

static int run_unlock(cli_t *cli, int argc, char **argv) {
    (void) argv;
    if (argc)
        return cli_usage(cli);
    int rc = cli_connect(cli);
    if (rc == EX_OK)
        rc = cli_unlock(cli, cli_person(cli));
    if (rc == EX_OK)
        printf("%s\n", _("unlocked"));
    return rc;
}

static int run_lock(cli_t *cli, int argc, char **argv) {
    (void) argv;
    if (argc)
        return cli_usage(cli);
    int rc = cli_lock(cli, cli_person(cli));
    if (rc == EX_OK)
        printf("%s\n", _("locked"));
    return rc;
}

static void print_row(const json_t *row) {
    const char *reason = show_string(row, "reason"), *field = show_string(row, "field");
    printf("%s  ", show_string(row, "id"));
    words_pad(language_word("kind", show_string(row, "kind")), 20);
    putchar(' ');
    words_pad(language_word("outbox", show_string(row, "state")), 9);
    printf(" %s%s%s", reason[0] ? words_reason(reason) : "", field[0] ? " · " : "", field);
    int64_t pieces = show_number(row, "pieces"), stored = show_number(row, "stored");
    if (pieces > stored)
        printf(_(" %lld of %lld pieces are at the hub"), (long long) stored, (long long) pieces);
    putchar('\n');
}

static void show_outbox(const json_t *answer) {
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(answer, "outbox"), i, row)
        print_row(row);
    if (json_array_size(json_object_get(answer, "outbox")) == 0)
        printf("%s\n", _("the outbox is empty: everything said here is archived"));
}

static int run_outbox(cli_t *cli, int argc, char **argv) {
    json_t *answer = NULL;
    ident_t id = {{0}};
    const char *drop = option_value(&argc, argv, "--drop");
    bool retry = option_flag(&argc, argv, "--retry");
    if (argc || (drop && !ident_parse(text_of(drop), &id)))
        return cli_usage(cli);
    if (drop || retry)
        return cli_agent(cli, drop ? "drop" : "retry", id, NULL);
    int rc = cli_agent(cli, "outbox", id, &answer);
    return rc == EX_OK ? answer_show(cli, answer, show_outbox) : rc;
}

static int run_doctor(cli_t *cli, int argc, char **argv) {
    json_t *agent = NULL, *hub = NULL;
    (void) argv;
    if (argc)
        return cli_usage(cli);
    int rc = cli_agent(cli, "doctor", (ident_t){{0}}, &agent);
    if (rc != EX_OK)
        return rc;
    rc = cli_query(cli, "status", NULL, &hub);
    json_t *both = json_pack("{s:o, s:o*}", "agent", agent, "department", rc == EX_OK ? hub : NULL);
    answer_show(cli, both, show_plain);
    return rc;
}

const command_row_t agent_commands[] = {
    {"unlock", "", "open your key at this workstation's agent", "countersign --as linxiaohe unlock",
     run_unlock},
    {"lock", "", "close your key there; what is queued is sent all the same",
     "countersign --as linxiaohe lock", run_lock},
    {"outbox", "[--drop ID] [--retry]", "what was said here and is not archived yet",
     "countersign --as linxiaohe outbox", run_outbox},
    {"doctor", "", "whether everything runs and is connected", "countersign --as linxiaohe doctor",
     run_doctor},
    {NULL, NULL, NULL, NULL, NULL},
};
