/* SPDX-License-Identifier: Apache-2.0
 *
 * files: small files for the tests of common/exchange. Included by test programs alone.
 */
#ifndef COUNTERSIGN_TESTS_EXCHANGE_FILES_H
#define COUNTERSIGN_TESTS_EXCHANGE_FILES_H

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/unit/harness.h"

#define DATA "tests/unit/exchange/data/"

/* A file in the test's own folder; the path is good until the next call. */
static inline const char *file_of_bytes(const char *name, const void *bytes, size_t n) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", harness_folder(), name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline const char *file_of(const char *name, const char *text) {
    return file_of_bytes(name, text, strlen(text));
}

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* The most memory that this program ever had, in KiB; always 0 where a sanitizer's own memory would
 * count. */
static inline long peak_kib(void) {
#ifdef SANITIZED
    return 0;
#else
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
#endif
}

#define assert_text(text, expected)                                                                \
    do {                                                                                           \
        text_t text_ = (text);                                                                     \
        char shown_[1200];                                                                         \
        snprintf(shown_, sizeof shown_, "%.*s", (int) text_.n, text_.p ? text_.p : "");            \
        assert_string_equal(shown_, expected);                                                     \
    } while (0)
#define assert_contains(whole, part)                                                               \
    do {                                                                                           \
        if (!strstr(whole, part))                                                                  \
            fail_msg("\"%s\" does not say \"%s\"", whole, part);                                   \
    } while (0)

#endif
