# SPDX-License-Identifier: Apache-2.0
"""Complaints at the command line, as people type and read them: text and JSON, Chinese and English, and what is said when a word is
wrong."""

import json
import os
import subprocess

from company import BIN, Said

BUILD = os.path.dirname(BIN)
NEW = ("complaint", "new", "--customer", "C05", "--medium", "fax", "--product", "P04", "--lot", "L-P04-022", "--delivered", "600",
       "--affected", "120", "--unit", "件", "--text", "轴颈锈蚀，防锈袋破损", "--sought", "换货")
DISPOSITION = ("--opinion", "防锈袋破损", "--remedy", "replace", "--text", "换货120件", "--cause", "material", "--occurrence", "供方换料",
               "--escape", "未抽检", "--department", "采购部", "--read-across", "P05 同袋", "--loss", "3000.50", "--currency", "CNY")


def say(company, name, *words, lang="C.UTF-8"):
    """What the person sees: no JSON, in their language."""
    person = company.person(name)
    company.start(f"agent {person.department}")
    env = dict(company.env(), LC_ALL="", LANG=lang, COUNTERSIGN_LOCALE=f"{BUILD}/locale")
    done = subprocess.run([f"{BIN}/countersign", "--as", person.handle, *words], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    return Said(done.returncode, done.stdout, done.stderr)


def chinese(company, name, *words):
    return say(company, name, *words, lang="zh_CN.UTF-8")


def read_by(company, *names):
    """Everybody's department has heard what was written elsewhere."""
    last = max(position for _, position in company.receipts)
    for name in names:
        person = company.person(name)
        company.wait_until(lambda p=person: p.does("status")["position"] >= last, f"{name} reads position {last}")


def does(company, name, *words, then=()):
    receipt = company.person(name).does(*words)
    read_by(company, *then)
    return receipt


def registered(company, *more, by="唐果"):
    """Its number."""
    ident = does(company, by, *NEW, *more, then=("严明德",))["id"]
    return company.person(by).does("complaint", "show", ident)["number"]


def file_of(company, name, text):
    path = f"{company.folder}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


# ---- the whole way ----

def test_a_complaint_from_the_first_call_to_its_closing(company):
    """[complaint-review rule] Each stage is a command; what it came to stands on the screen, in Chinese as in English."""
    photo = file_of(company, "photo.jpg", "rust")
    order = company.person("林小禾").order_new("O03.json")
    number = registered(company, "--contact", "王工 138", "--attach", photo, "--order", order.number)
    does(company, "唐果", "complaint", "acknowledge", number, "--medium", "telephone", then=("严明德",))
    does(company, "严明德", "complaint", "assess", number, "--severity", "major", "--departments", "质量部,purchasing")
    does(company, "严明德", "complaint", "contain", number, "--stock", "库存隔离", then=("邓采薇",))
    does(company, "邓采薇", "complaint", "verdict", number, "属我方", "--occurrence", "看错批号")
    does(company, "邓采薇", "complaint", "retract", number, "--reason", "看错批号")
    does(company, "邓采薇", "complaint", "verdict", number, "partly", "--occurrence", "供方换料", "--by", "2027-01-15", then=("严明德",))
    does(company, "严明德", "complaint", "verdict", number, "部分属我方", "--occurrence", "运输受潮", "--corrective", "换袋", "--reason", "部分在运输途中",
         "--evidence", "来料记录")
    does(company, "严明德", "complaint", "conclude", number, "partly", *DISPOSITION,
         "--measure", "更换防锈袋; 抽检；邓采薇；2027-01-31;corrective")
    does(company, "严明德", "complaint", "sign", number, "--remark", "照此办理", then=("唐果", "邓采薇"))
    does(company, "唐果", "complaint", "answer", number, "--medium", "letter", "--text", "换货120件", "--attach", photo)

    assert "更换防锈袋; 抽检 · 邓采薇 · 期限 2027-01-31" in chinese(company, "邓采薇", "inbox").out
    assert "更换防锈袋; 抽检 · 邓采薇 · due 2027-01-31" in say(company, "邓采薇", "why", number).out
    does(company, "邓采薇", "action", "report", number, "1", "--text", "新袋已换用", "--attach", photo, then=("严明德",))
    does(company, "严明德", "action", "verify", number, "1", "--no-effect", "--text", "又有一件")
    does(company, "严明德", "action", "change", number, "1", "--due", "2027-02-15", "--reason", "供方延期", then=("邓采薇",))
    does(company, "邓采薇", "action", "report", number, "1", "--text", "加厚防锈袋", then=("严明德",))
    does(company, "严明德", "action", "verify", number, "1", "--effective", "--text", "三批无锈蚀", then=("唐果",))
    does(company, "唐果", "complaint", "close", number, "--agreed")

    shown = company.person("唐果").does("complaint", "show", number)
    assert (shown["state"], shown["open"], shown["closed"][0]["ending"]) == ("closed", False, "agreed")
    assert [a["name"] for a in shown["answered"][0]["attachments"]] == ["photo.jpg"]
    assert shown["revisions"][0]["content"]["order_number"] == order.number
    text = chinese(company, "唐果", "complaint", "show", number).out
    for words in (f"订单: {order.number}", "水帘洞水泵", "已结案 · 投诉 · 一般", "类别: 投诉", "传真", "批号: L-P04-022", "告知受理: 电话 · 唐果", "告知时间: ", "备注: 照此办理", "依据: 来料记录", "处置意见: 部分属我方", "→ 质量部、采购部", "库存: 库存隔离",
                  "采购部: 部分属我方 · 邓采薇", "(已撤回) 采购部: 属我方", "流出原因: 未抽检", "处置: 更换 · 换货120件", "横向展开: P05 同袋",
                  "措施 1: 更换防锈袋; 抽检 · 邓采薇 · 2027-02-15 · 已验证 · 纠正措施", "验证无效: 又有一件", "验证有效: 三批无锈蚀",
                  "答复: 信函 · 唐果", "结案: 顾客认可"):
        assert words in text, text
    text = say(company, "唐果", "complaint", "show", number).out
    for words in ("closed · complaint · major", "acknowledged: telephone · 唐果", "disposition: replace", "without effect: 又有一件"):
        assert words in text, text
    assert number in chinese(company, "唐果", "complaint", "list", "--state", "closed").out
    read_by(company, "石开")
    record = json.dumps(company.person("石开").does("events", "--case", number), ensure_ascii=False)
    assert "轴颈锈蚀" in record and "王工" not in record, "who spoke lies in a blob"
    first = company.person("石开").does("events", "--case", number, "--limit", "2")
    assert f"更多：--from {first['from']}" in chinese(company, "石开", "events", "--case", number, "--limit", "2").out
    rest = company.person("石开").does("events", "--case", number, "--from", str(first["from"]))
    assert "from" not in rest and json.dumps(first["events"] + rest["events"], ensure_ascii=False) in record


def test_a_rule_that_leans_nowhere_shows_no_verdict(company):
    """[complaint-review rule] Of a lot that nobody knows, a rule has no opinion: its words are shown, and no word that reads as a finding."""
    number = registered(company)
    does(company, "唐果", "complaint", "acknowledge", number, "--medium", "telephone", then=("严明德",))
    does(company, "严明德", "complaint", "assess", number, "--severity", "major")
    does(company, "严明德", "complaint", "contain", number, "--stock", "库存隔离")
    company.wait_until(lambda: "建议 质量部" in chinese(company, "严明德", "complaint", "show", number).out, "quality's advice")
    text = chinese(company, "严明德", "complaint", "show", number).out
    assert "建议 质量部: 规则无倾向：" in text and "部分属我方" not in text, text


def test_a_duplicate_is_shown_by_the_other_ones_number(company):
    first, second = registered(company), registered(company)
    twin = ("complaint", "assess", second, "--severity", "minor", "--duplicate", first, "--reason", "同一批")
    said = chinese(company, "严明德", *twin)
    assert (said.code, "请先评定那一件" in said.err) == (65, True), said
    does(company, "严明德", "complaint", "assess", first, "--severity", "minor")
    does(company, "严明德", *twin)
    assert f"重复于: {first}" in chinese(company, "严明德", "complaint", "show", second).out
    said = chinese(company, "严明德", "complaint", "assess", first, "--severity", "minor", "--duplicate", first)
    assert (said.code, "就是该事项本身" in said.err) == (65, True), said


def test_feedback_from_a_file(company):
    """[QP21-4.6b rule] An enquiry handed in as JSON; it needs nobody's review. Its kind can be said by the document or the command."""
    enquiry = {"customer": "C02", "medium": "telephone", "product": "P09", "text": "询问气密试验压力", "contact": "李工"}
    path = file_of(company, "enquiry.json", json.dumps({**enquiry, "kind": "enquiry"}, ensure_ascii=False))
    said = chinese(company, "唐果", "feedback", "new", path)
    assert (said.code, "FK" in said.out, "询问" in said.out, "已受理" in said.out) == (0, True, True, True), said
    number = said.out.split(":")[0]
    assert company.person("唐果").does("feedback", "show", number)["state"] == "to answer"
    said = say(company, "唐果", "complaint", "new", path)
    assert (said.code, "countersign feedback new" in said.err) == (65, True), "an enquiry is no complaint"
    path = file_of(company, "nothing.json", json.dumps(enquiry, ensure_ascii=False))
    assert (said := say(company, "唐果", "feedback", "new", path)).code == 65 and "kind" in said.err
    assert say(company, "唐果", "complaint", "new", path).code == 0, "what complaint new registers is one"
    path = file_of(company, "wrong.json", json.dumps({**enquiry, "batch": "7"}, ensure_ascii=False))
    said = chinese(company, "唐果", "complaint", "new", path)
    assert (said.code, path in said.err, "batch" in said.err) == (66, True, True), said
    assert [f["number"] for f in company.person("唐果").does("feedback", "list", "--kind", "enquiry")["feedback"]] == [number]


def test_the_register_is_asked_in_the_readers_words(company):
    """By state, class and kind as the screen names them; what is none of them is answered with those that are."""
    number = registered(company)
    order = company.person("林小禾").order_new("O01.json").number
    for words, found in ((("complaint", "list", "--state", "已登记", "--class", "投诉", "--customer", "水帘洞水泵"), number),
                         (("complaint", "list", "--customer", "C01"), None), (("complaint", "list", "--state", "to-answer"), None),
                         (("feedback", "list", "--kind", "投诉"), number), (("feedback", "list", "--kind", "询问"), None),
                         (("order", "list", "--state", "已登记"), order), (("order", "list", "--state", "已生效"), None)):
        said = chinese(company, "唐果", *words)
        assert (said.code, said.out.split(" ")[0]) == (0, found or "没有\n"), (words, said)
    said = chinese(company, "唐果", "complaint", "list", "--state", "registered")
    assert (said.code, "--state：只能是：已登记、" in said.err) == (64, True), said


def test_times_are_typed_in_the_companys_own(company):
    """With or without the hour; as RFC 3339 has them, too."""
    number = registered(company, "--received", "2026-11-20 09:00")
    first = company.person("唐果").does("complaint", "show", number)
    assert first["revisions"][0]["content"]["received"] == "2026-11-20T01:00:00.000Z"
    does(company, "唐果", "complaint", "acknowledge", number, "--medium", "telephone", "--when", "2026-11-21")
    does(company, "唐果", "complaint", "amend", number, "--received", "2026-11-20T10:00:00+08:00", "--reason", "补正")
    shown = company.person("唐果").does("complaint", "show", number)
    assert shown["acknowledged"][0]["when"] == "2026-11-20T16:00:00.000Z"
    assert shown["revisions"][1]["content"]["received"] == "2026-11-20T02:00:00.000Z"
    said = chinese(company, "唐果", *NEW, "--received", "2026-11-20 25:00")
    assert (said.code, "--received：时刻" in said.err) == (64, True), said


def test_a_product_that_the_table_does_not_know_is_warned_of(company):
    """Nobody is kept from complaining; whose role does not read the table is told nothing of it."""
    said = chinese(company, "唐果", *NEW[:6], "--product", "P99", "--text", "x")
    assert (said.code, "产品 P99 不在产品表中" in said.err, "TS2026-" in said.out) == (0, True, True), said
    assert chinese(company, "唐果", *NEW).err == ""
    said = chinese(company, "白露", *NEW[:6], "--product", "P99", "--text", "x")
    assert (said.code, said.err, "TS2026-" in said.out) == (0, "", True), said


# ---- another kind of case ----

def test_a_command_on_a_case_of_another_kind_names_the_right_one(company):
    """An enquiry is no complaint, a complaint no order; whatever a customer tells us is feedback, a complaint, too."""
    number = registered(company)
    order = company.person("林小禾").order_new("O01.json")
    said = chinese(company, "唐果", "order", "verdict", number, "accept")
    assert (said.code, "事项类型不符" in said.err, "countersign complaint verdict" in said.err) == (65, True, True), said
    refusal = company.person("唐果").is_refused("complaint", "show", order.id)
    assert refusal["reason"] == "WRONG_CASE" and "countersign order show" in refusal["detail"]
    assert company.person("唐果").does("feedback", "show", number)["kind"] == "complaint"
    said = chinese(company, "严明德", "complaint", "reclassify", number, "询问", "--reason", "只是询问")
    assert (said.code, said.out.startswith("FK"), "询问" in said.out) == (0, True, True), "it has another number now"
    said = chinese(company, "唐果", "complaint", "answer", number, "--medium", "fax", "--text", "0.3 MPa")
    assert (said.code, "countersign feedback answer" in said.err) == (65, True), said


# ---- amending ----

def test_what_came_to_light_is_amended_by_options(company):
    """The rest stays as it is, who spoke and the photograph, too, also where the amender may not read who spoke."""
    photo = file_of(company, "photo.jpg", "rust")
    number = registered(company, "--contact", "王工 138", "--attach", photo)
    does(company, "唐果", "complaint", "amend", number, "--lot", "L-P04-023", "--attach", photo, "--reason", "批号补正", then=("严明德",))
    shown = company.person("唐果").does("complaint", "show", number)
    before, after = (r["content"] for r in shown["revisions"])
    assert (after["lot"], after["text"], after["contact"]) == ("L-P04-023", before["text"], before["contact"])
    assert len(after["attachments"]) == 2 and after["attachments"][0] == before["attachments"][0]
    assert "lot" in [d["path"] for d in shown["revisions"][1]["differences"]]
    withheld = company.person("严明德").does("complaint", "show", number)["revisions"][1]["content"]
    assert "contact" not in withheld and withheld["contact_withheld"]
    does(company, "严明德", "complaint", "amend", number, "--affected", "121", "--reason", "复检", then=("唐果",))
    latest = company.person("唐果").does("complaint", "show", number)["revisions"][2]["content"]
    assert (latest["affected"], latest["contact"]) == ("121", before["contact"])
    assert say(company, "唐果", "complaint", "amend", number, "--reason", "什么都没改").code == 64


def test_what_was_erased_is_not_named_again(company):
    """Who spoke and one photograph are erased; the complaint can still be amended, and names them no more."""
    photo, letter = file_of(company, "photo.jpg", "rust"), file_of(company, "letter.txt", "Dear")
    number = registered(company, "--contact", "王工 138", "--attach", photo, "--attach", letter)
    for what in ("contact", "photo.jpg"):
        does(company, "宋知行", "erase", number, what, "--reason", "本人要求")
    does(company, "唐果", "complaint", "amend", number, "--lot", "L-P04-023", "--reason", "批号补正")
    content = company.person("唐果").does("complaint", "show", number)["revisions"][1]["content"]
    assert [a["name"] for a in content["attachments"]] == ["letter.txt"] and "contact" not in content
    shown = company.person("唐果").does("complaint", "show", number)["revisions"][0]["content"]["attachments"]
    assert [(a["name"], a.get("erased", False)) for a in shown] == [("photo.jpg", True), ("letter.txt", False)]
    assert "photo.jpg (4) · 已擦除\n" in chinese(company, "唐果", "complaint", "show", number).out


# ---- what is wrong is said ----

def test_wrong_words_and_missing_options_are_answered_with_the_usage(company):
    """Exit code 64, before anything is asked of the hub."""
    for words in (("complaint", "new", "--customer", "C05", "--text", "x"), ("complaint", "new", "--nonsense"),
                  ("feedback", "new", "--customer", "C05", "--medium", "fax", "--text", "x"), (*NEW, "file.json"),
                  ("complaint", "contain", "TS2026-0001"), ("complaint", "close", "TS2026-0001"),
                  ("complaint", "close", "TS2026-0001", "--agreed", "--no-reply"), ("complaint", "reopen", "TS2026-0001"),
                  ("complaint", "reclassify", "TS2026-0001", "pigeon", "--reason", "x"),
                  ("feedback", "verdict", "TS2026-0001", "perhaps"), ("action", "verify", "TS2026-0001", "1", "--text", "x"),
                  ("action", "report", "TS2026-0001", "one", "--text", "x"), ("complaint", "list", "--kind", "claim")):
        said = chinese(company, "唐果", *words)
        assert (said.code, said.out) == (64, ""), (words, said)
        assert f"用法：countersign [选项] {words[0]} {words[1]} " in said.err, said
        assert "例如：countersign --as" in said.err
    for words, one in ((("complaint", "new", "--customer", "C05", "--text", "x"), "缺少 --medium\n"),
                       (("complaint", "answer", "TS2026-0001", "--medium", "fax"), "缺少 --text\n"),
                       (("action", "verify", "TS2026-0001", "1", "--effective"), "缺少 --text\n"),
                       (("complaint", "reopen", "TS2026-0001"), "缺少 --reason\n"),
                       (("complaint", "conclude", "TS2026-0001", "ours", "--remedy", "更换", "--cause", "料"), "缺少 --opinion\n"),
                       (("order", "decline", "DD2026-0001"), "缺少 --reason\n")):
        said = chinese(company, "唐果", *words)
        assert (said.code, said.err.startswith(f"countersign: {one}用法")) == (64, True), (words, said)
    for words, one in ((("complaint", "assess", "TS2026-0001"), "--severity：只能是：轻微、一般、严重"),
                       (("complaint", "acknowledge", "TS2026-0001", "--medium", "pigeon"), "--medium：只能是：面谈、信函、电话"),
                       (("complaint", "conclude", "TS2026-0001", "ours", "--opinion", "x"), "--remedy：只能是：更换、"),
                       (("complaint", "answer", "TS2026-0001", "--medium", "fax", "--when", "morgen"), "--when：时刻"),
                       (("action", "add", "TS2026-0001", "没有期限"), "措施写作")):
        said = chinese(company, "唐果", *words)
        assert (said.code, one in said.err) == (64, True), (words, said)


def test_a_refusal_is_read_in_chinese_with_its_clause(company):
    """[complaint-review refusal] What was refused, why, and by which clause."""
    number = registered(company)
    for name, words, text in (
            ("唐果", ("complaint", "answer", number, "--medium", "fax", "--text", "x"), "处置签批之后才能进行 (事项状态为 已登记) [QP21-4.6]"),
            ("严明德", ("complaint", "verdict", number, "ours", "--occurrence", "x"), "(尚待办理：告知受理) [ISO 10002 7.5]"),
            ("唐果", ("complaint", "assess", number, "--severity", "minor"), "非本岗位权限 (您的岗位都不能办理 评估) [QP21-3]"),
            ("严明德", ("complaint", "assess", number, "--severity", "minor", "--departments", "财务部"), "(这一类事项不征询 财务部)"),
            ("严明德", ("action", "report", number, "7", "--text", "x"), "(没有第 7 项措施)")):
        said = chinese(company, name, *words)
        assert said.code != 0 and text in said.err, said
    does(company, "严明德", "action", "add", number, "抽检同批;严明德;2027-01-31")
    does(company, "严明德", "action", "report", number, "1", "--text", "已抽检")
    said = chinese(company, "严明德", "action", "verify", number, "1", "--effective", "--text", "很好")
    assert (said.code, "(不能验证自己措施的有效性) [ISO 9001 10.2.1]" in said.err) == (77, True), said


def test_a_department_that_is_not_asked_is_named_by_its_name(company):
    number = registered(company)
    does(company, "唐果", "complaint", "acknowledge", number, "--medium", "telephone", then=("严明德",))
    does(company, "严明德", "complaint", "assess", number, "--severity", "minor", "--departments", "质量部,采购部")
    does(company, "严明德", "complaint", "contain", number, "--stock", "隔离", then=("方存信", "邓采薇"))
    said = chinese(company, "方存信", "complaint", "verdict", number, "ours", "--occurrence", "x")
    assert (said.code, "未请该部门评审 (仓库)" in said.err) == (65, True), said
    said = chinese(company, "邓采薇", "complaint", "verdict", number, "ours", "--occurrence", "长" * 700)
    assert (said.code, "0 至 2000 字节" in said.err) == (65, True), said


def test_what_contains_and_why_nothing_has_to_do_not_go_together(company):
    said = chinese(company, "严明德", "complaint", "contain", "TS2026-0001", "--stock", "隔离", "--unneeded", "无库存")
    assert (said.code, "--unneeded 说明为何无需围堵，不能与 --customer" in said.err) == (64, True), said


def test_a_question_without_connection_is_not_said_to_be_kept(company):
    """Only what is written waits in the outbox."""
    registered(company)
    company.kill(f"department {company.person('唐果').department}")
    said = chinese(company, "唐果", "complaint", "list")
    assert (said.code, "请再查询" in said.err, "保留" in said.err) == (75, True, False), said
