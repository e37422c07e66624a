# SPDX-License-Identifier: Apache-2.0
"""One word on everything that waits, signed in one act: whoever has twenty orders to sign reads them, says yes once, and each of
the twenty proves itself for years all the same."""

import contextlib
import os
import pty
import sqlite3
import subprocess

import msgpack

from company import BIN
from complaints import GENERAL, QUALITY, complains
from test_evidence import audit, second, told
from test_order import everybody_says, reviewed, special
from test_signature import RIGHT, WRONG, holds

VERDICT, SIGN = 67, 68
KIND, SCHEME, SIGNATURE, COMMAND, INDEX, SIZE = 3, 8, 10, 11, 13, 14


def signed(company, kind):
    """The events of a kind that the archive keeps, as PROTOCOL.md's tables have them."""
    with contextlib.closing(sqlite3.connect(f"file:{company.state('archiver', 'archive.db')}?immutable=1", uri=True)) as db:
        events = [msgpack.unpackb(data, strict_map_key=False) for (data,) in db.execute("SELECT bytes FROM event ORDER BY position")]
    return [event for event in events if event[KIND] == kind]


def answers(company, *words, typed):
    """At a terminal, where somebody types."""
    ours, theirs = pty.openpty()
    call = subprocess.Popen([f"{BIN}/countersign", *words], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=company.env())
    os.close(theirs)
    os.write(ours, typed.encode())
    out, err = call.communicate(timeout=60)
    os.close(ours)
    return call.returncode, out, err


def to_sign(company, *files):
    orders = [reviewed(company, file) for file in files]
    for order in orders:
        company.person("宋知行").conclude(order)
    return orders


def test_all_orders_that_wait_are_signed_in_one_act(company, tmp_path):
    """[21-CFR-11.200 rule] A series of signings in one session, each shown before, under one passphrase.
    [21-CFR-11.70 rule] Each signature belongs to its own order: an archive and a proof of one hold without the others."""
    orders = to_sign(company, "O01.json", "O02.json", "O01.json")
    manager, head = company.person("罗应时"), company.person("宋知行")
    said = manager.call("order", "sign", "--all", "--yes")
    assert said.code == 0, said
    told_of = {line["case"]: line["state"] for line in said.json()}
    assert set(told_of) == {order.number for order in orders} and set(told_of.values()) <= {"accepted", "archived"}
    assert manager.inbox() == {}
    assert head.call("order", "sign", "--all", "--yes", "--remark", "同意").code == 0
    for order in orders:
        order.wait_state("effective")
    company.check_nothing_lost()
    number = orders[1].number
    company.stop_all()
    events = signed(company, SIGN)
    assert [event[SCHEME] for event in events] == [2] * 6 and {event[SIZE] for event in events} == {3}
    assert [len({event[SIGNATURE] for event in events[at:at + 3]}) for at in (0, 3)] == [1, 1]
    archive = company.state("archiver", "archive.db")
    assert told("verify", archive)["sound"] and second(archive).returncode == 0
    proof = tmp_path / "proof"
    assert audit("prove", archive, number, "--out", proof).returncode == 0
    assert told("verify", proof)["sound"]


def test_all_complaints_that_wait_are_signed_in_one_act(company):
    """[21-CFR-11.200 rule] The dispositions of a series, each shown before, under one passphrase; an order is not among them.
    [21-CFR-11.70 rule] Each disposition has its signature, and the archive holds by itself."""
    order = special(company, "O07.json")
    everybody_says(company, order)
    company.person("宋知行").conclude(order)
    company.person("石开").sign(order, "complete")
    plain, *grave = complaints = [complains(company, text="齿面点蚀").in_review()] + [
        complains(company, text=text).in_review("critical", "--safety", "--reason", "断齿伤人") for text in ("断齿", "轮缘开裂")]
    for complaint in complaints:
        complaint.verdicts().concluded()
    manager, general = company.person(QUALITY), company.person(GENERAL)
    company.wait_until(lambda: len(manager.inbox()) == 3, "all three wait for the quality manager", manager.inbox)
    numbers = [complaint.number for complaint in complaints]
    code, out, err = answers(company, "--as", manager.handle, "--timeout", "20", "complaint", "sign", "--all", typed="yes\n")
    assert code == 0 and out.count("Type yes") == 1, (code, out, err)
    shown, said = out.split("Type yes")
    assert all(number in shown and f"{number}: accepted at" in said for number in numbers), out
    plain.wait_state("to answer")
    assert all(complaint.state == "awaiting signature" for complaint in grave)
    said = general.call("complaint", "sign", "--all", "--yes", "--remark", "同意")
    assert said.code == 0 and {line["case"] for line in said.json()} == set(numbers[1:]), said
    for complaint in grave:
        complaint.wait_state("to answer")
    assert manager.inbox() == {} and set(general.inbox()) == {order.id}
    events = [event for event in company.check_nothing_lost() if event["kind"] == "round.sign" and event["case"] != order.id]
    assert sorted(event["case"] for event in events) == sorted(complaint.id for complaint in complaints + grave)
    assert [event["body"]["meaning"] for event in events] == ["disposition"] * 3 + ["approve"] * 2
    company.stop_all()
    kept = signed(company, SIGN)[1:]
    assert [(event[SCHEME], event[SIZE]) for event in kept] == [(2, 3)] * 3 + [(2, 2)] * 2
    assert [len({event[SIGNATURE] for event in part}) for part in (kept[:3], kept[3:])] == [1, 1]
    archive = company.state("archiver", "archive.db")
    assert told("verify", archive)["sound"] and second(archive).returncode == 0


def test_departments_accept_all_that_waits_for_their_verdict(company):
    """[QP21-4.3.2 rule] Each order has its own verdict, on the revision that was read."""
    orders = [special(company, "O07.json"), special(company, "O11.json")]
    maker = company.person("秦铁山")
    said = maker.call("order", "verdict", "--all", "accept", "--yes", "--evidence", "产能已核")
    assert said.code == 0 and len(said.json()) == 2, said
    for order in orders:
        assert order.standing()["production"] == "accept"
    assert maker.call("order", "verdict", "--all", "reject", "--yes").code == 64  # what needs a reason is said one by one


def test_somebody_at_a_terminal_is_asked_and_a_script_has_to_say_yes(company):
    """[21-CFR-11.200 refusal] Nothing is signed that nobody agreed to, and without the passphrase nothing at all."""
    first, other = to_sign(company, "O01.json", "O02.json")
    manager = company.person("罗应时")
    words = ("--as", manager.handle, "--timeout", "20", "order", "sign", "--all")
    refused = manager.call("order", "sign", "--all")
    assert refused.code == 64 and "--yes" in refused.err, refused
    code, out, err = answers(company, *words, typed="no\n")
    assert code == 75 and "nothing was signed" in err and first.number in out and other.number in out, (code, out, err)
    holds(company, WRONG)
    company.person("罗应时").call("lock")
    assert answers(company, *words, typed="yes\n")[0] == 77
    holds(company, RIGHT)
    assert company.outbox("planning") == [] and len(manager.inbox()) == 2
    code, out, err = answers(company, *words, typed="yes\n")
    assert code == 0 and f"{other.number}: accepted at" in out, (code, out, err)
    assert manager.inbox() == {}


def test_who_has_nothing_to_sign_is_told_so(company):
    said = company.person("罗应时").call("order", "sign", "--all", "--yes")
    assert (said.code, said.out.strip()) == (0, "nothing waits for you"), said


def test_without_a_connection_all_are_kept_and_sent_later(company):
    """[QP21-1 rule] The act is kept whole: what was signed while the hub was away is there when it is back."""
    orders = to_sign(company, "O01.json", "O02.json")
    manager = company.person("罗应时")
    assert manager.inbox()
    company.stop("coordinator")
    said = manager.call("order", "sign", "--all", "--yes", seconds=2)
    assert said.code == 0 and {line["state"] for line in said.json()} == {"queued"}, said
    assert len(company.outbox("planning")) == 2
    company.start("coordinator")
    for order in orders:
        order.wait_state("awaiting signature")
    company.wait_until(lambda: company.outbox("planning") == [], "the outbox is empty")
    company.check_nothing_lost()
