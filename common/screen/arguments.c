/* SPDX-License-Identifier: Apache-2.0
 *
 * arguments: see arguments.h.
 */
#include "common/screen/arguments.h"

#include <stdio.h>

/* Takes n words out of argv. */
static void take_out(int *argc, char **argv, int at, int n) {
    memmove(&argv[at], &argv[at + n], (size_t) (*argc - at - n) * sizeof *argv);
    *argc -= n;
}

const char *option_value(int *argc, char **argv, const char *name) {
    for (int i = 0; i + 1 < *argc; i++)
        if (strcmp(argv[i], name) == 0) {
            const char *value = argv[i + 1];
            take_out(argc, argv, i, 2);
            return value;
        }
    return NULL;
}

text_t option_text(int *argc, char **argv, const char *name) {
    return text_of(option_value(argc, argv, name));
}

bool option_flag(int *argc, char **argv, const char *name) {
    for (int i = 0; i < *argc; i++)
        if (strcmp(argv[i], name) == 0) {
            take_out(argc, argv, i, 1);
            return true;
        }
    return false;
}

struct text_list option_texts(arena_t *arena, int *argc, char **argv, const char *name) {
    struct text_list list = {arena_alloc(arena, (size_t) (*argc + 1) * sizeof(text_t)), 0};
    const char *value;
    while ((value = option_value(argc, argv, name)) != NULL)
        list.at[list.n++] = text_of(value);
    return list;
}

json_t *option_object(int *argc, char **argv, const char *const names[]) {
    json_t *object = json_object();
    for (size_t i = 0; names[i]; i++) {
        char option[32];
        snprintf(option, sizeof option, "--%s", names[i]);
        const char *value = option_value(argc, argv, option);
        if (value)
            json_object_set_new(object, names[i], json_string(value));
    }
    return object;
}

bool option_item(text_t *rest, text_t *item) {
    if (rest->n == 0)
        return false;
    const char *comma = memchr(rest->p, ',', rest->n);
    size_t n = comma ? (size_t) (comma - rest->p) : rest->n;
    *item = (text_t){rest->p, n};
    rest->p += n + (comma != NULL);
    rest->n -= n + (comma != NULL);
    return true;
}

struct text_list option_list(arena_t *arena, const char *value) {
    text_t rest = text_of(value), item;
    struct text_list list = {arena_alloc(arena, (rest.n + 1) * sizeof(text_t)), 0};
    while (option_item(&rest, &item))
        if (item.n)
            list.at[list.n++] = item;
    return list;
}
