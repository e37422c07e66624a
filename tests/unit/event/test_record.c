/* SPDX-License-Identifier: Apache-2.0
 *
 * Every record, by its table: what goes out comes back, and there is one encoding for one content.
 */
#include "common/base/text.h"
#include "tests/unit/event/sample.h"
#include "tests/unit/harness.h"

#define ROUNDS 40
#define ARENA_MAX (16u << 20)

typedef struct bench {
    arena_t *arena;
    const record_t *records[SAMPLE_RECORDS_MAX];
    size_t n;
    buffer_t bytes, again;
    problem_t problem;
} bench_t;

static bench_t *bench_new(void) {
    static bench_t bench;
    bench = (bench_t){.arena = arena_new(ARENA_MAX)};
    bench.n = sample_records(bench.records);
    return &bench;
}

static void bench_leave(bench_t *self) {
    arena_destroy(&self->arena);
    buffer_free(&self->bytes);
    buffer_free(&self->again);
}

static void *make(bench_t *self, const record_t *record, uint64_t seed, size_t text_max,
                  size_t items_max) {
    sample_t sample = {
        .state = seed, .arena = self->arena, .text_max = text_max, .items_max = items_max};
    void *body = arena_alloc(self->arena, record->size);
    sample_body(&sample, record, body);
    buffer_clear(&self->bytes);
    if (record_encode(record, body, &self->bytes, &self->problem) != 0)
        fail_msg("%s, seed %llu: %s: %s", record->name, (unsigned long long) seed,
                 self->problem.field, self->problem.detail);
    return body;
}

static void *decoded(bench_t *self, const record_t *record, bytes_t bytes) {
    void *body = arena_alloc(self->arena, record->size);
    self->problem = (problem_t){.reason = REASON_NONE};
    int rc = record_decode(record, bytes, self->arena, body, &self->problem);
    assert_int_equal(rc, self->problem.reason == REASON_NONE ? 0 : -1);
    return rc == 0 ? body : NULL;
}

static bool same_again(bench_t *self, const record_t *record, const void *body, bytes_t bytes) {
    buffer_clear(&self->again);
    return record_encode(record, body, &self->again, NULL) == 0 && self->again.n == bytes.n &&
           memcmp(self->again.p, bytes.p, bytes.n) == 0;
}

TEST(what_is_encoded_decodes_to_the_same) {
    bench_t *bench = bench_new();
    for (size_t r = 0; r < bench->n; r++)
        for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
            const record_t *record = bench->records[r];
            arena_reset(bench->arena);
            void *body = make(bench, record, seed, 300, 20);
            void *back = decoded(bench, record, buffer_bytes(&bench->bytes));
            if (!back || !record_equal(record, body, back) ||
                !same_again(bench, record, back, buffer_bytes(&bench->bytes)))
                fail_msg("%s, seed %llu: %s %s", record->name, (unsigned long long) seed,
                         bench->problem.field, bench->problem.detail);
        }
    bench_leave(bench);
}

TEST(a_copy_outlives_what_it_was_made_of) {
    bench_t *bench = bench_new();
    arena_t *theirs = arena_new(0);
    for (size_t r = 0; r < bench->n; r++) {
        const record_t *record = bench->records[r];
        arena_reset(bench->arena);
        arena_reset(theirs);
        make(bench, record, r + 7, 60, 4);
        bytes_t bytes = buffer_bytes(&bench->bytes);
        void *back = arena_alloc(theirs, record->size),
             *copy = arena_alloc(bench->arena, record->size);
        assert_int_equal(record_decode(record, bytes, theirs, back, NULL), 0);
        assert_int_equal(record_copy(record, back, bench->arena, copy), 0);
        assert_true(record_equal(record, back, copy));
        bytes_t kept = arena_bytes(bench->arena, bytes);
        arena_destroy(&theirs);
        memset(bench->bytes.p, 0xa5, bench->bytes.n); /* texts pointed in here */
        assert_true(same_again(bench, record, copy, kept));
        theirs = arena_new(0);
    }
    arena_destroy(&theirs);
    bench_leave(bench);
}

TEST(a_copy_stops_at_the_limit_of_its_arena) {
    bench_t *bench = bench_new();
    arena_t *small = arena_new(64);
    struct order_line lines[8] = {{.no = 1}};
    struct order_content content = {.lines = {lines, 8}}, copy;
    assert_int_equal(record_copy(&order_content_record, &content, small, &copy), -1);
    arena_destroy(&small);
    bench_leave(bench);
}

static size_t field_size(const field_t *field) {
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY: return sizeof(int64_t);
    case TYPE_BOOL: return sizeof(bool);
    case TYPE_ENUM: return sizeof(int);
    case TYPE_TEXT:
    case TYPE_BYTES: return sizeof(text_t);
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return sizeof(list_view_t);
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE: return field_fixed(field->type);
    }
    return 0;
}

TEST(bodies_differ_where_one_field_does) {
    bench_t *bench = bench_new();
    for (size_t r = 0; r < bench->n; r++)
        for (size_t i = 0; i < bench->records[r]->n; i++) {
            const record_t *record = bench->records[r];
            arena_reset(bench->arena);
            void *body = make(bench, record, 3, 20, 2),
                 *other = arena_alloc(bench->arena, record->size);
            memcpy(other, body, record->size);
            if (field_empty(body, &record->fields[i])) {
                sample_t sample = {
                    .state = 5, .arena = bench->arena, .text_max = 20, .items_max = 2};
                do
                    sample_field(&sample, &record->fields[i], other);
                while (field_empty(other, &record->fields[i])); /* a number may be drawn as 0 */
            } else {
                memset(field_into(other, &record->fields[i]), 0, field_size(&record->fields[i]));
            }
            assert_true(record_equal(record, body, body));
            assert_false(record_equal(record, body, other));
        }
    bench_leave(bench);
}

TEST(a_message_cut_anywhere_is_refused) {
    bench_t *bench = bench_new();
    for (size_t r = 0; r < bench->n; r++) {
        arena_reset(bench->arena);
        make(bench, bench->records[r], 11, 12, 2);
        for (size_t n = 0; n < bench->bytes.n; n++) {
            uint8_t *exact =
                arena_alloc(bench->arena, n); /* of this size, so that reading past it shows */
            memcpy(exact, bench->bytes.p, n);
            assert_null(decoded(bench, bench->records[r], (bytes_t){exact, n}));
        }
    }
    bench_leave(bench);
}

TEST(a_byte_behind_the_end_is_refused) {
    bench_t *bench = bench_new();
    for (size_t r = 0; r < bench->n; r++) {
        arena_reset(bench->arena);
        make(bench, bench->records[r], 12, 12, 2);
        buffer_put(&bench->bytes, "", 1);
        assert_null(decoded(bench, bench->records[r], buffer_bytes(&bench->bytes)));
        assert_int_equal(bench->problem.reason, REASON_MALFORMED);
    }
    bench_leave(bench);
}

/* Otherwise two different byte strings, with two hashes, would say the same. */
TEST(every_changed_byte_is_refused_or_says_something_else) {
    bench_t *bench = bench_new();
    for (size_t r = 0; r < bench->n; r++) {
        const record_t *record = bench->records[r];
        arena_reset(bench->arena);
        void *body = make(bench, record, 21, 3, 0);
        size_t n = bench->bytes.n;
        uint8_t *bytes = arena_alloc(bench->arena, n);
        arena_t *scratch = arena_new(ARENA_MAX);
        void *back = arena_alloc(bench->arena, record->size);
        memcpy(bytes, bench->bytes.p, n);
        for (size_t i = 0; i < n; i++) {
            uint8_t was = bytes[i];
            for (unsigned change = 1; change < 256; change++) {
                bytes[i] = (uint8_t) (was ^ change);
                arena_reset(scratch);
                if (record_decode(record, (bytes_t){bytes, n}, scratch, back, NULL) == 0 &&
                    (record_equal(record, body, back) ||
                     !same_again(bench, record, back, (bytes_t){bytes, n})))
                    fail_msg("%s: byte %zu changed by %02x", record->name, i, change);
            }
            bytes[i] = was;
        }
        arena_destroy(&scratch);
    }
    bench_leave(bench);
}

TEST(a_key_that_the_record_lacks_is_refused) {
    static const uint8_t bytes[] = {0x82, 0x01, 0xa1,
                                    'x',  0x7f, 0x05}; /* revoke: {1: "x", 127: 5} */
    bench_t *bench = bench_new();
    assert_null(decoded(bench, &revoke_record, (bytes_t){bytes, sizeof bytes}));
    assert_int_equal(bench->problem.reason, REASON_MALFORMED);
    assert_non_null(strstr(bench->problem.detail, "127"));
    bench_leave(bench);
}

TEST(five_bytes_take_no_memory) {
    static const uint8_t bombs[][7] = {
        {0x81, 0x05, 0xdd, 0x10, 0x00, 0x00, 0x00}, /* requirements: 2^28 of them */
        {0x81, 0x07, 0xdd, 0xff, 0xff, 0xff, 0xff},
        {0x81, 0x08, 0xdf, 0x10, 0x00, 0x00, 0x00},
        {0x81, 0x04, 0xdb, 0xff, 0xff, 0xff, 0xff}};
    arena_t *arena = arena_new(0);
    struct verdict_given body;
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++)
        assert_int_equal(
            record_decode(&verdict_given_record, (bytes_t){bombs[i], 7}, arena, &body, NULL), -1);
    assert_int_equal(arena_used(arena), 0);
    arena_destroy(&arena);
}

TEST(a_list_longer_than_its_bound_takes_no_memory) {
    arena_t *arena = arena_new(0);
    problem_t problem;
    struct verdict_given body;
    uint8_t bytes[3 + 3 + 17] = {0x81, 0x08, 0xdc, 0x00, 17}; /* aspects: 16 are allowed */
    for (size_t i = 0; i < 17; i++)
        bytes[5 + i] = 0x05;
    assert_int_equal(
        record_decode(&verdict_given_record, (bytes_t){bytes, 5 + 17}, arena, &body, &problem), -1);
    assert_int_equal(problem.reason, REASON_FIELD_RANGE);
    assert_string_equal(problem.field, "aspects");
    assert_int_equal(arena_used(arena), 0);
    arena_destroy(&arena);
}

TEST(a_list_stops_at_the_limit_of_its_arena) {
    bench_t *bench = bench_new();
    arena_t *small = arena_new(32);
    struct verdict_given back;
    struct condition conditions[] = {{.text = TEXT("a")}, {.text = TEXT("b")}};
    struct verdict_given body = {.department = TEXT("planning"),
                                 .verdict = VERDICT_CONDITIONS,
                                 .conditions = {conditions, 2}};
    assert_int_equal(record_encode(&verdict_given_record, &body, &bench->bytes, NULL), 0);
    assert_int_equal(record_decode(&verdict_given_record, buffer_bytes(&bench->bytes), small, &back,
                                   &bench->problem),
                     -1);
    assert_int_equal(bench->problem.reason, REASON_TOO_LARGE);
    arena_destroy(&small);
    bench_leave(bench);
}

/* What is empty has one encoding: none. */
TEST(an_empty_value_that_is_written_is_refused) {
    static const struct {
        const record_t *record;
        uint8_t bytes[24];
        size_t n;
    } cases[] = {
        {&convene_record, {0x81, 0x01, 0xa0}, 3},                       /* TEXT "" */
        {&adopt_record, {0x82, 0x01, 0xc4, 0x01, 0x00, 0x02, 0xc2}, 7}, /* BOOL false */
        {&adopt_record, {0x81, 0x01, 0xc4, 0x00}, 4},                   /* BYTES "" */
        {&condition_record, {0x82, 0x01, 0xa1, 'x', 0x02, 0x00}, 6},    /* INT 0 */
        {&verdict_given_record, {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x03, 0x90}, 8}, /* LIST */
        {&verdict_given_record, {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x05, 0x90}, 8}, /* INTS */
        {&verdict_given_record, {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x08, 0x90}, 8}, /* TEXTS */
        {&verdict_given_record, {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x09, 0x00}, 8}, /* DAY */
        {&verdict_given_record, {0x82, 0x01, 0xa1, 'x', 0x02, 0x00}, 6},             /* ENUM */
        {&confirm_record, {0x81, 0x01, 0xc4, 0x10}, 20}, /* IDENT of zeros */
    };
    bench_t *bench = bench_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(decoded(bench, cases[i].record, (bytes_t){cases[i].bytes, cases[i].n}));
        assert_int_equal(bench->problem.reason, REASON_MALFORMED);
        assert_string_equal(bench->problem.detail, "what is empty is left out");
    }
    bench_leave(bench);
}

TEST(a_value_of_another_type_is_refused) {
    static const struct {
        const record_t *record;
        uint8_t bytes[24];
        size_t n;
    } cases[] = {
        {&revoke_record, {0x81, 0x01, 0x05}, 3},            /* TEXT as a number */
        {&revoke_record, {0x81, 0x01, 0xc4, 0x01, 'x'}, 5}, /* TEXT as bin */
        {&adopt_record, {0x81, 0x01, 0xa1, 'x'}, 4},        /* BYTES as str */
        {&confirm_record, {0x81, 0x01, 0xc4, 0x0f, 7}, 19}, /* IDENT of 15 bytes */
        {&confirm_record, {0x81, 0x01, 0xc4, 0x11, 7}, 21}, /* IDENT of 17 bytes */
        {&confirm_record, {0x81, 0x01, 0xb0, 7}, 19},       /* IDENT as str */
        {&verdict_given_record, {0x82, 0x01, 0xa1, 'x', 0x02, 0xa1, 'y'}, 7}, /* ENUM by name */
        {&verdict_given_record,
         {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x03, 0x80},
         8}, /* LIST as a map */
        {&verdict_given_record,
         {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x03, 0x91, 0x05},
         9}, /* of numbers */
        {&verdict_given_record,
         {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x05, 0x91, 0xa1, 'x'},
         10}, /* INTS of str */
        {&verdict_given_record,
         {0x83, 0x01, 0xa1, 'x', 0x02, 0x01, 0x08, 0x91, 0x05},
         9},                                                            /* TEXTS of numbers */
        {&adopt_record, {0x82, 0x01, 0xc4, 0x01, 0x00, 0x02, 0x01}, 7}, /* BOOL as 1 */
    };
    bench_t *bench = bench_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(decoded(bench, cases[i].record, (bytes_t){cases[i].bytes, cases[i].n}));
        assert_int_equal(bench->problem.reason, REASON_MALFORMED);
    }
    bench_leave(bench);
}
