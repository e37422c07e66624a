/* SPDX-License-Identifier: Apache-2.0
 *
 * site: one company's installation as files below one folder, the same layout on a hub and on a
 * workstation (which holds less of it). Public facts only, but for keys/ and people/, whose files
 * are 0600 and each belongs to one user.
 *
 *   site.cfg                    company, ledger id, genesis case, endpoints and CURVE keys of coordinator and archiver
 *   departments/KEY.cfg         endpoint and CURVE key of a department's daemon
 *   stations/NAME.cfg           a workstation: id, department, the people who work there
 *   keys/NAME.curve, NAME.sign  secrets of daemons ("coordinator", "department-sales") and stations ("station-NAME")
 *   people/HANDLE.key           a person's sealed key
 *   state/NAME/                 a daemon's store          (or below `state` of site.cfg)
 *   run/                        sockets, actual endpoints (or below `run` of site.cfg)
 */
#ifndef COUNTERSIGN_DAEMON_SITE_H
#define COUNTERSIGN_DAEMON_SITE_H

#include "common/base/problem.h"
#include "common/crypto/keys.h"

typedef struct site {
    char *folder, *company, *state, *run;   /* absolute paths, but for company */
    digest_t ledger;
    ident_t genesis;                        /* the ledger's own case: id of the genesis command */
    char *coordinator_service, *coordinator_stream, *archiver_service;
    pubkey_t coordinator_curve, archiver_curve;
    int64_t signing_minutes;                /* without a signature, until the passphrase is asked for again */
} site_t;

typedef struct site_department { char *key, *service; pubkey_t curve; } site_department_t;
typedef struct site_station {
    char *name, *department;
    ident_t id;
    char **people; /* NULL-ended */
} site_station_t;

#define SITE_DEFAULT "/etc/countersign"
/* Which folder is meant: what was said (may be NULL), COUNTERSIGN_SITE, SITE_DEFAULT. */
const char *site_folder(const char *said);
site_t *site_open(const char *folder, problem_t *problem);      /* NULL with file and line */
void site_close(site_t **self_p);
int site_department_read(const site_t *self, const char *key, site_department_t *out,
                         problem_t *problem);
void site_department_free(site_department_t *self);
int site_station_read(const site_t *self, const char *name, site_station_t *out,
                      problem_t *problem);
void site_station_free(site_station_t *self);
/* Calls back with each department's key / station's name, sorted. */
int site_departments(const site_t *self, void (*fn)(void *arg, const char *key), void *arg);
int site_stations(const site_t *self, void (*fn)(void *arg, const char *name), void *arg);

/* A site that is to be made: its folder is, endpoints and keys are the caller's to fill in. `state`
   and `run` NULL: below the folder, but for /etc/countersign where the file system hierarchy wants
   them. NULL with *problem. */
site_t *site_plan(const char *folder, const char *company, const char *state, const char *run,
                  problem_t *problem);
/* Writers used by `init` and `enrol`: whole file, temporary name, sync, rename; never overwrite
   (INPUT_FILE). */
/* departments, stations, keys, people, state, run; the site's folder must exist. */
int site_make_folders(const site_t *self, problem_t *problem);
int site_write(const site_t *self, problem_t *problem);
int site_department_write(const site_t *self, const site_department_t *department,
                          problem_t *problem);
int site_station_write(const site_t *self, const site_station_t *station, problem_t *problem);

/* "FOLDER/keys/NAME.curve" and the like, into out of `size` bytes; "" when too long. */
char *site_path(const site_t *self, char *out, size_t size, const char *subfolder, const char *name,
                const char *suffix);
/* The daemon's store folder (made 0700 if `make`), with a file name behind it. */
char *site_state_path(const site_t *self, char *out, size_t size, const char *name,
                      const char *file, bool make, problem_t *problem);
/* ipc:// endpoint of a station's agent. */
char *site_agent_endpoint(const site_t *self, char *out, size_t size, const char *station);
/* Where whoever administers a daemon of this machine talks to it: "notifier", "archiver". */
char *site_daemon_endpoint(const site_t *self, char *out, size_t size, const char *name);
int site_curve(const site_t *self, const char *name, curve_pair_t *out, problem_t *problem);
int site_signer(const site_t *self, const char *name, signer_t **out, problem_t *problem);

#endif
