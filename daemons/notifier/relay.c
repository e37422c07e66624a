/* SPDX-License-Identifier: Apache-2.0
 *
 * relay: checks. Security: a password never crosses a network in the clear, nor may an attacker who
 * hides the relay's STARTTLS have it: with a user, TLS is required or implicit, but on loopback.
 */
#include "daemons/notifier/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/crypto/keys.h"
#include "daemons/notifier/address.h"

static const struct {
    relay_tls_t tls;
    const char *name;
} names[] = {
#define RELAY_TLS_ROW(value, NAME, name_) {NAME, name_},
    ENUM_relay_tls(RELAY_TLS_ROW)
#undef RELAY_TLS_ROW
};

static bool on_loopback(const char *host) {
    return text_starts(text_of(host), "127.") || strcmp(host, "localhost") == 0;
}

static bool secured(const relay_t *self) {
    return self->tls == RELAY_TLS_REQUIRED || self->tls == RELAY_TLS_IMPLICIT;
}

static int refuse(problem_t *problem, const char *field, const char *detail) {
    return problem_set(problem, REASON_CONFIGURATION, field, "%s", detail);
}

int relay_check(relay_t *self, problem_t *problem) {
    self->tls = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(self->tls_name, names[i].name) == 0)
            self->tls = names[i].tls;
    if (!self->tls)
        return refuse(problem, "tls", "one of: required, implicit, offered, none");
    if (self->host[0] && !address_host_valid(text_of(self->host)))
        return refuse(problem, "host", "a host's name or IPv4 address is expected");
    if (self->hello[0] && !address_host_valid(text_of(self->hello)))
        return refuse(problem, "hello", "a host's name is expected");
    if (self->ca_file[0] && self->ca_file[0] != '/')
        return refuse(problem, "ca_file", "an absolute path is expected");
    if (self->ca_file[0] && access(self->ca_file, R_OK) != 0)
        return refuse(problem, "ca_file", strerror(errno));
    if (!self->user[0] != !self->password_file[0])
        return refuse(problem, "user", "user and password_file go together");
    if (self->user[0] && !secured(self) && !on_loopback(self->host))
        return refuse(problem, "tls", "a password is sent with required or implicit only");
    if (self->password_file[0] && self->password_file[0] != '/')
        return refuse(problem, "password_file", "an absolute path is expected");
    char password[RELAY_PASSWORD_MAX + 1];
    int rc = relay_password(self, password, problem);
    secret_wipe(password, sizeof password);
    return rc;
}

static const char *read_line(int fd, char *out, size_t room) {
    struct stat st;
    size_t n = 0;
    ssize_t got;
    if (fstat(fd, &st) != 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode) || (st.st_mode & 07177) != 0)
        return "the file must be its owner's alone: mode 0600 or 0400";
    while (n < room && (got = read(fd, out + n, room - n)) > 0)
        n += (size_t) got;
    const char *end = n ? memchr(out, '\n', n) : NULL;
    n = end ? (size_t) (end - out) : n;
    if (n == 0 || n == room)
        return "one line with the password is expected, at most 255 bytes";
    out[n] = '\0';
    text_t line = text_of(out);
    if (line.n != n || !text_valid_utf8(line) || text_has_controls(line))
        return "the password must be UTF-8 without control characters";
    return NULL;
}

int relay_password(const relay_t *self, char out[RELAY_PASSWORD_MAX + 1], problem_t *problem) {
    out[0] = '\0';
    if (!self->user[0])
        return 0;
    int fd = open(self->password_file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    const char *wrong = fd < 0 ? strerror(errno) : read_line(fd, out, RELAY_PASSWORD_MAX + 1);
    if (fd >= 0)
        close(fd);
    if (!wrong)
        return 0;
    secret_wipe(out, RELAY_PASSWORD_MAX + 1);
    return refuse(problem, "password_file", wrong);
}
