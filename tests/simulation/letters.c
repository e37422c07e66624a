/* SPDX-License-Identifier: Apache-2.0
 *
 * letters: see the header.
 */
#include "tests/simulation/letters.h"

#include <stdarg.h>

#include "common/bus/messages.h"
#include "tests/simulation/people.h"

#define AGAIN_MS 2000
#define TIMES_MAX 20

void letters_open(letters_t *self, const works_t *works, bus_t *bus, model_t *model,
                  const char *department, int desk) {
    self->works = works;
    self->bus = bus;
    self->model = model;
    self->node = bus_client(bus, &works->station_curves[works_department(works, department)]);
    self->line = bus_connect(bus, self->node, "mine", desk, "service");
}

void letters_close(letters_t *self) {
    for (size_t i = 0; i < LETTERS_UNDER_WAY; i++)
        buffer_free(&self->at[i].bytes);
}

void letters_tell(const letters_t *self, const char *format, ...) {
    char text[200], line[220];
    va_list list;
    if (!self->say)
        return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    snprintf(line, sizeof line, "%s %s", self->who, text);
    self->say(self->say_arg, line);
}

ident_t letters_id(letters_t *self) {
    ident_t id = {{0x01, 0xa2, 0, 0, 0, 0, 0x70, 0, 0x80, self->series}};
    uint64_t n = ++self->serial;
    for (int i = 0; i < 6; i++)
        id.b[15 - i] = (uint8_t) (n >> (8 * i));
    return id;
}

static void post(letters_t *self, letter_t *letter) {
    struct submit body = {.signed_command = buffer_bytes(&letter->bytes)};
    bus_say(self->bus, self->line, MESSAGE_SUBMIT, &body);
    bool more = letter->accepted || letter->times++ < TIMES_MAX;
    letter->again = more ? bus_boot(self->bus) + AGAIN_MS : 0;
}

static void note_given(letters_t *self, const letter_t *letter) {
    span_t command = reading_bytes(reading_get((span_t){letter->bytes.p, letter->bytes.n}, 4));
    span_t object = reading_bytes(reading_get(command, 4));
    given_t given = {.kind = reading_int(reading_get(command, 3)),
                     .revision = reading_int(reading_get(command, 5)),
                     .body = reading_bytes(reading_get(command, 13))};
    memcpy(given.id, letter->id.b, sizeof given.id);
    if (object.n == sizeof given.object)
        memcpy(given.object, object.p, object.n);
    model_given(self->model, &given);
}

bool letters_write(letters_t *self, const signer_t *signer, ident_t actor, ident_t id, kind_t kind,
                   ident_t object, const void *body, const char *what) {
    const works_t *works = self->works;
    for (size_t i = 0; i < LETTERS_UNDER_WAY; i++) {
        letter_t *letter = &self->at[i];
        if (letter->again)
            continue;
        letter->id = id;
        letter->times = 0;
        letter->accepted = false;
        snprintf(letter->what, sizeof letter->what, "%s", what);
        company_sign(works->company, signer, actor, id, kind, object,
                     works->stations[works_department(works, "quality")], body, bus_now(self->bus),
                     &letter->bytes);
        note_given(self, letter);
        letters_tell(self, "%s (%02x%02x)", what, id.b[14], id.b[15]);
        post(self, letter);
        return true;
    }
    return false;
}

/* Of one of ours: true. */
static bool take_receipt(letters_t *self, const struct receipt *receipt) {
    for (size_t i = 0; i < LETTERS_UNDER_WAY; i++) {
        letter_t *letter = &self->at[i];
        if (!letter->again || !ident_equal(letter->id, receipt->id))
            continue;
        const char *wrong = NULL;
        if (receipt->state != RECEIPT_BUSY)
            wrong = model_receipt(self->model, receipt->id.b, receipt->state, receipt->position);
        if (wrong && !self->wrong)
            self->wrong = wrong;
        if (receipt->state == RECEIPT_ACCEPTED)
            letter->accepted = true;
        if (receipt->state == RECEIPT_ARCHIVED || receipt->state == RECEIPT_REFUSED) {
            letter->again = 0;
            letters_tell(self, "reads: %s %s %s", letter->what,
                         receipt->state == RECEIPT_REFUSED ? "refused" : "archived",
                         receipt->reason ? reason_name((reason_t) receipt->reason) : "");
        }
        return true;
    }
    return false;
}

void letters_tend(letters_t *self, void (*told)(void *arg, const struct receipt *receipt),
                  void *arg) {
    message_type_t type;
    const void *body;
    arena_t *arena = arena_new(0);
    while (bus_hear(self->bus, self->node, arena, &type, &body)) {
        if (type == MESSAGE_RECEIPT && take_receipt(self, body) && told)
            told(arg, body);
        arena_reset(arena);
    }
    arena_destroy(&arena);
    for (size_t i = 0; i < LETTERS_UNDER_WAY; i++)
        if (self->at[i].again && bus_boot(self->bus) >= self->at[i].again)
            post(self, &self->at[i]);
}

int64_t letters_next(const letters_t *self) {
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < LETTERS_UNDER_WAY; i++)
        if (self->at[i].again && self->at[i].again < next)
            next = self->at[i].again;
    return next;
}
