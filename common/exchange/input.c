/* SPDX-License-Identifier: Apache-2.0
 *
 * input: see input.h. Opened without blocking, so that a FIFO given by mistake does not hang the
 * reader.
 */
#include "common/exchange/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/language.h"

static int read_all(int fd, const char *path, size_t limit, buffer_t *out, problem_t *problem) {
    size_t before = out->n;
    for (;;) {
        uint8_t piece[16384];
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return input_refuse(problem, path, 0, "", "cannot read it: %s", strerror(errno));
        if (n == 0)
            return 0;
        if (out->n - before + (size_t) n > limit) {
            problem_set(problem, REASON_TOO_LARGE, "", "more than %zu bytes", limit);
            return input_place(problem, path, 0);
        }
        buffer_put(out, piece, (size_t) n);
    }
}

int input_read(const char *path, size_t limit, buffer_t *out, problem_t *problem) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return input_refuse(problem, path, 0, "", "cannot open it: %s", strerror(errno));
    struct stat st;
    int rc;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        rc = input_refuse(problem, path, 0, "", "it is not a regular file");
    } else if (st.st_size < 0 || (uintmax_t) st.st_size > limit) {
        problem_set(problem, REASON_TOO_LARGE, "", "%jd bytes; at most %zu are read",
                    (intmax_t) st.st_size, limit);
        rc = input_place(problem, path, 0);
    } else {
        rc = read_all(fd, path, limit, out, problem);
    }
    close(fd);
    return rc;
}

int input_refuse(problem_t *problem, const char *file, unsigned line, const char *field,
                 const char *detail, ...) {
    char text[256];
    va_list args;
    va_start(args, detail);
    vsnprintf(text, sizeof text, language_text(detail), args);
    va_end(args);
    problem_set(problem, REASON_INPUT_FILE, field, "%s", text);
    return input_place(problem, file, line);
}

int input_place(problem_t *problem, const char *file, unsigned line) {
    if (problem) {
        snprintf(problem->file, sizeof problem->file, "%s", file);
        problem->line = line;
    }
    return -1;
}

int input_prefix(problem_t *problem, const char *prefix) {
    if (!problem)
        return -1;
    char field[sizeof problem->field];
    snprintf(field, sizeof field, "%s", problem->field);
    size_t n = (size_t) snprintf(problem->field, sizeof problem->field, "%s", prefix);
    if (field[0] && n + 1 < sizeof problem->field)
        snprintf(problem->field + n, sizeof problem->field - n, ".%.*s",
                 (int) (sizeof problem->field - n - 2), field);
    return -1;
}

const char *input_known(const enum_table_t *table, char out[INPUT_KNOWN]) {
    out[0] = '\0';
    for (size_t i = 0, n = 0; i < table->n && n < INPUT_KNOWN; i++)
        n += (size_t) snprintf(out + n, INPUT_KNOWN - n, "%s%s", i ? ", " : "",
                               table->values[i].name);
    return out;
}

text_t input_cut(text_t text, size_t max) {
    if (text.n <= max)
        return text;
    while (max > 0 && ((uint8_t) text.p[max] & 0xc0) == 0x80)
        max--;
    return (text_t){text.p, max};
}
