# SPDX-License-Identifier: Apache-2.0
"""tamper: what somebody who can write to an archive's file may do to it, each with as much of the rest put right as
he can reach: hashes and roots, but no signatures of others.

TAMPERINGS is a list of (name, function). A function takes an open SQLite connection of an archive like that of
tests/golden, changes it, and returns the position that a verifier has to name; None where there is none to name. Whoever
calls commits."""

import base64
import struct

from nacl.signing import SigningKey

from canonical import Malformed, read, sha, write
from notes import COSIGNATURE, PLAIN, Tree, key_id

FORGER = SigningKey(bytes(range(32)))
POSITION, TIME, KIND, OBJECT, CAUSE, SCHEME, KEY, SIGNATURE, COMMAND, BODY = 1, 2, 3, 4, 5, 8, 9, 10, 11, 12
PLACE = (13, 14, 15)  # in a batch: index, size, path


# ---- reading and writing ----

def flipped(data, at=None):
    """One bit of it, of the middle unless said otherwise."""
    at = len(data) // 2 if at is None else at
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def count(db):
    return db.execute("SELECT count(*) FROM event").fetchone()[0]


def event_at(db, position):
    """By key."""
    return read(db.execute("SELECT bytes FROM event WHERE position = ?", (position,)).fetchone()[0])


def put_event(db, position, event):
    """Its bytes alone: see seal."""
    data = event if isinstance(event, bytes) else write(event)
    db.execute("UPDATE event SET bytes = ? WHERE position = ?", (data, position))


def find(db, kind, nth=0):
    """Position of the nth event of this kind."""
    found = [position for position, data in db.execute("SELECT position, bytes FROM event ORDER BY position")
             if read(data)[KIND] == kind]
    return found[nth]


def find_where(db, fits):
    """Position of the first event, behind the last checkpoint, for which fits (event, next event) holds."""
    first = db.execute("SELECT coalesce(max(position), 0) FROM checkpoint").fetchone()[0] + 1
    events = [read(data) for (data,) in db.execute("SELECT bytes FROM event WHERE position >= ? ORDER BY position", (first,))]
    return next(event[POSITION] for event, after in zip(events, events[1:]) if fits(event, after))


# ---- what a forger puts right ----

def seal(db):
    """Leaves, digests of commands, and the tree's own values are those of the bytes."""
    tree = Tree()
    for position, data in db.execute("SELECT position, bytes FROM event ORDER BY position").fetchall():
        leaf = sha(b"\0", data)
        tree.append(leaf)
        db.execute("UPDATE event SET leaf = ? WHERE position = ?", (leaf, position))
        try:
            event = read(data)
        except Malformed:
            continue
        if COMMAND in event:
            db.execute("UPDATE command SET digest = ? WHERE position = ?", (sha(signed_bytes(event)), position))
    for key, value in (("size", struct.pack(">Q", tree.size)), ("roots", b"".join(tree.perfect)), ("root", tree.root())):
        db.execute("UPDATE meta SET value = ? WHERE key = ?", (value, f"frontier.{key}"))
    db.execute("UPDATE meta SET value = ? WHERE key = 'verified'", (struct.pack(">Q", tree.size),))
    return tree


def signed_bytes(event):
    """The signed command that the event keeps."""
    fields = {1: event[SCHEME], 2: event[KEY], 3: event[SIGNATURE], 4: event[COMMAND]}
    return write({**fields, **{key - 8: event[key] for key in PLACE if key in event}})


def signed(event, key=FORGER):
    """The event with its command signed by this key."""
    message = b"countersign/command/1\0\x01" + event[COMMAND]
    return {**{field: value for field, value in event.items() if field not in PLACE}, SCHEME: 1,
            KEY: bytes(key.verify_key), SIGNATURE: key.sign(message).signature}


def note(ledger, size, root, key, seconds=1790000000):
    """A checkpoint as the archiver writes it, by this key."""
    origin = f"countersign/{ledger.hex()}"
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    cosigned = key.sign(b"cosignature/v1\ntime %d\n" % seconds + text).signature
    lines = ((PLAIN, key.sign(text).signature), (COSIGNATURE, struct.pack(">Q", seconds) + cosigned))
    return text + b"\n" + b"".join(note_line(origin, algorithm, key, data) for algorithm, data in lines)


def note_line(name, algorithm, key, data):
    whole = key_id(name, algorithm, bytes(key.verify_key)) + data
    return f"\u2014 {name} {base64.b64encode(whole).decode()}\n".encode()


def cut(db, size):
    """Nothing is left above `size`, and nothing says that there was."""
    db.execute("DELETE FROM event WHERE position > ?", (size,))
    db.execute("DELETE FROM command WHERE position > ?", (size,))
    seal(db)


# ---- bytes and rows ----

def bit_in_bytes(db):
    data = db.execute("SELECT bytes FROM event WHERE position = 100").fetchone()[0]
    put_event(db, 100, flipped(data))
    return 100


def bit_in_command(db):
    position = find(db, 60)
    event = event_at(db, position)
    put_event(db, position, {**event, COMMAND: flipped(event[COMMAND], len(event[COMMAND]) - 1)})
    seal(db)
    return position


def bit_in_leaf(db):
    leaf = db.execute("SELECT leaf FROM event WHERE position = 200").fetchone()[0]
    db.execute("UPDATE event SET leaf = ? WHERE position = 200", (flipped(leaf),))
    return 200


def longer_form(db):
    """The same content in other bytes: the kind as uint 16."""
    position = find(db, 50)
    data = write(event_at(db, position))
    assert data.count(b"\x03\x32\x04\xc4\x10") == 1
    put_event(db, position, data.replace(b"\x03\x32\x04\xc4\x10", b"\x03\xcd\x00\x32\x04\xc4\x10"))
    seal(db)
    return position


def row_deleted(db):
    db.execute("DELETE FROM event WHERE position = 150")
    return 150


def first_row_deleted(db):
    db.execute("DELETE FROM event WHERE position = 1")
    return 1


def rows_swapped(db):
    for old, new in ((120, -1), (121, 120), (-1, 121)):
        db.execute("UPDATE event SET position = ? WHERE position = ?", (new, old))
    return 120


def events_swapped(db):
    """Each told that it is at the other's place: positions are not signed."""
    position = find_where(db, lambda event, after: COMMAND in event and COMMAND in after and
                          event[TIME] < after[TIME] and event[OBJECT] != after[OBJECT])
    first, second = event_at(db, position), event_at(db, position + 1)
    for old, new in ((position, -1), (position + 1, position), (-1, position + 1)):
        db.execute("UPDATE event SET position = ? WHERE position = ?", (new, old))
        db.execute("UPDATE command SET position = ? WHERE position = ?", (new, old))
    put_event(db, position, {**second, POSITION: position})
    put_event(db, position + 1, {**first, POSITION: position + 1})
    seal(db)
    return position + 1


def row_repeated(db):
    """An accepted command once more, at the end."""
    position, end = find(db, 50), count(db) + 1
    db.execute("INSERT INTO event SELECT ?, scope, opens, object, leaf, bytes FROM event WHERE position = ?", (end, position))
    put_event(db, end, {**event_at(db, position), POSITION: end, TIME: event_at(db, end - 1)[TIME]})
    seal(db)
    return end


def rows_cut(db):
    """Below the last checkpoint."""
    size = db.execute("SELECT max(position) FROM checkpoint").fetchone()[0] - 1
    cut(db, size)
    return size


def consequence_cut(db):
    """Above every checkpoint, but between a command and what follows from it."""
    position = find_where(db, lambda event, after: COMMAND in event and after.get(CAUSE) == event[POSITION])
    cut(db, position)
    return position


# ---- signatures ----

def signature_replaced(db):
    position = find(db, 64)
    put_event(db, position, {**event_at(db, position), SIGNATURE: bytes(range(64))})
    seal(db)
    return position


def signature_of_another(db):
    """A good one, of the same key, of another command."""
    position = find(db, 64)
    event = event_at(db, position)
    other = find_where(db, lambda one, _: one.get(KEY) == event[KEY] and one[POSITION] != position)
    put_event(db, position, {**event, SIGNATURE: event_at(db, other)[SIGNATURE]})
    seal(db)
    return position


def signed_anew(db):
    """By a key that nobody enrolled."""
    position = find(db, 64)
    put_event(db, position, signed(event_at(db, position)))
    seal(db)
    return position


def content_signed_anew(db):
    """Another customer's name, by such a key."""
    position = find(db, 50)
    event = event_at(db, position)
    command = read(event[COMMAND])
    command[13] = write({**read(command[13]), 1: "Nobody Ltd"})
    put_event(db, position, signed({**event, COMMAND: write(command)}))
    seal(db)
    return position


# ---- columns and indexes ----

def set_column(name, value):
    def change(db):
        position = find(db, 60)
        db.execute(f"UPDATE event SET {name} = ? WHERE position = ?", (value, position))
        return position
    return change


def digest_changed(db):
    position = find(db, 60)
    digest = db.execute("SELECT digest FROM command WHERE position = ?", (position,)).fetchone()[0]
    db.execute("UPDATE command SET digest = ? WHERE position = ?", (flipped(digest), position))
    return position


def command_unlisted(db):
    position = find(db, 60)
    db.execute("DELETE FROM command WHERE position = ?", (position,))
    return position


def command_listed(db):
    """Of what followed by itself."""
    position = find(db, 80)
    db.execute("INSERT INTO command VALUES (?, ?, ?)", (bytes(range(16)), position, bytes(32)))
    return position


def root_changed(db):
    root = db.execute("SELECT value FROM meta WHERE key = 'frontier.root'").fetchone()[0]
    db.execute("UPDATE meta SET value = ? WHERE key = 'frontier.root'", (flipped(root),))


# ---- what follows by itself ----

def change_body(kind, **changes):
    def change(db):
        position = find(db, kind, -1)
        event = event_at(db, position)
        body = {**read(event[BODY]), **{int(key[1:]): value for key, value in changes.items()}}
        put_event(db, position, {**event, BODY: write(body)})
        seal(db)
        return position
    return change


def cause_changed(db):
    position = find(db, 83)
    event = event_at(db, position)
    put_event(db, position, {**event, CAUSE: event[CAUSE] - 1})
    seal(db)
    return position


def edition_changed(db):
    position = find(db, 60)
    put_event(db, position, {**event_at(db, position), 6: 1})
    seal(db)
    return position


def time_changed(db):
    """Later than the event behind it."""
    position = find_where(db, lambda event, after: COMMAND in event and COMMAND in after)
    put_event(db, position, {**event_at(db, position), TIME: event_at(db, position + 1)[TIME] + 1})
    seal(db)
    return position + 1


# ---- checkpoints, blobs ----

def checkpoint_signature_changed(db):
    position, signature = db.execute("SELECT position, signature FROM checkpoint").fetchone()
    db.execute("UPDATE checkpoint SET signature = ?", (flipped(signature),))
    return position


def checkpoint_changed(db):
    """Another root, signed by a forger."""
    position, data = db.execute("SELECT position, checkpoint FROM checkpoint").fetchone()
    data = write({**read(data), 4: bytes(range(32))})
    signature = FORGER.sign(b"countersign/checkpoint/1\0\x01" + data).signature
    db.execute("UPDATE checkpoint SET checkpoint = ?, key = ?, signature = ?", (data, bytes(FORGER.verify_key), signature))
    return position


def note_forged(db):
    """A note for all that is here, by a forger."""
    db.execute("CREATE TABLE IF NOT EXISTS note (position INTEGER PRIMARY KEY, note BLOB NOT NULL)")
    tree = seal(db)
    ledger = db.execute("SELECT leaf FROM event WHERE position = 1").fetchone()[0]
    db.execute("INSERT INTO note VALUES (?, ?)", (tree.size, note(ledger, tree.size, tree.root(), FORGER)))
    return tree.size


def some_blob(db):
    return db.execute("SELECT address, salted FROM blob ORDER BY address").fetchone()


def blob_changed(db):
    address, stored = some_blob(db)
    db.execute("UPDATE blob SET salted = ? WHERE address = ?", (flipped(stored), address))
    return named(db, address)


def blob_deleted(db):
    address, _ = some_blob(db)
    db.execute("DELETE FROM blob WHERE address = ?", (address,))
    return named(db, address)


def blob_key_changed(db):
    address, _ = some_blob(db)
    db.execute("UPDATE blob_key SET key = ? WHERE address = ?", (bytes(range(32)), address))
    return named(db, address)


def named(db, address):
    """Position of the first event that names it."""
    return next(position for position, data in db.execute("SELECT position, bytes FROM event ORDER BY position")
                if address in data)


TAMPERINGS = [
    ("a bit of an event", bit_in_bytes),
    ("a bit of a command, hashes put right", bit_in_command),
    ("a bit of a leaf", bit_in_leaf),
    ("other bytes for the same content, hashes put right", longer_form),
    ("a row deleted", row_deleted),
    ("the first row deleted", first_row_deleted),
    ("two rows swapped", rows_swapped),
    ("two events swapped, hashes put right", events_swapped),
    ("a row repeated at the end, hashes put right", row_repeated),
    ("cut below the last checkpoint, hashes put right", rows_cut),
    ("cut before what follows, hashes put right", consequence_cut),
    ("a signature replaced, hashes put right", signature_replaced),
    ("a signature of another command, hashes put right", signature_of_another),
    ("signed anew by a stranger, hashes put right", signed_anew),
    ("another content signed by a stranger, hashes put right", content_signed_anew),
    ("column object", set_column("object", bytes(range(16)))),
    ("column scope", set_column("scope", 6)),
    ("column opens", set_column("opens", 0)),
    ("a command's digest", digest_changed),
    ("a command taken from the index", command_unlisted),
    ("a command put into the index", command_listed),
    ("the root of the frontier", root_changed),
    ("a number skipped, hashes put right", change_body(80, _2="X2026-9999", _3=9999)),
    ("another class proposed, hashes put right", change_body(81, _2="regular", _3=["line-modified:9"])),
    ("another tally, hashes put right", change_body(83, _2=3)),
    ("another revision reviewed, hashes put right", change_body(82, _2=77)),
    ("another cause, hashes put right", cause_changed),
    ("another edition of the procedure, hashes put right", edition_changed),
    ("another time, hashes put right", time_changed),
    ("a bit of a checkpoint's signature", checkpoint_signature_changed),
    ("a checkpoint by a stranger", checkpoint_changed),
    ("a note by a stranger", note_forged),
    ("a blob changed", blob_changed),
    ("a blob deleted", blob_deleted),
    ("a blob's key changed", blob_key_changed),
]
