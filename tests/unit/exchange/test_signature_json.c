/* SPDX-License-Identifier: Apache-2.0
 *
 * 21 CFR 11.50: wherever a signature stands in a document, it has the printed name of whoever signed,
 * for whom, when, and what it means.
 */
#include "common/base/text.h"
#include "common/exchange/case_json.h"
#include "common/exchange/event_json.h"
#include "tests/unit/domain/delegation_desk.h"
#include "tests/unit/domain/feedback_desk.h"

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Meaning under `meaning`, printed name, time. */
static void is_signed(const json_t *object, const char *meaning, const char *name) {
    moment_t time;
    assert_true(json_is_object(object));
    assert_string_not_equal(text_at(object, meaning), "");
    assert_string_equal(text_at(json_object_get(object, "by"), "name"), name);
    assert_true(moment_parse(text_of(text_at(object, "time")), &time));
}

static json_t *shown(const desk_t *desk, const case_t *of) {
    view_t view = view_of(desk->context, context_person(desk->context, desk->jiang), desk->time);
    return case_json(of, &view);
}

static const json_t *last_round(const json_t *json) {
    const json_t *rounds = json_object_get(json, "rounds");
    return json_array_get(rounds, json_array_size(rounds) - 1);
}

TEST_CLAUSE(every_signature_of_an_order_has_name_time_and_meaning, "21-CFR-11.50", RULE) {
    static const char *const meanings[] = {"complete", "approve", "contract", "customer"};
    static const char *const names[] = {"shi", "jiang", "shi", "lin"};
    desk_t *desk = desk_new();
    order_t *order = desk_special_to_sign(desk);
    size_t i;
    json_t *one;
    OK(desk_sign(desk, order, desk->shi, MEANING_COMPLETE));
    OK(desk_sign(desk, order, desk->jiang, MEANING_APPROVE));
    OK(desk_sign(desk, order, desk->shi, MEANING_CONTRACT));
    OK(desk_confirm(desk, order, desk->lin));
    json_t *json = shown(desk, &order->head);
    const json_t *round = last_round(json);
    assert_int_equal(json_array_size(json_object_get(round, "signatures")), COUNT(meanings));
    json_array_foreach (json_object_get(round, "signatures"), i, one) {
        is_signed(one, "meaning", names[i]);
        assert_string_equal(text_at(one, "meaning"), meanings[i]);
    }
    is_signed(json_object_get(round, "conclusion"), "outcome", "song");
    assert_true(json_array_size(json_object_get(round, "verdicts")) > 1);
    json_array_foreach (json_object_get(round, "verdicts"), i, one)
        is_signed(one, "verdict", text_at(json_object_get(one, "by"), "name"));
    json_decref(json);
    desk_destroy(&desk);
}

TEST_CLAUSE(the_word_of_a_customer_has_name_and_time_of_whoever_signed_for_it, "21-CFR-11.50", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.channel = CHANNEL_ORAL;
    order_t *order = desk_registered(desk, &content);
    OK(desk_confirm(desk, order, desk->lin));
    json_t *json = shown(desk, &order->head);
    is_signed(json_object_get(json_array_get(json_object_get(json, "revisions"), 0), "confirmed"),
              "how", "lin");
    json_decref(json);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_signature_by_delegation_has_both_names, "21-CFR-11.50", RULE) {
    desk_t *desk = desk_new();
    desk_let(desk, "planning.manager", "production.manager");
    desk_adopt(desk);
    order_t *order = desk_regular_to_sign(desk);
    ident_t mandate = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    OK(desk_sign_for(desk, order, desk->qin, mandate, MEANING_COMPLETE));
    json_t *json = shown(desk, &order->head);
    const json_t *one = json_array_get(json_object_get(last_round(json), "signatures"), 0);
    is_signed(one, "meaning", "qin");
    assert_string_equal(text_at(json_object_get(json_object_get(one, "by"), "for"), "name"), "luo");
    json_decref(json);
    decoded_t event;
    view_t view = view_of(desk->context, context_person(desk->context, desk->jiang), desk->time);
    for (size_t i = 0; i < desk->log_n; i++) {
        insist(event_decode(desk->log[i].bytes, desk->arena, &event, NULL) == 0);
        if (event.info->kind != KIND_ROUND_SIGN)
            continue;
        json = event_json(&event, &view);
        is_signed(json, "kind", "qin");
        assert_string_equal(text_at(json_object_get(json_object_get(json, "by"), "for"), "name"),
                            "luo");
        assert_string_equal(text_at(json_object_get(json, "body"), "meaning"), "complete");
        json_decref(json);
    }
    desk_destroy(&desk);
}

TEST_CLAUSE(a_disposition_and_a_verified_effect_have_name_and_time, "21-CFR-11.50", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *f = desk_complaint_closed(desk);
    json_t *json = shown(desk, &f->head);
    const json_t *round = last_round(json);
    is_signed(json_object_get(round, "conclusion"), "outcome", "yan");
    is_signed(json_array_get(json_object_get(round, "signatures"), 0), "meaning", "yan");
    size_t i, verified = 0;
    json_t *word, *action = json_array_get(json_object_get(json, "actions"), 0);
    json_array_foreach (json_object_get(action, "words"), i, word)
        if (strcmp(text_at(word, "what"), "verification") == 0) {
            is_signed(word, "text", text_at(json_object_get(word, "by"), "name"));
            verified++;
        }
    assert_true(verified > 0);
    json_decref(json);
    desk_destroy(&desk);
}
