/* SPDX-License-Identifier: Apache-2.0
 *
 * claims: what accepted orders took, kept small: one block of memory for each claiming order, and
 * for each department the list of its claims by position. Effective orders go on claiming until
 * deliveries are known.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/domain/assess/assess.h"
#include "common/domain/assess/names.h"

#define DEPARTMENTS_MAX 32 /* bound of round_opened.departments */

typedef struct stake { text_t department; position_t position; } stake_t;

/* An order that claims; lists and texts lie behind it in its block, but for the products' names. */
typedef struct holder {
    struct holder *next;
    ident_t order;
    text_t number;
    position_t revision;
    claim_line_t *lines; size_t lines_n;
    stake_t *stakes; size_t stakes_n;
} holder_t;

typedef struct book { text_t department; claim_t *at; size_t n, room; } book_t;

struct claims {
    holder_t **buckets; size_t buckets_n, holders_n; /* buckets_n: a power of two */
    book_t *books; size_t books_n;
    names_t *products;
};

claims_t *claims_new(void) {
    claims_t *self = memory_new(1, sizeof *self);
    *self = (claims_t){.buckets_n = 64, .products = names_new()};
    self->buckets = memory_new(self->buckets_n, sizeof *self->buckets);
    return self;
}

void claims_destroy(claims_t **self_p) {
    claims_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->buckets_n; i++)
        for (holder_t *holder = self->buckets[i], *next; holder; holder = next) {
            next = holder->next;
            free(holder);
        }
    for (size_t i = 0; i < self->books_n; i++) {
        free(self->books[i].at);
        free((void *) (uintptr_t) self->books[i].department.p);
    }
    free(self->books);
    free(self->buckets);
    names_destroy(&self->products);
    free(self);
    *self_p = NULL;
}

/* ---- orders by id: the last bytes of a UUIDv7 are random ---- */

static holder_t **bucket(holder_t **buckets, size_t n, ident_t order) {
    uint64_t hash;
    memcpy(&hash, order.b + 8, sizeof hash);
    return &buckets[(hash ^ hash >> 32) & (n - 1)];
}

static holder_t **find(claims_t *self, ident_t order) {
    holder_t **at = bucket(self->buckets, self->buckets_n, order);
    while (*at && !ident_equal((*at)->order, order))
        at = &(*at)->next;
    return at;
}

static void rehash(claims_t *self) {
    size_t n = self->buckets_n * 4;
    holder_t **more = memory_new(n, sizeof *more);
    for (size_t i = 0; i < self->buckets_n; i++)
        for (holder_t *holder = self->buckets[i], *next; holder; holder = next) {
            next = holder->next;
            holder_t **at = bucket(more, n, holder->order);
            holder->next = *at;
            *at = holder;
        }
    free(self->buckets);
    self->buckets = more;
    self->buckets_n = n;
}

/* ---- departments ---- */

static book_t *book_of(claims_t *self, text_t department) {
    for (size_t i = 0; i < self->books_n; i++)
        if (text_equal(self->books[i].department, department))
            return &self->books[i];
    self->books = memory_grow(self->books, self->books_n + 1, sizeof *self->books);
    book_t *book = &self->books[self->books_n++];
    *book = (book_t){.department = {memory_text(department), department.n}};
    return book;
}

static size_t book_at(const book_t *book, position_t position) {
    size_t low = 0, high = book->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (book->at[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void book_put(book_t *book, const holder_t *holder, position_t position) {
    if (book->n == book->room) {
        book->room = book->room ? 2 * book->room : 16;
        book->at = memory_grow(book->at, book->room, sizeof *book->at);
    }
    size_t at = book_at(book, position);
    memmove(book->at + at + 1, book->at + at, (book->n - at) * sizeof *book->at);
    book->n++;
    book->at[at] = (claim_t){.order = holder->order, .number = holder->number,
                               .department = book->department, .position = position,
                               .lines = holder->lines, .lines_n = holder->lines_n};
}

static void book_drop(book_t *book, const holder_t *holder, position_t position) {
    for (size_t i = book_at(book, position); i < book->n; i++)
        if (ident_equal(book->at[i].order, holder->order)) {
            memmove(book->at + i, book->at + i + 1, (--book->n - i) * sizeof *book->at);
            return;
        }
}

/* ---- what an order holds now ---- */

static size_t stakes_of(const order_t *order, stake_t out[DEPARTMENTS_MAX]) {
    const round_t *round = order_round(order);
    size_t n = 0;
    if (!round || order->state == ORDER_WITHDRAWN || order->state == ORDER_DECLINED)
        return 0;
    for (size_t i = 0; i < round->verdicts_n && n < DEPARTMENTS_MAX; i++) {
        const round_verdict_t *verdict = &round->verdicts[i];
        if (verdict->standing && !verdict->retracted && verdict->body->verdict == VERDICT_ACCEPT)
            out[n++] = (stake_t){verdict->body->department, verdict->position};
    }
    return n;
}

static bool same(const holder_t *holder, const order_t *order, const stake_t *stakes, size_t n) {
    if (holder->stakes_n != n || holder->revision != order_revision(order)->position ||
        !text_equal(holder->number, order->head.number))
        return false;
    for (size_t i = 0; i < n; i++)
        if (holder->stakes[i].position != stakes[i].position ||
            !text_equal(holder->stakes[i].department, stakes[i].department))
            return false;
    return true;
}

static text_t copy_text(char **room, text_t text) {
    text_t copy = {*room, text.n};
    if (text.n)
        memcpy(*room, text.p, text.n);
    *room += text.n;
    return copy;
}

static holder_t *holder_new(const order_t *order, const stake_t *stakes, size_t stakes_n,
                            names_t *products) {
    const order_revision_t *revision = order_revision(order);
    const struct order_line_list *lines = &revision->content->lines;
    size_t texts = order->head.number.n;
    for (size_t i = 0; i < stakes_n; i++)
        texts += stakes[i].department.n;
    for (size_t i = 0; i < lines->n; i++)
        texts += lines->at[i].modification.n;
    size_t lists = lines->n * sizeof(claim_line_t) + stakes_n * sizeof *stakes;
    holder_t *self = memory_new(sizeof *self + lists + texts, 1);
    *self = (holder_t){.order = order->head.id, .revision = revision->position,
                       .lines_n = lines->n, .stakes_n = stakes_n};
    self->lines = (claim_line_t *) (void *) (self + 1);
    self->stakes = (stake_t *) (void *) (self->lines + lines->n);
    char *room = (char *) (self->stakes + stakes_n);
    self->number = copy_text(&room, order->head.number);
    for (size_t i = 0; i < stakes_n; i++)
        self->stakes[i] = (stake_t){copy_text(&room, stakes[i].department), stakes[i].position};
    for (size_t i = 0; i < lines->n; i++) {
        const struct order_line *line = &lines->at[i];
        self->lines[i].product_number = names_number(products, line->product);
        self->lines[i].product = names_at(products, self->lines[i].product_number);
        self->lines[i].modification = copy_text(&room, line->modification);
        self->lines[i].quantity = line->quantity;
        self->lines[i].wanted = line->wanted;
    }
    return self;
}

static void drop(claims_t *self, holder_t **at) {
    holder_t *holder = *at;
    for (size_t i = 0; i < holder->stakes_n; i++)
        book_drop(book_of(self, holder->stakes[i].department), holder,
                    holder->stakes[i].position);
    *at = holder->next;
    self->holders_n--;
    free(holder);
}

bool claims_update(claims_t *self, const order_t *order) {
    stake_t stakes[DEPARTMENTS_MAX];
    size_t n = stakes_of(order, stakes);
    holder_t **at = find(self, order->head.id);
    if (*at ? same(*at, order, stakes, n) : n == 0)
        return false;
    if (*at)
        drop(self, at);
    if (n == 0)
        return true;
    if (self->holders_n == self->buckets_n)
        rehash(self);
    holder_t *holder = holder_new(order, stakes, n, self->products);
    at = find(self, order->head.id);
    holder->next = *at;
    *at = holder;
    self->holders_n++;
    for (size_t i = 0; i < n; i++)
        book_put(book_of(self, stakes[i].department), holder, stakes[i].position);
    return true;
}

position_t claims_position(const claims_t *self, ident_t order, text_t department) {
    const holder_t *holder = *bucket(self->buckets, self->buckets_n, order);
    while (holder && !ident_equal(holder->order, order))
        holder = holder->next;
    for (size_t i = 0; holder && i < holder->stakes_n; i++)
        if (text_equal(holder->stakes[i].department, department))
            return holder->stakes[i].position;
    return 0;
}

size_t claims_of(const claims_t *self, text_t department, const claim_t **list) {
    for (size_t i = 0; i < self->books_n; i++)
        if (text_equal(self->books[i].department, department)) {
            *list = self->books[i].at;
            return self->books[i].n;
        }
    *list = NULL;
    return 0;
}

size_t claims_products(const claims_t *self) {
    return names_count(self->products);
}
