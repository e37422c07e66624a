# SPDX-License-Identifier: Apache-2.0
"""cases: orders and customers' feedback folded from their events: what may be said of one as it stands, and what
must follow by itself."""

import datetime

import canonical
from canonical import sha
from people import DEPARTMENT, department_of, may, refuse_unless
from tables import CASE, ORDER

EPOCH = datetime.date(1970, 1, 1)
MANUAL, AUTO = 1, 3
COMPLETE, BY_CUSTOMER = 1, 4
ABLE = 1
DUPLICATE = "duplicate"
NUMBERED, PROPOSED, OPENED, TALLIED, COMPLETED, EFFECTIVE, CUSTOMER_NUMBERED, DISPOSED = range(80, 88)
ACTS = {60: 1, 61: 2, 62: 3, 69: 4, 70: 5, 71: 6, 100: 11, 101: 11, 102: 12, 103: 13, 104: 14, 105: 15, 106: 16,
        107: 17, 108: 18, 131: 23, 132: 23}
IN_REVIEW = (64, 65, 66, 67, 72, 73)
SIGN = 68
CUSTOMER_CONFIRM = 62
OUTLIVES = (107, 111, 112, 113)  # said also of what is over
ORDER_STEPS = {"registered": {61, 62, 63, 69, 70, 71}, "awaiting customer": {61, 62, 69, 70, 71},
               "in review": {*IN_REVIEW, 69, 70, 71}, "to negotiate": {69, 70, 71},
               "awaiting signature": {62, SIGN, 69, 71}, "effective": {69, 71}, "ended": set()}
FEEDBACK_STEPS = {"received": {101, 102, 103, 104, 106, 108}, "in review": {*IN_REVIEW, 101, 102, 103, 104, 106, 108},
                  "awaiting signature": {SIGN, 102, 104, 106}, "to answer": {101, 102, 103, 104, 105, 106, 108},
                  "answered": {104, 105, 106, 107, 108}, "ended": {107}}


def day_of(time, procedure):
    local = time + procedure["offset_minutes"] * 60_000
    return EPOCH + datetime.timedelta(days=local // 86_400_000)


def digest_of(content):
    return sha(b"countersign/requirements/1\0", canonical.write(content))


def by_key(entries, key):
    return next((entry for entry in entries if entry["key"] == key), None)


# ---- scales: the words of the departments, and what they come to ----

class Fulfilment:
    verdicts, signable = {1: "accept", 2: "conditions", 3: "reject"}, {1}

    @staticmethod
    def tally(counts):
        return 3 if counts["reject"] else 2 if counts["conditions"] else 1

    @staticmethod
    def lets(tally, outcome):
        return outcome == 3 or outcome == 1 == tally or outcome == 2 and tally != 1


class Responsibility:
    verdicts, signable = {4: "ours", 5: "partly", 6: "not_ours"}, {4, 5, 6}

    @staticmethod
    def tally(counts):
        if not counts["partly"] and not counts["not_ours"]:
            return 4
        return 6 if not counts["partly"] and not counts["ours"] else 5

    @staticmethod
    def lets(tally, outcome):
        return outcome in (4, 5, 6) and (tally, outcome) not in ((4, 6), (6, 4))


class Adoption:
    verdicts, signable = Fulfilment.verdicts, {7, 8}

    @staticmethod
    def tally(counts):
        return 8 if counts["reject"] else 7

    @staticmethod
    def lets(tally, outcome):
        return outcome == 8 or outcome == 7 == tally


# ---- one review ----

class Round:
    def __init__(self, body):
        self.number, self.procedure, self.departments = body["round"], body["procedure"], list(body["departments"])
        self.standing, self.forwards = {}, {}  # department -> (verdict, by whom); command id -> (by whom, body)
        self.conclusion, self.signatures = None, []
        self.tallied, self.stale = 0, False

    def waiting(self):
        return [department for department in self.departments if department not in self.standing]

    def tally(self, scale):
        """The body of the tally that follows now; None: somebody has still to speak."""
        if self.waiting() or not self.departments:
            return None
        counts = dict.fromkeys(("accept", "conditions", "reject", "ours", "partly", "not_ours"), 0)
        for verdict, _ in self.standing.values():
            counts[scale.verdicts[verdict]] += 1
        return dict(counts, round=self.number, outcome=scale.tally(counts))

    def apply(self, event):
        name, body = event.kind.name, event.body
        if name == "round.verdict" and body["department"] in self.departments:
            self.standing[body["department"]] = (body["verdict"], event.command["actor"])
            self.stale = True
        elif name == "round.retract":
            self.stale = bool(self.standing.pop(body["department"], None)) or self.stale
        elif name == "round.forward":
            self.forwards[event.command["id"]] = (event.command["actor"], body)
        elif name == "round.add-reviewer" and body["department"] not in self.departments and not self.conclusion:
            self.departments.append(body["department"])
            self.stale = True
        elif name == "round.tallied":
            self.tallied, self.stale = body["outcome"], False
        elif name == "round.conclude":
            self.conclusion = body
        elif name == "round.sign":
            self.signatures.append(body["meaning"])


# ---- one case ----

class Case:
    """What orders and feedback have in common. `law` is the ledger's state: editions, directory, numbers."""

    def __init__(self, event, law):
        self.ident, self.law, self.scope = event.object, law, event.kind.scope
        self.version, self.revision, self.content, self.digest = 0, 0, {}, b""
        self.registrant = self.author = (event.command["actor"], event.command["mandate"])
        self.edition_at, self.last_time, self.number = 0, 0, ""
        self.rounds, self.superseded = [], True

    # ---- asking ----

    @property
    def round(self):
        return None if self.superseded else self.rounds[-1]

    def seats(self):
        """The edition that its review keeps; without one, that in force."""
        return self.law.editions[self.round.procedure] if self.round else self.law.in_force

    def edition(self):
        """The edition that its review keeps; without one, that at its last event."""
        return self.law.editions.get(self.round.procedure if self.round else self.edition_at)

    def next_step(self, review_class):
        """The signature that is awaited."""
        done = self.round
        if not done or not review_class or not done.conclusion or done.conclusion["outcome"] not in self.scale.signable:
            return None
        return review_class["steps"][len(done.signatures)] if len(done.signatures) < len(review_class["steps"]) else None

    # ---- folding ----

    def apply(self, event):
        self.last_time = event.time
        if event.kind.aside:
            return
        self.version += 1
        self.edition_at = event.procedure
        self.apply_own(event)
        if event.kind.code == OPENED:
            self.rounds.append(Round(event.body))
            self.superseded = False
        elif self.round and event.kind.scope == CASE:
            self.round.apply(event)

    def revise(self, content, author):
        self.revision, self.content, self.digest, self.author = self.revision + 1, content, digest_of(content), author

    # ---- may it ----

    def check(self, event, person, daemon):
        """A command that speaks of this case; Refused if it would not have been let in."""
        kind, command = event.kind, event.command
        refuse_unless(kind.scope in (CASE, self.scope), f"{kind.name} of a case of another kind")
        refuse_unless(self.state != "ended" or kind.code in OUTLIVES or kind.aside, "the case is closed")
        if kind.judges:
            refuse_unless(command["revision"] == self.revision, f"the case is at revision {self.revision}")
            refuse_unless(command["digest"] == self.digest, "the digest is not that of the case's content")
        refuse_unless(not kind.versioned or command["version"] == self.version,
                      f"the case has {self.version} events, not {command['version']}")
        if kind.aside:
            refuse_unless(daemon and daemon.part == 4 if kind.name == "notify.outcome" else person, "not by who may")
        elif kind.code < 110:
            refuse_unless(kind.code in self.steps[self.state], f"{kind.name} of a case that is {self.state}")
        if kind.code == CUSTOMER_CONFIRM and self.state == "awaiting signature":
            step = self.next_step(self.review_class(self.seats()))
            refuse_unless(step and step["meaning"] == BY_CUSTOMER, "the customer's word is not the signature that is next")
        if kind.code in ACTS:
            refuse_unless(person and may(self.law.in_force, person, ACTS[kind.code]), "none of the signer's roles may")
        elif kind.code >= 110:
            refuse_unless(person or kind.aside, "not by a person")
        elif not kind.aside:
            self.check_review(event, person, daemon)

    def check_review(self, event, person, daemon):
        name, body = event.kind.name, event.body
        review_class = self.review_class(self.seats())
        if name == "order.convene":
            refuse_unless(review_class and review_class["convener"], "a class that nobody convenes")
            self.check_seat(person, review_class["convener"], review_class["convener_stand_in"])
        elif name == "round.conclude":
            self.check_conclude(body, person, review_class)
        elif name == "round.sign":
            step = self.next_step(review_class)
            refuse_unless(step and step["meaning"] == body["meaning"] != BY_CUSTOMER, "not the signature that is next")
            self.check_seat(person, step["role"], step["stand_in"])
        elif name == "round.add-reviewer":
            refuse_unless(body["department"] not in self.round.departments, "a department that is asked")
            refuse_unless(person and (may(self.law.in_force, person, 24) or review_class and
                                      {review_class["concluder"], review_class["convener"]} & set(person.roles)),
                          "a reviewer added by who may not")
        else:
            self.check_department(event, person, daemon, review_class)

    def check_conclude(self, body, person, review_class):
        done = self.round
        refuse_unless(not done.waiting() and done.tallied and not done.stale, "departments have still to speak")
        refuse_unless(self.scale.lets(done.tallied, body["outcome"]), "the conclusion contradicts the tally")
        refuse_unless(review_class, "no class that could be concluded")
        self.check_seat(person, review_class["concluder"], review_class["concluder_stand_in"])

    def check_department(self, event, person, daemon, review_class):
        """Verdict, retraction, forward, advice: of a department that was asked, by who speaks for it."""
        name, body = event.kind.name, event.body
        department = body["department"]
        refuse_unless(department in self.round.departments, f"{department} was not asked")
        refuse_unless(name != "round.retract" or department in self.round.standing, "no verdict to take back")
        if name == "round.verdict":
            refuse_unless(body["verdict"] in self.scale.verdicts, "a verdict of another scale")
        if daemon:
            self.check_daemon(event, daemon, review_class)
            return
        refuse_unless(person and name != "round.advise", "only a department's daemon advises")
        if any(event.command["mandate"]) and not person.behalf:
            self.check_forward(event.command["mandate"], department, person)
        else:
            refuse_unless(self.speaks(department, person), f"its signer does not speak for {department}")

    def speaks(self, department, person):
        entry = department_of(self.seats(), department)
        return bool(entry) and bool(set(entry["reviewers"]) & set(person.roles))

    def check_forward(self, mandate, department, person):
        by, body = self.round.forwards.get(mandate, (b"", None))
        refuse_unless(body and body["to"] == person.ident and body["department"] == department,
                      "it was not forwarded to its signer in this review")
        forwarder = self.law.directory.persons[by]
        refuse_unless(not forwarder.revoked and self.speaks(department, forwarder),
                      "who forwarded it no longer speaks for the department")

    def check_daemon(self, event, daemon, review_class):
        body = event.body
        asked = next((row for row in (review_class or {}).get("reviewers", ())
                      if row["department"] == body["department"]), None)
        refuse_unless(daemon.part == DEPARTMENT and daemon.department == body["department"],
                      "the daemon of another department")
        if event.kind.name == "round.advise":
            refuse_unless(asked and asked["mode"] != MANUAL, "advice that nobody wants")
            return
        refuse_unless(event.kind.name == "round.verdict" and asked and asked["mode"] == AUTO,
                      "a daemon's word where people speak")
        standing = self.round.standing.get(body["department"])
        refuse_unless(not standing or standing[1] not in self.law.directory.persons, "a person has spoken")
        self.check_mandate(event, body, review_class)

    def check_mandate(self, event, body, review_class):
        mandate = self.law.directory.mandates.get(event.command["mandate"])
        refuse_unless(mandate, "it names no mandate that is known")
        said = body["assessment"]
        refuse_unless(said and said[0]["certain"] and said[0]["verdict"] == body["verdict"], "no rule is sure of it")
        department = department_of(self.law.in_force, mandate["department"])
        grantor = self.law.directory.persons[mandate["grantor"]]
        refuse_unless(not mandate["ended"] and mandate["until"] >= event.time and department and not grantor.revoked and
                      department["manager"] in grantor.roles, "the mandate had ended")
        refuse_unless(mandate["department"] == body["department"] and mandate["rule"] == said[0]["rule"] and
                      review_class["key"] in mandate["classes"], "the mandate does not cover it")

    # ---- four eyes ----

    def wrote(self, ident):
        behalf = self.law.directory.behalf
        return any(ident in (actor, behalf(mandate)) for actor, mandate in (self.registrant, self.author))

    def barred(self, person):
        return self.seats()["four_eyes"] and (self.wrote(person.ident) or
                                              bool(person.behalf) and self.wrote(person.behalf))

    def vacant(self, role):
        return all(person.revoked or role not in person.roles or self.barred(person)
                   for person in self.law.directory.persons.values())

    def check_seat(self, person, role, stand_in):
        refuse_unless(person, "not by a person")
        if not role or role not in person.roles:
            refuse_unless(stand_in and stand_in in person.roles, f"this is for the role {role}")
            refuse_unless(self.vacant(role), f"{stand_in} steps in only where four eyes bar every {role}")
        refuse_unless(not self.barred(person), "four eyes: its signer registered the case or wrote its revision")

    # ---- what follows ----

    def numbered(self, series, prefix, registered):
        return NUMBERED, self.law.next_number(series, prefix, registered, self.edition())

    def due_round(self, departments):
        return OPENED, {"round": len(self.rounds) + 1, "revision": self.revision, "digest": self.digest,
                        "departments": departments, "procedure": self.edition_at}

    def due_tally(self):
        done = self.round
        if not done or done.conclusion or done.tallied and not done.stale:
            return None
        body = done.tally(self.scale)
        return body and (TALLIED, body)


class Order(Case):
    scale, steps = Fulfilment, ORDER_STEPS

    def __init__(self, event, law):
        super().__init__(event, law)
        self.registered, self.revised, self.proposed, self.order_class = event.time, event.time, None, ""
        self.before = ("", None)  # class and proposal of the revision before
        self.word = False         # the customer's own word on this revision
        self.convened, self.completed, self.effective, self.ended = "", False, False, False

    @property
    def state(self):
        if self.ended:
            return "ended"
        if self.effective:
            return "effective"
        if self.round and self.round.conclusion:
            return "awaiting signature" if self.round.conclusion["outcome"] == ABLE else "to negotiate"
        if self.round:
            return "in review"
        edition = self.edition()
        unheard = edition and self.review_class(edition) and self.oral(edition) and not self.word
        return "awaiting customer" if unheard else "registered"

    def oral(self, edition):
        return self.content[2] in edition["oral_channels"]

    def review_class(self, edition):
        return edition and self.order_class and by_key(edition["classes"], self.order_class) or None

    def apply_own(self, event):
        name, body, author = event.kind.name, event.body, None
        if event.command:
            author = (event.command["actor"], event.command["mandate"])
        if name == "order.register":
            self.revise(event.raw_body, author)
        elif name == "order.amend":
            self.revise(event.raw_body[1][0], author)
            self.before, self.revised = (self.order_class, self.proposed), event.time
            self.order_class, self.proposed, self.word = "", None, True
            self.superseded, self.effective, self.completed = True, False, False
        elif name == "order.class-proposed":
            self.proposed = body
            self.carry_class()
        elif name == "order.classify":
            self.order_class = body["order_class"]
            if self.convened != self.order_class:
                self.convened = ""
        elif name == "order.customer-confirm":
            if self.state == "awaiting signature":
                self.round.signatures.append(BY_CUSTOMER)
            else:
                self.word = True
        elif name == "order.convene":
            self.convened = self.order_class
        elif name == "review.completed":
            self.completed = True
        elif name == "order.effective":
            self.effective = True
        elif name in ("order.decline", "order.withdraw"):
            self.ended = True
        elif name == "document.numbered":
            self.number = body["number"]

    def carry_class(self):
        """A class confirmed stays where the rules say the same, or propose what a person had chosen."""
        confirmed, proposed = self.before
        if not proposed or not confirmed or self.order_class:
            return
        same = (proposed["order_class"], proposed["reasons"]) == (self.proposed["order_class"], self.proposed["reasons"])
        chosen = proposed["order_class"] == self.proposed["order_class"] == confirmed
        if same or chosen:
            self.order_class = confirmed

    def due(self):
        edition = self.edition()
        if self.ended or not edition:
            return None
        if not self.number:
            return self.numbered(1, edition["order_prefix"], self.registered)
        if not self.proposed and edition["classes"]:
            order_class, reasons = self.law.propose(self.content, self.revised, edition)
            return PROPOSED, {"revision": self.revision, "order_class": order_class, "reasons": reasons}
        return self.due_review(edition) or self.due_tally() or self.due_end(edition)

    def due_review(self, edition):
        review_class = self.review_class(edition)
        if self.round or not review_class or not review_class["reviewers"] or \
                review_class["convener"] and not self.convened or self.oral(edition) and not self.word:
            return None
        return self.due_round([row["department"] for row in review_class["reviewers"]])

    def due_end(self, edition):
        if not self.completed and self.round and COMPLETE in self.round.signatures:
            return COMPLETED, {"revision": self.revision}
        review_class = self.review_class(edition)
        if self.state == "awaiting signature" and review_class and \
                len(self.round.signatures) >= len(review_class["steps"]):
            return EFFECTIVE, {"revision": self.revision}
        return None


class Feedback(Case):
    steps = FEEDBACK_STEPS

    def __init__(self, event, law):
        super().__init__(event, law)
        self.said, self.triage = set(), None
        self.numbers = {}  # complaint or not -> its number in that register
        self.disposed, self.answered, self.closed = False, False, False

    @property
    def scale(self):
        return Responsibility if self.content[1] in (1, 5) else Adoption

    @property
    def state(self):
        if self.closed or self.answered or self.disposed:
            return "ended" if self.closed else "answered" if self.answered else "to answer"
        if self.round:
            return "awaiting signature" if self.round.conclusion else "in review"
        review_class = self.review_class(self.edition())
        waits = not review_class or self.missing(review_class) or self.reviewed(review_class)
        return "received" if waits else "to answer"

    def missing(self, review_class):
        return [stage for stage in review_class["before"] if stage not in self.said]

    def reviewed(self, review_class):
        return review_class and review_class["reviewers"] and not (self.triage and any(self.triage[DUPLICATE]))

    def review_class(self, edition):
        return self.fitting(edition, self.triage)

    def fitting(self, edition, triage):
        for review_class in edition["feedback"] if edition else ():
            least, safety = review_class["severity"], review_class["safety"]
            grave = not least and not safety or triage and (least and triage["severity"] >= least or
                                                            safety and triage["safety"])
            if self.content[1] in review_class["kinds"] and grave:
                return review_class
        return None

    @staticmethod
    def asked(review_class, triage):
        """The departments of the class that are asked: those that the assessment names, else all."""
        every = [row["department"] for row in review_class["reviewers"]]
        named = [department for department in every if triage and department in triage["departments"]]
        return named or every

    def start_over(self):
        self.superseded, self.disposed, self.answered = True, False, False

    def apply_own(self, event):
        name, body, author = event.kind.name, event.body, None
        if event.command:
            author = (event.command["actor"], event.command["mandate"])
        if name == "feedback.register":
            self.revise(event.raw_body, author)
        elif name == "feedback.amend":
            self.revise(event.raw_body[1][0], author)
            self.start_over()
        elif name == "feedback.reclassify":
            self.revise({**self.content, 1: body["kind"]}, self.author)
            self.start_over()
        elif name == "feedback.assess":
            self.assess(body)
        elif name == "feedback.acknowledge":
            self.said.add(1)
        elif name == "feedback.contain":
            self.said.add(3)
        elif name == "feedback.answer":
            self.answered = True
        elif name == "feedback.close":
            self.closed = True
        elif name == "feedback.reopen":
            self.closed = False
            self.start_over()
        elif name == "feedback.disposed":
            self.disposed = True
        elif name == "document.numbered":
            self.numbers[body["series"] == 3] = body["number"]
        self.number = self.numbers.get(self.content[1] == 1, "")

    def assess(self, body):
        if self.round and not self.round.conclusion:
            edition = self.edition()
            now, then = self.fitting(edition, body), self.fitting(edition, self.triage)
            if not now or now is not then or any(body[DUPLICATE]) or \
                    self.asked(now, body) != self.asked(now, self.triage):
                self.start_over()
        self.triage = body
        self.said.add(2)

    def due(self):
        edition = self.edition()
        if self.closed or not edition:
            return None
        if not self.number:
            complaint = self.content[1] == 1
            return self.numbered(3 if complaint else 4,
                                 edition["complaint_prefix" if complaint else "feedback_prefix"], self.last_time)
        review_class = self.review_class(edition)
        if self.state == "received" and review_class and not self.missing(review_class) and self.reviewed(review_class):
            return self.due_round(self.asked(review_class, self.triage))
        return self.due_tally() or self.due_disposition()

    def due_disposition(self):
        review_class, done = self.review_class(self.seats()), self.round
        if self.disposed or not done or not done.conclusion or not review_class or \
                done.conclusion["outcome"] not in self.scale.signable or \
                len(done.signatures) < len(review_class["steps"]):
            return None
        return DISPOSED, {"revision": self.revision}


def case_of(event, law):
    return (Order if event.kind.scope == ORDER else Feedback)(event, law)


class Customer:
    """Numbered from the first contact on."""

    def __init__(self, law):
        self.law, self.version, self.number = law, 0, ""

    def apply(self, event):
        self.version += 1
        if event.kind.code == CUSTOMER_NUMBERED:
            self.number = event.body["number"]
        self.last_time = event.time

    def due(self):
        if self.number:
            return None
        prefix = self.law.in_force["customer_prefix"] if self.law.in_force else ""
        return CUSTOMER_NUMBERED, self.law.next_number(2, prefix, self.last_time, self.law.in_force)
