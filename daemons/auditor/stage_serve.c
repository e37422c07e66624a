/* SPDX-License-Identifier: Apache-2.0
 *
 * stage_serve: an agent's questions and commands, as a department's daemon takes them, but that nobody is
 * there to accept anything.
 */
#include "common/base/text.h"
#include "common/daemon/attachments.h"
#include "common/ledger/blobs.h"
#include "daemons/auditor/stage.h"

#define QUERY_SKEW_MS (10 * MINUTE_MS)

/* Every role that there is, so that every screen can be looked at. */
static person_t auditor_of(const stage_t *self) {
    const struct procedure *p = context_procedure(chronicle_context(self->chronicle));
    person_t person = {.id = self->reader_id,
                       .handle = TEXT(STAGE_READER),
                       .name = TEXT(STAGE_READER),
                       .department = text_of(self->department),
                       .key = self->key,
                       .administrator = true,
                       .since = 1};
    size_t n = p ? p->roles.n : 0;
    text_t *roles = n ? arena_alloc(self->arena, n * sizeof *roles) : NULL;
    for (size_t i = 0; roles && i < n; i++)
        roles[i] = p->roles.at[i].key;
    person.roles = (struct text_list){roles, roles ? n : 0};
    return person;
}

bool stage_reader(const stage_t *self, person_t *out) {
    if (!self->as) {
        *out = auditor_of(self);
        return true;
    }
    const person_t *person =
        context_person_by_name(chronicle_context(self->chronicle), text_of(self->as));
    if (person)
        *out = *person;
    return person != NULL;
}

static int check_asker(const stage_t *self, const struct ask *ask, struct query *query,
                       person_t *person, const surroundings_t *now, problem_t *problem) {
    if (record_decode(&query_record, ask->query, self->arena, query, problem) != 0)
        return -1;
    if (!digest_equal(query->ledger, self->site->ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger", "%s", "");
    if (!pubkey_equal(ask->key, self->key))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "key", "it is not the replay's");
    if (!signature_valid(ask->key, DOMAIN_QUERY, ask->query, &ask->signature))
        return problem_set(problem, REASON_BAD_SIGNATURE, "signature", "%s", "");
    if (query->claimed < now->wall - QUERY_SKEW_MS || query->claimed > now->wall + QUERY_SKEW_MS)
        return problem_set(problem, REASON_EXPIRED, "claimed", "set the workstation's clock");
    if (!stage_reader(self, person))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "person", "not enrolled by then");
    if (!ident_none(query->person) && !ident_equal(query->person, person->id))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "person", "%s", "");
    return 0;
}

/* From the record's own file, where it holds documents. */
static int answer_piece(const stage_t *self, const desk_view_t *view, const struct query *query,
                        buffer_t *json, problem_t *problem) {
    digest_t address;
    buffer_t salted = {0};
    if (attachments_piece(view, query, &address, problem) != 0)
        return -1;
    sqlite3 *db = ledger_db(chronicle_ledger(self->audit->chronicle));
    bool here = blobs_try_get(db, address, &salted) == SQLITE_ROW;
    if (here)
        attachments_write_piece(address, buffer_bytes(&salted), json);
    buffer_free(&salted);
    return here ? 0
                : problem_set(problem, REASON_BLOB_MISSING, "blob",
                              "it was erased later, or this file holds no documents");
}

/* Time stands where the record has been replayed to. */
static int answer_query(const stage_t *self, const struct query *query, const person_t *person,
                        buffer_t *json, problem_t *problem) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    position_t last = ledger_last(ledger);
    if ((position_t) query->at_least > last)
        return problem_set(problem, REASON_BEHIND, "", "%s", "");
    desk_view_t view = {.chronicle = self->chronicle,
                        .cases = self->cases,
                        .person = person,
                        .department = text_of(self->department),
                        .archived = last,
                        .verified = last,
                        .head = last,
                        .now = ledger_time(ledger)};
    return text_is(query->name, "attachment.piece")
               ? answer_piece(self, &view, query, json, problem)
               : desk_answer(&view, query, json, problem);
}

static void answer(stage_t *self, const input_t *in, const struct ask *ask, const surroundings_t *now,
                   output_t *out) {
    struct query query = {0};
    person_t person;
    problem_t problem = {0};
    buffer_t json = {0};
    position_t last = ledger_last(chronicle_ledger(self->chronicle));
    struct reply reply = {.position = (int64_t) last, .archived = (int64_t) last};
    int rc = check_asker(self, ask, &query, &person, now, &problem);
    if (rc == 0)
        rc = answer_query(self, &query, &person, &json, &problem);
    memset(reply.id.b, 0xff, sizeof reply.id.b);
    if (!ident_none(query.id))
        reply.id = query.id;
    if (rc == 0) {
        reply.json = buffer_bytes(&json);
    } else {
        reply.reason = (int64_t) problem.reason;
        reply.clause = text_of(problem.clause[0] ? problem.clause : reason_clause(problem.reason));
        reply.field = text_of(problem.field);
        reply.detail = text_of(problem.detail);
    }
    output_send(out, STAGE_SERVICE, &in->route, MESSAGE_ANSWER, &reply);
    buffer_free(&json);
}

static void refuse(stage_t *self, const input_t *in, const struct submit *submit, output_t *out) {
    struct signed_command signed_command;
    struct command command;
    const void *body;
    struct receipt receipt = {.state = RECEIPT_REFUSED, .reason = REASON_REPLAY};
    memset(receipt.id.b, 0xff, sizeof receipt.id.b);
    if (command_decode(submit->signed_command, self->arena, &signed_command, &command, &body, NULL) == 0)
        receipt.id = command.id;
    output_send(out, STAGE_SERVICE, &in->route, MESSAGE_RECEIPT, &receipt);
}

/* What a command would name goes nowhere; only then the agent sends the command, which is refused. */
static void swallow(const input_t *in, digest_t address, output_t *out) {
    struct blob_state state = {.address = address, .stored = true};
    output_send(out, STAGE_SERVICE, &in->route, MESSAGE_BLOB_STATE, &state);
}

void stage_message(stage_t *self, const input_t *in, const surroundings_t *now, output_t *out) {
    message_type_t type;
    const void *body;
    arena_reset(self->arena);
    if (message_decode(in->frame, self->arena, &type, &body, NULL) != 0)
        return;
    if (type == MESSAGE_ASK)
        answer(self, in, body, now, out);
    else if (type == MESSAGE_SUBMIT)
        refuse(self, in, body, out);
    else if (type == MESSAGE_BLOB_ASK)
        swallow(in, ((const struct blob_get *) body)->address, out);
    else if (type == MESSAGE_BLOB_PUT)
        swallow(in, ((const struct blob_put *) body)->address, out);
}
