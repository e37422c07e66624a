/* SPDX-License-Identifier: Apache-2.0
 *
 * notify: who was told what: the notifier's queue, what an event would say to whom, a test mail.
 * These are asked of the notifier on its own machine; what changes something (retry, drop) is a
 * person's signed command and stands on the case.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"

/* ---- the queue ---- */

static const char *addressee(const json_t *note) {
    const char *to = show_string(note, "to");
    return strcmp(to, "person") == 0     ? show_who(note, "person")
           : strcmp(to, "customer") == 0 ? _("the customer")
           : strcmp(to, "auditor") == 0  ? _("an auditor")
                                         : _("a program");
}

static void print_note(const json_t *note) {
    printf("%s  ", show_string(note, "id"));
    words_pad(language_word("notification", show_string(note, "state")), 10);
    printf(" %s  ", show_string(note, "number")[0] ? show_string(note, "number") : _("checkpoint"));
    words_pad(show_string(note, "rule"), 18);
    putchar(' ');
    words_pad(addressee(note), 8);
    if (show_number(note, "attempts"))
        printf(_("  attempt %d"), (int) show_number(note, "attempts"));
    if (show_string(note, "due")[0]) {
        printf("  %s ", _("next at"));
        show_time(show_string(note, "due"));
    }
    if (show_string(note, "text")[0])
        printf("  %s", show_string(note, "text"));
    if (json_is_true(json_object_get(note, "again")))
        printf("  (%s)", _("sent again after a rebuild"));
    putchar('\n');
}

static void print_counts(const json_t *counts) {
    static const char *const states[] = {"waiting", "deferred", "attempting", "accepted",
                                         "failed",  "expired",  "dropped"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        printf("%s%s %lld", i ? " · " : "", language_word("notification", states[i]),
               (long long) show_number(counts, states[i]));
    putchar('\n');
    printf(_("attempts %lld, possible duplicates %lld, sent again after a rebuild %lld\n"),
           (long long) show_number(counts, "attempts"),
           (long long) show_number(counts, "possible_duplicates"),
           (long long) show_number(counts, "again_after_rebuild"));
}

static void show_queue(const json_t *answer) {
    size_t i;
    json_t *note;
    json_array_foreach(json_object_get(answer, "notifications"), i, note) print_note(note);
    if (i == 0)
        printf("%s\n", _("nothing waits to be sent"));
    if (json_object_get(answer, "after"))
        printf(_("more: --after %lld\n"), (long long) show_number(answer, "after"));
    print_counts(json_object_get(answer, "counts"));
}

static int run_queue(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"after", NULL};
    json_t *answer, *parameters = option_object(&argc, argv, names);
    if (option_flag(&argc, argv, "--all"))
        json_object_set_new(parameters, "all", json_string("yes"));
    if (argc) {
        json_decref(parameters);
        return cli_usage(cli);
    }
    int rc = cli_notifier(cli, "notify.queue", parameters, &answer);
    return rc == EX_OK ? answer_show(cli, answer, show_queue) : rc;
}

/* ---- retry, drop ---- */

/* The case that the notification is about; of one that carries a checkpoint, the ledger's own. */
static int look(cli_t *cli, const char *id, ident_t *object, bool *checkpoint) {
    json_t *note;
    int rc = cli_notifier(cli, "notify.show", json_pack("{s:s}", "id", id), &note);
    if (rc != EX_OK)
        return rc;
    bool known = ident_parse(text_of(show_string(note, "case")), object);
    *checkpoint = strcmp(show_string(note, "to"), "auditor") == 0;
    json_decref(note);
    if (*checkpoint) {
        *object = cli->site->genesis;
        return EX_OK;
    }
    return known ? EX_OK : cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
}

static int act(cli_t *cli, int argc, char **argv, kind_t kind, text_t reason) {
    struct notify_act body = {.reason = reason};
    ident_t object;
    bool checkpoint = false;
    progress_t progress;
    if (argc != 1 || !ident_parse(text_of(argv[0]), &body.notification))
        return cli_usage(cli);
    int rc = look(cli, argv[0], &object, &checkpoint);
    if (rc == EX_OK && checkpoint && kind == KIND_NOTIFY_DROP)
        return cli_fail(EX_USAGE, _("it carries a checkpoint: the next one takes its place"));
    if (rc == EX_OK)
        rc = cli_command(cli, checkpoint ? KIND_NOTIFY_CHECKPOINT_RETRY : kind, object, 0, (digest_t){{0}}, 0, &body, &progress);
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

static int run_retry(cli_t *cli, int argc, char **argv) {
    text_t reason = option_text(&argc, argv, "--reason");
    return act(cli, argc, argv, KIND_NOTIFY_RETRY, reason.n ? reason : text_of(_("try again")));
}

static int run_drop(cli_t *cli, int argc, char **argv) {
    text_t reason = option_text(&argc, argv, "--reason");
    return cli_lacks("--reason", reason.n) ? cli_usage(cli)
                                           : act(cli, argc, argv, KIND_NOTIFY_DROP, reason);
}

/* ---- preview, test ---- */

static void show_preview(const json_t *answer) {
    size_t i;
    json_t *mail;
    json_array_foreach(json_object_get(answer, "mails"), i, mail) {
        printf("%s── %s → %s%s\n", i ? "\n" : "", show_string(mail, "rule"), addressee(mail),
               show_string(mail, "program"));
        if (show_string(mail, "subject")[0])
            printf("%s\n\n%s", show_string(mail, "subject"), show_string(mail, "text"));
    }
    if (i == 0)
        printf("%s\n", _("nobody is told of this event"));
}

static int run_preview(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"rule", "language", NULL};
    json_t *answer, *parameters = option_object(&argc, argv, names);
    if (argc != 1) {
        json_decref(parameters);
        return cli_usage(cli);
    }
    json_object_set_new(parameters, "event", json_string(argv[0]));
    int rc = cli_notifier(cli, "notify.preview", parameters, &answer);
    return rc == EX_OK ? answer_show(cli, answer, show_preview) : rc;
}

static void show_test(const json_t *answer) {
    const char *state = show_string(answer, "state");
    printf("%s", language_word("notification", strcmp(state, "refused") == 0 ? "failed" : state));
    if (show_number(answer, "code"))
        printf(" (%lld)", (long long) show_number(answer, "code"));
    printf("%s%s\n", show_string(answer, "text")[0] ? ": " : "", show_string(answer, "text"));
}

static int run_test(cli_t *cli, int argc, char **argv) {
    json_t *answer;
    if (argc != 1)
        return cli_usage(cli);
    int rc = cli_notifier(cli, "notify.test", json_pack("{s:s}", "to", argv[0]), &answer);
    if (rc != EX_OK)
        return rc;
    bool taken = strcmp(show_string(answer, "state"), "accepted") == 0;
    answer_show(cli, answer, show_test);
    return taken ? EX_OK : EX_TEMPFAIL;
}

const command_row_t notify_commands[] = {
    {"notify queue", "[--all] [--after N]",
     "notifications on their way; --all: and what became of the others", "countersign notify queue",
     run_queue},
    {"notify retry", "ID [--reason TEXT]", "try a notification again now",
     "countersign --as yiming notify retry 5b1c...", run_retry},
    {"notify drop", "ID --reason TEXT", "give a notification up; the case says so",
     "countersign --as yiming notify drop 5b1c... --reason 邮箱已停用", run_drop},
    {"notify preview", "POSITION [--rule NAME] [--language zh_CN|en]",
     "what an event would say to whom; nothing is sent", "countersign notify preview 80",
     run_preview},
    {"notify test", "PERSON|ADDRESS", "send a test mail now", "countersign notify test yiming",
     run_test},
    {NULL, NULL, NULL, NULL, NULL},
};
