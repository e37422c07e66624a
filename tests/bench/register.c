/* SPDX-License-Identifier: Apache-2.0
 *
 * register: a department's desk with many closed complaints of five years and some open ones, and
 * how long its questions take: search, counts and trend, times, lists, the inbox. The events are
 * decided by the real rules; signatures are not made, for a desk does not check them.
 *
 *   register FOLDER PROCEDURE.CFG CLOSED OPEN
 */
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/crypto/keys.h"
#include "common/daemon/desk.h"
#include "common/domain/decide.h"
#include "common/exchange/procedure_file.h"
#include "tests/bench/measure.h"

#define YEARS_MS (INT64_C(5) * 365 * DAY_MS)
#define START INT64_C(1600000000000)
#define CASES_PER_COMMIT 100
#define CUSTOMERS 40
#define RUNS 11
#define RARE "镀镍" /* in the oldest complaint alone */

typedef struct bench {
    chronicle_t *chronicle;
    case_register_t *cases;
    arena_t *arena;
    moment_t now;
    uint64_t luck;
    ident_t administrator, sales, service, quality, production, customers[CUSTOMERS];
    double register_s; /* spent on the tables */
    char path[512];
} bench_t;

static size_t luck(bench_t *b, size_t below) {
    b->luck = b->luck * 6364136223846793005u + 1442695040888963407u;
    return (size_t) (b->luck >> 33) % below;
}

/* ---- events ---- */

static bytes_t encoded(bench_t *b, const record_t *record, const void *body) {
    buffer_t bytes = {0};
    problem_t problem = {0};
    if (record_encode(record, body, &bytes, &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s: %s %s", record->name, problem.field,
                   problem.detail);
    bytes_t kept = arena_bytes(b->arena, buffer_bytes(&bytes));
    buffer_free(&bytes);
    return kept;
}

static void append(bench_t *b, const struct event *event) {
    decoded_t decoded;
    problem_t problem = {0};
    bytes_t bytes = encoded(b, &event_record, event);
    if (event_decode(bytes, b->arena, &decoded, &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s: %s", problem.field, problem.detail);
    chronicle_append(b->chronicle, &decoded, bytes);
    double start = seconds();
    register_note(b->cases, &decoded);
    b->register_s += seconds() - start;
}

/* The command's event and what follows from it; returns its case. */
static ident_t put(bench_t *b, kind_t kind, ident_t actor, ident_t object, const void *body) {
    const context_t *context = chronicle_context(b->chronicle);
    const case_t *of = ident_none(object) ? NULL : chronicle_case(b->chronicle, object);
    struct event event;
    buffer_t derived = {0};
    arena_reset(b->arena);
    struct command command = {.ledger = context_ledger(context),
                              .id = ident_random(b->now),
                              .kind = kind,
                              .object = object,
                              .actor = actor,
                              .claimed = b->now,
                              .expiry = b->now + DAY_MS,
                              .body = encoded(b, kind_info(kind)->body, body)};
    if (ident_none(actor))
        command.actor = command.id; /* genesis */
    if (of && kind_info(kind)->flags & JUDGES) {
        command.revision = of->revision;
        command.digest = of->digest;
    }
    const struct signed_command sent = {.scheme = SCHEME_ED25519,
                                        .key = {{1}},
                                        .signature = {{1}},
                                        .command = encoded(b, &command_record, &command)};
    ledger_t *ledger = chronicle_ledger(b->chronicle);
    position_t cause = ledger_last(ledger) + 1;
    decide_event(context, &sent, &command, cause, b->now, &event);
    ident_t id = event.object;
    append(b, &event);
    while (of = chronicle_case(b->chronicle, id),
           decide_consequence(context, of, id, cause, ledger_last(ledger) + 1, b->now, &derived,
                              &event))
        append(b, &event);
    buffer_free(&derived);
    return id;
}

/* ---- the company ---- */

static ident_t person(bench_t *b, const char *handle, const char *department, const char *role) {
    text_t roles[] = {text_of(role)};
    struct person_enrol body = {.handle = text_of(handle),
                                .name = text_of(handle),
                                .roles = {roles, 1},
                                .department = text_of(department)};
    memcpy(body.key.b, handle, strnlen(handle, 31));
    return put(b, KIND_PERSON_ENROL, b->administrator, (ident_t){{0}}, &body);
}

static void adopt(bench_t *b, const char *path) {
    arena_t *arena = arena_new(0);
    struct procedure procedure;
    problem_t problem = {0};
    if (procedure_file_read(path, arena, &procedure, &problem) != 0)
        diag_fatal(EX_NOINPUT, DIAG_GENERAL, "%s: %s", path, problem.detail);
    buffer_t bytes = {0};
    record_encode(&procedure_record, &procedure, &bytes, &problem);
    put(b, KIND_PROCEDURE_ADOPT, b->administrator, (ident_t){{0x77}},
        &(struct adopt){.procedure = buffer_bytes(&bytes)});
    buffer_free(&bytes);
    arena_destroy(&arena);
}

static void found(bench_t *b, const char *procedure) {
    struct genesis genesis = {.company = TEXT("乌有机械"),
                              .administrator = TEXT("易明"),
                              .handle = TEXT("yiming"),
                              .administrator_key = {{1}},
                              .coordinator_key = {{2}},
                              .coordinator_curve = {{3}},
                              .archiver_key = {{4}},
                              .archiver_curve = {{5}},
                              .recovery_key = {{6}},
                              .rules = RULES_CURRENT};
    b->administrator = put(b, KIND_LEDGER_GENESIS, (ident_t){{0}}, (ident_t){{0}}, &genesis);
    adopt(b, procedure);
    b->sales = person(b, "songzhixing", "sales", "sales.head");
    b->service = person(b, "tangguo", "sales", "sales.service");
    b->quality = person(b, "yanmingde", "quality", "quality.manager");
    person(b, "qianzheng", "finance", "finance.checker");
    b->production = person(b, "qintieshan", "production", "production.manager");
    for (int i = 0; i < CUSTOMERS; i++) {
        char name[64], brief[32];
        snprintf(name, sizeof name, "第%d摩托车制造有限公司", i + 1);
        snprintf(brief, sizeof brief, "摩托%d", i + 1);
        struct customer body = {.name = text_of(name), .short_name = text_of(brief)};
        b->customers[i] = put(b, KIND_CUSTOMER_REGISTER, b->sales, (ident_t){{0}}, &body);
    }
}

/* ---- one complaint ---- */

static const char *const parts[] = {"主动齿轮", "从动齿轮", "斜齿轮",   "输出轴", "花键轴",
                                    "启动轴",   "链轮",     "变速箱体", "铜衬套", "端盖"};
static const char *const faults[] = {"齿面划伤",   "轴颈锈蚀", "齿根裂纹", "外径超差", "孔距偏移",
                                     "漏加工倒角", "毛刺未除", "硬度偏低", "渗碳层浅", "短装混装"};
static const char *const causes[] = {"周转筐内工件相互碰撞",       "清洗后防锈油膜不完整",
                                     "淬火介质温度超出工艺范围",   "刀具磨损后未及时更换",
                                     "首件检验未按作业指导书进行", "新员工未经上岗培训"};
static const char *const sought[] = {"要求全数更换", "要求派人到厂挑选", "要求退货并换新",
                                     "要求分析原因并书面答复"};
#define PICK(b, list) (list)[luck((b), sizeof(list) / sizeof *(list))]

static ident_t registered(bench_t *b, bool oldest) {
    char text[1200], product[8], lot[24];
    size_t part = luck(b, 10);
    snprintf(product, sizeof product, "P%02d", (int) part + 1);
    snprintf(lot, sizeof lot, "L-%s-%03d", product, (int) luck(b, 1000));
    snprintf(text, sizeof text,
             "我厂装配线于本周使用贵司%s时，发现其中%d件%s，另有%d件%s，外箱标签批号为%s，"
             "已停止使用并单独存放，现场照片随邮件附上。该批共到货%d件，请尽快安排人员处理，"
             "以免影响我厂交付计划。%s",
             parts[part], (int) luck(b, 90) + 1, PICK(b, faults), (int) luck(b, 20) + 1,
             PICK(b, faults), lot, (int) luck(b, 3000) + 100, oldest ? RARE "层脱落。" : "");
    struct feedback_content content = {.kind = FEEDBACK_COMPLAINT,
                                       .customer = b->customers[luck(b, CUSTOMERS)],
                                       .medium = MEDIUM_TELEPHONE,
                                       .received = b->now - HOUR_MS,
                                       .product = text_of(product),
                                       .lot = text_of(lot),
                                       .affected = 3 * DECIMAL_ONE,
                                       .unit = TEXT("件"),
                                       .text = text_of(text),
                                       .sought = text_of(PICK(b, sought))};
    return put(b, KIND_FEEDBACK_REGISTER, b->service, (ident_t){{0}}, &content);
}

static void looked_into(bench_t *b, ident_t id) {
    text_t asked[] = {TEXT("quality"), TEXT("production")};
    put(b, KIND_FEEDBACK_ACKNOWLEDGE, b->service, id,
        &(struct acknowledge){MEDIUM_EMAIL, b->now, TEXT("已收到，质量部正在调查")});
    b->now += HOUR_MS;
    put(b, KIND_FEEDBACK_ASSESS, b->quality, id,
        &(struct triage){.severity = (enum severity)(1 + luck(b, 2)), .departments = {asked, 2}});
    b->now += HOUR_MS;
    put(b, KIND_FEEDBACK_CONTAIN, b->quality, id,
        &(struct containment){.customer = TEXT("请顾客单独存放，派检验员到厂挑选"),
                              .stock = TEXT("库存同批次隔离，挂待处理标识")});
}

static void verdict(bench_t *b, ident_t id, const char *department, ident_t who) {
    char occurrence[400], escape[400];
    snprintf(occurrence, sizeof occurrence, "%s，导致%s；追溯同班次其余工件，未见扩大。",
             PICK(b, causes), PICK(b, faults));
    snprintf(escape, sizeof escape, "出厂检验按抽样方案进行，该缺陷未列入检验项目，%s。",
             PICK(b, causes));
    struct finding finding = {.occurrence = text_of(occurrence),
                              .escape = text_of(escape),
                              .method = TEXT("5个为什么"),
                              .containment = TEXT("在制品全检"),
                              .corrective = TEXT("修订作业指导书并培训，增加巡检频次")};
    put(b, KIND_ROUND_VERDICT, who, id,
        &(struct verdict_given){.department = text_of(department),
                                .verdict = VERDICT_OURS,
                                .evidence = TEXT("现场照片及检验报告"),
                                .finding = {&finding, 1}});
}

static void closed(bench_t *b, ident_t id) {
    static const char *const departments[] = {"production", "quality", "purchasing", "warehouse"};
    char occurrence[400];
    verdict(b, id, "quality", b->quality);
    b->now += HOUR_MS;
    verdict(b, id, "production", b->production);
    snprintf(occurrence, sizeof occurrence, "%s", PICK(b, causes));
    struct disposition disposition = {.remedy = (enum remedy)(1 + luck(b, 5)),
                                      .text = TEXT("补发合格品，费用我方承担"),
                                      .cause = (enum cause)(1 + luck(b, 8)),
                                      .occurrence = text_of(occurrence),
                                      .escape = TEXT("检验项目不全"),
                                      .department = text_of(PICK(b, departments)),
                                      .read_across = TEXT("同类产品一并检查")};
    put(b, KIND_ROUND_CONCLUDE, b->quality, id,
        &(struct conclude){.outcome = OUTCOME_OURS,
                           .opinion = TEXT("属我方责任，按处置意见执行，措施纳入作业指导书"),
                           .disposition = {&disposition, 1}});
    put(b, KIND_ROUND_SIGN, b->quality, id, &(struct sign){.meaning = MEANING_DISPOSITION});
    b->now += HOUR_MS;
    put(b, KIND_FEEDBACK_ANSWER, b->sales, id,
        &(struct reply_given){.text = TEXT("贵司反映的问题经调查属实，补发件随下批发出，"
                                           "纠正措施报告见附件，给贵司造成不便深表歉意。"),
                              .medium = MEDIUM_EMAIL,
                              .when = b->now});
    put(b, KIND_FEEDBACK_CLOSE, b->service, id, &(struct closing){.ending = ENDING_AGREED});
}

static void commit(bench_t *b) {
    double start = seconds();
    register_flush(b->cases);
    b->register_s += seconds() - start;
    if (ledger_commit(chronicle_ledger(b->chronicle)) != LEDGER_OK)
        diag_fatal(EX_IOERR, DIAG_GENERAL, "the disk is full");
}

static void build(bench_t *b, const char *procedure, int64_t complaints, int64_t open) {
    double start = seconds();
    b->now = START;
    ledger_begin(chronicle_ledger(b->chronicle));
    found(b, procedure);
    for (int64_t i = 0; i < complaints + open; i++) {
        if (i && i % CASES_PER_COMMIT == 0) {
            commit(b);
            ledger_begin(chronicle_ledger(b->chronicle));
        }
        moment_t at = START + DAY_MS +
                      (moment_t) ((double) YEARS_MS / (double) (complaints + open) * (double) i);
        b->now = at > b->now ? at : b->now;
        ident_t id = registered(b, i == 0);
        if (i < complaints || i % 3)
            looked_into(b, id);
        if (i < complaints)
            closed(b, id);
    }
    commit(b);
    double took = seconds() - start, events = (double) ledger_last(chronicle_ledger(b->chronicle));
    printf("%-44s %12.4g  (%.0f events in %.0f s)  events/s\n", "desk: fold and store",
           events / took, events, took);
    printf("%-44s %12.4g  %%\n", "desk: of it for the register", 100 * b->register_s / took);
}

/* ---- questions ---- */

static double ask(bench_t *b, const char *who, const char *name, const char *const parameters[][2],
                  size_t *bytes) {
    struct parameter list[6];
    struct query query = {.name = text_of(name), .parameters = {list, 0}};
    for (size_t i = 0; parameters && parameters[i][0]; i++)
        list[query.parameters.n++] = (struct parameter){.name = text_of(parameters[i][0]),
                                                        .value = text_of(parameters[i][1])};
    desk_view_t view = {.chronicle = b->chronicle,
                        .cases = b->cases,
                        .person =
                            context_person_by_name(chronicle_context(b->chronicle), text_of(who)),
                        .now = b->now};
    buffer_t json = {0};
    problem_t problem = {0};
    double start = seconds();
    if (desk_answer(&view, &query, &json, &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s: %s %s", name, reason_name(problem.reason),
                   problem.detail);
    double took = seconds() - start;
    *bytes = json.n;
    buffer_free(&json);
    return took * 1e3;
}

static void measure(bench_t *b, const char *title, const char *who, const char *name,
                    const char *const parameters[][2]) {
    double took[RUNS];
    size_t bytes = 0;
    for (int i = 0; i < RUNS; i++)
        took[i] = ask(b, who, name, parameters, &bytes);
    if (bytes < 12)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s: an empty answer", title);
    report(title, took, RUNS, "ms");
}
#define MEASURE(b, title, name, ...) \
    measure((b), (title), "yanmingde", (name), (const char *const[][2]){__VA_ARGS__, {NULL, NULL}})

static void open_desk(bench_t *b) {
    problem_t problem = {0};
    b->chronicle = chronicle_open(b->path, register_schema, 4096, &problem);
    if (!b->chronicle)
        diag_fatal(EX_NOINPUT, DIAG_GENERAL, "%s: %s", b->path, problem.detail);
    b->cases = register_new(b->chronicle);
}

static void close_desk(bench_t *b) {
    register_destroy(&b->cases);
    chronicle_close(&b->chronicle);
}

static void cold_inbox(bench_t *b, const char *who) {
    double took[RUNS];
    size_t bytes;
    for (int i = 0; i < RUNS; i++) {
        close_desk(b);
        open_desk(b);
        took[i] = ask(b, who, "inbox", NULL, &bytes);
    }
    report("the same, no case in memory yet", took, RUNS, "ms");
}

int main(int argc, char **argv) {
    bench_t b = {.luck = 1};
    int64_t complaints, open;
    crypto_start();
    diag_open("register", true);
    if (argc != 5 || !int_parse(text_of(argv[3]), 1, 10000000, &complaints) ||
        !int_parse(text_of(argv[4]), 1, 100000, &open))
        return EX_USAGE;
    snprintf(b.path, sizeof b.path, "%s/desk.db", argv[1]);
    b.arena = arena_new(0);
    open_desk(&b);
    if (ledger_last(chronicle_ledger(b.chronicle)) == 0)
        build(&b, argv[2], complaints, open);
    b.now = ledger_time(chronicle_ledger(b.chronicle));
    printf("of %lld closed and %lld open complaints:\n", (long long) complaints, (long long) open);
    MEASURE(&b, "search, two characters, one hit in all", "search", {"words", RARE});
    MEASURE(&b, "search, two characters, found often", "search", {"words", "划伤"});
    MEASURE(&b, "search, two words of two characters", "search", {"words", "批号 " RARE});
    MEASURE(&b, "trend of five years, by month", "stats", {"by", "month"});
    MEASURE(&b, "trend of five years, by product", "stats", {"by", "product"});
    MEASURE(&b, "trend of five years, by customer", "stats", {"by", "customer"});
    MEASURE(&b, "trend of five years, by cause", "stats", {"by", "cause"});
    MEASURE(&b, "time in each stage", "stats", {"by", "stage"});
    MEASURE(&b, "complaints in review", "feedback.list", {"state", "in review"});
    MEASURE(&b, "complaints of a customer", "feedback.list", {"customer", "摩托7"});
    measure(&b, "inbox of the quality manager", "yanmingde", "inbox", NULL);
    measure(&b, "inbox of somebody whom nothing waits for", "qianzheng", "inbox", NULL);
    cold_inbox(&b, "qianzheng");
    close_desk(&b);
    arena_destroy(&b.arena);
    return 0;
}
