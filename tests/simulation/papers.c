/* SPDX-License-Identifier: Apache-2.0
 *
 * papers: see the header. Where a body of which kind names what is a table, out of PROTOCOL.md.
 */
#include "tests/simulation/papers.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERASE = 120 };

typedef struct content {
    uint8_t address[32];
    bool erased;
} content_t;

struct papers {
    content_t *at;
    size_t n, room;
    char why[300];
};

/* Keys: of the list that holds the whole content (an amendment's), of attachments, of a contact; 0:
   none. */
static const struct place {
    int64_t kind;
    unsigned content, attachments, contact;
} PLACES[] = {{50, 0, 0, 13},   {51, 0, 0, 13}, {60, 0, 9, 10}, {69, 1, 9, 10}, {100, 0, 14, 15},
              {101, 1, 14, 15}, {105, 0, 4, 0}, {112, 0, 3, 0}, {113, 0, 4, 0}};

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

papers_t *papers_new(void) { return must(calloc(1, sizeof(papers_t))); }

void papers_destroy(papers_t **self_p) {
    if (!*self_p)
        return;
    free((*self_p)->at);
    free(*self_p);
    *self_p = NULL;
}

static content_t *content_of(papers_t *self, span_t address) {
    for (size_t i = 0; i < self->n; i++)
        if (staff_same(self->at[i].address, address, 32))
            return &self->at[i];
    if (self->n == self->room) {
        self->room = self->room * 2 + 32;
        self->at = must(realloc(self->at, self->room * sizeof *self->at));
    }
    content_t *content = &self->at[self->n++];
    *content = (content_t){.erased = false};
    memcpy(content->address, address.p, 32);
    return content;
}

static const char *name(papers_t *self, span_t address) {
    if (address.n != 32)
        return NULL;
    return content_of(self, address)->erased ? "it names what was erased" : NULL;
}

/* An attachment is its first piece and those behind it. */
static const char *name_attachments(papers_t *self, span_t list) {
    const char *why = NULL;
    for (size_t i = 0; !why && i < reading_count(list); i++) {
        span_t one = reading_item(list, i), pieces = reading_get(one, 5);
        why = name(self, reading_bytes(reading_get(one, 1)));
        for (size_t k = 0; !why && k < reading_count(pieces); k++)
            why = name(self, reading_bytes(reading_get(reading_item(pieces, k), 1)));
    }
    return why;
}

static const char *erase(papers_t *self, const taken_t *t) {
    span_t address = reading_bytes(reading_get(t->body, 1)), pieces = reading_get(t->body, 2);
    if (address.n != 32)
        return NULL;
    if (!staff_is(t->by, "sales.head") && !staff_is(t->by, "management.representative"))
        return "a content is erased by somebody who may not";
    if (content_of(self, address)->erased)
        return "a content is erased twice";
    content_of(self, address)->erased = true;
    for (size_t i = 0; i < reading_count(pieces); i++) {
        span_t piece = reading_bytes(reading_get(reading_item(pieces, i), 1));
        if (piece.n == 32)
            content_of(self, piece)->erased = true;
    }
    return NULL;
}

const char *papers_take(papers_t *self, const taken_t *t) {
    const char *why = t->kind == ERASE ? erase(self, t) : NULL;
    for (size_t i = 0; !why && i < sizeof PLACES / sizeof *PLACES; i++) {
        const struct place *p = &PLACES[i];
        if (p->kind != t->kind)
            continue;
        span_t body = p->content ? reading_item(reading_get(t->body, p->content), 0) : t->body;
        if (p->attachments)
            why = name_attachments(self, reading_get(body, p->attachments));
        if (!why && p->contact)
            why = name(self, reading_bytes(reading_get(body, p->contact)));
    }
    if (!why)
        return NULL;
    snprintf(self->why, sizeof self->why, "event %lld (kind %lld): %s", (long long) t->position,
             (long long) t->kind, why);
    return self->why;
}

bool papers_erased(const papers_t *self, const uint8_t address[32]) {
    for (size_t i = 0; i < self->n; i++)
        if (memcmp(self->at[i].address, address, 32) == 0)
            return self->at[i].erased;
    return false;
}

const char *papers_check(papers_t *self, const char *path) {
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    const char *why = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT length(salted) FROM blob WHERE address = ?", -1, &stmt,
                           NULL) != SQLITE_OK)
        why = "cannot be read";
    for (size_t i = 0; i < self->n && !why; i++) {
        sqlite3_reset(stmt);
        sqlite3_bind_blob(stmt, 1, self->at[i].address, 32, SQLITE_STATIC);
        bool there = sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) >= 100;
        if (there == self->at[i].erased)
            why = there ? "still has what was erased" : "lacks a content that an event names";
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    if (!why)
        return NULL;
    snprintf(self->why, sizeof self->why, "%.200s %s", path, why);
    return self->why;
}
