/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback: the verbs on complaints and on other feedback, which is whatever else a customer tells
 * us (QP21-4.6). A complaint is feedback, too: what it shares is one row for both.
 */
#include "daemons/agent/cli/feedback.h"

#include "daemons/agent/cli/case.h"

const command_row_t feedback_commands[] = {
    {"complaint new",
     "FILE... | --customer CUSTOMER --medium MEDIUM --text TEXT [--order ORDER] [--delivery-note "
     "NUMBER] [--product NUMBER] [--lot LOT] [--delivered N] [--affected N] [--unit UNIT] "
     "[--sought TEXT] [--received TIME] [--contact TEXT] [--note TEXT] [--attach FILE]...",
     "register a complaint, from options or JSON files",
     "countersign --as tangguo complaint new --customer C05 --medium fax --product P04 --lot "
     "L-P04-022 --delivered 600 --affected 120 --text 轴颈锈蚀，防锈袋破损",
     feedback_run_new},
    {"feedback new",
     "FILE... | --kind KIND --customer CUSTOMER --medium MEDIUM --text TEXT [as complaint new]...",
     "register an enquiry, suggestion, praise, claim, dealer report or lost business",
     "countersign --as tangguo feedback new --kind enquiry --customer C02 --medium telephone "
     "--text P09气密试验压力和保压时间",
     feedback_run_new},
    {"complaint list",
     "[--state STATE] [--class CLASS] [--customer CUSTOMER] [--after N] [--limit N]",
     "the complaint register", "countersign --as tangguo complaint list --state \"in review\"",
     case_run_list},
    {"feedback list",
     "[--kind KIND] [--state STATE] [--class CLASS] [--customer CUSTOMER] [--after N] [--limit N]",
     "all feedback, complaints among it", "countersign --as tangguo feedback list --kind enquiry",
     case_run_list},
    {"complaint|feedback show", "NUMBER", "the case with its stages, reviews and actions",
     "countersign --as tangguo complaint show TS2026-0001", case_run_show},
    {"complaint|feedback acknowledge", "NUMBER --medium MEDIUM [--when TIME] [--text TEXT]",
     "the customer was told that it is here",
     "countersign --as tangguo complaint acknowledge TS2026-0001 --medium telephone",
     feedback_run_acknowledge},
    {"complaint|feedback assess",
     "NUMBER --severity minor|major|critical [--safety] [--urgent] [--complex] [--duplicate "
     "NUMBER] [--departments KEY,KEY] [--reason TEXT]",
     "assess severity, safety and urgency, and who is asked",
     "countersign --as yanmingde complaint assess TS2026-0001 --severity critical --safety",
     feedback_run_assess},
    {"complaint|feedback contain",
     "NUMBER [--customer TEXT] [--transit TEXT] [--stock TEXT] [--unneeded TEXT]",
     "what keeps it from spreading, or why nothing has to",
     "countersign --as yanmingde complaint contain TS2026-0001 --stock 库存200件隔离",
     feedback_run_contain},
    {"complaint|feedback verdict",
     "NUMBER ours|partly|not-ours (of a suggestion or report: accept|conditions|reject) "
     "[--occurrence TEXT] [--escape TEXT] [--method TEXT] [--containment TEXT] [--corrective TEXT] "
     "[--by DAY] [--reason TEXT] [--evidence TEXT] [--condition TEXT]... [--department KEY]",
     "give your department's verdict",
     "countersign --as qintieshan complaint verdict TS2026-0001 ours --occurrence 淬火温度偏高 "
     "--corrective 校准炉温",
     round_run_verdict},
    {"complaint|feedback retract", "NUMBER --reason TEXT [--department KEY]",
     "take your department's verdict back",
     "countersign --as qintieshan complaint retract TS2026-0001 --reason 批号看错",
     round_run_retract},
    {"complaint|feedback forward", "NUMBER --to PERSON --reason TEXT [--department KEY]",
     "let somebody else give your department's verdict",
     "countersign --as yanmingde complaint forward TS2026-0001 --to luzhun --reason 由检验员核实",
     round_run_forward},
    {"complaint|feedback add-reviewer", "NUMBER DEPARTMENT --reason TEXT",
     "ask one more department",
     "countersign --as yanmingde complaint add-reviewer TS2026-0001 finance --reason 涉及赔付",
     round_run_add_reviewer},
    {"complaint|feedback conclude",
     "NUMBER ours|partly|not-ours --opinion TEXT --remedy REMEDY --cause CAUSE [--text "
     "TEXT] [--occurrence TEXT] [--escape TEXT] [--department KEY] [--read-across TEXT] [--loss "
     "AMOUNT --currency CODE] [--measure \"TEXT;OWNER;DUE[;TYPE]\"]... (of a suggestion or report: "
     "adopted|not-adopted --opinion TEXT)",
     "sum up the review, with the disposition",
     "countersign --as yanmingde complaint conclude TS2026-0001 ours --opinion 淬火裂纹 --remedy "
     "replace --cause machine --occurrence 炉温失控 --department production --measure "
     "\"校准炉温;秦铁山;2026-12-31;corrective\"",
     round_run_conclude},
    {"complaint|feedback sign",
     "NUMBER [--meaning MEANING] [--remark TEXT] | --all [--yes] [--remark TEXT]",
     "sign the next step, or of all that wait for you",
     "countersign --as jianghuaiyuan complaint sign TS2026-0001", round_run_sign},
    {"complaint|feedback answer",
     "NUMBER --text TEXT --medium MEDIUM [--when TIME] [--attach FILE]...", "answer the customer",
     "countersign --as tangguo complaint answer TS2026-0001 --medium letter --text 全数更换",
     feedback_run_answer},
    {"complaint|feedback close",
     "NUMBER --agreed|--not-agreed|--no-reply|--withdrawn [--text TEXT]",
     "close it, with or without the customer's agreement",
     "countersign --as songzhixing complaint close TS2026-0001 --agreed", feedback_run_close},
    {"complaint|feedback reopen", "NUMBER --reason TEXT", "look into it anew",
     "countersign --as songzhixing complaint reopen TS2026-0001 --reason 同批再次出现",
     feedback_run_reopen},
    {"complaint|feedback reclassify", "NUMBER KIND --reason TEXT",
     "it is of another kind: complaint, enquiry, suggestion, praise, claim, dealer report, lost "
     "business",
     "countersign --as tangguo complaint reclassify TS2026-0006 enquiry --reason 只是询问",
     feedback_run_reclassify},
    {"complaint|feedback amend", "NUMBER FILE|[as complaint new]... --reason TEXT",
     "say it anew: what was wrong, or has come to light",
     "countersign --as tangguo complaint amend TS2026-0001 --lot L-P08-017 --reason 批号补正",
     feedback_run_amend},
    {NULL, NULL, NULL, NULL, NULL},
};
