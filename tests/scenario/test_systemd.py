# SPDX-License-Identifier: Apache-2.0
"""The units hold what they promise: systemd reads them, they expose little, daemons live in them.

Where no systemd runs, the last is shown by starting each daemon below the system calls, address
families and memory rules of its own unit, with the notifications that Type=notify waits for."""

import glob
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest

import confined
from confined import settings

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", f"{ROOT}/build")
BIN = f"{BUILD}/bin"
EXPOSURE_MAX = 20  # tenths
INSTANCE = "quality"
SERVICES = sorted(os.path.basename(path) for path in glob.glob(f"{ROOT}/systemd/*.service"))
HUB = {"coordinator", "archiver", "department", "notifier", "witness"}


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


needs_analyze = needs("systemd-analyze")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to others")
needs_seccomp = pytest.mark.skipif(not glob.glob("/usr/lib/*-linux-gnu/libseccomp.so.2"),
                                   reason="libseccomp2 is not installed")


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=120, **more)


def source(path):
    with open(f"{ROOT}/{path}", encoding="utf-8") as file:
        return file.read()


def part(service):
    return re.match(r"countersign-(\w+)", service).group(1)


def of_instance(text):
    return text.replace("%i", INSTANCE)


@pytest.fixture(scope="module", name="units")
def fixture_units(tmp_path_factory):
    """The units as installed, but with the programs of this build."""
    folder = tmp_path_factory.mktemp("units")
    made = run("make", "--no-print-directory", "-C", ROOT, "unitfiles", f"BUILD={folder}/build",
               f"UNITS_BUILD={folder}", f"bindir={BIN}", f"sbindir={BIN}")
    assert made.returncode == 0, made.stdout
    return folder


@pytest.fixture(scope="module", name="site")
def fixture_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("s")
    phrase = folder / "passphrase"
    phrase.write_text("only for this test\n", encoding="utf-8")
    phrase.chmod(0o600)
    made = run(f"{BIN}/countersign", "--site", f"{folder}/site", "init", "--company", "Units",
               "--admin", "yiming:Yi Ming", "--procedure", f"{ROOT}/config/procedure.cfg",
               "--seal", "interactive",
               env=dict(os.environ, COUNTERSIGN_PASSPHRASE_FILE=str(phrase)))
    assert made.returncode == 0, made.stdout
    shutil.copy(f"{ROOT}/config/notify.cfg", f"{folder}/site")
    shutil.copytree(f"{ROOT}/config/templates", f"{folder}/site/templates")
    return f"{folder}/site"


# ---- what systemd says of them ----

def test_there_is_a_unit_for_each_daemon():
    daemons = {path.split("/")[-2] for path in glob.glob(f"{ROOT}/daemons/*/main.c")}
    assert {part(service) for service in SERVICES} == daemons - {"auditor"}  # no daemon: it is typed


@needs_analyze
def test_systemd_reads_every_unit_without_a_word(units):
    probe = units / "probe.service"
    probe.write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    if run("systemd-analyze", "verify", "--man=no", str(probe)).returncode != 0:
        pytest.skip("systemd-analyze verify does not run here")
    names = [service.replace("@.", f"@{INSTANCE}.") for service in SERVICES]
    names.append("countersign.target")
    done = run("systemd-analyze", "verify", "--man=no", *[f"{units}/{name}" for name in names])
    assert (done.returncode, done.stdout) == (0, "")


def security(units, service, *options):
    return run("systemd-analyze", "security", "--offline=true", "--no-pager", *options,
               f"{units}/{service}")


@needs_analyze
@pytest.mark.parametrize("service", SERVICES)
def test_a_unit_exposes_little(units, service):
    done = security(units, service, f"--threshold={EXPOSURE_MAX}")
    assert "Overall exposure level" in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout


@needs_analyze
def test_one_drop_in_opens_a_network_for_all(units):
    """As countersign.target says; countersign-.service.d is read by every unit, templates too."""
    folder = units / "countersign-.service.d"
    folder.mkdir()
    try:
        (folder / "network.conf").write_text("[Service]\nIPAddressAllow=192.0.2.0/24\n")
        for service in SERVICES:
            said = security(units, service, "--json=short").stdout
            rows = json.loads(said[said.index("["):])
            said = [row["description"] for row in rows if row.get("json_field") == "IPAddressDeny"]
            assert len(said) == 1 and "non-localhost" in said[0], service
            done = security(units, service, f"--threshold={EXPOSURE_MAX}")
            assert done.returncode == 0, done.stdout
    finally:
        shutil.rmtree(folder)


# ---- what they agree on with the programs ----

@pytest.mark.parametrize("service", SERVICES)
def test_a_unit_starts_its_program_on_the_site_that_all_take_for_granted(service):
    folder = "bindir" if part(service) == "agent" else "sbindir"
    argument = " %i" if "@" in service else ""
    default = re.search(r'#define SITE_DEFAULT "(.*)"', source("common/daemon/site.h")).group(1)
    assert settings(service)["Service.ExecStart"] == [
        f"@{folder}@/countersign-{part(service)}{argument} --site {default}"]
    for line in source("systemd/tmpfiles.d/countersign.conf").splitlines():
        assert not line.startswith("z") or line.split()[1].startswith(f"{default}/keys/")


@pytest.mark.parametrize("service", SERVICES)
def test_every_daemon_has_a_store_of_its_own_and_an_only_user(service):
    unit = settings(service)
    instance = "-%i" if "@" in service else ""
    assert unit["Service.StateDirectory"] == [f"countersign/{part(service)}{instance}"]
    assert unit["Service.StateDirectoryMode"] == ["0700"]
    users = [settings(other)["Service.User"] for other in SERVICES]
    assert users.count(unit["Service.User"]) == 1


def test_all_daemons_have_the_same_sandbox():
    """But the agent binds no network address, and its user may be a person with other programs."""
    def sandbox(service):
        text = source(f"systemd/{service}").split("# What it may touch.")[1].split("\n\n")[0]
        return [line for line in text.splitlines()[1:] if not line.startswith("#")]

    hub = [sandbox(service) for service in SERVICES if part(service) in HUB]
    agent = [sandbox(service) for service in SERVICES if part(service) == "agent"]
    assert all(lines == hub[0] for lines in hub)
    families = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"
    assert set(hub[0]) - set(agent[0]) == {"RemoveIPC=yes", f"{families} AF_NETLINK"}
    assert set(agent[0]) - set(hub[0]) == {families}


def test_departments_of_the_shipped_procedure_have_users_and_their_keys():
    procedure = source("config/procedure.cfg")
    departments = re.search(r"^departments = \((.*?)^\);", procedure, re.M | re.S).group(1)
    keys = re.findall(r'\bkey = "([^"]+)"', departments)
    users = re.findall(r"^u (\S+) ", source("systemd/sysusers.d/countersign.conf"), re.M)
    assert len(keys) >= 8
    assert {f"countersign-dept-{key}" for key in keys} <= set(users)
    users.remove("countersign-witness")  # on another machine, of whatever name
    assert "z /etc/countersign/keys/witness-*.*" in source("systemd/tmpfiles.d/countersign.conf")
    owned = dict(re.findall(r"^z /etc/countersign/keys/([^\s*]+)\.\* +0600 (\S+) ",
                            source("systemd/tmpfiles.d/countersign.conf"), re.M))
    names = [re.sub("^countersign-", "", re.sub("^countersign-dept-", "department-", user))
             for user in users]
    assert owned == dict(zip(names, users))


@needs("systemd-sysusers")
@needs_root
def test_users_are_made_and_keys_are_given_to_them(site, tmp_path):
    for folder in ("etc", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d", "var/lib", "run"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copytree(site, tmp_path / "etc/countersign")
    for kind in ("sysusers.d", "tmpfiles.d"):
        shutil.copy(f"{ROOT}/systemd/{kind}/countersign.conf", tmp_path / f"usr/lib/{kind}")
    made = run("systemd-sysusers", f"--root={tmp_path}")
    assert made.returncode == 0 and "not a valid" not in made.stdout, made.stdout
    done = run("systemd-tmpfiles", f"--root={tmp_path}", "--create", "countersign.conf")
    assert done.returncode == 0, done.stdout
    rows = [line.split(":") for line in (tmp_path / "etc/passwd").read_text().splitlines()]
    ids = {row[0]: (int(row[2]), int(row[3])) for row in rows}
    keys = tmp_path / "etc/countersign/keys"
    for name, user in (("coordinator.sign", "countersign-coordinator"),
                       ("archiver.curve", "countersign-archiver"),
                       ("department-purchasing.sign", "countersign-dept-purchasing")):
        info = (keys / name).stat()
        assert (info.st_uid, info.st_mode & 0o777) == (ids[user][0], 0o600), name
    assert (keys / "station-sales.curve").stat().st_uid == 0  # whose, only it knows
    folder = (tmp_path / "run/countersign").stat()
    assert (folder.st_mode & 0o7777, folder.st_gid) == (0o1775, ids["countersign-archiver"][1])


# ---- what the journal explains ----

def message_ids():
    return dict(re.findall(r'D\((\w+), "([0-9a-f]{32})"\)', source("common/base/diag.h")))


@pytest.mark.parametrize("catalogue", ["countersign.catalog", "countersign.zh_CN.catalog"])
def test_every_message_has_its_explanation(catalogue):
    entry = r"^-- ([0-9a-f]{32})\nSubject: \S.*\nDefined-By: countersign\n\n.+\n"
    entries = re.findall(entry, source(f"systemd/{catalogue}"), re.M)
    assert len(message_ids()) > 10
    assert sorted(entries) == sorted(message_ids().values())


@needs("journalctl")
def test_the_journal_takes_the_catalogue(tmp_path):
    folder = tmp_path / "usr/lib/systemd/catalog"
    folder.mkdir(parents=True)
    (tmp_path / "var/lib/systemd/catalog").mkdir(parents=True)
    for path in glob.glob(f"{ROOT}/systemd/*.catalog"):
        shutil.copy(path, folder)
    done = run("journalctl", f"--root={tmp_path}", "--update-catalog")
    assert (done.returncode, done.stdout) == (0, "")
    listed = run("journalctl", f"--root={tmp_path}", "--list-catalog").stdout
    assert sorted(re.findall(r"^[0-9a-f]{32}", listed, re.M)) == sorted(message_ids().values())


# ---- the daemons inside their sandbox ----

class Notified:
    """The socket that systemd would listen on."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(0.2)

    def wait_for(self, word, process):
        """False when the process ended, or half a minute passed, before it said so."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            ended = process.poll() is not None
            try:
                if word in self.socket.recv(4096).decode().splitlines():
                    return True
            except TimeoutError:
                if ended:
                    return False
        return False


def command_of(service, site):
    text = of_instance(settings(service)["Service.ExecStart"][0])
    text = re.sub(r"@s?bindir@", BIN, text)
    return text.replace("/etc/countersign", site).split()


def start(service, site, notified):
    environment = dict(os.environ, NOTIFY_SOCKET=notified.path, WATCHDOG_USEC="2000000")
    environment.pop("WATCHDOG_PID", None)
    command = [sys.executable, confined.__file__, service, *command_of(service, site)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


@needs_analyze
@needs_seccomp
@pytest.mark.parametrize("service", [service for service in SERVICES if part(service) != "witness"])  # no hub has its keys
def test_a_daemon_works_inside_its_sandbox(site, tmp_path_factory, service):
    notified = Notified(f"{tmp_path_factory.mktemp('n')}/n")
    process = start(service, site, notified)
    said = notified.wait_for("READY=1", process) and notified.wait_for("WATCHDOG=1", process)
    process.terminate()
    said = said and notified.wait_for("STOPPING=1", process)
    try:
        output, _ = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    if process.returncode == confined.NO_FILTER:
        pytest.skip("the kernel takes no seccomp filter here")
    assert said and process.returncode == 0, f"ended with {process.returncode}: {output}"


@needs_analyze
@needs_seccomp
def test_the_sandbox_of_these_tests_bites():
    """It could be that nothing was filtered: raw sockets, priorities, writable code must fail."""
    script = ("import mmap, os, socket\n"
              "def fails(f):\n"
              "    try: f()\n"
              "    except (OSError, PermissionError): return True\n"
              "print([fails(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),\n"
              "       fails(lambda: os.nice(1)), fails(lambda: os.chown('/', 0, 0)),\n"
              "       fails(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)),\n"
              "       fails(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE))])\n")
    done = run(sys.executable, confined.__file__, "countersign-agent@.service",
               sys.executable, "-c", script)
    if done.returncode == confined.NO_FILTER:
        pytest.skip("the kernel takes no seccomp filter here")
    assert done.stdout == "[True, True, True, True, None]\n"


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_restart_cannot_mend_is_not_restarted(service, tmp_path):
    """A configuration that is wrong ends the daemon with a code that the unit names."""
    (tmp_path / "site.cfg").write_text("compnay = \"ACME\";\n", encoding="utf-8")
    done = run(*command_of(service, str(tmp_path)))
    unit = settings(service)
    never = unit["Service.RestartPreventExitStatus"][0].split()
    assert done.returncode == os.EX_CONFIG and str(os.EX_CONFIG) in never, done.stdout
    assert {str(os.EX_USAGE), str(os.EX_DATAERR)} <= set(never)
    assert str(os.EX_IOERR) not in never and unit["Service.Restart"] == ["on-failure"]

