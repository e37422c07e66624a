# SPDX-License-Identifier: Apache-2.0
"""people: who is enrolled with which key, in which roles, and who acts for whom, as the events say it."""

import struct

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from canonical import sha

RESTORED, RULES, CONFIRM = 2, 4, 18
MANDATE_GRANT, MANDATE_END, DELEGATION_GRANT, DELEGATION_END = 25, 26, 27, 28
COORDINATOR, ARCHIVER, DEPARTMENT = 1, 2, 3
AHEAD_MS = 10 * 60_000
LIFE_MAX_MS = 90 * 86_400_000


class Refused(Exception):
    """What the rules would not have let through."""


def refuse_unless(fits, why):
    if not fits:
        raise Refused(why)


def signed_by(key, message, signature):
    try:
        VerifyKey(key).verify(message, signature)
        return True
    except (BadSignatureError, ValueError):
        return False


def signature_holds(key, domain, data, signature, scheme=1):
    """Section 5: over domain, 00, scheme, bytes."""
    return signed_by(key, domain + b"\0" + bytes([scheme]) + data, signature)


def batch_covered(command, index, size, path):
    """Section 5, scheme 2: size and root of the batch in which the command stands; None: the path leads to no root.
    RFC 9162, 2.1.3.2."""
    if not index < size or len(path) % 32:
        return None
    number, last, root = index, size - 1, sha(b"\0", command)
    for beside in (path[at:at + 32] for at in range(0, len(path), 32)):
        if last == 0:
            return None
        if number % 2 or number == last:
            root = sha(b"\1", beside, root)
            while number % 2 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            root = sha(b"\1", root, beside)
        number, last = number >> 1, last >> 1
    return struct.pack(">Q", size) + root if last == 0 else None


def command_holds(event):
    """A command's signature, alone or over its batch."""
    covered = event.command_bytes if event.scheme == 1 else batch_covered(event.command_bytes, *event.place)
    return covered is not None and signature_holds(event.key, b"countersign/command/1", covered, event.signature,
                                                   event.scheme)


def daemon_id(domain, data):
    """UUIDv8 of a hash (RFC 9562, 5.8)."""
    high, low = struct.unpack(">QQ", sha(domain, b"\0", data)[:16])
    return struct.pack(">QQ", high & ~0xF000 | 0x8000, low & ~(3 << 62) | 2 << 62)


class Person:
    def __init__(self, ident, body, key):
        self.ident, self.handle, self.key = ident, body["handle"], key
        self.roles, self.department = body.get("roles", []), body.get("department", "")
        self.administrator, self.revoked = body.get("administrator", False), False
        self.behalf = b""

    def acting(self, delegation):
        """As the delegate of somebody: in that one role, and no administrator."""
        other = Person.__new__(Person)
        other.__dict__ = dict(self.__dict__, roles=[delegation["role"]], administrator=False,
                              behalf=delegation["grantor"])
        return other


class Station:
    def __init__(self):
        self.revoked = False


class Daemon:
    def __init__(self, part, key, department=""):
        self.part, self.key, self.department, self.revoked = part, key, department, False


def role_of(procedure, key):
    return next((role for role in procedure["roles"] if role["key"] == key), None)


def department_of(procedure, key):
    return next((entry for entry in procedure["departments"] if entry["key"] == key), None)


def may(procedure, person, act):
    return any(act in role["may"] for role in map(lambda key: role_of(procedure, key), person.roles) if role)


def delegable(procedure, role, person):
    entry = procedure and role_of(procedure, role)
    return bool(entry) and (role in person.roles or any(other in person.roles for other in entry["delegates"]))


class Directory:
    """The fold. `procedure` is the edition in force where one is asked for; None before the first."""

    def __init__(self):
        self.persons, self.stations, self.daemons = {}, {}, {}
        self.keys = {}      # key -> (person's id, revoked)
        self.pending = {}   # command id -> (kind, object, body, by)
        self.mandates, self.delegations = {}, {}
        self.genesis_case, self.recovery, self.archiver, self.rules = b"", b"", b"", 0

    # ---- folding ----

    def genesis(self, ident, body):
        self.genesis_case, self.rules = ident, body["rules"]
        self.recovery, self.archiver = body["recovery_key"], body["archiver_key"]
        self.add(Person(ident, {"handle": body["handle"], "administrator": True}, body["administrator_key"]))
        for name, part in (("coordinator", COORDINATOR), ("archiver", ARCHIVER)):
            key = body[f"{name}_key"]
            self.daemons[daemon_id(f"countersign/{name}".encode(), key)] = Daemon(part, key)

    def add(self, person):
        self.persons[person.ident] = person
        self.keys.setdefault(person.key, (person.ident, False))

    def administrators(self):
        return sum(person.administrator and not person.revoked for person in self.persons.values())

    def apply(self, kind, event):
        """A command's event of the directory, or `ledger.rules`."""
        if kind.code == CONFIRM:
            self.confirm(event.body)
        elif kind.code == MANDATE_GRANT:
            self.mandates[event.object] = dict(event.body, grantor=event.command["actor"], ended=False)
        elif kind.code == DELEGATION_GRANT:
            self.delegations[event.object] = dict(event.body, grantor=event.command["actor"], ended=False)
        elif kind.code == MANDATE_END:
            self.mandates[event.object]["ended"] = True
        elif kind.code == DELEGATION_END:
            self.delegations[event.object]["ended"] = True
        elif self.administrators() < 2:
            self.effect(kind.name, event.object, event.body)
        else:
            self.pending[event.command["id"]] = (kind.name, event.object, event.body, event.command["actor"])

    def confirm(self, body):
        name, target, act, _ = self.pending.pop(body["pending"])
        if not body["refuse"]:
            self.effect(name, target, act)

    def effect(self, name, target, body):
        """What an administrator's act does once it counts."""
        if name == "person.enrol":
            self.add(Person(target, body, body["key"]))
        elif name == "person.change":
            person = self.persons[target]
            person.roles, person.administrator, person.department = \
                body["roles"], body["administrator"], body["department"]
        elif name == "person.revoke":
            self.persons[target].revoked = True
        elif name == "key.replace" and target in self.daemons:
            daemon = self.daemons[target]
            self.keys[daemon.key] = (target, True)  # no person's; not given again
            daemon.key = body["key"]
            if daemon.part == ARCHIVER:
                self.archiver = body["key"]  # of checkpoints from here on
        elif name == "key.replace":
            self.keys = {key: (of, revoked or of == target) for key, (of, revoked) in self.keys.items()}
            self.persons[target].key = body["key"]
            self.keys.setdefault(body["key"], (target, False))
        elif name == "station.enrol":
            self.stations[target] = Station()
        elif name == "station.revoke":
            self.stations[target].revoked = True
        elif name == "daemon.enrol":
            self.daemons[target] = Daemon(body["part"], body["key"], body["department"])
        elif name == "daemon.revoke":
            self.daemons[target].revoked = True
        elif name == "ledger.rules":
            self.rules = body["rules"]

    # ---- who signed ----

    def signer(self, kind, event, procedure):
        """(person, daemon) whose command this is: one of them, or neither for genesis and the recovery key."""
        command = event.command
        refuse_unless(command["claimed"] <= event.time + AHEAD_MS, "claimed more than 10 minutes ahead of its time")
        refuse_unless(command["expiry"] - command["claimed"] <= LIFE_MAX_MS, "its expiry is more than 90 days off")
        refuse_unless(command["expiry"] >= event.time, "it had expired")
        if event.position == 1:
            refuse_unless(event.key == event.body["administrator_key"] and command["actor"] == command["id"],
                          "not signed by the administrator that it names")
            return None, None
        if event.key == self.recovery and command["actor"] == self.genesis_case and kind.code == CONFIRM:
            return None, None
        if event.key not in self.keys:
            return None, self.signing_daemon(kind, event)
        ident, revoked = self.keys[event.key]
        refuse_unless(ident == command["actor"], "the key is not that of whoever is named")
        person = self.persons[ident]
        refuse_unless(not revoked and not person.revoked, "the key was revoked or replaced")
        self.check_station(command["station"], person)
        return self.acting(kind, event, person, procedure), None

    def signing_daemon(self, kind, event):
        daemon = self.daemons.get(event.command["actor"])
        refuse_unless(daemon and daemon.key == event.key, "the key belongs to nobody who is named as actor")
        refuse_unless(not daemon.revoked, "the daemon was revoked")
        refuse_unless(kind.by_daemon, f"a daemon does not sign {kind.name}")
        return daemon

    def check_station(self, ident, person):
        if not any(ident):
            refuse_unless(not self.stations or person.administrator, "signed at no workstation")
            return
        station = self.stations.get(ident)
        refuse_unless(station and not station.revoked, "the workstation is not enrolled (any more)")

    def acting(self, kind, event, person, procedure):
        mandate = event.command["mandate"]
        if not any(mandate):
            return person
        delegation = self.delegations.get(mandate)
        if not delegation and kind.name in ("round.verdict", "round.retract"):
            return person  # a forward: the review knows
        refuse_unless(delegation and delegation["delegate"] == person.ident, "cites no delegation to its signer")
        refuse_unless(kind.scope >= 3 and kind.name != "round.forward", f"{kind.name} is not done for somebody else")
        refuse_unless(self.delegation_holds(delegation, person, event.time, procedure), "the delegation did not hold")
        return person.acting(delegation)

    def delegation_holds(self, delegation, delegate, time, procedure):
        grantor = self.persons[delegation["grantor"]]
        return not delegation["ended"] and delegation["from"] <= time <= delegation["until"] \
            and not grantor.revoked and delegation["role"] in grantor.roles \
            and delegable(procedure, delegation["role"], delegate)

    def behalf(self, mandate):
        """For whom was acted under this delegation; b"" for nobody."""
        delegation = self.delegations.get(mandate)
        return delegation["grantor"] if delegation else b""

    # ---- may it ----

    def check(self, kind, event, person, procedure):
        """What an act of the directory must fulfil."""
        if kind.code == CONFIRM:
            self.check_confirm(event.body, person)
        elif kind.code == MANDATE_GRANT:
            department = procedure and department_of(procedure, event.body["department"])
            refuse_unless(person and department and may(procedure, person, 9) and
                          department["manager"] in person.roles, "not by who manages the department")
        elif kind.code == DELEGATION_GRANT:
            refuse_unless(person and event.body["role"] in person.roles, "a role that its grantor does not hold")
        elif kind.code in (MANDATE_END, DELEGATION_END):
            self.check_end(self.mandates if kind.code == MANDATE_END else self.delegations, event, person)
        else:
            refuse_unless(person and person.administrator, "not by an administrator")
            self.check_act(kind.name, event.object, event.body)

    @staticmethod
    def check_end(granted, event, person):
        entry = granted.get(event.object)
        refuse_unless(entry and not entry["ended"], "nothing that could be ended")
        refuse_unless(person and (person.administrator or person.ident in (entry["grantor"], entry.get("delegate"))),
                      "not ended by who may")

    def check_confirm(self, body, person):
        refuse_unless(body["pending"] in self.pending, "nothing of this id waits for confirmation")
        name, target, act, by = self.pending[body["pending"]]
        if person:
            refuse_unless(person.administrator, "not confirmed by an administrator")
            refuse_unless(body["refuse"] or person.ident != by, "confirmed by the administrator who asked for it")
        if not body["refuse"]:
            self.check_act(name, target, act)

    def check_act(self, name, target, body):
        """Once when it is asked for, and once more when it is confirmed."""
        known = {"person": self.persons, "key": self.persons, "station": self.stations, "daemon": self.daemons}
        what, act = name.split(".")
        if act in ("change", "revoke", "replace"):
            entry = known[what].get(target) or (self.daemons.get(target) if what == "key" else None)
            refuse_unless(entry and not entry.revoked, f"{name} of what is not enrolled")
        if name in ("person.enrol", "daemon.enrol", "key.replace"):
            used = body["key"] in self.keys or any(d.key == body["key"] for d in self.daemons.values())
            refuse_unless(not used and body["key"] != self.recovery, "a key that was used before")
        if name == "person.enrol":
            refuse_unless(all(p.handle != body["handle"] for p in self.persons.values()), "a handle given before")
        if name == "key.replace" and target in self.daemons:
            refuse_unless(self.daemons[target].part != COORDINATOR, "genesis names the coordinator's key")
        if name == "daemon.enrol":
            refuse_unless(body["part"] not in (COORDINATOR, ARCHIVER), "genesis names coordinator and archiver")
        if name == "daemon.revoke":
            refuse_unless(self.daemons[target].part not in (COORDINATOR, ARCHIVER), "genesis names this daemon")
        if name == "person.revoke" or name == "person.change" and not body["administrator"]:
            refuse_unless(not self.persons[target].administrator or self.administrators() > 1,
                          "the last administrator is removed")
