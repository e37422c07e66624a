# SPDX-License-Identifier: Apache-2.0
"""The coordinator's ledger is lost or spoiled: noticed at its start, fetched back, nothing acknowledged missing."""

import errno
import os
import re
import shutil
import struct
import subprocess

import pytest

from company import BIN, raw_events


def delete(company):
    company.forget("coordinator")


def cut_short(company):
    path = company.state("coordinator", "ledger.db")
    os.truncate(path, os.path.getsize(path) // 2)


def delete_wal(company):
    os.remove(company.state("coordinator", "ledger.db-wal"))


def wal_frames(data):
    """Offsets of the frames that count: those with the header's salts."""
    size = struct.unpack(">I", data[8:12])[0] + 24
    salts = data[16:24]
    offsets = range(32, len(data) - size + 1, size)
    return [at for at in offsets if data[at + 8:at + 16] == salts]


def flip_wal(company):
    path = company.state("coordinator", "ledger.db-wal")
    with open(path, "r+b") as file:
        frames = wal_frames(file.read())
        assert len(frames) > 3, frames
        file.seek(frames[len(frames) // 2] + 24 + 100)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0x10]))


def flip_event(company):
    """A bit of an event's own bytes, in the file itself."""
    path = company.state("coordinator", "ledger.db")
    with open(path, "r+b") as file:
        data = file.read()
        at = data.rfind("水帘洞水泵".encode())
        assert at > 0
        file.seek(at)
        file.write(bytes([data[at] ^ 0x01]))


def some_orders(company):
    clerk = company.person("林小禾")
    order = clerk.order_new("O01.json")
    clerk.confirm(order)
    order.wait_tally("able")
    company.person("宋知行").conclude(order)
    company.person("罗应时").sign(order, "complete")
    return order


def goes_on(company, order):
    """Work goes on where it stood."""
    company.person("宋知行").sign(order, "effective")
    order.wait_state("effective")
    events = company.check_nothing_lost()
    assert company.status()["epoch"] == 1, "nothing was lost, so no epoch was raised"
    company.stop("coordinator", "archiver")
    ledger = raw_events(company.state("coordinator", "ledger.db"))
    assert len(ledger) == len(events)
    assert ledger == raw_events(company.state("archiver", "archive.db"))


@pytest.mark.parametrize("damage", [delete, cut_short, delete_wal, flip_wal])
def test_a_spoiled_ledger_is_refilled_from_the_archive(company, damage):
    order = some_orders(company)
    company.wait_settled()
    last, root = company.status()["position"], company.root()
    company.kill("coordinator")
    damage(company)
    company.start("coordinator")
    log = company.log("coordinator")
    assert "fetching from" in log, log
    assert f"running at position {last}" in log, log
    assert company.root() == root
    goes_on(company, order)


@pytest.mark.parametrize("damage", [delete_wal, flip_wal])
def test_what_is_not_archived_yet_comes_from_the_followers(company, damage):
    """The archiver was away: the departments' tails have what was acknowledged since."""
    company.seconds = 1
    company.stop("archiver")
    order = some_orders(company)
    last, root = company.status()["position"], company.root()
    company.kill("coordinator")
    damage(company)
    company.start("archiver", "coordinator")
    assert "fetching from" in company.log("coordinator")
    assert f"running at position {last}" in company.log("coordinator")
    assert company.root() == root
    company.seconds = 10
    goes_on(company, order)


def test_a_flipped_bit_in_the_ledger_is_noticed(company):
    """Not believed: set aside as evidence, with an alarm, and the archive brings its events back."""
    order = some_orders(company)
    company.wait_settled()
    last, root = company.status()["position"], company.root()
    company.stop("coordinator")
    flip_event(company)
    company.start("coordinator")
    assert re.search(r"ALARM .* event \d+ is missing or was changed.*; set aside", company.log("coordinator"))
    assert f"running at position {last}" in company.log("coordinator")
    assert company.root() == root
    goes_on(company, order)
    assert [name for name in os.listdir(company.state("coordinator")) if "set-aside" in name]


def restore(company, daemon, reason):
    program, *key = daemon.split(" ")
    done = subprocess.run([f"{BIN}/countersign-{program}", "--site", company.site, "-d", "--restore", reason, *key],
                          capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done


# ---- forks ----

@pytest.fixture(name="forked")
def fixture_forked(company):
    """Two companies with one past: this one's order is not the other's."""
    common = company.person("林小禾").order_new("O01.json")
    company.wait_settled()
    company.stop_all()
    other = company.copy()
    try:
        for one, file in ((company, "O03.json"), (other, "O04.json")):
            one.start()
            one.person("林小禾").order_new(file)
            one.wait_settled()
            one.stop_all()
        yield company, other, common
    finally:
        other.remove()


def test_two_roots_at_one_position_stop_both(forked):
    """An archive that tells another story: coordinator and archiver stop, and both say where."""
    company, other, _ = forked
    shutil.rmtree(company.state("archiver"))
    shutil.copytree(other.state("archiver"), company.state("archiver"))
    company.launch("coordinator")
    company.launch("archiver")
    assert company.wait_exit("coordinator") == 65, company.log("coordinator")
    assert company.wait_exit("archiver") == 65, company.log("archiver")
    for daemon in ("coordinator", "archiver"):
        assert "roots at position" in company.log(daemon), company.log(daemon)


def test_restore_leads_out_of_a_fork(forked):
    """The archive is set aside under a reason, and made anew from the ledger."""
    company, other, _ = forked
    shutil.rmtree(company.state("archiver"))
    shutil.copytree(other.state("archiver"), company.state("archiver"))
    restore(company, "archiver", "归档盘拿错了")
    company.start()
    company.check_nothing_lost()
    assert [name for name in os.listdir(company.state("archiver")) if "set-aside" in name]


def test_a_department_with_another_past_stops(forked):
    """A follower that was copied from elsewhere does not mix two stories."""
    company, other, _ = forked
    shutil.rmtree(company.state("department quality"))
    shutil.copytree(other.state("department quality"), company.state("department quality"))
    company.launch("coordinator")
    company.launch("archiver")
    company.launch("department quality")
    assert company.wait_exit("department quality") == 65, company.log("department quality")
    assert "position" in company.log("department quality")


# ---- disk full ----

@pytest.fixture(name="small_disk")
def fixture_small_disk(quiet):
    """The coordinator's state on a disk of its own, of 4 MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    state = quiet.state("coordinator")
    kept = f"{quiet.folder}/kept"
    shutil.move(state, kept)
    os.mkdir(state)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", state], capture_output=True,
                             text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        shutil.copytree(kept, state, dirs_exist_ok=True)
        yield quiet
    finally:
        quiet.stop_all()
        subprocess.run(["umount", state], check=True)


def fill(path):
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(file, b"\0" * 4096)
    except OSError as problem:
        assert problem.errno == errno.ENOSPC
    finally:
        os.close(file)


def test_a_full_disk_stops_accepting_not_reading(small_disk):
    """Busy while there is no room, reading goes on, and it resumes by itself: nothing is lost or doubled."""
    company = small_disk
    company.seconds = 1
    company.start()
    clerk = company.person("林小禾")
    first = clerk.order_new("O01.json")
    ballast = company.state("coordinator", "ballast")
    fill(ballast)
    waiting = None
    for _ in range(200):
        receipt = clerk.call(*clerk.new("O04.json")).last()
        if receipt["state"] == "queued":
            waiting = receipt
            break
        company.note_receipt(receipt)
    assert waiting, "the disk never filled"
    assert "the disk is full" in company.log("coordinator")
    assert clerk.shows(first)["state"] == "registered"
    assert company.is_running("coordinator")
    os.remove(ballast)
    company.wait_until(lambda: not company.outbox("sales"), "it resumes by itself", lambda: company.outbox("sales"))
    events = company.check_nothing_lost()
    assert waiting["id"] in [e.get("id") for e in events]


def test_an_archive_that_is_lost_is_made_again(company):
    """The second disk is new: it gets everything from the ledger."""
    order = some_orders(company)
    company.wait_settled()
    root = company.root()
    company.kill("coordinator", "archiver")
    company.forget("archiver")
    company.start("archiver", "coordinator")
    company.wait_settled()
    assert company.root() == root
    goes_on(company, order)


# ---- without the archiver ----

def test_an_administrator_lets_it_go_on_without_archiver_and_department(company):
    """Nobody can say whether something is lost: busy, until a person takes it upon themselves."""
    company.kill("coordinator", "archiver", "department finance")
    company.launch("coordinator")
    company.seconds = 1
    clerk = company.person("林小禾")
    assert clerk.call(*clerk.new("O03.json")).last()["state"] == "queued"
    admin = company.person("易明")
    assert admin.call("ledger", "resume", "--reason", "归档机送修").last()["state"] == "queued"
    company.wait_until(lambda: "the epoch is raised" in company.log("coordinator"), "it goes on",
                       lambda: company.log("coordinator"))
    company.wait_until(lambda: company.status()["epoch"] == 2, "the new epoch is heard")
    company.seconds = 10
    company.start("archiver", "department finance")
    company.wait_until(lambda: not company.outbox("sales"), "what was queued is accepted",
                       lambda: company.outbox("sales"))
    company.wait_settled()
    kinds = [event["kind"] for event in company.check_nothing_lost()]
    assert kinds.index("ledger.restored") < kinds.index("ledger.resume")
    assert "order.register" in kinds


def test_damaged_refusals_do_not_stop_the_coordinator(company):
    """They only repeat what was refused: set aside, with an alarm, and work goes on."""
    order = some_orders(company)
    company.wait_settled()
    company.stop("coordinator")
    with open(company.state("coordinator", "refusals.db"), "wb") as file:
        file.write(b"no database at all" * 1000)
    company.start("coordinator")
    assert "refusals.db is damaged; set aside" in company.log("coordinator")
    goes_on(company, order)
