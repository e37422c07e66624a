/* SPDX-License-Identifier: Apache-2.0
 *
 * limits: what this machine can do at best, beside which the product's figures are to be read:
 * synced writes, SQLite inserts, Ed25519, SHA-256. Argument: a folder on the disk to measure.
 */
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "common/crypto/hash.h"
#include "tests/bench/measure.h"

#define RUNS 5

static double write_sync(const char *folder) {
    char path[512], block[4096];
    memset(block, 7, sizeof block);
    snprintf(path, sizeof path, "%s/sync", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int n = 0;
    double start = seconds();
    for (; fd >= 0 && n < 200; n++)
        if (write(fd, block, sizeof block) != (ssize_t) sizeof block || fdatasync(fd) != 0)
            break;
    double each = (seconds() - start) / (n ? n : 1);
    close(fd);
    unlink(path);
    return each * 1e6;
}

static double sqlite_batch(const char *folder) {
    char path[512], bytes[500];
    enum { ROWS = 20000 };
    sqlite3 *db;
    sqlite3_stmt *stmt = NULL;
    memset(bytes, 7, sizeof bytes);
    snprintf(path, sizeof path, "%s/batch.db", folder);
    unlink(path);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        return 0;
    sqlite3_exec(db,
                 "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                 "CREATE TABLE t (position INTEGER PRIMARY KEY, bytes BLOB); BEGIN",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t VALUES (NULL, ?1)", -1, &stmt, NULL);
    double start = seconds();
    for (int i = 0; i < ROWS; i++) {
        sqlite3_bind_blob(stmt, 1, bytes, sizeof bytes, SQLITE_STATIC);
        sqlite3_step(stmt);
        sqlite3_reset(stmt);
    }
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    double rate = ROWS / (seconds() - start);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    unlink(path);
    return rate;
}

static double ed25519(int verify) {
    unsigned char pk[32], sk[64], signature[64], message[500] = {1};
    enum { N = 2000 };
    int good = 0;
    crypto_sign_keypair(pk, sk);
    crypto_sign_detached(signature, NULL, message, sizeof message, sk);
    double start = seconds();
    for (int i = 0; i < N; i++)
        good += verify ? crypto_sign_verify_detached(signature, message, sizeof message, pk) == 0
                       : crypto_sign_detached(signature, NULL, message, sizeof message, sk) == 0;
    return good == N ? N / (seconds() - start) : 0;
}

static double sha256(void) {
    enum { BYTES = 1 << 24 };
    unsigned char *p = calloc(1, BYTES);
    double start = seconds();
    digest_t digest = hash_bytes((bytes_t){p, BYTES});
    double rate = BYTES / (seconds() - start) / 1e6 + (digest.b[0] ? 0 : 1e-9);
    free(p);
    return rate;
}

int main(int argc, char **argv) {
    double a[RUNS], b[RUNS], c[RUNS], d[RUNS], e[RUNS];
    if (argc != 2 || sodium_init() < 0)
        return 64;
    for (int i = 0; i < RUNS; i++) {
        a[i] = write_sync(argv[1]);
        b[i] = sqlite_batch(argv[1]);
        c[i] = ed25519(0);
        d[i] = ed25519(1);
        e[i] = sha256();
    }
    report("machine: 4 KiB write + fdatasync", a, RUNS, "us");
    report("machine: SQLite insert, one batch, 500 B", b, RUNS, "rows/s");
    report("machine: Ed25519 sign, one core", c, RUNS, "1/s");
    report("machine: Ed25519 verify, one core", d, RUNS, "1/s");
    report("machine: SHA-256, one core", e, RUNS, "MB/s");
    return 0;
}
