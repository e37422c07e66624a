/* SPDX-License-Identifier: Apache-2.0
 *
 * templates: a table of language and name, filled at start.
 */
#include "daemons/notifier/templates.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/exchange/input.h"
#include "daemons/notifier/template.h"

#define TEMPLATE_BYTES_MAX 65536
#define LANGUAGES_MAX 8
#define SUBJECT "Subject:"

typedef struct entry {
    const char *name;
    bool of_customers;
    size_t language;
    template_t *subject, *text, *html;
} entry_t;

struct templates {
    char site[400], installed[400];
    const char *languages[LANGUAGES_MAX];
    glossary_t *glossaries[LANGUAGES_MAX];
    size_t languages_n;
    entry_t *entries;
    size_t entries_n;
};

static const char *folder_of(const char *variable, const char *fallback) {
    const char *value = getenv(variable);
    return value && value[0] ? value : fallback;
}

static bool known(void *arg, text_t name) { return facts_known(name, *(const bool *) arg); }

static void path_of(const templates_t *self, const entry_t *entry, const char *ending,
                    char out[512]) {
    const char *folders[] = {self->site, self->installed};
    for (size_t i = 0; i < 2; i++) {
        snprintf(out, 512, "%s/%s/%s.%s", folders[i], self->languages[entry->language], entry->name,
                 ending);
        if (access(out, R_OK) == 0)
            return;
    }
}

/* The first line, "Subject: ...", is a template of its own: it is a header, not text. */
static int split(entry_t *entry, const char *path, text_t source, problem_t *problem) {
    bool of_customers = entry->of_customers;
    const char *end = memchr(source.p, '\n', source.n);
    if (!text_starts(source, SUBJECT) || !end)
        return input_refuse(problem, path, 1, "", "the first line is Subject: and the subject");
    text_t first = {source.p + strlen(SUBJECT), (size_t) (end - source.p) - strlen(SUBJECT)};
    text_t rest = {end + 1, source.n - (size_t) (end + 1 - source.p)};
    entry->subject = template_parse(path, text_trim(first), known, &of_customers, problem);
    entry->text = entry->subject ? template_parse(path, rest, known, &of_customers, problem) : NULL;
    if (entry->subject && !entry->text && problem)
        problem->line++; /* of the file, not of what is behind its first line */
    return entry->text ? 0 : -1;
}

static int read_file(const char *path, buffer_t *out, problem_t *problem) {
    buffer_clear(out);
    if (input_read(path, TEMPLATE_BYTES_MAX, out, problem) != 0) {
        if (problem)
            problem->reason = REASON_CONFIGURATION;
        return -1;
    }
    return 0;
}

static int read_entry(templates_t *self, entry_t *entry, problem_t *problem) {
    char path[512];
    buffer_t source = {0};
    path_of(self, entry, "txt", path);
    int rc = read_file(path, &source, problem);
    if (rc == 0)
        rc = split(entry, path, (text_t){buffer_cstr(&source), source.n}, problem);
    if (rc == 0) {
        path_of(self, entry, "html", path);
        rc = read_file(path, &source, problem);
    }
    if (rc == 0) {
        bool of_customers = entry->of_customers;
        entry->html = template_parse(path, (text_t){buffer_cstr(&source), source.n}, known,
                                     &of_customers, problem);
        rc = entry->html ? 0 : -1;
    }
    buffer_free(&source);
    return rc;
}

static size_t language_index(templates_t *self, const char *language, bool add) {
    size_t i = 0;
    while (i < self->languages_n && strcmp(self->languages[i], language) != 0)
        i++;
    if (i == self->languages_n && add) {
        insist(i < LANGUAGES_MAX);
        self->languages[self->languages_n++] = language;
        self->glossaries[i] = glossary_open(
            folder_of("COUNTERSIGN_LOCALE", COUNTERSIGN_PREFIX "/share/locale"), language);
        if (glossary_empty(self->glossaries[i]) && strncmp(language, "en", 2) != 0)
            diag_warn(DIAG_CONFIGURATION, "no translations into %s: words stay English", language);
    }
    return i;
}

static int add(templates_t *self, const char *name, bool of_customers, const char *language,
               problem_t *problem) {
    if (self->languages_n == LANGUAGES_MAX &&
        language_index(self, language, false) == LANGUAGES_MAX)
        return problem_set(problem, REASON_CONFIGURATION, "language", "more than %d languages",
                           LANGUAGES_MAX);
    size_t index = language_index(self, language, true);
    for (size_t i = 0; i < self->entries_n; i++)
        if (self->entries[i].language == index && strcmp(self->entries[i].name, name) == 0) {
            if (self->entries[i].of_customers == of_customers)
                return 0;
            return problem_set(problem, REASON_CONFIGURATION, name,
                               "one template for customers and for us");
        }
    self->entries = memory_grow(self->entries, self->entries_n + 1, sizeof *self->entries);
    entry_t *entry = &self->entries[self->entries_n++];
    *entry = (entry_t){.name = name, .of_customers = of_customers, .language = index};
    return read_entry(self, entry, problem);
}

static int add_all(templates_t *self, const rules_t *rules, const char *language,
                   problem_t *problem) {
    static const char *const own[] = {"digest", "test"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (add(self, own[i], false, language, problem) != 0)
            return -1;
    for (size_t i = 0; i < rules->rules_n; i++)
        if (rules->rules[i].template[0] && !rules->rules[i].customer &&
            add(self, rules->rules[i].template, false, language, problem) != 0)
            return -1;
    return 0;
}

templates_t *templates_read(const char *site_folder, const rules_t *rules, problem_t *problem) {
    templates_t *self = memory_new(1, sizeof *self);
    snprintf(self->site, sizeof self->site, "%.380s/templates", site_folder);
    snprintf(self->installed, sizeof self->installed, "%.399s",
             folder_of("COUNTERSIGN_TEMPLATES", COUNTERSIGN_PREFIX "/share/countersign/templates"));
    int rc = add_all(self, rules, rules->language, problem);
    for (size_t i = 0; rc == 0 && i < rules->people_n; i++)
        if (rules->people[i].language[0])
            rc = add_all(self, rules, rules->people[i].language, problem);
    for (size_t i = 0; rc == 0 && i < rules->auditors_n; i++)
        rc = add(self, "checkpoint", false,
                 rules->auditors[i].language[0] ? rules->auditors[i].language : rules->language, problem);
    for (size_t i = 0; rc == 0 && i < rules->rules_n; i++)
        if (rules->rules[i].customer)
            rc = add(self, rules->rules[i].template, true, rules->customer_language, problem);
    if (rc != 0)
        templates_destroy(&self);
    return self;
}

void templates_destroy(templates_t **self_p) {
    templates_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->entries_n; i++) {
        template_destroy(&self->entries[i].subject);
        template_destroy(&self->entries[i].text);
        template_destroy(&self->entries[i].html);
    }
    for (size_t i = 0; i < self->languages_n; i++)
        glossary_close(&self->glossaries[i]);
    free(self->entries);
    free(self);
    *self_p = NULL;
}

const glossary_t *templates_glossary(const templates_t *self, const char *language) {
    for (size_t i = 0; i < self->languages_n; i++)
        if (strcmp(self->languages[i], language) == 0)
            return self->glossaries[i];
    return self->glossaries[0];
}

static const entry_t *entry_of(const templates_t *self, const char *name, const char *language) {
    const entry_t *other = NULL;
    for (size_t i = 0; i < self->entries_n; i++)
        if (strcmp(self->entries[i].name, name) == 0) {
            other = &self->entries[i];
            if (strcmp(self->languages[other->language], language) == 0)
                break;
        }
    insist(other); /* each that a rule names was read at start */
    return other;
}

static text_t value(void *arg, text_t name) { return facts_value(arg, name); }

/* A subject is one line, whatever people typed. */
static void one_line(buffer_t *subject) {
    for (size_t i = 0; i < subject->n; i++)
        if (subject->p[i] < 0x20 || subject->p[i] == 0x7f)
            subject->p[i] = ' ';
}

void templates_render(const templates_t *self, const char *name, const char *language,
                      const facts_t *facts, buffer_t *subject, buffer_t *text, buffer_t *html) {
    const entry_t *entry = entry_of(self, name, language);
    void *arg = (void *) (uintptr_t) facts;
    buffer_clear(subject);
    buffer_clear(text);
    buffer_clear(html);
    template_render(entry->subject, false, value, arg, subject);
    template_render(entry->text, false, value, arg, text);
    template_render(entry->html, true, value, arg, html);
    one_line(subject);
}
