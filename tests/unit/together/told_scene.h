/* SPDX-License-Identifier: Apache-2.0
 *
 * told_scene: a company whose notifier tells people, with coordinator and archive; the hooks are
 * played: a relay that does as the test says and keeps what it took.
 */
#ifndef COUNTERSIGN_TESTS_TOGETHER_TOLD_SCENE_H
#define COUNTERSIGN_TESTS_TOGETHER_TOLD_SCENE_H

#include <unistd.h>

#include "common/base/memory.h"
#include "common/domain/feedback.h"
#include "daemons/archiver/archiver.h"
#include "daemons/coordinator/coordinator.h"
#include "daemons/notifier/notifier.h"
#include "tests/unit/harness.h"
#include "tests/unit/together/company.h"

/* ---- the hooks, played ---- */

typedef enum mood { MOOD_TAKES, MOOD_DEFERS, MOOD_REFUSES, MOOD_SILENT } mood_t;
typedef struct taken { ident_t id; char to[320]; char *content; } taken_t;
#define TAKEN_MAX 4096
static struct played {
    mood_t mood;
    const char *refuses; /* this recipient alone */
    const char *says;
    taken_t at[TAKEN_MAX];
    size_t n, asked; /* taken, and handed over */
} played;

static void *played_open(const char *site, const char *argument, bool check_only,
                         problem_t *problem) {
    (void) site, (void) argument, (void) check_only, (void) problem;
    return &played;
}
static void played_close(void **self_p) { *self_p = NULL; }

static void played_take(const struct delivery *d, const input_t *in, output_t *out) {
    bool refused = played.mood == MOOD_REFUSES ||
                   (played.refuses && text_is(d->to, played.refuses));
    struct delivered body = {.id = d->id,
                             .state = refused                        ? DELIVERY_REFUSED
                                      : played.mood == MOOD_DEFERS ? DELIVERY_DEFERRED
                                                                     : DELIVERY_ACCEPTED,
                             .code = refused                        ? 550
                                     : played.mood == MOOD_DEFERS ? 451
                                                                    : 250,
                             .text = text_of(played.says ? played.says : "")};
    played.asked++;
    if (body.state == DELIVERY_ACCEPTED && played.n < TAKEN_MAX) {
        taken_t *t = &played.at[played.n++];
        t->id = d->id;
        snprintf(t->to, sizeof t->to, "%.*s", (int) d->to.n, d->to.n ? d->to.p : d->program.p);
        t->content = memory_text((text_t){(const char *) d->content.p, d->content.n});
    }
    if (played.mood != MOOD_SILENT)
        output_send(out, 0, &in->route, MESSAGE_DELIVERED, &body);
}

static void played_step(void *self, const input_t *in, const surroundings_t *now, output_t *out) {
    message_type_t type;
    const void *body;
    (void) self, (void) now;
    if (in->type != INPUT_MESSAGE)
        return;
    arena_t *arena = arena_new(0);
    if (message_decode(in->frame, arena, &type, &body, NULL) == 0 && type == MESSAGE_DELIVER)
        played_take(body, in, out);
    arena_destroy(&arena);
}

static const port_t played_ports[] = {{"work", PORT_LOCAL, false}};
static const daemon_spec_t played_spec = {.name = "played-hooks",
                                          .arguments = "",
                                          .ports = played_ports,
                                          .ports_n = 1,
                                          .open = played_open,
                                          .close = played_close,
                                          .step = played_step};

static inline void played_reset(void) {
    for (size_t i = 0; i < played.n; i++)
        free(played.at[i].content);
    memset(&played, 0, sizeof played);
}

/* Do the mail's parts, which are in base64, hold this text? */
static inline bool mail_says(const taken_t *mail, const char *text) {
    bool found = false;
    for (const char *part = mail->content; !found && (part = strstr(part, "base64")); part += 6) {
        const char *body = strstr(part, "\r\n\r\n"), *end = body ? strstr(body, "\r\n--") : NULL;
        size_t n = 0, room = body ? strlen(body) : 0;
        char *out = memory_new(room + 1, 1);
        if (body)
            sodium_base642bin((uint8_t *) out, room, body + 4,
                              end ? (size_t) (end - body - 4) : room - 4, "\r\n", &n, NULL,
                              sodium_base64_VARIANT_ORIGINAL);
        found = strstr(out, text) != NULL;
        free(out);
    }
    return found;
}

/* How many mails that person got. */
static inline size_t mails_to(const char *address) {
    size_t n = 0;
    for (size_t i = 0; i < played.n; i++)
        n += strcmp(played.at[i].to, address) == 0;
    return n;
}

/* ---- the company ---- */

#define RULES_HEAD \
    "sender = \"countersign@wuyou.example.com\"; domain = \"wuyou.example.com\";\n" \
    "language = \"en\"; customer_language = \"en\"; backoff_first_seconds = 10;\n"
#define RULE_COMPLAINT \
    "{ name = \"complaint\"; event = \"feedback.register\"; to = [ \"department:quality\" ];" \
    " template = \"told\"; }"
#define QUALITY "yanmingde@wuyou.example.com"

typedef struct told {
    company_t *company;
    bus_t *bus;
    int coordinator, archiver, notifier, hooks, hub, person;
    int hub_line, local_line;
    ident_t customer, quality;
    arena_t *arena;
    struct receipt receipt;
    unsigned complaints;
} told_t;

static inline signer_t *quality_signer(void) { return company_signer(40); }

/* The shipped procedure, with what customers are told of as the test says. */
static inline void told_procedure(told_t *s, struct int_list customer_told) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    buffer_t bytes = {0};
    company_check(procedure_file_read("config/procedure.cfg", arena, &procedure, &problem),
                  &problem);
    procedure.customer_told = customer_told;
    company_check(record_encode(&procedure_record, &procedure, &bytes, &problem), &problem);
    company_put(s->company, KIND_PROCEDURE_ADOPT,
                &(struct adopt){.procedure = buffer_bytes(&bytes)});
    buffer_free(&bytes);
    arena_destroy(&arena);
}

static inline void told_enrol(told_t *s) {
    company_t *c = s->company;
    text_t quality[] = {TEXT("quality.manager"), TEXT("quality.system"),
                        TEXT("management.representative")};
    signer_t *person = quality_signer();
    struct person_enrol body = {.handle = TEXT("yanmingde"),
                                .name = TEXT("严明德"),
                                .roles = {quality, 3},
                                .key = signer_key(person),
                                .department = TEXT("quality")};
    s->quality = company_put(c, KIND_PERSON_ENROL, &body);
    struct daemon_enrol daemon = {
        .name = TEXT("notifier"), .part = PART_NOTIFIER, .answers = c->administrator_id};
    signer_t *signer = company_daemon(c, "notifier", 41, &daemon.curve);
    daemon.key = signer_key(signer);
    company_put(c, KIND_DAEMON_ENROL, &daemon);
    signer_destroy(&signer);
    signer_destroy(&person);
}

static inline void told_rules(told_t *s, const char *text) {
    char path[512];
    FILE *file = fopen(site_path(s->company->site, path, sizeof path, "", "notify", ".cfg"), "we");
    insist(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static inline void told_listen(told_t *s, int64_t ms) {
    message_type_t type;
    const void *body;
    bus_run(s->bus, ms);
    while (bus_hear(s->bus, s->hub, s->arena, &type, &body))
        if (type == MESSAGE_RECEIPT)
            s->receipt = *(const struct receipt *) body;
}

static inline void told_connect(told_t *s) {
    bus_connect(s->bus, s->archiver, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->archiver, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->notifier, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->notifier, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->notifier, "archiver", s->archiver, "service");
    bus_connect(s->bus, s->notifier, "hooks", s->hooks, "work");
    s->hub_line = bus_connect(s->bus, s->hub, "mine", s->coordinator, "service");
    s->local_line = bus_connect(s->bus, s->person, "mine", s->notifier, "local");
}

static inline void told_destroy(told_t *s) {
    bus_destroy(&s->bus);
    company_destroy(&s->company);
    arena_destroy(&s->arena);
    free(s);
    played_reset();
}

static inline void told_submit(told_t *s, const signer_t *signer, ident_t actor, ident_t id,
                               kind_t kind, ident_t object, const void *body) {
    buffer_t bytes = {0};
    company_sign(s->company, signer, actor, id, kind, object, s->company->station_id, body,
                 bus_now(s->bus), &bytes);
    bus_say(s->bus, s->hub_line, MESSAGE_SUBMIT,
            &(struct submit){.signed_command = buffer_bytes(&bytes)});
    buffer_free(&bytes);
}

static inline void told_customer(told_t *s) {
    struct customer body = {.name = TEXT("桃花源农机装备有限公司"), .short_name = TEXT("桃花源")};
    s->customer = company_ident(s->company);
    told_submit(s, s->company->clerk, s->company->clerk_id, s->customer, KIND_CUSTOMER_REGISTER,
                (ident_t){{0}}, &body);
    told_listen(s, 2000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
}

/* `rules`: all of notify.cfg. The company's clock stands at 13 minutes past `hour`. */
static inline told_t *told_with(const char *name, const char *rules, int hour,
                                struct int_list customer_told) {
    told_t *s = calloc(1, sizeof *s);
    char path[512];
    curve_pair_t curve;
    problem_t problem = {0};
    insist(s);
    played_reset();
    setenv("COUNTERSIGN_TEMPLATES", "config/templates", 1);
    s->company = company_begin(harness_folder(), name);
    told_procedure(s, customer_told);
    company_sales(s->company);
    told_enrol(s);
    company_end(s->company);
    told_rules(s, rules);
    company_check(keyfile_read_curve(site_path(s->company->site, path, sizeof path, "keys",
                                               "department-sales", ".curve"),
                                     &curve, &problem),
                  &problem);
    s->bus = bus_new(1, COMPANY_START + (hour + 2) * HOUR_MS);
    s->coordinator = bus_add(s->bus, &coordinator_spec, s->company->folder, "");
    s->archiver = bus_add(s->bus, &archiver_spec, s->company->folder, "");
    s->notifier = bus_add(s->bus, &notifier_spec, s->company->folder, "");
    s->hooks = bus_add(s->bus, &played_spec, s->company->folder, "");
    s->hub = bus_client(s->bus, &curve);
    s->person = bus_client(s->bus, &curve);
    s->arena = arena_new(0);
    told_connect(s);
    told_listen(s, 15000); /* the coordinator compares first */
    told_customer(s);
    return s;
}

static inline told_t *told_at(const char *name, const char *rules, int hour) {
    return told_with(name, rules, hour, (struct int_list){NULL, 0});
}

static inline told_t *told_new(const char *name, const char *rules) {
    return told_at(name, rules, 10);
}

/* The clerk enters a complaint; time goes on by `ms`. Returns its case. */
static inline ident_t told_complain(told_t *s, const char *text, int64_t ms) {
    ident_t id = company_ident(s->company);
    struct feedback_content body = {.kind = FEEDBACK_COMPLAINT,
                                    .customer = s->customer,
                                    .medium = MEDIUM_TELEPHONE,
                                    .received = bus_now(s->bus) - HOUR_MS,
                                    .text = text_of(text)};
    told_submit(s, s->company->clerk, s->company->clerk_id, id, KIND_FEEDBACK_REGISTER,
                (ident_t){{0}}, &body);
    s->complaints++;
    told_listen(s, ms);
    return id;
}

static inline notifier_t *told_notifier(told_t *s) { return bus_daemon(s->bus, s->notifier); }
static inline queue_counts_t told_counts(told_t *s) {
    queue_counts_t counts;
    queue_count(told_notifier(s)->queue, &counts);
    return counts;
}

/* Outcomes in the coordinator's record. */
typedef struct outcomes { size_t n; enum notify_outcome last; int64_t attempts; char text[301]; } outcomes_t;
static inline int outcomes_add(void *arg, position_t position, bytes_t bytes) {
    outcomes_t *o = arg;
    arena_t *arena = arena_new(0);
    decoded_t event;
    (void) position;
    if (event_decode(bytes, arena, &event, NULL) == 0 && event.info->kind == KIND_NOTIFY_OUTCOME) {
        const struct notified *body = event.body;
        o->n++;
        o->last = body->outcome;
        o->attempts = body->attempts;
        snprintf(o->text, sizeof o->text, "%.*s", (int) body->text.n, body->text.n ? body->text.p : "");
    }
    arena_destroy(&arena);
    return 0;
}
static inline outcomes_t told_outcomes(told_t *s) {
    const coordinator_t *coordinator = bus_daemon(s->bus, s->coordinator);
    outcomes_t o = {.n = 0};
    ledger_walk(chronicle_ledger(coordinator->chronicle), 1, INT64_MAX, outcomes_add, &o);
    return o;
}

/* The disk of the notifier is lost. */
static inline void told_lose_store(told_t *s) {
    static const char *const names[] = {"notifier.db", "notifier.db-wal", "notifier.db-shm"};
    char path[512];
    problem_t problem = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        site_state_path(s->company->site, path, sizeof path, "notifier", names[i], false, &problem);
        unlink(path);
    }
}

#endif
