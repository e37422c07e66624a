/* SPDX-License-Identifier: Apache-2.0
 *
 * disk: see the header. A file is the bytes that its process sees and a list of what is not yet
 * durable. Its own memory is SQLite's: the simulated shortage is of the daemons alone.
 */
#include "tests/simulation/disk.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/image.h"
#include "tests/simulation/luck.h"
#include "tests/simulation/unsynced.h"

#define FILES_MAX 512
#define MACHINES_MAX 64
#define TRACES_MAX 64
#define LEFT_MAX 16 /* files of a machine */

const char *const cut_names[CUTS] = {"lost", "torn", "reordered", "kept"};

typedef struct disk_file_s {
    char path[512];
    int machine;
    bool exists;
    image_t seen, durable;
    unsynced_t unsynced;
    unsigned life; /* handles of an earlier life are dead */
    int lock;
} file_t;

struct disk_left {
    int machine;
    size_t n;
    file_t *files[LEFT_MAX]; /* that were there */
    image_t images[LEFT_MAX];
};

typedef struct machine {
    uint64_t calls;
    int fail_in, fail_read_in; /* calls until one fails; 0 = none */
    bool fail_full, no_room, lies;
    bool watched, traced; /* traced: a call touched what is looked for */
} machine_t;

typedef struct handle {
    sqlite3_file base;
    file_t *file;
    unsigned life;
    int lock;
} handle_t;

static file_t *files[FILES_MAX];
static size_t files_n;
static machine_t machines[MACHINES_MAX];
static int current;
static luck_t luck;
static const uint8_t *traces[TRACES_MAX];
static size_t traces_n;
static disk_hook_fn hook;
static void *hook_arg;

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

/* What is seen is what is durable with all that was not synced put through. */
static void sync_file(file_t *file) {
    image_copy(&file->durable, &file->seen);
    unsynced_forget(&file->unsynced);
}

/* ---- bytes that are looked for ---- */

/* Before and after each change of the bytes that are seen. */
static void trace(const file_t *file, size_t from, size_t n) {
    machine_t *m = &machines[file->machine];
    for (size_t i = 0; i < traces_n && m->watched && !m->traced; i++)
        m->traced = image_find(&file->seen, traces[i], DISK_TRACE, from, n);
}

void disk_trace(const uint8_t *bytes) {
    if (traces_n == TRACES_MAX)
        abort();
    traces[traces_n++] = bytes;
}

void disk_trace_end(void) { traces_n = 0; }
bool disk_traced(int machine) { return machines[machine].traced; }

void disk_watch(int machine) {
    machines[machine].watched = true;
    for (size_t i = 0; i < files_n; i++)
        if (files[i]->machine == machine && files[i]->unsynced.n)
            return;
    machines[machine].traced = false;
}

static void remove_file(file_t *file) {
    trace(file, 0, SIZE_MAX);
    file->exists = false;
    unsynced_forget(&file->unsynced);
    image_resize(&file->seen, 0);
    image_resize(&file->durable, 0);
    file->life++;
    file->lock = SQLITE_LOCK_NONE;
}

/* ---- power ---- */

static void cut_file(file_t *file, cut_t cut) {
    unsynced_cut(&file->unsynced, cut, &luck, &file->durable);
    unsynced_forget(&file->unsynced);
    image_copy(&file->seen, &file->durable);
}

void disk_cut(int machine, cut_t cut) {
    for (size_t i = 0; i < files_n; i++)
        if (files[i]->machine == machine) {
            cut_file(files[i], cut);
            files[i]->life++;
            files[i]->lock = SQLITE_LOCK_NONE;
        }
    machines[machine].fail_in = machines[machine].fail_read_in = 0;
}

disk_left_t *disk_left(int machine, cut_t cut) {
    luck_t same = luck;
    disk_left_t *self = must(sqlite3_malloc64(sizeof *self));
    *self = (disk_left_t){.machine = machine, .n = 0};
    for (size_t i = 0; i < files_n; i++) {
        if (files[i]->machine != machine || !files[i]->exists)
            continue;
        if (self->n == LEFT_MAX)
            abort();
        self->files[self->n] = files[i];
        image_copy(&self->images[self->n], &files[i]->durable);
        unsynced_cut(&files[i]->unsynced, cut, &same, &self->images[self->n++]);
    }
    return self;
}

void disk_left_destroy(disk_left_t **self_p) {
    if (!*self_p)
        return;
    for (size_t i = 0; i < (*self_p)->n; i++)
        image_free(&(*self_p)->images[i]);
    sqlite3_free(*self_p);
    *self_p = NULL;
}

void disk_become(const disk_left_t *left) {
    for (size_t i = 0; i < files_n; i++)
        if (files[i]->machine == left->machine)
            remove_file(files[i]);
    for (size_t i = 0; i < left->n; i++) {
        left->files[i]->exists = true;
        image_copy(&left->files[i]->durable, &left->images[i]);
        image_copy(&left->files[i]->seen, &left->images[i]);
    }
    machines[left->machine].fail_in = machines[left->machine].fail_read_in = 0;
}

static void digest_file(const file_t *file, const image_t *image, crypto_generichash_state *state) {
    crypto_generichash_update(state, (const uint8_t *) file->path, strlen(file->path) + 1);
    image_digest(image, state);
}

void disk_left_digest(const disk_left_t *self, uint8_t out[32]) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    for (size_t i = 0; i < self->n; i++)
        digest_file(self->files[i], &self->images[i], &state);
    crypto_generichash_final(&state, out, 32);
}

void disk_digest(int machine, uint8_t out[32]) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    for (size_t i = 0; i < files_n; i++)
        if (files[i]->machine == machine && files[i]->exists)
            digest_file(files[i], &files[i]->seen, &state);
    crypto_generichash_final(&state, out, 32);
}

void disk_drop(int machine) {
    for (size_t i = 0; i < files_n; i++)
        if (files[i]->machine == machine) {
            files[i]->life++;
            files[i]->lock = SQLITE_LOCK_NONE;
        }
    machines[machine].fail_in = machines[machine].fail_read_in = 0;
}

/* ---- faults ---- */

void disk_machine(int machine) { current = machine; }
uint64_t disk_calls(int machine) { return machines[machine].calls; }
void disk_room(int machine, bool room) { machines[machine].no_room = !room; }
void disk_lies(int machine, bool lies) { machines[machine].lies = lies; }

void disk_fail_after(int machine, int calls, bool full) {
    machines[machine].fail_in = calls;
    machines[machine].fail_full = full;
}

void disk_fail_read_after(int machine, int calls) { machines[machine].fail_read_in = calls; }

void disk_hook(disk_hook_fn fn, void *arg) {
    hook = fn;
    hook_arg = arg;
}

bool disk_rot(int machine, uint64_t at) {
    size_t total = 0;
    for (size_t i = 0; i < files_n; i++)
        if (files[i]->exists && files[i]->machine == machine)
            total += files[i]->durable.n;
    if (!total)
        return false;
    size_t byte = (size_t) ((at >> 3) % total);
    for (size_t i = 0; i < files_n; i++) {
        file_t *file = files[i];
        if (!file->exists || file->machine != machine)
            continue;
        if (byte < file->durable.n) {
            uint8_t rotten;
            image_read(&file->durable, byte, &rotten, 1);
            rotten ^= (uint8_t) (1u << (at & 7));
            image_write(&file->durable, byte, &rotten, 1);
            image_copy(&file->seen, &file->durable);
            return true;
        }
        byte -= file->durable.n;
    }
    return false;
}

bool disk_lose(int machine, const char *ending) {
    bool any = false;
    for (size_t i = 0; i < files_n; i++) {
        const char *found = strstr(files[i]->path, ending);
        if (files[i]->machine == machine && files[i]->exists && found) {
            remove_file(files[i]);
            any = true;
        }
    }
    return any;
}

/* What the next write or sync of the machine at work comes to: SQLITE_OK, or how it fails. */
static int fate(const file_t *file, bool longer, const char *what) {
    machine_t *m = &machines[file->machine];
    m->calls++;
    if (hook)
        hook(hook_arg, file->machine, m->calls, what);
    if (m->fail_in && --m->fail_in == 0) {
        if (!m->fail_full)
            return SQLITE_IOERR;
        m->no_room = true;
    }
    return longer && m->no_room ? SQLITE_FULL : SQLITE_OK;
}

/* ---- the VFS ---- */

static file_t *find(const char *path) {
    for (size_t i = 0; i < files_n; i++)
        if (strcmp(files[i]->path, path) == 0)
            return files[i];
    return NULL;
}

static file_t *file_of(const handle_t *handle) {
    return handle->life == handle->file->life ? handle->file : NULL;
}

static int x_close(sqlite3_file *base) {
    handle_t *handle = (handle_t *) base;
    file_t *file = file_of(handle);
    if (file && handle->lock)
        file->lock = SQLITE_LOCK_NONE;
    return SQLITE_OK;
}

static int x_read(sqlite3_file *base, void *out, int n, sqlite3_int64 offset) {
    file_t *file = file_of((handle_t *) base);
    if (!file)
        return SQLITE_IOERR_READ;
    int *left = &machines[file->machine].fail_read_in;
    if (*left && --*left == 0)
        return SQLITE_IOERR_READ;
    size_t at = (size_t) offset, want = (size_t) n;
    size_t have = at < file->seen.n ? file->seen.n - at : 0;
    if (have > want)
        have = want;
    if (have)
        image_read(&file->seen, at, out, have);
    memset((uint8_t *) out + have, 0, want - have);
    return have == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int x_write(sqlite3_file *base, const void *bytes, int n, sqlite3_int64 offset) {
    file_t *file = file_of((handle_t *) base);
    if (!file)
        return SQLITE_IOERR_WRITE;
    int rc = fate(file, (size_t) (offset + n) > file->seen.n, "write");
    if (file_of((handle_t *) base) == NULL)
        return SQLITE_IOERR_WRITE; /* the hook cut the power */
    if (rc != SQLITE_OK)
        return rc == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    trace(file, (size_t) offset, (size_t) n);
    image_write(&file->seen, (size_t) offset, bytes, (size_t) n);
    trace(file, (size_t) offset, (size_t) n);
    unsynced_write(&file->unsynced, (size_t) offset, bytes, (size_t) n);
    return SQLITE_OK;
}

static int x_truncate(sqlite3_file *base, sqlite3_int64 n) {
    file_t *file = file_of((handle_t *) base);
    if (!file)
        return SQLITE_IOERR_TRUNCATE;
    trace(file, (size_t) n, SIZE_MAX);
    image_resize(&file->seen, (size_t) n);
    unsynced_resize(&file->unsynced, (size_t) n);
    return SQLITE_OK;
}

static int x_sync(sqlite3_file *base, int flags) {
    (void) flags;
    file_t *file = file_of((handle_t *) base);
    if (!file)
        return SQLITE_IOERR_FSYNC;
    int rc = fate(file, false, "sync");
    if (file_of((handle_t *) base) == NULL || rc != SQLITE_OK)
        return SQLITE_IOERR_FSYNC;
    if (!machines[file->machine].lies)
        sync_file(file);
    return SQLITE_OK;
}

static int x_size(sqlite3_file *base, sqlite3_int64 *n) {
    file_t *file = file_of((handle_t *) base);
    if (!file)
        return SQLITE_IOERR_FSTAT;
    *n = (sqlite3_int64) file->seen.n;
    return SQLITE_OK;
}

static int x_lock(sqlite3_file *base, int level) {
    handle_t *handle = (handle_t *) base;
    file_t *file = file_of(handle);
    if (!file)
        return SQLITE_IOERR_LOCK;
    if (handle->lock == SQLITE_LOCK_NONE && file->lock > SQLITE_LOCK_NONE)
        return SQLITE_BUSY;
    handle->lock = file->lock = level;
    return SQLITE_OK;
}

static int x_unlock(sqlite3_file *base, int level) {
    handle_t *handle = (handle_t *) base;
    file_t *file = file_of(handle);
    handle->lock = level;
    if (file)
        file->lock = level;
    return SQLITE_OK;
}

static int x_reserved(sqlite3_file *base, int *out) {
    const file_t *file = file_of((handle_t *) base);
    *out = file && file->lock >= SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
}

static int x_control(sqlite3_file *base, int op, void *arg) {
    (void) base, (void) op, (void) arg;
    return SQLITE_NOTFOUND;
}

static int x_sector(sqlite3_file *base) {
    (void) base;
    return DISK_SECTOR;
}

static int x_traits(sqlite3_file *base) {
    (void) base;
    return 0;
}

static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = x_close,
                                           .xRead = x_read,
                                           .xWrite = x_write,
                                           .xTruncate = x_truncate,
                                           .xSync = x_sync,
                                           .xFileSize = x_size,
                                           .xLock = x_lock,
                                           .xUnlock = x_unlock,
                                           .xCheckReservedLock = x_reserved,
                                           .xFileControl = x_control,
                                           .xSectorSize = x_sector,
                                           .xDeviceCharacteristics = x_traits};

static file_t *file_at(const char *path) {
    file_t *file = find(path);
    if (file)
        return file;
    if (files_n == FILES_MAX)
        abort();
    file = files[files_n++] = must(sqlite3_malloc64(sizeof *file));
    memset(file, 0, sizeof *file);
    snprintf(file->path, sizeof file->path, "%s", path);
    return file;
}

static int x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out) {
    (void) vfs;
    handle_t *handle = (handle_t *) base;
    base->pMethods = NULL;
    file_t *file = name ? find(name) : NULL;
    if (!name || (!(file && file->exists) && !(flags & SQLITE_OPEN_CREATE)))
        return SQLITE_CANTOPEN;
    file = file_at(name);
    file->exists = true;
    file->machine = current;
    *handle = (handle_t){.base = {&methods}, .file = file, .life = file->life};
    if (out)
        *out = flags;
    return SQLITE_OK;
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void) vfs, (void) sync;
    file_t *file = find(name);
    if (!file || !file->exists)
        return SQLITE_IOERR_DELETE_NOENT;
    remove_file(file);
    return SQLITE_OK;
}

static int x_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    (void) vfs, (void) flags;
    const file_t *file = find(name);
    *out = file && file->exists;
    return SQLITE_OK;
}

static int x_path(sqlite3_vfs *vfs, const char *name, int n, char *out) {
    (void) vfs;
    snprintf(out, (size_t) n, "%s", name);
    return SQLITE_OK;
}

static int x_random(sqlite3_vfs *vfs, int n, char *out) {
    (void) vfs;
    for (int i = 0; i < n; i++)
        out[i] = (char) luck_next(&luck);
    return n;
}

static int x_sleep(sqlite3_vfs *vfs, int us) {
    (void) vfs;
    return us;
}

static int x_time(sqlite3_vfs *vfs, double *out) {
    (void) vfs;
    *out = 2461000.5;
    return SQLITE_OK;
}

static int x_error(sqlite3_vfs *vfs, int n, char *out) {
    (void) vfs, (void) n, (void) out;
    return 0;
}

void disk_install(uint64_t seed) {
    static sqlite3_vfs vfs = {.iVersion = 1,
                              .szOsFile = sizeof(handle_t),
                              .mxPathname = 512,
                              .zName = "simulated",
                              .xOpen = x_open,
                              .xDelete = x_delete,
                              .xAccess = x_access,
                              .xFullPathname = x_path,
                              .xRandomness = x_random,
                              .xSleep = x_sleep,
                              .xCurrentTime = x_time,
                              .xGetLastError = x_error};
    luck = (luck_t){seed};
    sqlite3_config(
        SQLITE_CONFIG_SINGLETHREAD); /* a mutex held at a fork is held for ever in the copy */
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        abort();
}

void disk_reset(uint64_t seed) {
    for (size_t i = 0; i < files_n; i++) {
        unsynced_free(&files[i]->unsynced);
        image_free(&files[i]->seen);
        image_free(&files[i]->durable);
        sqlite3_free(files[i]);
    }
    files_n = 0;
    memset(machines, 0, sizeof machines);
    traces_n = 0;
    hook = NULL;
    luck = (luck_t){seed};
}

uint8_t *disk_file(const char *path, size_t *n) {
    const file_t *file = find(path);
    if (!file || !file->exists)
        return NULL;
    *n = file->durable.n;
    uint8_t *bytes = must(malloc(*n + 1));
    image_read(&file->durable, 0, bytes, *n);
    return bytes;
}

const char *disk_find(const uint8_t *bytes, size_t n) {
    for (size_t i = 0; i < files_n; i++)
        if (files[i]->exists && (image_find(&files[i]->seen, bytes, n, 0, SIZE_MAX) ||
                                 image_find(&files[i]->durable, bytes, n, 0, SIZE_MAX)))
            return files[i]->path;
    return NULL;
}

void disk_put(const char *path, int machine, const uint8_t *bytes, size_t n) {
    file_t *file = file_at(path);
    file->exists = true;
    file->machine = machine;
    image_resize(&file->durable, 0);
    image_write(&file->durable, 0, bytes, n);
    image_copy(&file->seen, &file->durable);
}

int disk_rename(const char *from, const char *to) {
    file_t *file = find(from);
    if (!file || !file->exists) {
        errno = ENOENT;
        return -1;
    }
    sync_file(file);
    file_t *other = file_at(to);
    other->exists = true;
    other->machine = file->machine;
    image_copy(&other->durable, &file->durable);
    image_copy(&other->seen, &file->durable);
    remove_file(file);
    return 0;
}
