/* SPDX-License-Identifier: Apache-2.0
 *
 * keyring: the keys of the people who are signed in at this workstation, in locked memory. Which
 * enrolment a key belongs to is remembered on disk, so that work goes on without a network. An
 * unlocked key says what everyday work needs; to sign, its person gives the passphrase again, once
 * for a series of signatures. Who guesses at a passphrase is logged and kept waiting.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/ledger/sql.h"
#include "daemons/agent/agent.h"

#define PEOPLE_MAX 32
#define TO_SIGN_MS (2 * MINUTE_MS) /* from the passphrase to the first signature */
#define WRONG_MAX 5
#define BARRED_MS MINUTE_MS

const char keyring_schema[] =
    "CREATE TABLE IF NOT EXISTS me (key BLOB PRIMARY KEY, id BLOB NOT NULL) WITHOUT ROWID;";

typedef struct entry {
    char handle[64];
    signer_t *signer;
    ident_t id;
    int64_t signs_until; /* boot ms; 0: the passphrase was not given to sign */
} entry_t;
typedef struct wrong { /* passphrases in a row, for a key that is there */
    char handle[64];
    int n;
    int64_t barred_until; /* boot ms */
} wrong_t;
struct keyring {
    sqlite3 *db;
    int64_t signing_ms;
    entry_t entries[PEOPLE_MAX];
    size_t n;
    wrong_t *wrong;
    size_t wrong_n, wrong_room;
};

keyring_t *keyring_new(sqlite3 *db, int64_t signing_minutes) {
    keyring_t *self = memory_new(1, sizeof *self);
    self->db = db;
    self->signing_ms = signing_minutes * MINUTE_MS;
    return self;
}

void keyring_destroy(keyring_t **self_p) {
    keyring_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->n; i++)
        signer_destroy(&self->entries[i].signer);
    free(self->wrong);
    free(self);
    *self_p = NULL;
}

static entry_t *find(const keyring_t *self, text_t handle) {
    for (size_t i = 0; i < self->n; i++)
        if (text_is(handle, self->entries[i].handle))
            return (entry_t *) (uintptr_t) &self->entries[i];
    return NULL;
}

static ident_t remembered(keyring_t *self, pubkey_t key) {
    ident_t id = {{0}};
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, "SELECT id FROM me WHERE key = ?1", -1, &stmt, NULL) !=
        SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "outbox.db: %s", sqlite3_errmsg(self->db));
    sqlite3_bind_blob(stmt, 1, key.b, sizeof key.b, SQLITE_STATIC);
    if (sql_next(stmt, "outbox.db") && sqlite3_column_bytes(stmt, 0) == (int) sizeof id.b)
        memcpy(id.b, sqlite3_column_blob(stmt, 0), sizeof id.b);
    sqlite3_finalize(stmt);
    return id;
}

void keyring_learn(keyring_t *self, pubkey_t key, ident_t id) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(self->db, "INSERT OR REPLACE INTO me VALUES (?1, ?2)", -1, &stmt,
                           NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "outbox.db: %s", sqlite3_errmsg(self->db));
    sqlite3_bind_blob(stmt, 1, key.b, sizeof key.b, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 2, id.b, sizeof id.b, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_FULL)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "outbox.db: %s", sqlite3_errmsg(self->db));
    for (size_t i = 0; i < self->n; i++)
        if (pubkey_equal(signer_key(self->entries[i].signer), key))
            self->entries[i].id = id;
}

/* ---- wrong passphrases ---- */

static wrong_t *wrong_of(const keyring_t *self, const char *handle) {
    for (size_t i = 0; i < self->wrong_n; i++)
        if (strcmp(self->wrong[i].handle, handle) == 0)
            return &self->wrong[i];
    return NULL;
}

static void count_wrong(keyring_t *self, const char *handle, int64_t now) {
    wrong_t *wrong = wrong_of(self, handle);
    if (!wrong) { /* as many at most as there are key files */
        if (self->wrong_n == self->wrong_room)
            self->wrong = memory_grow(self->wrong, self->wrong_room = self->wrong_room * 2 + 8,
                                      sizeof *self->wrong);
        wrong = &self->wrong[self->wrong_n++];
        *wrong = (wrong_t){.n = 0};
        snprintf(wrong->handle, sizeof wrong->handle, "%s", handle);
    }
    wrong->n++;
    diag_warn(DIAG_PASSPHRASE, "a wrong passphrase for %s, %d in a row", handle, wrong->n);
    if (wrong->n < WRONG_MAX)
        return;
    wrong->barred_until = now + BARRED_MS;
    diag_alarm(DIAG_PASSPHRASE, "somebody guesses at the passphrase of %s: no more for a minute",
               handle);
}

static void forget_wrong(keyring_t *self, const char *handle) {
    wrong_t *wrong = wrong_of(self, handle);
    if (wrong)
        *wrong = self->wrong[--self->wrong_n];
}

/* ---- unlocking ---- */

static int read_signer(keyring_t *self, const site_t *site, const char *handle,
                       const char *passphrase, int64_t now, signer_t **signer, problem_t *problem) {
    char path[512];
    problem_t why = {0};
    const wrong_t *wrong = wrong_of(self, handle);
    if (strchr(handle, '/') || handle[0] == '.')
        return problem_set(problem, REASON_FIELD_TEXT, "person", "a handle has no slash");
    if (wrong && now < wrong->barred_until)
        return problem_set(problem, REASON_LOCKED, "person",
                           "%d wrong passphrases in a row; try again in %d seconds", wrong->n,
                           (int) ((wrong->barred_until - now + 999) / 1000));
    int rc = keyfile_read_signer(site_path(site, path, sizeof path, "people", handle, ".key"),
                                 passphrase, signer, &why);
    if (rc == 0)
        forget_wrong(self, handle);
    else if (why.reason == REASON_LOCKED)
        count_wrong(self, handle, now);
    if (rc != 0 && problem)
        *problem = why;
    return rc;
}

int keyring_unlock(keyring_t *self, const site_t *site, const char *handle, const char *passphrase,
                   bool signs, int64_t now, problem_t *problem) {
    signer_t *signer = NULL;
    if (read_signer(self, site, handle, passphrase, now, &signer, problem) != 0)
        return -1;
    keyring_lock(self, text_of(handle));
    if (self->n == PEOPLE_MAX) {
        signer_destroy(&signer);
        return problem_set(problem, REASON_TOO_LARGE, "person",
                           "%d people are signed in here; lock one", PEOPLE_MAX);
    }
    entry_t *e = &self->entries[self->n++];
    snprintf(e->handle, sizeof e->handle, "%s", handle);
    e->signer = signer;
    e->signs_until = signs ? now + TO_SIGN_MS : 0;
    /* the recovery key speaks for the ledger itself, not for an enrolled person */
    e->id = strcmp(handle, "recovery") == 0 ? site->genesis : remembered(self, signer_key(signer));
    return 0;
}

void keyring_lock(keyring_t *self, text_t handle) {
    entry_t *e = find(self, handle);
    if (!e)
        return;
    signer_destroy(&e->signer);
    *e = self->entries[--self->n];
    memset(&self->entries[self->n], 0, sizeof *e);
}

const signer_t *keyring_find(const keyring_t *self, text_t handle, ident_t *id) {
    const entry_t *e = find(self, handle);
    *id = e ? e->id : (ident_t){{0}};
    return e ? e->signer : NULL;
}

/* ---- signing ---- */

bool keyring_may_sign(const keyring_t *self, text_t handle, int64_t now) {
    const entry_t *e = find(self, handle);
    return e && now < e->signs_until;
}

void keyring_signed(keyring_t *self, text_t handle, int64_t now) {
    entry_t *e = find(self, handle);
    if (e)
        e->signs_until = now + self->signing_ms;
}
