/* SPDX-License-Identifier: Apache-2.0
 *
 * What enrolments must fulfil: no key, handle or name is given to two, every department and role is
 * the procedure's, and what is gone is not ended again.
 */
#include "tests/unit/domain/context_desk.h"

static struct person_enrol newcomer(desk_t *desk) {
    return (struct person_enrol){.handle = TEXT("tang"),
                                 .name = TEXT("Tang"),
                                 .roles = desk_texts(desk, "sales.clerk"),
                                 .key = desk_key(desk),
                                 .department = TEXT("sales")};
}

static reason_t enrol(desk_t *desk, const struct person_enrol *body) {
    return desk_ask(desk, desk->administrator, KIND_PERSON_ENROL, NOTHING, body);
}

static reason_t replace_key(desk_t *desk, ident_t person, pubkey_t key) {
    return desk_ask(desk, desk->administrator, KIND_KEY_REPLACE, person,
                    &(struct key_replace){key, TEXT("lost")});
}

static reason_t enrol_station(desk_t *desk, const char *name, pubkey_t curve) {
    return desk_ask(desk, desk->administrator, KIND_STATION_ENROL, NOTHING,
                    &(struct station_enrol){text_of(name), TEXT("sales"), curve});
}

static struct daemon_enrol new_daemon(desk_t *desk) {
    return (struct daemon_enrol){.name = TEXT("sales"),
                                 .part = PART_DEPARTMENT,
                                 .department = TEXT("sales"),
                                 .key = desk_key(desk),
                                 .curve = desk_key(desk),
                                 .answers = desk->song};
}

static reason_t enrol_daemon(desk_t *desk, const struct daemon_enrol *body) {
    return desk_ask(desk, desk->administrator, KIND_DAEMON_ENROL, NOTHING, body);
}

static reason_t end(desk_t *desk, kind_t kind, ident_t object) {
    return desk_ask(desk, desk->administrator, kind, object, &(struct revoke){TEXT("gone")});
}

/* ---- keys ---- */

TEST_CLAUSE(a_key_is_enrolled_once_and_for_one, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    const struct genesis *genesis = context_genesis(desk->context);
    pubkey_t old = context_person(desk->context, desk->he)->key, new = desk_key(desk);
    OK(replace_key(desk, desk->he, new));
    desk_leave(desk, desk->zhao);
    OK(end(desk, KIND_DAEMON_REVOKE, desk->quality));
    const pubkey_t used[] = {context_person(desk->context, desk->lin)->key,
                             old,
                             new,
                             context_person(desk->context, desk->zhao)->key,
                             context_daemon(desk->context, desk->planning)->key,
                             context_daemon(desk->context, desk->quality)->key,
                             genesis->administrator_key,
                             genesis->coordinator_key,
                             genesis->archiver_key,
                             genesis->recovery_key};
    for (size_t i = 0; i < COUNT(used); i++) {
        struct person_enrol person = newcomer(desk);
        struct daemon_enrol daemon = new_daemon(desk);
        person.key = daemon.key = used[i];
        DENIED(desk, enrol(desk, &person), ALREADY, "", "key");
        DENIED(desk, enrol_daemon(desk, &daemon), ALREADY, "", "key");
        DENIED(desk, replace_key(desk, desk->lin, used[i]), ALREADY, "", "key");
    }
    struct person_enrol person = newcomer(desk);
    OK(enrol(desk, &person));
    desk_destroy(&desk);
}

TEST(a_daemons_key_is_replaced_but_for_the_coordinators) {
    desk_t *desk = desk_new();
    const daemon_entry_t *list;
    size_t n = context_daemons(desk->context, &list);
    ident_t coordinator = {{0}}, archiver = {{0}};
    for (size_t i = 0; i < n; i++)
        if (list[i].part == PART_COORDINATOR)
            coordinator = list[i].id;
        else if (list[i].part == PART_ARCHIVER)
            archiver = list[i].id;
    pubkey_t old = context_archiver_key(desk->context), new = desk_key(desk);
    OK(replace_key(desk, archiver, new));
    assert_true(pubkey_equal(context_archiver_key(desk->context), new));
    assert_true(pubkey_equal(context_daemon(desk->context, archiver)->key, new));
    assert_int_equal(replace_key(desk, archiver, old), REASON_ALREADY);
    assert_int_equal(replace_key(desk, desk->lin, old), REASON_ALREADY);
    assert_int_equal(replace_key(desk, coordinator, desk_key(desk)), REASON_FIELD_RANGE);
    OK(replace_key(desk, desk->planning, desk_key(desk)));
    OK(end(desk, KIND_DAEMON_REVOKE, desk->quality));
    assert_int_equal(replace_key(desk, desk->quality, desk_key(desk)), REASON_ENDED);
    desk_destroy(&desk);
}

TEST(a_replaced_key_is_still_its_persons_but_revoked) {
    desk_t *desk = desk_new();
    pubkey_t old = context_person(desk->context, desk->lin)->key, new = desk_key(desk);
    bool revoked = false;
    OK(replace_key(desk, desk->lin, new));
    const person_t *lin = context_person(desk->context, desk->lin);
    assert_ptr_equal(context_person_by_key(desk->context, old, &revoked), lin);
    assert_true(revoked);
    assert_ptr_equal(context_person_by_key(desk->context, new, &revoked), lin);
    assert_false(revoked);
    assert_null(context_person_by_key(desk->context, desk_key(desk), &revoked));
    desk_destroy(&desk);
}

TEST(a_curve_key_is_one_workstations_or_one_daemons) {
    desk_t *desk = desk_new();
    pubkey_t here = desk_key(desk), gone = desk_key(desk);
    OK(enrol_station(desk, "S01", here));
    OK(enrol_station(desk, "S02", gone));
    OK(end(desk, KIND_STATION_REVOKE, desk_opened(desk)));
    const pubkey_t used[] = {here, gone, context_daemon(desk->context, desk->planning)->curve,
                             context_genesis(desk->context)->coordinator_curve};
    for (size_t i = 0; i < COUNT(used); i++) {
        struct daemon_enrol daemon = new_daemon(desk);
        daemon.curve = used[i];
        DENIED(desk, enrol_station(desk, "S03", used[i]), ALREADY, "", "curve");
        DENIED(desk, enrol_daemon(desk, &daemon), ALREADY, "", "curve");
    }
    DENIED(desk, enrol_station(desk, "S01", desk_key(desk)), ALREADY, "", "name");
    OK(enrol_station(desk, "S02", desk_key(desk))); /* the name of one that is gone is free */
    assert_false(context_station(desk->context, desk_opened(desk))->revoked);
    desk_destroy(&desk);
}

/* ---- handles, names, departments, roles ---- */

TEST(a_handle_is_plain_and_given_once) {
    static const char *const odd[] = {"Tang",  "9tang", "tang wu", "tang_wu",
                                      "-tang", ".tang", "唐", "{tang"};
    desk_t *desk = desk_new();
    struct person_enrol body = newcomer(desk);
    for (size_t i = 0; i < COUNT(odd); i++) {
        body.handle = text_of(odd[i]);
        DENIED(desk, enrol(desk, &body), FIELD_TEXT, "", "handle");
    }
    desk_leave(desk, desk->zhao);
    body.handle = TEXT("zhao");
    DENIED(desk, enrol(desk, &body), ALREADY, "", "handle"); /* also that of one who left */
    body.handle = TEXT("tang.wu-2");
    OK(enrol(desk, &body));
    desk_destroy(&desk);
}

TEST(a_name_is_that_of_one_who_works_here) {
    desk_t *desk = desk_new();
    struct person_enrol body = newcomer(desk);
    body.name = TEXT("zhao");
    DENIED(desk, enrol(desk, &body), ALREADY, "", "name");
    struct person_change change = {.department = TEXT("sales"), .name = TEXT("zhao")};
    DENIED(desk, desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, desk->lin, &change),
           ALREADY, "", "name");
    OK(desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, desk->zhao,
                &change)); /* one's own */
    desk_leave(desk, desk->zhao);
    OK(enrol(desk, &body));
    ident_t tang = desk_opened(desk);
    assert_true(ident_equal(context_person_by_name(desk->context, TEXT("zhao"))->id, tang));
    desk_leave(desk, tang); /* nobody of the name is here: the first one who was */
    assert_true(ident_equal(context_person_by_name(desk->context, TEXT("zhao"))->id, desk->zhao));
    assert_null(context_person_by_name(desk->context, TEXT("nobody")));
    desk_destroy(&desk);
}

TEST_CLAUSE(departments_and_roles_are_those_of_the_procedure, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    struct person_enrol body = newcomer(desk);
    body.department = TEXT("marketing");
    DENIED(desk, enrol(desk, &body), UNKNOWN_REFERENCE, "", "department");
    body = newcomer(desk);
    body.roles = desk_texts(desk, "sales.clerk sales.king");
    DENIED(desk, enrol(desk, &body), UNKNOWN_REFERENCE, "", "roles");
    struct person_change change = {desk_texts(desk, "sales.king"), false, TEXT("sales"),
                                   TEXT("lin")};
    DENIED(desk, desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, desk->lin, &change),
           UNKNOWN_REFERENCE, "", "roles");
    change.roles.n = 0;
    change.department = TEXT("marketing");
    DENIED(desk, desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, desk->lin, &change),
           UNKNOWN_REFERENCE, "", "department");
    struct station_enrol station = {TEXT("S01"), TEXT("marketing"), desk_key(desk)};
    DENIED(desk, desk_ask(desk, desk->administrator, KIND_STATION_ENROL, NOTHING, &station),
           UNKNOWN_REFERENCE, "", "department");
    struct daemon_enrol daemon = new_daemon(desk);
    daemon.department = TEXT("marketing");
    DENIED(desk, enrol_daemon(desk, &daemon), UNKNOWN_REFERENCE, "", "department");
    desk_destroy(&desk);
}

/* ---- daemons ---- */

TEST(a_daemon_is_a_departments_and_somebody_answers_for_it) {
    desk_t *desk = desk_new();
    struct daemon_enrol body = new_daemon(desk);
    const enum part genesis_names[] = {PART_COORDINATOR, PART_ARCHIVER};
    for (size_t i = 0; i < COUNT(genesis_names); i++) {
        body.part = genesis_names[i];
        DENIED(desk, enrol_daemon(desk, &body), FIELD_RANGE, "", "part");
    }
    body = new_daemon(desk);
    body.name = TEXT("planning");
    DENIED(desk, enrol_daemon(desk, &body), ALREADY, "", "name");
    body = new_daemon(desk);
    body.department = (text_t){NULL, 0};
    DENIED(desk, enrol_daemon(desk, &body), FIELD_MISSING, "", "department");
    body.part = PART_NOTIFIER; /* which is no department's */
    OK(enrol_daemon(desk, &body));
    body = new_daemon(desk);
    body.name = TEXT("sales2");
    body.answers = desk->planning;
    DENIED(desk, enrol_daemon(desk, &body), UNKNOWN_REFERENCE, "", "answers");
    desk_leave(desk, desk->song);
    body.answers = desk->song;
    DENIED(desk, enrol_daemon(desk, &body), UNKNOWN_REFERENCE, "", "answers");
    desk_destroy(&desk);
}

TEST(a_daemon_is_enrolled_again_under_its_name_once_the_old_one_is_gone) {
    desk_t *desk = desk_new();
    struct daemon_enrol body = new_daemon(desk);
    body.name = body.department = TEXT("planning");
    OK(end(desk, KIND_DAEMON_REVOKE, desk->planning));
    OK(enrol_daemon(desk, &body));
    const daemon_entry_t *daemon = context_daemon_by_name(desk->context, TEXT("planning"));
    assert_true(ident_equal(daemon->id, desk_opened(desk)));
    assert_true(context_daemon(desk->context, desk->planning)->revoked);
    desk_destroy(&desk);
}

/* ---- ends ---- */

TEST(what_is_unknown_or_gone_is_not_ended_or_changed) {
    desk_t *desk = desk_new();
    OK(enrol_station(desk, "S01", desk_key(desk)));
    ident_t station = desk_opened(desk), nobody = desk->customer;
    struct person_change change = {.department = TEXT("sales"), .name = TEXT("zhao")};
    DENIED(desk, end(desk, KIND_PERSON_REVOKE, nobody), UNKNOWN_CASE, "", "object");
    DENIED(desk, end(desk, KIND_PERSON_REVOKE, desk->planning), UNKNOWN_CASE, "", "object");
    DENIED(desk, end(desk, KIND_STATION_REVOKE, desk->lin), UNKNOWN_CASE, "", "object");
    DENIED(desk, end(desk, KIND_DAEMON_REVOKE, station), UNKNOWN_CASE, "", "object");
    DENIED(desk, replace_key(desk, nobody, desk_key(desk)), UNKNOWN_CASE, "", "object");
    OK(end(desk, KIND_PERSON_REVOKE, desk->zhao));
    OK(end(desk, KIND_STATION_REVOKE, station));
    OK(end(desk, KIND_DAEMON_REVOKE, desk->planning));
    DENIED(desk, end(desk, KIND_PERSON_REVOKE, desk->zhao), ENDED, "", "object");
    DENIED(desk, replace_key(desk, desk->zhao, desk_key(desk)), ENDED, "", "object");
    DENIED(desk, desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, desk->zhao, &change),
           ENDED, "", "object");
    DENIED(desk, end(desk, KIND_STATION_REVOKE, station), ALREADY, "", "object");
    DENIED(desk, end(desk, KIND_DAEMON_REVOKE, desk->planning), ALREADY, "", "object");
    desk_destroy(&desk);
}

TEST(coordinator_and_archiver_are_not_revoked) {
    desk_t *desk = desk_new();
    static const char *const names[] = {"coordinator", "archiver"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const daemon_entry_t *daemon = context_daemon_by_name(desk->context, text_of(names[i]));
        DENIED(desk, end(desk, KIND_DAEMON_REVOKE, daemon->id), FIELD_RANGE, "", "object");
    }
    desk_destroy(&desk);
}
