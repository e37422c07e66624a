# SPDX-License-Identifier: Apache-2.0
"""A stranger's program, written from PROTOCOL.md alone, takes part; and one that means harm gets nowhere."""

import datetime
import json
import os

import pytest
from nacl import signing

import stranger as s
from company import friday

PERSON_ENROL, STATION_ENROL, DAEMON_ENROL, CONFIRM, CUSTOMER_REGISTER = 10, 14, 16, 18, 50
ORDER_REGISTER, CLASSIFY, VERDICT, AMEND, DECLINE = 60, 61, 64, 69, 70
MALFORMED, FIELD_TEXT, WRONG_LEDGER, BAD_SIGNATURE, UNKNOWN_PERSON, WRONG_STATION, EXPIRED, ID_REUSED = 1, 5, 7, 8, 9, 11, 12, 13
STALE_REVISION, STALE_DIGEST, WRONG_ROLE = 16, 17, 19
MEMORY_MIB = 64


def day(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def content(customer, quantity=10, note=""):
    return {1: customer, 2: 1, 3: "STR-1", 11: note,
            6: [{1: 1, 2: "P10", 3: "铜衬套 20×26×30", 4: "WY-P10 A", 6: quantity * 1_000_000, 7: "件", 8: 12_500_000, 9: "CNY",
                 10: day(friday(6))}],
            7: [{1: 1, 2: 1, 3: 3, 4: "按期交付"}]}


class Guest:
    """The stranger with what it enrolled: a person who is clerk and planning manager, a workstation, a follower."""

    def __init__(self, company):
        self.site = s.Site(company.site)
        ids = {p["handle"]: bytes.fromhex(p["id"].replace("-", "")) for p in company.person("易明").does("person", "list")["people"]}
        unseal = lambda handle: s.Person(signing.SigningKey(s.key_file(f"{company.site}/people/{handle}.key", b"geheim")), ids[handle])
        self.first, self.second = unseal("yiming"), unseal("wenrushi")
        curve = s.Curve(s.key_file(f"{company.site}/keys/station-quality.curve"))
        self.desk = s.Workstation(self.site, "quality", self.site.station("quality"), curve)
        self.person = s.Person(signing.SigningKey.generate())
        self.person.actor = self.enrol(PERSON_ENROL, {1: "stranger", 2: "生客", 3: ["sales.clerk", "planning.manager"],
                                                      4: self.person.public, 6: "sales"})
        curve = s.Curve()
        station = self.enrol(STATION_ENROL, {1: "guest", 2: "sales", 3: curve.public})
        reader, key = s.Curve(), signing.SigningKey.generate()
        self.enrol(DAEMON_ENROL, {1: "guest", 2: 5, 4: bytes(key.verify_key), 5: reader.public, 6: ids["yiming"]})
        where = self.site.department("sales")
        company.wait_until(lambda: s.is_let_in(where["service"], where["curve"], curve), "the workstation is let in")
        self.work = s.Workstation(self.site, "sales", station, curve)
        self.follower = s.Follower(self.site, "guest", reader)

    def enrol(self, kind, body):
        """One administrator asks, the other confirms."""
        ident, _ = self.desk.says(self.first, kind, body)
        self.desk.says(self.second, CONFIRM, {1: ident}, fields={4: ident})
        return ident

    def close(self):
        for one in (self.desk, self.work, self.follower):
            one.close()

    def customer(self):
        ident, _ = self.work.says(self.person, CUSTOMER_REGISTER, {1: "外来客户有限公司", 2: "外来客户"})
        return ident

    def order(self, customer):
        body = content(customer)
        ident, position = self.work.says(self.person, ORDER_REGISTER, body)
        return ident, s.requirements_digest(body), position


@pytest.fixture(name="guest")
def fixture_guest(company):
    guest = Guest(company)
    yield guest
    guest.close()


def judged(order, digest, revision=1):
    return {4: order, 5: revision, 6: digest}


def test_a_strangers_client_enrols_registers_reviews_and_follows(company, guest):
    order, digest, position = guest.order(guest.customer())
    shown = json.loads(guest.work.asks(guest.person, "order.show", position, order=str(s.uuid.UUID(bytes=order))))
    assert shown["digest"] == digest.hex() and shown["revisions"][0]["class"]["proposed"] == "regular"
    guest.work.says(guest.person, CLASSIFY, {1: "regular", 2: "定型产品"}, fields=judged(order, digest))
    _, at = guest.work.says(guest.person, VERDICT, {1: "planning", 2: 1, 6: "产能足够"}, fields=judged(order, digest))
    mine = company.order(str(s.uuid.UUID(bytes=order)))
    mine.wait_tally("able")
    assert [v["by"]["name"] for v in mine.round()["verdicts"] if v["department"] == "planning" and v["standing"]] == ["生客"]
    company.wait_settled()
    last = company.status()["position"]
    assert last >= at
    guest.follower.follow(last)
    assert guest.follower.tree.root().hex() == company.root()
    assert any(e[3] == VERDICT and 11 in e and s.plain(e[11])[8] == guest.person.actor for e in guest.follower.events)


def forge(guest, command, change):
    """The command signed, then changed on the way."""
    return s.canonical(change(s.plain(guest.work.signed(guest.person, command))))


def memory(company):
    def resident(pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024
    return {name: resident(company.processes[name].pid) for name in company.running() if not name.startswith("agent")}


def test_what_is_wrong_is_refused_by_its_reason_and_leaves_no_event(company, guest):
    """[QP21-4.4.3 refusal] a verdict on an earlier revision does not count.
    [QP21-3 refusal] a role that may not do it, somebody else's name."""
    customer = guest.customer()
    order, digest, _ = guest.order(customer)
    guest.work.says(guest.person, CLASSIFY, {1: "regular", 2: "定型产品"}, fields=judged(order, digest))
    company.order(str(s.uuid.UUID(bytes=order))).wait_tally("able")
    shown = json.loads(guest.work.asks(guest.person, "order.show", order=str(s.uuid.UUID(bytes=order))))
    agreed = {1: "采购", 2: "传真", 3: s.now()}
    changed = content(customer, 20)
    guest.work.says(guest.person, AMEND, {1: [changed], 2: "数量增加", 3: [agreed]}, fields={4: order, 7: shown["version"]})
    company.order(str(s.uuid.UUID(bytes=order))).wait_tally("able")
    company.wait_settled()
    before = company.status()["position"]
    work, person = guest.work, guest.person

    def refused(command, expected, change=None):
        signed = forge(guest, command, change) if change else work.signed(person, command)
        found = work.is_refused(signed, command[2])
        assert found[5] == expected, (found, expected)

    verdict = {1: "planning", 2: 1}
    newest = judged(order, s.requirements_digest(changed), 2)
    refused(work.command(person, VERDICT, verdict, fields=judged(order, digest)), STALE_REVISION)
    refused(work.command(person, VERDICT, verdict, fields=judged(order, digest, 2)), STALE_DIGEST)
    refused(work.command(person, DECLINE, {1: "不接"}, fields=newest), WRONG_ROLE)
    good = work.command(person, VERDICT, verdict, fields=newest)
    refused(good, BAD_SIGNATURE, lambda m: {**m, 3: m[3][:-1] + bytes([m[3][-1] ^ 1])})
    refused(work.command(person, VERDICT, verdict, fields={**newest, 8: guest.first.actor}), UNKNOWN_PERSON)
    refused(work.command(person, VERDICT, verdict, fields={**newest, 1: b"\1" * 32}), WRONG_LEDGER)
    refused(work.command(person, VERDICT, verdict, fields={**newest, 9: guest.desk.station}), WRONG_STATION)
    refused(work.command(person, VERDICT, verdict, fields={**newest, 10: s.now() - 9000, 11: s.now() - 5000}), EXPIRED)
    assert company.status()["position"] == before

    # the id of an accepted command with other content
    ident, _ = work.says(person, CUSTOMER_REGISTER, {1: "甲", 2: "甲"})
    refused(work.command(person, CUSTOMER_REGISTER, {1: "乙", 2: "乙"}, fields={2: ident}), ID_REUSED)
    company.wait_settled()
    assert company.status()["position"] == before + 2


def test_malformed_and_huge_messages_cost_no_event_and_little_memory(company, guest):
    customer = guest.customer()
    company.wait_settled()
    before, rss = company.status()["position"], memory(company)
    work = guest.work

    def unread(payload, expected=MALFORMED):
        work.submit(payload)
        found = work.receipt(s.UNREAD, (s.REFUSED,))
        assert found[5] == expected, found

    good = work.signed(guest.person, work.command(guest.person, CUSTOMER_REGISTER, {1: "丙", 2: "丙"}))
    unread(b"\xdd\x10\x00\x00\x00")                       # 268 million items in five bytes
    unread(b"\xdf\x10\x00\x00\x00")
    unread(good[:1] + b"\x01\xcc\x01" + good[3:])          # 1 in a longer form
    unread(good + b"\0")
    for cut in range(1, len(good), 37):
        unread(good[:cut])
    loud = work.command(guest.person, CUSTOMER_REGISTER, {1: "铃\x07", 2: "丁"})
    work.submit(work.signed(guest.person, loud))
    assert work.receipt(s.UNREAD, (s.REFUSED,))[5] == FIELD_TEXT
    for junk in (b"", b"C", b"CS\x01", b"CS\x02\x06\x80", b"CS\x01\xff\x80", b"CS\x01\x06\xc1", os.urandom(4096), b"\0" * 1_000_000):
        work.socket.send(junk)
    for _ in range(20):                                   # 200 MB in all, each cuts the connection
        work.socket.send(s.frame(s.SUBMIT, {}) + b"\0" * 10_000_000)
        work.reconnect()
    where = guest.site.department("sales")
    assert s.is_let_in(where["service"], where["curve"], s.Curve()) is False
    assert s.is_let_in(guest.site.coordinator["service"], guest.site.coordinator["curve"], s.Curve()) is False
    work.reconnect()
    ident, _ = work.says(guest.person, ORDER_REGISTER, content(customer))
    assert ident
    company.wait_settled()
    assert company.status()["position"] == before + 3      # registered, numbered, class proposed
    after = memory(company)
    for name, mib in after.items():
        assert mib - rss[name] < MEMORY_MIB, (name, rss[name], mib)


def test_a_revoked_workstation_is_cut_off_on_its_live_connection(company, guest):
    guest.work.asks(guest.person, "whoami")
    company.person("易明").does("station", "revoke", "guest", "--reason", "测试")
    pending = company.person("温如实").does("inbox")["pending"]
    company.person("温如实").does("confirm", pending[-1]["id"])
    company.wait_settled()
    command = guest.work.command(guest.person, CUSTOMER_REGISTER, {1: "戊", 2: "戊"})
    before = company.status()["position"]
    guest.work.submit(guest.work.signed(guest.person, command))
    assert not guest.work.socket.poll(1000)
    assert company.status()["position"] == before
