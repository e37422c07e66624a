/* SPDX-License-Identifier: Apache-2.0
 *
 * ubl_build: see ubl_build.h.
 */
#include "common/exchange/ubl_build.h"

#include <ctype.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/input.h"

void ubl_fail(ubl_t *self, const xml_element_t *at, const char *detail) {
    if (self->failed)
        return;
    self->failed = true;
    char field[96] = "";
    if (at) {
        text_t name = input_cut(at->name, sizeof field - 1);
        memcpy(field, name.p, name.n);
        field[name.n] = '\0';
    }
    input_refuse(self->problem, self->file, at ? at->line : 0, field, "%s", detail);
}

text_t ubl_keep(ubl_t *self, text_t text) {
    text_t kept = arena_text(self->arena, text.p ? text : TEXT(""));
    if (!kept.p) {
        ubl_fail(self, NULL, "too large");
        return TEXT("");
    }
    return kept;
}

struct requirement *ubl_require(ubl_t *self, enum subject subject, int64_t line, text_t text) {
    struct requirement_list *list = &self->out->content.requirements;
    if (text.n == 0 || self->failed)
        return NULL;
    if (!list->at)
        list->at = arena_alloc(self->arena, UBL_REQUIREMENTS_MAX * sizeof *list->at);
    if (!list->at || list->n == UBL_REQUIREMENTS_MAX) {
        ubl_fail(self, NULL, "more requirements than one order can have");
        return NULL;
    }
    struct requirement *requirement = &list->at[list->n++];
    record_clear(&requirement_record, requirement);
    requirement->no = (int64_t) list->n;
    requirement->kind = REQUIREMENT_STATED;
    requirement->subject = subject;
    requirement->line = line;
    requirement->text = ubl_keep(self, text);
    return requirement;
}

struct requirement *ubl_require_element(ubl_t *self, enum subject subject, int64_t line,
                                        const char *label, xml_element_t *element, bool names) {
    if (!element)
        return NULL;
    buffer_t words = {0};
    ubl_describe(element, names, &words);
    struct requirement *requirement = NULL;
    if (words.n > 0) {
        buffer_clear(&self->scratch);
        buffer_format(&self->scratch, "%s: %s", label, buffer_cstr(&words));
        requirement = ubl_require(self, subject, line, ubl_words(&self->scratch));
    }
    buffer_free(&words);
    return requirement;
}

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/* "RequestedDespatchDate": "requested despatch date"; "SerialID": "serial ID" */
static void describe_name(text_t name, buffer_t *out) {
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c >= 'A' && c <= 'Z') {
            if (i > 0 && is_lower(name.p[i - 1]))
                buffer_text(out, " ");
            if (i + 1 < name.n && is_lower(name.p[i + 1]))
                c = (char) tolower((unsigned char) c);
        }
        buffer_put(out, &c, 1);
    }
}

void ubl_describe(xml_element_t *element, bool names, buffer_t *out) {
    if (element->text.n > 0 && !element->taken) {
        buffer_text(out, out->n ? ", " : "");
        if (names) {
            describe_name(element->name, out);
            buffer_text(out, " ");
        }
        text_t text = xml_take(element);
        buffer_put(out, text.p, text.n);
        text_t of[] = {xml_take_attribute(element, "unitCode"),
                       xml_take_attribute(element, "currencyID")};
        for (size_t i = 0; i < 2; i++)
            if (of[i].n > 0)
                buffer_format(out, " %.*s", (int) of[i].n, of[i].p);
    }
    for (xml_element_t *child = element->first; child; child = child->next)
        ubl_describe(child, names, out);
}

bool ubl_day(ubl_t *self, xml_element_t *element, day_t *out) {
    text_t text = xml_take(element);
    if (text.n == 0)
        return false;
    if (text.n > 10 && (text.p[10] == 'Z' || text.p[10] == '+' || text.p[10] == '-'))
        text.n = 10; /* xsd:date may carry a zone; a day of delivery has none */
    if (day_parse(text, out) || (self->start != NO_START && due_parse(text, self->start, out)))
        return true;
    ubl_fail(self, element, "a date is expected: 2026-11-23");
    return false;
}

bool ubl_decimal(ubl_t *self, xml_element_t *element, decimal_t *out) {
    text_t text = xml_take(element);
    if (text.n == 0)
        return false;
    const char *point = memchr(text.p, '.', text.n);
    while (point && text.n > 0 && (text.p[text.n - 1] == '0' || text.p + text.n - 1 == point)) {
        bool last = text.p + text.n - 1 == point;
        text.n--; /* 15.0000000 says no more than 15 */
        if (last)
            break;
    }
    if (decimal_parse(text, out))
        return true;
    ubl_fail(self, element, "a number with at most 6 decimals is expected");
    return false;
}
