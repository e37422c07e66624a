/* SPDX-License-Identifier: Apache-2.0
 *
 * model: receipts against the record, and the record against itself: positions, tree, signatures,
 * ids, numbers. What the events say about cases is orders.c's, complaints.c's and measures.c's.
 */
#include "tests/simulation/model.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/complaints.h"
#include "tests/simulation/hours.h"
#include "tests/simulation/orders.h"
#include "tests/simulation/papers.h"

enum { ACCEPTED = 1, ARCHIVED = 2, REFUSED = 3, QUEUED = 4 };
typedef struct promise {
    uint8_t id[16];
    int64_t state, position;
} promise_t;

typedef struct leaf {
    uint8_t hash[32];
} leaf_t;
typedef struct named {
    uint8_t id[16];
    int64_t position;
} named_t;

struct model {
    promise_t *promises;
    size_t promises_n, promises_room;
    bool epoch;
    leaf_t *leaves;
    uint8_t **events;
    size_t *sizes;
    size_t n;
    named_t *ids;
    size_t ids_n;
    staff_t *staff;
    orders_t *orders;
    measures_t *measures;
    complaints_t *complaints;
    papers_t *papers;
    hours_t *hours;
    authorship_t *authorship;
    model_counts_t counts;
    char why[400];
};

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

model_t *model_new(void) {
    model_t *self = must(calloc(1, sizeof *self));
    self->authorship = authorship_new();
    return self;
}

static void forget_events(model_t *self) {
    for (size_t i = 0; i < self->n; i++)
        free(self->events[i]);
    free(self->events);
    free(self->sizes);
    free(self->leaves);
    free(self->ids);
    self->events = NULL, self->sizes = NULL, self->leaves = NULL, self->ids = NULL;
    self->n = self->ids_n = 0;
}

static void forget_record(model_t *self) {
    staff_destroy(&self->staff);
    orders_destroy(&self->orders);
    measures_destroy(&self->measures);
    complaints_destroy(&self->complaints);
    papers_destroy(&self->papers);
    hours_destroy(&self->hours);
}

void model_destroy(model_t **self_p) {
    if (!*self_p)
        return;
    forget_events(*self_p);
    forget_record(*self_p);
    authorship_destroy(&(*self_p)->authorship);
    free((*self_p)->promises);
    free(*self_p);
    *self_p = NULL;
}

void model_epoch(model_t *self) { self->epoch = true; }
void model_given(model_t *self, const given_t *given) { authorship_note(self->authorship, given); }
const model_counts_t *model_counts(const model_t *self) { return &self->counts; }

static const char *wrong(model_t *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *wrong(model_t *self, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(self->why, sizeof self->why, format, list);
    va_end(list);
    return self->why;
}

/* ---- what people were told ---- */

static promise_t *promise_of(model_t *self, const uint8_t id[16]) {
    for (size_t i = self->promises_n; i-- > 0;)
        if (memcmp(self->promises[i].id, id, 16) == 0)
            return &self->promises[i];
    if (self->promises_n == self->promises_room) {
        self->promises_room = self->promises_room ? self->promises_room * 2 : 64;
        self->promises =
            must(realloc(self->promises, self->promises_room * sizeof *self->promises));
    }
    promise_t *p = &self->promises[self->promises_n++];
    *p = (promise_t){.state = 0};
    memcpy(p->id, id, 16);
    return p;
}

const char *model_receipt(model_t *self, const uint8_t id[16], int64_t state, int64_t position) {
    if (state < ACCEPTED || state > QUEUED)
        return NULL;
    promise_t *p = promise_of(self, id);
    if (state == QUEUED) {
        if (!p->state)
            p->state = QUEUED;
        return NULL;
    }
    bool told = p->state == ACCEPTED || p->state == ARCHIVED;
    if (told && state != REFUSED && p->position != position && !self->epoch)
        return wrong(self, "a command was acknowledged at %lld, and later at %lld",
                     (long long) p->position, (long long) position);
    if (told && state == REFUSED && (!self->epoch || p->state == ARCHIVED))
        return wrong(self, "a command acknowledged at %lld was refused later",
                     (long long) p->position);
    if (p->state == REFUSED && state != REFUSED && !self->epoch)
        return wrong(self, "a command that was refused was acknowledged later, at %lld",
                     (long long) position);
    if (p->state != ARCHIVED || state == ARCHIVED) {
        p->state = state;
        p->position = position;
    }
    return NULL;
}

void model_came_back(model_t *self, const uint8_t id[16]) {
    promise_t *p = promise_of(self, id);
    if (p->state == QUEUED || (p->state == ACCEPTED && self->epoch))
        p->state = REFUSED;
}

size_t model_promised(const model_t *self) {
    size_t n = 0;
    for (size_t i = 0; i < self->promises_n; i++)
        n += self->promises[i].state == ACCEPTED || self->promises[i].state == ARCHIVED;
    return n;
}

static const char *check_promises(model_t *self) {
    for (size_t i = 0; i < self->promises_n; i++) {
        const promise_t *p = &self->promises[i];
        int64_t at = 0;
        for (size_t k = 0; k < self->ids_n; k++)
            if (memcmp(self->ids[k].id, p->id, 16) == 0)
                at = self->ids[k].position;
        bool told = p->state == ACCEPTED || p->state == ARCHIVED;
        if (told && at == 0)
            return wrong(self, "what was acknowledged at %lld is lost (%02x%02x %02x%02x)",
                         (long long) p->position, p->id[0], p->id[1], p->id[14], p->id[15]);
        /* moved by a raised epoch: whoever's workstation was off meanwhile was not told anew */
        bool moved = self->epoch && p->state == ACCEPTED;
        if (told && at != p->position && !moved)
            return wrong(self, "what was acknowledged at %lld is at %lld", (long long) p->position,
                         (long long) at);
        if (p->state == QUEUED && at == 0)
            return wrong(self, "a command that was queued on its workstation is nowhere");
        if (p->state == REFUSED && at)
            return wrong(self, "what was refused is in the record at %lld", (long long) at);
    }
    return NULL;
}

/* ---- the stores ---- */

static void hash_leaf(const uint8_t *p, size_t n, uint8_t out[32]) {
    crypto_hash_sha256_state c;
    crypto_hash_sha256_init(&c);
    crypto_hash_sha256_update(&c, (const uint8_t *) "", 1);
    crypto_hash_sha256_update(&c, p, n);
    crypto_hash_sha256_final(&c, out);
}

/* RFC 9162, 2.1.1, as it is written there. */
static void tree_hash(const leaf_t *leaves, size_t n, uint8_t out[32]) {
    if (n == 1) {
        memcpy(out, leaves[0].hash, 32);
        return;
    }
    size_t k = 1;
    uint8_t both[65] = {1};
    while (k * 2 < n)
        k *= 2;
    tree_hash(leaves, k, both + 1);
    tree_hash(leaves + k, n - k, both + 33);
    crypto_hash_sha256(out, both, sizeof both);
}

static const char *read_store(model_t *self, const char *path) {
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    size_t room = 0;
    const char *why = NULL;
    forget_events(self);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT position, bytes FROM event ORDER BY position", -1, &stmt,
                           NULL) != SQLITE_OK)
        why = wrong(self, "%s cannot be read: %s", path, sqlite3_errmsg(db));
    while (!why && sqlite3_step(stmt) == SQLITE_ROW) {
        if (self->n == room) {
            room = room ? room * 2 : 256;
            self->events = must(realloc(self->events, room * sizeof *self->events));
            self->sizes = must(realloc(self->sizes, room * sizeof *self->sizes));
            self->leaves = must(realloc(self->leaves, room * sizeof *self->leaves));
        }
        size_t n = (size_t) sqlite3_column_bytes(stmt, 1);
        uint8_t *copy = must(malloc(n + 1));
        memcpy(copy, sqlite3_column_blob(stmt, 1), n);
        self->events[self->n] = copy;
        self->sizes[self->n] = n;
        hash_leaf(copy, n, self->leaves[self->n].hash);
        if ((size_t) sqlite3_column_int64(stmt, 0) != ++self->n)
            why = wrong(self, "%s: position %zu is missing", path, self->n);
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return why;
}

/* The root of a tree of `size` leaves in which this one is the `at`-th, from the path's end to its
   beginning as 2.1.1 builds the tree; false: the path is not as long as it has to be. */
static bool climb(const uint8_t leaf[32], uint64_t at, uint64_t size, span_t path, uint8_t out[32]) {
    uint8_t both[65] = {1};
    uint64_t k = 1;
    if (size == 1) {
        memcpy(out, leaf, 32);
        return path.n == 0;
    }
    if (path.n < 32)
        return false;
    while (k * 2 < size)
        k *= 2;
    bool left = at < k;
    span_t below = {path.p, path.n - 32};
    memcpy(both + (left ? 33 : 1), path.p + below.n, 32);
    bool good = left ? climb(leaf, at, k, below, both + 1)
                     : climb(leaf, at - k, size - k, below, both + 33);
    crypto_hash_sha256(out, both, sizeof both);
    return good;
}

/* What a signature of scheme 2 covers, in the command's place: 8 bytes size, 32 bytes root. */
static bool batch_of(span_t event, span_t command, uint8_t out[40]) {
    uint64_t at = (uint64_t) reading_int(reading_get(event, 13)),
             size = (uint64_t) reading_int(reading_get(event, 14));
    uint8_t leaf[32];
    if (size < 2 || at >= size)
        return false;
    hash_leaf(command.p, command.n, leaf);
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t) (size >> (56 - 8 * i));
    return climb(leaf, at, size, reading_bytes(reading_get(event, 15)), out + 8);
}

static bool signed_by(span_t event) {
    static const char domain[] = "countersign/command/1";
    span_t key = reading_bytes(reading_get(event, 9)), mark = reading_bytes(reading_get(event, 10)),
           command = reading_bytes(reading_get(event, 11)), said = command;
    int64_t scheme = reading_int(reading_get(event, 8));
    uint8_t batch[40];
    if (key.n != 32 || mark.n != 64 || command.n == 0 || (scheme != 1 && scheme != 2) ||
        (scheme == 2 && !batch_of(event, command, batch)))
        return false;
    if (scheme == 2)
        said = (span_t){batch, sizeof batch};
    uint8_t *bytes = must(malloc(sizeof domain + 1 + said.n));
    memcpy(bytes, domain, sizeof domain); /* with its 00 */
    bytes[sizeof domain] = (uint8_t) scheme;
    memcpy(bytes + sizeof domain + 1, said.p, said.n);
    bool good = crypto_sign_verify_detached(mark.p, bytes, sizeof domain + 1 + said.n, key.p) == 0;
    free(bytes);
    return good;
}

static const char *take_id(model_t *self, span_t command, int64_t position) {
    span_t id = reading_bytes(reading_get(command, 2));
    if (id.n != 16)
        return wrong(self, "event %lld: its command has no id", (long long) position);
    for (size_t i = 0; i < self->ids_n; i++)
        if (memcmp(self->ids[i].id, id.p, 16) == 0)
            return wrong(self, "one command, two events: %lld and %lld",
                         (long long) self->ids[i].position, (long long) position);
    memcpy(self->ids[self->ids_n].id, id.p, 16);
    self->ids[self->ids_n++].position = position;
    return NULL;
}

static const char *check_event(model_t *self, size_t i, int64_t *time) {
    span_t event = {self->events[i], self->sizes[i]};
    int64_t position = (int64_t) i + 1, kind = reading_int(reading_get(event, 3)),
            at = reading_int(reading_get(event, 2)), cause = reading_int(reading_get(event, 5));
    if (!reading_whole(event) || reading_int(reading_get(event, 1)) != position)
        return wrong(self, "event %lld is not what stands at its position", (long long) position);
    if (at < *time)
        return wrong(self, "event %lld is before the one before it", (long long) position);
    *time = at;
    if (kind > 0 && kind < 160)
        self->counts.kinds[kind] = 1;
    span_t command = reading_bytes(reading_get(event, 11));
    if (command.n == 0)
        return cause > 0 && cause < position
                   ? NULL
                   : wrong(self, "event %lld has neither command nor cause", (long long) position);
    if (!signed_by(event))
        return wrong(self, "event %lld: its signature is not good", (long long) position);
    if (reading_int(reading_get(command, 3)) != kind)
        return wrong(self, "event %lld is not of its command's kind", (long long) position);
    const char *why = authorship_take(self->authorship, event);
    if (why)
        return wrong(self, "event %lld (kind %lld): %s", (long long) position, (long long) kind,
                     why);
    return take_id(self, command, position);
}

/* What the events say, one after the other. */
static const char *check_cases(model_t *self) {
    const char *why = NULL;
    for (size_t i = 0; i < self->n && !why; i++) {
        taken_t taken = staff_take(self->staff, (span_t){self->events[i], self->sizes[i]});
        if (taken.wrong)
            why = wrong(self, "event %lld (kind %lld): %s", (long long) taken.position,
                        (long long) taken.kind, taken.wrong);
        if (!why)
            why = orders_take(self->orders, &taken);
        const char *of_action = why ? NULL : measures_take(self->measures, &taken);
        if (of_action)
            why = wrong(self, "event %lld (kind %lld): %s", (long long) taken.position,
                        (long long) taken.kind, of_action);
        if (!why)
            why = complaints_take(self->complaints, &taken, self->measures);
        if (!why)
            why = papers_take(self->papers, &taken);
        const char *of_time = why ? NULL : hours_take(self->hours, &taken);
        if (of_time)
            why = wrong(self, "event %lld (kind %lld): %s", (long long) taken.position,
                        (long long) taken.kind, of_time);
    }
    return why ? why : complaints_end(self->complaints);
}

static void begin_record(model_t *self) {
    forget_record(self);
    self->staff = staff_new();
    self->orders = orders_new();
    self->measures = measures_new();
    self->complaints = complaints_new();
    self->papers = papers_new();
    self->hours = hours_new();
}

static const char *check_record(model_t *self) {
    const char *why = NULL;
    int64_t time = 0;
    self->ids = must(calloc(self->n + 1, sizeof *self->ids));
    memset(&self->counts, 0, sizeof self->counts);
    begin_record(self);
    authorship_begin(self->authorship);
    for (size_t i = 0; i < self->n && !why; i++)
        why = check_event(self, i, &time);
    self->counts.events = self->n;
    if (!why)
        why = check_cases(self);
    orders_count(self->orders, &self->counts);
    complaints_count(self->complaints, &self->counts);
    self->counts.verified = measures_verified(self->measures);
    self->counts.missed = hours_missed(self->hours);
    return why;
}

bool model_root(const model_t *self, size_t n, uint8_t out[32]) {
    if (n < 1 || n > self->n)
        return false;
    tree_hash(self->leaves, n, out);
    return true;
}

bool model_erased(const model_t *self, const uint8_t address[32]) {
    return papers_erased(self->papers, address);
}

const char *model_check(model_t *self, const char *ledger, const char *archive) {
    uint8_t root[32], other[32];
    const char *why = read_store(self, ledger);
    if (why)
        return why;
    size_t n = self->n;
    if (n)
        tree_hash(self->leaves, n, root);
    if ((why = read_store(self, archive)))
        return why;
    if (n == 0 || self->n != n)
        return wrong(self, "the ledger has %zu events, the archive %zu", n, self->n);
    tree_hash(self->leaves, n, other);
    if (memcmp(root, other, 32) != 0)
        return wrong(self, "ledger and archive have different roots at %zu", n);
    why = check_record(self);
    if (!why)
        why = check_promises(self);
    if (!why)
        why = papers_check(self->papers, ledger);
    return why ? why : papers_check(self->papers, archive);
}
