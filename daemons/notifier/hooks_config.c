/* SPDX-License-Identifier: Apache-2.0
 *
 * hooks_config: what of config/notify.cfg says how notifications are carried out.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/settings.h"
#include "common/base/text.h"
#include "daemons/notifier/hooks.h"

#define AT(field) offsetof(hooks_config_t, field)

static const setting_t rows[] = {
    {"relay.host", SETTING_TEXT, AT(relay.host), "", 0, 255,
     "the mail server; without one no mail is sent"},
    {"relay.port", SETTING_INT, AT(relay.port), "587", 1, 65535, "its port"},
    {"relay.tls", SETTING_TEXT, AT(relay.tls_name), "required", 1, 20,
     "required (STARTTLS), implicit (port 465), offered, none"},
    {"relay.ca_file", SETTING_TEXT, AT(relay.ca_file), "", 0, 400,
     "PEM file of the authorities that are trusted; without one the system's"},
    {"relay.user", SETTING_TEXT, AT(relay.user), "", 0, 255, "as whom we log in"},
    {"relay.password_file", SETTING_TEXT, AT(relay.password_file), "", 0, 400,
     "file of mode 0600 or 0400 with the password"},
    {"relay.hello", SETTING_TEXT, AT(relay.hello), "", 0, 255,
     "our host's name as the relay is told it"},
    {"relay.connect_seconds", SETTING_INT, AT(relay.connect_seconds), "60", 1, 600,
     "until the relay has greeted us, is verified and let us in"},
    {"relay.transfer_seconds", SETTING_INT, AT(relay.transfer_seconds), "1200", 1, 7200,
     "for one message"},
    {"relay.stall_seconds", SETTING_INT, AT(relay.stall_seconds), "300", 1, 3600,
     "of silence; twice that for the last reply (RFC 5321 4.5.3.2)"},
    {"programs", SETTING_TEXTS, AT(programs), "", 1, 400,
     "absolute paths of the programs that a rule may run"},
    {"program_seconds", SETTING_INT, AT(program_seconds), "60", 1, 3600, "their time limit"},
    {0},
};

static int place(const struct config_t *parsed, const char *file, const char *key,
                 const char *path, problem_t *problem) {
    if (problem) {
        snprintf(problem->field, sizeof problem->field, "%s", key);
        snprintf(problem->file, sizeof problem->file, "%s", file);
        problem->line = settings_line(parsed, path);
    }
    return -1;
}

/* Whoever may write it runs with our rights. */
static const char *program_wrong(const char *path) {
    struct stat st;
    if (path[0] != '/')
        return "an absolute path is expected";
    if (stat(path, &st) != 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode) || access(path, X_OK) != 0)
        return "not a program";
    return st.st_mode & S_IWOTH ? "everybody may write it" : NULL;
}

static int check_programs(const struct config_t *parsed, const char *file,
                          const hooks_config_t *config, problem_t *problem) {
    for (int i = 0; config->programs[i]; i++) {
        const char *wrong = program_wrong(config->programs[i]);
        char key[40], path[40];
        snprintf(key, sizeof key, "programs[%d]", i);
        snprintf(path, sizeof path, "programs.[%d]", i);
        if (wrong) {
            problem_set(problem, REASON_CONFIGURATION, key, "%s: %s", config->programs[i], wrong);
            return place(parsed, file, key, path, problem);
        }
    }
    return 0;
}

int hooks_config_take(const struct config_t *parsed, const char *file, hooks_config_t *out,
                      problem_t *problem) {
    problem_t found = {0};
    *out = (hooks_config_t){0};
    if (settings_take(rows, parsed, file, out, problem) != 0)
        return -1;
    int rc = relay_check(&out->relay, &found);
    if (rc != 0) {
        char key[80];
        snprintf(key, sizeof key, "relay.%.60s", found.field);
        if (problem)
            *problem = found;
        place(parsed, file, key, key, problem);
    } else
        rc = check_programs(parsed, file, out, problem);
    if (rc != 0)
        hooks_config_free(out);
    return rc;
}

void hooks_config_free(hooks_config_t *self) { settings_free(rows, self); }

bool hooks_config_knows(const char *name) {
    size_t n = strlen(name);
    for (const setting_t *row = rows; row->key; row++)
        if (strncmp(row->key, name, n) == 0 && (row->key[n] == '.' || row->key[n] == '\0'))
            return true;
    return false;
}
