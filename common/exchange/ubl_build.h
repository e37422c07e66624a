/* SPDX-License-Identifier: Apache-2.0
 *
 * ubl_build: what the parts of the UBL reader share while they build one order. Private to
 * common/exchange/ubl*.c.
 */
#ifndef COUNTERSIGN_EXCHANGE_UBL_BUILD_H
#define COUNTERSIGN_EXCHANGE_UBL_BUILD_H

#include "common/exchange/order_file.h"
#include "common/exchange/xml.h"

#define UBL_REQUIREMENTS_MAX 500
#define UBL_LINES_MAX 500
#define UBL_EMBEDDED_MAX 50

typedef struct ubl {
    const char *file;
    day_t start; /* Monday of W1, or NO_START */
    arena_t *arena;
    problem_t *problem;
    bool failed; /* the first failure stands in *problem; later steps do nothing harmful */
    order_file_t *out;
    text_t currency; /* of the document */
    day_t wanted;    /* of the document, 0 = not said */
    buffer_t contact, note, scratch;
} ubl_t;

/* Notes what is wrong and where (NULL: nowhere), unless something was wrong before. */
void ubl_fail(ubl_t *self, const xml_element_t *at, const char *detail);
text_t ubl_keep(ubl_t *self, text_t text); /* a copy in the arena; never NULL */
/* What was written into a buffer, until it is written to again. */
static inline text_t ubl_words(const buffer_t *buffer) {
    return (text_t){(const char *) buffer->p, buffer->n};
}
/* A stated requirement; line 0 = the order. Text that is empty makes none. NULL when there is none
   or no room. */
struct requirement *ubl_require(ubl_t *self, enum subject subject, int64_t line, text_t text);
/* A requirement "label: what the element says": each untaken leaf with its name, or the bare
   values. */
struct requirement *ubl_require_element(ubl_t *self, enum subject subject, int64_t line,
                                        const char *label, xml_element_t *element, bool names);
/* Appends the untaken leaves below an element and takes them: "Oslo, 0501, NO", or "amount 400.00
   NOK, ...". */
void ubl_describe(xml_element_t *element, bool names, buffer_t *out);
/* Take an xsd:date, an xsd:decimal; false if absent, or wrong, which is noted. */
bool ubl_day(ubl_t *self, xml_element_t *element, day_t *out);
bool ubl_decimal(ubl_t *self, xml_element_t *element, decimal_t *out);

/* Everything about persons, into the contact text. */
void ubl_contacts(ubl_t *self, xml_element_t *element);
void ubl_buyer(ubl_t *self, xml_element_t *buyer); /* cac:BuyerCustomerParty */
/* Delivery, payment, allowances, ... of the order. */
void ubl_terms(ubl_t *self, xml_element_t *root);
/* A delivery of the order or of a line; `wanted` is set when it names a day. */
void ubl_delivery(ubl_t *self, xml_element_t *delivery, int64_t line, day_t *wanted);
/* Allowances and charges as requirements on the price, "labelCharge: ...". */
void ubl_allowances(ubl_t *self, xml_element_t *parent, int64_t line, const char *label);
void ubl_lines(ubl_t *self, xml_element_t *root);

#endif
