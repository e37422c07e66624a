/* SPDX-License-Identifier: Apache-2.0
 *
 * Archives and exports, as an auditor is handed one: an answer, whatever the file holds; and what is
 * called sound, with the checkpoint that left the house, is what was signed for. The first byte says what
 * the rest is: 0, the file; 1, changes to a right one, four bytes each: where (three), and which byte; 2,
 * the same behind the place (three) at which it is cut off.
 */
#include <fcntl.h>
#include <ftw.h>

#include "common/daemon/audit.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/together/company.h"

static char folder[] = "/tmp/countersign-fuzz-XXXXXX", path[512], right_path[512];
static buffer_t right, note;
static digest_t ledger, root;
static position_t last;

static int forget(const char *name, const struct stat *status, int type, struct FTW *where) {
    (void) status, (void) type, (void) where;
    return remove(name);
}
static void clean_up(void) { nftw(folder, forget, 8, FTW_DEPTH | FTW_PHYS); }

static void write_file(const char *name, const uint8_t *bytes, size_t n) {
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    HOLDS(fd >= 0 && write(fd, bytes, n) == (ssize_t) n && close(fd) == 0, "the input is written");
}

static void read_file(const char *name, buffer_t *out) {
    uint8_t piece[8192];
    FILE *file = fopen(name, "rbe");
    size_t n;
    HOLDS(file, "there is a company");
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buffer_put(out, piece, n);
    fclose(file);
}

static audit_t audit(const char *name, int *code) {
    audit_checkpoint_t given = {buffer_bytes(&note), "mailbox"};
    audit_options_t options = {.signatures = true,
                               .decisions = true,
                               .documents = true,
                               .threads = 1,
                               .ledger = last ? &ledger : NULL,
                               .checkpoints = &given,
                               .checkpoints_n = note.n ? 1 : 0};
    audit_t out;
    *code = audit_run(name, &options, &out);
    return out;
}

/* As an archiver leaves it: with a checkpoint, small pages, and no log. */
static void seal(const char *name, const signer_t *archiver) {
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    int code;
    audit_t found = audit(name, &code);
    HOLDS(code == 0, "the company's ledger is sound");
    ledger = found.ledger, root = found.root, last = found.last;
    audit_free(&found);
    tree_head_t head = {.ledger = ledger, .position = last, .root = root, .time = COMPANY_START};
    checkpoint_write(archiver, &head, &note);
    HOLDS(sqlite3_open(name, &db) == SQLITE_OK &&
              sqlite3_exec(db,
                           "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; CREATE TABLE note "
                           "(position INTEGER PRIMARY KEY, note BLOB NOT NULL); VACUUM;",
                           NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "INSERT INTO note VALUES (?1, ?2)", -1, &stmt, NULL) == SQLITE_OK,
          "it is an archive");
    sqlite3_bind_int64(stmt, 1, (int64_t) last);
    sqlite3_bind_blob(stmt, 2, note.p, (int) note.n, SQLITE_STATIC);
    HOLDS(sqlite3_step(stmt) == SQLITE_DONE, "with a checkpoint");
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void) argc, (void) argv;
    int code;
    HOLDS(mkdtemp(folder), "there is room");
    atexit(clean_up);
    company_t *company = company_new(folder, "company");
    signer_t *archiver = company_signer(3);
    snprintf(right_path, sizeof right_path, "%s/company/state/coordinator/ledger.db", folder);
    snprintf(path, sizeof path, "%s/input.db", folder);
    seal(right_path, archiver);
    read_file(right_path, &right);
    audit_t found = audit(right_path, &code);
    HOLDS(code == 0 && found.checkpoints == 2, "the archive is sound");
    audit_free(&found);
    signer_destroy(&archiver);
    company_destroy(&company);
    return 0;
}

static void make_input(const uint8_t *data, size_t size) {
    static buffer_t changed;
    if (data[0] == 0) {
        write_file(path, data + 1, size - 1);
        return;
    }
    buffer_clear(&changed);
    buffer_put(&changed, right.p, right.n);
    bool cut = data[0] == 2 && size >= 4;
    size_t from = cut ? 4 : 1;
    if (cut)
        changed.n = 1 + ((size_t) data[1] << 16 | (size_t) data[2] << 8 | data[3]) % changed.n;
    for (size_t i = from; i + 4 <= size; i += 4) {
        size_t at = (size_t) data[i] << 16 | (size_t) data[i + 1] << 8 | data[i + 2];
        changed.p[at % changed.n] = data[i + 3];
    }
    write_file(path, changed.p, changed.n);
}

static void compare_with_right(bool sound) {
    problem_t problem = {0};
    chronicle_t *a = chronicle_open_sealed(path, 16, &problem),
                *b = chronicle_open_sealed(right_path, 16, &problem);
    buffer_t one = {0}, other = {0};
    HOLDS(b && (a || !sound), "what is sound can be opened");
    if (a) {
        position_t at = audit_compare(a, b, last, &one, &other);
        HOLDS(at <= last && (!sound || at == 0), "what is sound is the same");
    }
    chronicle_close(&a);
    chronicle_close(&b);
    buffer_free(&one);
    buffer_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int code;
    if (size < 1)
        return 0;
    make_input(data, size);
    audit_t found = audit(path, &code);
    HOLDS(code >= 0 && code <= 2, "it answers");
    HOLDS((code == 1) == (found.found > 0) || code == 2, "findings are told");
    HOLDS(code != 2 || found.problem.reason, "who cannot tell says why");
    for (size_t i = 0; i < found.findings_n; i++)
        HOLDS(finding_text(found.findings[i].kind)[0], "a finding is a sentence");
    if (code == 0)
        HOLDS(found.last >= last && digest_equal(found.ledger, ledger) &&
                  (found.last > last || digest_equal(found.root, root)),
              "what is sound is what was signed for");
    audit_free(&found);
    compare_with_right(code == 0);
    return 0;
}
