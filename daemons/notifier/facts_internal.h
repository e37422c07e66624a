/* SPDX-License-Identifier: Apache-2.0
 *
 * facts_internal: what the files of the facts share.
 */
#ifndef COUNTERSIGN_NOTIFIER_FACTS_INTERNAL_H
#define COUNTERSIGN_NOTIFIER_FACTS_INTERNAL_H

#include "common/exchange/input.h"
#include "daemons/notifier/facts.h"
#include "daemons/notifier/rules.h"

#define FACT_BYTES_MAX 600 /* of what people wrote: a mail is one screen */

/* The front of what people wrote; the whole is on the case. */
static inline text_t input_front(text_t text, arena_t *arena) {
    text_t front = input_cut(text, FACT_BYTES_MAX);
    return front.n == text.n ? text
                             : arena_format(arena, "%.*s…", (int) front.n, front.n ? front.p : "");
}

text_t facts_word(const reader_t *reader, const char *context, const char *word);
text_t facts_name(const reader_t *reader, text_t zh, text_t en);
text_t facts_department(const reader_t *reader, text_t key);
text_t facts_time(const reader_t *reader, moment_t moment, arena_t *arena);
/* A format of the screens with one or two %s, in the reader's language. */
text_t facts_filled(const reader_t *reader, const char *format, text_t one, text_t two,
                    arena_t *arena);
/* Who said it, and for whom; of a daemon under a standing mandate, who answers for it. */
text_t facts_who(const reader_t *reader, ident_t actor, ident_t mandate, ident_t behalf,
                 arena_t *arena);

/* facts_review.c: who has spoken, who is missing, tally and conclusion */
void facts_put_review(facts_t *self, const reader_t *reader, const case_t *of);
/* facts_wanted.c: what the case wants of the reader, and the command line that does it */
void facts_put_wanted(facts_t *self, const reader_t *reader, const decoded_t *event,
                      const case_t *of);

#endif
