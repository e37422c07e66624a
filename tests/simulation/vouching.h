/* SPDX-License-Identifier: Apache-2.0
 *
 * vouching: checkpoints, said a second time, by code that shares nothing with the product: what the
 * archiver signed, what the witness cosigned and what followers keep is the text that the archive's
 * events make (C2SP tlog-checkpoint), and nobody cosigned two histories or went back.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_VOUCHING_H
#define COUNTERSIGN_TESTS_SIMULATION_VOUCHING_H

#include "tests/simulation/model.h"

typedef struct vouching vouching_t;

/* Who signs: under which name, with which key. */
typedef struct voucher {
    const char *name;
    uint8_t key[32];
} voucher_t;

vouching_t *vouching_new(void);
void vouching_destroy(vouching_t **self_p);
/* A cosignature as it left the witness: of which position, and its line. */
void vouching_cosigned(vouching_t *self, int64_t position, const uint8_t *line, size_t n);

/* After model_check, with the stores closed. NULL: all is well; else what is broken. */
const char *vouching_check(vouching_t *self, const model_t *model, const voucher_t *archiver,
                           const voucher_t *witness);
/* The archive's own checkpoints; `ends`: the last one is of its last event. */
const char *vouching_archive(vouching_t *self, const model_t *model, const char *path, bool ends,
                             const voucher_t *archiver, const voucher_t *witness);
/* The one that a store keeps, if any: of a follower, of the witness (`witness`). */
const char *vouching_kept(vouching_t *self, const model_t *model, const char *path, bool witness,
                          const voucher_t *archiver);

#endif
