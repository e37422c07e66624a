/* SPDX-License-Identifier: Apache-2.0
 *
 * measure: a monotonic stopwatch and the median with spread of a few runs.
 */
#ifndef COUNTERSIGN_TESTS_BENCH_MEASURE_H
#define COUNTERSIGN_TESTS_BENCH_MEASURE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static inline int measure_compare(const void *a, const void *b) {
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

/* values are sorted in place; q from 0 to 1 */
static inline double quantile(double *values, size_t n, double q) {
    qsort(values, n, sizeof *values, measure_compare);
    size_t i = (size_t) (q * (double) (n - 1) + 0.5);
    return n ? values[i] : 0;
}

/* "name<TAB>median<TAB>least..most<TAB>unit" */
static inline void report(const char *name, double *values, size_t n, const char *unit) {
    double median = quantile(values, n, 0.5);
    printf("%-44s %12.4g  (%.4g .. %.4g)  %s\n", name, median, values[0], values[n - 1], unit);
    fflush(stdout);
}

#endif
