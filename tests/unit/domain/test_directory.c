/* SPDX-License-Identifier: Apache-2.0
 *
 * An administrator's acts: one administrator acts alone, from the second on another one
 * confirms; the last one stays.
 */
#include "tests/unit/domain/context_desk.h"

static struct person_enrol newcomer(desk_t *desk, const char *handle) {
    return (struct person_enrol){.handle = text_of(handle),
                                 .name = text_of(handle),
                                 .roles = desk_texts(desk, "sales.clerk"),
                                 .key = desk_key(desk),
                                 .department = TEXT("sales")};
}

static reason_t enrol(desk_t *desk, ident_t administrator, const char *handle) {
    struct person_enrol body = newcomer(desk, handle);
    return desk_ask(desk, administrator, KIND_PERSON_ENROL, NOTHING, &body);
}

static reason_t enrol_station(desk_t *desk, const char *name, pubkey_t curve) {
    struct station_enrol body = {text_of(name), TEXT("sales"), curve};
    return desk_ask(desk, desk->administrator, KIND_STATION_ENROL, NOTHING, &body);
}

static struct daemon_enrol new_daemon(desk_t *desk, const char *name) {
    return (struct daemon_enrol){.name = text_of(name),
                                 .part = PART_DEPARTMENT,
                                 .department = TEXT("sales"),
                                 .key = desk_key(desk),
                                 .curve = desk_key(desk),
                                 .answers = desk->song};
}

static reason_t revoke(desk_t *desk, ident_t administrator, kind_t kind, ident_t object) {
    return desk_ask(desk, administrator, kind, object, &(struct revoke){TEXT("gone")});
}

static reason_t confirm(desk_t *desk, ident_t who, ident_t pending) {
    return desk_ask(desk, who, KIND_CONFIRM, pending, &(struct confirm){.pending = pending});
}

static reason_t refuse_it(desk_t *desk, ident_t who, ident_t pending) {
    struct confirm body = {.pending = pending, .refuse = true, .reason = TEXT("never heard of")};
    return desk_ask(desk, who, KIND_CONFIRM, pending, &body);
}

/* Made by the one who is there, at once; from now on there are two. */
static ident_t second_administrator(desk_t *desk) {
    struct person_enrol body = newcomer(desk, "second");
    body.administrator = true;
    OK(desk_ask(desk, desk->administrator, KIND_PERSON_ENROL, NOTHING, &body));
    return desk_opened(desk);
}

static size_t waiting(const desk_t *desk) {
    const pending_t *list;
    return context_pending(desk->context, &list);
}

/* The id of the command that waits last. */
static ident_t asked(const desk_t *desk) {
    const pending_t *list;
    size_t n = context_pending(desk->context, &list);
    assert_true(n > 0);
    return list[n - 1].id;
}

/* ---- one administrator, and two ---- */

TEST_CLAUSE(one_administrator_alone_enrols_at_once, "QP21-3", RULE) {
    desk_t *desk = desk_new();
    struct person_enrol body = newcomer(desk, "tang");
    OK(desk_ask(desk, desk->administrator, KIND_PERSON_ENROL, NOTHING, &body));
    const person_t *tang = context_person(desk->context, desk_opened(desk));
    assert_non_null(tang);
    assert_int_equal(tang->since, desk->position);
    assert_true(person_has_role(tang, TEXT("sales.clerk")));
    assert_false(tang->administrator);
    bool revoked = true;
    assert_ptr_equal(context_person_by_key(desk->context, body.key, &revoked), tang);
    assert_false(revoked);
    assert_int_equal(waiting(desk), 0);
    desk_destroy(&desk);
}

TEST_CLAUSE(with_two_administrators_an_enrolment_waits_for_the_other, "QP21-3", RULE) {
    desk_t *desk = desk_new();
    ident_t second = second_administrator(desk);
    OK(enrol(desk, desk->administrator, "tang"));
    ident_t tang = desk_opened(desk);
    const pending_t *list;
    assert_int_equal(context_pending(desk->context, &list), 1);
    assert_true(ident_equal(list[0].id, tang));
    assert_true(ident_equal(list[0].by, desk->administrator));
    assert_int_equal(list[0].kind, KIND_PERSON_ENROL);
    assert_int_equal(list[0].position, desk->position);
    assert_null(context_person(desk->context, tang));
    OK(confirm(desk, second, tang));
    assert_non_null(context_person(desk->context, tang));
    assert_int_equal(context_person(desk->context, tang)->since, desk->position);
    assert_int_equal(waiting(desk), 0);
    desk_destroy(&desk);
}

TEST_CLAUSE(whoever_asked_does_not_confirm_and_nobody_confirms_twice, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    ident_t second = second_administrator(desk);
    OK(enrol(desk, desk->administrator, "tang"));
    ident_t tang = desk_opened(desk);
    DENIED(desk, confirm(desk, desk->administrator, tang), SAME_ADMINISTRATOR, "", "actor");
    DENIED(desk, confirm(desk, desk->song, tang), NOT_ADMINISTRATOR, "", "actor");
    DENIED(desk, confirm(desk, desk->planning, tang), NOT_ADMINISTRATOR, "", "actor");
    DENIED(desk, refuse_it(desk, desk->song, tang), NOT_ADMINISTRATOR, "", "actor");
    DENIED(desk, confirm(desk, second, desk->song), UNKNOWN_REFERENCE, "", "pending");
    assert_null(context_person(desk->context, tang));
    OK(confirm(desk, second, tang));
    DENIED(desk, confirm(desk, second, tang), UNKNOWN_REFERENCE, "", "pending");
    DENIED(desk, refuse_it(desk, second, tang), UNKNOWN_REFERENCE, "", "pending");
    assert_non_null(context_person(desk->context, tang));
    desk_destroy(&desk);
}

TEST(what_the_other_refuses_or_the_first_takes_back_never_happens) {
    desk_t *desk = desk_new();
    ident_t second = second_administrator(desk);
    OK(enrol(desk, desk->administrator, "tang"));
    ident_t tang = desk_opened(desk);
    OK(refuse_it(desk, second, tang));
    OK(enrol(desk, desk->administrator, "peng"));
    ident_t peng = desk_opened(desk);
    OK(refuse_it(desk, desk->administrator, peng));
    assert_int_equal(waiting(desk), 0);
    assert_null(context_person(desk->context, tang));
    assert_null(context_person(desk->context, peng));
    DENIED(desk, confirm(desk, second, tang), UNKNOWN_REFERENCE, "", "pending");
    desk_destroy(&desk);
}

TEST(what_waits_is_checked_again_when_it_is_confirmed) {
    desk_t *desk = desk_new();
    ident_t second = second_administrator(desk);
    OK(enrol(desk, desk->administrator, "tang"));
    ident_t first = asked(desk);
    OK(enrol(desk, desk->administrator, "tang"));
    ident_t again = asked(desk);
    OK(revoke(desk, desk->administrator, KIND_PERSON_REVOKE, desk->zhao));
    ident_t gone = asked(desk);
    OK(revoke(desk, second, KIND_PERSON_REVOKE, desk->zhao));
    ident_t gone_too = asked(desk);
    OK(confirm(desk, second, first));
    DENIED(desk, confirm(desk, second, again), ALREADY, "", "handle");
    OK(confirm(desk, second, gone));
    DENIED(desk, confirm(desk, desk->administrator, gone_too), ENDED, "", "object");
    OK(refuse_it(desk, second, again)); /* what can no longer be is put away */
    OK(refuse_it(desk, second, gone_too));
    assert_int_equal(waiting(desk), 0);
    desk_destroy(&desk);
}

/* Asked for by the first, without effect until the second has confirmed it. */
static void takes_two(desk_t *desk, kind_t kind, ident_t object, const void *body) {
    OK(desk_ask(desk, desk->administrator, kind, object, body));
    assert_int_equal(waiting(desk), 1);
}
#define THEN_CONFIRMED(before, after) \
    do { \
        assert_true(before); \
        OK(confirm(desk, second, asked(desk))); \
        assert_true(after); \
    } while (0)

TEST(every_act_of_an_administrator_waits_for_the_other) {
    desk_t *desk = desk_new();
    context_t *context = desk->context;
    OK(enrol_station(desk, "S01", desk_key(desk)));
    ident_t station = desk_opened(desk), second = second_administrator(desk);
    struct revoke gone = {TEXT("gone")};
    struct person_change change = {desk_texts(desk, "quality.manager"), false, TEXT("quality"),
                                   TEXT("lin")};
    takes_two(desk, KIND_PERSON_CHANGE, desk->lin, &change);
    THEN_CONFIRMED(text_is(context_person(context, desk->lin)->department, "sales"),
                   text_is(context_person(context, desk->lin)->department, "quality"));
    struct key_replace key = {desk_key(desk), TEXT("lost")};
    takes_two(desk, KIND_KEY_REPLACE, desk->lin, &key);
    THEN_CONFIRMED(!pubkey_equal(context_person(context, desk->lin)->key, key.key),
                   pubkey_equal(context_person(context, desk->lin)->key, key.key));
    struct station_enrol desktop = {TEXT("S02"), TEXT("sales"), desk_key(desk)};
    takes_two(desk, KIND_STATION_ENROL, NOTHING, &desktop);
    THEN_CONFIRMED(!context_station_by_curve(context, desktop.curve),
                   context_station_by_curve(context, desktop.curve));
    takes_two(desk, KIND_STATION_REVOKE, station, &gone);
    THEN_CONFIRMED(!context_station(context, station)->revoked,
                   context_station(context, station)->revoked);
    struct daemon_enrol daemon = new_daemon(desk, "sales");
    takes_two(desk, KIND_DAEMON_ENROL, NOTHING, &daemon);
    THEN_CONFIRMED(!context_daemon_by_name(context, TEXT("sales")),
                   context_daemon_by_curve(context, daemon.curve));
    takes_two(desk, KIND_DAEMON_REVOKE, desk->planning, &gone);
    THEN_CONFIRMED(!context_daemon(context, desk->planning)->revoked,
                   context_daemon(context, desk->planning)->revoked);
    takes_two(desk, KIND_PERSON_REVOKE, desk->lin, &gone);
    THEN_CONFIRMED(!context_person(context, desk->lin)->revoked,
                   context_person(context, desk->lin)->revoked);
    assert_int_equal(context_person(context, desk->lin)->until, desk->position);
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_but_an_administrator_enrols_changes_or_revokes, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    struct person_enrol person = newcomer(desk, "tang");
    struct person_change change = {.department = TEXT("sales"), .name = TEXT("lin")};
    struct key_replace key = {desk_key(desk), TEXT("lost")};
    struct station_enrol station = {TEXT("S01"), TEXT("sales"), desk_key(desk)};
    struct daemon_enrol daemon = new_daemon(desk, "sales");
    struct revoke gone = {TEXT("gone")};
    const struct {
        kind_t kind;
        ident_t object;
        const void *body;
    } acts[] = {
        {KIND_PERSON_ENROL, NOTHING, &person},      {KIND_PERSON_CHANGE, desk->lin, &change},
        {KIND_PERSON_REVOKE, desk->lin, &gone},     {KIND_KEY_REPLACE, desk->jiang, &key},
        {KIND_STATION_ENROL, NOTHING, &station},    {KIND_DAEMON_ENROL, NOTHING, &daemon},
        {KIND_DAEMON_REVOKE, desk->planning, &gone}};
    const ident_t others[] = {desk->jiang, desk->planning}; /* the general manager, a daemon */
    for (size_t i = 0; i < COUNT(acts); i++)
        for (size_t k = 0; k < COUNT(others); k++)
            DENIED(desk, desk_ask(desk, others[k], acts[i].kind, acts[i].object, acts[i].body),
                   NOT_ADMINISTRATOR, "", "actor");
    desk_destroy(&desk);
}

/* ---- the last administrator ---- */

TEST_CLAUSE(the_last_administrator_is_neither_revoked_nor_changed_into_another, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    ident_t first = desk->administrator;
    struct person_change change = {.department = TEXT("sales"), .name = TEXT("Yi Ming")};
    DENIED(desk, revoke(desk, first, KIND_PERSON_REVOKE, first), LAST_ADMINISTRATOR, "", "");
    DENIED(desk, desk_ask(desk, first, KIND_PERSON_CHANGE, first, &change), LAST_ADMINISTRATOR, "",
           "");
    change.administrator = true;
    OK(desk_ask(desk, first, KIND_PERSON_CHANGE, first, &change)); /* who stays one may change */
    desk_destroy(&desk);
}

TEST(of_two_administrators_who_ask_for_each_others_end_one_stays) {
    desk_t *desk = desk_new();
    ident_t first = desk->administrator, second = second_administrator(desk);
    OK(revoke(desk, first, KIND_PERSON_REVOKE, second));
    ident_t seconds_end = asked(desk);
    OK(revoke(desk, second, KIND_PERSON_REVOKE, first));
    ident_t firsts_end = asked(desk);
    OK(confirm(desk, first, firsts_end));
    assert_true(context_person(desk->context, first)->revoked);
    DENIED(desk, confirm(desk, second, seconds_end), LAST_ADMINISTRATOR, "", "");
    DENIED(desk, confirm(desk, first, seconds_end), NOT_ADMINISTRATOR, "", "actor");
    OK(enrol(desk, second, "tang")); /* alone again: at once */
    assert_non_null(context_person(desk->context, desk_opened(desk)));
    desk_destroy(&desk);
}
