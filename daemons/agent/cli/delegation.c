/* SPDX-License-Identifier: Apache-2.0
 *
 * delegation: letting somebody act in one's role for a period (代理), ending that, and who may act
 * for whom.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/behalf.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/typed.h"

static int put(cli_t *cli, kind_t kind, ident_t object, const void *body) {
    progress_t progress;
    int rc = cli_command(cli, kind, object, 0, (digest_t){{0}}, 0, body, &progress);
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

/* A day is meant whole: until its last moment. */
static int typed_until(cli_t *cli, text_t typed, moment_t *out) {
    day_t day;
    int rc = typed_time(cli, "--until", typed, out);
    if (rc == EX_OK && day_parse(typed, &day))
        *out += DAY_MS - 1;
    return rc;
}

static int run_delegate(cli_t *cli, int argc, char **argv) {
    text_t from = option_text(&argc, argv, "--from"), until = option_text(&argc, argv, "--until"),
           role = option_text(&argc, argv, "--role");
    struct delegation body = {.reason = option_text(&argc, argv, "--reason")};
    if (argc != 1 || cli_lacks("--role", role.n) || cli_lacks("--until", until.n) ||
        cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    int rc = typed_time(cli, "--from", from, &body.from);
    if (rc == EX_OK)
        rc = typed_until(cli, until, &body.until);
    if (rc == EX_OK)
        rc = lookup_entry(cli, "people", text_of(argv[0]), &body.delegate, NULL);
    body.role = answer_key(cli, "roles", role);
    return rc == EX_OK ? put(cli, KIND_DELEGATION_GRANT, (ident_t){{0}}, &body) : rc;
}

static int run_end(cli_t *cli, int argc, char **argv) {
    struct revoke body = {.reason = option_text(&argc, argv, "--reason")};
    ident_t id;
    if (argc != 1 || cli_lacks("--reason", body.reason.n) || !ident_parse(text_of(argv[0]), &id))
        return cli_usage(cli);
    return put(cli, KIND_DELEGATION_END, id, &body);
}

static void show_own(const json_t *me) {
    if (json_array_size(json_object_get(me, "delegations")) == 0)
        printf("%s\n", _("there is none"));
    show_delegations(json_object_get(me, "delegations"));
}

static int run_list(cli_t *cli, int argc, char **argv) {
    (void) argv;
    return argc ? cli_usage(cli) : answer_query(cli, "whoami", NULL, show_own);
}

const command_row_t delegation_commands[] = {
    {"delegate", "PERSON --role ROLE [--from TIME] --until TIME --reason TEXT",
     "let somebody act in your role for a time",
     "countersign --as luoyingshi delegate qintieshan --role planning.manager --from 2026-12-01 "
     "--until 2026-12-05 --reason 出差",
     run_delegate},
    {"delegation end", "ID --reason TEXT", "end a delegation before its time",
     "countersign --as luoyingshi delegation end 0190... --reason 提前返回", run_end},
    {"delegation list", "", "who may act for you, and for whom you may",
     "countersign --as qintieshan delegation list", run_list},
    {"delegations", "", "who may act for you, and for whom you may",
     "countersign --as qintieshan delegations", run_list},
    {NULL, NULL, NULL, NULL, NULL},
};
