/* SPDX-License-Identifier: Apache-2.0
 *
 * agenda: the cases of which something came, first come first looked at, and after them all open ones
 * when what they are assessed by has changed. Those wait behind and are looked at in pieces, with a rest
 * between: of a thousand open orders each new one would have all others assessed before the next is
 * answered. A change during such a round brings another round after it. Kept in memory only: after a
 * start everything open is looked at once, and what the record already shows is not posted again.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "daemons/department/department.h"

#define CASES_MAX 100000
#define NAMED_MAX 4096 /* more than that, as while catching up: all open ones */
#define RUN 16         /* events of one case come in runs */
#define REST_MS 50

typedef struct cases { ident_t *ids; size_t first, n; } cases_t; /* from first up to n */

struct agenda {
    cases_t named, round;
    bool all;          /* another round is due */
    size_t piece;      /* taken of the round since the last rest */
    int64_t rest_until; /* boot ms */
};

agenda_t *agenda_new(void) {
    agenda_t *self = memory_new(1, sizeof *self);
    return self;
}

void agenda_destroy(agenda_t **self_p) {
    if (*self_p) {
        free((*self_p)->named.ids);
        free((*self_p)->round.ids);
    }
    free(*self_p);
    *self_p = NULL;
}

/* Once, when it is first needed. */
static void reserve(cases_t *cases, size_t room) {
    if (!cases->ids)
        cases->ids = memory_new(room, sizeof *cases->ids);
}

static bool empty(const cases_t *cases) { return cases->first == cases->n; }

static bool in_run(const cases_t *cases, ident_t id) {
    for (size_t i = cases->n; i-- > cases->first && cases->n - i <= RUN;)
        if (ident_equal(cases->ids[i], id))
            return true;
    return false;
}

void agenda_add(agenda_t *self, ident_t id) {
    cases_t *named = &self->named;
    if (empty(named))
        named->first = named->n = 0;
    if (in_run(named, id))
        return;
    if (named->n == NAMED_MAX) {
        named->first = named->n = 0;
        agenda_all(self);
        return;
    }
    reserve(named, NAMED_MAX);
    named->ids[named->n++] = id;
}

void agenda_all(agenda_t *self) { self->all = true; }

static void begin_round(agenda_t *self, chronicle_t *chronicle) {
    reserve(&self->round, CASES_MAX);
    self->round.first = 0;
    self->round.n = chronicle_busy_cases(chronicle, self->round.ids, CASES_MAX);
    self->all = false;
}

bool agenda_take(agenda_t *self, chronicle_t *chronicle, int64_t boot, ident_t *id) {
    if (!empty(&self->named)) {
        *id = self->named.ids[self->named.first++];
        return true;
    }
    if (boot < self->rest_until)
        return false;
    if (empty(&self->round) && self->all)
        begin_round(self, chronicle);
    if (empty(&self->round))
        return false;
    *id = self->round.ids[self->round.first++];
    if (++self->piece == CONSIDER_AT_ONCE) {
        self->piece = 0;
        self->rest_until = boot + REST_MS;
    }
    return true;
}

int64_t agenda_wake(const agenda_t *self, int64_t boot) {
    if (!empty(&self->named))
        return boot;
    return empty(&self->round) && !self->all ? 0 : self->rest_until > boot ? self->rest_until : boot;
}
