/* SPDX-License-Identifier: Apache-2.0
 *
 * csv_write: see csv_write.h.
 */
#include "common/exchange/csv_write.h"

#include "common/base/text.h"

/* What begins a formula, in narrow and in full-width letters; spreadsheets pass over a tab or line
   end. */
static bool formula(text_t cell) {
    static const char *const begins[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                         "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (text_starts(cell, begins[i]))
            return true;
    return false;
}

static bool special(char c) { return c == '"' || c == ',' || c == '\n' || c == '\r'; }

static void write_cell(buffer_t *out, text_t cell) {
    bool quoted = false;
    for (size_t i = 0; i < cell.n; i++)
        quoted = quoted || special(cell.p[i]);
    if (quoted)
        buffer_text(out, "\"");
    if (formula(cell))
        buffer_text(out, "'");
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            buffer_text(out, "\"");
        buffer_put(out, &cell.p[i], 1);
    }
    if (quoted)
        buffer_text(out, "\"");
}

void csv_write_row(buffer_t *out, const text_t *cells, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i)
            buffer_text(out, ",");
        write_cell(out, cells[i]);
    }
    buffer_text(out, "\r\n");
}
