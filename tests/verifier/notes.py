# SPDX-License-Identifier: Apache-2.0
"""notes: the Merkle tree of RFC 9162 (2.1.1), and what the archiver signed of it: C2SP tlog-checkpoints (signed notes),
and the records of archives from before there were notes."""

import base64
import binascii
import struct

from canonical import Malformed, sha
from people import signature_holds, signed_by

PLAIN, COSIGNATURE = 1, 4
DASH = "\u2014 "
NOTE_BYTES_MAX = 16384


class Tree:
    """The roots of the perfect subtrees, largest first."""

    def __init__(self):
        self.size, self.perfect = 0, []

    def append(self, leaf):
        """The roots of the perfect subtrees that it completes, as (level, number, root)."""
        number, complete = self.size, [(0, self.size, leaf)]
        while number & 1:
            leaf = sha(b"\1", self.perfect.pop(), leaf)
            number >>= 1
            complete.append((len(complete), number, leaf))
        self.perfect.append(leaf)
        self.size += 1
        return complete

    def root(self):
        if not self.perfect:
            return sha()
        found = self.perfect[-1]
        for left in reversed(self.perfect[:-1]):
            found = sha(b"\1", left, found)
        return found


def unbase64(text):
    """Padded, and in the one spelling (RFC 4648, 3.5)."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("not base64") from error
    if base64.b64encode(found).decode() != text:
        raise Malformed("not base64 in its one spelling")
    return found


def key_id(name, algorithm, key):
    return sha(name.encode(), b"\n", bytes([algorithm]), key)[:4]


class Note:
    """A signed note: its text, and the lines of signatures as (name, key id with what is behind it)."""

    def __init__(self, data):
        if len(data) > NOTE_BYTES_MAX:
            raise Malformed("a note of more than 16 KiB")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("a note is UTF-8") from error
        if any(ord(letter) < 32 and letter != "\n" for letter in whole):
            raise Malformed("a note holds no control characters")
        text, middle, lines = whole.rpartition("\n\n")
        if not middle or not lines.endswith("\n"):
            raise Malformed("a note is a text, an empty line, and signatures")
        self.text = text + "\n"
        self.signatures = [self.signature(line) for line in lines[:-1].split("\n")]

    @staticmethod
    def signature(line):
        name, space, rest = line[len(DASH):].partition(" ")
        if not line.startswith(DASH) or not name or not space or "+" in name:
            raise Malformed("a signature line is: dash, name, signature")
        found = unbase64(rest)
        if len(found) < 5:
            raise Malformed("a signature line without a signature")
        return name, found

    def by(self, name, algorithm, key):
        """True: validly signed; False: not validly; None: nothing claims to be by this key."""
        ident = key_id(name, algorithm, key)
        lines = [data[4:] for of, data in self.signatures if of == name and data[:4] == ident]
        return all(self.holds(algorithm, key, data) for data in lines) if lines else None

    def holds(self, algorithm, key, data):
        message = self.text.encode()
        if algorithm == COSIGNATURE:
            if len(data) != 72:
                return False
            message = f"cosignature/v1\ntime {struct.unpack('>Q', data[:8])[0]}\n".encode() + message
            data = data[8:]
        return len(data) == 64 and signed_by(key, message, data)


class Checkpoint:
    """What was signed: ledger, size, root."""

    def __init__(self, data):
        self.note = Note(data)
        lines = self.note.text[:-1].split("\n")
        if len(lines) < 3 or "" in lines or not lines[0].startswith("countersign/"):
            raise Malformed("not a checkpoint of such a ledger")
        origin, size, root = lines[:3]  # what follows, C2SP leaves to each log
        if not (size.isascii() and size.isdigit()) or size.startswith("0"):
            raise Malformed("the size of the tree is a decimal number")
        self.origin, self.size, self.root = origin, int(size), unbase64(root)
        if len(self.root) != 32:
            raise Malformed("a root is 32 bytes")

    def check(self, ledger, archiver):
        """What is wrong with it beside its root; None."""
        if self.origin != f"countersign/{ledger.hex()}":
            return "it is of another ledger"
        if self.note.by(self.origin, PLAIN, archiver) is not True:
            return "it is not signed by the archiver of genesis"
        if self.note.by(self.origin, COSIGNATURE, archiver) is False:
            return "the archiver's cosignature does not hold"
        return None


class RecordCheckpoint:
    """The older form: a canonical record, signed for countersign/checkpoint/1."""

    def __init__(self, tables, data, key, signature):
        body = tables.named("checkpoint", tables.read("checkpoint", data))
        self.ledger, self.size, self.root = body["ledger"], body["position"], body["root"]
        self.data, self.key, self.signature = data, key, signature

    def check(self, ledger, archiver):
        if self.ledger != ledger:
            return "it is of another ledger"
        if self.key != archiver or not signature_holds(archiver, b"countersign/checkpoint/1", self.data, self.signature):
            return "it is not signed by the archiver of genesis"
        return None
