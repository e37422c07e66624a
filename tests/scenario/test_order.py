# SPDX-License-Identifier: Apache-2.0
"""An order's way from the register to taking effect, or to its other ends."""

import pytest

from company import YES

ALL_FIVE = {"planning": "罗应时", "purchasing": "邓采薇", "production": "秦铁山", "sales": "宋知行", "quality": "严明德"}


def regular(company, file="O01.json", by="林小禾"):
    """Registered, class confirmed: under review."""
    order = company.person(by).order_new(file)
    company.person(by).confirm(order)
    return order


def reviewed(company, file="O01.json", by="林小禾"):
    order = regular(company, file, by)
    order.wait_tally("able")
    return order


def special(company, file="O07.json"):
    order = regular(company, file)
    company.person("石开").convene(order)
    return order


def everybody_says(company, order, verdict="accept", **others):
    for department, name in ALL_FIVE.items():
        company.person(name).verdict(order, *others.get(department, (verdict,)))


def concluded(company, file="O07.json"):
    order = special(company, file)
    everybody_says(company, order)
    company.person("宋知行").conclude(order)
    return order


# ---- regular orders ----

def test_a_regular_order_goes_all_the_way(company):
    """[QP21-4.3.1.1 rule] sales checks, planning confirms the date, the planning manager completes.
    [QP21-4.4.1 rule] The sales head's signature makes it effective; then it is archived and verified."""
    order = reviewed(company)
    assert order.standing() == {"sales": "accept", "planning": "accept", "purchasing": "accept"}
    assert all(v["by"]["daemon"] and v["mandate"] for v in order.round()["verdicts"])
    company.person("宋知行").conclude(order, "able")
    company.person("罗应时").sign(order, "complete")
    assert order.show()["review_completed"]
    company.person("宋知行").sign(order, "effective")
    order.wait_state("effective")
    assert [s["by"]["name"] for s in order.round()["signatures"]] == ["罗应时", "宋知行"]
    company.check_nothing_lost()
    status = company.status()
    assert status["verified"] == status["archived"] == status["position"]


def test_an_automatic_verdict_never_signs(company):
    """[QP21-4.3.1.1 refusal] With every verdict given by rule, the review still waits for its people."""
    order = reviewed(company)
    refusal = company.person("罗应时").is_refused("order", "sign", order.id, "--meaning", "complete")
    assert refusal["reason"] == "NOT_REVIEWED"
    assert not order.round()["signatures"]
    assert [w["kind"] for w in company.person("宋知行").why(order)] == ["round.conclude"]


def test_a_clerk_does_not_take_the_heads_place(company):
    """[QP21-3.5 refusal] Regular orders are concluded and signed by the sales head."""
    order = reviewed(company)
    clerk = company.person("何一帆")
    refusal = clerk.is_refused("order", "conclude", order.id, "able", "--opinion", "能", *YES)
    assert (refusal["reason"], refusal["clause"]) == ("WRONG_ROLE", "QP21-4.3.2")
    company.person("宋知行").conclude(order)
    company.person("罗应时").sign(order)
    assert clerk.is_refused("order", "sign", order.id)["reason"] == "WRONG_ROLE"


def test_who_registered_an_order_does_not_sign_it(company):
    """[QP21-3 refusal] Four eyes: the sales head registered, so the deputy concludes and signs."""
    order = reviewed(company, "O04.json", by="宋知行")
    head, deputy = company.person("宋知行"), company.person("石开")
    refusal = head.is_refused("order", "conclude", order.id, "able", "--opinion", "能", *YES)
    assert refusal["reason"] == "FOUR_EYES"
    deputy.conclude(order)
    company.person("罗应时").sign(order, "complete")
    assert head.is_refused("order", "sign", order.id, "--meaning", "effective")["reason"] == "FOUR_EYES"
    deputy.sign(order, "effective")
    order.wait_state("effective")


def test_the_stand_in_stays_out_where_the_head_may(company):
    """[QP21-3.5 refusal] The deputy steps in for four eyes alone."""
    order = reviewed(company)
    refusal = company.person("石开").is_refused("order", "conclude", order.id, "able", "--opinion", "能", *YES)
    assert refusal["reason"] == "WRONG_ROLE"


# ---- special orders ----

def test_a_special_order_goes_all_the_way(company):
    """[QP21-4.3.2 rule] Convened by the deputy, reviewed by five departments, completed by the deputy.
    [QP21-3.5 rule] The general manager approves.
    [QP21-4.4.1 rule] The deputy signs the contract, and both sides' confirmation makes it effective."""
    order = regular(company, "O07.json")
    assert order.show()["revisions"][0]["class"]["proposed"] == "special"
    assert order.show()["state"] == "registered"
    company.person("石开").convene(order)
    order.wait_advice(*ALL_FIVE)
    assert not order.standing(), "advice is no verdict"
    everybody_says(company, order)
    company.person("宋知行").conclude(order)
    company.person("石开").sign(order, "complete")
    company.person("江怀远").sign(order, "approve")
    company.person("石开").sign(order, "contract")
    order.wait_state("awaiting signature")
    company.person("林小禾").customer_confirms(order, how="盖章合同")
    order.wait_state("effective")
    assert [s["meaning"] for s in order.round()["signatures"]] == ["complete", "approve", "contract", "customer"]
    company.check_nothing_lost()


def test_five_departments_review_side_by_side(company):
    """[QP21-4.3.2 rule] Nobody waits for another: all five speak at the same moment."""
    order = special(company)
    calls = [company.person(name).begins("order", "verdict", order.id, "accept") for name in ALL_FIVE.values()]
    assert [company.end(call).code for call in calls] == [0] * 5
    order.wait_tally("able")
    assert order.standing() == dict.fromkeys(ALL_FIVE, "accept")
    company.check_nothing_lost()


def test_nobody_convenes_but_the_deputy(company):
    """[QP21-4.3.2 refusal] The deputy general manager convenes, and nothing is reviewed before."""
    order = regular(company, "O07.json")
    assert company.person("宋知行").is_refused("order", "convene", order.id)["reason"] == "WRONG_ROLE"
    assert company.person("罗应时").is_refused("order", "verdict", order.id, "accept")["reason"] == "NOT_REVIEWED"


def test_no_contract_is_signed_before_the_review_is_complete(company):
    """[QP21-4.2.1 refusal] At every stage before, the contract's signature is refused by its clause."""
    deputy = company.person("石开")
    sign = ("order", "sign", "{}", "--meaning", "contract")

    def is_refused(order):
        refusal = deputy.is_refused(*(word.format(order.id) for word in sign))
        assert (refusal["reason"], refusal["clause"]) == ("NOT_REVIEWED", "QP21-4.2.1"), refusal

    order = company.person("林小禾").order_new("O07.json")
    is_refused(order)
    company.person("林小禾").confirm(order)
    is_refused(order)
    deputy.convene(order)
    is_refused(order)
    everybody_says(company, order)
    is_refused(order)
    company.person("宋知行").conclude(order)
    is_refused(order)
    deputy.sign(order, "complete")
    refusal = deputy.is_refused("order", "sign", order.id, "--meaning", "contract")
    assert refusal["reason"] == "WRONG_ORDER", "the general manager comes before"


def test_a_reject_does_not_end_the_round(company):
    """[QP21-4.3.2 rule] After a reject the other departments still speak; then it is not able."""
    order = special(company, "O10.json")
    company.person("邓采薇").verdict(order, "reject", "--reason", "M07 采购周期 45 个工作日")
    assert order.tally() is None
    for name in ("罗应时", "秦铁山", "宋知行"):
        company.person(name).verdict(order)
    assert order.round()["missing"] == ["quality"]
    company.person("严明德").verdict(order, "reject", "--reason", "盐雾 720 h")
    order.wait_tally("not able")


def test_what_the_company_is_not_able_to_do_is_declined(company):
    """[QP21-4.2.2c refusal] Against a reject nobody concludes that the company is able."""
    order = special(company, "O10.json")
    everybody_says(company, order, quality=("reject", "--reason", "盐雾 720 h"))
    head = company.person("宋知行")
    refusal = head.is_refused("order", "conclude", order.id, "able", "--opinion", "能", *YES)
    assert refusal["reason"] == "CONTRADICTS_TALLY"
    head.conclude(order, "not-able", answers=[w if w != "yes" else "no:不满足" for w in YES])
    head.decline(order, "材料交期和盐雾检测能力都不满足")
    order.wait_state("declined")
    assert order.show()["end_reason"] == "材料交期和盐雾检测能力都不满足"
    assert company.person("罗应时").is_refused("order", "verdict", order.id, "accept")["reason"] == "ENDED"


def test_what_is_negotiated_comes_back_as_a_revision(company):
    """[QP21-4.4.3 rule] A condition, the customer's agreement, a new revision, and all review again."""
    order = special(company, "O08.json")
    two_parts = ("conditions", "--condition", "第二周交 1000 件，第四周交 2000 件")
    everybody_says(company, order, planning=two_parts, production=two_parts)
    order.wait_tally("to negotiate")
    company.person("宋知行").conclude(order, "negotiate")
    order.wait_state("to negotiate")
    assert not order.round()["signatures"]
    company.person("林小禾").amend(order, "O08-2.json", "分两批交货")
    shown = order.show()
    assert shown["revision"] == 2 and len(shown["revisions"]) == 2
    assert [d["path"] for d in shown["revisions"][1]["differences"]], "the difference is on record"
    assert shown["revisions"][1]["agreement"]["who"] == "采购"
    if order.state == "registered":
        company.person("林小禾").confirm(order)
    if not order.show()["convened"]:
        company.person("石开").convene(order)
    assert order.standing() == {}, "nothing decided on revision 1 counts"
    everybody_says(company, order)
    order.wait_tally("able")
    assert [r["revision"] for r in order.rounds()] == [1, 2]
    company.check_nothing_lost()


# ---- verdicts ----

def test_a_verdict_is_replaced_until_the_conclusion(company):
    """[QP21-4.3.2 rule] The one that is replaced stays in the record."""
    order = special(company)
    planner = company.person("罗应时")
    everybody_says(company, order, planning=("reject", "--reason", "看错图号"))
    order.wait_tally("not able")
    planner.verdict(order, "accept")
    order.wait_tally("able")
    said = [(v["verdict"], v["standing"], v["replaced"]) for v in order.round()["verdicts"]
            if v["department"] == "planning"]
    assert said == [("reject", False, True), ("accept", True, False)]
    company.person("宋知行").conclude(order)
    refusal = planner.is_refused("order", "verdict", order.id, "reject", "--reason", "太晚")
    assert (refusal["reason"], refusal["clause"]) == ("CONCLUDED", "QP21-4.3.2")


def test_another_departments_verdict_is_refused(company):
    """[QP21-3.2 refusal] Quality speaks for quality: nobody gives another department's verdict."""
    order = special(company)
    refusal = company.person("罗应时").is_refused("order", "verdict", order.id, "accept", "--department", "quality")
    assert refusal["reason"] == "WRONG_ROLE"
    assert "quality" in order.round()["missing"]


def test_a_verdict_on_an_old_revision_is_refused(company):
    """[QP21-4.4.3 refusal] What planning judged offline was amended in the meantime: refused by its
    clause, what follows is held, and the person looks and says it again."""
    order = special(company, "O11.json")
    planner = company.person("罗应时")
    company.says_alone(planner, "order", "verdict", order.id, "accept")
    company.person("林小禾").amend(order, "O11-2.json", "顾客增加 100 件")
    company.thaw("agent planning")
    company.wait_until(lambda: [r["state"] for r in company.outbox("planning")] == ["refused"],
                       "the old verdict is refused", lambda: company.outbox("planning"))
    row = company.outbox("planning")[0]
    assert (row["reason"], row["clause"]) == ("STALE_REVISION", "QP21-4.4.3")
    assert order.show()["revision"] == 2 and "planning" not in order.standing()
    assert planner.verdict(order, "accept")["state"] == "held"
    planner.does("outbox", "--drop", row["id"])
    company.wait_until(lambda: order.standing() == {"planning": "accept"}, "what was held is sent")
    company.check_nothing_lost()


# ---- unwritten orders ----

@pytest.mark.parametrize("file", ["O03.json", "O05.json"], ids=["telephone", "oral"])
def test_an_unwritten_order_waits_for_the_customer(company, file):
    """[QP21-4.3.1.2 rule] Written down, confirmed by the customer, and only then reviewed.
    [QP21-4.3.1.2 refusal] Before that nobody gives a verdict."""
    order = regular(company, file)
    assert order.state == "awaiting customer"
    assert not order.rounds()
    refusal = company.person("罗应时").is_refused("order", "verdict", order.id, "accept")
    assert (refusal["reason"], refusal["clause"]) == ("NOT_CONFIRMED", "QP21-4.3.1.2")
    company.person("林小禾").customer_confirms(order, who="水泵厂 采购", how="传真")
    order.wait_tally("able")
    assert order.show()["revisions"][0]["confirmed"]["how"] == "传真"


# ---- other ends ----

def test_an_order_is_withdrawn_with_the_customers_word(company):
    order = reviewed(company, "O04.json")
    company.person("林小禾").withdraw(order, "顾客取消备件计划")
    order.wait_state("withdrawn")
    assert order.show()["end_reason"] == "顾客取消备件计划"
    assert not company.person("宋知行").inbox().get(order.id)
    refusal = company.person("宋知行").is_refused("order", "conclude", order.id, "able", "--opinion", "能", *YES)
    assert refusal["reason"] == "ENDED"


# ---- what people see ----

def test_why_says_who_and_what_refuses_me(company):
    """[QP21-3 rule] What it waits for, who can do it, and what refuses the one who asks, by clause."""
    order = reviewed(company)
    (row,) = company.person("林小禾").why(order)
    assert row["kind"] == "round.conclude"
    assert [p["name"] for p in row["who"]] == ["宋知行"]
    assert row["refusal"]["reason"] == "WRONG_ROLE" and row["refusal"]["clause"] == "QP21-4.3.2"
    (mine,) = company.person("宋知行").why(order)
    assert mine["may"]


def test_the_inbox_shows_what_waits_for_me(company):
    order = reviewed(company)
    planner, head = company.person("罗应时"), company.person("宋知行")
    assert head.inbox() == {order.id: ["round.conclude"]}
    assert planner.inbox() == {}
    head.conclude(order)
    company.wait_until(lambda: planner.inbox() == {order.id: ["round.sign"]}, "the planning manager's turn")
    assert head.inbox() == {}
    planner.sign(order)
    assert planner.inbox() == {}
    company.wait_until(lambda: head.inbox() == {order.id: ["round.sign"]}, "the sales head's turn")


def test_one_reads_what_one_has_just_written(company):
    """[QP21-4.2.4 rule] The register shows an order as soon as its entry was acknowledged."""
    clerk = company.person("林小禾")
    for count in range(1, 16):
        order = clerk.order_new("O04.json")
        assert clerk.shows(order)["number"].endswith(f"-{count:04}")
        clerk.confirm(order)
        assert clerk.shows(order)["class"] == "regular"


# ---- looking on ----

def test_watch_shows_events_as_they_come(company):
    """With --count it ends after so many; with --timeout without them it says by its exit code that they did not come."""
    watcher = company.person("石开")
    watcher.does("status")
    call = watcher.begins("watch", "--count", "3")
    company.wait_until(lambda: company.is_running("agent management"), "the watcher's workstation")
    quiet = watcher.call("watch", "--count", "1", seconds=1)
    assert quiet.code == 75, quiet
    order = company.person("林小禾").order_new("O04.json")
    said = company.end(call)
    assert said.code == 0, said
    events = said.json()
    assert [e["kind"] for e in events] == ["order.register", "document.numbered", "order.class-proposed"]
    assert {e["case"] for e in events} == {order.id}
    assert [e["position"] for e in events] == list(range(events[0]["position"], events[0]["position"] + 3))


def test_doctor_says_whether_the_workstation_is_connected(company):
    clerk = company.person("林小禾")
    clerk.does("status")
    found = clerk.does("doctor")["agent"]
    assert found["connected"] is True
    assert (found["station"], found["department"], found["outbox"]) == ("sales", "sales", 0)
    company.kill("department sales")
    company.wait_until(lambda: clerk.call("doctor", seconds=1).code != 0, "the workstation notices", seconds=60)
