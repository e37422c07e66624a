/* SPDX-License-Identifier: Apache-2.0
 *
 * diag: to the journal with fields of its own when systemd reads our stderr, else a line to stderr. What comes from
 * outside may hold terminal sequences, so control characters are made visible.
 */
#include "common/base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

bool diag_verbose;
static char program[64] = "countersign";
static bool to_journal;

static const char *const message_ids[] = {
#define DIAG_TEXT(NAME, id) [DIAG_##NAME] = id,
    DIAG_IDS(DIAG_TEXT)
#undef DIAG_TEXT
};

void diag_open(const char *name, bool foreground) {
    snprintf(program, sizeof program, "%s", name);
    to_journal = !foreground && getenv("JOURNAL_STREAM") != NULL;
}

static void make_visible(char *s) {
    for (; *s; s++)
        if ((unsigned char) *s < 0x20 || *s == 0x7f)
            *s = '?';
}

static void emit(int priority, diag_id_t id, const char *text) {
    if (to_journal) {
        sd_journal_send("MESSAGE=%s", text, "PRIORITY=%i", priority, "MESSAGE_ID=%s", message_ids[id],
                        "SYSLOG_IDENTIFIER=%s", program, NULL);
        return;
    }
    static const char *const words[] = {[LOG_CRIT] = "FATAL ", [LOG_ALERT] = "ALARM ", [LOG_WARNING] = "warning: ",
                                        [LOG_INFO] = "", [LOG_DEBUG] = "debug: "};
    struct timespec now;
    struct tm tm;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof stamp, "%H:%M:%S", &tm);
    fprintf(stderr, "%s.%03ld %s: %s%s\n", stamp, now.tv_nsec / 1000000, program, words[priority], text);
}

__attribute__((format(printf, 3, 0)))
static void say(int priority, diag_id_t id, const char *format, va_list list) {
    char text[2048];
    vsnprintf(text, sizeof text, format, list);
    make_visible(text);
    emit(priority, id, text);
}

void diag_debug(const char *format, ...) {
    if (!diag_verbose)
        return;
    va_list list;
    va_start(list, format);
    say(LOG_DEBUG, DIAG_GENERAL, format, list);
    va_end(list);
}

void diag_info(diag_id_t id, const char *format, ...) {
    va_list list;
    va_start(list, format);
    say(LOG_INFO, id, format, list);
    va_end(list);
}

void diag_warn(diag_id_t id, const char *format, ...) {
    va_list list;
    va_start(list, format);
    say(LOG_WARNING, id, format, list);
    va_end(list);
}

void diag_alarm(diag_id_t id, const char *format, ...) {
    va_list list;
    va_start(list, format);
    say(LOG_ALERT, id, format, list);
    va_end(list);
}

void diag_fatal(int exit_code, diag_id_t id, const char *format, ...) {
    int error = errno;
    char text[2048];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (error && n >= 0 && (size_t) n < sizeof text)
        snprintf(text + n, sizeof text - (size_t) n, ": %s", strerror(error));
    make_visible(text);
    emit(LOG_CRIT, id, text);
    exit(exit_code);
}

void diag_panic(const char *file, int line, const char *format, ...) {
    char text[1500], whole[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    make_visible(text);
    snprintf(whole, sizeof whole, "panic at %s:%d: %s", file, line, text);
    emit(LOG_CRIT, DIAG_GENERAL, whole);
    abort();
}
