/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands on a live state: a company with people of many roles, customers, orders, complaints and
 * actions under way.
 * The input is a row of commands, signed here, so that what is behind the signature is reached.
 * What is accepted is verified by a second chronicle with the same root; what is refused leaves
 * nothing.
 *
 * Each command: actor, kind, case, flags, then a body: either bytes of the input as they are, or
 * fields drawn from the input within or just out of the catalogue's bounds.
 */
#include "common/event/generic.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/together/company.h"

enum { ACTORS_MAX = 24, CASES_MAX = 64, COMMANDS_MAX = 12 };
enum { /* flags */
       WRONG_KEY = 1,
       RAW = 2,
       STALE = 4,
       EXPIRED = 8,
       NO_STATION = 16,
       MANDATED = 32
};

enum { MAKER = 4, TESTER = 6, SERVICE = 12 }; /* of the actors */

typedef struct actor {
    ident_t id;
    signer_t *signer;
} actor_t;

static company_t *company;
static chronicle_t *second;
static actor_t actors[ACTORS_MAX];
static size_t actors_n;
static ident_t cases[CASES_MAX];
static size_t cases_n, cases_made;
static ident_t mandate, customer_id;
static position_t base;
static uint64_t serial;

/* ---- the company ---- */

static void clean(void) {
    char command[320];
    snprintf(command, sizeof command, "rm -rf %.300s", company->folder);
    if (system(command) != 0)
        fprintf(stderr, "%s is left behind\n", company->folder);
}

static void add_case(ident_t id) {
    if (cases_n < CASES_MAX)
        cases[cases_n++] = id;
}

/* What a careful writer would have looked at. */
static void bind(struct command *command, uint8_t flags) {
    const case_t *of = chronicle_case(company->chronicle, command->object);
    if (of) {
        command->revision = of->revision - (flags & STALE ? 1 : 0);
        command->digest = of->digest;
    } else {
        command->revision = 1;
        command->digest.b[0] = 1;
    }
    command->version =
        (int64_t) ledger_case_version(chronicle_ledger(company->chronicle), command->object);
}

static bool seal(const struct command *command, const signer_t *signer, buffer_t *out) {
    buffer_t bytes = {0};
    problem_t problem = {0};
    bool made = record_encode(&command_record, command, &bytes, &problem) == 0;
    struct signed_command s = {.scheme = SCHEME_ED25519,
                               .key = signer_key(signer),
                               .command = buffer_bytes(&bytes),
                               .signature =
                                   signer_sign(signer, DOMAIN_COMMAND, buffer_bytes(&bytes))};
    buffer_clear(out);
    made = made && record_encode(&signed_command_record, &s, out, &problem) == 0;
    buffer_free(&bytes);
    return made;
}

static ident_t put(const actor_t *actor, kind_t kind, ident_t object, const void *body) {
    ident_t id = company_ident(company);
    buffer_t bytes = {0}, encoded = {0};
    position_t position;
    problem_t problem = {0};
    company_check(record_encode(kind_info(kind)->body, body, &encoded, &problem), &problem);
    struct command command = {.ledger = company->site->ledger,
                              .id = id,
                              .kind = kind,
                              .object = object,
                              .actor = actor->id,
                              .station = company->station_id,
                              .claimed = COMPANY_START,
                              .expiry = COMPANY_START + DAY_MS,
                              .body = buffer_bytes(&encoded)};
    if (kind_info(kind)->flags & (JUDGES | VERSIONED))
        bind(&command, 0);
    HOLDS(seal(&command, actor->signer, &bytes), "the base can be written");
    buffer_free(&encoded);
    company_check(chronicle_decide(company->chronicle, buffer_bytes(&bytes), COMPANY_START,
                                   &position, &problem),
                  &problem);
    buffer_free(&bytes);
    if (kind_info(kind)->flags & OPENS)
        add_case(id);
    return id;
}

static void enrol(const char *handle, const char *department, const char *role) {
    text_t roles[] = {text_of(role)};
    signer_t *signer = company_signer((uint8_t) (100 + actors_n));
    struct person_enrol body = {.handle = text_of(handle),
                                .name = text_of(handle),
                                .roles = {roles, 1},
                                .department = text_of(department),
                                .key = signer_key(signer)};
    actors[actors_n++] = (actor_t){company_put(company, KIND_PERSON_ENROL, &body), signer};
    add_case(actors[actors_n - 1].id);
}

static const actor_t *actor_of(size_t i) { return &actors[i % actors_n]; }

static void make_orders(void) {
    struct customer customer = {.name = TEXT("云岭摩托"), .short_name = TEXT("云岭")};
    struct order_line line = {.no = 1,
                              .product = TEXT("P01"),
                              .quantity = 100 * DECIMAL_ONE,
                              .unit = TEXT("件"),
                              .price = DECIMAL_ONE,
                              .currency = TEXT("CNY"),
                              .wanted = moment_day(COMPANY_START, 480) + 30};
    struct requirement requirement = {
        .no = 1, .kind = REQUIREMENT_STATED, .subject = SUBJECT_DELIVERY, .text = TEXT("按期")};
    customer_id = put(actor_of(1), KIND_CUSTOMER_REGISTER, (ident_t){{0}}, &customer);
    struct order_content content = {.customer = customer_id,
                                    .channel = CHANNEL_WRITTEN,
                                    .lines = {&line, 1},
                                    .requirements = {&requirement, 1},
                                    .custodian = TEXT("白露"),
                                    .place = TEXT("A-3")};
    for (int i = 0; i < 3; i++) {
        ident_t id = put(actor_of(1), KIND_ORDER_REGISTER, (ident_t){{0}}, &content);
        struct classify classify = {.order_class = i == 1 ? TEXT("special") : TEXT("regular"),
                                    .reason = TEXT("按规定")};
        if (i < 2)
            put(actor_of(1), KIND_ORDER_CLASSIFY, id, &classify);
    }
    content.channel = CHANNEL_PHONE;
    put(actor_of(1), KIND_ORDER_REGISTER, (ident_t){{0}}, &content);
}

/* ---- feedback, in each of the states that it is worked on in ---- */

static ident_t take_down(enum feedback_kind kind) {
    struct feedback_content content = {.kind = kind,
                                       .customer = customer_id,
                                       .medium = MEDIUM_TELEPHONE,
                                       .received = COMPANY_START - DAY_MS,
                                       .product = TEXT("P01"),
                                       .lot = TEXT("L1"),
                                       .text = TEXT("装不上"),
                                       .contact = {{7}}};
    return put(actor_of(SERVICE), KIND_FEEDBACK_REGISTER, (ident_t){{0}}, &content);
}

/* Acknowledged, assessed, contained: quality alone is asked. */
static void look_into(ident_t id, enum severity severity) {
    text_t quality[] = {TEXT("quality")};
    struct acknowledge acknowledge = {.medium = MEDIUM_EMAIL, .when = COMPANY_START};
    struct triage triage = {
        .severity = severity, .departments = {quality, 1}, .reason = TEXT("不急")};
    struct containment containment = {.stock = TEXT("隔离")};
    put(actor_of(SERVICE), KIND_FEEDBACK_ACKNOWLEDGE, id, &acknowledge);
    put(actor_of(TESTER), KIND_FEEDBACK_ASSESS, id, &triage);
    put(actor_of(TESTER), KIND_FEEDBACK_CONTAIN, id, &containment);
}

static void conclude(ident_t id) {
    const actor_t *tester = actor_of(TESTER);
    struct finding finding = {.occurrence = TEXT("刀具磨损")};
    struct verdict_given verdict = {
        .department = TEXT("quality"), .verdict = VERDICT_OURS, .finding = {&finding, 1}};
    struct measure measure = {.text = TEXT("换刀"),
                              .owner = actor_of(MAKER)->id,
                              .due = moment_day(COMPANY_START, 480) + 14};
    struct disposition disposition = {.remedy = REMEDY_REPLACE,
                                      .cause = CAUSE_MACHINE,
                                      .occurrence = TEXT("刀具磨损"),
                                      .department = TEXT("production")};
    struct conclude body = {.outcome = OUTCOME_OURS,
                            .opinion = TEXT("属我方"),
                            .measures = {&measure, 1},
                            .disposition = {&disposition, 1}};
    put(tester, KIND_ROUND_VERDICT, id, &verdict);
    put(tester, KIND_ROUND_CONCLUDE, id, &body);
}

static void answer(ident_t id) {
    struct sign sign = {.meaning = MEANING_DISPOSITION};
    struct reply_given reply = {
        .text = TEXT("已补发"), .medium = MEDIUM_EMAIL, .when = COMPANY_START};
    struct action_report report = {.no = 1, .text = TEXT("已换")};
    put(actor_of(TESTER), KIND_ROUND_SIGN, id, &sign);
    put(actor_of(SERVICE), KIND_FEEDBACK_ANSWER, id, &reply);
    put(actor_of(MAKER), KIND_ACTION_REPORT, id, &report);
}

static void make_feedback(void) {
    take_down(FEEDBACK_COMPLAINT);
    take_down(FEEDBACK_ENQUIRY);
    take_down(FEEDBACK_SUGGESTION);
    for (int i = 0; i < 3; i++) {
        ident_t id = take_down(FEEDBACK_COMPLAINT);
        look_into(id, i == 1 ? SEVERITY_CRITICAL : SEVERITY_MINOR);
        if (i > 0)
            conclude(id);
        if (i > 1)
            answer(id);
    }
}

static int copy_event(void *arg, position_t position, bytes_t bytes) {
    decoded_t event;
    (void) position;
    arena_t *arena = arena_new(0);
    HOLDS(event_decode(bytes, arena, &event, NULL) == 0, "a stored event can be read");
    chronicle_append(arg, &event, bytes);
    arena_destroy(&arena);
    return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static char folder[] = "/tmp/countersign-fuzz-XXXXXX";
    static const char *const staff[][3] = {
        {"clerk2", "sales", "sales.clerk"},
        {"head", "sales", "sales.head"},
        {"planner", "planning", "planning.manager"},
        {"maker", "production", "production.manager"},
        {"buyer", "purchasing", "purchasing.manager"},
        {"tester", "quality", "quality.manager"},
        {"deputy", "management", "management.deputy"},
        {"general", "management", "management.general"},
        {"keeper", "warehouse", "warehouse.keeper"},
    };
    problem_t problem = {0};
    (void) argc, (void) argv;
    HOLDS(mkdtemp(folder), "there is a folder");
    company = company_begin(folder, "c");
    atexit(clean);
    actors[actors_n++] = (actor_t){company->administrator_id, company->administrator};
    company_procedure(company);
    for (size_t i = 0; i < sizeof staff / sizeof *staff; i++)
        enrol(staff[i][0], staff[i][1], staff[i][2]);
    company_sales(company); /* its clerk and its daemon, and from here on a workstation */
    actors[actors_n++] = (actor_t){company->clerk_id, company->clerk};
    const daemon_entry_t *daemons;
    size_t n = context_daemons(chronicle_context(company->chronicle), &daemons);
    actors[actors_n++] = (actor_t){daemons[n - 1].id, company_signer(5)};
    make_orders();
    text_t classes[] = {TEXT("regular")};
    struct mandate grant = {.department = TEXT("sales"),
                            .rule = TEXT("completeness"),
                            .classes = {classes, 1},
                            .until = COMPANY_START + 30 * DAY_MS};
    mandate = put(actor_of(2), KIND_MANDATE_GRANT, (ident_t){{0}}, &grant);
    add_case(company->administrator_id);
    add_case(company->station_id);
    /* behind what was there first: the inputs that are kept name people and cases by number */
    enrol("service", "sales", "sales.service");
    enrol("checker", "finance", "finance.checker");
    make_feedback();
    HOLDS(ledger_commit(chronicle_ledger(company->chronicle)) == LEDGER_OK, "the base is written");
    base = ledger_last(chronicle_ledger(company->chronicle));
    cases_made = cases_n;
    second = chronicle_open(":memory:", NULL, 64, &problem);
    company_check(second ? 0 : -1, &problem);
    ledger_begin(chronicle_ledger(second));
    ledger_walk(chronicle_ledger(company->chronicle), 1, base, copy_event, second);
    HOLDS(ledger_commit(chronicle_ledger(second)) == LEDGER_OK, "the base is there twice");
    return 0;
}

/* ---- the input ---- */

typedef struct input_bytes {
    const uint8_t *p;
    size_t n;
} input_bytes_t;

static uint8_t next(input_bytes_t *in) {
    if (in->n == 0)
        return 0;
    in->n--;
    return *in->p++;
}

static int64_t draw_int(input_bytes_t *in, int64_t min, int64_t max) {
    uint8_t how = next(in);
    switch (how % 8) {
    case 0: return min;
    case 1: return max;
    case 2: return max == INT64_MAX ? max : max + 1;
    case 3: return min == INT64_MIN ? min : min - 1;
    default: return min < 0 ? how : min + how / 8;
    }
}

static text_t draw_text(input_bytes_t *in, int64_t max, arena_t *arena) {
    static const char *const words[] = {
        "sales",   "planning", "purchasing",   "production", "quality", "management",
        "regular", "special",  "completeness", "delivery",   "P01",     "件",
        "CNY",     "不行",     "sales.clerk",  "A/2",        "x",       ""};
    uint8_t which = next(in);
    if (which < 240)
        return text_of(words[which % (sizeof words / sizeof *words)]);
    size_t n = which == 255 ? (size_t) max + 1 : next(in);
    char *text = arena_alloc(arena, n + 1);
    if (!text || n > 70000)
        return (text_t){NULL, 0};
    memset(text, which == 250 ? 0x07 : 'a', n);
    return (text_t){text, n};
}

static void draw_record(input_bytes_t *in, const record_t *record, void *body, arena_t *arena,
                        int depth);

static void draw_list(input_bytes_t *in, const field_t *field, void *into, arena_t *arena,
                      int depth) {
    size_t size = field->type == TYPE_LIST    ? field->record->size
                  : field->type == TYPE_TEXTS ? sizeof(text_t)
                                              : sizeof(int64_t);
    list_view_t list = {.n = next(in) % 6};
    if (list.n == 5 && field->max < 5)
        list.n = (size_t) field->min;
    list.at = list.n ? arena_alloc(arena, list.n * size) : NULL;
    for (size_t i = 0; i < list.n; i++) {
        void *item = (char *) list.at + i * size;
        if (field->type == TYPE_LIST)
            draw_record(in, field->record, item, arena, depth + 1);
        else if (field->type == TYPE_TEXTS)
            *(text_t *) item = draw_text(in, 255, arena);
        else
            *(int64_t *) item = draw_int(in, 0, 9);
    }
    memcpy(into, &list, sizeof list);
}

static void draw_fixed(input_bytes_t *in, const field_t *field, void *into) {
    uint8_t which = next(in);
    if (field->type == TYPE_IDENT && which < 200)
        memcpy(into, cases[which % cases_n].b, 16);
    else if (which < 250)
        memset(into, which, field_fixed(field->type));
}

static void draw_record(input_bytes_t *in, const record_t *record, void *body, arena_t *arena,
                        int depth) {
    record_clear(record, body);
    for (size_t i = 0; i < record->n && depth < RECORD_DEPTH_MAX; i++) {
        const field_t *field = &record->fields[i];
        void *into = field_into(body, field);
        if (field->min <= 0 && next(in) % 3 == 0)
            continue;
        switch (field->type) {
        case TYPE_MOMENT: *(int64_t *) into = COMPANY_START + (next(in) - 128) * DAY_MS; break;
        case TYPE_DAY:
            *(int64_t *) into = moment_day(COMPANY_START, 480) + next(in) - 20;
            break;
        case TYPE_INT:
        case TYPE_DECIMAL: *(int64_t *) into = draw_int(in, field->min, field->max); break;
        case TYPE_BOOL: *(bool *) into = next(in) & 1; break;
        case TYPE_ENUM: *(int *) into = next(in) % ((int) field->enums->n + 2); break;
        case TYPE_TEXT: {
            text_t text = draw_text(in, field->max, arena);
            memcpy(into, &text, sizeof text);
            break;
        }
        case TYPE_BYTES: {
            size_t n = next(in);
            bytes_t bytes = {in->p, n < in->n ? n : in->n};
            memcpy(into, &bytes, sizeof bytes);
            in->p += bytes.n, in->n -= bytes.n;
            break;
        }
        case TYPE_IDENT:
        case TYPE_DIGEST:
        case TYPE_PUBKEY:
        case TYPE_SIGNATURE: draw_fixed(in, field, into); break;
        case TYPE_LIST:
        case TYPE_TEXTS:
        case TYPE_INTS: draw_list(in, field, into, arena, depth); break;
        }
    }
}


/* ---- one command ---- */

static ident_t new_ident(void) {
    ident_t id = {{0x01, 0xa5, 0, 0, 0, 0, 0x70, 0, 0x80}};
    serial++;
    for (int i = 0; i < 6; i++)
        id.b[15 - i] = (uint8_t) (serial >> (8 * i));
    return id;
}

static bool sign_next(input_bytes_t *in, arena_t *arena, buffer_t *out, ident_t *opened) {
    size_t kinds_n;
    const kind_info_t *kinds = kind_list(&kinds_n);
    const actor_t *actor = actor_of(next(in)), *key = actor;
    const kind_info_t *kind = &kinds[next(in) % kinds_n];
    uint8_t object = next(in), flags = next(in);
    buffer_t body = {0};
    problem_t problem = {0};
    struct command command = {.ledger = company->site->ledger,
                              .id = new_ident(),
                              .kind = kind->kind,
                              .actor = actor->id,
                              .station = company->station_id,
                              .claimed = COMPANY_START,
                              .expiry = COMPANY_START + (flags & EXPIRED ? 0 : DAY_MS)};
    if (!(kind->flags & OPENS))
        command.object = cases[object % cases_n];
    if (kind->flags & (JUDGES | VERSIONED))
        bind(&command, flags);
    if (flags & NO_STATION)
        command.station = (ident_t){{0}};
    if (flags & MANDATED)
        command.mandate = mandate;
    if (flags & WRONG_KEY)
        key = actor_of(object);
    if (flags & RAW) {
        size_t n = next(in);
        buffer_put(&body, in->p, n < in->n ? n : in->n);
        in->p += body.n, in->n -= body.n;
    } else {
        void *drawn = arena_alloc(arena, kind->body->size);
        draw_record(in, kind->body, drawn, arena, 0);
        if (record_encode(kind->body, drawn, &body, &problem) != 0)
            buffer_clear(&body);
    }
    if (body.n > 1)
        command.body = buffer_bytes(&body);
    bool made = seal(&command, key->signer, out);
    *opened = kind->flags & OPENS ? command.id : (ident_t){{0}};
    buffer_free(&body);
    return made;
}

static void decide_next(input_bytes_t *in, buffer_t *bytes, arena_t *arena) {
    ledger_t *ledger = chronicle_ledger(company->chronicle);
    position_t before = ledger_last(ledger), position = 0;
    digest_t root = ledger_root(ledger);
    problem_t problem = {0};
    ident_t opened;
    if (!sign_next(in, arena, bytes, &opened))
        return;
    int rc = chronicle_decide(company->chronicle, buffer_bytes(bytes), COMPANY_START + MINUTE_MS,
                              &position, &problem);
    fuzz_refusal(rc, &problem);
    if (rc != 0) {
        HOLDS(ledger_last(ledger) == before && digest_equal(ledger_root(ledger), root),
              "a refusal leaves nothing");
        return;
    }
    HOLDS(position == before + 1 && ledger_last(ledger) >= position, "the next position");
    if (!ident_none(opened))
        add_case(opened);
}

/* ---- a second opinion ---- */

static int verify_event(void *arg, position_t position, bytes_t bytes) {
    decoded_t event;
    problem_t problem = {0};
    char text[600];
    (void) arg, (void) position;
    arena_t *arena = arena_new(0);
    HOLDS(event_decode(bytes, arena, &event, &problem) == 0, "what was decided can be read");
    if (chronicle_verify(second, &event, bytes, &problem) != 0) {
        problem_print(&problem, text, sizeof text);
        HOLDS(false, text);
    }
    chronicle_append(second, &event, bytes);
    arena_destroy(&arena);
    return 0;
}

static void verify(void) {
    ledger_t *ledger = chronicle_ledger(company->chronicle), *other = chronicle_ledger(second);
    if (ledger_last(ledger) == base)
        return;
    ledger_begin(other);
    ledger_walk(ledger, base + 1, ledger_last(ledger), verify_event, NULL);
    HOLDS(digest_equal(ledger_root(ledger), ledger_root(other)), "the same root");
    ledger_rollback(other);
    chronicle_reload(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input_bytes_t in = {data, size};
    buffer_t bytes = {0};
    arena_t *arena = arena_new(16u << 20);
    ledger_begin(chronicle_ledger(company->chronicle));
    serial = 0;
    for (int i = 0; i < COMMANDS_MAX && in.n > 0; i++)
        decide_next(&in, &bytes, arena);
    verify();
    bool changed = ledger_last(chronicle_ledger(company->chronicle)) != base;
    ledger_rollback(chronicle_ledger(company->chronicle));
    if (changed)
        chronicle_reload(company->chronicle);
    cases_n = cases_made;
    buffer_free(&bytes);
    arena_destroy(&arena);
    return 0;
}
