/* SPDX-License-Identifier: Apache-2.0
 *
 * aside: see aside.h.
 */
#include "common/daemon/aside.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/daemon/site.h"
#include "common/ledger/ledger.h"

static int cannot(problem_t *problem, const char *path) {
    return problem_set(problem, REASON_INPUT_FILE, "", "%s: %s", path, strerror(errno));
}

/* Only a store that nobody has open: SQLite's lock says so. */
static int check_closed(const char *path, problem_t *problem) {
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "BEGIN EXCLUSIVE; COMMIT;", NULL, NULL, NULL);
    sqlite3_close(db);
    return rc == SQLITE_BUSY ? problem_set(problem, REASON_INPUT_FILE, "",
                                           "%s: the daemon runs; stop it first", path)
                             : 0;
}

static int move_one(const char *path, const char *suffix, const char *stamp, problem_t *problem) {
    char from[600], to[700];
    snprintf(from, sizeof from, "%s%s", path, suffix);
    snprintf(to, sizeof to, "%s.set-aside-%s%s", path, stamp, suffix);
    return rename(from, to) == 0 || errno == ENOENT ? 0 : cannot(problem, from);
}

static int write_reason(const char *path, const char *reason, problem_t *problem) {
    FILE *f = fopen(path, "we");
    bool ok = f && fprintf(f, "%s\n", reason) > 0 && fflush(f) == 0 && fsync(fileno(f)) == 0;
    if (f)
        ok = fclose(f) == 0 && ok;
    return ok ? 0 : cannot(problem, path);
}

int aside_move(const char *path, problem_t *problem) {
    char stamp[32];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
    return move_one(path, "", stamp, problem) || move_one(path, "-wal", stamp, problem) ||
                   move_one(path, "-shm", stamp, problem)
               ? -1
               : 0;
}

chronicle_t *aside_open(const char *path, const char *extra_schema, size_t cache,
                        problem_t *problem) {
    chronicle_t *chronicle = chronicle_open(path, extra_schema, cache, problem);
    if (chronicle || !ledger_damaged(problem))
        return chronicle;
    diag_alarm(DIAG_IO_ERROR, "%s: %s; set aside, its events are fetched back from the others",
               path, problem->detail);
    if (aside_move(path, problem) != 0)
        return NULL;
    *problem = (problem_t){0};
    return chronicle_open(path, extra_schema, cache, problem);
}

int aside_put(const char *site_folder, const char *name, const char *file, const char *reason,
              problem_t *problem) {
    char path[512], note[512];
    text_t text = text_of(reason);
    if (text.n < 1 || text.n > 500 || !text_valid_utf8(text) || text_has_controls(text) ||
        strchr(reason, '\n'))
        return problem_set(problem, REASON_FIELD_TEXT, "restore",
                           "a reason of one line, 1 to 500 bytes");
    site_t *site = site_open(site_folder, problem);
    int rc =
        site && site_state_path(site, path, sizeof path, name, file, false, problem) &&
                site_state_path(site, note, sizeof note, name, "restore.reason", false, problem)
            ? 0
            : -1;
    site_close(&site);
    if (rc == 0)
        rc = check_closed(path, problem) || write_reason(note, reason, problem) ||
             aside_move(path, problem);
    return rc ? -1 : 0;
}

bool aside_reason(const char *path, char *out, size_t size) {
    FILE *f = fopen(path, "re");
    bool found = f && fgets(out, (int) size, f);
    if (f)
        fclose(f);
    if (found)
        out[strcspn(out, "\n")] = '\0';
    return found && out[0];
}
