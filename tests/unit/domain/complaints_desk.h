/* SPDX-License-Identifier: Apache-2.0
 *
 * complaints_desk: a complaint of which a rule is asked, as the department's daemon would ask it.
 */
#ifndef COUNTERSIGN_TESTS_COMPLAINTS_DESK_H
#define COUNTERSIGN_TESTS_COMPLAINTS_DESK_H

#include "common/base/text.h"
#include "common/domain/assess/complaints.h"
#include "tests/unit/domain/feedback_desk.h"

#define assert_says(text, words)                                                                   \
    do {                                                                                           \
        if (!text_has((text), text_of(words)))                                                     \
            fail_msg("\"%.*s\" does not say \"%s\"", (int) (text).n, (text).n ? (text).p : "",     \
                     (words));                                                                     \
    } while (0)
#define assert_silent(text, words) assert_false(text_has((text), text_of(words)))

/* As the department's daemon would post it: through the codec, and reproduced from there. */
static inline struct assessment posted_of(desk_t *desk, const char *rule, assess_input_t in) {
    const assessor_t *assessor = assessor_find(text_of(rule));
    struct assessment made, posted;
    in.context = desk->context;
    in.procedure = context_procedure(desk->context);
    in.department = TEXT("quality");
    in.cause = desk->position;
    in.today = moment_day(desk->time, 480);
    assert_non_null(assessor);
    assert_int_equal(assessor->scope, SCOPE_FEEDBACK);
    assess(assessor, &in, desk->arena, &made);
    bytes_t bytes = desk_encode(desk, &assessment_record, &made);
    insist(record_decode(&assessment_record, bytes, desk->arena, &posted, NULL) == 0);
    assert_true(assess_again(&posted));
    return posted;
}

static inline struct assessment assessed(desk_t *desk, const char *rule,
                                         const feedback_t *feedback, const order_t *order,
                                         const feedback_t *const *related, size_t related_n) {
    return posted_of(desk, rule, (assess_input_t){.feedback = feedback, .order = order,
                                                  .related = related, .related_n = related_n});
}

static inline feedback_t *told_of(desk_t *desk, enum feedback_kind kind, text_t product,
                                  text_t lot) {
    feedback_t *feedback = desk_blank(desk);
    struct feedback_content content = desk_said(desk, kind);
    content.product = product;
    content.lot = lot;
    OK(desk_tell(desk, feedback, desk->lin, &content));
    return feedback;
}

/* With a price among them. */
static inline order_t *order_with_terms(desk_t *desk) {
    struct order_content content = desk_content(desk);
    struct requirement *more = &content.requirements.at[content.requirements.n++];
    *more = (struct requirement){.no = 2,
                                 .kind = REQUIREMENT_STATED,
                                 .subject = SUBJECT_PRICE,
                                 .text = TEXT("three per cent off")};
    content.lines.at[0].drawing = TEXT("P07-B");
    return desk_registered(desk, &content);
}

#endif
