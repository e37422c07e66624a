/* SPDX-License-Identifier: Apache-2.0
 *
 * rules: reading and checking. What the words of a rule mean is settled here, once; whether a role
 * or department of that name exists is the procedure's, which changes while we run.
 */
#include "daemons/notifier/rules.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "daemons/notifier/hooks.h"

#define ROW(type, record, key, target, fallback, min, max, doc) \
    { key, SETTING_##type, offsetof(record, target), fallback, min, max, doc }
#define END \
    { NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL }

static const setting_t main_rows[] = {
    ROW(TEXT, rules_t, "sender", sender, NULL, 3, 320,
        "envelope and header address that mails come from"),
    ROW(TEXT, rules_t, "sender_name", sender_name, "", 0, 120, "name beside it"),
    ROW(TEXT, rules_t, "reply_to", reply_to, "", 0, 320, "where answers go; empty: to the sender"),
    ROW(TEXT, rules_t, "domain", domain, "", 0, 253, "people are HANDLE@domain"),
    ROW(TEXT, rules_t, "message_domain", message_domain, "", 0, 253,
        "right side of Message-IDs; empty: the sender's"),
    ROW(TEXT, rules_t, "language", language, "zh_CN", 2, 16, "of people: a folder of templates"),
    ROW(TEXT, rules_t, "customer_language", customer_language, "zh_CN", 2, 16, "of customers"),
    ROW(TEXT, rules_t, "quiet_from", quiet_from, "", 0, 5,
        "from this hour on mails wait that are not urgent"),
    ROW(TEXT, rules_t, "quiet_to", quiet_to, "", 0, 5, "until this one"),
    ROW(TEXT, rules_t, "digest_at", digest_at, "08:00", 5, 5, "when mails that are collected go"),
    ROW(TEXT, rules_t, "checkpoint_at", checkpoint_at, "18:00", 0, 5,
        "when the day's checkpoint goes to the auditors"),
    ROW(INT, rules_t, "checkpoint_minutes", checkpoint_minutes, "0", 0, 10080,
        "besides, each that is signed, at least so far apart; 0: at that hour alone"),
    ROW(INT, rules_t, "max_age_hours", max_age_hours, "72", 1, 8784,
        "nobody is told of what is older"),
    ROW(INT, rules_t, "in_flight", in_flight, "32", 1, 48, "mails on their way at once"),
    ROW(INT, rules_t, "backoff_first_seconds", backoff_first_s, "30", 1, 86400,
        "first pause before another attempt"),
    ROW(INT, rules_t, "backoff_limit_seconds", backoff_limit_s, "3600", 1, 86400, "longest pause"),
    END,
};

static const setting_t rule_rows[] = {
    ROW(TEXT, rule_t, "name", name, NULL, 1, 40, "its name, in the record and in the queue"),
    ROW(TEXT, rule_t, "event", event, NULL, 1, 40, "kind of event"),
    ROW(TEXT, rule_t, "template", template, "", 0, 40, "template of the mail"),
    ROW(TEXT, rule_t, "hook", hook, "email", 4, 5,
        "email, or exec: a program of the administrator's"),
    ROW(TEXT, rule_t, "program", program, "", 0, 400, "of exec: absolute path, one of `programs`"),
    ROW(TEXT, rule_t, "case", scope, "", 0, 20, "order or feedback; empty: both"),
    ROW(TEXT, rule_t, "severity", severity, "", 0, 20, "of feedback: from this severity on"),
    ROW(TEXTS, rule_t, "to", to, "", 1, 80, "who is told"),
    ROW(TEXTS, rule_t, "classes", classes, "", 1, 32, "classes of the procedure; none: all"),
    ROW(TEXTS, rule_t, "kinds", kinds, "", 1, 32, "kinds of feedback; none: all"),
    ROW(TEXTS, rule_t, "outcomes", outcomes, "", 1, 32, "of a tally or conclusion; none: all"),
    ROW(BOOL, rule_t, "safety", safety, "false", 0, 1, "of feedback: only what touches safety"),
    ROW(BOOL, rule_t, "digest", digest, "false", 0, 1, "collected for each person, once a day"),
    ROW(BOOL, rule_t, "urgent", urgent, "false", 0, 1, "in quiet hours, too"),
    END,
};

static const setting_t people_rows[] = {
    ROW(TEXT, addressee_t, "handle", handle, NULL, 1, 32, "the person"),
    ROW(TEXT, addressee_t, "address", address, "", 0, 320, "empty: HANDLE@domain"),
    ROW(TEXT, addressee_t, "language", language, "", 0, 16, "empty: as of all"),
    END,
};

static const setting_t auditor_rows[] = {
    ROW(TEXT, auditor_mailbox_t, "name", name, NULL, 1, 40, "its name, in the record and in the queue"),
    ROW(TEXT, auditor_mailbox_t, "address", address, NULL, 3, 320, "where checkpoints go"),
    ROW(TEXT, auditor_mailbox_t, "language", language, "", 0, 16, "empty: as of all"),
    END,
};

static int wrong(const rules_t *self, int64_t line, const char *field, const char *detail,
                 problem_t *problem) {
    problem_set(problem, REASON_CONFIGURATION, field, "%s", detail);
    if (problem) {
        snprintf(problem->file, sizeof problem->file, "%.255s", self->file);
        problem->line = (unsigned) line;
    }
    return -1;
}

/* ---- rules ---- */

enum milestone milestone_of(kind_t kind) {
    static const struct {
        kind_t kind;
        enum milestone milestone;
    } rows[] = {
        {KIND_ORDER_REGISTER, MILESTONE_REGISTERED}, {KIND_ORDER_EFFECTIVE, MILESTONE_EFFECTIVE},
        {KIND_ORDER_AMEND, MILESTONE_AMENDED},       {KIND_ORDER_DECLINE, MILESTONE_DECLINED},
        {KIND_ORDER_WITHDRAW, MILESTONE_WITHDRAWN},  {KIND_FEEDBACK_REGISTER, MILESTONE_RECEIVED},
        {KIND_FEEDBACK_ANSWER, MILESTONE_ANSWERED},  {KIND_FEEDBACK_CLOSE, MILESTONE_CLOSED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].kind == kind)
            return rows[i].milestone;
    return milestone_unset;
}

static bool read_whom(const char *word, whom_t *out) {
    static const struct {
        whom_type_t type;
        const char *word;
        bool keyed;
    } rows[] = {
#define WHOM_ROW(NAME, word, keyed) {WHOM_##NAME, word, keyed},
        WHOMS(WHOM_ROW)
#undef WHOM_ROW
    };
    size_t n = strcspn(word, ":");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].word) == n && memcmp(rows[i].word, word, n) == 0 &&
            rows[i].keyed == (word[n] == ':' && word[n + 1] != '\0')) {
            *out =
                (whom_t){rows[i].type, rows[i].keyed ? text_of(word + n + 1) : (text_t){NULL, 0}};
            return true;
        }
    return false;
}

static int settle_to(const rules_t *self, rule_t *rule, problem_t *problem) {
    for (char **word = rule->to; *word; word++) {
        if (rule->whom_n == RULE_TO_MAX)
            return wrong(self, rule->line, "to", "too many", problem);
        whom_t *whom = &rule->whom[rule->whom_n++];
        if (!read_whom(*word, whom))
            return wrong(self, rule->line, "to",
                         "waiting, department:KEY, role:KEY, person:HANDLE, registrant, author, "
                         "owner, concerned, escalate or customer",
                         problem);
        rule->customer |= whom->type == WHOM_CUSTOMER;
    }
    bool exec = strcmp(rule->hook, "exec") == 0;
    if (!exec && strcmp(rule->hook, "email") != 0)
        return wrong(self, rule->line, "hook", "email or exec", problem);
    if (exec ? rule->program[0] != '/' : rule->program[0] != '\0')
        return wrong(self, rule->line, "program",
                     "the absolute path of a program goes with the hook exec", problem);
    if (exec ? rule->whom_n > 0 || rule->template[0] : rule->whom_n == 0 || !rule->template[0])
        return wrong(self, rule->line,
                     exec           ? "to"
                     : rule->whom_n ? "template"
                                    : "to",
                     "a mail goes to somebody by a template; a program is given the event itself",
                     problem);
    if (rule->customer && (rule->whom_n > 1 || !milestone_of(rule->kind)))
        return wrong(self, rule->line, "to",
                     "customers are told alone, and only of milestones: order.register, "
                     "order.effective, order.amend, order.decline, order.withdraw, "
                     "feedback.register, feedback.answer, feedback.close",
                     problem);
    return 0;
}

static int check_words(const rules_t *self, const rule_t *rule, char *const *words,
                       const enum_table_t *table, const char *field, problem_t *problem) {
    int value;
    for (; *words; words++)
        if (!enum_value(table, text_of(*words), &value))
            return wrong(self, rule->line, field, *words, problem);
    return 0;
}

/* What the notifier itself says, and what people say to it, matches no rule: it would speak of what
   it spoke. */
static bool tells_itself(kind_t kind) {
    return kind == KIND_NOTIFY_OUTCOME || kind == KIND_NOTIFY_RETRY || kind == KIND_NOTIFY_DROP;
}

static int settle_rule(const rules_t *self, rule_t *rule, problem_t *problem) {
    const kind_info_t *info = kind_by_name(text_of(rule->event));
    int severity = 0;
    if (!info || !scope_of_cases(info->scope) || tells_itself(info->kind))
        return wrong(self, rule->line, "event", "no event of an order or of feedback is called so",
                     problem);
    rule->kind = info->kind;
    if (rule->scope[0] && strcmp(rule->scope, "order") != 0 && strcmp(rule->scope, "feedback") != 0)
        return wrong(self, rule->line, "case", "order or feedback", problem);
    if (rule->severity[0] && !enum_value(&severity_table, text_of(rule->severity), &severity))
        return wrong(self, rule->line, "severity", "minor, major or critical", problem);
    rule->at_least = (enum severity) severity;
    if (check_words(self, rule, rule->kinds, &feedback_kind_table, "kinds", problem) != 0 ||
        check_words(self, rule, rule->outcomes, &outcome_table, "outcomes", problem) != 0)
        return -1;
    if (rules_find(self, text_of(rule->name)) != rule)
        return wrong(self, rule->line, "name", "another rule is called so", problem);
    return settle_to(self, rule, problem);
}

/* ---- hours ---- */

static bool read_hour(const char *text, int64_t *minutes) {
    int64_t hour, minute;
    *minutes = -1;
    if (!text[0])
        return true;
    if (strlen(text) != 5 || text[2] != ':' || !int_parse((text_t){text, 2}, 0, 23, &hour) ||
        !int_parse((text_t){text + 3, 2}, 0, 59, &minute))
        return false;
    *minutes = hour * 60 + minute;
    return true;
}

static int settle_hours(rules_t *self, const config_t *parsed, problem_t *problem) {
    const char *field = !read_hour(self->quiet_from, &self->quiet_from_min) ? "quiet_from"
                        : !read_hour(self->quiet_to, &self->quiet_to_min)   ? "quiet_to"
                        : !read_hour(self->digest_at, &self->digest_min)    ? "digest_at"
                        : !read_hour(self->checkpoint_at, &self->checkpoint_min)
                            ? "checkpoint_at"
                            : NULL;
    if (field)
        return wrong(self, settings_line(parsed, field), field, "an hour is expected: 07:30",
                     problem);
    if ((self->quiet_from_min < 0) != (self->quiet_to_min < 0))
        return wrong(self, 0, "quiet_to", "quiet hours need both, from and to", problem);
    if (self->auditors_n && self->checkpoint_min < 0 && self->checkpoint_minutes == 0)
        return wrong(self, settings_line(parsed, "checkpoint_at"), "checkpoint_at",
                     "auditors get checkpoints at an hour, or so many minutes apart", problem);
    return 0;
}

/* ---- the whole ---- */

static const char *behind_at(const char *address) {
    const char *at = strrchr(address, '@');
    return at ? at + 1 : "";
}

/* What would break a header or an envelope has no place in the file either. */
static int check_address(const rules_t *self, int64_t line, const char *field, const char *address,
                         problem_t *problem) {
    const char *at = strchr(address, '@');
    bool odd = address[strspn(address, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789.!#$%&'*+-/=?^_`{|}~@")] != '\0';
    if (!address[0] || (at && at != address && at[1] && !strchr(at + 1, '@') && !odd))
        return 0;
    return wrong(self, line, field, "that is no mail address", problem);
}

/* The name goes on the record, as it stands. */
static int check_auditor(const rules_t *self, const auditor_mailbox_t *one, problem_t *problem) {
    text_t name = text_of(one->name);
    if (text_has_controls(name) || !text_valid_utf8(name) || text_has(name, TEXT("@")))
        return wrong(self, one->line, "name", "a short name, and no address: it goes on the record", problem);
    if (rules_auditor(self, name) != one)
        return wrong(self, one->line, "name", "another auditor is called so", problem);
    return check_address(self, one->line, "address", one->address, problem);
}

static int settle(rules_t *self, const config_t *parsed, problem_t *problem) {
    if (settle_hours(self, parsed, problem) != 0 ||
        check_address(self, settings_line(parsed, "sender"), "sender", self->sender, problem) !=
            0 ||
        check_address(self, settings_line(parsed, "reply_to"), "reply_to", self->reply_to,
                      problem) != 0)
        return -1;
    if (!self->message_domain[0]) {
        free(self->message_domain);
        self->message_domain = memory_text(text_of(behind_at(self->sender)));
    }
    for (size_t i = 0; i < self->people_n; i++)
        if (check_address(self, self->people[i].line, "address", self->people[i].address,
                          problem) != 0)
            return -1;
    for (size_t i = 0; i < self->auditors_n; i++)
        if (check_auditor(self, &self->auditors[i], problem) != 0)
            return -1;
    for (size_t i = 0; i < self->rules_n; i++)
        if (settle_rule(self, &self->rules[i], problem) != 0)
            return -1;
    return 0;
}

/* Each top-level name belongs to us or to the hooks. */
static int check_names(const rules_t *self, const config_t *parsed, problem_t *problem) {
    const config_setting_t *root = config_root_setting(parsed);
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned) i);
        const char *name = config_setting_name(setting);
        bool known =
            strcmp(name, "rules") == 0 || strcmp(name, "people") == 0 ||
            strcmp(name, "auditors") == 0 || hooks_config_knows(name);
        for (const setting_t *row = main_rows; !known && row->key; row++)
            known = strcmp(row->key, name) == 0;
        if (!known)
            return wrong(self, config_setting_source_line(setting), name,
                         "no such setting; see the commented sample", problem);
    }
    return 0;
}

static int take(rules_t *self, const config_t *parsed, problem_t *problem) {
    void *rules = NULL, *people = NULL, *auditors = NULL;
    int rc = check_names(self, parsed, problem);
    if (rc == 0)
        rc = settings_take(main_rows, parsed, self->file, self, problem);
    if (rc == 0)
        rc = settings_take_list(rule_rows, parsed, self->file, "rules", sizeof *self->rules,
                                offsetof(rule_t, line), &rules, &self->rules_n, problem);
    self->rules = rules;
    if (rc == 0)
        rc = settings_take_list(people_rows, parsed, self->file, "people", sizeof *self->people,
                                offsetof(addressee_t, line), &people, &self->people_n, problem);
    self->people = people;
    if (rc == 0)
        rc = settings_take_list(auditor_rows, parsed, self->file, "auditors", sizeof *self->auditors,
                                offsetof(auditor_mailbox_t, line), &auditors, &self->auditors_n, problem);
    self->auditors = auditors;
    if (rc != 0)
        return -1;
    hooks_config_t *hooks = memory_new(1, sizeof *hooks);
    if (hooks_config_take(parsed, self->file, hooks, problem) != 0) {
        free(hooks);
        return -1;
    }
    self->hooks = hooks;
    return settle(self, parsed, problem);
}

rules_t *rules_read(const char *file, problem_t *problem) {
    config_t parsed;
    if (settings_parse(&parsed, file, problem) != 0)
        return NULL;
    rules_t *self = memory_new(1, sizeof *self);
    snprintf(self->file, sizeof self->file, "%s", file);
    if (take(self, &parsed, problem) != 0)
        rules_destroy(&self);
    config_destroy(&parsed);
    return self;
}

void rules_destroy(rules_t **self_p) {
    rules_t *self = *self_p;
    if (!self)
        return;
    void *rules = self->rules, *people = self->people, *auditors = self->auditors;
    settings_free_list(rule_rows, sizeof *self->rules, &rules, self->rules_n);
    settings_free_list(people_rows, sizeof *self->people, &people, self->people_n);
    settings_free_list(auditor_rows, sizeof *self->auditors, &auditors, self->auditors_n);
    settings_free(main_rows, self);
    if (self->hooks)
        hooks_config_free(self->hooks);
    free(self->hooks);
    free(self);
    *self_p = NULL;
}

const rule_t *rules_find(const rules_t *self, text_t name) {
    for (size_t i = 0; i < self->rules_n; i++)
        if (text_is(name, self->rules[i].name))
            return &self->rules[i];
    return NULL;
}

const auditor_mailbox_t *rules_auditor(const rules_t *self, text_t name) {
    for (size_t i = 0; i < self->auditors_n; i++)
        if (text_is(name, self->auditors[i].name))
            return &self->auditors[i];
    return NULL;
}

static const addressee_t *addressee_of(const rules_t *self, text_t handle) {
    for (size_t i = 0; i < self->people_n; i++)
        if (text_is(handle, self->people[i].handle))
            return &self->people[i];
    return NULL;
}

char *rules_address(const rules_t *self, text_t handle, char out[320]) {
    const addressee_t *one = addressee_of(self, handle);
    if (one && one->address[0])
        snprintf(out, 320, "%s", one->address);
    else if (self->domain[0])
        snprintf(out, 320, "%.*s@%s", (int) handle.n, handle.n ? handle.p : "", self->domain);
    else
        out[0] = '\0';
    return out;
}

const char *rules_language(const rules_t *self, text_t handle) {
    const addressee_t *one = addressee_of(self, handle);
    return one && one->language[0] ? one->language : self->language;
}
