/* SPDX-License-Identifier: Apache-2.0
 *
 * table: see table.h.
 */
#include "common/screen/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/exchange/csv_write.h"
#include "common/screen/words.h"

typedef struct column {
    char *key, *label;
    bool number;
    int width;
} column_t;

struct table {
    column_t *columns;
    size_t columns_n;
    char **cells;
    size_t cells_n, cells_room;
};

table_t *table_new(void) { return memory_new(1, sizeof(table_t)); }

void table_destroy(table_t **self_p) {
    table_t *self = *self_p;
    for (size_t i = 0; i < self->columns_n; i++) {
        free(self->columns[i].key);
        free(self->columns[i].label);
    }
    for (size_t i = 0; i < self->cells_n; i++)
        free(self->cells[i]);
    free(self->columns);
    free(self->cells);
    free(self);
    *self_p = NULL;
}

void table_column(table_t *self, const char *key, const char *label, bool number) {
    self->columns = memory_grow(self->columns, self->columns_n + 1, sizeof *self->columns);
    self->columns[self->columns_n++] = (column_t){
        memory_text(text_of(key)), memory_text(text_of(label)), number, words_width(label)};
}

void table_cell(table_t *self, const char *text) {
    column_t *column = &self->columns[self->cells_n % self->columns_n];
    int width = words_width(text);
    if (self->cells_n == self->cells_room) {
        self->cells_room = self->cells_room * 2 + 64;
        self->cells = memory_grow(self->cells, self->cells_room, sizeof *self->cells);
    }
    self->cells[self->cells_n++] = memory_text(text_of(text));
    if (width > column->width)
        column->width = width;
}

void table_number(table_t *self, int64_t value) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long) value);
    table_cell(self, text);
}

static void print_cell(const table_t *self, size_t at, const char *text) {
    const column_t *column = &self->columns[at];
    if (at)
        fputs("  ", stdout);
    if (column->number)
        printf("%*s%s", column->width - words_width(text), "", text);
    else
        words_pad(text, at + 1 < self->columns_n ? column->width : 0);
    if (at + 1 == self->columns_n)
        putchar('\n');
}

void table_print(const table_t *self) {
    insist(self->columns_n);
    for (size_t i = 0; self->cells_n && i < self->columns_n; i++)
        print_cell(self, i, self->columns[i].label);
    for (size_t i = 0; i < self->cells_n; i++)
        print_cell(self, i % self->columns_n, self->cells[i]);
}

void table_csv(const table_t *self) {
    buffer_t out = {0};
    insist(self->columns_n);
    text_t *row = memory_new(self->columns_n, sizeof *row);
    for (size_t i = 0; i < self->columns_n; i++)
        row[i] = text_of(self->columns[i].key);
    csv_write_row(&out, row, self->columns_n);
    for (size_t i = 0; i < self->cells_n; i++) {
        row[i % self->columns_n] = text_of(self->cells[i]);
        if ((i + 1) % self->columns_n == 0)
            csv_write_row(&out, row, self->columns_n);
    }
    fwrite(out.p, 1, out.n, stdout);
    buffer_free(&out);
    free(row);
}
