/* SPDX-License-Identifier: Apache-2.0
 *
 * What a fold keeps is its own, its lists grow without losing an item, and a refusal by a rule's
 * own clause says so.
 */
#include "common/domain/keep.h"

#include "tests/unit/harness.h"

TEST(what_is_kept_does_not_change_with_the_original) {
    arena_t *arena = arena_new(0);
    char word[] = "delivery";
    text_t classes[] = {{word, 8}};
    struct mandate given = {.department = {word, 8}, .classes = {classes, 1}, .until = 5};
    const struct mandate *kept = keep(arena, &mandate_record, &given);
    memset(word, 'x', sizeof word - 1);
    classes[0].n = 0;
    given.until = 6;
    assert_true(text_is(kept->department, "delivery"));
    assert_int_equal(kept->classes.n, 1);
    assert_true(text_is(kept->classes.at[0], "delivery"));
    assert_int_equal(kept->until, 5);
    arena_destroy(&arena);
}

TEST(a_list_that_grows_loses_nothing) {
    arena_t *arena = arena_new(0);
    size_t *items = NULL;
    for (size_t n = 0; n < 1000; n++) {
        items = keep_grow(arena, items, n, sizeof *items);
        items[n] = n * n;
    }
    for (size_t n = 0; n < 1000; n++)
        assert_int_equal(items[n], n * n);
    arena_destroy(&arena);
}

TEST(a_refusal_by_a_rule_names_its_own_clause) {
    problem_t problem = {.line = 7};
    assert_int_equal(refuse(&problem, REASON_WRONG_ROLE, "QP21-3.5", "actor", "%s signs", "%n"),
                     -1);
    assert_int_equal(problem.reason, REASON_WRONG_ROLE);
    assert_string_equal(problem.clause, "QP21-3.5");
    assert_string_equal(problem.field, "actor");
    assert_string_equal(problem.detail, "%n signs"); /* never read as a format again */
    assert_int_equal(problem.line, 0);
    assert_int_equal(refuse(NULL, REASON_WRONG_ROLE, "QP21-3.5", "actor", "nobody asks"), -1);
}
