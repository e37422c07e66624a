/* SPDX-License-Identifier: Apache-2.0
 *
 * works: see the header.
 */
#include "tests/simulation/works.h"

#include <unistd.h>

#include "common/exchange/people_file.h"
#include "common/exchange/reference.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/telling.h"

static void copy_text(char *out, size_t size, text_t text) {
    snprintf(out, size, "%.*s", (int) text.n, text.p);
}

int works_department(const works_t *self, const char *key) {
    for (int i = 0; i < self->departments_n; i++)
        if (strcmp(self->departments[i], key) == 0)
            return i;
    return -1;
}

const works_person_t *works_role(const works_t *self, const char *role) {
    for (int i = 0; i < self->people_n; i++)
        if (strcmp(self->people[i].role, role) == 0)
            return &self->people[i];
    panic("nobody is %s", role);
}

/* ---- departments, their daemons and workstations ---- */

static void make_daemon(works_t *self, int i) {
    company_t *company = self->company;
    char name[64], label[64];
    problem_t problem = {0};
    snprintf(name, sizeof name, "department-%s", self->departments[i]);
    snprintf(label, sizeof label, "department:%s", self->departments[i]);
    site_department_t file = {.key = self->departments[i], .service = (char[]){"ipc:///nowhere"}};
    signer_t *signer = company_daemon(company, name, (uint8_t) (40 + i), &file.curve);
    struct daemon_enrol body = {.name = text_of(label),
                                .part = PART_DEPARTMENT,
                                .department = text_of(self->departments[i]),
                                .key = signer_key(signer),
                                .curve = file.curve,
                                .answers = company->administrator_id};
    self->daemons[i].id = company_put(company, KIND_DAEMON_ENROL, &body);
    self->daemons[i].signer = signer;
    company_check(site_department_write(company->site, &file, &problem), &problem);
}

static void make_station(works_t *self, int i) {
    company_t *company = self->company;
    char key[64], *nobody[1] = {NULL};
    problem_t problem = {0};
    snprintf(key, sizeof key, "station-%s", self->departments[i]);
    struct station_enrol body = {
        .name = text_of(self->departments[i]),
        .department = text_of(self->departments[i]),
        .curve = company_curve(company, key, (uint8_t) (80 + i), &self->station_curves[i])};
    self->stations[i] = company_put(company, KIND_STATION_ENROL, &body);
    site_station_t file = {.name = self->departments[i],
                           .department = self->departments[i],
                           .id = self->stations[i],
                           .people = nobody};
    company_check(site_station_write(company->site, &file, &problem), &problem);
}

static void make_departments(works_t *self) {
    const struct procedure *p = context_procedure(chronicle_context(self->company->chronicle));
    for (size_t i = 0; i < p->departments.n; i++)
        copy_text(self->departments[self->departments_n++], sizeof self->departments[0],
                  p->departments.at[i].key);
    for (int i = 0; i < self->departments_n; i++) {
        make_daemon(self, i);
        make_station(self, i);
    }
}

static void make_notifier(works_t *self) {
    company_t *company = self->company;
    struct daemon_enrol body = {.name = TEXT("notifier"),
                                .part = PART_NOTIFIER,
                                .answers = company->administrator_id};
    signer_t *signer = company_daemon(company, "notifier", 39, &body.curve);
    body.key = signer_key(signer);
    company_put(company, KIND_DAEMON_ENROL, &body);
    signer_destroy(&signer);
    telling_configure(company->folder);
}

static void make_witness(works_t *self) {
    company_t *company = self->company;
    struct daemon_enrol body = {.name = TEXT("witness-" WORKS_WITNESS),
                                .part = PART_FOLLOWER,
                                .answers = company->administrator_id};
    self->witness.signer = company_daemon(company, "witness-" WORKS_WITNESS, 38, &body.curve);
    body.key = signer_key(self->witness.signer);
    self->witness.id = company_put(company, KIND_DAEMON_ENROL, &body);
}

/* ---- people ---- */

static void make_person(works_t *self, const struct person_enrol *row) {
    char path[512];
    problem_t problem = {0};
    works_person_t *person = &self->people[self->people_n];
    if (row->administrator)
        /* the first one made the site; a second one would have to confirm all that follows */
        return;
    copy_text(person->handle, sizeof person->handle, row->handle);
    copy_text(person->role, sizeof person->role, row->roles.at[0]);
    char department[40];
    copy_text(department, sizeof department, row->department);
    person->department = works_department(self, department);
    person->signer = company_signer((uint8_t) (120 + self->people_n++));
    company_check(keyfile_write_signer(site_path(self->company->site, path, sizeof path, "people",
                                                 person->handle, ".key"),
                                       person->handle, person->signer, WORKS_PASSPHRASE,
                                       SEAL_MINIMAL, &problem),
                  &problem);
    struct person_enrol body = *row;
    body.key = signer_key(person->signer);
    person->id = company_put(self->company, KIND_PERSON_ENROL, &body);
}

static void make_people(works_t *self, arena_t *arena) {
    people_file_t people;
    problem_t problem = {0};
    company_check(people_file_read("config/demo/people.csv", arena, &people, &problem), &problem);
    for (size_t i = 0; i < people.n; i++)
        make_person(self, &people.at[i]);
}

/* ---- what people set up ---- */

/* By a person whose role is `role`, decided on the spot. */
static ident_t put_by(works_t *self, const char *role, kind_t kind, ident_t object,
                      const void *body) {
    company_t *company = self->company;
    const works_person_t *person = works_role(self, role);
    ident_t id = company_ident(company);
    buffer_t bytes = {0};
    position_t position;
    problem_t problem = {0};
    company_sign(company, person->signer, person->id, id, kind, object,
                 self->stations[person->department], body, COMPANY_START, &bytes);
    company_check(chronicle_decide(company->chronicle, buffer_bytes(&bytes), COMPANY_START,
                                   &position, &problem),
                  &problem);
    buffer_free(&bytes);
    return id;
}

static void grant_mandates(works_t *self) {
    const struct procedure *p = context_procedure(chronicle_context(self->company->chronicle));
    text_t classes[] = {TEXT("regular")};
    for (size_t i = 0; i < p->departments.n; i++) {
        const struct department *d = &p->departments.at[i];
        char manager[48];
        copy_text(manager, sizeof manager, d->manager);
        struct mandate body = {.department = d->key,
                               .rule = d->assessor,
                               .classes = {classes, 1},
                               .until = COMPANY_START + 365 * DAY_MS};
        if (d->assessor.n && d->manager.n)
            self->mandates[self->mandates_n++] =
                (mandate_note_t){put_by(self, manager, KIND_MANDATE_GRANT, (ident_t){{0}}, &body),
                                 (int) (works_role(self, manager) - self->people)};
    }
}

typedef struct importing {
    works_t *works;
    ident_t id;
} importing_t;

static int put_chunk(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    importing_t *importing = arg;
    (void) problem;
    put_by(importing->works, "planning.manager", KIND_REFERENCE_CHUNK, importing->id, chunk);
    return 0;
}

static void import(works_t *self, const char *path) {
    reference_t reference;
    problem_t problem = {0};
    importing_t importing = {.works = self};
    day_t monday = day_week(moment_day(COMPANY_START, 480));
    company_check(reference_check(path, monday, &reference, &problem), &problem);
    struct reference_begin begin = {.dataset = reference.dataset,
                                    .rows = reference.rows,
                                    .source = reference.source,
                                    .name = text_of(path)};
    importing.id = self->reference =
        put_by(self, "planning.manager", KIND_REFERENCE_BEGIN, (ident_t){{0}}, &begin);
    company_check(reference_read(path, monday, &reference, put_chunk, &importing, &problem),
                  &problem);
    struct reference_adopt adopt = {.rows = reference.rows, .source = reference.source};
    put_by(self, "planning.manager", KIND_REFERENCE_ADOPT, importing.id, &adopt);
}

/* The days off around the case, and those made up for (国办发明电, 2026). */
static void import_calendar(works_t *self) {
    static const struct { const char *day; bool off; } days[] = {
        {"2026-09-20", false}, {"2026-09-25", true},  {"2026-09-26", true},  {"2026-09-27", true},
        {"2026-10-01", true},  {"2026-10-02", true},  {"2026-10-03", true},  {"2026-10-04", true},
        {"2026-10-05", true},  {"2026-10-06", true},  {"2026-10-07", true},  {"2026-10-10", false}};
    enum { N = sizeof days / sizeof *days };
    struct calendar_row rows[N];
    for (size_t i = 0; i < N; i++) {
        rows[i] = (struct calendar_row){.off = days[i].off, .name = TEXT("节假日"), .year = 2026};
        insist(day_parse(text_of(days[i].day), &rows[i].day));
    }
    struct reference_begin begin = {.dataset = DATASET_CALENDAR,
                                    .rows = N,
                                    .source = {{7}},
                                    .name = TEXT("2026.json")};
    struct reference_chunk chunk = {.days = {rows, N}};
    struct reference_adopt adopt = {.rows = N, .source = {{7}}};
    ident_t id = put_by(self, "planning.manager", KIND_REFERENCE_BEGIN, (ident_t){{0}}, &begin);
    put_by(self, "planning.manager", KIND_REFERENCE_CHUNK, id, &chunk);
    put_by(self, "planning.manager", KIND_REFERENCE_ADOPT, id, &adopt);
}

static void register_customers(works_t *self) {
    static const char *const names[] = {"云岭摩托", "北辰农机", "东莱泵业"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct customer body = {.name = text_of(names[i]), .short_name = text_of(names[i])};
        self->customers[self->customers_n++] =
            put_by(self, "sales.clerk", KIND_CUSTOMER_REGISTER, (ident_t){{0}}, &body);
    }
}

/* ---- the whole ---- */

static void keep_ledger(works_t *self) {
    problem_t problem = {0};
    size_t n;
    insist(site_state_path(self->company->site, self->ledger_path, sizeof self->ledger_path,
                           "coordinator", "ledger.db", false, &problem));
    self->ledger = disk_file(self->ledger_path, &n); /* closed: no WAL is left */
    insist(self->ledger && n);
    self->ledger_size = n;
}

static void know_archiver(works_t *self) {
    char path[512];
    problem_t problem = {0};
    site_t *site = self->company->site;
    self->archiver.id = context_daemon_by_curve(chronicle_context(self->company->chronicle),
                                                site->archiver_curve)
                            ->id;
    self->archiver.signer = company_signer(3);
    company_check(keyfile_read_curve(site_path(site, path, sizeof path, "keys", "archiver",
                                               ".curve"),
                                     &self->archiver.curve, &problem),
                  &problem);
}

works_t *works_new(const char *base) {
    static const char *const tables[] = {"config/demo/products.csv", "config/demo/capacity.csv",
                                         "config/demo/stock.csv", "config/demo/capabilities.csv"};
    works_t *self = calloc(1, sizeof *self);
    insist(self);
    arena_t *arena = arena_new(0);
    disk_machine(0);
    self->company = company_begin(base, "works");
    company_procedure(self->company);
    make_departments(self);
    make_people(self, arena);
    grant_mandates(self);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        import(self, tables[i]);
    import_calendar(self);
    register_customers(self);
    make_notifier(self);
    make_witness(self);
    know_archiver(self);
    self->events = ledger_last(chronicle_ledger(self->company->chronicle));
    company_end(self->company);
    keep_ledger(self);
    arena_destroy(&arena);
    return self;
}

void works_open(const works_t *self, uint64_t seed, int machine) {
    char note[512];
    problem_t problem = {0};
    if (site_state_path(self->company->site, note, sizeof note, "coordinator", "restore.reason",
                        false, &problem))
        unlink(note); /* of a case before */
    disk_reset(seed);
    disk_put(self->ledger_path, machine, self->ledger, self->ledger_size);
}

void works_destroy(works_t **self_p) {
    works_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < self->people_n; i++)
        signer_destroy(&self->people[i].signer);
    for (int i = 0; i < self->departments_n; i++)
        signer_destroy(&self->daemons[i].signer);
    signer_destroy(&self->archiver.signer);
    signer_destroy(&self->witness.signer);
    company_destroy(&self->company);
    free(self->ledger);
    free(self);
    *self_p = NULL;
}
