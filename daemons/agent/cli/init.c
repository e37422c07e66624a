/* SPDX-License-Identifier: Apache-2.0
 *
 * init: makes a site, where none is, as the founding of its ledger; everything it does is a signed
 * event of that ledger.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/screen/arguments.h"
#include "daemons/agent/cli/founding.h"
#include "daemons/agent/cli/passphrase.h"

static int make_site(founding_t *f, const char *handle, const char *name, const char *procedure,
                     const people_file_t *people) {
    ledger_t *ledger = chronicle_ledger(f->chronicle);
    f->site->coordinator_service = founding_endpoint(f, "coordinator");
    f->site->coordinator_stream = founding_endpoint(f, "stream");
    f->site->archiver_service = founding_endpoint(f, "archiver");
    ledger_begin(ledger);
    if (founding_genesis(f, handle, name) != 0 ||
        (procedure && founding_adopt(f, procedure) != 0) || founding_departments(f, people) != 0 ||
        founding_notifier(f) != 0 || (people && founding_people(f, people) != 0))
        return -1;
    if (ledger_commit(ledger) != LEDGER_OK)
        return problem_set(&f->problem, REASON_DISK_FULL, "", "%s", "");
    return site_write(f->site, &f->problem);
}

static int open_new_ledger(founding_t *f) {
    char path[512];
    if (access(site_path(f->site, path, sizeof path, "", "site", ".cfg"), F_OK) == 0)
        return problem_set(&f->problem, REASON_ALREADY, "", "%s is there; a site is made once",
                           path);
    if (site_make_folders(f->site, &f->problem) != 0 ||
        !site_state_path(f->site, path, sizeof path, "coordinator", "ledger.db", true, &f->problem))
        return -1;
    if (access(path, F_OK) == 0)
        return problem_set(&f->problem, REASON_ALREADY, "",
                           "%s is left of an earlier try; remove the folder", path);
    f->chronicle = chronicle_open(path, NULL, 16, &f->problem);
    return f->chronicle ? 0 : -1;
}

static bool seal_named(const char *word, seal_strength_t *out) {
    static const struct {
        const char *word;
        seal_strength_t strength;
    } words[] = {{"moderate", SEAL_MODERATE},
                 {"interactive", SEAL_INTERACTIVE},
                 {"minimal", SEAL_MINIMAL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i].word) == 0) {
            *out = words[i].strength;
            return true;
        }
    return false;
}

typedef struct arguments {
    const char *company, *procedure, *people;
    const char *state, *run;   /* NULL: the usual places */
    char handle[40], name[80]; /* the administrator's */
    seal_strength_t seal;
    bool ipc;
} arguments_t;

static int read_arguments(arguments_t *self, int argc, char **argv) {
    const char *who = option_value(&argc, argv, "--admin"),
               *seal = option_value(&argc, argv, "--seal");
    *self = (arguments_t){.company = option_value(&argc, argv, "--company"),
                          .seal = SEAL_MODERATE};
    self->procedure = option_value(&argc, argv, "--procedure");
    self->people = option_value(&argc, argv, "--people");
    self->state = option_value(&argc, argv, "--state");
    self->run = option_value(&argc, argv, "--run");
    self->ipc = option_flag(&argc, argv, "--ipc");
    if (seal && !seal_named(seal, &self->seal))
        return -1;
    const char *colon = who ? strchr(who, ':') : NULL;
    if (!self->company || !colon || colon - who >= 33 || strlen(colon + 1) >= 80 || argc != 0)
        return -1;
    snprintf(self->handle, sizeof self->handle, "%.*s", (int) (colon - who), who);
    snprintf(self->name, sizeof self->name, "%s", colon + 1);
    return 0;
}

static void finish(const site_t *site) {
    char print[96];
    fingerprint_print(site->ledger, print);
    printf(_("Site %s is made. Read its fingerprint out to everyone who sets up a workstation:\n\n "
             " %s\n\n"),
           site->folder, print);
    printf(_("Put people/recovery.key on a medium of its own and lock that away.\n"));
}

static int run_init(cli_t *cli, int argc, char **argv) {
    arguments_t given;
    people_file_t people = {0};
    if (read_arguments(&given, argc, argv) != 0)
        return cli_usage(cli);
    founding_t f = {.arena = cli->arena, .seal = given.seal, .ipc = given.ipc};
    if (passphrase_read(_("Passphrase for the new keys"), true, f.passphrase,
                        sizeof f.passphrase) != 0)
        return EX_NOINPUT;
    int rc = given.people ? people_file_read(given.people, cli->arena, &people, &f.problem) : 0;
    if (rc == 0)
        f.site = site_plan(cli->site_folder, given.company, given.state, given.run, &f.problem);
    rc = f.site ? open_new_ledger(&f) : -1;
    if (rc == 0)
        rc = make_site(&f, given.handle, given.name, given.procedure,
                       given.people ? &people : NULL);
    if (rc == 0)
        finish(f.site);
    chronicle_close(&f.chronicle);
    signer_destroy(&f.administrator);
    secret_wipe(f.passphrase, sizeof f.passphrase);
    if (f.site)
        site_close(&f.site);
    return rc == 0 ? EX_OK : cli_problem(&f.problem);
}

const command_row_t init_commands[] = {
    {"init",
     "--company NAME --admin HANDLE:NAME [--procedure FILE] [--people FILE] [--seal "
     "moderate|interactive|minimal] [--ipc] [--state DIR] [--run DIR]",
     "make a site: genesis, keys, first administrator",
     "countersign --site /etc/countersign init --company 乌有机械 --admin yiming:易明", run_init},
    {NULL, NULL, NULL, NULL, NULL},
};
