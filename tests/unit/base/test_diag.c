/* SPDX-License-Identifier: Apache-2.0
 *
 * diag: what reaches stderr, and how a program ends. Each case runs in a child whose stderr is
 * read through a pipe.
 */
#include "common/base/diag.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/unit/harness.h"

static char said[8192];

/* Runs fn in a child, keeps what it said, returns its wait status. */
static int run(void (*fn)(void)) {
    int ends[2], status = 0;
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        fn();
        fflush(stderr);
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    ssize_t got;
    while ((got = read(ends[0], said + n, sizeof said - 1 - n)) > 0)
        n += (size_t) got;
    said[n] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void say_hostile(void) {
    diag_open("test", true);
    diag_warn(DIAG_REFUSED_PEER, "name %s", "a\x1b[2J\nALARM \xc2\x9b\xe2\x80\xae 会签");
}

TEST(controls_from_outside_are_made_visible) {
    assert_int_equal(run(say_hostile), 0);
    assert_non_null(strstr(said, "test: warning: name a\\x1b[2J\\x0aALARM "
                                 "\\xc2\\x9b\\xe2\\x80\\xae 会签\n"));
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

static void say_much(void) {
    char much[4000];
    memset(much, '\a', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    diag_info(DIAG_GENERAL, "%s", much);
}

TEST(a_long_message_is_cut_and_ends_its_line) {
    assert_int_equal(run(say_much), 0);
    assert_true(strlen(said) > 1000 && strlen(said) < 2200);
    assert_true(said[strlen(said) - 1] == '\n');
}

static void say_debug(void) {
    diag_debug("one");
    diag_verbose = true;
    diag_debug("two");
}

TEST(debug_is_said_only_when_asked_for) {
    assert_int_equal(run(say_debug), 0);
    assert_null(strstr(said, "one"));
    assert_non_null(strstr(said, "two"));
}

static void not_the_journal(void) {
    setenv("JOURNAL_STREAM", "1:2", 1); /* somebody's, not this pipe */
    diag_open("test", false);
    diag_alarm(DIAG_ALARM_FORK, "roots differ at %d", 7);
}

TEST(an_inherited_journal_stream_does_not_swallow_messages) {
    assert_int_equal(run(not_the_journal), 0);
    assert_non_null(strstr(said, "ALARM roots differ at 7\n"));
}

static void handler_that_must_not_run(void) { abort(); }

static void end_fatally(void) {
    atexit(handler_that_must_not_run);
    errno = ENOENT;
    diag_fatal(EX_CONFIG, DIAG_CONFIGURATION, "site.cfg");
}

TEST(fatal_ends_with_its_code_and_the_system_error) {
    int status = run(end_fatally);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EX_CONFIG);
    assert_non_null(strstr(said, "FATAL site.cfg: No such file or directory\n"));
}

static void end_in_panic(void) { insist(1 + 1 == 3); }

TEST(panic_aborts_and_says_where) {
    int status = run(end_in_panic);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_non_null(strstr(said, "test_diag.c:"));
    assert_non_null(strstr(said, "invariant broken: 1 + 1 == 3"));
}

static void say_and_keep_errno(void) {
    errno = EIO;
    diag_info(DIAG_GENERAL, "x");
    if (errno != EIO)
        _exit(1);
}

TEST(saying_something_keeps_errno) { assert_int_equal(run(say_and_keep_errno), 0); }
