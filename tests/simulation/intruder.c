/* SPDX-License-Identifier: Apache-2.0
 *
 * intruder: see the header. Commands are made by hand here, so that they can be wrong.
 */
#include "tests/simulation/intruder.h"

#include "common/base/text.h"

struct intruder {
    const works_t *works;
    bus_t *bus;
    drawer_t *drawer;
    luck_t luck;
    int node, line;    /* to the department's daemon */
    int mine, at_home; /* to the agent, as people do */
    int stolen, inside; /* to the coordinator, with the archiver's key */
    int64_t next;
    uint64_t serial;
    bool settled, patient;
    int haste;
    void (*say)(void *arg, const char *line);
    void *say_arg;
};

intruder_t *intruder_new(const works_t *works, bus_t *bus, drawer_t *drawer,
                         const intruder_ways_t *ways, uint64_t seed) {
    intruder_t *self = calloc(1, sizeof *self);
    insist(self);
    const curve_pair_t *curve = &works->station_curves[works_department(works, "quality")];
    self->works = works;
    self->bus = bus;
    self->drawer = drawer;
    self->patient = ways->store_spoilt;
    self->haste = 1;
    self->luck = luck_of(seed, 6);
    self->node = bus_client(bus, curve);
    self->line = bus_connect(bus, self->node, "mine", ways->desk, "service");
    self->mine = bus_client(bus, curve);
    self->at_home = bus_connect(bus, self->mine, "mine", ways->agent, "local");
    self->stolen = bus_client(bus, &works->archiver.curve);
    self->inside = bus_connect(bus, self->stolen, "mine", ways->coordinator, "service");
    self->next = bus_boot(bus) + 1000 + (int64_t) luck_below(&self->luck, 5000);
    return self;
}

void intruder_destroy(intruder_t **self_p) {
    free(*self_p);
    *self_p = NULL;
}

void intruder_settle(intruder_t *self) { self->settled = true; }
void intruder_hurry(intruder_t *self, int times) { self->haste = times; }
int64_t intruder_next(const intruder_t *self) { return self->settled ? INT64_MAX : self->next; }
void intruder_tell(intruder_t *self, void (*say)(void *, const char *), void *arg) {
    self->say = say;
    self->say_arg = arg;
}

/* ---- forging ---- */

typedef struct forged {
    int64_t kind;
    ident_t object, actor;
    bool daemon;            /* signs at no workstation */
    const signer_t *signer;
    const kept_order_t *order; /* what it speaks of, as it was seen */
    bytes_t raw;            /* the body, instead of an encoded one */
    bool spoilt;            /* the signature */
} forged_t;

static ident_t next_id(intruder_t *self) {
    ident_t id = {{0x01, 0xa3, 0, 0, 0, 0, 0x70, 0, 0x80}};
    uint64_t n = ++self->serial;
    for (int i = 0; i < 6; i++)
        id.b[15 - i] = (uint8_t) (n >> (8 * i));
    return id;
}

static ident_t send(intruder_t *self, const forged_t *forged) {
    const company_t *company = self->works->company;
    moment_t now = bus_now(self->bus);
    buffer_t bytes = {0}, sent = {0};
    problem_t problem = {0};
    struct command command = {.ledger = company->site->ledger,
                              .id = next_id(self),
                              .kind = forged->kind,
                              .object = forged->object,
                              .actor = forged->actor,
                              .claimed = now,
                              .expiry = now + DAY_MS,
                              .body = forged->raw};
    if (forged->order) {
        command.object = forged->order->id;
        command.revision = forged->order->revision;
        command.digest = forged->order->digest;
        command.version = forged->order->version;
    }
    if (!forged->daemon)
        command.station = self->works->stations[works_department(self->works, "quality")];
    company_check(record_encode(&command_record, &command, &bytes, &problem), &problem);
    struct signed_command s;
    signed_alone(forged->signer, buffer_bytes(&bytes), &s);
    if (forged->spoilt)
        s.signature.b[luck_below(&self->luck, sizeof s.signature.b)] ^= 1;
    company_check(record_encode(&signed_command_record, &s, &sent, &problem), &problem);
    struct submit body = {.signed_command = buffer_bytes(&sent)};
    bus_say(self->bus, forged->daemon ? self->inside : self->line, MESSAGE_SUBMIT, &body);
    buffer_free(&bytes);
    buffer_free(&sent);
    return command.id;
}

static ident_t say(intruder_t *self, forged_t forged, const void *body) {
    buffer_t encoded = {0};
    problem_t problem = {0};
    company_check(record_encode(kind_info((kind_t) forged.kind)->body, body, &encoded, &problem),
                  &problem);
    if (encoded.n > 1)
        forged.raw = buffer_bytes(&encoded);
    ident_t id = send(self, &forged);
    buffer_free(&encoded);
    return id;
}

static forged_t by(const works_person_t *person, kind_t kind) {
    return (forged_t){.kind = kind, .actor = person->id, .signer = person->signer};
}

static forged_t by_role(const intruder_t *self, const char *role, kind_t kind) {
    return by(works_role(self->works, role), kind);
}

static forged_t by_admin(const intruder_t *self, kind_t kind) {
    const company_t *company = self->works->company;
    return (forged_t){.kind = kind,
                      .object = company->administrator_id,
                      .actor = company->administrator_id,
                      .signer = company->administrator};
}

static forged_t by_daemon(intruder_t *self, kind_t kind, text_t *department) {
    const works_t *works = self->works;
    size_t i = luck_below(&self->luck, (uint64_t) works->departments_n);
    *department = text_of(works->departments[i]);
    return (forged_t){.kind = kind,
                      .actor = works->daemons[i].id,
                      .signer = works->daemons[i].signer,
                      .daemon = true,
                      .order = drawer_some(self->drawer, &self->luck)};
}

static struct customer somebody(void) {
    return (struct customer){.name = TEXT("某顾客"), .short_name = TEXT("某顾客")};
}

/* ---- form ---- */

static void spoilt_signature(intruder_t *self) {
    forged_t f = by_role(self, "sales.clerk", KIND_CUSTOMER_REGISTER);
    struct customer customer = somebody();
    f.spoilt = true;
    say(self, f, &customer);
}

static void unheard_kind(intruder_t *self) {
    static const uint8_t empty[] = {0x81, 0x01, 0x01};
    forged_t f = by_role(self, "sales.clerk", KIND_NONE);
    f.kind = luck_percent(&self->luck, 50) ? 60000 : KIND_NUMBERED;
    f.object = self->works->customers[0];
    f.raw = (bytes_t){empty, sizeof empty};
    send(self, &f);
}

static void nameless_customer(intruder_t *self) {
    forged_t f = by_role(self, "sales.clerk", KIND_CUSTOMER_REGISTER);
    send(self, &f);
}

static void control_characters(intruder_t *self) {
    struct customer customer = {.name = TEXT("AAAA"), .short_name = TEXT("AAAA")};
    forged_t f = by_role(self, "sales.clerk", KIND_CUSTOMER_REGISTER);
    buffer_t encoded = {0};
    problem_t problem = {0};
    company_check(record_encode(kind_info(KIND_CUSTOMER_REGISTER)->body, &customer, &encoded,
                                &problem),
                  &problem);
    for (size_t i = 0; i < encoded.n; i++)
        if (encoded.p[i] == 'A')
            encoded.p[i] = 0x07;
    f.raw = buffer_bytes(&encoded);
    send(self, &f);
    buffer_free(&encoded);
}

/* A body of a hundred thousand numbers. */
static void bomb(intruder_t *self) {
    enum { N = 100000 };
    uint8_t *raw = malloc(7 + N);
    insist(raw);
    memcpy(raw, (const uint8_t[]){0x81, 0x01, 0xdd, 0x00, 0x01, 0x86, 0xa0}, 7);
    memset(raw + 7, 0x01, N);
    forged_t f = by_role(self, "sales.clerk", KIND_CUSTOMER_REGISTER);
    f.raw = (bytes_t){raw, 7 + N};
    send(self, &f);
    free(raw);
}

static void mandate_of_yesterday(intruder_t *self) {
    text_t classes[] = {TEXT("regular")};
    struct mandate grant = {.department = TEXT("planning"),
                            .rule = TEXT("delivery"),
                            .classes = {classes, 1},
                            .until = bus_now(self->bus) - DAY_MS};
    say(self, by_role(self, "planning.manager", KIND_MANDATE_GRANT), &grant);
}

/* ---- right ---- */

static void wrong_case(intruder_t *self) {
    forged_t f = by_role(self, "sales.head", KIND_ORDER_DECLINE);
    struct decline decline = {.reason = TEXT("试试")};
    kept_order_t customer = {.id = self->works->customers[0], .revision = 1, .version = 1};
    customer.digest.b[0] = 1;
    f.order = &customer;
    say(self, f, &decline);
}

static void nowhere(intruder_t *self) {
    forged_t f = by_role(self, "sales.head", KIND_PERSON_REVOKE);
    struct revoke revoke = {.reason = TEXT("试试")};
    f.object = (ident_t){{0x5a}};
    f.actor = self->works->company->administrator_id;
    f.signer = self->works->company->administrator;
    say(self, f, &revoke);
}

/* Whoever registered an order concludes it. */
static void both_eyes(intruder_t *self) {
    static const enum question questions[] = {1, 2, 3, 4, 5};
    struct answer answers[5];
    for (size_t i = 0; i < 5; i++)
        answers[i] = (struct answer){.question = questions[i], .answer = ANSWER_YES};
    struct conclude conclude = {
        .outcome = OUTCOME_ABLE, .opinion = TEXT("没问题"), .answers = {answers, 5}};
    for (int i = 0; i < 8; i++) {
        const kept_order_t *order = drawer_some(self->drawer, &self->luck);
        if (!order || strcmp(order->author->role, "sales.head") != 0)
            continue;
        forged_t f = by(order->author, KIND_ROUND_CONCLUDE);
        f.order = order;
        say(self, f, &conclude);
        return;
    }
}

/* A department speaks of an order that nobody asked it about. */
static void unasked(intruder_t *self) {
    static const char *const roles[] = {"warehouse.keeper", "finance.clerk", "management.deputy",
                                        "production.manager", "purchasing.manager"};
    const works_t *works = self->works;
    const works_person_t *person = NULL;
    const char *role = roles[luck_below(&self->luck, sizeof roles / sizeof *roles)];
    for (int i = 0; i < works->people_n; i++)
        if (strcmp(works->people[i].role, role) == 0)
            person = &works->people[i];
    if (!person)
        person = &works->people[luck_below(&self->luck, (uint64_t) works->people_n)];
    struct verdict_given verdict = {.department =
                                        text_of(works->departments[person->department]),
                                    .verdict = VERDICT_ACCEPT};
    forged_t f = by(person, KIND_ROUND_VERDICT);
    f.order = drawer_some(self->drawer, &self->luck);
    if (f.order)
        say(self, f, &verdict);
}

static void without_mandate(intruder_t *self) {
    struct verdict_given verdict = {.verdict = VERDICT_ACCEPT};
    forged_t f = by_daemon(self, KIND_ROUND_VERDICT, &verdict.department);
    if (f.order)
        say(self, f, &verdict);
}

static void daemon_signs(intruder_t *self) {
    text_t department;
    struct sign sign = {.meaning = MEANING_COMPLETE};
    forged_t f = by_daemon(self, KIND_ROUND_SIGN, &department);
    struct decline decline = {.reason = TEXT("不做")};
    if (f.order && luck_percent(&self->luck, 50))
        say(self, f, &sign);
    else if (f.order) {
        f.kind = KIND_ORDER_DECLINE;
        say(self, f, &decline);
    }
}

/* Steps that no screen offers, by those who may otherwise: on orders that have ended, too. */
static void any_step(intruder_t *self) {
    struct confirmation word = {
        .who = TEXT("采购部"), .how = TEXT("传真"), .when = bus_now(self->bus)};
    struct classify classify = {.order_class = TEXT("special"), .reason = TEXT("再看")};
    struct convene convene = {.note = TEXT("")};
    struct sign sign = {.meaning = MEANING_COMPLETE};
    struct retract retract = {.department = TEXT("quality"), .reason = TEXT("再看")};
    struct assessment assessment = {
        .rule = TEXT("capability"), .edition = 1, .cause = 1, .verdict = VERDICT_ACCEPT};
    struct advice advice = {.department = TEXT("quality"), .assessment = {&assessment, 1}};
    struct verdict_given verdict = {.department = TEXT("quality"), .verdict = VERDICT_ACCEPT};
    struct decline decline = {.reason = TEXT("不做")};
    struct withdraw withdraw = {.reason = TEXT("撤"), .word = {&word, 1}};
    struct answer answers[5];
    for (int i = 0; i < 5; i++)
        answers[i] = (struct answer){.question = (enum question)(i + 1), .answer = ANSWER_YES};
    struct conclude conclude = {
        .outcome = OUTCOME_ABLE, .opinion = TEXT("没问题"), .answers = {answers, 5}};
    struct forward forward = {.department = TEXT("planning"),
                              .to = works_role(self->works, "production.manager")->id,
                              .reason = TEXT("没空")};
    struct add_reviewer add = {.department = TEXT("finance"), .reason = TEXT("再问")};
    const struct {
        kind_t kind;
        const char *role;
        const void *body;
    } steps[] = {{KIND_ORDER_CUSTOMER_CONFIRM, "sales.clerk", &word},
                 {KIND_ORDER_CLASSIFY, "sales.head", &classify},
                 {KIND_ORDER_CONVENE, "management.deputy", &convene},
                 {KIND_ROUND_SIGN, "planning.manager", &sign},
                 {KIND_ROUND_RETRACT, "quality.manager", &retract},
                 {KIND_ROUND_ADVISE, "quality.manager", &advice},
                 {KIND_ROUND_VERDICT, "quality.manager", &verdict},
                 {KIND_ROUND_FORWARD, "planning.manager", &forward},
                 {KIND_ROUND_ADD_REVIEWER, "sales.clerk", &add},
                 {KIND_ROUND_CONCLUDE, "planning.manager", &conclude},
                 {KIND_ORDER_DECLINE, "warehouse.keeper", &decline},
                 {KIND_ORDER_WITHDRAW, "warehouse.keeper", &withdraw},
                 {KIND_ORDER_AMEND, "warehouse.keeper", NULL}};
    size_t n = sizeof steps / sizeof *steps, from = luck_below(&self->luck, n);
    const kept_order_t *order = drawer_some(self->drawer, &self->luck);
    buffer_t body = {0};
    /* a state that does not last is used for all of them */
    bool all = order && (order->rare ||
                         (self->drawer->docket.kept_n && luck_percent(&self->luck, 30)));
    for (size_t i = 0; order && i < (all ? n : 1); i++) {
        size_t step = (from + i) % n;
        forged_t f = by_role(self, steps[step].role, steps[step].kind);
        f.order = order;
        if (steps[step].body) {
            say(self, f, steps[step].body);
            continue;
        }
        buffer_clear(&body);
        drawer_amendment(self->drawer, order, &body);
        f.raw = buffer_bytes(&body);
        send(self, &f);
    }
    buffer_free(&body);
}

static void reads(intruder_t *self) {
    static const char *const names[] = {"order.list", "events",    "people",
                                        "customers",  "reference", "procedure"};
    const works_t *works = self->works;
    const works_person_t *person =
        &works->people[luck_below(&self->luck, (uint64_t) works->people_n)];
    struct local_unlock unlock = {.person = text_of(person->handle),
                                  .passphrase = TEXT(WORKS_PASSPHRASE)};
    struct local_query query = {.person = text_of(person->handle),
                                .name = text_of(names[luck_below(&self->luck, 6)])};
    bus_say(self->bus, self->at_home, MESSAGE_LOCAL_UNLOCK, &unlock);
    bus_say(self->bus, self->at_home, MESSAGE_LOCAL_QUERY, &query);
}

/* ---- the house's own words ---- */

static void stranding_edition(intruder_t *self) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    buffer_t bytes = {0};
    company_check(procedure_file_read("config/procedure.cfg", arena, &procedure, &problem),
                  &problem);
    company_check(record_encode(&procedure_record, &procedure, &bytes, &problem), &problem);
    struct adopt body = {.procedure = buffer_bytes(&bytes), .restarts = true};
    say(self, by_role(self, "management.general", KIND_PROCEDURE_ADOPT), &body);
    buffer_free(&bytes);
    arena_destroy(&arena);
}

static void holes_in_a_table(intruder_t *self) {
    struct reference_begin begin = {
        .dataset = DATASET_STOCK, .rows = 3, .source = {{7}}, .name = TEXT("stock.csv")};
    struct stock_row row = {.material = TEXT("M1"), .name = TEXT("钢"), .unit = TEXT("kg")};
    struct reference_chunk chunk = {.first = 2, .stocks = {&row, 1}};
    struct reference_adopt adopt = {.rows = 3, .source = {{7}}};
    forged_t f = by_role(self, "planning.manager", KIND_REFERENCE_BEGIN);
    ident_t id = say(self, f, &begin);
    f.object = id;
    f.kind = KIND_REFERENCE_CHUNK;
    say(self, f, &chunk);
    f.kind = KIND_REFERENCE_ADOPT;
    say(self, f, &adopt);
}

static void small_table(intruder_t *self) {
    struct reference_begin begin = {.dataset = DATASET_CAPABILITY,
                                    .rows = 1,
                                    .source = {{8}},
                                    .name = TEXT("capabilities.csv")};
    struct capability_row row = {
        .characteristic = TEXT("hardness"), .standard = TEXT("GB/T 230.1"), .to = 65 * DECIMAL_ONE};
    struct reference_chunk chunk = {.capabilities = {&row, 1}};
    struct reference_adopt adopt = {.rows = 1, .source = {{8}}};
    forged_t f = by_role(self, "planning.manager", KIND_REFERENCE_BEGIN);
    f.object = say(self, f, &begin);
    f.kind = KIND_REFERENCE_CHUNK;
    say(self, f, &chunk);
    f.kind = KIND_REFERENCE_ADOPT;
    say(self, f, &adopt);
}

static void changed_customer(intruder_t *self) {
    struct customer customer = {
        .name = TEXT("云岭摩托"), .short_name = TEXT("云岭"), .grade = TEXT("A")};
    const works_t *works = self->works;
    kept_order_t seen = {
        .id = works->customers[luck_below(&self->luck, (uint64_t) works->customers_n)],
        .version = 1 + (int64_t) luck_below(&self->luck, 5)};
    forged_t f = by_role(self, "sales.clerk", KIND_CUSTOMER_CHANGE);
    f.order = &seen;
    say(self, f, &customer);
}

static void same_rules(intruder_t *self) {
    struct rules rules = {.rules = 1, .reason = TEXT("不变")};
    say(self, by_admin(self, KIND_LEDGER_RULES), &rules);
}

static void goes_on(intruder_t *self) {
    struct resume resume = {.reason = TEXT("归档服务器在修")};
    if (!self->patient)
        say(self, by_admin(self, KIND_LEDGER_RESUME), &resume);
}

static void alarm_word(intruder_t *self) {
    struct alarm alarm = {.what = TEXT("fork"), .at = 7, .text = TEXT("看错了")};
    forged_t f = {.kind = KIND_LEDGER_ALARM,
                  .object = self->works->company->administrator_id,
                  .actor = self->works->archiver.id,
                  .signer = self->works->archiver.signer,
                  .daemon = true};
    say(self, f, &alarm);
}

static const struct {
    const char *what;
    void (*act)(intruder_t *self);
} PROBES[] = {{"a signature with one bit changed", spoilt_signature},
              {"a kind that there is not", unheard_kind},
              {"a customer without a name", nameless_customer},
              {"control characters", control_characters},
              {"a bomb", bomb},
              {"a mandate until yesterday", mandate_of_yesterday},
              {"a step of an order on a customer", wrong_case},
              {"a case that there is not", nowhere},
              {"to conclude what its author registered", both_eyes},
              {"a verdict that nobody asked for", unasked},
              {"a daemon's verdict without a mandate", without_mandate},
              {"a daemon's signature", daemon_signs},
              {"a step that no screen offers", any_step},
              {"a step that no screen offers", any_step},
              {"a step that no screen offers", any_step},
              {"a step that no screen offers", any_step},
              {"a step that no screen offers", any_step},
              {"to read", reads},
              {"an edition that restarts reviews", stranding_edition},
              {"a table with holes", holes_in_a_table},
              {"a table of one row", small_table},
              {"a change of a customer's file", changed_customer},
              {"the rules' number", same_rules},
              {"to go on without the archive", goes_on},
              {"an alarm", alarm_word}};

void intruder_tend(intruder_t *self) {
    message_type_t type;
    const void *body;
    char line[120];
    if (self->settled || bus_boot(self->bus) < self->next)
        return;
    arena_t *arena = arena_new(0);
    while (bus_hear(self->bus, self->node, arena, &type, &body) ||
           bus_hear(self->bus, self->mine, arena, &type, &body) ||
           bus_hear(self->bus, self->stolen, arena, &type, &body))
        arena_reset(arena); /* what is answered, reach counts */
    arena_destroy(&arena);
    size_t i = luck_below(&self->luck, sizeof PROBES / sizeof *PROBES);
    if (self->say) {
        snprintf(line, sizeof line, "intruder tries %s", PROBES[i].what);
        self->say(self->say_arg, line);
    }
    PROBES[i].act(self);
    int64_t pause = 200 + (int64_t) luck_below(&self->luck, 1500);
    self->next = bus_boot(self->bus) + pause / self->haste;
}
