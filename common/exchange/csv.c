/* SPDX-License-Identifier: Apache-2.0
 *
 * csv: see csv.h.
 */
#include "common/exchange/csv.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/language.h"
#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/exchange/decoder.h"
#include "common/exchange/input.h"

typedef struct row {
    char bytes[CSV_ROW_BYTES_MAX];
    size_t n;
    size_t ends[CSV_COLUMNS_MAX]; /* of each cell, in bytes */
    size_t cells;
} row_t;

struct csv {
    decoder_t *decoder;
    char path[256];
    row_t header, row;
    unsigned line, begins;
};

enum { END = -1, FAILED = -2 };

static int next_byte(csv_t *self, problem_t *problem) {
    int c = decoder_next(self->decoder, problem);
    if (c == FAILED)
        input_place(problem, self->path, self->line);
    return c;
}

static int refuse(const csv_t *self, problem_t *problem, const char *detail) {
    return input_refuse(problem, self->path, self->line, "", "%s", detail);
}

static int put(csv_t *self, row_t *row, int c, problem_t *problem) {
    if (row->n == sizeof row->bytes)
        return refuse(self, problem, "the row is too long");
    row->bytes[row->n++] = (char) c;
    return 0;
}

static int end_cell(csv_t *self, row_t *row, problem_t *problem) {
    if (row->cells == CSV_COLUMNS_MAX)
        return refuse(self, problem, "too many columns");
    row->ends[row->cells++] = row->n;
    return 0;
}

/* A cell in quotes, behind the opening one; a quote in it is doubled (RFC 4180 2.5 to 2.7). Gives
 * the byte behind it. */
static int quoted_cell(csv_t *self, row_t *row, problem_t *problem) {
    for (;;) {
        int c = next_byte(self, problem);
        if (c == FAILED)
            return FAILED;
        if (c == END)
            return refuse(self, problem, "a quotation mark is never closed"), FAILED;
        self->line += c == '\n';
        if (c == '"' && (c = next_byte(self, problem)) != '"') {
            if (c == ',' || c == '\n' || c == '\r' || c == END || c == FAILED)
                return c;
            return refuse(self, problem, "text follows a closing quotation mark"), FAILED;
        }
        if (put(self, row, c, problem) != 0)
            return FAILED;
    }
}

static int plain_cell(csv_t *self, row_t *row, int c, problem_t *problem) {
    for (; c != ',' && c != '\n' && c != '\r' && c != END; c = next_byte(self, problem)) {
        if (c == FAILED)
            return FAILED;
        if (c == '"')
            return refuse(self, problem,
                          "a quotation mark within a cell that does not begin with one"),
                   FAILED;
        if (put(self, row, c, problem) != 0)
            return FAILED;
    }
    return c;
}

/* 1: a row; 0: the end; -1: *problem */
static int read_row(csv_t *self, row_t *row, problem_t *problem) {
    row->n = row->cells = 0;
    self->begins = self->line;
    int c = next_byte(self, problem);
    if (c == END)
        return 0;
    for (;;) {
        c = c == '"' ? quoted_cell(self, row, problem) : plain_cell(self, row, c, problem);
        if (c == FAILED || end_cell(self, row, problem) != 0)
            return -1;
        if (c != ',')
            break;
        c = next_byte(self, problem);
    }
    if (c == '\r' && (c = next_byte(self, problem)) == FAILED)
        return -1;
    if (c != '\n' && c != END)
        return refuse(self, problem, "a carriage return without a line feed");
    self->line += c == '\n';
    return 1;
}

static text_t cell(const row_t *row, size_t column) {
    size_t from = column ? row->ends[column - 1] : 0;
    return text_trim((text_t){row->bytes + from, row->ends[column] - from});
}

static bool blank(const row_t *row) {
    for (size_t i = 0; i < row->cells; i++)
        if (cell(row, i).n > 0)
            return false;
    return true;
}

static int read_header(csv_t *self, problem_t *problem) {
    int rc = read_row(self, &self->header, problem);
    if (rc < 0)
        return -1;
    if (rc == 0 || blank(&self->header))
        return input_refuse(problem, self->path, 1, "", "the first line must name the columns");
    for (size_t i = 0; i < self->header.cells; i++)
        if (cell(&self->header, i).n == 0)
            return input_refuse(problem, self->path, 1, "", "column %zu has no name", i + 1);
    return 0;
}

csv_t *csv_open(const char *path, problem_t *problem) {
    csv_t *self = memory_new(1, sizeof *self);
    snprintf(self->path, sizeof self->path, "%s", path);
    self->line = 1;
    self->decoder = decoder_open(path, CSV_FILE_BYTES_MAX, problem);
    if (!self->decoder || read_header(self, problem) != 0)
        csv_destroy(&self);
    return self;
}

void csv_destroy(csv_t **self_p) {
    csv_t *self = *self_p;
    if (!self)
        return;
    decoder_destroy(&self->decoder);
    free(self);
    *self_p = NULL;
}

int csv_next(csv_t *self, problem_t *problem) {
    int rc;
    while ((rc = read_row(self, &self->row, problem)) == 1 && blank(&self->row))
        continue;
    if (rc == 1 && self->row.cells != self->header.cells)
        return input_refuse(problem, self->path, self->begins, "",
                            "%zu cells where the first line names %zu columns", self->row.cells,
                            self->header.cells);
    return rc;
}

size_t csv_columns(const csv_t *self) { return self->header.cells; }
text_t csv_header(const csv_t *self, size_t column) { return cell(&self->header, column); }
text_t csv_cell(const csv_t *self, size_t column) { return cell(&self->row, column); }
unsigned csv_line(const csv_t *self) { return self->begins; }
const char *csv_path(const csv_t *self) { return self->path; }
digest_t csv_digest(const csv_t *self) { return decoder_digest(self->decoder); }
bool csv_unchanged(const csv_t *self) { return decoder_unchanged(self->decoder); }
bool csv_converted(const csv_t *self) { return decoder_converted(self->decoder); }

int csv_refuse(const csv_t *self, problem_t *problem, size_t column, const char *detail) {
    text_t name = input_cut(csv_header(self, column), 60),
           value = input_cut(csv_cell(self, column), 40);
    char field[96];
    snprintf(field, sizeof field, "%.*s", (int) name.n, name.p);
    return input_refuse(problem, self->path, self->begins, field, "column %zu, \"%.*s\": %s",
                        column + 1, (int) value.n, value.p, language_text(detail));
}
