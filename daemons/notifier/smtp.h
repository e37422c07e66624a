/* SPDX-License-Identifier: Apache-2.0
 *
 * smtp: hands one message for one recipient to the relay (RFC 5321) and says what the relay said.
 * One connection is kept and used again. What an administrator can mend (no connection, no trust,
 * a wrong password) is deferred; what the relay refuses for good is refused.
 */
#ifndef COUNTERSIGN_NOTIFIER_SMTP_H
#define COUNTERSIGN_NOTIFIER_SMTP_H

#include <stdatomic.h>

#include "daemons/notifier/attempt.h"
#include "daemons/notifier/relay.h"

typedef struct smtp smtp_t;

/* To be called before there are other threads. `relay` and `stop` outlive it. NULL with *problem
   when the password cannot be read. */
smtp_t *smtp_new(const relay_t *relay, const atomic_bool *stop, problem_t *problem);
/* Takes leave of the relay (QUIT) without waiting for its answer. */
void smtp_destroy(smtp_t **self_p);
/* Takes as long as the relay does, within the relay's limits and `limit_ms` (0 = these alone); once
   *stop is set, a few seconds. `from` empty: the null reverse-path (RFC 5321 4.5.5). */
void smtp_deliver(smtp_t *self, text_t from, text_t to, bytes_t content, int64_t limit_ms,
                  attempt_t *out);

#endif
