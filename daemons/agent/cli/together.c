/* SPDX-License-Identifier: Apache-2.0
 *
 * together: see together.h.
 */
#include "daemons/agent/cli/together.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/screen/show.h"

typedef struct words {
    cli_t *cli;
    kind_t kind;
    together_body_fn body;
    void *arg;
    seen_t seen[LOCAL_COMMANDS_MAX];
    struct local_command commands[LOCAL_COMMANDS_MAX];
    buffer_t bodies[LOCAL_COMMANDS_MAX];
    progress_t progress[LOCAL_COMMANDS_MAX];
    size_t n;
    bool more; /* than can be said at once */
} words_t;

static void words_free(words_t *self) {
    for (size_t i = 0; i < self->n; i++) {
        json_decref(self->seen[i].json);
        buffer_free(&self->bodies[i]);
    }
}

/* The case as it is now, and the word on it. */
static int add(words_t *self, const json_t *row, const json_t *step) {
    seen_t *seen = &self->seen[self->n];
    buffer_t *body = &self->bodies[self->n];
    unsigned flags = kind_info(self->kind)->flags;
    problem_t problem = {0};
    int rc = case_look(self->cli, show_string(row, "number"), seen);
    self->n++;
    if (rc != EX_OK)
        return rc;
    if (self->body(self->arg, seen, step, body, &problem) != 0)
        return cli_problem(&problem);
    self->commands[self->n - 1] =
        (struct local_command){.kind = self->kind,
                               .object = seen->id,
                               .revision = flags & JUDGES ? seen->revision : 0,
                               .digest = flags & JUDGES ? seen->digest : (digest_t){{0}},
                               .version = flags & VERSIONED ? seen->version : 0,
                               .body = buffer_bytes(body)};
    self->progress[self->n - 1].number = show_string(seen->json, "number");
    return EX_OK;
}

/* What they do for somebody else, they say one by one. */
static bool theirs(const words_t *self, const json_t *step) {
    return strcmp(show_string(step, "kind"), kind_info(self->kind)->name) == 0 &&
           !json_object_get(step, "as");
}

static int collect(words_t *self, const json_t *inbox) {
    size_t i, k;
    json_t *row, *step;
    int rc = EX_OK;
    json_array_foreach(json_object_get(inbox, "cases"), i, row) {
        json_array_foreach(json_object_get(row, "mine"), k, step) {
            if (rc != EX_OK || !case_fits(self->cli, row) || !theirs(self, step))
                continue;
            if (self->n == LOCAL_COMMANDS_MAX)
                self->more = true;
            else
                rc = add(self, row, step);
        }
    }
    return rc;
}

static void show_all(const words_t *self) {
    for (size_t i = 0; i < self->n; i++)
        if (strcmp(show_string(self->seen[i].json, "case"), "order") == 0)
            show_order_head(self->seen[i].json);
        else
            show_feedback_head(self->seen[i].json);
    if (self->more)
        printf(_("more waits for you; this is about the first %d\n"), LOCAL_COMMANDS_MAX);
}

static int ask(const words_t *self, bool yes) {
    char line[32];
    if (yes)
        return EX_OK;
    if (!isatty(STDIN_FILENO))
        return cli_fail(EX_USAGE, _("nobody can be asked here: look at countersign inbox and add "
                                    "--yes"));
    printf(_("Sign these %zu in one act? Type yes: "), self->n);
    fflush(stdout);
    bool agreed = fgets(line, sizeof line, stdin) &&
                  (strcmp(line, "yes\n") == 0 || strcmp(line, "是\n") == 0);
    return agreed ? EX_OK : cli_fail(EX_TEMPFAIL, _("nothing was signed"));
}

static int say_all(words_t *self) {
    int rc = cli_commands(self->cli, self->commands, self->n, self->progress);
    for (size_t i = 0; i < self->n; i++)
        if (self->progress[i].state != receipt_state_unset &&
            self->progress[i].state != RECEIPT_REFUSED)
            cli_say(self->cli, &self->progress[i]);
    return rc;
}

int together_say(cli_t *cli, kind_t kind, bool yes, together_body_fn body, void *arg) {
    words_t self = {.cli = cli, .kind = kind, .body = body, .arg = arg};
    json_t *inbox = NULL;
    cli->signs = kind_signs(kind);
    int rc = cli->behalf ? cli_fail(EX_USAGE, _("--all is for yourself; for %s one by one"),
                                    cli->behalf)
                         : cli_query(cli, "inbox", NULL, &inbox);
    if (rc == EX_OK)
        rc = collect(&self, inbox);
    if (rc == EX_OK && self.n == 0)
        printf("%s\n", _("nothing waits for you"));
    if (rc == EX_OK && self.n > 0) {
        if (!cli->json)
            show_all(&self);
        rc = ask(&self, yes);
        if (rc == EX_OK)
            rc = say_all(&self);
    }
    words_free(&self);
    json_decref(inbox);
    return rc;
}
