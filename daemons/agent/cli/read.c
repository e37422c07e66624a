/* SPDX-License-Identifier: Apache-2.0
 *
 * read: inbox, why, watch, events, customers, status.
 */
#include <czmq.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/exchange/people_file.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/case.h"

static int run_inbox(cli_t *cli, int argc, char **argv) {
    (void) argv;
    return argc ? cli_usage(cli) : answer_query(cli, "inbox", NULL, show_inbox);
}

static int run_why(cli_t *cli, int argc, char **argv) {
    return argc == 1 ? answer_query(cli, "why", json_pack("{s:s}", "case", argv[0]), show_why)
                     : cli_usage(cli);
}

static void show_events(const json_t *answer) {
    size_t i;
    json_t *e;
    json_array_foreach(json_object_get(answer, "events"), i, e) show_event(e);
    if (json_object_get(answer, "from"))
        printf(_("more: --from %lld\n"), (long long) show_number(answer, "from"));
}

static int run_events(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"from", "to", "case", "limit", NULL};
    json_t *parameters = option_object(&argc, argv, names);
    if (argc) {
        json_decref(parameters);
        return cli_usage(cli);
    }
    return answer_query(cli, "events", parameters, show_events);
}

/* Prints each event from now on, or from --from, as it comes. */
static int run_watch(cli_t *cli, int argc, char **argv) {
    const char *count_text = option_value(&argc, argv, "--count"),
               *from_text = option_value(&argc, argv, "--from");
    int64_t count = 0, from = 0, seen = 0;
    json_t *answer;
    if (argc || (count_text && !int_parse(text_of(count_text), 1, 1000000, &count)) ||
        (from_text && !int_parse(text_of(from_text), 1, INT64_MAX, &from)))
        return cli_usage(cli);
    int64_t until = cli->timeout_given ? zclock_mono() + cli->timeout_ms : 0;
    while ((!count || seen < count) && (!until || zclock_mono() < until)) {
        char position[24];
        snprintf(position, sizeof position, "%lld", (long long) (from ? from : INT64_MAX));
        int rc = cli_query(cli, "events", json_pack("{s:s}", "from", position), &answer);
        if (rc != EX_OK)
            return rc;
        if (!cli->json)
            answer_words(cli);
        if (!from)
            from = show_number(answer, "last") + 1;
        size_t i;
        json_t *e;
        json_array_foreach(json_object_get(answer, "events"), i, e) {
            if (count && seen >= count)
                break;
            if (cli->json)
                show_line(e);
            else
                show_event(e);
            from = show_number(e, "position") + 1;
            seen++;
        }
        fflush(stdout);
        if (i == 0)
            zclock_sleep(200);
        json_decref(answer);
        arena_reset(cli->arena);
    }
    return count && seen < count ? EX_TEMPFAIL : EX_OK;
}

static int run_customers(cli_t *cli, int argc, char **argv) {
    (void) argv;
    return argc ? cli_usage(cli) : answer_query(cli, "customers", NULL, show_customers);
}

/* One customer.register each; contact persons go into blobs. */
static int run_customer_import(cli_t *cli, int argc, char **argv) {
    customer_file_t file;
    problem_t problem = {0};
    if (argc != 1)
        return cli_usage(cli);
    if (customer_file_read(argv[0], cli->arena, &file, &problem) != 0)
        return cli_problem(&problem);
    for (size_t i = 0; i < file.n; i++) {
        struct customer body = file.at[i];
        progress_t progress;
        int rc = EX_OK;
        if (file.contacts[i].n)
            rc = cli_blob(cli, (bytes_t){(const uint8_t *) file.contacts[i].p, file.contacts[i].n},
                          &body.contact);
        if (rc == EX_OK)
            rc = cli_command(cli, KIND_CUSTOMER_REGISTER, (ident_t){{0}}, 0, (digest_t){{0}}, 0,
                             &body, &progress);
        if (rc != EX_OK)
            return rc;
        if (!cli->json)
            printf("%.*s: ", (int) body.short_name.n, body.short_name.p);
        cli_say(cli, &progress);
    }
    return EX_OK;
}

static int run_status(cli_t *cli, int argc, char **argv) {
    (void) argv;
    return argc ? cli_usage(cli) : answer_query(cli, "status", NULL, show_plain);
}

const command_row_t read_commands[] = {
    {"inbox", "", "what waits for you", "countersign --as songzhixing inbox", run_inbox},
    {"why", "NUMBER", "what a case waits for, who can act, and what refuses you",
     "countersign --as linxiaohe why DD2026-0001", run_why},
    {"case show", "NUMBER", "a case, whatever it is", "countersign --as yiming case show TS2026-0001",
     case_run_show},
    {"watch", "[--count N] [--timeout S] [--from POSITION]", "events as they come",
     "countersign --as yiming watch --count 10", run_watch},
    {"events", "[--from N] [--to N] [--case NUMBER] [--limit N]", "the record, event by event",
     "countersign --as yiming events --case DD2026-0001", run_events},
    {"customer list", "", "the customers", "countersign --as linxiaohe customer list",
     run_customers},
    {"customer import", "FILE", "register the customers of a JSON file",
     "countersign --as linxiaohe customer import customers.json", run_customer_import},
    {"status", "", "how far the department's daemon, the ledger and the archive are",
     "countersign --as yiming status", run_status},
    {NULL, NULL, NULL, NULL, NULL},
};
