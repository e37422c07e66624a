/* SPDX-License-Identifier: Apache-2.0
 *
 * context: what every decision may look at beside its own case, resident and folded from events
 * alone: the ledger's identity and rules, the directory (people, keys, stations, daemons,
 * mandates, delegations), the adopted procedure, the reference data, the calendars, the customers, the last document numbers.
 * Pure: no file, clock, socket.
 */
#ifndef COUNTERSIGN_DOMAIN_CONTEXT_H
#define COUNTERSIGN_DOMAIN_CONTEXT_H

#include "common/event/event.h"

#define RULES_CURRENT 1

typedef struct context context_t;

context_t *context_new(void);
void context_destroy(context_t **self_p);
/* Total: folds any event of the scopes ledger, directory, procedure, reference, customer; of the
   others only `document.numbered`. Copies what it keeps. */
void context_apply(context_t *self, const decoded_t *event);

digest_t context_ledger(const context_t *self);        /* zero before genesis */
/* leaf hash of event 1; whoever holds the bytes tells */
void context_set_ledger(context_t *self, digest_t id);
position_t context_position(const context_t *self);    /* of the last event applied */
int64_t context_rules(const context_t *self);
int64_t context_epoch(const context_t *self);          /* 1, raised by ledger.restored */
const struct genesis *context_genesis(const context_t *self);
/* case id of the genesis event; the ledger's own case */
ident_t context_genesis_case(const context_t *self);

/* ---- directory ---- */
typedef struct person {
    ident_t id;                 /* of the command that enrolled them */
    text_t handle, name, department;
    struct text_list roles;
    pubkey_t key;               /* the current one */
    bool administrator, revoked;
    position_t since, until;    /* positions of enrolment and revocation (0 = none) */
    position_t key_since;       /* the current key's */
    /* as they act by delegation: whose role this is; none = in their own right */
    ident_t behalf;
} person_t;
typedef struct station {
    ident_t id;
    text_t name, department;
    pubkey_t curve;
    bool revoked;
} station_t;
typedef struct daemon_entry {
    ident_t id, answers;
    text_t name, department;
    enum part part;
    pubkey_t key, curve;
    bool revoked;
} daemon_entry_t;
typedef struct mandate_entry {
    ident_t id, grantor;        /* the person who signed it and answers for it */
    struct mandate mandate;
    position_t since;
    bool ended;
} mandate_entry_t;
typedef struct delegation_entry {
    ident_t id, grantor;        /* whose role it is */
    struct delegation body;
    struct text_list roles;     /* that role alone: what the delegate acts in */
    position_t since, ended;    /* 0 = nobody has ended it */
} delegation_entry_t;
typedef struct pending { ident_t id, by; kind_t kind; position_t position; } pending_t;

const person_t *context_person(const context_t *self, ident_t id);            /* NULL: none */
const person_t *context_person_by_name(const context_t *self, text_t handle_or_name);
/* old keys, too */
const person_t *context_person_by_key(const context_t *self, pubkey_t key, bool *revoked);
const station_t *context_station(const context_t *self, ident_t id);
const station_t *context_station_by_curve(const context_t *self, pubkey_t curve);
const daemon_entry_t *context_daemon(const context_t *self, ident_t id);
const daemon_entry_t *context_daemon_by_curve(const context_t *self, pubkey_t curve);
const daemon_entry_t *context_daemon_by_name(const context_t *self, text_t name);
const mandate_entry_t *context_mandate(const context_t *self, ident_t id);
/* The archiver's Ed25519 key that counts now; zero before genesis. */
pubkey_t context_archiver_key(const context_t *self);
ident_t context_archiver_id(pubkey_t genesis_key); /* of its entry, made of the key in genesis */
/* A mandate in force for department, rule and class at `time`; NULL: none. */
const mandate_entry_t *context_mandate_for(const context_t *self, text_t department, text_t rule,
                                           text_t order_class, moment_t time);
size_t context_persons(const context_t *self, const person_t **list);
size_t context_stations(const context_t *self, const station_t **list);
size_t context_daemons(const context_t *self, const daemon_entry_t **list);
size_t context_mandates(const context_t *self, const mandate_entry_t **list);
size_t context_pending(const context_t *self, const pending_t **list);

/* ---- delegations (代理): delegation.c ---- */
const delegation_entry_t *context_delegation(const context_t *self, ident_t id); /* NULL: none */
size_t context_delegations(const context_t *self, const delegation_entry_t **list);
/* It counts at `time`: its period, nobody ended it, both work here, the grantor has the role, the
   procedure in force lets the delegate act in it. */
bool delegation_holds(const context_t *self, const delegation_entry_t *entry, moment_t time);
/* Those that hold for this delegate, one after the other; NULL: there are no more. */
const delegation_entry_t *context_delegation_to(const context_t *self, ident_t delegate,
                                                moment_t time, size_t index);
/* On whose behalf something was said under this mandate; none for a daemon's, a forward, nothing.
   It never changes, so a fold may be shown with it years later. */
ident_t context_behalf(const context_t *self, ident_t mandate);
/* The delegate as they act: still themselves, but with the delegated role alone, and on behalf. */
person_t delegation_acting(const context_t *self, const delegation_entry_t *entry);
/* May this person be asked to act in the role: they hold it, or one that its `delegates` name. */
bool role_delegable(const struct procedure *procedure, text_t role, const person_t *to);
/* One of the person's roles reads `what`, or one in which they act for somebody at `time`. */
bool context_reads(const context_t *self, const person_t *person, const char *what,
                   moment_t time);
bool kind_forwarded(kind_t kind); /* may be said under a forward (转交) */
bool person_has_role(const person_t *person, text_t role);
/* One of the person's roles, in the edition given, carries the act. */
bool person_may(const struct procedure *procedure, const person_t *person, enum act act);
/* One of the person's roles reads `what` ("orders", "prices", ...) */
bool person_reads(const struct procedure *procedure, const person_t *person, const char *what);

/* ---- procedure ---- */
/* in force; NULL before the first */
const struct procedure *context_procedure(const context_t *self);
/* 0 before the first */
position_t context_procedure_position(const context_t *self);
/* that edition */
const struct procedure *context_procedure_at(const context_t *self, position_t adopted);
const struct department *procedure_department(const struct procedure *p, text_t key);
const struct role *procedure_role(const struct procedure *p, text_t key);
const struct review_class *procedure_class(const struct procedure *p, text_t key); /* of orders */
/* of orders or of feedback */
const struct review_class *procedure_any_class(const struct procedure *p, text_t key);
const struct reviewer *class_reviewer(const struct review_class *c, text_t department);
/* Consistent: every key named exists, keys unique, each class has a reviewer and signature steps
   ... PROCEDURE_INVALID with a field path. Used by `procedure check` and by decide. */
int procedure_check(const struct procedure *p, problem_t *problem);

/* ---- reference data, the last adopted data set of each kind ---- */
const struct product_row *context_product(const context_t *self, text_t product);
const struct stock_row *context_stock(const context_t *self, text_t material);
const struct capacity_row *context_capacity(const context_t *self, text_t family, day_t week);
size_t context_products(const context_t *self, const struct product_row **rows);
size_t context_stocks(const context_t *self, const struct stock_row **rows);
size_t context_capacities(const context_t *self, const struct capacity_row **rows);
size_t context_capabilities(const context_t *self, const struct capability_row **rows);
/* 0: none adopted */
position_t context_dataset_position(const context_t *self, enum dataset dataset);

/* ---- working calendars ---- */
/* Days that are not what their weekday says, ascending; of each arrangement once. See calendar.h. */
typedef struct calendar {
    position_t position; /* of its adoption; 0: there is none */
    const struct calendar_row *days;
    size_t n;
} calendar_t;
/* Those adopted, oldest first; position 0 behind the last. */
calendar_t context_calendar(const context_t *self, size_t index);

/* ---- erased contents ---- */
/* Said by blob.erase: what lay there is gone, and nothing names it anew. */
bool context_erased(const context_t *self, digest_t blob);
size_t context_erasures(const context_t *self, const digest_t **list);

/* ---- customers ---- */
typedef struct customer_entry {
    ident_t id;
    text_t number;
    struct customer body;
    uint64_t version;
    position_t since;
} customer_entry_t;
const customer_entry_t *context_customer(const context_t *self, ident_t id);
const customer_entry_t *context_customer_by_name(const context_t *self, text_t number_code_or_name);
size_t context_customers(const context_t *self, const customer_entry_t **list);

/* ---- document numbers ---- */
/* last one given, 0 = none */
int64_t context_running(const context_t *self, enum series series, int64_t year);
void context_set_running(context_t *self, enum series series, int64_t year, int64_t last);

/* ---- decide, for the context's own scopes ---- */
/* Who signed: the ledger, the key, its standing, the station, the signature itself. Over which
   wire it came is not asked: an archiver or auditor does not know it. *person or *daemon is set;
   neither for a genesis and for what the recovery key confirms. `time` is the event's time (expiry is judged by it). Reasons:
   WRONG_LEDGER BAD_SIGNATURE UNKNOWN_PERSON KEY_REVOKED WRONG_STATION EXPIRED NOT_A_PERSON
   MANDATE_ENDED. By delegation *person is `acting`: not to be copied without setting it anew. */
typedef struct authority {
    const person_t *person;
    const daemon_entry_t *daemon;
    person_t acting;
} authority_t;
int authority_check(const context_t *self, const struct signed_command *signed_command,
                    const struct command *command, moment_t time, authority_t *out,
                    problem_t *problem);
/* Who says whether a command's signature holds: signed_valid, unless somebody is named here who has
   looked already, as whoever checks many at once does on several processors. `holds` NULL: back to
   signed_valid. */
typedef bool signature_fn(void *arg, const struct signed_command *signed_command);
void context_check_by(context_t *self, signature_fn *holds, void *arg);
/* The last part of it: a person's command that cites a delegation is theirs who acts in its role. */
int authority_behalf(const context_t *self, const struct command *command, moment_t time,
                     authority_t *authority, problem_t *problem);
/* May this command of scope ledger, directory, procedure, reference or customer become an event? */
int context_check(const context_t *self, const authority_t *authority,
                  const struct command *command, const void *body, moment_t time,
                  problem_t *problem);

#endif
