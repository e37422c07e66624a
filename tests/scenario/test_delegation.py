# SPDX-License-Identifier: Apache-2.0
"""Somebody is away: another acts for them by delegation, a verdict is forwarded, one more department is asked."""

import datetime
import json
import os
import subprocess

from company import BIN, YES, Said
from test_order import reviewed, special


def day(offset):
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    return str(today + datetime.timedelta(days=offset))


def delegate(company, grantor, delegate, role, until=5):
    """The delegation's id."""
    company.person(grantor).does("delegate", company.person(delegate).handle, "--role", role, "--from", day(0),
                                 "--until", day(until), "--reason", "出差")
    return mine(company, grantor)[-1]["id"]


def mine(company, name):
    return company.person(name).does("delegations")["delegations"]


def says(company, name, *words, lang="zh_CN.UTF-8"):
    """What the screen shows, in that language."""
    person = company.person(name)
    company.start(f"agent {person.department}")
    env = {k: v for k, v in company.env().items() if k != "LC_ALL"}
    done = subprocess.run([f"{BIN}/countersign", "--as", person.handle, "--timeout", str(company.seconds), *words],
                          env=dict(env, LANG=lang, COUNTERSIGN_LOCALE=f"{os.path.dirname(BIN)}/locale"),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", timeout=60)
    return Said(done.returncode, done.stdout, done.stderr)


def to_complete(company):
    order = reviewed(company)
    company.person("宋知行").conclude(order)
    return order


def test_the_production_manager_signs_for_the_planning_manager_who_is_away(company):
    """[QP21-3.5 rule] The planning manager is away: whom she lets signs for her, and both are named everywhere.
    [QP21-1 rule] A person lets another act for a role and a period; `why` names the delegate and the day."""
    order = to_complete(company)
    away, acting = company.person("罗应时"), company.person("秦铁山")
    delegate(company, "罗应时", "秦铁山", "planning.manager")
    why = says(company, "林小禾", "why", order.id)
    assert f"罗应时、秦铁山（代 罗应时）（至 {day(5)}）" in why.out, why
    assert acting.inbox()[order.id] == ["round.sign"]
    refused = says(company, "秦铁山", "order", "sign", order.id)
    assert refused.code == 77 and f"--for {away.handle}" in refused.err, refused
    acting.does("--for", away.handle, "order", "sign", order.id)
    company.person("宋知行").sign(order, "effective")
    order.wait_state("effective")
    first = order.round()["signatures"][0]["by"]
    assert (first["name"], first["for"]["name"]) == ("秦铁山", "罗应时")
    shown = says(company, "林小禾", "order", "show", order.id)
    assert "秦铁山（代 罗应时）" in shown.out, shown
    assert "(for 罗应时)" in says(company, "林小禾", "order", "show", order.id, lang="C.UTF-8").out
    events = says(company, "石开", "events", "--case", order.id)
    assert "秦铁山（代 罗应时）" in events.out, events
    company.check_nothing_lost()
    status = company.status()
    assert status["verified"] == status["archived"] == status["position"]


def test_a_delegation_that_was_taken_back_covers_nothing(company):
    """[QP21-1 refusal] It ends by revocation; what is signed under it afterwards is refused."""
    order = to_complete(company)
    ident = delegate(company, "罗应时", "秦铁山", "planning.manager")
    company.person("罗应时").does("delegation", "end", ident, "--reason", "提前返回")
    company.let_the_reader_hear()
    refusal = company.person("秦铁山").is_refused("--for", "luoyingshi", "order", "sign", order.id)
    assert (refusal["reason"], refusal["field"]) == ("MANDATE_ENDED", "mandate")
    assert not order.round()["signatures"]
    assert "授权已失效" in says(company, "秦铁山", "--for", "罗应时", "order", "sign", order.id).err
    company.person("罗应时").sign(order, "complete")


def test_a_delegation_is_within_policy_and_not_onward(company):
    """[QP21-3 refusal] Only to whom the procedure lets, only of a role that one holds oneself."""
    words = ("--until", day(5), "--reason", "出差")
    refusal = company.person("罗应时").is_refused("delegate", "yanmingde", "--role", "planning.manager", *words)
    assert (refusal["reason"], refusal["field"]) == ("WRONG_ROLE", "delegate")
    delegate(company, "罗应时", "秦铁山", "planning.manager")
    refusal = company.person("秦铁山").is_refused("delegate", "shikai", "--role", "planning.manager", *words)
    assert (refusal["reason"], refusal["field"]) == ("WRONG_ROLE", "role")
    assert says(company, "罗应时", "delegate", "石开", "--role", "计划部经理", *words).code == 0


def test_four_eyes_see_through_a_delegation(company):
    """[QP21-3 refusal] Who registered an order neither concludes it by another's hand nor for another."""
    order = reviewed(company, "O04.json", by="宋知行")
    delegate(company, "宋知行", "石开", "sales.head")
    refusal = company.person("石开").is_refused("--for", "songzhixing", "order", "conclude", order.id, "able",
                                               "--opinion", "能", *YES)
    assert refusal["reason"] == "FOUR_EYES"
    company.person("石开").conclude(order)  # as the stand-in that he is


def test_a_verdict_is_forwarded_and_a_reviewer_added(company):
    """[QP21-4.3.2 rule] Who is forwarded a verdict gives it, with both names; a department that is added is waited for.
    [QP21-4.3.2 refusal] Not concluded before it has spoken, not added twice."""
    order = special(company)
    company.person("罗应时").does("order", "forward", order.id, "--to", "qintieshan", "--reason", "他熟悉交期")
    expert, head = company.person("秦铁山"), company.person("宋知行")
    assert order.id in expert.inbox()
    expert.does("--for", "罗应时", "order", "verdict", order.id, "accept")
    refusal = expert.is_refused("order", "forward", order.id, "--to", "tianxiaoman", "--department", "planning",
                                   "--reason", "没空")
    assert refusal["reason"] == "WRONG_ROLE"  # not onward
    for department, name in {"purchasing": "邓采薇", "production": "秦铁山", "sales": "宋知行", "quality": "严明德"}.items():
        company.person(name).verdict(order, "accept", "--department", department)
    order.wait_tally("able")
    head.does("order", "add-reviewer", order.id, "finance", "--reason", "付款条件特殊")
    refusal = head.is_refused("order", "conclude", order.id, "able", "--opinion", "能", *YES)
    assert refusal["reason"] == "TALLY_OPEN"
    assert head.is_refused("order", "add-reviewer", order.id, "财务部", "--reason", "再问")["reason"] == "ALREADY"
    name = next(n for n, (_, d) in company.staff.items() if d == "finance")
    company.person(name).verdict(order)
    order.wait_tally("able")
    head.conclude(order)
    round_ = order.round()
    assert round_["added"][0]["by"]["name"] == "宋知行"
    by = next(v["by"] for v in round_["verdicts"] if v["department"] == "planning" and v["standing"])
    assert (by["name"], by["for"]["name"]) == ("秦铁山", "罗应时")
    shown = says(company, "林小禾", "order", "show", order.id).out
    assert "加签: 财务部 · 宋知行 · 付款条件特殊" in shown and "秦铁山（代 罗应时）" in shown, shown
    events = json.loads(says(company, "石开", "--json", "events", "--case", order.id).out)["events"]
    assert [e["by"]["for"]["name"] for e in events if e.get("by", {}).get("for")] == ["罗应时"]
