/* SPDX-License-Identifier: Apache-2.0
 *
 * order: the verbs on an order. What departments and signers say of it is in round.c.
 */
#include <sysexits.h>

#include "common/screen/show.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/order.h"
#include "daemons/agent/cli/typed.h"

int order_confirmation(cli_t *cli, int *argc, char **argv, struct confirmation *out) {
    out->who = option_text(argc, argv, "--who");
    out->how = option_text(argc, argv, "--how");
    return typed_moment(cli, argc, argv, "--when", &out->when);
}

/* ---- class, customer, convening ---- */

static int run_classify(cli_t *cli, int argc, char **argv) {
    struct classify body = {.reason = option_text(&argc, argv, "--reason")};
    if (argc != 2 || cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    body.order_class = text_of(argv[1]);
    return case_judge(cli, argv[0], KIND_ORDER_CLASSIFY, &body);
}

static const json_t *current_revision(const seen_t *seen) {
    const json_t *list = json_object_get(seen->json, "revisions");
    return json_array_get(list, json_array_size(list) - 1);
}

/* The class as the rules propose it. */
static int run_confirm(cli_t *cli, int argc, char **argv) {
    struct classify body = {.reason = option_text(&argc, argv, "--reason")};
    seen_t seen;
    if (argc != 1)
        return cli_usage(cli);
    if (!body.reason.n)
        body.reason = text_of(_("as the rules propose"));
    int rc = case_look(cli, argv[0], &seen);
    if (rc == EX_OK) {
        body.order_class =
            text_of(show_string(json_object_get(current_revision(&seen), "class"), "proposed"));
        rc = case_say(cli, &seen, KIND_ORDER_CLASSIFY, &body);
    }
    json_decref(seen.json);
    return rc;
}

static int run_customer_confirm(cli_t *cli, int argc, char **argv) {
    struct confirmation body;
    int rc = order_confirmation(cli, &argc, argv, &body);
    if (rc != EX_OK)
        return rc;
    if (argc != 1 || cli_lacks("--who", body.who.n) ||
        cli_lacks("--how", body.how.n))
        return cli_usage(cli);
    return case_judge(cli, argv[0], KIND_ORDER_CUSTOMER_CONFIRM, &body);
}

static int run_convene(cli_t *cli, int argc, char **argv) {
    struct convene body = {.note = option_text(&argc, argv, "--note")};
    if (argc != 1)
        return cli_usage(cli);
    return case_judge(cli, argv[0], KIND_ORDER_CONVENE, &body);
}

/* ---- endings ---- */

static int run_decline(cli_t *cli, int argc, char **argv) {
    struct decline body = {.reason = option_text(&argc, argv, "--reason"),
                           .told = option_text(&argc, argv, "--told")};
    if (argc != 1 || cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    return case_judge(cli, argv[0], KIND_ORDER_DECLINE, &body);
}

static int run_withdraw(cli_t *cli, int argc, char **argv) {
    struct confirmation word;
    struct withdraw body = {.reason = option_text(&argc, argv, "--reason"), .word = {&word, 1}};
    int rc = order_confirmation(cli, &argc, argv, &word);
    if (rc != EX_OK)
        return rc;
    if (argc != 1 || cli_lacks("--reason", body.reason.n) ||
        cli_lacks("--who", word.who.n) || cli_lacks("--how", word.how.n))
        return cli_usage(cli);
    return case_judge(cli, argv[0], KIND_ORDER_WITHDRAW, &body);
}

const command_row_t order_commands[] = {
    {"order new", "FILE... [--start MONDAY] [--new-customer]",
     "register orders from JSON or UBL 2.1 files",
     "countersign --as linxiaohe order new order.json", order_run_new},
    {"order list", "[--state STATE] [--class CLASS] [--customer CUSTOMER] [--after N] [--limit N]",
     "the order register", "countersign --as linxiaohe order list --state \"in review\"",
     case_run_list},
    {"order show", "ORDER", "an order with its revisions, reviews and signatures",
     "countersign --as linxiaohe order show DD2026-0001", case_run_show},
    {"order classify", "ORDER CLASS --reason TEXT", "confirm or change the class",
     "countersign --as linxiaohe order classify DD2026-0001 special --reason 交期短", run_classify},
    {"order confirm", "ORDER [--reason TEXT]", "confirm the class that the rules propose",
     "countersign --as linxiaohe order confirm DD2026-0001", run_confirm},
    {"order customer-confirm", "ORDER --who NAME --how TEXT [--when TIME]",
     "record the customer's confirmation",
     "countersign --as linxiaohe order customer-confirm DD2026-0003 --who 采购员 --how 传真",
     run_customer_confirm},
    {"order convene", "ORDER [--note TEXT]", "convene the review of a special order",
     "countersign --as shikai order convene DD2026-0007", run_convene},
    {"order verdict",
     "ORDER accept|conditions|reject [--condition TEXT]... [--reason TEXT] [--evidence TEXT] "
     "[--requirements 1,2] [--confirmed DATE] [--department KEY] | --all accept [--yes] "
     "[--evidence TEXT]",
     "give your department's verdict, or accept all orders that wait for it",
     "countersign --as luoyingshi order verdict DD2026-0008 conditions --condition \"W2 1000 "
     "件，W4 2000 件\"",
     round_run_verdict},
    {"order retract", "ORDER --reason TEXT [--department KEY]",
     "take your department's verdict back",
     "countersign --as luoyingshi order retract DD2026-0008 --reason 看错图号", round_run_retract},
    {"order forward", "ORDER --to PERSON --reason TEXT [--department KEY]",
     "let somebody else give your department's verdict",
     "countersign --as luoyingshi order forward DD2026-0008 --to tianxiaoman --reason 由跟单核实交期",
     round_run_forward},
    {"order add-reviewer", "ORDER DEPARTMENT --reason TEXT", "ask one more department",
     "countersign --as songzhixing order add-reviewer DD2026-0008 finance --reason 付款条件特殊",
     round_run_add_reviewer},
    {"order conclude",
     "ORDER able|negotiate|not-able --opinion TEXT --a1 yes --a2 na:REASON --b yes --c yes --d "
     "na:REASON [--measure \"TEXT;OWNER;DUE\"]...",
     "sum up the review",
     "countersign --as songzhixing order conclude DD2026-0001 able --opinion 能履行 --a1 yes --a2 "
     "na:书面订单 --b yes --c yes --d na:无变更",
     round_run_conclude},
    {"order amend", "ORDER FILE --reason TEXT --who NAME --how TEXT [--when TIME] [--start MONDAY]",
     "a new revision, agreed with the customer",
     "countersign --as linxiaohe order amend DD2026-0008 order-2.json --reason 分批交货 --who "
     "采购员 --how 邮件",
     order_run_amend},
    {"order sign", "ORDER [--meaning MEANING] [--remark TEXT] | --all [--yes] [--remark TEXT]",
     "sign the next step, or of all orders that wait for you",
     "countersign --as jianghuaiyuan order sign DD2026-0007", round_run_sign},
    {"order decline", "ORDER --reason TEXT [--told TEXT]", "do not take the order",
     "countersign --as songzhixing order decline DD2026-0010 --reason 材料交期45天", run_decline},
    {"order withdraw", "ORDER --reason TEXT --who NAME --how TEXT [--when TIME]",
     "the customer withdraws it",
     "countersign --as linxiaohe order withdraw DD2026-0012 --reason 项目取消 --who 采购员 --how "
     "电话",
     run_withdraw},
    {NULL, NULL, NULL, NULL, NULL},
};
