/* SPDX-License-Identifier: Apache-2.0
 *
 * language: gettext, and a way to it where the system lacks the locale that is asked for.
 */
#include "common/base/language.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 128

static const char *asked_for(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return value;
    }
    return "";
}

void language_start(void) {
    /* Numbers stay as they are: JSON and decimals have a point everywhere. */
    if (!setlocale(LC_CTYPE, "") || !setlocale(LC_MESSAGES, "")) {
        setlocale(LC_CTYPE, "C.UTF-8");
        setlocale(LC_MESSAGES, "C.UTF-8");
        /* An ungenerated zh_CN.UTF-8 must not turn the words into English. An empty LANGUAGE is none (gettext). */
        const char *chosen = getenv("LANGUAGE");
        if (strncmp(asked_for(), "zh", 2) == 0 && !(chosen && chosen[0]))
            setenv("LANGUAGE", "zh_CN", 1);
    }
    const char *folder = getenv("COUNTERSIGN_LOCALE");
    bindtextdomain(COUNTERSIGN_MESSAGES,
                   folder && folder[0] ? folder : COUNTERSIGN_PREFIX "/share/locale");
    bind_textdomain_codeset(COUNTERSIGN_MESSAGES, "UTF-8");
}

const char *language_text(const char *text) {
    return text[0] ? dgettext(COUNTERSIGN_MESSAGES, text) : text; /* "" is the catalogue's header */
}

const char *language_word(const char *context, const char *word) {
    char key[WORD_MAX];
    int n = snprintf(key, sizeof key, "%s\004%s", context, word); /* as msgfmt stores a msgctxt */
    if (!word[0] || n < 0 || (size_t) n >= sizeof key)
        return word;
    const char *found = dgettext(COUNTERSIGN_MESSAGES, key);
    return found == key ? word : found;
}
