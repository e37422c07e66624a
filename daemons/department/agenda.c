/* SPDX-License-Identifier: Apache-2.0
 *
 * agenda: a small set of cases, and a mark for "all open ones". Kept in memory only: after a start
 * everything open is looked at once, and what the record already shows is not posted again.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "daemons/department/department.h"

#define CASES_MAX 100000

struct agenda {
    ident_t *ids;
    size_t n, room;
    bool all;
};

agenda_t *agenda_new(void) {
    agenda_t *self = memory_new(1, sizeof *self);
    return self;
}

void agenda_destroy(agenda_t **self_p) {
    if (*self_p)
        free((*self_p)->ids);
    free(*self_p);
    *self_p = NULL;
}

static void reserve(agenda_t *self, size_t room) {
    if (room <= self->room)
        return;
    ident_t *more = memory_grow(self->ids, room, sizeof *more);
    self->ids = more;
    self->room = room;
}

void agenda_add(agenda_t *self, ident_t id) {
    if (self->all)
        return;
    for (size_t i = self->n; i-- > 0 && self->n - i < 16;) /* events of one case come in runs */
        if (ident_equal(self->ids[i], id))
            return;
    reserve(self, self->n == self->room ? self->room * 2 + 16 : self->room);
    self->ids[self->n++] = id;
}

void agenda_all(agenda_t *self) {
    self->all = true;
    self->n = 0;
}

bool agenda_take(agenda_t *self, chronicle_t *chronicle, ident_t *id) {
    if (self->all) {
        reserve(self, CASES_MAX);
        self->n = chronicle_busy_cases(chronicle, self->ids, CASES_MAX);
        self->all = false;
    }
    if (self->n == 0)
        return false;
    *id = self->ids[--self->n];
    return true;
}
