/* SPDX-License-Identifier: Apache-2.0
 *
 * passphrase: see passphrase.h. Never from the command line, where every user could see it.
 */
#include "daemons/agent/cli/passphrase.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "daemons/agent/cli/cli.h"

static int first_line(FILE *f, char *out, size_t size) {
    if (!fgets(out, (int) size, f))
        return -1;
    size_t n = strcspn(out, "\r\n");
    if (n == size - 1)
        return -1; /* cut: refuse rather than seal with half of it */
    out[n] = '\0';
    return n ? 0 : -1;
}

static int from_file(const char *path, char *out, size_t size) {
    FILE *f = fopen(path, "re");
    int rc = f ? first_line(f, out, size) : -1;
    if (f)
        fclose(f);
    if (rc != 0)
        fprintf(stderr, _("countersign: %s: no passphrase in its first line\n"), path);
    return rc;
}

static int from_terminal(FILE *tty, const char *prompt, char *out, size_t size) {
    struct termios old, silent;
    if (tcgetattr(fileno(tty), &old) != 0)
        return -1;
    silent = old;
    silent.c_lflag &= ~(tcflag_t) ECHO;
    fprintf(tty, "%s: ", prompt);
    fflush(tty);
    tcsetattr(fileno(tty), TCSAFLUSH, &silent);
    int rc = first_line(tty, out, size);
    tcsetattr(fileno(tty), TCSAFLUSH, &old);
    fprintf(tty, "\n");
    return rc;
}

int passphrase_read(const char *prompt, bool again, char *out, size_t size) {
    const char *path = getenv("COUNTERSIGN_PASSPHRASE_FILE");
    char second[256];
    if (path)
        return from_file(path, out, size);
    FILE *tty = fopen("/dev/tty", "r+e");
    if (!tty) {
        fprintf(stderr, "%s",
                _("countersign: no terminal to ask for the passphrase; name a file in "
                  "COUNTERSIGN_PASSPHRASE_FILE\n"));
        return -1;
    }
    int rc = from_terminal(tty, prompt, out, size);
    if (rc == 0 && again) {
        rc = from_terminal(tty, _("Once more"), second, sizeof second);
        if (rc == 0 && strcmp(out, second) != 0) {
            fprintf(stderr, "%s", _("countersign: the two differ; nothing was done\n"));
            rc = -1;
        }
        secret_wipe(second, sizeof second);
    }
    fclose(tty);
    return rc;
}
