/* SPDX-License-Identifier: Apache-2.0
 *
 * language: the language of whoever reads the screen. Only programs that speak to a person start
 * it; a daemon stays in the C locale, so that what it writes and sends is the same everywhere and
 * is translated where it is read.
 */
#ifndef COUNTERSIGN_BASE_LANGUAGE_H
#define COUNTERSIGN_BASE_LANGUAGE_H

#include <libintl.h>

#define COUNTERSIGN_MESSAGES "countersign"
#define _(text) dgettext(COUNTERSIGN_MESSAGES, text)
#define N_(text) text /* translated where it is printed */

/* By LC_ALL, LC_MESSAGES, LANG, LANGUAGE; translations from COUNTERSIGN_LOCALE or the prefix. What
   is printed is UTF-8. */
void language_start(void);
/* A text made elsewhere, which may be one of our msgids; "" stays "". */
const char *language_text(const char *text) __attribute__((format_arg(1)));
/* A word of the catalogue: one word means one thing in "state" and another in "meaning". */
const char *language_word(const char *context, const char *word);

#endif
