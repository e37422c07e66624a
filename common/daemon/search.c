/* SPDX-License-Identifier: Apache-2.0
 *
 * search: see search.h. No index: two characters are below what SQLite's trigrams know. Looking through
 * everything is fast enough for 100,000 cases; of a million, marks say where there is nothing to be found
 * (tests/bench/register.c, desk.c).
 */
#include "common/daemon/search.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/text.h"

#define BEFORE_MAX 24 /* characters of a snippet before its word, and from there on */
#define AFTER_MAX 56

typedef struct word {
    buffer_t folded;
    ident_t *customers; /* whose name holds it; sorted */
    size_t customers_n;
    text_t *products; /* the same; in the context's memory */
    size_t products_n;
} word_t;

struct search {
    word_t words[SEARCH_WORDS_MAX];
    size_t n;
};

/* ---- characters ---- */

/* The character at *at, which moves behind it; the text is valid UTF-8. */
static uint32_t take_char(text_t text, size_t *at) {
    uint8_t first = (uint8_t) text.p[*at];
    size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t c = more ? first & (0x3fu >> more) : first;
    ++*at;
    for (; more && *at < text.n; more--, ++*at)
        c = c << 6 | ((uint8_t) text.p[*at] & 0x3f);
    return c;
}

static size_t write_char(uint32_t c, uint8_t out[4]) {
    size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--, c >>= 6)
        out[i] = (uint8_t) (0x80 | (c & 0x3f));
    out[0] = (uint8_t) (lead[more] | c);
    return more + 1;
}

static bool within(uint32_t c, uint32_t first, uint32_t last) { return c >= first && c <= last; }

/* Letters of the scripts that orders come in: Latin, Greek, Cyrillic (Unicode's simple folding);
   other characters are what they are. */
static uint32_t fold_char(uint32_t c) {
    if (within(c, 0xff01, 0xff5e))
        c -= 0xfee0; /* full-width */
    if (c < 0x80)
        return within(c, 'A', 'Z') ? c + 32 : c;
    if ((within(c, 0xc0, 0xde) && c != 0xd7) || within(c, 0x391, 0x3a9) || within(c, 0x410, 0x42f))
        return c + 32;
    if (within(c, 0x400, 0x40f))
        return c + 80;
    if (c == 0x130)
        return 'i';
    if (within(c, 0x100, 0x137) || within(c, 0x14a, 0x177))
        return c | 1;
    if (within(c, 0x139, 0x148) || within(c, 0x179, 0x17e))
        return c + (c & 1);
    static const uint32_t odd[][2] = {{0x178, 0xff}, {0x3c2, 0x3c3}, {0x3d5, 0x3c6}, {0x3000, ' '}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (c == odd[i][0])
            return odd[i][1];
    return c;
}

void search_fold(text_t text, buffer_t *out) {
    for (size_t at = 0; at < text.n;) {
        uint8_t bytes[4];
        buffer_put(out, bytes, write_char(fold_char(take_char(text, &at)), bytes));
    }
}

/* ---- words ---- */

static text_t folded_of(const buffer_t *buffer) {
    return (text_t){(const char *) buffer->p, buffer->n};
}

static bool name_has(text_t name, text_t word) {
    buffer_t folded = {0};
    search_fold(name, &folded);
    bool has = text_has(folded_of(&folded), word);
    buffer_free(&folded);
    return has;
}

static int compare_ids(const void *a, const void *b) { return memcmp(a, b, sizeof(ident_t)); }

static void find_customers(word_t *word, const context_t *context) {
    const customer_entry_t *list;
    size_t n = context_customers(context, &list);
    text_t what = folded_of(&word->folded);
    word->customers = memory_new(n, sizeof *word->customers);
    for (size_t i = 0; i < n; i++)
        if (name_has(list[i].body.name, what) || name_has(list[i].body.short_name, what) ||
            name_has(list[i].number, what) || name_has(list[i].body.code, what))
            word->customers[word->customers_n++] = list[i].id;
    qsort(word->customers, word->customers_n, sizeof *word->customers, compare_ids);
}

static void find_products(word_t *word, const context_t *context) {
    const struct product_row *rows;
    size_t n = context_products(context, &rows);
    word->products = memory_new(n, sizeof *word->products);
    for (size_t i = 0; i < n; i++)
        if (name_has(rows[i].name, folded_of(&word->folded)))
            word->products[word->products_n++] = rows[i].product;
}

/* The next word of *rest; false at the end. */
static bool take_word(text_t *rest, text_t *word) {
    size_t at = 0, end = 0;
    *rest = text_trim(*rest);
    if (rest->n == 0)
        return false;
    while (end < rest->n) {
        uint32_t c = take_char(*rest, &at);
        if (c == ' ' || c == '\t' || c == '\n' || c == 0x3000)
            break;
        end = at;
    }
    *word = (text_t){rest->p, end};
    *rest = (text_t){rest->p + end, rest->n - end};
    return true;
}

search_t *search_new(text_t words, const context_t *context, problem_t *problem) {
    text_t rest = words, text;
    search_t *self = memory_new(1, sizeof *self);
    while (self->n < SEARCH_WORDS_MAX && take_word(&rest, &text)) {
        word_t *word = &self->words[self->n++];
        search_fold(text, &word->folded);
        find_customers(word, context);
        find_products(word, context);
    }
    if (self->n && text_trim(rest).n == 0)
        return self;
    problem_set(problem, self->n ? REASON_FIELD_RANGE : REASON_FIELD_MISSING, "words",
                self->n ? "at most 16 words" : "say at least one word");
    search_destroy(&self);
    return NULL;
}

void search_destroy(search_t **self_p) {
    search_t *self = *self_p;
    for (size_t i = 0; self && i < self->n; i++) {
        buffer_free(&self->words[i].folded);
        free(self->words[i].customers);
        free(self->words[i].products);
    }
    free(self);
    *self_p = NULL;
}

static bool among_products(const word_t *word, text_t products) {
    while (word->products_n && products.n) {
        const char *end = memchr(products.p, '\n', products.n);
        size_t n = end ? (size_t) (end - products.p) : products.n;
        for (size_t i = 0; i < word->products_n; i++)
            if (text_equal(word->products[i], (text_t){products.p, n}))
                return true;
        n += end != NULL;
        products = (text_t){products.p + n, products.n - n};
    }
    return false;
}

/* As text_has, from one occurrence of its last byte to the next: of all bytes of a character in
   UTF-8 the last differs most, so that this is several times faster on Chinese. */
static bool has_word(text_t text, text_t word) {
    if (text.n < word.n)
        return false;
    const char *end = text.p + text.n, *last = text.p + word.n - 1;
    while (last < end && (last = memchr(last, word.p[word.n - 1], (size_t) (end - last))) != NULL) {
        if (memcmp(last - (word.n - 1), word.p, word.n) == 0)
            return true;
        last++;
    }
    return false;
}

bool search_matches(const search_t *self, text_t folded, ident_t customer, text_t products) {
    for (size_t i = 0; i < self->n; i++) {
        const word_t *word = &self->words[i];
        if (!has_word(folded, folded_of(&word->folded)) &&
            !(word->customers_n && bsearch(&customer, word->customers, word->customers_n,
                                           sizeof customer, compare_ids)) &&
            !among_products(word, products))
            return false;
    }
    return true;
}

/* ---- marks ---- */

typedef void pair_fn(void *arg, uint32_t bit);

static void each_pair(text_t folded, pair_fn *fn, void *arg) {
    uint32_t before = '\n';
    for (size_t at = 0; at < folded.n;) {
        uint32_t c = take_char(folded, &at);
        if (before != '\n' && c != '\n') {
            uint32_t hash = before * 0x9e3779b1u ^ c * 0x85ebca6bu;
            fn(arg, (hash ^ hash >> 15) % (8 * SEARCH_MARKS));
        }
        before = c;
    }
}

static void set_mark(void *arg, uint32_t bit) {
    uint8_t *marks = arg;
    marks[bit / 8] |= (uint8_t) (1u << bit % 8);
}

void search_mark(text_t folded, uint8_t marks[SEARCH_MARKS]) {
    each_pair(folded, set_mark, marks);
}

typedef struct marked { const uint8_t *marks; bool all; } marked_t;

static void see_mark(void *arg, uint32_t bit) {
    marked_t *marked = arg;
    marked->all = marked->all && marked->marks[bit / 8] >> bit % 8 & 1;
}

bool search_may_match(const search_t *self, const uint8_t marks[SEARCH_MARKS]) {
    for (size_t i = 0; i < self->n; i++) {
        const word_t *word = &self->words[i];
        marked_t marked = {marks, true};
        if (word->customers_n || word->products_n)
            continue;
        each_pair(folded_of(&word->folded), see_mark, &marked);
        if (!marked.all)
            return false;
    }
    return true;
}

/* ---- snippets ---- */

/* Does the word, folded, stand at this place of a text that is not? */
static bool stands_at(text_t text, size_t at, text_t word) {
    size_t done = 0;
    while (done < word.n && at < text.n) {
        uint8_t bytes[4];
        size_t n = write_char(fold_char(take_char(text, &at)), bytes);
        if (n > word.n - done || memcmp(word.p + done, bytes, n) != 0)
            return false;
        done += n;
    }
    return done == word.n;
}

static size_t find_first(const search_t *self, text_t text) {
    for (size_t i = 0; i < self->n; i++)
        for (size_t at = 0; at < text.n; take_char(text, &at))
            if (stands_at(text, at, folded_of(&self->words[i].folded)))
                return at;
    return 0;
}

static size_t back(text_t text, size_t at, size_t characters) {
    for (; at > 0 && characters; characters--)
        do
            at--;
        while (at > 0 && ((uint8_t) text.p[at] & 0xc0) == 0x80);
    return at;
}

/* In one line: a dot stands where a part ends and another begins. */
static void put_line(text_t text, buffer_t *out) {
    text = text_trim(text);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n')
            buffer_text(out, " · ");
        else
            buffer_put(out, text.p[i] == '\t' ? " " : &text.p[i], 1);
}

void search_snippet(const search_t *self, text_t text, buffer_t *out) {
    size_t found = find_first(self, text), begin = back(text, found, BEFORE_MAX), end = found;
    for (size_t i = 0; i < AFTER_MAX && end < text.n; i++)
        take_char(text, &end);
    if (begin > 0)
        buffer_text(out, "…");
    put_line((text_t){text.p + begin, end - begin}, out);
    if (end < text.n)
        buffer_text(out, "…");
}
