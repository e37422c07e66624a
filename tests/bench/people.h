/* SPDX-License-Identifier: Apache-2.0
 *
 * people: the benchmark's persons and daemons, by their keys in a site that `tests/bench/run` has
 * made, and what they sign.
 */
#ifndef COUNTERSIGN_TESTS_BENCH_PEOPLE_H
#define COUNTERSIGN_TESTS_BENCH_PEOPLE_H

#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/crypto/signed.h"
#include "common/daemon/site.h"
#include "common/event/event.h"

typedef struct someone { const signer_t *signer; ident_t id, station; } someone_t;

static inline signer_t *key_of(const site_t *site, const char *handle, const char *passphrase) {
    char path[512];
    signer_t *signer = NULL;
    problem_t problem = {0};
    if (keyfile_read_signer(site_path(site, path, sizeof path, "people", handle, ".key"),
                            passphrase, &signer, &problem) != 0)
        diag_fatal(EX_NOINPUT, DIAG_GENERAL, "%s: %s", path, problem.detail);
    return signer;
}

/* Appends the canonical command, to be signed. */
static inline ident_t make_command(const someone_t *who, digest_t ledger, struct command command,
                                   const void *body, moment_t now, buffer_t *out) {
    buffer_t encoded = {0};
    problem_t problem = {0};
    if (record_encode(kind_info(command.kind)->body, body, &encoded, &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s %s", problem.field, problem.detail);
    command.ledger = ledger;
    command.id = ident_random(now);
    command.actor = who->id;
    command.station = who->station;
    command.claimed = now;
    command.expiry = now + 86400000;
    command.body = encoded.n > 1 ? buffer_bytes(&encoded) : (bytes_t){NULL, 0};
    if (record_encode(&command_record, &command, out, &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s %s", problem.field, problem.detail);
    buffer_free(&encoded);
    return command.id;
}

/* *out, empty before, becomes the canonical signed_command. */
static inline ident_t sign_command(const someone_t *who, digest_t ledger, struct command command,
                                   const void *body, moment_t now, buffer_t *out) {
    problem_t problem = {0};
    ident_t id = make_command(who, ledger, command, body, now, out);
    if (signed_commands(who->signer, &out, 1, &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s %s", problem.field, problem.detail);
    return id;
}

/* One piece of a standard product, written: a regular order that every rule accepts. */
static inline struct order_content small_order(ident_t customer, day_t wanted,
                                               struct order_line *line,
                                               struct requirement *requirement) {
    *line = (struct order_line){.no = 1,
                                .product = TEXT("P10"),
                                .name = TEXT("铜衬套 20×26×30"),
                                .drawing = TEXT("WY-P10 A"),
                                .quantity = DECIMAL_ONE,
                                .unit = TEXT("件"),
                                .price = 12500000,
                                .currency = TEXT("CNY"),
                                .wanted = wanted};
    *requirement = (struct requirement){.no = 1, .kind = REQUIREMENT_STATED, .subject = SUBJECT_DELIVERY,
                                        .text = TEXT("按期交付，防锈袋独立包装，外箱贴批号")};
    return (struct order_content){.customer = customer,
                                  .channel = CHANNEL_WRITTEN,
                                  .customer_order = TEXT("PO-1"),
                                  .lines = {line, 1},
                                  .requirements = {requirement, 1}};
}

static inline void regular_answers(struct answer out[5]) {
    static const enum question questions[5] = {QUESTION_SPECIFIED, QUESTION_CONFIRMED,
                                               QUESTION_DIFFERENCES, QUESTION_ABLE,
                                               QUESTION_CHANGES};
    for (int i = 0; i < 5; i++)
        out[i] = (struct answer){.question = questions[i], .answer = ANSWER_YES};
}

#endif
