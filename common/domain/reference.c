/* SPDX-License-Identifier: Apache-2.0
 *
 * reference: products, capacity, stock and inspection capabilities, as they were imported. An
 * import comes in chunks and counts only when it is adopted whole; until then nobody sees a row of
 * it. Adopted rows are sorted, so that look-ups are by bisection.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/domain/calendar.h"
#include "common/domain/context_internal.h"

/* ---- one row of any data set ---- */

static const record_t *row_record(enum dataset dataset) {
    switch (dataset) {
    case DATASET_PRODUCT: return &product_row_record;
    case DATASET_CAPACITY: return &capacity_row_record;
    case DATASET_STOCK: return &stock_row_record;
    case DATASET_CAPABILITY: return &capability_row_record;
    case DATASET_CALENDAR: return &calendar_row_record;
    case dataset_unset: break;
    }
    panic("no such data set");
}

static const void *chunk_rows(const struct reference_chunk *chunk, enum dataset dataset,
                              size_t *n) {
    switch (dataset) {
    case DATASET_PRODUCT: *n = chunk->products.n; return chunk->products.at;
    case DATASET_CAPACITY: *n = chunk->capacities.n; return chunk->capacities.at;
    case DATASET_STOCK: *n = chunk->stocks.n; return chunk->stocks.at;
    case DATASET_CAPABILITY: *n = chunk->capabilities.n; return chunk->capabilities.at;
    case DATASET_CALENDAR: *n = chunk->days.n; return chunk->days.at;
    case dataset_unset: break;
    }
    *n = 0;
    return NULL;
}

static int compare_products(const void *a, const void *b) {
    return text_compare(((const struct product_row *) a)->product,
                        ((const struct product_row *) b)->product);
}
static int compare_stocks(const void *a, const void *b) {
    return text_compare(((const struct stock_row *) a)->material,
                        ((const struct stock_row *) b)->material);
}
static int compare_capacities(const void *a, const void *b) {
    const struct capacity_row *x = a, *y = b;
    int c = text_compare(x->family, y->family);
    return c ? c : (x->week > y->week) - (x->week < y->week);
}
/* One characteristic may be inspected by several standards and in several ranges. */
static int compare_capabilities(const void *a, const void *b) {
    const struct capability_row *x = a, *y = b;
    int c = text_compare(x->characteristic, y->characteristic);
    c = c ? c : text_compare(x->standard, y->standard);
    return c ? c : (x->from > y->from) - (x->from < y->from);
}

/* Two arrangements, or one and the company, may speak of the same day: calendar_day says which
   holds. */
static int compare_days(const void *a, const void *b) {
    const struct calendar_row *x = a, *y = b;
    int c = (x->day > y->day) - (x->day < y->day);
    return c ? c : (x->year > y->year) - (x->year < y->year);
}

typedef int (*compare_fn)(const void *, const void *);
static compare_fn comparison(enum dataset dataset) {
    static const compare_fn table[DATASETS] = {[DATASET_PRODUCT] = compare_products,
                                               [DATASET_CAPACITY] = compare_capacities,
                                               [DATASET_STOCK] = compare_stocks,
                                               [DATASET_CAPABILITY] = compare_capabilities,
                                               [DATASET_CALENDAR] = compare_days};
    return table[dataset];
}

/* ---- folding ---- */

static void rows_free(dataset_rows_t *d) {
    free(d->rows.at);
    arena_destroy(&d->arena);
    *d = (dataset_rows_t){0};
}

static dataset_rows_t *import_of(const reference_t *r, ident_t id) {
    for (size_t i = 0; i < r->imports_n; i++)
        if (ident_equal(r->imports[i].id, id))
            return &r->imports[i];
    return NULL;
}

static void forget_import(reference_t *r, dataset_rows_t *import) {
    size_t i = (size_t) (import - r->imports);
    memmove(import, import + 1, (r->imports_n - i - 1) * sizeof *import);
    r->imports_n--;
}

/* A person's half-done import of the same data is dropped when another begins. */
static void begin(context_t *self, const decoded_t *event) {
    reference_t *r = &self->reference;
    const struct reference_begin *body = event->body;
    for (size_t i = r->imports_n; i-- > 0;)
        if (ident_equal(r->imports[i].person, event->command.actor) &&
            r->imports[i].dataset == body->dataset) {
            rows_free(&r->imports[i]);
            forget_import(r, &r->imports[i]);
        }
    r->imports = memory_grow(r->imports, (r->imports_n + 1), sizeof *r->imports);
    dataset_rows_t *import = &r->imports[r->imports_n++];
    *import = (dataset_rows_t){.dataset = body->dataset,
                               .arena = arena_new(0),
                               .id = event->event.object,
                               .person = event->command.actor};
    if (record_copy(&reference_begin_record, body, import->arena, &import->begin) != 0)
        panic("an arena without limit is full");
}

static void take_chunk(context_t *self, const decoded_t *event) {
    dataset_rows_t *import = import_of(&self->reference, event->event.object);
    size_t n;
    if (!import)
        return;
    const record_t *record = row_record(import->dataset);
    const char *rows = chunk_rows(event->body, import->dataset, &n);
    rows_t *into = &import->rows;
    if (into->n + n > into->room) {
        into->room = (into->n + n) * 2;
        into->at = memory_grow(into->at, into->room, record->size);
    }
    for (size_t i = 0; i < n; i++)
        if (record_copy(record, rows + i * record->size, import->arena,
                        (char *) into->at + into->n++ * record->size) != 0)
            panic("an arena without limit is full");
}

/* An older calendar stays: a deadline that began under it keeps its end. */
static void keep_calendar(reference_t *r, const dataset_rows_t *calendar) {
    r->calendars = memory_grow(r->calendars, r->calendars_n + 1, sizeof *r->calendars);
    r->calendars[r->calendars_n++] = *calendar;
}

static void adopt(context_t *self, const decoded_t *event) {
    reference_t *r = &self->reference;
    dataset_rows_t *import = import_of(r, event->event.object);
    if (!import)
        return;
    dataset_rows_t *adopted = &r->adopted[import->dataset];
    if (import->dataset == DATASET_CALENDAR && adopted->position)
        keep_calendar(r, adopted);
    else
        rows_free(adopted);
    *adopted = *import;
    adopted->position = (position_t) event->event.position;
    if (adopted->rows.n)
        qsort(adopted->rows.at, adopted->rows.n, row_record(adopted->dataset)->size,
              comparison(adopted->dataset));
    forget_import(r, import);
}

void reference_apply(context_t *self, const decoded_t *event) {
    if (event->info->kind == KIND_REFERENCE_BEGIN)
        begin(self, event);
    else if (event->info->kind == KIND_REFERENCE_CHUNK)
        take_chunk(self, event);
    else
        adopt(self, event);
}

void reference_free(reference_t *self) {
    for (size_t i = 0; i < DATASETS; i++)
        rows_free(&self->adopted[i]);
    for (size_t i = 0; i < self->imports_n; i++)
        rows_free(&self->imports[i]);
    for (size_t i = 0; i < self->calendars_n; i++)
        rows_free(&self->calendars[i]);
    free(self->imports);
    free(self->calendars);
}

/* ---- deciding ---- */

static int find_import(const context_t *self, const authority_t *authority,
                       const struct command *command, dataset_rows_t **import, problem_t *problem) {
    *import = import_of(&self->reference, command->object);
    if (!*import)
        return problem_set(problem, REASON_UNKNOWN_CASE, "object",
                           "begin the import first; a later one replaces it");
    if (!ident_equal((*import)->person, authority->person->id))
        return problem_set(problem, REASON_WRONG_ROLE, "actor",
                           "whoever began the import goes on with it");
    return 0;
}

/* A row beyond its arrangement's reach would be a year said to be there that is not. */
static int check_days(const struct reference_chunk *chunk, problem_t *problem) {
    for (size_t i = 0; i < chunk->days.n; i++) {
        char field[40];
        snprintf(field, sizeof field, "days[%zu].day", i);
        if (!calendar_reaches(chunk->days.at[i].year, chunk->days.at[i].day))
            return problem_set(problem, REASON_FIELD_RANGE, field,
                               "not a day of the arrangement of %lld",
                               (long long) chunk->days.at[i].year);
    }
    return 0;
}

static int check_chunk(const dataset_rows_t *import, const struct reference_chunk *chunk,
                       problem_t *problem) {
    size_t n, all = chunk->products.n + chunk->capacities.n + chunk->stocks.n +
                    chunk->capabilities.n + chunk->days.n;
    chunk_rows(chunk, import->dataset, &n);
    if (n == 0 || n != all)
        return problem_set(problem, REASON_FIELD_RANGE, "rows", "rows of %s, and at least one",
                           enum_name(&dataset_table, (int) import->dataset));
    if (chunk->first != (int64_t) import->rows.n)
        return problem_set(problem, REASON_INCOMPLETE, "first", "row %zu comes next",
                           import->rows.n);
    if ((int64_t) (import->rows.n + n) > import->begin.rows)
        return problem_set(problem, REASON_FIELD_RANGE, "rows", "%lld rows were announced",
                           (long long) import->begin.rows);
    return check_days(chunk, problem);
}

typedef struct numbered_row {
    const void *row;
    size_t no;
    compare_fn compare;
} numbered_row_t;

static int compare_numbered(const void *a, const void *b) {
    const numbered_row_t *x = a, *y = b;
    int c = x->compare(x->row, y->row);
    return c ? c : (x->no > y->no) - (x->no < y->no);
}

/* The same key twice would make one of the two rows a lie. */
static int check_doubles(const dataset_rows_t *import, problem_t *problem) {
    size_t n = import->rows.n, size = row_record(import->dataset)->size;
    numbered_row_t *order = memory_new(n + 1, sizeof *order);
    int rc = 0;
    for (size_t i = 0; i < n; i++)
        order[i] = (numbered_row_t){(const char *) import->rows.at + i * size, i,
                                    comparison(import->dataset)};
    qsort(order, n, sizeof *order, compare_numbered);
    for (size_t i = 1; i < n && rc == 0; i++)
        if (order[i].compare(order[i - 1].row, order[i].row) == 0) {
            char field[40];
            snprintf(field, sizeof field, "rows[%zu]", order[i].no);
            rc = problem_set(problem, REASON_ALREADY, field, "row %zu says the same key",
                             order[i - 1].no);
        }
    free(order);
    return rc;
}

static int check_adopt(const dataset_rows_t *import, const struct reference_adopt *body,
                       problem_t *problem) {
    if ((int64_t) import->rows.n != import->begin.rows || body->rows != import->begin.rows)
        return problem_set(problem, REASON_INCOMPLETE, "rows", "%zu of %lld rows are here",
                           import->rows.n, (long long) import->begin.rows);
    if (!digest_equal(body->source, import->begin.source))
        return problem_set(problem, REASON_INCOMPLETE, "source",
                           "the file is not the one that the import began with");
    return check_doubles(import, problem);
}

int reference_check_command(const context_t *self, const authority_t *authority,
                            const struct command *command, const void *body, problem_t *problem) {
    dataset_rows_t *import;
    if (require_act(self, authority, ACT_REFERENCE, problem))
        return -1;
    if (command->kind == KIND_REFERENCE_BEGIN)
        return 0;
    if (find_import(self, authority, command, &import, problem))
        return -1;
    return command->kind == KIND_REFERENCE_CHUNK ? check_chunk(import, body, problem)
                                                 : check_adopt(import, body, problem);
}

/* ---- looking up ---- */

static const void *lookup(const context_t *self, enum dataset dataset, const void *key) {
    const rows_t *rows = &self->reference.adopted[dataset].rows;
    if (rows->n == 0)
        return NULL;
    return bsearch(key, rows->at, rows->n, row_record(dataset)->size, comparison(dataset));
}

const struct product_row *context_product(const context_t *self, text_t product) {
    return lookup(self, DATASET_PRODUCT, &(struct product_row){.product = product});
}
const struct stock_row *context_stock(const context_t *self, text_t material) {
    return lookup(self, DATASET_STOCK, &(struct stock_row){.material = material});
}
const struct capacity_row *context_capacity(const context_t *self, text_t family, day_t week) {
    return lookup(self, DATASET_CAPACITY, &(struct capacity_row){.family = family, .week = week});
}

static size_t all(const context_t *self, enum dataset dataset, const void **rows) {
    *rows = self->reference.adopted[dataset].rows.at;
    return self->reference.adopted[dataset].rows.n;
}

size_t context_products(const context_t *self, const struct product_row **rows) {
    const void *at;
    size_t n = all(self, DATASET_PRODUCT, &at);
    *rows = at;
    return n;
}
size_t context_stocks(const context_t *self, const struct stock_row **rows) {
    const void *at;
    size_t n = all(self, DATASET_STOCK, &at);
    *rows = at;
    return n;
}
size_t context_capacities(const context_t *self, const struct capacity_row **rows) {
    const void *at;
    size_t n = all(self, DATASET_CAPACITY, &at);
    *rows = at;
    return n;
}
size_t context_capabilities(const context_t *self, const struct capability_row **rows) {
    const void *at;
    size_t n = all(self, DATASET_CAPABILITY, &at);
    *rows = at;
    return n;
}

calendar_t context_calendar(const context_t *self, size_t index) {
    const reference_t *r = &self->reference;
    const dataset_rows_t *rows = index < r->calendars_n    ? &r->calendars[index]
                                 : index == r->calendars_n ? &r->adopted[DATASET_CALENDAR]
                                                           : NULL;
    if (!rows || !rows->position)
        return (calendar_t){.position = 0};
    return (calendar_t){.position = rows->position, .days = rows->rows.at, .n = rows->rows.n};
}

position_t context_dataset_position(const context_t *self, enum dataset dataset) {
    return self->reference.adopted[dataset].position;
}
