#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""confined UNIT COMMAND...: becomes the command inside the sandbox that the unit describes.

For tests where no systemd runs: the unit's system calls, address families and memory rules, by
libseccomp. What is not allowed fails with EPERM. Exit code 125 where the kernel takes no filter."""

import ctypes
import errno
import os
import socket
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def settings(name):
    """Section.key -> its values, in the file's order: systemd lets a key come more than once."""
    found, section = {}, ""
    with open(f"{ROOT}/systemd/{name}", encoding="utf-8") as file:
        lines = file.read().splitlines()
    for line in lines:
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(f"{section}.{key}", []).append(value)
    return found


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


EQUAL, MASKED_EQUAL = 4, 7
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
PROT_WRITE, PROT_EXEC = 2, 4
NO_FILTER = 125


def system_calls(unit):
    """The list that SystemCallFilter= amounts to, names of sets resolved by systemd itself."""
    sets = {}
    printed = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], check=True,
                             text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL).stdout
    for line in printed.splitlines():
        if line.startswith("@"):
            sets[line] = current = []
        elif line.startswith("    ") and not line.strip().startswith("#"):
            current.append(line.strip())

    def resolved(words):
        names = set()
        for word in words:
            names |= resolved(sets[word]) if word.startswith("@") else {word}
        return names

    allowed = resolved(["@default"])
    for value in unit["Service.SystemCallFilter"]:
        names = resolved(value.lstrip("~").split())
        allowed = allowed - names if value.startswith("~") else allowed | names
    return allowed | resolved(["@default"])


def confine(unit):
    """From here on this process has what the unit leaves it. False: the kernel takes no filter."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    allow = ctypes.c_uint32(ALLOW)
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ERRNO | errno.EPERM)))

    def rule(name, *compares):
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            array = (Compare * len(compares))(*compares)
            return library.seccomp_rule_add_array(context, allow, number, len(compares), array)
        return 0

    both = PROT_WRITE | PROT_EXEC
    families = [int(getattr(socket, name))
                for name in unit["Service.RestrictAddressFamilies"][0].split()]
    special = {"socket": [[Compare(0, EQUAL, family, 0)] for family in families],
               "mmap": [[Compare(2, MASKED_EQUAL, both, bits)]
                        for bits in (0, PROT_WRITE, PROT_EXEC)],
               "mprotect": [[Compare(2, MASKED_EQUAL, PROT_EXEC, 0)]]}
    assert unit["Service.MemoryDenyWriteExecute"] == ["yes"]
    for name in sorted(system_calls(unit)):
        for compares in special.get(name, [[]]):
            assert rule(name, *compares) == 0, name
    return library.seccomp_load(context) == 0


def main():
    unit = settings(sys.argv[1])
    if not confine(unit):
        os._exit(NO_FILTER)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
