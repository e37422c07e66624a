# SPDX-License-Identifier: Apache-2.0
"""An auditor with a file and no trust in us: what is sound is called sound, what was touched is named, and what leaves the house
(checkpoints, proofs, exports, backups) can be checked by whoever has it."""

import base64
import datetime
import email
import email.policy
import glob
import hashlib
import html.parser
import json
import lzma
import os
import re
import shutil
import sqlite3
import subprocess
import time

import pytest
from nacl import signing

from company import BIN, HUB, ROOT
from mail import Sink
from stranger import key_file

AUDIT = f"{BIN}/countersign-audit"
GOLDEN = f"{ROOT}/tests/golden/archive-1.db.xz"


def audit(*words, language="C.UTF-8", **more):
    env = dict(os.environ, LC_ALL="C.UTF-8", COUNTERSIGN_LOCALE=f"{os.path.dirname(BIN)}/locale", LANGUAGE=language, **more)
    return subprocess.run([AUDIT, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, timeout=120, check=False)


def second(path, *checkpoints):
    """The second verifier, which shares no code with the first: 0 sound, 1 findings, 2 it cannot tell."""
    words = [word for name in checkpoints for word in ("--checkpoint", str(name))]
    return subprocess.run(["/usr/bin/python3", f"{ROOT}/tests/verifier/verify.py", str(path), *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)


def told(*words, code=0):
    said = audit("--json", *words)
    assert said.returncode == code, said
    if words[0] == "verify" and str(words[1]).endswith(".db") and "--witness" not in words and "--ledger" not in words:
        other = second(words[1], *(b for a, b in zip(words, words[1:]) if a == "--checkpoint"))
        assert other.returncode in (code, 2), (said.stdout[-3000:], other)
    return json.loads(said.stdout)


def effective(company):
    """One regular order, all the way."""
    order = company.person("林小禾").order_new("O01.json")
    company.person("林小禾").confirm(order)
    order.wait_tally("able")
    company.person("宋知行").conclude(order)
    company.person("罗应时").sign(order)
    company.person("宋知行").sign(order)
    order.wait_state("effective")
    return order


def archiver(company, *words):
    return subprocess.run([f"{BIN}/countersign-archiver", *words, "--site", company.site], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, env=company.env(), timeout=120, check=False)


@pytest.fixture(name="golden")
def fixture_golden(tmp_path):
    """An archive as the first version of the format wrote it."""
    path = tmp_path / "archive.db"
    with lzma.open(GOLDEN) as file:
        path.write_bytes(file.read())
    return path


@pytest.fixture(name="kept", scope="module")
def fixture_kept(filled, tmp_path_factory):
    """The archive of a company that closed its books in good order, and one order's number in it."""
    company = filled.copy()
    try:
        company.start()
        order = effective(company)
        number = order.show()["number"]
        company.wait_settled()
        company.stop_all()
        path = tmp_path_factory.mktemp("kept") / "archive.db"
        shutil.copy(company.state("archiver", "archive.db"), path)
        ledger = tmp_path_factory.mktemp("kept") / "ledger.db"
        shutil.copy(company.state("coordinator", "ledger.db"), ledger)
        return path, number, ledger
    finally:
        company.remove()


# ---- verify ----

def test_an_archive_of_the_first_version_is_still_sound(golden):
    before = golden.read_bytes()
    found = told("verify", golden)
    assert found["sound"] and found["events"] == 331 and found["decisions"] == 331 and found["checkpoints"] == 1
    assert found["decided_to"] == 331 and found["signatures"] == 250 and found["erased"] == 1
    assert golden.read_bytes() == before and os.listdir(golden.parent) == ["archive.db"]


def test_an_orderly_stop_leaves_a_checkpoint_of_everything(kept):
    path, _, _ = kept
    found = told("verify", path)
    assert found["sound"] and found["checkpoint"]["position"] == found["events"]
    said = audit("verify", path, language="zh_CN")
    assert said.returncode == 0 and "完好。" in said.stdout, said


def change(path, sql, *values):
    db = sqlite3.connect(path)
    db.execute(sql, values)
    db.commit()
    db.close()


def test_a_word_changed_in_the_file_is_named(golden):
    data = golden.read_bytes()
    at = data.rfind("水帘洞水泵".encode())
    assert at > 0
    golden.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
    found = told("verify", golden, code=1)
    assert {f["finding"] for f in found["findings"]} & {"changed", "unreadable", "misfiled"}
    said = audit("verify", golden)
    assert re.search(r"event \d+.*changed after it was stored", said.stdout) and "NOT sound" in said.stdout
    assert "Nothing was found about the events before" in said.stdout


@pytest.mark.parametrize("sql,kind", [
    ("DELETE FROM event WHERE position = 100", "gap"),
    ("UPDATE event SET object = zeroblob (16) WHERE position = 99", "misfiled"),
    ("UPDATE event SET scope = 6 WHERE position = 99", "misfiled"),
    ("UPDATE event SET leaf = zeroblob (32) WHERE position = 99", "changed"),
    ("DELETE FROM command WHERE position = (SELECT max (position) FROM command)", "misfiled"),
    ("UPDATE checkpoint SET signature = zeroblob (64)", "checkpoint"),
    ("UPDATE checkpoint SET position = 38", "checkpoint"),
    ("DELETE FROM blob WHERE address = (SELECT address FROM blob LIMIT 1)", "document-missing"),
    ("UPDATE blob SET salted = zeroblob (40) WHERE address = (SELECT address FROM blob LIMIT 1)", "document-changed"),
    ("DELETE FROM event WHERE position > 300", "ends"),
    ("UPDATE meta SET value = zeroblob (32) WHERE key = 'frontier.root'", "ends"),
])
def test_what_was_done_to_the_tables_is_found(golden, sql, kind):
    change(golden, sql)
    found = told("verify", golden, code=1)
    assert kind in {f["finding"] for f in found["findings"]}, found["findings"]
    assert all(f["text"] for f in found["findings"])


def test_what_was_written_is_decided_again(golden):
    """An event that is right within itself, hash and all, and could not have come to be so: by other rules."""
    db = sqlite3.connect(golden)
    rules = b"\x07\x01\x08\x01\x09\xc4\x20"
    position, event = next((p, e) for p, e in db.execute("SELECT position, bytes FROM event WHERE position > 100") if rules in e)
    event = event.replace(rules, b"\x07\x02" + rules[2:])
    db.execute("UPDATE event SET bytes = ?, leaf = ? WHERE position = ?", (event, hashlib.sha256(b"\0" + event).digest(), position))
    db.commit()
    db.close()
    found = told("verify", golden, code=1)
    assert ("decision", position) in {(f["finding"], f.get("position")) for f in found["findings"]}, found["findings"]
    assert found["decided_to"] == position - 1


def test_a_damaged_index_is_a_finding_and_no_end(golden, tmp_path):
    """Nothing of the file is relied on before SQLite was asked about it."""
    sound = tmp_path / "sound.db"
    shutil.copy(golden, sound)
    db = sqlite3.connect(golden)
    page, = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event_in_context'").fetchone()
    size, = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with open(golden, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff")
    said = audit("--json", "verify", golden)
    assert said.returncode == 1 and "damaged" in {f["finding"] for f in json.loads(said.stdout)["findings"]}, said
    assert audit("compare", golden, sound).returncode == 0  # the events are the same all the same


def test_a_damaged_index_gives_the_same_findings_whatever_is_asked_for_and_whenever_it_is_seen(golden):
    """Without decisions the file's structure is checked beside the events: what was found before it was known is not told."""
    db = sqlite3.connect(golden)
    db.execute("UPDATE command SET digest = zeroblob (32) WHERE position = (SELECT max (position) FROM command)")  # it is looked up, then
    db.commit()
    page, = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event_of_case'").fetchone()
    size, = db.execute("PRAGMA page_size").fetchone()
    db.close()
    without = ("--no-decisions",)
    assert {"misfiled"} <= {f["finding"] for f in json.loads(audit("--json", "verify", golden, *without).stdout)["findings"]}
    with open(golden, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff")
    told_once = None
    for asked in (), without, (*without, "--no-signatures"), without, without:
        said = audit("--json", "verify", golden, *asked)
        findings = json.loads(said.stdout)["findings"]
        assert said.returncode == 1 and findings[0]["finding"] == "damaged", (asked, said)
        told_once = told_once or findings
        assert findings == told_once, asked


def test_it_is_no_archive(tmp_path):
    (tmp_path / "x.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    assert audit("verify", tmp_path / "x.db").returncode == 2
    assert audit("verify", tmp_path / "nothing.db").returncode == 2
    assert audit("verify").returncode == 64 and audit("frobnicate").returncode == 64


def test_a_checkpoint_that_left_the_house_finds_what_is_missing(kept, tmp_path):
    path, _, _ = kept
    checkpoint = tmp_path / "checkpoint.txt"
    checkpoint.write_text(audit("checkpoint", path).stdout)
    assert told("verify", path, "--checkpoint", checkpoint)["checkpoints"] == told("verify", path)["checkpoints"] + 1
    shorter = tmp_path / "shorter.db"
    shutil.copy(path, shorter)
    db = sqlite3.connect(shorter)
    last = db.execute("SELECT max (position) FROM event").fetchone()[0]
    for table in ("event", "command"):
        db.execute(f"DELETE FROM {table} WHERE position > ?", (last - 5,))
    db.execute("DELETE FROM note")
    db.commit()
    db.close()
    found = told("verify", shorter, "--checkpoint", checkpoint, code=1)
    assert "short" in {f["finding"] for f in found["findings"]}
    other = told("verify", path, "--ledger", "00" * 32, code=1)
    assert other["findings"][0]["finding"] == "other-ledger"


def test_a_checkpoint_that_is_kept_as_a_text_is_found(kept, tmp_path):
    """The same characters, and not as anybody of ours writes them: one turned bit makes a text of bytes."""
    path, _, _ = kept
    touched = tmp_path / "touched.db"
    shutil.copy(path, touched)
    change(touched, "UPDATE note SET note = CAST (note AS TEXT) WHERE position = (SELECT max (position) FROM note)")
    found = told("verify", touched, code=1)
    assert [f["finding"] for f in found["findings"]] == ["checkpoint"], found


def test_what_turned_in_the_archive_is_not_signed_for(company):
    """Before a checkpoint all bytes are read back from the disk (QP21-5, ISO 9001 7.5.3)."""
    effective(company)
    company.wait_settled()
    company.stop("archiver")
    db = sqlite3.connect(company.state("archiver", "archive.db"))
    position, event = next((p, e) for p, e in db.execute("SELECT position, bytes FROM event WHERE position > 1")
                           if "林小禾".encode() in e)
    event = event.replace("林小禾".encode(), "李小禾".encode())
    db.execute("UPDATE event SET bytes = ?, leaf = ? WHERE position = ?", (event, hashlib.sha256(b"\0" + event).digest(), position))
    db.execute("DELETE FROM note")
    db.commit()
    db.close()
    company.start("archiver")
    said = archiver(company, "checkpoint")
    assert said.returncode != 0 and "were changed since they were stored" in said.stderr + said.stdout, said
    assert "were changed since they were stored" in company.log("archiver")
    company.wait_until(lambda: "stopped verifying" in company.log("coordinator"), "the coordinator was told", lambda: company.log("coordinator"))
    company.stop("archiver")
    db = sqlite3.connect(company.state("archiver", "archive.db"))
    assert db.execute("SELECT count (*) FROM note").fetchone() == (0,)
    db.close()


def test_an_archive_that_was_not_closed_is_read_with_its_log(company, tmp_path):
    order = effective(company)
    company.wait_settled()
    assert "a daemon has it open" in audit("verify", company.state("archiver", "archive.db")).stderr
    company.kill("archiver")
    names = sorted(os.listdir(company.state("archiver")))
    before = {n: hashlib.sha256(open(company.state("archiver", n), "rb").read()).digest() for n in names if n.startswith("archive.db")}
    found = told("verify", company.state("archiver", "archive.db"))
    assert found["sound"] and found["events"] == max(e["position"] for e in company.events())
    shown = told("show", company.state("archiver", "archive.db"), order.show()["number"])
    assert shown["state"] == "effective"
    assert {n: hashlib.sha256(open(company.state("archiver", n), "rb").read()).digest() for n in names if n.startswith("archive.db")} == before


# ---- as it was ----

def test_a_case_as_it_stood_and_what_changed(kept):
    path, number, _ = kept
    events = [json.loads(line) for line in audit("--json", "replay", path, "--case", number).stdout.splitlines()]
    kinds = [e["kind"] for e in events]
    assert kinds[0] == "order.register" and kinds[-1] == "order.effective" and events[-1]["number"] == number
    opened = next(e for e in events if e["kind"] == "round.opened")
    then = told("show", path, number, "--as-of", opened["position"])
    assert then["state"] == "in review" and then["as_of"] == opened["position"]
    assert told("show", path, number, "--as-of", events[-1]["time"])["state"] == "effective"
    said = audit("show", path, number, "--as-of", opened["position"], language="zh_CN")
    assert "评审中" in said.stdout and number in said.stdout
    changed = told("diff", path, number, opened["position"], events[-1]["position"])
    assert [e["position"] for e in changed["events"]] == [e["position"] for e in events if e["position"] > opened["position"]]
    assert {"path": "state", "before": "in review", "after": "effective"} in changed["changes"]
    assert audit("show", path, "DD1999-0001").returncode == 2


def test_what_a_department_knew_when_it_gave_its_verdict(kept):
    path, number, _ = kept
    (planning,) = told("knew", path, "planning", number)
    assert planning["verdict"] == "accept" and planning["by"]["daemon"] and planning["register"]["rule"] == "delivery"
    assert planning["reference"]["capacity"] < planning["position"] and planning["register"]["inputs"]
    assert all(e["position"] < planning["position"] for e in planning["events"])
    assert planning["as_it_stood"]["state"] == "in review" and planning["revision"] == 1
    assert audit("knew", path, "warehouse", number).returncode == 2


def test_a_replay_keeps_the_time_between_the_events(kept):
    path, number, _ = kept
    start = time.monotonic()
    assert audit("replay", path, "--case", number, "--speed", "100000").returncode == 0
    assert time.monotonic() - start < 30
    lines = audit("replay", path, "--until", "5").stdout.splitlines()
    assert len(lines) == 5


# ---- for agents, as it stood ----

class Stage:
    """A replay for agents, and an agent that is pointed to it by what it said."""

    def __init__(self, folder, path, *words):
        self.env = dict(os.environ, LC_ALL="C.UTF-8", COUNTERSIGN_LOCALE=f"{os.path.dirname(BIN)}/locale", LANGUAGE="C")
        self.replay = subprocess.Popen([AUDIT, "--json", "replay", str(path), "--onto", str(folder), *map(str, words)], env=self.env,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.said = json.loads(self.replay.stdout.readline() or "null")
        site = self.said["site"]
        self.env.update(COUNTERSIGN_SITE=site, COUNTERSIGN_PASSPHRASE_FILE=f"{site}/passphrase")
        self.agent = subprocess.Popen([f"{BIN}/countersign-agent", "--site", site, "-d", self.said["station"]], env=self.env,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait(lambda: os.path.exists(f"{site}/run/agent-{self.said['station']}/agent.sock"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.agent, self.replay):
            process.terminate()
        self.agent.wait(20)
        self.rest = self.replay.communicate(timeout=20)[0]

    @staticmethod
    def wait(condition, seconds=30):
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until
            time.sleep(0.05)

    def call(self, *words):
        return subprocess.run([f"{BIN}/countersign", "--as", self.said["as"], "--json", *words], env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, check=False)

    def reads(self, *words):
        said = self.call(*words)
        assert said.returncode == 0, said
        return json.loads(said.stdout)

    def is_refused(self, *words):
        said = self.call(*words)
        assert said.returncode != 0 and json.loads(said.stdout)["reason"] == "REPLAY", said
        assert "this is a replay: nothing can be changed" in said.stderr, said


def test_an_agent_sees_the_screens_as_they_were_and_can_change_nothing(kept, tmp_path):
    """[QP21-5 rule] At the tally the head of sales was waited for; nobody concludes it a second time."""
    path, number, _ = kept
    before = path.read_bytes()
    events = [json.loads(line) for line in audit("--json", "replay", path, "--case", number).stdout.splitlines()]
    tallied = next(e["position"] for e in events if e["kind"] == "round.tallied")
    with Stage(tmp_path / "then", path, "--until", tallied, "--as", "songzhixing") as stage:
        assert stage.said["position"] == tallied and stage.said["as"] == "songzhixing"
        (waiting,) = stage.reads("inbox")["cases"]
        assert waiting["number"] == number and [w["kind"] for w in waiting["mine"]] == ["round.conclude"]
        shown = stage.reads("order", "show", number)
        assert shown["state"] == "in review" and shown["rounds"][0]["tally"]["outcome"] == "able" and "conclusion" not in shown["rounds"][0]
        stage.is_refused("order", "conclude", number, "able", "--opinion", "又一次", "--a1", "yes", "--a2", "na:书面订单", "--b", "yes", "--c",
                         "yes", "--d", "na:无变更")
        assert stage.reads("order", "show", number)["state"] == "in review"
    with Stage(tmp_path / "before", path, "--until", tallied - 1) as stage:  # an auditor of every role, when nothing is said
        assert stage.said["as"] == "auditor"
        assert "tally" not in stage.reads("order", "show", number)["rounds"][0]
        stage.is_refused("order", "verdict", number, "reject", "--reason", "不行", "--department", "production")
        assert stage.call("attachment", "get", "云梦泽摩托车", "contact", "--out", str(tmp_path / "contact")).returncode == 0
        assert (tmp_path / "contact").stat().st_size > 5
    assert path.read_bytes() == before
    assert "a site lies in" in audit("replay", path, "--onto", tmp_path / "then").stderr  # its keys are not written over
    assert audit("replay", path, "--onto", tmp_path / "x", "--as", "nobody").returncode == 2


def test_screens_go_on_while_the_record_is_replayed(kept, tmp_path):
    path, number, _ = kept
    events = [json.loads(line) for line in audit("--json", "replay", path).stdout.splitlines()]
    registered = next(e["position"] for e in events if e["kind"] == "order.register")
    day, night = (events[p - 1]["time"] for p in (registered - 1, registered))
    gap = (datetime.datetime.fromisoformat(night[:-1]) - datetime.datetime.fromisoformat(day[:-1])).total_seconds()
    assert gap > 1, "the company was started anew in between"
    with Stage(tmp_path / "on", path, "--from", registered - 1, "--speed", max(1, int(gap // 4))) as stage:
        assert stage.said["position"] == registered - 1 and stage.said["until"] == len(events)
        assert stage.reads("order", "list")["orders"] == []
        stage.wait(lambda: [o["state"] for o in stage.reads("order", "list")["orders"]] == ["effective"])
    shown = [json.loads(line)["position"] for line in stage.rest.splitlines()]
    assert shown == list(range(registered, len(events) + 1))


# ---- what leaves the house ----

def test_a_proof_is_checked_without_the_archive(kept, tmp_path):
    path, number, _ = kept
    proof = tmp_path / "order.tlog-proof"
    assert audit("prove", path, number, "--out", proof).returncode == 0
    assert audit("prove", path, number, "--out", proof).returncode == 2  # nothing is overwritten
    text = proof.read_text()
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra ") and "\n\ncountersign/" in text
    found = told("verify", proof)
    assert found["sound"] and found["event"]["kind"] == "order.effective"
    assert told("verify", proof, "--ledger", found["ledger"])["sound"]
    assert not told("verify", proof, "--ledger", "11" * 32, code=1)["sound"]
    lines = text.splitlines()
    for at in range(1, len(lines)):  # a digit of each line
        if not lines[at]:
            continue
        middle = len(lines[at]) // 2
        digit = "A" if lines[at][middle] != "A" else "B"
        spoilt = tmp_path / "spoilt"
        spoilt.write_text("\n".join([*lines[:at], lines[at][:middle] + digit + lines[at][middle + 1:], *lines[at + 1:]]) + "\n")
        said = audit("verify", spoilt)
        assert said.returncode != 0 or lines[at].startswith("— ") and "cosignatures" in said.stdout, (at, said)
    signed = next(e for e in map(json.loads, audit("--json", "replay", path, "--case", number).stdout.splitlines()) if e["kind"] == "round.sign")
    assert audit("prove", path, signed["position"], "--out", tmp_path / "s").returncode == 0
    said = audit("verify", tmp_path / "s")
    assert signed["by"]["name"] in said.stdout and said.returncode == 0


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.links, self.outside = set(), set(), []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                assert value not in self.ids
                self.ids.add(value)
            if name in ("href", "src"):
                (self.links.add(value[1:]) if value.startswith("#") else self.outside.append(value))


def test_an_export_stands_on_its_own(kept, tmp_path):
    path, number, _ = kept
    folder = tmp_path / "usb"
    assert audit("export", path, folder, "--case", number, language="zh_CN").returncode == 0
    assert not glob.glob(f"{tmp_path}/*.part")
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    named = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    found = {os.path.relpath(f"{at}/{n}", folder) for at, _, names in os.walk(folder) for n in names} - {"SHA256SUMS"}
    assert named == found and f"proofs/{number}.tlog-proof" in named
    for name in found:
        os.chmod(folder / name, 0o400)
    os.chmod(folder, 0o500)  # a medium that cannot be written
    try:
        assert told("verify", folder)["sound"]
        assert told("compare", path, folder)["same"]
        assert told("verify", folder / "proofs" / f"{number}.tlog-proof")["sound"]
    finally:
        os.chmod(folder, 0o700)
    page = Links()
    text = (folder / "report.html").read_text()
    page.feed(text)
    assert page.links <= page.ids and not page.outside and "<script" not in text
    assert "QP21-4.3.2" in page.ids and number in text and "宋知行" in text
    assert audit("export", path, folder).returncode == 2  # there already


def test_what_happened_to_an_exports_files_since_is_a_finding(kept, tmp_path):
    path, number, _ = kept
    folder = tmp_path / "usb"
    assert audit("export", path, folder, "--case", number).returncode == 0
    assert audit("verify", folder).returncode == 0
    with open(folder / "report.html", "a", encoding="utf-8") as report:
        report.write("<!-- and nobody ever complained -->")
    os.remove(folder / "checkpoint.txt")
    (folder / "documents" / "letter.pdf").write_bytes(b"%PDF")
    said = told("verify", folder, code=1)
    assert {(f["finding"], f["file"]) for f in said["findings"]} == {
        ("file-changed", "report.html"), ("file-missing", "checkpoint.txt"), ("file-unlisted", "documents/letter.pdf")}
    assert said["events"] > 0  # the record in it was verified all the same
    for language, changed, missing, strange in (
            ("C.UTF-8", "report.html: this file is not as it was exported", "checkpoint.txt: this file was exported, and is not there any more",
             "documents/letter.pdf: this file was not exported: it was put there since"),
            ("zh_CN", "report.html: 此文件与导出时不同", "checkpoint.txt: 此文件曾经导出，现已不在", "documents/letter.pdf: 此文件并非导出所得")):
        text = audit("verify", folder, language=language)
        assert text.returncode == 1 and all(words in text.stdout for words in (changed, missing, strange)), text.stdout
    (folder / "events.db").write_bytes(b"")  # nothing to verify, and the list says so
    said = told("verify", folder, code=1)
    assert ("file-changed", "events.db") in {(f["finding"], f["file"]) for f in said["findings"]} and not said["sound"]
    os.remove(folder / "SHA256SUMS")
    assert [f["finding"] for f in told("verify", folder, code=1)["findings"]] == ["file-list"]


def test_the_first_difference_is_named(kept, tmp_path):
    path, _, ledger = kept
    assert told("compare", path, ledger)["same"]
    other = tmp_path / "other.db"
    shutil.copy(path, other)
    change(other, "UPDATE event SET bytes = CAST (bytes || x'00' AS BLOB) WHERE position = 77")
    found = told("compare", path, other, code=1)
    assert found["position"] == 77 and found["a"]["event"] != "?"
    assert "differ from event 77" in audit("compare", path, other).stdout


def test_a_checkpoint_is_printed_as_a_code(kept):
    path, _, _ = kept
    plain, code = audit("checkpoint", path).stdout, audit("checkpoint", path, "--qr")
    origin, size, root = plain.split("\n")[:3]
    assert origin.startswith("countersign/") and int(size) > 0 and len(root) == 44 and plain.count("\n— ") == 2
    assert code.returncode == 0 and len({len(line) for line in code.stdout.splitlines()}) == 1 and "▀" in code.stdout


# ---- backup and restore ----

def test_the_archiver_says_what_it_can_be_told_to_do(company):
    told_how = subprocess.run([f"{BIN}/countersign-archiver", "--help"], capture_output=True, text=True, env=company.env(), timeout=30, check=True)
    for words in ("backup FOLDER", "restore FOLDER", "countersign-archiver checkpoint"):
        assert words in told_how.stdout
    assert archiver(company, "restore", "--help").returncode == 0
    said = archiver(company, "backup")
    assert said.returncode == 64 and "backup FOLDER" in said.stderr


def test_the_archiver_knows_its_site_from_the_environment(company, tmp_path):
    company.start()
    said = subprocess.run([f"{BIN}/countersign-archiver", "backup", f"{tmp_path}/b"], capture_output=True, text=True, timeout=120, check=False,
                          env=company.env() | {"COUNTERSIGN_SITE": company.site})
    assert said.returncode == 0, said.stderr
    assert told("verify", f"{tmp_path}/b")["sound"]


def test_a_backup_is_made_while_it_runs_and_restored_on_an_empty_host(company, tmp_path):
    order = effective(company)
    said = archiver(company, "backup", f"{tmp_path}/b")
    assert said.returncode == 0 and "checked against the checkpoint" in said.stdout, said
    assert told("verify", f"{tmp_path}/b", "--checkpoint", f"{tmp_path}/b/checkpoint.txt")["sound"]
    assert not os.path.exists(company.state("archiver", "backup.db"))
    company.wait_settled()
    root = company.root()
    company.stop_all()
    said = archiver(company, "restore", f"{tmp_path}/b")
    assert said.returncode != 0 and "never replaced" in said.stderr
    for daemon in ("archiver", "coordinator"):
        company.forget(daemon)
    said = archiver(company, "restore", "--checkpoint", f"{tmp_path}/b/checkpoint.txt", f"{tmp_path}/b")
    assert said.returncode == 0, said
    company.start()
    company.wait_settled()
    assert company.root() == root and order.show()["state"] == "effective"


def test_a_backup_behind_a_checkpoint_lets_nothing_be_accepted(company, tmp_path):
    assert archiver(company, "backup", f"{tmp_path}/old").returncode == 0
    effective(company)
    company.wait_settled()
    newest = tmp_path / "mailbox.txt"
    newest.write_text(archiver(company, "checkpoint").stdout)
    company.stop_all()
    everybody = glob.glob(f"{company.site}/state/*")
    for folder in everybody:  # the house burnt down
        shutil.rmtree(folder)
    said = archiver(company, "restore", f"{tmp_path}/old", "--checkpoint", newest)
    assert said.returncode != 0 and "were signed for" in said.stderr and not os.path.exists(company.state("archiver", "archive.db"))
    said = archiver(company, "restore", f"{tmp_path}/old", "--checkpoint", newest, "--behind", "火灾")
    assert said.returncode == 0, said
    company.start("archiver")
    company.launch("coordinator")
    company.start(*(d for d in HUB if d not in ("archiver", "coordinator")))
    company.wait_until(lambda: "ends before event" in company.log("coordinator"), "the coordinator says what is missing",
                       lambda: company.log("coordinator"), seconds=60)
    clerk = company.person("林小禾")
    said = clerk.call(*clerk.new("O03.json"), seconds=3)
    assert said.last()["state"] == "queued", said
    company.person("易明").call("ledger", "resume", "--reason", "火灾，只有旧备份", seconds=1)
    company.wait_until(lambda: ": running at" in company.log("coordinator"), "it goes on", lambda: company.log("coordinator"), seconds=60)
    company.wait_settled()
    assert company.status()["epoch"] == 2 and "order.register" in {e["kind"] for e in company.events()}


# ---- over the bus ----

def test_a_running_archiver_is_audited_by_an_enrolled_key_alone(company, tmp_path):
    """Another machine with two files of the house: site.cfg, and the key that was enrolled for it."""
    company.person("易明").does("daemon", "enrol", "audit-tuv", "follower", "--answers", "yiming")
    company.wait_settled()
    for pending in company.person("温如实").does("inbox")["pending"]:
        company.person("温如实").does("confirm", pending["id"])
    number = effective(company).show()["number"]
    company.wait_settled()
    assert archiver(company, "checkpoint").returncode == 0
    machine, temporary, kept = tmp_path / "machine", tmp_path / "tmp", tmp_path / "kept.db"
    (machine / "keys").mkdir(parents=True)
    temporary.mkdir()
    shutil.copy(f"{company.site}/site.cfg", machine)
    shutil.copy(f"{company.site}/keys/audit-tuv.curve", machine / "keys")
    bus = ("verify", "--bus", "audit-tuv", "--site", machine)
    found = told(*bus, "--keep", kept)
    assert found["sound"] and found["events"] == company.status()["position"] and found["root"] == company.root()
    assert found["documents"] > 0 and found["checkpoint"]["position"] > 0 and found["decisions"] == found["events"]
    other = second(kept)
    assert other.returncode == 0, other
    assert told("show", kept, number)["state"] == "effective"
    assert "there already" in audit(*bus, "--keep", kept).stderr
    # a document that is gone, on an archive that goes on working
    company.stop("archiver")
    change(company.state("archiver", "archive.db"), "DELETE FROM blob WHERE address = (SELECT address FROM blob LIMIT 1)")
    company.start("archiver")
    company.wait_settled()
    said = audit("--json", *bus, "--checkpoint", archiver_note(company, tmp_path), TMPDIR=str(temporary))
    assert said.returncode == 1 and [f["finding"] for f in json.loads(said.stdout)["findings"]] == ["document-missing"], said
    assert told(*bus, "--no-documents")["sound"]
    assert not os.listdir(temporary)  # what was fetched is gone again
    # a key that nobody enrolled
    shutil.copy(f"{company.site}/keys/station-sales.curve", machine / "keys" / "stranger.curve")
    said = audit("verify", "--bus", "stranger", "--site", machine, "--patience", "2", TMPDIR=str(temporary))
    assert said.returncode == 2 and "is stranger enrolled there?" in said.stderr and not os.listdir(temporary), said
    assert audit("verify", "--bus", "audit-tuv", kept).returncode == 64


def archiver_note(company, folder):
    note = folder / "mailbox.txt"
    note.write_text(archiver(company, "checkpoint").stdout)
    return note


# ---- by mail ----

def mailed_checkpoints(sink):
    """{recipient: [the mail]}"""
    found = {}
    for _, recipient, content in list(sink.messages):
        found.setdefault(recipient.partition("<")[2].partition(">")[0], []).append(email.message_from_bytes(content, policy=email.policy.default))
    return found


def told_of_checkpoints(company):
    company.let_the_reader_hear()
    return [e for e in company.events() if e["kind"] == "notify.checkpoint"]


def test_a_checkpoint_in_an_auditors_mailbox_finds_what_was_taken_away_later(quiet, tmp_path):
    """[QP21-5 rule] The notifier mails it; the attachment is what verify takes; the record says where it went, without addresses."""
    gone = ["gone.example.org"]

    def answer(step, argument, _):
        return f"550 5.1.1 {argument[3:]} unknown" if step == "RCPT" and any(name in argument for name in gone) else None
    company = quiet
    with Sink(answer) as sink:
        company.notify("", language="zh_CN", relay={"host": "127.0.0.1", "port": sink.port, "tls": "none"}, auditors=[
            {"name": "certifier", "address": "evidence@certifier.example.org", "language": "en"},
            {"name": "银行", "address": "ledger@gone.example.org"}])
        company.start()
        company.wait_until(lambda: len(told_of_checkpoints(company)) == 2, "both mails have an outcome", lambda: told_of_checkpoints(company), seconds=40)
        (mail,) = mailed_checkpoints(sink)["evidence@certifier.example.org"]
        assert set(mailed_checkpoints(sink)) == {"evidence@certifier.example.org"}
        (attached,) = mail.iter_attachments()
        note = attached.get_content()
        position = int(note.split("\n")[1])
        assert attached.get_filename() == f"checkpoint-{position}.txt" and attached.get_content_type() == "text/plain"
        assert note.strip() in mail.get_body(("plain",)).get_content().replace("\r\n", "\n") and f"event {position}" in mail["Subject"]
        events = told_of_checkpoints(company)
        said = {e["body"]["auditor"]: (e["body"]["outcome"], e["body"]["position"], e["by"].get("daemon")) for e in events}
        assert {name: (outcome, at) for name, (outcome, at, _) in said.items()} == {"certifier": ("accepted", position), "银行": ("failed", position)}
        assert "example.org" not in json.dumps(events) and events[0]["body"]["text"]
        assert re.search(rf"checkpoint at event {position} · certifier · accepted", company.run("--as", company.reader.handle, "events", "--from", str(position)).out)
        refused = next(n for n in company.run("--json", "notify", "queue").last()["notifications"] if n["to"] == "auditor")
        assert refused["state"] == "failed" and refused["rule"] == "银行" and "case" not in refused
        dropped = company.run("--as", company.reader.handle, "notify", "drop", refused["id"], "--reason", "邮箱已停用")
        assert dropped.code == 64 and "the next one takes its place" in dropped.err
        gone.clear()  # the bank mends its mailbox
        company.person("易明").does("notify", "retry", refused["id"], "--reason", "邮箱已恢复")
        company.wait_until(lambda: len(told_of_checkpoints(company)) == 3, "it is mailed again", lambda: told_of_checkpoints(company), seconds=40)
        again = told_of_checkpoints(company)[-1]["body"]
        assert (again["auditor"], again["outcome"], again["position"]) == ("银行", "accepted", position)
        (late,) = mailed_checkpoints(sink)["ledger@gone.example.org"]
        assert note.strip() in late.get_body(("plain",)).get_content().replace("\r\n", "\n")
        effective(company)
        company.wait_settled()
        assert archiver(company, "checkpoint").returncode == 0  # news, on the same day
        company.wait_settled()
        company.stop_all()
        assert len(sink.messages) == 2
    mailbox = tmp_path / "checkpoint.txt"
    mailbox.write_bytes(attached.get_payload(decode=True))
    path = company.state("archiver", "archive.db")
    assert told("verify", path, "--checkpoint", mailbox)["sound"]
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM event WHERE position >= ?", (position,))
        db.execute("DELETE FROM command WHERE position >= ?", (position,))
        db.execute("DELETE FROM note WHERE position >= ?", (position,))
    db.close()
    assert "short" in {f["finding"] for f in told("verify", path, "--checkpoint", mailbox, code=1)["findings"]}


def drill(company, *words):
    env = dict(company.env(), BUILD=os.path.dirname(BIN), LANGUAGE="C")
    said = subprocess.run([f"{ROOT}/config/setup/countersign-drill", "--site", company.site, *map(str, words)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, env=env, timeout=120, check=False)
    assert not re.search("[0-9]+: |not found", said.stderr), said  # the shell has nothing to say
    return said


def test_a_drill_brings_the_house_back_beside_the_running_one_and_times_it(company, tmp_path):
    old = tmp_path / "old"
    assert archiver(company, "backup", str(old)).returncode == 0
    order = effective(company)
    company.wait_settled()
    mailbox, work = archiver_note(company, tmp_path), tmp_path / "w"
    said = drill(company, "--checkpoint", mailbox, "--work", work)
    assert said.returncode == 0, said
    steps = re.findall(r"^ *([0-9]+\.[0-9]{3}) s  (\w+)  (.*)$", said.stdout, re.M)
    assert len(steps) == 8 and {ok for _, ok, _ in steps} == {"ok"}, said
    assert int(re.search(r"It holds: (\d+) events are back", said.stdout)[1]) >= int(mailbox.read_text().split("\n")[1])
    assert told("show", work / "site/state/archiver/archive.db", order.number)["state"] == "effective"
    assert not glob.glob(f"{work}/site/people/*")  # nobody's own key was copied
    # last night's backup, and a checkpoint of today
    said = drill(company, "--checkpoint", mailbox, "--backup", old)
    assert said.returncode == 1 and "FAILED  the backup is verified" in said.stdout and "It does NOT hold" in said.stdout, said
    assert "signed for are missing at the end" in said.stdout
    company.wait_settled()  # what runs was not touched
    assert drill(company, "--site", tmp_path).returncode == 2 and drill(company, "--backup").returncode == 64


# ---- keys ----

def test_the_archivers_key_is_replaced_and_both_are_on_the_record(company, tmp_path):
    effective(company)
    company.wait_settled()
    old = archiver(company, "checkpoint").stdout
    company.person("易明").does("daemon", "replace-key", "archiver", "--reason", "例行更换")
    company.wait_settled()
    for pending in company.person("温如实").does("inbox")["pending"]:
        company.person("温如实").does("confirm", pending["id"])
    company.wait_settled()
    company.wait_until(lambda: "key was replaced" in company.log("archiver"), "the archiver signs nothing with the old key",
                       lambda: company.log("archiver"))
    assert archiver(company, "checkpoint").stdout == old
    company.stop("archiver")
    company.start("archiver")
    company.wait_settled()
    new = archiver(company, "checkpoint").stdout
    assert int(new.split("\n")[1]) > int(old.split("\n")[1])
    company.stop_all()
    path = company.state("archiver", "archive.db")
    assert told("verify", path)["sound"]
    assert audit("prove", path, "40", "--out", tmp_path / "p").returncode == 0
    assert told("verify", tmp_path / "p")["sound"]


# ---- witnesses ----

def cosigned(note, name, key):
    """The note with a line of that name more (C2SP tlog-cosignature)."""
    text = note[:note.index("\n\n") + 1].encode()
    ident = hashlib.sha256(name.encode() + b"\n\x04" + bytes(key.verify_key)).digest()[:4]
    mark = key.sign(b"cosignature/v1\ntime 1790000000\n" + text).signature
    return note + f"— {name} {base64.b64encode(ident + (1790000000).to_bytes(8, 'big') + mark).decode()}\n"


def test_a_witness_cosigns_and_is_not_led_back(company, tmp_path):
    before = archiver(company, "checkpoint").stdout
    company.person("易明").does("daemon", "enrol", "witness-tax", "follower", "--answers", "yiming")
    company.wait_settled()
    for pending in company.person("温如实").does("inbox")["pending"]:
        company.person("温如实").does("confirm", pending["id"])
    company.wait_settled()
    first = archiver(company, "checkpoint").stdout
    assert first.count("\n— ") == 2, first
    company.start("witness tax")
    company.wait_until(lambda: "— witness-tax " in archiver(company, "checkpoint").stdout, "the witness has signed, too",
                       lambda: archiver(company, "checkpoint").stdout)
    note = archiver(company, "checkpoint").stdout
    company.stop_all()
    path = company.state("archiver", "archive.db")
    assert told("verify", path)["sound"]
    # who goes by the witness's key finds its word in the archive
    key = witness_key(company, "witness-tax")
    assert told("verify", path, "--witness", key)["cosignatures"] >= 1
    spoilt = tmp_path / "spoilt.txt"
    at = note.index("— witness-tax ") + 40
    spoilt.write_text(note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1:])
    found = told("verify", path, "--witness", key, "--checkpoint", spoilt, code=1)
    assert found["findings"][0]["finding"] == "cosignature"
    # it cosigned a checkpoint from before it was enrolled: that is its word, too
    change(path, "UPDATE note SET note = ? WHERE position = ?",
           cosigned(before, "witness-tax", signing.SigningKey(key_file(f"{company.site}/keys/witness-tax.sign"))).encode(),
           int(before.split("\n")[1]))
    assert told("verify", path, "--witness", key)["sound"]
    # a second line under its name is not
    change(path, "UPDATE note SET note = ? WHERE position = ?", cosigned(note, "witness-tax", signing.SigningKey(b"\7" * 32)).encode(),
           int(note.split("\n")[1]))
    found = told("verify", path, "--witness", key, code=1)
    assert [f["finding"] for f in found["findings"]] == ["cosignature"], found


def witness_key(company, name):
    """C2SP verifier key, by the book."""
    public = bytes(signing.SigningKey(key_file(f"{company.site}/keys/{name}.sign")).verify_key)
    ident = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    return f"{name}+{ident.hex()}+{base64.b64encode(bytes([4]) + public).decode()}"


def test_a_follower_keeps_the_last_checkpoint_that_it_has_seen(company):
    effective(company)
    company.wait_settled()
    note = archiver(company, "checkpoint").stdout

    def kept(path):
        db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        row = db.execute("SELECT value FROM meta WHERE key = 'checkpoint'").fetchone()
        db.close()
        return row[0].decode() if row else ""
    time.sleep(3)  # it is announced each second; nothing tells from outside that a department has heard it
    company.stop_all()
    paths = [company.state("coordinator", "ledger.db"), *glob.glob(f"{company.site}/state/department-*/desk.db")]
    found = [kept(path) for path in paths]
    assert all(note.split("\n\n")[0] == one.split("\n\n")[0] for one in found), (note, found)


def roots(path):
    """Of the b-trees with inner pages: name -> root page, and the size of a page."""
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as db:
        found = dict(db.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 1"))
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with open(path, "rb") as file:
        data = file.read()
    return {name: page for name, page in found.items() if data[(page - 1) * size] in (2, 5)}, size


def test_an_archive_that_leads_back_into_itself_is_damaged_and_verify_ends(tmp_path):
    """[QP21-5 rule] A page that names itself as its own child has no end: it is found, and nobody waits for ever."""
    whole = tmp_path / "whole.db"
    with lzma.open(f"{ROOT}/tests/golden/archive-2.db.xz") as file:
        whole.write_bytes(file.read())
    inner, size = roots(whole)
    assert "event" in inner
    for name, page in inner.items():
        bad = tmp_path / f"{name}.db"
        data = bytearray(whole.read_bytes())
        at = (page - 1) * size
        data[at + 8:at + 12] = page.to_bytes(4, "big")  # the right-most child (SQLite file format 1.6)
        bad.write_bytes(data)
        said = audit("verify", bad)  # ends within its time
        assert said.returncode == 1, (name, said)
        other = second(bad)
        assert other.returncode == 1 and other.stdout.endswith("not sound\n"), (name, other)
