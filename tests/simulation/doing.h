/* SPDX-License-Identifier: Apache-2.0
 *
 * doing: what somebody does with an order that waits for them, chosen by luck from what their
 * screen shows; and what nobody should do.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_DOING_H
#define COUNTERSIGN_TESTS_SIMULATION_DOING_H

#include <jansson.h>

#include "common/bus/messages.h"
#include "tests/simulation/docket.h"
#include "tests/simulation/luck.h"
#include "tests/simulation/works.h"

/* A command as it is given to the agent. */
typedef struct doing {
    struct local_command command;
    buffer_t body, blob; /* blob: a document that goes before it, salted; n = 0: none */
    digest_t address;    /* the document's */
    char on[48];         /* for the story */
} doing_t;

/* What the staff has in its drawers: the orders as they were registered, to be amended from. */
typedef struct kept_order {
    ident_t id;
    int product, quantity, line_kind;
    int64_t wanted;
    enum channel channel;
    int customer;
    bool registered;
    const works_person_t *author; /* who registered it */
    digest_t file; /* an attachment; none */
    /* as a screen showed it last; revision 0 = nobody's yet */
    int64_t revision, version;
    digest_t digest;
    bool rare; /* in a state that does not last: it waits for the customer */
} kept_order_t;
typedef struct let_note { /* whom somebody let act */
    ident_t id;
    const works_person_t *grantor;
    bool registered, ended;
} let_note_t;
typedef struct drawer {
    const works_t *works;
    kept_order_t kept[256];
    size_t kept_n;
    uint64_t serial;
    buffer_t stolen; /* a frame that somebody kept: the last SUBMIT */
    moment_t now, clock; /* when an order was registered last; by the wall's clock */
    docket_t docket;     /* complaints and other feedback */
    let_note_t let[128];
    size_t let_n;
    luck_t apart; /* for what is done for others: what is not stays as it was drawn */
} drawer_t;

/* What a screen shows of the orders, noted for whoever wants to speak of them later. */
void drawer_see(drawer_t *self, const json_t *screen);
/* One that was registered and seen; NULL: none yet. */
const kept_order_t *drawer_some(const drawer_t *self, luck_t *luck);
/* The body of order.amend that changes nothing: the paper as it lies in the drawer. */
void drawer_amendment(drawer_t *self, const kept_order_t *order, buffer_t *body);
void drawer_empty(drawer_t *self);
void drawer_registered(drawer_t *self, ident_t id); /* a receipt says so */
void doing_register(drawer_t *drawer, const works_person_t *who, luck_t *luck, moment_t now,
                    doing_t *out);
/* False: nothing on the screen is to be done now. */
bool doing_choose(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *screen,
                  doing_t *out);
/* The command of `kind` with this body, but for what binds it to a case. */
void doing_make(drawer_t *drawer, const works_person_t *who, kind_t kind, const void *body,
                doing_t *out);
ident_t doing_next_id(drawer_t *drawer);
void doing_send(bus_t *bus, int line, const doing_t *doing);
void doing_send_blob(bus_t *bus, int line, const doing_t *doing);
void doing_free(doing_t *self);
/* Something that must be refused or do no harm; says what. `line` to the agent, `wire` to the
   department's daemon. */
const char *doing_mischief(drawer_t *drawer, bus_t *bus, const works_person_t *who, luck_t *luck,
                           int line, int wire);

#endif
