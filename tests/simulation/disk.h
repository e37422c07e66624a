/* SPDX-License-Identifier: Apache-2.0
 *
 * disk: a SQLite VFS in memory that behaves as disks do. What is written is seen at once by the
 * process that wrote it, and is durable only after a sync; at a power cut the rest is lost, torn,
 * reordered or kept, as the seed says. Files belong to the machine in whose state folder they lie.
 * Faults are set per machine: an error at the n-th call, no room, a sync that lies, a bit that
 * turns while the machine is off.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_DISK_H
#define COUNTERSIGN_TESTS_SIMULATION_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What becomes of writes that no sync has covered. */
typedef enum cut {
    CUT_LOST,      /* none is there */
    CUT_TORN,      /* those up to one of them, and that one in part, by sectors */
    CUT_REORDERED, /* any of their sectors, in any order of arrival */
    CUT_KEPT,      /* all are there */
    CUTS
} cut_t;
extern const char *const cut_names[CUTS];

#define DISK_SECTOR 512
#define DISK_TRACE 32

/* The default VFS from now on; the same seed, the same luck. */
void disk_install(uint64_t seed);
void disk_reset(uint64_t seed); /* no file is there any more */

/* Who is at work: files opened from now on are of this machine, errors are drawn for it. */
void disk_machine(int machine);
/* Of all that is seen on this machine's disk, synced or not. */
void disk_digest(int machine, uint8_t out[32]);
/* Power off: every open file of the machine is dead (its calls fail), what was not synced follows
   `cut`. */
void disk_cut(int machine, cut_t cut);
/* kill -9: open files are dead, but what was written stays: the operating system has it. */
void disk_drop(int machine);

/* Faults; each is spent or lifted as it says. */
/* the calls-th write or sync fails: EIO, or ENOSPC until there is room */
void disk_fail_read_after(int machine, int calls); /* 0: none */
void disk_fail_after(int machine, int calls, bool full);
/* false: writes that make a file longer find no room */
void disk_room(int machine, bool room);
void disk_lies(int machine, bool lies);                  /* syncs report success and do nothing */
/* flips a bit of a durable file of a machine that is off; false: it has none */
bool disk_rot(int machine, uint64_t luck);
bool disk_lose(int machine,
               const char *ending); /* deletes its files whose name ends so (".db" with its WAL) */

/* Called before each write and sync of a machine, with its number: the place to cut. */
typedef void (*disk_hook_fn)(void *arg, int machine, uint64_t call, const char *what);
void disk_hook(disk_hook_fn hook, void *arg);
uint64_t disk_calls(int machine);

/* What would be on its disk after a cut now; neither the disk nor its luck is moved. Later the
   machine's power can be cut so that this is what is left, whatever it wrote meanwhile. */
typedef struct disk_left disk_left_t;
disk_left_t *disk_left(int machine, cut_t cut);
void disk_left_destroy(disk_left_t **self_p);
void disk_left_digest(const disk_left_t *self, uint8_t out[32]);
void disk_become(const disk_left_t *left);

/* Bytes (DISK_TRACE of them, the caller's for as long) that are looked for in all that watched
   machines write, overwrite and delete. */
void disk_trace(const uint8_t *bytes);
void disk_trace_end(void);
/* It is watched from now on; that it touched such bytes is forgotten, unless something is
   pending. */
void disk_watch(int machine);
bool disk_traced(int machine);

/* A file's durable bytes as they are now, for the caller to free; NULL: no such file. */
uint8_t *disk_file(const char *path, size_t *n);
/* A file in which these bytes stand, as it is seen or as it would survive; NULL: none. */
const char *disk_find(const uint8_t *bytes, size_t n);
void disk_put(const char *path, int machine, const uint8_t *bytes, size_t n);
/* rename (2) of simulated files, for the linker's --wrap=rename; -1 with ENOENT. */
int disk_rename(const char *from, const char *to);

#endif
