/* SPDX-License-Identifier: Apache-2.0
 *
 * smtp: one libcurl handle, whose connection stays. Security: certificates and names are verified
 * whenever TLS is used; no proxy, no .netrc, no other protocol; addresses and content are checked
 * here once more, for libcurl would pass a CR LF in a recipient on as a command.
 */
#include "daemons/notifier/smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/crypto/keys.h"
#include "daemons/notifier/address.h"
#include "daemons/notifier/letter.h"
#include "daemons/notifier/smtp_internal.h"

struct smtp {
    const relay_t *relay;
    const atomic_bool *stop;
    CURL *curl;
    dialogue_t dialogue;
    char error[CURL_ERROR_SIZE];
};

/* ---- the handle ---- */

#define SET(option, value) \
    do { \
        if (curl_easy_setopt(self->curl, CURLOPT_##option, value) != CURLE_OK) \
            diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "libcurl refuses %s", #option); \
    } while (0)

static void set_trust(smtp_t *self) {
    const relay_t *relay = self->relay;
    bool starttls = relay->tls != RELAY_TLS_NONE && relay->tls != RELAY_TLS_IMPLICIT;
    long use = !starttls                          ? CURLUSESSL_NONE
               : relay->tls == RELAY_TLS_REQUIRED ? CURLUSESSL_ALL
                                                  : CURLUSESSL_TRY;
    SET(USE_SSL, use);
    SET(SSL_VERIFYPEER, 1L);
    SET(SSL_VERIFYHOST, 2L);
    SET(SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    if (relay->ca_file[0]) {
        SET(CAINFO, relay->ca_file);
        SET(CAPATH, NULL); /* these authorities and no others */
    }
}

static void set_limits(smtp_t *self) {
    SET(CONNECTTIMEOUT, (long) self->relay->connect_seconds);
    /* libcurl's own limit for a reply lies behind that of on_progress () */
    SET(SERVER_RESPONSE_TIMEOUT, (long) (2 * self->relay->stall_seconds + 1));
    SET(MAXCONNECTS, 1L);
    SET(NOSIGNAL, 1L);
    SET(QUICK_EXIT, 1L); /* a name server that is silent does not keep us from ending */
}

static void set_where(smtp_t *self) {
    char url[800];
    const relay_t *relay = self->relay;
    snprintf(url, sizeof url, "%s://%s:%lld/%s",
             relay->tls == RELAY_TLS_IMPLICIT ? "smtps" : "smtp", relay->host,
             (long long) relay->port, relay->hello);
    SET(URL, url);
    SET(PROTOCOLS_STR, "smtp,smtps");
    SET(PROXY, "");
    SET(NETRC, (long) CURL_NETRC_IGNORED);
    SET(UPLOAD, 1L);
}

static int set_password(smtp_t *self, problem_t *problem) {
    char password[RELAY_PASSWORD_MAX + 1];
    int rc = relay_password(self->relay, password, problem);
    if (rc == 0 && self->relay->user[0]) {
        SET(USERNAME, self->relay->user);
        SET(PASSWORD, password);
        SET(LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN"); /* inside TLS; what every relay has */
    }
    secret_wipe(password, sizeof password);
    return rc;
}

smtp_t *smtp_new(const relay_t *relay, const atomic_bool *stop, problem_t *problem) {
    smtp_t *self = memory_new(1, sizeof *self);
    self->relay = relay;
    self->stop = stop;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(self->curl = curl_easy_init()))
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "libcurl does not start");
    set_where(self);
    set_trust(self);
    set_limits(self);
    SET(ERRORBUFFER, self->error);
    dialogue_watch(self->curl, &self->dialogue);
    if (set_password(self, problem) != 0)
        smtp_destroy(&self);
    return self;
}

/* libcurl says QUIT and waits for the answer, for minutes where there is none: nothing is to be
   read any more. */
static void deafen(CURL *curl) {
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD)
        shutdown(fd, SHUT_RD);
}

void smtp_destroy(smtp_t **self_p) {
    smtp_t *self = *self_p;
    if (!self)
        return;
    deafen(self->curl);
    curl_easy_cleanup(self->curl);
    curl_global_cleanup();
    free(self);
    *self_p = NULL;
}

/* ---- what came of it ---- */

/* About us and not about this message: an administrator can set it right. */
static bool about_us(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

static enum delivery_state judge(const dialogue_t *d, said_t stage) {
    bool about_recipient = stage == SAID_RCPT || stage == SAID_DATA || stage == SAID_CONTENT;
    bool too_large = stage == SAID_MAIL && d->code == 552;
    bool for_good = d->code >= 500 && !about_us(d->code) && (about_recipient || too_large);
    return for_good ? DELIVERY_REFUSED : DELIVERY_DEFERRED;
}

static void conclude(const smtp_t *self, CURLcode rc, text_t to, attempt_t *out) {
    const dialogue_t *d = &self->dialogue;
    said_t stage = d->stage == SAID_QUIT ? d->ended : d->stage;
    if (rc == CURLE_OK) {
        attempt_ended(out, DELIVERY_ACCEPTED, d->code, text_of(d->reply), to);
        return;
    }
    bool replied = d->code >= 400 && d->code < 600;
    const char *said = replied        ? d->reply
                       : d->stopped   ? "stopped while it was under way"
                       : d->stalled   ? "the relay fell silent"
                       : self->error[0] ? self->error
                                        : curl_easy_strerror(rc);
    attempt_ended(out, replied ? judge(d, stage) : DELIVERY_DEFERRED, replied ? d->code : 0,
                text_of(said), to);
    out->unsure = !replied && stage == SAID_CONTENT;
}

/* ---- delivering ---- */

static CURLcode converse(smtp_t *self, bytes_t content, bool fresh) {
    dialogue_begin(&self->dialogue, content, self->relay->stall_seconds, self->stop);
    self->error[0] = '\0';
    SET(FRESH_CONNECT, (long) fresh);
    return curl_easy_perform(self->curl);
}

/* A relay may end a connection that it has had for long, with or without a word (421), before it
   hears of the message: that says nothing about the message. */
static bool had_expired(const smtp_t *self) {
    long opened = 1;
    const dialogue_t *d = &self->dialogue;
    said_t stage = d->stage == SAID_QUIT ? d->ended : d->stage;
    curl_easy_getinfo(self->curl, CURLINFO_NUM_CONNECTS, &opened);
    return opened == 0 && (stage == SAID_NOTHING || stage == SAID_MAIL) &&
           (d->code == 0 || d->code == 421) && !d->stopped && !d->stalled;
}

static void transfer(smtp_t *self, text_t to, bytes_t content, attempt_t *out) {
    problem_t problem = {0};
    CURLcode rc = converse(self, content, false);
    if (rc != CURLE_OK && rc != CURLE_OPERATION_TIMEDOUT && had_expired(self))
        rc = converse(self, content, true);
    conclude(self, rc, to, out);
    /* mended in the meantime? then the next one goes with it */
    if (rc == CURLE_LOGIN_DENIED && set_password(self, &problem) != 0)
        diag_warn(DIAG_CONFIGURATION, "%s: %s", self->relay->password_file, problem.detail);
}

void smtp_deliver(smtp_t *self, text_t from, text_t to, bytes_t content, int64_t limit_ms,
                  attempt_t *out) {
    int64_t limit = self->relay->transfer_seconds * 1000;
    if (!address_valid(to) || (from.n && !address_valid(from)) || !letter_fits(content)) {
        attempt_ended(out, DELIVERY_REFUSED, 0, TEXT("not a message or address that can be sent"),
                    to);
        return;
    }
    char *sender = from.n ? memory_text(from) : NULL, *recipient = memory_text(to);
    struct curl_slist *recipients = curl_slist_append(NULL, recipient);
    SET(MAIL_FROM, sender);
    SET(MAIL_RCPT, recipients);
    SET(INFILESIZE_LARGE, (curl_off_t) content.n);
    SET(TIMEOUT_MS, (long) (limit_ms > 0 && limit_ms < limit ? limit_ms : limit));
    transfer(self, to, content, out);
    SET(MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
    free(sender);
    free(recipient);
}
