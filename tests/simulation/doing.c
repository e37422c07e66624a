/* SPDX-License-Identifier: Apache-2.0
 *
 * doing: see the header.
 */
#include "tests/simulation/doing.h"

#include "common/base/text.h"
#include "tests/simulation/doing_feedback.h"
#include "tests/simulation/standing_in.h"

#define DOCUMENT_BYTES 3000

static const char *const products[] = {"P01", "P04", "P07", "P09", "P10"};
static const char *const drawings[] = {"WY-P01 A", "WY-P04 A", "WY-P07 A", "WY-P09 A", "WY-P10 A"};

void drawer_empty(drawer_t *self) { buffer_free(&self->stolen); }

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

void drawer_see(drawer_t *self, const json_t *screen) {
    size_t n;
    const json_t *item;
    json_array_foreach(json_object_get(screen, "cases"), n, item) {
        ident_t id;
        const char *text = json_string_value(json_object_get(item, "id"));
        if (!text || !ident_parse(text_of(text), &id))
            continue;
        docket_see(&self->docket, item);
        for (size_t i = 0; i < self->kept_n; i++) {
            kept_order_t *o = &self->kept[i];
            if (!ident_equal(o->id, id))
                continue;
            const char *digest = json_string_value(json_object_get(item, "digest"));
            o->revision = json_integer_value(json_object_get(item, "revision"));
            o->version = json_integer_value(json_object_get(item, "version"));
            const char *state = text_at(item, "state");
            o->rare = strcmp(state, "awaiting customer") == 0 || strcmp(state, "to negotiate") == 0;
            if (digest)
                hex_parse(text_of(digest), o->digest.b, sizeof o->digest.b);
        }
    }
}

const kept_order_t *drawer_some(const drawer_t *self, luck_t *luck) {
    size_t from = luck_below(luck, self->kept_n);
    const kept_order_t *found = NULL;
    bool rare = luck_percent(luck, 50);
    for (size_t i = 0; i < self->kept_n; i++) {
        const kept_order_t *o = &self->kept[(from + i) % self->kept_n];
        if (o->registered && o->revision && (!found || (rare && o->rare && !found->rare)))
            found = o;
    }
    return found;
}

void doing_free(doing_t *self) {
    buffer_free(&self->body);
    buffer_free(&self->blob);
}

/* Counted, so that the same case makes the same ids. */
ident_t doing_next_id(drawer_t *drawer) {
    ident_t id = {{0x01, 0xa1, 0, 0, 0, 0, 0x70, 0, 0x80}};
    uint64_t n = ++drawer->serial;
    for (int i = 0; i < 6; i++)
        id.b[15 - i] = (uint8_t) (n >> (8 * i));
    return id;
}

void doing_make(drawer_t *drawer, const works_person_t *who, kind_t kind, const void *body,
                doing_t *out) {
    problem_t problem = {0};
    buffer_clear(&out->body);
    company_check(record_encode(kind_info(kind)->body, body, &out->body, &problem), &problem);
    out->command.person = text_of(who->handle);
    out->command.kind = kind;
    out->command.id = doing_next_id(drawer);
    out->command.body = out->body.n > 1 ? buffer_bytes(&out->body) : (bytes_t){NULL, 0};
}

void doing_send(bus_t *bus, int line, const doing_t *doing) {
    struct local_command command = doing->command;
    bus_say(bus, line, MESSAGE_LOCAL_COMMANDS, &(struct local_commands){{&command, 1}});
}

void doing_send_blob(bus_t *bus, int line, const doing_t *doing) {
    struct blob_put put = {.address = doing->address, .salted = buffer_bytes(&doing->blob)};
    bus_say(bus, line, MESSAGE_BLOB_PUT, &put);
}

/* ---- the order's content ---- */

typedef struct paper {
    struct order_line line;
    struct requirement requirement;
    struct order_content content;
    struct attachment document;
    char number[32];
} paper_t;

static void write_paper(const drawer_t *drawer, const kept_order_t *o, paper_t *p) {
    snprintf(p->number, sizeof p->number, "PO-%d-%d", o->product, o->quantity);
    p->line = (struct order_line){.no = 1,
                                  .product = text_of(products[o->product]),
                                  .drawing = text_of(drawings[o->product]),
                                  .quantity = o->quantity * DECIMAL_ONE,
                                  .unit = TEXT("件"),
                                  .price = 12500000,
                                  .currency = TEXT("CNY"),
                                  .wanted = o->wanted};
    if (o->line_kind == 1)
        p->line.modification = TEXT("孔径加大 0.5 mm");
    p->requirement = (struct requirement){
        .no = 1, .kind = REQUIREMENT_STATED, .subject = SUBJECT_DELIVERY, .text = TEXT("按期交付")};
    p->content = (struct order_content){.customer = drawer->works->customers[o->customer],
                                        .channel = o->channel,
                                        .customer_order = text_of(p->number),
                                        .lines = {&p->line, 1},
                                        .requirements = {&p->requirement, 1},
                                        .custodian = TEXT("白露"),
                                        .place = TEXT("A-3")};
    if (digest_none(o->file))
        return;
    p->document = (struct attachment){.blob = o->file,
                                      .name = TEXT("图纸.pdf"),
                                      .media = TEXT("application/pdf"),
                                      .size = DOCUMENT_BYTES};
    p->content.attachments = (struct attachment_list){&p->document, 1};
}

/* A drawing of noise. */
static void draw_document(luck_t *luck, doing_t *out, kept_order_t *o) {
    uint8_t byte;
    for (int i = 0; i < BLOB_SALT + DOCUMENT_BYTES; i++) {
        byte = (uint8_t) luck_next(luck);
        buffer_put(&out->blob, &byte, 1);
    }
    out->address = o->file = blob_address(buffer_bytes(&out->blob));
}

static void draw_line(luck_t *luck, moment_t now, kept_order_t *o) {
    o->product = (int) luck_below(luck, 5);
    o->quantity = 1 + (int) luck_below(luck, 3000);
    o->line_kind = luck_percent(luck, 25);
    o->wanted = moment_day(now, 480) + 10 + (int64_t) luck_below(luck, 40);
}

void doing_register(drawer_t *drawer, const works_person_t *who, luck_t *luck, moment_t now,
                    doing_t *out) {
    paper_t paper;
    kept_order_t o = {0};
    draw_line(luck, now, &o);
    o.channel = luck_percent(luck, 70)   ? CHANNEL_WRITTEN
                : luck_percent(luck, 50) ? CHANNEL_PHONE
                                         : CHANNEL_ORAL;
    o.customer = (int) luck_below(luck, (uint64_t) drawer->works->customers_n);
    drawer->now = now;
    if (luck_percent(luck, 25))
        draw_document(luck, out, &o);
    write_paper(drawer, &o, &paper);
    doing_make(drawer, who, KIND_ORDER_REGISTER, &paper.content, out);
    o.id = out->command.id;
    o.author = who;
    snprintf(out->on, sizeof out->on, "new");
    if (drawer->kept_n < sizeof drawer->kept / sizeof *drawer->kept)
        drawer->kept[drawer->kept_n++] = o;
}

/* ---- what waits ---- */

/* `nobody`: without saying whose word it was. */
static struct confirmation customers_word(const drawer_t *drawer, bool nobody) {
    return (struct confirmation){.who = nobody ? TEXT(" ") : TEXT("采购部"),
                                 .how = TEXT("传真"),
                                 .when = drawer->now ? drawer->now : COMPANY_START};
}

static void classify(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *item,
                     doing_t *out) {
    const char *product = "";
    const char *class = luck_percent(luck, 60) ? "regular" : "special";
    (void) item, (void) product;
    struct classify body = {.order_class = text_of(class), .reason = TEXT("按规定确认")};
    doing_make(drawer, who, KIND_ORDER_CLASSIFY, &body, out);
}

static const char *own_department(const drawer_t *drawer, const works_person_t *who) {
    return drawer->works->departments[who->department];
}

static void verdict(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *step,
                    doing_t *out) {
    struct condition condition = {.text = TEXT("交期延后一周"), .line = 1};
    const char *department = text_at(step, "department");
    struct verdict_given body = {
        .department = text_of(department[0] ? department : own_department(drawer, who)),
        .verdict = VERDICT_ACCEPT};
    if (luck_percent(luck, 15)) {
        body.verdict = VERDICT_CONDITIONS;
        body.conditions = (struct condition_list){&condition, 1};
    } else if (luck_percent(luck, 8)) {
        body.verdict = VERDICT_REJECT;
        body.reason = luck_percent(luck, 80) ? TEXT("做不到") : (text_t){NULL, 0};
    }
    doing_make(drawer, who, KIND_ROUND_VERDICT, &body, out);
}

static void conclude(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *item,
                     doing_t *out) {
    int outcome = OUTCOME_ABLE;
    struct answer answers[5];
    enum_value(&outcome_table, text_of(text_at(item, "tally")), &outcome);
    if (luck_percent(luck, 5))
        outcome = 1 + (int) luck_below(luck, 3);
    for (int i = 0; i < 5; i++)
        answers[i] = (struct answer){.question = (enum question)(i + 1), .answer = ANSWER_YES};
    if (luck_percent(luck, 5))
        answers[4].question = answers[0].question; /* one asked twice, one not at all */
    struct conclude body = {.outcome = (enum outcome) outcome,
                            .opinion = TEXT("各部门意见已汇总"),
                            .answers = {answers, 5}};
    struct measure measure = {.text = TEXT("每周报进度"),
                              .owner = works_role(drawer->works, "planning.follow-up")->id,
                              .due = moment_day(drawer->clock, 480) + 14};
    if (drawer->docket.kept_n && luck_percent(luck, 40))
        body.measures = (struct measure_list){&measure, 1};
    doing_make(drawer, who, KIND_ROUND_CONCLUDE, &body, out);
}

static void sign(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *step,
                 doing_t *out) {
    int meaning = MEANING_COMPLETE;
    enum_value(&meaning_table, text_of(text_at(step, "meaning")), &meaning);
    if (luck_percent(luck, 3))
        meaning = 1 + (int) luck_below(luck, 5);
    struct sign body = {.meaning = (enum meaning) meaning};
    doing_make(drawer, who, KIND_ROUND_SIGN, &body, out);
}

static bool amend(drawer_t *drawer, const works_person_t *who, luck_t *luck, ident_t id,
                  doing_t *out) {
    for (size_t i = 0; i < drawer->kept_n; i++) {
        kept_order_t *o = &drawer->kept[i];
        if (!ident_equal(o->id, id))
            continue;
        paper_t paper;
        struct confirmation word = customers_word(drawer, luck_percent(luck, 5));
        o->quantity = 1 + o->quantity / 2;
        o->wanted += 7 + (int64_t) luck_below(luck, 14);
        write_paper(drawer, o, &paper);
        struct amend body = {
            .content = {&paper.content, 1}, .reason = TEXT("与顾客协商"), .agreement = {&word, 1}};
        doing_make(drawer, who, KIND_ORDER_AMEND, &body, out);
        return true;
    }
    return false;
}

void drawer_amendment(drawer_t *self, const kept_order_t *order, buffer_t *body) {
    paper_t paper;
    problem_t problem = {0};
    write_paper(self, order, &paper);
    struct confirmation word = customers_word(self, false);
    struct amend amend = {
        .content = {&paper.content, 1}, .reason = TEXT("照原样"), .agreement = {&word, 1}};
    company_check(record_encode(&amend_record, &amend, body, &problem), &problem);
}

static void give_up(drawer_t *drawer, const works_person_t *who, kind_t kind, doing_t *out) {
    struct confirmation word = customers_word(drawer, false);
    struct decline decline = {.reason = TEXT("不能履行")};
    struct withdraw withdraw = {.reason = TEXT("顾客取消"), .word = {&word, 1}};
    doing_make(drawer, who, kind, kind == KIND_ORDER_DECLINE ? (const void *) &decline : &withdraw, out);
}

/* What nobody's screen asks for: a step before its time or after it, or another's. */
static kind_t out_of_turn(luck_t *luck) {
    static const kind_t kinds[] = {
        KIND_ROUND_SIGN,    KIND_ROUND_CONCLUDE, KIND_ORDER_CONVENE,
        KIND_ROUND_VERDICT, KIND_ROUND_RETRACT,  KIND_ORDER_CLASSIFY,
        KIND_ORDER_DECLINE, KIND_ORDER_WITHDRAW, KIND_ORDER_CUSTOMER_CONFIRM,
        KIND_ROUND_FORWARD, KIND_ROUND_ADD_REVIEWER};
    return kinds[luck_below(luck, sizeof kinds / sizeof *kinds)];
}

static bool build(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *item,
                  const json_t *step, ident_t id, doing_t *out) {
    const char *kind = text_at(step, "kind");
    const kind_info_t *info = kind_by_name(text_of(kind));
    if (!info)
        return false;
    if (luck_percent(luck, 6))
        info = kind_info(out_of_turn(luck));
    else if (info->kind == KIND_ROUND_VERDICT && luck_percent(&drawer->apart, 8))
        info = kind_info(KIND_ROUND_FORWARD);
    else if (info->kind == KIND_ROUND_CONCLUDE && luck_percent(&drawer->apart, 8))
        info = kind_info(KIND_ROUND_ADD_REVIEWER);
    struct retract retract = {.department = text_of(own_department(drawer, who)),
                              .reason = TEXT("再看一下")};
    struct confirmation word = customers_word(drawer, luck_percent(luck, 15));
    struct convene convene = {.note = TEXT("")};
    if (info->kind == KIND_ORDER_CLASSIFY)
        classify(drawer, who, luck, item, out);
    else if (info->kind == KIND_ORDER_CUSTOMER_CONFIRM)
        doing_make(drawer, who, info->kind, &word, out);
    else if (info->kind == KIND_ORDER_CONVENE)
        doing_make(drawer, who, info->kind, &convene, out);
    else if (info->kind == KIND_ROUND_RETRACT)
        doing_make(drawer, who, info->kind, &retract, out);
    else if (info->kind == KIND_ROUND_VERDICT)
        verdict(drawer, who, luck, step, out);
    else if (info->kind == KIND_ROUND_FORWARD)
        standing_in_forward(drawer, who, luck, text_at(step, "department"), out);
    else if (info->kind == KIND_ROUND_ADD_REVIEWER)
        standing_in_add(drawer, who, luck, out);
    else if (info->kind == KIND_ROUND_CONCLUDE)
        conclude(drawer, who, luck, item, out);
    else if (info->kind == KIND_ROUND_SIGN)
        sign(drawer, who, luck, step, out);
    else if (info->kind == KIND_ORDER_AMEND)
        return amend(drawer, who, luck, id, out);
    else if (info->kind == KIND_ORDER_DECLINE || info->kind == KIND_ORDER_WITHDRAW)
        give_up(drawer, who, info->kind, out);
    else
        return false;
    return true;
}

bool doing_choose(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *screen,
                  doing_t *out) {
    const json_t *orders = json_object_get(screen, "cases");
    size_t n = json_array_size(orders);
    if (n == 0)
        return false;
    const json_t *item = json_array_get(orders, luck_below(luck, n));
    const json_t *mine = json_object_get(item, "mine");
    const json_t *step = json_array_get(mine, luck_below(luck, json_array_size(mine)));
    ident_t id;
    /* an action is the same thing on an order */
    bool other = strcmp(text_at(item, "case"), "feedback") == 0 || json_object_get(step, "action");
    if (!ident_parse(text_of(text_at(item, "id")), &id) ||
        !(other ? feedback_choose(drawer, who, luck, item, step, out)
                : build(drawer, who, luck, item, step, id, out)))
        return false;
    const kind_info_t *info = kind_info(out->command.kind);
    out->command.object = id;
    standing_in_cite(drawer, step, out);
    if (info->flags & JUDGES) {
        out->command.revision = json_integer_value(json_object_get(item, "revision"));
        hex_parse(text_of(text_at(item, "digest")), out->command.digest.b,
                  sizeof out->command.digest.b);
    }
    if (info->flags & VERSIONED)
        out->command.version = json_integer_value(json_object_get(item, "version"));
    snprintf(out->on, sizeof out->on, "%s", text_at(item, "number"));
    return true;
}

/* ---- mischief ---- */

/* A command signed with one's own key, about something that is somebody else's to do. */
static void sign_wire(drawer_t *drawer, const works_person_t *who, ident_t actor, ident_t id,
                      kind_t kind, const void *body, ident_t object, moment_t now, buffer_t *out) {
    company_sign(drawer->works->company, who->signer, actor, id, kind, object,
                 drawer->works->stations[who->department], body, now, out);
}

static void submit(bus_t *bus, int wire, const buffer_t *signed_bytes) {
    struct submit body = {.signed_command = buffer_bytes(signed_bytes)};
    bus_say(bus, wire, MESSAGE_SUBMIT, &body);
}

void drawer_registered(drawer_t *self, ident_t id) {
    for (size_t i = 0; i < self->kept_n; i++)
        if (ident_equal(self->kept[i].id, id))
            self->kept[i].registered = true;
    for (size_t i = 0; i < self->let_n; i++)
        self->let[i].registered |= ident_equal(self->let[i].id, id);
    docket_registered(&self->docket, id);
}

/* A case that nobody knows would stay in the outbox until the command expires (it may still come):
   not among these. */
static bool some_order(const drawer_t *drawer, luck_t *luck, ident_t *id) {
    size_t from = luck_below(luck, drawer->kept_n);
    for (size_t i = 0; i < drawer->kept_n; i++) {
        const kept_order_t *o = &drawer->kept[(from + i) % drawer->kept_n];
        *id = o->id;
        if (o->registered)
            return true;
    }
    return false;
}

const char *doing_mischief(drawer_t *drawer, bus_t *bus, const works_person_t *who, luck_t *luck,
                           int line, int wire) {
    buffer_t bytes = {0};
    doing_t doing = {0};
    moment_t now = bus_now(bus);
    struct sign sign = {.meaning = MEANING_EFFECTIVE};
    struct customer customer = {.name = TEXT("别人的顾客"), .short_name = TEXT("别人")};
    const works_person_t *other =
        &drawer->works->people[luck_below(luck, (uint64_t) drawer->works->people_n)];
    const char *what = "";
    ident_t id = doing_next_id(drawer), order;
    switch (some_order(drawer, luck, &order) ? luck_below(luck, 7) : 1 + luck_below(luck, 6)) {
    case 0:
        what = "a signature on an order it has not read";
        doing_make(drawer, who, KIND_ROUND_SIGN, &sign, &doing);
        doing.command.object = order;
        doing.command.revision = 1;
        doing.command.digest = (digest_t){{1}};
        doing_send(bus, line, &doing);
        doing.command.id = doing_next_id(drawer); /* and once more: held, when the first is refused */
        doing_send(bus, line, &doing);
        break;
    case 1:
        what = "another's name under its own key";
        sign_wire(drawer, who, other->id, id, KIND_CUSTOMER_REGISTER, &customer, (ident_t){{0}},
                  now, &bytes);
        submit(bus, wire, &bytes);
        break;
    case 2:
        what = "a forged signature";
        sign_wire(drawer, who, who->id, id, KIND_CUSTOMER_REGISTER, &customer, (ident_t){{0}}, now,
                  &bytes);
        bytes.p[bytes.n / 2] ^= 1;
        submit(bus, wire, &bytes);
        break;
    case 3:
        what = "the same id with other bytes";
        sign_wire(drawer, who, who->id, id, KIND_CUSTOMER_REGISTER, &customer, (ident_t){{0}}, now,
                  &bytes);
        submit(bus, wire, &bytes);
        customer.grade = TEXT("B");
        sign_wire(drawer, who, who->id, id, KIND_CUSTOMER_REGISTER, &customer, (ident_t){{0}}, now,
                  &bytes);
        submit(bus, wire, &bytes);
        break;
    case 4:
        what = "a command cut short";
        sign_wire(drawer, who, who->id, id, KIND_CUSTOMER_REGISTER, &customer, (ident_t){{0}}, now,
                  &bytes);
        bytes.n = luck_below(luck, bytes.n) + 1;
        submit(bus, wire, &bytes);
        break;
    case 5:
        what = "a command long expired";
        sign_wire(drawer, who, who->id, id, KIND_CUSTOMER_REGISTER, &customer, (ident_t){{0}},
                  now - 40 * DAY_MS, &bytes);
        submit(bus, wire, &bytes);
        break;
    case 6:
        what = "the same command again and again";
        if (drawer->stolen.n == 0)
            sign_wire(drawer, who, who->id, id, KIND_CUSTOMER_REGISTER, &customer, (ident_t){{0}},
                      now, &drawer->stolen);
        submit(bus, wire, &drawer->stolen);
        submit(bus, wire, &drawer->stolen);
        break;
    }
    buffer_free(&bytes);
    doing_free(&doing);
    return what;
}
