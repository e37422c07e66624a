/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_sealed: makes sure that a file is read as it is: a process that has it open would change it
 * meanwhile, and what lies in a WAL beside it would be left out. Evidence is not touched: where a WAL
 * has to be worked in, that is done to a copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/daemon/audit.h"

/* SQLite's lock bytes (file format 4.3, os.h): whoever has the file open in our daemons holds some. */
#define LOCK_FIRST 0x40000000
#define LOCK_BYTES 512

static int cannot(const char *path, problem_t *problem, const char *what) {
    problem_set(problem, REASON_INPUT_FILE, "", "%s", what);
    snprintf(problem->file, sizeof problem->file, "%.*s", (int) sizeof problem->file - 1, path);
    return -1;
}

static bool in_use(int fd) {
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_FIRST, .l_len = LOCK_BYTES};
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static bool copy_file(const char *from, const char *to) {
    int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
    struct stat status;
    bool ok = in >= 0 && fstat(in, &status) == 0;
    if (ok)
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ok = ok && out >= 0;
    for (off_t at = 0; ok && at < status.st_size;)
        ok = sendfile(out, in, &at, (size_t) (status.st_size - at)) > 0;
    if (in >= 0)
        close(in);
    if (out >= 0)
        ok = close(out) == 0 && ok;
    return ok;
}

static bool work_in(const char *copy) {
    sqlite3 *db = NULL;
    bool ok = sqlite3_open_v2(copy, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
              sqlite3_exec(db, "PRAGMA journal_mode = DELETE; SELECT count (*) FROM sqlite_master;",
                           NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return ok;
}

static int copy_with_wal(const char *path, const char *wal, char copy[SEALED_PATH],
                         problem_t *problem) {
    const char *folder = getenv("TMPDIR");
    char place[SEALED_PATH - 16], copied_wal[SEALED_PATH + 8];
    snprintf(place, sizeof place, "%.900s/countersign-XXXXXX", folder && folder[0] ? folder : "/tmp");
    if (!mkdtemp(place))
        return cannot(place, problem, "no room for a copy beside its write-ahead log");
    snprintf(copy, SEALED_PATH, "%s/archive.db", place);
    snprintf(copied_wal, sizeof copied_wal, "%s-wal", copy);
    if (copy_file(path, copy) && copy_file(wal, copied_wal) && work_in(copy))
        return 0;
    sealed_forget(copy);
    copy[0] = '\0';
    return cannot(path, problem, "its write-ahead log cannot be read");
}

int sealed_prepare(const char *path, char copy[SEALED_PATH], problem_t *problem) {
    char wal[SEALED_PATH];
    struct stat status;
    copy[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return cannot(path, problem, strerror(errno));
    bool used = in_use(fd), file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    close(fd);
    if (!file)
        return cannot(path, problem, "not a file");
    if (used)
        return cannot(path, problem,
                      "a daemon has it open; make a backup of it: countersign-archiver backup DIR");
    snprintf(wal, sizeof wal, "%.1000s-wal", path);
    if (stat(wal, &status) != 0 || status.st_size == 0)
        return 0;
    return copy_with_wal(path, wal, copy, problem);
}

void sealed_remove(const char *file) {
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char path[SEALED_PATH + 16];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(path, sizeof path, "%.1024s%s", file, suffixes[i]);
        unlink(path);
    }
}

void sealed_forget(const char *copy) {
    char folder[SEALED_PATH + 16];
    if (!copy[0])
        return;
    sealed_remove(copy);
    snprintf(folder, sizeof folder, "%s", copy);
    *strrchr(folder, '/') = '\0';
    rmdir(folder);
}
