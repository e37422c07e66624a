/* SPDX-License-Identifier: Apache-2.0
 *
 * complaints_case: what the model's files on complaints share: a case as it stands, and what the
 * shipped procedure (config/procedure.cfg) demands of its class, as constants.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_COMPLAINTS_CASE_H
#define COUNTERSIGN_TESTS_SIMULATION_COMPLAINTS_CASE_H

#include "tests/simulation/staff.h"

enum { /* kinds, as PROTOCOL.md numbers them */
       VERDICT = 64,
       RETRACT = 65,
       ADVISE = 66,
       CONCLUDE = 67,
       SIGN = 68,
       FORWARD = 72,
       ADD_REVIEWER = 73,
       NUMBERED = 80,
       OPENED = 82,
       TALLIED = 83,
       DISPOSED = 87,
       REGISTER = 100,
       AMEND = 101,
       ACKNOWLEDGE = 102,
       ASSESS = 103,
       CONTAIN = 104,
       ANSWER = 105,
       CLOSE = 106,
       REOPEN = 107,
       RECLASSIFY = 108,
       ADD_ACTION = 110
};
enum { COMPLAINT = 1, ENQUIRY = 2, PRAISE = 4, CLAIM = 5 }; /* kinds of feedback */
enum { ACKNOWLEDGED = 1, ASSESSED = 2, CONTAINED = 4 };       /* stages, as bits */

#define DEPARTMENTS 8

typedef struct seat {
    int meaning; /* 0: concludes */
    const char *role, *stand_in;
} seat_t;
typedef struct class {
    unsigned before, asks, advised; /* stages; departments, bit by bit */
    seat_t concluder, steps[2];
    int steps_n;
    bool actions_first, blames;
} class_t;

typedef struct feedback {
    uint8_t id[16], registrant[16], registrant_for[16], author[16], author_for[16], digest[32];
    uint8_t *content;
    size_t content_n;
    int64_t kind, revision, version; /* version: its events so far */
    bool numbered[2];                /* as a complaint, as anything else */
    unsigned stages;
    int64_t severity;
    bool safety;
    uint8_t duplicate[16]; /* of which case; zero: none */
    unsigned named;        /* departments, by the assessment */
    /* since it was last looked into anew */
    bool open, tallied, concluded, disposed, answered;
    unsigned asked, heard; /* heard: their daemons' advice has come */
    int64_t verdicts[DEPARTMENTS], tally;
    int signatures;
    bool closed, reopened;
    bool promised; /* its actions were open when it left a class that closes after them */
} feedback_t;

bool zero(const uint8_t id[16]);
int64_t number_in(const taken_t *t, unsigned key);
const class_t *class_of(const feedback_t *f);
unsigned to_ask(const feedback_t *f); /* whom its class and its assessment ask; 0: nobody */
bool ready(const feedback_t *f);      /* the stages before its review are recorded */
unsigned departments_in(span_t list);
/* They registered it, or wrote the words that stand. */
bool wrote(const feedback_t *f, const taken_t *t);

/* Round opened, verdict, retraction, advice, tally, conclusion, signature, disposition. NULL, or what
   it breaks. */
const char *complaints_review(feedback_t *f, const taken_t *t);
int64_t tally_of(const feedback_t *f); /* 0: somebody has still to speak */
/* Departments whose daemons should have advised by now: nobody of theirs has spoken. */
unsigned unheard(const feedback_t *f);

#endif
