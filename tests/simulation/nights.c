/* SPDX-License-Identifier: Apache-2.0
 *
 * nights: see the header.
 */
#include "tests/simulation/nights.h"

#include "tests/simulation/letters.h"

#define NIGHTS_MAX 16
#define HOURS_MAX 80

struct nights {
    const works_t *works;
    bus_t *bus;
    drawer_t *drawer;
    letters_t letters;
    luck_t luck;
    struct { int64_t at, ms; } night[NIGHTS_MAX]; /* at: elapsed ms; ms 0: it is over */
    int nights_n;
    int64_t next; /* boot ms: somebody is impatient */
    bool settled;
};

nights_t *nights_new(const works_t *works, bus_t *bus, model_t *model, drawer_t *drawer, int desk,
                     uint64_t seed, int n, int64_t span) {
    nights_t *self = calloc(1, sizeof *self);
    insist(self);
    self->works = works;
    self->bus = bus;
    self->drawer = drawer;
    self->luck = luck_apart(seed, 11);
    self->nights_n = n < NIGHTS_MAX ? n : NIGHTS_MAX;
    for (int i = 0; i < self->nights_n; i++) {
        self->night[i].at = (int64_t) luck_below(&self->luck, (uint64_t) span);
        self->night[i].ms = (1 + (int64_t) luck_below(&self->luck, HOURS_MAX)) * HOUR_MS;
    }
    self->settled = n == 0;
    self->letters.who = "colleague";
    self->letters.series = 0x4e;
    if (n)
        letters_open(&self->letters, works, bus, model, "quality", desk);
    self->next = bus_boot(bus) + 1000;
    return self;
}

void nights_destroy(nights_t **self_p) {
    if (!*self_p)
        return;
    letters_close(&(*self_p)->letters);
    free(*self_p);
    *self_p = NULL;
}

void nights_settle(nights_t *self) { self->settled = true; }

void nights_tell(nights_t *self, void (*say)(void *, const char *), void *arg) {
    self->letters.say = say;
    self->letters.say_arg = arg;
}

/* Of what may be waited for, mostly what often is. */
static enum stage some_stage(luck_t *luck) {
    static const enum stage often[] = {STAGE_REVIEW,   STAGE_REVIEW,    STAGE_REVIEW,
                                       STAGE_SIGN,     STAGE_CONCLUDE,  STAGE_CLASSIFY,
                                       STAGE_ASSESSED, STAGE_CONTAINED, STAGE_ANSWER,
                                       STAGE_CLOSE,    STAGE_NEGOTIATE, STAGE_ACTION};
    return often[luck_below(luck, sizeof often / sizeof *often)];
}

static void remind(nights_t *self) {
    const works_person_t *who =
        &self->works->people[luck_below(&self->luck, (uint64_t) self->works->people_n)];
    const kept_order_t *order = drawer_some(self->drawer, &self->luck);
    const kept_feedback_t *feedback = docket_some(&self->drawer->docket, &self->luck);
    bool of_order = order && (!feedback || luck_percent(&self->luck, 60));
    struct nudge body = {some_stage(&self->luck), TEXT("顾客在等")};
    if (!of_order && !feedback)
        return;
    letters_write(&self->letters, who->signer, who->id, letters_id(&self->letters), KIND_CASE_NUDGE,
                  of_order ? order->id : feedback->id, &body, "reminds somebody");
}

int64_t nights_tend(nights_t *self, int64_t elapsed, const char **wrong) {
    if (self->nights_n == 0)
        return 0;
    letters_tend(&self->letters, NULL, NULL);
    *wrong = self->letters.wrong;
    if (self->settled)
        return 0;
    if (bus_boot(self->bus) >= self->next) {
        remind(self);
        self->next = bus_boot(self->bus) + 500 + (int64_t) luck_below(&self->luck, 4000);
    }
    for (int i = 0; i < self->nights_n; i++) {
        int64_t ms = self->night[i].ms;
        if (!ms || elapsed < self->night[i].at)
            continue;
        self->night[i].ms = 0;
        letters_tell(&self->letters, "goes home for %lld hours", (long long) (ms / HOUR_MS));
        return ms;
    }
    return 0;
}

int64_t nights_next(const nights_t *self, int64_t elapsed) {
    int64_t next = self->nights_n ? letters_next(&self->letters) : INT64_MAX;
    if (self->settled)
        return next;
    if (self->next < next)
        next = self->next;
    for (int i = 0; i < self->nights_n; i++) {
        int64_t at = bus_boot(self->bus) + self->night[i].at - elapsed;
        if (self->night[i].ms && at < next)
            next = at;
    }
    return next;
}
