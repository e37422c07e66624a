/* SPDX-License-Identifier: Apache-2.0
 *
 * opinion: see opinion.h.
 */
#include "common/domain/assess/opinion.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/assess/facts.h"
#include "common/domain/keep.h"

#define CONDITIONS_MAX 50   /* bound of assessment.conditions */
#define REQUIREMENTS_MAX 500

static const char left_out[] = "（其余从略）";

void opinion_start(opinion_t *self, arena_t *arena, struct assessment *out) {
    *self = (opinion_t){.arena = arena, .out = out};
    out->verdict = VERDICT_ACCEPT;
    out->certain = true;
}

static void put(opinion_t *self, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
static void put(opinion_t *self, const char *format, va_list args) {
    size_t room = sizeof self->text - sizeof left_out - self->n;
    char *end = self->text + self->n;
    int n = self->cut ? -1 : vsnprintf(end, room, format, args);
    self->cut = n < 0 || (size_t) n >= room;
    if (self->cut)
        *end = '\0';
    else
        self->n += (size_t) n;
}

void opinion_say(opinion_t *self, const char *format, ...) {
    va_list args;
    va_start(args, format);
    put(self, format, args);
    va_end(args);
}

void opinion_doubt(opinion_t *self, const char *format, ...) {
    va_list args;
    va_start(args, format);
    put(self, format, args);
    va_end(args);
    self->out->certain = false;
}

void opinion_reject(opinion_t *self, const char *format, ...) {
    va_list args;
    va_start(args, format);
    put(self, format, args);
    va_end(args);
    self->out->verdict = VERDICT_REJECT;
}

/* A condition that has no room any more must not read as if there were none: then a person
   looks. */
void opinion_condition(opinion_t *self, int64_t line, const char *format, ...) {
    struct condition_list *list = &self->out->conditions;
    if (self->out->verdict == VERDICT_ACCEPT)
        self->out->verdict = VERDICT_CONDITIONS;
    if (list->n == CONDITIONS_MAX) {
        self->out->certain = false;
        self->cut = true;
        return;
    }
    char text[600];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n >= (int) sizeof text) /* only from facts that gather never makes */
        snprintf(text, sizeof text, "%s", left_out);
    list->at = keep_grow(self->arena, list->at, list->n, sizeof *list->at);
    list->at[list->n++] = (struct condition){arena_text(self->arena, text_of(text)), line};
}

void opinion_requirement(opinion_t *self, int64_t number) {
    struct int_list *list = &self->out->requirements;
    if (number == 0 || list->n == REQUIREMENTS_MAX ||
        (list->n > 0 && list->at[list->n - 1] == number))
        return;
    list->at = keep_grow(self->arena, list->at, list->n, sizeof *list->at);
    list->at[list->n++] = number;
}

/* Only an accept with conditions carries conditions; beside a reject they are part of its
   reason. */
void opinion_end(opinion_t *self) {
    struct condition_list *list = &self->out->conditions;
    if (self->out->verdict == VERDICT_REJECT) {
        for (size_t i = 0; i < list->n; i++)
            opinion_say(self, "%.*s。", SHOW(list->at[i].text));
        *list = (struct condition_list){NULL, 0};
    }
    self->out->reason = arena_text(self->arena, text_of(self->text));
    if (self->cut)
        self->out->reason = arena_format(self->arena, "%s%s", self->text, left_out);
}

words_t day_words(day_t day) {
    words_t words;
    char printed[16];
    snprintf(words.s, sizeof words.s, "%s", day_print(day, printed));
    return words;
}

words_t date_words(day_t day) {
    static const char *const names[] = {"一", "二", "三", "四", "五", "六", "日"};
    words_t words;
    char printed[16];
    snprintf(words.s, sizeof words.s, "%s（周%s）", day_print(day, printed),
             names[day_weekday(day) - 1]);
    return words;
}

words_t number_words(decimal_t value) {
    words_t words;
    char printed[32];
    snprintf(words.s, sizeof words.s, "%s", decimal_print(value, printed));
    return words;
}

words_t quantity_words(decimal_t value, text_t unit) {
    words_t words;
    char printed[32];
    text_t shown = unit_pieces(unit) ? TEXT("件") : unit;
    snprintf(words.s, sizeof words.s, "%s%.*s", decimal_print(value, printed),
             shown.n > 16 ? 0 : (int) shown.n, shown.p);
    return words;
}
