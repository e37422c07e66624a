/* SPDX-License-Identifier: Apache-2.0
 *
 * diag: to the journal with fields of its own when systemd reads our stderr, else a line to
 * stderr. What comes from outside may hold terminal sequences or line ends that fake a second
 * record, so controls and bidi overrides are printed as \xNN.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "common/base/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#define LINE_BYTES 2048

bool diag_verbose;
static char own_name[64] = "countersign";
static bool to_journal;

static const char *const message_ids[] = {
#define DIAG_TEXT(NAME, id) [DIAG_##NAME] = id,
    DIAG_IDS(DIAG_TEXT)
#undef DIAG_TEXT
};

/* JOURNAL_STREAM is inherited by children whose stderr goes elsewhere: device and inode decide. */
static bool stderr_is_journal(void) {
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    char own[64];
    if (!stream || fstat(STDERR_FILENO, &st) != 0)
        return false;
    snprintf(own, sizeof own, "%ju:%ju", (uintmax_t) st.st_dev, (uintmax_t) st.st_ino);
    return strcmp(own, stream) == 0;
}

void diag_open(const char *program, bool foreground) {
    snprintf(own_name, sizeof own_name, "%s", program);
    to_journal = !foreground && stderr_is_journal();
}

/* Bytes at p that must not reach a terminal as they are: C0, DEL, C1, bidi overrides. */
static size_t hidden_at(const unsigned char *p) {
    if (p[0] < 0x20 || p[0] == 0x7f)
        return 1;
    if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
        return 2;
    if (p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae)
        return 3;
    return p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

static void make_visible(const char *from, char out[LINE_BYTES]) {
    const unsigned char *p = (const unsigned char *) from;
    size_t n = 0;
    while (*p && n + 4 < LINE_BYTES) {
        size_t hidden = hidden_at(p);
        if (hidden == 0)
            out[n++] = (char) *p++;
        for (; hidden > 0 && n + 4 < LINE_BYTES; hidden--)
            n += (size_t) snprintf(out + n, 5, "\\x%02x", *p++);
    }
    out[n] = '\0';
}

static void send_journal(int priority, diag_id_t id, const char *text) {
    char message[LINE_BYTES + 16], level[16], message_id[48], identifier[96];
    int n[4] = {
        snprintf(message, sizeof message, "MESSAGE=%s", text),
        snprintf(level, sizeof level, "PRIORITY=%d", priority),
        snprintf(message_id, sizeof message_id, "MESSAGE_ID=%s", message_ids[id]),
        snprintf(identifier, sizeof identifier, "SYSLOG_IDENTIFIER=%s", own_name),
    };
    struct iovec fields[4] = {{message, (size_t) n[0]},
                              {level, (size_t) n[1]},
                              {message_id, (size_t) n[2]},
                              {identifier, (size_t) n[3]}};
    sd_journal_sendv(fields, 4);
}

static const char *word_of(int priority) {
    switch (priority) {
    case LOG_CRIT: return "FATAL ";
    case LOG_ALERT: return "ALARM ";
    case LOG_WARNING: return "warning: ";
    case LOG_DEBUG: return "debug: ";
    default: return "";
    }
}

static void emit(int priority, diag_id_t id, const char *raw) {
    char text[LINE_BYTES];
    make_visible(raw, text);
    if (to_journal) {
        send_journal(priority, id, text);
        return;
    }
    struct timespec now;
    struct tm tm;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof stamp, "%H:%M:%S", &tm);
    fprintf(stderr, "%s.%03ldZ %s: %s%s\n", stamp, now.tv_nsec / 1000000, own_name,
            word_of(priority), text);
}

__attribute__((format(printf, 3, 0))) static void say(int priority, diag_id_t id,
                                                      const char *format, va_list list) {
    char text[LINE_BYTES];
    int error = errno;
    vsnprintf(text, sizeof text, format, list);
    emit(priority, id, text);
    errno = error;
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
    char text[LINE_BYTES];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (error && n >= 0 && (size_t) n < sizeof text)
        snprintf(text + n, sizeof text - (size_t) n, ": %s", strerror(error));
    emit(LOG_CRIT, id, text);
    /* Not exit: handlers of libraries (CZMQ's aborts while actors live) would hide the reason. */
    fflush(stdout);
    fflush(stderr);
    _exit(exit_code);
}

void diag_panic(const char *file, int line, const char *format, ...) {
    char text[LINE_BYTES];
    int n = snprintf(text, sizeof text, "panic at %.200s:%d: ", file, line);
    size_t at = n > 0 ? (size_t) n : 0;
    va_list list;
    va_start(list, format);
    vsnprintf(text + at, sizeof text - at, format, list);
    va_end(list);
    emit(LOG_CRIT, DIAG_GENERAL, text);
    abort();
}
