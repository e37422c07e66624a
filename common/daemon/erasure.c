/* SPDX-License-Identifier: Apache-2.0
 *
 * erasure: see erasure.h.
 */
#include "common/daemon/erasure.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/daemon/wanted.h"
#include "common/ledger/blobs.h"

static const char aside_pragmas[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; "
                                    "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;";

/* In a transaction of its own, then its WAL; SQLite's code. */
static int clean(const char *path, const digest_t *list, size_t n) {
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, aside_pragmas, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, blobs_schema, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = blobs_try_erase(db, list, n);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = blobs_try_scrub(db);
    sqlite3_close(db);
    return rc;
}

static void remove_all(const char *path) {
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char name[900];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        if (unlink(name) != 0 && errno != ENOENT)
            diag_fatal(EX_IOERR, DIAG_IO_ERROR, "%s cannot be removed", name);
    }
}

static void clean_one(const char *path, const digest_t *list, size_t n) {
    int rc = clean(path, list, n) & 0xff;
    if (rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB || rc == SQLITE_ERROR) {
        diag_alarm(DIAG_IO_ERROR,
                   "%s cannot be cleaned of what was erased (%s), and may not keep it: removed",
                   path, sqlite3_errstr(rc));
        remove_all(path);
    } else if (rc != SQLITE_OK)
        diag_alarm(DIAG_IO_ERROR, "%s still holds what was erased (%s); tried at the next start",
                   path, sqlite3_errstr(rc));
}

static bool ends_with(const char *name, const char *end) {
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

void erasure_of_aside(const char *path, const digest_t *list, size_t n) {
    char folder[600], prefix[300], found[900];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int) (slash - path) : 1, slash ? path : ".");
    snprintf(prefix, sizeof prefix, "%s.set-aside-", slash ? slash + 1 : path);
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
            ends_with(entry->d_name, "-wal") || ends_with(entry->d_name, "-shm") ||
            ends_with(entry->d_name, "-journal"))
            continue;
        snprintf(found, sizeof found, "%s/%s", folder, entry->d_name);
        clean_one(found, list, n);
    }
    if (dir)
        closedir(dir);
}

bool erasure_run(chronicle_t *chronicle) {
    const digest_t *list;
    ledger_t *ledger = chronicle_ledger(chronicle);
    size_t n = context_erasures(chronicle_context(chronicle), &list), gone = 0;
    ledger_begin(ledger);
    for (size_t i = 0; i < n; i++) {
        gone += blobs_erase(ledger_db(ledger), list[i]);
        wanted_done(ledger, list[i]);
    }
    if (ledger_commit(ledger) != LEDGER_OK || !blobs_scrub(ledger_db(ledger))) {
        diag_alarm(DIAG_DISK_FULL, "the disk is full: what was erased goes when there is room");
        return false;
    }
    erasure_of_aside(sqlite3_db_filename(ledger_db(ledger), "main"), list, n);
    if (gone)
        diag_info(DIAG_GENERAL, "%zu contents are erased here", gone);
    return true;
}
