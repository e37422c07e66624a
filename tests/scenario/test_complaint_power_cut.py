# SPDX-License-Identifier: Apache-2.0
"""Daemons die without a word, at every stage of a complaint: what was acknowledged stays, and happens once."""

import pytest

from company import DEPARTMENTS
from complaints import DISPOSITION, OURS, PRODUCTION, QUALITY, SERVICE, Feedback, measure
from test_power_cut import in_the_dark

VICTIMS = {
    "coordinator": ["coordinator"],
    "both": ["coordinator", "archiver"],
    "quality": ["department quality"],
    "hub": ["coordinator", "archiver", *(f"department {key}" for key in DEPARTMENTS)],
}
# how far the command has come when the power goes: another moment at each stage
MOMENTS = iter(n % 17 / 1000 for n in range(10**6))


@pytest.mark.parametrize("victims", VICTIMS.values(), ids=VICTIMS.keys())
def test_killed_at_each_stage_of_a_complaint(company, victims):
    service, quality, production = (company.person(name) for name in (SERVICE, QUALITY, PRODUCTION))
    company.start("agent sales", "agent quality", "agent production", "agent management")
    company.seconds = 3

    def complaints():
        return [c["id"] for c in company.reader.does("complaint", "list")["feedback"]]

    in_the_dark(company, victims, next(MOMENTS), service,
                ("complaint", "new", "--customer", "C01", "--medium", "telephone", "--product", "P08", "--text", "裂纹"),
                lambda: len(complaints()) == 1)
    complaint = Feedback(company, complaints()[0])

    def cut(person, words, done):
        in_the_dark(company, victims, next(MOMENTS), person, words, done)

    def said(stage):
        return lambda: len(complaint.show()[stage]) == 1

    one = complaint.id
    cut(service, ("complaint", "acknowledge", one, "--medium", "fax"), said("acknowledged"))
    cut(quality, ("complaint", "assess", one, "--severity", "major", "--departments", "quality,production"), said("assessed"))
    cut(quality, ("complaint", "contain", one, "--stock", "隔离"), said("contained"))
    complaint.wait_state("in review")
    cut(quality, ("complaint", "verdict", one, *OURS), lambda: "quality" in complaint.standing())
    cut(production, ("complaint", "verdict", one, *OURS), lambda: "production" in complaint.standing())
    complaint.wait_until_tallied()
    cut(quality, ("complaint", "conclude", one, "ours", "--opinion", "属我方", *DISPOSITION, *measure()),
        lambda: "conclusion" in complaint.round())
    cut(quality, ("complaint", "sign", one), lambda: complaint.state == "to answer")
    cut(service, ("complaint", "answer", one, "--medium", "e-mail", "--text", "更换"), said("answered"))
    cut(production, ("action", "report", one, "1", "--text", "已完成"), lambda: complaint.actions()[0]["state"] == "reported")
    cut(quality, ("action", "verify", one, "1", "--effective", "--text", "有效"), lambda: complaint.actions()[0]["state"] == "verified")
    cut(service, ("complaint", "close", one, "--agreed"), lambda: complaint.state == "closed")
    events = company.check_nothing_lost()
    kinds = [e["kind"] for e in events if e["case"] == one and not e.get("by", {}).get("daemon")]
    assert kinds == ["feedback.register", "document.numbered", "feedback.acknowledge", "feedback.assess", "feedback.contain",
                     "round.opened", "round.verdict", "round.verdict", "round.tallied", "round.conclude", "round.sign",
                     "feedback.disposed", "feedback.answer", "action.report", "action.verify", "feedback.close"]
