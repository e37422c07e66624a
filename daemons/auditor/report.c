/* SPDX-License-Identifier: Apache-2.0
 *
 * report: one HTML page that opens from a USB stick: what the audit came to, the record by clause, the
 * signatures, the figures. Nothing is fetched, nothing is run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/exchange/case_json.h"
#include "common/exchange/event_json.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/auditor/auditor.h"

#define SECTION_ROWS 5000 /* of one clause; the rest is in events.db */

static const char style[] =
    "body{font:15px/1.5 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:2em auto;max-width:72em;"
    "padding:0 1em;color:#222}h1{font-size:1.5em}h2{font-size:1.2em;margin-top:2em;border-bottom:1px solid "
    "#ccc}table{border-collapse:collapse;width:100%;font-size:13px}td,th{text-align:left;padding:.25em "
    ".6em;border-bottom:1px solid #eee;vertical-align:top}th{background:#f6f6f6}.sound{color:#0a6b2d}.not{"
    "color:#a8071a}code{font-size:12px;word-break:break-all}@media print{h2{break-after:avoid}}";

static void put_escaped(buffer_t *out, const char *text) {
    for (const char *p = text ? text : ""; *p; p++)
        if (*p == '<')
            buffer_text(out, "&lt;");
        else if (*p == '>')
            buffer_text(out, "&gt;");
        else if (*p == '&')
            buffer_text(out, "&amp;");
        else if (*p == '"')
            buffer_text(out, "&quot;");
        else
            buffer_put(out, p, 1);
}

static void put_cell(buffer_t *out, const char *text) {
    buffer_text(out, "<td>");
    put_escaped(out, text);
    buffer_text(out, "</td>");
}

static void put_heading(buffer_t *out, const char *id, const char *text) {
    buffer_format(out, "<h2 id=\"%s\">", id);
    put_escaped(out, text);
    buffer_text(out, "</h2>\n");
}

/* What the event says, in a few words: what the screens say of it, too. */
static void put_words(buffer_t *out, const json_t *event) {
    static const char *const words[] = {"verdict", "outcome", "meaning", "severity", "ending", "stage", NULL};
    static const char *const texts[] = {"number", "name", "reason", "text", NULL};
    const json_t *body = json_object_get(event, "body");
    buffer_text(out, "<td>");
    for (size_t i = 0; words[i]; i++)
        if (show_string(body, words[i])[0]) {
            put_escaped(out, show_word(body, words[i], words[i]));
            buffer_text(out, " ");
        }
    for (size_t i = 0; texts[i]; i++) {
        put_escaped(out, show_string(body, texts[i]));
        buffer_text(out, " ");
    }
    buffer_text(out, "</td>");
}

typedef struct sheet_html {
    auditor_t *self;
    buffer_t *out;
    const char *clause;
    const ident_t *only;
    position_t from, to;
    size_t rows;
    bool signatures;  /* those alone */
} sheet_html_t;

static void put_row(sheet_html_t *sheet, const decoded_t *event) {
    char position[24];
    view_t view = archive_view(sheet->self);
    json_t *json = event_json(event, &view);
    const case_t *of = scope_of_cases(event->info->scope)
                           ? chronicle_case(sheet->self->chronicle, event->event.object)
                           : NULL;
    char number[48] = "";
    if (of)
        snprintf(number, sizeof number, "%.*s", (int) of->number.n, of->number.p);
    snprintf(position, sizeof position, "%lld", (long long) event->event.position);
    buffer_format(sheet->out, sheet->signatures ? "<tr>" : "<tr id=\"e%s\">", position);
    if (sheet->signatures)
        buffer_format(sheet->out, "<td><a href=\"#e%s\">%s</a></td>", position, position);
    else
        put_cell(sheet->out, position);
    char time[24];
    snprintf(time, sizeof time, "%.10s %.5s UTC", show_string(json, "time"), show_string(json, "time") + 11);
    put_cell(sheet->out, time);
    put_cell(sheet->out, language_word("kind", event->info->name));
    put_cell(sheet->out, number);
    put_cell(sheet->out, show_who(json, "by"));
    put_words(sheet->out, json);
    buffer_text(sheet->out, "</tr>\n");
    json_decref(json);
}

static bool wanted(const sheet_html_t *sheet, const decoded_t *event, position_t position) {
    if (position < sheet->from || position > sheet->to ||
        (sheet->only && scope_of_cases(event->info->scope) &&
         !ident_equal(*sheet->only, event->event.object)))
        return false;
    if (sheet->signatures)
        return event->info->kind == KIND_ROUND_SIGN || event->info->kind == KIND_ROUND_CONCLUDE;
    return strcmp(clause_of(event->info->kind), sheet->clause) == 0;
}

static int put_event(void *arg, position_t position, bytes_t bytes) {
    sheet_html_t *sheet = arg;
    decoded_t event;
    arena_t *arena = arena_new(0);
    if (event_decode(bytes, arena, &event, NULL) == 0 && wanted(sheet, &event, position) &&
        sheet->rows++ < SECTION_ROWS)
        put_row(sheet, &event);
    arena_destroy(&arena);
    return 0;
}

static void put_table(sheet_html_t *sheet) {
    static const char *const heads[] = {N_("event"), N_("time"), N_("what"), N_("case"), N_("who"), N_("says")};
    buffer_text(sheet->out, "<table><tr>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        buffer_text(sheet->out, "<th>");
        put_escaped(sheet->out, _(heads[i]));
        buffer_text(sheet->out, "</th>");
    }
    buffer_text(sheet->out, "</tr>\n");
    sheet->rows = 0;
    ledger_walk(chronicle_ledger(sheet->self->chronicle), sheet->from, sheet->to, put_event, sheet);
    buffer_text(sheet->out, "</table>\n");
    if (sheet->rows > SECTION_ROWS)
        buffer_format(sheet->out, _("<p>%zu more in events.db</p>\n"), sheet->rows - SECTION_ROWS);
}

static void put_verdict(auditor_t *self, const audit_t *audit, buffer_t *out) {
    char hex[65], from[32], to[32];
    buffer_format(out, "<p class=\"%s\"><b>", audit->found ? "not" : "sound");
    put_escaped(out, audit->found ? _("Not sound: see the findings.") : _("Sound: nothing was found."));
    buffer_text(out, "</b></p><p>");
    buffer_format(out, _("Record <code>%s</code>, %llu events, %.10s to %.10s."),
                  hex_print(audit->ledger.b, 32, hex), (unsigned long long) audit->last,
                  moment_print(audit->first_time, from), moment_print(audit->last_time, to));
    buffer_text(out, "</p><p>");
    buffer_format(out,
                  _("%llu signatures checked, %llu decisions made again by the procedure in force, %llu "
                    "documents, %llu checkpoints."),
                  (unsigned long long) audit->signatures, (unsigned long long) audit->decisions,
                  (unsigned long long) audit->documents, (unsigned long long) audit->checkpoints);
    buffer_format(out, "</p><p>root <code>%s</code></p>\n", hex_print(audit->root.b, 32, hex));
    if (audit->newest.position) {
        buffer_text(out, "<p>");
        buffer_format(out, _("Newest checkpoint: event %llu, %s."), (unsigned long long) audit->newest.position,
                      moment_print(audit->newest.time, from));
        buffer_text(out, "</p>\n");
    }
    (void) self;
}

static void put_findings(const audit_t *audit, buffer_t *out) {
    put_heading(out, "findings", _("Findings"));
    if (audit->findings_n == 0) {
        buffer_text(out, "<p>");
        put_escaped(out, _("None."));
        buffer_text(out, "</p>\n");
        return;
    }
    buffer_text(out, "<table>");
    for (size_t i = 0; i < audit->findings_n; i++) {
        const finding_t *f = &audit->findings[i];
        char position[24];
        snprintf(position, sizeof position, "%llu", (unsigned long long) f->position);
        buffer_text(out, "<tr>");
        put_cell(out, position);
        put_cell(out, f->number);
        put_cell(out, finding_text(f->kind));
        put_cell(out, f->problem.reason ? reason_text(f->problem.reason) : "");
        put_cell(out, f->problem.detail);
        buffer_text(out, "</tr>\n");
    }
    buffer_text(out, "</table>\n");
}

typedef struct figures { uint64_t of[512]; position_t from, to; const ident_t *only; } figures_t;

static int count_event(void *arg, position_t position, bytes_t bytes) {
    figures_t *figures = arg;
    decoded_t event;
    arena_t *arena = arena_new(0);
    (void) position;
    if (event_decode(bytes, arena, &event, NULL) == 0 && (int) event.info->kind < 512 &&
        (!figures->only || ident_equal(*figures->only, event.event.object)))
        figures->of[event.info->kind]++;
    arena_destroy(&arena);
    return 0;
}

static void put_statistics(auditor_t *self, position_t from, position_t to, const ident_t *only,
                           buffer_t *out) {
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    figures_t *figures = arena_alloc(self->arena, sizeof *figures);
    memset(figures, 0, sizeof *figures);
    figures->only = only;
    put_heading(out, "statistics", _("Figures"));
    ledger_walk(chronicle_ledger(self->chronicle), from, to, count_event, figures);
    buffer_text(out, "<table>");
    for (size_t i = 0; i < n; i++) {
        char count[24];
        if (!figures->of[kinds[i].kind])
            continue;
        snprintf(count, sizeof count, "%llu", (unsigned long long) figures->of[kinds[i].kind]);
        buffer_text(out, "<tr>");
        put_cell(out, language_word("kind", kinds[i].name));
        put_cell(out, clause_of(kinds[i].kind));
        put_cell(out, count);
        buffer_text(out, "</tr>\n");
    }
    buffer_text(out, "</table>\n");
}

/* The clauses in their order, each once. */
static size_t list_clauses(const char *only, const char *out[64]) {
    size_t n, found = 0;
    const kind_info_t *kinds = kind_list(&n);
    for (size_t i = 0; i < n; i++) {
        const char *clause = clause_of(kinds[i].kind);
        bool known = clause[0] == '\0' || (only && strncmp(clause, only, strlen(only)) != 0);
        for (size_t k = 0; k < found && !known; k++)
            known = strcmp(out[k], clause) == 0;
        if (!known && found < 64)
            out[found++] = clause;
    }
    for (size_t i = 0; i < found; i++)
        for (size_t k = i + 1; k < found; k++)
            if (strcmp(out[k], out[i]) < 0) {
                const char *swap = out[i];
                out[i] = out[k];
                out[k] = swap;
            }
    return found;
}

void report_html(auditor_t *self, const audit_t *audit, position_t from, position_t to,
                 const char *clause, const ident_t *only, buffer_t *out) {
    const char *clauses[64];
    size_t n = list_clauses(clause, clauses);
    const struct genesis *genesis = context_genesis(chronicle_context(self->chronicle));
    buffer_format(out, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta "
                       "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                       "'unsafe-inline'\"><title>countersign</title><style>%s</style></head><body>\n<h1>",
                  language_word("names of the procedure", "en"), style);
    if (genesis)
        buffer_put(out, genesis->company.p, genesis->company.n);
    buffer_text(out, " · ");
    put_escaped(out, _("audit report"));
    buffer_text(out, "</h1>\n");
    put_verdict(self, audit, out);
    buffer_text(out, "<ul><li><a href=\"#findings\">");
    put_escaped(out, _("Findings"));
    buffer_text(out, "</a></li>");
    for (size_t i = 0; i < n; i++) {
        buffer_format(out, "<li><a href=\"#%s\">%s</a> ", clauses[i], clauses[i]);
        put_escaped(out, clause_title(clauses[i]));
        buffer_text(out, "</li>");
    }
    buffer_text(out, "<li><a href=\"#signatures\">");
    put_escaped(out, _("Signatures"));
    buffer_text(out, "</a></li><li><a href=\"#statistics\">");
    put_escaped(out, _("Figures"));
    buffer_text(out, "</a></li></ul>\n");
    put_findings(audit, out);
    sheet_html_t sheet = {.self = self, .out = out, .only = only, .from = from, .to = to};
    for (size_t i = 0; i < n; i++) {
        buffer_format(out, "<h2 id=\"%s\">%s ", clauses[i], clauses[i]);
        put_escaped(out, clause_title(clauses[i]));
        buffer_text(out, "</h2>\n");
        sheet.clause = clauses[i];
        put_table(&sheet);
    }
    put_heading(out, "signatures", _("Signatures"));
    sheet.signatures = true;
    put_table(&sheet);
    put_statistics(self, from, to, only, out);
    buffer_text(out, "</body></html>\n");
}
