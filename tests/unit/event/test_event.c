/* SPDX-License-Identifier: Apache-2.0
 *
 * Envelopes: an event is decoded with its command and body, and what does not fit together is
 * refused.
 */
#include "common/base/text.h"
#include "tests/unit/event/sample.h"
#include "tests/unit/harness.h"

typedef struct desk {
    arena_t *arena;
    struct command command;
    struct signed_command sent;
    struct event event;
    buffer_t body, command_bytes, bytes;
    problem_t problem;
} desk_t;

/* A verdict on an order: a command that every check can look at. */
static desk_t *desk_new(void) {
    static desk_t desk;
    struct verdict_given verdict = {.department = TEXT("planning"), .verdict = VERDICT_ACCEPT};
    desk = (desk_t){.arena = arena_new(0)};
    assert_int_equal(record_encode(&verdict_given_record, &verdict, &desk.body, NULL), 0);
    desk.command = (struct command){.ledger = {{1}},
                                    .id = {{2}},
                                    .kind = KIND_ROUND_VERDICT,
                                    .object = {{3}},
                                    .revision = 1,
                                    .digest = {{4}},
                                    .actor = {{5}},
                                    .station = {{6}},
                                    .claimed = 1000,
                                    .expiry = 2000,
                                    .body = buffer_bytes(&desk.body)};
    desk.sent = (struct signed_command){.scheme = SCHEME_ED25519, .key = {{7}}, .signature = {{8}}};
    desk.event = (struct event){.position = 9,
                                .time = 1500,
                                .kind = KIND_ROUND_VERDICT,
                                .object = {{3}},
                                .procedure = 2,
                                .rules = 1,
                                .scheme = SCHEME_ED25519,
                                .key = {{7}},
                                .signature = {{8}}};
    return &desk;
}

static void desk_leave(desk_t *self) {
    arena_destroy(&self->arena);
    buffer_free(&self->body);
    buffer_free(&self->command_bytes);
    buffer_free(&self->bytes);
}

static bytes_t encoded(const record_t *record, const void *body, buffer_t *out) {
    problem_t problem = {0};
    buffer_clear(out);
    if (record_encode(record, body, out, &problem) != 0)
        fail_msg("%s: %s", problem.field, problem.detail);
    return buffer_bytes(out);
}

static reason_t command_refusal(desk_t *self) {
    struct signed_command sent;
    struct command command;
    const void *body = NULL;
    self->problem = (problem_t){.reason = REASON_NONE};
    self->sent.command = encoded(&command_record, &self->command, &self->command_bytes);
    int rc = command_decode(encoded(&signed_command_record, &self->sent, &self->bytes), self->arena,
                            &sent, &command, &body, &self->problem);
    assert_int_equal(rc, self->problem.reason == REASON_NONE ? 0 : -1);
    if (rc == 0)
        assert_true(record_equal(&command_record, &command, &self->command) && body);
    return self->problem.reason;
}

static reason_t event_refusal(desk_t *self, decoded_t *out) {
    self->problem = (problem_t){.reason = REASON_NONE};
    bytes_t bytes = encoded(&event_record, &self->event, &self->bytes);
    int rc = event_decode(bytes, self->arena, out, &self->problem);
    assert_int_equal(rc, self->problem.reason == REASON_NONE ? 0 : -1);
    return self->problem.reason;
}

#define REFUSED(desk, REASON, name) \
    do { \
        assert_int_equal(command_refusal(desk), REASON); \
        assert_string_equal((desk)->problem.field, name); \
    } while (0)

TEST(a_command_is_decoded_with_its_body) {
    desk_t *desk = desk_new();
    struct signed_command sent;
    struct command command;
    const void *body;
    desk->sent.command = encoded(&command_record, &desk->command, &desk->command_bytes);
    bytes_t bytes = encoded(&signed_command_record, &desk->sent, &desk->bytes);
    assert_int_equal(command_decode(bytes, desk->arena, &sent, &command, &body, NULL), 0);
    assert_true(record_equal(&signed_command_record, &sent, &desk->sent));
    assert_true(record_equal(&command_record, &command, &desk->command));
    assert_int_equal(((const struct verdict_given *) body)->verdict, VERDICT_ACCEPT);
    assert_true(text_is(((const struct verdict_given *) body)->department, "planning"));
    assert_true(sent.command.p >= bytes.p &&
                sent.command.p < bytes.p + bytes.n); /* the bytes that were signed */
    desk_leave(desk);
}

TEST(a_command_of_an_unknown_kind_is_refused) {
    desk_t *desk = desk_new();
    desk->command.kind = 9999;
    REFUSED(desk, REASON_UNKNOWN_KIND, "kind");
    desk_leave(desk);
}

TEST(what_follows_by_itself_cannot_be_asked_for) {
    size_t n, seen = 0;
    const kind_info_t *kinds = kind_list(&n);
    desk_t *desk = desk_new();
    for (size_t i = 0; i < n; i++)
        if (kinds[i].flags & DERIVED) {
            desk->command.kind = kinds[i].kind;
            REFUSED(desk, REASON_UNKNOWN_KIND, "kind");
            seen++;
        }
    assert_true(seen > 0);
    desk_leave(desk);
}

TEST(a_case_is_named_unless_the_command_opens_one) {
    desk_t *desk = desk_new();
    desk->command.object = (ident_t){{0}};
    REFUSED(desk, REASON_FIELD_MISSING, "object");
    struct customer customer = {.name = TEXT("Xinghai"), .short_name = TEXT("XH")};
    desk->command.kind = KIND_CUSTOMER_REGISTER;
    desk->command.body = encoded(&customer_record, &customer, &desk->body);
    assert_int_equal(command_refusal(desk), REASON_NONE);
    desk->command.object = (ident_t){{3}};
    REFUSED(desk, REASON_MALFORMED, "object");
    desk_leave(desk);
}

TEST(only_genesis_names_no_ledger) {
    desk_t *desk = desk_new();
    desk->command.ledger = (digest_t){{0}};
    REFUSED(desk, REASON_WRONG_LEDGER, "ledger");
    struct genesis genesis = {.company = TEXT("Qiming"),
                              .administrator = TEXT("Wu"),
                              .handle = TEXT("wu"),
                              .administrator_key = {{1}},
                              .coordinator_key = {{2}},
                              .coordinator_curve = {{3}},
                              .archiver_key = {{4}},
                              .archiver_curve = {{5}},
                              .recovery_key = {{6}},
                              .rules = 1};
    desk->command.kind = KIND_LEDGER_GENESIS;
    desk->command.object = (ident_t){{0}};
    desk->command.body = encoded(&genesis_record, &genesis, &desk->body);
    assert_int_equal(command_refusal(desk), REASON_NONE);
    desk->command.ledger = (digest_t){{1}};
    REFUSED(desk, REASON_WRONG_LEDGER, "ledger");
    desk_leave(desk);
}

TEST_CLAUSE(a_judgement_names_the_revision_and_digest_it_judges, "QP21-4.4.3", REFUSAL) {
    desk_t *desk = desk_new();
    desk->command.revision = 0;
    REFUSED(desk, REASON_FIELD_MISSING, "revision");
    desk->command.revision = 1;
    desk->command.digest = (digest_t){{0}};
    REFUSED(desk, REASON_FIELD_MISSING, "revision");
    desk_leave(desk);
}

TEST(a_change_names_the_version_it_saw) {
    desk_t *desk = desk_new();
    struct customer customer = {.name = TEXT("Xinghai"), .short_name = TEXT("XH")};
    desk->command.kind = KIND_CUSTOMER_CHANGE;
    desk->command.body = encoded(&customer_record, &customer, &desk->body);
    REFUSED(desk, REASON_FIELD_MISSING, "version");
    desk->command.version = 1;
    assert_int_equal(command_refusal(desk), REASON_NONE);
    desk_leave(desk);
}

TEST(a_command_does_not_expire_before_it_was_given) {
    desk_t *desk = desk_new();
    desk->command.expiry = desk->command.claimed;
    assert_int_equal(command_refusal(desk), REASON_NONE);
    desk->command.expiry = desk->command.claimed - 1;
    REFUSED(desk, REASON_FIELD_RANGE, "expiry");
    desk_leave(desk);
}

TEST(a_body_in_which_all_is_empty_is_left_out) {
    desk_t *desk = desk_new();
    desk->command.kind = KIND_ORDER_CONVENE;
    desk->command.body = encoded(&convene_record, &(struct convene){{NULL, 0}}, &desk->body);
    REFUSED(desk, REASON_MALFORMED, "body");
    desk->command.body = (bytes_t){NULL, 0};
    assert_int_equal(command_refusal(desk), REASON_NONE);
    desk->command.kind = KIND_ROUND_SIGN; /* but not where a field is required */
    REFUSED(desk, REASON_FIELD_MISSING, "meaning");
    desk_leave(desk);
}

TEST(a_body_of_another_kind_is_refused) {
    desk_t *desk = desk_new();
    desk->command.kind = KIND_ORDER_AMEND;
    desk->command.version = 1;
    REFUSED(desk, REASON_MALFORMED, "content");
    desk_leave(desk);
}

TEST(a_command_event_holds_what_was_sent) {
    desk_t *desk = desk_new();
    decoded_t decoded;
    desk->event.command = encoded(&command_record, &desk->command, &desk->command_bytes);
    assert_int_equal(event_refusal(desk, &decoded), REASON_NONE);
    assert_false(decoded.derived);
    assert_ptr_equal(decoded.info, kind_info(KIND_ROUND_VERDICT));
    assert_true(record_equal(&command_record, &decoded.command, &desk->command));
    assert_int_equal(((const struct verdict_given *) decoded.body)->verdict, VERDICT_ACCEPT);
    desk_leave(desk);
}

TEST(an_event_that_contradicts_its_command_is_refused) {
    desk_t *desk = desk_new();
    decoded_t decoded;
    desk->event.command = encoded(&command_record, &desk->command, &desk->command_bytes);
    const struct event sound = desk->event;
    desk->event.kind = KIND_ROUND_ADVISE;
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.object = (ident_t){{99}};
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.cause = 3;
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.body = buffer_bytes(&desk->body);
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.scheme = 0;
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk_leave(desk);
}

/* A place in a batch: said of what is in one, whole, and of nothing else. */
TEST(a_place_in_a_batch_goes_with_scheme_2) {
    static const uint8_t path[64] = {1};
    static const struct { int64_t scheme, index, size; size_t path; reason_t reason; } cases[] = {
        {2, 1, 2, 32, REASON_NONE},      {2, 0, 3, 64, REASON_NONE},
        {2, 0, 0, 0, REASON_MALFORMED},  {2, 0, 1, 32, REASON_MALFORMED},
        {2, 2, 2, 32, REASON_MALFORMED}, {2, 1, 2, 0, REASON_MALFORMED},
        {2, 1, 2, 33, REASON_MALFORMED}, {1, 1, 0, 0, REASON_MALFORMED},
        {1, 0, 2, 0, REASON_MALFORMED},  {1, 0, 0, 32, REASON_MALFORMED}};
    desk_t *desk = desk_new();
    decoded_t decoded;
    desk->event.command = encoded(&command_record, &desk->command, &desk->command_bytes);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk->event.scheme = desk->sent.scheme = cases[i].scheme;
        desk->event.index = desk->sent.index = cases[i].index;
        desk->event.size = desk->sent.size = cases[i].size;
        desk->event.path = desk->sent.path = (bytes_t){path, cases[i].path};
        assert_int_equal(event_refusal(desk, &decoded), cases[i].reason);
        assert_int_equal(command_refusal(desk), cases[i].reason);
    }
    desk_leave(desk);
}

TEST(a_command_that_opens_a_case_names_it_by_its_own_id) {
    desk_t *desk = desk_new();
    decoded_t decoded;
    struct customer customer = {.name = TEXT("Xinghai"), .short_name = TEXT("XH")};
    desk->command.kind = desk->event.kind = KIND_CUSTOMER_REGISTER;
    desk->command.object = (ident_t){{0}};
    desk->command.body = encoded(&customer_record, &customer, &desk->body);
    desk->event.command = encoded(&command_record, &desk->command, &desk->command_bytes);
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event.object = desk->command.id;
    assert_int_equal(event_refusal(desk, &decoded), REASON_NONE);
    desk_leave(desk);
}

TEST(a_derived_event_has_a_cause_before_it_and_no_signature) {
    desk_t *desk = desk_new();
    decoded_t decoded;
    struct became became = {.revision = 1};
    desk->event = (struct event){.position = 9,
                                 .time = 1500,
                                 .kind = KIND_ORDER_EFFECTIVE,
                                 .object = {{3}},
                                 .cause = 8,
                                 .procedure = 2,
                                 .rules = 1,
                                 .body = encoded(&became_record, &became, &desk->body)};
    const struct event sound = desk->event;
    assert_int_equal(event_refusal(desk, &decoded), REASON_NONE);
    assert_true(decoded.derived);
    assert_int_equal(decoded.command.kind, 0);
    assert_int_equal(((const struct became *) decoded.body)->revision, 1);
    desk->event.cause = 0;
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event.cause = 9;
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.scheme = SCHEME_ED25519;
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.key = (pubkey_t){{1}};
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.signature = (signature_t){{1}};
    assert_int_equal(event_refusal(desk, &decoded), REASON_MALFORMED);
    desk->event = sound;
    desk->event.kind = KIND_ROUND_SIGN; /* a person's act cannot follow by itself */
    assert_int_equal(event_refusal(desk, &decoded), REASON_UNKNOWN_KIND);
    desk_leave(desk);
}

TEST(a_message_that_is_too_large_is_not_even_scanned) {
    desk_t *desk = desk_new();
    decoded_t decoded;
    struct signed_command sent;
    struct command command;
    const void *body;
    bytes_t large = {arena_alloc(desk->arena, EVENT_BYTES_MAX + 1), EVENT_BYTES_MAX + 1};
    assert_int_equal(event_decode(large, desk->arena, &decoded, &desk->problem), -1);
    assert_int_equal(desk->problem.reason, REASON_TOO_LARGE);
    assert_int_equal(command_decode(large, desk->arena, &sent, &command, &body, &desk->problem),
                     -1);
    assert_int_equal(desk->problem.reason, REASON_TOO_LARGE);
    desk_leave(desk);
}

TEST(the_largest_command_fits_into_its_event) {
    desk_t *desk = desk_new();
    uint8_t *full = arena_alloc(desk->arena, COMMAND_BYTES_MAX);
    desk->sent.command = desk->event.command = (bytes_t){full, COMMAND_BYTES_MAX};
    desk->event.position = desk->event.time = desk->event.procedure = INT64_MAX;
    desk->event.rules = 9999;
    assert_in_range(encoded(&event_record, &desk->event, &desk->bytes).n, COMMAND_BYTES_MAX,
                    EVENT_BYTES_MAX);
    assert_in_range(encoded(&signed_command_record, &desk->sent, &desk->bytes).n, COMMAND_BYTES_MAX,
                    EVENT_BYTES_MAX);
    desk_leave(desk);
}
