/* SPDX-License-Identifier: Apache-2.0
 *
 * doing_feedback: see the header. The words are wording.c's.
 */
#include "tests/simulation/doing_feedback.h"

#include "common/base/text.h"
#include "tests/simulation/wording.h"

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool has_role(const works_person_t *who, const char *const *roles, size_t n) {
    for (size_t i = 0; i < n && roles[i]; i++)
        if (strcmp(who->role, roles[i]) == 0)
            return true;
    return false;
}

/* ---- taking down ---- */

bool feedback_takes_down(const works_person_t *who) {
    static const char *const roles[] = {"sales.service", "sales.clerk", "sales.follow-up",
                                        "sales.head", "quality.manager"};
    return has_role(who, roles, sizeof roles / sizeof *roles);
}

static enum feedback_kind some_kind(luck_t *luck) {
    return luck_percent(luck, 60) ? FEEDBACK_COMPLAINT
                                  : (enum feedback_kind)(1 + luck_below(luck, 7));
}

/* A picture or the person who spoke: one content goes before the command. Now and then one that was
   erased, as from an old note. */
static void add_content(const look_t *look, doing_t *out) {
    docket_t *docket = &look->drawer->docket;
    kept_feedback_t *kept = look->kept;
    if (docket->erased_n && luck_percent(look->luck, 20))
        kept->contact = docket->erased[luck_below(look->luck, docket->erased_n)];
    else if (luck_percent(look->luck, 20))
        kept->file = wording_blob(look, 2000, out);
    else if (luck_percent(look->luck, 20))
        kept->contact = wording_blob(look, 120, out);
}

bool feedback_register(drawer_t *drawer, const works_person_t *who, luck_t *luck, moment_t now,
                       doing_t *out) {
    feedback_paper_t paper;
    kept_feedback_t *kept = docket_add(&drawer->docket);
    if (!kept)
        return false;
    *kept =
        (kept_feedback_t){.author = who,
                          .kind = some_kind(luck),
                          .medium = (enum medium)(1 + luck_below(luck, 6)),
                          .customer = (int) luck_below(luck, (uint64_t) drawer->works->customers_n),
                          .product = (int) luck_below(luck, 6) - 1,
                          .quantity = 1 + (int) luck_below(luck, 400),
                          .received = now - HOUR_MS};
    if (luck_percent(luck, 3))
        kept->quantity = 6000; /* more than was delivered */
    const kept_order_t *order = luck_percent(luck, 50) ? drawer_some(drawer, luck) : NULL;
    if (order)
        kept->order = order->id;
    look_t look = {.drawer = drawer, .who = who, .luck = luck, .kept = kept, .now = now};
    add_content(&look, out);
    docket_paper(drawer->works, kept, &paper);
    doing_make(drawer, who, KIND_FEEDBACK_REGISTER, &paper.content, out);
    kept->id = out->command.id;
    snprintf(out->on, sizeof out->on, "new");
    return true;
}

/* ---- what waits ---- */

static void bind_to(const kept_feedback_t *kept, kind_t kind, doing_t *out) {
    const kind_info_t *info = kind_info(kind);
    out->command.object = kept->id;
    if (info->flags & JUDGES) {
        out->command.revision = kept->revision;
        out->command.digest = kept->digest;
    }
    if (info->flags & VERSIONED)
        out->command.version = kept->version;
}

bool feedback_choose(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *item,
                     const json_t *step, doing_t *out) {
    ident_t id = {{0}};
    const kind_info_t *info = kind_by_name(text_of(text_at(step, "kind")));
    ident_parse(text_of(text_at(item, "id")), &id);
    look_t look = {.drawer = drawer,
                   .who = who,
                   .luck = luck,
                   .kept = docket_find(&drawer->docket, id),
                   .tally = text_at(item, "tally"),
                   .meaning = text_at(step, "meaning"),
                   .department = text_at(step, "department"),
                   .action = json_integer_value(json_object_get(step, "action")),
                   .now = drawer->clock};
    if (info && info->kind == KIND_ROUND_VERDICT && luck_percent(&drawer->apart, 8))
        info = kind_info(KIND_ROUND_FORWARD);
    else if (info && info->kind == KIND_ROUND_CONCLUDE && luck_percent(&drawer->apart, 8))
        info = kind_info(KIND_ROUND_ADD_REVIEWER);
    return info && wording_write(&look, info->kind, out);
}

/* ---- of their own accord ---- */

/* Who has it in mind now and then, and on which cases. */
static const struct habit {
    kind_t kind;
    const char *state; /* NULL: any */
    const char *roles[8];
} HABITS[] = {
    {KIND_FEEDBACK_REOPEN, "answered", {"sales.head", "sales.service", "quality.manager"}},
    {KIND_FEEDBACK_REOPEN, NULL, {"sales.head", "sales.service", "management.general"}},
    {KIND_FEEDBACK_RECLASSIFY, NULL, {"sales.head", "sales.service", "quality.manager"}},
    {KIND_FEEDBACK_AMEND, NULL, {"sales.head", "sales.clerk", "sales.follow-up", "sales.service"}},
    {KIND_FEEDBACK_ASSESS, NULL, {"sales.head", "quality.manager"}},
    {KIND_FEEDBACK_ASSESS, "in review", {"sales.head", "quality.manager"}},
    {KIND_FEEDBACK_CONTAIN, NULL, {"production.manager", "quality.inspector"}},
    {KIND_FEEDBACK_CLOSE, NULL, {"sales.head", "sales.service", "quality.manager"}},
    {KIND_FEEDBACK_CLOSE, "answered", {"sales.head", "sales.service", "quality.manager"}},
    {KIND_FEEDBACK_ANSWER, NULL, {"sales.head", "sales.clerk", "sales.service"}},
    {KIND_FEEDBACK_ACKNOWLEDGE, NULL, {"sales.head", "sales.clerk"}},
    {KIND_ROUND_RETRACT,
     "in review",
     {"production.manager", "purchasing.manager", "quality.manager", "warehouse.keeper",
      "sales.head"}},
    {KIND_ROUND_VERDICT, "in review", {"finance.checker", "warehouse.keeper", "management.deputy"}},
    {KIND_ROUND_CONCLUDE, "in review", {"quality.manager", "sales.head"}},
    {KIND_ROUND_SIGN, NULL, {"quality.manager", "management.general", "management.deputy"}},
    {KIND_ROUND_FORWARD, NULL, {"quality.manager", "production.manager", "purchasing.manager"}},
    {KIND_ROUND_ADD_REVIEWER, NULL, {"quality.manager", "sales.head", "management.general"}},
    {KIND_ACTION_ADD,
     NULL,
     {"sales.head", "planning.manager", "production.manager", "purchasing.manager",
      "quality.manager"}},
    {KIND_ACTION_CHANGE, NULL, {"quality.manager", "production.manager"}},
    {KIND_ACTION_VERIFY, NULL, {"production.manager", "purchasing.manager", "quality.manager"}}};

/* One's own, when it is to be verified: what nobody's screen would offer. */
static int64_t some_action(const kept_feedback_t *kept, const works_person_t *who, kind_t kind,
                           luck_t *luck) {
    for (size_t i = 0; kind == KIND_ACTION_VERIFY && i < kept->actions_n; i++)
        if (kept->actions[i].reported && ident_equal(kept->actions[i].owner, who->id))
            return kept->actions[i].no;
    return kept->actions_n ? kept->actions[luck_below(luck, kept->actions_n)].no : 0;
}

static bool erase(const look_t *look, doing_t *out) {
    docket_t *docket = &look->drawer->docket;
    if (!docket->contents_n || docket->erased_n == sizeof docket->erased / sizeof *docket->erased)
        return false;
    digest_t blob = docket->contents[luck_below(look->luck, docket->contents_n)].address;
    struct blob_erase body = {.blob = blob, .reason = TEXT("联系人要求删除")};
    doing_make(look->drawer, look->who, KIND_BLOB_ERASE, &body, out);
    out->command.object =
        look->drawer->works->company->administrator_id; /* the ledger's own case */
    docket->erased[docket->erased_n++] = blob;
    snprintf(out->on, sizeof out->on, "a content");
    return true;
}

static const struct habit *some_habit(const works_person_t *who, luck_t *luck) {
    size_t n = sizeof HABITS / sizeof *HABITS, from = luck_below(luck, n);
    for (size_t i = 0; i < n; i++) {
        const struct habit *habit = &HABITS[(from + i) % n];
        if (has_role(who, habit->roles, sizeof habit->roles / sizeof *habit->roles))
            return habit;
    }
    return NULL;
}

bool feedback_unasked(drawer_t *drawer, const works_person_t *who, luck_t *luck, doing_t *out) {
    docket_t *docket = &drawer->docket;
    look_t look = {.drawer = drawer,
                   .who = who,
                   .luck = luck,
                   .tally = "",
                   .meaning = "",
                   .department = "",
                   .now = drawer->clock};
    if (strcmp(who->role, "sales.head") == 0 && luck_percent(luck, 8))
        return erase(&look, out);
    const struct habit *habit = some_habit(who, luck);
    if (!habit)
        return false;
    look.kept = habit->state ? docket_in(docket, luck, habit->state) : docket_some(docket, luck);
    if (!look.kept)
        return false;
    look.action = some_action(look.kept, who, habit->kind, luck);
    if (!wording_write(&look, habit->kind, out))
        return false;
    bind_to(look.kept, habit->kind, out);
    snprintf(out->on, sizeof out->on, "feedback of their own accord");
    return true;
}

/* ---- mischief ---- */

static void submit(const look_t *look, bus_t *bus, int wire, const doing_t *doing) {
    const works_t *works = look->drawer->works;
    const struct local_command *c = &doing->command;
    buffer_t bytes = {0};
    problem_t problem = {0};
    struct command command = {.ledger = works->company->site->ledger,
                              .id = c->id,
                              .kind = c->kind,
                              .object = c->object,
                              .revision = c->revision,
                              .digest = c->digest,
                              .version = c->version,
                              .actor = look->who->id,
                              .station = works->stations[look->who->department],
                              .claimed = look->now,
                              .expiry = look->now + DAY_MS,
                              .body = c->body};
    company_check(record_encode(&command_record, &command, &bytes, &problem), &problem);
    company_check(signed_commands(look->who->signer, (buffer_t *[]){&bytes}, 1, &problem), &problem);
    struct submit body = {.signed_command = buffer_bytes(&bytes)};
    bus_say(bus, wire, MESSAGE_SUBMIT, &body);
    buffer_free(&bytes);
}

const char *feedback_mischief(drawer_t *drawer, bus_t *bus, const works_person_t *who, luck_t *luck,
                              int wire) {
    static const kind_t steps[] = {
        KIND_FEEDBACK_ACKNOWLEDGE, KIND_FEEDBACK_CONTAIN, KIND_ROUND_VERDICT,
        KIND_ROUND_RETRACT,        KIND_ROUND_ADVISE,     KIND_ROUND_CONCLUDE,
        KIND_ROUND_SIGN,           KIND_ROUND_FORWARD,    KIND_ROUND_ADD_REVIEWER,
        KIND_FEEDBACK_ANSWER,      KIND_FEEDBACK_CLOSE,
        KIND_FEEDBACK_ASSESS,      KIND_FEEDBACK_AMEND,   KIND_FEEDBACK_RECLASSIFY,
        KIND_FEEDBACK_REOPEN,      KIND_ACTION_VERIFY,    KIND_ACTION_REPORT};
    look_t look = {.drawer = drawer,
                   .who = who,
                   .luck = luck,
                   .kept = docket_some(&drawer->docket, luck),
                   .tally = "",
                   .meaning = "",
                   .department = "",
                   .now = bus_now(bus)};
    if (!look.kept)
        return NULL;
    size_t n = sizeof steps / sizeof *steps, from = luck_below(luck, n);
    for (size_t i = 0; i < n; i++) {
        doing_t doing = {0};
        kind_t kind = steps[(from + i) % n];
        look.action = some_action(look.kept, who, kind, luck);
        if (wording_write(&look, kind, &doing) && !doing.blob.n) {
            bind_to(look.kept, kind, &doing);
            submit(&look, bus, wire, &doing);
        }
        doing_free(&doing);
    }
    return "each step of feedback at once";
}
