/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_structure: whether the file's trees and indexes fit each other. It takes about as long as
 * verifying the events without deciding them, and so it is done beside that.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/audit_internal.h"

static void say(structure_t *self, const char *text) {
    if (self->n < STRUCTURE_MAX && !(self->wrong[self->n++] = strdup(text)))
        diag_fatal(EX_OSERR, DIAG_GENERAL, "out of memory");
}

static void check(structure_t *self) {
    sqlite3_stmt *stmt = NULL;
    problem_t problem = {0};
    sqlite3 *db = ledger_sealed_file(self->path, &problem);
    if (!db) {
        say(self, problem.detail);
        return;
    }
    int rc = sqlite3_prepare_v2(db, "PRAGMA main.integrity_check (20)", -1, &stmt, NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        const char *text = rc == SQLITE_ROW ? (const char *) sqlite3_column_text(stmt, 0) : "ok";
        if (!text || strcmp(text, "ok") != 0)
            say(self, text ? text : "?");
    }
    if (rc != SQLITE_DONE)
        say(self, sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

static void *run(void *arg) {
    structure_t *self = arg;
    check(self);
    atomic_store(&self->done, true);
    return NULL;
}

void structure_begin(structure_t *self, const char *path) {
    *self = (structure_t){.path = path};
    if (pthread_create(&self->thread, NULL, run, self) == 0)
        return;
    check(self); /* no thread: beforehand */
    self->known = true;
}

bool structure_done(structure_t *self) { return self->known || atomic_load(&self->done); }

size_t structure_wait(structure_t *self) {
    if (!self->known)
        pthread_join(self->thread, NULL);
    self->known = true;
    return self->n;
}

void structure_end(structure_t *self) {
    structure_wait(self);
    for (size_t i = 0; i < self->n; i++)
        free(self->wrong[i]);
}
