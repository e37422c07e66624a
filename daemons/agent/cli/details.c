/* SPDX-License-Identifier: Apache-2.0
 *
 * details: a refusal's detail comes over the wire as an English sentence with its values filled in.
 * The common ones are taken apart by the format that made them, so that sentence and values can be
 * said in the reader's language.
 */
#include <stdio.h>

#include "common/base/text.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"

#define HOLES_MAX 2

typedef struct detail_row {
    const char *format; /* as in common/domain; config/po has it from there */
    /* the procedure's list, or context of words, of its values; NULL: neither */
    const char *of;
} detail_row_t;

static const detail_row_t rows[] = {
    {"this is for the role %.*s", "roles"},
    {"%.*s steps in only where four eyes bar every %.*s", "roles"},
    {"%.*s signs it", "roles"},
    {"the procedure does not let them act for %.*s", "roles"},
    {"the procedure does not let them speak for %.*s", "departments"},
    {"whoever concludes or convenes the review, or may \"%s\"", "act"},
    {"%s is not done for somebody else", "kind"},
    {"none of their roles reads %s", NULL},
    {"you do not speak for %.*s", "departments"},
    {"still to speak: %.*s", "departments"},
    {"it is a duplicate of %.*s", NULL},
    {"its class is confirmed as \"%.*s\"", "classes"},
    {"the rules propose \"%.*s\"", "classes"},
    {"none of your roles may %s", "act"},
    {"a role that may \"%s\" is needed", "act"},
    {"the next signature is \"%s\"", "meaning"},
    {"the tally is \"%s\"", "outcome"},
    {"the case is %s", "state"},
    {"action %lld is %s", "action state"},
    {"still to do: %s", "stage"},
    {"cases of this class do not ask %.*s", "departments"},
    {"%s does not speak of it", "kind"},
    {"the rule does not speak on cases of class %.*s", "classes"},
    {"there is no action %lld", NULL},
    {"there is no kind \"%.*s\"", NULL},
    {"the department's rule is %.*s", NULL},
    {"it is at revision %lld", NULL},
    {"of revision %lld", NULL},
    {"known up to revision %lld", NULL},
    {"nothing differs from revision %lld", NULL},
    {"it has %llu events, not %lld", NULL},
    {"there is no requirement %lld", NULL},
    {"there is no line %lld", NULL},
    {"question %s is answered here", NULL},
    {"question %s needs its reason", NULL},
    {"not able while question %s is answered no", NULL},
    {"case %.*s is under review by it", NULL},
    {"customer %.*s has it", NULL},
    {"%.*s is not in the procedure", NULL},
    {"%.*s has left", NULL},
    {"it has only just begun; not before %s", NULL},
    {"they were reminded a moment ago; not before %s", NULL},
    {"these are quiet hours; not before %.*s", NULL},
    {"%d wrong passphrases in a row; try again in %d seconds", NULL},
    {"1 to %d bytes", NULL},
    {"%lld to %lld", NULL},
};

/* Behind the conversion that begins here. */
static const char *behind(const char *conversion) {
    const char *p = conversion + 1;
    p += strspn(p, ".*0123456789lzj");
    return *p ? p + 1 : p;
}

/* A number where one is converted: "to" stands in many a sentence. */
static bool may_stand(const char *conversion, text_t hole) {
    const char *kind = behind(conversion) - 1;
    return (*kind != 'd' && *kind != 'u') ||
           (hole.n && strspn(hole.p, "-0123456789") >= hole.n);
}

/* What stands in the format's conversions; how many, 0 when the sentence is not of this format. */
static size_t take_apart(const char *format, const char *sentence, text_t holes[HOLES_MAX]) {
    size_t n = 0;
    while (*format) {
        if (*format != '%') {
            if (*format++ != *sentence++)
                return 0;
            continue;
        }
        const char *conversion = format;
        format = behind(format);
        size_t literal = strcspn(format, "%");
        const char *end = sentence + strlen(sentence);
        if (literal)
            end = memmem(sentence, strlen(sentence), format, literal);
        if (!end || n == HOLES_MAX)
            return 0;
        holes[n] = (text_t){sentence, (size_t) (end - sentence)};
        if (!may_stand(conversion, holes[n++]))
            return 0;
        sentence = end;
    }
    return *sentence ? 0 : n;
}

static const char *value_of(const char *of, const char *key) {
    const char *name = words_name(of, key);
    return name == key ? language_word(of, key) : name;
}

static void put_value(buffer_t *out, const char *of, text_t value) {
    char key[256];
    snprintf(key, sizeof key, "%.*s", (int) value.n, value.p);
    buffer_text(out, of ? value_of(of, key) : key);
}

static void put_together(buffer_t *out, const char *format, const char *of, const text_t *holes) {
    while (*format) {
        size_t literal = strcspn(format, "%");
        buffer_put(out, format, literal);
        format += literal;
        if (*format) {
            put_value(out, of, *holes++);
            format = behind(format);
        }
    }
}

void answer_detail(problem_t *problem) {
    text_t holes[HOLES_MAX];
    char *detail = problem->detail;
    size_t size = sizeof problem->detail;
    if (problem->reason == REASON_NOT_ASKED) { /* says which department, by its key alone */
        char key[sizeof problem->detail];
        snprintf(key, sizeof key, "%s", detail);
        snprintf(detail, size, "%s", words_name("departments", key));
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (take_apart(rows[i].format, detail, holes) == 0)
            continue;
        buffer_t out = {0};
        put_together(&out, _(rows[i].format), rows[i].of, holes);
        snprintf(detail, size, "%s", buffer_cstr(&out));
        buffer_free(&out);
        return;
    }
}
