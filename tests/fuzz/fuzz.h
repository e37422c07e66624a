/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz: what the fuzzers share. Each target is LLVMFuzzerTestOneInput of one file; it says what must
 * hold of any input, and ends the process where it does not.
 */
#ifndef COUNTERSIGN_TESTS_FUZZ_FUZZ_H
#define COUNTERSIGN_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/diag.h"
#include "common/base/problem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What was broken, in words. */
#define HOLDS(condition, what) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "broken: %s\n", what); \
            abort(); \
        } \
    } while (0)

/* A refusal names its reason; nothing is said of what is taken. */
static inline void fuzz_refusal(int rc, const problem_t *problem) {
    HOLDS(rc == 0 || rc == -1, "a reader returns 0 or -1");
    HOLDS((rc == 0) == (problem->reason == REASON_NONE), "a refusal has a reason, a success none");
}

/* The input as a file; the path is good until the next call. */
static inline const char *fuzz_file(const uint8_t *data, size_t size) {
    static int file = -1;
    static char path[64];
    if (file < 0)
        file = memfd_create("input", MFD_CLOEXEC);
    HOLDS(file >= 0 && fchmod(file, 0600) == 0 && ftruncate(file, 0) == 0 &&
              pwrite(file, data, size, 0) == (ssize_t) size,
          "the input could be written");
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

#endif
