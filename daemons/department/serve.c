/* SPDX-License-Identifier: Apache-2.0
 *
 * serve: workstations' commands go on to the coordinator as they are; their questions are answered
 * from this desk, by the rights of the person who signed the question.
 */
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/daemon/attachments.h"
#include "daemons/department/department.h"

#define QUERY_SKEW_MS (10 * MINUTE_MS)
#define FETCH_RETRY_MS 20 /* a piece is on its way from the hub */
#define TURN_RETRY_MS 100 /* other pieces are first */

static void refuse_command(const input_t *in, ident_t id, reason_t reason, const char *detail,
                           output_t *out) {
    struct receipt receipt = {.id = id,
                              .state = RECEIPT_REFUSED,
                              .reason = (int64_t) reason,
                              .detail = text_of(detail),
                              .clause = text_of(reason_clause(reason))};
    output_send(out, DEPARTMENT_SERVICE, &in->route, MESSAGE_RECEIPT, &receipt);
}

/* The station that signs itself into the command must be the one whose connection this is. */
static void relay_submit(department_t *self, const input_t *in, const struct submit *submit,
                         output_t *out) {
    struct signed_command signed_command;
    struct command command;
    const void *body;
    problem_t problem = {0};
    ident_t unread;
    memset(unread.b, 0xff, sizeof unread.b);
    if (command_decode(submit->signed_command, self->arena, &signed_command, &command, &body,
                       &problem) != 0) {
        refuse_command(in, unread, problem.reason, problem.detail, out);
        return;
    }
    const station_t *station =
        context_station_by_curve(chronicle_context(self->chronicle), in->peer);
    if (!station || !ident_equal(station->id, command.station)) {
        refuse_command(in, command.id, REASON_WRONG_STATION, "signed at another workstation", out);
        return;
    }
    relay_command(self->relay, command.id, &in->route);
    output_send(out, DEPARTMENT_COORDINATOR, NULL, MESSAGE_SUBMIT, submit);
}

static int check_asker(department_t *self, const struct ask *ask, struct query *query,
                       const person_t **person, const surroundings_t *now, problem_t *problem) {
    const context_t *context = chronicle_context(self->chronicle);
    bool revoked = false;
    if (record_decode(&query_record, ask->query, self->arena, query, problem) != 0)
        return -1;
    if (!digest_equal(query->ledger, self->site->ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger", "%s", "");
    *person = context_person_by_key(context, ask->key, &revoked);
    if (!*person || (!ident_none(query->person) && !ident_equal((*person)->id, query->person)))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "person", "%s", "");
    if (revoked || (*person)->revoked)
        return problem_set(problem, REASON_KEY_REVOKED, "key", "%s", "");
    if (!signature_valid(ask->key, DOMAIN_QUERY, ask->query, &ask->signature))
        return problem_set(problem, REASON_BAD_SIGNATURE, "signature", "%s", "");
    if (query->claimed < now->wall - QUERY_SKEW_MS || query->claimed > now->wall + QUERY_SKEW_MS)
        return problem_set(problem, REASON_EXPIRED, "claimed", "set the workstation's clock");
    return 0;
}

static int answer_piece(department_t *self, const desk_view_t *view, const struct query *query,
                        const surroundings_t *now, buffer_t *json, output_t *out,
                        problem_t *problem) {
    digest_t address;
    bytes_t salted;
    if (attachments_piece(view, query, &address, problem) != 0 ||
        carrier_fetch(self, query->id, address, &salted, now->boot, out, problem) != 0)
        return -1;
    attachments_write_piece(address, salted, json);
    return 0;
}

static void answer(department_t *self, const input_t *in, const struct ask *ask,
                   const surroundings_t *now, output_t *out) {
    struct query query = {0};
    const person_t *person = NULL;
    problem_t problem = {0};
    buffer_t json = {0};
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    struct reply reply = {.position = (int64_t) ledger_last(ledger),
                          .archived =
                              (int64_t) follower_archived(following_follower(self->following))};
    int rc = check_asker(self, ask, &query, &person, now, &problem);
    if (rc == 0 &&
        ((position_t) query.at_least > ledger_last(ledger) || ledger_in_transaction(ledger))) {
        rc = problem_set(&problem, REASON_BEHIND, "", "%s", "");
        reply.retry_ms = 100;
    }
    desk_view_t view = {.chronicle = self->chronicle,
                        .cases = self->cases,
                        .person = person,
                        .department = text_of(self->self.key),
                        .archived = follower_archived(following_follower(self->following)),
                        .verified = follower_verified(following_follower(self->following)),
                        .head = follower_head(following_follower(self->following)),
                        .now = now->wall};
    if (rc == 0 && text_is(query.name, "attachment.piece")) {
        rc = answer_piece(self, &view, &query, now, &json, out, &problem);
        if (problem.reason == REASON_BUSY)
            reply.retry_ms = problem.field[0] ? TURN_RETRY_MS : FETCH_RETRY_MS;
    } else if (rc == 0)
        rc = desk_answer(&view, &query, &json, &problem);
    memset(reply.id.b, 0xff, sizeof reply.id.b);
    if (!ident_none(query.id))
        reply.id = query.id;
    if (rc == 0)
        reply.json = buffer_bytes(&json);
    else {
        reply.reason = (int64_t) problem.reason;
        reply.clause = text_of(problem.clause[0] ? problem.clause : reason_clause(problem.reason));
        reply.field = text_of(problem.field);
        reply.detail = text_of(problem.detail);
    }
    output_send(out, DEPARTMENT_SERVICE, &in->route, MESSAGE_ANSWER, &reply);
    buffer_free(&json);
}

void serve_message(department_t *self, const input_t *in, message_type_t type, const void *body,
                   const surroundings_t *now, output_t *out) {
    if (type == MESSAGE_SUBMIT)
        relay_submit(self, in, body, out);
    else if (type == MESSAGE_ASK)
        answer(self, in, body, now, out);
    else if (type == MESSAGE_BLOB_PUT)
        carrier_put(self, in, body, now->boot, out);
    else if (type == MESSAGE_BLOB_ASK)
        carrier_ask(self, in, body, out);
}

void serve_receipt(department_t *self, const struct receipt *receipt, const surroundings_t *now,
                   output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    outbox_row_t row;
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
    if (outbox_receipt(self->outbox, receipt, now->boot, &row)) {
        if (row.state == OUTBOX_REFUSED) {
            /* said on a fold that has moved on (a person spoke first, the revision changed):
               nothing to repeat */
            diag_info(DIAG_GENERAL, "own %s was refused: %s %s", kind_info(row.kind)->name,
                      reason_name(row.problem.reason), row.problem.detail);
            outbox_drop(self->outbox, row.id);
            agenda_add(self->agenda, row.object);
        }
        return;
    }
    const route_t *route = relay_receipt(self->relay, receipt);
    if (route)
        output_send(out, DEPARTMENT_SERVICE, route, MESSAGE_RECEIPT, receipt);
}
