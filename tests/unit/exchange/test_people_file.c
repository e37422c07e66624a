/* SPDX-License-Identifier: Apache-2.0
 *
 * People and customers as files.
 */
#include "common/exchange/people_file.h"
#include "tests/unit/exchange/files.h"

TEST(people_with_their_roles) {
    arena_t *arena = arena_new(0);
    people_file_t people;
    problem_t problem = {0};
    const char *path = file_of(
        "p.csv", "handle,name,department,roles,administrator\n"
                 "yiming,易明,quality,quality.system quality.manager,yes\nluzhun,陆准,quality,,\n");
    assert_int_equal(people_file_read(path, arena, &people, &problem), 0);
    assert_int_equal(people.n, 2);
    assert_text(people.at[0].name, "易明");
    assert_true(people.at[0].administrator);
    assert_int_equal(people.at[0].roles.n, 2);
    assert_text(people.at[0].roles.at[1], "quality.manager");
    assert_int_equal(people.at[1].roles.n, 0);
    assert_false(people.at[1].administrator);
    arena_destroy(&arena);
}

TEST(a_handle_is_given_once) {
    arena_t *arena = arena_new(0);
    people_file_t people;
    problem_t problem = {0};
    const char *path =
        file_of("d.csv", "handle,name,department\na,A,sales\nb,B,sales\na,C,sales\n");
    assert_int_equal(people_file_read(path, arena, &people, &problem), -1);
    assert_int_equal(problem.line, 4);
    assert_string_equal(problem.field, "handle");
    arena_destroy(&arena);
}

TEST(customers_with_contacts_apart) {
    arena_t *arena = arena_new(0);
    customer_file_t customers;
    problem_t problem = {0};
    const char *path = file_of(
        "c.json", "[{\"name\":\"A "
                  "plc\",\"short_name\":\"A\",\"credit\":1000,\"contact\":\"x@a.example.com\"},"
                  "{\"name\":\"B plc\",\"short_name\":\"B\"}]");
    assert_int_equal(customer_file_read(path, arena, &customers, &problem), 0);
    assert_int_equal(customers.n, 2);
    assert_text(customers.contacts[0], "x@a.example.com");
    assert_text(customers.contacts[1], "");
    assert_int_equal(customers.at[0].credit, 1000 * DECIMAL_ONE);
    assert_true(digest_none(customers.at[0].contact));
    path = file_of("b.json", "[{\"name\":\"A plc\",\"short_name\":\"A\"},{\"name\":\"B plc\"}]");
    assert_int_equal(customer_file_read(path, arena, &customers, &problem), -1);
    assert_string_equal(problem.field, "[1].short_name");
    assert_contains(problem.file, "b.json");
    arena_destroy(&arena);
}
