/* SPDX-License-Identifier: Apache-2.0
 *
 * company: a site on disk for tests of whole daemons: genesis, the shipped procedure, the sales
 * department with its daemon, one workstation and one clerk. All keys come from fixed seeds, so
 * that the same test writes the same ledger.
 */
#ifndef COUNTERSIGN_TESTS_TOGETHER_COMPANY_H
#define COUNTERSIGN_TESTS_TOGETHER_COMPANY_H

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/crypto/signed.h"
#include "common/daemon/site.h"
#include "common/exchange/procedure_file.h"
#include "common/ledger/blobs.h"
#include "common/ledger/chronicle.h"
#include "tests/unit/together/bus.h"

#define COMPANY_START INT64_C(1790000000000)

typedef struct company {
    char folder[256];
    site_t *site;
    chronicle_t *chronicle; /* while it is made */
    signer_t *administrator, *clerk;
    ident_t administrator_id, clerk_id, station_id;
    curve_pair_t station;
    unsigned commands;
} company_t;

static inline signer_t *company_signer(uint8_t seed) {
    uint8_t bytes[32] = {seed, 0x51};
    return signer_from_seed(bytes);
}

static inline void company_check(int rc, const problem_t *problem) {
    char text[768];
    if (rc == 0)
        return;
    problem_print(problem, text, sizeof text);
    panic("%s", text);
}

/* The next command's id: counted, not random. */
static inline ident_t company_ident(company_t *self) {
    ident_t id = {{0x01, 0xa0, 0xd5, 0x3f, 0x5c, 0x00, 0x70, 0x00, 0x80}};
    id.b[14] = (uint8_t) (++self->commands >> 8);
    id.b[15] = (uint8_t) self->commands;
    return id;
}

/* A signed command, encoded; the case it opens or speaks of is `object`. */
static inline void company_sign(company_t *self, const signer_t *signer, ident_t actor, ident_t id,
                                kind_t kind, ident_t object, ident_t station, const void *body,
                                moment_t now, buffer_t *out) {
    buffer_t encoded = {0};
    problem_t problem = {0};
    company_check(record_encode(kind_info(kind)->body, body, &encoded, &problem), &problem);
    struct command command = {.ledger = self->site->ledger,
                              .id = id,
                              .kind = kind,
                              .object = object,
                              .actor = actor,
                              .station = station,
                              .claimed = now,
                              .expiry = now + 30 * DAY_MS,
                              .body = buffer_bytes(&encoded)};
    buffer_clear(out);
    company_check(record_encode(&command_record, &command, out, &problem), &problem);
    company_check(signed_commands(signer, &out, 1, &problem), &problem);
    buffer_free(&encoded);
}

/* By the administrator, decided on the spot. */
static inline ident_t company_put(company_t *self, kind_t kind, const void *body) {
    ident_t id = company_ident(self), none = {{0}};
    buffer_t bytes = {0};
    position_t position;
    problem_t problem = {0};
    company_sign(self, self->administrator,
                 kind == KIND_LEDGER_GENESIS ? id : self->administrator_id, id, kind, none, none,
                 body, COMPANY_START, &bytes);
    company_check(
        chronicle_decide(self->chronicle, buffer_bytes(&bytes), COMPANY_START, &position, &problem),
        &problem);
    buffer_free(&bytes);
    return id;
}

static inline pubkey_t company_curve(company_t *self, const char *name, uint8_t seed,
                                     curve_pair_t *pair) {
    char path[512];
    problem_t problem = {0};
    memset(pair->secret, seed, sizeof pair->secret);
    insist(crypto_scalarmult_base(pair->public_key.b, pair->secret) == 0);
    company_check(
        keyfile_write_curve(site_path(self->site, path, sizeof path, "keys", name, ".curve"), name,
                            pair, &problem),
        &problem);
    return pair->public_key;
}

static inline signer_t *company_daemon(company_t *self, const char *name, uint8_t seed,
                                       pubkey_t *curve) {
    char path[512];
    curve_pair_t pair;
    problem_t problem = {0};
    signer_t *signer = company_signer(seed);
    *curve = company_curve(self, name, seed, &pair);
    company_check(
        keyfile_write_signer(site_path(self->site, path, sizeof path, "keys", name, ".sign"), name,
                             signer, NULL, SEAL_MINIMAL, &problem),
        &problem);
    return signer;
}

static inline void company_genesis(company_t *self) {
    struct genesis g = {.company = TEXT("乌有机械"),
                        .administrator = TEXT("易明"),
                        .handle = TEXT("yiming"),
                        .rules = 1,
                        .administrator_key = signer_key(self->administrator)};
    signer_t *coordinator = company_daemon(self, "coordinator", 2, &g.coordinator_curve);
    signer_t *archiver = company_daemon(self, "archiver", 3, &g.archiver_curve),
             *recovery = company_signer(4);
    g.coordinator_key = signer_key(coordinator);
    g.archiver_key = signer_key(archiver);
    g.recovery_key = signer_key(recovery);
    self->administrator_id = company_put(self, KIND_LEDGER_GENESIS, &g);
    self->site->ledger = ledger_id(chronicle_ledger(self->chronicle));
    self->site->coordinator_curve = g.coordinator_curve;
    self->site->archiver_curve = g.archiver_curve;
    signer_destroy(&coordinator);
    signer_destroy(&archiver);
    signer_destroy(&recovery);
}

static inline void company_procedure(company_t *self) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    buffer_t bytes = {0};
    company_check(procedure_file_read("config/procedure.cfg", arena, &procedure, &problem),
                  &problem);
    company_check(record_encode(&procedure_record, &procedure, &bytes, &problem), &problem);
    company_put(self, KIND_PROCEDURE_ADOPT, &(struct adopt){.procedure = buffer_bytes(&bytes)});
    buffer_free(&bytes);
    arena_destroy(&arena);
}

static inline void company_sales(company_t *self) {
    problem_t problem = {0};
    site_department_t file = {.key = (char[]){"sales"},
                              .service = (char[]){"ipc:///nowhere/sales"}};
    text_t roles[] = {TEXT("sales.clerk")};
    signer_t *signer = company_daemon(self, "department-sales", 5, &file.curve);
    struct daemon_enrol daemon = {.name = TEXT("department:sales"),
                                  .part = PART_DEPARTMENT,
                                  .department = TEXT("sales"),
                                  .key = signer_key(signer),
                                  .curve = file.curve,
                                  .answers = self->administrator_id};
    company_put(self, KIND_DAEMON_ENROL, &daemon);
    company_check(site_department_write(self->site, &file, &problem), &problem);
    struct station_enrol station = {.name = TEXT("sales-1"),
                                    .department = TEXT("sales"),
                                    .curve =
                                        company_curve(self, "station-sales-1", 6, &self->station)};
    self->station_id = company_put(self, KIND_STATION_ENROL, &station);
    struct person_enrol clerk = {.handle = TEXT("linxiaohe"),
                                 .name = TEXT("林小禾"),
                                 .roles = {roles, 1},
                                 .key = signer_key(self->clerk),
                                 .department = TEXT("sales")};
    self->clerk_id = company_put(self, KIND_PERSON_ENROL, &clerk);
    signer_destroy(&signer);
}

static inline void company_folders(company_t *self, const char *base, const char *name) {
    static const char *const below[] = {"",          "/keys",  "/people", "/departments",
                                        "/stations", "/state", "/run"};
    char path[400];
    snprintf(self->folder, sizeof self->folder, "%.200s/%s", base, name);
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        snprintf(path, sizeof path, "%s%s", self->folder, below[i]);
        insist(mkdir(path, 0700) == 0);
    }
    self->site = calloc(1, sizeof *self->site);
    insist(self->site);
    self->site->folder = realpath(self->folder, NULL);
    self->site->company = strdup("乌有机械");
    snprintf(path, sizeof path, "%s/state", self->site->folder);
    self->site->state = strdup(path);
    snprintf(path, sizeof path, "%s/run", self->site->folder);
    self->site->run = strdup(path);
    self->site->coordinator_service = strdup("ipc:///nowhere/coordinator");
    self->site->coordinator_stream = strdup("ipc:///nowhere/stream");
    self->site->archiver_service = strdup("ipc:///nowhere/archiver");
}

/* In a new folder `name` below `base`: genesis, with the ledger open in a transaction. */
static inline company_t *company_begin(const char *base, const char *name) {
    char path[512];
    problem_t problem = {0};
    company_t *self = calloc(1, sizeof *self);
    insist(self);
    crypto_start();
    company_folders(self, base, name);
    self->administrator = company_signer(1);
    self->clerk = company_signer(7);
    insist(
        site_state_path(self->site, path, sizeof path, "coordinator", "ledger.db", true, &problem));
    self->chronicle = chronicle_open(path, blobs_schema, 16, &problem);
    company_check(self->chronicle ? 0 : -1, &problem);
    ledger_begin(chronicle_ledger(self->chronicle));
    company_genesis(self);
    return self;
}

static inline void company_end(company_t *self) {
    problem_t problem = {0};
    insist(ledger_commit(chronicle_ledger(self->chronicle)) == LEDGER_OK);
    chronicle_close(&self->chronicle);
    company_check(site_write(self->site, &problem), &problem);
}

static inline company_t *company_new(const char *base, const char *name) {
    company_t *self = company_begin(base, name);
    company_procedure(self);
    company_sales(self);
    company_end(self);
    return self;
}

static inline void company_destroy(company_t **self_p) {
    company_t *self = *self_p;
    signer_destroy(&self->administrator);
    signer_destroy(&self->clerk);
    site_close(&self->site);
    free(self);
    *self_p = NULL;
}

#endif
