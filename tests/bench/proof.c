/* SPDX-License-Identifier: Apache-2.0
 *
 * proof: how long the proof of one event takes in a long archive, and how much memory. The archive is
 * made for it: its events are one byte each, under no signature, so that ten million of them fit; its
 * tree is what it would be of others: leaves, and the nodes that an archive keeps.
 *
 *   proof FOLDER [LEAVES]
 */
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/crypto/keys.h"
#include "common/ledger/ledger.h"
#include "common/ledger/ledger_internal.h"
#include "tests/bench/measure.h"

enum { PROOFS = 2000, AT_ONCE = 100000 };

typedef struct figures { double opened, proof[PROOFS]; } figures_t;

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_GENERAL, "%s", sqlite3_errmsg(db));
    return stmt;
}

static void run(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_GENERAL, "%s", sqlite3_errmsg(db));
}

static void step(sqlite3 *db, sqlite3_stmt *stmt) {
    if (sqlite3_step(stmt) != SQLITE_DONE)
        diag_fatal(EX_IOERR, DIAG_GENERAL, "%s", sqlite3_errmsg(db));
    sqlite3_reset(stmt);
}

static void put_nodes(sqlite3 *db, sqlite3_stmt *put, const frontier_t *frontier, digest_t leaf) {
    unsigned completes = (unsigned) __builtin_ctzll(frontier->size + 1);
    for (unsigned level = NODE_STEP; level <= completes; level += NODE_STEP) {
        digest_t hash = frontier_complete(frontier, leaf, level);
        sqlite3_bind_int64(put, 1, level);
        sqlite3_bind_int64(put, 2, (int64_t) ((frontier->size + 1) >> level) - 1);
        sqlite3_bind_blob(put, 3, hash.b, sizeof hash.b, SQLITE_STATIC);
        step(db, put);
    }
}

/* The tables of a ledger, without the indexes over them: no proof reads one. */
static digest_t make(const char *path, int64_t leaves) {
    sqlite3 *db = NULL;
    frontier_t frontier = {0};
    char id[64];
    if (sqlite3_open(path, &db) != SQLITE_OK)
        diag_fatal(EX_CANTCREAT, DIAG_GENERAL, "%s: %s", path, sqlite3_errmsg(db));
    snprintf(id, sizeof id, "PRAGMA application_id = %d", LEDGER_APPLICATION_ID);
    run(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE event (position INTEGER PRIMARY KEY, scope INTEGER NOT NULL, opens INTEGER NOT "
            "NULL, object BLOB NOT NULL, leaf BLOB NOT NULL, bytes BLOB NOT NULL);"
            "CREATE TABLE command (id BLOB PRIMARY KEY, position INTEGER NOT NULL, digest BLOB NOT NULL) "
            "WITHOUT ROWID;"
            "CREATE TABLE node (level INTEGER, number INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, "
            "number)) WITHOUT ROWID;"
            "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;");
    run(db, id);
    sqlite3_stmt *put = prepared(db, "INSERT INTO event VALUES (?1, 5, 0, x'00', ?2, ?3)"),
                 *put_node = prepared(db, "INSERT INTO node VALUES (?1, ?2, ?3)");
    for (int64_t i = 1; i <= leaves; i++) {
        uint8_t byte = (uint8_t) (i * 2654435761u >> 13);
        digest_t leaf = hash_leaf((bytes_t){&byte, 1});
        if (i % AT_ONCE == 1)
            run(db, "BEGIN");
        sqlite3_bind_int64(put, 1, i);
        sqlite3_bind_blob(put, 2, leaf.b, sizeof leaf.b, SQLITE_STATIC);
        sqlite3_bind_blob(put, 3, &byte, 1, SQLITE_STATIC);
        step(db, put);
        put_nodes(db, put_node, &frontier, leaf);
        frontier_append(&frontier, leaf);
        if (i % AT_ONCE == 0 || i == leaves)
            run(db, "COMMIT");
    }
    sqlite3_finalize(put);
    sqlite3_finalize(put_node);
    sqlite3_close(db);
    return frontier_root(&frontier);
}

static void measure(const char *path, position_t leaves, digest_t root, figures_t *f) {
    problem_t problem = {0};
    double start = seconds();
    ledger_t *ledger = ledger_open_sealed(path, NULL, &problem);
    if (!ledger || !ledger_take_to(ledger, leaves))
        diag_fatal(EX_DATAERR, DIAG_GENERAL, "%s: %s", path, problem.detail);
    f->opened = (seconds() - start) * 1e3;
    for (size_t i = 0; i < PROOFS; i++) {
        digest_t proof[64];
        size_t n;
        position_t at = 1 + randombytes_uniform((uint32_t) leaves);
        uint8_t byte = (uint8_t) (at * 2654435761u >> 13);
        start = seconds();
        int rc = ledger_inclusion(ledger, at, leaves, proof, &n);
        f->proof[i] = (seconds() - start) * 1e3;
        if (rc != 0 ||
            !merkle_inclusion_valid(hash_leaf((bytes_t){&byte, 1}), at - 1, leaves, proof, n, root))
            diag_fatal(EX_DATAERR, DIAG_GENERAL, "no proof of event %llu", (unsigned long long) at);
    }
    ledger_close(&ledger);
}

int main(int argc, char **argv) {
    static figures_t f;
    int64_t leaves = 10000000;
    char path[1100];
    int status;
    struct rusage usage;
    if (argc < 2 || (argc > 2 && !int_parse(text_of(argv[2]), 1, UINT32_MAX, &leaves)))
        return EX_USAGE;
    crypto_start();
    diag_open("proof", true);
    snprintf(path, sizeof path, "%.1000s/proof.db", argv[1]);
    unlink(path);
    digest_t root = make(path, leaves);
    fflush(stdout);
    pid_t child = fork(); /* its memory is that of proving alone */
    if (child == 0) {
        measure(path, (position_t) leaves, root, &f);
        printf("an archive of %lld events of one byte\n", (long long) leaves);
        report("opened, its tree taken up", &f.opened, 1, "ms");
        report("proof of one event", f.proof, PROOFS, "ms");
        double p99 = quantile(f.proof, PROOFS, 0.99);
        report("  p99", &p99, 1, "ms");
        fflush(stdout);
        _exit(0);
    }
    bool done = child > 0 && wait4(child, &status, 0, &usage) == child && status == 0;
    unlink(path);
    if (!done)
        return EX_SOFTWARE;
    double memory = (double) usage.ru_maxrss / 1024;
    report("  memory, all of it", &memory, 1, "MiB");
    return 0;
}
