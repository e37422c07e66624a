/* SPDX-License-Identifier: Apache-2.0
 *
 * The demo company's files: all of them can be read, and they fit together.
 */
#include "common/base/moment.h"
#include "common/exchange/json.h"
#include "common/exchange/order_file.h"
#include "common/exchange/people_file.h"
#include "common/exchange/procedure_file.h"
#include "common/exchange/reference.h"
#include "tests/unit/exchange/files.h"

#define DEMO "config/demo/"
#define MONDAY 20780 /* 2026-11-23 */

static int count(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    (void) problem;
    *(size_t *) arg +=
        chunk->products.n + chunk->capacities.n + chunk->stocks.n + chunk->capabilities.n;
    return 0;
}

TEST(reference_data) {
    static const struct {
        const char *name;
        enum dataset dataset;
        size_t rows;
    } files[] = {{"products.csv", DATASET_PRODUCT, 10},
                 {"capacity.csv", DATASET_CAPACITY, 30},
                 {"stock.csv", DATASET_STOCK, 10},
                 {"capabilities.csv", DATASET_CAPABILITY, 11}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[100];
        reference_t reference;
        problem_t problem = {0};
        size_t rows = 0;
        snprintf(path, sizeof path, DEMO "%s", files[i].name);
        if (reference_check(path, MONDAY, &reference, &problem) != 0)
            fail_msg("%s:%u: %s: %s", path, problem.line, problem.field, problem.detail);
        assert_int_equal(reference.dataset, files[i].dataset);
        assert_int_equal(reference_read(path, MONDAY, &reference, count, &rows, &problem), 0);
        assert_int_equal(rows, files[i].rows);
    }
}

TEST(people_have_roles_of_the_shipped_procedure) {
    arena_t *arena = arena_new(0);
    people_file_t people;
    struct procedure procedure;
    size_t administrators = 0;
    assert_int_equal(people_file_read(DEMO "people.csv", arena, &people, NULL), 0);
    assert_int_equal(procedure_file_read("config/procedure.cfg", arena, &procedure, NULL), 0);
    assert_int_equal(people.n, 18);
    for (size_t i = 0; i < people.n; i++) {
        administrators += people.at[i].administrator;
        assert_int_equal(people.at[i].roles.n, 1);
        bool known = false;
        for (size_t k = 0; k < procedure.roles.n; k++)
            known =
                known || (text_equal(procedure.roles.at[k].key, people.at[i].roles.at[0]) &&
                          text_equal(procedure.roles.at[k].department, people.at[i].department));
        assert_true(known);
    }
    assert_int_equal(administrators, 2);
    arena_destroy(&arena);
}

static bool has_code(const customer_file_t *customers, text_t name) {
    for (size_t i = 0; i < customers->n; i++)
        if (text_equal(customers->at[i].code, name) || text_equal(customers->at[i].name, name))
            return true;
    return false;
}

static void check_order(const customer_file_t *customers, const json_t *file) {
    char path[100];
    arena_t *arena = arena_new(ORDER_FILE_ARENA);
    order_file_t order;
    problem_t problem = {0};
    snprintf(path, sizeof path, DEMO "%s", json_string_value(file));
    if (order_file_read(path, MONDAY, arena, &order, &problem) != 0)
        fail_msg("%s: %s: %s", path, problem.field, problem.detail);
    assert_true(has_code(customers, order.customer));
    assert_true(order.content.requirements.n > 0);
    assert_true(order.contact.n > 0);
    for (size_t i = 0; i < order.content.lines.n; i++)
        assert_int_equal(day_weekday(order.content.lines.at[i].wanted), 5);
    arena_destroy(&arena);
}

TEST(orders_and_what_is_expected_of_them) {
    arena_t *arena = arena_new(0);
    customer_file_t customers;
    problem_t problem = {0};
    if (customer_file_read(DEMO "customers.json", arena, &customers, &problem) != 0)
        fail_msg("%s: %s", problem.field, problem.detail);
    assert_int_equal(customers.n, 8);
    json_t *expected = json_read_file(DEMO "expected.json", &problem), *order;
    assert_non_null(expected);
    assert_int_equal(json_array_size(expected), 12);
    size_t i;
    json_array_foreach (expected, i, order) {
        static const char *const changes[] = {"negotiate", "amend"};
        check_order(&customers, json_object_get(order, "file"));
        for (size_t k = 0; k < 2; k++)
            if (json_object_get(order, changes[k]))
                check_order(&customers,
                            json_object_get(json_object_get(order, changes[k]), "file"));
    }
    json_decref(expected);
    arena_destroy(&arena);
}
