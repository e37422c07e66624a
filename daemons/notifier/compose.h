/* SPDX-License-Identifier: Apache-2.0
 *
 * compose: one notification, or several that are collected, as what the hooks are handed.
 */
#ifndef COUNTERSIGN_NOTIFIER_COMPOSE_H
#define COUNTERSIGN_NOTIFIER_COMPOSE_H

#include "daemons/notifier/contacts.h"
#include "daemons/notifier/notifier.h"

typedef struct parcel {
    bool exec;
    char to[ADDRESS_ROOM]; /* "" of a program */
    char program[401];
    buffer_t content;
} parcel_t;
void parcel_free(parcel_t *self);

typedef enum composed {
    COMPOSED,
    COMPOSED_LATER,    /* the contact is on its way */
    COMPOSED_UNWANTED, /* the case does not wait for that person any more */
    COMPOSED_NEVER     /* why: English, without an address */
} composed_t;

/* notes[0] gives the parcel its id; of several, all are one person's. */
composed_t compose(notifier_t *self, const note_t *notes, size_t n, const surroundings_t *now,
                   output_t *out, parcel_t *parcel, const char **why);
/* A mail that says that mails arrive. */
composed_t compose_trial(notifier_t *self, ident_t id, const char *address,
                         const person_t *person, moment_t now, parcel_t *parcel, const char **why);
/* The event at a position, into `arena` and `bytes`. */
bool compose_read(notifier_t *self, position_t position, arena_t *arena, buffer_t *bytes,
                  decoded_t *event);
/* The event at a position with its case; false: there is none of a case. Into `arena` and `bytes`. */
bool compose_event(notifier_t *self, position_t position, arena_t *arena, buffer_t *bytes,
                   decoded_t *event, const case_t **of);
/* The facts of an event for that reader; person NULL: the customer. */
void compose_facts(notifier_t *self, const decoded_t *event, const case_t *of,
                   const person_t *person, const char *language, moment_t now, arena_t *arena,
                   facts_t *facts);
/* Message-ID of a notification (RFC 5322 3.6.4): the same at each attempt. */
void compose_message_id(const notifier_t *self, ident_t id, char out[200]);

#endif
