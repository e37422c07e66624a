/* SPDX-License-Identifier: Apache-2.0
 *
 * harness: collects the tests of a program and runs them by cmocka. An argument runs only the tests
 * whose name contains it.
 */
#include "tests/unit/harness.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct CMUnitTest *tests;
static size_t count;
static char folder[256];

void harness_register(const char *name, test_fn_t fn) {
    struct CMUnitTest *more = realloc(tests, (count + 1) * sizeof *tests);
    if (!more)
        abort();
    tests = more;
    tests[count++] = (struct CMUnitTest){.name = name, .test_func = fn};
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw) {
    (void) st, (void) flag, (void) ftw;
    return remove(path);
}

static void remove_folder(void) {
    if (folder[0])
        nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *harness_folder(void) {
    if (!folder[0]) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/countersign-test-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder))
            abort();
        atexit(remove_folder);
    }
    return folder;
}

void harness_skip(const char *reason) {
    print_message("# skipped: %s\n", reason);
    skip();
    abort();
}

int main(int argc, char **argv) {
    size_t chosen = 0;
    setvbuf(stdout, NULL, _IOLBF, 0); /* in order with stderr, and nothing lost in a crash */
    for (size_t i = 0; i < count; i++)
        if (argc < 2 || strstr(tests[i].name, argv[1]))
            tests[chosen++] = tests[i];
    const char *program = strrchr(argv[0], '/');
    program = program ? program + 1 : argv[0];
    int failed = _cmocka_run_group_tests(program, tests, chosen, NULL, NULL);
    free(tests);
    return failed ? 1 : 0;
}
