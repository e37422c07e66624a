/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: what a mail can speak of, as the names of templates: the case, what is wanted of the
 * reader and by when, who has answered. Made for one reader, by that reader's rights (prices,
 * contacts). A customer's template may use the PUBLIC names alone: nothing internal is behind them
 * (QP21-4.5b).
 */
#ifndef COUNTERSIGN_NOTIFIER_FACTS_H
#define COUNTERSIGN_NOTIFIER_FACTS_H

#include "common/domain/case.h"
#include "daemons/notifier/glossary.h"

enum { INTERNAL = 0, PUBLIC = 1 };

/* A(name, for whom, what it is) */
#define FACTS(A) \
    A(company, PUBLIC, "our company") \
    A(number, PUBLIC, "the case's number") \
    A(order, PUBLIC, "set where the case is an order") \
    A(feedback, PUBLIC, "set where it is feedback") \
    A(what, PUBLIC, "order, complaint, enquiry, ... in the reader's language") \
    A(customer, PUBLIC, "the customer's name") \
    A(customer_order, PUBLIC, "the customer's own order number") \
    A(revision, PUBLIC, "revision, from the second on") \
    A(day, PUBLIC, "day of the event") \
    A(registered, PUBLIC, "set where this is that milestone, as the next seven") \
    A(effective, PUBLIC, "") A(amended, PUBLIC, "") A(declined, PUBLIC, "") \
    A(withdrawn, PUBLIC, "") A(received, PUBLIC, "") A(answered, PUBLIC, "") A(closed, PUBLIC, "") \
    A(person, INTERNAL, "the reader's name") \
    A(handle, INTERNAL, "the reader's handle") \
    A(short_name, INTERNAL, "the customer's short name") \
    A(class, INTERNAL, "class of the case") \
    A(state, INTERNAL, "state of the case") \
    A(event, INTERNAL, "what happened") \
    A(by, INTERNAL, "who did it, and for whom") \
    A(time, INTERNAL, "when, in the company's time") \
    A(wanted, INTERNAL, "what is wanted of the reader; nothing: empty") \
    A(command, INTERNAL, "the command line that does it") \
    A(behalf, INTERNAL, "for whom the reader would act (代理)") \
    A(due, INTERNAL, "by when, where there is a time") \
    A(stage, INTERNAL, "of a deadline or a nudge: what is waited for") \
    A(reason, INTERNAL, "what was said with the event") \
    A(changes, INTERNAL, "of an amendment: what differs, a line each") \
    A(spoken, INTERNAL, "departments that have spoken, what they said, who and when") \
    A(missing, INTERNAL, "departments that have not") \
    A(tally, INTERNAL, "tally of the review") \
    A(outcome, INTERNAL, "conclusion of the review, who gave it and when") \
    A(product, INTERNAL, "product of a complaint") \
    A(lot, INTERNAL, "its lot") \
    A(text, INTERNAL, "what the customer said; what an action asks for") \
    A(again, INTERNAL, "set where this may have been told before") \
    A(items, INTERNAL, "of collected mails: a line each") \
    A(count, INTERNAL, "of collected mails: how many")

typedef enum fact_name {
#define FACT_ENUM(name, whom, doc) FACT_##name,
    FACTS(FACT_ENUM)
#undef FACT_ENUM
    FACT_N
} fact_name_t;

typedef struct facts { text_t at[FACT_N]; arena_t *arena; } facts_t;

/* Is this a name, and may a template for those readers use it? */
bool facts_known(text_t name, bool of_customers);
text_t facts_value(const facts_t *self, text_t name);

/* Who reads it, and in whose words. */
typedef struct reader {
    const context_t *context;
    const glossary_t *glossary;
    const char *language;
    const char *company;
    moment_t now;           /* for whom they act, and which deadlines there are, is asked then */
    const person_t *person; /* NULL: a customer, for whom only what is public is filled in */
} reader_t;

/* Everything in `arena` or alive as long as context and case. */
void facts_of_event(facts_t *self, const reader_t *reader, const decoded_t *event, const case_t *of,
                    arena_t *arena);
/* Only the reader and the company: of test mails and collected ones. */
void facts_of_reader(facts_t *self, const reader_t *reader, arena_t *arena);
/* "DD2026-0001 云梦泽摩托车: 评审意见", for a line in a collected mail. */
text_t facts_line(const facts_t *self);

#endif
