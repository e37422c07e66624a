/* SPDX-License-Identifier: Apache-2.0
 *
 * grade: a material's grade inside free text. Stock names read "17-4PH φ30", "45钢板 δ8": words of
 * which one is the grade.
 */
#ifndef COUNTERSIGN_DOMAIN_GRADE_H
#define COUNTERSIGN_DOMAIN_GRADE_H

#include "common/domain/context.h"

/* The material that a line is made of: the product's, or the one that the modification names
   instead. `named` is set when the modification names one, `unclear` when it names several
   others. The row may be NULL: not in stock list. */
typedef struct line_material {
    text_t material;
    const struct stock_row *row;
    bool named, unclear;
} line_material_t;
line_material_t material_of(const context_t *context, const struct product_row *product,
                            text_t modification);

#endif
