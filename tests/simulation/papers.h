/* SPDX-License-Identifier: Apache-2.0
 *
 * papers: the contents that an event names (contact persons, attachments), and what became of them:
 * what was erased is named no more and lies in none of the stores, what was not lies in both.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_PAPERS_H
#define COUNTERSIGN_TESTS_SIMULATION_PAPERS_H

#include "tests/simulation/staff.h"

typedef struct papers papers_t;

papers_t *papers_new(void);
void papers_destroy(papers_t **self_p);
/* The next event; NULL, or what it breaks. */
const char *papers_take(papers_t *self, const taken_t *event);
bool papers_erased(const papers_t *self, const uint8_t address[32]);
/* The store at `path`, which nothing has open; NULL, or what it lacks or still has. */
const char *papers_check(papers_t *self, const char *path);

#endif
