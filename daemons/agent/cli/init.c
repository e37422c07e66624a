/* SPDX-License-Identifier: Apache-2.0
 *
 * init: makes a site: keys, genesis, the first administrator, and, from files, procedure, daemons, stations and people. It works without any
 * daemon, as the one process that has the new ledger open; everything it does is a signed event of that ledger.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/people_file.h"
#include "common/exchange/procedure_file.h"
#include "common/ledger/chronicle.h"
#include "daemons/agent/cli/cli.h"
#include "daemons/agent/cli/passphrase.h"

typedef struct making {
    cli_t *cli;
    site_t *site;
    chronicle_t *chronicle;
    signer_t *administrator;
    ident_t administrator_id;
    seal_strength_t seal;
    char passphrase[256];
    bool ipc;
    const char *state, *run; /* --state, --run; NULL: the usual places */
    problem_t problem;
} making_t;

static moment_t wall_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (moment_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Signs as the administrator and decides at once. *id is the command's. */
static int put(making_t *m, kind_t kind, ident_t object, const void *body, ident_t *id) {
    buffer_t encoded = {0}, bytes = {0}, signed_bytes = {0};
    position_t position;
    moment_t now = wall_now();
    moment_t time = now > ledger_time(chronicle_ledger(m->chronicle))
                        ? now
                        : ledger_time(chronicle_ledger(m->chronicle));
    *id = ident_random(now);
    struct command command = {.ledger = context_ledger(chronicle_context(m->chronicle)),
                              .id = *id,
                              .kind = kind,
                              .object = object,
                              .actor = kind == KIND_LEDGER_GENESIS ? *id : m->administrator_id,
                              .claimed = now,
                              .expiry = now + HOUR_MS};
    int rc = record_encode(kind_info(kind)->body, body, &encoded, &m->problem);
    command.body = buffer_bytes(&encoded);
    if (rc == 0)
        rc = record_encode(&command_record, &command, &bytes, &m->problem);
    struct signed_command s = {.scheme = SCHEME_ED25519,
                               .key = signer_key(m->administrator),
                               .command = buffer_bytes(&bytes)};
    if (rc == 0) {
        s.signature = signer_sign(m->administrator, DOMAIN_COMMAND, buffer_bytes(&bytes));
        rc = record_encode(&signed_command_record, &s, &signed_bytes, &m->problem);
    }
    if (rc == 0)
        rc = chronicle_decide(m->chronicle, buffer_bytes(&signed_bytes), time, &position,
                              &m->problem);
    buffer_free(&encoded);
    buffer_free(&bytes);
    buffer_free(&signed_bytes);
    return rc;
}

/* ---- endpoints ---- */

static int free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;
    if (fd >= 0 && bind(fd, (struct sockaddr *) &address, n) == 0 &&
        getsockname(fd, (struct sockaddr *) &address, &n) == 0)
        port = ntohs(address.sin_port);
    if (fd >= 0)
        close(fd);
    return port;
}

static char *endpoint(const making_t *m, const char *name) {
    char out[256];
    if (m->ipc)
        snprintf(out, sizeof out, "ipc://%s/%s.sock", m->site->run, name);
    else
        snprintf(out, sizeof out, "tcp://127.0.0.1:%d", free_port());
    return memory_text(text_of(out));
}

/* ---- keys ---- */

static int new_daemon(making_t *m, const char *name, signer_t **signer, pubkey_t *curve) {
    char path[512];
    curve_pair_t pair;
    curve_pair_make(&pair);
    *curve = pair.public_key;
    *signer = signer_new();
    int rc = keyfile_write_curve(site_path(m->site, path, sizeof path, "keys", name, ".curve"),
                                 name, &pair, &m->problem);
    if (rc == 0)
        rc = keyfile_write_signer(site_path(m->site, path, sizeof path, "keys", name, ".sign"),
                                  name, *signer, NULL, SEAL_MINIMAL, &m->problem);
    secret_wipe(&pair, sizeof pair);
    return rc;
}

static int new_person(making_t *m, const char *handle, signer_t **signer) {
    char path[512];
    *signer = signer_new();
    return keyfile_write_signer(site_path(m->site, path, sizeof path, "people", handle, ".key"),
                                handle, *signer, m->passphrase, m->seal, &m->problem);
}

/* ---- genesis ---- */

static int make_genesis(making_t *m, const char *company, const char *handle, const char *name) {
    signer_t *coordinator = NULL, *archiver = NULL, *recovery = NULL;
    struct genesis g = {.company = text_of(company),
                        .administrator = text_of(name),
                        .handle = text_of(handle),
                        .rules = 1};
    int rc = new_daemon(m, "coordinator", &coordinator, &g.coordinator_curve) ||
             new_daemon(m, "archiver", &archiver, &g.archiver_curve) ||
             new_person(m, "recovery", &recovery) || new_person(m, handle, &m->administrator);
    if (rc == 0) {
        g.administrator_key = signer_key(m->administrator);
        g.coordinator_key = signer_key(coordinator);
        g.archiver_key = signer_key(archiver);
        g.recovery_key = signer_key(recovery);
        m->site->coordinator_curve = g.coordinator_curve;
        m->site->archiver_curve = g.archiver_curve;
        rc = put(m, KIND_LEDGER_GENESIS, (ident_t){{0}}, &g, &m->administrator_id);
        m->site->genesis = m->administrator_id;
        m->site->ledger = ledger_id(chronicle_ledger(m->chronicle));
    }
    signer_destroy(&coordinator);
    signer_destroy(&archiver);
    signer_destroy(&recovery);
    return rc;
}

/* ---- what comes from files ---- */

static int adopt(making_t *m, const char *file) {
    struct procedure procedure;
    buffer_t bytes = {0};
    ident_t id;
    int rc = procedure_file_read(file, m->cli->arena, &procedure, &m->problem);
    if (rc == 0)
        rc = record_encode(&procedure_record, &procedure, &bytes, &m->problem);
    struct adopt body = {.procedure = buffer_bytes(&bytes)};
    if (rc == 0)
        rc = put(m, KIND_PROCEDURE_ADOPT, (ident_t){{0}}, &body, &id);
    buffer_free(&bytes);
    return rc;
}

static int make_department(making_t *m, const struct department *department) {
    char key[40], name[64], label[64];
    signer_t *signer = NULL;
    site_department_t file = {0};
    ident_t id;
    snprintf(key, sizeof key, "%.*s", (int) department->key.n, department->key.p);
    snprintf(name, sizeof name, "department-%s", key);
    snprintf(label, sizeof label, "department:%s", key);
    int rc = new_daemon(m, name, &signer, &file.curve);
    if (rc == 0) {
        struct daemon_enrol body = {.name = text_of(label),
                                    .part = PART_DEPARTMENT,
                                    .department = department->key,
                                    .key = signer_key(signer),
                                    .curve = file.curve,
                                    .answers = m->administrator_id};
        rc = put(m, KIND_DAEMON_ENROL, (ident_t){{0}}, &body, &id);
    }
    file.key = key;
    file.service = endpoint(m, name);
    if (rc == 0)
        rc = site_department_write(m->site, &file, &m->problem);
    free(file.service);
    signer_destroy(&signer);
    return rc;
}

/* One workstation a department, with the department's people. */
static int make_station(making_t *m, const struct department *department,
                        const people_file_t *people) {
    char name[64], key[80], path[512], *handles[64] = {0};
    size_t n = 0;
    curve_pair_t pair;
    site_station_t file = {.name = name, .people = handles};
    snprintf(name, sizeof name, "%.*s", (int) department->key.n, department->key.p);
    snprintf(key, sizeof key, "station-%s", name);
    file.department = name;
    curve_pair_make(&pair);
    int rc = keyfile_write_curve(site_path(m->site, path, sizeof path, "keys", key, ".curve"), key,
                                 &pair, &m->problem);
    struct station_enrol body = {
        .name = text_of(name), .department = department->key, .curve = pair.public_key};
    if (rc == 0)
        rc = put(m, KIND_STATION_ENROL, (ident_t){{0}}, &body, &file.id);
    for (size_t i = 0; people && i < people->n && n < 63; i++)
        if (text_equal(people->at[i].department, department->key))
            handles[n++] = memory_text(people->at[i].handle);
    if (rc == 0)
        rc = site_station_write(m->site, &file, &m->problem);
    for (size_t i = 0; i < n; i++)
        free(handles[i]);
    secret_wipe(&pair, sizeof pair);
    return rc;
}

static int make_person(making_t *m, const struct person_enrol *row) {
    char handle[40];
    signer_t *signer = NULL;
    ident_t id;
    snprintf(handle, sizeof handle, "%.*s", (int) row->handle.n, row->handle.p);
    const person_t *first = context_person(chronicle_context(m->chronicle), m->administrator_id);
    if (first && text_equal(first->handle, row->handle)) {
        struct person_change change = {.roles = row->roles,
                                       .administrator = true,
                                       .department = row->department,
                                       .name = row->name};
        return put(m, KIND_PERSON_CHANGE, m->administrator_id, &change, &id);
    }
    struct person_enrol body = *row;
    int rc = new_person(m, handle, &signer);
    if (rc == 0) {
        body.key = signer_key(signer);
        rc = put(m, KIND_PERSON_ENROL, (ident_t){{0}}, &body, &id);
    }
    signer_destroy(&signer);
    return rc;
}

/* Further administrators come last: from the second one on, each enrolment needs two of them. */
static int make_people(making_t *m, const people_file_t *people) {
    for (int administrators = 0; administrators < 2; administrators++)
        for (size_t i = 0; i < people->n; i++)
            if (people->at[i].administrator == (administrators == 1) &&
                make_person(m, &people->at[i]) != 0)
                return -1;
    return 0;
}

static int make_departments(making_t *m, const people_file_t *people) {
    const struct procedure *p = context_procedure(chronicle_context(m->chronicle));
    for (size_t i = 0; p && i < p->departments.n; i++)
        if (make_department(m, &p->departments.at[i]) != 0 ||
            make_station(m, &p->departments.at[i], people) != 0)
            return -1;
    return 0;
}

/* ---- the whole ---- */

static int make_site(making_t *m, const char *company, const char *handle, const char *name,
                     const char *procedure, const people_file_t *people) {
    char path[512];
    ledger_t *ledger = chronicle_ledger(m->chronicle);
    ledger_begin(ledger);
    if (make_genesis(m, company, handle, name) != 0 || (procedure && adopt(m, procedure) != 0) ||
        make_departments(m, people) != 0 || (people && make_people(m, people) != 0))
        return -1;
    if (ledger_commit(ledger) != LEDGER_OK)
        return problem_set(&m->problem, REASON_DISK_FULL, "", "%s", "");
    (void) path;
    return site_write(m->site, &m->problem);
}

static int open_new_ledger(making_t *m) {
    char path[512];
    if (access(site_path(m->site, path, sizeof path, "", "site", ".cfg"), F_OK) == 0)
        return problem_set(&m->problem, REASON_ALREADY, "", "%s is there; a site is made once",
                           path);
    if (site_make_folders(m->site, &m->problem) != 0 ||
        !site_state_path(m->site, path, sizeof path, "coordinator", "ledger.db", true, &m->problem))
        return -1;
    if (access(path, F_OK) == 0)
        return problem_set(&m->problem, REASON_ALREADY, "",
                           "%s is left of an earlier try; remove the folder", path);
    m->chronicle = chronicle_open(path, NULL, 16, &m->problem);
    return m->chronicle ? 0 : -1;
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

static int read_arguments(making_t *m, int *argc, char **argv, const char **company,
                          char handle[40], char name[80]) {
    const char *who = cli_option(argc, argv, "--admin"), *seal = cli_option(argc, argv, "--seal");
    *company = cli_option(argc, argv, "--company");
    m->ipc = cli_flag(argc, argv, "--ipc");
    m->state = cli_option(argc, argv, "--state");
    m->run = cli_option(argc, argv, "--run");
    if (seal && !seal_named(seal, &m->seal))
        return -1;
    const char *colon = who ? strchr(who, ':') : NULL;
    if (!*company || !colon || colon - who >= 33 || strlen(colon + 1) >= 80 || *argc != 0)
        return -1;
    snprintf(handle, 40, "%.*s", (int) (colon - who), who);
    snprintf(name, 80, "%s", colon + 1);
    return 0;
}

static void finish(making_t *m) {
    char print[96];
    fingerprint_print(m->site->ledger, print);
    printf(_("Site %s is made. Read its fingerprint out to everyone who sets up a workstation:\n\n "
             " %s\n\n"),
           m->site->folder, print);
    printf(_("Put people/recovery.key on a medium of its own and lock that away.\n"));
}

static int run_init(cli_t *cli, int argc, char **argv) {
    making_t m = {.cli = cli, .seal = SEAL_MODERATE};
    const char *procedure = cli_option(&argc, argv, "--procedure"),
               *people_path = cli_option(&argc, argv, "--people");
    const char *company;
    char handle[40], name[80];
    people_file_t people = {0};
    if (read_arguments(&m, &argc, argv, &company, handle, name) != 0)
        return cli_usage(init_commands);
    if (passphrase_read(_("Passphrase for the new keys"), true, m.passphrase,
                        sizeof m.passphrase) != 0)
        return EX_NOINPUT;
    int rc = people_path ? people_file_read(people_path, cli->arena, &people, &m.problem) : 0;
    if (rc == 0)
        m.site = site_plan(cli->site_folder, company, m.state, m.run, &m.problem);
    rc = m.site ? open_new_ledger(&m) : -1;
    if (rc == 0) {
        m.site->coordinator_service = endpoint(&m, "coordinator");
        m.site->coordinator_stream = endpoint(&m, "stream");
        m.site->archiver_service = endpoint(&m, "archiver");
        rc = make_site(&m, company, handle, name, procedure, people_path ? &people : NULL);
    }
    if (rc == 0)
        finish(&m);
    chronicle_close(&m.chronicle);
    signer_destroy(&m.administrator);
    secret_wipe(m.passphrase, sizeof m.passphrase);
    if (m.site)
        site_close(&m.site);
    return rc == 0 ? EX_OK : cli_problem(&m.problem);
}

const command_row_t init_commands[] = {
    {"init",
     "--company NAME --admin HANDLE:NAME [--procedure FILE] [--people FILE] [--seal "
     "moderate|interactive|minimal] [--ipc] [--state DIR] [--run DIR]",
     "make a site: genesis, keys, first administrator",
     "countersign --site /etc/countersign init --company 乌有机械 --admin yiming:易明", run_init},
    {NULL, NULL, NULL, NULL, NULL},
};
