/* SPDX-License-Identifier: Apache-2.0
 *
 * compare: a start is not believed (a flipped bit in a WAL drops rows without a word). Before
 * anything is accepted, the archiver and every configured follower say where they are; what is
 * missing here is fetched back and re-decided; what nobody has raises the epoch by a signed event;
 * two roots at one position stop everything.
 */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/crypto/signed.h"
#include "daemons/coordinator/coordinator.h"

#define COMPARE_MS 10000
#define FULL_RETRY_MS 2000
#define REFILL_RETRY_MS 2000
#define LAST_WORDS_MS 1000
#define WANTED_WAKE_MS 500
#define EPOCHS_MAX 16 /* raised at once: no follower makes us count for ever */

/* Nothing is taken any more. A moment passes before the end: a frame that waits in the other's
   socket is dropped when the connection closes, and the other is to hear where we stand. */
static void stop_with(coordinator_t *self, int exit_code) {
    self->mode = MODE_STOPPED;
    self->exit_code = exit_code;
    self->announce_due = true;
}

void coordinator_stop(coordinator_t *self, const char *why) {
    diag_alarm(DIAG_ALARM_FORK, "%s; stopped. countersign-coordinator --help says how to restore",
               why);
    stop_with(self, EX_DATAERR);
}

void compare_leave(coordinator_t *self, const surroundings_t *now, output_t *out) {
    if (!self->leave_at)
        self->leave_at = now->boot + LAST_WORDS_MS;
    output_wake(out, self->leave_at);
    if (now->boot >= self->leave_at) {
        out->stop = true;
        out->exit_code = self->exit_code;
    }
}

void compare_start(coordinator_t *self, const surroundings_t *now) {
    self->mode = MODE_COMPARING;
    self->compare_until = now->boot + COMPARE_MS;
}

static peer_t *peer_of(coordinator_t *self, pubkey_t curve) {
    for (size_t i = 0; i < self->peers_n; i++)
        if (pubkey_equal(self->peers[i].curve, curve))
            return &self->peers[i];
    self->peers = memory_grow(self->peers, (self->peers_n + 1), sizeof *self->peers);
    peer_t *peer = &self->peers[self->peers_n++];
    *peer = (peer_t){.curve = curve};
    return peer;
}

/* A follower that is not beyond us must have our root where it stands. */
static bool same_history(coordinator_t *self, const peer_t *peer) {
    digest_t root;
    if (peer->position == 0 ||
        ledger_root_at(chronicle_ledger(self->chronicle), peer->position, &root) != LEDGER_OK ||
        digest_equal(root, peer->root))
        return true;
    char why[200];
    snprintf(why, sizeof why, "this ledger and %s have different roots at position %llu",
             peer->name, (unsigned long long) peer->position);
    coordinator_stop(self, why);
    return false;
}

static bool heard(const coordinator_t *self, pubkey_t curve) {
    for (size_t i = 0; i < self->peers_n; i++)
        if (pubkey_equal(self->peers[i].curve, curve))
            return true;
    return false;
}

static void reported(const coordinator_t *self, bool *archiver, bool *others) {
    const daemon_entry_t *list;
    size_t n = context_daemons(chronicle_context(self->chronicle), &list);
    *archiver = false;
    *others = true;
    for (size_t i = 0; i < n; i++) {
        if (list[i].part == PART_ARCHIVER && heard(self, list[i].curve))
            *archiver = true;
        if ((list[i].part == PART_DEPARTMENT || list[i].part == PART_NOTIFIER) &&
            !list[i].revoked && !heard(self, list[i].curve))
            *others = false;
    }
}

/* A full disk while the ledger is made whole: `busy` goes on, and it is tried again by itself. */
static void no_room(coordinator_t *self, const surroundings_t *now) {
    diag_alarm(DIAG_DISK_FULL, "the disk is full: the ledger is made whole when there is room");
    chronicle_reload(self->chronicle);
    self->compare_again = now->boot + FULL_RETRY_MS;
}

/* The coordinator's own signed word that positions after `base` are gone (a new epoch). False: no
   room. */
static bool raise_epoch(coordinator_t *self, position_t lost_to, const surroundings_t *now) {
    const context_t *context = chronicle_context(self->chronicle);
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    const daemon_entry_t *me = context_daemon_by_curve(context, self->curve.public_key);
    insist(me);
    struct restored restored = {
        .base = (int64_t) ledger_last(ledger),
        .epoch = context_epoch(context) + 1,
        .lost_to = (int64_t) lost_to,
        .reason = self->restoring
                      ? text_of(self->restore_reason)
                      : TEXT("events that had been announced are in no ledger any more")};
    buffer_t body = {0}, bytes = {0};
    problem_t problem = {0};
    record_encode(&restored_record, &restored, &body, &problem);
    moment_t time = event_time(self, now);
    struct command command = {.ledger = self->site->ledger,
                              .id = hash_ident(DOMAIN_DAEMON_COMMAND, buffer_bytes(&body)),
                              .kind = KIND_LEDGER_RESTORED,
                              .object = context_genesis_case(context),
                              .actor = me->id,
                              .claimed = time,
                              .expiry = time + DAY_MS,
                              .body = buffer_bytes(&body)};
    record_encode(&command_record, &command, &bytes, &problem);
    signed_commands(self->signer, (buffer_t *[]){&bytes}, 1, &problem);
    position_t position;
    ledger_begin(ledger);
    if (chronicle_decide(self->chronicle, buffer_bytes(&bytes), time, &position, &problem) != 0)
        panic("ledger.restored was refused: %s", reason_name(problem.reason));
    bool done = ledger_commit(ledger) == LEDGER_OK;
    if (!done)
        no_room(self, now);
    buffer_free(&body);
    buffer_free(&bytes);
    return done;
}

/* Past every epoch that somebody is in: two histories never share one. Each counts one on from the
   last, as the rule wants it; several are passed when the ledger was set aside before the archive
   had heard of the epoch before. */
static bool raise_past_all(coordinator_t *self, position_t lost_to, const surroundings_t *now) {
    const context_t *context = chronicle_context(self->chronicle);
    int64_t highest = context_epoch(context);
    for (size_t i = 0; i < self->peers_n; i++)
        if (self->peers[i].epoch > highest)
            highest = self->peers[i].epoch;
    if (highest > context_epoch(context) + EPOCHS_MAX)
        highest = context_epoch(context) + EPOCHS_MAX;
    do
        if (!raise_epoch(self, lost_to, now))
            return false;
    while (context_epoch(context) <= highest);
    return true;
}

/* `unheard`: somebody who may have more did not report, and there is reason to think so. */
static void go(coordinator_t *self, position_t lost_to, bool unheard, const surroundings_t *now) {
    if (self->restoring) {
        diag_alarm(DIAG_ALARM_FORK, "the ledger was set aside (%s); the epoch is raised",
                   self->restore_reason);
        if (!raise_past_all(self, lost_to, now))
            return;
        self->restoring = unlink(self->restore_file) != 0;
    } else if (lost_to > ledger_last(chronicle_ledger(self->chronicle))) {
        diag_alarm(DIAG_ALARM_BEHIND,
                   "events up to %llu were announced and are nowhere; the epoch is raised",
                   (unsigned long long) lost_to);
        if (!raise_past_all(self, lost_to, now))
            return;
    } else if (unheard) {
        diag_alarm(DIAG_ALARM_BEHIND, "events were lost here, and not everybody who may have them "
                                      "has reported; the epoch is raised");
        if (!raise_past_all(self, lost_to, now))
            return;
    }
    self->mode = MODE_RUNNING;
    self->published = ledger_last(chronicle_ledger(self->chronicle));
    self->announce_due = true;
    diag_info(DIAG_STARTED, "running at position %llu", (unsigned long long) self->published);
}

static void ask(coordinator_t *self, size_t index, const surroundings_t *now, output_t *out) {
    const peer_t *peer = &self->peers[index];
    if (self->refill_from == index + 1 && now->boot - self->refill_asked < REFILL_RETRY_MS)
        return;
    struct fetch fetch = {.from = (int64_t) ledger_last(chronicle_ledger(self->chronicle)) + 1,
                          .to = (int64_t) peer->position};
    diag_warn(DIAG_ALARM_BEHIND, "%s has events up to %lld; fetching from %lld", peer->name,
              (long long) fetch.to, (long long) fetch.from);
    output_send(out, COORDINATOR_SERVICE, &peer->route, MESSAGE_FETCH, &fetch);
    self->refill_from = index + 1;
    self->refill_asked = now->boot;
}

/* An archive was restored that is known to lack events. Nobody who reported has them: nothing is
   accepted until an administrator lets it go on (ledger.resume), which raises the epoch. */
static bool behind_backup(coordinator_t *self, position_t last, position_t *lost_to) {
    position_t expected = 0;
    for (size_t i = 0; i < self->peers_n; i++)
        if (self->peers[i].expected > expected)
            expected = self->peers[i].expected;
    if (expected <= last)
        return false;
    if (expected > *lost_to)
        *lost_to = expected;
    if (self->resumed)
        return false;
    if (!self->behind_said)
        diag_alarm(DIAG_ALARM_BEHIND,
                   "the restored archive ends before event %llu, for which its archiver had signed; nothing is "
                   "accepted until somebody has the events or an administrator signs ledger.resume",
                   (unsigned long long) expected);
    self->behind_said = true;
    return true;
}

static void evaluate(coordinator_t *self, const surroundings_t *now, output_t *out) {
    position_t last = ledger_last(chronicle_ledger(self->chronicle)), lost_to = 0;
    size_t best = 0; /* + 1 */
    for (size_t i = 0; i < self->peers_n; i++) {
        const peer_t *peer = &self->peers[i];
        if (self->restoring && !peer->archiver)
            continue; /* they followed what was set aside */
        if (peer->position <= last && !same_history(self, peer))
            return;
        if (peer->position <= last)
            continue;
        if (peer->position > lost_to)
            lost_to = peer->position;
        bool can = !peer->exhausted && peer->tail && peer->tail <= last + 1;
        bool better =
            !best || peer->archiver ||
            (!self->peers[best - 1].archiver && peer->position > self->peers[best - 1].position);
        if (can && better)
            best = i + 1;
    }
    if (best) {
        ask(self, best - 1, now, out);
        return;
    }
    if (behind_backup(self, last, &lost_to))
        return;
    bool archiver, others;
    reported(self, &archiver, &others);
    /* the others' events count for nothing after a restore, but their epoch does */
    bool enough = self->restoring
                      ? archiver && (others || now->boot >= self->compare_until)
                      : (archiver && others) ||
                            (self->resumed && now->boot >= self->compare_until) ||
                            (archiver && now->boot >= self->compare_until) ||
                            (others && now->boot >= self->compare_until && !archiver && last > 1);
    if (last == 1 && !self->restoring && others && lost_to <= 1)
        enough = true; /* a new site: nothing but the genesis, and nobody else knows of more */
    if (last && enough)
        go(self, lost_to, (self->resumed || self->refilled) && !(archiver && others), now);
}

void compare_tick(coordinator_t *self, const surroundings_t *now, output_t *out) {
    if (self->mode == MODE_COMPARING && now->boot >= self->compare_again &&
        !ledger_in_transaction(chronicle_ledger(self->chronicle)))
        evaluate(self, now, out);
}

void compare_blobs(coordinator_t *self, const surroundings_t *now, output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (!self->lacks_blobs || ledger_in_transaction(ledger))
        return;
    self->lacks_blobs = wanted_first(ledger) != 0;
    for (size_t i = 0; self->lacks_blobs && i < self->peers_n; i++)
        if (self->peers[i].archiver)
            wanted_ask(ledger, &self->turn, COORDINATOR_SERVICE, &self->peers[i].route, now->boot,
                       out);
    if (self->lacks_blobs)
        output_wake(out, now->boot + WANTED_WAKE_MS);
}

static void answer_hello(coordinator_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    if (ledger_in_transaction(chronicle_ledger(self->chronicle)) ||
        !ledger_last(chronicle_ledger(self->chronicle))) {
        self->announce_due = true;
        return;
    }
    struct announce announce;
    buffer_t room = {0};
    stream_announce(self, now, &announce, &room);
    output_send(out, COORDINATOR_SERVICE, &in->route, MESSAGE_ANNOUNCE, &announce);
    buffer_free(&room);
}

/* While running: a follower of this epoch must be on our history, and not beyond it. */
static void check_running(coordinator_t *self, const peer_t *peer, int64_t epoch) {
    if (epoch < context_epoch(chronicle_context(self->chronicle)))
        return; /* it rebuilds from the base when it hears of the new epoch */
    if (peer->position <= self->published) {
        same_history(self, peer);
        return;
    }
    if (peer->position > ledger_last(chronicle_ledger(self->chronicle))) {
        char why[200];
        snprintf(why, sizeof why,
                 "%s is at %llu, beyond this ledger: events were lost here; starting again to "
                 "fetch them back",
                 peer->name, (unsigned long long) peer->position);
        diag_alarm(DIAG_ALARM_BEHIND, "%s", why);
        stop_with(self, EX_TEMPFAIL); /* the next start compares, and fetches them back */
    }
}

void compare_hello(coordinator_t *self, const input_t *in, const struct hello *body,
                   const surroundings_t *now, output_t *out) {
    if (!digest_equal(body->ledger, self->site->ledger)) {
        diag_warn(DIAG_REFUSED_PEER, "%.*s follows another ledger", (int) body->name.n,
                  body->name.p);
        return;
    }
    peer_t *peer = peer_of(self, in->peer);
    peer->route = in->route;
    peer->position = (position_t) body->position;
    peer->root = body->root;
    peer->tail = (position_t) body->tail;
    peer->expected = (position_t) body->expected;
    peer->epoch = body->epoch;
    peer->exhausted = false;
    peer->archiver = pubkey_equal(in->peer, self->site->archiver_curve);
    snprintf(peer->name, sizeof peer->name, "%.*s", (int) body->name.n, body->name.p);
    answer_hello(self, in, now, out);
    if (self->mode == MODE_COMPARING)
        compare_tick(self, now, out);
    else
        check_running(self, peer, body->epoch);
}

static int take_back(coordinator_t *self, bytes_t bytes, problem_t *problem) {
    decoded_t event;
    if (event_decode(bytes, self->arena, &event, problem) != 0)
        return -1;
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (event.event.position != (int64_t) ledger_last(ledger) + 1)
        return 0; /* an answer to an earlier question */
    if (event.event.position == 1 && !digest_equal(hash_leaf(bytes), self->site->ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger",
                           "not the genesis that the site file names");
    if (chronicle_verify(self->chronicle, &event, bytes, problem) != 0)
        return -1;
    chronicle_append(self->chronicle, &event, bytes);
    if (wanted_note(ledger, &event))
        self->lacks_blobs = true;
    if (event.info->kind == KIND_BLOB_ERASE)
        self->erase_after = (position_t) event.event.position;
    return 0;
}

void compare_events(coordinator_t *self, const input_t *in, const struct events *body,
                    const surroundings_t *now, output_t *out) {
    if (self->mode != MODE_COMPARING)
        return;
    peer_t *peer = peer_of(self, in->peer);
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    problem_t problem = {0};
    position_t before = ledger_last(ledger);
    self->refill_from = 0;
    if (ledger_in_transaction(ledger))
        submit_flush(self, now, out); /* a blob came in with them */
    ledger_begin(ledger);
    for (size_t i = 0; i < body->events.n && !problem.reason; i++)
        take_back(self, body->events.at[i].bytes, &problem);
    if (ledger_commit(ledger) != LEDGER_OK) {
        no_room(self, now);
        return;
    }
    if (problem.reason)
        diag_alarm(DIAG_ALARM_DECISION, "%s gave an event that does not follow: %s %s", peer->name,
                   reason_name(problem.reason), problem.detail);
    if (problem.reason || ledger_last(ledger) == before)
        peer->exhausted = true;
    self->refilled |= ledger_last(ledger) > before;
    if (before ==
        0) /* from here on the directory lets the others in: they have their time to report, too */
        self->compare_until = now->boot + COMPARE_MS;
    self->published = ledger_last(ledger);
    compare_tick(self, now, out);
}
