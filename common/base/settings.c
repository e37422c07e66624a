/* SPDX-License-Identifier: Apache-2.0
 *
 * settings: walks what libconfig has parsed against the rows: each setting must have a row, each
 * row without a default its setting. libconfig itself refuses a doubled key, but names the line
 * only, so the key is read from there.
 */
#include "common/base/memory.h"
#include "common/base/settings.h"

#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/buffer.h"
#include "common/base/diag.h"
#include "common/base/settings_scan.h"
#include "common/base/text.h"

typedef struct reading {
    const setting_t *rows;
    const char *file;
    const char *const *ignore;
    bool shared; /* top-level names without a row are others' */
    char *target;
    bool *seen;
    problem_t *problem;
} reading_t;

static int wrong(const reading_t *r, const char *key, unsigned line, const char *detail) {
    problem_set(r->problem, REASON_CONFIGURATION, key, "%s", detail);
    if (r->problem) {
        snprintf(r->problem->file, sizeof r->problem->file, "%s", r->file);
        r->problem->line = line;
    }
    return -1;
}

static char *copy(const char *s) {
    char *out = memory_text(text_of(s));
    return out;
}

static int bounds(const reading_t *r, const setting_t *row, unsigned line, const char *what,
                  int64_t value) {
    if (value >= row->min && value <= row->max)
        return 0;
    char detail[160];
    snprintf(detail, sizeof detail, "%s must be from %lld to %lld", what, (long long) row->min,
             (long long) row->max);
    return wrong(r, row->key, line, detail);
}

static int check_text(const reading_t *r, const setting_t *row, unsigned line, const char *value) {
    text_t text = text_of(value);
    if (!text_valid_utf8(text) || text_has_controls(text))
        return wrong(r, row->key, line, "the text is not UTF-8 or holds control characters");
    return bounds(r, row, line, "the text's length in bytes", (int64_t) text.n);
}

static int take_text(const reading_t *r, const setting_t *row, unsigned line, const char *value) {
    if (check_text(r, row, line, value) != 0)
        return -1;
    *(char **) (void *) (r->target + row->offset) = copy(value);
    return 0;
}

static int take_int(const reading_t *r, const setting_t *row, unsigned line, int64_t value) {
    *(int64_t *) (void *) (r->target + row->offset) = value;
    return bounds(r, row, line, "the number", value);
}

static int take_texts(const reading_t *r, const setting_t *row, const config_setting_t *s) {
    int n = config_setting_length(s);
    char **list = memory_new((size_t) n + 1, sizeof *list);
    *(char ***) (void *) (r->target + row->offset) = list;
    for (int i = 0; i < n; i++) {
        const config_setting_t *element = config_setting_get_elem(s, (unsigned) i);
        unsigned line = (unsigned) config_setting_source_line(element);
        if (config_setting_type(element) != CONFIG_TYPE_STRING)
            return wrong(r, row->key, line, "a list of texts is expected");
        const char *value = config_setting_get_string(element);
        if (check_text(r, row, line, value) != 0)
            return -1;
        list[i] = copy(value);
    }
    return 0;
}

static int take(const reading_t *r, const setting_t *row, const config_setting_t *s) {
    unsigned line = (unsigned) config_setting_source_line(s);
    int type = config_setting_type(s);
    switch (row->type) {
    case SETTING_TEXT:
        if (type != CONFIG_TYPE_STRING)
            return wrong(r, row->key, line, "a text in quotes is expected");
        return take_text(r, row, line, config_setting_get_string(s));
    case SETTING_INT:
        if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
            return wrong(r, row->key, line, "a whole number is expected");
        return take_int(r, row, line,
                        type == CONFIG_TYPE_INT ? config_setting_get_int(s)
                                                : config_setting_get_int64(s));
    case SETTING_BOOL:
        if (type != CONFIG_TYPE_BOOL)
            return wrong(r, row->key, line, "true or false is expected");
        *(bool *) (void *) (r->target + row->offset) = config_setting_get_bool(s) != 0;
        return 0;
    case SETTING_TEXTS:
        if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST)
            return wrong(r, row->key, line, "a list of texts in [ ] is expected");
        return take_texts(r, row, s);
    }
    return -1;
}

static bool ignored(const reading_t *r, const char *path) {
    for (size_t i = 0; r->ignore && r->ignore[i]; i++)
        if (strcmp(r->ignore[i], path) == 0)
            return true;
    return false;
}

/* Whether a row lies below the group `path`: an empty group of another name is unknown, too. */
static bool leads_to_row(const reading_t *r, const char *path) {
    size_t n = strlen(path);
    for (const setting_t *row = r->rows; row->key; row++)
        if (strncmp(row->key, path, n) == 0 && row->key[n] == '.')
            return true;
    return false;
}

static int walk(const reading_t *r, const config_setting_t *group, const char *prefix);

static int take_setting(const reading_t *r, const config_setting_t *s, const char *prefix) {
    char path[128];
    snprintf(path, sizeof path, "%s%s%s", prefix, prefix[0] ? "." : "", config_setting_name(s));
    if (!prefix[0] && ignored(r, path))
        return 0;
    for (size_t i = 0; r->rows[i].key; i++)
        if (strcmp(r->rows[i].key, path) == 0) {
            r->seen[i] = true;
            return take(r, &r->rows[i], s);
        }
    if (config_setting_type(s) == CONFIG_TYPE_GROUP && leads_to_row(r, path))
        return walk(r, s, path);
    if (!prefix[0] && r->shared && !leads_to_row(r, path))
        return 0;
    return wrong(r, path, (unsigned) config_setting_source_line(s),
                 "no such setting; see the commented sample");
}

static int walk(const reading_t *r, const config_setting_t *group, const char *prefix) {
    int n = config_setting_length(group);
    for (int i = 0; i < n; i++)
        if (take_setting(r, config_setting_get_elem(group, (unsigned) i), prefix) != 0)
            return -1;
    return 0;
}

static int take_default(const reading_t *r, const setting_t *row, unsigned line) {
    if (!row->fallback)
        return wrong(r, row->key, line, "this setting is missing");
    int64_t number;
    switch (row->type) {
    case SETTING_TEXT:
        *(char **) (void *) (r->target + row->offset) = copy(row->fallback);
        return 0;
    case SETTING_INT:
        insist(int_parse(text_of(row->fallback), row->min, row->max, &number));
        *(int64_t *) (void *) (r->target + row->offset) = number;
        return 0;
    case SETTING_BOOL:
        *(bool *) (void *) (r->target + row->offset) = strcmp(row->fallback, "true") == 0;
        return 0;
    case SETTING_TEXTS: {
        char **list = memory_new(2, sizeof *list);
        if (row->fallback[0])
            list[0] = copy(row->fallback);
        *(char ***) (void *) (r->target + row->offset) = list;
        return 0;
    }
    }
    return -1;
}

static int parse_failed(config_t *config, const reading_t *r) {
    const char *what = config_error_text(config);
    unsigned line = (unsigned) config_error_line(config);
    char key[96] = "";
    if (what && strstr(what, "duplicate")) {
        settings_scan_name(r->file, config_error_line(config), key, sizeof key);
        return wrong(r, key, line, "this setting is given twice");
    }
    return wrong(r, key, line, what ? what : "the file cannot be read");
}

static int parse(config_t *config, const reading_t *r) {
    struct stat st;
    FILE *f = fopen(r->file, "re");
    if (f && fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) { /* the scanner would exit */
        fclose(f);
        f = NULL;
        errno = EISDIR;
    }
    if (!f)
        return wrong(r, "", 0, strerror(errno));
    unsigned line = settings_scan_wide_number(f);
    int ok = line == 0 && config_read(config, f);
    fclose(f);
    if (line)
        return wrong(r, "", line, "a number beyond 32 bits has to end with L");
    return ok ? 0 : parse_failed(config, r);
}

static void clear(const setting_t *rows, char *target) {
    for (; rows->key; rows++)
        if (rows->type == SETTING_TEXT)
            *(char **) (void *) (target + rows->offset) = NULL;
        else if (rows->type == SETTING_TEXTS)
            *(char ***) (void *) (target + rows->offset) = NULL;
}

static size_t count(const setting_t *rows) {
    size_t n = 0;
    while (rows[n].key)
        n++;
    return n;
}

/* One group, whole: what it says and what it leaves to its rows; freed where it is wrong. */
static int take_group(reading_t *r, const config_setting_t *group, unsigned line) {
    size_t n = count(r->rows);
    r->seen = memory_new(n + 1, sizeof(bool));
    clear(r->rows, r->target);
    int rc = walk(r, group, "");
    for (size_t i = 0; i < n && rc == 0; i++)
        if (!r->seen[i])
            rc = take_default(r, &r->rows[i], line);
    free(r->seen);
    if (rc != 0)
        settings_free(r->rows, r->target);
    return rc;
}

int settings_parse(config_t *out, const char *file, problem_t *problem) {
    reading_t r = {.file = file, .problem = problem};
    config_init(out);
    int rc = parse(out, &r);
    if (rc != 0)
        config_destroy(out);
    return rc;
}

int settings_take(const setting_t *rows, const config_t *parsed, const char *file, void *target,
                  problem_t *problem) {
    reading_t r = {
        .rows = rows, .file = file, .shared = true, .target = target, .problem = problem};
    return take_group(&r, config_root_setting(parsed), 0);
}

unsigned settings_line(const config_t *parsed, const char *path) {
    const config_setting_t *setting = config_lookup(parsed, path);
    return setting ? (unsigned) config_setting_source_line(setting) : 0;
}

int settings_read(const setting_t *rows, const char *file, const char *const *ignore, void *target,
                  problem_t *problem) {
    reading_t r = {
        .rows = rows, .file = file, .ignore = ignore, .target = target, .problem = problem};
    config_t config;
    clear(rows, target);
    if (settings_parse(&config, file, problem) != 0)
        return -1;
    int rc = take_group(&r, config_root_setting(&config), 0);
    config_destroy(&config);
    return rc;
}

static int take_list(reading_t *r, const config_setting_t *list, size_t size, size_t line_at,
                     char *items, size_t *n) {
    if (config_setting_type(list) != CONFIG_TYPE_LIST)
        return wrong(r, config_setting_name(list), config_setting_source_line(list),
                     "a list in ( ) is expected");
    for (int i = 0; i < config_setting_length(list); i++) {
        const config_setting_t *item = config_setting_get_elem(list, (unsigned) i);
        unsigned line = config_setting_source_line(item);
        if (config_setting_type(item) != CONFIG_TYPE_GROUP)
            return wrong(r, config_setting_name(list), line, "a group in { } is expected");
        r->target = items + *n * size;
        if (take_group(r, item, line) != 0)
            return -1;
        *(int64_t *) (void *) (r->target + line_at) = line;
        ++*n;
    }
    return 0;
}

int settings_take_list(const setting_t *rows, const config_t *parsed, const char *file,
                       const char *list, size_t size, size_t line_at, void **items, size_t *n,
                       problem_t *problem) {
    reading_t r = {.rows = rows, .file = file, .problem = problem};
    const config_setting_t *found = config_lookup(parsed, list);
    *n = 0;
    *items = found ? memory_new((size_t) config_setting_length(found), size) : NULL;
    int rc = found ? take_list(&r, found, size, line_at, *items, n) : 0;
    if (rc != 0)
        settings_free_list(rows, size, items, *n);
    return rc;
}

void settings_free_list(const setting_t *rows, size_t size, void **items, size_t n) {
    for (size_t i = 0; *items && i < n; i++)
        settings_free(rows, (char *) *items + i * size);
    free(*items);
    *items = NULL;
}

void settings_free(const setting_t *rows, void *target) {
    for (; rows->key; rows++) {
        char *at = (char *) target + rows->offset;
        if (rows->type == SETTING_TEXT) {
            free(*(char **) (void *) at);
            *(char **) (void *) at = NULL;
        } else if (rows->type == SETTING_TEXTS) {
            char **list = *(char ***) (void *) at;
            for (char **p = list; p && *p; p++)
                free(*p);
            free(list);
            *(char ***) (void *) at = NULL;
        }
    }
}
