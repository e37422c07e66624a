# SPDX-License-Identifier: Apache-2.0
"""make install puts everything where the GNU conventions say, make uninstall takes all of it away.

It is done on a copy of the build: prefix is compiled in, and what names it is made anew for another one."""

import glob
import os
import re
import shutil
import stat
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", f"{ROOT}/build")
LAYOUTS = {"/usr": "/etc", "/usr/local": "/etc"}  # prefix: sysconfdir


@pytest.fixture(scope="module", autouse=True)
def fixture_copies():
    for prefix in LAYOUTS:
        copy = f"{BUILD}/install{prefix}"
        shutil.rmtree(copy, ignore_errors=True)
        for folder in ("o/common", "o/daemons", "lib", "bin", "locale"):
            shutil.copytree(f"{BUILD}/{folder}", f"{copy}/{folder}")  # with their times: make looks at them
        for name in ("flags", "prefix"):
            shutil.copy2(f"{BUILD}/{name}", copy)


def make(stage, prefix, *goals):
    environment = dict(os.environ)
    for name in ("MAKEFLAGS", "MAKELEVEL", "BUILD"):
        environment.pop(name, None)
    done = subprocess.run(["make", "--no-print-directory", "-C", ROOT, f"-j{os.cpu_count()}",
                           f"BUILD={BUILD}/install{prefix}", f"DESTDIR={stage}", f"prefix={prefix}", *goals], env=environment, text=True, timeout=600,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-4000:]


def files(stage):
    """Path as installed -> mode."""
    found = {}
    for folder, _, names in os.walk(stage):
        for name in names:
            path = os.path.join(folder, name)
            found[path[len(str(stage)):]] = stat.S_IMODE(os.stat(path).st_mode)
    return found


@pytest.fixture(scope="module", name="usr")
def fixture_usr(tmp_path_factory):
    stage = tmp_path_factory.mktemp("usr")
    make(stage, "/usr", "install")
    return stage


def test_programs_are_where_their_users_look(usr):
    found = files(usr)
    for name in ("sbin/countersign-coordinator", "sbin/countersign-archiver",
                 "sbin/countersign-department", "sbin/countersign-notifier", "sbin/countersign-witness", "sbin/countersign-drill", "bin/countersign-agent", "bin/countersign",
                 "bin/countersign-audit"):
        assert found.get(f"/usr/{name}") == 0o755, name
    assert sum(mode == 0o755 for mode in found.values()) == 9  # nothing else can be run


def test_the_rest_is_where_the_system_reads_it(usr):
    found = files(usr)
    expected = ["/usr/lib/sysusers.d/countersign.conf", "/usr/lib/tmpfiles.d/countersign.conf",
                "/usr/share/countersign/procedure.cfg", "/etc/countersign/procedure.cfg",
                "/usr/share/countersign/notify.cfg", "/etc/countersign/notify.cfg",
                "/usr/share/countersign/templates/zh_CN/asked.txt", "/usr/share/countersign/templates/en/asked.html",
                "/usr/share/countersign/calendar/2026.json", "/usr/share/countersign/calendar/NOTICE",
                "/usr/share/doc/countersign/LICENSE"]
    for path in glob.glob(f"{ROOT}/systemd/*.*"):
        if os.path.isfile(path):
            kind = "catalog" if path.endswith(".catalog") else "system"
            expected.append(f"/usr/lib/systemd/{kind}/{os.path.basename(path)}")
    for path in expected:
        assert found.get(path) == 0o644, path
    own = re.compile(r"/usr/s?bin/countersign|/etc/countersign/|/usr/share/(doc/)?countersign/|"
                     r"/usr/lib/(systemd/(system|catalog)|sysusers\.d|tmpfiles\.d)/countersign|"
                     r"/usr/share/locale/\w+/LC_MESSAGES/countersign\.mo$")
    assert [path for path in found if not own.match(path)] == []


def test_programs_look_below_their_prefix(usr):
    for name in ("bin/countersign", "sbin/countersign-notifier"):
        with open(f"{usr}/usr/{name}", "rb") as file:
            program = file.read()
        assert b"\0/usr/share/locale\0" in program, name
        assert b"/usr/local/share" not in program, name


def test_units_name_programs_that_are_there(usr):
    commands = []
    for path in glob.glob(f"{usr}/usr/lib/systemd/system/*"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert not re.search(r"@\w+@", text), path
        commands += re.findall(r"^ExecStart=(\S+)", text, re.M)
    assert len(commands) == 6
    for command in commands:
        assert os.access(f"{usr}{command}", os.X_OK), command


def test_what_the_administrator_changed_stays(tmp_path):
    make(tmp_path, "/usr", "install")
    mine = tmp_path / "etc/countersign/procedure.cfg"
    with open(mine, "a", encoding="utf-8") as file:
        file.write("# ours\n")
    make(tmp_path, "/usr", "install")
    assert mine.read_text(encoding="utf-8").endswith("# ours\n")
    make(tmp_path, "/usr", "uninstall")
    assert list(files(tmp_path)) == ["/etc/countersign/procedure.cfg"]


@pytest.mark.parametrize("prefix", LAYOUTS)
def test_uninstall_leaves_nothing_behind(prefix, tmp_path):
    stranger = tmp_path / prefix[1:] / "bin/other"
    stranger.parent.mkdir(parents=True)
    stranger.write_text("not ours\n", encoding="utf-8")
    make(tmp_path, prefix, "install")
    own = (f"{prefix}/", f"{LAYOUTS[prefix]}/")
    assert [path for path in files(tmp_path) if not path.startswith(own)] == []
    make(tmp_path, prefix, "uninstall")
    assert list(files(tmp_path)) == [f"{prefix}/bin/other"]
    assert [str(path) for path in tmp_path.rglob("*countersign*")] == []


def test_nothing_that_is_installed_takes_a_signature_unseen(usr):
    """The benchmark of the ordering path has a stub in place of signature_valid; what is installed has none."""
    for path in glob.glob(f"{usr}/usr/bin/*") + glob.glob(f"{usr}/usr/sbin/*"):
        with open(path, "rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
        symbols = subprocess.run(["nm", path], stdout=subprocess.PIPE, text=True, check=True).stdout
        assert "signature_valid" in symbols, path  # it is read at all
        assert "__wrap_" not in symbols, path
