/* SPDX-License-Identifier: Apache-2.0
 *
 * client: the talk with the workstation's agent over its socket, and how far a command has come,
 * said plainly.
 */
#include <czmq.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/ledger/blobs.h"
#include "common/screen/show.h"
#include "daemons/agent/cli/behalf.h"
#include "daemons/agent/cli/cli.h"
#include "daemons/agent/cli/passphrase.h"
#include "daemons/agent/cli/refusal.h"
#include "daemons/agent/cli/station.h"

#define ARCHIVED_WAIT_MS 3000
#define AGENT_WAIT_MS 5000   /* for what the agent answers by itself */
#define UNLOCK_WAIT_MS 30000 /* Argon2id takes its time */
#define SEEN_WAIT_MS 2000

int cli_open_site(cli_t *cli) {
    problem_t problem = {0};
    if (!cli->site)
        cli->site = site_open(cli->site_folder, &problem);
    return cli->site ? EX_OK : cli_problem(&problem);
}

const char *cli_person(cli_t *cli) { return cli->as ? cli->as : ""; }

int cli_connect(cli_t *cli) {
    char station[STATION_NAME], endpoint[256];
    if (cli->socket)
        return EX_OK;
    int rc = cli_open_site(cli);
    if (rc != EX_OK)
        return rc;
    if (!cli->as)
        return cli_fail(EX_USAGE,
                        _("who speaks? name yourself with --as PERSON or COUNTERSIGN_AS"));
    rc = station_choose(cli, station);
    if (rc != EX_OK)
        return rc;
    setenv("ZSYS_SIGHANDLER", "false", 1);
    site_agent_endpoint(cli->site, endpoint, sizeof endpoint, station);
    if (access(endpoint + strlen("ipc://"), R_OK | W_OK) != 0)
        return cli_fail(EX_UNAVAILABLE,
                        _("the agent of workstation %s does not run, or is another user's (%s)"),
                        station, endpoint);
    zsock_t *socket = zsock_new(ZMQ_DEALER);
    zsock_set_linger(socket, 1000);
    if (!socket || zsock_connect(socket, "%s", endpoint) != 0)
        return cli_fail(EX_UNAVAILABLE, _("the agent cannot be reached at %s"), endpoint);
    cli->socket = socket;
    return EX_OK;
}

void cli_close(cli_t *cli) {
    zsock_t *socket = cli->socket;
    if (socket)
        zsock_destroy(&socket);
    cli->socket = NULL;
    site_close(&cli->site);
}

static void send_message(cli_t *cli, message_type_t type, const void *body) {
    buffer_t frame = {0};
    message_encode(type, body, &frame);
    zframe_t *z = zframe_new(frame.p, frame.n);
    zframe_send(&z, cli->socket, 0);
    buffer_free(&frame);
}

/* The next message, or NONE after `wait_ms`. *body lives in the call's arena. */
static message_type_t receive(cli_t *cli, int64_t wait_ms, const void **body) {
    message_type_t type = MESSAGE_NONE;
    zsock_set_rcvtimeo(cli->socket, wait_ms < 0 ? 0 : (int) wait_ms);
    zframe_t *z = zframe_recv(cli->socket);
    if (!z)
        return MESSAGE_NONE;
    bytes_t frame = arena_bytes(cli->arena, (bytes_t){zframe_data(z), zframe_size(z)});
    zframe_destroy(&z);
    return message_decode(frame, cli->arena, &type, body, NULL) == 0 ? type : MESSAGE_NONE;
}

/* The next message of that type; others are passed over. False: none came for `wait_ms`. */
static bool await(cli_t *cli, message_type_t wanted, int64_t wait_ms, const void **body) {
    message_type_t type;
    do
        type = receive(cli, wait_ms, body);
    while (type != wanted && type != MESSAGE_NONE);
    return type == wanted;
}

static int no_answer(void) {
    return cli_fail(EX_UNAVAILABLE, _("the agent does not answer"));
}

/* ---- unlock ---- */

/* Sends the passphrase, or none to lock. */
static int turn_key(cli_t *cli, const char *handle, const char *passphrase) {
    const void *body;
    struct local_unlock unlock = {.person = text_of(handle),
                                  .passphrase = text_of(passphrase),
                                  .signs = passphrase[0] && cli->signs};
    send_message(cli, MESSAGE_LOCAL_UNLOCK, &unlock);
    if (!await(cli, MESSAGE_LOCAL_STATE, UNLOCK_WAIT_MS, &body))
        return no_answer();
    const struct local_state *state = body;
    return state->reason ? refusal_say(cli, state->reason, (text_t){0}, (text_t){0}, state->detail)
                         : EX_OK;
}

int cli_unlock(cli_t *cli, const char *handle) {
    char passphrase[256], prompt[128];
    snprintf(prompt, sizeof prompt, cli->signs ? _("Passphrase of %s, to sign") : _("Passphrase of %s"),
             handle);
    if (cli_connect(cli) != EX_OK ||
        passphrase_read(prompt, false, passphrase, sizeof passphrase) != 0)
        return EX_NOINPUT;
    int rc = turn_key(cli, handle, passphrase);
    secret_wipe(passphrase, sizeof passphrase);
    return rc;
}

int cli_lock(cli_t *cli, const char *handle) {
    int rc = cli_connect(cli);
    return rc == EX_OK ? turn_key(cli, handle, "") : rc;
}

/* ---- questions ---- */

static struct parameter_list to_parameters(cli_t *cli, json_t *parameters) {
    struct parameter_list list = {
        arena_alloc(cli->arena, (json_object_size(parameters) + 1) * sizeof(struct parameter)), 0};
    const char *key;
    json_t *value;
    json_object_foreach(parameters, key, value) {
        if (json_is_string(value))
            list.at[list.n++] =
                (struct parameter){arena_text(cli->arena, text_of(key)),
                                   arena_text(cli->arena, text_of(json_string_value(value)))};
    }
    json_decref(parameters);
    return list;
}

int cli_query(cli_t *cli, const char *name, json_t *parameters, json_t **answer) {
    const void *body;
    bool tried = false;
    int rc = cli_connect(cli);
    struct local_query query = {.person = text_of(cli_person(cli)),
                                .name = text_of(name),
                                .at_least = (int64_t) cli->at_least};
    query.parameters = to_parameters(cli, parameters ? parameters : json_object());
    while (rc == EX_OK) {
        send_message(cli, MESSAGE_LOCAL_QUERY, &query);
        if (!await(cli, MESSAGE_ANSWER, cli->timeout_ms + 1000, &body))
            return no_answer();
        const struct reply *reply = body;
        if (reply->reason == REASON_LOCKED && !tried) {
            tried = true;
            rc = cli_unlock(cli, cli_person(cli));
            continue;
        }
        if (reply->reason)
            return refusal_of_question(cli, reply);
        *answer = json_loadb((const char *) reply->json.p, reply->json.n, 0, NULL);
        cli->answered = true;
        return *answer ? EX_OK : cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
    }
    return rc;
}

/* ---- the notifier ---- */

static zsock_t *dial_notifier(cli_t *cli) {
    char endpoint[256];
    setenv("ZSYS_SIGHANDLER", "false", 1);
    site_daemon_endpoint(cli->site, endpoint, sizeof endpoint, "notifier");
    if (!endpoint[0] || access(endpoint + strlen("ipc://"), R_OK | W_OK) != 0) {
        cli_fail(EX_UNAVAILABLE,
                 _("the notifier does not run on this machine, or is another user's (%s)"),
                 endpoint);
        return NULL;
    }
    zsock_t *socket = zsock_new(ZMQ_DEALER);
    zsock_set_linger(socket, 1000);
    if (zsock_connect(socket, "%s", endpoint) != 0)
        zsock_destroy(&socket);
    return socket;
}

int cli_notifier(cli_t *cli, const char *name, json_t *parameters, json_t **answer) {
    void *agent = cli->socket;
    const void *body;
    int rc = cli_open_site(cli);
    struct local_query query = {.person = TEXT("-"), .name = text_of(name)};
    query.parameters = to_parameters(cli, parameters ? parameters : json_object());
    zsock_t *socket = rc == EX_OK ? dial_notifier(cli) : NULL;
    if (!socket)
        return rc == EX_OK ? EX_UNAVAILABLE : rc;
    cli->socket = socket;
    send_message(cli, MESSAGE_LOCAL_QUERY, &query);
    bool came = await(cli, MESSAGE_ANSWER, cli->timeout_ms + 1000, &body);
    cli->socket = agent;
    zsock_destroy(&socket);
    if (!came)
        return cli_fail(EX_UNAVAILABLE, _("the notifier does not answer"));
    const struct reply *reply = body;
    if (reply->reason)
        return refusal_of_question(cli, reply);
    *answer = json_loadb((const char *) reply->json.p, reply->json.n, 0, NULL);
    return *answer ? EX_OK : cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
}

int cli_agent(cli_t *cli, const char *what, ident_t id, json_t **answer) {
    const void *body;
    int rc = cli_connect(cli);
    if (rc != EX_OK)
        return rc;
    struct local_ask ask = {.what = text_of(what), .id = id};
    send_message(cli, MESSAGE_LOCAL_ASK, &ask);
    if (!await(cli, MESSAGE_LOCAL_STATE, AGENT_WAIT_MS, &body))
        return no_answer();
    const struct local_state *state = body;
    if (state->reason)
        return refusal_say(cli, state->reason, (text_t){0}, (text_t){0}, state->detail);
    if (answer)
        *answer = json_loadb((const char *) state->json.p, state->json.n, 0, NULL);
    return EX_OK;
}

/* ---- commands ---- */

/* The refusal has been read: the case's later commands need not wait for that. */
static void seen(cli_t *cli, ident_t id) {
    const void *body;
    struct local_ask ask = {.what = TEXT("drop"), .id = id};
    send_message(cli, MESSAGE_LOCAL_ASK, &ask);
    await(cli, MESSAGE_LOCAL_STATE, SEEN_WAIT_MS, &body);
}

/* Waits until the command is archived, refused, or the time is over. EX_OK, or the exit code of a
   refusal. */
static int follow(cli_t *cli, progress_t *progress, bool *locked) {
    int64_t until = zclock_mono() + cli->timeout_ms;
    const void *body;
    while (true) {
        int64_t wait = until - zclock_mono();
        message_type_t type = wait > 0 ? receive(cli, wait, &body) : MESSAGE_NONE;
        if (type == MESSAGE_NONE)
            return EX_OK; /* as far as it came */
        const struct receipt *receipt = body;
        if (type != MESSAGE_RECEIPT || !ident_equal(receipt->id, progress->id))
            continue;
        if (receipt->state == RECEIPT_REFUSED && receipt->reason == REASON_LOCKED) {
            *locked = true;
            return EX_OK;
        }
        if (receipt->state == RECEIPT_REFUSED) {
            progress->state = RECEIPT_REFUSED;
            int rc =
                refusal_say(cli, receipt->reason, receipt->clause, receipt->field, receipt->detail);
            seen(cli, progress->id);
            return rc;
        }
        if (receipt->state == RECEIPT_BUSY) {
            if (progress->state == receipt_state_unset)
                progress->state = RECEIPT_BUSY;
            progress->held = receipt->reason == REASON_HELD;
            if (progress->held)
                return EX_OK;
            continue;
        }
        progress->state = receipt->state;
        progress->position = (position_t) receipt->position;
        cli->at_least = progress->position;
        if (receipt->state == RECEIPT_ARCHIVED)
            return EX_OK;
        if (until - zclock_mono() > ARCHIVED_WAIT_MS)
            until = zclock_mono() + ARCHIVED_WAIT_MS;
    }
}

int cli_command(cli_t *cli, kind_t kind, ident_t object, int64_t revision, digest_t digest,
                int64_t version, const void *body, progress_t *progress) {
    buffer_t bytes = {0};
    problem_t problem = {0};
    bool locked = false, tried = false;
    int rc = cli_connect(cli);
    if (rc == EX_OK)
        rc = behalf_find(cli, kind, NULL);
    if (rc != EX_OK)
        return rc;
    if (record_encode(kind_info(kind)->body, body, &bytes, &problem) != 0)
        return cli_problem(&problem);
    bool empty = bytes.n == 1; /* an empty map is left out */
    *progress = (progress_t){.id = ident_random(zclock_time())};
    struct local_command command = {.person = text_of(cli_person(cli)),
                                    .kind = kind,
                                    .object = object,
                                    .revision = revision,
                                    .digest = digest,
                                    .version = version,
                                    .id = progress->id,
                                    .mandate = cli->mandate,
                                    .body = empty ? (bytes_t){NULL, 0} : buffer_bytes(&bytes)};
    cli->signs = kind_signs(kind);
    do {
        locked = false;
        send_message(cli, MESSAGE_LOCAL_COMMAND, &command);
        rc = follow(cli, progress, &locked);
        if (locked && tried)
            rc = cli_fail(EX_NOPERM, "%s", reason_text(REASON_LOCKED));
        else if (locked)
            rc = cli_unlock(cli, cli_person(cli));
        tried = locked;
    } while (rc == EX_OK && locked);
    buffer_free(&bytes);
    if (progress->state == RECEIPT_REFUSED)
        behalf_hint(cli, kind, object);
    if (rc == EX_OK && progress->state == receipt_state_unset)
        rc = cli_fail(EX_UNAVAILABLE, _("the agent does not answer; whether this is queued, "
                                        "countersign outbox says when it runs again"));
    return rc;
}

int cli_say(cli_t *cli, const progress_t *progress) {
    char id[37];
    bool known = progress->state == RECEIPT_ACCEPTED || progress->state == RECEIPT_ARCHIVED;
    const char *here = progress->held ? "held" : "queued";
    if (cli->json) {
        json_t *json = json_pack(
            "{s:s, s:s, s:I}", "state",
            known ? enum_name(&receipt_state_table, (int) progress->state) : here, "id",
            ident_print(progress->id, id), "position", (json_int_t) progress->position);
        show_line(json);
        json_decref(json);
    } else if (progress->state == RECEIPT_ARCHIVED)
        printf(_("accepted at %llu, archived\n"), (unsigned long long) progress->position);
    else if (progress->state == RECEIPT_ACCEPTED)
        printf(_("accepted at %llu; not archived yet\n"), (unsigned long long) progress->position);
    else if (progress->held)
        printf("%s", _("held here, because an earlier command of this case was refused; look at "
                       "countersign outbox\n"));
    else
        printf("%s", _("queued here; it is sent as soon as there is a connection\n"));
    return EX_OK;
}

int cli_blob(cli_t *cli, bytes_t content, digest_t *address) {
    const void *body;
    buffer_t salted = {0};
    uint8_t salt[BLOB_SALT];
    int rc = cli_connect(cli);
    if (rc != EX_OK)
        return rc;
    if (content.n > BLOB_BYTES_MAX) /* attachments are cut: attach.h */
        return cli_fail(EX_DATAERR, _("the contact persons' text may have 1 MiB"));
    random_bytes(salt, sizeof salt);
    buffer_put(&salted, salt, sizeof salt);
    buffer_put(&salted, content.p, content.n);
    *address = blob_address(buffer_bytes(&salted));
    struct blob_put put = {.address = *address, .salted = buffer_bytes(&salted)};
    send_message(cli, MESSAGE_BLOB_PUT, &put);
    buffer_free(&salted);
    if (!await(cli, MESSAGE_BLOB_STATE, AGENT_WAIT_MS, &body))
        return no_answer();
    const struct blob_state *state = body;
    return state->stored
               ? EX_OK
               : refusal_say(cli, state->reason, (text_t){0}, TEXT("attachment"), (text_t){0});
}
