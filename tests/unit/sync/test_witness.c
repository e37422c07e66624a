/* SPDX-License-Identifier: Apache-2.0
 *
 * witness: the last checkpoint that was seen is replaced by one that goes on from it, and by nothing
 * else: by a follower's own events, or by a proof.
 */
#include "common/sync/witness.h"
#include "tests/unit/sync/stream.h"

static void note_at(stream_t *stream, position_t position, const signer_t *archiver, buffer_t *out) {
    tree_head_t head = {.ledger = stream->id, .position = position, .time = T0};
    buffer_clear(out);
    assert_int_equal(ledger_root_at(stream->ledger, position, &head.root), LEDGER_OK);
    checkpoint_write(archiver, &head, out);
}

static witnessed_t take(stream_t *stream, const buffer_t *note, problem_t *problem) {
    witnessed_t found =
        witness_take(stream->ledger, signer_key(stream->administrator), buffer_bytes(note), problem);
    if (ledger_in_transaction(stream->ledger))
        assert_int_equal(ledger_commit(stream->ledger), LEDGER_OK);
    return found;
}

static position_t kept(stream_t *stream) {
    buffer_t bytes = {0};
    signed_note_t note;
    tree_head_t head = {.position = 0};
    if (ledger_get_meta(stream->ledger, "checkpoint", &bytes) == LEDGER_OK)
        assert_int_equal(checkpoint_read(buffer_bytes(&bytes), &note, &head, NULL), 0);
    buffer_free(&bytes);
    return head.position;
}

TEST(a_newer_checkpoint_of_the_same_history_takes_the_place) {
    stream_t *stream = stream_new("newer", 1);
    buffer_t note = {0};
    stream_add(stream, 20);
    assert_int_equal(kept(stream), 0);
    note_at(stream, 10, stream->administrator, &note);
    assert_int_equal(take(stream, &note, NULL), WITNESS_KEPT);
    assert_int_equal(kept(stream), 10);
    note_at(stream, 21, stream->administrator, &note);
    assert_int_equal(take(stream, &note, NULL), WITNESS_KEPT);
    assert_int_equal(take(stream, &note, NULL), WITNESS_KEPT);
    assert_int_equal(kept(stream), 21);
    note_at(stream, 15, stream->administrator, &note); /* true, and older */
    assert_int_equal(take(stream, &note, NULL), WITNESS_OLD);
    assert_int_equal(kept(stream), 21);
    stream_destroy(&stream);
    buffer_free(&note);
}

/* What turned on the disk is nothing that was seen: the next true one takes its place. */
TEST(a_kept_checkpoint_that_cannot_be_read_is_none) {
    stream_t *stream = stream_new("garbled", 1);
    buffer_t note = {0};
    stream_add(stream, 20);
    ledger_begin(stream->ledger);
    ledger_put_meta(stream->ledger, "checkpoint", (bytes_t){(const uint8_t *) "no note", 7});
    assert_int_equal(ledger_commit(stream->ledger), LEDGER_OK);
    note_at(stream, 10, stream->administrator, &note);
    assert_int_equal(take(stream, &note, NULL), WITNESS_KEPT);
    assert_int_equal(kept(stream), 10);
    stream_destroy(&stream);
    buffer_free(&note);
}

TEST(a_checkpoint_of_events_that_are_not_here_waits) {
    stream_t *stream = stream_new("waits", 1), *ahead = stream_new("ahead", 1);
    buffer_t note = {0};
    stream_add(ahead, 9);
    note_at(ahead, 10, ahead->administrator, &note);
    assert_int_equal(take(stream, &note, NULL), WITNESS_LATER);
    assert_int_equal(kept(stream), 0);
    stream_add(stream, 9);
    assert_int_equal(take(stream, &note, NULL), WITNESS_KEPT);
    stream_destroy(&stream);
    stream_destroy(&ahead);
    buffer_free(&note);
}

TEST(another_history_is_refused_and_named) {
    stream_t *stream = stream_new("ours", 1), *other = stream_new("theirs", 2);
    buffer_t note = {0};
    problem_t problem = {0};
    stream_add(stream, 9);
    stream_add(other, 9);
    note_at(other, 7, other->administrator, &note);
    assert_int_equal(take(stream, &note, &problem), WITNESS_FORK);
    assert_non_null(strstr(problem.detail, "position 7"));
    assert_int_equal(kept(stream), 0);
    stream_destroy(&stream);
    stream_destroy(&other);
    buffer_free(&note);
}

TEST(a_strangers_checkpoint_is_not_looked_at) {
    stream_t *stream = stream_new("stranger", 1);
    buffer_t note = {0};
    problem_t problem = {0};
    stream_add(stream, 5);
    note_at(stream, 5, stream->coordinator, &note);
    assert_int_equal(take(stream, &note, &problem), WITNESS_STRANGE);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    assert_int_equal(kept(stream), 0);
    stream_destroy(&stream);
    buffer_free(&note);
}

/* ---- by a proof ---- */

static witnessed_t follow(stream_t *stream, const tree_head_t *from, position_t to, bool spoil,
                          tree_head_t *head, problem_t *problem) {
    digest_t proof[64];
    size_t n = 0;
    buffer_t note = {0};
    note_at(stream, to, stream->administrator, &note);
    if (from->position && from->position < to)
        assert_int_equal(ledger_consistency(stream->ledger, from->position, to, proof, &n), 0);
    if (spoil && n)
        proof[n / 2].b[4] ^= 1;
    witnessed_t found = witness_follow(from, stream->id, signer_key(stream->administrator),
                                       buffer_bytes(&note), proof, n, head, problem);
    buffer_free(&note);
    return found;
}

TEST(a_witness_without_events_goes_on_by_proofs) {
    stream_t *stream = stream_new("proofs", 1);
    tree_head_t seen = {.position = 0}, next;
    problem_t problem = {0};
    stream_add(stream, 40);
    assert_int_equal(follow(stream, &seen, 13, false, &seen, &problem), WITNESS_KEPT);
    assert_int_equal(seen.position, 13);
    for (position_t to = 13; to <= 41; to++)
        assert_int_equal(follow(stream, &seen, to, false, &next, &problem), WITNESS_KEPT);
    assert_int_equal(follow(stream, &seen, 30, true, &next, &problem), WITNESS_FORK);
    assert_non_null(strstr(problem.detail, "position 13"));
    assert_non_null(strstr(problem.detail, "position 30"));
    assert_int_equal(follow(stream, &seen, 12, false, &next, &problem), WITNESS_OLD);
    assert_non_null(strstr(problem.detail, "step back"));
    stream_destroy(&stream);
}

TEST(a_witness_is_not_led_to_another_history) {
    stream_t *stream = stream_new("here", 1), *other = stream_new("there", 2);
    tree_head_t seen = {.position = 0}, next;
    stream_add(stream, 20);
    stream_add(other, 30);
    assert_int_equal(follow(stream, &seen, 13, false, &seen, NULL), WITNESS_KEPT);
    assert_int_equal(follow(other, &seen, 25, false, &next, NULL), WITNESS_FORK);
    assert_int_equal(follow(other, &seen, 13, false, &next, NULL), WITNESS_FORK);
    stream_destroy(&stream);
    stream_destroy(&other);
}
