/* SPDX-License-Identifier: Apache-2.0
 *
 * docket: what the staff knows of complaints and other feedback: the papers as they were taken
 * down, what the screens showed of them last, and the contents that lie in the stores.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_DOCKET_H
#define COUNTERSIGN_TESTS_SIMULATION_DOCKET_H

#include <jansson.h>

#include "tests/simulation/luck.h"
#include "tests/simulation/works.h"

#define DOCKET_ACTIONS_MAX 24

typedef struct kept_feedback {
    ident_t id;
    const works_person_t *author; /* who registered it */
    bool registered;
    /* the paper */
    enum feedback_kind kind;
    enum medium medium;
    int customer, product, quantity;
    ident_t order;
    moment_t received;
    digest_t file, contact; /* none */
    /* as a screen showed it last; revision 0 = nobody's yet */
    int64_t revision, version;
    digest_t digest;
    char state[24];
    bool safety;
    struct kept_action {
        int64_t no;
        ident_t owner;
        bool reported;
    } actions[DOCKET_ACTIONS_MAX];
    size_t actions_n;
} kept_feedback_t;

typedef struct content_note {
    digest_t address;
    uint8_t sample[32]; /* of what it says: noise, found nowhere else */
} content_note_t;

typedef struct docket {
    kept_feedback_t kept[64];
    size_t kept_n;
    content_note_t contents[64]; /* that somebody could erase */
    digest_t erased[64];         /* that somebody did */
    size_t contents_n, erased_n;
} docket_t;

void docket_see(docket_t *self, const json_t *item); /* a case of a screen */
void docket_registered(docket_t *self, ident_t id);  /* a receipt says so */
kept_feedback_t *docket_find(docket_t *self, ident_t id);
/* One that was registered and seen; those in a state that does not last rather than others. NULL:
   none yet. */
kept_feedback_t *docket_some(docket_t *self, luck_t *luck);
/* One that is in `state`, for all that is known. */
kept_feedback_t *docket_in(docket_t *self, luck_t *luck, const char *state);
kept_feedback_t *docket_add(docket_t *self); /* NULL: it is full */
/* `salted`: as it is stored. */
void docket_put_content(docket_t *self, digest_t address, bytes_t salted);

/* The paper as the record of a register or amendment; owns nothing but what is in `self`. */
typedef struct feedback_paper {
    struct feedback_content content;
    struct attachment document;
} feedback_paper_t;
void docket_paper(const works_t *works, const kept_feedback_t *kept, feedback_paper_t *out);

#endif
