# SPDX-License-Identifier: Apache-2.0
"""blobs: what an archive holds of attachments and contact persons, deciphered and held against its address.

Each lies enciphered by XChaCha20 under a key of its own with a nonce of zeros; without a row of its key, as it is.
The library at hand does XChaCha20 only together with Poly1305, whose cipher begins at the second block: the first one
is computed here."""

import struct

from nacl import bindings

from canonical import sha

SALT = 16
BYTES_MAX = 1048576
BLOCK = 64
MASK = 0xFFFFFFFF


def address_of(salted):
    return sha(b"countersign/blob/1\0", salted)


def _quarter(x, a, b, c, d):
    for p, q, r, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        x[p] = (x[p] + x[q]) & MASK
        x[r] ^= x[p]
        x[r] = (x[r] << turn | x[r] >> 32 - turn) & MASK


def _rounds(words):
    """The twenty rounds of ChaCha (RFC 8439, 2.3)."""
    x = list(words)
    for _ in range(10):
        for i in range(4):
            _quarter(x, i, i + 4, i + 8, i + 12)
        for i in range(4):
            _quarter(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return x


def _first_block(key):
    """Keystream of the first block of XChaCha20 with a nonce of zeros (draft-irtf-cfrg-xchacha, 2.2)."""
    constant = struct.unpack("<4I", b"expand 32-byte k")
    x = _rounds((*constant, *struct.unpack("<8I", key), 0, 0, 0, 0))
    start = (*constant, *x[:4], *x[12:], 0, 0, 0, 0)
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(_rounds(start), start)))


def turn(key, data):
    """Enciphers, and deciphers."""
    head = bytes(a ^ b for a, b in zip(data[:BLOCK], _first_block(key)))
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(data[BLOCK:], None, bytes(24), key)
    return head + sealed[:len(data) - len(head)]


def wrong(address, stored, key):
    """What is wrong with a blob of the archive; None."""
    if not isinstance(stored, bytes) or key is not None and (not isinstance(key, bytes) or len(key) != 32):
        return "the blob is not bytes under a key of 32"
    if not SALT < len(stored) <= SALT + BYTES_MAX:
        return "the blob is not 16 bytes of salt and 1 byte to 1 MiB"
    if address_of(turn(key, stored) if key else stored) != address:
        return "the blob is not what its address says"
    return None
