/* SPDX-License-Identifier: Apache-2.0
 *
 * smtp_internal: a dialogue as smtp.c (the connection) and smtp_watch.c (who follows what is said)
 * know it.
 */
#ifndef COUNTERSIGN_NOTIFIER_SMTP_INTERNAL_H
#define COUNTERSIGN_NOTIFIER_SMTP_INTERNAL_H

#include <curl/curl.h>

#include "daemons/notifier/smtp.h"

typedef enum said { /* the last that we said */
    SAID_NOTHING,
    SAID_HELLO,
    SAID_TLS,
    SAID_AUTH,
    SAID_MAIL,
    SAID_RCPT,
    SAID_DATA,
    SAID_CONTENT, /* all of it, with the dot or just before it */
    SAID_QUIT
} said_t;

#define REPLY_ROOM 512

typedef struct dialogue { /* one attempt */
    bytes_t content;
    size_t sent; /* of content, handed to libcurl */
    said_t stage;
    said_t ended; /* in stage QUIT: the one before */
    int code;    /* of the last reply to what was said last; 0 = none yet */
    char reply[REPLY_ROOM];
    int64_t alive;    /* boot ms of the last sign of life */
    int64_t stall_ms; /* without one */
    bool stalled, stopped;
    const atomic_bool *stop;
    int64_t stopping; /* boot ms at which *stop was seen; 0 = not yet */
} dialogue_t;

void dialogue_begin(dialogue_t *self, bytes_t content, int64_t stall_seconds,
                    const atomic_bool *stop);
void dialogue_watch(CURL *curl, dialogue_t *self);

#endif
