/* SPDX-License-Identifier: Apache-2.0
 *
 * enclosures: the files that a document of ours names, an order's or a complaint's: their names are
 * relative to the document, and their content becomes blobs, which its writer cannot know.
 */
#ifndef COUNTERSIGN_EXCHANGE_ENCLOSURES_H
#define COUNTERSIGN_EXCHANGE_ENCLOSURES_H

#include <jansson.h>

#include "common/event/record.h"

/* Takes the list "attachments" out of the object, at most `max` names, each as a path from where
   the program runs; `file` NULL: the object is from no file. 0, or -1 with *problem. */
int enclosures_take(json_t *object, const char *file, size_t max, arena_t *arena,
                    struct text_list *out, problem_t *problem);

#endif
