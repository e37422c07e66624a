/* SPDX-License-Identifier: Apache-2.0
 *
 * luck: random numbers that a seed repeats (splitmix64), one stream for each who draws, so that one
 * part's draws do not move another's.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_LUCK_H
#define COUNTERSIGN_TESTS_SIMULATION_LUCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct luck { uint64_t state; } luck_t;

static inline uint64_t luck_next(luck_t *self) {
    self->state += 0x9e3779b97f4a7c15u;
    uint64_t z = self->state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline luck_t luck_of(uint64_t seed, uint64_t stream) {
    luck_t luck = {seed * 0x2545f4914f6cdd1du + stream * 0x9e3779b97f4a7c15u + 1};
    luck_next(&luck);
    return luck;
}

/* The streams of one seed are one sequence, each a step further along: what is drawn as noise must
   not be found in another's. */
static inline luck_t luck_apart(uint64_t seed, uint64_t stream) {
    luck_t luck = luck_of(seed, stream);
    return luck_of(luck_next(&luck), stream);
}

/* 0 .. n - 1 */
static inline uint64_t luck_below(luck_t *self, uint64_t n) { return n ? luck_next(self) % n : 0; }
static inline bool luck_percent(luck_t *self, unsigned percent) {
    return luck_below(self, 100) < percent;
}

#endif
