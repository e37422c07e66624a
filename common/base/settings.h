/* SPDX-License-Identifier: Apache-2.0
 *
 * settings: configuration as typed rows, read once at start, checked whole. An unknown or doubled
 * key, a wrong type or a value out of bounds stops the start with file, line and key. The file
 * format is libconfig's (it gives file and line and refuses doubles).
 */
#ifndef COUNTERSIGN_BASE_SETTINGS_H
#define COUNTERSIGN_BASE_SETTINGS_H

#include "common/base/problem.h"

typedef enum setting_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL, SETTING_TEXTS } setting_type_t;

typedef struct setting {
    const char *key;        /* dotted path: "coordinator.endpoint" */
    setting_type_t type;
    size_t offset;          /* of the target: char *, int64_t, bool or char ** (NULL-ended) */
    const char *fallback;   /* default as text; NULL = required */
    int64_t min, max;       /* of an INT, or of a TEXT's length in bytes */
    const char *doc;        /* one line, for --help and the commented sample */
} setting_t;                /* a table ends with a row of key NULL */

/* Reads `file` into `target` by `rows`. Returns 0, or -1 with *problem set (file, line, key) and
   the target freed. `ignore` names top-level groups that belong to others (NULL-ended), or NULL. */
int settings_read(const setting_t *rows, const char *file, const char *const *ignore, void *target,
                  problem_t *problem);
/* The same in two steps, for a file of which several parts of a program read their own groups (the
   including file needs libconfig.h): it is parsed once, and settings_take () leaves top-level names
   that lead to none of its rows to others, but not unknown ones inside its groups. Whoever parsed
   has to see that each top-level name belongs to somebody. */
struct config_t;
int settings_parse(struct config_t *out, const char *file, problem_t *problem); /* -1: nothing to destroy */
int settings_take(const setting_t *rows, const struct config_t *parsed, const char *file,
                  void *target, problem_t *problem);
/* The line of the setting at a dotted path; 0 = it is not there (its default holds). */
unsigned settings_line(const struct config_t *parsed, const char *path);
void settings_free(const setting_t *rows, void *target);

/* The groups of the list `list` of a parsed file, each by `rows` into an item of `size` bytes,
   whose int64_t at `line_at` gets the line that it begins on. *items is the caller's, to be freed
   by settings_free_list. No such list: none. */
int settings_take_list(const setting_t *rows, const struct config_t *parsed, const char *file,
                       const char *list, size_t size, size_t line_at, void **items, size_t *n,
                       problem_t *problem);
void settings_free_list(const setting_t *rows, size_t size, void **items, size_t n);

#endif
