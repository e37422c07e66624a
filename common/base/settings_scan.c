/* SPDX-License-Identifier: Apache-2.0
 *
 * settings_scan: a scanner that knows strings, comments and numbers of libconfig's format, nothing
 * else.
 */
#include "common/base/settings_scan.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "common/base/text.h"

void settings_scan_name(const char *file, int line, char *out, size_t size) {
    FILE *f = fopen(file, "re");
    char *content = NULL;
    size_t room = 0;
    out[0] = '\0';
    for (int at = 0; f && at < line && getline(&content, &room, f) >= 0;)
        if (++at == line) {
            text_t name = text_trim((text_t){content, strcspn(content, "=:{;")});
            snprintf(out, size, "%.*s", (int) (name.n < size ? name.n : size - 1), name.p);
        }
    free(content);
    if (f)
        fclose(f);
}

static void skip_string(FILE *f, unsigned *line) {
    for (int c; (c = getc(f)) != EOF && c != '"';) {
        if (c == '\\')
            c = getc(f);
        *line += c == '\n';
    }
}

/* c is the first character of what may be a comment. */
static void skip_comment(FILE *f, int c, unsigned *line) {
    int next = c == '/' ? getc(f) : c;
    if (next == '*') {
        for (int last = 0; (c = getc(f)) != EOF && !(last == '*' && c == '/'); last = c)
            *line += c == '\n';
    } else if (next == c) {
        while ((c = getc(f)) != EOF && c != '\n')
            continue;
        *line += c == '\n';
    } else {
        ungetc(next, f);
    }
}

static bool is_wide(const char *word) {
    char *end;
    if (!isdigit((unsigned char) word[0]))
        return false;
    errno = 0;
    bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
    unsigned long long value = strtoull(word, &end, hex ? 16 : 10);
    return *end == '\0' && (errno != 0 || value > INT32_MAX);
}

static bool wide_word(FILE *f, int c) {
    char word[80];
    size_t n = 0;
    for (; isalnum(c) || c == '_' || c == '.' || c == '-'; c = getc(f))
        if (n + 1 < sizeof word)
            word[n++] = (char) c;
    word[n] = '\0';
    ungetc(c, f);
    return is_wide(word);
}

unsigned settings_scan_wide_number(FILE *f) {
    unsigned line = 1, found = 0;
    long start = ftell(f);
    for (int c; !found && (c = getc(f)) != EOF;) {
        if (c == '\n')
            line++;
        else if (c == '"')
            skip_string(f, &line);
        else if (c == '#' || c == '/')
            skip_comment(f, c, &line);
        else if (isalnum(c) || c == '_')
            found = wide_word(f, c) ? line : 0;
    }
    if (start < 0 || fseek(f, start, SEEK_SET) != 0)
        rewind(f);
    return found;
}
