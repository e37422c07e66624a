/* SPDX-License-Identifier: Apache-2.0
 *
 * export: a folder that an auditor takes along: the whole record as events.db (verify needs all of it:
 * a decision rests on what came before), a report, the newest checkpoint, a proof of each case asked
 * for with its documents, and the SHA-256 of every file. Written whole or not at all: into a folder of
 * another name that is renamed at the end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/daemon/attachments.h"
#include "common/event/named.h"
#include "common/ledger/blobs.h"
#include "common/screen/arguments.h"
#include "common/screen/words.h"
#include "daemons/auditor/auditor.h"

#define CASES_MAX 256

typedef struct exporting {
    auditor_t *self;
    const char *folder;
    buffer_t sums;
    bool failed;
} exporting_t;

static void fail(exporting_t *e, const char *name, const char *why) {
    if (!e->failed)
        auditor_fail(AUDIT_UNABLE, "%s: %s", name, why);
    e->failed = true;
}

static void note_sum(exporting_t *e, const char *name, bytes_t bytes) {
    char hex[65];
    digest_t digest = hash_bytes(bytes);
    buffer_format(&e->sums, "%s  %s\n", hex_print(digest.b, 32, hex), name);
}

static void write_file(exporting_t *e, const char *name, bytes_t bytes) {
    char path[SEALED_PATH];
    snprintf(path, sizeof path, "%.800s/%.200s", e->folder, name);
    FILE *file = fopen(path, "wxe");
    bool ok = file && fwrite(bytes.p, 1, bytes.n, file) == bytes.n && fflush(file) == 0 &&
              fsync(fileno(file)) == 0;
    int error = errno;
    if (file)
        ok = fclose(file) == 0 && ok;
    if (!ok)
        fail(e, path, strerror(error));
    else if (strcmp(name, "SHA256SUMS") != 0)
        note_sum(e, name, bytes);
}

static void make_folder(exporting_t *e, const char *name) {
    char path[SEALED_PATH];
    snprintf(path, sizeof path, "%.800s/%.200s", e->folder, name);
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        fail(e, path, strerror(errno));
}

/* Readable from a medium that cannot be written: no WAL. What can be erased stays behind. */
static void write_events(exporting_t *e) {
    char path[SEALED_PATH], sql[SEALED_PATH + 64];
    sqlite3 *from = ledger_db(chronicle_ledger(e->self->chronicle)), *db = NULL;
    snprintf(path, sizeof path, "%.800s/events.db", e->folder);
    sqlite3_exec(from, "COMMIT", NULL, NULL, NULL);
    char *quoted = sqlite3_mprintf("%Q", path);
    snprintf(sql, sizeof sql, "VACUUM main INTO %s", quoted);
    sqlite3_free(quoted);
    int rc = sqlite3_open_v2(e->self->file, &db, SQLITE_OPEN_READONLY, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        fail(e, path, sqlite3_errmsg(db));
    sqlite3_close(db);
    db = NULL;
    if (!e->failed && (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
                       sqlite3_exec(db,
                                    "PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON;"
                                    "DROP TABLE IF EXISTS blob; DROP TABLE IF EXISTS blob_key; DROP TABLE IF "
                                    "EXISTS blob_loose; VACUUM;",
                                    NULL, NULL, NULL) != SQLITE_OK))
        fail(e, path, sqlite3_errmsg(db));
    sqlite3_close(db);
    sqlite3_exec(from, "BEGIN", NULL, NULL, NULL);
    buffer_t bytes = {0};
    if (!e->failed && archive_read_file(path, SIZE_MAX / 2, &bytes))
        note_sum(e, "events.db", buffer_bytes(&bytes));
    buffer_free(&bytes);
}

/* ---- of a case ---- */

typedef struct documents { exporting_t *e; const char *number; } documents_t;

/* A name that no file system takes for a path. */
static void tame(char *name) {
    for (char *p = name; *p; p++)
        if (*p == '/' || *p == '\\' || (unsigned char) *p < 0x20)
            *p = '_';
    if (name[0] == '.')
        name[0] = '_';
}

static bool write_document(void *arg, const struct attachment *attachment, digest_t contact) {
    const documents_t *d = arg;
    buffer_t content = {0}, salted = {0};
    sqlite3 *db = ledger_db(chronicle_ledger(d->e->self->chronicle));
    (void) contact;
    if (!attachment)
        return true; /* a contact person does not leave the house */
    bool whole = true;
    for (size_t i = 0; i <= attachment->pieces.n && whole; i++) {
        digest_t blob = i ? attachment->pieces.at[i - 1].blob : attachment->blob;
        whole = blobs_get(db, blob, &salted) && digest_equal(blob_address(buffer_bytes(&salted)), blob);
        if (whole)
            buffer_put(&content, salted.p + BLOB_SALT, salted.n - BLOB_SALT);
    }
    if (whole) {
        char name[200], hex[65];
        snprintf(name, sizeof name, "documents/%.40s/", d->number);
        size_t at = strlen(name);
        snprintf(name + at, sizeof name - at, "%.8s-%.*s", hex_print(attachment->blob.b, 32, hex),
                 (int) (attachment->name.n < 100 ? attachment->name.n : 100), attachment->name.p);
        tame(name + at);
        char path[SEALED_PATH];
        snprintf(path, sizeof path, "%.700s/%.200s", d->e->folder, name);
        if (access(path, F_OK) != 0)
            write_file(d->e, name, buffer_bytes(&content));
    }
    buffer_free(&content);
    buffer_free(&salted);
    return true;
}

static int write_documents(void *arg, position_t position, bytes_t bytes) {
    documents_t *d = arg;
    decoded_t event;
    arena_t *arena = arena_new(0);
    (void) position;
    if (event_decode(bytes, arena, &event, NULL) == 0 && !event.derived)
        named_documents(event.info->kind, event.body, write_document, d);
    arena_destroy(&arena);
    return 0;
}

static bool has_blobs(auditor_t *self) {
    sqlite3_stmt *stmt = NULL;
    bool has = sqlite3_prepare_v2(ledger_db(chronicle_ledger(self->chronicle)),
                                  "SELECT salted FROM main.blob, main.blob_key LIMIT 0", -1, &stmt,
                                  NULL) == SQLITE_OK;
    sqlite3_finalize(stmt);
    return has;
}

static void write_case(exporting_t *e, const case_t *of) {
    char name[160], number[48];
    buffer_t proof = {0};
    problem_t problem = {0};
    ident_t id = of->id;
    position_t last = of->last;
    snprintf(number, sizeof number, "%.*s", (int) of->number.n, of->number.p);
    tame(number);
    snprintf(name, sizeof name, "proofs/%s.tlog-proof", number);
    if (proof_make(e->self, last, &proof, &problem) == 0)
        write_file(e, name, buffer_bytes(&proof));
    else
        auditor_problem(&problem); /* said, and no reason to export nothing */
    buffer_free(&proof);
    snprintf(name, sizeof name, "documents/%s", number);
    make_folder(e, name);
    documents_t documents = {e, number};
    if (has_blobs(e->self))
        ledger_walk_case(chronicle_ledger(e->self->chronicle), id, write_documents, &documents);
}

/* ---- the whole ---- */

typedef struct asked { const char *cases[CASES_MAX], *from, *to, *clause; size_t n; } asked_t;

static void fill(exporting_t *e, const asked_t *asked, const audit_t *audit) {
    auditor_t *self = e->self;
    position_t from = 1, to = archive_last(self);
    buffer_t bytes = {0};
    tree_head_t head;
    ident_t only;
    write_events(e);
    if (checkpoint_find(self, 0, &bytes, &head))
        write_file(e, "checkpoint.txt", buffer_bytes(&bytes));
    make_folder(e, "proofs");
    make_folder(e, "documents");
    for (size_t i = 0; i < asked->n && !e->failed; i++) {
        const case_t *of = archive_case(self, asked->cases[i]);
        if (!of) {
            e->failed = true;
            break;
        }
        only = of->id;
        write_case(e, of);
    }
    if ((asked->from && !archive_position(self, asked->from, &from)) ||
        (asked->to && !archive_position(self, asked->to, &to)))
        e->failed = true;
    buffer_clear(&bytes);
    if (!e->failed)
        report_html(self, audit, from, to, asked->clause, asked->n == 1 ? &only : NULL, &bytes);
    if (!e->failed)
        write_file(e, "report.html", buffer_bytes(&bytes));
    buffer_clear(&bytes);
    view_t view = archive_view(self);
    json_t *json = verdict_json(audit, &view);
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    json_decref(json);
    if (!e->failed)
        write_file(e, "verify.json", (bytes_t){(const uint8_t *) text, strlen(text)});
    free(text);
    if (!e->failed)
        write_file(e, "SHA256SUMS", buffer_bytes(&e->sums));
    buffer_free(&bytes);
}

int run_export(auditor_t *self, int argc, char **argv) {
    asked_t *asked = memory_new(1, sizeof *asked);
    const char *name;
    while (asked->n < CASES_MAX && (name = option_value(&argc, argv, "--case")) != NULL)
        asked->cases[asked->n++] = name;
    asked->from = option_value(&argc, argv, "--from");
    asked->to = option_value(&argc, argv, "--to");
    asked->clause = option_value(&argc, argv, "--clause");
    if (argc != 2) {
        free(asked);
        return auditor_usage(self);
    }
    char part[SEALED_PATH];
    audit_t audit = {.last = 0};
    audit_options_t options = {.signatures = true,
                               .decisions = true,
                               .documents = true,
                               .now = (moment_t) time(NULL) * 1000};
    int code = AUDIT_UNABLE;
    snprintf(part, sizeof part, "%.900s.part", argv[1]);
    if (access(argv[1], F_OK) == 0)
        auditor_fail(AUDIT_UNABLE, _("%s is there already"), argv[1]);
    else if (archive_find(self, argv[0]) == 0 &&
             (code = audit_run(self->file, &options, &audit)) != AUDIT_UNABLE) {
        chronicle_close(&audit.chronicle);
        problem_t problem = {0};
        exporting_t e = {.self = self, .folder = part};
        self->chronicle = chronicle_open_sealed(self->file, 2048, &problem);
        if (!self->chronicle || !archive_go(self, archive_last(self)) || mkdir(part, 0755) != 0)
            code = auditor_fail(AUDIT_UNABLE, _("%s cannot be made"), part);
        else {
            archive_words(self);
            fill(&e, asked, &audit);
            if (e.failed || rename(part, argv[1]) != 0)
                code = auditor_fail(AUDIT_UNABLE, _("not exported; what was begun is in %s"), part);
            else if (!self->json)
                printf(_("%s: open report.html in a browser; sha256sum -c SHA256SUMS; countersign-audit "
                         "verify %s\n"),
                       argv[1], argv[1]);
        }
        buffer_free(&e.sums);
    } else if (audit.problem.reason) {
        auditor_problem(&audit.problem);
    }
    audit_free(&audit);
    free(asked);
    return code;
}
