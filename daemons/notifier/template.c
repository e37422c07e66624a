/* SPDX-License-Identifier: Apache-2.0
 *
 * template: read once into pieces, so that what is wrong with it stops the start and not a mail.
 */
#include "daemons/notifier/template.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/text.h"

#define NESTED_MAX 8

typedef enum piece_type { PIECE_TEXT, PIECE_VALUE, PIECE_IF } piece_type_t;
typedef struct piece {
    piece_type_t type;
    text_t text; /* what stands there, or the name */
    size_t end;  /* of IF: the first piece behind it */
} piece_t;

struct template {
    char *source;
    piece_t *pieces;
    size_t n;
};

typedef struct reading {
    template_t *self;
    const char *file;
    text_t rest;
    unsigned line;
    size_t open[NESTED_MAX];
    size_t open_n;
    template_known_fn *known;
    void *arg;
    problem_t *problem;
} reading_t;

static int wrong(const reading_t *r, text_t name, const char *detail) {
    char field[64];
    snprintf(field, sizeof field, "%.*s", (int) name.n, name.n ? name.p : "");
    problem_set(r->problem, REASON_CONFIGURATION, field, "%s", detail);
    if (r->problem) {
        snprintf(r->problem->file, sizeof r->problem->file, "%s", r->file);
        r->problem->line = r->line;
    }
    return -1;
}

static void add(reading_t *r, piece_type_t type, text_t text) {
    if (type == PIECE_TEXT && text.n == 0)
        return;
    r->self->pieces = memory_grow(r->self->pieces, r->self->n + 1, sizeof *r->self->pieces);
    r->self->pieces[r->self->n++] = (piece_t){.type = type, .text = text};
}

static void advance(reading_t *r, size_t n) {
    for (size_t i = 0; i < n; i++)
        r->line += r->rest.p[i] == '\n';
    r->rest = (text_t){r->rest.p + n, r->rest.n - n};
}

static const char *find(text_t text, const char *what) {
    return text.n ? memmem(text.p, text.n, what, strlen(what)) : NULL;
}

/* {{#if}} and {{/if}} alone on their lines leave no empty line behind. */
static void eat_line(reading_t *r, const char *tag) {
    bool first = tag == r->self->source || tag[-1] == '\n';
    if (first && r->rest.n && r->rest.p[0] == '\n')
        advance(r, 1);
}

static int take_name(reading_t *r, piece_type_t type, text_t name) {
    name = text_trim(name);
    if (!r->known(r->arg, name))
        return wrong(r, name, "there is no value of this name here; config/notify.cfg lists them");
    if (type == PIECE_IF && r->open_n == NESTED_MAX)
        return wrong(r, name, "too many {{#if}} within one another");
    if (type == PIECE_IF)
        r->open[r->open_n++] = r->self->n;
    add(r, type, name);
    return 0;
}

static int take_tag(reading_t *r, text_t tag, const char *begin) {
    if (text_starts(tag, "#if ")) {
        if (take_name(r, PIECE_IF, (text_t){tag.p + 4, tag.n - 4}) != 0)
            return -1;
        eat_line(r, begin);
        return 0;
    }
    if (!text_is(tag, "/if"))
        return take_name(r, PIECE_VALUE, tag);
    if (r->open_n == 0)
        return wrong(r, tag, "no {{#if}} is open here");
    r->self->pieces[r->open[--r->open_n]].end = r->self->n;
    eat_line(r, begin);
    return 0;
}

static int parse(reading_t *r) {
    const char *tag;
    while ((tag = find(r->rest, "{{"))) {
        size_t before = (size_t) (tag - r->rest.p);
        add(r, PIECE_TEXT, (text_t){r->rest.p, before});
        advance(r, before + 2);
        const char *end = find(r->rest, "}}");
        if (!end)
            return wrong(r, (text_t){NULL, 0}, "{{ without }}");
        text_t inner = {r->rest.p, (size_t) (end - r->rest.p)};
        advance(r, inner.n + 2);
        if (take_tag(r, text_trim(inner), tag) != 0)
            return -1;
    }
    add(r, PIECE_TEXT, r->rest);
    return r->open_n
               ? wrong(r, r->self->pieces[r->open[r->open_n - 1]].text, "{{#if}} without {{/if}}")
               : 0;
}

template_t *template_parse(const char *file, text_t source, template_known_fn *known, void *arg,
                           problem_t *problem) {
    template_t *self = memory_new(1, sizeof *self);
    self->source = memory_text(source);
    reading_t r = {.self = self,
                   .file = file,
                   .rest = {self->source, source.n},
                   .line = 1,
                   .known = known,
                   .arg = arg,
                   .problem = problem};
    if (!text_valid_utf8(source))
        wrong(&r, (text_t){NULL, 0}, "it is not UTF-8");
    else if (parse(&r) == 0)
        return self;
    template_destroy(&self);
    return NULL;
}

void template_destroy(template_t **self_p) {
    if (*self_p) {
        free((*self_p)->pieces);
        free((*self_p)->source);
    }
    free(*self_p);
    *self_p = NULL;
}

static void escape(text_t text, buffer_t *out) {
    for (size_t i = 0; i < text.n; i++)
        switch (text.p[i]) {
        case '&': buffer_text(out, "&amp;"); break;
        case '<': buffer_text(out, "&lt;"); break;
        case '>': buffer_text(out, "&gt;"); break;
        case '"': buffer_text(out, "&quot;"); break;
        case '\'': buffer_text(out, "&#39;"); break;
        case '\n': buffer_text(out, "<br>\n"); break;
        default: buffer_put(out, &text.p[i], 1);
        }
}

void template_render(const template_t *self, bool html, template_value_fn *value, void *arg,
                     buffer_t *out) {
    for (size_t i = 0; i < self->n; i++) {
        const piece_t *piece = &self->pieces[i];
        text_t text = piece->type == PIECE_TEXT ? piece->text : value(arg, piece->text);
        if (piece->type == PIECE_IF && text.n == 0)
            i = piece->end - 1; /* its end is behind it */
        else if (piece->type == PIECE_VALUE && html)
            escape(text, out);
        else if (piece->type != PIECE_IF)
            buffer_put(out, text.p, text.n);
    }
}
