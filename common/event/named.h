/* SPDX-License-Identifier: Apache-2.0
 *
 * named: which blobs an event's body names. They must be durable before the event is.
 */
#ifndef COUNTERSIGN_EVENT_NAMED_H
#define COUNTERSIGN_EVENT_NAMED_H

#include "common/event/catalogue.h"

#define NAMED_BLOBS_MAX 64

/* Fills out[0..n) with the addresses in the body of a command of this kind; returns n, often 0. */
size_t named_blobs(kind_t kind, const void *body, digest_t out[NAMED_BLOBS_MAX]);

#endif
