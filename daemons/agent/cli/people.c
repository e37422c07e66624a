/* SPDX-License-Identifier: Apache-2.0
 *
 * people: enrolling and revoking people, workstations and daemons; mandates; the second
 * administrator's confirmation. A key is made where it will be used and only its public half goes
 * into the event.
 */
#include <czmq.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/keys.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/passphrase.h"

static int put(cli_t *cli, kind_t kind, ident_t object, const void *body, ident_t *id) {
    progress_t progress;
    int rc = cli_command(cli, kind, object, 0, (digest_t){{0}}, 0, body, &progress);
    if (id)
        *id = progress.id;
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

/* ---- people ---- */

static int run_list(cli_t *cli, int argc, char **argv) {
    (void) argv;
    return argc ? cli_usage(cli) : answer_query(cli, "people", NULL, show_people);
}

/* 21 CFR 11.300: when each key last signed; with --unused those alone that did not for so long. */
static int run_keys(cli_t *cli, int argc, char **argv) {
    const char *unused = option_value(&argc, argv, "--unused");
    return argc ? cli_usage(cli)
                : answer_query(cli, "people.keys",
                               unused ? json_pack("{s:s}", "unused", unused) : NULL, show_keys);
}

/* Makes people/HANDLE.key here, or takes --key FILE that the person made on their own
   workstation. */
static int person_key(cli_t *cli, const char *handle, const char *file, pubkey_t *key) {
    char label[64], passphrase[256], prompt[128];
    problem_t problem = {0};
    if (file)
        return keyfile_read_public(file, label, key, &problem) == 0 ? EX_OK : cli_problem(&problem);
    snprintf(prompt, sizeof prompt, _("Passphrase of %s"), handle);
    if (passphrase_read(prompt, true, passphrase, sizeof passphrase) != 0)
        return EX_NOINPUT;
    signer_t *signer;
    int rc = keys_person(cli->site, handle, passphrase, SEAL_MODERATE, &signer, &problem);
    *key = signer_key(signer);
    signer_destroy(&signer);
    secret_wipe(passphrase, sizeof passphrase);
    return rc == 0 ? EX_OK : cli_problem(&problem);
}

static int run_enrol(cli_t *cli, int argc, char **argv) {
    const char *department = option_value(&argc, argv, "--department"),
               *key = option_value(&argc, argv, "--key"),
               *roles = option_value(&argc, argv, "--roles");
    struct person_enrol body = {.roles = option_list(cli->arena, roles),
                                .administrator = option_flag(&argc, argv, "--administrator")};
    if (argc != 2 || !department)
        return cli_usage(cli);
    body.handle = text_of(argv[0]);
    body.name = text_of(argv[1]);
    body.department = text_of(department);
    int rc = cli_connect(cli);
    if (rc == EX_OK)
        rc = person_key(cli, argv[0], key, &body.key);
    return rc == EX_OK ? put(cli, KIND_PERSON_ENROL, (ident_t){{0}}, &body, NULL) : rc;
}

/* A new key for oneself to bring to an administrator, made without any connection. */
static int run_key(cli_t *cli, int argc, char **argv) {
    pubkey_t key;
    char hex[65];
    if (argc != 1)
        return cli_usage(cli);
    int rc = cli_open_site(cli);
    if (rc == EX_OK)
        rc = person_key(cli, argv[0], NULL, &key);
    if (rc == EX_OK)
        printf("%s\n", hex_print(key.b, sizeof key.b, hex));
    return rc;
}

static int run_change(cli_t *cli, int argc, char **argv) {
    const char *roles = option_value(&argc, argv, "--roles"),
               *department = option_value(&argc, argv, "--department");
    const char *administrator = option_value(&argc, argv, "--administrator"),
               *name = option_value(&argc, argv, "--name");
    struct person_change body = {0};
    ident_t id;
    json_t *entry = NULL, *role;
    size_t i;
    if (argc != 1)
        return cli_usage(cli);
    int rc = lookup_entry(cli, "people", text_of(argv[0]), &id, &entry);
    if (rc != EX_OK)
        return rc;
    body.name = text_of(name ? name : show_string(entry, "name"));
    body.department = text_of(department ? department : show_string(entry, "department"));
    body.administrator = administrator ? strcmp(administrator, "yes") == 0
                                       : json_is_true(json_object_get(entry, "administrator"));
    body.roles = option_list(cli->arena, roles);
    if (!roles) {
        body.roles.at = arena_alloc(
            cli->arena, (json_array_size(json_object_get(entry, "roles")) + 1) * sizeof(text_t));
        json_array_foreach(json_object_get(entry, "roles"), i, role)
            body.roles.at[body.roles.n++] = text_of(json_string_value(role));
    }
    rc = put(cli, KIND_PERSON_CHANGE, id, &body, NULL);
    json_decref(entry);
    return rc;
}

static int end_entry(cli_t *cli, int argc, char **argv, const char *what, kind_t kind) {
    const char *reason = option_value(&argc, argv, "--reason");
    ident_t id;
    if (argc != 1 || !reason)
        return cli_usage(cli);
    struct revoke body = {.reason = text_of(reason)};
    int rc = lookup_entry(cli, what, text_of(argv[0]), &id, NULL);
    return rc == EX_OK ? put(cli, kind, id, &body, NULL) : rc;
}

static int run_revoke(cli_t *cli, int argc, char **argv) {
    return end_entry(cli, argc, argv, "people", KIND_PERSON_REVOKE);
}
static int run_station_revoke(cli_t *cli, int argc, char **argv) {
    return end_entry(cli, argc, argv, "stations", KIND_STATION_REVOKE);
}
static int run_daemon_revoke(cli_t *cli, int argc, char **argv) {
    return end_entry(cli, argc, argv, "daemons", KIND_DAEMON_REVOKE);
}
static int run_mandate_end(cli_t *cli, int argc, char **argv) {
    return end_entry(cli, argc, argv, "mandates", KIND_MANDATE_END);
}

static int run_replace_key(cli_t *cli, int argc, char **argv) {
    const char *reason = option_value(&argc, argv, "--reason"),
               *file = option_value(&argc, argv, "--key");
    ident_t id;
    char label[64];
    problem_t problem = {0};
    struct key_replace body = {.reason = text_of(reason)};
    if (argc != 1 || !reason || !file)
        return cli_usage(cli);
    int rc = lookup_entry(cli, "people", text_of(argv[0]), &id, NULL);
    if (rc == EX_OK && keyfile_read_public(file, label, &body.key, &problem) != 0)
        rc = cli_problem(&problem);
    return rc == EX_OK ? put(cli, KIND_KEY_REPLACE, id, &body, NULL) : rc;
}

/* The case is that of the act: its own id. `--as recovery`, when the second administrator is
   lost. */
static int run_confirm(cli_t *cli, int argc, char **argv) {
    const char *reason = option_value(&argc, argv, "--reason");
    struct confirm body = {.refuse = option_flag(&argc, argv, "--refuse"),
                           .reason = text_of(reason)};
    if (argc != 1 || !ident_parse(text_of(argv[0]), &body.pending))
        return cli_usage(cli);
    return put(cli, KIND_CONFIRM, body.pending, &body, NULL);
}

/* ---- the ledger itself ---- */

static int put_ledger(cli_t *cli, kind_t kind, const void *body) {
    int rc = cli_open_site(cli);
    return rc == EX_OK ? put(cli, kind, cli->site->genesis, body, NULL) : rc;
}

static int run_resume(cli_t *cli, int argc, char **argv) {
    const char *reason = option_value(&argc, argv, "--reason");
    struct resume body = {.reason = text_of(reason)};
    return argc || !reason ? cli_usage(cli) : put_ledger(cli, KIND_LEDGER_RESUME, &body);
}

static int run_clock(cli_t *cli, int argc, char **argv) {
    const char *reason = option_value(&argc, argv, "--reason");
    struct clock body = {.now = zclock_time(), .reason = text_of(reason)};
    return argc || !reason ? cli_usage(cli) : put_ledger(cli, KIND_LEDGER_CLOCK, &body);
}

/* ---- workstations, daemons ---- */

/* Makes the key and the station's file here; on a workstation of its own, copy both there (and
   site.cfg, departments/). */
static int run_station_enrol(cli_t *cli, int argc, char **argv) {
    const char *people = option_value(&argc, argv, "--people");
    char key_name[80];
    struct station_enrol body = {0};
    problem_t problem = {0};
    if (argc != 2)
        return cli_usage(cli);
    site_station_t file = {.name = argv[0], .department = argv[1]};
    int rc = cli_connect(cli);
    if (rc != EX_OK)
        return rc;
    body.name = text_of(argv[0]);
    body.department = text_of(argv[1]);
    snprintf(key_name, sizeof key_name, "station-%.60s", argv[0]);
    if (keys_curve(cli->site, key_name, &body.curve, &problem) != 0)
        return cli_problem(&problem);
    rc = put(cli, KIND_STATION_ENROL, (ident_t){{0}}, &body, &file.id);
    struct text_list handles = option_list(cli->arena, people);
    file.people = arena_alloc(cli->arena, (handles.n + 1) * sizeof *file.people);
    for (size_t i = 0; i < handles.n; i++)
        file.people[i] = (char *) (uintptr_t) arena_text(cli->arena, handles.at[i]).p;
    if (rc == EX_OK && site_station_write(cli->site, &file, &problem) != 0)
        rc = cli_problem(&problem);
    return rc;
}

static int part_of(const char *word, enum part *out) {
    int value;
    if (!enum_value(&part_table, text_of(word), &value))
        return -1;
    *out = (enum part) value;
    return 0;
}

/* keys/NAME.curve and keys/NAME.sign, and their public halves. */
static int daemon_keys(const site_t *site, const char *name, struct daemon_enrol *body) {
    problem_t problem = {0};
    signer_t *signer = NULL;
    int rc = keys_curve(site, name, &body->curve, &problem);
    if (rc == 0)
        rc = keys_daemon(site, name, &signer, &problem);
    if (signer)
        body->key = signer_key(signer);
    signer_destroy(&signer);
    return rc == 0 ? EX_OK : cli_problem(&problem);
}

static int run_daemon_enrol(cli_t *cli, int argc, char **argv) {
    const char *department = option_value(&argc, argv, "--department"),
               *answers = option_value(&argc, argv, "--answers"),
               *service = option_value(&argc, argv, "--service");
    char name[64];
    struct daemon_enrol body = {.department = text_of(department)};
    problem_t problem = {0};
    if (argc != 2 || !answers || part_of(argv[1], &body.part) != 0)
        return cli_usage(cli);
    int rc = cli_connect(cli);
    if (rc == EX_OK)
        rc = lookup_entry(cli, "people", text_of(answers), &body.answers, NULL);
    if (rc == EX_OK)
        rc = daemon_keys(cli->site, argv[0], &body);
    snprintf(name, sizeof name, body.part == PART_DEPARTMENT ? "department:%.50s" : "%.50s",
             department && body.part == PART_DEPARTMENT ? department : argv[0]);
    body.name = text_of(name);
    if (rc == EX_OK)
        rc = put(cli, KIND_DAEMON_ENROL, (ident_t){{0}}, &body, NULL);
    site_department_t file = {.key = (char *) (uintptr_t) department,
                              .service = (char *) (uintptr_t) service,
                              .curve = body.curve};
    if (rc == EX_OK && department && service &&
        site_department_write(cli->site, &file, &problem) != 0)
        rc = cli_problem(&problem);
    return rc;
}

/* keys/NAME.sign is kept beside the new one: what it signed before stays as it was. */
static int new_daemon_key(const site_t *site, const char *name, struct key_replace *body) {
    char path[512], old[540];
    problem_t problem = {0};
    signer_t *signer = NULL;
    site_path(site, path, sizeof path, "keys", name, ".sign");
    snprintf(old, sizeof old, "%s.replaced", path);
    if (access(old, F_OK) == 0 || rename(path, old) != 0)
        return cli_fail(EX_CANTCREAT, _("%s cannot be put aside as %s; look what is there"), path, old);
    if (keys_daemon(site, name, &signer, &problem) != 0) {
        rename(old, path);
        return cli_problem(&problem);
    }
    body->key = signer_key(signer);
    signer_destroy(&signer);
    return EX_OK;
}

static int run_daemon_key(cli_t *cli, int argc, char **argv) {
    struct key_replace body = {.reason = option_text(&argc, argv, "--reason")};
    ident_t id;
    if (argc != 1 || !body.reason.n)
        return cli_usage(cli);
    int rc = cli_connect(cli);
    if (rc == EX_OK)
        rc = lookup_entry(cli, "daemons", text_of(argv[0]), &id, NULL);
    if (rc == EX_OK)
        rc = new_daemon_key(cli->site, argv[0], &body);
    return rc == EX_OK ? put(cli, KIND_KEY_REPLACE, id, &body, NULL) : rc;
}

static int run_mandate(cli_t *cli, int argc, char **argv) {
    const char *classes = option_value(&argc, argv, "--classes"),
               *until = option_value(&argc, argv, "--until");
    struct mandate body = {.classes = option_list(cli->arena, classes)};
    day_t day;
    if (argc != 2 || !classes || !until || !day_parse(text_of(until), &day))
        return cli_usage(cli);
    body.department = text_of(argv[0]);
    body.rule = text_of(argv[1]);
    body.until = day * DAY_MS;
    return put(cli, KIND_MANDATE_GRANT, (ident_t){{0}}, &body, NULL);
}

const command_row_t people_commands[] = {
    {"enrol", "HANDLE NAME --department KEY [--roles ROLE,ROLE] [--administrator] [--key FILE]",
     "enrol a person",
     "countersign --as yiming enrol zhaoqi 赵七 --department sales --roles sales.clerk", run_enrol},
    {"person list", "", "people, workstations, daemons, mandates",
     "countersign --as yiming person list", run_list},
    {"person keys", "[--unused DAYS]",
     "when each person's key last signed; those that are not used",
     "countersign --as yiming person keys --unused 90", run_keys},
    {"person key", "HANDLE", "make a key of one's own, to bring to an administrator",
     "countersign person key zhaoqi", run_key},
    {"person change",
     "HANDLE [--roles ROLE,ROLE] [--department KEY] [--administrator yes|no] [--name NAME]",
     "change roles or department",
     "countersign --as yiming person change zhaoqi --roles sales.clerk,sales.follow-up",
     run_change},
    {"person replace-key", "HANDLE --key FILE --reason TEXT",
     "replace a lost key; the old one is revoked",
     "countersign --as yiming person replace-key zhaoqi --key zhaoqi.key --reason 笔记本丢失",
     run_replace_key},
    {"person revoke", "HANDLE --reason TEXT", "end a person's enrolment",
     "countersign --as yiming person revoke zhaoqi --reason 离职", run_revoke},
    {"station enrol", "NAME DEPARTMENT [--people HANDLE,HANDLE]", "enrol a workstation",
     "countersign --as yiming station enrol sales-2 sales --people zhaoqi", run_station_enrol},
    {"station list", "", "people, workstations, daemons, mandates",
     "countersign --as yiming station list", run_list},
    {"station revoke", "NAME --reason TEXT", "end a workstation's enrolment",
     "countersign --as yiming station revoke sales-2 --reason 报废", run_station_revoke},
    {"daemon replace-key", "NAME --reason TEXT",
     "give a daemon a new signing key; then start it again",
     "countersign --as yiming daemon replace-key archiver --reason 例行更换", run_daemon_key},
    {"daemon enrol", "NAME PART --answers HANDLE [--department KEY --service ENDPOINT]",
     "enrol a daemon: department, notifier, follower",
     "countersign --as yiming daemon enrol reader follower --answers yiming", run_daemon_enrol},
    {"daemon revoke", "NAME --reason TEXT", "end a daemon's enrolment",
     "countersign --as yiming daemon revoke reader --reason 停用", run_daemon_revoke},
    {"confirm", "ID [--refuse] [--reason TEXT]", "as second administrator, confirm an act",
     "countersign --as wenrushi confirm 0190...", run_confirm},
    {"ledger resume", "--reason TEXT", "as administrator: go on although the archive is not heard",
     "countersign --as yiming ledger resume --reason 归档机维修", run_resume},
    {"ledger clock", "--reason TEXT",
     "as administrator: after a jump of the clock, this is the right time",
     "countersign --as yiming ledger clock --reason 更换主板电池", run_clock},
    {"mandate grant", "DEPARTMENT RULE --classes CLASS,CLASS --until DATE",
     "let the department's daemon post certain verdicts",
     "countersign --as luoyingshi mandate grant planning delivery --classes regular --until "
     "2026-12-31",
     run_mandate},
    {"mandate end", "ID --reason TEXT", "take a mandate back",
     "countersign --as luoyingshi mandate end 0190... --reason 改为人工", run_mandate_end},
    {NULL, NULL, NULL, NULL, NULL},
};
