/* SPDX-License-Identifier: Apache-2.0
 *
 * stage_site: the files that bring an agent to the replay. The folder is to be thrown away with its keys;
 * one that holds a site already is not touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/screen/show.h"
#include "daemons/auditor/stage.h"

static const char *endpoint_of(const stage_t *self, char *out, size_t size) {
    if (self->listen)
        snprintf(out, size, "%s", self->listen);
    else
        snprintf(out, size, "ipc://%s/replay.sock", self->site->run);
    return out;
}

static int write_passphrase(const stage_t *self, problem_t *problem) {
    char path[600];
    snprintf(path, sizeof path, "%s/passphrase", self->site->folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, STAGE_PASSPHRASE "\n", sizeof STAGE_PASSPHRASE) > 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    return ok ? 0 : problem_set(problem, REASON_INPUT_FILE, "", "%s: %s", path, strerror(errno));
}

/* Of whom the reader's screen is: without a department of their own, the procedure's first. */
static void settle_department(stage_t *self) {
    const context_t *context = chronicle_context(self->audit->chronicle);
    const struct procedure *p = context_procedure(context);
    const person_t *person = self->as ? context_person_by_name(context, text_of(self->as)) : NULL;
    text_t key = person && person->department.n ? person->department
                 : p && p->departments.n        ? p->departments.at[0].key
                                                : TEXT("company");
    snprintf(self->department, sizeof self->department, "%.*s", (int) key.n, key.p);
}

static int write_keys(stage_t *self, problem_t *problem) {
    char path[600];
    curve_pair_t station;
    signer_t *signer = signer_new();
    curve_pair_make(&station);
    curve_pair_make(&self->curve);
    self->station = station.public_key;
    self->key = signer_key(signer);
    site_path(self->site, path, sizeof path, "keys", "station-" STAGE_STATION, ".curve");
    int rc = keyfile_write_curve(path, "station-" STAGE_STATION, &station, problem);
    site_path(self->site, path, sizeof path, "people", self->as ? self->as : STAGE_READER, ".key");
    if (rc == 0)
        rc = keyfile_write_signer(path, self->as ? self->as : STAGE_READER, signer, STAGE_PASSPHRASE,
                                  SEAL_MINIMAL, problem);
    signer_destroy(&signer);
    secret_wipe(&station, sizeof station);
    return rc;
}

static int write_files(stage_t *self, problem_t *problem) {
    char endpoint[256], name[64];
    char *people[] = {name, NULL};
    snprintf(name, sizeof name, "%s", self->as ? self->as : STAGE_READER);
    endpoint_of(self, endpoint, sizeof endpoint);
    site_department_t department = {
        .key = self->department, .service = endpoint, .curve = self->curve.public_key};
    site_station_t station = {
        .name = (char[]){STAGE_STATION}, .department = self->department, .people = people};
    station.id = ident_random(1);
    self->site->coordinator_service = memory_text(text_of(endpoint));
    self->site->coordinator_stream = memory_text(text_of(endpoint));
    self->site->archiver_service = memory_text(text_of(endpoint));
    self->site->coordinator_curve = self->site->archiver_curve = self->curve.public_key;
    return site_write(self->site, problem) != 0 ||
                   site_department_write(self->site, &department, problem) != 0 ||
                   site_station_write(self->site, &station, problem) != 0 ||
                   write_passphrase(self, problem) != 0
               ? -1
               : 0;
}

int stage_make(stage_t *self, problem_t *problem) {
    const context_t *context = chronicle_context(self->audit->chronicle);
    const struct genesis *genesis = context_genesis(context);
    char company[120], taken[600];
    snprintf(company, sizeof company, "%.*s", genesis ? (int) genesis->company.n : 0,
             genesis ? genesis->company.p : "");
    if (self->as && (strchr(self->as, '/') || !context_person_by_name(context, text_of(self->as))))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "as", "%s", self->as);
    snprintf(taken, sizeof taken, "%.580s/site.cfg", self->folder);
    if (access(taken, F_OK) == 0)
        return problem_set(problem, REASON_INPUT_FILE, "onto", "a site lies in %s: take an empty folder",
                           self->folder);
    self->site = site_plan(self->folder, company[0] ? company : "?", NULL, NULL, problem);
    if (!self->site)
        return -1;
    self->site->ledger = context_ledger(context);
    self->site->genesis = context_genesis_case(context);
    self->reader_id = ident_random(1);
    settle_department(self);
    if (site_make_folders(self->site, problem) != 0 || write_keys(self, problem) != 0)
        return -1;
    return write_files(self, problem);
}

void stage_say(const stage_t *self) {
    char time[32];
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    const char *folder = self->site->folder, *as = self->as ? self->as : STAGE_READER;
    if (self->audit->json) {
        json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "site", folder, "station",
                                 STAGE_STATION, "as", as, "passphrase", STAGE_PASSPHRASE, "position",
                                 (json_int_t) ledger_last(ledger), "until", (json_int_t) self->until);
        show_line(json);
        json_decref(json);
    } else {
        printf(_("The company as it stood after event %llu, "), (unsigned long long) ledger_last(ledger));
        show_time(moment_print(ledger_time(ledger), time));
        printf(_(". To look at it, in a second and a third terminal:\n\n"));
        printf("  countersign-agent --site %s -d " STAGE_STATION "\n\n", folder);
        printf("  export COUNTERSIGN_SITE=%s COUNTERSIGN_PASSPHRASE_FILE=%s/passphrase\n", folder, folder);
        printf("  countersign --as %s inbox\n\n", as);
        puts(_("Nothing can be changed there. Ctrl-C ends it; then the folder can be thrown away."));
    }
    fflush(stdout);
}
