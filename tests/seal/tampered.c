/* SPDX-License-Identifier: Apache-2.0
 *
 * tampered: the sealed file changed in one of several ways, and audited.
 */
#include <stdio.h>

#include "common/base/diag.h"
#include "tests/seal/seal.h"

enum { SCRIBBLE, SWAP, DELETE_ROW, DELETE_TAIL, INSERT, TRUNCATE_FILE, FORGE, FORGE_ALL, DOCUMENT, NOTES, WAYS };
static const char *const ways[] = {"scribbled over",      "two rows swapped",    "a row deleted",
                                   "the end deleted",     "a row inserted",      "the file cut",
                                   "signed with another key", "and its checkpoint", "a document changed",
                                   "checkpoints taken away or moved"};

static void tamper_rows(sqlite3 *db, int way) {
    long long last = last_position(db);
    long long a = 1 + (long long) below((uint64_t) last), b = 1 + (long long) below((uint64_t) last);
    bool mends = below(2);
    switch (way) {
    case SWAP:
        sql(db, "CREATE TEMP TABLE t AS SELECT * FROM event WHERE position IN (%lld, %lld)", a, b);
        sql(db, "UPDATE event SET bytes = (SELECT bytes FROM t WHERE position = %lld), leaf = (SELECT leaf FROM t WHERE position = %lld) WHERE position = %lld", b, b, a);
        sql(db, "UPDATE event SET bytes = (SELECT bytes FROM t WHERE position = %lld), leaf = (SELECT leaf FROM t WHERE position = %lld) WHERE position = %lld", a, a, b);
        sql(db, "DROP TABLE temp.t");
        break;
    case DELETE_ROW:
        sql(db, "DELETE FROM event WHERE position = %lld", a);
        if (mends)
            sql(db, "DELETE FROM command WHERE position = %lld", a);
        break;
    case DELETE_TAIL:
        sql(db, "DELETE FROM event WHERE position > %lld", last - 1 - (long long) below(20));
        sql(db, "DELETE FROM command WHERE position > (SELECT max (position) FROM event)");
        sql(db, "DELETE FROM note WHERE position > (SELECT max (position) FROM event)");
        break;
    case INSERT:
        sql(db, "INSERT INTO event SELECT %lld, scope, opens, object, leaf, bytes FROM event WHERE position = %lld", last + 1, a);
        break;
    case DOCUMENT:
        sql(db, below(2) ? "DELETE FROM blob WHERE address = (SELECT address FROM blob LIMIT 1 OFFSET %lld)"
                         : "UPDATE blob SET salted = randomblob (length (salted)) WHERE address = (SELECT address FROM blob LIMIT 1 OFFSET %lld)",
            (long long) below(8));
        break;
    case NOTES:
        sql(db, below(2) ? "DELETE FROM note WHERE position >= %lld" : "UPDATE note SET position = position - 1 WHERE position >= %lld", a);
        break;
    default: break;
    }
    if (mends)
        forged_mend(db);
}

void tampered(uint64_t number, uint64_t seed, counts_t *counts, const char *path) {
    draw_from(seed * UINT64_C(1000003) + number);
    int way = (int) below(WAYS);
    buffer_t image = {0};
    buffer_put(&image, sealed.file.p, sealed.file.n);
    if (way == SCRIBBLE) {
        size_t at = below(image.n), n = 1 + below(64);
        for (size_t i = at; i < at + n && i < image.n; i++)
            image.p[i] = (uint8_t) draw();
    } else if (way == TRUNCATE_FILE) {
        image.n = below(image.n);
    } else {
        sqlite3 *db = NULL;
        file_write(path, image.p, image.n);
        insist(sqlite3_open(path, &db) == SQLITE_OK);
        sql(db, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN");
        if (way == FORGE || way == FORGE_ALL)
            forged_command(db, way == FORGE_ALL);
        else
            tamper_rows(db, way);
        sql(db, "COMMIT");
        sqlite3_close(db);
        buffer_free(&image);
        image = file_read(path);
    }
    if (!image_judged(&image, path, counts))
        printf("tamper %llu of seed %llu, %s: called sound\n", (unsigned long long) number,
               (unsigned long long) seed, ways[way]);
    buffer_free(&image);
}
