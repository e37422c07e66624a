# SPDX-License-Identifier: Apache-2.0
"""stranger: a client by somebody who has read common/bus/PROTOCOL.md and nothing else of countersign."""

import hashlib
import os
import re
import struct
import time
import uuid

import msgpack
import zmq
from nacl import bindings, pwhash, signing
from nacl.public import PrivateKey
from zmq.utils import z85
from zmq.utils.monitor import recv_monitor_message

COMMIT, ANNOUNCE, FETCH, EVENTS, SUBMIT, RECEIPT, ASK, ANSWER, HELLO = 3, 2, 4, 5, 6, 7, 9, 10, 1
ACCEPTED, ARCHIVED, REFUSED, BUSY = 1, 2, 3, 4
UNREAD = b"\xff" * 16


def now():
    return int(time.time() * 1000)


def new_id():
    head = struct.pack(">Q", now())[2:]
    raw = bytearray(head + os.urandom(10))
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    return bytes(raw)


def canonical(record):
    """Section 4: keys ascending, what is empty left out, shortest forms (which msgpack writes by itself)."""
    def clean(value):
        if isinstance(value, dict):
            return {k: clean(v) for k, v in sorted(value.items()) if v not in (0, "", b"", [], None, False)}
        if isinstance(value, list):
            return [clean(v) for v in value]
        return value
    return msgpack.packb(clean(record), use_bin_type=True)


def plain(data):
    return msgpack.unpackb(data, strict_map_key=False, raw=False)


def frame(kind, record):
    return b"CS\x01" + bytes([kind]) + canonical(record)


def sign(key, domain, data):
    return key.sign(domain + b"\0\x01" + data).signature


def verify(public, domain, data, signature):
    signing.VerifyKey(public).verify(domain + b"\0\x01" + data, signature)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def requirements_digest(content):
    return sha(b"countersign/requirements/1\0", canonical(content))


# ---- files of a site ----

def key_file(path, passphrase=None):
    """The 32 secret bytes of a key file (section 12)."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    if "secret" in lines:
        return bytes.fromhex(lines["secret"])
    key = pwhash.argon2id.kdf(32, passphrase, bytes.fromhex(lines["salt"]), int(lines["operations"]), int(lines["memory"]))
    bound = "".join(line + "\n" for line in text.splitlines()[:4]).encode()
    return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(bytes.fromhex(lines["sealed"]), bound, bytes.fromhex(lines["nonce"]), key)


class Site:
    def __init__(self, folder):
        self.folder = folder
        with open(f"{folder}/site.cfg", encoding="utf-8") as file:
            text = file.read()
        self.ledger = bytes.fromhex(re.search(r'^ledger = "(\w+)"', text, re.M)[1])
        self.coordinator = self.group(re.search(r"coordinator:\s*{(.*?)}", text, re.S)[1])
        self.archiver = self.group(re.search(r"archiver:\s*{(.*?)}", text, re.S)[1])

    @staticmethod
    def group(text):
        return {k: v for k, v in re.findall(r'(\w+) = "([^"]*)"', text)}

    def department(self, key):
        with open(f"{self.folder}/departments/{key}.cfg", encoding="utf-8") as file:
            return self.group(file.read())

    def station(self, name):
        with open(f"{self.folder}/stations/{name}.cfg", encoding="utf-8") as file:
            return uuid.UUID(self.group(file.read())["id"]).bytes


class Curve:
    def __init__(self, secret=None):
        self.secret = secret or bytes(PrivateKey.generate())
        self.public = bytes(PrivateKey(self.secret).public_key)


def connect(kind, endpoint, server, curve):
    socket = zmq.Context.instance().socket(kind)
    socket.curve_serverkey = z85.encode(bytes.fromhex(server))
    socket.curve_publickey = z85.encode(curve.public)
    socket.curve_secretkey = z85.encode(curve.secret)
    socket.linger = 0
    socket.immediate = 1
    socket.sndtimeo = 5000
    if kind == zmq.SUB:
        socket.subscribe(b"")
    socket.connect(endpoint)
    return socket


def is_let_in(endpoint, server, curve, seconds=5):
    """By the monitor: True after a good handshake, False after a refusal."""
    socket = zmq.Context.instance().socket(zmq.DEALER)
    watch = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    socket.curve_serverkey = z85.encode(bytes.fromhex(server))
    socket.curve_publickey, socket.curve_secretkey = z85.encode(curve.public), z85.encode(curve.secret)
    socket.linger = 0
    socket.connect(endpoint)
    try:
        if not watch.poll(seconds * 1000):
            return None
        return recv_monitor_message(watch)["event"] == zmq.EVENT_HANDSHAKE_SUCCEEDED
    finally:
        socket.disable_monitor()
        socket.close()


class Person:
    def __init__(self, key, actor=None):
        self.key, self.actor = key, actor

    @property
    def public(self):
        return bytes(self.key.verify_key)


class Workstation:
    """A DEALER to a department, by an enrolled station."""

    def __init__(self, site, department, station, curve):
        self.site, self.station, self.curve = site, station, curve
        where = site.department(department)
        self.where = where
        self.socket = connect(zmq.DEALER, where["service"], where["curve"], curve)

    def close(self):
        self.socket.close()

    def reconnect(self):
        self.close()
        self.socket = connect(zmq.DEALER, self.where["service"], self.where["curve"], self.curve)

    def command(self, person, kind, body, **fields):
        command = {1: self.site.ledger, 2: new_id(), 3: kind, 8: person.actor, 9: self.station, 10: now(),
                   11: now() + 86_400_000, 13: canonical(body) if body else None}
        command.update(fields.pop("fields", {}))
        return command

    def signed(self, person, command):
        data = canonical(command)
        return canonical({1: 1, 2: person.public, 3: sign(person.key, b"countersign/command/1", data), 4: data})

    def submit(self, signed):
        self.socket.send(frame(SUBMIT, {1: signed}))

    def receipt(self, ident, states, seconds=15):
        """The next receipt of this command in one of these states."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.socket.poll(200):
                continue
            data = self.socket.recv()
            if data[3] == RECEIPT:
                found = plain(data[4:])
                if found[1] == ident and found[2] in states:
                    return found
        raise AssertionError(f"no receipt {states} within {seconds} s")

    def says(self, person, kind, body, **fields):
        """Accepted: (command id, position)."""
        command = self.command(person, kind, body, **fields)
        signed = self.signed(person, command)
        until = time.monotonic() + 15
        while True:
            self.submit(signed)
            found = self.receipt(command[2], (ACCEPTED, ARCHIVED, REFUSED, BUSY))
            if found[2] != BUSY:
                break
            assert time.monotonic() < until, found
            time.sleep(found.get(9, 100) / 1000)
        assert found[2] != REFUSED, found
        return command[2], found[3]

    def is_refused(self, signed, ident):
        self.submit(signed)
        return self.receipt(ident, (REFUSED,))

    def asks(self, person, name, at_least=0, **parameters):
        query = {1: self.site.ledger, 2: new_id(), 3: person.actor, 4: now(), 5: name,
                 6: [{1: k, 2: v} for k, v in parameters.items()], 7: at_least}
        data = canonical(query)
        ask = frame(ASK, {1: data, 2: person.public, 3: sign(person.key, b"countersign/query/1", data)})
        until = time.monotonic() + 15
        while time.monotonic() < until:
            self.socket.send(ask)
            if not self.socket.poll(2000):
                continue
            reply = self.socket.recv()
            if reply[3] != ANSWER:
                continue
            found = plain(reply[4:])
            if found[1] == query[2] and 4 not in found:
                return found[3].decode()
            time.sleep(found.get(9, 50) / 1000)
        raise AssertionError(f"no answer to {name}")


class Tree:
    """RFC 9162: the roots of the perfect subtrees, largest first."""

    def __init__(self):
        self.size, self.roots = 0, []

    def append(self, data):
        leaf, size = sha(b"\0", data), self.size
        while size & 1:
            leaf = sha(b"\1", self.roots.pop(), leaf)
            size >>= 1
        self.roots.append(leaf)
        self.size += 1

    def root(self):
        found = self.roots[-1]
        for node in reversed(self.roots[:-1]):
            found = sha(b"\1", node, found)
        return found


class Follower:
    """Keeps its own copy of the record and checks it (section 11)."""

    def __init__(self, site, name, curve):
        self.site, self.name = site, name
        self.stream = connect(zmq.SUB, site.coordinator["stream"], site.coordinator["curve"], curve)
        self.service = connect(zmq.DEALER, site.coordinator["service"], site.coordinator["curve"], curve)
        self.events, self.tree, self.coordinator, self.archived = [], Tree(), None, 0
        self.checked = 0  # heads whose root and signature were compared

    def close(self):
        self.stream.close()
        self.service.close()

    def take(self, position, data):
        if position != len(self.events) + 1:
            return
        event = plain(data)
        assert event[1] == position and (position > 1 or sha(b"\0", data) == self.site.ledger)
        if 11 in event:
            verify(event[9], b"countersign/command/1", event[11], event[10])
            command = plain(event[11])
            assert command[3] == event[3] and event[4] == command.get(4, command[2])
            if position == 1:
                self.coordinator = plain(command[13])[5]
        else:
            assert 1 <= event[5] < position
        self.events.append(event)
        self.tree.append(data)

    def head(self, announce):
        if not self.coordinator:
            return plain(announce[1])
        assert announce[2] == self.coordinator
        verify(self.coordinator, b"countersign/head/1", announce[1], announce[3])
        head = plain(announce[1])
        assert head[1] == self.site.ledger
        if head[3] == self.tree.size:
            assert head[4] == self.tree.root()
            self.checked += 1
        self.archived = max(self.archived, announce.get(4, 0))
        return head

    def follow(self, until, seconds=20):
        """Until the record has this many events, and a head of just that size fitted."""
        end, wanted, said = time.monotonic() + seconds, until, 0
        before = self.checked
        while len(self.events) < wanted or self.checked == before or self.archived < wanted:
            assert time.monotonic() < end, (len(self.events), wanted, self.checked, self.archived)
            if time.monotonic() - said > 0.5:
                said = time.monotonic()
                self.service.send(frame(HELLO, {1: self.name, 2: self.site.ledger, 3: 1, 4: len(self.events),
                                                5: self.tree.root() if self.events else None}))
                if len(self.events) < wanted:
                    self.service.send(frame(FETCH, {1: len(self.events) + 1, 2: wanted}))
            for socket in (self.stream, self.service):
                while socket.poll(20):
                    data = socket.recv()
                    body = plain(data[4:])
                    if data[3] in (COMMIT, EVENTS):
                        for i, raw in enumerate(body.get(2, [])):
                            self.take(body[1] + i, raw[1])
                        for announce in body.get(3, []):
                            self.head(announce)
                    elif data[3] == ANNOUNCE:
                        self.head(body)
