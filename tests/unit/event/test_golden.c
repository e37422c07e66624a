/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes are frozen: each example encodes to its file in tests/golden, and the file decodes to
 * the example. With GOLDEN_NEW=1 files that are missing are written; one that exists is never
 * overwritten.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "tests/unit/event/golden_company.h"
#include "tests/unit/event/golden_deadline.h"
#include "tests/unit/event/golden_feedback.h"
#include "tests/unit/event/golden_order.h"
#include "tests/unit/event/sample.h"
#include "tests/unit/harness.h"

#define FOLDER "tests/golden"
#define KEYS_MAX 64
#define EXAMPLES_MAX 128

static void every_example(golden_take_t take) {
    golden_ledger(take);
    golden_directory(take);
    golden_procedure(take);
    golden_reference(take);
    golden_customer(take);
    golden_content(take);
    golden_review(take);
    golden_derived(take);
    golden_feedback(take);
    golden_deadline(take);
    golden_envelopes(take);
}

static const char *path_of(const char *name) {
    static char path[256];
    snprintf(path, sizeof path, FOLDER "/%s.hex", name);
    return path;
}

static void write_new(const char *name, const record_t *record, bytes_t bytes) {
    char hex[65];
    FILE *file = getenv("GOLDEN_NEW") ? fopen(path_of(name), "wx") : NULL;
    if (!file)
        return;
    fprintf(file, "# %s: canonical %s, %zu bytes. Never changed.\n", name, record->name, bytes.n);
    for (size_t i = 0; i < bytes.n; i += 32)
        fprintf(file, "%s\n", hex_print(bytes.p + i, bytes.n - i < 32 ? bytes.n - i : 32, hex));
    fclose(file);
}

static void read_golden(const char *name, buffer_t *out) {
    char line[256];
    FILE *file = fopen(path_of(name), "r");
    if (!file) {
        fail_msg("%s is missing; GOLDEN_NEW=1 writes it, then commit it", path_of(name));
        return;
    }
    while (fgets(line, sizeof line, file)) {
        uint8_t bytes[32];
        size_t n = strcspn(line, "\n");
        if (line[0] == '#')
            continue;
        assert_true(n % 2 == 0 && n <= 2 * sizeof bytes &&
                    hex_parse((text_t){line, n}, bytes, n / 2));
        buffer_put(out, bytes, n / 2);
    }
    fclose(file);
}

static void compare(const char *name, const record_t *record, const void *body) {
    buffer_t made = {0}, kept = {0};
    problem_t problem = {0};
    arena_t *arena = arena_new(0);
    void *back = arena_alloc(arena, record->size);
    if (record_encode(record, body, &made, &problem) != 0)
        fail_msg("%s: %s: %s", name, problem.field, problem.detail);
    write_new(name, record, buffer_bytes(&made));
    read_golden(name, &kept);
    if (made.n != kept.n || memcmp(made.p, kept.p, kept.n) != 0)
        fail_msg("%s: the bytes are other ones than in %s", name, path_of(name));
    if (record_decode(record, buffer_bytes(&kept), arena, back, &problem) != 0)
        fail_msg("%s can no longer be read: %s: %s", name, problem.field, problem.detail);
    assert_true(record_equal(record, body, back));
    arena_destroy(&arena);
    buffer_free(&made);
    buffer_free(&kept);
}

TEST(the_bytes_are_those_of_the_golden_files) { every_example(compare); }

static struct {
    char name[64];
    const record_t *record;
} examples[EXAMPLES_MAX];
static size_t examples_n;

static void note(const char *name, const record_t *record, const void *body) {
    (void) body;
    assert_true(examples_n < EXAMPLES_MAX);
    snprintf(examples[examples_n].name, sizeof examples->name, "%s", name);
    examples[examples_n++].record = record;
}

static bool is_noted(const char *name, const record_t *record) {
    for (size_t i = 0; i < examples_n; i++)
        if (strcmp(examples[i].name, name) == 0 && (!record || examples[i].record == record))
            return true;
    return false;
}

TEST(every_kind_has_an_example) {
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    examples_n = 0;
    every_example(note);
    for (size_t i = 0; i < n; i++)
        if (!is_noted(kinds[i].name, kinds[i].body))
            fail_msg("%s has no golden example", kinds[i].name);
}

/* An example that is dropped would no longer be read by anybody. */
TEST(every_golden_file_has_its_example) {
    glob_t files;
    assert_int_equal(glob(FOLDER "/*.hex", 0, NULL, &files), 0);
    examples_n = 0;
    every_example(note);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *name = files.gl_pathv[i] + strlen(FOLDER "/");
        name[strlen(name) - strlen(".hex")] = '\0';
        if (!is_noted(name, NULL))
            fail_msg("%s.hex has no example", name);
    }
    assert_int_equal(files.gl_pathc, examples_n);
    globfree(&files);
}

static bool used[SAMPLE_RECORDS_MAX][KEYS_MAX];
static const record_t *records[SAMPLE_RECORDS_MAX];
static size_t records_n;

static void mark(const char *name, const record_t *record, const void *body) {
    size_t r = 0;
    while (r < records_n && records[r] != record)
        r++;
    assert_in_range(r, 0, records_n - 1);
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        if (field_empty(body, field))
            continue;
        assert_true(field->key < KEYS_MAX);
        used[r][field->key] = true;
        list_view_t list =
            field->type == TYPE_LIST ? field_list(body, field) : (list_view_t){NULL, 0};
        for (size_t k = 0; k < list.n; k++)
            mark(name, field->record, (const char *) list.at + k * field->record->size);
    }
}

TEST(every_field_is_in_some_example) {
    records_n = sample_records(records);
    every_example(mark);
    for (size_t r = 0; r < records_n; r++)
        for (size_t i = 0; i < records[r]->n; i++)
            if (!used[r][records[r]->fields[i].key])
                fail_msg("%s.%s is in no golden example: add one, and leave the others as they are",
                         records[r]->name, records[r]->fields[i].name);
}

static void open_envelope(const char *name, const record_t *record, const void *body) {
    buffer_t bytes = {0};
    arena_t *arena = arena_new(0);
    problem_t problem = {0};
    decoded_t decoded;
    struct signed_command sent;
    struct command command;
    const void *inner;
    int rc = record_encode(record, body, &bytes, &problem);
    if (rc == 0 && record == &event_record)
        rc = event_decode(buffer_bytes(&bytes), arena, &decoded, &problem);
    if (rc == 0 && record == &signed_command_record)
        rc = command_decode(buffer_bytes(&bytes), arena, &sent, &command, &inner, &problem);
    if (rc != 0)
        fail_msg("%s: %s: %s", name, problem.field, problem.detail);
    arena_destroy(&arena);
    buffer_free(&bytes);
}

TEST(the_envelopes_of_the_examples_open) { golden_envelopes(open_envelope); }
