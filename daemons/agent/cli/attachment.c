/* SPDX-License-Identifier: Apache-2.0
 *
 * attachment: what is attached to a case or a customer: listed, fetched into a file, erased.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/download.h"

static int query_list(cli_t *cli, const char *of, json_t **answer) {
    return cli_query(cli, "attachment.list", json_pack("{s:s}", "case", of), answer);
}

static bool is(const json_t *one, const char *key) {
    return json_is_true(json_object_get(one, key));
}

static void show_one(const json_t *one) {
    printf("%3lld  ", (long long) show_number(one, "no"));
    words_pad(is(one, "contact") ? _("contact person") : show_string(one, "name"), 40);
    if (show_number(one, "size"))
        printf(" %10lld ", (long long) show_number(one, "size"));
    else
        printf(" %10s ", "");
    printf(" %s", show_who(one, "by"));
    printf("  ");
    show_time(show_string(one, "time"));
    if (is(one, "erased"))
        printf("  %s", _("erased"));
    putchar('\n');
}

static void show_list(const json_t *answer) {
    size_t i;
    json_t *one, *list = json_object_get(answer, "attachments");
    json_array_foreach(list, i, one) show_one(one);
    if (json_array_size(list) == 0)
        printf("%s\n", _("nothing is attached"));
}

static int run_list(cli_t *cli, int argc, char **argv) {
    json_t *answer;
    if (argc != 1)
        return cli_usage(cli);
    int rc = query_list(cli, argv[0], &answer);
    return rc == EX_OK ? answer_show(cli, answer, show_list) : rc;
}

/* By number, by file name, or "contact". */
static bool meant(const json_t *one, const char *word) {
    int64_t no;
    return (int_parse(text_of(word), 1, INT64_MAX, &no) && no == show_number(one, "no")) ||
           (strcmp(word, "contact") == 0 ? is(one, "contact")
                                         : strcmp(show_string(one, "name"), word) == 0);
}

static int nothing_like(cli_t *cli, const char *word) {
    problem_t problem = {0};
    problem_set(&problem, REASON_UNKNOWN_REFERENCE, "attachment", "%s", word);
    return cli_refuse(cli, &problem);
}

static int say_got(cli_t *cli, const json_t *one, const char *path, const got_t *got) {
    size_t n = json_array_size(json_object_get(one, "pieces"));
    if (cli->json) {
        json_t *json =
            json_pack("{s:s, s:O, s:I, s:I}", "file", path, "name", json_object_get(one, "name"),
                      "pieces", (json_int_t) n, "fetched", (json_int_t) got->fetched);
        if (got->there)
            json_object_set_new(json, "there", json_true());
        show_line(json);
        json_decref(json);
    } else if (got->there)
        printf(_("%s: was there already, as %s was attached\n"), path, show_string(one, "name"));
    else
        printf(_("%s: %s, as it was attached\n"), path, show_string(one, "name"));
    return EX_OK;
}

static int get_one(cli_t *cli, const json_t *answer, const json_t *one, const char *path,
                   bool force) {
    problem_t problem = {.reason = is(one, "erased")     ? REASON_ERASED
                                   : is(one, "withheld") ? REASON_NOT_ALLOWED_TO_READ
                                                         : REASON_NONE};
    got_t got;
    if (problem.reason)
        return cli_refuse(cli, &problem);
    int rc = download(cli, show_string(answer, "case"), one, path, force, &got);
    return rc == EX_OK ? say_got(cli, one, path, &got) : rc;
}

/* Of several of one name the latest that is there. */
static int run_get(cli_t *cli, int argc, char **argv) {
    const char *path = option_value(&argc, argv, "--out");
    bool force = option_flag(&argc, argv, "--force");
    json_t *answer, *one;
    const json_t *chosen = NULL;
    size_t i;
    if (argc != 2 || !path)
        return cli_usage(cli);
    int rc = query_list(cli, argv[0], &answer);
    if (rc != EX_OK)
        return rc;
    json_array_foreach(json_object_get(answer, "attachments"), i, one) {
        if (meant(one, argv[1]) && (!chosen || !is(one, "erased")))
            chosen = one;
    }
    rc = chosen ? get_one(cli, answer, chosen, path, force) : nothing_like(cli, argv[1]);
    json_decref(answer);
    return rc;
}

/* ---- erase ---- */

static int erase_one(cli_t *cli, const json_t *one, text_t reason) {
    const json_t *pieces = json_object_get(one, "pieces");
    size_t n = json_array_size(pieces);
    struct blob_erase body = {.reason = reason};
    progress_t progress;
    digest_t *list = arena_alloc(cli->arena, (n + 1) * sizeof *list);
    body.pieces.at = arena_alloc(cli->arena, (n + 1) * sizeof *body.pieces.at);
    for (size_t i = 0; i < n; i++)
        if (!hex_parse(text_of(json_string_value(json_array_get(pieces, i))), list[i].b,
                       sizeof list[i].b))
            return cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
    body.blob = list[0];
    for (size_t i = 1; i < n; i++)
        body.pieces.at[body.pieces.n++].blob = list[i];
    int rc = cli_command(cli, KIND_BLOB_ERASE, cli->site->genesis, 0, (digest_t){{0}}, 0, &body,
                         &progress);
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

/* All of that name: an amended order names its drawing twice. */
static int run_erase(cli_t *cli, int argc, char **argv) {
    text_t reason = option_text(&argc, argv, "--reason");
    json_t *answer, *one;
    size_t i, found = 0, done = 0;
    if (argc != 2 || !reason.n)
        return cli_usage(cli);
    int rc = query_list(cli, argv[0], &answer);
    if (rc != EX_OK)
        return rc;
    json_array_foreach(json_object_get(answer, "attachments"), i, one) {
        if (rc != EX_OK || !meant(one, argv[1]))
            continue;
        found++;
        if (is(one, "erased"))
            continue;
        rc = erase_one(cli, one, reason);
        done++;
    }
    json_decref(answer);
    if (rc == EX_OK && !done) {
        problem_t problem = {.reason = REASON_ERASED};
        rc = found ? cli_refuse(cli, &problem) : nothing_like(cli, argv[1]);
    }
    return rc;
}

const command_row_t attachment_commands[] = {
    {"attachment list", "NUMBER", "what is attached to a case or a customer",
     "countersign --as linxiaohe attachment list TS2026-0001", run_list},
    {"attachment get", "NUMBER NAME|NO|contact --out FILE [--force]",
     "fetch an attachment or a contact person into a file",
     "countersign --as linxiaohe attachment get TS2026-0001 photo.jpg --out photo.jpg", run_get},
    {"erase", "NUMBER NAME|NO|contact --reason TEXT",
     "erase an attachment or a contact person for good",
     "countersign --as songzhixing erase TS2026-0001 contact --reason 本人要求", run_erase},
    {NULL, NULL, NULL, NULL, NULL},
};
