/* SPDX-License-Identifier: Apache-2.0
 *
 * search: words as somebody types them, and whether a text holds all of them. In any language, of
 * any length (two Chinese characters are a word), wherever they stand; capitals and full-width
 * letters count as small ones. A word is also found where it is part of the name of the case's
 * customer or of one of its products, as they are called now.
 */
#ifndef COUNTERSIGN_DAEMON_SEARCH_H
#define COUNTERSIGN_DAEMON_SEARCH_H

#include "common/base/buffer.h"
#include "common/domain/context.h"

#define SEARCH_WORDS_MAX 16

typedef struct search search_t;

/* NULL with *problem: no word, or more than SEARCH_WORDS_MAX. */
search_t *search_new(text_t words, const context_t *context, problem_t *problem);
void search_destroy(search_t **self_p);
/* `folded` as search_fold makes it; `products`: numbers, each ended by a newline. */
bool search_matches(const search_t *self, text_t folded, ident_t customer, text_t products);
/* Appends what stands around the first of the words in `text` (not folded); its beginning where
   only a name was met. One line. */
void search_snippet(const search_t *self, text_t text, buffer_t *out);

/* Which pairs of characters stand side by side in texts, as bits: a word that is in one of them has all of its
   own. */
#define SEARCH_MARKS 8192 /* bytes */
void search_mark(text_t folded, uint8_t marks[SEARCH_MARKS]);
/* false: none of the texts that were marked matches, whatever customers and products are called. */
bool search_may_match(const search_t *self, const uint8_t marks[SEARCH_MARKS]);

/* Appends the text with small for capital and narrow for full-width letters. */
void search_fold(text_t text, buffer_t *out);

#endif
