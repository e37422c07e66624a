/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables themselves: what the walkers take for granted, and what the compiler cannot see.
 */
#include "common/base/text.h"
#include "tests/unit/event/sample.h"
#include "tests/unit/harness.h"

#define ARENA_WORST (4u << 20)

/* What the largest body of a record amounts to. */
typedef struct worst {
    size_t nodes, depth, bytes;
} worst_t;

static worst_t worst_of(const record_t *record) {
    worst_t worst = {.nodes = 1, .depth = 1, .bytes = record->size};
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        worst_t item = {.nodes = 1, .depth = 0, .bytes = sizeof(text_t)};
        worst.nodes += 2;
        if (field->type != TYPE_LIST && field->type != TYPE_TEXTS && field->type != TYPE_INTS)
            continue;
        if (field->type == TYPE_LIST)
            item = worst_of(field->record);
        worst.nodes += (size_t) field->max * item.nodes;
        worst.bytes += (size_t) field->max * item.bytes;
        worst.depth = item.depth + 2 > worst.depth ? item.depth + 2 : worst.depth;
    }
    return worst;
}

TEST(field_keys_ascend_and_names_are_unique) {
    const record_t *records[SAMPLE_RECORDS_MAX];
    size_t n = sample_records(records);
    assert_in_range(n, 50, SAMPLE_RECORDS_MAX - 1);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < records[r]->n; i++) {
            const field_t *field = &records[r]->fields[i];
            assert_true(field->key > (i ? records[r]->fields[i - 1].key : 0));
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(field->name, records[r]->fields[k].name);
        }
}

TEST(record_names_are_unique) {
    const record_t *records[SAMPLE_RECORDS_MAX];
    size_t n = sample_records(records);
    for (size_t r = 0; r < n; r++)
        for (size_t k = 0; k < r; k++)
            assert_string_not_equal(records[r]->name, records[k]->name);
}

TEST(bounds_leave_room_for_a_value) {
    const record_t *records[SAMPLE_RECORDS_MAX];
    size_t n = sample_records(records);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < records[r]->n; i++) {
            const field_t *field = &records[r]->fields[i];
            bool sized = field->type == TYPE_TEXT || field->type == TYPE_BYTES ||
                         field->type == TYPE_LIST || field->type == TYPE_TEXTS ||
                         field->type == TYPE_INTS;
            if (field->type != TYPE_ENUM)
                assert_true(field->min <= field->max);
            if (sized)
                assert_true(field->min >= 0 && field->max >= 1);
            assert_int_equal(field->type == TYPE_ENUM, field->enums != NULL);
            assert_int_equal(field->type == TYPE_LIST, field->record != NULL);
            assert_null(strchr(field->doc, '|')); /* would break the table in PROTOCOL.md */
        }
}

/* Otherwise we could write what we then refuse to read. */
TEST(the_largest_body_of_every_record_can_be_read) {
    const record_t *records[SAMPLE_RECORDS_MAX];
    size_t n = sample_records(records);
    for (size_t r = 0; r < n; r++) {
        worst_t worst = worst_of(records[r]);
        assert_in_range(worst.depth, 1, RECORD_DEPTH_MAX);
        assert_in_range(worst.nodes, 1, RECORD_NODES_MAX);
        assert_in_range(worst.bytes, 1, ARENA_WORST);
    }
}

TEST(enum_values_ascend_and_have_one_name_each) {
    const record_t *records[SAMPLE_RECORDS_MAX];
    size_t n = sample_records(records), seen = 0;
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < records[r]->n; i++) {
            const enum_table_t *table = records[r]->fields[i].enums;
            for (size_t k = 0; table && k < table->n; k++, seen++) {
                int value = -1;
                assert_true(table->values[k].value > (k ? table->values[k - 1].value : 0));
                assert_true(enum_value(table, text_of(table->values[k].name), &value));
                assert_int_equal(value, table->values[k].value);
                assert_ptr_equal(enum_name(table, value), table->values[k].name);
            }
        }
    assert_true(seen > 0);
    int value;
    assert_null(enum_name(&verdict_table, 0));
    assert_null(enum_name(&verdict_table, 7));
    assert_false(enum_value(&verdict_table, TEXT("accep"), &value));
    assert_false(enum_value(&verdict_table, TEXT(""), &value));
}

TEST(the_walkers_see_every_enum_and_list_as_they_are) {
#define FOUR_BYTES(NAME) assert_int_equal(sizeof(enum NAME), sizeof(int));
    FOUR_BYTES(channel)
    FOUR_BYTES(requirement_kind) FOUR_BYTES(subject) FOUR_BYTES(verdict) FOUR_BYTES(outcome)
        FOUR_BYTES(answer_value) FOUR_BYTES(question) FOUR_BYTES(meaning) FOUR_BYTES(post_mode)
            FOUR_BYTES(part) FOUR_BYTES(dataset) FOUR_BYTES(series) FOUR_BYTES(act)
                FOUR_BYTES(special_test) assert_int_equal(sizeof(int), 4);
    assert_int_equal(sizeof(struct order_line_list), sizeof(list_view_t));
    assert_int_equal(offsetof(struct order_line_list, n), offsetof(list_view_t, n));
    assert_int_equal(offsetof(struct text_list, n), offsetof(list_view_t, n));
    assert_int_equal(offsetof(struct int_list, n), offsetof(list_view_t, n));
    assert_int_equal(sizeof(text_t), sizeof(bytes_t));
    assert_int_equal(offsetof(text_t, n), offsetof(bytes_t, n));
}

TEST(kind_codes_ascend_and_names_are_unique) {
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        assert_true((int) kinds[i].kind > (i ? (int) kinds[i - 1].kind : 0));
        assert_true((int) kinds[i].kind <= 65535);
        assert_ptr_equal(kind_info((int64_t) kinds[i].kind), &kinds[i]);
        assert_ptr_equal(kind_by_name(text_of(kinds[i].name)), &kinds[i]);
    }
    assert_null(kind_info(0));
    assert_null(kind_info(-1));
    assert_null(kind_info(INT64_C(0x100000001))); /* not genesis by a cut to 32 bits */
    assert_null(kind_by_name(TEXT("order.regist")));
    assert_null(kind_by_name(TEXT("")));
}

TEST(what_follows_by_itself_is_never_bound_like_a_command) {
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    for (size_t i = 0; i < n; i++)
        if (kinds[i].flags & DERIVED)
            assert_int_equal(kinds[i].flags & ~(unsigned) ASIDE, DERIVED);
}
