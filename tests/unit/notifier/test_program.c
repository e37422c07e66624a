/* SPDX-License-Identifier: Apache-2.0
 *
 * program: what a program is given, what its end means, and that none outlives its time.
 */
#include "daemons/notifier/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/daemon/clock.h"
#include "tests/unit/harness.h"

static atomic_bool stop;

static char *script(const char *name, const char *text, char path[300]) {
    snprintf(path, 300, "%.200s/%s", harness_folder(), name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fprintf(file, "#!/bin/sh\n%s\n", text) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0755), 0);
    return path;
}

static attempt_t run(const char *path, const char *input, int64_t limit_ms) {
    attempt_t out;
    program_run(path, (bytes_t){(const uint8_t *) input, strlen(input)}, limit_ms, &stop, &out);
    return out;
}

TEST(exit_codes_have_their_meaning) {
    static const struct {
        const char *code;
        enum delivery_state state;
    } codes[] = {{"0", DELIVERY_ACCEPTED},
                 {"75", DELIVERY_DEFERRED},
                 {"1", DELIVERY_REFUSED},
                 {"127", DELIVERY_REFUSED}};
    char path[300];
    script("code", "read code; exit \"$code\"", path);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        attempt_t found = run(path, codes[i].code, 10000);
        assert_int_equal(found.state, codes[i].state);
        assert_int_equal(found.code, strtol(codes[i].code, NULL, 10));
        assert_false(found.unsure);
    }
}

TEST(its_last_line_is_kept_however_much_it_prints) {
    char path[300];
    script("much", "yes 一行 | head -c 3000000; echo; echo >&2 'the last'; printf '\\n\\r\\n'", path);
    attempt_t found = run(path, "{}", 60000);
    assert_int_equal(found.state, DELIVERY_ACCEPTED);
    assert_string_equal(found.text, "the last");
    script("line", "head -c 100000 /dev/zero | tr '\\0' x", path);
    found = run(path, "{}", 60000);
    assert_int_equal(strlen(found.text), ATTEMPT_TEXT_MAX);
}

TEST(a_program_that_does_not_read_blocks_nobody) {
    enum { LARGE = 1000000 };
    char path[300], *input = malloc(LARGE + 1);
    assert_non_null(input);
    memset(input, ' ', LARGE);
    input[LARGE] = '\0';
    assert_int_equal(run(script("deaf", "exit 0", path), input, 10000).state, DELIVERY_ACCEPTED);
    attempt_t found = run(script("count", "wc -c", path), input, 10000);
    assert_string_equal(found.text, "1000000");
    free(input);
}

TEST(nothing_of_ours_is_inherited) {
    char path[300];
    int leak = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    assert_true(leak >= 0);
    setenv("SECRET", "1", 1);
    signal(SIGPIPE, SIG_IGN);
    script("look", "ls -l /proc/self/fd | grep -c /dev/null; echo \"$SECRET$(pwd)\"", path);
    attempt_t found = run(path, "{}", 10000);
    assert_string_equal(found.text, "/");
    script("fds", "ls -l /proc/self/fd | grep -c /dev/null", path);
    assert_string_equal(run(path, "{}", 10000).text, "0");
    script("signals", "sed -n 's/SigIgn:.//p' /proc/self/status", path);
    found = run(path, "{}", 10000); /* 32 and 33 are the C library's own */
    assert_int_equal(strtoull(found.text, NULL, 16) & 0x7fffffff, 0);
    signal(SIGPIPE, SIG_DFL);
    unsetenv("SECRET");
    close(leak);
}

/* A program that starts another one, which does not want to end; nor does the first, if `deaf`. */
static int64_t overrun(const char *name, bool deaf) {
    char path[300], sign[300], text[700];
    snprintf(sign, sizeof sign, "%.200s/%s.alive", harness_folder(), name);
    assert_int_equal(mkfifo(sign, 0600), 0); /* hangs up when the last of them is gone */
    struct pollfd alive = {open(sign, O_RDONLY | O_NONBLOCK | O_CLOEXEC), POLLIN, 0};
    assert_true(alive.fd >= 0);
    snprintf(text, sizeof text,
             "exec 3>%s\n%s\n(trap '' TERM; sleep 100) &\nwhile :; do sleep 1; done", sign,
             deaf ? "trap '' TERM" : ":");
    int64_t start = clock_boot();
    attempt_t found = run(script(name, text, path), "{}", 500);
    int64_t took = clock_boot() - start;
    assert_int_equal(found.state, DELIVERY_DEFERRED);
    assert_int_equal(found.code, 0);
    assert_true(found.unsure);
    assert_int_equal(poll(&alive, 1, 10000), 1);
    assert_int_not_equal(alive.revents & POLLHUP, 0);
    close(alive.fd);
    return took;
}

TEST(its_time_ends_and_so_does_it_with_all_that_it_started) {
    int64_t took = overrun("polite", false);
    assert_true(took >= 500 && took < 10000);
    took = overrun("deaf", true);
    assert_true(took >= 2500 && took < 20000); /* it had been asked first */
}

TEST(a_child_that_keeps_its_output_open_is_not_waited_for) {
    char path[300];
    int64_t start = clock_boot();
    attempt_t found = run(script("leave", "sleep 20 & echo done", path), "{}", 30000);
    assert_int_equal(found.state, DELIVERY_ACCEPTED);
    assert_string_equal(found.text, "done");
    assert_true(clock_boot() - start < 10000);
}

TEST(what_cannot_be_run_may_be_mended) {
    char path[300];
    assert_int_equal(run("/nowhere/at/all", "{}", 1000).state, DELIVERY_DEFERRED);
    script("mode", "exit 0", path);
    assert_int_equal(chmod(path, 0644), 0);
    attempt_t found = run(path, "{}", 1000);
    assert_int_equal(found.state, DELIVERY_DEFERRED);
    assert_true(found.text[0] != '\0');
    assert_int_equal(run(script("die", "kill -9 $$", path), "{}", 1000).state, DELIVERY_DEFERRED);
}

TEST(it_ends_when_we_do) {
    char path[300];
    int64_t start = clock_boot();
    script("long", "exec sleep 100", path);
    atomic_store(&stop, true);
    attempt_t found = run(path, "{}", 100000);
    atomic_store(&stop, false);
    assert_int_equal(found.state, DELIVERY_DEFERRED);
    assert_true(found.unsure);
    assert_true(clock_boot() - start < 5000);
}
