/* SPDX-License-Identifier: Apache-2.0
 *
 * diag: the one way to tell the operator something. To stderr in the foreground, to the journal
 * (native fields, MESSAGE_ID) under systemd. fatal = the environment's fault (exit EX_OSERR,
 * EX_CONFIG, ...), panic = our bug (abort). Control characters in arguments are made visible.
 */
#ifndef COUNTERSIGN_BASE_DIAG_H
#define COUNTERSIGN_BASE_DIAG_H

#include "common/base/types.h"

/* D(NAME, 128-bit message id for the journal) */
#define DIAG_IDS(D) \
    D(GENERAL, "6d1f0c4be0a94a0a8a5c1f4f5a9b0001") \
    D(STARTED, "6d1f0c4be0a94a0a8a5c1f4f5a9b0002") \
    D(STOPPED, "6d1f0c4be0a94a0a8a5c1f4f5a9b0003") \
    D(REFUSED_PEER, "6d1f0c4be0a94a0a8a5c1f4f5a9b0004") \
    D(ALARM_FORK, "6d1f0c4be0a94a0a8a5c1f4f5a9b0005") \
    D(ALARM_DECISION, "6d1f0c4be0a94a0a8a5c1f4f5a9b0006") \
    D(ALARM_ID_REUSED, "6d1f0c4be0a94a0a8a5c1f4f5a9b0007") \
    D(ALARM_BEHIND, "6d1f0c4be0a94a0a8a5c1f4f5a9b0008") \
    D(DISK_FULL, "6d1f0c4be0a94a0a8a5c1f4f5a9b0009") \
    D(IO_ERROR, "6d1f0c4be0a94a0a8a5c1f4f5a9b000a") \
    D(CONFIGURATION, "6d1f0c4be0a94a0a8a5c1f4f5a9b000b") \
    D(SELF_TEST, "6d1f0c4be0a94a0a8a5c1f4f5a9b000c") \
    D(CLOCK_JUMP, "6d1f0c4be0a94a0a8a5c1f4f5a9b000d") \
    D(PASSPHRASE, "6d1f0c4be0a94a0a8a5c1f4f5a9b000e")

typedef enum diag_id {
#define DIAG_ENUM(NAME, id) DIAG_##NAME,
    DIAG_IDS(DIAG_ENUM)
#undef DIAG_ENUM
} diag_id_t;

void diag_open(const char *program, bool foreground);
extern bool diag_verbose; /* without it diag_debug says nothing */
void diag_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diag_info(diag_id_t id, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_warn(diag_id_t id, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_alarm(diag_id_t id, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* exit_code is one of <sysexits.h>; errno's text is appended when errno is set */
_Noreturn void diag_fatal(int exit_code, diag_id_t id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn void diag_panic(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define panic(...) diag_panic(__FILE__, __LINE__, __VA_ARGS__)
/* An invariant of ours; stays on in release builds. */
#define insist(condition) ((condition) ? (void) 0 : panic("invariant broken: %s", #condition))

#endif
