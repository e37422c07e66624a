/* SPDX-License-Identifier: Apache-2.0
 *
 * backup: a copy of the archive while it runs, by SQLite's own backup, a piece at each step, into the
 * archiver's folder; whoever asked for it takes it from there. It is closed without a WAL, so that it
 * can be read from a medium that cannot be written. What is archived meanwhile goes into it, too: SQLite
 * brings a backup up to date as long as one connection does both.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "daemons/archiver/archiver.h"

#define PAGES 256 /* of 16 KiB at a step: some ten milliseconds */

static bool backup_path(const archiver_t *self, char *out, size_t size) {
    problem_t problem = {0};
    return site_state_path(self->site, out, size, "archiver", "backup.db", false, &problem) != NULL;
}

void backup_end(archiver_t *self) {
    backup_t *backup = &self->backup;
    char path[512], journal[540];
    sqlite3_backup_finish(backup->under_way);
    sqlite3_close(backup->db);
    *backup = (backup_t){.state = BACKUP_NONE};
    if (!backup_path(self, path, sizeof path))
        return;
    unlink(path);
    snprintf(journal, sizeof journal, "%s-journal", path);
    unlink(journal);
}

static void failed(archiver_t *self, const char *what) {
    diag_warn(DIAG_IO_ERROR, "the backup was given up: %s", what);
    backup_end(self);
    self->backup.state = BACKUP_FAILED;
    snprintf(self->backup.why, sizeof self->backup.why, "%s", what);
}

static void start(archiver_t *self) {
    backup_t *backup = &self->backup;
    char path[512];
    backup_end(self);
    if (!backup_path(self, path, sizeof path) || sqlite3_open(path, &backup->db) != SQLITE_OK ||
        sqlite3_exec(backup->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL) != SQLITE_OK) {
        failed(self, backup->db ? sqlite3_errmsg(backup->db) : "path");
        return;
    }
    backup->under_way =
        sqlite3_backup_init(backup->db, "main", ledger_db(chronicle_ledger(self->chronicle)), "main");
    if (!backup->under_way) {
        failed(self, sqlite3_errmsg(backup->db));
        return;
    }
    backup->state = BACKUP_RUNNING;
}

static void finish(archiver_t *self) {
    backup_t *backup = &self->backup;
    int rc = sqlite3_backup_finish(backup->under_way);
    backup->under_way = NULL;
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(backup->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (rc != SQLITE_OK) {
        failed(self, sqlite3_errmsg(backup->db));
        return;
    }
    sqlite3_close(backup->db);
    backup->db = NULL;
    backup->position = ledger_last(chronicle_ledger(self->chronicle));
    backup->state = BACKUP_DONE;
}

void backup_tick(archiver_t *self, const surroundings_t *now, output_t *out) {
    backup_t *backup = &self->backup;
    if (backup->state == BACKUP_WANTED && !trail_pending(self))
        start(self); /* with a checkpoint of all of it */
    if (backup->state != BACKUP_RUNNING || ledger_in_transaction(chronicle_ledger(self->chronicle)))
        return;
    int rc = sqlite3_backup_step(backup->under_way, PAGES);
    if (rc == SQLITE_DONE)
        finish(self);
    else if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED)
        failed(self, sqlite3_errstr(rc));
    else
        output_wake(out, now->boot + 1);
}

/* The state; begins one where there is none. */
json_t *backup_begin(archiver_t *self, problem_t *problem) {
    backup_t *backup = &self->backup;
    char path[512];
    if (backup->state == BACKUP_FAILED) {
        problem_set(problem, REASON_INPUT_FILE, "", "%s", backup->why);
        backup->state = BACKUP_NONE;
        return NULL;
    }
    if (backup->state == BACKUP_NONE) {
        backup->state = BACKUP_WANTED;
        trail_ask(self);
    }
    if (backup->state != BACKUP_DONE || !backup_path(self, path, sizeof path)) {
        problem_set(problem, REASON_BUSY, "", "it is being made");
        return NULL;
    }
    return json_pack("{s:s, s:I, s:s%}", "file", path, "position", (json_int_t) backup->position,
                     "note", (const char *) self->trail.note.p, self->trail.note.n);
}
