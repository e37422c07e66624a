/* SPDX-License-Identifier: Apache-2.0
 *
 * Which keys nobody uses: 21 CFR 11.300 (b).
 */
#include "common/base/moment.h"
#include "tests/unit/daemon/register_desk.h"

static json_t *key_of(const books_t *b, ident_t who) {
    size_t i;
    json_t *one;
    char id[37];
    ident_print(who, id);
    json_array_foreach (books_list(b, "keys"), i, one)
        if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0)
            return one;
    return NULL;
}

static int64_t number(const json_t *json, const char *key) {
    return (int64_t) json_integer_value(json_object_get(json, key));
}

/* Whoever may see people's keys: the administrator. */
static ident_t keeper(const books_t *b) { return b->desk->administrator; }

static void enrol(books_t *b, const char *handle, uint8_t key, ident_t *id) {
    struct person_enrol body = {.handle = text_of(handle),
                                .name = text_of(handle),
                                .department = TEXT("sales"),
                                .key = {{0xe0, key}}};
    *id = desk_do(b->desk, KIND_PERSON_ENROL, b->desk->administrator, (ident_t){{0}}, &body);
}

TEST_CLAUSE(a_key_says_when_it_last_signed_and_since_when_it_is_unused, "21-CFR-11.300", RULE) {
    books_t *b = books_new();
    ident_t idle;
    desk_t *desk = b->desk;
    enrol(b, "idle", 1, &idle);
    feedback_t *f = books_complaint(b, "齿面划伤");
    desk->time += 40 * DAY_MS;
    books_assess(b, f, SEVERITY_MAJOR); /* yan's */
    position_t assessed = desk->position;
    while (desk->log_n) { /* the event itself, before what followed from it */
        decoded_t event;
        insist(event_decode(desk->log[assessed - 1].bytes, b->arena, &event, NULL) == 0);
        if (event.info->kind == KIND_FEEDBACK_ASSESS)
            break;
        assessed--;
    }
    desk->time += 5 * DAY_MS;
    books_feed(b);
    assert_true(ASK(b, keeper(b), "people.keys", NULL));
    assert_int_equal(number(key_of(b, desk->yan), "position"), assessed);
    assert_int_equal(number(key_of(b, desk->yan), "unused"), 5);
    assert_null(json_object_get(key_of(b, idle), "position")); /* it never did */
    assert_null(json_object_get(key_of(b, idle), "signed"));
    assert_int_equal(number(key_of(b, idle), "unused"), 45);
    books_destroy(&b);
}

TEST_CLAUSE(keys_that_nobody_used_for_so_long_are_found, "21-CFR-11.300", RULE) {
    books_t *b = books_new();
    ident_t idle, left;
    desk_t *desk = b->desk;
    enrol(b, "idle", 1, &idle);
    enrol(b, "left", 2, &left);
    desk_do(desk, KIND_PERSON_REVOKE, desk->administrator, left, &(struct revoke){TEXT("left")});
    desk->time += 45 * DAY_MS;
    books_assess(b, books_complaint(b, "齿面划伤"), SEVERITY_MAJOR);
    books_feed(b);
    assert_true(ASK(b, keeper(b), "people.keys", "unused", "45", NULL));
    assert_non_null(key_of(b, idle));
    assert_null(key_of(b, left)); /* it is refused as it is */
    assert_null(key_of(b, desk->yan));
    assert_true(ASK(b, keeper(b), "people.keys", "unused", "46", NULL));
    assert_null(key_of(b, idle));
    assert_true(ASK(b, keeper(b), "people.keys", NULL));
    assert_true(json_is_true(json_object_get(key_of(b, left), "revoked")));
    /* a new key is not as long unused as the old one was */
    desk_do(desk, KIND_KEY_REPLACE, desk->administrator, idle,
            &(struct key_replace){{{0xe0, 3}}, TEXT("lost")});
    books_feed(b);
    assert_true(ASK(b, keeper(b), "people.keys", "unused", "1", NULL));
    assert_null(key_of(b, idle));
    books_destroy(&b);
}

TEST_CLAUSE(peoples_keys_are_shown_to_whoever_may_see_people, "21-CFR-11.300", REFUSAL) {
    books_t *b = books_new();
    books_feed(b);
    assert_false(ASK(b, b->desk->lin, "people.keys", NULL));
    assert_int_equal(b->problem.reason, REASON_NOT_ALLOWED_TO_READ);
    assert_false(ASK(b, keeper(b), "people.keys", "unused", "0", NULL));
    assert_int_equal(b->problem.reason, REASON_FIELD_RANGE);
    books_destroy(&b);
}
