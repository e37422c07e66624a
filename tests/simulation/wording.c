/* SPDX-License-Identifier: Apache-2.0
 *
 * wording: see the header.
 */
#include "tests/simulation/wording.h"

#include <string.h>

#include "common/base/text.h"
#include "tests/simulation/standing_in.h"

static bool now_and_then(const look_t *look, unsigned percent) {
    return luck_percent(look->luck, percent);
}

static moment_t when(const look_t *look) {
    return now_and_then(look, 3) ? look->now + 3 * DAY_MS : look->now - HOUR_MS;
}

static enum medium some_medium(const look_t *look) {
    return (enum medium)(1 + luck_below(look->luck, 6));
}

static enum feedback_kind kind_of(const look_t *look) {
    return look->kept ? look->kept->kind : FEEDBACK_COMPLAINT;
}

/* Complaints and claims are somebody's fault or not. */
static bool blames(const look_t *look) {
    return kind_of(look) == FEEDBACK_COMPLAINT || kind_of(look) == FEEDBACK_CLAIM;
}

/* Other bits of the draws than those that keys are made of: what is erased must stand nowhere else. */
digest_t wording_blob(const look_t *look, size_t bytes, doing_t *out) {
    buffer_clear(&out->blob);
    for (size_t i = 0; i < BLOB_SALT + bytes; i++) {
        uint8_t byte = (uint8_t) (luck_next(look->luck) >> 32);
        buffer_put(&out->blob, &byte, 1);
    }
    out->address = blob_address(buffer_bytes(&out->blob));
    docket_put_content(&look->drawer->docket, out->address, buffer_bytes(&out->blob));
    return out->address;
}

/* A letter, a report: one that goes before the command, or none. */
static struct attachment_list paper(const look_t *look, struct attachment *room, doing_t *out) {
    if (!now_and_then(look, 15))
        return (struct attachment_list){NULL, 0};
    *room = (struct attachment){.blob = wording_blob(look, 1500, out),
                                .name = TEXT("报告.pdf"),
                                .media = TEXT("application/pdf"),
                                .size = 1500};
    return (struct attachment_list){room, 1};
}

/* ---- stages ---- */

static void acknowledge(const look_t *look, doing_t *out) {
    struct acknowledge body = {.medium = some_medium(look), .when = when(look)};
    doing_make(look->drawer, look->who, KIND_FEEDBACK_ACKNOWLEDGE, &body, out);
}

/* Of all departments; now and then one that no such case asks. */
static size_t some_departments(const look_t *look, text_t departments[3]) {
    static const char *const asked[] = {"quality",  "production", "purchasing", "sales",
                                        "planning", "warehouse",  "finance"};
    size_t n = 0, from = luck_below(look->luck, 6);
    if (!now_and_then(look, 50))
        return 0;
    for (size_t many = 1 + luck_below(look->luck, 2); n < many; n++)
        departments[n] = text_of(asked[(from + n) % (kind_of(look) == FEEDBACK_CLAIM ? 7 : 6)]);
    if (now_and_then(look, 4))
        departments[0] = TEXT("management");
    return n;
}

static void assess(const look_t *look, doing_t *out) {
    text_t departments[3];
    uint64_t grave = luck_below(look->luck, 100);
    struct triage body = {.severity = grave < 50   ? SEVERITY_MINOR
                                      : grave < 85 ? SEVERITY_MAJOR
                                                   : SEVERITY_CRITICAL,
                          .safety = now_and_then(look, 30),
                          .urgent = now_and_then(look, 20),
                          .complex = now_and_then(look, 20)};
    body.departments = (struct text_list){departments, some_departments(look, departments)};
    if (now_and_then(look, 80))
        body.reason = TEXT("复核后认为如此");
    kept_feedback_t *other = docket_some(&look->drawer->docket, look->luck);
    if (other && (other != look->kept || now_and_then(look, 20)) && now_and_then(look, 12))
        body.duplicate = other->id;
    doing_make(look->drawer, look->who, KIND_FEEDBACK_ASSESS, &body, out);
}

static void contain(const look_t *look, doing_t *out) {
    struct containment body = {0};
    bool something = now_and_then(look, 70);
    if (something || now_and_then(look, 5))
        body.stock = TEXT("隔离 L-0917");
    if (!something && now_and_then(look, 95))
        body.unneeded = TEXT("已全部用完");
    doing_make(look->drawer, look->who, KIND_FEEDBACK_CONTAIN, &body, out);
}

/* ---- the review ---- */

static enum verdict some_verdict(const look_t *look) {
    bool other_words = now_and_then(look, 4);
    uint64_t n = luck_below(look->luck, 100);
    if (blames(look) != other_words)
        return n < 45 ? VERDICT_OURS : n < 70 ? VERDICT_PARTLY : VERDICT_NOT_OURS;
    return n < 75 ? VERDICT_ACCEPT : n < 85 ? VERDICT_CONDITIONS : VERDICT_REJECT;
}

static void verdict(const look_t *look, doing_t *out) {
    struct finding finding = {.occurrence = TEXT("刀具磨损"), .escape = TEXT("抽检未覆盖")};
    struct condition condition = {.text = TEXT("先试一批"), .line = 0};
    const char *own = look->drawer->works->departments[look->who->department];
    struct verdict_given body = {.department =
                                     text_of(look->department[0] ? look->department : own),
                                 .verdict = some_verdict(look)};
    if ((body.verdict == VERDICT_OURS || body.verdict == VERDICT_PARTLY) && now_and_then(look, 95))
        body.finding = (struct finding_list){&finding, 1};
    if ((body.verdict == VERDICT_NOT_OURS || body.verdict == VERDICT_REJECT) &&
        now_and_then(look, 95))
        body.reason = TEXT("图纸如此");
    if (body.verdict == VERDICT_CONDITIONS)
        body.conditions = (struct condition_list){&condition, 1};
    doing_make(look->drawer, look->who, KIND_ROUND_VERDICT, &body, out);
}

static void retract(const look_t *look, doing_t *out) {
    struct retract body = {.department =
                               text_of(look->drawer->works->departments[look->who->department]),
                           .reason = TEXT("再查一下")};
    doing_make(look->drawer, look->who, KIND_ROUND_RETRACT, &body, out);
}

static void forward(const look_t *look, doing_t *out) {
    standing_in_forward(look->drawer, look->who, look->luck, look->department, out);
}

static void add_reviewer(const look_t *look, doing_t *out) {
    standing_in_add(look->drawer, look->who, look->luck, out);
}

/* As a department's daemon does; of a person's it is refused. */
static void advise(const look_t *look, doing_t *out) {
    struct assessment assessment = {
        .rule = TEXT("recurrence"), .edition = 1, .cause = 1, .verdict = VERDICT_OURS};
    struct advice body = {.department =
                              text_of(look->drawer->works->departments[look->who->department]),
                          .assessment = {&assessment, 1}};
    doing_make(look->drawer, look->who, KIND_ROUND_ADVISE, &body, out);
}

static struct measure some_measure(const look_t *look) {
    const works_t *works = look->drawer->works;
    static const char *const owners[] = {"production.manager", "quality.manager",
                                         "purchasing.manager", "quality.inspector",
                                         "warehouse.keeper"};
    const char *role = owners[luck_below(look->luck, sizeof owners / sizeof *owners)];
    return (struct measure){.text = TEXT("换刀周期改为每班一次"),
                            .owner = works_role(works, role)->id,
                            .due = moment_day(look->now, 480) + (now_and_then(look, 3) ? -9 : 14),
                            .type = ACTION_CORRECTIVE};
}

static void conclude(const look_t *look, doing_t *out) {
    int outcome = blames(look) ? OUTCOME_PARTLY : OUTCOME_NOT_ADOPTED;
    struct measure measures[2] = {some_measure(look), some_measure(look)};
    struct disposition disposition = {.remedy = REMEDY_REPLACE,
                                      .text = TEXT("三日内补发"),
                                      .cause = CAUSE_MACHINE,
                                      .occurrence = TEXT("刀具磨损"),
                                      .department = TEXT("production")};
    enum_value(&outcome_table, text_of(look->tally), &outcome);
    if (now_and_then(look, 6))
        outcome = 1 + (int) luck_below(look->luck, 8);
    struct conclude body = {.outcome = (enum outcome) outcome,
                            .opinion = TEXT("各部门意见已汇总"),
                            .measures = {measures, luck_below(look->luck, 3)}};
    if (blames(look) != now_and_then(look, 3))
        body.disposition = (struct disposition_list){&disposition, 1};
    doing_make(look->drawer, look->who, KIND_ROUND_CONCLUDE, &body, out);
}

static void sign(const look_t *look, doing_t *out) {
    int meaning = MEANING_DISPOSITION;
    enum_value(&meaning_table, text_of(look->meaning), &meaning);
    if (now_and_then(look, 4))
        meaning = 1 + (int) luck_below(look->luck, 6);
    struct sign body = {.meaning = (enum meaning) meaning};
    doing_make(look->drawer, look->who, KIND_ROUND_SIGN, &body, out);
}

/* ---- afterwards ---- */

static void answer(const look_t *look, doing_t *out) {
    struct attachment letter;
    struct reply_given body = {.text = now_and_then(look, 3) ? TEXT(" ") : TEXT("已更换，请查收"),
                               .medium = some_medium(look),
                               .when = when(look),
                               .attachments = paper(look, &letter, out)};
    doing_make(look->drawer, look->who, KIND_FEEDBACK_ANSWER, &body, out);
}

static void close_it(const look_t *look, doing_t *out) {
    struct closing body = {.ending = (enum ending)(1 + luck_below(look->luck, 4))};
    if (now_and_then(look, 95))
        body.text = TEXT("已三次联系顾客");
    doing_make(look->drawer, look->who, KIND_FEEDBACK_CLOSE, &body, out);
}

static void reopen(const look_t *look, doing_t *out) {
    struct revoke body = {.reason = now_and_then(look, 5) ? TEXT(" ") : TEXT("同样的问题又来了")};
    doing_make(look->drawer, look->who, KIND_FEEDBACK_REOPEN, &body, out);
}

static void reclassify(const look_t *look, doing_t *out) {
    struct reclassify body = {.kind = (enum feedback_kind)(1 + luck_below(look->luck, 7)),
                              .reason = TEXT("看错了是什么")};
    if (now_and_then(look, 60))
        body.kind = blames(look) ? FEEDBACK_ENQUIRY : FEEDBACK_COMPLAINT;
    doing_make(look->drawer, look->who, KIND_FEEDBACK_RECLASSIFY, &body, out);
}

static void amend(const look_t *look, doing_t *out) {
    feedback_paper_t now;
    look->kept->quantity += now_and_then(look, 90);
    docket_paper(look->drawer->works, look->kept, &now);
    struct feedback_amend body = {.content = {&now.content, 1}, .reason = TEXT("数量记错了")};
    doing_make(look->drawer, look->who, KIND_FEEDBACK_AMEND, &body, out);
}

/* ---- actions ---- */

static void add_action(const look_t *look, doing_t *out) {
    struct measure measure = some_measure(look);
    struct action_add body = {.measure = {&measure, 1}, .reason = TEXT("内部审核")};
    doing_make(look->drawer, look->who, KIND_ACTION_ADD, &body, out);
}

static void change_action(const look_t *look, doing_t *out) {
    struct measure measure = some_measure(look);
    struct action_change body = {.no = look->action, .reason = TEXT("人手不够")};
    if (now_and_then(look, 50))
        body.owner = measure.owner;
    else
        body.due = measure.due + (int64_t) luck_below(look->luck, 3);
    doing_make(look->drawer, look->who, KIND_ACTION_CHANGE, &body, out);
}

static void report_action(const look_t *look, doing_t *out) {
    struct attachment evidence;
    struct action_report body = {.no = look->action,
                                 .text = TEXT("已执行，附记录"),
                                 .attachments = paper(look, &evidence, out)};
    doing_make(look->drawer, look->who, KIND_ACTION_REPORT, &body, out);
}

static void verify_action(const look_t *look, doing_t *out) {
    struct attachment evidence;
    struct action_verify body = {.no = look->action,
                                 .effective = now_and_then(look, 80),
                                 .text = TEXT("抽查三批"),
                                 .attachments = paper(look, &evidence, out)};
    doing_make(look->drawer, look->who, KIND_ACTION_VERIFY, &body, out);
}

static const struct {
    kind_t kind;
    void (*write)(const look_t *look, doing_t *out);
} STEPS[] = {{KIND_FEEDBACK_AMEND, amend},
             {KIND_FEEDBACK_ACKNOWLEDGE, acknowledge},
             {KIND_FEEDBACK_ASSESS, assess},
             {KIND_FEEDBACK_CONTAIN, contain},
             {KIND_ROUND_VERDICT, verdict},
             {KIND_ROUND_RETRACT, retract},
             {KIND_ROUND_ADVISE, advise},
             {KIND_ROUND_FORWARD, forward},
             {KIND_ROUND_ADD_REVIEWER, add_reviewer},
             {KIND_ROUND_CONCLUDE, conclude},
             {KIND_ROUND_SIGN, sign},
             {KIND_FEEDBACK_ANSWER, answer},
             {KIND_FEEDBACK_CLOSE, close_it},
             {KIND_FEEDBACK_REOPEN, reopen},
             {KIND_FEEDBACK_RECLASSIFY, reclassify},
             {KIND_ACTION_ADD, add_action},
             {KIND_ACTION_CHANGE, change_action},
             {KIND_ACTION_REPORT, report_action},
             {KIND_ACTION_VERIFY, verify_action}};

bool wording_write(const look_t *look, kind_t kind, doing_t *out) {
    bool of_action =
        kind == KIND_ACTION_CHANGE || kind == KIND_ACTION_REPORT || kind == KIND_ACTION_VERIFY;
    if (of_action && !look->action)
        return false;
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++)
        if (STEPS[i].kind == kind && (look->kept || kind >= KIND_ACTION_ADD)) {
            STEPS[i].write(look, out);
            return true;
        }
    return false;
}
