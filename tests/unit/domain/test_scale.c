/* SPDX-License-Identifier: Apache-2.0
 *
 * The words in which departments speak: which fit, what they come to, which conclusions they let
 * through; every one against every other.
 */
#include "tests/unit/domain/feedback_desk.h"

#define COUNTS(...) ((struct tallied){__VA_ARGS__})

TEST_CLAUSE(orders_are_tallied_by_the_gravest_word, "QP21-4.3.2", RULE) {
    const scale_t *scale = &scale_fulfilment;
    assert_int_equal(scale->tally(&COUNTS(.accept = 3)), OUTCOME_ABLE);
    assert_int_equal(scale->tally(&COUNTS(.accept = 2, .conditions = 1)), OUTCOME_NEGOTIATE);
    assert_int_equal(scale->tally(&COUNTS(.conditions = 2, .reject = 1)), OUTCOME_NOT_ABLE);
}

TEST_CLAUSE(complaints_are_tallied_by_what_all_say_alike, "complaint-review", RULE) {
    const scale_t *scale = &scale_responsibility;
    assert_int_equal(scale->tally(&COUNTS(.ours = 2)), OUTCOME_OURS);
    assert_int_equal(scale->tally(&COUNTS(.not_ours = 2)), OUTCOME_NOT_OURS);
    assert_int_equal(scale->tally(&COUNTS(.partly = 1)), OUTCOME_PARTLY);
    assert_int_equal(scale->tally(&COUNTS(.ours = 2, .not_ours = 1)), OUTCOME_PARTLY);
    assert_int_equal(scale->tally(&COUNTS(.ours = 2, .partly = 1)), OUTCOME_PARTLY);
    assert_int_equal(scale->tally(&COUNTS(.not_ours = 2, .partly = 1)), OUTCOME_PARTLY);
}

TEST_CLAUSE(suggestions_are_adopted_where_nobody_rejects, "QP21-4.6b", RULE) {
    const scale_t *scale = &scale_adoption;
    assert_int_equal(scale->tally(&COUNTS(.accept = 2)), OUTCOME_ADOPTED);
    assert_int_equal(scale->tally(&COUNTS(.accept = 1, .conditions = 1)), OUTCOME_ADOPTED);
    assert_int_equal(scale->tally(&COUNTS(.accept = 2, .reject = 1)), OUTCOME_NOT_ADOPTED);
}

typedef struct row {
    const scale_t *scale;
    enum outcome tally;
    const char *lets; /* of the outcomes, "able" is 1 */
} row_t;

TEST_CLAUSE(a_tally_lets_through_what_it_does_not_contradict, "complaint-review", REFUSAL) {
    static const row_t rows[] = {
        {&scale_fulfilment, OUTCOME_ABLE, "13"},         {&scale_fulfilment, OUTCOME_NEGOTIATE, "23"},
        {&scale_fulfilment, OUTCOME_NOT_ABLE, "23"},     {&scale_responsibility, OUTCOME_OURS, "45"},
        {&scale_responsibility, OUTCOME_PARTLY, "456"},  {&scale_responsibility, OUTCOME_NOT_OURS, "56"},
        {&scale_adoption, OUTCOME_ADOPTED, "78"},        {&scale_adoption, OUTCOME_NOT_ADOPTED, "8"}};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int outcome = OUTCOME_ABLE; outcome <= OUTCOME_NOT_ADOPTED; outcome++) {
            bool lets = strchr(rows[i].lets, '0' + outcome) != NULL;
            assert_int_equal(rows[i].scale->lets(rows[i].tally, (enum outcome) outcome), lets);
        }
}

TEST(each_word_fits_its_scales) {
    static const struct {
        const scale_t *scale;
        const char *verdicts, *signs;
    } scales[] = {{&scale_fulfilment, "123", "1"},
                  {&scale_responsibility, "456", "456"},
                  {&scale_adoption, "123", "78"}};
    for (size_t i = 0; i < COUNT(scales); i++) {
        for (int verdict = 0; verdict <= VERDICT_NOT_OURS; verdict++)
            assert_int_equal(scales[i].scale->verdicts >> verdict & 1,
                             verdict && strchr(scales[i].verdicts, '0' + verdict));
        for (int outcome = 0; outcome <= OUTCOME_NOT_ADOPTED; outcome++)
            assert_int_equal(scale_signs(scales[i].scale, (enum outcome) outcome),
                             outcome && strchr(scales[i].signs, '0' + outcome));
    }
}

TEST(each_kind_of_feedback_has_its_scale) {
    for (int kind = FEEDBACK_COMPLAINT; kind <= FEEDBACK_LOST; kind++) {
        bool fault = kind == FEEDBACK_COMPLAINT || kind == FEEDBACK_CLAIM;
        assert_ptr_equal(feedback_scale((enum feedback_kind) kind),
                         fault ? &scale_responsibility : &scale_adoption);
    }
}
