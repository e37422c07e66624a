/* SPDX-License-Identifier: Apache-2.0
 *
 * letters: commands on their way over a workstation's own wire, as a stranger's client sends them: one
 * that gets no receipt is sent again, the same bytes, as PROTOCOL.md says; what is acknowledged goes
 * into the model's book.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_LETTERS_H
#define COUNTERSIGN_TESTS_SIMULATION_LETTERS_H

#include "tests/simulation/model.h"
#include "tests/simulation/works.h"

#define LETTERS_UNDER_WAY 8

typedef struct letter {
    ident_t id;
    buffer_t bytes;
    int64_t again; /* boot ms; 0 = this place is free */
    int times;     /* sent; one that is busy for ever is given up */
    bool accepted; /* never given up before it is archived */
    char what[80];
} letter_t;

typedef struct letters {
    const works_t *works;
    bus_t *bus;
    model_t *model;
    int node, line;
    uint8_t series; /* ids of different writers are apart by it */
    uint64_t serial;
    letter_t at[LETTERS_UNDER_WAY];
    const char *wrong; /* what the model says of a receipt */
    void (*say)(void *arg, const char *line);
    void *say_arg;
    const char *who;
} letters_t;

/* Writes at the workstation of a department, to its daemon's node `desk`. */
void letters_open(letters_t *self, const works_t *works, bus_t *bus, model_t *model,
                  const char *department, int desk);
void letters_close(letters_t *self);
ident_t letters_id(letters_t *self); /* of the next command */
/* By whom, what, on which case; the id is the command's. False: too much is under way. */
bool letters_write(letters_t *self, const signer_t *signer, ident_t actor, ident_t id, kind_t kind,
                   ident_t object, const void *body, const char *what);
/* Takes what came, and sends again what is due. `told` is called with each receipt that is one of
   ours. */
void letters_tend(letters_t *self, void (*told)(void *arg, const struct receipt *receipt),
                  void *arg);
int64_t letters_next(const letters_t *self); /* boot ms; INT64_MAX: nothing is under way */
void letters_tell(const letters_t *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
