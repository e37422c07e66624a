/* SPDX-License-Identifier: Apache-2.0
 *
 * dictionary: words for the fuzzers, out of the catalogue: names of enum values and fields, and the
 * numbers of kinds as they stand in canonical bytes. `dictionary FOLDER` writes FOLDER/catalogue.dict
 * and, from the golden files on standard input, one seed a line "NAME HEX" into FOLDER/event/NAME.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/event/event.h"

static void words_of(FILE *out, const record_t *record, int depth) {
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        fprintf(out, "\"%s\"\n", field->name);
        for (size_t v = 0; field->enums && v < field->enums->n; v++)
            fprintf(out, "\"%s\"\n", field->enums->values[v].name);
        if (field->record && depth < RECORD_DEPTH_MAX)
            words_of(out, field->record, depth + 1);
    }
}

static int write_dictionary(const char *folder) {
    char path[512];
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    snprintf(path, sizeof path, "%s/catalogue.dict", folder);
    FILE *out = fopen(path, "we");
    if (!out)
        return 1;
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "\"%s\"\n\"\\x03\\x%02x\"\n", kinds[i].name, (unsigned) kinds[i].kind);
        words_of(out, kinds[i].body, 0);
    }
    words_of(out, &procedure_record, 0);
    return fclose(out) ? 1 : 0;
}

/* The number by which fuzz_event knows the record that a golden file holds. */
static int selector(const char *name) {
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return (int) i;
    return strcmp(name, "command") == 0     ? (int) n + 1
           : strcmp(name, "procedure") == 0 ? (int) n + 2
           : strncmp(name, "event", 5) == 0 ? (int) n
                                            : (int) n + 3;
}

static int write_seed(const char *folder, const char *name, const char *hex) {
    char path[512];
    snprintf(path, sizeof path, "%.250s/event/%.200s", folder, name);
    FILE *out = fopen(path, "we");
    if (!out)
        return 1;
    fputc(selector(name), out);
    for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        fputc((int) byte, out);
    return fclose(out) ? 1 : 0;
}

int main(int argc, char **argv) {
    static char line[1 << 20];
    int rc = argc == 2 ? write_dictionary(argv[1]) : 64;
    while (rc == 0 && fgets(line, sizeof line, stdin)) {
        char *hex = strchr(line, ' ');
        if (hex) {
            *hex++ = '\0';
            rc = write_seed(argv[1], line, hex);
        }
    }
    return rc;
}
