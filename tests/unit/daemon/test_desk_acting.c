/* SPDX-License-Identifier: Apache-2.0
 *
 * What a delegate reads and finds waiting, and both names wherever somebody acted for somebody: in
 * the case, in the record, in what waits.
 */
#include "tests/unit/daemon/register_desk.h"
#include "tests/unit/domain/delegation_desk.h"

typedef struct scene {
    books_t *books;
    order_t *order;
    ident_t delegation;
} scene_t;

/* Production's manager, who reads nothing of his own, may act for planning's. */
static scene_t scene_new(void) {
    scene_t s = {.books = books_new()};
    desk_t *desk = s.books->desk;
    desk_let(desk, "planning.manager", "production.manager");
    desk_let(desk, "sales.head", "sales.clerk");
    desk_find_role(desk, "planning.manager")->reads = desk_texts(desk, "orders prices people");
    desk_find_role(desk, "quality.manager")->reads = desk_texts(desk, "orders events");
    desk_adopt(desk);
    s.order = desk_regular_in_review(desk);
    s.delegation = desk_delegate(desk, desk->luo, desk->qin, "planning.manager");
    books_feed(s.books);
    return s;
}

static const char *at(const json_t *json, const char *path) {
    char part[64];
    while (json && *path) {
        size_t n = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int) n, path);
        json = json_is_array(json) ? json_array_get(json, (size_t) atoi(part))
                                   : json_object_get(json, part);
        path += n + (path[n] == '.');
    }
    return json_is_string(json) ? json_string_value(json) : "";
}

static const json_t *step_of(const json_t *list, const char *department) {
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(at(json_array_get(list, i), "department"), department) == 0)
            return json_array_get(list, i);
    return NULL;
}

TEST_CLAUSE(a_delegate_reads_and_finds_what_waits_for_the_role, "QP21-3", RULE) {
    scene_t s = scene_new();
    books_t *b = s.books;
    assert_true(ASK(b, b->desk->qin, "order.show", "order", "DD2026-0001", NULL));
    assert_string_not_equal(at(b->answer, "revisions.0.content.lines.0.price"), "");
    assert_true(ASK(b, b->desk->qin, "inbox", NULL));
    assert_string_equal(at(b->answer, "cases.0.mine.0.kind"), "round.verdict");
    assert_string_equal(at(b->answer, "cases.0.mine.0.as.for.name"), "luo");
    assert_true(ASK(b, b->desk->qin, "attachment.list", "case", "DD2026-0001", NULL));
    b->desk->time += 6 * DAY_MS;
    assert_false(ASK(b, b->desk->qin, "order.show", "order", "DD2026-0001", NULL));
    assert_int_equal(b->problem.reason, REASON_NOT_ALLOWED_TO_READ);
    assert_false(ASK(b, b->desk->qin, "attachment.list", "case", "DD2026-0001", NULL));
    assert_true(ASK(b, b->desk->qin, "inbox", NULL));
    assert_int_equal(json_array_size(books_list(b, "cases")), 0);
    books_destroy(&b);
}

TEST(whoever_asks_why_learns_who_else_could_and_until_when) {
    scene_t s = scene_new();
    books_t *b = s.books;
    char until[32];
    assert_true(ASK(b, b->desk->lin, "why", "case", "DD2026-0001", NULL));
    const json_t *step = step_of(books_list(b, "waiting"), "planning");
    assert_string_equal(at(step, "who.0.name"), "luo");
    assert_string_equal(at(step, "who.0.for.name"), "");
    assert_string_equal(at(step, "who.1.name"), "qin");
    assert_string_equal(at(step, "who.1.for.name"), "luo");
    assert_string_equal(at(step, "who.1.until"),
                        moment_print(b->desk->time + 5 * DAY_MS, until));
    assert_string_equal(at(step, "refusal.reason"), "WRONG_ROLE");
    books_destroy(&b);
}

TEST(one_sees_for_whom_one_may_act_and_who_may_act_for_one) {
    scene_t s = scene_new();
    books_t *b = s.books;
    const ident_t both[] = {b->desk->luo, b->desk->qin};
    for (size_t i = 0; i < COUNT(both); i++) {
        assert_true(ASK(b, both[i], "whoami", NULL));
        assert_string_equal(at(b->answer, "delegations.0.grantor.name"), "luo");
        assert_string_equal(at(b->answer, "delegations.0.delegate.name"), "qin");
        assert_string_equal(at(b->answer, "delegations.0.role"), "planning.manager");
        assert_true(json_is_true(json_object_get(
            json_array_get(books_list(b, "delegations"), 0), "holds")));
    }
    assert_true(ASK(b, b->desk->lin, "whoami", NULL));
    assert_int_equal(json_array_size(books_list(b, "delegations")), 0);
    OK(desk_end(b->desk, b->desk->qin, s.delegation));
    books_feed(b);
    assert_true(ASK(b, b->desk->luo, "people", NULL));
    const json_t *entry = json_array_get(books_list(b, "delegations"), 0);
    assert_true(json_is_true(json_object_get(entry, "ended")));
    assert_true(json_is_false(json_object_get(entry, "holds")));
    books_destroy(&b);
}

TEST_CLAUSE(both_names_stand_wherever_somebody_acted_for_somebody, "QP21-3", RULE) {
    scene_t s = scene_new();
    books_t *b = s.books;
    desk_t *desk = b->desk;
    ident_t head = desk_delegate(desk, desk->song, desk->he, "sales.head");
    struct conclude conclude = {
        .outcome = OUTCOME_ABLE, .opinion = TEXT("as tallied"), .answers = desk_answers(desk)};
    OK(desk_accept_for(desk, s.order, desk->qin, s.delegation, "planning"));
    OK(desk_verdict(desk, s.order, desk->song, "sales", VERDICT_ACCEPT));
    OK(desk_verdict(desk, s.order, desk->deng, "purchasing", VERDICT_ACCEPT));
    OK(desk_try_for(desk, s.order, desk->he, head, KIND_ROUND_CONCLUDE, &conclude));
    OK(desk_sign_for(desk, s.order, desk->qin, s.delegation, MEANING_COMPLETE));
    OK(desk_sign(desk, s.order, desk->song, MEANING_EFFECTIVE));
    books_feed(b);
    assert_true(ASK(b, desk->lin, "order.show", "order", "DD2026-0001", NULL));
    const json_t *round = json_array_get(books_list(b, "rounds"), 0);
    const struct {
        const char *path, *name, *behalf;
    } seen[] = {{"verdicts.0.by", "qin", "luo"},      {"verdicts.1.by", "song", ""},
                {"conclusion.by", "he", "song"},      {"signatures.0.by", "qin", "luo"},
                {"signatures.1.by", "song", ""}};
    for (size_t i = 0; i < COUNT(seen); i++) {
        char path[64];
        snprintf(path, sizeof path, "%s.name", seen[i].path);
        assert_string_equal(at(round, path), seen[i].name);
        snprintf(path, sizeof path, "%s.for.name", seen[i].path);
        assert_string_equal(at(round, path), seen[i].behalf);
    }
    assert_string_equal(at(round, "verdicts.0.mandate"), ""); /* a daemon's alone */
    assert_true(ASK(b, desk->yan, "events", "case", "DD2026-0001", NULL));
    size_t acting = 0;
    for (size_t i = 0; i < json_array_size(books_list(b, "events")); i++)
        acting += at(json_array_get(books_list(b, "events"), i), "by.for.name")[0] != '\0';
    assert_int_equal(acting, 3);
    books_destroy(&b);
}

TEST(a_forward_and_a_department_that_was_added_show_in_the_review) {
    scene_t s = scene_new();
    books_t *b = s.books;
    desk_t *desk = b->desk;
    OK(desk_forward(desk, s.order, desk->song, "sales", desk->lin));
    OK(desk_add_reviewer(desk, s.order, desk->song, "quality"));
    books_feed(b);
    assert_true(ASK(b, desk->lin, "inbox", NULL));
    assert_string_equal(at(b->answer, "cases.0.mine.0.department"), "sales");
    assert_string_equal(at(b->answer, "cases.0.mine.0.as.for.name"), "song");
    OK(desk_accept_for(desk, s.order, desk->lin, desk_forwarded(&s.order->head), "sales"));
    books_feed(b);
    assert_true(ASK(b, desk->he, "order.show", "order", "DD2026-0001", NULL));
    const json_t *round = json_array_get(books_list(b, "rounds"), 0);
    assert_string_equal(at(round, "forwards.0.department"), "sales");
    assert_string_equal(at(round, "forwards.0.to.name"), "lin");
    assert_string_equal(at(round, "forwards.0.by.name"), "song");
    assert_string_equal(at(round, "forwards.0.reason"), "knows the part");
    assert_string_equal(at(round, "added.0.department"), "quality");
    assert_string_equal(at(round, "added.0.by.name"), "song");
    assert_string_equal(at(round, "departments.3"), "quality");
    assert_string_equal(at(round, "verdicts.0.by.for.name"), "song");
    assert_true(ASK(b, desk->yan, "events", "case", "DD2026-0001", NULL));
    const json_t *events = books_list(b, "events");
    assert_string_equal(at(json_array_get(events, json_array_size(events) - 1), "by.for.name"),
                        "song");
    books_destroy(&b);
}
