/* SPDX-License-Identifier: Apache-2.0
 *
 * opinion: a rule's answer while it is being worded: the verdict only gets worse, certainty only
 * gets lost, and what does not fit into an event is left out whole and said to be. Sentences are
 * Chinese and end with their own 。
 */
#ifndef COUNTERSIGN_DOMAIN_OPINION_H
#define COUNTERSIGN_DOMAIN_OPINION_H

#include "common/event/catalogue.h"

typedef struct opinion {
    arena_t *arena;
    struct assessment *out;
    char text[2001];
    size_t n;
    bool cut;
} opinion_t;

/* Starts as a certain accept. */
void opinion_start(opinion_t *self, arena_t *arena, struct assessment *out);
void opinion_say(opinion_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Says it, and is no longer certain: a person has to look. */
void opinion_doubt(opinion_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
void opinion_reject(opinion_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A condition that the customer can meet or refuse; line 0 is the order. */
void opinion_condition(opinion_t *self, int64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void opinion_requirement(opinion_t *self, int64_t number); /* that it speaks of; ascending */
void opinion_end(opinion_t *self);

/* Words for people, by value: date_words (d).s */
typedef struct words { char s[64]; } words_t;
words_t date_words(day_t day);                         /* 2026-12-04（周五） */
words_t day_words(day_t day);                          /* 2026-12-04 */
words_t number_words(decimal_t value);                 /* 1500 */
words_t quantity_words(decimal_t value, text_t unit);  /* 1500件 */
/* a text_t for %.*s */
#define SHOW(text) (int) (text).n, (text).n ? (text).p : ""

#endif
