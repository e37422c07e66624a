/* SPDX-License-Identifier: Apache-2.0
 *
 * address: looked at byte by byte; whatever is not expected is refused.
 */
#include "daemons/notifier/address.h"

#define LOCAL_MAX 64
#define HOST_MAX 255
#define LABEL_MAX 63

static bool letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* atext of RFC 5322 3.2.3 */
static bool atom_char(char c) {
    return letter_or_digit(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool local_valid(text_t local) {
    bool dot = true; /* not at the beginning, not twice */
    if (local.n == 0 || local.n > LOCAL_MAX)
        return false;
    for (size_t i = 0; i < local.n; i++) {
        if (local.p[i] == '.' ? dot : !atom_char(local.p[i]))
            return false;
        dot = local.p[i] == '.';
    }
    return !dot;
}

bool address_host_valid(text_t host) {
    size_t label = 0;
    if (host.n == 0 || host.n > HOST_MAX)
        return false;
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool edge = label == 0 || i + 1 == host.n || host.p[i + 1] == '.';
        if (c == '.' ? label == 0 || i + 1 == host.n
                     : !letter_or_digit(c) && (c != '-' || edge))
            return false;
        label = c == '.' ? 0 : label + 1;
        if (label > LABEL_MAX)
            return false;
    }
    return true;
}

bool address_valid(text_t address) {
    const char *at = address.n ? memchr(address.p, '@', address.n) : NULL;
    if (!at)
        return false;
    size_t n = (size_t) (at - address.p);
    return local_valid((text_t){address.p, n}) &&
           address_host_valid((text_t){at + 1, address.n - n - 1});
}
