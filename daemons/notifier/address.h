/* SPDX-License-Identifier: Apache-2.0
 *
 * address: mail addresses in the one form that is sent: dot-atom @ domain (RFC 5322 3.4.1,
 * RFC 5321 4.1.2), ASCII. What the RFCs would allow beyond that (quoted local parts, comments,
 * address literals) is what injections are made of, and nobody has it on a business card.
 */
#ifndef COUNTERSIGN_NOTIFIER_ADDRESS_H
#define COUNTERSIGN_NOTIFIER_ADDRESS_H

#include "common/base/types.h"

#define ADDRESS_BYTES_MAX 320

/* At most 64 bytes in front of the @ and 255 behind it (RFC 5321 4.5.3.1). An internationalised
   domain is given in its xn-- form. */
bool address_valid(text_t address);
/* A host's name (RFC 1123 2.1); at least one label, no dot at the end. */
bool address_host_valid(text_t host);

#endif
