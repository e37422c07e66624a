/* SPDX-License-Identifier: Apache-2.0
 *
 * founding: see founding.h.
 */
#include "daemons/agent/cli/founding.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/crypto/signed.h"
#include "common/exchange/procedure_file.h"
#include "daemons/agent/cli/keys.h"

static moment_t wall_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (moment_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Signs as the administrator and decides at once. *id is the command's. */
static int put(founding_t *self, kind_t kind, ident_t object, const void *body, ident_t *id) {
    buffer_t encoded = {0}, bytes = {0};
    position_t position;
    moment_t now = wall_now();
    moment_t time = now > ledger_time(chronicle_ledger(self->chronicle))
                        ? now
                        : ledger_time(chronicle_ledger(self->chronicle));
    *id = ident_random(now);
    struct command command = {.ledger = context_ledger(chronicle_context(self->chronicle)),
                              .id = *id,
                              .kind = kind,
                              .object = object,
                              .actor = kind == KIND_LEDGER_GENESIS ? *id : self->administrator_id,
                              .claimed = now,
                              .expiry = now + HOUR_MS};
    int rc = record_encode(kind_info(kind)->body, body, &encoded, &self->problem);
    command.body = buffer_bytes(&encoded);
    if (rc == 0)
        rc = record_encode(&command_record, &command, &bytes, &self->problem);
    if (rc == 0)
        rc = signed_commands(self->administrator, (buffer_t *[]){&bytes}, 1, &self->problem);
    if (rc == 0)
        rc = chronicle_decide(self->chronicle, buffer_bytes(&bytes), time, &position,
                              &self->problem);
    buffer_free(&encoded);
    buffer_free(&bytes);
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

char *founding_endpoint(const founding_t *self, const char *name) {
    char out[256];
    if (self->ipc)
        snprintf(out, sizeof out, "ipc://%s/%s.sock", self->site->run, name);
    else
        snprintf(out, sizeof out, "tcp://127.0.0.1:%d", free_port());
    return memory_text(text_of(out));
}

/* ---- genesis ---- */

/* A daemon's two keys. */
static int new_daemon(founding_t *self, const char *name, signer_t **signer, pubkey_t *curve) {
    int rc = keys_curve(self->site, name, curve, &self->problem);
    return rc == 0 ? keys_daemon(self->site, name, signer, &self->problem) : rc;
}

static int new_person(founding_t *self, const char *handle, signer_t **signer) {
    return keys_person(self->site, handle, self->passphrase, self->seal, signer, &self->problem);
}

int founding_genesis(founding_t *self, const char *handle, const char *name) {
    signer_t *coordinator = NULL, *archiver = NULL, *recovery = NULL;
    struct genesis g = {.company = text_of(self->site->company),
                        .administrator = text_of(name),
                        .handle = text_of(handle),
                        .rules = 1};
    int rc = new_daemon(self, "coordinator", &coordinator, &g.coordinator_curve) ||
             new_daemon(self, "archiver", &archiver, &g.archiver_curve) ||
             new_person(self, "recovery", &recovery) ||
             new_person(self, handle, &self->administrator);
    if (rc == 0) {
        g.administrator_key = signer_key(self->administrator);
        g.coordinator_key = signer_key(coordinator);
        g.archiver_key = signer_key(archiver);
        g.recovery_key = signer_key(recovery);
        self->site->coordinator_curve = g.coordinator_curve;
        self->site->archiver_curve = g.archiver_curve;
        rc = put(self, KIND_LEDGER_GENESIS, (ident_t){{0}}, &g, &self->administrator_id);
        self->site->genesis = self->administrator_id;
        self->site->ledger = ledger_id(chronicle_ledger(self->chronicle));
    }
    signer_destroy(&coordinator);
    signer_destroy(&archiver);
    signer_destroy(&recovery);
    return rc;
}

/* ---- what comes from files ---- */

int founding_adopt(founding_t *self, const char *file) {
    struct procedure procedure;
    buffer_t bytes = {0};
    ident_t id;
    int rc = procedure_file_read(file, self->arena, &procedure, &self->problem);
    if (rc == 0)
        rc = record_encode(&procedure_record, &procedure, &bytes, &self->problem);
    struct adopt body = {.procedure = buffer_bytes(&bytes)};
    if (rc == 0)
        rc = put(self, KIND_PROCEDURE_ADOPT, (ident_t){{0}}, &body, &id);
    buffer_free(&bytes);
    return rc;
}

static int make_department(founding_t *self, const struct department *department) {
    char key[40], name[64], label[64];
    signer_t *signer = NULL;
    site_department_t file = {0};
    ident_t id;
    snprintf(key, sizeof key, "%.*s", (int) department->key.n, department->key.p);
    snprintf(name, sizeof name, "department-%s", key);
    snprintf(label, sizeof label, "department:%s", key);
    int rc = new_daemon(self, name, &signer, &file.curve);
    if (rc == 0) {
        struct daemon_enrol body = {.name = text_of(label),
                                    .part = PART_DEPARTMENT,
                                    .department = department->key,
                                    .key = signer_key(signer),
                                    .curve = file.curve,
                                    .answers = self->administrator_id};
        rc = put(self, KIND_DAEMON_ENROL, (ident_t){{0}}, &body, &id);
    }
    file.key = key;
    file.service = founding_endpoint(self, name);
    if (rc == 0)
        rc = site_department_write(self->site, &file, &self->problem);
    free(file.service);
    signer_destroy(&signer);
    return rc;
}

/* One workstation a department, with the department's people. */
static int make_station(founding_t *self, const struct department *department,
                        const people_file_t *people) {
    char name[64], key[80], *handles[64] = {0};
    size_t n = 0;
    pubkey_t curve;
    site_station_t file = {.name = name, .people = handles};
    snprintf(name, sizeof name, "%.*s", (int) department->key.n, department->key.p);
    snprintf(key, sizeof key, "station-%s", name);
    file.department = name;
    int rc = keys_curve(self->site, key, &curve, &self->problem);
    struct station_enrol body = {
        .name = text_of(name), .department = department->key, .curve = curve};
    if (rc == 0)
        rc = put(self, KIND_STATION_ENROL, (ident_t){{0}}, &body, &file.id);
    for (size_t i = 0; people && i < people->n && n < 63; i++)
        if (text_equal(people->at[i].department, department->key))
            handles[n++] = memory_text(people->at[i].handle);
    if (rc == 0)
        rc = site_station_write(self->site, &file, &self->problem);
    for (size_t i = 0; i < n; i++)
        free(handles[i]);
    return rc;
}

static int make_person(founding_t *self, const struct person_enrol *row) {
    char handle[40];
    signer_t *signer = NULL;
    ident_t id;
    snprintf(handle, sizeof handle, "%.*s", (int) row->handle.n, row->handle.p);
    const person_t *first =
        context_person(chronicle_context(self->chronicle), self->administrator_id);
    if (first && text_equal(first->handle, row->handle)) {
        struct person_change change = {.roles = row->roles,
                                       .administrator = true,
                                       .department = row->department,
                                       .name = row->name};
        return put(self, KIND_PERSON_CHANGE, self->administrator_id, &change, &id);
    }
    struct person_enrol body = *row;
    int rc = new_person(self, handle, &signer);
    if (rc == 0) {
        body.key = signer_key(signer);
        rc = put(self, KIND_PERSON_ENROL, (ident_t){{0}}, &body, &id);
    }
    signer_destroy(&signer);
    return rc;
}

/* Further administrators come last: from the second one on, each enrolment needs two of them. */
int founding_people(founding_t *self, const people_file_t *people) {
    for (int administrators = 0; administrators < 2; administrators++)
        for (size_t i = 0; i < people->n; i++)
            if (people->at[i].administrator == (administrators == 1) &&
                make_person(self, &people->at[i]) != 0)
                return -1;
    return 0;
}

int founding_departments(founding_t *self, const people_file_t *people) {
    const struct procedure *p = context_procedure(chronicle_context(self->chronicle));
    for (size_t i = 0; p && i < p->departments.n; i++)
        if (make_department(self, &p->departments.at[i]) != 0 ||
            make_station(self, &p->departments.at[i], people) != 0)
            return -1;
    return 0;
}

int founding_notifier(founding_t *self) {
    signer_t *signer = NULL;
    ident_t id;
    struct daemon_enrol body = {
        .name = TEXT("notifier"), .part = PART_NOTIFIER, .answers = self->administrator_id};
    int rc = new_daemon(self, "notifier", &signer, &body.curve);
    if (rc == 0) {
        body.key = signer_key(signer);
        rc = put(self, KIND_DAEMON_ENROL, (ident_t){{0}}, &body, &id);
    }
    signer_destroy(&signer);
    return rc;
}
