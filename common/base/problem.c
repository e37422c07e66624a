/* SPDX-License-Identifier: Apache-2.0
 *
 * problem: names, clauses and texts of the reasons, out of the one table.
 */
#include "common/base/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/language.h"

const char *reason_name(reason_t reason) {
    switch (reason) {
    case REASON_NONE: return "NONE";
#define REASON_CASE(code, NAME, clause, text) \
    case REASON_##NAME: return #NAME;
        REASONS(REASON_CASE)
#undef REASON_CASE
    }
    return "UNKNOWN";
}

const char *reason_clause(reason_t reason) {
    switch (reason) {
    case REASON_NONE: return "";
#define REASON_CASE(code, NAME, clause, text) \
    case REASON_##NAME: return clause;
        REASONS(REASON_CASE)
#undef REASON_CASE
    }
    return "";
}

const char *reason_text(reason_t reason) {
    switch (reason) {
    case REASON_NONE: return "";
#define REASON_CASE(code, NAME, clause, text) \
    case REASON_##NAME: return _(text);
        REASONS(REASON_CASE)
#undef REASON_CASE
    }
    return _("refused for a reason that this program does not know; it may be too old");
}

/* A text from outside that was cut within a character would not be UTF-8 any more, and no frame
   could carry it. */
static void drop_cut_character(char *text) {
    size_t n = strlen(text), start = n;
    while (start > 0 && n - start < 3 && ((unsigned char) text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char) text[start - 1];
    size_t whole = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (n - (start - 1) < whole)
        text[start - 1] = '\0';
}

int problem_set(problem_t *problem, reason_t reason, const char *field, const char *detail, ...) {
    if (!problem)
        return -1;
    problem_t next = {.reason = reason}; /* apart, as the arguments may point into *problem */
    snprintf(next.field, sizeof next.field, "%s", field ? field : "");
    va_list list;
    va_start(list, detail);
    if (detail)
        vsnprintf(next.detail, sizeof next.detail, language_text(detail), list);
    va_end(list);
    drop_cut_character(next.field);
    drop_cut_character(next.detail);
    *problem = next;
    return -1;
}

void problem_print(const problem_t *problem, char *out, size_t size) {
    const char *clause = problem->clause[0] ? problem->clause : reason_clause(problem->reason);
    char place[300] = "", field[100] = "", detail[600] = "", cited[30] = "";
    if (problem->file[0] && problem->line)
        snprintf(place, sizeof place, "%s:%u: ", problem->file, problem->line);
    else if (problem->file[0])
        snprintf(place, sizeof place, "%s: ", problem->file);
    if (problem->field[0])
        snprintf(field, sizeof field, "%s: ", problem->field);
    if (problem->detail[0]) /* what came over the wire is English */
        snprintf(detail, sizeof detail, " (%s)", language_text(problem->detail));
    if (clause[0])
        snprintf(cited, sizeof cited, " [%s]", clause);
    snprintf(out, size, "%s%s%s%s%s", place, field, reason_text(problem->reason), detail, cited);
}
