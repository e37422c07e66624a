/* SPDX-License-Identifier: Apache-2.0
 *
 * command: what an administrator types beside the daemon.
 *
 *     countersign-archiver checkpoint [--site DIR]             sign one now, and print it
 *     countersign-archiver backup FOLDER [--site DIR]          while it runs; checked before it counts
 *     countersign-archiver restore FOLDER [--site DIR] [--checkpoint FILE]... [--behind REASON]
 *
 * A restored archive is checked whole, against the newest checkpoint that left the house. One that is
 * behind it lacks events that were signed for: it is not put in place unless a reason is given, and then the
 * coordinator accepts nothing until the events are found with the others or an administrator signs
 * ledger.resume.
 */
#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/language.h"
#include "common/bus/sockets.h"
#include "common/daemon/audit.h"
#include "common/screen/arguments.h"
#include "daemons/archiver/archiver.h"

#define ANSWER_MS 10000
#define ASK_AGAIN_MS 100
#define WAIT_MAX_MS (4 * 3600 * 1000)
#define CHECKPOINTS_MAX 16

__attribute__((format(printf, 2, 3))) static int say(int code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("countersign-archiver: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    return code;
}

static int say_problem(const problem_t *problem) {
    char text[1100];
    problem_print(problem, text, sizeof text);
    return say(EX_CONFIG, "%s", text);
}

/* ---- asking the daemon ---- */

static zsock_t *dial(const site_t *site) {
    char endpoint[256];
    site_daemon_endpoint(site, endpoint, sizeof endpoint, "archiver");
    if (!endpoint[0] || access(endpoint + strlen("ipc://"), R_OK | W_OK) != 0) {
        say(EX_UNAVAILABLE, _("the archiver does not run on this machine, or is another user's (%s)"),
            endpoint);
        return NULL;
    }
    zsock_t *socket = zsock_new(ZMQ_DEALER);
    zsock_set_linger(socket, 1000);
    zsock_set_rcvtimeo(socket, ANSWER_MS);
    if (zsock_connect(socket, "%s", endpoint) != 0)
        zsock_destroy(&socket);
    return socket;
}

/* One question; *reply lives in the arena. False: no answer. */
static bool ask_once(zsock_t *socket, const char *name, arena_t *arena, const struct reply **reply) {
    struct local_query query = {.person = TEXT("-"), .name = text_of(name)};
    buffer_t frame = {0};
    message_type_t type;
    const void *body;
    message_encode(MESSAGE_LOCAL_QUERY, &query, &frame);
    zframe_t *z = zframe_new(frame.p, frame.n);
    buffer_free(&frame);
    if (zframe_send(&z, socket, 0) != 0)
        return false;
    z = zframe_recv(socket);
    if (!z)
        return false;
    bytes_t bytes = arena_bytes(arena, (bytes_t){zframe_data(z), zframe_size(z)});
    zframe_destroy(&z);
    if (message_decode(bytes, arena, &type, &body, NULL) != 0 || type != MESSAGE_ANSWER)
        return false;
    *reply = body;
    return true;
}

/* Until it is done. NULL with the error said. */
static json_t *ask(zsock_t *socket, const char *name) {
    int64_t until = zclock_mono() + WAIT_MAX_MS;
    json_t *json = NULL;
    for (bool again = true; again && zclock_mono() < until;) {
        arena_t *arena = arena_new(0);
        const struct reply *reply;
        again = false;
        if (!ask_once(socket, name, arena, &reply))
            say(EX_UNAVAILABLE, _("the archiver does not answer"));
        else if (reply->reason == REASON_BUSY) {
            again = true;
            zclock_sleep(ASK_AGAIN_MS);
        } else if (reply->reason)
            say(EX_DATAERR, "%s (%.*s)", reason_text((reason_t) reply->reason),
                (int) reply->detail.n, reply->detail.p);
        else
            json = json_loadb((const char *) reply->json.p, reply->json.n, 0, NULL);
        arena_destroy(&arena);
    }
    return json;
}

static int run_checkpoint(const site_t *site) {
    zsock_t *socket = dial(site);
    json_t *json = socket ? ask(socket, "checkpoint") : NULL;
    const char *note = json_string_value(json_object_get(json, "note"));
    int code = !socket ? EX_UNAVAILABLE : !json ? EX_DATAERR : EX_OK;
    if (code == EX_OK && note && note[0])
        fputs(note, stdout);
    else if (code == EX_OK)
        code = say(EX_TEMPFAIL, _("nothing was verified yet that could be signed for"));
    json_decref(json);
    zsock_destroy(&socket);
    return code;
}

/* ---- files ---- */

static bool sync_folder(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Copies whole: under another name first, synced, then renamed; an existing file is not replaced. */
static int copy(const char *from, const char *to, char part[SEALED_PATH]) {
    uint8_t piece[65536];
    ssize_t n = 0;
    snprintf(part, SEALED_PATH, "%.1000s.part", to);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = in >= 0 && out >= 0;
    while (ok && (n = read(in, piece, sizeof piece)) > 0)
        ok = write(out, piece, (size_t) n) == n;
    ok = ok && n == 0 && fsync(out) == 0;
    int error = errno;
    if (in >= 0)
        close(in);
    if (out >= 0)
        ok = close(out) == 0 && ok;
    return ok ? 0 : say(EX_IOERR, "%s: %s", in < 0 ? from : part, strerror(error));
}

static bool write_text(const char *folder, const char *name, const char *text) {
    char path[SEALED_PATH];
    snprintf(path, sizeof path, "%.900s/%s", folder, name);
    FILE *file = fopen(path, "we");
    bool ok = file && fputs(text, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (file)
        ok = fclose(file) == 0 && ok;
    return ok;
}

/* ---- backup ---- */

/* What was copied is what was signed for: every byte is hashed again. */
static int check_copy(const char *path, const char *note) {
    audit_checkpoint_t given = {{(const uint8_t *) note, strlen(note)}, "checkpoint.txt"};
    audit_options_t options = {.checkpoints = &given, .checkpoints_n = 1};
    audit_t audit;
    int found = audit_run(path, &options, &audit);
    if (found == 1)
        say(EX_DATAERR, _("the copy is not sound: %s; keep the backup before it"),
            finding_text(audit.findings[0].kind));
    else if (found == 2)
        say_problem(&audit.problem);
    else
        printf(_("backup of %llu events, checked against the checkpoint of event %llu\n"),
               (unsigned long long) audit.last, (unsigned long long) audit.newest.position);
    audit_free(&audit);
    return found == 0 ? EX_OK : EX_DATAERR;
}

static int take_backup(const json_t *json, const char *folder) {
    char to[SEALED_PATH], part[SEALED_PATH];
    const char *from = json_string_value(json_object_get(json, "file")),
               *note = json_string_value(json_object_get(json, "note"));
    snprintf(to, sizeof to, "%.900s/archive.db", folder);
    if (!from || !note)
        return say(EX_PROTOCOL, _("the answer cannot be read"));
    int code = copy(from, to, part);
    if (code == 0)
        code = check_copy(part, note);
    if (code == EX_OK && (rename(part, to) != 0 || !write_text(folder, "checkpoint.txt", note) ||
                          !sync_folder(folder)))
        code = say(EX_IOERR, "%s: %s", folder, strerror(errno));
    if (code != EX_OK)
        unlink(part);
    return code;
}

static int run_backup(const site_t *site, const char *folder) {
    struct stat status;
    if (mkdir(folder, 0700) != 0 && (errno != EEXIST || stat(folder, &status) != 0 ||
                                     !S_ISDIR(status.st_mode)))
        return say(EX_CANTCREAT, "%s: %s", folder, strerror(errno));
    zsock_t *socket = dial(site);
    json_t *json = socket ? ask(socket, "backup") : NULL;
    int code = !socket ? EX_UNAVAILABLE : json ? take_backup(json, folder) : EX_DATAERR;
    if (json)
        json_decref(ask(socket, "backup-done"));
    json_decref(json);
    zsock_destroy(&socket);
    return code;
}

/* ---- restore ---- */

typedef struct given {
    audit_checkpoint_t list[CHECKPOINTS_MAX];
    buffer_t bytes[CHECKPOINTS_MAX];
    size_t n;
} given_t;

static void name_given(int *argc, char **argv, given_t *out) {
    while (out->n < CHECKPOINTS_MAX &&
           (out->list[out->n].name = option_value(argc, argv, "--checkpoint")) != NULL)
        out->n++;
}

static int read_given(given_t *self) {
    for (size_t i = 0; i < self->n; i++) {
        uint8_t piece[CHECKPOINT_NOTE_MAX];
        FILE *file = fopen(self->list[i].name, "rbe");
        size_t n = file ? fread(piece, 1, sizeof piece, file) : 0;
        if (file)
            fclose(file);
        if (!n)
            return say(EX_NOINPUT, "%s: %s", self->list[i].name, file ? _("it is empty") : strerror(errno));
        buffer_put(&self->bytes[i], piece, n);
        self->list[i].note = buffer_bytes(&self->bytes[i]);
    }
    return EX_OK;
}

/* The highest that is given; what lies behind the archive's end is missing from it. */
static tree_head_t newest_of(const given_t *given) {
    tree_head_t newest = {.position = 0};
    for (size_t i = 0; i < given->n; i++) {
        signed_note_t note;
        tree_head_t head;
        if (checkpoint_read(given->list[i].note, &note, &head, NULL) == 0 &&
            head.position > newest.position)
            newest = head;
    }
    return newest;
}

static bool only_short(const audit_t *audit) {
    for (size_t i = 0; i < audit->findings_n; i++)
        if (audit->findings[i].kind != FINDING_SHORT)
            return false;
    return audit->findings_n > 0;
}

/* 0: it may be put in place. */
static int judge(const char *path, const site_t *site, const given_t *given, const char *behind,
                 position_t *last) {
    audit_options_t options = {.signatures = true,
                               .decisions = true,
                               .documents = true,
                               .ledger = &site->ledger,
                               .checkpoints = given->list,
                               .checkpoints_n = given->n};
    audit_t audit;
    int found = audit_run(path, &options, &audit);
    int code = EX_OK;
    *last = audit.last;
    if (found == 2)
        code = say_problem(&audit.problem);
    else if (found == 1 && only_short(&audit)) {
        tree_head_t newest = newest_of(given);
        say(EX_DATAERR,
            _("it ends at event %llu; events up to %llu were signed for. Look for a newer backup"),
            (unsigned long long) audit.last, (unsigned long long) newest.position);
        if (!behind)
            code = say(EX_DATAERR, _("not restored; --behind REASON restores it all the same, and nothing is "
                                     "accepted until the events are found or an administrator lets it go on"));
    } else if (found == 1)
        code = say(EX_DATAERR, _("not restored: event %llu: %s. countersign-audit verify says more"),
                   (unsigned long long) audit.findings[0].position,
                   finding_text(audit.findings[0].kind));
    audit_free(&audit);
    return code;
}

static int put_in_place(const site_t *site, const char *from, const given_t *given, position_t last) {
    char to[512], part[SEALED_PATH], folder[512];
    problem_t problem = {0};
    struct stat status;
    if (!site_state_path(site, to, sizeof to, "archiver", "archive.db", true, &problem))
        return say_problem(&problem);
    if (access(to, F_OK) == 0)
        return say(EX_CANTCREAT, _("%s is there: it is never replaced; move it aside first"), to);
    int code = copy(from, to, part);
    chronicle_t *chronicle = code == 0 ? chronicle_open(part, NULL, 16, &problem) : NULL;
    if (!chronicle)
        return code ? code : say_problem(&problem);
    tree_head_t newest = newest_of(given);
    ledger_t *ledger = chronicle_ledger(chronicle);
    ledger_begin(ledger);
    ledger_put_number(ledger, "expected", newest.position > last ? (int64_t) newest.position : 0);
    ledger_put_meta(ledger, "expected.root", (bytes_t){newest.root.b, sizeof newest.root.b});
    bool kept = ledger_commit(ledger) == LEDGER_OK;
    chronicle_close(&chronicle);
    snprintf(folder, sizeof folder, "%s", to);
    *strrchr(folder, '/') = '\0';
    /* root restores for the archiver's own user */
    bool owned = stat(folder, &status) == 0 && chown(part, status.st_uid, status.st_gid) == 0;
    if (!kept || !owned || rename(part, to) != 0 || !sync_folder(folder))
        return say(EX_IOERR, "%s: %s", to, strerror(errno));
    printf(_("restored: %llu events in %s\n"), (unsigned long long) last, to);
    return EX_OK;
}

static int run_restore(const site_t *site, const char *folder, given_t *given, const char *behind) {
    char from[SEALED_PATH], copied[SEALED_PATH];
    problem_t problem = {0};
    position_t last = 0;
    snprintf(from, sizeof from, "%.900s/archive.db", folder);
    int code = read_given(given);
    if (code == EX_OK && sealed_prepare(from, copied, &problem) != 0)
        code = say_problem(&problem);
    else if (code == EX_OK) {
        const char *file = copied[0] ? copied : from;
        code = judge(file, site, given, behind, &last);
        if (code == EX_OK)
            code = put_in_place(site, file, given, last);
        sealed_forget(copied);
    }
    for (size_t i = 0; i < given->n; i++)
        buffer_free(&given->bytes[i]);
    return code;
}

/* ---- */

const char command_help[] =
    N_("Besides, each with --site DIR:\n"
       "  countersign-archiver checkpoint       sign for all events now, and print it\n"
       "  countersign-archiver backup FOLDER    a copy while it runs; checked before it counts\n"
       "  countersign-archiver restore FOLDER [--checkpoint FILE]... [--behind REASON]\n"
       "                                        check a backup, put it in place on an empty host\n");

bool command_run(int argc, char **argv, int *exit_code) {
    enum { CHECKPOINT, BACKUP, RESTORE, COMMANDS };
    static const char *const words[COMMANDS] = {"checkpoint", "backup", "restore"};
    int which = -1;
    for (int i = 0; argc > 1 && i < COMMANDS; i++)
        if (strcmp(argv[1], words[i]) == 0)
            which = i;
    if (which < 0)
        return false;
    language_start();
    diag_open("countersign-archiver", true);
    crypto_start();
    setenv("ZSYS_SIGHANDLER", "false", 1);
    argc -= 2, argv += 2;
    const char *folder = option_value(&argc, argv, "--site"),
               *behind = option_value(&argc, argv, "--behind");
    given_t given = {.n = 0};
    if (which == RESTORE)
        name_given(&argc, argv, &given);
    bool asked = option_flag(&argc, argv, "--help") || option_flag(&argc, argv, "-h");
    if (asked || argc != (which == CHECKPOINT ? 0 : 1)) {
        fputs(_(command_help), asked ? stdout : stderr);
        *exit_code = asked ? EX_OK : EX_USAGE;
        return true;
    }
    problem_t problem = {0};
    site_t *site = site_open(site_folder(folder), &problem);
    if (!site)
        *exit_code = say_problem(&problem);
    else if (which == CHECKPOINT)
        *exit_code = run_checkpoint(site);
    else if (which == BACKUP)
        *exit_code = run_backup(site, argv[0]);
    else
        *exit_code = run_restore(site, argv[0], &given, behind);
    site_close(&site);
    return true;
}
