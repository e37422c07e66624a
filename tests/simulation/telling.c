/* SPDX-License-Identifier: Apache-2.0
 *
 * telling: see the header. The relay's own book is what the model believes.
 */
#include "tests/simulation/telling.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "tests/simulation/letters.h"
#include "tests/simulation/scene.h"

typedef struct mail {
    ident_t id;
    int64_t handed, taken, refused;
    int64_t forgotten; /* taken more than once before the store that knew why was lost */
} mail_t;

struct telling {
    scene_t *scene;
    luck_t luck;
    mail_t *mails;
    size_t n, room, taken;
    bool healed;
    int64_t losses;  /* of its store: what has no outcome on the record yet is sent again */
    int64_t next;    /* boot ms: somebody kills it, or speaks of a notification */
    letters_t letters;
    char wrong[200];
};

static telling_t *current; /* a daemon's `open` is given no argument of ours */

/* ---- the relay ---- */

static mail_t *mail_of(telling_t *self, ident_t id) {
    for (size_t i = self->n; i-- > 0;)
        if (ident_equal(self->mails[i].id, id))
            return &self->mails[i];
    if (self->n == self->room) {
        self->room = self->room * 2 + 256;
        self->mails = memory_grow(self->mails, self->room, sizeof *self->mails);
    }
    self->mails[self->n] = (mail_t){.id = id};
    return &self->mails[self->n++];
}

static void answer(telling_t *self, const struct delivery *d, struct delivered *out) {
    mail_t *mail = mail_of(self, d->id);
    uint64_t luck = self->healed ? 99 : luck_below(&self->luck, 100);
    *out = (struct delivered){.id = d->id, .state = DELIVERY_ACCEPTED, .code = 250};
    mail->handed++;
    if (luck < 12) {
        *out = (struct delivered){.id = d->id, .state = DELIVERY_DEFERRED, .code = 451};
        return;
    }
    if (luck < 17) {
        *out = (struct delivered){.id = d->id, .state = DELIVERY_REFUSED, .code = 550};
        mail->refused++;
        return;
    }
    mail->taken++;
    self->taken++;
    if (luck < 24) /* taken, and the connection went before it said so */
        *out = (struct delivered){.id = d->id, .state = DELIVERY_DEFERRED, .unsure = true};
}

static void *relay_open(const char *site, const char *argument, bool check_only,
                        problem_t *problem) {
    (void) site, (void) argument, (void) check_only, (void) problem;
    return current;
}
static void relay_close(void **self_p) { *self_p = NULL; }

static void relay_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    message_type_t type;
    const void *body;
    struct delivered delivered;
    (void) now;
    if (in->type != INPUT_MESSAGE)
        return;
    arena_t *arena = arena_new(0);
    if (message_decode(in->frame, arena, &type, &body, NULL) == 0 && type == MESSAGE_DELIVER) {
        answer(arg, body, &delivered);
        output_send(out, 0, &in->route, MESSAGE_DELIVERED, &delivered);
    }
    arena_destroy(&arena);
}

static const port_t relay_ports[] = {{"work", PORT_LOCAL, false}};
static const daemon_spec_t relay_spec = {.name = "relay",
                                         .arguments = "",
                                         .ports = relay_ports,
                                         .ports_n = 1,
                                         .open = relay_open,
                                         .close = relay_close,
                                         .step = relay_step};

/* ---- the notifier ---- */

void telling_configure(const char *site_folder) {
    char path[512];
    snprintf(path, sizeof path, "%s/notify.cfg", site_folder);
    FILE *file = fopen(path, "we");
    insist(file);
    fputs("sender = \"countersign@wuyou.example.com\"; domain = \"wuyou.example.com\";\n"
          "backoff_first_seconds = 1; backoff_limit_seconds = 8; max_age_hours = 720;\n"
          "checkpoint_minutes = 1;\n"
          "auditors = ( { name = \"certifier\"; address = \"evidence@certifier.example.org\"; } );\n"
          "rules = (\n"
          "  { name = \"complaint\"; event = \"feedback.register\"; kinds = [ \"complaint\" ];"
          " to = [ \"department:quality\" ]; template = \"told\"; urgent = true; },\n"
          "  { name = \"tally\"; event = \"round.tallied\"; to = [ \"waiting\" ];"
          " template = \"asked\"; urgent = true; },\n"
          "  { name = \"missed\"; event = \"deadline.missed\"; to = [ \"escalate\" ];"
          " template = \"deadline\"; urgent = true; }\n"
          ");\n",
          file);
    insist(fclose(file) == 0);
    insist(setenv("COUNTERSIGN_TEMPLATES", "config/templates", 0) == 0);
}

telling_t *telling_new(scene_t *scene, uint64_t seed) {
    telling_t *self = memory_new(1, sizeof *self);
    const char *folder = scene->works->company->folder;
    self->scene = scene;
    self->luck = luck_apart(seed, 12);
    self->next = bus_boot(scene->bus) + 4000;
    self->letters.who = "quality";
    self->letters.series = 0x54;
    letters_open(&self->letters, scene->works, scene->bus, scene->model, "quality",
                 scene->desks[works_department(scene->works, "quality")]);
    current = self;
    int relay = bus_add(scene->bus, &relay_spec, folder, "");
    bus_connect(scene->bus, scene->notifier, "coordinator", COORDINATOR, "service");
    bus_connect(scene->bus, scene->notifier, "stream", COORDINATOR, "stream");
    bus_connect(scene->bus, scene->notifier, "archiver", ARCHIVER, "service");
    bus_connect(scene->bus, scene->notifier, "hooks", relay, "work");
    return self;
}

void telling_destroy(telling_t **self_p) {
    if (!*self_p)
        return;
    letters_close(&(*self_p)->letters);
    free((*self_p)->mails);
    free(*self_p);
    *self_p = NULL;
}

size_t telling_told(const telling_t *self) { return self->taken; }
void telling_heal(telling_t *self) { self->healed = true; }

static notifier_t *notifier_of(const telling_t *self) {
    return bus_runs(self->scene->bus, self->scene->notifier, NULL)
               ? bus_daemon(self->scene->bus, self->scene->notifier)
               : NULL;
}

/* By hand, by the power's end, and now and then its store is gone with it. */
static void kill_it(telling_t *self) {
    scene_t *scene = self->scene;
    cut_t cut = (cut_t) luck_below(&self->luck, CUTS + 1);
    scene_down(scene, scene->notifier, cut, 100 + (int64_t) luck_below(&self->luck, 3000));
    if (luck_percent(&self->luck, 15)) {
        disk_lose(scene->notifier, ".db");
        self->losses++;
        for (size_t i = 0; i < self->n; i++)
            if (self->mails[i].taken)
                self->mails[i].forgotten = self->mails[i].taken - 1;
        scene_say(scene, "the notifier's store is gone");
    }
    scene_say(scene, "the notifier is killed");
}

/* Of some notification, that it be tried again or dropped. */
static void speak_of_one(telling_t *self) {
    const works_person_t *who = works_role(self->scene->works, "quality.manager");
    const notifier_t *notifier = notifier_of(self);
    note_t notes[64];
    size_t n = notifier ? queue_list(notifier->queue, 0, true, notes, 64) : 0;
    if (!n)
        return;
    const note_t *note = &notes[luck_below(&self->luck, n)];
    struct notify_act body = {.notification = note->id, .reason = TEXT("电话已告知")};
    if (note->addressed == ADDRESSED_AUDITOR) { /* of no case, and the next one takes its place */
        letters_write(&self->letters, who->signer, who->id, letters_id(&self->letters),
                      KIND_NOTIFY_CHECKPOINT_RETRY,
                      context_genesis_case(chronicle_context(notifier->chronicle)), &body,
                      "wants a checkpoint mailed again");
        return;
    }
    bool drop = luck_percent(&self->luck, 40);
    letters_write(&self->letters, who->signer, who->id, letters_id(&self->letters),
                  drop ? KIND_NOTIFY_DROP : KIND_NOTIFY_RETRY, note->object, &body,
                  drop ? "drops a notification" : "wants a notification sent again");
}

const char *telling_tend(telling_t *self) {
    int64_t now = bus_boot(self->scene->bus);
    letters_tend(&self->letters, NULL, NULL);
    if (self->healed || now < self->next)
        return self->letters.wrong;
    if (luck_percent(&self->luck, 40))
        kill_it(self);
    else
        speak_of_one(self);
    self->next = now + 1000 + (int64_t) luck_below(&self->luck, 9000);
    return self->letters.wrong;
}

int64_t telling_next(const telling_t *self) {
    int64_t next = letters_next(&self->letters);
    return self->healed || next < self->next ? next : self->next;
}

const char *telling_waits(const telling_t *self) {
    const notifier_t *notifier = notifier_of(self);
    queue_counts_t counts;
    if (!notifier)
        return "the notifier does not run";
    queue_count(notifier->queue, &counts);
    if (counts.of[NOTE_WAITING] || counts.of[NOTE_DEFERRED] || counts.of[NOTE_ATTEMPTING])
        return "somebody is still to be told";
    if (counts.untold || outbox_count(notifier->outbox))
        return "what became of a mail is not on the record";
    position_t last = ledger_last(chronicle_ledger(notifier->chronicle));
    return notifier->acted < last ? "the notifier has not looked at everything" : NULL;
}

/* ---- at the end ---- */

static const char *wrong(telling_t *self, const char *what, position_t event) {
    snprintf(self->wrong, sizeof self->wrong, "event %llu: %s", (unsigned long long) event, what);
    return self->wrong;
}

/* What the notifier believes, against the relay's book. */
static const char *check_note(telling_t *self, const note_t *note) {
    const mail_t *mail = mail_of(self, note->id);
    if (note->state == NOTE_ACCEPTED && !mail->taken && !note->digest)
        return wrong(self, "a mail is said to be taken that the relay never took", note->event);
    if (mail->taken > 1 + mail->forgotten + note->unsure + note->round + self->losses)
        return wrong(self, "a mail was sent twice though its end was known", note->event);
    if (note->state == NOTE_FAILED && mail->handed && !mail->refused)
        return wrong(self, "a mail is given up that the relay did not refuse", note->event);
    return NULL;
}

static const char *check_queue(telling_t *self, const notifier_t *notifier) {
    note_t notes[64];
    int64_t after = 0;
    size_t n;
    while ((n = queue_list(notifier->queue, after, true, notes, 64)) > 0) {
        for (size_t i = 0; i < n; i++) {
            const char *why = check_note(self, &notes[i]);
            if (why)
                return why;
        }
        after = notes[n - 1].no;
    }
    return NULL;
}

typedef struct seeking {
    const telling_t *self;
    const notifier_t *notifier;
    struct { position_t event; bool outcome, registered; ident_t by; } *at;
    size_t n, room;
} seeking_t;

static int seek(void *arg, position_t position, bytes_t bytes) {
    seeking_t *s = arg;
    decoded_t event;
    arena_t *arena = arena_new(0);
    insist(event_decode(bytes, arena, &event, NULL) == 0);
    const struct feedback_content *content = event.body;
    const struct notified *told = event.body;
    if (event.info->kind == KIND_FEEDBACK_REGISTER && content->kind == FEEDBACK_COMPLAINT) {
        if (s->n == s->room) {
            s->room = s->room * 2 + 32;
            s->at = memory_grow(s->at, s->room, sizeof *s->at);
        }
        s->at[s->n].event = position;
        s->at[s->n].outcome = false;
        s->at[s->n++].by = event.command.actor;
    }
    for (size_t i = 0; event.info->kind == KIND_NOTIFY_OUTCOME && i < s->n; i++)
        if ((position_t) told->event == s->at[i].event && text_is(told->rule, "complaint"))
            s->at[i].outcome = true;
    arena_destroy(&arena);
    return 0;
}

/* What the notifier has to say of it, for whoever reads the story. */
static void say_notes(const telling_t *self, const notifier_t *notifier, position_t event) {
    note_t notes[64];
    int64_t after = 0;
    size_t n;
    while ((n = queue_list(notifier->queue, after, true, notes, 64)) > 0) {
        for (size_t i = 0; i < n; i++)
            if (notes[i].event == event)
                scene_say(self->scene, "notification %lld of event %lld, rule %s: %s %s",
                          (long long) notes[i].no, (long long) event, notes[i].rule,
                          note_state_name(notes[i].state), notes[i].text);
        after = notes[n - 1].no;
    }
    scene_say(self->scene, "the notifier looked at all up to %lld",
              (long long) notifier->acted);
}

/* QP21-4.5c: whoever judges for quality hears of each complaint, unless it was their own word. */
static const char *check_complaints(telling_t *self, const notifier_t *notifier) {
    const works_person_t *quality = works_role(self->scene->works, "quality.manager");
    ledger_t *ledger = chronicle_ledger(notifier->chronicle);
    seeking_t s = {.self = self, .notifier = notifier};
    const char *why = NULL;
    ledger_walk(ledger, 1, ledger_last(ledger), seek, &s);
    for (size_t i = 0; i < s.n && !why; i++)
        if (!s.at[i].outcome && !ident_equal(s.at[i].by, quality->id)) {
            say_notes(self, notifier, s.at[i].event);
            why = wrong(self, "nobody in quality was told of a complaint", s.at[i].event);
        }
    free(s.at);
    return why;
}

const char *telling_check(telling_t *self) {
    const notifier_t *notifier = notifier_of(self);
    if (!notifier)
        return "the notifier does not run at the end";
    const char *why = check_queue(self, notifier);
    return why ? why : check_complaints(self, notifier);
}
