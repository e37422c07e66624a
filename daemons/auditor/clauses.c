/* SPDX-License-Identifier: Apache-2.0
 *
 * clauses: which clause of QP21 an event is a record of. A line a kind, that a quality manager can
 * check.
 */
#include <string.h>

#include "daemons/auditor/auditor.h"

static const struct {
    kind_t kind;
    const char *clause;
} records[] = {
    {KIND_PROCEDURE_ADOPT, "QP21-5"},
    {KIND_PERSON_ENROL, "QP21-3"},
    {KIND_PERSON_CHANGE, "QP21-3"},
    {KIND_PERSON_REVOKE, "QP21-3"},
    {KIND_KEY_REPLACE, "QP21-3"},
    {KIND_STATION_ENROL, "QP21-3"},
    {KIND_STATION_REVOKE, "QP21-3"},
    {KIND_DAEMON_ENROL, "QP21-3"},
    {KIND_DAEMON_REVOKE, "QP21-3"},
    {KIND_CONFIRM, "QP21-3"},
    {KIND_MANDATE_GRANT, "QP21-3"},
    {KIND_MANDATE_END, "QP21-3"},
    {KIND_DELEGATION_GRANT, "QP21-3"},
    {KIND_DELEGATION_END, "QP21-3"},
    {KIND_CUSTOMER_REGISTER, "QP21-4.2.4"},
    {KIND_CUSTOMER_CHANGE, "QP21-4.2.4"},
    {KIND_CUSTOMER_NUMBERED, "QP21-4.2.4"},
    {KIND_ORDER_REGISTER, "QP21-4.1"},
    {KIND_CLASS_PROPOSED, "QP21-4.2.3"},
    {KIND_ORDER_CLASSIFY, "QP21-4.2.3"},
    {KIND_ORDER_CUSTOMER_CONFIRM, "QP21-4.3.1.2"},
    {KIND_ORDER_CONVENE, "QP21-4.3.2"},
    {KIND_ROUND_OPENED, "QP21-4.3.2"},
    {KIND_ROUND_VERDICT, "QP21-4.3.2"},
    {KIND_ROUND_RETRACT, "QP21-4.3.2"},
    {KIND_ROUND_ADVISE, "QP21-4.3.2"},
    {KIND_ROUND_FORWARD, "QP21-4.3.2"},
    {KIND_ROUND_ADD_REVIEWER, "QP21-4.3.2"},
    {KIND_ROUND_TALLIED, "QP21-4.3.2"},
    {KIND_ROUND_CONCLUDE, "QP21-4.2.2"},
    {KIND_ROUND_SIGN, "QP21-3.5"},
    {KIND_REVIEW_COMPLETED, "QP21-4.3.2"},
    {KIND_ORDER_EFFECTIVE, "QP21-4.4.1"},
    {KIND_ORDER_AMEND, "QP21-4.4.3"},
    {KIND_ORDER_DECLINE, "QP21-4.2.1"},
    {KIND_ORDER_WITHDRAW, "QP21-4.4.3"},
    {KIND_DEADLINE_NEAR, "QP21-4.4.3"},
    {KIND_DEADLINE_MISSED, "QP21-4.4.3"},
    {KIND_CASE_NUDGE, "QP21-4.4.3"},
    {KIND_FEEDBACK_REGISTER, "QP21-4.5c"},
    {KIND_FEEDBACK_AMEND, "QP21-4.6"},
    {KIND_FEEDBACK_ACKNOWLEDGE, "QP21-4.6"},
    {KIND_FEEDBACK_ASSESS, "QP21-4.6"},
    {KIND_FEEDBACK_CONTAIN, "QP21-4.6"},
    {KIND_FEEDBACK_DISPOSED, "QP21-4.6"},
    {KIND_FEEDBACK_ANSWER, "QP21-4.6"},
    {KIND_FEEDBACK_CLOSE, "QP21-4.6"},
    {KIND_FEEDBACK_REOPEN, "QP21-4.6"},
    {KIND_FEEDBACK_RECLASSIFY, "QP21-4.6"},
    {KIND_ACTION_ADD, "QP21-1"},
    {KIND_ACTION_CHANGE, "QP21-1"},
    {KIND_ACTION_REPORT, "QP21-1"},
    {KIND_ACTION_VERIFY, "QP21-1"},
    {KIND_NOTIFY_OUTCOME, "QP21-4.5b"},
    {KIND_NOTIFY_CHECKPOINT, "QP21-5"},
    {KIND_NOTIFY_CHECKPOINT_RETRY, "QP21-5"},
};

static const struct {
    const char *clause, *title;
} titles[] = {
    {"QP21-1", N_("measures, their effect verified")},
    {"QP21-3", N_("people, roles, keys, delegation")},
    {"QP21-3.5", N_("approval and signatures")},
    {"QP21-4.1", N_("requirements recorded")},
    {"QP21-4.2.1", N_("nothing accepted before its review")},
    {"QP21-4.2.2", N_("what the review answers")},
    {"QP21-4.2.3", N_("regular or special")},
    {"QP21-4.2.4", N_("customer file")},
    {"QP21-4.3.1.2", N_("unwritten orders confirmed by the customer")},
    {"QP21-4.3.2", N_("the departments' review")},
    {"QP21-4.4.1", N_("orders in effect")},
    {"QP21-4.4.3", N_("changes, deadlines, reminders")},
    {"QP21-4.5b", N_("who was told")},
    {"QP21-4.5c", N_("complaints and other feedback received")},
    {"QP21-4.6", N_("complaints and other feedback handled")},
    {"QP21-5", N_("the procedure and its editions")},
};

const char *clause_of(kind_t kind) {
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        if (records[i].kind == kind)
            return records[i].clause;
    return "";
}

const char *clause_title(const char *clause) {
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(titles[i].clause, clause) == 0)
            return _(titles[i].title);
    return "";
}
