/* SPDX-License-Identifier: Apache-2.0
 *
 * inspecting: see the header.
 */
#include "tests/simulation/inspecting.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/daemon/audit.h"
#include "tests/simulation/forging.h"
#include "tests/simulation/scene.h"

#define WITNESS_FILE "witness"

const char *const forgery_names[FORGERIES] = {
    "an event's time", "the tree",        "somebody's words",    "collusion",
    "a checkpoint",    "the end cut off", "a witness's signature"};
uint64_t inspecting_found[FORGERIES], inspecting_sound;

/* What tells on it; `outside`: nothing in the file does, but the witness's checkpoint. */
static const struct { finding_kind_t kind; bool outside; } TELLS[FORGERIES] = {
    [FORGERY_TIME] = {FINDING_ENDS, false},
    [FORGERY_TREE] = {FINDING_ROOT, false},
    [FORGERY_WORDS] = {FINDING_DECISION, false},
    [FORGERY_COLLUSION] = {FINDING_ROOT, true},
    [FORGERY_CHECKPOINT] = {FINDING_CHECKPOINT, false},
    [FORGERY_CUT] = {FINDING_SHORT, true},
    [FORGERY_COSIGNED] = {FINDING_COSIGNATURE, false}};

typedef struct inspecting {
    scene_t *scene;
    buffer_t kept;           /* the witness's checkpoint; empty: none */
    position_t position;     /* of it */
    char why[400];
} inspecting_t;

/* `decides`: whose words they are and what follows from them, too. */
static int audit(const inspecting_t *self, const char *path, bool decides, audit_t *out) {
    const works_t *works = self->scene->works;
    const audit_checkpoint_t given = {buffer_bytes(&self->kept), WITNESS_FILE};
    const verifier_key_t witness = {TEXT("witness-" WORKS_WITNESS), SIGNED_COSIGNATURE,
                                    signer_key(works->witness.signer)};
    audit_options_t options = {.signatures = decides,
                               .decisions = decides,
                               .documents = decides,
                               .threads = 1,
                               .ledger = &works->company->site->ledger,
                               .checkpoints = &given,
                               .checkpoints_n = self->kept.n ? 1 : 0,
                               .witnesses = &witness,
                               .witnesses_n = 1};
    return audit_run(path, &options, out);
}

static const char *check_honest(inspecting_t *self, const char *path) {
    audit_t found;
    int code = audit(self, path, true, &found);
    const char *why = NULL;
    if (code != 0 && !faults_spoil(self->scene->faults, ARCHIVER)) {
        const finding_t *first = found.findings_n ? &found.findings[0] : NULL;
        snprintf(self->why, sizeof self->why, "the audit calls the archive unsound: %s at %llu (%s)",
                 first ? finding_name(first->kind) : "it cannot tell",
                 first ? (unsigned long long) first->position : 0,
                 first ? first->problem.detail : found.problem.detail);
        why = self->why;
    }
    inspecting_sound += code == 0;
    audit_free(&found);
    return why;
}

/* ---- altered ---- */

static bool told_on(const audit_t *found, forgery_t forgery) {
    for (size_t i = 0; i < found->findings_n; i++)
        if (found->findings[i].kind == TELLS[forgery].kind &&
            (!TELLS[forgery].outside || strcmp(found->findings[i].problem.file, WITNESS_FILE) == 0))
            return true;
    return false;
}

/* false: there is nothing in it to alter so. */
static bool forge(const inspecting_t *self, forgery_t forgery, forging_t *forging) {
    const works_t *works = self->scene->works;
    position_t last = forging_last(forging), kept = self->position;
    signer_t *stranger = company_signer(0xf3);
    bool done = last > 3;
    switch (forgery) {
    case FORGERY_TIME: forging_time(forging, 2, last); break;
    case FORGERY_TREE:
        forging_time(forging, 2, last);
        forging_tree(forging);
        break;
    case FORGERY_WORDS:
        done = forging_words(forging, 2, last, false) > 0;
        forging_tree(forging);
        break;
    case FORGERY_COLLUSION:
        done = kept > works->events && forging_words(forging, works->events + 1, kept, true) > 0;
        forging_tree(forging);
        forging_checkpoint(forging, works->archiver.signer);
        break;
    case FORGERY_CHECKPOINT: forging_checkpoint(forging, stranger); break;
    case FORGERY_CUT:
        done = kept > 3;
        forging_cut(forging, done ? kept - 1 : last);
        forging_tree(forging);
        break;
    case FORGERY_COSIGNED: forging_cosignature(forging); break;
    case FORGERIES: break;
    }
    signer_destroy(&stranger);
    return done;
}

/* A copy of it, altered. */
static const char *check_forged(inspecting_t *self, const char *path, forgery_t forgery) {
    char copy[540];
    size_t n;
    forging_t forging;
    audit_t found;
    const char *why = NULL;
    uint8_t *bytes = disk_file(path, &n);
    snprintf(copy, sizeof copy, "%.500s.forged", path);
    disk_put(copy, SCENE_NODES, bytes, n);
    free(bytes);
    bool forged = forging_open(&forging, self->scene->works, self->scene->seed, copy);
    forged = forged && forge(self, forgery, &forging);
    forging_close(&forging);
    int code = forged ? audit(self, copy, forgery == FORGERY_WORDS, &found) : 0;
    if (forged && (code != 1 || !told_on(&found, forgery))) {
        snprintf(self->why, sizeof self->why,
                 "the audit does not find what a forger did: %s (it says %d, with %zu findings, first %s)",
                 forgery_names[forgery], code, found.findings_n,
                 found.findings_n ? finding_name(found.findings[0].kind) : "none");
        why = self->why;
    }
    inspecting_found[forgery] += forged && !why;
    if (forged)
        audit_free(&found);
    disk_lose(SCENE_NODES, copy);
    return why;
}

const char *inspecting_check(scene_t *scene, const char *archive) {
    static char why[400];
    inspecting_t self = {.scene = scene};
    disk_machine(SCENE_NODES);
    if (!witnessing_kept(scene->witnessing, &self.kept, &self.position))
        self.position = 0;
    const char *broken = check_honest(&self, archive);
    if (!broken && !faults_spoil(scene->faults, ARCHIVER))
        broken = check_forged(&self, archive, (forgery_t) (scene->seed % FORGERIES));
    snprintf(why, sizeof why, "%s", broken ? broken : "");
    buffer_free(&self.kept);
    return broken ? why : NULL;
}
