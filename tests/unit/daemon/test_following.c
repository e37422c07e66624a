/* SPDX-License-Identifier: Apache-2.0
 *
 * Catching up beside others who work: whom a follower asks, when it rests, what it gives.
 */
#include "common/base/diag.h"
#include "common/daemon/following.h"
#include "tests/unit/sync/stream.h"

enum { COORDINATOR, ARCHIVER, NOBODY };

typedef struct scene {
    stream_t *stream;
    ledger_t *ledger;
    following_t *following;
    struct fetch fetch; /* the last one sent */
    int64_t wake;
} scene_t;

static void applied(void *arg, const decoded_t *event, bytes_t bytes) {
    (void) arg, (void) event, (void) bytes;
}
static void reload(void *arg) { (void) arg; }

/* A coordinator with n events, of which all but the last two are archived, and a follower with the first. */
static scene_t *scene_new(const char *name, position_t n) {
    problem_t problem = {0};
    char path[512], of[64];
    scene_t *self = calloc(1, sizeof *self);
    insist(self);
    snprintf(of, sizeof of, "%s-coordinator", name);
    self->stream = stream_new(of, 1);
    stream_add(self->stream, (int) n - 1);
    self->stream->archived = n - 2;
    snprintf(path, sizeof path, "%s/%s.db", harness_folder(), name);
    self->ledger = ledger_open(path, NULL, &problem);
    insist(self->ledger);
    self->following = following_new(self->ledger, self->stream->id, "department:sales", COORDINATOR,
                                    &(follower_hooks_t){self, applied, reload, NULL});
    struct commit commit = stream_commit(self->stream, 1, 1);
    assert_true(following_take(self->following, MESSAGE_COMMIT, &commit, 1000));
    following_flush(self->following, &(surroundings_t){.boot = 1000});
    assert_true(following_take(self->following, MESSAGE_ANNOUNCE, stream_announce(self->stream), 1000));
    return self;
}

static void scene_destroy(scene_t **self_p) {
    scene_t *self = *self_p;
    following_destroy(&self->following);
    ledger_close(&self->ledger);
    stream_destroy(&self->stream);
    free(self);
    *self_p = NULL;
}

/* Whom it asks at that moment. */
static int asks(scene_t *self, int64_t boot) {
    output_t out = {0};
    arena_t *arena = arena_new(0);
    int whom = NOBODY;
    following_flush(self->following, &(surroundings_t){.boot = boot});
    following_ask(self->following, ARCHIVER, &(surroundings_t){.boot = boot}, &out);
    if (out.items_n) {
        message_type_t type;
        const void *body;
        assert_int_equal(message_decode(output_frame(&out, 0), arena, &type, &body, NULL), 0);
        assert_int_equal(type, MESSAGE_FETCH);
        self->fetch = *(const struct fetch *) body;
        whom = out.items[0].port;
    }
    self->wake = out.wake;
    arena_destroy(&arena);
    output_free(&out);
    return whom;
}

/* A piece of `n` events in answer to the last FETCH. */
static void answer(scene_t *self, position_t n, int64_t boot) {
    struct fetch piece = self->fetch;
    piece.to = piece.from + (int64_t) n - 1;
    struct events events = stream_events(self->stream, &piece);
    assert_true(following_take(self->following, MESSAGE_EVENTS, &events, boot));
}

TEST(what_is_archived_comes_from_the_archiver_and_the_rest_from_the_coordinator) {
    scene_t *s = scene_new("whom", 10);
    for (int pieces = 0; pieces < 3; pieces++) { /* 2 .. 7 */
        assert_int_equal(asks(s, 2000 + pieces), ARCHIVER);
        answer(s, 2, 2000 + pieces);
    }
    assert_int_equal(asks(s, 3000), ARCHIVER);
    answer(s, 1, 3000);
    assert_int_equal(asks(s, 3001), COORDINATOR); /* 9 and 10 are not archived */
    assert_int_equal(s->fetch.from, 9);
    answer(s, 2, 3001);
    assert_int_equal(asks(s, 3002), NOBODY);
    assert_int_equal(ledger_last(s->ledger), 10);
    scene_destroy(&s);
}

TEST(an_archiver_that_does_not_answer_is_left_alone_for_a_while) {
    scene_t *s = scene_new("silent", 40);
    assert_int_equal(asks(s, 2000), ARCHIVER);
    assert_int_equal(asks(s, 2500), NOBODY); /* under way */
    assert_int_equal(asks(s, 3000), COORDINATOR);
    answer(s, 1, 3001);
    for (int64_t boot = 3001; boot < 13000; boot += 1000) {
        assert_int_equal(asks(s, boot), COORDINATOR);
        answer(s, 1, boot);
    }
    assert_int_equal(asks(s, 13000), ARCHIVER);
    scene_destroy(&s);
}

TEST(while_others_work_who_catches_up_rests_longer_than_it_works) {
    scene_t *s = scene_new("rest", 40);
    assert_int_equal(asks(s, 2000), ARCHIVER);
    answer(s, 2, 2005);
    assert_int_equal(asks(s, 2010), ARCHIVER); /* nobody else has anything to do */
    struct commit commit = stream_commit(s->stream, 40, 40);
    assert_true(following_take(s->following, MESSAGE_COMMIT, &commit, 2011));
    answer(s, 2, 2015);
    assert_int_equal(asks(s, 2020), NOBODY);
    assert_int_equal(s->wake, 2040);
    assert_int_equal(asks(s, 2039), NOBODY);
    assert_int_equal(asks(s, 2040), ARCHIVER);
    assert_true(following_take(s->following, MESSAGE_COMMIT, &commit, 2041));
    answer(s, 2, 2900); /* a slow answer brings no long rest */
    assert_int_equal(asks(s, 2950), NOBODY);
    assert_true(s->wake > 2950 && s->wake < 3500);
    scene_destroy(&s);
}

TEST(what_is_given_is_on_the_disk) {
    scene_t *s = scene_new("given", 10);
    assert_int_equal(asks(s, 2000), ARCHIVER);
    answer(s, 3, 2000); /* taken, not committed: 2, 3, 4 */
    assert_true(ledger_in_transaction(s->ledger));
    output_t out = {0};
    arena_t *arena = arena_new(0);
    message_type_t type;
    const void *body;
    following_give(s->following, COORDINATOR, NULL, &(struct fetch){1, 10}, &out);
    assert_int_equal(out.items_n, 1);
    assert_int_equal(message_decode(output_frame(&out, 0), arena, &type, &body, NULL), 0);
    assert_int_equal(type, MESSAGE_EVENTS);
    assert_int_equal(((const struct events *) body)->events.n, 1);
    arena_destroy(&arena);
    output_free(&out);
    scene_destroy(&s);
}
