# SPDX-License-Identifier: Apache-2.0
"""People are told: mails of the real notifier to a relay that the test plays, read by Python's own parser."""

import email
import email.policy
import re
import subprocess

import pytest

from company import BIN, DEMO
from complaints import QUALITY, SERVICE, SYSTEM, complains
from mail import Cut, Sink

COMPLAINT = '{ name = "complaint"; event = "feedback.register"; to = [ "department:quality" ]; template = "told"; %s}'
EVERYBODY = ('{ name = "everybody"; event = "feedback.register"; template = "told"; to = [ "department:quality", "department:sales",'
             ' "department:planning", "department:purchasing", "department:production", "department:management", "role:sales.clerk",'
             ' "role:finance.checker", "role:planning.follow-up", "role:quality.inspector" ]; }')
AT_QUALITY = "yanmingde@wuyou.example.com"


class Mailbox:
    """What the relay took, as a mail reader shows it."""

    def __init__(self, sink):
        self.sink = sink

    def mails(self, to=None):
        parsed = []
        for _, recipient, content in list(self.sink.messages):
            message = email.message_from_bytes(content, policy=email.policy.default)
            message.recipient = recipient.partition("<")[2].partition(">")[0]
            if to in (None, message.recipient):
                parsed.append(message)
        return parsed

    def ids(self):
        return [mail["Message-ID"] for mail in self.mails()]


def text(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def tell(company, rules, sink=None, **settings):
    """The notifier starts anew with these rules."""
    if sink:
        settings["relay"] = {"host": "127.0.0.1", "port": sink.port, "tls": "none"}
    company.notify(rules, **settings)
    if company.is_running("notifier"):
        company.stop("notifier")
    company.start("notifier")


def notify(company, *words):
    said = company.run("--json", "notify", *words)
    assert said.code == 0, said
    return said.last()


def counts(company):
    return notify(company, "queue")["counts"]


def is_done(company):
    now = counts(company)
    return now["waiting"] + now["deferred"] + now["attempting"] + now["unreported"] == 0


def all_told(company, seconds=60):
    company.wait_until(lambda: is_done(company), "everybody is told and the record says so", lambda: counts(company), seconds=seconds)


def outcomes(company, case):
    """[(who, outcome, attempts)] of the case, from the record."""
    company.let_the_reader_hear()
    events = company.person(SYSTEM).does("events", "--case", case.id)["events"]
    return [(e.get("told", {}).get("name"), e["body"]["outcome"], e["body"]["attempts"]) for e in events if e["kind"] == "notify.outcome"]


def test_a_complaint_reaches_quality_and_the_case_says_that_the_relay_took_it(company):
    """[QP21-4.5c rule] Quality is told at once; who was told, when and with what result stands on the case."""
    with Sink() as sink:
        tell(company, COMPLAINT % "", sink, language="zh_CN")
        case = complains(company)
        all_told(company)
        mails = Mailbox(sink).mails()
        assert [mail.recipient for mail in mails] == [AT_QUALITY]
        assert case.number in mails[0]["Subject"]
        assert mails[0]["Subject"].startswith(case.number)
        assert text(mails[0]).startswith("严明德，请您：评估"), text(mails[0])
        assert f"--as yanmingde complaint assess {case.number}" in text(mails[0])
        assert mails[0]["To"] == f"严明德 <{AT_QUALITY}>"
        assert outcomes(company, case) == [("严明德", "accepted", 1)]
        events = company.run("--as", "yiming", "events", "--case", case.id)
        assert re.search(r"严明德 · of event \d+ · accepted", events.out), events


def test_mails_of_a_case_are_one_thread(company):
    with Sink() as sink:
        tell(company, COMPLAINT % "" + ', { name = "assessed"; event = "feedback.assess"; to = [ "registrant" ]; template = "told"; }', sink)
        case = complains(company)
        case.acknowledged().assessed()
        other = complains(company)
        all_told(company)
        mails = Mailbox(sink).mails()
        roots = {mail["References"] for mail in mails if case.number in mail["Subject"]}
        assert len(roots) == 1 and len(mails) == 3
        assert roots.isdisjoint(mail["References"] for mail in mails if other.number in mail["Subject"])
        assert len(set(Mailbox(sink).ids())) == 3


def test_one_refused_and_one_deferred_hold_nobody_back(company):
    """The record says who was not reached; what was deferred goes a little later."""
    def answer(step, argument, _):
        if step == "RCPT" and "tianxiaoman" in argument:
            return "550 5.1.1 <tianxiaoman@wuyou.example.com> unknown"
        if step == "RCPT" and "luzhun" in argument and len(sink.messages) < 8:
            return "451 4.7.1 greylisted"
        return None

    with Sink(answer) as sink:
        tell(company, EVERYBODY, sink)
        case = complains(company)
        all_told(company)
        said = {who: outcome for who, outcome, _ in outcomes(company, case)}
        assert said.pop("田小满") == "failed"
        assert set(said.values()) == {"accepted"} and len(said) >= 8
        events = company.person(SYSTEM).does("events", "--case", case.id)["events"]
        texts = [e["body"].get("text", "") for e in events if e["kind"] == "notify.outcome"]
        assert not any("@" in t for t in texts), texts


@pytest.mark.parametrize("step", ["banner", "MAIL", "RCPT", "DATA", "content", "dot"])
def test_killed_at_a_step_of_the_dialogue_nobody_is_forgotten(company, step):
    """kill -9 while the relay is at that step: the mail comes, a second one is counted and has the same Message-ID."""
    def answer(at, _, times):
        if at == step and times == 1:
            company.kill("notifier")
            raise Cut

    with Sink(answer) as sink:
        tell(company, COMPLAINT % "", sink)
        case = complains(company)
        company.wait_until(lambda: not company.is_running("notifier"), "it was killed")
        company.start("notifier")
        all_told(company)
        ids = Mailbox(sink).ids()
        assert len(set(ids)) == 1
        now = counts(company)
        assert len(ids) <= 1 + now["possible_duplicates"]
        assert [(who, outcome) for who, outcome, _ in outcomes(company, case)] == [("严明德", "accepted")]


def test_killed_again_and_again_under_work_none_is_lost(company):
    with Sink() as sink:
        tell(company, EVERYBODY, sink)
        cases = []
        for _ in range(6):
            cases.append(complains(company))
            company.kill("notifier")
            company.start("notifier")
        all_told(company)
        people = {who for who, _, _ in outcomes(company, cases[0])}
        for case in cases:
            assert {(who, "accepted") for who in people} == {(who, outcome) for who, outcome, _ in outcomes(company, case)}
        ids, now = Mailbox(sink).ids(), counts(company)
        assert len(set(ids)) == len(cases) * len(people) == now["accepted"]
        assert len(ids) - len(set(ids)) <= now["possible_duplicates"]


def test_a_relay_that_was_down_takes_all_that_waited(company):
    """Hundreds wait, none is lost, none comes twice."""
    with Sink(lambda step, *_: "421 4.3.2 not now" if step == "banner" and sink.down else None) as sink:
        sink.down = True
        tell(company, EVERYBODY, sink, backoff_limit_seconds=2)
        cases = [complains(company) for _ in range(20)]
        company.wait_until(lambda: counts(company)["waiting"] + counts(company)["deferred"] >= 200, "all wait")
        company.kill("notifier")
        company.start("notifier")
        sink.down = False
        all_told(company, seconds=90)
        ids = Mailbox(sink).ids()
        assert len(ids) == len(set(ids)) == counts(company)["accepted"] >= 200
        assert len({mail["References"] for mail in Mailbox(sink).mails()}) == len(cases)


def test_a_notifier_whose_store_was_lost_sends_nothing_again(company):
    with Sink() as sink:
        tell(company, COMPLAINT % "", sink)
        complains(company)
        all_told(company)
        company.kill("notifier")
        company.forget("notifier")
        company.start("notifier")
        later = complains(company)
        company.wait_until(lambda: any(later.number in mail["Subject"] for mail in Mailbox(sink).mails()), "the next one comes")
        all_told(company)
        assert len(Mailbox(sink).mails()) == 2
        assert counts(company)["again_after_rebuild"] == 0


def test_what_a_clerk_types_ends_no_header(company):
    """Control characters are refused where they are typed; all else arrives as text."""
    name = '桃花源 <b>"=?utf-8?q?x?=" Bcc: a@b.example.com\nX-Evil: yes'
    clerk = company.person("林小禾")
    said = clerk.call("customer", "import", company.order_file([{"name": "甲\r\nBcc: evil@example.com", "short_name": "甲"}]))
    assert said.code == 65 and "control characters" in said.err, said
    clerk.does("customer", "import", company.order_file([{"name": name, "short_name": "桃花源\nX-Evil: yes", "code": "CX"}]))
    with Sink() as sink:
        tell(company, COMPLAINT % "", sink)
        complains(company, customer="CX", text='<script>alert("甲")</script>\n.\nBcc: evil@example.com')
        all_told(company)
        mail, = Mailbox(sink).mails()
        assert mail["Bcc"] is None and mail["X-Evil"] is None and mail.recipient == AT_QUALITY
        assert name in text(mail)
        html = mail.get_body(("html",)).get_content()
        assert "<script>" not in html and "&lt;script&gt;" in html and "<b>" not in html


def test_a_drop_and_a_retry_are_said_by_a_person_and_stand_on_the_case(company):
    with Sink(lambda step, *_: "451 4.3.0 later" if step == "RCPT" else None) as sink:
        tell(company, COMPLAINT % "", sink, backoff_first_seconds=600)
        case, other = complains(company), complains(company)
        company.wait_until(lambda: counts(company)["deferred"] == 2, "both are deferred", lambda: counts(company))
        first, second = (note["id"] for note in notify(company, "queue")["notifications"])
        assert company.person(SERVICE).is_refused("notify", "drop", first, "--reason", "不需要")["reason"] == "WRONG_ROLE"
        company.person(SYSTEM).does("notify", "drop", first, "--reason", "邮箱已停用")
        company.wait_until(lambda: outcomes(company, case) == [("严明德", "dropped", 1)], "the record says so", lambda: outcomes(company, case))
        sink.answer = lambda *_: None
        company.person(SYSTEM).does("notify", "retry", second)
        all_told(company)
        assert outcomes(company, other) == [("严明德", "accepted", 2)]
        assert len(Mailbox(sink).mails()) == 1


def test_preview_and_test_say_what_would_come_and_whether_it_comes(company):
    with Sink() as sink:
        tell(company, COMPLAINT % "", sink)
        case = complains(company)
        all_told(company)
        position = case.show()["revisions"][0]["position"]
        mail, = notify(company, "preview", str(position), "--language", "zh_CN")["mails"]
        assert mail["person"]["name"] == "严明德" and case.number in mail["subject"] and "severity" not in mail["text"]
        assert notify(company, "test", "songzhixing")["state"] == "accepted"
        assert notify(company, "test", "someone@example.com")["code"] == 250
        assert [mail.recipient for mail in Mailbox(sink).mails()] == [AT_QUALITY, "songzhixing@wuyou.example.com", "someone@example.com"]
        assert company.run("notify", "test", "nobody").code != 0


@pytest.mark.parametrize("text, line, field", [
    ('{ name = "a"; event = "order.registered"; to = [ "waiting" ]; template = "told"; }', 5, "event"),
    ('{ name = "a"; event = "notify.outcome"; to = [ "waiting" ]; template = "told"; }', 5, "event"),
    ('{ name = "a"; event = "order.amend"; to = [ "boss" ]; template = "told"; }', 5, "to"),
    ('{ name = "a"; event = "order.amend"; to = [ "waiting" ]; template = "told"; colour = 1; }', 5, "colour"),
    ('{ name = "a"; event = "order.amend"; to = [ "customer", "waiting" ]; template = "customer"; }', 5, "to"),
    ('{ name = "a"; event = "round.opened"; to = [ "customer" ]; template = "customer"; }', 5, "to"),
    ('{ name = "a"; event = "order.amend"; to = [ "waiting" ]; template = "told"; name = "b"; }', 5, "the configuration is wrong (this setting is given twice)"),
    ('{ name = "a"; event = "order.amend"; hook = "exec"; program = "true"; }', 5, "program"),
])
def test_a_rule_that_is_wrong_stops_the_start_with_its_line(quiet, text, line, field):
    quiet.notify(text)
    done = subprocess.run([f"{BIN}/countersign-notifier", "--site", quiet.site, "-n", "-d"], env=quiet.env(), capture_output=True, text=True)
    assert done.returncode == 78, done
    assert f"notify.cfg:{line}: {field}" in done.stderr, done.stderr


def test_a_template_for_customers_cannot_name_what_is_internal(quiet):
    """[QP21-4.5b rule] A template for customers with an internal value in it stops the start."""
    quiet.notify('{ name = "a"; event = "order.effective"; to = [ "customer" ]; template = "told"; }')
    done = subprocess.run([f"{BIN}/countersign-notifier", "--site", quiet.site, "-n", "-d"], env=quiet.env(), capture_output=True, text=True)
    assert done.returncode == 78 and "told.txt" in done.stderr, done


def test_the_shipped_rules_are_right(quiet):
    with open(f"{quiet.site}/notify.cfg", "w", encoding="utf-8") as file, open(f"{DEMO}/../notify.cfg", encoding="utf-8") as shipped:
        file.write(shipped.read())
    done = subprocess.run([f"{BIN}/countersign-notifier", "--site", quiet.site, "-n", "-d"], env=quiet.env(), capture_output=True, text=True)
    assert done.returncode == 0, done
