/* SPDX-License-Identifier: Apache-2.0
 *
 * chronicle: a ledger together with what its events mean: the resident context and a bounded cache
 * of cases, each rebuilt from its own events when needed. The coordinator decides on one, the
 * archiver re-decides on one, each department reads from one. Dropping the cache changes nothing.
 */
#ifndef COUNTERSIGN_LEDGER_CHRONICLE_H
#define COUNTERSIGN_LEDGER_CHRONICLE_H

#include "common/domain/decide.h"
#include "common/domain/order.h"
#include "common/ledger/ledger.h"

typedef struct chronicle chronicle_t;

/* Opens the ledger at path and loads the context. `cache` = cases kept in memory at most (>=
   1). */
chronicle_t *chronicle_open(const char *path, const char *extra_schema, size_t cache,
                            problem_t *problem);
/* The same of another's file (ledger_open_sealed), which stays as it is: nothing is folded to begin
   with. For each event in order: chronicle_verify, ledger_take, chronicle_fold; or chronicle_jump. */
chronicle_t *chronicle_open_sealed(const char *path, size_t cache, problem_t *problem);
/* All up to `position` at once, believed as they are. False: they are not all there. */
bool chronicle_jump(chronicle_t *self, position_t position);
void chronicle_close(chronicle_t **self_p);
ledger_t *chronicle_ledger(chronicle_t *self);
const context_t *chronicle_context(const chronicle_t *self);
/* The case, folded up to the last event; NULL: no such case. Valid until append, and until as many
   other cases were asked for as the cache has room for. */
case_t *chronicle_case(chronicle_t *self, ident_t id);
/* By number, "DD2026-0001", "TS2026-0003": every number that it ever had. NULL: none. */
case_t *chronicle_case_by_number(chronicle_t *self, text_t number);
/* The same, of an order; NULL where it is another kind of case. */
order_t *chronicle_order(chronicle_t *self, ident_t id);
/* Appends to the ledger (a transaction must be open) and folds. `bytes` are the event's. */
void chronicle_append(chronicle_t *self, const decoded_t *event, bytes_t bytes);
/* Folds an event that somebody else (a follower) has appended. */
void chronicle_fold(chronicle_t *self, const decoded_t *event, bytes_t bytes);
/* After a rollback or truncation, outside of a transaction: everything speculative is dropped and
   loaded anew. */
void chronicle_reload(chronicle_t *self);

/* decide, whole: appends what time has brought, where deadlines are watched; then checks a signed command
 * and, if it may, appends its event and every consequence. Returns 0 with position of the command's event,
 * or -1 with *problem and nothing of it appended. Reads
 * `object`'s case itself. UNKNOWN_CASE when it does not exist.
 */
int chronicle_decide(chronicle_t *self, bytes_t signed_bytes, moment_t time, position_t *position,
                     problem_t *problem);
/* The same of a command that command_decode has taken apart. */
int chronicle_decide_command(chronicle_t *self, const struct signed_command *signed_command,
                             const struct command *command, const void *body, moment_t time,
                             position_t *position, problem_t *problem);
/* From now on signatures are asked for there (context_check_by). */
void chronicle_check_by(chronicle_t *self, signature_fn *holds, void *arg);
/* From now on deadlines are watched: for whoever decides or decides again. */
void chronicle_watch(chronicle_t *self);
/* When something is next to be said of a deadline; 0: nothing, or they are not watched. */
moment_t chronicle_next_deadline(chronicle_t *self);
/* Appends what time alone has brought by `time` (deadline.near, deadline.missed), the earliest
   first; a transaction must be open. Whoever watches does it before each command that is not the
   ledger's own: chronicle_decide does. */
void chronicle_pass_time(chronicle_t *self, moment_t time);
/* Re-decides: the event that comes next after the last one folded, as received from a stream. For a
   command's event: authority and check; for a derived one: must be the very bytes that chronicle
   would have made; a command's event must not come while a consequence is due. Call before
   chronicle_append, or before chronicle_fold of what a follower has appended. 0, or -1 with
   *problem. */
int chronicle_verify(chronicle_t *self, const decoded_t *event, bytes_t bytes, problem_t *problem);

/* Each case of a scope that stands no further than `standing` (OPEN: open ones, SETTLED: those in
   effect, too), ascending by registration, however many there are. `fn` may look at cases, and appends
   nothing. */
void chronicle_each_case(chronicle_t *self, scope_t scope, standing_t standing,
                         void (*fn)(void *arg, ident_t id), void *arg);
/* Cases of any scope on which somebody has something to do: open, or with an action that is not
   verified. */
size_t chronicle_busy_cases(chronicle_t *self, ident_t *out, size_t room);

#endif
