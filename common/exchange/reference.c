/* SPDX-License-Identifier: Apache-2.0
 *
 * reference: see reference.h.
 */
#include "common/exchange/reference.h"

#include <sodium.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/exchange/columns.h"
#include "common/exchange/input.h"
#include "common/exchange/items.h"

static const column_name_t product_names[] = {{"product", "产品|产品编号|产品型号|产品号"},
                                              {"name", "名称|名称/规格|产品名称"},
                                              {"family", "产品族|族|系列"},
                                              {"material", "材料|材料编号|物料"},
                                              {"material_per_piece", "单耗|单件用量|kg/pc"},
                                              {"price", "单价|价格|参考价"},
                                              {"currency", "币种"},
                                              {"standard", "定型|定型产品"},
                                              {"drawing", "图号|图号版本|图号/版本"},
                                              {"lead_days", "交货周期|常规交期|交期(天)"},
                                              {"unit", "单位"},
                                              {0}};
static const column_name_t capacity_names[] = {
    {"family", "产品族|族|系列"},        {"work_centre", "工作中心|瓶颈|瓶颈工序"},
    {"week", "周|周次|星期一"},          {"capacity", "产能|周产能"},
    {"committed", "已排|已占用|已承诺"}, {0}};
static const column_name_t stock_names[] = {{"material", "材料|材料编号|物料|物料编号"},
                                            {"name", "名称|名称/牌号|牌号"},
                                            {"stock", "库存|库存量"},
                                            {"unit", "单位"},
                                            {"lead_days", "采购周期|采购周期(工作日)|提前期"},
                                            {0}};
static const column_name_t capability_names[] = {{"characteristic", "检测项目|特性|项目"},
                                                 {"standard", "标准|检测标准|方法标准"},
                                                 {"from", "下限|最小"},
                                                 {"to", "上限|最大"},
                                                 {"unit", "单位"},
                                                 {"note", "备注|说明"},
                                                 {0}};

/* `mark` is the field that only this data set has; `keys` are the fields that must not occur twice
 * together */
typedef struct shape {
    enum dataset dataset;
    const record_t *record;
    const column_name_t *names;
    const char *mark;
    const char *keys[3];
    size_t list; /* offset of its list in struct reference_chunk */
} shape_t;

static const shape_t shapes[] = {
    {DATASET_CAPABILITY,
     &capability_row_record,
     capability_names,
     "characteristic",
     {"characteristic", "standard", NULL},
     offsetof(struct reference_chunk, capabilities)},
    {DATASET_CAPACITY,
     &capacity_row_record,
     capacity_names,
     "week",
     {"family", "work_centre", "week"},
     offsetof(struct reference_chunk, capacities)},
    {DATASET_STOCK,
     &stock_row_record,
     stock_names,
     "stock",
     {"material", NULL, NULL},
     offsetof(struct reference_chunk, stocks)},
    {DATASET_PRODUCT,
     &product_row_record,
     product_names,
     "product",
     {"product", NULL, NULL},
     offsetof(struct reference_chunk, products)},
};

typedef struct source {
    csv_t *csv;
    const shape_t *shape;
    columns_t columns;
} source_t;

static int source_open(source_t *self, const char *path, day_t start, problem_t *problem) {
    *self = (source_t){.csv = csv_open(path, problem)};
    if (!self->csv)
        return -1;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes && !self->shape; i++)
        if (columns_have(self->csv, shapes[i].names, shapes[i].mark))
            self->shape = &shapes[i];
    int rc = self->shape ? columns_match(&self->columns, self->csv, self->shape->record,
                                         self->shape->names, start, problem)
                         : input_refuse(problem, path, 1, "",
                                        "one of the columns product, stock, week or characteristic "
                                        "must say what data this is");
    if (rc != 0)
        csv_destroy(&self->csv);
    return rc;
}

/* ---- rows that mean the same ---- */

typedef struct row_key {
    uint8_t hash[16];
    uint32_t line;
} row_key_t;

typedef struct keys {
    row_key_t *at;
    size_t n, room;
} keys_t;

static void keys_add(keys_t *self, const source_t *source, const uint8_t *row) {
    crypto_hash_sha256_state hash;
    crypto_hash_sha256_init(&hash);
    for (size_t i = 0; i < source->columns.n; i++) {
        const field_t *field = source->columns.fields[i];
        bool key = false;
        for (size_t k = 0; k < 3 && source->shape->keys[k]; k++)
            key = key || strcmp(source->shape->keys[k], field->name) == 0;
        if (!key)
            continue;
        text_t text = csv_cell(source->csv, i);
        if (field->type == TYPE_DAY) /* the same week can be written in two ways */
            text = (text_t){(const char *) row + field->offset, sizeof(day_t)};
        crypto_hash_sha256_update(&hash, (const uint8_t *) text.p, text.n);
        crypto_hash_sha256_update(&hash, (const uint8_t *) "", 1);
    }
    uint8_t digest[32];
    crypto_hash_sha256_final(&hash, digest);
    if (self->n == self->room) {
        self->room = self->room ? 2 * self->room : 1024;
        self->at = memory_grow(self->at, self->room, sizeof *self->at);
    }
    memcpy(self->at[self->n].hash, digest, sizeof self->at->hash);
    self->at[self->n++].line = csv_line(source->csv);
}

static int keys_compare(const void *a, const void *b) {
    const row_key_t *left = a, *right = b;
    int order = memcmp(left->hash, right->hash, sizeof left->hash);
    return order ? order : (left->line > right->line) - (left->line < right->line);
}

static int keys_unique(keys_t *self, const char *path, problem_t *problem) {
    if (self->n > 1)
        qsort(self->at, self->n, sizeof *self->at, keys_compare);
    for (size_t i = 1; i < self->n; i++)
        if (memcmp(self->at[i - 1].hash, self->at[i].hash, sizeof self->at->hash) == 0)
            return input_refuse(problem, path, self->at[i].line, "", "line %u speaks of the same",
                                self->at[i - 1].line);
    return 0;
}

/* ---- the two readings ---- */

typedef union any_row {
    struct product_row product;
    struct capacity_row capacity;
    struct stock_row stock;
    struct capability_row capability;
} any_row_t;
#define ROW_BYTES ((size_t) sizeof(any_row_t))

static int check_rows(source_t *source, reference_t *out, keys_t *keys, problem_t *problem) {
    any_row_t row;
    int rc;
    while ((rc = csv_next(source->csv, problem)) == 1) {
        if (columns_row(&source->columns, source->csv, &row, problem) != 0)
            return -1;
        if (++out->rows > REFERENCE_ROWS_MAX)
            return input_refuse(problem, csv_path(source->csv), csv_line(source->csv), "",
                                "more than %d rows", REFERENCE_ROWS_MAX);
        keys_add(keys, source, (const uint8_t *) &row);
    }
    return rc != 0 ? -1 : keys_unique(keys, csv_path(source->csv), problem);
}

int reference_check(const char *path, day_t start, reference_t *out, problem_t *problem) {
    source_t source;
    keys_t keys = {0};
    if (start != NO_START && day_weekday(start) != 1)
        return problem_set(problem, REASON_USAGE, "start", "the start must be a Monday");
    if (source_open(&source, path, start, problem) != 0)
        return -1;
    *out = (reference_t){.dataset = source.shape->dataset,
                         .source = csv_digest(source.csv),
                         .converted = csv_converted(source.csv)};
    int rc = check_rows(&source, out, &keys, problem);
    free(keys.at);
    csv_destroy(&source.csv);
    return rc;
}

typedef struct chunk {
    struct reference_chunk body;
    arena_t *arena;
    uint8_t *rows;
    size_t n, bytes;
    reference_chunk_fn *fn;
    void *arg;
} chunk_t;

static int chunk_give(chunk_t *self, const shape_t *shape, problem_t *problem) {
    if (self->n == 0)
        return 0;
    items_t list = {self->rows, self->n};
    memcpy((uint8_t *) &self->body + shape->list, &list, sizeof list);
    int rc = self->fn(&self->body, self->arg, problem);
    self->body.first += (int64_t) self->n;
    self->n = self->bytes = 0;
    arena_reset(self->arena);
    return rc;
}

static int chunk_add(chunk_t *self, const shape_t *shape, const any_row_t *row, buffer_t *scratch,
                     problem_t *problem) {
    buffer_clear(scratch);
    if (record_encode(shape->record, row, scratch, problem) != 0)
        return -1;
    bool full =
        self->n == REFERENCE_CHUNK_ROWS || self->bytes + scratch->n > REFERENCE_CHUNK_BYTES - 256;
    if (full && chunk_give(self, shape, problem) != 0)
        return -1;
    if (record_copy(shape->record, row, self->arena, self->rows + self->n * shape->record->size) !=
        0)
        return problem_set(problem, REASON_TOO_LARGE, "", "the rows of one chunk");
    self->n++;
    self->bytes += scratch->n;
    return 0;
}

static int give_rows(source_t *source, chunk_t *chunk, buffer_t *scratch, problem_t *problem) {
    any_row_t row;
    int rc;
    while ((rc = csv_next(source->csv, problem)) == 1)
        if (columns_row(&source->columns, source->csv, &row, problem) != 0 ||
            chunk_add(chunk, source->shape, &row, scratch, problem) != 0)
            return -1;
    return rc != 0 ? -1 : chunk_give(chunk, source->shape, problem);
}

int reference_read(const char *path, day_t start, const reference_t *checked,
                   reference_chunk_fn *fn, void *arg, problem_t *problem) {
    source_t source;
    if (source_open(&source, path, start, problem) != 0)
        return -1;
    chunk_t chunk = {.arena = arena_new(4 * REFERENCE_CHUNK_BYTES), .fn = fn, .arg = arg};
    record_clear(&reference_chunk_record, &chunk.body);
    chunk.rows = memory_new(REFERENCE_CHUNK_ROWS, ROW_BYTES);
    buffer_t scratch = {0};
    int rc = digest_equal(csv_digest(source.csv), checked->source)
                 ? give_rows(&source, &chunk, &scratch, problem)
                 : input_refuse(problem, path, 0, "", "it changed since it was checked");
    if (rc == 0 && (!csv_unchanged(source.csv) || chunk.body.first != checked->rows))
        rc = input_refuse(problem, path, 0, "", "it changed while it was read");
    buffer_free(&scratch);
    free(chunk.rows);
    arena_destroy(&chunk.arena);
    csv_destroy(&source.csv);
    return rc;
}
