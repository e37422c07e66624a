# SPDX-License-Identifier: Apache-2.0
"""The second verifier: it holds the golden archive and the golden ledgers sound, and finds whatever was done to them."""

import contextlib
import json
import lzma
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden")
sys.path.insert(0, HERE)

from tamper import TAMPERINGS, bit_in_leaf  # noqa: E402
from verify import main, verify  # noqa: E402
from written import write_archive  # noqa: E402


@pytest.fixture(scope="session", name="golden")
def fixture_golden(tmp_path_factory):
    path = tmp_path_factory.mktemp("golden") / "archive.db"
    with lzma.open(f"{GOLDEN}/archive-1.db.xz") as packed:
        path.write_bytes(packed.read())
    return path


@pytest.fixture(name="archive")
def fixture_archive(golden, tmp_path):
    return shutil.copy(golden, tmp_path / "archive.db")


def changed(path, change):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        return change(db)


def test_the_golden_archive_is_sound(golden):
    done = verify(golden)
    assert not done.findings
    assert (done.tree.size, len(done.checkpoints), done.folds) == (331, 1, True)


def events_of(path):
    """As tests/golden/README.md says."""
    with open(path, "rb") as file:
        while length := file.read(4):
            yield file.read(int.from_bytes(length, "big"))


@pytest.mark.parametrize("ledger", ["ledger-1", "ledger-2"])
def test_a_golden_ledger_is_sound(tmp_path, ledger):
    with open(f"{GOLDEN}/{ledger}/expected.json", encoding="utf-8") as file:
        expected = json.load(file)
    done = verify(write_archive(tmp_path / "archive.db", list(events_of(f"{GOLDEN}/{ledger}/events.bin"))))
    found = [finding for finding in done.findings if finding[1] != "blob"]  # blobs are not kept there
    assert (found, done.tree.size, done.tree.root().hex()) == ([], expected["position"], expected["root"])
    assert (done.law.ledger.hex(), done.folds) == (expected["ledger"], True)


@pytest.mark.parametrize("name, tamper", TAMPERINGS, ids=[name for name, _ in TAMPERINGS])
def test_what_was_done_to_it_is_found(archive, name, tamper):
    position = changed(archive, tamper)
    done = verify(archive)
    assert done.findings, name
    assert position is None or done.findings[0][0] == position, done.findings[:5]


@pytest.fixture(scope="session", name="branched")
def fixture_branched(tmp_path_factory):
    """The second golden archive with pages so small that its trees have inner ones."""
    path = tmp_path_factory.mktemp("branched") / "archive.db"
    with lzma.open(f"{GOLDEN}/archive-2.db.xz") as packed:
        path.write_bytes(packed.read())
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM")
    assert main([str(path)]) == 0
    return path


def children(data, page):
    """Where the numbers of an inner page's children stand (SQLite file format 1.6)."""
    at = (page - 1) * int.from_bytes(data[16:18], "big")
    cells = [int.from_bytes(data[i:i + 2], "big") for i in range(at + 12, at + 12 + 2 * int.from_bytes(data[at + 3:at + 5], "big"), 2)]
    return [*(at + cell for cell in cells), at + 8]


def inner_pages(path):
    """Of each tree the root, and one below it that has children: tree, page, how many such."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT name, min (pageno), count (*) FROM dbstat WHERE pagetype = 'internal' AND name <> 'sqlite_schema' "
                          "GROUP BY name, path = '/' ORDER BY 1, 2").fetchall()


def test_what_leads_back_into_itself_ends_and_is_not_sound(branched, tmp_path, capsys):
    """A page that is its own child, in front, at the end, or wherever it has one: it ends, and says so."""
    whole, path = branched.read_bytes(), tmp_path / "archive.db"
    trees = inner_pages(branched)
    assert {"event", "command", "command_by_position", "event_of_case"} <= {name for name, _, _ in trees}
    for name, page, _ in trees:
        places = children(whole, page)
        for turned in (places[:1], places[-1:], places):
            data = bytearray(whole)
            for at in turned:
                data[at:at + 4] = page.to_bytes(4, "big")
            path.write_bytes(data)
            signal.alarm(60)
            assert main([str(path)]) == 1, (name, page, turned)
            signal.alarm(0)
            assert capsys.readouterr().out.endswith("not sound\n")


def test_rows_without_end_are_cut_off(branched, monkeypatch):
    """Whatever SQLite makes of it: more rows than the file has room for are none of an archive's."""
    monkeypatch.setattr("os.path.getsize", lambda path: 1000)
    assert [finding[1] for finding in verify(branched).findings] == ["file"]


def test_it_says_what_is_wrong(archive, capsys):
    changed(archive, bit_in_leaf)
    assert main([str(archive)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == "event 200: leaf: the leaf is not the hash of the bytes" and last.endswith("not sound")
    assert main([str(archive), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["position"] == 200


def test_as_a_program(archive):
    program = [f"{HERE}/verify.py", str(archive), "--json"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["sound"]
