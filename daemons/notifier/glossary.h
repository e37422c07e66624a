/* SPDX-License-Identifier: Apache-2.0
 *
 * glossary: the words of the catalogue in the language of whoever is told. A daemon speaks to
 * people of several languages at once, which gettext, bound to the process's one locale, cannot:
 * this reads the same translations (GNU MO files) side by side.
 */
#ifndef COUNTERSIGN_NOTIFIER_GLOSSARY_H
#define COUNTERSIGN_NOTIFIER_GLOSSARY_H

#include "common/base/types.h"

typedef struct glossary glossary_t;

/* Of "zh_CN", below `folder` (FOLDER/zh_CN/LC_MESSAGES/countersign.mo). Never NULL: without that
   file, or where it is none, words stay as the catalogue has them (English). */
glossary_t *glossary_open(const char *folder, const char *language);
void glossary_close(glossary_t **self_p);
bool glossary_empty(const glossary_t *self);
/* The word in that language, else the word itself; lives as long as self and `word`. `context` "":
   a text without one. */
text_t glossary_word(const glossary_t *self, const char *context, const char *word);

#endif
