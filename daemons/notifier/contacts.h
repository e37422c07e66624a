/* SPDX-License-Identifier: Apache-2.0
 *
 * contacts: mail addresses of customers' contact persons. They lie in blobs that can be erased,
 * nowhere else: fetched from the coordinator, else from the archiver, when a mail is due, and kept
 * in memory for a moment; never on this daemon's disk.
 */
#ifndef COUNTERSIGN_NOTIFIER_CONTACTS_H
#define COUNTERSIGN_NOTIFIER_CONTACTS_H

#include "daemons/notifier/notifier.h"

#define ADDRESS_ROOM 320

typedef enum contact {
    CONTACT_HERE,   /* the address is filled in */
    CONTACT_COMING, /* asked for: again in a moment */
    CONTACT_ABSENT, /* there is no contact, or no address in it */
    CONTACT_ERASED
} contact_t;

contacts_t *contacts_new(void);
void contacts_destroy(contacts_t **self_p);
contact_t contacts_find(notifier_t *self, digest_t blob, char address[ADDRESS_ROOM], int64_t boot,
                        output_t *out);
void contacts_came(notifier_t *self, const struct blob_put *body, int64_t boot);
void contacts_state(notifier_t *self, const input_t *in, const struct blob_state *state,
                    int64_t boot, output_t *out);
void contacts_tick(notifier_t *self, int64_t boot);
/* The first mail address in what people wrote (RFC 5321 4.1.2, in ASCII); "" where there is none. */
void contact_address(text_t text, char address[ADDRESS_ROOM]);

#endif
