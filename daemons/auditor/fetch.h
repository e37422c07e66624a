/* SPDX-License-Identifier: Apache-2.0
 *
 * fetch: the record from a running archiver, as any follower gets it: all events, the newest checkpoint,
 * and the documents. Nothing is taken for true: it goes into a file that is then verified like any
 * other. What is needed of the house: where the archiver is, its key, and a key that is enrolled.
 */
#ifndef COUNTERSIGN_AUDITOR_FETCH_H
#define COUNTERSIGN_AUDITOR_FETCH_H

#include "daemons/auditor/auditor.h"

typedef struct fetching {
    const char *name;       /* of keys/NAME.curve, as it was enrolled */
    const char *site;       /* folder with site.cfg; NULL: COUNTERSIGN_SITE, /etc/countersign */
    const char *file;       /* to be made; it must not be there */
    bool documents;
    int64_t patience_s;     /* without a word from the archiver */
    void (*progress)(void *arg, position_t at, position_t of); /* may be NULL */
    digest_t ledger;        /* out: what the site's file pins */
} fetching_t;

/* AUDIT_SOUND with the file made; else the reason was said, and there is no file: AUDIT_FOUND when
   what came is no record at all, AUDIT_UNABLE. */
int fetch_run(fetching_t *asked);

#endif
