/* SPDX-License-Identifier: Apache-2.0
 *
 * xml: a document from outside as a small tree of elements, read by libxml2's reader without
 * network, DTD or entities, under limits of size, depth, elements and attributes. Whoever uses a
 * value takes it; what nobody took can be listed at the end, so that nothing is dropped in silence.
 */
#ifndef COUNTERSIGN_EXCHANGE_XML_H
#define COUNTERSIGN_EXCHANGE_XML_H

#include "common/base/arena.h"
#include "common/base/problem.h"

#define XML_BYTES_MAX (4 * 1024 * 1024)
#define XML_DEPTH_MAX 32
#define XML_ELEMENTS_MAX 65536
#define XML_PIECES_MAX 16     /* of one text, around comments and CDATA */
#define XML_ATTRIBUTES_MAX 16 /* to one element */

typedef struct xml_attribute {
    text_t name, value;
    bool taken;
    struct xml_attribute *next;
} xml_attribute_t;

typedef struct xml_element {
    text_t name;  /* local name: namespaces are checked at the root */
    text_t space; /* namespace URI */
    text_t text;  /* trimmed; of leaves */
    unsigned line;
    bool taken;
    xml_attribute_t *attributes;
    struct xml_element *parent, *first, *last, *next;
} xml_element_t;

/* `file` names the document in problems. NULL with *problem: INPUT_FILE (file, line) or TOO_LARGE.
   Everything lives in `arena`. */
xml_element_t *xml_read(bytes_t bytes, const char *file, arena_t *arena, problem_t *problem);

/* The first child of that name; NULL (also of NULL). */
xml_element_t *xml_child(const xml_element_t *self, const char *name);
xml_element_t *xml_next(const xml_element_t *self); /* next sibling of the same name */
/* A descendant by path, "Party/PartyName/Name"; NULL if there is none. */
xml_element_t *xml_find(const xml_element_t *self, const char *path);
text_t xml_take(xml_element_t *self); /* its text, marked as used; "" of NULL */
text_t xml_take_path(xml_element_t *self, const char *path);
text_t xml_take_attribute(xml_element_t *self, const char *name); /* "" if absent */
void xml_take_attributes(xml_element_t *self);                    /* all of them */
/* Calls fn for each text and attribute that was not taken, with its path from the root:
   "Order/OrderLine[2]/Note", "Order/ID/@schemeID". */
typedef void xml_untaken_fn(text_t path, text_t value, void *arg);
void xml_untaken(const xml_element_t *root, xml_untaken_fn *fn, void *arg);

#endif
