/* SPDX-License-Identifier: Apache-2.0
 *
 * register: the order register and the complaint register (QP21-4.2.4, 4.6) as tables beside the
 * events: one row a case, its actions, and its words to be searched; and when each key last signed. A read model: written from the
 * folds of the cases whose events came, once per commit; made anew from the ledger where another
 * version wrote it, and brought up to date after a crash or a cut. What is asked of it is asked
 * between transactions.
 */
#ifndef COUNTERSIGN_DAEMON_REGISTER_H
#define COUNTERSIGN_DAEMON_REGISTER_H

#include "common/daemon/search.h"
#include "common/ledger/chronicle.h"

typedef struct case_register case_register_t; /* <sys/types.h> has a register_t of its own */

extern const char register_schema[]; /* for chronicle_open */

/* Brings the tables up to the last event; the chronicle outlives it. */
case_register_t *register_new(chronicle_t *chronicle);
void register_destroy(case_register_t **self_p);
/* Of each event, when the chronicle has folded it; a transaction is open. */
void register_note(case_register_t *self, const decoded_t *event);
/* Writes the rows of the cases noted; before the commit of their events, if a transaction is
   open. */
void register_flush(case_register_t *self);
/* After a rollback or a cut, when the chronicle was loaded anew. */
void register_reload(case_register_t *self);

/* ---- asking ---- */

typedef struct register_entry { position_t opened; ident_t id; } register_entry_t;

typedef struct register_filter {
    scope_t scope;             /* of orders or feedback */
    text_t state, class;       /* empty: any */
    enum feedback_kind kind;   /* unset: any */
    ident_t customer;          /* none: any */
    position_t after;          /* registered after this position */
} register_filter_t;
/* Ascending by registration; returns how many, at most `room`. */
size_t register_list(case_register_t *self, const register_filter_t *filter,
                     register_entry_t *out, size_t room);
/* Cases of the scopes (bits 1u << SCOPE_...) registered before `before`, newest first. */
size_t register_search(case_register_t *self, const search_t *search, unsigned scopes,
                       position_t before, register_entry_t *out, size_t room);
/* What a person typed on the case, part by part, a line each, with names of attachments and the
   number of the order that it names: neither prices nor what speaks of them, nor contacts. Appends.
   It may ask the chronicle for one other case. */
void register_text(chronicle_t *chronicle, const case_t *of, buffer_t *out);

/* Feedback that came within [from, to). */
typedef struct register_range {
    enum feedback_kind kind;   /* unset: all of it */
    moment_t from, to;
} register_range_t;

/* By what feedback can be counted; MONTH alone has no key. */
#define REGISTER_KEYS(K) \
    K(PRODUCT, "product") K(CAUSE, "cause") K(CUSTOMER, "customer") \
    K(DEPARTMENT, "department") K(SEVERITY, "severity") K(KIND, "kind") K(OUTCOME, "outcome") \
    K(REMEDY, "remedy") K(MONTH, "month")
typedef enum register_key {
#define REGISTER_KEY_ENUM(NAME, name) REGISTER_##NAME,
    REGISTER_KEYS(REGISTER_KEY_ENUM)
#undef REGISTER_KEY_ENUM
} register_key_t;

typedef struct register_count {
    text_t text;               /* PRODUCT, DEPARTMENT; empty: not said */
    ident_t customer;          /* CUSTOMER */
    int value;                 /* of the key's enum; 0: not said */
    int64_t month;             /* 12 * year + month - 1, the company's time */
    int64_t count, open, safety;
} register_count_t;
/* One call per key and month, by key, then month. */
typedef void register_count_fn(void *arg, const register_count_t *count);
void register_counts(case_register_t *self, register_key_t key, const register_range_t *range,
                     int offset_minutes, register_count_fn *fn, void *arg);

/* The stages of ISO 10002, each from where it begins to where it ends. */
#define REGISTER_STAGES(S) \
    S("register", RECEIVED, REGISTERED) S("acknowledge", REGISTERED, ACKNOWLEDGED) \
    S("assess", REGISTERED, ASSESSED) S("contain", REGISTERED, CONTAINED) \
    S("verdicts", REVIEWED, TALLIED) S("conclude", TALLIED, CONCLUDED) \
    S("sign", CONCLUDED, DISPOSED) S("answer", DISPOSED, ANSWERED) S("close", ANSWERED, CLOSED) \
    S("whole", RECEIVED, CLOSED)
#define REGISTER_TIMES(T) \
    T(RECEIVED, received) T(REGISTERED, registered) T(ACKNOWLEDGED, acknowledged) \
    T(ASSESSED, assessed) T(CONTAINED, contained) T(REVIEWED, reviewed) T(TALLIED, tallied) \
    T(CONCLUDED, concluded) T(DISPOSED, disposed) T(ANSWERED, answered) T(CLOSED, closed)
typedef enum register_time {
#define REGISTER_TIME_ENUM(NAME, name) REGISTER_##NAME,
    REGISTER_TIMES(REGISTER_TIME_ENUM)
#undef REGISTER_TIME_ENUM
    REGISTER_TIME_N
} register_time_t;

typedef struct register_stage {
    const char *name;
    int64_t count, median, mean, most; /* milliseconds */
} register_stage_t;
#define REGISTER_STAGES_MAX 10
size_t register_stages(case_register_t *self, const register_range_t *range,
                       register_stage_t out[REGISTER_STAGES_MAX]);

typedef struct register_action {
    position_t opened;         /* of its case */
    ident_t id, customer, owner;
    scope_t scope;
    text_t number, text;
    int64_t no, setbacks;
    enum action_type type;
    action_state_t state;
    day_t due;
    moment_t since, closed;    /* closed 0: not */
} register_action_t;
typedef struct register_actions {
    unsigned scopes;           /* bits 1u << SCOPE_... */
    enum feedback_kind kind;   /* unset: any */
    ident_t owner;             /* none: anybody's */
    position_t opened;         /* of the case; 0: any */
    bool verified;             /* those, too, of which the effect was seen */
    day_t due_before;          /* open, and due before this day; 0: all */
    size_t limit;
} register_actions_t;
/* By due date; texts are valid during the call. */
typedef void register_action_fn(void *arg, const register_action_t *action);
void register_each_action(case_register_t *self, const register_actions_t *filter,
                          register_action_fn *fn, void *arg);

/* When a key last signed anything (21 CFR 11.300). False: it never did. */
typedef struct register_key_use { position_t position; moment_t time; } register_key_use_t;
bool register_key_use(case_register_t *self, pubkey_t key, register_key_use_t *out);

#endif
