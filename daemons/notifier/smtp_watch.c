/* SPDX-License-Identifier: Apache-2.0
 *
 * smtp_watch: follows a dialogue through libcurl's callbacks: which command was the last, what was
 * answered to it, and whether anything still moves. libcurl's own result does not tell a recipient
 * that is refused from a sender that is, nor how far a broken connection had come.
 */
#include "common/base/text.h"
#include "common/daemon/clock.h"
#include "daemons/notifier/smtp_internal.h"

#define STOP_GRACE_MS 2000    /* for a message under way */
#define STOP_CONTENT_MS 6000  /* when only the last reply is missing: without it, it goes twice */
_Static_assert(STOP_CONTENT_MS < WORKER_STOP_MS, "the worker ends in time");

static const struct {
    const char *verb;
    said_t stage;
} verbs[] = {
    {"EHLO", SAID_HELLO}, {"HELO", SAID_HELLO}, {"STARTTLS", SAID_TLS}, {"AUTH", SAID_AUTH},
    {"MAIL", SAID_MAIL},  {"RCPT", SAID_RCPT},  {"DATA", SAID_DATA},    {"QUIT", SAID_QUIT},
};

void dialogue_begin(dialogue_t *self, bytes_t content, int64_t stall_seconds,
                    const atomic_bool *stop) {
    *self = (dialogue_t){.content = content,
                         .stage = SAID_NOTHING,
                         .alive = clock_boot(),
                         .stall_ms = stall_seconds * 1000,
                         .stop = stop};
}

static said_t stage_of(const char *data, size_t n, said_t before) {
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        size_t length = strlen(verbs[i].verb);
        if (n > length && memcmp(data, verbs[i].verb, length) == 0 &&
            (data[length] == ' ' || data[length] == '\r'))
            return verbs[i].stage;
    }
    return before;
}

/* What libcurl says; its words begin a line, what follows AUTH (base64) is none of them. */
static int on_debug(CURL *curl, curl_infotype type, char *data, size_t n, void *arg) {
    dialogue_t *self = arg;
    (void) curl;
    if (type != CURLINFO_HEADER_OUT)
        return 0;
    self->alive = clock_boot();
    said_t said = stage_of(data, n, self->stage);
    if (said == SAID_QUIT && self->stage != SAID_QUIT)
        self->ended = self->stage; /* what it ended with is what counts */
    else
        self->code = 0;
    self->stage = said;
    return 0;
}

/* A reply's line: "250-SIZE", "250 OK" (RFC 5321 4.2.1); the last of its lines counts. */
static size_t on_reply(char *data, size_t size, size_t n, void *arg) {
    dialogue_t *self = arg;
    int64_t code;
    n *= size;
    self->alive = clock_boot();
    if (self->stage == SAID_QUIT || n < 4 || data[3] == '-' ||
        !int_parse((text_t){data, 3}, 100, 999, &code))
        return n;
    self->code = (int) code;
    size_t said = n - 4 < REPLY_ROOM - 1 ? n - 4 : REPLY_ROOM - 1;
    memcpy(self->reply, data + 4, said);
    self->reply[said] = '\0';
    return n;
}

static size_t on_read(char *out, size_t size, size_t n, void *arg) {
    dialogue_t *self = arg;
    size_t left = self->content.n - self->sent, take = size * n < left ? size * n : left;
    if (take)
        memcpy(out, self->content.p + self->sent, take);
    self->sent += take;
    self->code = 0;
    self->alive = clock_boot();
    if (self->sent == self->content.n)
        self->stage = SAID_CONTENT;
    return take;
}

/* Called at least once a second, whatever happens or does not. */
static int on_progress(void *arg, curl_off_t d_total, curl_off_t d_now, curl_off_t u_total,
                       curl_off_t u_now) {
    dialogue_t *self = arg;
    int64_t boot = clock_boot();
    bool last = self->stage == SAID_CONTENT;
    (void) d_total, (void) d_now, (void) u_total, (void) u_now;
    if (!self->stopping && atomic_load(self->stop))
        self->stopping = boot;
    self->stopped =
        self->stopping && boot - self->stopping > (last ? STOP_CONTENT_MS : STOP_GRACE_MS);
    self->stalled = boot - self->alive > (last ? 2 * self->stall_ms : self->stall_ms);
    return self->stopped || self->stalled;
}

void dialogue_watch(CURL *curl, dialogue_t *self) {
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* for on_debug (); nothing is printed */
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, self);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_reply);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, self);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, self);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, self);
}
