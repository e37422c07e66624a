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

static int refused(cli_t *cli, progress_t *progress, const struct receipt *receipt) {
    progress->state = RECEIPT_REFUSED;
    progress->done = true;
    if (progress->number)
        fprintf(stderr, "%s: ", progress->number);
    return refusal_say(cli, receipt->reason, receipt->clause, receipt->field, receipt->detail);
}

/* EX_OK, or the exit code of a refusal. */
static int take_receipt(cli_t *cli, progress_t *progress, const struct receipt *receipt,
                        bool *locked) {
    if (receipt->state == RECEIPT_REFUSED && receipt->reason == REASON_LOCKED) {
        *locked = progress->done = true;
        return EX_OK;
    }
    if (receipt->state == RECEIPT_REFUSED)
        return refused(cli, progress, receipt);
    if (receipt->state == RECEIPT_BUSY) {
        if (progress->state == receipt_state_unset)
            progress->state = RECEIPT_BUSY;
        progress->held = progress->done = receipt->reason == REASON_HELD;
        return EX_OK;
    }
    progress->state = receipt->state;
    progress->position = (position_t) receipt->position;
    progress->done = receipt->state == RECEIPT_ARCHIVED;
    if (progress->position > cli->at_least)
        cli->at_least = progress->position;
    return EX_OK;
}

/* How many of them are not done; *waits: of those, not even accepted. */
static size_t open_ones(const progress_t *list, size_t n, size_t *waits) {
    size_t open = 0;
    *waits = 0;
    for (size_t i = 0; i < n; i++) {
        open += !list[i].done;
        *waits += !list[i].done && list[i].state != RECEIPT_ACCEPTED;
    }
    return open;
}

static progress_t *progress_of(progress_t *list, size_t n, ident_t id) {
    for (size_t i = 0; i < n; i++)
        if (ident_equal(list[i].id, id))
            return &list[i];
    return NULL;
}

/* Waits until each is archived or refused, or the time is over. EX_OK, or the exit code of the first
   refusal. */
static int follow(cli_t *cli, progress_t *list, size_t n, bool *locked) {
    int64_t until = zclock_mono() + cli->timeout_ms;
    const void *body;
    size_t waits;
    int rc = EX_OK;
    while (open_ones(list, n, &waits) > 0) {
        if (waits == 0 && until - zclock_mono() > ARCHIVED_WAIT_MS)
            until = zclock_mono() + ARCHIVED_WAIT_MS;
        int64_t wait = until - zclock_mono();
        message_type_t type = wait > 0 ? receive(cli, wait, &body) : MESSAGE_NONE;
        if (type == MESSAGE_NONE)
            break; /* as far as it came */
        const struct receipt *receipt = body;
        progress_t *progress = type == MESSAGE_RECEIPT ? progress_of(list, n, receipt->id) : NULL;
        if (!progress || progress->done)
            continue;
        int said = take_receipt(cli, progress, receipt, locked);
        rc = rc == EX_OK ? said : rc;
    }
    for (size_t i = 0; i < n; i++)
        if (list[i].state == RECEIPT_REFUSED)
            seen(cli, list[i].id);
    return rc;
}

static void hand_over(cli_t *cli, struct local_command *list, size_t n, progress_t *progress) {
    for (size_t i = 0; i < n; i++)
        progress[i].done = false;
    send_message(cli, MESSAGE_LOCAL_COMMANDS, &(struct local_commands){{list, n}});
}

/* None of them may be called said of which not even the agent has. */
static int check_said(const progress_t *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (list[i].state == receipt_state_unset)
            return cli_fail(EX_UNAVAILABLE, _("the agent does not answer; whether this is queued, "
                                              "countersign outbox says when it runs again"));
    return EX_OK;
}

int cli_commands(cli_t *cli, struct local_command *list, size_t n, progress_t *progress) {
    bool locked = false, tried = false;
    int rc = cli_connect(cli);
    if (rc != EX_OK)
        return rc;
    cli->signs = false;
    for (size_t i = 0; i < n; i++) {
        const char *number = progress[i].number;
        list[i].person = text_of(cli_person(cli));
        list[i].id = ident_random(zclock_time());
        progress[i] = (progress_t){.id = list[i].id, .number = number};
        cli->signs |= kind_signs(list[i].kind);
    }
    do {
        locked = false;
        hand_over(cli, list, n, progress);
        rc = follow(cli, progress, n, &locked);
        if (locked && tried)
            rc = cli_fail(EX_NOPERM, "%s", reason_text(REASON_LOCKED));
        else if (locked)
            rc = cli_unlock(cli, cli_person(cli));
        tried = locked;
    } while (rc == EX_OK && locked);
    return rc == EX_OK ? check_said(progress, n) : rc;
}

int cli_command(cli_t *cli, kind_t kind, ident_t object, int64_t revision, digest_t digest,
                int64_t version, const void *body, progress_t *progress) {
    buffer_t bytes = {0};
    problem_t problem = {0};
    int rc = cli_connect(cli);
    if (rc == EX_OK)
        rc = behalf_find(cli, kind, NULL);
    if (rc != EX_OK)
        return rc;
    if (record_encode(kind_info(kind)->body, body, &bytes, &problem) != 0)
        return cli_problem(&problem);
    bool empty = bytes.n == 1; /* an empty map is left out */
    struct local_command command = {.kind = kind,
                                    .object = object,
                                    .revision = revision,
                                    .digest = digest,
                                    .version = version,
                                    .mandate = cli->mandate,
                                    .body = empty ? (bytes_t){NULL, 0} : buffer_bytes(&bytes)};
    progress->number = NULL;
    rc = cli_commands(cli, &command, 1, progress);
    buffer_free(&bytes);
    if (progress->state == RECEIPT_REFUSED)
        behalf_hint(cli, kind, object);
    return rc;
}

int cli_say(cli_t *cli, const progress_t *progress) {
    char id[37];
    bool known = progress->state == RECEIPT_ACCEPTED || progress->state == RECEIPT_ARCHIVED;
    const char *here = progress->held ? "held" : "queued";
    if (cli->json) {
        json_t *json = json_pack(
            "{s:s*, s:s, s:s, s:I}", "case", progress->number, "state",
            known ? enum_name(&receipt_state_table, (int) progress->state) : here, "id",
            ident_print(progress->id, id), "position", (json_int_t) progress->position);
        show_line(json);
        json_decref(json);
        return EX_OK;
    }
    if (progress->number)
        printf("%s: ", progress->number);
    if (progress->state == RECEIPT_ARCHIVED)
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
