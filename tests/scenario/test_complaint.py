# SPDX-License-Identifier: Apache-2.0
"""A complaint's way from the telephone to its end, and other feedback's; each refusal in the words of those who get it."""

from complaints import (DISPOSITION, GENERAL, HEAD, INSPECTOR, NOT_OURS, OURS, PRODUCTION, PURCHASING, QUALITY, SERVICE, SYSTEM, WAREHOUSE,
                        complains, measure, says)


def test_a_complaint_goes_all_the_way(company):
    """[QP21-4.5c rule] Customer service enters it, and it reaches quality by the same event.
    [complaint-review rule] The departments' verdicts side by side, the tally, quality's disposition, the answer by sales.
    [ISO-10002 rule] Acknowledged, assessed, contained, answered, closed."""
    complaint = complains(company)
    shown = complaint.show()
    assert shown["number"].startswith("TS") and shown["state"] == "received"
    assert complaint.id in company.person(QUALITY).inbox(), "quality has it in the inbox at once"
    complaint.acknowledged().assessed("major")
    assert complaint.state == "received"
    complaint.contained()
    complaint.wait_state("in review")
    complaint.wait_advice("quality", "production")
    complaint.verdicts()
    complaint.concluded()
    assert complaint.state == "awaiting signature"
    complaint.says(QUALITY, "sign")
    complaint.wait_state("to answer")
    complaint.answered()
    assert [a["state"] for a in complaint.actions()] == ["open"]
    company.person(PRODUCTION).does("action", "report", complaint.id, "1", "--text", "已加装，三炉合格")
    company.person(QUALITY).does("action", "verify", complaint.id, "1", "--effective", "--text", "两批无再发")
    complaint.closed()
    assert complaint.state == "closed"
    events = company.check_nothing_lost()
    kinds = [e["kind"] for e in events if e["case"] == complaint.id and not e.get("by", {}).get("daemon")]
    assert kinds == ["feedback.register", "document.numbered", "feedback.acknowledge", "feedback.assess", "feedback.contain",
                     "round.opened", "round.verdict", "round.verdict", "round.tallied", "round.conclude", "round.sign",
                     "feedback.disposed", "feedback.answer", "action.report", "action.verify", "feedback.close"]
    status = company.status()
    assert status["verified"] == status["archived"] == status["position"]


def test_a_grave_complaint_is_approved_by_the_general_manager(company):
    """[complaint-review rule] Above a severity, and whenever safety is touched, the management signs, too."""
    complaint = complains(company).in_review("critical", "--safety", "--reason", "断齿伤人")
    assert complaint.show()["class"] == "complaint-grave"
    complaint.verdicts().concluded()
    assert complaint.refuses(GENERAL, "sign", "--meaning", "approve")[0] == "WRONG_ORDER"
    complaint.says(QUALITY, "sign")
    assert complaint.state == "awaiting signature"
    assert complaint.refuses(SERVICE, "answer", "--medium", "e-mail", "--text", "已处理") == ("NOT_DISPOSED", "QP21-4.6")
    complaint.says(GENERAL, "sign")
    complaint.wait_state("to answer")


def test_nothing_is_answered_before_its_disposition(company):
    """[complaint-review refusal] An answer before the disposition."""
    complaint = complains(company)
    answer = ("answer", "--medium", "fax", "--text", "属贵方原因")
    assert complaint.refuses(SERVICE, *answer) == ("NOT_DISPOSED", "QP21-4.6")
    complaint.in_review()
    assert complaint.refuses(SERVICE, *answer) == ("NOT_DISPOSED", "QP21-4.6")
    complaint.verdicts().concluded()
    assert complaint.refuses(SERVICE, *answer) == ("NOT_DISPOSED", "QP21-4.6")


def test_nobody_speaks_before_it_is_assessed(company):
    """[ISO-10002 refusal] No verdict before it was acknowledged, assessed and contained."""
    complaint = complains(company)
    assert complaint.refuses(QUALITY, "verdict", *OURS)[0] == "NOT_ASSESSED"
    complaint.acknowledged().assessed()
    assert complaint.refuses(QUALITY, "verdict", *OURS) == ("NOT_ASSESSED", "ISO 10002 7.5")


def test_a_department_that_was_not_asked_does_not_speak(company):
    """[complaint-review refusal] The assessment asked quality and production."""
    complaint = complains(company).in_review()
    assert complaint.refuses(PURCHASING, "verdict", *NOT_OURS)[0] == "NOT_ASKED"
    assert sorted(complaint.round()["departments"]) == ["production", "quality"]


def test_what_touches_safety_is_not_talked_down(company):
    """[ISO-10002 refusal] A safety-relevant severity is lowered by quality alone, with the reason."""
    complaint = complains(company).acknowledged().assessed("critical", "--safety")
    lower = ("assess", "--severity", "minor", "--reason", "影响不大")
    assert complaint.refuses(HEAD, *lower)[0] == "SAFETY_LOWERED"
    assert complaint.refuses(QUALITY, "assess", "--severity", "minor")[0] == "SAFETY_LOWERED", "without a reason"
    assert complaint.refuses(SERVICE, "reclassify", "enquiry", "--reason", "只是询问")[0] == "SAFETY_LOWERED"
    complaint.says(QUALITY, *lower)
    assert complaint.show()["severity"] == "minor"
    assert [a["severity"] for a in complaint.show()["assessed"]] == ["critical", "minor"], "both stay in the record"


def test_not_ours_does_not_end_the_round(company):
    """[complaint-review rule] The others still speak; departments that differ make it partly ours, and quality concludes."""
    complaint = complains(company).in_review()
    complaint.says(PRODUCTION, "verdict", *NOT_OURS)
    assert complaint.state == "in review"
    assert complaint.refuses(QUALITY, "conclude", "not-ours", "--opinion", "x", *DISPOSITION)[0] == "TALLY_OPEN"
    complaint.says(QUALITY, "verdict", *OURS)
    complaint.wait_until_tallied()
    assert complaint.tally() == "partly ours"


def test_a_verdict_is_replaced_until_the_conclusion(company):
    """[complaint-review rule] The one replaced stays in the record.
    [complaint-review refusal] Not after the conclusion."""
    complaint = complains(company).in_review()
    complaint.says(PRODUCTION, "verdict", *NOT_OURS)
    complaint.verdicts()
    assert [v["replaced"] for v in complaint.round()["verdicts"]] == [True, False, False]
    complaint.concluded()
    assert complaint.refuses(PRODUCTION, "verdict", *NOT_OURS)[0] == "CONCLUDED"


def test_it_is_not_closed_with_open_actions(company):
    """[QP21-1 refusal] Not before the effect of every action was seen.
    [QP21-1 rule] Without effect it is open again."""
    complaint = complains(company).in_review().verdicts().disposed().answered()
    assert complaint.refuses(SERVICE, "close", "--agreed") == ("ACTION_OPEN", "QP21-1")
    company.person(PRODUCTION).does("action", "report", complaint.id, "1", "--text", "已加装")
    assert complaint.refuses(SERVICE, "close", "--agreed") == ("ACTION_OPEN", "QP21-1")
    company.person(QUALITY).does("action", "verify", complaint.id, "1", "--no-effect", "--text", "又发现一件")
    assert complaint.actions()[0]["state"] == "open"
    company.person(PRODUCTION).does("action", "report", complaint.id, "1", "--text", "改用新感应器")
    company.person(QUALITY).does("action", "verify", complaint.id, "1", "--effective", "--text", "两批无再发")
    complaint.closed()
    assert complaint.state == "closed"


def test_nobody_verifies_their_own_action(company):
    """[QP21-1 refusal] Four eyes: its owner reports it, another person sees its effect."""
    complaint = complains(company).in_review().verdicts()
    complaint.concluded("ours", *DISPOSITION, *measure("yanmingde"))
    person = company.person(QUALITY)
    refused = company.person(PRODUCTION).is_refused("action", "report", complaint.id, "1", "--text", "代为完成")
    assert refused["reason"] == "WRONG_ROLE"
    person.does("action", "report", complaint.id, "1", "--text", "已完成")
    refused = person.is_refused("action", "verify", complaint.id, "1", "--effective", "--text", "很好")
    assert (refused["reason"], refused["clause"]) == ("FOUR_EYES", "ISO 9001 10.2.1")
    company.person(SYSTEM).does("action", "verify", complaint.id, "1", "--effective", "--text", "抽查合格")


def test_who_registered_it_neither_concludes_nor_signs(company):
    """[QP21-3 refusal] Four eyes: quality's manager took the call, the management representative concludes."""
    complaint = complains(company, by=QUALITY).acknowledged()
    complaint.says(SYSTEM, "assess", "--severity", "minor", "--departments", "production")
    complaint.contained()
    complaint.says(PRODUCTION, "verdict", *OURS)
    complaint.wait_until_tallied()
    words = ("conclude", "ours", "--opinion", "属我方", *DISPOSITION)
    assert complaint.refuses(QUALITY, *words)[0] == "FOUR_EYES"
    complaint.says("温如实", *words)
    assert complaint.refuses(QUALITY, "sign")[0] == "FOUR_EYES"
    complaint.says("温如实", "sign")
    complaint.wait_state("to answer")


def test_closed_without_the_customers_agreement_and_reopened(company):
    """[ISO-10002 rule] Closed with what was done to come to terms; reopened for cause, and looked into anew."""
    complaint = complains(company).in_review().verdicts(quality=NOT_OURS, production=NOT_OURS)
    complaint.concluded("not-ours", "--remedy", "explain", "--text", "附检测报告", "--cause", "customer's use")
    complaint.says(QUALITY, "sign")
    complaint.answered()
    said = company.run("--as", "tangguo", "--json", "complaint", "close", complaint.id, "--not-agreed")
    assert said.code != 0, "without a word of what was done"
    complaint.closed("--not-agreed", "--text", "两次沟通，顾客不认可")
    assert complaint.refuses(QUALITY, "contain", "--stock", "x")[0] == "ENDED"
    complaint.says(QUALITY, "reopen", "--reason", "顾客送来新的断口")
    complaint.wait_state("in review")
    assert len(complaint.rounds()) == 2 and complaint.round()["verdicts"] == []


def test_a_suggestion_is_studied_and_adopted(company):
    """[QP21-4.6b rule] Other feedback: recorded, studied with the departments concerned, answered, closed."""
    suggestion = says(company, "suggestion")
    assert suggestion.show()["number"].startswith("FK")
    suggestion.says(HEAD, "assess", "--severity", "minor", "--departments", "warehouse")
    suggestion.wait_state("in review")
    assert suggestion.refuses(WAREHOUSE, "verdict", *OURS)[0] == "FIELD_RANGE", "it is nobody's fault"
    suggestion.says(WAREHOUSE, "verdict", "accept")
    suggestion.wait_until_tallied()
    suggestion.says(HEAD, "conclude", "adopted", "--opinion", "采纳", *measure("fangcunxin", text="加贴条码"))
    suggestion.wait_state("to answer")
    suggestion.says(SERVICE, "answer", "--medium", "letter", "--text", "下月起加贴")
    suggestion.says(SERVICE, "close", "--agreed")
    assert [w["kind"] for w in company.person(WAREHOUSE).why(suggestion)] == ["action.report"], "the measure goes on"
    assert suggestion.id in company.person(WAREHOUSE).inbox()


def test_an_enquiry_entered_as_a_complaint_is_reclassified(company):
    """[QP21-4.6b rule] Reclassified, not retyped: what was said stays, it gets a number of the other register."""
    entered = complains(company, by="林小禾", text="询问气密试验压力")
    before = entered.show()
    assert entered.refuses(SERVICE, "reclassify", "enquiry", "--reason", "只是询问")[0] == "NOT_ASSESSED", "who may not assess it"
    entered.says(QUALITY, "reclassify", "enquiry", "--reason", "只是询问")
    after = entered.show()
    assert (after["kind"], after["state"]) == ("enquiry", "to answer")
    assert after["number"].startswith("FK") and after["complaint_number"] == before["number"]
    assert after["revisions"][-1]["content"]["text"] == before["revisions"][0]["content"]["text"]
    entered.verb = "feedback"
    entered.says(SERVICE, "answer", "--medium", "telephone", "--text", "0.3 MPa，60 秒")
    entered.says(SERVICE, "close", "--agreed")
    assert entered.state == "closed"
    assert company.reader.does("case", "show", before["number"])["id"] == entered.id, "found by its old number, too"


def test_a_rule_speaks_for_nobody(company):
    """[complaint-review rule] Departments' daemons advise from the record alone: the second complaint of a lot is known to quality."""
    first = complains(company).in_review().verdicts().disposed()
    second = complains(company).in_review()
    second.wait_advice("quality", "production")
    advice = {a["department"]: a["assessment"][0] for a in second.round()["advices"]}
    assert advice["quality"]["verdict"] == "ours" and first.show()["number"] in advice["quality"]["reason"]
    assert "加装温度报警" in advice["production"]["reason"], "its action is still open"
    assert not second.standing(), "advice is no verdict"


def test_containment_by_the_inspector_and_a_role_that_may_not(company):
    """[QP21-3 refusal] Each step is for those to whom the procedure gives it."""
    complaint = complains(company)
    assert complaint.refuses(INSPECTOR, "assess", "--severity", "minor") == ("WRONG_ROLE", "QP21-3")
    complaint.says(INSPECTOR, "contain", "--stock", "隔离")
    said = company.person("钱正").is_refused("complaint", "new", "--customer", "C01", "--medium", "visit", "--text", "x")
    assert (said["reason"], said["clause"]) == ("WRONG_ROLE", "QP21-3")
