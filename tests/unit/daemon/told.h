/* SPDX-License-Identifier: Apache-2.0
 *
 * told: complaints and praise of several months, of which the test knows what each is.
 */
#ifndef COUNTERSIGN_TESTS_TOLD_H
#define COUNTERSIGN_TESTS_TOLD_H

#include "tests/unit/daemon/register_desk.h"

#define CASES 60
#define MONTHS 7

static const char *const told_products[] = {"P07", "P99", ""};
static const char *const told_departments[] = {"production", "purchasing"};

/* What the test knows of one case. */
typedef struct known {
    feedback_t *of;
    size_t product, department, month;
    enum severity severity; /* unset: not assessed */
    enum cause cause;       /* unset: not concluded */
    bool safety, open, complaint, second;
} known_t;

typedef struct told {
    books_t *b;
    known_t at[CASES];
    ident_t second; /* another customer */
} told_t;

static inline bool equal(const char *a, const char *b) { return strcmp(a, b) == 0; }

static inline void one_case(told_t *t, size_t i, moment_t start) {
    books_t *b = t->b;
    known_t *k = &t->at[i];
    *k = (known_t){.product = i * 7 % 3,
                   .department = i * 5 % 2,
                   .month = i * MONTHS / CASES,
                   .complaint = i % 5 != 0,
                   .second = i % 4 == 1,
                   .open = true};
    b->desk->time = start + (moment_t) i * 3 * DAY_MS;
    struct feedback_content content = books_content(b, "齿面划伤");
    content.kind = k->complaint ? FEEDBACK_COMPLAINT : FEEDBACK_PRAISE;
    content.product = text_of(told_products[k->product]);
    if (k->second)
        content.customer = t->second;
    k->of = books_register(b, &content);
    if (!k->complaint || i % 3 == 0)
        return;
    k->severity = (enum severity)(1 + i / 3 % 3);
    k->safety = i % 4 == 0;
    books_say(b, k->of, b->desk->yan, KIND_FEEDBACK_ASSESS,
              &(struct triage){.severity = k->severity, .safety = k->safety});
    if (i % 3 == 1)
        return;
    k->cause = (enum cause)(1 + i % 4);
    books_verdicts(b, k->of, "磕碰");
    books_conclude(b, k->of, k->cause, told_departments[k->department]);
    books_answer(b, k->of, "补发");
    if (i % 2) {
        books_end(b, k->of);
        k->open = false;
    }
}

/* Over seven months of the company's time: April 2026 begins on 31 March at 16:00 UTC. */
static inline told_t *told_new(void) {
    told_t *t = calloc(1, sizeof *t);
    insist(t);
    t->b = books_new();
    struct customer customer = {.name = TEXT("Taohuayuan"), .short_name = TEXT("C02")};
    t->second =
        desk_do(t->b->desk, KIND_CUSTOMER_REGISTER, t->b->desk->lin, (ident_t){{0}}, &customer);
    for (size_t i = 0; i < CASES; i++)
        one_case(t, i, TODAY * DAY_MS);
    books_feed(t->b);
    return t;
}

static inline void told_destroy(told_t **t_p) {
    books_destroy(&(*t_p)->b);
    free(*t_p);
    *t_p = NULL;
}

static inline const json_t *row_of(const books_t *b, const char *key) {
    size_t i;
    json_t *row;
    json_array_foreach(books_list(b, "rows"), i, row) {
        const char *has = json_string_value(json_object_get(row, "key"));
        if (key ? has && equal(has, key) : !has)
            return row;
    }
    return NULL;
}

static inline int64_t number_of(const json_t *row, const char *key) {
    return row ? json_integer_value(json_object_get(row, key)) : 0;
}

#endif
