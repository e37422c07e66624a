/* SPDX-License-Identifier: Apache-2.0
 *
 * decide: the one door through which a command becomes events, for every scope. Coordinator,
 * archiver, auditor and simulator call the same functions in the same order.
 */
#ifndef COUNTERSIGN_DOMAIN_DECIDE_H
#define COUNTERSIGN_DOMAIN_DECIDE_H

#include "common/domain/case.h"

/* May it? `of` is the case of a command that speaks of one (NULL for one that opens it, and for other scopes).
   Includes authority_check. For genesis the context is empty. */
int decide_check(const context_t *context, const case_t *of,
                 const struct signed_command *signed_command, const struct command *command,
                 const void *body, moment_t time, problem_t *problem);
/* Fills the event of an accepted command: position, kind, object, procedure, rules, and the signed
   bytes. */
void decide_event(const context_t *context, const struct signed_command *signed_command,
                  const struct command *command, position_t position, moment_t time,
                  struct event *out);
/* What must follow the event at `cause`: the next derived event with its body encoded into `body`
   (cleared first), or false. `of` as above; `object` is the case. Customer numbers come from the
   context, the rest from the case. */
bool decide_consequence(const context_t *context, const case_t *of, ident_t object,
                        position_t cause, position_t position, moment_t time, buffer_t *body,
                        struct event *out);

/* What time alone brings (deadline.h): the next event that is to be said of this case at `time`, as
   above. Such events come before any other of that moment, but for those of the ledger itself; of
   several cases the one whose deadline is the earliest, then by id. */
bool decide_deadline(const context_t *context, const case_t *of, position_t position, moment_t time,
                     buffer_t *body, struct event *out);

#endif
