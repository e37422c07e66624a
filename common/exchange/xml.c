/* SPDX-License-Identifier: Apache-2.0
 *
 * xml: see xml.h. Security: a document type is refused as such, and before libxml2 sees the bytes,
 * because its entities are expanded in attributes even where texts leave them alone.
 */
#include "common/exchange/xml.h"

#include <libxml/xmlreader.h>
#include <stdio.h>

#include "common/base/text.h"
#include "common/exchange/input.h"

typedef struct source {
    xmlTextReaderPtr reader;
    const char *file;
    arena_t *arena;
    problem_t *problem;
    char message[160]; /* libxml2's first error */
    unsigned line;
    size_t elements;
    size_t pieces; /* of the text between two tags */
    xml_element_t *root, *open;
} source_t;

static void note_error(void *arg, xmlErrorPtr error) {
    source_t *self = arg;
    if (self->message[0] || !error || !error->message)
        return;
    text_t text = text_trim(text_of(error->message));
    text = input_cut(text, sizeof self->message - 1);
    snprintf(self->message, sizeof self->message, "%.*s", (int) text.n, text.p);
    self->line = error->line > 0 ? (unsigned) error->line : 0;
}

static unsigned line_of(const source_t *self) {
    int line = xmlTextReaderGetParserLineNumber(self->reader);
    return line > 0 ? (unsigned) line : 0;
}

static int too_much(source_t *self, const char *what) {
    return input_refuse(self->problem, self->file, line_of(self), "", "%s", what);
}

static text_t keep(source_t *self, const xmlChar *text) {
    return arena_text(self->arena, text_trim(text_of(text ? (const char *) text : "")));
}

static int read_attributes(source_t *self, xml_element_t *element) {
    xml_attribute_t **end = &element->attributes;
    size_t n = 0;
    while (xmlTextReaderMoveToNextAttribute(self->reader) == 1) {
        if (xmlTextReaderIsNamespaceDecl(self->reader) == 1)
            continue;
        if (++n > XML_ATTRIBUTES_MAX)
            return too_much(self, "too many attributes");
        xml_attribute_t *attribute = arena_alloc(self->arena, sizeof *attribute);
        if (!attribute)
            return too_much(self, "too large");
        attribute->name = keep(self, xmlTextReaderConstLocalName(self->reader));
        attribute->value = keep(self, xmlTextReaderConstValue(self->reader));
        if (!attribute->name.p || !attribute->value.p)
            return too_much(self, "too large");
        *end = attribute;
        end = &attribute->next;
    }
    xmlTextReaderMoveToElement(self->reader);
    return 0;
}

/* Names of elements repeat: the text of a sibling's or parent's namespace is shared. */
static text_t keep_space(source_t *self, const xmlChar *uri) {
    text_t text = text_of(uri ? (const char *) uri : "");
    for (const xml_element_t *e = self->open; e; e = e->parent)
        if (text_equal(e->space, text))
            return e->space;
    return arena_text(self->arena, text);
}

static int begin_element(source_t *self) {
    self->pieces = 0;
    if (xmlTextReaderDepth(self->reader) >= XML_DEPTH_MAX)
        return too_much(self, "nested too deep");
    if (++self->elements > XML_ELEMENTS_MAX)
        return too_much(self, "too many elements");
    xml_element_t *element = arena_alloc(self->arena, sizeof *element);
    if (!element)
        return too_much(self, "too large");
    bool empty = xmlTextReaderIsEmptyElement(self->reader) == 1;
    element->name = keep(self, xmlTextReaderConstLocalName(self->reader));
    element->space = keep_space(self, xmlTextReaderConstNamespaceUri(self->reader));
    element->text = (text_t){"", 0};
    element->line = line_of(self);
    element->parent = self->open;
    if (!element->name.p || !element->space.p)
        return too_much(self, "too large");
    if (!self->root)
        self->root = element;
    if (self->open) {
        if (self->open->last)
            self->open->last->next = element;
        else
            self->open->first = element;
        self->open->last = element;
    }
    if (read_attributes(self, element) != 0)
        return -1;
    if (!empty)
        self->open = element;
    return 0;
}

static int add_text(source_t *self) {
    text_t text = text_trim(text_of((const char *) xmlTextReaderConstValue(self->reader)));
    if (!self->open || text.n == 0)
        return 0;
    if (++self->pieces > XML_PIECES_MAX) /* each costs a copy of those before it */
        return too_much(self, "a text in too many pieces");
    if (self->open->text.n == 0)
        self->open->text = arena_text(self->arena, text);
    else /* in pieces, around a comment or in CDATA */
        self->open->text = arena_format(self->arena, "%.*s %.*s", (int) self->open->text.n,
                                        self->open->text.p, (int) text.n, text.p);
    return self->open->text.p ? 0 : too_much(self, "too large");
}

static int take_node(source_t *self) {
    switch (xmlTextReaderNodeType(self->reader)) {
    case XML_READER_TYPE_ELEMENT: return begin_element(self);
    case XML_READER_TYPE_END_ELEMENT:
        self->pieces = 0;
        self->open = self->open ? self->open->parent : NULL;
        return 0;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA: return add_text(self);
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY:
    case XML_READER_TYPE_ENTITY_REFERENCE:
    case XML_READER_TYPE_END_ENTITY:
        return too_much(self, "document types and entities are refused");
    default: return 0; /* comments, white space, processing instructions carry nothing */
    }
}

static int read_document(source_t *self) {
    int rc;
    while ((rc = xmlTextReaderRead(self->reader)) == 1)
        if (take_node(self) != 0)
            return -1;
    if (rc < 0 || self->message[0] || !self->root)
        return input_refuse(self->problem, self->file, self->line, "", "not well-formed XML: %s",
                            self->message[0] ? self->message : "it has no root element");
    return 0;
}

static bool has_doctype(bytes_t bytes) {
    return memmem(bytes.p, bytes.n, "<!DOCTYPE", 9) || memmem(bytes.p, bytes.n, "<!ENTITY", 8);
}

xml_element_t *xml_read(bytes_t bytes, const char *file, arena_t *arena, problem_t *problem) {
    source_t self = {.file = file, .arena = arena, .problem = problem};
    if (bytes.n > XML_BYTES_MAX) {
        problem_set(problem, REASON_TOO_LARGE, "", "%zu bytes of XML; at most %d are read", bytes.n,
                    XML_BYTES_MAX);
        input_place(problem, file, 0);
        return NULL;
    }
    if (bytes.n == 0 || memchr(bytes.p, 0, bytes.n) || has_doctype(bytes)) {
        input_refuse(problem, file, 0, "", "%s",
                     bytes.n == 0         ? "it is empty"
                     : has_doctype(bytes) ? "document types and entities are refused"
                                          : "UTF-16 is refused; use UTF-8");
        return NULL;
    }
    self.reader = xmlReaderForMemory((const char *) bytes.p, (int) bytes.n, NULL, NULL,
                                     XML_PARSE_NONET | XML_PARSE_COMPACT);
    if (!self.reader) {
        input_refuse(problem, file, 0, "", "cannot be read as XML");
        return NULL;
    }
    xmlTextReaderSetStructuredErrorHandler(self.reader, note_error, &self);
    int rc = read_document(&self);
    xmlFreeTextReader(self.reader);
    return rc == 0 ? self.root : NULL;
}
