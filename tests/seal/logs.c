/* SPDX-License-Identifier: Apache-2.0
 *
 * logs: the log beside the file, as a killed process leaves it, cut or turned.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/daemon/audit.h"
#include "tests/seal/seal.h"

/* The last rows lie in a WAL alone; it is cut, or a byte of it turned. */
void log_tampered(uint64_t number, uint64_t seed, counts_t *counts, const char *folder) {
    char path[200], wal[256], copy[SEALED_PATH];
    draw_from(seed * UINT64_C(7000003) + number);
    snprintf(path, sizeof path, "%.100s/log.db", folder);
    snprintf(wal, sizeof wal, "%s-wal", path);
    sqlite3 *db = NULL;
    unlink(wal);
    file_write(path, sealed.file.p, sealed.file.n);
    insist(sqlite3_open(path, &db) == SQLITE_OK);
    long long last = last_position(db);
    sql(db, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;"
            "CREATE TEMP TABLE t AS SELECT * FROM event WHERE position > %lld; CREATE TEMP TABLE c AS SELECT * FROM command WHERE "
            "position > %lld; DELETE FROM event WHERE position > %lld; DELETE FROM command WHERE position > %lld;"
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0",
        last - 20, last - 20, last - 20, last - 20);
    for (long long at = last - 19; at <= last; at++)
        sql(db, "BEGIN; INSERT INTO event SELECT * FROM t WHERE position = %lld; INSERT INTO command SELECT * FROM c WHERE "
                "position = %lld; COMMIT", at, at);
    /* as a killed process would leave it */
    char kept[200];
    snprintf(kept, sizeof kept, "%.100s/kept.db", folder);
    char command[2600];
    snprintf(command, sizeof command, "cp %s %s && cp %s %s-wal", path, kept, wal, kept);
    insist(system(command) == 0);
    sqlite3_close(db);
    snprintf(wal, sizeof wal, "%s-wal", kept);
    struct stat status;
    insist(stat(wal, &status) == 0 && status.st_size > 0);
    if (below(2))
        insist(truncate(wal, (off_t) below((uint64_t) status.st_size)) == 0);
    else {
        uint8_t byte;
        off_t at = (off_t) below((uint64_t) status.st_size);
        int fd = open(wal, O_RDWR | O_CLOEXEC);
        insist(fd >= 0 && pread(fd, &byte, 1, at) == 1);
        byte ^= (uint8_t) (1 << below(8));
        insist(pwrite(fd, &byte, 1, at) == 1);
        close(fd);
    }
    problem_t problem = {0};
    if (sealed_prepare(kept, copy, &problem) != 0) {
        counts->tried++;
        counts->found++;
        return;
    }
    buffer_t image = file_read(copy[0] ? copy : kept);
    snprintf(path, sizeof path, "%.100s/audited.db", folder);
    if (!image_judged(&image, path, counts))
        printf("log %llu of seed %llu: called sound\n", (unsigned long long) number, (unsigned long long) seed);
    sealed_forget(copy);
    buffer_free(&image);
}
