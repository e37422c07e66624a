/* SPDX-License-Identifier: Apache-2.0
 *
 * round_json: one review as JSON: verdicts standing and replaced, advice, tally, conclusion,
 * signatures, measures.
 */
#include "common/base/text.h"
#include "common/exchange/case_json.h"

static json_t *verdict_json(const round_t *round, const round_verdict_t *verdict,
                            const view_t *view) {
    json_t *object = view_record(view, &verdict_given_record, verdict->body);
    json_put(object, "position", json_of_position(verdict->position));
    json_put(object, "time", json_of_moment(verdict->time));
    json_put(object, "by",
             view_acting_for(view, verdict->actor, verdict->mandate,
                             round_behalf(round, view->context, verdict->mandate)));
    json_put(object, "standing", json_boolean(verdict->standing));
    json_put(object, "retracted", json_boolean(verdict->retracted));
    json_put(object, "replaced", json_boolean(!verdict->standing && !verdict->retracted));
    const mandate_entry_t *mandate =
        ident_none(verdict->mandate) ? NULL : context_mandate(view->context, verdict->mandate);
    if (mandate) {
        json_put(object, "mandate", json_of_ident(mandate->id));
        json_put(object, "answers", view_actor(view, mandate->grantor));
    }
    return object;
}

static json_t *verdicts_json(const round_t *round, const view_t *view) {
    json_t *array = json_array();
    for (size_t i = 0; i < round->verdicts_n; i++)
        json_array_append_new(array, verdict_json(round, &round->verdicts[i], view));
    return array;
}

static json_t *advices_json(const round_t *round, const view_t *view) {
    json_t *array = json_array();
    for (size_t i = 0; i < round->advices_n; i++) {
        const round_advice_t *advice = &round->advices[i];
        json_t *object = view_record(view, &advice_record, advice->body);
        json_put(object, "position", json_of_position(advice->position));
        json_put(object, "by", view_actor(view, advice->actor));
        json_array_append_new(array, object);
    }
    return array;
}

static void put_counts(json_t *object, const scale_t *scale, const struct tallied *counts) {
    bool fault = scale == &scale_responsibility;
    json_put(object, fault ? "ours" : "accept", json_integer(fault ? counts->ours : counts->accept));
    json_put(object, fault ? "partly" : "conditions",
             json_integer(fault ? counts->partly : counts->conditions));
    json_put(object, fault ? "not_ours" : "reject",
             json_integer(fault ? counts->not_ours : counts->reject));
}

static json_t *tally_json(const round_t *round) {
    if (!round->tallied)
        return json_null();
    json_t *object = json_object();
    struct tallied counts;
    json_put(object, "position", json_of_position(round->tallied));
    json_put(object, "outcome", json_of_enum(&outcome_table, (int) round->tally));
    json_put(object, "stale", json_boolean(round->tally_stale));
    if (!round->tally_stale && round_tally(round, &counts)) {
        put_counts(object, round->scale, &counts);
    }
    return object;
}

static json_t *conclusion_json(const round_t *round, const view_t *view) {
    if (!round->conclusion)
        return json_null();
    json_t *object = view_record(view, &conclude_record, round->conclusion);
    json_object_del(object, "measures"); /* they are the case's actions */
    json_put(object, "by", view_acting(view, round->concluder, round->concluder_mandate));
    json_put(object, "time", json_of_moment(round->concluded_at));
    json_put(object, "position", json_of_position(round->concluded));
    return object;
}

static json_t *signatures_json(const round_t *round, const view_t *view) {
    json_t *array = json_array();
    for (size_t i = 0; i < round->signatures_n; i++) {
        const round_signature_t *signature = &round->signatures[i];
        json_t *object = json_object();
        json_put(object, "meaning", json_of_enum(&meaning_table, (int) signature->meaning));
        json_put(object, "by", view_acting(view, signature->actor, signature->mandate));
        json_put(object, "time", json_of_moment(signature->time));
        json_put_text(object, "remark", signature->remark);
        json_put(object, "position", json_of_position(signature->position));
        json_array_append_new(array, object);
    }
    return array;
}

/* 转交: who else may give which department's verdict. */
static json_t *forwards_json(const round_t *round, const view_t *view) {
    json_t *array = json_array();
    for (size_t i = 0; i < round->forwards_n; i++) {
        const round_forward_t *forward = &round->forwards[i];
        json_t *object = json_object();
        json_put(object, "id", json_of_ident(forward->id));
        json_put_text(object, "department", forward->body->department);
        json_put(object, "to", view_actor(view, forward->body->to));
        json_put_text(object, "reason", forward->body->reason);
        json_put(object, "by", view_actor(view, forward->actor));
        json_put(object, "time", json_of_moment(forward->time));
        json_put(object, "position", json_of_position(forward->position));
        json_array_append_new(array, object);
    }
    return array;
}

/* 加签: departments that the class would not have asked. */
static json_t *added_json(const round_t *round, const view_t *view) {
    json_t *array = json_array();
    for (size_t i = 0; i < round->added_n; i++) {
        const round_added_t *added = &round->added[i];
        json_t *object = json_object();
        json_put_text(object, "department", added->body->department);
        json_put_text(object, "reason", added->body->reason);
        json_put(object, "by", view_acting(view, added->actor, added->mandate));
        json_put(object, "time", json_of_moment(added->time));
        json_put(object, "position", json_of_position(added->position));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *missing_json(const round_t *round) {
    json_t *array = json_array();
    text_t department;
    for (size_t i = 0; (department = round_waiting(round, i)).n > 0; i++)
        json_array_append_new(array, json_of_text(department));
    return array;
}

/* The actions that its conclusion yielded (QP21-4.3.3). */
static json_t *measures_json(const case_t *of, const round_t *round, const view_t *view) {
    json_t *array = json_array();
    for (size_t i = 0; i < of->actions.n; i++)
        if (round->concluded && of->actions.at[i].position == round->concluded)
            json_array_append_new(array, action_json(&of->actions.at[i], view));
    return array;
}

json_t *round_json(const case_t *of, const round_t *round, const view_t *view) {
    json_t *object = json_object();
    json_put(object, "no", json_integer(round->no));
    json_put(object, "revision", json_integer(round->revision));
    json_put(object, "scale", json_string(round->scale->name));
    json_put(object, "digest", json_of_digest(round->digest));
    json_put(object, "opened", json_of_moment(round->opened_at));
    json_put(object, "position", json_of_position(round->opened));
    json_put(object, "procedure", json_of_position(round->procedure));
    json_put(object, "superseded", json_boolean(round->superseded));
    json_put(object, "departments", json_of_texts(&round->departments));
    json_put(object, "added", added_json(round, view));
    json_put(object, "forwards", forwards_json(round, view));
    json_put(object, "missing", missing_json(round));
    json_put(object, "verdicts", verdicts_json(round, view));
    json_put(object, "advices", advices_json(round, view));
    json_put(object, "tally", tally_json(round));
    json_put(object, "conclusion", conclusion_json(round, view));
    json_put(object, "signatures", signatures_json(round, view));
    json_put(object, "measures", measures_json(of, round, view));
    return object;
}
