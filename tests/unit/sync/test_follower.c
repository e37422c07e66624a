/* SPDX-License-Identifier: Apache-2.0
 *
 * follower: it becomes equal to the coordinator whatever the stream loses, doubles or reorders, and
 * stops at a fork.
 */
#include "common/base/diag.h"
#include "tests/unit/sync/stream.h"

typedef struct pair {
    stream_t *stream;
    ledger_t *ledger;
    follower_t *follower;
    int applied, reloads;
    position_t last_applied;
    char path[512];
} pair_t;

static void applied(void *arg, const decoded_t *event, bytes_t bytes) {
    pair_t *self = arg;
    assert_true(ledger_in_transaction(self->ledger));
    assert_true(bytes.n > 0);
    self->applied++;
    self->last_applied = (position_t) event->event.position;
}

static void reload(void *arg) {
    pair_t *self = arg;
    self->reloads++;
    self->last_applied = ledger_last(self->ledger);
}

static void pair_open(pair_t *self) {
    problem_t problem = {0};
    self->ledger = ledger_open(self->path, NULL, &problem);
    assert_non_null(self->ledger);
    self->follower =
        follower_new(self->ledger, self->stream->id, &(follower_hooks_t){self, applied, reload, NULL});
}

static void pair_close(pair_t *self) {
    follower_destroy(&self->follower);
    ledger_close(&self->ledger);
}

static pair_t *pair_new(const char *name) {
    pair_t *self = calloc(1, sizeof *self);
    char of[64];
    snprintf(of, sizeof of, "%s-coordinator", name);
    self->stream = stream_new(of, 1);
    snprintf(self->path, sizeof self->path, "%s/%s.db", harness_folder(), name);
    pair_open(self);
    return self;
}

static void pair_destroy(pair_t *self) {
    pair_close(self);
    stream_destroy(&self->stream);
    free(self);
}

static void send_commit(pair_t *self, position_t first, position_t last) {
    struct commit commit = stream_commit(self->stream, first, last);
    follower_commit(self->follower, &commit, T0);
}

/* Fetches as the owner would until nothing is asked for any more. */
static void catch_up(pair_t *self, moment_t now) {
    struct fetch fetch;
    moment_t wake = 0;
    for (int turn = 0; turn < 100 && follower_fetch(self->follower, now, &fetch, &wake); turn++) {
        struct events events = stream_events(self->stream, &fetch);
        follower_events(self->follower, &events, now);
        assert_int_equal(follower_flush(self->follower), LEDGER_OK);
    }
}

static void assert_equal_ledgers(pair_t *self) {
    assert_int_equal(ledger_last(self->ledger), ledger_last(self->stream->ledger));
    assert_true(digest_equal(ledger_root(self->ledger), ledger_root(self->stream->ledger)));
    assert_int_equal(follower_state(self->follower), FOLLOWER_AT_HEAD);
    assert_int_equal(self->last_applied, ledger_last(self->ledger));
}

TEST(commits_in_order_are_applied_and_told) {
    pair_t *p = pair_new("order");
    stream_add(p->stream, 4);
    assert_int_equal(follower_state(p->follower), FOLLOWER_BEHIND);
    send_commit(p, 1, 2);
    send_commit(p, 3, 5);
    assert_int_equal(follower_flush(p->follower), LEDGER_OK);
    assert_int_equal(p->applied, 5);
    assert_equal_ledgers(p);
    pair_destroy(p);
}

TEST(a_gap_is_fetched_once_and_again_after_its_retry_time) {
    pair_t *p = pair_new("gap");
    struct fetch fetch;
    moment_t wake = 0;
    stream_add(p->stream, 5);
    send_commit(p, 1, 1);
    send_commit(p, 5, 6); /* 2..4 were lost */
    follower_flush(p->follower);
    assert_int_equal(ledger_last(p->ledger), 1);
    assert_true(follower_fetch(p->follower, T0, &fetch, &wake));
    assert_int_equal(fetch.from, 2);
    assert_int_equal(fetch.to, 6);
    assert_false(follower_fetch(p->follower, T0 + 500, &fetch, &wake)); /* under way */
    assert_int_equal(wake, T0 + 1000);
    catch_up(p, T0 + 1000);
    assert_equal_ledgers(p);
    pair_destroy(p);
}

TEST(doubled_and_reordered_commits_leave_one_history) {
    pair_t *p = pair_new("reordered");
    stream_add(p->stream, 7);
    send_commit(p, 4, 6);
    send_commit(p, 1, 3);
    send_commit(p, 1, 3);
    send_commit(p, 2, 5);
    send_commit(p, 7, 8);
    follower_flush(p->follower);
    send_commit(p, 4, 6);
    catch_up(p, T0);
    assert_equal_ledgers(p);
    assert_int_equal(p->applied, 8);
    assert_int_equal(p->reloads, 0);
    pair_destroy(p);
}

TEST(a_lost_tail_is_found_by_the_next_announcement) {
    pair_t *p = pair_new("tail");
    stream_add(p->stream, 3);
    send_commit(p, 1, 2);
    follower_flush(p->follower);
    assert_int_equal(follower_state(p->follower),
                     FOLLOWER_AT_HEAD); /* 3 and 4 were lost without a trace */
    p->stream->archived = 2;
    follower_announce(p->follower, stream_announce(p->stream), T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_BEHIND);
    assert_int_equal(follower_archived(p->follower), 2);
    catch_up(p, T0);
    assert_equal_ledgers(p);
    pair_destroy(p);
}

TEST(an_announcement_overtaken_by_a_newer_one_changes_nothing) {
    pair_t *p = pair_new("overtaken");
    stream_add(p->stream, 3);
    send_commit(p, 1, 4);
    follower_flush(p->follower);
    follower_announce(p->follower, stream_announce_by(p->stream, 2, p->stream->coordinator), T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_AT_HEAD);
    assert_int_equal(follower_head(p->follower), 4);
    pair_destroy(p);
}

TEST(a_coordinator_that_lost_its_tail_is_noticed) {
    pair_t *p = pair_new("beyond");
    stream_add(p->stream, 3);
    send_commit(p, 1, 4);
    follower_flush(p->follower);
    ledger_truncate(p->stream->ledger, 2);
    struct head head = {.ledger = p->stream->id,
                        .epoch = 1,
                        .position = 2,
                        .root = ledger_root(p->stream->ledger),
                        .time = T0 + 100000};
    struct signed_head s;
    head_sign(p->stream->coordinator, &head, &p->stream->room, &s);
    follower_announce(p->follower,
                      &(struct announce){.head = s.head, .key = s.key, .signature = s.signature},
                      T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_BEYOND);
    struct hello hello;
    follower_hello(p->follower, "archiver", &hello);
    assert_int_equal(hello.position, 4); /* says so, and offers what it has */
    assert_int_equal(hello.tail, 1);
    pair_destroy(p);
}

TEST(another_root_at_the_same_position_is_a_fork) {
    pair_t *p = pair_new("fork");
    stream_t *other = stream_new("fork-other", 2);
    stream_add(p->stream, 3);
    stream_add(other, 3);
    send_commit(p, 1, 4);
    follower_flush(p->follower);
    follower_announce(p->follower, stream_announce(other), T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    assert_non_null(strstr(follower_trouble(p->follower), "position 4"));
    stream_destroy(&other);
    pair_destroy(p);
}

TEST(another_event_at_a_position_we_have_is_a_fork_and_changes_nothing) {
    pair_t *p = pair_new("other-event");
    stream_t *other = stream_new("other-event-other", 2);
    stream_add(p->stream, 3);
    stream_add(other, 5);
    send_commit(p, 1, 4);
    follower_flush(p->follower);
    digest_t before = ledger_root(p->ledger);
    struct commit commit = stream_commit(other, 3, 6);
    follower_commit(p->follower, &commit, T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    assert_non_null(strstr(follower_trouble(p->follower), "position 3"));
    assert_int_equal(follower_flush(p->follower), LEDGER_OK);
    assert_int_equal(ledger_last(p->ledger), 4);
    assert_true(digest_equal(before, ledger_root(p->ledger)));
    stream_destroy(&other);
    pair_destroy(p);
}

TEST(a_head_signed_by_somebody_else_is_a_fork) {
    pair_t *p = pair_new("signer");
    stream_add(p->stream, 1);
    send_commit(p, 1, 2);
    follower_flush(p->follower);
    follower_announce(p->follower, stream_announce_by(p->stream, 2, p->stream->administrator), T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    pair_destroy(p);
}

TEST(events_of_a_later_epoch_that_somebody_else_declares_are_a_fork) {
    pair_t *p = pair_new("epoch-signer");
    stream_add(p->stream, 1);
    send_commit(p, 1, 2);
    follower_flush(p->follower);
    stream_add(p->stream, 1);
    struct commit commit = stream_commit(p->stream, 3, 3);
    p->stream->epoch = 2;
    commit.head.at =
        (struct announce *) (uintptr_t) stream_announce_by(p->stream, 3, p->stream->administrator);
    follower_commit(p->follower, &commit, T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    assert_int_equal(ledger_last(p->ledger), 2);
    pair_destroy(p);
}

TEST(a_head_by_another_key_heard_before_genesis_does_not_last) {
    pair_t *p = pair_new("before-genesis");
    stream_add(p->stream, 1);
    follower_announce(p->follower, stream_announce_by(p->stream, 2, p->stream->administrator), T0);
    catch_up(p, T0); /* its EVENTS bring the coordinator's own head */
    assert_equal_ledgers(p);
    pair_destroy(p);
}

TEST(another_companys_ledger_is_refused) {
    pair_t *p = pair_new("company");
    p->stream->id.b[0] ^= 1; /* what the site file pins */
    follower_destroy(&p->follower);
    p->follower = follower_new(p->ledger, p->stream->id, &(follower_hooks_t){p, applied, reload, NULL});
    send_commit(p, 1, 1);
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    assert_int_equal(ledger_last(p->ledger), 0);
    pair_destroy(p);
}

static void max_pages(ledger_t *ledger, int pages) {
    char sql[80];
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %d", pages);
    assert_int_equal(sqlite3_exec(ledger_db(ledger), sql, NULL, NULL, NULL), SQLITE_OK);
}

TEST(a_full_disk_rolls_back_and_goes_on_when_there_is_room) {
    pair_t *p = pair_new("full");
    stream_add(p->stream, 199);
    send_commit(p, 1, 10);
    assert_int_equal(follower_flush(p->follower), LEDGER_OK);
    max_pages(p->ledger, 1); /* not below what is in use: no page more */
    send_commit(p, 11, 200);
    assert_int_equal(follower_flush(p->follower), LEDGER_FULL);
    assert_int_equal(p->reloads, 1);
    assert_int_equal(p->last_applied, 10);
    assert_int_equal(ledger_last(p->ledger), 10);
    assert_int_equal(follower_state(p->follower), FOLLOWER_BEHIND);
    max_pages(p->ledger, 1000000);
    catch_up(p, T0 + 2000);
    assert_equal_ledgers(p);
    pair_destroy(p);
}

static void lose_and_restore(stream_t *self, position_t base, int64_t epoch) {
    position_t lost_to = ledger_last(self->ledger);
    ledger_truncate(self->ledger, base);
    struct restored body = {.base = (int64_t) base,
                            .epoch = epoch,
                            .lost_to = (int64_t) lost_to,
                            .reason = TEXT("disk lost")};
    self->epoch = epoch;
    self->salt++;
    stream_command(self, KIND_LEDGER_RESTORED, &body, self->coordinator);
}

TEST(a_raised_epoch_truncates_to_its_base_and_is_followed) {
    pair_t *p = pair_new("epoch");
    stream_add(p->stream, 9);
    p->stream->archived = 4;
    send_commit(p, 1, 10);
    follower_flush(p->follower);
    lose_and_restore(p->stream, 6, 2);
    stream_add(p->stream, 2);
    follower_announce(p->follower, stream_announce(p->stream), T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_BEHIND);
    assert_int_equal(ledger_last(p->ledger), 10); /* the announcement alone removes nothing */
    catch_up(p, T0 + 2000);
    assert_equal_ledgers(p);
    assert_int_equal(p->reloads, 1);
    assert_int_equal(follower_epoch(p->follower), 2);
    pair_close(p);
    pair_open(p);
    assert_int_equal(follower_epoch(p->follower), 2);
    pair_destroy(p);
}

TEST(what_is_archived_in_a_later_epoch_is_not_known_before_it_is_followed) {
    pair_t *p = pair_new("epoch-archived");
    stream_add(p->stream, 9);
    p->stream->archived = 4;
    send_commit(p, 1, 10);
    follower_flush(p->follower);
    lose_and_restore(p->stream, 6, 2);
    stream_add(p->stream, 2);
    p->stream->archived = 9;
    follower_announce(p->follower, stream_announce(p->stream), T0);
    assert_int_equal(follower_archived(p->follower), 4); /* our own 7 to 9 are others than these */
    catch_up(p, T0 + 2000);
    follower_announce(p->follower, stream_announce(p->stream), T0 + 3000);
    assert_int_equal(follower_archived(p->follower), 9);
    pair_destroy(p);
}

TEST(a_raised_epoch_reaches_a_follower_that_lost_nothing) {
    pair_t *p = pair_new("epoch-nothing");
    stream_add(p->stream, 5);
    send_commit(p, 1, 4);
    follower_flush(p->follower);
    lose_and_restore(p->stream, 4, 2);
    follower_announce(p->follower, stream_announce(p->stream), T0);
    catch_up(p, T0 + 2000);
    assert_equal_ledgers(p);
    assert_int_equal(p->reloads, 0);
    pair_destroy(p);
}

TEST(two_raised_epochs_are_followed_one_after_the_other) {
    pair_t *p = pair_new("epochs");
    stream_add(p->stream, 9);
    send_commit(p, 1, 10);
    follower_flush(p->follower);
    lose_and_restore(p->stream, 6, 2);
    stream_add(p->stream, 4);
    lose_and_restore(p->stream, 8, 3);
    stream_add(p->stream, 1);
    follower_announce(p->follower, stream_announce(p->stream), T0);
    catch_up(p, T0 + 2000);
    assert_equal_ledgers(p);
    assert_int_equal(follower_epoch(p->follower), 3);
    pair_destroy(p);
}

/* Set aside twice before the archive had heard of the first time: both histories have an epoch 2,
   and the later one counts past it. */
TEST(an_epoch_that_was_lost_is_left_for_a_history_that_counts_past_it) {
    for (int more = 0; more < 2; more++) {
        pair_t *p = pair_new(more ? "lost-epochs" : "lost-epoch");
        stream_add(p->stream, 9);
        send_commit(p, 1, 10);
        follower_flush(p->follower);
        lose_and_restore(p->stream, 6, 2);
        if (more)
            lose_and_restore(p->stream, 7, 3);
        stream_add(p->stream, 3);
        follower_announce(p->follower, stream_announce(p->stream), T0);
        catch_up(p, T0 + 2000);
        assert_int_equal(follower_epoch(p->follower), 2 + more);
        lose_and_restore(p->stream, 6, 2);
        lose_and_restore(p->stream, 7, 3);
        if (more)
            lose_and_restore(p->stream, 8, 4);
        stream_add(p->stream, 1);
        follower_announce(p->follower, stream_announce(p->stream), T0 + 3000);
        catch_up(p, T0 + 5000);
        assert_int_equal(follower_state(p->follower), FOLLOWER_AT_HEAD);
        assert_equal_ledgers(p);
        assert_int_equal(follower_epoch(p->follower), 3 + more);
        pair_destroy(p);
    }
}

TEST(a_restoration_signed_by_somebody_else_is_a_fork) {
    pair_t *p = pair_new("restorer");
    stream_add(p->stream, 5);
    send_commit(p, 1, 6);
    follower_flush(p->follower);
    ledger_truncate(p->stream->ledger, 3);
    struct restored body = {.base = 3, .epoch = 2, .lost_to = 6, .reason = TEXT("a lie")};
    p->stream->salt++;
    stream_command(p->stream, KIND_LEDGER_RESTORED, &body, p->stream->administrator);
    p->stream->epoch = 2;
    follower_announce(p->follower, stream_announce(p->stream), T0);
    catch_up(p, T0 + 2000);
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    assert_int_equal(ledger_last(p->ledger), 6);
    pair_destroy(p);
}

TEST(a_follower_goes_on_where_its_file_ends) {
    pair_t *p = pair_new("reopen");
    stream_add(p->stream, 5);
    send_commit(p, 1, 3);
    follower_flush(p->follower);
    send_commit(p, 4, 5); /* not flushed: the process is killed here */
    pair_close(p);
    pair_open(p);
    assert_int_equal(ledger_last(p->ledger), 3);
    follower_announce(p->follower, stream_announce(p->stream), T0);
    catch_up(p, T0);
    assert_equal_ledgers(p);
    pair_destroy(p);
}

TEST(an_empty_answer_is_asked_again_later_not_at_once) {
    pair_t *p = pair_new("empty");
    struct fetch fetch;
    moment_t wake = 0;
    stream_add(p->stream, 3);
    follower_announce(p->follower, stream_announce(p->stream), T0);
    assert_true(follower_fetch(p->follower, T0, &fetch, &wake));
    follower_events(p->follower, &(struct events){.first = fetch.from}, T0 + 10);
    assert_false(follower_fetch(p->follower, T0 + 10, &fetch, &wake));
    assert_true(follower_fetch(p->follower, T0 + 1010, &fetch, &wake));
    pair_destroy(p);
}

/* A head as the coordinator would sign it, of whatever it says. */
static const struct announce *announce_head(pair_t *p, const struct head *head) {
    struct signed_head s;
    head_sign(p->stream->coordinator, head, &p->stream->room, &s);
    p->stream->announce =
        (struct announce){.head = s.head, .key = s.key, .signature = s.signature};
    return &p->stream->announce;
}

TEST(another_ledgers_head_stops_the_follower) {
    pair_t *p = pair_new("other-ledger");
    stream_add(p->stream, 2);
    send_commit(p, 1, 3);
    follower_flush(p->follower);
    struct head head = {
        .ledger = {{9}}, .epoch = 1, .position = 4, .time = T0 + 9, .root = {{1}}};
    follower_announce(p->follower, announce_head(p, &head), T0);
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    assert_non_null(strstr(follower_trouble(p->follower), "another ledger"));
    pair_destroy(p);
}

TEST(what_is_not_the_event_it_is_sent_as_stops_the_follower_and_leaves_nothing) {
    for (int wrong = 0; wrong < 3; wrong++) {
        char name[32];
        snprintf(name, sizeof name, "not-that-event-%d", wrong);
        pair_t *p = pair_new(name);
        stream_add(p->stream, 5);
        send_commit(p, 1, 2);
        follower_flush(p->follower);
        struct commit commit = stream_commit(p->stream, 3, 6);
        struct raw raw[4];
        memcpy(raw, commit.events.at, sizeof raw);
        commit.events.at = raw;
        if (wrong == 0)
            raw[2] = raw[1]; /* another position's */
        else if (wrong == 1)
            raw[2].bytes = (bytes_t){(const uint8_t *) "\x80", 1};
        else
            raw[2].bytes.n--; /* cut short */
        follower_commit(p->follower, &commit, T0);
        assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
        assert_non_null(strstr(follower_trouble(p->follower), "event 5"));
        assert_int_equal(ledger_last(p->ledger), 2); /* 3 and 4 of the same batch neither */
        assert_int_equal(p->reloads, 1);
        assert_false(ledger_in_transaction(p->ledger));
        pair_destroy(p);
    }
}

TEST(after_a_fork_nothing_is_taken_or_asked_for) {
    pair_t *p = pair_new("after-fork");
    struct fetch fetch = {.from = 1, .to = 4};
    moment_t wake = 0;
    stream_add(p->stream, 3);
    struct head head = {
        .ledger = {{9}}, .epoch = 1, .position = 4, .time = T0 + 9, .root = {{1}}};
    follower_announce(p->follower, announce_head(p, &head), T0);
    send_commit(p, 1, 4);
    struct events events = stream_events(p->stream, &fetch);
    follower_events(p->follower, &events, T0);
    follower_announce(p->follower, stream_announce(p->stream), T0 + 10);
    assert_int_equal(follower_flush(p->follower), LEDGER_OK);
    assert_int_equal(ledger_last(p->ledger), 0);
    assert_false(follower_fetch(p->follower, T0 + 5000, &fetch, &wake));
    assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
    pair_destroy(p);
}

TEST(a_long_way_is_asked_for_in_spans) {
    pair_t *p = pair_new("long-way");
    struct fetch fetch;
    moment_t wake = 0;
    stream_add(p->stream, 2);
    send_commit(p, 1, 3);
    follower_flush(p->follower);
    struct head head = {
        .ledger = p->stream->id, .epoch = 1, .position = 300000, .time = T0 + 9, .root = {{1}}};
    follower_announce(p->follower, announce_head(p, &head), T0);
    assert_true(follower_fetch(p->follower, T0, &fetch, &wake));
    assert_int_equal(fetch.from, 4);
    assert_int_equal(fetch.to, 100004);
    pair_destroy(p);
}

TEST(a_follower_that_begins_in_a_later_epoch_is_not_disturbed_by_the_earlier_one) {
    pair_t *p = pair_new("begins-late");
    stream_add(p->stream, 6);
    lose_and_restore(p->stream, 4, 2);
    stream_add(p->stream, 2);
    follower_announce(p->follower, stream_announce(p->stream), T0);
    struct head old = {
        .ledger = p->stream->id, .epoch = 1, .position = 7, .time = T0 + 99, .root = {{1}}};
    follower_announce(p->follower, announce_head(p, &old), T0);
    catch_up(p, T0);
    assert_equal_ledgers(p);
    assert_int_equal(follower_epoch(p->follower), 2);
    assert_int_equal(p->reloads, 0);
    pair_destroy(p);
}

TEST(a_restoration_that_does_not_fit_its_place_is_a_fork) {
    for (int wrong = 0; wrong < 2; wrong++) {
        char name[32];
        snprintf(name, sizeof name, "restored-%d", wrong);
        pair_t *p = pair_new(name);
        stream_add(p->stream, 5);
        send_commit(p, 1, 6);
        follower_flush(p->follower);
        ledger_truncate(p->stream->ledger, 3);
        struct restored body = {.base = wrong ? 3 : 2,
                                .epoch = wrong ? 1 : 2,
                                .lost_to = 6,
                                .reason = TEXT("disk lost")};
        p->stream->salt++;
        stream_command(p->stream, KIND_LEDGER_RESTORED, &body, p->stream->coordinator);
        p->stream->epoch = 2;
        follower_announce(p->follower, stream_announce(p->stream), T0);
        catch_up(p, T0 + 2000);
        assert_int_equal(follower_state(p->follower), FOLLOWER_FORK);
        assert_int_equal(ledger_last(p->ledger), 6);
        pair_destroy(p);
    }
}

TEST(a_piece_ends_at_its_limit_and_has_one_event_at_least) {
    pair_t *p = pair_new("piece");
    piece_t *piece = piece_new();
    stream_add(p->stream, 5);
    ledger_t *ledger = p->stream->ledger;
    assert_int_equal(piece_read(piece, ledger, 1, 6, STREAM_BYTES_MAX).n, 6);
    assert_int_equal(piece_read(piece, ledger, 2, 3, STREAM_BYTES_MAX).n, 2);
    assert_int_equal(piece_read(piece, ledger, 2, 6, 1).n, 1); /* larger than the limit: alone */
    struct raw_list two = piece_read(piece, ledger, 2, 6, STREAM_BYTES_MAX);
    size_t bytes = two.at[0].bytes.n + two.at[1].bytes.n;
    assert_int_equal(piece_read(piece, ledger, 2, 6, bytes).n, 2);
    assert_int_equal(piece_read(piece, ledger, 0, 6, 1000).n, 0);
    assert_int_equal(piece_read(piece, ledger, 4, 3, 1000).n, 0);
    assert_int_equal(piece_read(piece, ledger, 7, 9, 1000).n, 0);
    piece_destroy(&piece);
    piece_destroy(&piece); /* nothing there any more */
    pair_destroy(p);
}

/* Whatever arrives in whatever order from a coordinator that lost its tail twice: what is kept is
   the beginning of one of its histories, and with the last one's announcements and answers the
   follower ends at it. */
TEST(any_mixture_of_three_histories_ends_at_the_last) {
    enum { HISTORIES = 3, TRIALS = 120, MESSAGES = 25 };
    stream_t *at[HISTORIES];
    uint32_t seed = 7;
    for (int h = 0; h < HISTORIES; h++) { /* the same steps, each with one loss more */
        char name[32];
        snprintf(name, sizeof name, "mixture-%d", h);
        at[h] = stream_new(name, 1);
        stream_add(at[h], 9);
        if (h >= 1)
            lose_and_restore(at[h], 6, 2), stream_add(at[h], 4);
        if (h >= 2)
            lose_and_restore(at[h], 8, 3), stream_add(at[h], 3);
        at[h]->archived = (position_t) (4 + h);
    }
    for (int trial = 0; trial < TRIALS; trial++) {
        char name[32];
        snprintf(name, sizeof name, "mixture-trial-%d", trial);
        pair_t p = {.stream = at[HISTORIES - 1]};
        snprintf(p.path, sizeof p.path, "%s/%s.db", harness_folder(), name);
        pair_open(&p);
        for (int i = 0; i < MESSAGES; i++) {
            seed = seed * 1664525u + 1013904223u;
            unsigned dice = seed >> 8;
            stream_t *from = at[dice % HISTORIES];
            position_t last = ledger_last(from->ledger), first = 1 + dice / 8 % last;
            position_t until = first + dice / 128 % (last - first + 1);
            struct fetch fetch = {(int64_t) first, (int64_t) until};
            struct commit commit = stream_commit(from, first, until);
            struct events events;
            switch (dice / 1024 % 4) {
            case 0: follower_commit(p.follower, &commit, T0); break;
            case 1:
                events = stream_events(from, &fetch);
                follower_events(p.follower, &events, T0);
                break;
            case 2:
                follower_announce(p.follower, stream_announce_by(from, until, from->coordinator),
                                  T0);
                break;
            default: follower_flush(p.follower); break;
            }
            assert_int_not_equal(follower_state(p.follower), FOLLOWER_FORK);
        }
        follower_flush(p.follower);
        assert_int_equal(ledger_verify(p.ledger), 0);
        digest_t root;
        bool known = ledger_last(p.ledger) == 0;
        for (int h = 0; h < HISTORIES; h++)
            known = known || (ledger_root_at(at[h]->ledger, ledger_last(p.ledger), &root) ==
                                  LEDGER_OK &&
                              digest_equal(root, ledger_root(p.ledger)));
        assert_true(known);
        follower_announce(p.follower, stream_announce(p.stream), T0 + 1000);
        catch_up(&p, T0 + 5000);
        assert_equal_ledgers(&p);
        pair_close(&p);
    }
    for (int h = 0; h < HISTORIES; h++)
        stream_destroy(&at[h]);
}

TEST(a_site_that_pins_an_event_that_is_no_genesis_believes_no_key) {
    pair_t *p = pair_new("no-genesis");
    stream_t *odd = stream_new("no-genesis-odd", 1);
    ledger_truncate(odd->ledger, 0);
    stream_add(odd, 1); /* a first event that names no coordinator */
    ledger_t *ledger = odd->ledger;
    follower_t *follower =
        follower_new(ledger, ledger_id(ledger), &(follower_hooks_t){p, applied, reload, NULL});
    odd->id = ledger_id(ledger);
    follower_events(follower, &(struct events){.first = 1}, T0); /* no head yet to compare with */
    assert_int_equal(follower_state(follower), FOLLOWER_BEHIND);
    follower_announce(follower, stream_announce_by(odd, 1, odd->administrator), T0);
    assert_int_equal(follower_state(follower), FOLLOWER_AT_HEAD);
    assert_int_equal(follower_archived(follower), 0);
    follower_destroy(&follower);
    stream_destroy(&odd);
    pair_destroy(p);
}
