# SPDX-License-Identifier: Apache-2.0
"""canonical: the one encoding of section 4 of common/bus/PROTOCOL.md, read and written.

Reading takes bytes to dictionaries by key, lists, texts, bytes, integers and True, and refuses whatever is not
the shortest form. What the keys mean is the tables' (tables.py)."""

import hashlib
import struct

DEPTH_MAX = 8
VALUES_MAX = 65536
INTEGER_MAX = 2**63 - 1
INTEGER_MIN = -2**63


class Malformed(Exception):
    """These bytes are not in canonical form, or do not fit their table."""


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# first byte: (how the number behind it is written, the smallest that needs so much room)
UNSIGNED = {0xCC: (">B", 128), 0xCD: (">H", 256), 0xCE: (">I", 65536), 0xCF: (">Q", 2**32)}
SIGNED = {0xD0: (">b", -33), 0xD1: (">h", -129), 0xD2: (">i", -32769), 0xD3: (">q", -2**31 - 1)}
STR = {0xD9: (">B", 32), 0xDA: (">H", 256), 0xDB: (">I", 65536)}
BIN = {0xC4: (">B", 0), 0xC5: (">H", 256), 0xC6: (">I", 65536)}
ARRAY = {0xDC: (">H", 16), 0xDD: (">I", 65536)}
MAP = {0xDE: (">H", 16), 0xDF: (">I", 65536)}


class _Reader:
    def __init__(self, data):
        self.data, self.at, self.values = data, 0, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Malformed("cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def length(self, row):
        form, least = row
        number = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        if number < least:
            raise Malformed("not the shortest form")
        return number

    def negative(self, row):
        form, most = row
        number = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        if number > most:
            raise Malformed("not the shortest form")
        return number

    def text(self, count):
        try:
            return self.take(count).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("a text is not UTF-8") from error

    def array(self, count, depth):
        if depth == DEPTH_MAX:
            raise Malformed("nested too deeply")
        return [self.value(depth + 1) for _ in range(count)]

    def map(self, count, depth):
        if depth == DEPTH_MAX:
            raise Malformed("nested too deeply")
        found, last = {}, -1
        for _ in range(count):
            key = self.value(depth + 1)
            if type(key) is not int or key <= last:  # True is an integer to isinstance
                raise Malformed("the keys of a map are integers, each above the one before")
            last = key
            found[key] = self.value(depth + 1)
        return found

    def value(self, depth):
        self.values += 1
        if self.values > VALUES_MAX:
            raise Malformed("too many values")
        first = self.take(1)[0]
        if first < 0x80:
            return first
        if first < 0x90:
            return self.map(first & 0x0F, depth)
        if first < 0xA0:
            return self.array(first & 0x0F, depth)
        if first < 0xC0:
            return self.text(first & 0x1F)
        if first >= 0xE0:
            return first - 256
        return self.longer(first, depth)

    def longer(self, first, depth):
        if first == 0xC3:
            return True
        if first in BIN:
            return self.take(self.length(BIN[first]))
        if first in STR:
            return self.text(self.length(STR[first]))
        if first in UNSIGNED:
            number = self.length(UNSIGNED[first])
            if number > INTEGER_MAX:
                raise Malformed("an integer beyond 2^63 - 1")
            return number
        if first in SIGNED:
            return self.negative(SIGNED[first])
        if first in ARRAY:
            return self.array(self.length(ARRAY[first]), depth)
        if first in MAP:
            return self.map(self.length(MAP[first]), depth)
        raise Malformed(f"a type that is not used: {first:02x}")


def read(data):
    """The map that these bytes are."""
    reader = _Reader(data)
    found = reader.value(0)
    if not isinstance(found, dict):
        raise Malformed("a map is expected")
    if reader.at != len(data):
        raise Malformed("something follows the end")
    return found


# ---- writing ----

def _head(number, tiny, tiny_below, rows):
    if number < tiny_below:
        return bytes([tiny | number])
    for first, (form, _) in rows.items():
        if number < 256**struct.calcsize(form):
            return bytes([first]) + struct.pack(form, number)
    raise ValueError(number)


def _integer(number):
    if number >= 0:
        return _head(number, 0, 128, UNSIGNED)
    if number >= -32:
        return struct.pack(">b", number)
    for first, (form, _) in SIGNED.items():
        if number >= -256**struct.calcsize(form) // 2:
            return bytes([first]) + struct.pack(form, number)
    raise ValueError(number)


def write(value):
    """Keys in order, shortest forms; what is empty the caller has left out."""
    if value is True:
        return b"\xc3"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, str):
        data = value.encode()
        return _head(len(data), 0xA0, 32, STR) + data
    if isinstance(value, bytes):
        return _head(len(value), 0, 0, BIN) + value
    if isinstance(value, list):
        return _head(len(value), 0x90, 16, ARRAY) + b"".join(map(write, value))
    return _head(len(value), 0x80, 16, MAP) + b"".join(write(k) + write(v) for k, v in sorted(value.items()))
