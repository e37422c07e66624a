#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""verify: checks an archive of countersign and shares no code with what wrote it.

    verify.py ARCHIVE [--checkpoint FILE]... [--ledger HEX] [--json]

Written from common/bus/PROTOCOL.md, RFC 9162, RFC 8032 and C2SP (signed-note, tlog-checkpoint, tlog-cosignature). Opens
the SQLite file for reading alone. Exit code: 0 sound, 1 something is wrong, 2 cannot tell.

What it does not decide again: the ends of deadlines and whether one should have been told of, what an assessment of a
rule rests on, who may do what with an action, whether an edition of the procedure is consistent, the contents of bodies
beyond their tables. Of the archive's own tables it leaves numbered, open_case and running numbers alone."""

import argparse
import json
import os
import pathlib
import sqlite3
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import blobs  # noqa: E402
import cases  # noqa: E402
import notes  # noqa: E402
import tables  # noqa: E402
from canonical import Malformed, sha, write  # noqa: E402
from people import COORDINATOR, RESTORED, RULES, Directory, Refused, command_holds, may, refuse_unless  # noqa: E402
from reference import Reference  # noqa: E402

GENESIS, ALARM, ADOPT, ERASE, MAILED, MAIL_AGAIN = 1, 6, 30, 120, 133, 134
NEAR, MISSED = 88, 89
NOTIFIER = 4  # the part that a daemon is enrolled as
CUSTOMER_REGISTER, CUSTOMER_CHANGE = 50, 51
REVIEW_STAGE = 7
SMALLEST_CELL = 4  # bytes of a row at least (SQLite file format 1.6)
SHOWN = 20  # findings on the screen; --json has all


class CannotTell(Exception):
    pass


class Damaged(CannotTell):
    """SQLite cannot read it, or would not come to an end."""


class Findings(list):
    """What is wrong, in the order in which it was found: (position or None, what, text)."""

    def add(self, position, what, text):
        self.append((position, what, text))


class Event:
    """An event with its command and body, by name; raw_body has the body by key. Form is checked here."""

    def __init__(self, book, data):
        found = book.read("event", data)
        fields = book.named("event", found)
        self.position, self.time, self.object, self.cause = (fields[k] for k in ("position", "time", "object", "cause"))
        self.procedure, self.rules = fields["procedure"], fields["rules"]
        self.key, self.signature, self.command_bytes = fields["key"], fields["signature"], fields["command"]
        self.scheme, self.place = fields["scheme"], (fields["index"], fields["size"], fields["path"])
        self.kind = book.kinds.get(fields["kind"])
        if not self.kind:
            raise Malformed(f"kind {fields['kind']} is not known")
        if self.command_bytes:
            self.command = book.named("command", book.read("command", self.command_bytes))
            self.check_command(fields)
        else:
            self.command = None
            self.check_derived(fields)
        self.raw_body = book.body(self.kind, (self.command or fields)["body"])
        self.body = book.named(self.kind.body, self.raw_body)
        self.blobs = [] if self.kind.code == ERASE else list(book.addresses(self.kind.body, self.raw_body))

    def check_command(self, fields):
        command, kind = self.command, self.kind
        index, size, path = self.place
        if self.scheme not in (1, 2) or not self.key or not self.signature:
            raise Malformed("a command without a signature by Ed25519")
        if self.scheme == 1 and (index or size or path):
            raise Malformed("a place in a batch where there is none")
        if self.scheme == 2 and (size < 2 or index >= size or not path or len(path) % 32):
            raise Malformed("no place in a batch")
        if command["kind"] != kind.code or self.object != (command["object"] or command["id"]) or self.cause or \
                fields["body"]:
            raise Malformed("envelope and command differ")
        if kind.derived:
            raise Malformed(f"{kind.name} follows by itself")
        if kind.opens == bool(command["object"]) and kind.code != ADOPT:
            raise Malformed("the command's object does not fit its kind")
        if bool(command["ledger"]) == (kind.code == GENESIS):
            raise Malformed("a command names its ledger, but for genesis")
        if kind.judges and not (command["revision"] and command["digest"]) or kind.versioned and not command["version"]:
            raise Malformed("what was judged is not named")
        if command["expiry"] < command["claimed"]:
            raise Malformed("its expiry is before its time")

    def check_derived(self, fields):
        if not self.kind.derived:
            raise Malformed(f"{self.kind.name} does not follow by itself")
        if fields["scheme"] or self.key or self.signature or any(self.place):
            raise Malformed("what follows by itself has no signature")
        if not 1 <= self.cause < self.position:
            raise Malformed("an earlier event is its cause")

    def command_digest(self):
        fields = zip(range(1, 8), (self.scheme, self.key, self.signature, self.command_bytes, *self.place))
        return sha(write({key: value for key, value in fields if value}))


class Law:
    """What the events so far have made: people, editions of the procedure, numbers, cases."""

    def __init__(self, book):
        self.book, self.ledger, self.epoch, self.time = book, b"", 1, 0
        self.directory, self.editions, self.edition_at = Directory(), {}, 0
        self.running, self.cases, self.customers, self.reference, self.erased = {}, {}, {}, Reference(), set()
        self.positions = {}  # object -> positions of its events
        self.last, self.last_cause = None, 0

    @property
    def in_force(self):
        return self.editions.get(self.edition_at)

    def next_number(self, series, prefix, time, procedure):
        year = cases.day_of(time, procedure or {"offset_minutes": 0}).year
        running = self.running.get((series, year), 0) + 1
        return {"series": series, "number": f"{prefix}{year}-{running:04d}", "running": running, "year": year}

    def propose(self, content, time, edition):
        """The class that the rules propose for an order, with their reasons."""
        today = cases.day_of(time, edition).toordinal() - cases.EPOCH.toordinal()
        return self.reference.propose(self.book.named("order_content", content), today, edition,
                                      self.book.words("special_rule", "test"))

    def due(self):
        """What must come next, whoever sends what: (kind, fields of its body); None."""
        thing = self.last and (self.cases.get(self.last.object) or self.customers.get(self.last.object))
        return thing.due() if thing else None

    # ---- checking ----

    def check(self, event):
        """Refused where this event could not have come here."""
        refuse_unless(event.time >= self.time, "its time is before that of the event before it")
        refuse_unless(event.procedure == self.edition_at, f"the edition in force is that at {self.edition_at}")
        rules = self.directory.rules if event.position > 1 else event.body.get("rules")
        refuse_unless(event.rules == rules, f"the rules in force have the number {rules}")
        due = self.due()
        if event.kind.code in (NEAR, MISSED):
            self.check_deadline(event)
        elif event.command is None:
            self.check_consequence(event, due)
        else:
            refuse_unless(not due or self.last.kind.code in (NEAR, MISSED),
                          "what follows from the event before is missing")
            self.check_command(event)

    def check_consequence(self, event, due):
        refuse_unless(due and due[0] == event.kind.code and event.object == self.last.object, "nothing led to it")
        refuse_unless(event.cause == self.last_cause and event.time == self.time, "it names another cause or time")
        for name, value in due[1].items():
            refuse_unless(event.body[name] == value, f"{name} would have been another one")

    def check_deadline(self, event):
        case, body = self.cases.get(event.object), event.body
        refuse_unless(case and case.edition(), "nothing that could have a deadline")
        refuse_unless(event.cause == body["began"] and event.cause in self.positions[event.object],
                      "its cause is no event of its case")
        refuse_unless(event.kind.code == NEAR or body["due"] <= event.time, "it is not due yet")
        waiting = case.round.waiting() if case.round and body["stage"] == REVIEW_STAGE else []
        refuse_unless(body["departments"] == waiting, "others were waited for")

    def check_command(self, event):
        kind, command, directory = event.kind, event.command, self.directory
        refuse_unless((kind.code == GENESIS) == (event.position == 1), "a ledger has one genesis, and it comes first")
        refuse_unless(kind.code == GENESIS or command["ledger"] == self.ledger, "the command is of another ledger")
        person, daemon = directory.signer(kind, event, self.in_force)
        refuse_unless(not self.erased.intersection(event.blobs), "it names what was erased")
        if kind.scope >= tables.ORDER:
            self.check_case(event, person, daemon)
        elif kind.scope == tables.DIRECTORY:
            directory.check(kind, event, person, self.in_force)
        elif kind.scope == tables.LEDGER:
            self.check_ledger(event, person, daemon)
        elif kind.scope == tables.PROCEDURE:
            refuse_unless(person and (may(self.in_force, person, 10) if self.in_force else person.administrator),
                          "not adopted by who may")
            self.book.read("procedure", event.body["procedure"])
        else:
            self.check_file(event, person)

    def check_case(self, event, person, daemon):
        refuse_unless(self.in_force, "no procedure has been adopted")
        if event.kind.opens:
            refuse_unless(event.object not in self.positions, "a case that is there")
            refuse_unless(person and may(self.in_force, person, cases.ACTS[event.kind.code]),
                          "none of the signer's roles may")
        else:
            refuse_unless(event.object in self.cases, "no case has this id")
            self.cases[event.object].check(event, person, daemon)

    def check_ledger(self, event, person, daemon):
        code = event.kind.code
        refuse_unless(code == GENESIS or event.object == self.directory.genesis_case, "not the ledger's own case")
        if code == RESTORED:
            refuse_unless(daemon and daemon.part == COORDINATOR, "the coordinator alone says this")
            refuse_unless(event.body["epoch"] == self.epoch + 1, f"epoch {self.epoch + 1} comes next")
        elif code == ALARM:
            refuse_unless(daemon and daemon.part <= 2, "coordinator or archiver say this")
        elif code == MAILED:
            refuse_unless(daemon and daemon.part == NOTIFIER, "the notifier says what it told")
        elif code == ERASE:
            refuse_unless(person and self.in_force and may(self.in_force, person, 22), "not erased by who may")
        elif code == MAIL_AGAIN:
            refuse_unless(person and self.in_force and may(self.in_force, person, 23), "not asked for by who may")
        elif code != GENESIS:
            refuse_unless(person and person.administrator, "not by an administrator")

    def check_file(self, event, person):
        """Customers and reference data."""
        act = 8 if event.kind.scope == tables.CUSTOMER else 7
        refuse_unless(person and self.in_force and may(self.in_force, person, act), "none of the signer's roles may")
        if event.kind.code == CUSTOMER_CHANGE:
            customer = self.customers.get(event.object)
            refuse_unless(customer and customer.version == event.command["version"], "of another version")
        elif event.kind.opens:
            refuse_unless(event.object not in self.positions, "a case that is there")
        else:
            self.reference.check(event, person)

    # ---- folding ----

    def apply(self, event, leaf):
        if event.position == 1:
            self.ledger = leaf
            self.directory.genesis(event.object, event.body)
        elif event.kind.scope == tables.DIRECTORY or event.kind.code == RULES:
            self.directory.apply(event.kind, event)
        elif event.kind.scope >= tables.ORDER:
            if event.kind.opens:
                self.cases[event.object] = cases.case_of(event, self)
            self.cases[event.object].apply(event)
        else:
            self.apply_other(event)
        if event.kind.code in (cases.NUMBERED, cases.CUSTOMER_NUMBERED):
            self.running[event.body["series"], event.body["year"]] = event.body["running"]
        self.positions.setdefault(event.object, set()).add(event.position)
        self.time, self.last = event.time, event
        self.last_cause = event.cause or event.position

    def apply_other(self, event):
        if event.kind.code == ADOPT:
            procedure = self.book.read("procedure", event.body["procedure"])
            self.editions[event.position] = self.book.named("procedure", procedure)
            self.edition_at = event.position
        elif event.kind.code == RESTORED:
            self.epoch = event.body["epoch"]
        elif event.kind.code == ERASE:
            self.erased.update([event.body["blob"], *(piece["blob"] for piece in event.body["pieces"])])
        elif event.kind.scope == tables.CUSTOMER:
            if event.kind.code == CUSTOMER_REGISTER:
                self.customers[event.object] = cases.Customer(self)
            self.customers[event.object].apply(event)
        elif event.kind.scope == tables.REFERENCE:
            self.reference.apply(event)


class Archive:
    """The rows of the file. What SQLite cannot read is a CannotTell."""

    def __init__(self, path):
        self.path = path
        for aside in (f"{path}-wal", f"{path}-journal"):
            if os.path.exists(aside) and os.path.getsize(aside):
                raise CannotTell(f"{aside}: the file is not whole without it; stop the archiver, or take a backup")
        try:
            with open(path, "rb"):
                pass
            self.db = sqlite3.connect(f"{pathlib.Path(path).absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        except (OSError, sqlite3.Error) as error:
            raise CannotTell(f"{path}: {error}") from error
        self.db.text_factory = bytes
        self.names = {name.decode() for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"event", "command", "meta"} <= self.names:
            raise CannotTell(f"{path}: no archive of countersign")

    def rows(self, sql):
        """A page that is its own descendant comes again and again: a table has no more rows than the file has room for."""
        room = os.path.getsize(self.path)
        try:
            for row in self.db.execute(sql):
                room -= SMALLEST_CELL + sum(len(value) for value in row if isinstance(value, bytes))
                if room < 0:
                    raise Damaged(f"{self.path}: its rows lead back into themselves")
                yield row
        except sqlite3.Error as error:
            broken = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT
            raise (Damaged if broken else CannotTell)(f"{self.path}: {error}") from error

    def table(self, name, columns):
        return self.rows(f"SELECT {columns} FROM {name} ORDER BY 1") if name in self.names else iter(())


def octets(value):
    return value if isinstance(value, bytes) else b""


class Verifier:
    """One pass over the events, then what is said of the whole. `checkpoints`: of others, as (name, bytes)."""

    def __init__(self, path, checkpoints=(), ledger=None):
        self.archive, self.findings, self.book = Archive(path), Findings(), tables.Tables()
        self.law, self.tree, self.roots = Law(self.book), notes.Tree(), {}
        self.archivers = [(0, b"")]  # (position, key): whose checkpoints count from there on
        self.commands, self.folds, self.expected, self.named = {}, True, ledger, {}
        self.others, self.checkpoints, self.nodes = checkpoints, [], {}

    def run(self):
        try:
            self.read()
            self.check_whole()
        except Damaged as error:
            self.findings.add(None, "file", str(error))
        return self

    def read(self):
        self.nodes = {(level, number): node for level, number, node in self.archive.table("node", "level, number, hash")}
        self.read_checkpoints()
        wanted = {checkpoint.size for _, checkpoint in self.checkpoints}
        rows = self.archive.rows("SELECT position, scope, opens, object, leaf, bytes FROM event ORDER BY position")
        ids = {}
        for row in self.archive.rows("SELECT id, position, digest FROM command ORDER BY position"):
            ids.setdefault(row[1], []).append((row[0], row[2]))
        for row in rows:
            if not self.follows(row[0]):
                break
            self.take(row, ids.pop(row[0], []))
            if self.tree.size in wanted:
                self.roots[self.tree.size] = self.tree.root()
        else:  # behind a gap nobody knows what there was
            for position in ids:
                self.findings.add(position, "command", "the index names a command where there is none")

    # ---- events ----

    def follows(self, position):
        if position == self.tree.size + 1:
            return True
        self.findings.add(self.tree.size + 1, "gap", f"no event is here; the next row says {position}")
        self.folds = False
        return False

    def take(self, row, index):
        position, scope, opens, thing, leaf, data = row
        data = octets(data)
        made = sha(b"\0", data)
        for level, number, node in self.tree.append(made):
            if self.nodes.pop((level, number), node) != node:
                self.findings.add(position, "node", f"node {number} of level {level} is not that of the events")
        if leaf != made:
            self.findings.add(position, "leaf", "the leaf is not the hash of the bytes")
        try:
            event = Event(self.book, data)
        except Malformed as error:
            self.findings.add(position, "form", str(error))
            self.folds = False
            return
        if event.position != position:
            self.findings.add(position, "form", f"the event says that it is at {event.position}")
            self.folds = False
        if (scope, opens, thing) != (event.kind.scope, int(event.kind.opens), event.object):
            self.findings.add(position, "row", "scope, opens or object are not those of the event")
        self.check_index(event, index)
        self.check_signature(event)
        self.fold(event, made)

    def check_index(self, event, index):
        expected = [(event.command["id"], event.command_digest())] if event.command else []
        if index != expected:
            self.findings.add(event.position, "command", "the index of commands does not fit the event")
        if event.command:
            first = self.commands.setdefault(event.command["id"], event.position)
            if first != event.position:
                self.findings.add(event.position, "command", f"the command of event {first} once more")

    def check_signature(self, event):
        if event.command and not command_holds(event):
            self.findings.add(event.position, "signature", "the signature does not match")

    def fold(self, event, leaf):
        """What was wrong before may make a later event wrong, too: it is told all the same."""
        for blob in event.blobs:
            self.named.setdefault(blob, event.position)
        if not self.folds:
            return
        try:
            self.law.check(event)
        except Refused as refusal:
            self.findings.add(event.position, "decision", str(refusal))
        except (LookupError, TypeError, AttributeError, OverflowError) as error:
            self.findings.add(event.position, "decision", f"it makes no sense here ({error!r})")
        except Malformed as error:
            self.findings.add(event.position, "form", str(error))
        try:
            self.law.apply(event, leaf)
            if self.law.directory.archiver != self.archivers[-1][1]:
                self.archivers.append((event.position, self.law.directory.archiver))
        except (LookupError, TypeError, AttributeError, OverflowError, Malformed) as error:
            self.findings.add(event.position, "decision", f"nothing behind it can be decided again ({error!r})")
            self.folds = False

    # ---- the whole ----

    def check_whole(self):
        size = self.tree.size
        if not size and not self.findings:
            raise CannotTell(f"{self.archive.path}: it holds no event")
        if self.folds and self.law.last.kind.code not in (NEAR, MISSED) and self.law.due():
            self.findings.add(size, "decision", "what follows from the last event is missing")
        if self.expected and self.expected != self.law.ledger:
            self.findings.add(1, "ledger", f"this is ledger {self.law.ledger.hex()}")
        self.check_meta()
        for name, checkpoint in self.checkpoints:
            self.check_checkpoint(name, checkpoint)
        self.check_blobs()
        self.check_indexes()

    def check_indexes(self):
        """What is not read here, and would show others something else."""
        for (text,) in self.archive.rows("PRAGMA integrity_check (20)"):
            if text != b"ok":
                self.findings.add(None, "file", octets(text).decode(errors="replace"))

    def check_meta(self):
        meta = {octets(key): value for key, value in self.archive.rows("SELECT key, value FROM meta")}
        fits = {b"frontier.size": struct.pack(">Q", self.tree.size), b"frontier.roots": b"".join(self.tree.perfect),
                b"frontier.root": self.tree.root()}
        for key, value in fits.items():
            if meta.get(key) != value:
                self.findings.add(None, "meta", f"{key.decode()} is not that of the {self.tree.size} events")
        if self.nodes:
            self.findings.add(None, "node", f"{len(self.nodes)} nodes of events that are not here")

    def read_checkpoints(self):
        # as bytes alone: a text of the same ones is not what an archiver writes
        for position, data in self.archive.table("note", "position, CASE typeof (note) WHEN 'blob' THEN note END"):
            self.read_checkpoint(position, f"checkpoint at {position}", lambda of=data: notes.Checkpoint(octets(of)))
        for position, data, key, signature in self.archive.table("checkpoint", "position, checkpoint, key, signature"):
            self.read_checkpoint(position, f"checkpoint at {position}", lambda of=(data, key, signature):
                                 notes.RecordCheckpoint(self.book, *map(octets, of)))
        for name, data in self.others:
            self.read_checkpoint(None, name, lambda of=data: notes.Checkpoint(of))

    def read_checkpoint(self, position, name, read):
        try:
            checkpoint = read()
        except Malformed as error:
            self.findings.add(position, "checkpoint", f"{name}: {error}")
            return
        if position is not None and checkpoint.size != position:
            self.findings.add(position, "checkpoint", f"{name}: it speaks of {checkpoint.size} events")
        self.checkpoints.append((name, checkpoint))

    def check_checkpoint(self, name, checkpoint):
        key = [key for position, key in self.archivers if position <= checkpoint.size][-1]
        wrong = checkpoint.check(self.law.ledger, key)
        if wrong:
            self.findings.add(checkpoint.size, "checkpoint", f"{name}: {wrong}")
        elif checkpoint.size > self.tree.size:
            self.findings.add(self.tree.size, "short", f"{name}: {checkpoint.size} events were signed, "
                                                       f"{self.tree.size} are here")
        elif checkpoint.root != self.roots[checkpoint.size]:
            self.findings.add(checkpoint.size, "root", f"{name}: another root was signed for these events")

    def check_blobs(self):
        if "blob" not in self.archive.names:
            return
        keys = dict(self.archive.table("blob_key", "address, key"))
        wanted = {address for (address,) in self.archive.table("wanted", "address")}
        there = set()
        for address, stored in self.archive.table("blob", "address, salted"):
            there.add(address)
            wrong = blobs.wrong(address, stored, keys.get(address))
            if wrong:
                self.findings.add(self.named.get(address), "blob", f"{octets(address).hex()}: {wrong}")
        for address, position in self.named.items() if self.folds else ():  # else nobody knows what was erased
            if address not in there and address not in wanted and address not in self.law.erased:
                self.findings.add(position, "blob", f"{address.hex()}: named here, and not there")


# ---- the program ----

def arguments(given):
    parser = argparse.ArgumentParser(prog="verify.py", description="checks an archive of countersign")
    parser.add_argument("archive")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="a signed checkpoint it must fit")
    parser.add_argument("--ledger", type=bytes.fromhex, metavar="HEX", help="the ledger id that it must have")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(given)


def verify(path, checkpoints=(), ledger=None):
    """The verifier after its work; its `findings` are empty where the archive is sound. Raises CannotTell."""
    found = []
    for name in checkpoints:
        try:
            with open(name, "rb") as file:
                found.append((name, file.read()))
        except OSError as error:
            raise CannotTell(f"{name}: {error}") from error
    return Verifier(path, found, ledger).run()


def report(done):
    for position, what, text in done.findings[:SHOWN]:
        print(f"{what}: {text}" if position is None else f"event {position}: {what}: {text}")
    if len(done.findings) > SHOWN:
        print(f"... and {len(done.findings) - SHOWN} more")
    print(f"ledger {done.law.ledger.hex()}: {done.tree.size} events, {len(done.checkpoints)} checkpoints, "
          f"{'not sound' if done.findings else 'sound'}")


def as_json(done):
    return {"ledger": done.law.ledger.hex(), "events": done.tree.size, "root": done.tree.root().hex(),
            "checkpoints": [checkpoint.size for _, checkpoint in done.checkpoints], "sound": not done.findings,
            "findings": [{"position": p, "what": what, "text": text} for p, what, text in done.findings]}


def main(given=None):
    options = arguments(given)
    try:
        done = verify(options.archive, options.checkpoint, options.ledger)
    except CannotTell as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(as_json(done)))
    else:
        report(done)
    return 1 if done.findings else 0


if __name__ == "__main__":
    sys.exit(main())
