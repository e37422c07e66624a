/* SPDX-License-Identifier: Apache-2.0
 *
 * The golden ledgers (tests/golden/README.md): each is archived once more, event by event, and
 * every decision in it is made again by the code at hand. Bytes, root and what the desk answered
 * must be those that were frozen; and whatever is changed in one of them is found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/daemon/desk.h"
#include "common/exchange/json.h"
#include "tests/unit/harness.h"

#define FOLDER "tests/golden/ledger-"
#define EVENTS_FILE_MAX (1u << 20)

typedef struct golden {
    unsigned no;
    char folder[64];
    buffer_t file;
    bytes_t *events;
    size_t n;
    json_t *expected;
} golden_t;

/* ---- what was frozen ---- */

static void read_bytes(const char *path, buffer_t *out) {
    uint8_t part[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    if (!file) {
        fail_msg("%s is missing", path);
        return;
    }
    while ((n = fread(part, 1, sizeof part, file)) > 0 && out->n < EVENTS_FILE_MAX)
        buffer_put(out, part, n);
    fclose(file);
}

/* Each event: its length in four bytes, highest first, then its bytes as they were stored. */
static void split(golden_t *self) {
    const uint8_t *p = self->file.p, *end = p + self->file.n;
    self->events = calloc(self->file.n / 4 + 1, sizeof *self->events);
    insist(self->events);
    while (end - p > 4) {
        size_t n = (size_t) p[0] << 24 | (size_t) p[1] << 16 | (size_t) p[2] << 8 | p[3];
        p += 4;
        assert_true(n > 0 && n <= (size_t) (end - p));
        self->events[self->n++] = (bytes_t){p, n};
        p += n;
    }
    assert_true(p == end);
}

static bool golden_open(golden_t *self, unsigned no) {
    char path[96];
    problem_t problem = {0};
    *self = (golden_t){.no = no};
    snprintf(self->folder, sizeof self->folder, FOLDER "%u", no);
    if (access(self->folder, R_OK) != 0)
        return false;
    snprintf(path, sizeof path, "%s/events.bin", self->folder);
    read_bytes(path, &self->file);
    split(self);
    snprintf(path, sizeof path, "%s/expected.json", self->folder);
    self->expected = json_read_file(path, &problem);
    if (!self->expected)
        fail_msg("%s:%u: %s", path, problem.line, problem.detail);
    return true;
}

static void golden_close(golden_t *self) {
    json_decref(self->expected);
    free(self->events);
    buffer_free(&self->file);
}

static int64_t expected_number(const golden_t *self, const char *key) {
    return json_integer_value(json_object_get(self->expected, key));
}

static digest_t expected_digest(const golden_t *self, const char *key) {
    digest_t digest = {{0}};
    assert_true(
        hex_parse(json_text(json_object_get(self->expected, key)), digest.b, sizeof digest.b));
    return digest;
}

static void each(void (*test)(const golden_t *)) {
    golden_t golden;
    unsigned no = 1;
    for (; golden_open(&golden, no); no++) {
        test(&golden);
        golden_close(&golden);
    }
    assert_in_range(no, 2, 1000); /* there is one, from the root of the checkout */
}

/* ---- archived again ---- */

static chronicle_t *archive(const golden_t *self, const char *name, size_t cache) {
    char path[400];
    problem_t problem = {0};
    crypto_start();
    snprintf(path, sizeof path, "%.300s/%s-%u.db", harness_folder(), name, self->no);
    chronicle_t *chronicle = chronicle_open(path, register_schema, cache, &problem);
    if (!chronicle)
        fail_msg("%s: %s", path, problem.detail);
    return chronicle;
}

/* As the archiver does it: stored first, then decided again, then folded. */
static void store(const golden_t *self, chronicle_t *chronicle, size_t i) {
    problem_t problem = {0};
    decoded_t event;
    arena_t *arena = arena_new(0);
    if (event_decode(self->events[i], arena, &event, &problem) != 0)
        fail_msg("%s: event %zu can no longer be read: %s %s", self->folder, i + 1, problem.field,
                 problem.detail);
    ledger_append(chronicle_ledger(chronicle), &event, self->events[i]);
    if (chronicle_verify(chronicle, &event, self->events[i], &problem) != 0)
        fail_msg("%s: event %zu, %s, is decided otherwise now: %s %s %s", self->folder, i + 1,
                 event.info->name, reason_name(problem.reason), problem.field, problem.detail);
    chronicle_fold(chronicle, &event, self->events[i]);
    arena_destroy(&arena);
}

/* ---- the same answers ---- */

static void compare(const char *where, const json_t *expected, const json_t *got);

static void compare_objects(const char *where, const json_t *expected, const json_t *got) {
    const char *key;
    json_t *value;
    char path[512];
    json_object_foreach((json_t *) (uintptr_t) expected, key, value) {
        snprintf(path, sizeof path, "%.400s.%s", where, key);
        if (!json_object_get(got, key))
            fail_msg("%s is gone", path);
        compare(path, value, json_object_get(got, key));
    }
}

static void compare_lists(const char *where, const json_t *expected, const json_t *got) {
    char path[512];
    /* a measure waits for its owner since actions are reported and verified */
    bool may_grow = strlen(where) > 8 && strcmp(where + strlen(where) - 8, ".waiting") == 0;
    if (may_grow ? json_array_size(got) < json_array_size(expected)
                 : json_array_size(got) != json_array_size(expected))
        fail_msg("%s: %zu items instead of %zu", where, json_array_size(got),
                 json_array_size(expected));
    for (size_t i = 0; i < json_array_size(expected); i++) {
        snprintf(path, sizeof path, "%.400s[%zu]", where, i);
        compare(path, json_array_get(expected, i), json_array_get(got, i));
    }
}

/* Answers may come to say more than they did; what they said stays. */
static void compare(const char *where, const json_t *expected, const json_t *got) {
    if (json_is_object(expected) && json_is_object(got))
        compare_objects(where, expected, got);
    else if (json_is_array(expected) && json_is_array(got))
        compare_lists(where, expected, got);
    else if (!json_equal((json_t *) (uintptr_t) expected, (json_t *) (uintptr_t) got)) {
        char *a = json_dumps(expected, JSON_ENCODE_ANY), *b = json_dumps(got, JSON_ENCODE_ANY);
        fail_msg("%s: %s instead of %s", where, b, a);
    }
}

static json_t *ask(const golden_t *self, chronicle_t *chronicle, case_register_t *cases,
                   json_t *asked) {
    const context_t *context = chronicle_context(chronicle);
    json_t *value = NULL;
    const char *key = NULL;
    struct parameter parameters[8];
    struct query query = {.name = json_text(json_object_get(asked, "ask")),
                          .parameters = {parameters, 0}};
    json_object_foreach(json_object_get(asked, "parameters"), key, value) {
        assert_in_range(query.parameters.n, 0, 7);
        parameters[query.parameters.n++] =
            (struct parameter){.name = text_of(key), .value = json_text(value)};
    }
    desk_view_t view = {.chronicle = chronicle,
                        .cases = cases,
                        .person = context_person_by_name(
                            context, json_text(json_object_get(self->expected, "reader"))),
                        .now = ledger_time(chronicle_ledger(chronicle))};
    buffer_t answer = {0};
    problem_t problem = {0};
    assert_non_null(view.person);
    if (desk_answer(&view, &query, &answer, &problem) != 0)
        fail_msg("%s: %.*s is not answered: %s %s", self->folder, (int) query.name.n, query.name.p,
                 reason_name(problem.reason), problem.detail);
    json_t *got = json_read_bytes(buffer_bytes(&answer), "answer", &problem);
    buffer_free(&answer);
    return got;
}

static void compare_answers(const golden_t *self, chronicle_t *chronicle) {
    size_t i;
    json_t *asked;
    const json_t *answers = json_object_get(self->expected, "answers");
    case_register_t *cases = register_new(chronicle);
    assert_in_range(json_array_size(answers), 1, 1000);
    json_array_foreach(answers, i, asked) {
        char where[160];
        json_t *got = ask(self, chronicle, cases, asked);
        snprintf(where, sizeof where, "%s, answer %zu, %s", self->folder, i + 1,
                 json_string_value(json_object_get(asked, "ask")));
        compare(where, json_object_get(asked, "answer"), got);
        json_decref(got);
    }
    register_destroy(&cases);
}

static void compare_ledger(const golden_t *self, chronicle_t *chronicle) {
    const ledger_t *ledger = chronicle_ledger(chronicle);
    assert_int_equal(ledger_last(ledger), expected_number(self, "position"));
    assert_true(digest_equal(ledger_root(ledger), expected_digest(self, "root")));
    assert_true(digest_equal(ledger_id(ledger), expected_digest(self, "ledger")));
    assert_int_equal(context_rules(chronicle_context(chronicle)), expected_number(self, "rules"));
}

static void decide_again(const golden_t *self) {
    chronicle_t *chronicle = archive(self, "archive", 4096);
    ledger_begin(chronicle_ledger(chronicle));
    for (size_t i = 0; i < self->n; i++)
        store(self, chronicle, i);
    assert_int_equal(ledger_commit(chronicle_ledger(chronicle)), LEDGER_OK);
    compare_ledger(self, chronicle);
    compare_answers(self, chronicle);
    chronicle_close(&chronicle);
    chronicle = archive(self, "archive", 1); /* from the disk, each case from its own events */
    compare_ledger(self, chronicle);
    compare_answers(self, chronicle);
    chronicle_close(&chronicle);
}

TEST(every_golden_ledger_is_decided_again_alike) { each(decide_again); }

static int64_t highest;
static void note_rules(const golden_t *self) {
    if (expected_number(self, "rules") > highest)
        highest = expected_number(self, "rules");
}

TEST(the_present_rules_have_a_golden_ledger) {
    highest = 0;
    each(note_rules);
    if (highest != RULES_CURRENT)
        fail_msg("rules %d are in no golden ledger: see tests/golden/README.md", RULES_CURRENT);
}

/* ---- what was changed is found ---- */

/* Only the coordinator's time, which no rule makes: such a change shows in the root alone. */
static bool only_time_differs(const decoded_t *changed, bytes_t before) {
    arena_t *arena = arena_new(0);
    buffer_t again = {0};
    decoded_t event;
    struct event e = changed->event;
    assert_int_equal(event_decode(before, arena, &event, NULL), 0);
    e.time = event.event.time;
    bool same = record_encode(&event_record, &e, &again, NULL) == 0 && again.n == before.n &&
                memcmp(again.p, before.p, before.n) == 0;
    buffer_free(&again);
    arena_destroy(&arena);
    return same;
}

static bool refused(chronicle_t *chronicle, bytes_t bytes, bytes_t before) {
    arena_t *arena = arena_new(0);
    decoded_t event;
    problem_t problem = {0};
    bool found = event_decode(bytes, arena, &event, &problem) != 0 ||
                 chronicle_verify(chronicle, &event, bytes, &problem) != 0 ||
                 only_time_differs(&event, before);
    arena_destroy(&arena);
    return found;
}

static void change_bytes(const golden_t *self, chronicle_t *chronicle, size_t i) {
    bytes_t before = self->events[i];
    /* spread over the event, elsewhere in each; the last byte is the command's or the body's own */
    size_t at[] = {i % before.n, (i * 7919) % before.n, before.n / 2, before.n - 1};
    uint8_t *copy = malloc(before.n);
    insist(copy);
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        memcpy(copy, before.p, before.n);
        copy[at[k]] ^= (uint8_t) (1u << (i + k) % 8);
        if (!refused(chronicle, (bytes_t){copy, before.n}, before))
            fail_msg("%s: event %zu was believed with its byte %zu changed", self->folder, i + 1,
                     at[k]);
    }
    free(copy);
}

static void change_each(const golden_t *self) {
    chronicle_t *chronicle = archive(self, "changed", 4096);
    ledger_begin(chronicle_ledger(chronicle));
    for (size_t i = 0; i < self->n; i++) {
        change_bytes(self, chronicle, i);
        if (i + 1 < self->n && !refused(chronicle, self->events[i + 1], self->events[i]))
            fail_msg("%s: event %zu was not missed", self->folder, i + 1);
        store(self, chronicle, i);
    }
    chronicle_close(&chronicle);
}

TEST(a_changed_or_missing_event_is_not_believed) { each(change_each); }

static void change_leaves(const golden_t *self) {
    digest_t *leaves = calloc(self->n, sizeof *leaves), root = expected_digest(self, "root");
    uint8_t *copy = malloc(self->file.n);
    insist(leaves && copy);
    for (size_t i = 0; i < self->n; i++)
        leaves[i] = hash_leaf(self->events[i]);
    for (size_t i = 0; i < self->n; i++) {
        frontier_t frontier = {0};
        bytes_t event = self->events[i];
        memcpy(copy, event.p, event.n);
        copy[(i * 7919) % event.n] ^= (uint8_t) (1u << i % 8);
        for (size_t k = 0; k < self->n; k++)
            frontier_append(&frontier, k == i ? hash_leaf((bytes_t){copy, event.n}) : leaves[k]);
        if (digest_equal(frontier_root(&frontier), root))
            fail_msg("%s: the root does not show that event %zu was changed", self->folder, i + 1);
    }
    free(copy);
    free(leaves);
}

TEST(the_root_shows_a_changed_byte_in_any_event) { each(change_leaves); }
