/* SPDX-License-Identifier: Apache-2.0
 *
 * named: which blobs an event's body names. They must be durable before the event is.
 */
#ifndef COUNTERSIGN_EVENT_NAMED_H
#define COUNTERSIGN_EVENT_NAMED_H

#include "common/event/catalogue.h"

/* Called with each address in turn; false: enough. */
typedef bool named_fn(void *arg, digest_t blob);
/* Attachments (each of their pieces) and contacts in the body of a command of this kind, in the order
   of its fields. False: `fn` said that it was enough. What is erased is spoken of, not named. */
bool named_blobs(kind_t kind, const void *body, named_fn *fn, void *arg);
/* The same, by what they are to people: each attachment, or (NULL) a contact person. */
typedef bool named_document_fn(void *arg, const struct attachment *attachment, digest_t contact);
bool named_documents(kind_t kind, const void *body, named_document_fn *fn, void *arg);

#endif
