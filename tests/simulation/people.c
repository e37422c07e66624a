/* SPDX-License-Identifier: Apache-2.0
 *
 * people: screens and hands. What they do with an order is in doing.c.
 */
#include "tests/simulation/people.h"

#include <jansson.h>

#include "common/base/text.h"
#include "common/bus/messages.h"
#include "tests/simulation/doing_feedback.h"
#include "tests/simulation/standing_in.h"

#define IMPATIENCE_MS 15000

const char *const temper_names[TEMPERS] = {"eager", "absent", "hasty", "malicious"};

typedef enum waits { FOR_NOTHING, FOR_UNLOCK, FOR_SCREEN, FOR_OUTBOX, FOR_DOCUMENT } waits_t;

typedef struct someone {
    const works_person_t *who;
    temper_t temper;
    luck_t luck, own; /* own: for what no order asks for */
    int node, line;   /* to the agent */
    int wire_node,
        wire_line; /* malicious: the workstation's own connection to the department's daemon */
    int64_t next;  /* when they look again */
    int64_t asked; /* since when they wait */
    waits_t waits;
    bool unlocked;
    json_t *screen; /* the last inbox; hasty people keep it */
    doing_t last;   /* the last thing they did */
} someone_t;

struct people {
    const works_t *works;
    bus_t *bus;
    model_t *model;
    someone_t at[WORKS_PEOPLE_MAX];
    int n;
    drawer_t drawer;
    int to_register, to_take_down;
    bool settled, resting;
    luck_t luck;
    const char *wrong;
    void (*say)(void *arg, const char *line);
    void *say_arg;
};

static temper_t draw_temper(luck_t *luck) {
    uint64_t n = luck_below(luck, 100);
    return n < 55 ? EAGER : n < 70 ? ABSENT : n < 85 ? HASTY : MALICIOUS;
}

people_t *people_new(const works_t *works, bus_t *bus, model_t *model, const int *agents,
                     const int *desks, uint64_t seed, int orders) {
    people_t *self = calloc(1, sizeof *self);
    insist(self);
    self->works = works;
    self->bus = bus;
    self->model = model;
    self->luck = luck_of(seed, 1);
    self->to_register = orders;
    self->drawer.works = works;
    self->drawer.apart = luck_apart(seed, 300);
    for (int i = 0; i < works->people_n; i++) {
        someone_t *one = &self->at[self->n++];
        *one = (someone_t){.who = &works->people[i], .luck = luck_of(seed, 100 + (uint64_t) i)};
        one->own = luck_apart(seed, 200 + (uint64_t) i);
        one->temper = draw_temper(&one->luck);
        one->node = bus_client(bus, &works->station_curves[one->who->department]);
        one->line = bus_connect(bus, one->node, "mine", agents[one->who->department], "local");
        one->wire_line = -1;
        if (one->temper == MALICIOUS) {
            one->wire_node = bus_client(bus, &works->station_curves[one->who->department]);
            one->wire_line =
                bus_connect(bus, one->wire_node, "mine", desks[one->who->department], "service");
        }
        one->next = bus_boot(bus) + (int64_t) luck_below(&one->luck, 3000);
    }
    return self;
}

void people_destroy(people_t **self_p) {
    if (!*self_p)
        return;
    for (int i = 0; i < (*self_p)->n; i++)
        json_decref((*self_p)->at[i].screen);
    drawer_empty(&(*self_p)->drawer);
    free(*self_p);
    *self_p = NULL;
}

void people_hear(people_t *self, int feedback) { self->to_take_down = feedback; }

void people_tell(people_t *self, void (*say)(void *, const char *), void *arg) {
    self->say = say;
    self->say_arg = arg;
}

void people_all_eager(people_t *self) {
    for (int i = 0; i < self->n; i++)
        self->at[i].temper = EAGER;
}

void people_settle(people_t *self) { self->settled = true; }
void people_rest(people_t *self) { self->resting = true; }
drawer_t *people_drawer(people_t *self) { return &self->drawer; }
bool people_registered_all(const people_t *self) { return self->to_register == 0; }

static void tell(people_t *self, const someone_t *one, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void tell(people_t *self, const someone_t *one, const char *format, ...) {
    char text[300], line[400];
    va_list list;
    if (!self->say)
        return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    snprintf(line, sizeof line, "%s %s", one->who->handle, text);
    self->say(self->say_arg, line);
}

static void give(people_t *self, const someone_t *one, const doing_t *doing) {
    const struct local_command *c = &doing->command;
    given_t given = {.kind = c->kind, .revision = c->revision, .body = {c->body.p, c->body.n}};
    memcpy(given.id, c->id.b, sizeof given.id);
    memcpy(given.object, c->object.b, sizeof given.object);
    memcpy(given.mandate, c->mandate.b, sizeof given.mandate);
    model_given(self->model, &given);
    doing_send(self->bus, one->line, doing);
}

/* ---- what comes ---- */

static void take_receipt(people_t *self, someone_t *one, const struct receipt *receipt) {
    static const char *const states[] = {"", "accepted", "archived", "refused", "queued"};
    const char *wrong =
        model_receipt(self->model, receipt->id.b, receipt->state, receipt->position);
    if (wrong && !self->wrong)
        self->wrong = wrong;
    if (receipt->state == RECEIPT_BUSY && receipt->reason == REASON_OFFLINE)
        return;
    tell(self, one, "reads: %02x%02x %s at %lld %s %.*s", receipt->id.b[14], receipt->id.b[15],
         states[receipt->state < 5 ? receipt->state : 0], (long long) receipt->position,
         receipt->reason ? reason_name((reason_t) receipt->reason) : "", (int) receipt->detail.n,
         receipt->detail.n ? receipt->detail.p : "");
    if (receipt->state == RECEIPT_ACCEPTED || receipt->state == RECEIPT_ARCHIVED)
        drawer_registered(&self->drawer, receipt->id);
    if (receipt->reason == REASON_LOCKED)
        one->unlocked = false;
    bool careless = one->temper == MALICIOUS && luck_percent(&one->luck, 50);
    if (receipt->state == RECEIPT_REFUSED && receipt->reason != REASON_LOCKED && !careless) {
        /* they have read it: it leaves the outbox, and what it held goes on */
        struct local_ask ask = {.what = TEXT("drop"), .id = receipt->id};
        bus_say(self->bus, one->line, MESSAGE_LOCAL_ASK, &ask);
    }
}

/* What was refused while nobody listened is found in the outbox. */
static void look_through_outbox(people_t *self, someone_t *one, json_t *outbox) {
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(outbox, "outbox"), i, row) {
        const char *state = json_string_value(json_object_get(row, "state"));
        struct local_ask ask = {.what = TEXT("drop")};
        ident_parse(text_of(json_string_value(json_object_get(row, "id"))), &ask.id);
        if (state && strcmp(state, "refused") == 0) {
            model_came_back(self->model, ask.id.b);
            bus_say(self->bus, one->line, MESSAGE_LOCAL_ASK, &ask);
        }
    }
}

/* With what goes before it; kept, to be sent when that has arrived. */
static void hand_over(people_t *self, someone_t *one, const doing_t *doing) {
    doing_free(&one->last);
    one->last = *doing;
    if (doing->blob.n) {
        doing_send_blob(self->bus, one->line, doing);
        one->waits = FOR_DOCUMENT;
    } else
        give(self, one, doing);
}

static void take_screen(people_t *self, someone_t *one, const struct reply *reply) {
    if (reply->reason) {
        if (reply->reason == REASON_LOCKED)
            one->unlocked = false;
        return;
    }
    json_t *screen = json_loadb((const char *) reply->json.p, reply->json.n, 0, NULL);
    self->drawer.clock = bus_now(self->bus);
    drawer_see(&self->drawer, screen);
    bool old = one->temper == HASTY && one->screen && luck_percent(&one->luck, 40);
    if (screen && !old) {
        json_decref(one->screen);
        one->screen = screen;
    } else
        json_decref(screen);
    doing_t doing = {0};
    if (!one->screen || !doing_choose(&self->drawer, one->who, &one->luck, one->screen, &doing))
        return;
    hand_over(self, one, &doing);
    tell(self, one, "does %s on %s (%02x%02x)", kind_info(doing.command.kind)->name, doing.on,
         doing.command.id.b[14], doing.command.id.b[15]);
    if (one->temper == HASTY && one->waits == FOR_NOTHING && luck_percent(&one->luck, 50))
        give(self, one, &doing); /* pressed twice: the same id, the same command */
}

static void take(people_t *self, someone_t *one, message_type_t type, const void *body) {
    if (type == MESSAGE_RECEIPT)
        take_receipt(self, one, body);
    else if (type == MESSAGE_BLOB_STATE && one->waits == FOR_DOCUMENT) {
        one->waits = FOR_NOTHING;
        if (((const struct blob_state *) body)->stored)
            give(self, one, &one->last);
    } else if (type == MESSAGE_ANSWER && one->waits == FOR_SCREEN) {
        one->waits = FOR_NOTHING;
        take_screen(self, one, body);
    } else if (type == MESSAGE_LOCAL_STATE) {
        const struct local_state *state = body;
        if (one->waits == FOR_UNLOCK) {
            one->waits = FOR_NOTHING;
            one->unlocked = state->reason == 0;
        } else if (one->waits == FOR_OUTBOX && state->json.n) {
            one->waits = FOR_NOTHING;
            json_t *outbox = json_loadb((const char *) state->json.p, state->json.n, 0, NULL);
            look_through_outbox(self, one, outbox);
            json_decref(outbox);
        }
    }
}

/* ---- what they do ---- */

static int64_t pause(someone_t *one) {
    switch (one->temper) {
    case EAGER: return 200 + (int64_t) luck_below(&one->luck, 2000);
    case ABSENT: return 5000 + (int64_t) luck_below(&one->luck, 120000);
    case HASTY: return 50 + (int64_t) luck_below(&one->luck, 800);
    case MALICIOUS: return 300 + (int64_t) luck_below(&one->luck, 3000);
    case TEMPERS: break;
    }
    return 1000;
}

static void unlock(people_t *self, someone_t *one) {
    struct local_unlock body = {.person = text_of(one->who->handle),
                                .passphrase = TEXT(WORKS_PASSPHRASE),
                                .signs = true};
    bus_say(self->bus, one->line, MESSAGE_LOCAL_UNLOCK, &body);
    one->waits = FOR_UNLOCK;
}

static void look(people_t *self, someone_t *one) {
    struct local_query query = {.person = text_of(one->who->handle), .name = TEXT("inbox")};
    bus_say(self->bus, one->line, MESSAGE_LOCAL_QUERY, &query);
    one->waits = FOR_SCREEN;
}

static void look_at_outbox(people_t *self, someone_t *one) {
    struct local_ask ask = {.what = TEXT("outbox")};
    bus_say(self->bus, one->line, MESSAGE_LOCAL_ASK, &ask);
    one->waits = FOR_OUTBOX;
}

static bool registers(const people_t *self, const someone_t *one) {
    return self->to_register > 0 && !self->settled &&
           (strcmp(one->who->role, "sales.clerk") == 0 ||
            (strcmp(one->who->role, "sales.head") == 0 && self->to_register % 5 == 0));
}

/* False: nothing was taken down now. */
static bool takes_down(people_t *self, someone_t *one) {
    doing_t doing = {0};
    if (self->to_take_down <= 0 || self->settled || !feedback_takes_down(one->who) ||
        !luck_percent(&one->own, strcmp(one->who->role, "quality.manager") == 0 ? 4 : 12) ||
        !feedback_register(&self->drawer, one->who, &one->own, self->drawer.clock, &doing))
        return false;
    self->to_take_down--;
    tell(self, one, "takes down what a customer says (%02x%02x)%s", doing.command.id.b[14],
         doing.command.id.b[15], doing.blob.n ? " with a content" : "");
    hand_over(self, one, &doing);
    return true;
}

/* Of their own accord. False: not now. */
static bool has_a_mind(people_t *self, someone_t *one) {
    doing_t doing = {0};
    if (!self->drawer.docket.kept_n || self->settled || !luck_percent(&one->own, 12) ||
        !feedback_unasked(&self->drawer, one->who, &one->own, &doing))
        return false;
    tell(self, one, "does %s on %s (%02x%02x)", kind_info(doing.command.kind)->name, doing.on,
         doing.command.id.b[14], doing.command.id.b[15]);
    hand_over(self, one, &doing);
    return true;
}

/* Away for a while, or back. False: not now. */
static bool goes_away(people_t *self, someone_t *one) {
    doing_t doing = {0};
    luck_t *luck = &self->drawer.apart;
    if (self->settled || !luck_percent(luck, 3) ||
        !standing_in_let(&self->drawer, one->who, luck, &doing))
        return false;
    tell(self, one, "does %s on %s (%02x%02x)", kind_info(doing.command.kind)->name, doing.on,
         doing.command.id.b[14], doing.command.id.b[15]);
    hand_over(self, one, &doing);
    return true;
}

static const char *mischief(people_t *self, someone_t *one) {
    const char *what = NULL;
    if (self->drawer.docket.kept_n && luck_percent(&one->own, 50))
        what = feedback_mischief(&self->drawer, self->bus, one->who, &one->own, one->wire_line);
    return what ? what
                : doing_mischief(&self->drawer, self->bus, one->who, &one->luck, one->line,
                                 one->wire_line);
}

static void act(people_t *self, someone_t *one) {
    one->asked = bus_boot(self->bus);
    self->drawer.clock = bus_now(self->bus);
    if (!one->unlocked)
        unlock(self, one);
    else if (registers(self, one) && luck_percent(&one->luck, 60)) {
        doing_t doing = {0};
        self->to_register--;
        doing_register(&self->drawer, one->who, &one->luck, bus_now(self->bus), &doing);
        tell(self, one, "registers an order (%02x%02x)%s", doing.command.id.b[14],
             doing.command.id.b[15], doing.blob.n ? " with a drawing" : "");
        hand_over(self, one, &doing);
    } else if (takes_down(self, one) || has_a_mind(self, one) || goes_away(self, one)) {
    } else if (one->temper == MALICIOUS && !self->settled && luck_percent(&one->luck, 40)) {
        const char *what = mischief(self, one);
        tell(self, one, "tries %s", what);
    } else if (luck_percent(&one->luck, 15))
        look_at_outbox(self, one);
    else
        look(self, one);
}

const char *people_tend(people_t *self) {
    message_type_t type;
    const void *body;
    arena_t *arena = arena_new(0);
    for (int i = 0; i < self->n; i++) {
        someone_t *one = &self->at[i];
        while (bus_hear(self->bus, one->node, arena, &type, &body)) {
            take(self, one, type, body);
            arena_reset(arena);
        }
        while (one->wire_line >= 0 && bus_hear(self->bus, one->wire_node, arena, &type, &body)) {
            arena_reset(arena); /* they know what it says */
        }
        int64_t now = bus_boot(self->bus);
        if (one->waits != FOR_NOTHING && now - one->asked > IMPATIENCE_MS)
            one->waits = FOR_NOTHING; /* the machine was off, or the answer got lost */
        if (self->resting || now < one->next || one->waits != FOR_NOTHING)
            continue;
        act(self, one);
        one->next = now + pause(one);
    }
    arena_destroy(&arena);
    return self->wrong;
}

int64_t people_next(const people_t *self) {
    int64_t next = INT64_MAX;
    if (self->resting)
        return bus_boot(self->bus) + 1000;
    for (int i = 0; i < self->n; i++)
        if (self->at[i].next < next)
            next = self->at[i].next;
    return next;
}
