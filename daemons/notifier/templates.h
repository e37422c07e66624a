/* SPDX-License-Identifier: Apache-2.0
 *
 * templates: the files from which mails are made: LANGUAGE/NAME.txt, whose first line is the
 * subject, and LANGUAGE/NAME.html. The site's own (SITE/templates) come before those installed, file by
 * file. All that the rules name are read and checked at start.
 */
#ifndef COUNTERSIGN_NOTIFIER_TEMPLATES_H
#define COUNTERSIGN_NOTIFIER_TEMPLATES_H

#include "daemons/notifier/facts.h"
#include "daemons/notifier/rules.h"

typedef struct templates templates_t;

/* Of each language that the rules name; NULL with *problem: the file, its line and what is wrong. */
templates_t *templates_read(const char *site_folder, const rules_t *rules, problem_t *problem);
void templates_destroy(templates_t **self_p);
const glossary_t *templates_glossary(const templates_t *self, const char *language);
/* Makes subject (one line), text and html of a template with those facts. `language` falls back to
   the rules' own. */
void templates_render(const templates_t *self, const char *name, const char *language,
                      const facts_t *facts, buffer_t *subject, buffer_t *text, buffer_t *html);

#endif
