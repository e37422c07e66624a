/* SPDX-License-Identifier: Apache-2.0
 *
 * order_content: what the content of an order must hold beyond what the codec checks, at
 * registration and at every amendment (QP21-4.1).
 */
#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/order_rules.h"

#define EARLIEST 10957 /* 2000-01-01: a date before it is a slip of the pen */

typedef struct place {
    char path[96];
} place_t;

static const char *at(place_t *place, const char *path, const char *list, size_t index,
                      const char *field) {
    snprintf(place->path, sizeof place->path, "%s%s[%zu].%s", path, list, index, field);
    return place->path;
}

static int check_day(day_t day, const char *field, problem_t *problem) {
    char printed[16];
    if (day == 0 || day >= EARLIEST)
        return 0;
    return problem_set(problem, REASON_FIELD_RANGE, field, "%s is before 2000",
                       day_print(day, printed));
}

static bool currency_code(text_t text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 'A' || text.p[i] > 'Z')
            return false;
    return text.n == 3;
}

static int check_lines(const struct order_content *content, const char *path, problem_t *problem) {
    place_t place;
    for (size_t i = 0; i < content->lines.n; i++) {
        const struct order_line *line = &content->lines.at[i];
        int64_t before = i ? content->lines.at[i - 1].no : 0;
        if (line->no <= before)
            return problem_set(problem, REASON_FIELD_RANGE, at(&place, path, "lines", i, "no"),
                               "line numbers ascend from 1: %lld after %lld", (long long) line->no,
                               (long long) before);
        if (line->currency.n && !currency_code(line->currency))
            return problem_set(problem, REASON_FIELD_RANGE,
                               at(&place, path, "lines", i, "currency"),
                               "three capital letters (ISO 4217): CNY");
        if (check_day(line->wanted, at(&place, path, "lines", i, "wanted"), problem))
            return -1;
    }
    return 0;
}

static int check_requirements(const struct order_content *content, const char *path,
                              problem_t *problem) {
    place_t place;
    for (size_t i = 0; i < content->requirements.n; i++) {
        const struct requirement *requirement = &content->requirements.at[i];
        int64_t before = i ? content->requirements.at[i - 1].no : 0;
        if (requirement->no <= before)
            return problem_set(problem, REASON_FIELD_RANGE,
                               at(&place, path, "requirements", i, "no"),
                               "requirement numbers ascend from 1: %lld after %lld",
                               (long long) requirement->no, (long long) before);
        if (requirement->line && !content_has_line(content, requirement->line))
            return problem_set(problem, REASON_UNKNOWN_REFERENCE,
                               at(&place, path, "requirements", i, "line"), "there is no line %lld",
                               (long long) requirement->line);
        if (text_trim(requirement->text).n == 0)
            return problem_set(problem, REASON_FIELD_MISSING,
                               at(&place, path, "requirements", i, "text"), "say what is required");
    }
    return 0;
}

int rule_content(const context_t *context, const struct order_content *content, const char *path,
                 problem_t *problem) {
    place_t place;
    snprintf(place.path, sizeof place.path, "%scustomer", path);
    if (!context_customer(context, content->customer))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, place.path,
                           "register the customer first");
    snprintf(place.path, sizeof place.path, "%sordered", path);
    if (check_day(content->ordered, place.path, problem))
        return -1;
    if (check_lines(content, path, problem))
        return -1;
    return check_requirements(content, path, problem);
}
