/* SPDX-License-Identifier: Apache-2.0
 *
 * words: see words.h. The procedure carries its names in both languages; the rest is gettext's.
 */
#include "common/screen/words.h"

#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/screen/show.h"

static json_t *procedure; /* NULL: nobody has given one */

void words_use(json_t *given) {
    json_decref(procedure);
    procedure = given;
}

bool words_known(void) { return procedure != NULL; }

static const char *name_in(const char *list, const char *key) {
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(procedure, list), i, entry) {
        const char *name = show_string(entry, language_word("names of the procedure", "en"));
        if (strcmp(show_string(entry, "key"), key) == 0 && name[0])
            return name;
    }
    return key;
}

const char *words_name(const char *list, const char *key) {
    const char *name = name_in(list, key);
    return name == key && strcmp(list, "classes") == 0 ? name_in("feedback", key) : name;
}

bool words_is_key(text_t typed) {
    return strspn(typed.p, "abcdefghijklmnopqrstuvwxyz0123456789.-") >= typed.n;
}

static text_t key_in(const char *list, text_t typed) {
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(procedure, list), i, entry) {
        if (text_is(typed, show_string(entry, "zh")) || text_is(typed, show_string(entry, "en")))
            return text_of(show_string(entry, "key"));
    }
    return typed;
}

text_t words_key(const char *list, text_t typed) {
    text_t key = key_in(list, typed);
    return key.p == typed.p && strcmp(list, "classes") == 0 ? key_in("feedback", typed) : key;
}

int words_offset(void) { return (int) show_number(procedure, "offset_minutes"); }

const char *words_who(const json_t *actor) {
    static char text[256];
    const char *department = show_string(actor, "department");
    const json_t *behalf = json_object_get(actor, "for");
    if (behalf) {
        snprintf(text, sizeof text, _("%s (for %s)"), show_string(actor, "name"),
                 show_string(behalf, "name"));
        return text;
    }
    if (!json_is_true(json_object_get(actor, "daemon")) || !department[0])
        return show_string(actor, "name");
    snprintf(text, sizeof text, _("%s (automatic)"), words_name("departments", department));
    return text;
}

const char *words_day(const char *moment) {
    static char day[16];
    moment_t at;
    if (!moment_parse(text_of(moment), &at))
        return moment;
    return day_print(moment_day(at, (int) show_number(procedure, "offset_minutes")), day);
}

const char *words_test(const char *test) {
    static char text[128];
    char name[64];
    int64_t line = 0;
    size_t n = strcspn(test, ":");
    if (n >= sizeof name || test[n] != ':' || !int_parse(text_of(test + n + 1), 1, 9999, &line))
        return language_word("special_test", test);
    snprintf(name, sizeof name, "%.*s", (int) n, test);
    snprintf(text, sizeof text, _("line %d: %s"), (int) line, language_word("special_test", name));
    return text;
}

const char *words_reason(const char *name) {
#define REASON_IS(code, NAME, clause, text) \
    if (strcmp(name, #NAME) == 0) \
        return reason_text(REASON_##NAME);
    REASONS(REASON_IS)
#undef REASON_IS
    return name;
}

int words_width(const char *text) {
    int width = 0;
    for (const char *p = text; *p; p++) {
        unsigned char byte = (unsigned char) *p;
        if ((byte & 0xc0) != 0x80)
            width += byte >= 0xe2 ? 2 : 1; /* from U+2000 on, near enough */
    }
    return width;
}

void words_pad(const char *text, int width) {
    int rest = width - words_width(text);
    fputs(text, stdout);
    printf("%*s", rest > 0 ? rest : 0, "");
}
