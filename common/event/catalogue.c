/* SPDX-License-Identifier: Apache-2.0
 *
 * catalogue: the tables that catalogue.h declares.
 */
#include "common/event/catalogue.h"

DEFINE_ENUM(channel)
DEFINE_ENUM(requirement_kind)
DEFINE_ENUM(subject)
DEFINE_ENUM(verdict)
DEFINE_ENUM(outcome)
DEFINE_ENUM(answer_value)
DEFINE_ENUM(question)
DEFINE_ENUM(meaning)
DEFINE_ENUM(post_mode)
DEFINE_ENUM(part)
DEFINE_ENUM(dataset)
DEFINE_ENUM(series)
DEFINE_ENUM(act)
DEFINE_ENUM(special_test)
DEFINE_ENUM(feedback_kind)
DEFINE_ENUM(medium)
DEFINE_ENUM(severity)
DEFINE_ENUM(stage)
DEFINE_ENUM(weekday)
DEFINE_ENUM(milestone)
DEFINE_ENUM(notify_outcome)
DEFINE_ENUM(cause)
DEFINE_ENUM(remedy)
DEFINE_ENUM(action_type)
DEFINE_ENUM(ending)

DEFINE_RECORD(condition)
DEFINE_RECORD(requirement)
DEFINE_RECORD(order_line)
DEFINE_RECORD(blob_piece)
DEFINE_RECORD(attachment)
DEFINE_RECORD(confirmation)
DEFINE_RECORD(order_content)
DEFINE_RECORD(answer)
DEFINE_RECORD(measure)
DEFINE_RECORD(finding)
DEFINE_RECORD(disposition)
DEFINE_RECORD(fact)
DEFINE_RECORD(assessment)
DEFINE_RECORD(department)
DEFINE_RECORD(role)
DEFINE_RECORD(reviewer)
DEFINE_RECORD(step)
DEFINE_RECORD(review_class)
DEFINE_RECORD(special_rule)
DEFINE_RECORD(shift)
DEFINE_RECORD(deadline)
DEFINE_RECORD(procedure)
DEFINE_RECORD(product_row)
DEFINE_RECORD(capacity_row)
DEFINE_RECORD(stock_row)
DEFINE_RECORD(capability_row)
DEFINE_RECORD(calendar_row)
DEFINE_RECORD(genesis)
DEFINE_RECORD(restored)
DEFINE_RECORD(resume)
DEFINE_RECORD(rules)
DEFINE_RECORD(clock)
DEFINE_RECORD(person_enrol)
DEFINE_RECORD(person_change)
DEFINE_RECORD(key_replace)
DEFINE_RECORD(revoke)
DEFINE_RECORD(station_enrol)
DEFINE_RECORD(daemon_enrol)
DEFINE_RECORD(confirm)
DEFINE_RECORD(mandate)
DEFINE_RECORD(delegation)
DEFINE_RECORD(adopt)
DEFINE_RECORD(reference_begin)
DEFINE_RECORD(reference_chunk)
DEFINE_RECORD(reference_adopt)
DEFINE_RECORD(customer)
DEFINE_RECORD(classify)
DEFINE_RECORD(convene)
DEFINE_RECORD(verdict_given)
DEFINE_RECORD(retract)
DEFINE_RECORD(advice)
DEFINE_RECORD(conclude)
DEFINE_RECORD(sign)
DEFINE_RECORD(forward)
DEFINE_RECORD(add_reviewer)
DEFINE_RECORD(nudge)
DEFINE_RECORD(notified)
DEFINE_RECORD(notify_act)
DEFINE_RECORD(checkpoint_told)
DEFINE_RECORD(amend)
DEFINE_RECORD(decline)
DEFINE_RECORD(withdraw)
DEFINE_RECORD(feedback_content)
DEFINE_RECORD(feedback_amend)
DEFINE_RECORD(acknowledge)
DEFINE_RECORD(triage)
DEFINE_RECORD(containment)
DEFINE_RECORD(reply_given)
DEFINE_RECORD(closing)
DEFINE_RECORD(reclassify)
DEFINE_RECORD(action_add)
DEFINE_RECORD(action_change)
DEFINE_RECORD(action_report)
DEFINE_RECORD(action_verify)
DEFINE_RECORD(blob_erase)
DEFINE_RECORD(numbered)
DEFINE_RECORD(class_proposed)
DEFINE_RECORD(round_opened)
DEFINE_RECORD(tallied)
DEFINE_RECORD(became)
DEFINE_RECORD(deadline_mark)
DEFINE_RECORD(alarm)

static const kind_info_t kinds[] = {
#define KIND_INFO(code, NAME, name_, scope_, record, flags_) \
    {.kind = KIND_##NAME, \
     .name = (name_), \
     .scope = (scope_), \
     .body = &record##_record, \
     .flags = (flags_)},
    KINDS(KIND_INFO)
#undef KIND_INFO
};

/* Where a code stands in `kinds`, plus 1; 0: nowhere. */
enum {
#define KIND_PLACE(code, NAME, name, scope, record, flags) PLACE_##NAME,
    KINDS(KIND_PLACE)
#undef KIND_PLACE
};
static const uint8_t places[] = {
#define KIND_PLACED(code, NAME, name, scope, record, flags) [code] = PLACE_##NAME + 1,
    KINDS(KIND_PLACED)
#undef KIND_PLACED
};
_Static_assert(sizeof kinds / sizeof *kinds < UINT8_MAX, "a place fits a byte");

const kind_info_t *kind_info(int64_t code) {
    if (code < 0 || code >= (int64_t) sizeof places || !places[code])
        return NULL;
    return &kinds[places[code] - 1];
}

bool kind_signs(int64_t code) {
    const kind_info_t *info = kind_info(code);
    return info && (info->flags & SIGNS);
}

const kind_info_t *kind_by_name(text_t name) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_is(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

const kind_info_t *kind_list(size_t *n) {
    *n = sizeof kinds / sizeof *kinds;
    return kinds;
}
