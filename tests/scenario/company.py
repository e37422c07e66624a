# SPDX-License-Identifier: Apache-2.0
"""company: a whole site on real processes, spoken of in its people's words.

company.person("林小禾").order_new("O01.json") runs the command line as she would. Daemons are started, killed and
stopped by their process id; a test waits for a condition, never for a time."""

import csv
import datetime
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(os.path.abspath(os.environ.get("BUILD", f"{ROOT}/build")), "bin")
DEMO = f"{ROOT}/config/demo"
PROCEDURE = f"{ROOT}/config/procedure.cfg"
DEPARTMENTS = ("sales", "planning", "production", "purchasing", "quality", "warehouse", "finance", "management")
HUB = ("coordinator", "archiver", "notifier", *(f"department {key}" for key in DEPARTMENTS))
PATIENCE = 20  # seconds for a condition
YES = ("--a1", "yes", "--a2", "na:书面订单", "--b", "yes", "--c", "yes", "--d", "na:无变更")


def monday():
    """W1 of the demo's files: this week's Monday in the company's time."""
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    return today - datetime.timedelta(days=today.weekday())


def friday(week):
    return str(monday() + datetime.timedelta(days=7 * week - 3))


def staff():
    with open(f"{DEMO}/people.csv", encoding="utf-8") as file:
        return {row["姓名"]: (row["拼音"], row["部门"]) for row in csv.DictReader(file)}


def setting(value):
    """As libconfig writes it."""
    if isinstance(value, dict):
        return "{ " + " ".join(f"{key} = {setting(one)};" for key, one in value.items()) + " }"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "( " + ", ".join(map(setting, value)) + " )"
    return json.dumps(value, ensure_ascii=False)


def documents(text):
    """The JSON documents of an output, one after the other."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        one, at = decoder.raw_decode(text, at)
        found.append(one)
    return found


class Said:
    """What became of one call of the command line."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return documents(self.out)

    def last(self):
        return self.json()[-1]

    def __repr__(self):
        return f"exit {self.code}\n{self.out}{self.err}"


class Person:
    def __init__(self, company, name):
        self.company, self.name = company, name
        self.handle, self.department = company.staff[name]

    def call(self, *words, seconds=None, station=None):
        """Whatever comes of it; whether it succeeded is the caller's business."""
        self.company.start(f"agent {station or self.department}")
        return self.company.run("--as", self.handle, *(("--station", station) if station else ()),
                                "--timeout", str(seconds or self.company.seconds), "--json", *words)

    def does(self, *words, **more):
        said = self.call(*words, **more)
        assert said.code == 0, f"{self.name}: {words}: {said}"
        for receipt in (d for d in said.json() if isinstance(d, dict) and "position" in d and "state" in d):
            self.company.note_receipt(receipt)
        return said.last() if said.out.strip() else None

    def begins(self, *words):
        """The call, under way."""
        self.company.start(f"agent {self.department}")
        return self.company.begin("--as", self.handle, "--timeout", str(self.company.seconds), "--json", *words)

    def is_refused(self, *words, **more):
        """The refusal: reason, clause, field, detail."""
        said = self.call(*words, **more)
        assert said.code != 0, f"{self.name}: {words} was not refused: {said}"
        assert said.out.strip(), f"{self.name}: {words}: {said}"
        return said.last()

    # ---- the verbs on an order ----

    def order_new(self, file, **more):
        return Order(self.company, self.does(*self.new(file), **more)["id"])

    def new(self, file):
        return ("order", "new", self.company.order_file(file), "--start", str(monday()))

    def is_refused_order_new(self, file):
        return self.is_refused(*self.new(file))

    def confirm(self, order, **more):
        return self.does("order", "confirm", order.id, **more)

    def classify(self, order, klass, reason="经确认"):
        return self.does("order", "classify", order.id, klass, "--reason", reason)

    def customer_confirms(self, order, who="采购", how="传真"):
        return self.does("order", "customer-confirm", order.id, "--who", who, "--how", how)

    def convene(self, order):
        return self.does("order", "convene", order.id)

    def verdict(self, order, verdict="accept", *more):
        return self.does("order", "verdict", order.id, verdict, *more)

    def conclude(self, order, outcome="able", *more, answers=YES):
        return self.does("order", "conclude", order.id, outcome, "--opinion", "综合意见", *answers, *more)

    def sign(self, order, meaning=None):
        return self.does("order", "sign", order.id, *(("--meaning", meaning) if meaning else ()))

    def amend(self, order, file, reason="顾客变更"):
        return self.does("order", "amend", order.id, self.company.order_file(file), "--reason", reason,
                         "--who", "采购", "--how", "邮件", "--start", str(monday()))

    def decline(self, order, reason="不能履行"):
        return self.does("order", "decline", order.id, "--reason", reason, "--told", "电话")

    def withdraw(self, order, reason="顾客取消"):
        return self.does("order", "withdraw", order.id, "--reason", reason, "--who", "采购", "--how", "电话")

    def shows(self, order):
        return self.does("order", "show", order.id)

    def why(self, order):
        return self.does("why", order.id)["waiting"]

    def inbox(self):
        """{order id: what waits for this person}"""
        return {o["id"]: [w["kind"] for w in o["mine"]] for o in self.does("inbox")["cases"]}


class Order:
    """An order, as the deputy general manager sees it."""

    def __init__(self, company, ident):
        self.company, self.id = company, ident

    def show(self):
        self.company.let_the_reader_hear()
        return self.company.reader.shows(self)

    @property
    def number(self):
        return self.show()["number"]

    @property
    def state(self):
        return self.show()["state"]

    def rounds(self):
        return self.show()["rounds"]

    def round(self):
        rounds = self.rounds()
        return rounds[-1] if rounds else {"verdicts": [], "advices": [], "departments": [], "missing": []}

    def tally(self):
        return self.round().get("tally", {}).get("outcome")

    def standing(self):
        """{department: the verdict that stands}"""
        return {v["department"]: v["verdict"] for v in self.round()["verdicts"] if v["standing"]}

    def advised(self):
        return {a["department"]: a["assessment"][0]["verdict"] for a in self.round()["advices"]}

    def wait_state(self, state):
        self.company.wait_until(lambda: self.state == state, f"{self.id} is {state}", lambda: self.state)

    def wait_tally(self, outcome="able"):
        self.company.wait_until(lambda: self.tally() == outcome, f"the tally of {self.id} is {outcome}", self.standing)

    def wait_advice(self, *departments):
        self.company.wait_until(lambda: set(self.advised()) >= set(departments), f"advice from {departments}",
                                self.advised)


class Company:
    def __init__(self, folder, seconds=10):
        self.folder, self.seconds = folder, seconds
        self.staff = staff()
        self.site = f"{folder}/s"
        self.processes = {}  # name -> Popen
        self.starts = {}     # name -> how often
        self.receipts = []   # (command id, position)
        self.calls = []
        self.files = 0

    # ---- making ----

    @classmethod
    def make(cls, procedure=PROCEDURE, people=f"{DEMO}/people.csv", admin="yiming:易明"):
        self = cls(tempfile.mkdtemp(prefix="cs", dir="/tmp"))
        with open(f"{self.folder}/pw", "w", encoding="utf-8") as file:
            file.write("geheim\n")
        if people and "\n" in people:  # a table instead of a file's name
            with open(f"{self.folder}/people.csv", "w", encoding="utf-8") as file:
                file.write(people)
            people = f"{self.folder}/people.csv"
        said = self.run("init", "--ipc", "--seal", "minimal", "--company", "重庆乌有机械制造有限公司", "--admin", admin,
                        "--procedure", procedure, *(("--people", people) if people else ()))
        assert said.code == 0, said
        self.notify("")
        return self

    def notify(self, rules, **settings):
        """The notifier's rules, in force at its next start."""
        words = {"sender": "countersign@wuyou.example.com", "domain": "wuyou.example.com", "backoff_first_seconds": 1, **settings}
        with open(f"{self.site}/notify.cfg", "w", encoding="utf-8") as file:
            for key, value in words.items():
                file.write(f"{key} = {setting(value)};\n")
            file.write(f"rules = (\n{rules}\n);\n")

    def copy(self):
        """The same site elsewhere, with all that happened; nothing of it may run."""
        assert not self.running(), self.running()
        other = Company(tempfile.mkdtemp(prefix="cs", dir="/tmp"), self.seconds)
        other.receipts = list(self.receipts)
        other.staff = dict(self.staff)
        shutil.copytree(self.folder, other.folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("*.sock", "log", "*.endpoint"))
        for folder, _, names in os.walk(other.site):
            for name in (n for n in names if n.endswith(".cfg")):
                with open(f"{folder}/{name}", encoding="utf-8") as file:
                    text = file.read()
                with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                    file.write(text.replace(self.site + "/", other.site + "/"))
        return other

    def fill(self):
        """The demo's customers and reference data, and mandates for what is reviewed automatically."""
        self.person("林小禾").does("customer", "import", f"{DEMO}/customers.json")
        tables = [f"{DEMO}/{name}.csv" for name in ("capacity", "stock", "products", "capabilities")]
        self.person("田小满").does("reference", "import", *tables, "--start", str(monday()))
        for name, key, rule in (("宋知行", "sales", "completeness"), ("罗应时", "planning", "delivery"),
                                ("邓采薇", "purchasing", "material")):
            self.person(name).does("mandate", "grant", key, rule, "--classes", "regular", "--until", "2099-12-31")

    def remove(self):
        for process in (p for p in self.processes.values() if p.poll() is None):
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- processes ----

    def env(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "COUNTERSIGN_", "NOTIFY_"))}
        return dict(env, COUNTERSIGN_SITE=self.site, COUNTERSIGN_PASSPHRASE_FILE=f"{self.folder}/pw",
                    COUNTERSIGN_TEMPLATES=f"{ROOT}/config/templates", COUNTERSIGN_LOCALE=f"{os.path.dirname(BIN)}/locale", LC_ALL="C.UTF-8")

    def begin(self, *words):
        return subprocess.Popen([f"{BIN}/countersign", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=self.env())

    def end(self, call):
        out, err = call.communicate(timeout=120)
        said = Said(call.returncode, out, err)
        self.calls.append((call.args[1:], said))
        return said

    def run(self, *words):
        return self.end(self.begin(*words))

    def state(self, daemon, file=""):
        return f"{self.site}/state/{daemon.replace(' ', '-')}" + (f"/{file}" if file else "")

    def log_path(self, daemon, which=None):
        return f"{self.folder}/log/{daemon.replace(' ', '-')}.{which or self.starts[daemon]}"

    def log(self, daemon):
        """What it said since its last start."""
        with open(self.log_path(daemon), encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_running(self, daemon):
        return daemon in self.processes and self.processes[daemon].poll() is None

    def running(self):
        return [name for name in self.processes if self.is_running(name)]

    def prefix(self, daemon):
        """Words before the program that bring it elsewhere."""
        return []

    def launch(self, daemon, *options):
        """Started, not yet ready."""
        os.makedirs(f"{self.folder}/log", exist_ok=True)
        self.starts[daemon] = self.starts.get(daemon, 0) + 1
        program, *key = daemon.split(" ")
        with open(self.log_path(daemon), "wb") as log:
            self.processes[daemon] = subprocess.Popen(
                [*self.prefix(daemon), f"{BIN}/countersign-{program}", "--site", self.site, "-d", *options, *key],
                stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, env=self.env())

    def start(self, *daemons):
        """Those that do not run yet; back when all are ready. Without names: the hub."""
        started = [d for d in daemons or HUB if not self.is_running(d)]
        for daemon in started:
            self.launch(daemon)
        for daemon in started:
            # without the archiver a coordinator compares for 10 s first: it is ready, and busy
            word = ": running at" if daemon == "coordinator" and self.is_running("archiver") else ": ready,"
            self.wait_until(lambda d=daemon, w=word: w in self.log(d) or not self.is_running(d), f"{daemon} is ready")
            assert self.is_running(daemon), f"{daemon} ended at once:\n{self.log(daemon)}"

    def _signal(self, number, daemons):
        for daemon in daemons:
            assert self.is_running(daemon), f"{daemon} does not run:\n{self.log(daemon)}"
            self.processes[daemon].send_signal(number)

    def kill(self, *daemons):
        """As a power cut would."""
        self._signal(signal.SIGKILL, daemons)
        for daemon in daemons:
            self.processes[daemon].wait(timeout=PATIENCE)

    def freeze(self, *daemons):
        self._signal(signal.SIGSTOP, daemons)

    def thaw(self, *daemons):
        self._signal(signal.SIGCONT, daemons)

    def stop(self, *daemons):
        """Orderly, as systemd does."""
        self._signal(signal.SIGTERM, daemons)
        for daemon in daemons:
            assert self.wait_exit(daemon) == 0, self.log(daemon)

    def wait_exit(self, daemon):
        return self.processes[daemon].wait(timeout=PATIENCE)

    def says_alone(self, person, *words):
        """Typed while the hub is away; afterwards the hub is there, and the workstation is not (until thawed)."""
        self.stop("coordinator")
        assert person.call(*words, seconds=1).last()["state"] == "queued"
        self.freeze(f"agent {person.department}")
        self.kill(f"department {person.department}")  # what it had relayed is gone; the workstation still has it
        self.start(f"department {person.department}", "coordinator")

    def stop_all(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    # ---- waiting and looking ----

    def wait_until(self, condition, what, instead=lambda: "", seconds=PATIENCE):
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"not within {seconds} s: {what}; {instead()}"
            time.sleep(0.02)

    def forget(self, daemon):
        """Its store is gone."""
        shutil.rmtree(self.state(daemon))

    def replace_file(self, source, target):
        shutil.copy(f"{self.site}/{source}", f"{self.site}/{target}")

    def order(self, ident):
        return Order(self, ident)

    def person(self, name):
        return Person(self, name)

    @property
    def reader(self):
        return self.person("石开")

    def note_receipt(self, receipt):
        if receipt["state"] in ("accepted", "archived"):
            self.receipts.append((receipt["id"], receipt["position"]))

    def order_file(self, file):
        """A demo file by name, or a dict as a file."""
        if isinstance(file, str):
            return file if file.startswith("/") else f"{DEMO}/{file}"
        self.files += 1
        path = f"{self.folder}/order-{self.files}.json"
        with open(path, "w", encoding="utf-8") as out:
            json.dump(file, out, ensure_ascii=False)
        return path

    def events(self, **parameters):
        reader, found, at = self.reader, [], 1
        options = [word for name, value in parameters.items() for word in (f"--{name}", str(value))]
        while True:
            page = reader.does("events", "--from", str(at), *options)["events"]
            if not page:
                return found
            found += page
            at = page[-1]["position"] + 1

    def status(self, department="management"):
        one = next(name for name, (_, key) in self.staff.items() if key == department)
        return self.person(one).does("status")

    def let_the_reader_hear(self, seconds=5):
        """A workstation reads what it wrote itself; what another one wrote comes with the stream."""
        last, until = max((p for _, p in self.receipts), default=0), time.monotonic() + seconds
        while self.status()["position"] < last and time.monotonic() < until:
            time.sleep(0.02)

    def outbox(self, department):
        one = next(name for name, (_, key) in self.staff.items() if key == department)
        return self.person(one).does("outbox")["outbox"]

    def agents(self):
        return [name.split(" ")[1] for name in self.processes if name.startswith("agent ") and self.is_running(name)]

    def wait_settled(self):
        """Every department has what the ledger has, it is archived and verified, and outboxes are empty."""
        def settled():
            departments = [d.split(" ")[1] for d in self.running() if d.startswith("department ")]
            found = [self.status(key) for key in departments]
            last = max(s["head"] for s in found)
            return (all(s["position"] == s["head"] == s["archived"] == s["verified"] == last for s in found)
                    and len({s["root"] for s in found}) == 1
                    and not any(self.outbox(key) for key in self.agents()))
        self.wait_until(settled, "everything is archived, verified and the same everywhere",
                        lambda: [self.status(key) for key in DEPARTMENTS] + [self.outbox(k) for k in self.agents()],
                        seconds=30)

    def root(self):
        return self.status()["root"]

    def check_nothing_lost(self):
        """What was acknowledged is there, where the receipt says, and once."""
        self.wait_settled()
        events = self.events()
        assert [e["position"] for e in events] == list(range(1, len(events) + 1))
        ids = {}
        for event in (e for e in events if "id" in e):
            assert event["id"] not in ids, f"twice: {event}"
            ids[event["id"]] = event["position"]
        for ident, position in self.receipts:
            assert ids.get(ident) == position, f"{ident} was acknowledged at {position}, is at {ids.get(ident)}"
        self.check_no_verdict_twice(events)
        return events

    @staticmethod
    def check_no_verdict_twice(events):
        """No department's daemon says the same of one order twice."""
        said = set()
        for event in events:
            if event["kind"] in ("round.verdict", "round.advise") and event["by"].get("daemon"):
                assessment = event["body"]["assessment"][0]
                word = json.dumps([event["kind"], event["case"], event["revision"], event["body"]["department"],
                                   assessment["cause"]])
                assert word not in said, f"said twice: {event}"
                said.add(word)

    def tail(self):
        """What the processes said, for a reader of a failed test."""
        lines = []
        for name, times in self.starts.items():
            for which in range(1, times + 1):
                with open(self.log_path(name, which), encoding="utf-8", errors="replace") as file:
                    # the start's own test of its locks is on every start
                    text = [l for l in file.read().splitlines() if not re.search(r"not enrolled|refused our key", l)]
                lines += text[-12:]
        calls = [f"$ countersign {' '.join(words)}\n{said!r:.1000}" for words, said in self.calls[-3:]]
        return "\n".join([*sorted(lines), *calls])


def raw_events(path):
    """The events' bytes in a store that nothing has open."""
    folder = tempfile.mkdtemp(prefix="cs", dir="/tmp")
    try:
        for suffix in ("", "-wal"):
            if os.path.exists(path + suffix):
                shutil.copy(path + suffix, f"{folder}/store{suffix}")
        with sqlite3.connect(f"{folder}/store") as db:
            return [bytes(row[0]) for row in db.execute("SELECT bytes FROM event ORDER BY position")]
    finally:
        shutil.rmtree(folder)
