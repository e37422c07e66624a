/* SPDX-License-Identifier: Apache-2.0
 *
 * grade: see grade.h.
 */
#include "common/domain/assess/grade.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A grade has a digit and a letter and begins with an ASCII one: 40Cr, ADC12, 17-4PH, 45钢板;
   φ30 and δ8 are dimensions, and so is 2mm, but nobody names a material so. */
static bool is_grade(text_t word) {
    bool digit = false, letter = false;
    for (size_t i = 0; i < word.n; i++) {
        digit = digit || is_digit(word.p[i]);
        letter = letter || is_letter(word.p[i]) || (unsigned char) word.p[i] >= 0x80;
    }
    return word.n >= 3 && digit && letter && (is_digit(word.p[0]) || is_letter(word.p[0]));
}

/* As a word of its own: 40Cr is not in 40CrNiMo. */
static bool mentions(text_t text, text_t word) {
    for (size_t i = 0; i + word.n <= text.n; i++) {
        if (memcmp(text.p + i, word.p, word.n) != 0)
            continue;
        char before = i > 0 ? text.p[i - 1] : ' ';
        char after = i + word.n < text.n ? text.p[i + word.n] : ' ';
        if (!is_digit(before) && !is_letter(before) && !is_digit(after) && !is_letter(after))
            return true;
    }
    return false;
}

static bool names(text_t text, const struct stock_row *row) {
    size_t from = 0;
    for (size_t i = 0; i <= row->name.n; i++) {
        if (i < row->name.n && row->name.p[i] != ' ')
            continue;
        text_t word = {row->name.p + from, i - from};
        if (is_grade(word) && mentions(text, word))
            return true;
        from = i + 1;
    }
    return false;
}

/* "由40Cr改17-4PH" names the product's own material, too: another one goes before it. */
line_material_t material_of(const context_t *context, const struct product_row *product,
                            text_t modification) {
    line_material_t out = {.material = product->material};
    const struct stock_row *rows;
    size_t n = modification.n ? context_stocks(context, &rows) : 0, others = 0;
    for (size_t i = 0; i < n; i++) {
        if (!names(modification, &rows[i]))
            continue;
        out.named = true;
        if (text_equal(rows[i].material, product->material))
            continue;
        others++;
        out.material = rows[i].material;
    }
    if (others > 1) {
        out.unclear = true;
        out.material = product->material;
    }
    out.row = context_stock(context, out.material);
    return out;
}
