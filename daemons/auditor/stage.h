/* SPDX-License-Identifier: Apache-2.0
 *
 * stage: the company as it stood, for ordinary agents: a bus of its own, in a folder of its own, with keys
 * that are made for it and are good for nothing else. One workstation is enrolled there, and one
 * person: an auditor who holds every role of the procedure then in force, or whoever is chosen, by
 * their rights of that moment. Questions are answered as the department's daemon answers them; what
 * would change something is refused.
 */
#ifndef COUNTERSIGN_AUDITOR_STAGE_H
#define COUNTERSIGN_AUDITOR_STAGE_H

#include "common/daemon/desk.h"
#include "common/exchange/event_json.h"
#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "daemons/auditor/auditor.h"

#define STAGE_STATION "replay"
#define STAGE_READER "auditor"
#define STAGE_PASSPHRASE "replay"

enum { STAGE_SERVICE };

typedef struct replay_stage {
    auditor_t *audit;         /* the record that is read */
    const char *folder, *as;  /* as NULL: the auditor */
    const char *listen;       /* NULL: a socket in the folder */
    position_t from, until;
    int64_t speed;            /* 0: all at once */
    /* made of these */
    site_t *site;
    curve_pair_t curve;
    pubkey_t station, key;    /* of the workstation's connection; with which the reader signs */
    ident_t reader_id;
    char department[40];
    chronicle_t *chronicle;   /* desk.db, folded as far as was replayed */
    case_register_t *cases;
    arena_t *arena;           /* of the message being read */
    int64_t next_at;          /* boot ms of the next event; 0: not set */
} stage_t;

/* Serves until it is stopped; an exit code. */
int stage_run(stage_t *self);

/* stage_site.c: the folder with everything that an agent needs. 0, or -1 with *problem. */
int stage_make(stage_t *self, problem_t *problem);
/* What to type to look at it. */
void stage_say(const stage_t *self);

/* stage_serve.c: an agent's message */
void stage_message(stage_t *self, const input_t *in, const surroundings_t *now, output_t *out);
/* Who reads, as of what was replayed; false: not enrolled yet. `out` lives in the stage's arena. */
bool stage_reader(const stage_t *self, person_t *out);

#endif
