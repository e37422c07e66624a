# SPDX-License-Identifier: Apache-2.0
"""A mail server of Debian's takes what the notifier sends, over TLS and with a password; what arrives is read by a reader that is not ours."""

import base64
import contextlib
import email
import email.policy
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import pytest

from mail import SENDER, Authority, Courier, letter

DAEMONS = "/usr/lib/postfix/sbin"


def why_not():
    if not os.path.exists(f"{DAEMONS}/master"):
        return "Postfix is not installed (another mail server may be)"
    if os.geteuid() != 0:
        return "not root: Postfix changes users"
    return None


pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

# A Postfix of its own, with nothing of the machine's: configuration, queue, data and log in one folder.
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.example.com
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = example.com
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {{wang.fang@example.com = wang/}} {{li@example.com = li/}} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
message_size_limit = 400000
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/passwords
"""
MASTER = """
127.0.0.1:{submission} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""

def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Passwords:
    """Who may log in: Postfix asks on a socket, in the words of Dovecot's authentication protocol 1.1."""

    def __init__(self, path, known):
        self.known = known
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        os.chmod(path, 0o666)
        self.listener.listen()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t0\nDONE\n")
            for line in connection.makefile("r", encoding="utf-8"):
                words = line.rstrip("\n").split("\t")
                if words[0] == "AUTH":
                    connection.sendall(f"CONT\t{words[1]}\t\n".encode())
                elif words[0] == "CONT":
                    right = tuple(base64.b64decode(words[2]).decode().split("\0")[1:]) == self.known
                    connection.sendall(f"{'OK' if right else 'FAIL'}\t{words[1]}\tuser={self.known[0]}\n".encode())


class Server:
    def __init__(self, folder, authority):
        self.folder = folder
        folder.chmod(0o755)
        postfix, nobody = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
        for name, owner in (("queue", None), ("data", postfix), ("mail", nobody)):
            (folder / name).mkdir()
            if owner:
                os.chown(folder / name, owner.pw_uid, owner.pw_gid)
        cert, key = authority.certify("relay.example.com")
        self.submission, self.smtps = free_port(), free_port()
        words = {"folder": folder, "daemons": DAEMONS, "uid": nobody.pw_uid, "gid": nobody.pw_gid, "cert": cert,
                 "key": key, "submission": self.submission, "smtps": self.smtps}
        for name, text in (("main.cf", MAIN), ("master.cf", MASTER)):
            (folder / name).write_text(text.format(**words), encoding="utf-8")
        self.password = folder / "password"
        self.password.write_text("geheim 密码\n", encoding="utf-8")
        self.password.chmod(0o600)
        self.passwords = Passwords(folder / "passwords", ("hub", "geheim 密码"))
        self.process = subprocess.Popen(["/usr/sbin/postfix", "-c", str(folder), "start-fg"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=(folder / "errors").open("wb"), start_new_session=True)
        self.wait(self.listens)

    def listens(self):
        assert self.process.poll() is None, self.told()
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.submission)) == 0

    def told(self):
        paths = [self.folder / name for name in ("errors", "log")]
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in paths if path.exists())

    def wait(self, done, seconds=30):
        until = time.monotonic() + seconds
        while not (found := done()):
            assert time.monotonic() < until, self.told()
            time.sleep(0.05)
        return found

    def mails(self, n):
        """n messages, whoever they were for, the oldest first."""
        paths = self.wait(lambda: [] if len(files := list((self.folder / "mail").glob("*/new/*"))) < n else files)
        assert len(paths) == n
        paths.sort(key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]

    def stop(self):
        subprocess.run(["/usr/sbin/postfix", "-c", str(self.folder), "stop"], capture_output=True)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.passwords.listener.close()


@pytest.fixture(scope="module", name="authority")
def fixture_authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module", name="running")
def fixture_running(authority):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-mail-"))  # whoever delivers must get there
    server = Server(folder, authority)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(name="server")
def fixture_server(running):
    """With empty mailboxes."""
    for box in (running.folder / "mail").iterdir():
        shutil.rmtree(box)
    return running


def courier(server, authority, tls, **others):
    words = {"host": "localhost", "ca_file": authority.file, "user": "hub", "password_file": str(server.password), **others}
    return Courier(server.folder, server.smtps if tls == "implicit" else server.submission, tls=tls, **words)


FULL = letter(
    reply_to="sales@example.com", language="zh-CN", html="<p>请在今天 <b>17:00</b> 前评审。</p>",
    subject="请在今天 17:00 前评审订单 SO-2026-0012：华东机电设备有限公司（补充交货日期与检验要求的变更说明）",
    to_name="王芳（计划部）", message_id="e-12.wang@example.com", in_reply_to="e-7.wang@example.com",
    references=["case-1@example.com", "e-7.wang@example.com"],
    attachments=[{"name": "合同评审表（第二版）.csv", "type": "text/csv", "text": "数量,交期\n12,2026-12-01\n"},
                 {"name": "a \"quoted\"; name.txt", "type": "text/plain", "text": "x"}])


@pytest.mark.parametrize("tls", ["required", "implicit"])
def test_a_letter_arrives_readable(server, authority, tls):
    """Subject, names, bodies and files, by Python's own reader."""
    with courier(server, authority, tls) as c:
        found = c.deliver(letter=FULL)
        assert found["state"] == "accepted", (found, server.told())
    mail = server.mails(1)[0]
    assert not mail.defects
    assert mail["Subject"] == FULL["subject"]
    assert (mail["To"].addresses[0].display_name, mail["To"].addresses[0].addr_spec) == ("王芳（计划部）", "wang.fang@example.com")
    assert (mail["From"].addresses[0].display_name, mail["From"].addresses[0].addr_spec) == ("会签", SENDER)
    assert mail["Reply-To"].addresses[0].addr_spec == "sales@example.com"
    assert mail["Message-ID"] == "<e-12.wang@example.com>" and mail["In-Reply-To"] == "<e-7.wang@example.com>"
    assert mail["References"].split() == ["<case-1@example.com>", "<e-7.wang@example.com>"]
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Content-Language"] == "zh-CN"
    assert mail["Date"].datetime.isoformat() == "2026-11-28T01:20:00+08:00"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == FULL["text"]
    assert mail.get_body(("html",)).get_content().strip() == FULL["html"]
    files = list(mail.iter_attachments())
    assert [file.get_filename() for file in files] == ["合同评审表（第二版）.csv", 'a "quoted"; name.txt']
    assert files[0].get_content_type() == "text/csv"
    assert files[0].get_payload(decode=True).decode() == FULL["attachments"][0]["text"]
    assert not any(part.defects for part in mail.walk())


def test_names_that_look_like_headers_stay_names(server, authority):
    odd = {"from_name": '会签" <evil@example.org>, "x', "to_name": "a,b;c:d <e@f.g> (h) \\", "subject": "Bcc: li@example.com"}
    with courier(server, authority, "required") as c:
        assert c.deliver(letter=letter(**odd))["state"] == "accepted"
    mail = server.mails(1)[0]
    assert [a.addr_spec for a in mail["From"].addresses] == [SENDER]
    assert [a.addr_spec for a in mail["To"].addresses] == ["wang.fang@example.com"]
    assert mail["To"].addresses[0].display_name == odd["to_name"] and mail["From"].addresses[0].display_name == odd["from_name"]
    assert mail["Subject"] == odd["subject"] and mail["Bcc"] is None


def test_the_server_refuses_one_and_takes_the_others(server, authority):
    with courier(server, authority, "required") as c:
        assert c.deliver()["state"] == "accepted"
        unknown = c.deliver(to="nobody.known@example.com")
        assert unknown["state"] == "refused" and 550 <= unknown["code"] < 560 and "nobody.known" not in unknown["text"]
        elsewhere = c.deliver(to="li@elsewhere.example")
        assert elsewhere["state"] == "refused"
        assert c.deliver(to="li@example.com")["state"] == "accepted"
    assert len(server.mails(2)) == 2


def test_the_server_refuses_what_is_too_large(server, authority):
    big = letter(attachments=[{"name": "a.bin", "type": "application/octet-stream", "text": "x" * 500000}])
    with courier(server, authority, "required") as c:
        found = c.deliver(letter=big)
        assert (found["state"], found["unsure"]) == ("refused", False) and found["code"] >= 550, found
        assert c.deliver()["state"] == "accepted"


def test_the_server_does_not_know_the_password(server, authority, tmp_path):
    wrong = tmp_path / "password"
    wrong.write_text("wrong\n", encoding="utf-8")
    wrong.chmod(0o600)
    with courier(server, authority, "required", password_file=str(wrong)) as c:
        found = c.deliver()
        assert (found["state"], found["code"]) == ("deferred", 535)
