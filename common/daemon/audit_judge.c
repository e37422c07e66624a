/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_judge: what an event means, behind its form: whose it is, whether it could be decided so, the
 * documents that it names, its number, its time. Events come in order; past the first that could not
 * be decided so, or whose row is not what it says, states are not known any more, and nothing more is
 * decided: signatures, hashes and checkpoints are looked at to the end.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/daemon/audit_internal.h"
#include "common/domain/case.h"
#include "common/event/named.h"
#include "common/ledger/blobs.h"

#define MISSING_MAX 10000

/* ---- documents ---- */

typedef struct named { audit_run_t *run; const audit_row_t *row; } named_t;

static bool look_for(void *arg, digest_t blob) {
    const named_t *named = arg;
    audit_run_t *self = named->run;
    buffer_t salted = {0};
    self->out->documents++;
    if (blobs_try_get(self->db, blob, &salted) != SQLITE_ROW) {
        if (self->missing_n < MISSING_MAX) { /* perhaps erased by a later event */
            self->missing =
                memory_grow(self->missing, self->missing_n + 1, sizeof *self->missing);
            self->missing_at =
                memory_grow(self->missing_at, self->missing_n + 1, sizeof *self->missing_at);
            self->missing[self->missing_n] = blob;
            self->missing_at[self->missing_n++] = named->row->position;
        }
    } else if (!digest_equal(blob_address(buffer_bytes(&salted)), blob)) {
        audit_find(self, FINDING_DOCUMENT_CHANGED, named->row->position, &named->row->event);
    }
    buffer_free(&salted);
    return true;
}

void audit_judge_end(audit_run_t *self) {
    const context_t *context = chronicle_context(self->out->chronicle);
    for (size_t i = 0; i < self->missing_n; i++)
        if (context_erased(context, self->missing[i]))
            self->out->erased++;
        else
            audit_find(self, FINDING_DOCUMENT_MISSING, self->missing_at[i], NULL);
}

/* ---- numbers ---- */

static void check_number(audit_run_t *self, const audit_row_t *row) {
    const struct numbered *body = row->event.body;
    audit_series_t *series = NULL;
    for (size_t i = 0; i < self->series_n; i++)
        if (self->series[i].series == (int64_t) body->series && self->series[i].year == body->year)
            series = &self->series[i];
    if (!series && self->series_n < AUDIT_SERIES_MAX) {
        series = &self->series[self->series_n++];
        *series = (audit_series_t){(int64_t) body->series, body->year, 0};
    }
    if (series && body->running != series->last + 1)
        audit_find(self, FINDING_NUMBER, row->position, &row->event);
    if (series)
        series->last = body->running;
}

/* ---- decisions ---- */

static void fold(audit_run_t *self, const audit_row_t *row) {
    ledger_take(chronicle_ledger(self->out->chronicle), &row->event, &self->frontier);
    chronicle_fold(self->out->chronicle, &row->event, row->bytes);
    self->out->decided_to = row->position;
}

static void check_case(audit_run_t *self, const audit_row_t *row) {
    chronicle_t *chronicle = self->out->chronicle;
    const case_t *of = chronicle_case(chronicle, row->event.event.object);
    const char *broken = of ? case_invariant(of, chronicle_context(chronicle)) : NULL;
    if (!broken)
        return;
    finding_t *finding = audit_find(self, FINDING_IMPOSSIBLE, row->position, &row->event);
    problem_set(&finding->problem, REASON_WRONG_STATE, "", "%s", broken);
    self->broken = true;
}

static void decide(audit_run_t *self, const audit_row_t *row) {
    problem_t problem = {0};
    if (chronicle_verify(self->out->chronicle, &row->event, row->bytes, &problem) != 0) {
        self->broken = true;
        if (!row->checked || row->valid) /* said already */
            audit_find(self, FINDING_DECISION, row->position, &row->event)->problem = problem;
        return;
    }
    self->out->decisions++;
    fold(self, row);
    if (scope_of_cases(row->event.info->scope))
        check_case(self, row);
}

/* Without decisions: who was who and which key the archiver's was, all the same. */
static void follow(audit_run_t *self, const audit_row_t *row) {
    if (!scope_of_cases(row->event.info->scope) && row->event.info->kind != KIND_NUMBERED)
        fold(self, row);
    else {
        ledger_take(chronicle_ledger(self->out->chronicle), &row->event, &self->frontier);
        self->out->decided_to = row->position;
    }
}

static void check_event(audit_run_t *self, const audit_row_t *row) {
    const decoded_t *e = &row->event;
    if (self->options->now && e->event.time > self->options->now + DAY_MS)
        audit_find(self, FINDING_TIME, row->position, e);
    if (row->checked) {
        self->out->signatures++;
        if (!row->valid)
            audit_find(self, FINDING_SIGNATURE, row->position, e);
    }
    if (e->info->kind == KIND_NUMBERED || e->info->kind == KIND_CUSTOMER_NUMBERED)
        check_number(self, row);
    named_t named = {self, row};
    if (self->has_documents && !self->damaged && !e->derived)
        named_blobs(e->info->kind, e->body, look_for, &named);
    self->out->last_time = e->event.time;
    if (row->position == 1)
        self->out->first_time = e->event.time;
}

void audit_judge(audit_run_t *self, const audit_row_t *row) {
    audit_t *out = self->out;
    self->row = row;
    if (row->position == 1) {
        out->ledger = row->leaf;
        if (self->options->ledger && !digest_equal(*self->options->ledger, row->leaf))
            audit_find(self, FINDING_OTHER_LEDGER, 1, NULL);
    }
    if (!row->readable || !row->filed || row->position != out->decided_to + 1)
        self->broken = true;
    if (row->readable)
        check_event(self, row);
    if (!self->broken) {
        if (self->options->decisions)
            decide(self, row);
        else
            follow(self, row);
    }
    vouched_check(self, row);
}
