/* SPDX-License-Identifier: Apache-2.0
 *
 * glossary: the file is read whole and looked up by bisection, as GNU gettext's manual describes it
 * ("The Format of GNU MO Files"): number of strings at 8, tables of length and offset at 12 and 16,
 * originals in order. Security: every offset is checked against the file's size.
 */
#include "daemons/notifier/glossary.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/exchange/input.h"

#define MAGIC 0x950412deu
#define BYTES_MAX (4u << 20)
#define KEY_MAX 160

struct glossary {
    buffer_t file;
    uint32_t n, originals, translations;
};

static uint32_t number_at(const glossary_t *self, size_t at) {
    uint32_t value = 0;
    if (at <= self->file.n && self->file.n - at >= sizeof value)
        memcpy(&value, self->file.p + at, sizeof value);
    return value;
}

static text_t text_at(const glossary_t *self, uint32_t table, uint32_t index) {
    size_t row = (size_t) table + 8 * (size_t) index;
    uint32_t n = number_at(self, row), at = number_at(self, row + 4);
    if (at > self->file.n || self->file.n - at < n)
        return (text_t){NULL, 0};
    return (text_t){(const char *) self->file.p + at, n};
}

glossary_t *glossary_open(const char *folder, const char *language) {
    glossary_t *self = memory_new(1, sizeof *self);
    char path[512];
    snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/countersign.mo", folder, language);
    if (input_read(path, BYTES_MAX, &self->file, NULL) == 0 && number_at(self, 0) == MAGIC) {
        self->n = number_at(self, 8);
        self->originals = number_at(self, 12);
        self->translations = number_at(self, 16);
    }
    return self;
}

void glossary_close(glossary_t **self_p) {
    if (*self_p)
        buffer_free(&(*self_p)->file);
    free(*self_p);
    *self_p = NULL;
}

bool glossary_empty(const glossary_t *self) { return self->n == 0; }

static int compare(text_t a, text_t b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int rc = n ? memcmp(a.p, b.p, n) : 0;
    return rc ? rc : (a.n > b.n) - (a.n < b.n);
}

text_t glossary_word(const glossary_t *self, const char *context, const char *word) {
    char key[KEY_MAX];
    /* a msgctxt, as msgfmt has it */
    int length = snprintf(key, sizeof key, "%s%s%s", context, context[0] ? "\004" : "", word);
    text_t wanted = {key, (size_t) length};
    uint32_t low = 0, high = self->n;
    while (length < KEY_MAX && low < high) {
        uint32_t middle = low + (high - low) / 2;
        int rc = compare(wanted, text_at(self, self->originals, middle));
        if (rc == 0) {
            text_t found = text_at(self, self->translations, middle);
            return found.n ? found : text_of(word);
        }
        if (rc < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return text_of(word);
}
