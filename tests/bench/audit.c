/* SPDX-License-Identifier: Apache-2.0
 *
 * audit: how fast an archive is verified, beside what reading and hashing it, and checking its
 * signatures, take at least on this machine; how long one proof takes; what keeping the root costs.
 * All in one run, the runs interleaved.
 *
 *   audit LEDGER.DB [RUNS]
 */
#include <pthread.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/crypto/keys.h"
#include "common/daemon/audit.h"
#include "common/ledger/ledger.h"
#include "common/crypto/merkle.h"
#include "tests/bench/measure.h"

#define RUNS_MAX 25
enum { PROOFS = 2000, CHECKS = 4000, THREADS_MAX = 64 };

typedef struct figures {
    size_t n;
    double row[RUNS_MAX], read[RUNS_MAX], root[RUNS_MAX], decode[RUNS_MAX], decode_ratio[RUNS_MAX];
    double one[RUNS_MAX], cores_ratio[RUNS_MAX];
    double plain[RUNS_MAX], decided[RUNS_MAX], checked[RUNS_MAX], limit[RUNS_MAX];
    double upkeep[RUNS_MAX], plain_ratio[RUNS_MAX], decided_ratio[RUNS_MAX], checked_ratio[RUNS_MAX];
    double proof[RUNS_MAX];
} figures_t;

/* Every row in order on one core, and of it what is asked for. To read and to hash is what nobody who
   verifies can do without. Events a second. */
typedef struct stages { bool hash, root, decode; } stages_t;
static double scan(const char *path, stages_t stages) {
    sqlite3 *db;
    sqlite3_stmt *stmt;
    frontier_t frontier = {0};
    arena_t *arena = arena_new(0);
    uint8_t sum = 0;
    char uri[1100];
    double n = 0, start = seconds();
    snprintf(uri, sizeof uri, "file:%.1000s?immutable=1", path);
    if (sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT bytes FROM event ORDER BY position", -1, &stmt, NULL) !=
            SQLITE_OK)
        diag_fatal(EX_NOINPUT, DIAG_GENERAL, "%s cannot be read", path);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        bytes_t bytes = {sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0)};
        digest_t leaf = stages.hash ? hash_leaf(bytes) : (digest_t){{bytes.p[0]}};
        decoded_t event;
        sum ^= leaf.b[0];
        if (stages.root)
            frontier_append(&frontier, leaf);
        arena_reset(arena);
        if (stages.decode && event_decode(bytes, arena, &event, NULL) != 0)
            diag_fatal(EX_DATAERR, DIAG_GENERAL, "%s is not sound", path);
        n++;
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    arena_destroy(&arena);
    return n / (seconds() - start) + (sum == 0 ? 1e-9 : 0);
}

/* Events a second; *checked: signatures of them a second. threads 0: all cores. */
static double verify(const char *path, unsigned threads, bool decisions, bool signatures,
                     double *checked) {
    audit_options_t options = {
        .threads = threads, .decisions = decisions, .signatures = signatures};
    audit_t audit;
    double start = seconds();
    if (audit_run(path, &options, &audit) != 0)
        diag_fatal(EX_DATAERR, DIAG_GENERAL, "%s is not sound", path);
    double took = seconds() - start, rate = (double) audit.last / took;
    if (checked)
        *checked = (double) audit.signatures / took;
    audit_free(&audit);
    return rate;
}

/* ---- Ed25519 on all cores ---- */

typedef struct checking { pubkey_t key; signature_t signature; uint8_t message[420]; } checking_t;

static void *check(void *arg) {
    const checking_t *c = arg;
    for (int i = 0; i < CHECKS; i++)
        if (!signature_valid(c->key, DOMAIN_COMMAND, (bytes_t){c->message, sizeof c->message},
                             &c->signature))
            return arg;
    return NULL;
}

static double check_on_all_cores(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t threads[THREADS_MAX];
    checking_t c = {.message = {1}};
    signer_t *signer = signer_new();
    c.key = signer_key(signer);
    c.signature = signer_sign(signer, DOMAIN_COMMAND, (bytes_t){c.message, sizeof c.message});
    signer_destroy(&signer);
    cores = cores > THREADS_MAX ? THREADS_MAX : cores;
    double start = seconds();
    for (long i = 0; i < cores; i++)
        if (pthread_create(&threads[i], NULL, check, &c) != 0)
            diag_fatal(EX_OSERR, DIAG_GENERAL, "no thread");
    for (long i = 0; i < cores; i++)
        pthread_join(threads[i], NULL);
    return (double) (cores * CHECKS) / (seconds() - start);
}

/* ---- one proof; the root ---- */

static double prove(ledger_t *ledger) {
    digest_t proof[64];
    size_t n;
    position_t last = ledger_last(ledger);
    double start = seconds();
    for (uint32_t i = 0; i < PROOFS; i++)
        if (ledger_inclusion(ledger, 1 + randombytes_uniform((uint32_t) last), last, proof, &n) !=
            LEDGER_OK)
            diag_fatal(EX_DATAERR, DIAG_GENERAL, "no proof");
    return (seconds() - start) / PROOFS * 1e6;
}

/* Nanoseconds an event: its place in the tree, not its own hash. */
static double keep_root(uint64_t events) {
    frontier_t frontier = {0};
    digest_t leaf = {{1}};
    double start = seconds();
    for (uint64_t i = 0; i < events; i++)
        frontier_append(&frontier, leaf);
    leaf = frontier_root(&frontier);
    return (seconds() - start) / (double) events * 1e9 + (leaf.b[0] ? 0 : 1e-9);
}

/* MiB at most in a process that does nothing else. */
static double memory_of(const char *path) {
    int status;
    struct rusage usage;
    pid_t child = fork();
    if (child == 0) {
        verify(path, 0, true, true, NULL);
        _exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "no process");
    return (double) usage.ru_maxrss / 1024;
}

static void measure(const char *path, ledger_t *ledger, figures_t *f) {
    for (size_t i = 0; i < f->n; i++) {
        f->row[i] = scan(path, (stages_t){.hash = false});
        f->read[i] = scan(path, (stages_t){.hash = true});
        f->root[i] = scan(path, (stages_t){.hash = true, .root = true});
        f->decode[i] = scan(path, (stages_t){.hash = true, .root = true, .decode = true});
        f->plain[i] = verify(path, 0, false, false, NULL);
        f->decided[i] = verify(path, 0, true, false, NULL);
        f->one[i] = verify(path, 1, true, false, NULL);
        f->limit[i] = check_on_all_cores();
        verify(path, 0, true, true, &f->checked[i]);
        f->proof[i] = prove(ledger);
        f->upkeep[i] = keep_root(1000000);
        f->plain_ratio[i] = f->plain[i] / f->read[i];
        f->decode_ratio[i] = f->decode[i] / f->root[i];
        f->decided_ratio[i] = f->decided[i] / f->read[i];
        f->cores_ratio[i] = f->decided[i] / f->one[i];
        f->checked_ratio[i] = f->checked[i] / f->limit[i];
    }
}

int main(int argc, char **argv) {
    int64_t runs = 5;
    problem_t problem = {0};
    figures_t f = {.n = 0};
    if (argc < 2 || (argc > 2 && !int_parse(text_of(argv[2]), 1, RUNS_MAX, &runs)))
        return EX_USAGE;
    crypto_start();
    diag_open("audit", true);
    f.n = (size_t) runs;
    double memory = memory_of(argv[1]);
    ledger_t *ledger = ledger_open(argv[1], NULL, &problem);
    if (!ledger)
        diag_fatal(EX_NOINPUT, DIAG_GENERAL, "%s", problem.detail);
    printf("an archive of %llu events\n", (unsigned long long) ledger_last(ledger));
    measure(argv[1], ledger, &f);
    ledger_close(&ledger);
    report("one core: SQLite read in order", f.row, f.n, "events/s");
    report("limit: and SHA-256", f.read, f.n, "events/s");
    report("one core: and the tree", f.root, f.n, "events/s");
    report("one core: and decoded", f.decode, f.n, "events/s");
    report("  of that without decoding", f.decode_ratio, f.n, "");
    report("verify: bytes, forms, places, root", f.plain, f.n, "events/s");
    report("  of that limit", f.plain_ratio, f.n, "");
    report("verify: and each decided again", f.decided, f.n, "events/s");
    report("  of that limit", f.decided_ratio, f.n, "");
    report("  the same on one core", f.one, f.n, "events/s");
    report("  all cores by one", f.cores_ratio, f.n, "");
    report("limit: Ed25519 on all cores", f.limit, f.n, "1/s");
    report("verify: with signatures", f.checked, f.n, "signatures/s");
    report("  of that limit", f.checked_ratio, f.n, "");
    report("verify: memory, all of it", &memory, 1, "MiB");
    report("proof of one event", f.proof, f.n, "us");
    report("keeping the root", f.upkeep, f.n, "ns/event");
    return 0;
}
