# SPDX-License-Identifier: Apache-2.0
"""written: a small company's ledger written here, every key at hand: so that what nobody may sign can be signed well."""

import sqlite3
import struct

from nacl.signing import SigningKey

from canonical import read, sha, write
from notes import Tree
from people import daemon_id
from tables import Tables
from tamper import event_at, find, note, signed_bytes

DAY = 86_400_000
START = 1_790_000_000_000
SCHEMA = ("CREATE TABLE event (position INTEGER PRIMARY KEY, scope INTEGER, opens INTEGER, object BLOB, leaf BLOB, bytes BLOB)",
          "CREATE TABLE command (id BLOB PRIMARY KEY, position INTEGER, digest BLOB) WITHOUT ROWID",
          "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID",
          "CREATE TABLE node (level INTEGER, number INTEGER, hash BLOB, PRIMARY KEY (level, number)) WITHOUT ROWID",
          "CREATE TABLE note (position INTEGER PRIMARY KEY, note BLOB)")


def golden_procedure(path):
    """The canonical procedure that the company of the golden archive adopted."""
    db = sqlite3.connect(path)
    try:
        return read(read(event_at(db, find(db, 30))[11])[13])[1]
    finally:
        db.close()


def filled(record):
    """Without what is empty."""
    return {key: value for key, value in record.items() if value not in (0, "", b"", [], None, False) or value is True}


def halves(leaves):
    """RFC 9162, 2.1.1: the largest power of two that is smaller comes first."""
    size = 1 << (len(leaves) - 1).bit_length() - 1
    return leaves[:size], leaves[size:]


def root_over(leaves):
    return leaves[0] if len(leaves) == 1 else sha(b"\1", *map(root_over, halves(leaves)))


def path_over(leaves, number):
    """2.1.3.1"""
    if len(leaves) == 1:
        return []
    left, right = halves(leaves)
    if number < len(left):
        return [*path_over(left, number), root_over(right)]
    return [*path_over(right, number - len(left)), root_over(left)]


class Written:
    """`people` by name: id and key. Each `says` and `follows` adds an event; a `says` gives the command's id."""

    def __init__(self):
        self.events, self.tree, self.time, self.edition = [], Tree(), START, 0
        self.people, self.station, self.ledger, self.commands = {}, b"", b"", 0
        self.order = self.content = self.customer = None
        ident = self.new_id()
        self.people["admin"] = (ident, self.key("admin"))
        genesis = {1: "Utopia", 2: "Ada", 3: "ada", 10: 1}
        keys = ("admin", "coordinator", "coordinator curve", "archiver", "archiver curve", "recovery")
        genesis.update({4 + i: self.public(name) for i, name in enumerate(keys)})
        self.says("admin", 1, genesis, fields={2: ident})
        self.ledger = self.tree.root()
        for name in ("coordinator", "archiver"):
            self.people[name] = (daemon_id(b"countersign/" + name.encode(), self.public(name)), self.key(name))
        self.people["recovery"] = (ident, self.key("recovery"))

    @staticmethod
    def key(name):
        return SigningKey(sha(name.encode()))

    def public(self, name):
        return bytes(self.key(name).verify_key)

    def new_id(self):
        self.commands += 1
        return struct.pack(">QQ", self.commands << 16 | 0x7000, 2 << 62)

    # ---- events ----

    def add(self, event):
        event = filled({1: len(self.events) + 1, 2: self.time, 6: self.edition, 7: 1, **event})
        self.events.append(event)
        self.tree.append(sha(b"\0", write(event)))

    def says(self, who, kind, body, of=b"", judged=None, version=0, mandate=b"", fields=None):
        self.time += 60_000
        ident, key = self.people[who]
        judged = judged or (0, b"")
        command = filled({1: self.ledger, 2: self.new_id(), 3: kind, 4: of, 5: judged[0], 6: judged[1], 7: version,
                          8: ident, 9: self.station, 10: self.time, 11: self.time + DAY, 12: mandate,
                          13: write(filled(body)) if filled(body) else b"", **(fields or {})})
        data = write(command)
        signature = key.sign(b"countersign/command/1\0\x01" + data).signature
        self.add({3: kind, 4: command.get(4, command[2]), 8: 1, 9: bytes(key.verify_key), 10: signature, 11: data})
        if kind == 30:
            self.edition = len(self.events)
        return command[2]

    def follows(self, kind, of, body, cause=None):
        last = self.events[-1]
        self.add({3: kind, 4: of, 5: cause or last.get(5) or last[1], 12: write(filled(body))})

    def together(self, who, count):
        """The last `count` events, commands of one person, are signed anew as one batch (section 5, scheme 2)."""
        last, key = self.events[-count:], self.people[who][1]
        leaves = [sha(b"\0", event[11]) for event in last]
        covered = struct.pack(">Q", count) + root_over(leaves)
        signature = key.sign(b"countersign/command/1\0\x02" + covered).signature
        for number, event in enumerate(last):
            path = b"".join(path_over(leaves, number))
            event.update(filled({8: 2, 10: signature, 13: number, 14: count, 15: path}))
        self.tree = Tree()
        for event in self.events:
            self.tree.append(sha(b"\0", write(event)))
        return self

    # ---- a company's life ----

    def enrol(self, by, name, *roles, department="sales", administrator=False):
        ident = self.says(by, 10, {1: name, 2: name.title(), 3: list(roles), 4: self.public(name),
                                   5: administrator, 6: department})
        self.people[name] = (ident, self.key(name))
        return ident

    def settle(self, procedure):
        """People, a workstation, the procedure, a customer."""
        self.enrol("admin", "clerk", "sales.clerk")
        self.enrol("admin", "head", "sales.head", "sales.clerk")
        self.enrol("admin", "planner", "planning.manager", department="planning")
        self.enrol("admin", "buyer", "purchasing.manager", department="purchasing")
        self.enrol("admin", "deputy", "management.deputy", department="management")
        self.station = self.says("admin", 14, {1: "sales-1", 2: "sales", 3: self.public("station")})
        self.says("admin", 30, {1: procedure})
        self.customer = self.says("clerk", 50, {1: "Nowhere Ltd", 2: "Nowhere"})
        self.follows(86, self.customer, {1: 2, 2: "KH2026-0001", 3: 1, 4: 2026})
        return self

    def judged(self, revision=1):
        return revision, sha(b"countersign/requirements/1\0", write(self.content))

    def register(self, by="clerk"):
        self.content = {1: self.customer, 2: 1, 6: [{1: 1, 2: "P1", 6: 5_000_000, 7: "kg", 9: "CNY", 10: 20800}]}
        self.order = self.says(by, 60, self.content)
        self.follows(80, self.order, {1: 1, 2: "DD2026-0001", 3: 1, 4: 2026})
        self.follows(81, self.order, {1: 1, 2: "special", 3: ["product-unknown:1"]})
        return self

    def review(self):
        self.says("head", 61, {1: "regular", 2: "as ever"}, self.order, self.judged())
        return self.opened(1, 1)

    def opened(self, revision, no):
        """Three departments are asked."""
        departments = ["sales", "planning", "purchasing"]
        self.follows(82, self.order, {1: no, 2: revision, 3: self.judged()[1], 4: departments, 5: self.edition})
        return self

    def verdict(self, who, department, mandate=b"", judged=None):
        return self.says(who, 64, {1: department, 2: 1}, self.order, judged or self.judged(), mandate=mandate)

    def tallied(self):
        self.verdict("head", "sales")
        self.verdict("planner", "planning")
        self.verdict("buyer", "purchasing")
        self.follows(83, self.order, {1: 1, 2: 1, 3: 3})
        return self

    def conclude(self, who="head", mandate=b""):
        answers = [{1: question, 2: 1} for question in range(1, 6)]
        self.says(who, 67, {1: 1, 2: "we can", 3: answers}, self.order, self.judged(), mandate=mandate)
        return self

    def sign(self, who, meaning):
        self.says(who, 68, {1: meaning}, self.order, self.judged())
        return self

    def effective(self):
        self.sign("planner", 1)
        self.follows(84, self.order, {1: 1})
        self.sign("head", 5)
        self.follows(85, self.order, {1: 1})
        return self

    # ---- the file ----

    def signed_note(self, size=None, root=None, key=None, ledger=None):
        return note(ledger or self.ledger, size or self.tree.size, root or self.tree.root(), key or self.key("archiver"))

    def write(self, path, notes=()):
        return write_archive(path, [write(event) for event in self.events], notes)


def write_archive(path, events, notes=()):
    """As the archiver keeps these events' bytes, with nothing put right."""
    kinds, tree = Tables().kinds, Tree()
    db = sqlite3.connect(path)
    with db:
        for statement in SCHEMA:
            db.execute(statement)
        for position, data in enumerate(events, 1):
            event, leaf = read(data), sha(b"\0", data)
            kind = kinds[event[3]]
            db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", (position, kind.scope, kind.opens, event[4], leaf, data))
            db.executemany("INSERT INTO node VALUES (?, ?, ?)", [row for row in tree.append(leaf) if row[0]])
            if 11 in event:
                digest = sha(signed_bytes(event))
                db.execute("INSERT INTO command VALUES (?, ?, ?)", (read(event[11])[2], position, digest))
        for key, value in (("size", struct.pack(">Q", tree.size)), ("roots", b"".join(tree.perfect)), ("root", tree.root())):
            db.execute("INSERT INTO meta VALUES (?, ?)", (f"frontier.{key}", value))
        db.executemany("INSERT INTO note VALUES (?, ?)", notes)
    db.close()
    return path
