/* SPDX-License-Identifier: Apache-2.0
 *
 * site: reads and writes the files of an installation (see site.h). Reading is by typed rows, so
 * that an unknown or doubled key stops the start with file and line; writing is atomic and never
 * overwrites.
 */
#include "common/daemon/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buffer.h"
#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/settings.h"
#include "common/base/text.h"

#define SIGNING_MINUTES "15"

typedef struct site_file {
    char *company, *ledger, *genesis, *state, *run;
    char *coordinator_service, *coordinator_stream, *coordinator_curve;
    char *archiver_service, *archiver_curve;
    int64_t signing_minutes;
} site_file_t;

static const setting_t site_rows[] = {
    {"company", SETTING_TEXT, offsetof(site_file_t, company), NULL, 1, 120, "the company's name"},
    {"ledger", SETTING_TEXT, offsetof(site_file_t, ledger), NULL, 64, 64,
     "ledger id, as read out at init"},
    {"genesis", SETTING_TEXT, offsetof(site_file_t, genesis), "", 0, 36,
     "id of the genesis command, the ledger's own case"},
    {"state", SETTING_TEXT, offsetof(site_file_t, state), "state", 1, 200,
     "folder of the daemons' stores"},
    {"run", SETTING_TEXT, offsetof(site_file_t, run), "run", 1, 90, "folder of the sockets"},
    {"coordinator.service", SETTING_TEXT, offsetof(site_file_t, coordinator_service), NULL, 6, 200,
     "where the coordinator takes commands"},
    {"coordinator.stream", SETTING_TEXT, offsetof(site_file_t, coordinator_stream), NULL, 6, 200,
     "where it publishes events"},
    {"coordinator.curve", SETTING_TEXT, offsetof(site_file_t, coordinator_curve), NULL, 64, 64,
     "its CURVE key, hex"},
    {"archiver.service", SETTING_TEXT, offsetof(site_file_t, archiver_service), NULL, 6, 200,
     "where the archiver serves history"},
    {"archiver.curve", SETTING_TEXT, offsetof(site_file_t, archiver_curve), NULL, 64, 64,
     "its CURVE key, hex"},
    {"signing_minutes", SETTING_INT, offsetof(site_file_t, signing_minutes), SIGNING_MINUTES, 1,
     480, "minutes without a signature, until the passphrase is asked for again (21 CFR 11.200)"},
    {NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL},
};

typedef struct department_file {
    char *service, *curve;
} department_file_t;
static const setting_t department_rows[] = {
    {"service", SETTING_TEXT, offsetof(department_file_t, service), NULL, 6, 200,
     "where the daemon serves its workstations"},
    {"curve", SETTING_TEXT, offsetof(department_file_t, curve), NULL, 64, 64, "its CURVE key, hex"},
    {NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL},
};

typedef struct station_file {
    char *id, *department;
    char **people;
} station_file_t;
static const setting_t station_rows[] = {
    {"id", SETTING_TEXT, offsetof(station_file_t, id), NULL, 36, 36,
     "id of the station's enrolment"},
    {"department", SETTING_TEXT, offsetof(station_file_t, department), NULL, 1, 32,
     "department whose daemon it talks to"},
    {"people", SETTING_TEXTS, offsetof(station_file_t, people), "", 0, 60,
     "handles of the people who work there"},
    {NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL},
};

static char *copy(const char *s) {
    char *out = memory_text(text_of(s));
    return out;
}

static char *joined(const char *folder, const char *path) {
    if (path[0] == '/')
        return copy(path);
    buffer_t b = {0};
    buffer_format(&b, "%s/%s", folder, path);
    char *out = copy(buffer_cstr(&b));
    buffer_free(&b);
    return out;
}

static int cannot(problem_t *problem, const char *file, const char *what) {
    problem_set(problem, REASON_INPUT_FILE, "", "%s: %s", what, strerror(errno));
    if (problem)
        snprintf(problem->file, sizeof problem->file, "%.255s", file);
    return -1;
}

static int key_of(const char *hex, const char *file, const char *field, uint8_t out[32],
                  problem_t *problem) {
    if (hex_parse(text_of(hex), out, 32))
        return 0;
    problem_set(problem, REASON_CONFIGURATION, field, "64 hexadecimal digits are expected");
    if (problem)
        snprintf(problem->file, sizeof problem->file, "%.255s", file);
    return -1;
}

const char *site_folder(const char *said) {
    const char *environment = getenv("COUNTERSIGN_SITE");
    return said ? said : environment && environment[0] ? environment : SITE_DEFAULT;
}

site_t *site_open(const char *folder, problem_t *problem) {
    site_t *self = memory_new(1, sizeof *self);
    char *real = realpath(folder, NULL);
    self->folder = real ? real : copy(folder);
    char file[512];
    site_path(self, file, sizeof file, "", "site", ".cfg");
    site_file_t read = {0};
    if (settings_read(site_rows, file, NULL, &read, problem) != 0) {
        site_close(&self);
        return NULL;
    }
    self->company = copy(read.company);
    self->state = joined(self->folder, read.state);
    self->run = joined(self->folder, read.run);
    self->coordinator_service = copy(read.coordinator_service);
    self->coordinator_stream = copy(read.coordinator_stream);
    self->archiver_service = copy(read.archiver_service);
    self->signing_minutes = read.signing_minutes;
    if (read.genesis[0] && !ident_parse(text_of(read.genesis), &self->genesis))
        diag_warn(DIAG_CONFIGURATION, "%s: genesis is no id; ledger.resume needs it", file);
    int bad = key_of(read.ledger, file, "ledger", self->ledger.b, problem) ||
              key_of(read.coordinator_curve, file, "coordinator.curve", self->coordinator_curve.b,
                     problem) ||
              key_of(read.archiver_curve, file, "archiver.curve", self->archiver_curve.b, problem);
    settings_free(site_rows, &read);
    if (bad)
        site_close(&self);
    return self;
}

/* A site below /etc keeps what changes where the file system hierarchy wants it. */
static char *place(const char *site, const char *wanted, const char *name, const char *etc) {
    if (wanted)
        return copy(wanted);
    return strcmp(site, SITE_DEFAULT) == 0 ? copy(etc) : joined(site, name);
}

site_t *site_plan(const char *folder, const char *company, const char *state, const char *run,
                  problem_t *problem) {
    char *real = mkdir(folder, 0755) == 0 || errno == EEXIST ? realpath(folder, NULL) : NULL;
    if (!real) {
        cannot(problem, folder, "cannot make the folder");
        return NULL;
    }
    site_t *self = memory_new(1, sizeof *self);
    self->folder = real;
    self->company = copy(company);
    self->state = place(real, state, "state", "/var/lib/countersign");
    self->run = place(real, run, "run", "/run/countersign");
    return self;
}

void site_close(site_t **self_p) {
    site_t *self = *self_p;
    if (!self)
        return;
    free(self->folder);
    free(self->company);
    free(self->state);
    free(self->run);
    free(self->coordinator_service);
    free(self->coordinator_stream);
    free(self->archiver_service);
    free(self);
    *self_p = NULL;
}

char *site_path(const site_t *self, char *out, size_t size, const char *subfolder, const char *name,
                const char *suffix) {
    int n = snprintf(out, size, "%s%s%s/%s%s", self->folder, subfolder[0] ? "/" : "", subfolder,
                     name, suffix);
    if (n < 0 || (size_t) n >= size)
        out[0] = '\0';
    return out;
}

int site_department_read(const site_t *self, const char *key, site_department_t *out,
                         problem_t *problem) {
    memset(out, 0, sizeof *out);
    char file[512];
    site_path(self, file, sizeof file, "departments", key, ".cfg");
    department_file_t read = {0};
    if (settings_read(department_rows, file, NULL, &read, problem) != 0)
        return -1;
    int bad = key_of(read.curve, file, "curve", out->curve.b, problem);
    if (!bad) {
        out->key = copy(key);
        out->service = copy(read.service);
    }
    settings_free(department_rows, &read);
    return bad;
}

void site_department_free(site_department_t *self) {
    free(self->key);
    free(self->service);
    memset(self, 0, sizeof *self);
}

int site_station_read(const site_t *self, const char *name, site_station_t *out,
                      problem_t *problem) {
    memset(out, 0, sizeof *out);
    char file[512];
    site_path(self, file, sizeof file, "stations", name, ".cfg");
    station_file_t read = {0};
    if (settings_read(station_rows, file, NULL, &read, problem) != 0)
        return -1;
    if (!ident_parse(text_of(read.id), &out->id)) {
        settings_free(station_rows, &read);
        problem_set(problem, REASON_CONFIGURATION, "id",
                    "an enrolment's id (8-4-4-4-12) is expected");
        if (problem)
            snprintf(problem->file, sizeof problem->file, "%.255s", file);
        return -1;
    }
    out->name = copy(name);
    out->department = copy(read.department);
    out->people = read.people;
    read.people = NULL;
    settings_free(station_rows, &read);
    return 0;
}

void site_station_free(site_station_t *self) {
    free(self->name);
    free(self->department);
    for (char **p = self->people; p && *p; p++)
        free(*p);
    free(self->people);
    memset(self, 0, sizeof *self);
}

static int is_cfg(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 4, ".cfg") == 0;
}

static int each_cfg(const site_t *self, const char *subfolder, void (*fn)(void *, const char *),
                    void *arg) {
    char folder[512];
    site_path(self, folder, sizeof folder, subfolder, "", "");
    struct dirent **names = NULL;
    int n = scandir(folder, &names, is_cfg, alphasort);
    for (int i = 0; i < n; i++) {
        names[i]->d_name[strlen(names[i]->d_name) - 4] = '\0';
        fn(arg, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return n < 0 ? -1 : 0;
}

int site_departments(const site_t *self, void (*fn)(void *, const char *), void *arg) {
    return each_cfg(self, "departments", fn, arg);
}

int site_stations(const site_t *self, void (*fn)(void *, const char *), void *arg) {
    return each_cfg(self, "stations", fn, arg);
}

/* ---- writing ---- */

static int folder_make(const char *path, mode_t mode, problem_t *problem) {
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return 0;
    return cannot(problem, path, "cannot make the folder");
}

/* A reader never sees half a file: link () fails where the name is taken, so nothing is
   overwritten. */
static int file_write(const char *path, const buffer_t *text, problem_t *problem) {
    char temporary[600];
    snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long) getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return cannot(problem, path, "cannot write");
    bool ok = write(fd, text->p, text->n) == (ssize_t) text->n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && link(temporary, path) == 0;
    int error = errno;
    unlink(temporary);
    errno = error;
    return ok ? 0 : cannot(problem, path, "cannot write");
}

static void put_text(buffer_t *out, const char *key, const char *value) {
    buffer_format(out, "%s = \"", key);
    for (const char *p = value; *p; p++) {
        if (*p == '"' || *p == '\\')
            buffer_put(out, "\\", 1);
        buffer_put(out, p, 1);
    }
    buffer_text(out, "\";\n");
}

static void put_hex(buffer_t *out, const char *key, const uint8_t bytes[32]) {
    char hex[65];
    put_text(out, key, hex_print(bytes, 32, hex));
}

int site_make_folders(const site_t *self, problem_t *problem) {
    char path[512];
    static const char *const open_folders[] = {"departments", "stations", NULL};
    static const char *const closed_folders[] = {"keys", "people", NULL};
    for (size_t i = 0; open_folders[i]; i++)
        if (folder_make(site_path(self, path, sizeof path, open_folders[i], "", ""), 0755, problem))
            return -1;
    for (size_t i = 0; closed_folders[i]; i++)
        if (folder_make(site_path(self, path, sizeof path, closed_folders[i], "", ""), 0711,
                        problem))
            return -1;
    if (folder_make(self->state, 0711, problem) || folder_make(self->run, 0755, problem))
        return -1;
    return 0;
}

int site_write(const site_t *self, problem_t *problem) {
    char path[512];
    if (site_make_folders(self, problem) != 0)
        return -1;
    buffer_t text = {0};
    buffer_text(
        &text,
        "# A countersign site. The ledger id is what was read out when the site was made: a\n"
        "# daemon refuses any other ledger.\n");
    put_text(&text, "company", self->company);
    put_hex(&text, "ledger", self->ledger.b);
    char genesis[37];
    if (!ident_none(self->genesis))
        put_text(&text, "genesis", ident_print(self->genesis, genesis));
    put_text(&text, "state", self->state);
    put_text(&text, "run", self->run);
    buffer_text(&text, "coordinator:\n{\n");
    put_text(&text, "  service", self->coordinator_service);
    put_text(&text, "  stream", self->coordinator_stream);
    put_hex(&text, "  curve", self->coordinator_curve.b);
    buffer_text(&text, "};\narchiver:\n{\n");
    put_text(&text, "  service", self->archiver_service);
    put_hex(&text, "  curve", self->archiver_curve.b);
    buffer_text(&text, "};\n"
                       "# After so many minutes without a signature the passphrase is asked for\n"
                       "# again before the next one (21 CFR 11.200), 1 to 480:\n"
                       "# signing_minutes = " SIGNING_MINUTES ";\n");
    int rc = file_write(site_path(self, path, sizeof path, "", "site", ".cfg"), &text, problem);
    buffer_free(&text);
    return rc;
}

int site_department_write(const site_t *self, const site_department_t *department,
                          problem_t *problem) {
    char path[512];
    buffer_t text = {0};
    put_text(&text, "service", department->service);
    put_hex(&text, "curve", department->curve.b);
    int rc = file_write(site_path(self, path, sizeof path, "departments", department->key, ".cfg"),
                        &text, problem);
    buffer_free(&text);
    return rc;
}

int site_station_write(const site_t *self, const site_station_t *station, problem_t *problem) {
    char path[512], id[37];
    buffer_t text = {0};
    put_text(&text, "id", ident_print(station->id, id));
    put_text(&text, "department", station->department);
    buffer_text(&text, "people = [");
    for (char **p = station->people; p && *p; p++)
        buffer_format(&text, "%s \"%s\"", p == station->people ? "" : ",", *p);
    buffer_text(&text, " ];\n");
    int rc = file_write(site_path(self, path, sizeof path, "stations", station->name, ".cfg"),
                        &text, problem);
    buffer_free(&text);
    return rc;
}

char *site_state_path(const site_t *self, char *out, size_t size, const char *name,
                      const char *file, bool make, problem_t *problem) {
    int n = snprintf(out, size, "%s/%s", self->state, name);
    if (n < 0 || (size_t) n + strlen(file) + 2 > size) {
        problem_set(problem, REASON_CONFIGURATION, "state", "the path is too long");
        return NULL;
    }
    if (make && folder_make(out, 0700, problem))
        return NULL;
    snprintf(out + n, size - (size_t) n, "/%s", file);
    return out;
}

char *site_agent_endpoint(const site_t *self, char *out, size_t size, const char *station) {
    int n = snprintf(out, size, "ipc://%s/agent-%s/agent.sock", self->run, station);
    if (n < 0 || (size_t) n >= size)
        out[0] = '\0';
    return out;
}

char *site_daemon_endpoint(const site_t *self, char *out, size_t size, const char *name) {
    int n = snprintf(out, size, "ipc://%s/%s/%s.sock", self->run, name, name);
    if (n < 0 || (size_t) n >= size)
        out[0] = '\0';
    return out;
}

int site_curve(const site_t *self, const char *name, curve_pair_t *out, problem_t *problem) {
    char path[512];
    return keyfile_read_curve(site_path(self, path, sizeof path, "keys", name, ".curve"), out,
                              problem);
}

int site_signer(const site_t *self, const char *name, signer_t **out, problem_t *problem) {
    char path[512];
    return keyfile_read_signer(site_path(self, path, sizeof path, "keys", name, ".sign"), NULL, out,
                               problem);
}
