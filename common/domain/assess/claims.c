/* SPDX-License-Identifier: Apache-2.0
 *
 * claims: what accepted orders took, kept small: one block of memory for each claiming order, and
 * for each department the list of its claims by position. Effective orders go on claiming until
 * deliveries are known.
 */
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/domain/assess/assess.h"
#include "common/domain/assess/names.h"

#define DEPARTMENTS_MAX 32 /* bound of round_opened.departments */
#define LINES_MAX 500      /* bound of order_content.lines */

/* What an order claims, by itself: as it is kept beside the events. */
#define RECORD_held_line(F, S) \
    F(S, 1, TEXT, _, product, 1, 80, "product number") \
    F(S, 2, TEXT, _, modification, 0, 400, "what differs from the standard product") \
    F(S, 3, DECIMAL, _, quantity, 1, INT64_MAX, "quantity") \
    F(S, 4, DAY, _, wanted, 1, 2932896, "delivery date asked for")
DECLARE_RECORD(held_line)
DEFINE_RECORD(held_line)
#define RECORD_stake(F, S) \
    F(S, 1, TEXT, _, department, 1, 32, "department's key") \
    F(S, 2, INT, _, position, 1, INT64_MAX, "of its verdict")
DECLARE_RECORD(stake)
DEFINE_RECORD(stake)
#define RECORD_held(F, S) \
    F(S, 1, TEXT, _, number, 0, 40, "of the order") \
    F(S, 2, INT, _, revision, 1, INT64_MAX, "position of its current revision") \
    F(S, 3, LIST, held_line, lines, 1, LINES_MAX, "what it takes") \
    F(S, 4, LIST, stake, stakes, 1, DEPARTMENTS_MAX, "for whom, since when")
DECLARE_RECORD(held)
DEFINE_RECORD(held)

/* An order that claims; lists and texts lie behind it in its block, but for the products' names. */
typedef struct holder {
    struct holder *next;
    ident_t order;
    text_t number;
    position_t revision;
    claim_line_t *lines; size_t lines_n;
    struct stake *stakes; size_t stakes_n;
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

static holder_t **find(const claims_t *self, ident_t order) {
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

static size_t stakes_of(const order_t *order, struct stake out[DEPARTMENTS_MAX]) {
    const round_t *round = order_round(order);
    size_t n = 0;
    if (!round || order->state == ORDER_WITHDRAWN || order->state == ORDER_DECLINED)
        return 0;
    for (size_t i = 0; i < round->verdicts_n && n < DEPARTMENTS_MAX; i++) {
        const round_verdict_t *verdict = &round->verdicts[i];
        if (verdict->standing && !verdict->retracted && verdict->body->verdict == VERDICT_ACCEPT)
            out[n++] = (struct stake){verdict->body->department, (int64_t) verdict->position};
    }
    return n;
}

static bool same(const holder_t *holder, const order_t *order, const struct stake *stakes, size_t n) {
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

static holder_t *holder_new(ident_t order, const struct held *held, names_t *products) {
    const struct held_line_list *lines = &held->lines;
    const struct stake_list *stakes = &held->stakes;
    size_t texts = held->number.n;
    for (size_t i = 0; i < stakes->n; i++)
        texts += stakes->at[i].department.n;
    for (size_t i = 0; i < lines->n; i++)
        texts += lines->at[i].modification.n;
    size_t lists = lines->n * sizeof(claim_line_t) + stakes->n * sizeof *stakes->at;
    holder_t *self = memory_new(sizeof *self + lists + texts, 1);
    *self = (holder_t){.order = order, .revision = (position_t) held->revision,
                       .lines_n = lines->n, .stakes_n = stakes->n};
    self->lines = (claim_line_t *) (void *) (self + 1);
    self->stakes = (struct stake *) (void *) (self->lines + lines->n);
    char *room = (char *) (self->stakes + stakes->n);
    self->number = copy_text(&room, held->number);
    for (size_t i = 0; i < stakes->n; i++)
        self->stakes[i] =
            (struct stake){copy_text(&room, stakes->at[i].department), stakes->at[i].position};
    for (size_t i = 0; i < lines->n; i++) {
        const struct held_line *line = &lines->at[i];
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
                    (position_t) holder->stakes[i].position);
    *at = holder->next;
    self->holders_n--;
    free(holder);
}

static void put(claims_t *self, ident_t order, const struct held *held) {
    if (self->holders_n == self->buckets_n)
        rehash(self);
    holder_t *holder = holder_new(order, held, self->products);
    holder_t **at = find(self, order);
    holder->next = *at;
    *at = holder;
    self->holders_n++;
    for (size_t i = 0; i < holder->stakes_n; i++)
        book_put(book_of(self, holder->stakes[i].department), holder,
                 (position_t) holder->stakes[i].position);
}

bool claims_update(claims_t *self, const order_t *order) {
    struct stake stakes[DEPARTMENTS_MAX];
    struct held_line lines[LINES_MAX];
    size_t n = stakes_of(order, stakes);
    holder_t **at = find(self, order->head.id);
    if (*at ? same(*at, order, stakes, n) : n == 0)
        return false;
    if (*at)
        drop(self, at);
    if (n == 0)
        return true;
    const order_revision_t *revision = order_revision(order);
    const struct order_line_list *ordered = &revision->content->lines;
    insist(ordered->n <= LINES_MAX);
    for (size_t i = 0; i < ordered->n; i++)
        lines[i] = (struct held_line){ordered->at[i].product, ordered->at[i].modification,
                                      ordered->at[i].quantity, ordered->at[i].wanted};
    put(self, order->head.id,
        &(struct held){.number = order->head.number, .revision = (int64_t) revision->position,
                       .lines = {lines, ordered->n}, .stakes = {stakes, n}});
    return true;
}

bool claims_hold(const claims_t *self, ident_t order, buffer_t *out) {
    struct held_line lines[LINES_MAX];
    const holder_t *holder = *find(self, order);
    if (!holder)
        return false;
    for (size_t i = 0; i < holder->lines_n; i++) {
        const claim_line_t *line = &holder->lines[i];
        lines[i] = (struct held_line){line->product, line->modification, line->quantity, line->wanted};
    }
    struct held held = {.number = holder->number, .revision = (int64_t) holder->revision,
                        .lines = {lines, holder->lines_n},
                        .stakes = {holder->stakes, holder->stakes_n}};
    if (record_encode(&held_record, &held, out, NULL) != 0)
        panic("a claim has no bytes");
    return true;
}

int claims_restore(claims_t *self, ident_t order, bytes_t held, arena_t *arena, problem_t *problem) {
    struct held body;
    if (record_decode(&held_record, held, arena, &body, problem) != 0)
        return -1;
    holder_t **at = find(self, order);
    if (*at)
        drop(self, at);
    put(self, order, &body);
    return 0;
}

position_t claims_position(const claims_t *self, ident_t order, text_t department) {
    const holder_t *holder = *find(self, order);
    for (size_t i = 0; holder && i < holder->stakes_n; i++)
        if (text_equal(holder->stakes[i].department, department))
            return (position_t) holder->stakes[i].position;
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
