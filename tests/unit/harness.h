/* SPDX-License-Identifier: Apache-2.0
 *
 * harness: unit tests that register themselves. Each test file is one program; `TEST (name) { ...
 * }` is all it takes. TEST_CLAUSE also says which clause of the procedure the test proves, by its
 * RULE or by its REFUSAL; tests/tools/clauses reads that from the source.
 */
#ifndef COUNTERSIGN_TESTS_HARNESS_H
#define COUNTERSIGN_TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef void (*test_fn_t)(void **state);
void harness_register(const char *name, test_fn_t fn);

#define TEST(name) \
    static void name(void **state); \
    __attribute__((constructor)) static void name##_register(void) { \
        harness_register(#name, name); \
    } \
    static void name(void **state __attribute__((unused)))
#define TEST_CLAUSE(name, clause, what) TEST(name)

/* Leaves the test and says why where the results are read. */
_Noreturn void harness_skip(const char *reason);

/* A folder of the test's own below $TMPDIR, emptied and removed at the end of the program. */
const char *harness_folder(void);

#endif
