/* SPDX-License-Identifier: Apache-2.0
 *
 * case: see case.h.
 */
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/case.h"

#include <stdio.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "daemons/agent/cli/attach.h"
#include "daemons/agent/cli/behalf.h"
#include "common/screen/show.h"

bool case_noun(const cli_t *cli, const char *noun) { return strcmp(cli->noun, noun) == 0; }

/* ---- is it what the command speaks of? ---- */

bool case_fits(const cli_t *cli, const json_t *found) {
    const char *what = show_string(found, "case");
    if (case_noun(cli, "complaint"))
        return strcmp(show_string(found, "kind"), "complaint") == 0;
    return case_noun(cli, "case") || case_noun(cli, "action") || case_noun(cli, what);
}

/* The noun under which a case of this kind has its commands. */
static const char *noun_of(const json_t *found) {
    return strcmp(show_string(found, "kind"), "complaint") == 0 ? "complaint"
                                                                : show_string(found, "case");
}

static const char *name_of(const json_t *found) {
    const char *kind = show_string(found, "kind");
    return kind[0] ? language_word("feedback_kind", kind) : _("order");
}

static int wrong_noun(cli_t *cli, const json_t *found) {
    problem_t problem;
    const char *verb = strchr(cli->row->name, ' ');
    const char *noun = noun_of(found);
    bool known = verb && cli_knows(noun, verb + 1);
    problem_set(&problem, REASON_WRONG_CASE, "", _("%s: %s; use countersign %s%s"),
                show_string(found, "number"), name_of(found), noun, known ? verb : "");
    return cli_refuse(cli, &problem);
}

/* ---- looking, saying ---- */

int case_look(cli_t *cli, const char *number, seen_t *seen) {
    memset(seen, 0, sizeof *seen);
    int rc = cli_query(cli, "case.show", json_pack("{s:s}", "case", number), &seen->json);
    if (rc != EX_OK)
        return rc;
    if (!case_fits(cli, seen->json))
        return wrong_noun(cli, seen->json);
    seen->revision = show_number(seen->json, "revision");
    seen->version = show_number(seen->json, "version");
    if (!ident_parse(text_of(show_string(seen->json, "id")), &seen->id) ||
        !hex_parse(text_of(show_string(seen->json, "digest")), seen->digest.b,
                   sizeof seen->digest.b))
        return cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
    return EX_OK;
}

static int say(cli_t *cli, const seen_t *seen, kind_t kind, const void *body,
               progress_t *progress) {
    unsigned flags = kind_info(kind)->flags;
    bool judges = flags & JUDGES;
    int rc = behalf_find(cli, kind, seen->json);
    return rc != EX_OK ? rc : cli_command(cli, kind, seen->id, judges ? seen->revision : 0,
                       judges ? seen->digest : (digest_t){{0}},
                       flags & VERSIONED ? seen->version : 0, body, progress);
}

int case_say(cli_t *cli, const seen_t *seen, kind_t kind, const void *body) {
    progress_t progress;
    int rc = say(cli, seen, kind, body, &progress);
    if (rc == EX_OK && kind == KIND_FEEDBACK_RECLASSIFY)
        return case_say_number(cli, seen->id, &progress);
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

int case_judge_with(cli_t *cli, const char *number, const struct text_list *files,
                    struct attachment_list *attachments, kind_t kind, const void *body) {
    seen_t seen;
    cli->signs = kind_signs(kind); /* a passphrase that is asked for meanwhile is given for this */
    int rc = case_look(cli, number, &seen);
    if (rc == EX_OK && files)
        rc = attach_files(cli, files, attachments);
    if (rc == EX_OK)
        rc = case_say(cli, &seen, kind, body);
    json_decref(seen.json);
    return rc;
}

int case_judge(cli_t *cli, const char *number, kind_t kind, const void *body) {
    return case_judge_with(cli, number, NULL, NULL, kind, body);
}

int case_say_number(cli_t *cli, ident_t id, const progress_t *progress) {
    json_t *found;
    char text[37];
    if (progress->position && !cli->json &&
        cli_query(cli, "case.show", json_pack("{s:s}", "case", ident_print(id, text)), &found) ==
            EX_OK) {
        printf("%s: %s; ", show_string(found, "number"), name_of(found));
        json_decref(found);
    }
    return cli_say(cli, progress);
}

int case_run_show(cli_t *cli, int argc, char **argv) {
    seen_t seen;
    if (argc != 1)
        return cli_usage(cli);
    int rc = case_look(cli, argv[0], &seen);
    if (rc == EX_OK)
        return answer_show(cli, seen.json, show_case);
    json_decref(seen.json);
    return rc;
}
