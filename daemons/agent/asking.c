/* SPDX-License-Identifier: Apache-2.0
 *
 * asking: questions of the command line, signed by the person who asks, on their way to the
 * department's daemon. One that is behind is asked again; one that gets no answer ends with a plain
 * word that there is no connection, one for whose answer others were first with BUSY.
 */
#include <jansson.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/text.h"
#include "daemons/agent/agent.h"

#define UNDER_WAY_MAX 256
#define REPEAT_MS 1000
#define GIVE_UP_MS 8000
#define WHOAMI_MS 3000

typedef struct asked {
    ident_t id;
    route_t route;
    bool unlock; /* our own whoami: the unlocking waits until it is known whose key it is */
    pubkey_t key;
    buffer_t ask;            /* canonical ask record, as sent */
    int64_t again_at, until; /* boot ms */
    bool in_line;            /* the latest that was heard: others are first */
    bool used;
} question_t;

struct asking {
    question_t questions[UNDER_WAY_MAX];
};

asking_t *asking_new(void) {
    asking_t *self = memory_new(1, sizeof *self);
    return self;
}

static void forget(question_t *q) {
    buffer_free(&q->ask);
    q->used = false;
}

void asking_destroy(asking_t **self_p) {
    for (size_t i = 0; *self_p && i < UNDER_WAY_MAX; i++)
        forget(&(*self_p)->questions[i]);
    free(*self_p);
    *self_p = NULL;
}

static void refuse(const route_t *route, ident_t id, reason_t reason, const char *detail,
                   output_t *out) {
    struct reply reply = {.id = id,
                          .reason = (int64_t) reason,
                          .detail = text_of(detail),
                          .clause = text_of(reason_clause(reason))};
    output_send(out, AGENT_LOCAL, route, MESSAGE_ANSWER, &reply);
}

static void send_question(question_t *q, const surroundings_t *now, output_t *out) {
    struct ask ask;
    arena_t *arena = arena_new(0);
    if (record_decode(&ask_record, buffer_bytes(&q->ask), arena, &ask, NULL) != 0)
        panic("a question of our own cannot be read");
    output_send(out, AGENT_DEPARTMENT, NULL, MESSAGE_ASK, &ask);
    q->again_at = now->boot + REPEAT_MS;
    arena_destroy(&arena);
}

/* Unlocked all the same when nobody could say who it is: work goes on offline, and it is asked
   again. */
static void unlocked(const question_t *q, output_t *out) {
    struct local_state state = {0};
    output_send(out, AGENT_LOCAL, &q->route, MESSAGE_LOCAL_STATE, &state);
}

static question_t *start(agent_t *self, const route_t *route, const signer_t *signer,
                         struct query *query, const surroundings_t *now, output_t *out) {
    question_t *q = NULL;
    buffer_t bytes = {0};
    problem_t problem = {0};
    for (size_t i = 0; i < UNDER_WAY_MAX && !q; i++)
        if (!self->asking->questions[i].used)
            q = &self->asking->questions[i];
    query->ledger = self->site->ledger;
    query->id = ident_random(now->wall);
    query->claimed = now->wall;
    if (!q || record_encode(&query_record, query, &bytes, &problem) != 0) {
        refuse(route, query->id, q ? problem.reason : REASON_BUSY, problem.detail, out);
        return NULL;
    }
    struct ask ask = {.query = buffer_bytes(&bytes),
                      .key = signer_key(signer),
                      .signature = signer_sign(signer, DOMAIN_QUERY, buffer_bytes(&bytes))};
    *q = (question_t){.id = query->id,
                      .route = *route,
                      .key = ask.key,
                      .until = now->boot + GIVE_UP_MS,
                      .used = true};
    if (record_encode(&ask_record, &ask, &q->ask, &problem) != 0)
        panic("a question cannot be written: %s", problem.field);
    buffer_free(&bytes);
    send_question(q, now, out);
    return q;
}

void asking_put(agent_t *self, const route_t *route, const struct local_query *local,
                const surroundings_t *now, output_t *out) {
    ident_t id;
    const signer_t *signer = keyring_find(self->keyring, local->person, &id);
    ident_t none;
    memset(none.b, 0xff, sizeof none.b);
    if (!signer) {
        refuse(route, none, REASON_LOCKED, "countersign unlock", out);
        return;
    }
    struct query query = {.person = id,
                          .name = local->name,
                          .parameters = local->parameters,
                          .at_least = local->at_least > (int64_t) self->written
                                          ? local->at_least
                                          : (int64_t) self->written};
    start(self, route, signer, &query, now, out);
}

bool asking_whoami(agent_t *self, const route_t *route, text_t handle, const surroundings_t *now,
                   output_t *out) {
    ident_t id;
    const signer_t *signer = keyring_find(self->keyring, handle, &id);
    if (!signer || !ident_none(id))
        return false;
    struct query query = {.name = TEXT("whoami")};
    question_t *q = start(self, route, signer, &query, now, out);
    if (!q)
        return false;
    q->unlock = true;
    q->until = 0; /* the passphrase took its time in this very step: counted from the next one on */
    return true;
}

static void learn(agent_t *self, const question_t *q, const struct reply *reply) {
    ident_t id;
    json_t *json = json_loadb((const char *) reply->json.p, reply->json.n, 0, NULL);
    const char *text = json_string_value(json_object_get(json, "id"));
    if (text && ident_parse(text_of(text), &id))
        keyring_learn(self->keyring, q->key, id);
    json_decref(json);
}

static void begin_to_wait(question_t *q, const surroundings_t *now) {
    if (!q->until)
        q->until = now->boot + WHOAMI_MS;
}

void asking_reply(agent_t *self, const struct reply *reply, const surroundings_t *now,
                  output_t *out) {
    for (size_t i = 0; i < UNDER_WAY_MAX; i++) {
        question_t *q = &self->asking->questions[i];
        if (!q->used || !ident_equal(q->id, reply->id))
            continue;
        begin_to_wait(q, now);
        if ((reply->reason == REASON_BEHIND || reply->reason == REASON_BUSY) &&
            now->boot < q->until) {
            q->in_line = reply->reason == REASON_BUSY && text_is(reply->field, "turn");
            q->again_at = now->boot + (reply->retry_ms ? reply->retry_ms : 100);
            output_wake(out, q->again_at);
            return;
        }
        if (q->unlock && !reply->reason)
            learn(self, q, reply);
        if (q->unlock)
            unlocked(q, out);
        else
            output_send(out, AGENT_LOCAL, &q->route, MESSAGE_ANSWER, reply);
        forget(q);
        return;
    }
}

void asking_due(agent_t *self, const surroundings_t *now, output_t *out) {
    for (size_t i = 0; i < UNDER_WAY_MAX; i++) {
        question_t *q = &self->asking->questions[i];
        if (!q->used)
            continue;
        begin_to_wait(q, now);
        if (now->boot >= q->until) {
            self->written = 0; /* an epoch may have been raised below it: never insist for ever */
            if (q->unlock)
                unlocked(q, out);
            else if (q->in_line)
                refuse(&q->route, q->id, REASON_BUSY, "", out);
            else
                refuse(&q->route, q->id, REASON_OFFLINE, "the department's daemon does not answer",
                       out);
            forget(q);
            continue;
        }
        if (now->boot >= q->again_at)
            send_question(q, now, out);
        output_wake(out, q->again_at > now->boot ? q->again_at : now->boot + 1);
    }
}
