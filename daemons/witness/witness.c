/* SPDX-License-Identifier: Apache-2.0
 *
 * witness: see witness.h. What it keeps is replaced in one transaction after the proof was checked,
 * and cosigned only then: whatever it has cosigned, it goes on from.
 */
#include "daemons/witness/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/ledger/sql.h"

#define ASK_EVERY_MS 60000
#define ASK_AGAIN_MS 2000 /* nothing came, or there is nothing yet */

static const port_t ports[] = {[WITNESS_ARCHIVER] = {"archiver", PORT_DEALER, false}};

static const char schema[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "CREATE TABLE IF NOT EXISTS seen (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT "
    "NULL, root BLOB NOT NULL, note BLOB NOT NULL);";

static void fail(witness_t *self) {
    diag_fatal(EX_IOERR, DIAG_IO_ERROR, "witness.db: %s", sqlite3_errmsg(self->db));
}

static void witness_close(void **self_p) {
    witness_t *self = *self_p;
    if (!self)
        return;
    sqlite3_close(self->db);
    signer_destroy(&self->signer);
    arena_destroy(&self->arena);
    site_close(&self->site);
    secret_wipe(&self->curve, sizeof self->curve);
    free(self);
    *self_p = NULL;
}

static void load_seen(witness_t *self) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, "SELECT position, root FROM seen", -1, &stmt, NULL) != SQLITE_OK)
        fail(self);
    self->kept = (tree_head_t){.ledger = self->site->ledger};
    if (sql_next(stmt, "witness.db") && sqlite3_column_bytes(stmt, 1) == 32) {
        self->kept.position = (position_t) sqlite3_column_int64(stmt, 0);
        memcpy(self->kept.root.b, sqlite3_column_blob(stmt, 1), 32);
    }
    sqlite3_finalize(stmt);
}

static int open_store(witness_t *self, problem_t *problem) {
    char path[512];
    if (!site_state_path(self->site, path, sizeof path, self->name, "witness.db", true, problem))
        return -1;
    if (sqlite3_open(path, &self->db) != SQLITE_OK ||
        sqlite3_exec(self->db, schema, NULL, NULL, NULL) != SQLITE_OK)
        return problem_set(problem, REASON_INPUT_FILE, "", "witness.db: %s",
                           sqlite3_errmsg(self->db));
    load_seen(self);
    return 0;
}

static void *witness_open(const char *folder, const char *name, bool check_only,
                          problem_t *problem) {
    witness_t *self = memory_new(1, sizeof *self);
    void *handle = self;
    snprintf(self->name, sizeof self->name, "witness-%.40s", name);
    self->arena = arena_new(8u << 20);
    self->site = site_open(folder, problem);
    if (self->site && !verifier_name_fits(text_of(self->name)))
        problem_set(problem, REASON_CONFIGURATION, "NAME", "no spaces and no plus sign in it");
    else if (self->site && site_curve(self->site, self->name, &self->curve, problem) == 0 &&
             site_signer(self->site, self->name, &self->signer, problem) == 0 &&
             (check_only || open_store(self, problem) == 0))
        return handle;
    witness_close(&handle);
    return NULL;
}

static void witness_address(void *arg, int port, port_address_t *out) {
    const witness_t *self = arg;
    (void) port;
    snprintf(out->endpoint, sizeof out->endpoint, "%s", self->site->archiver_service);
    out->server = self->site->archiver_curve;
}

static const curve_pair_t *witness_curve(void *arg) {
    const witness_t *self = arg;
    return &self->curve;
}

/* ---- what comes ---- */

/* The first event, whose hash is the ledger's id, names the archiver's key. */
static void take_genesis(witness_t *self, const struct events *body) {
    decoded_t event;
    if (body->first != 1 || body->events.n == 0 ||
        !digest_equal(hash_leaf(body->events.at[0].bytes), self->site->ledger) ||
        event_decode(body->events.at[0].bytes, self->arena, &event, NULL) != 0)
        return;
    self->archiver = ((const struct genesis *) event.body)->archiver_key;
    self->archiver_known = true;
    self->asked_at = 0;
}

static bool keep(witness_t *self, const tree_head_t *head, bytes_t note) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, "INSERT OR REPLACE INTO seen VALUES (1, ?1, ?2, ?3)", -1, &stmt,
                           NULL) != SQLITE_OK)
        fail(self);
    sqlite3_bind_int64(stmt, 1, (int64_t) head->position);
    sqlite3_bind_blob(stmt, 2, head->root.b, sizeof head->root.b, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 3, note.p, (int) note.n, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_FULL)
        fail(self);
    return rc == SQLITE_DONE;
}

static void cosign(witness_t *self, bytes_t bytes, const tree_head_t *head, moment_t now,
                   output_t *out) {
    signed_note_t note;
    buffer_t line = {0};
    insist(signed_note_read((text_t){(const char *) bytes.p, bytes.n}, &note, NULL) == 0);
    checkpoint_cosign(self->signer, text_of(self->name), note.text, now, &line);
    struct cosignature body = {.position = (int64_t) head->position, .line = buffer_bytes(&line)};
    output_send(out, WITNESS_ARCHIVER, NULL, MESSAGE_COSIGN, &body);
    buffer_free(&line);
}

static void take_checkpoint(witness_t *self, const struct checkpoint_put *body,
                            const surroundings_t *now, output_t *out) {
    problem_t problem = {0};
    tree_head_t head;
    digest_t proof[64];
    if (body->note.n == 0 || body->from != (int64_t) self->kept.position)
        return; /* none yet; or the answer to an earlier question */
    for (size_t i = 0; i < body->proof.n; i++)
        proof[i] = body->proof.at[i].hash;
    switch (witness_follow(&self->kept, self->site->ledger, self->archiver, body->note, proof,
                           body->proof.n, &head, &problem)) {
    case WITNESS_FORK:
        diag_alarm(DIAG_ALARM_FORK, "%s; it is not cosigned", problem.detail);
        out->stop = true;
        out->exit_code = EX_DATAERR;
        break;
    case WITNESS_OLD:
    case WITNESS_STRANGE:
        diag_alarm(DIAG_ALARM_FORK, "a checkpoint is not cosigned: %s", problem.detail);
        break;
    case WITNESS_KEPT:
        if (!keep(self, &head, body->note)) {
            diag_alarm(DIAG_DISK_FULL, "the disk is full: nothing is cosigned until there is room");
            break;
        }
        self->kept = head;
        cosign(self, body->note, &head, now->wall, out);
        break;
    case WITNESS_LATER: break;
    }
}

static void take_message(witness_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    message_type_t type;
    const void *body;
    arena_reset(self->arena);
    if (message_decode(in->frame, self->arena, &type, &body, NULL) != 0)
        return;
    if (type == MESSAGE_EVENTS && !self->archiver_known)
        take_genesis(self, body);
    else if (type == MESSAGE_CHECKPOINT_PUT && self->archiver_known)
        take_checkpoint(self, body, now, out);
}

static void ask(witness_t *self, const surroundings_t *now, output_t *out) {
    int64_t every = self->archiver_known && self->kept.position ? ASK_EVERY_MS : ASK_AGAIN_MS;
    if (!self->asked_at || now->boot - self->asked_at >= every) {
        struct fetch fetch = {.from = 1, .to = 1};
        struct checkpoint_get get = {.from = (int64_t) self->kept.position};
        if (self->archiver_known)
            output_send(out, WITNESS_ARCHIVER, NULL, MESSAGE_CHECKPOINT_GET, &get);
        else
            output_send(out, WITNESS_ARCHIVER, NULL, MESSAGE_FETCH, &fetch);
        self->asked_at = now->boot;
    }
    output_wake(out, self->asked_at + every);
}

static void witness_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    witness_t *self = arg;
    if (in->type == INPUT_MESSAGE)
        take_message(self, in, now, out);
    else if (in->type != INPUT_STOP)
        ask(self, now, out);
    out->ready = true;
}

const daemon_spec_t witness_spec = {
    .name = "countersign-witness",
    .arguments = "NAME",
    .doc = "keeps the archive's last checkpoint on another machine and cosigns what goes on from it",
    .store = "witness.db",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = witness_open,
    .close = witness_close,
    .address = witness_address,
    .curve = witness_curve,
    .step = witness_step,
};
