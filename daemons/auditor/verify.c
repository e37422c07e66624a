/* SPDX-License-Identifier: Apache-2.0
 *
 * verify: the whole audit, told as sentences that a quality manager understands: which record, what,
 * since when, and what still holds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/exchange/proof.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/auditor/fetch.h"

#define GIVEN_MAX 64

/* ---- telling ---- */

static json_t *finding_json(const finding_t *f, const view_t *view) {
    json_t *json = json_object();
    json_put(json, "finding", json_string(finding_name(f->kind)));
    json_put_text(json, "text", text_of(finding_text(f->kind)));
    if (f->position)
        json_put(json, "position", json_of_position(f->position));
    json_put_text(json, "number", text_of(f->number));
    if (!ident_none(f->object))
        json_put(json, "case", json_of_ident(f->object));
    json_put_text(json, "event", text_of(f->event));
    if (f->time)
        json_put(json, "time", json_of_moment(f->time));
    if (view && !ident_none(f->actor))
        json_put(json, "by", view_actor(view, f->actor));
    if (f->problem.reason) {
        const char *clause =
            f->problem.clause[0] ? f->problem.clause : reason_clause(f->problem.reason);
        json_put(json, "reason", json_string(reason_name(f->problem.reason)));
        json_put_text(json, "clause", text_of(clause));
        json_put_text(json, "field", text_of(f->problem.field));
        json_put_text(json, "detail", text_of(f->problem.detail));
    }
    json_put_text(json, "file", text_of(f->problem.file));
    return json;
}

static json_t *head_json(const tree_head_t *head) {
    json_t *json = json_object();
    json_put(json, "position", json_of_position(head->position));
    json_put(json, "root", json_of_digest(head->root));
    if (head->time)
        json_put(json, "time", json_of_moment(head->time));
    return json;
}

json_t *verdict_json(const audit_t *audit, const view_t *view) {
    json_t *json = json_object(), *list = json_array();
    json_put(json, "sound", json_boolean(audit->found == 0));
    json_put(json, "ledger", json_of_digest(audit->ledger));
    json_put(json, "events", json_of_position(audit->last));
    json_put(json, "root", json_of_digest(audit->root));
    json_put(json, "from", json_of_moment(audit->first_time));
    json_put(json, "to", json_of_moment(audit->last_time));
    json_put(json, "signatures", json_integer((json_int_t) audit->signatures));
    json_put(json, "decisions", json_integer((json_int_t) audit->decisions));
    json_put(json, "documents", json_integer((json_int_t) audit->documents));
    json_put(json, "erased", json_integer((json_int_t) audit->erased));
    json_put(json, "checkpoints", json_integer((json_int_t) audit->checkpoints));
    json_put(json, "cosignatures", json_integer((json_int_t) audit->cosignatures));
    json_put(json, "sound_to", json_of_position(audit->sound_to));
    json_put(json, "decided_to", json_of_position(audit->decided_to));
    if (audit->newest.position)
        json_put(json, "checkpoint", head_json(&audit->newest));
    for (size_t i = 0; i < audit->findings_n; i++)
        json_array_append_new(list, finding_json(&audit->findings[i], view));
    json_put(json, "found", json_integer((json_int_t) audit->found));
    json_put(json, "findings", list);
    return json;
}

static void print_finding(const finding_t *f, const view_t *view) {
    if (f->position)
        printf(_("event %llu"), (unsigned long long) f->position);
    else
        printf("%s", f->problem.file[0] ? f->problem.file : _("the file"));
    if (f->event[0])
        printf(" · %s", language_word("kind", f->event));
    if (f->number[0])
        printf(" · %s", f->number);
    if (view && !ident_none(f->actor)) {
        json_t *who = view_actor(view, f->actor);
        const char *name = words_who(who);
        printf(" · %s", name[0] ? name : _("somebody unknown"));
        json_decref(who);
    }
    if (f->time) {
        char time[32];
        printf(" · ");
        show_time(moment_print(f->time, time));
    }
    printf(": %s", finding_text(f->kind));
    if (f->problem.reason && f->kind == FINDING_DECISION)
        printf(" — %s", reason_text(f->problem.reason));
    if (f->problem.detail[0])
        printf(" (%s)", f->problem.detail);
    if (f->position && f->problem.file[0])
        printf(" [%s]", f->problem.file);
    putchar('\n');
}

static void print_findings(const audit_t *audit, const view_t *view) {
    for (size_t i = 0; i < audit->findings_n; i++)
        print_finding(&audit->findings[i], view);
    if (audit->found > audit->findings_n)
        printf(_("and %llu more\n"), (unsigned long long) (audit->found - audit->findings_n));
}

/* What still stands. */
static void print_holds(const audit_t *audit) {
    char time[32];
    if (audit->newest.position == 0) {
        puts(_("No checkpoint of its archiver vouches for any of it."));
    } else {
        printf(_("Checkpoint at event %llu"), (unsigned long long) audit->newest.position);
        if (audit->newest.time) {
            printf(", ");
            show_time(moment_print(audit->newest.time, time));
        }
        puts(_(": its archiver signed for all events up to there, and they are those."));
    }
    if (audit->found && audit->sound_to)
        printf(_("Nothing was found about the events before %llu.\n"),
               (unsigned long long) audit->sound_to + 1);
    if (audit->found && audit->decided_to < audit->last)
        printf(_("Decisions were made again up to event %llu; what follows was looked at for its bytes and "
                 "signatures alone.\n"),
               (unsigned long long) audit->decided_to);
}

void verdict_print(const audit_t *audit, const view_t *view) {
    char hex[65], from[32], to[32];
    printf(_("record %s\n"), hex_print(audit->ledger.b, 32, hex));
    printf(_("%llu events, %.10s to %.10s; root %s\n"), (unsigned long long) audit->last,
           moment_print(audit->first_time, from), moment_print(audit->last_time, to),
           hex_print(audit->root.b, 32, hex));
    printf(_("%llu signatures checked, %llu decisions made again, %llu documents (%llu erased), %llu "
             "checkpoints, %llu cosignatures\n"),
           (unsigned long long) audit->signatures, (unsigned long long) audit->decisions,
           (unsigned long long) audit->documents, (unsigned long long) audit->erased,
           (unsigned long long) audit->checkpoints, (unsigned long long) audit->cosignatures);
    print_findings(audit, view);
    print_holds(audit);
    if (audit->found == 0)
        puts(_("Sound."));
    else
        printf(_("NOT sound: %llu findings.\n"), (unsigned long long) audit->found);
}

/* ---- asking ---- */

static void progress(void *arg, position_t at, position_t of) {
    (void) arg;
    enum { WIDTH = 40 };
    int done = of ? (int) (at * WIDTH / of) : WIDTH;
    fprintf(stderr, "\r[%.*s%*s] %llu / %llu", done, "########################################",
            WIDTH - done, "", (unsigned long long) at, (unsigned long long) of);
    if (at == of)
        fputc('\n', stderr);
}

typedef struct given {
    audit_checkpoint_t checkpoints[GIVEN_MAX];
    verifier_key_t witnesses[GIVEN_MAX];
    size_t checkpoints_n, witnesses_n;
    digest_t ledger;
    bool has_ledger;
} given_t;

static bool take_checkpoints(auditor_t *self, int *argc, char **argv, given_t *out) {
    const char *name;
    buffer_t bytes = {0};
    while ((name = option_value(argc, argv, "--checkpoint")) != NULL && out->checkpoints_n < GIVEN_MAX) {
        if (!archive_read_file(name, CHECKPOINT_NOTE_MAX, &bytes))
            return false;
        out->checkpoints[out->checkpoints_n++] =
            (audit_checkpoint_t){arena_bytes(self->arena, buffer_bytes(&bytes)), name};
    }
    buffer_free(&bytes);
    return true;
}

static bool take_given(auditor_t *self, int *argc, char **argv, given_t *out) {
    const char *text;
    problem_t problem = {0};
    if (!take_checkpoints(self, argc, argv, out))
        return false;
    while ((text = option_value(argc, argv, "--witness")) != NULL && out->witnesses_n < GIVEN_MAX)
        if (verifier_key_read(text_of(text), &out->witnesses[out->witnesses_n++], &problem) != 0) {
            auditor_problem(&problem);
            return false;
        }
    text = option_value(argc, argv, "--ledger");
    out->has_ledger = text != NULL;
    if (text && !hex_parse(text_of(text), out->ledger.b, sizeof out->ledger.b)) {
        auditor_fail(AUDIT_UNABLE, _("--ledger: the ledger's id, 64 hexadecimal digits"));
        return false;
    }
    return true;
}

/* An export has a list of its files, which nobody could have left out; a backup has none. */
static bool is_export(const char *path) {
    static const char *const names[] = {"SHA256SUMS", "events.db"};
    char name[SEALED_PATH];
    struct stat status;
    bool is = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !is; i++) {
        snprintf(name, sizeof name, "%.900s/%s", path, names[i]);
        is = lstat(name, &status) == 0;
    }
    return is;
}

/* Its record cannot be looked at; what is known of its files is said all the same. */
static int verify_unable(const auditor_t *self, const audit_t *audit) {
    if (audit->problem.reason)
        auditor_problem(&audit->problem);
    if (audit->found == 0)
        return AUDIT_UNABLE;
    if (self->json) {
        auditor_print(verdict_json(audit, NULL));
    } else {
        print_findings(audit, NULL);
        printf(_("NOT sound: %llu findings.\n"), (unsigned long long) audit->found);
    }
    return AUDIT_FOUND;
}

static int verify_archive(auditor_t *self, const char *path, const given_t *given,
                          audit_options_t *options) {
    audit_t audit = {.last = 0};
    options->checkpoints = given->checkpoints;
    options->checkpoints_n = given->checkpoints_n;
    options->witnesses = given->witnesses;
    options->witnesses_n = given->witnesses_n;
    options->ledger = given->has_ledger ? &given->ledger : NULL;
    options->now = (moment_t) time(NULL) * 1000;
    options->progress = !self->json && isatty(STDERR_FILENO) ? progress : NULL;
    int code = archive_find(self, path) == 0 ? audit_run(self->file, options, &audit) : AUDIT_UNABLE;
    if (is_export(path))
        audit_folder(path, &audit);
    if (code == AUDIT_UNABLE) {
        code = verify_unable(self, &audit);
        audit_free(&audit);
        return code;
    }
    self->chronicle = audit.chronicle; /* for the names of whom it speaks of */
    audit.chronicle = NULL;
    view_t view = archive_view(self);
    archive_words(self);
    if (self->json)
        auditor_print(verdict_json(&audit, &view));
    else
        verdict_print(&audit, &view);
    code = audit.found ? AUDIT_FOUND : AUDIT_SOUND;
    audit_free(&audit);
    return code;
}

/* The record of a running archiver: fetched into a file, which is kept where that was asked for. */
static int verify_bus(auditor_t *self, fetching_t *fetching, given_t *given,
                      audit_options_t *options) {
    const char *tmp = getenv("TMPDIR");
    char folder[256] = "", file[300];
    if (!fetching->file) {
        snprintf(folder, sizeof folder, "%.200s/countersign-audit-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
        if (!mkdtemp(folder))
            return auditor_fail(AUDIT_UNABLE, "%s: %s", folder, strerror(errno));
        snprintf(file, sizeof file, "%s/archive.db", folder);
        fetching->file = file;
    }
    fetching->documents = options->documents;
    fetching->progress = !self->json && isatty(STDERR_FILENO) ? progress : NULL;
    int code = fetch_run(fetching);
    if (code == AUDIT_SOUND && !given->has_ledger) {
        given->ledger = fetching->ledger;
        given->has_ledger = true;
    }
    if (code == AUDIT_SOUND)
        code = verify_archive(self, fetching->file, given, options);
    if (folder[0])
        sealed_forget(file);
    return code;
}

/* Takes --bus and what belongs to it out of the arguments; false: it was not asked for. */
static bool take_bus(int *argc, char **argv, fetching_t *out, bool *wrong) {
    const char *patience = option_value(argc, argv, "--patience");
    *out = (fetching_t){.name = option_value(argc, argv, "--bus"),
                        .site = option_value(argc, argv, "--site"),
                        .file = option_value(argc, argv, "--keep"),
                        .patience_s = 20};
    *wrong = (patience && !int_parse(text_of(patience), 1, 3600, &out->patience_s)) ||
             (!out->name && (out->site || out->file || patience)) || (out->name && *argc != 0);
    return out->name != NULL;
}

int run_verify(auditor_t *self, int argc, char **argv) {
    given_t *given = memory_new(1, sizeof *given);
    fetching_t fetching;
    bool wrong;
    audit_options_t options = {.documents = !option_flag(&argc, argv, "--no-documents")};
    options.signatures = !option_flag(&argc, argv, "--no-signatures");
    options.decisions = !option_flag(&argc, argv, "--no-decisions");
    int code = AUDIT_UNABLE;
    if (take_given(self, &argc, argv, given)) {
        bool bus = take_bus(&argc, argv, &fetching, &wrong);
        uint8_t head[32] = {0};
        FILE *file = argc == 1 ? fopen(argv[0], "rbe") : NULL;
        size_t n = file ? fread(head, 1, sizeof head, file) : 0;
        buffer_t bytes = {0};
        if (file)
            fclose(file);
        if (wrong || (!bus && argc != 1))
            code = auditor_usage(self);
        else if (bus)
            code = verify_bus(self, &fetching, given, &options);
        else if (!proof_is((bytes_t){head, n}))
            code = verify_archive(self, argv[0], given, &options);
        else if (archive_read_file(argv[0], 4u << 20, &bytes))
            code = proof_verify(self, buffer_bytes(&bytes), argv[0],
                                given->has_ledger ? &given->ledger : NULL, given->witnesses,
                                given->witnesses_n);
        buffer_free(&bytes);
    }
    free(given);
    return code;
}
