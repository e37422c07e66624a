/* SPDX-License-Identifier: Apache-2.0
 *
 * case: what every case is that departments review, be it an order or a customer's feedback: its
 * identity, its revision, its reviews one after the other, its actions; and what can be asked of it
 * without knowing which it is. What is particular stands in a table of functions (case_ops_t): a
 * new kind of case is a fold of its own and one such table.
 *
 * check says whether a command may become an event; apply folds an event, totally; consequence says
 * which derived event must follow from the state as it is now. The three together are `decide`:
 * whoever holds the ledger checks, applies the command's event, then applies consequences until
 * there is none. The archiver and the auditor do the same and compare bytes.
 */
#ifndef COUNTERSIGN_DOMAIN_CASE_H
#define COUNTERSIGN_DOMAIN_CASE_H

#include "common/domain/action.h"
#include "common/domain/round.h"

/* An event by its place in the ledger and its time; position 0: none. */
typedef struct instant { position_t position; moment_t time; } instant_t;

/* deadline.near, deadline.missed, as it was said. */
typedef struct deadline_said {
    enum stage stage;
    int64_t action;
    position_t began, position; /* of the stage; of the event that says so */
    moment_t time, due;
    bool missed;
    text_t escalate;            /* role that was told */
} deadline_said_t;

/* Somebody was reminded (催办). */
typedef struct nudged {
    enum stage stage;
    position_t position;
    moment_t time;
    ident_t actor;
    text_t note;
} nudged_t;

/* The first member of order_t and feedback_t. */
typedef struct case_head {
    const struct case_ops *ops;
    ident_t id;
    text_t number;                           /* empty until numbered */
    uint64_t version;                        /* count of its events, but for those said ASIDE */
    /* positions of its last event, of its last command's event */
    position_t last, last_command;
    moment_t last_time;
    position_t edition;                      /* procedure in force at its last event */
    ident_t registrant, registrant_mandate;  /* mandate: the delegation under which it was said */
    int64_t revision;                        /* the current one, 0 = not registered yet */
    digest_t digest;                         /* of its content */
    ident_t author, author_mandate;          /* who registered or amended it */
    round_t *rounds; size_t rounds_n;
    actions_t actions;
    deadline_said_t *said; size_t said_n;
    nudged_t *nudges; size_t nudges_n;
    arena_t *arena;
} case_t;

typedef enum standing {
    STANDING_OPEN,     /* something is still to be done by somebody */
    STANDING_SETTLED,  /* effective: it goes on, outside the review */
    STANDING_ENDED     /* withdrawn, declined, closed */
} standing_t;

/* One step that somebody would take: of ROUND_SIGN the meaning, of what speaks of a department its
 * key, of a step on an action its number; of a verdict and retraction the mandate that it cites. */
typedef struct attempt {
    kind_t kind;
    enum meaning meaning;
    text_t department;
    int64_t action;
    ident_t mandate;
} attempt_t;

/* A case seen from a person's desk: what it waits for, and who can do it. */
typedef struct waiting {
    kind_t kind;            /* the command that would bring it on */
    enum meaning meaning;   /* of ROUND_SIGN */
    text_t department;      /* of ROUND_VERDICT */
    /* whose turn it is (with stand_in), may be empty: any role with the act */
    text_t role;
    text_t stand_in;
    enum act act;           /* if role is empty */
    int64_t action;         /* of ACTION_REPORT, ACTION_VERIFY */
    ident_t owner;          /* of ACTION_REPORT: whose turn it is */
    ident_t mandate;        /* what whoever is asked about would cite: a forward; none otherwise */
} waiting_t;
#define WAITING_MAX 80
typedef struct sheet { waiting_t rows[WAITING_MAX]; size_t n; } sheet_t; /* zero to begin with */
void sheet_add(sheet_t *self, waiting_t row);                /* what has no room is left out */
void sheet_add_act(sheet_t *self, kind_t kind, enum act act);

typedef struct derived { kind_t kind; union {
        struct numbered numbered;
        struct class_proposed class_proposed;
        struct round_opened round_opened;
        struct tallied tallied;
        struct deadline_mark deadline;
        struct became became; } body; } derived_t;

/* What a check looks at beside the case. */
typedef struct check {
    const context_t *context;
    const authority_t *authority;
    const struct command *command;
    const void *body;
    moment_t time;
} check_t;

struct review;
typedef struct case_ops {
    scope_t scope;          /* of the event that opens one */
    const char *name;       /* "order" */
    const char *right;      /* what a role must read to see it: "orders" */
    size_t size;            /* of the whole */
    void (*apply)(case_t *self, const context_t *context, const decoded_t *event);
    /* The review as its rules see it; see review.h. */
    void (*review)(const case_t *self, const context_t *context, struct review *out);
    /* Is this step possible now, whoever asks? `self` NULL: before registration. */
    int (*state)(const case_t *self, const context_t *context, const attempt_t *attempt,
                 problem_t *problem);
    /* May this person or daemon? Presumes `state`. */
    int (*actor)(const case_t *self, const context_t *context, const attempt_t *attempt,
                 const authority_t *authority, problem_t *problem);
    /* Does the body hold what it must? Presumes both; `self` NULL: of the event that opens one. */
    int (*body)(const case_t *self, const check_t *ask, problem_t *problem);
    bool (*consequence)(const case_t *self, const context_t *context, arena_t *arena,
                        derived_t *out);
    void (*waiting)(const case_t *self, const context_t *context, sheet_t *sheet);
    /* With which event it began to wait for this (not of actions). Facts of the fold alone: the same
       whatever was adopted since. */
    instant_t (*begun)(const case_t *self, enum stage stage);
    /* Of its class, confirmed or proposed; empty: not known yet. */
    text_t (*class_key)(const case_t *self, const context_t *context);
    const char *(*invariant)(const case_t *self, const context_t *context);
    const char *(*state_name)(const case_t *self);
    standing_t (*standing)(const case_t *self);
    /* An edition that says nothing of cases like it. NULL: there is none. */
    bool (*homeless)(const case_t *self, const struct procedure *next);
} case_ops_t;
extern const case_ops_t order_ops, feedback_ops;
const case_ops_t *case_ops_of(scope_t scope); /* NULL: no case begins in this scope */

case_t *case_new(const case_ops_t *ops, ident_t id);
void case_destroy(case_t **self_p);

/* ---- decide ---- */

/* In this order: is the case closed, is it somebody who could at all, does the command speak of the
   case as it is, is the step possible now, may this person take it, does the body hold what it
   must. `self` NULL: of a command that opens a case. Refusals: see REASONS. UNKNOWN_CASE is the
   caller's (no such case). A revision above the current one is BEHIND (answered as busy). */
int case_check(const case_t *self, const context_t *context, const authority_t *authority,
               const struct command *command, const void *body, moment_t time, problem_t *problem);
void case_apply(case_t *self, const context_t *context, const decoded_t *event);
/* True: *out is what follows next from the state (texts and lists in `arena` or in self). False:
   nothing follows. */
bool case_consequence(const case_t *self, const context_t *context, arena_t *arena,
                      derived_t *out);

/* ---- asking ---- */

/* the current, not superseded one; NULL = none open */
const round_t *case_round(const case_t *self);
const char *case_state_name(const case_t *self); /* "in review": stable, for JSON */
standing_t case_standing(const case_t *self);
/* Somebody has something to do on it: open, or with an action that is not verified. */
bool case_busy(const case_t *self);
void case_waiting(const case_t *self, const context_t *context, sheet_t *sheet);
/* May this person do it now? 0, or -1 with the reason and clause: what refuses *me*. */
int case_waiting_check(const case_t *self, const context_t *context, const waiting_t *what,
                       const person_t *person, problem_t *problem);
/* The same, and for whom: in their own right, else by a delegation that holds at `now`, else by a
   forward. `as` (may be NULL) gets the mandate that they cite; none = their own right. */
typedef struct capacity { ident_t mandate, behalf; moment_t until; /* 0 = no end is set */ } capacity_t;
int case_waiting_as(const case_t *self, const context_t *context, const waiting_t *what,
                    const person_t *person, moment_t now, capacity_t *as, problem_t *problem);
/* The edition under which its current round (or, without one, its next) runs. */
const struct procedure *case_procedure(const case_t *self, const context_t *context);
/* The edition of its current round, else the one at its last event: later adoptions change no state
   by themselves. */
const struct procedure *case_edition(const case_t *self, const context_t *context);
/* Open, and `next` says nothing of cases like it, or no longer has a department or a role that its
   open review still needs (STRANDS_ROUND). */
bool case_stranded(const case_t *self, const context_t *context, const struct procedure *next);
/* Invariants, checked after each step in tests and by the daemons (insist): NULL = fine, else what
   is broken. */
const char *case_invariant(const case_t *self, const context_t *context);

/* ---- what is said of a case and changes nothing that is decided (ASIDE): case_aside.c ---- */
int aside_check(const case_t *self, const check_t *ask, problem_t *problem);
void aside_apply(case_t *self, const decoded_t *event);

/* ---- for the kinds of cases ---- */

round_t *case_open_round(case_t *self);
void case_supersede_rounds(case_t *self);
/* What is the same for all: rounds, verdicts, tally, conclusion with its measures, signatures,
   actions. */
void case_apply_review(case_t *self, const decoded_t *event, const scale_t *scale);
/* Bound to the requirements as they are now (JUDGES), or to the case as it is (VERSIONED). */
int case_bound(const case_t *self, const struct command *command, problem_t *problem);
/* A document number, next of its series, of the year in which the case comes into it. */
void number_next(const context_t *context, const struct procedure *edition, enum series series,
                 text_t prefix, moment_t registered, arena_t *arena, derived_t *out);
attempt_t attempt_of(kind_t kind, const void *body);
/* One of the person's roles carries the act, in the procedure in force. */
int may_act(const context_t *context, const person_t *person, enum act act, problem_t *problem);
/* The acts that steps of a kind of case need; unset: none of the rows. */
typedef struct kind_act { kind_t kind; enum act act; } kind_act_t;
enum act act_needed(const kind_act_t *rows, size_t n, kind_t kind);
/* The customer's word as our side recorded it: who, how, and not of tomorrow. */
int check_word(const check_t *ask, const struct confirmation *word, const char *path,
               problem_t *problem);
/* REASON_FIELD_RANGE where `moment` lies after the day of the event. */
int check_past(const check_t *ask, moment_t moment, const char *field, problem_t *problem);

/* Sets in *out which fields differ between two bodies of `record`, as two contents of an order: as
   dotted paths with old and new value; an item that carries a number is named by it:
   "lines[2].quantity" is line number 2. Returns how many. */
struct difference { text_t path, before, after; };
size_t record_difference(const record_t *record, const void *a, const void *b, arena_t *arena,
                         struct difference **out);

#endif
