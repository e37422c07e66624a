/* SPDX-License-Identifier: Apache-2.0
 *
 * xml_take: finding values in a tree of elements and taking them; see xml.h.
 */
#include <stdio.h>

#include "common/exchange/xml.h"

static bool named(const xml_element_t *self, const char *name, size_t n) {
    return self->name.n == n && memcmp(self->name.p, name, n) == 0;
}

static xml_element_t *child_named(const xml_element_t *self, const char *name, size_t n) {
    xml_element_t *child = self ? self->first : NULL;
    while (child && !named(child, name, n))
        child = child->next;
    return child;
}

xml_element_t *xml_child(const xml_element_t *self, const char *name) {
    return child_named(self, name, strlen(name));
}

xml_element_t *xml_next(const xml_element_t *self) {
    xml_element_t *next = self->next;
    while (next && !text_equal(next->name, self->name))
        next = next->next;
    return next;
}

xml_element_t *xml_find(const xml_element_t *self, const char *path) {
    xml_element_t *found = NULL;
    while (*path) {
        size_t n = strcspn(path, "/");
        if (!(found = child_named(self, path, n)))
            return NULL;
        self = found;
        path += n + (path[n] == '/');
    }
    return found;
}

text_t xml_take(xml_element_t *self) {
    if (!self)
        return (text_t){"", 0};
    self->taken = true;
    return self->text;
}

text_t xml_take_path(xml_element_t *self, const char *path) {
    return xml_take(xml_find(self, path));
}

text_t xml_take_attribute(xml_element_t *self, const char *name) {
    for (xml_attribute_t *a = self ? self->attributes : NULL; a; a = a->next)
        if (text_is(a->name, name)) {
            a->taken = true;
            return a->value;
        }
    return (text_t){"", 0};
}

void xml_take_attributes(xml_element_t *self) {
    for (xml_attribute_t *a = self ? self->attributes : NULL; a; a = a->next)
        a->taken = true;
}

typedef struct lister {
    char path[512];
    xml_untaken_fn *fn;
    void *arg;
} lister_t;

static void give(lister_t *self, size_t n, const xml_element_t *element) {
    if (element->text.n > 0 && !element->taken)
        self->fn((text_t){self->path, n}, element->text, self->arg);
    for (const xml_attribute_t *a = element->attributes; a; a = a->next)
        if (!a->taken) {
            int more = snprintf(self->path + n, sizeof self->path - n, "/@%.*s", (int) a->name.n,
                                a->name.p);
            size_t end =
                n + (size_t) more < sizeof self->path ? n + (size_t) more : sizeof self->path - 1;
            self->fn((text_t){self->path, end}, a->value, self->arg);
        }
}

/* index: among neighbours of one name, which is how schemas repeat things; 0 = it stands alone */
static void list(lister_t *self, size_t n, const xml_element_t *element, size_t index) {
    char number[24] = "";
    if (index)
        snprintf(number, sizeof number, "[%zu]", index);
    int more = snprintf(self->path + n, sizeof self->path - n, "%s%.*s%s", n ? "/" : "",
                        (int) element->name.n, element->name.p, number);
    size_t end = n + (size_t) more < sizeof self->path ? n + (size_t) more : sizeof self->path - 1;
    give(self, end, element);
    size_t run = 0;
    for (const xml_element_t *child = element->first; child; child = child->next) {
        bool again = child->next && text_equal(child->next->name, child->name);
        if (again || run)
            run++;
        list(self, end, child, run);
        if (!again)
            run = 0;
    }
}

void xml_untaken(const xml_element_t *root, xml_untaken_fn *fn, void *arg) {
    lister_t self = {.fn = fn, .arg = arg};
    list(&self, 0, root, 0);
}
