/* SPDX-License-Identifier: Apache-2.0
 *
 * rules: config/notify.cfg as far as it says who is told what: rules, people's addresses and
 * languages, quiet hours, collected mails, how long it is tried. Typed rows, checked whole at start:
 * an unknown or doubled key stops the start with file and line. What `relay` and `programs` say is the
 * hooks' (hooks.h).
 */
#ifndef COUNTERSIGN_NOTIFIER_RULES_H
#define COUNTERSIGN_NOTIFIER_RULES_H

#include "common/base/settings.h"
#include "common/event/catalogue.h"

#define RULE_TO_MAX 16

/* W(NAME, word, takes a key). Whom a rule names, in words of `to`. */
#define WHOMS(W) \
    W(WAITING, "waiting", false)       /* whoever the case waits for now */ \
    W(DEPARTMENT, "department", true)  /* who gives a department's verdict */ \
    W(ROLE, "role", true)              /* holders of a role */ \
    W(PERSON, "person", true)          /* by handle */ \
    W(REGISTRANT, "registrant", false) /* who registered the case */ \
    W(AUTHOR, "author", false)         /* of its current revision */ \
    W(OWNER, "owner", false)           /* of the action, or of all that the event made */ \
    W(CONCERNED, "concerned", false)   /* departments that were asked in its reviews (QP21-4.4.3) */ \
    W(ESCALATE, "escalate", false)     /* the role that a missed deadline names */ \
    W(CUSTOMER, "customer", false)     /* the customer's contact person (QP21-4.5b) */

typedef enum whom_type {
#define WHOM_ENUM(NAME, word, keyed) WHOM_##NAME,
    WHOMS(WHOM_ENUM)
#undef WHOM_ENUM
} whom_type_t;
typedef struct whom { whom_type_t type; text_t key; } whom_t;

typedef struct rule {
    char *name, *event, *template, *hook, *program, *scope, *severity;
    char **to, **classes, **kinds, **outcomes;
    bool safety, digest, urgent;
    int64_t line;
    /* made of these */
    kind_t kind;
    whom_t whom[RULE_TO_MAX]; size_t whom_n;
    bool customer;              /* told to a customer, and to nobody else */
    enum severity at_least;     /* unset: any */
} rule_t;

/* Somebody for whom not all is as it is for the others. */
typedef struct addressee { char *handle, *address, *language; int64_t line; } addressee_t;

/* Outside of the house: where checkpoints go. */
typedef struct auditor_mailbox { char *name, *address, *language; int64_t line; } auditor_mailbox_t;

typedef struct notify_rules {
    char file[512];
    char *sender, *sender_name, *reply_to, *domain, *language, *customer_language, *message_domain;
    char *quiet_from, *quiet_to, *digest_at, *checkpoint_at;
    int64_t checkpoint_minutes;         /* besides, no closer together than that; 0: at that hour alone */
    int64_t max_age_hours, in_flight, backoff_first_s, backoff_limit_s;
    int64_t quiet_from_min, quiet_to_min, digest_min, checkpoint_min; /* minutes of the local day; -1 = none */
    rule_t *rules; size_t rules_n;
    addressee_t *people; size_t people_n;
    auditor_mailbox_t *auditors; size_t auditors_n;
    struct hooks_config *hooks;         /* relay and programs (hooks.h) */
} rules_t;

/* NULL with *problem: file, line and key. */
rules_t *rules_read(const char *file, problem_t *problem);
void rules_destroy(rules_t **self_p);
const rule_t *rules_find(const rules_t *self, text_t name); /* NULL: none */
/* Where a person's mail goes; "" where there is no domain and no exception. Returns out. */
char *rules_address(const rules_t *self, text_t handle, char out[320]);
const char *rules_language(const rules_t *self, text_t handle);
const auditor_mailbox_t *rules_auditor(const rules_t *self, text_t name); /* NULL: none */
/* The milestone that an event of this kind is to a customer; unset: none (QP21-4.5b). */
enum milestone milestone_of(kind_t kind);

/* ---- hours of the company's day, `offset` minutes east of UTC ---- */
/* The end of the quiet hours that `now` lies in; `now` where it lies in none. */
moment_t rules_quiet_end(const rules_t *self, moment_t now, int offset);
/* When mails that are collected go next, strictly after `now`. */
moment_t rules_digest_next(const rules_t *self, moment_t now, int offset);
/* When a checkpoint may be mailed next after one went at `last`. */
moment_t rules_checkpoint_next(const rules_t *self, moment_t last, int offset);

#endif
