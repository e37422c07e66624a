/* SPDX-License-Identifier: Apache-2.0
 *
 * relay: the mail server that takes our messages: where it is, how it is made sure that it is the
 * right one, and as whom we come.
 */
#ifndef COUNTERSIGN_NOTIFIER_RELAY_H
#define COUNTERSIGN_NOTIFIER_RELAY_H

#include "common/base/problem.h"

#define RELAY_PASSWORD_MAX 255

#define ENUM_relay_tls(V) \
    V(1, RELAY_TLS_REQUIRED, "required") /* STARTTLS or nothing (RFC 3207) */ \
    V(2, RELAY_TLS_IMPLICIT, "implicit") /* from the first byte (RFC 8314) */ \
    V(3, RELAY_TLS_OFFERED, "offered")   /* STARTTLS if the relay offers it; verified then, too */ \
    V(4, RELAY_TLS_NONE, "none")

typedef enum relay_tls {
#define RELAY_TLS_ENUM(value, NAME, name) NAME = (value),
    ENUM_relay_tls(RELAY_TLS_ENUM)
#undef RELAY_TLS_ENUM
} relay_tls_t;

/* As settings read it: texts are owned, "" = not given. */
typedef struct relay {
    char *host;          /* a name or an IPv4 address; "" = no mail is sent */
    int64_t port;
    char *tls_name;
    relay_tls_t tls;
    char *ca_file;       /* PEM; "" = the system's authorities */
    char *user, *password_file;
    char *hello;         /* our name in EHLO; "" = this host's */
    int64_t connect_seconds;  /* until greeted, secured and logged in */
    int64_t transfer_seconds; /* one message, whole */
    int64_t stall_seconds;    /* without a sign of life; twice that for the last reply */
} relay_t;

/* What the rows cannot say: fills `tls`; -1 with *problem.field = the key in the group. */
int relay_check(relay_t *self, problem_t *problem);
/* The first line of the password file, which must be ours alone (mode 0600 or 0400). "" without a
   user. 0, or -1 with *problem. */
int relay_password(const relay_t *self, char out[RELAY_PASSWORD_MAX + 1], problem_t *problem);

#endif
