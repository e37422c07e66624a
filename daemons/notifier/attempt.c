/* SPDX-License-Identifier: Apache-2.0
 *
 * attempt: what others said is read as hostile: it ends up on screens and in the ledger.
 */
#include "daemons/notifier/attempt.h"

#include <stdio.h>
#include <strings.h>

#include "common/base/text.h"

#define LOOKED_AT_MAX 1000 /* looked at */
#define INSTEAD "(recipient)"

static size_t char_bytes(unsigned char first) {
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* One character at a time: what is none becomes '?', what controls a space. */
static void clean(text_t said, buffer_t *out) {
    for (size_t i = 0, n; i < said.n && i < LOOKED_AT_MAX; i += n) {
        n = char_bytes((unsigned char) said.p[i]);
        text_t c = {said.p + i, n <= said.n - i ? n : 1};
        if (!text_valid_utf8(c)) {
            n = 1;
            buffer_text(out, "?");
        } else if (text_has_controls(c) || *c.p == '\n' || *c.p == '\t') {
            buffer_text(out, " ");
        } else {
            buffer_put(out, c.p, c.n);
        }
    }
}

static bool word_char(unsigned char c) {
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool stands_alone(text_t in, size_t at, size_t n) {
    return (at == 0 || !word_char((unsigned char) in.p[at - 1])) &&
           (at + n >= in.n || !word_char((unsigned char) in.p[at + n]));
}

/* Each `name` that stands alone, in either case. */
static void leave_out(text_t name, buffer_t *text) {
    buffer_t out = {0};
    text_t in = {(const char *) text->p, text->n};
    for (size_t i = 0; i < in.n;) {
        if (name.n && name.n <= in.n - i && strncasecmp(in.p + i, name.p, name.n) == 0 &&
            stands_alone(in, i, name.n)) {
            buffer_text(&out, INSTEAD);
            i += name.n;
        } else {
            buffer_put(&out, in.p + i++, 1);
        }
    }
    buffer_free(text);
    *text = out;
}

void attempt_ended(attempt_t *self, enum delivery_state state, int code, text_t said, text_t to) {
    buffer_t text = {0};
    const char *at = to.n ? memchr(to.p, '@', to.n) : NULL;
    clean(said, &text);
    leave_out(to, &text);
    if (at)
        leave_out((text_t){to.p, (size_t) (at - to.p)}, &text);
    text_t line = text_trim((text_t){(const char *) text.p, text.n});
    size_t n = line.n < ATTEMPT_TEXT_MAX ? line.n : ATTEMPT_TEXT_MAX;
    while (n && n < line.n && ((unsigned char) line.p[n] & 0xc0) == 0x80)
        n--; /* between two characters */
    *self = (attempt_t){.state = state, .code = code};
    if (n)
        memcpy(self->text, line.p, n);
    buffer_free(&text);
}
