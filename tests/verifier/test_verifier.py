# SPDX-License-Identifier: Apache-2.0
"""The second verifier: it holds the golden archive and the golden ledgers sound, and finds whatever was done to them."""

import contextlib
import json
import lzma
import os
import shutil
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
