# SPDX-License-Identifier: Apache-2.0
"""Attachments and contact persons: sent in pieces, gone on with after a cut, on both disks before "archived", read at
another workstation, and erased for good."""

import glob
import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile

import pytest

from company import DEMO, Person

MIB = 1024 * 1024


def order_with(company, *files, contact=""):
    with open(f"{DEMO}/O01.json", encoding="utf-8") as file:
        order = json.load(file)
    return company.order_file(dict(order, attachments=list(files), contact=contact))


def make_file(company, name, size):
    path = f"{company.folder}/{name}"
    with open(path, "wb") as file:
        file.write(os.urandom(size))
    return path


def content(path):
    with open(path, "rb") as file:
        return file.read()


def same(one, other):
    return content(one) == content(other)


def pieces(company, daemon="coordinator"):
    """How many came for the first time, and how many again, since the beginning."""
    text = "".join(open(company.log_path(daemon, n), encoding="utf-8", errors="replace").read()
                   for n in range(1, company.starts[daemon] + 1))
    return len(re.findall(r"piece [0-9a-f]+ came$", text, re.M)), len(re.findall(r"piece [0-9a-f]+ came again", text))


def store(company, path, sql, *values):
    """Read from a copy, WAL and all: whoever runs has it open alone."""
    folder = tempfile.mkdtemp(prefix="cs", dir="/tmp")
    try:
        for suffix in ("", "-wal"):
            if os.path.exists(path + suffix):
                shutil.copy(path + suffix, f"{folder}/store{suffix}")
        with sqlite3.connect(f"{folder}/store") as db:
            return db.execute(sql, values).fetchall()
    finally:
        shutil.rmtree(folder)


def blobs(company, path):
    return store(company, path, "SELECT count (*) FROM blob")[0][0]


@pytest.fixture(name="told")
def fixture_told(quiet):
    """A company whose coordinator tells of each piece."""
    os.makedirs(f"{quiet.folder}/log", exist_ok=True)
    quiet.launch("coordinator", "-v")
    quiet.start()
    return quiet


def register(company, *files, seconds=30):
    clerk = company.person("林小禾")
    return clerk.order_new(order_with(company, *files), seconds=seconds)


def listed(person, order):
    return person.does("attachment", "list", order.id)["attachments"]


def test_a_photograph_of_64_mib_goes_up_and_is_read_at_another_workstation(told):
    company = told
    largest = make_file(company, "largest.raw", 64 * MIB)
    small = make_file(company, "letter.pdf", 3000)
    order = register(company, largest, small)
    company.wait_settled()
    assert pieces(company) == (65, 0)
    manager = company.person("罗应时")
    one, two = listed(manager, order)
    assert (one["name"], one["size"], len(one["pieces"])) == ("largest.raw", 64 * MIB, 64)
    assert (two["name"], two["size"], len(two["pieces"])) == ("letter.pdf", 3000, 1)
    out = f"{company.folder}/out"
    got = manager.does("attachment", "get", order.id, "largest.raw", "--out", out)
    assert got["fetched"] == 64
    assert same(largest, out)
    assert not os.path.exists(f"{out}.part")
    manager.does("attachment", "get", order.id, "2", "--out", out)
    assert same(small, out)
    company.wait_until(lambda: blobs(company, company.state("agent sales", "outbox.db")) == 0,
                       "the outbox keeps nothing that both disks have")
