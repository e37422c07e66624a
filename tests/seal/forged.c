/* SPDX-License-Identifier: Apache-2.0
 *
 * forged: an archive's rows changed by somebody who knows how it is made, and made to fit again: leaves, root,
 * the command's digest, signatures with a key of the forger's.
 */
#include <string.h>

#include "common/base/diag.h"
#include "common/event/catalogue.h"
#include "common/ledger/checkpoint.h"
#include "common/crypto/merkle.h"
#include "tests/seal/seal.h"

static void run_sql(sqlite3 *db, const char *sql) {
    sqlite3_exec(db, sql, NULL, NULL, NULL); /* what SQLite refuses is not done */
}

void sql(sqlite3 *db, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = sqlite3_vmprintf(format, list);
    va_end(list);
    run_sql(db, text);
    sqlite3_free(text);
}

int64_t last_position(sqlite3 *db) {
    sqlite3_stmt *stmt = NULL;
    int64_t last = 0;
    if (sqlite3_prepare_v2(db, "SELECT max (position) FROM event", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        last = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return last;
}

/* What whoever knows the format would mend: leaves, frontier, root. */
void forged_mend(sqlite3 *db) {
    sqlite3_stmt *stmt = NULL, *put = NULL;
    frontier_t frontier = {0};
    sqlite3_prepare_v2(db, "SELECT position, bytes FROM event ORDER BY position", -1, &stmt, NULL);
    sqlite3_prepare_v2(db, "UPDATE event SET leaf = ?2 WHERE position = ?1", -1, &put, NULL);
    while (stmt && put && sqlite3_step(stmt) == SQLITE_ROW) {
        bytes_t bytes = {sqlite3_column_blob(stmt, 1), (size_t) sqlite3_column_bytes(stmt, 1)};
        digest_t leaf = hash_leaf(bytes);
        frontier_append(&frontier, leaf);
        sqlite3_bind_int64(put, 1, sqlite3_column_int64(stmt, 0));
        sqlite3_bind_blob(put, 2, leaf.b, 32, SQLITE_TRANSIENT);
        sqlite3_step(put);
        sqlite3_reset(put);
    }
    sqlite3_finalize(stmt);
    sqlite3_finalize(put);
    digest_t root = frontier_root(&frontier);
    if (sqlite3_prepare_v2(db, "UPDATE meta SET value = ?1 WHERE key = 'frontier.root'", -1, &put, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_blob(put, 1, root.b, 32, SQLITE_TRANSIENT);
        sqlite3_step(put);
    }
    sqlite3_finalize(put);
    run_sql(db, "DELETE FROM node");
}

/* One command said otherwise and signed with a key of the forger's, its event and its row made to fit. */
void forged_command(sqlite3 *db, bool checkpoint) {
    sqlite3_stmt *stmt = NULL, *put = NULL;
    arena_t *arena = arena_new(0);
    decoded_t event;
    buffer_t command = {0}, bytes = {0};
    signer_t *forger = signer_new();
    sqlite3_prepare_v2(db, "SELECT e.position, e.bytes FROM event e JOIN command c USING (position) WHERE e.position > ?1"
                           " ORDER BY e.position LIMIT 1", -1, &stmt, NULL);
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64) below((uint64_t) last_position(db)));
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        bytes_t found = arena_bytes(arena, (bytes_t){sqlite3_column_blob(stmt, 1),
                                                     (size_t) sqlite3_column_bytes(stmt, 1)});
        if (event_decode(found, arena, &event, NULL) == 0 && !event.derived) {
            event.command.claimed -= 1;
            record_encode(&command_record, &event.command, &command, NULL);
            event.event.command = buffer_bytes(&command);
            event.event.key = signer_key(forger);
            event.event.signature = signer_sign(forger, DOMAIN_COMMAND, buffer_bytes(&command));
            record_encode(&event_record, &event.event, &bytes, NULL);
            const struct signed_command s = {.scheme = SCHEME_ED25519,
                                             .key = event.event.key,
                                             .signature = event.event.signature,
                                             .command = event.event.command};
            buffer_clear(&command);
            sqlite3_prepare_v2(db, "UPDATE event SET bytes = ?2 WHERE position = ?1", -1, &put, NULL);
            sqlite3_bind_int64(put, 1, event.event.position);
            sqlite3_bind_blob(put, 2, bytes.p, (int) bytes.n, SQLITE_TRANSIENT);
            sqlite3_step(put);
            sqlite3_finalize(put);
            buffer_t whole = {0};
            record_encode(&signed_command_record, &s, &whole, NULL);
            digest_t digest = hash_bytes(buffer_bytes(&whole));
            buffer_free(&whole);
            sqlite3_prepare_v2(db, "UPDATE command SET digest = ?2 WHERE position = ?1", -1, &put, NULL);
            sqlite3_bind_int64(put, 1, event.event.position);
            sqlite3_bind_blob(put, 2, digest.b, 32, SQLITE_TRANSIENT);
            sqlite3_step(put);
            sqlite3_finalize(put);
        }
    }
    sqlite3_finalize(stmt);
    forged_mend(db);
    if (checkpoint) {
        tree_head_t head = {.ledger = sealed.ledger, .position = (position_t) last_position(db), .time = 1};
        buffer_t note = {0};
        checkpoint_write(forger, &head, &note);
        sql(db, "DELETE FROM checkpoint");
        if (sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO note VALUES (?1, ?2)", -1, &put, NULL) == SQLITE_OK) {
            sqlite3_bind_int64(put, 1, (int64_t) head.position);
            sqlite3_bind_blob(put, 2, note.p, (int) note.n, SQLITE_TRANSIENT);
            sqlite3_step(put);
        }
        sqlite3_finalize(put);
        buffer_free(&note);
    }
    signer_destroy(&forger);
    buffer_free(&command);
    buffer_free(&bytes);
    arena_destroy(&arena);
}
