/* SPDX-License-Identifier: Apache-2.0
 *
 * office: see the header.
 */
#include "tests/simulation/office.h"

#include "common/bus/messages.h"
#include "tests/simulation/letters.h"

/* Somebody or something that was enrolled, to be changed and revoked later. */
typedef struct newcomer {
    ident_t id;
    kind_t kind; /* PERSON_ENROL, STATION_ENROL, DAEMON_ENROL, MANDATE_GRANT */
    bool gone;
} newcomer_t;

struct office {
    const works_t *works;
    bus_t *bus;
    luck_t luck;
    letters_t letters;
    int64_t next, clock_next;
    bool settled;
    int haste;
    signer_t *second; /* the second administrator, once enrolled */
    ident_t second_id;
    bool second_is;
    signer_t *leaver; /* somebody who comes, goes, and tries it with the old key */
    ident_t leaver_id;
    int left; /* steps of that story */
    newcomer_t newcomers[32];
    size_t newcomers_n;
    ident_t last; /* the last administrative command: what is to be confirmed */
};

office_t *office_new(const works_t *works, bus_t *bus, model_t *model, int desk, uint64_t seed) {
    office_t *self = calloc(1, sizeof *self);
    insist(self);
    self->works = works;
    self->bus = bus;
    self->luck = luck_of(seed, 5);
    self->haste = 1;
    self->letters.who = "office";
    letters_open(&self->letters, works, bus, model, "quality", desk);
    self->second = company_signer(90);
    self->leaver = company_signer(91);
    self->next = bus_boot(bus) + 2000 + (int64_t) luck_below(&self->luck, 20000);
    return self;
}

void office_destroy(office_t **self_p) {
    if (!*self_p)
        return;
    letters_close(&(*self_p)->letters);
    signer_destroy(&(*self_p)->second);
    signer_destroy(&(*self_p)->leaver);
    free(*self_p);
    *self_p = NULL;
}

void office_settle(office_t *self) { self->settled = true; }
void office_hurry(office_t *self, int times) { self->haste = times; }

void office_tell(office_t *self, void (*say)(void *, const char *), void *arg) {
    self->letters.say = say;
    self->letters.say_arg = arg;
}

/* ---- letters ---- */

static ident_t next_id(office_t *self) { return letters_id(&self->letters); }

static bool write_letter(office_t *self, const signer_t *signer, ident_t actor, ident_t id,
                         kind_t kind, ident_t object, const void *body, const char *what) {
    return letters_write(&self->letters, signer, actor, id, kind, object, body, what);
}

static void told(void *arg, const struct receipt *receipt) {
    office_t *self = arg;
    if (receipt->state != RECEIPT_REFUSED && ident_equal(receipt->id, self->second_id))
        self->second_is = true;
}

/* ---- what there is to do ---- */

typedef struct admin {
    const signer_t *signer;
    ident_t id;
} admin_t;

static admin_t first_admin(const office_t *self) {
    const company_t *company = self->works->company;
    return (admin_t){company->administrator, company->administrator_id};
}

static admin_t other_admin(const office_t *self) {
    return (admin_t){self->second, self->second_id};
}

static void note(office_t *self, ident_t id, kind_t kind) {
    if (self->newcomers_n < sizeof self->newcomers / sizeof *self->newcomers)
        self->newcomers[self->newcomers_n++] = (newcomer_t){.id = id, .kind = kind};
}

static void administer(office_t *self, kind_t kind, ident_t object, const void *body,
                       const char *what) {
    admin_t who =
        self->second_is && luck_percent(&self->luck, 50) ? other_admin(self) : first_admin(self);
    ident_t id = next_id(self);
    if (!write_letter(self, who.signer, who.id, id, kind, object, body, what))
        return;
    self->last = id;
    if (kind_info(kind)->flags & OPENS)
        note(self, id, kind);
}

static pubkey_t some_key(office_t *self) {
    pubkey_t key;
    for (size_t i = 0; i < sizeof key.b; i++)
        key.b[i] = (uint8_t) luck_next(&self->luck);
    return key;
}

static void enrol_person(office_t *self) {
    char handle[32];
    text_t roles[] = {TEXT("quality.inspector")};
    snprintf(handle, sizeof handle, "xin%llu", (unsigned long long) self->letters.serial);
    struct person_enrol body = {.handle = text_of(handle),
                                .name = text_of(handle),
                                .roles = {roles, 1},
                                .department = TEXT("quality"),
                                .key = some_key(self)};
    administer(self, KIND_PERSON_ENROL, (ident_t){{0}}, &body, "enrols a person");
}

static void enrol_second(office_t *self) {
    if (!ident_none(self->second_id))
        return;
    text_t roles[] = {TEXT("management.representative")};
    struct person_enrol body = {.handle = TEXT("wenrushi"),
                                .name = TEXT("温如实"),
                                .roles = {roles, 1},
                                .department = TEXT("management"),
                                .administrator = true,
                                .key = signer_key(self->second)};
    ident_t id = next_id(self);
    admin_t who = first_admin(self);
    if (write_letter(self, who.signer, who.id, id, KIND_PERSON_ENROL, (ident_t){{0}}, &body,
                     "enrols a second administrator"))
        self->second_id = id;
}

static void enrol_station(office_t *self) {
    char name[32];
    snprintf(name, sizeof name, "neu-%llu", (unsigned long long) self->letters.serial);
    struct station_enrol body = {
        .name = text_of(name), .department = TEXT("sales"), .curve = some_key(self)};
    administer(self, KIND_STATION_ENROL, (ident_t){{0}}, &body, "enrols a workstation");
}

static void enrol_follower(office_t *self) {
    char name[32];
    snprintf(name, sizeof name, "reader-%llu", (unsigned long long) self->letters.serial);
    struct daemon_enrol body = {.name = text_of(name),
                                .part = PART_FOLLOWER,
                                .key = some_key(self),
                                .curve = some_key(self),
                                .answers = self->works->company->administrator_id};
    administer(self, KIND_DAEMON_ENROL, (ident_t){{0}}, &body, "enrols a follower");
}

/* One of those that came is changed or goes; now and then one that is gone already. */
static void change_newcomer(office_t *self) {
    if (self->newcomers_n == 0)
        return;
    newcomer_t *n = &self->newcomers[luck_below(&self->luck, self->newcomers_n)];
    struct revoke revoke = {.reason = TEXT("离职或停用")};
    text_t roles[] = {TEXT("quality.inspector"), TEXT("quality.system")};
    struct person_change change = {
        .roles = {roles, 2}, .department = TEXT("quality"), .name = TEXT("新人")};
    struct key_replace replace = {.key = some_key(self), .reason = TEXT("遗失")};
    uint64_t what = luck_below(&self->luck, 3);
    if (n->kind == KIND_PERSON_ENROL && what == 0)
        administer(self, KIND_PERSON_CHANGE, n->id, &change, "changes a person's roles");
    else if (n->kind == KIND_PERSON_ENROL && what == 1)
        administer(self, KIND_KEY_REPLACE, n->id, &replace, "replaces a person's key");
    else if (n->kind == KIND_PERSON_ENROL)
        administer(self, KIND_PERSON_REVOKE, n->id, &revoke, "revokes a person");
    else if (n->kind == KIND_STATION_ENROL)
        administer(self, KIND_STATION_REVOKE, n->id, &revoke, "revokes a workstation");
    else if (n->kind == KIND_DAEMON_ENROL)
        administer(self, KIND_DAEMON_REVOKE, n->id, &revoke, "revokes a follower");
}

/* Mostly by the other one; sometimes by whoever asked. */
static void confirm(office_t *self) {
    struct confirm body = {.pending = self->last, .refuse = luck_percent(&self->luck, 15)};
    if (!self->second_is || ident_none(self->last))
        return;
    if (body.refuse)
        body.reason = TEXT("不同意");
    for (int i = 0; i < 2; i++) {
        admin_t who = i == 0 ? other_admin(self) : first_admin(self);
        write_letter(self, who.signer, who.id, next_id(self), KIND_CONFIRM, self->last, &body,
                     i == 0 ? "confirms, as the second administrator" : "confirms, as the first");
    }
}

static void adopt(office_t *self) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    buffer_t bytes = {0};
    char edition[16];
    company_check(procedure_file_read("config/procedure.cfg", arena, &procedure, &problem),
                  &problem);
    snprintf(edition, sizeof edition, "A/%llu", (unsigned long long) self->letters.serial);
    procedure.edition = text_of(edition);
    bool broken = luck_percent(&self->luck, 40);
    if (broken)
        procedure.classes.at[0].concluder = TEXT("sales.nobody");
    company_check(record_encode(&procedure_record, &procedure, &bytes, &problem), &problem);
    struct adopt body = {.procedure = buffer_bytes(&bytes)};
    const works_person_t *general = works_role(self->works, "management.general");
    write_letter(self, general->signer, general->id, next_id(self), KIND_PROCEDURE_ADOPT,
                 (ident_t){{0}}, &body,
                 broken ? "tries to adopt a broken procedure" : "adopts an edition");
    buffer_free(&bytes);
    arena_destroy(&arena);
}

/* A mandate ends, and is given again: what the daemon says in between under the old one is refused. */
static void change_mandate(office_t *self) {
    const works_person_t *manager = works_role(self->works, "planning.manager");
    const mandate_note_t *mandate =
        &self->works->mandates[luck_below(&self->luck, (uint64_t) self->works->mandates_n)];
    text_t classes[] = {TEXT("regular")};
    struct revoke end = {.reason = TEXT("复核规则")};
    struct mandate grant = {.department = TEXT("planning"),
                            .rule = TEXT("delivery"),
                            .classes = {classes, 1},
                            .until = bus_now(self->bus) + 30 * DAY_MS};
    if (luck_percent(&self->luck, 50)) {
        const works_person_t *owner = &self->works->people[mandate->person];
        write_letter(self, owner->signer, owner->id, next_id(self), KIND_MANDATE_END, mandate->id,
                     &end, "ends a mandate");
    } else
        write_letter(self, manager->signer, manager->id, next_id(self), KIND_MANDATE_GRANT,
                     (ident_t){{0}}, &grant, "grants a mandate");
}

/* Refused, each for its own reason, and nothing comes of it. */
static void try_wrong(office_t *self) {
    admin_t first = first_admin(self);
    const works_person_t *clerk = works_role(self->works, "sales.clerk");
    struct revoke revoke = {.reason = TEXT("试试")};
    struct reference_adopt nothing = {.rows = 1, .source = {{1}}};
    struct customer nameless = {.name = TEXT("乌有"), .short_name = TEXT("乌有"), .contact = {{3}}};
    struct order_content content = {0};
    struct order_line line = {.no = 1,
                              .product = TEXT("P10"),
                              .quantity = DECIMAL_ONE,
                              .unit = TEXT("件"),
                              .price = 1,
                              .currency = TEXT("CNY"),
                              .wanted = moment_day(bus_now(self->bus), 480) + 30};
    struct requirement requirement = {
        .no = 1, .kind = REQUIREMENT_STATED, .subject = SUBJECT_OTHER, .text = TEXT("x")};
    content = (struct order_content){.customer = {{9}},
                                     .channel = CHANNEL_WRITTEN,
                                     .lines = {&line, 1},
                                     .requirements = {&requirement, 1},
                                     .custodian = TEXT("x"),
                                     .place = TEXT("x")};
    ident_t id = next_id(self);
    switch (luck_below(&self->luck, 7)) {
    case 0:
        write_letter(self, clerk->signer, clerk->id, id, KIND_PERSON_REVOKE, first.id, &revoke,
                     "a clerk revokes the administrator");
        break;
    case 1:
        if (!self->second_is && ident_none(self->second_id))
            write_letter(self, first.signer, first.id, id, KIND_PERSON_REVOKE, first.id, &revoke,
                         "the last administrator revokes themselves");
        break;
    case 2:
        write_letter(self, first.signer, first.id, id, KIND_REFERENCE_ADOPT, self->works->reference,
                     &nothing, "adopts a table again");
        break;
    case 3:
        write_letter(self, clerk->signer, clerk->id, id, KIND_CUSTOMER_REGISTER, (ident_t){{0}},
                     &nameless, "registers a customer whose contact nobody has");
        break;
    case 5: /* an order for a customer that nobody registered */
        write_letter(self, clerk->signer, clerk->id, id, KIND_ORDER_REGISTER, (ident_t){{0}},
                     &content, "an order of a stranger's");
        break;
    case 6: /* of a case that is no customer */
        content.customer = self->works->reference;
        write_letter(self, clerk->signer, clerk->id, id, KIND_ORDER_REGISTER, (ident_t){{0}},
                     &content, "an order of a table's");
        break;
    case 4:
        write_letter(self, clerk->signer, clerk->id, id, KIND_MANDATE_END,
                     self->works->mandates[0].id, &revoke, "a clerk ends a manager's mandate");
        break;
    }
}

/* Somebody comes, leaves, and tries it again with the old key. */
static void leave(office_t *self) {
    admin_t first = first_admin(self);
    text_t roles[] = {TEXT("sales.clerk")};
    struct person_enrol enrol = {.handle = TEXT("quren"),
                                 .name = TEXT("去人"),
                                 .roles = {roles, 1},
                                 .department = TEXT("sales"),
                                 .key = signer_key(self->leaver)};
    struct revoke revoke = {.reason = TEXT("离职")};
    struct customer customer = {.name = TEXT("某顾客"), .short_name = TEXT("某顾客")};
    ident_t id = next_id(self);
    if (self->left == 0) {
        if (!write_letter(self, first.signer, first.id, id, KIND_PERSON_ENROL, (ident_t){{0}},
                          &enrol, "enrols somebody who will leave"))
            return; /* too much is under way: another time */
        self->leaver_id = id;
    } else if (self->left == 1)
        write_letter(self, first.signer, first.id, id, KIND_PERSON_REVOKE, self->leaver_id,
                     &revoke, "revokes who leaves");
    else
        write_letter(self, self->leaver, self->leaver_id, id, KIND_CUSTOMER_REGISTER,
                     (ident_t){{0}}, &customer, "who left registers a customer");
    self->left++;
}

static void act(office_t *self) {
    switch (luck_below(&self->luck, 11)) {
    case 9:
    case 10: leave(self); break;
    case 0: enrol_person(self); break;
    case 1: enrol_station(self); break;
    case 2: enrol_follower(self); break;
    case 3: change_newcomer(self); break;
    case 4: confirm(self); break;
    case 5: adopt(self); break;
    case 6: change_mandate(self); break;
    case 7: try_wrong(self); break;
    case 8: enrol_second(self); break;
    }
}

static void confirm_time(office_t *self) {
    struct clock body = {.now = bus_now(self->bus), .reason = TEXT("时钟已校准")};
    admin_t who = first_admin(self);
    if (bus_boot(self->bus) < self->clock_next)
        return;
    self->clock_next = bus_boot(self->bus) + 3000;
    write_letter(self, who.signer, who.id, next_id(self), KIND_LEDGER_CLOCK,
                 self->works->company->administrator_id, &body, "confirms the time");
}

const char *office_tend(office_t *self, bool clock_jumped) {
    int64_t now = bus_boot(self->bus);
    letters_tend(&self->letters, told, self);
    if (clock_jumped)
        confirm_time(self);
    if (!self->settled && now >= self->next) {
        act(self);
        self->next = now + (1000 + (int64_t) luck_below(&self->luck, 6000)) / self->haste;
    }
    return self->letters.wrong;
}

int64_t office_next(const office_t *self) {
    int64_t next = letters_next(&self->letters);
    return !self->settled && self->next < next ? self->next : next;
}
