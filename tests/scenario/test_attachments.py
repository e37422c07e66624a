# SPDX-License-Identifier: Apache-2.0
"""Attachments and contact persons: sent in pieces, gone on with after a cut, on both disks before "archived", read at
another workstation, and erased for good."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile

import pytest

from company import BIN, DEMO, monday

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


def store(path, sql, *values):
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
    return store(path, "SELECT count (*) FROM blob")[0][0]


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
    manager.does("attachment", "get", order.id, "2", "--out", out, "--force")
    assert same(small, out)
    company.wait_until(lambda: blobs(company, company.state("agent sales", "outbox.db")) == 0,
                       "the outbox keeps nothing that both disks have")


def in_the_middle(company, said, total, at):
    """While between `at` and `total` pieces are at the hub."""
    company.wait_until(lambda: pieces(company)[0] >= at or said.poll() is not None, f"{at} pieces came")
    assert said.poll() is None and at <= pieces(company)[0] < total, (pieces(company), said.poll())


def test_an_upload_goes_on_where_it_stopped(told):
    """Department, coordinator and workstation are killed one after the other while 28 MiB go up."""
    company, total = told, 28
    company.orders = lambda: company.reader.does("order", "list")["orders"]
    clerk, path = company.person("林小禾"), make_file(company, "film.mp4", total * MIB)
    company.start("agent management")
    company.seconds = 60
    said = clerk.begins("order", "new", order_with(company, path), "--start", str(monday()))
    for victim, at in (("department sales", 4), ("coordinator", 10), ("agent sales", 16)):
        in_the_middle(company, said, total, at)
        company.kill(victim)
        seen = pieces(company)[0]
        assert seen < total and not company.orders()
        company.launch(victim, *(("-v",) if victim == "coordinator" else ()))
        company.start()
    said.kill()  # its agent is another one by now
    company.end(said)
    company.wait_until(lambda: len(company.orders()) == 1, "the order is registered", lambda: pieces(company), seconds=40)
    company.wait_settled()
    came, again = pieces(company)
    assert came + again <= total + 3 * 4, "at each kill at most a window was lost"
    assert blobs(company, company.state("coordinator", "ledger.db")) >= total
    out = f"{company.folder}/out"
    order = company.order(company.orders()[0]["id"])
    company.person("石开").does("attachment", "get", order.id, "film.mp4", "--out", out)
    assert same(path, out)


def part_has(out, n):
    return os.path.exists(f"{out}.part") and os.path.getsize(f"{out}.part") >= n * MIB


def turn_bit(part, i):
    """On the reader's disk, in a piece that is there."""
    with open(part, "r+b") as file:
        file.seek(i * (MIB + 16) + 1000)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


def test_a_download_goes_on_where_it_stopped(company):
    """The department is killed under it: the same call goes on. The call is killed: the next one does, and believes
    nothing that it finds."""
    total, out = 16, f"{company.folder}/out"
    path = make_file(company, "film.mp4", total * MIB - 5)
    order = register(company, path)
    manager = company.person("罗应时")
    company.wait_until(lambda: len(listed(manager, order)) == 1, "planning knows of it")
    call = manager.begins("attachment", "get", order.id, "film.mp4", "--out", out)
    company.wait_until(lambda: part_has(out, 4), "some of it is here")
    company.kill("department planning")
    assert not os.path.exists(out)
    company.start("department planning")
    said = company.end(call)
    assert said.code == 0 and said.last()["fetched"] == total, said
    assert same(path, out)

    os.remove(out)
    call = manager.begins("attachment", "get", order.id, "film.mp4", "--out", out)
    company.wait_until(lambda: part_has(out, 10), "half of it is here")
    call.kill()
    company.end(call)
    assert not os.path.exists(out)
    turn_bit(f"{out}.part", 8)
    got = manager.does("attachment", "get", order.id, "film.mp4", "--out", out)
    assert got["fetched"] == total - 8, "up to what had turned it was kept"
    assert same(path, out)


def test_two_calls_do_not_fetch_into_one_file(company):
    """The second one says so and touches nothing; the first one's file is what was attached."""
    path, out = make_file(company, "film.mp4", 24 * MIB), f"{company.folder}/out"
    order = register(company, path)
    manager = company.person("罗应时")
    company.wait_until(lambda: len(listed(manager, order)) == 1, "planning knows of it")
    first = manager.begins("attachment", "get", order.id, "film.mp4", "--out", out)
    company.wait_until(lambda: part_has(out, 2), "some of it is here")
    second = manager.call("attachment", "get", order.id, "film.mp4", "--out", out)
    assert (second.code, second.out) == (os.EX_TEMPFAIL, ""), second
    assert "somebody is fetching it already" in second.err
    said = company.end(first)
    assert said.code == 0 and said.last()["fetched"] == 24, said
    assert same(path, out)
    assert [n for n in os.listdir(company.folder) if n.startswith("out")] == ["out"]


def test_what_turned_after_it_came_is_not_handed_out(company):
    path, out = make_file(company, "film.mp4", 24 * MIB), f"{company.folder}/out"
    order = register(company, path)
    call = company.person("林小禾").begins("attachment", "get", order.id, "film.mp4", "--out", out)
    company.wait_until(lambda: part_has(out, 3), "some of it is here")
    turn_bit(f"{out}.part", 1)
    said = company.end(call)
    assert (said.code, said.out) == (os.EX_IOERR, ""), said
    assert "piece 2 has changed on this disk" in said.err
    assert not os.path.exists(out) and not os.path.exists(f"{out}.part.whole")
    assert company.person("林小禾").does("attachment", "get", order.id, "film.mp4", "--out", out)["fetched"] == 23
    assert same(path, out)


def test_a_download_replaces_no_other_file_unless_told(company):
    path, out = make_file(company, "film.mp4", 2 * MIB), f"{company.folder}/out"
    order = register(company, path)
    clerk = company.person("林小禾")

    def refused(where, why):
        said = clerk.call("attachment", "get", order.id, "film.mp4", "--out", where)
        assert (said.code, said.out) == (os.EX_CANTCREAT, ""), said
        assert why in said.err, said

    def get(*more):
        return clerk.does("attachment", "get", order.id, "film.mp4", "--out", out, *more)

    os.mkdir(f"{out}.folder")
    refused(f"{out}.folder", "is a folder")
    refused(f"{out}.folder/", "is a folder")
    os.mkfifo(f"{out}.pipe")
    refused(f"{out}.pipe", "is no file")
    for other in (b"mine", bytes(2 * MIB)):  # of another size; and of the same, which only its content tells apart
        with open(out, "wb") as file:
            file.write(other)
        refused(out, "--force replaces it")
        assert content(out) == other
        assert os.path.exists(f"{out}.part") == (len(other) == 2 * MIB)
    assert sorted(n for n in os.listdir(company.folder) if n.startswith("out")) == [
        "out", "out.folder", "out.part", "out.pipe"] and not os.listdir(f"{out}.folder")
    got = get("--force")
    assert got["fetched"] == 0 and "there" not in got, "what the refused call had fetched is kept"
    assert same(path, out)
    assert get()["there"] is True
    assert not os.path.exists(f"{out}.part")


def test_twelve_readers_at_once_all_get_theirs(company):
    """Each its own file: twice as many pieces at a time as the department has places for."""
    paths = [make_file(company, f"film{i}.mp4", 4 * MIB) for i in range(12)]
    order = register(company, *paths, seconds=60)
    manager = company.person("罗应时")
    company.wait_until(lambda: len(listed(manager, order)) == 12, "planning knows of it")
    calls = [manager.begins("attachment", "get", order.id, os.path.basename(path), "--out", f"{path}.out") for path in paths]
    said = [company.end(call) for call in calls]
    assert [s.code for s in said] == [0] * 12, said
    assert all(same(path, f"{path}.out") for path in paths)


def test_archived_is_on_both_disks_with_every_piece(company):
    company.stop("archiver")
    order = register(company, make_file(company, "film.mp4", 6 * MIB), seconds=2)
    position = company.receipts[-1][1]
    assert company.status("sales")["archived"] < position
    assert [row["state"] for row in company.outbox("sales")] == ["accepted"]
    company.start("archiver")
    company.wait_until(lambda: company.status("sales")["archived"] >= position, "it is archived")
    assert {a for (a,) in store(company.state("archiver", "archive.db"), "SELECT address FROM blob")} >= {
        bytes.fromhex(p) for one in listed(company.person("林小禾"), order) for p in one["pieces"]}


def turn_bits(path):
    """Of every piece of more than a page."""
    db = sqlite3.connect(path)
    with db:
        assert db.execute("UPDATE blob SET salted = zeroblob(length(salted)) WHERE length(salted) > 20000").rowcount
    db.close()


def test_what_the_bits_turned_of_is_read_from_the_other_disk(company):
    """And from neither, when both are spoiled: what is not what was attached is never handed out."""
    path, out = make_file(company, "film.mp4", 3 * MIB), f"{company.folder}/out"
    order = register(company, path)
    company.wait_settled()
    company.stop("coordinator")
    turn_bits(company.state("coordinator", "ledger.db"))
    company.start("coordinator")
    manager = company.person("罗应时")
    manager.does("attachment", "get", order.id, "film.mp4", "--out", out)
    assert same(path, out)
    company.stop("archiver")
    turn_bits(company.state("archiver", "archive.db"))
    company.start("archiver")
    company.stop("department planning")
    company.start("department planning")
    os.remove(out)
    assert manager.is_refused("attachment", "get", order.id, "film.mp4", "--out", out)["reason"] == "BLOB_MISSING"
    assert not os.path.exists(out)


def test_who_reads_the_case_reads_what_is_attached_and_contacts_are_sales_own(company):
    path, out = make_file(company, "letter.pdf", 3000), f"{company.folder}/out"
    clerk, planner = company.person("林小禾"), company.person("田小满")
    order = clerk.order_new(order_with(company, path, contact="梅传芳 +86 27 5550 0137"), seconds=30)
    company.wait_until(lambda: planner.call("attachment", "list", order.id).code == 0, "planning knows of it")
    planner.does("attachment", "get", order.id, "letter.pdf", "--out", out)
    assert same(path, out)
    assert planner.is_refused("attachment", "get", order.id, "contact", "--out", out)["reason"] == "NOT_ALLOWED_TO_READ"
    clerk.does("attachment", "get", order.id, "contact", "--out", out, "--force")
    assert content(out).decode() == "梅传芳 +86 27 5550 0137"
    assert planner.is_refused("attachment", "list", "C01")["reason"] == "NOT_ALLOWED_TO_READ"
    assert clerk.is_refused("erase", order.id, "contact", "--reason", "不再需要")["reason"] == "WRONG_ROLE"


def test_a_complaints_photograph_and_a_customers_contact(company):
    """What holds for orders holds for complaints, answers and customers."""
    photo, letter, out = make_file(company, "crack.jpg", 2 * MIB), make_file(company, "answer.pdf", 4000), f"{company.folder}/out"
    clerk, quality = company.person("唐果"), company.person("严明德")
    told = clerk.does("complaint", "new", "--customer", "C05", "--medium", "fax", "--product", "P04", "--text", "裂纹",
                      "--contact", "王工 138", "--attach", photo, "--attach", letter)["id"]
    company.wait_until(lambda: quality.call("attachment", "list", told).code == 0, "quality knows of it")
    for name, path in (("crack.jpg", photo), ("answer.pdf", letter)):
        quality.does("attachment", "get", told, name, "--out", out, "--force")
        assert same(path, out)
    assert quality.is_refused("attachment", "get", told, "contact", "--out", out)["reason"] == "NOT_ALLOWED_TO_READ"
    company.person("林小禾").does("customer", "import", company.order_file(
        [{"name": "乌有纸业", "short_name": "纸业", "contact": "梅传芳 137"}]))
    clerk.does("attachment", "get", "纸业", "contact", "--out", out, "--force")
    assert content(out).decode() == "梅传芳 137"
    company.person("宋知行").does("erase", "纸业", "contact", "--reason", "本人要求删除")
    assert clerk.is_refused("attachment", "get", "纸业", "contact", "--out", out)["reason"] == "ERASED"
    assert company.person("宋知行").is_refused("erase", "纸业", "contact", "--reason", "再一次")["reason"] == "ERASED"


# ---- erased ----

def everything(company):
    """(file, bytes) of all that the site's daemons keep."""
    for folder, _, names in os.walk(f"{company.site}/state"):
        for name in names:
            yield f"{folder}/{name}", content(f"{folder}/{name}")


def found(company, secrets):
    return sorted({os.path.relpath(path, company.site) for path, data in everything(company)
                   if any(secret in data for secret in secrets)})


def keys_of(path):
    """Blobs lie enciphered, each under a key of its own: who has the key has the content."""
    return [bytes(k) for (k,) in store(path, "SELECT key FROM blob_key")]


def set_aside(company, daemon):
    company.stop(daemon)
    done = subprocess.run([f"{BIN}/countersign-{daemon}", "--site", company.site, "-d", "--restore", "试验", ],
                          env=company.env(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    company.start(daemon)


def test_what_is_erased_is_in_no_file_any_more(company):
    """Contact person and attachment: ledger, archive, outbox, WAL, what was set aside, and an older archive that comes back."""
    clerk, head, marker = company.person("林小禾"), company.person("宋知行"), b"MARKER of what must not stay"
    path, out = f"{company.folder}/face.jpg", f"{company.folder}/out"
    with open(path, "wb") as file:
        file.write((marker + os.urandom(MIB // 8)) * 20)
    order = clerk.order_new(order_with(company, path, contact=marker.decode() + " 梅传芳"), seconds=30)
    kept = register(company, make_file(company, "kept.pdf", 50000))
    company.wait_settled()
    set_aside(company, "coordinator")
    company.wait_settled()
    archive = company.state("archiver", "archive.db")
    addresses = [bytes.fromhex(p) for one in listed(clerk, order) for p in one["pieces"]]
    assert len(addresses) == 4
    company.wait_until(lambda: len(keys_of(company.state("coordinator", "ledger.db"))) == len(keys_of(archive)),
                       "the ledger has its documents again")
    secrets = [bytes(k) for (k,) in store(archive, "SELECT key FROM blob_key WHERE address IN (?, ?, ?, ?)", *addresses)]
    secrets.append(marker)
    company.stop("archiver")
    older = content(archive)
    company.start("archiver")
    where = found(company, secrets)
    assert {f.split("/")[1] for f in where} == {"coordinator", "archiver"}, where
    assert any("set-aside" in f for f in where), where

    for what in ("face.jpg", "contact"):
        head.does("erase", order.id, what, "--reason", "本人要求删除")
    company.wait_until(lambda: not found(company, secrets), "nothing of it is in any file", lambda: found(company, secrets))
    assert [one.get("erased") for one in listed(clerk, order)] == [True, True]
    assert clerk.is_refused("attachment", "get", order.id, "face.jpg", "--out", out)["reason"] == "ERASED"
    assert clerk.is_refused("attachment", "get", order.id, "contact", "--out", out)["reason"] == "ERASED"
    clerk.does("attachment", "get", kept.id, "kept.pdf", "--out", out)
    assert clerk.shows(order)["state"] == "registered"
    company.check_nothing_lost()

    company.stop("archiver", "coordinator")  # an archive of before the erasure is put back, and the ledger is lost
    for suffix in ("-wal", "-shm"):
        if os.path.exists(archive + suffix):
            os.remove(archive + suffix)
    with open(archive, "wb") as file:
        file.write(older)
    company.forget("coordinator")
    assert found(company, secrets) == ["state/archiver/archive.db"]
    company.start("archiver", "coordinator")
    company.wait_settled()
    company.wait_until(lambda: not found(company, secrets), "it does not come back", lambda: found(company, secrets))
    os.remove(out)
    clerk.does("attachment", "get", kept.id, "kept.pdf", "--out", out)


def test_a_store_that_was_set_aside_and_cannot_be_cleaned_is_removed(company):
    """It is evidence of events; nobody may keep what was erased."""
    clerk, head = company.person("林小禾"), company.person("宋知行")
    order = clerk.order_new(order_with(company, contact="梅传芳"), seconds=30)
    company.wait_settled()
    set_aside(company, "coordinator")
    company.wait_settled()
    folder = company.state("coordinator")
    aside, = (f"{folder}/{n}" for n in os.listdir(folder) if "set-aside" in n and not n.endswith(("-wal", "-shm")))
    with open(aside, "r+b") as file:
        file.seek(100)
        file.write(os.urandom(40000))
    head.does("erase", order.id, "contact", "--reason", "本人要求删除")
    company.wait_until(lambda: not os.path.exists(aside), "it is gone")
    assert "cannot be cleaned of what was erased" in company.log("coordinator")
    company.check_nothing_lost()
