# SPDX-License-Identifier: Apache-2.0
"""mail: a relay on loopback that does as it is told, certificates made on the spot, and the courier that delivers to it."""

import base64
import contextlib
import json
import os
import select
import socket
import ssl
import subprocess
import threading
import time

COURIER = os.path.join(os.environ.get("BUILD", os.path.abspath("build")), "tests", "courier")
SENDER = "countersign@example.com"
LETTER = {
    "from": SENDER, "from_name": "会签", "to": "wang.fang@example.com", "to_name": "王芳",
    "subject": "请在今天 17:00 前评审订单 SO-2026-0012", "text": "请评审。\n.一行以点开头\n..\n.\n结束\n",
    "message_id": "0195.wang@example.com",
}


def letter(**fields):
    return {**LETTER, **fields}


class Courier:
    """The notifier's hooks as a process of their own."""

    def __init__(self, folder, port, host="127.0.0.1", tls="none", **relay):
        self.config = os.path.join(folder, f"notify-{port}-{time.monotonic_ns()}.cfg")
        words = {"host": host, "port": port, "tls": tls, "hello": "hub.example.com", **relay}
        programs = words.pop("programs", [])
        with open(self.config, "w", encoding="utf-8") as file:
            rows = " ".join(f"{key} = {json.dumps(value)};" for key, value in words.items())
            file.write(f"relay = {{ {rows} }};\nprograms = {json.dumps(programs)};\n")
        self.process = subprocess.Popen([COURIER, self.config], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                                        env=dict(os.environ, all_proxy="http://192.0.2.1:9"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        finally:
            self.process.kill()
            self.process.stdout.close()

    def ask(self, **order):
        self.process.stdin.write(json.dumps(order, ensure_ascii=False).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self, seconds=60):
        assert select.select([self.process.stdout], [], [], seconds)[0], "no answer"
        return json.loads(self.process.stdout.readline())

    def deliver(self, to="wang.fang@example.com", sender=SENDER, **order):
        self.ask(hook="email", **{"from": sender, "to": to, "letter": letter(to=to), **order})
        return self.hear()

    def end(self):
        """Orderly; its exit code."""
        self.process.stdin.close()
        return self.process.wait(timeout=20)


# ---- certificates ----

ELLIPTIC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True)


def validity(days):
    """-1: over. Newer versions refuse such a number and take dates, older ones know no dates."""
    dates = days < 0 and "-not_after" in openssl("x509", "-help").stderr
    return ("-not_before", "20240101000000Z", "-not_after", "20240201000000Z") if dates else ("-days", str(days))


class Authority:
    def __init__(self, folder, name="ca"):
        self.folder, self.name = str(folder), name
        self.key, self.file = f"{folder}/{name}.key", f"{folder}/{name}.pem"
        openssl("req", "-x509", "-newkey", *ELLIPTIC, "-nodes", "-days", "30",
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.file)

    def certify(self, name, alternative="DNS:localhost,IP:127.0.0.1", days=30, kind=ELLIPTIC):
        """Files of a key and its certificate."""
        key, file, request = (f"{self.folder}/{name}.{end}" for end in ("key", "pem", "csr"))
        openssl("req", "-newkey", *kind, "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        with open(f"{self.folder}/{name}.ext", "w", encoding="utf-8") as extensions:
            extensions.write(f"subjectAltName={alternative}\n")
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-CAcreateserial",
                *validity(days), "-extfile", extensions.name, "-out", file)
        os.chmod(key, 0o600)
        return file, key


# ---- a relay that misbehaves ----

class Cut(Exception):
    """The connection is closed without a word."""


class Sink:
    """A small SMTP server. `answer (step, argument, times)` may return another reply than the usual one, raise
    Cut, or wait; steps are banner, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, content (its first line came), dot, QUIT."""

    USUAL = {"banner": "220 sink.example.com ESMTP", "EHLO": "250 sink.example.com", "STARTTLS": "220 go on", "AUTH": "235 welcome", "MAIL": "250 2.1.0 sender ok",
             "RCPT": "250 2.1.5 recipient ok", "DATA": "354 go on", "dot": "250 2.0.0 queued as 12345", "QUIT": "221 bye",
             "RSET": "250 ok"}

    def __init__(self, answer=None, tls=None, certificate=None, user=None, size=None, mechanisms="CRAM-MD5 PLAIN LOGIN"):
        self.answer = answer or (lambda step, argument, times: None)
        self.tls, self.user, self.size, self.mechanisms = tls, user, size, mechanisms
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.messages, self.said, self.times, self.connections = [], [], {}, 0
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def stall(self):
        """For `answer`: nothing more is said until the test is over."""
        self.over.wait(300)
        raise Cut

    def reply(self, step, argument=""):
        self.times[step] = self.times.get(step, 0) + 1
        return self.answer(step, argument, self.times[step]) or self.USUAL.get(step, "502 unknown")

    def serve(self, connection):
        try:
            with contextlib.suppress(OSError, Cut, EOFError):
                if self.tls == "implicit":
                    connection = self.context.wrap_socket(connection, server_side=True)
                self.talk(connection)
        finally:
            connection.close()

    def ehlo(self, secured):
        offers = ["sink.example.com", "8BITMIME"]
        if self.size:
            offers.append(f"SIZE {self.size}")
        if self.tls == "starttls" and not secured:
            offers.append("STARTTLS")
        if self.user and (secured or self.tls is None):
            offers.append(f"AUTH {self.mechanisms}")
        return "\r\n".join([f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"])

    def talk(self, connection):
        file, secured, envelope = connection.makefile("rb"), self.tls == "implicit", {}
        say = lambda text: connection.sendall(text.encode() + b"\r\n")  # noqa: E731
        say(self.reply("banner"))
        while line := file.readline():
            verb, _, argument = line.decode().rstrip("\r\n").partition(" ")
            self.said.append(f"{verb} {argument}".strip())
            said = self.reply(verb, argument)
            if verb == "EHLO" and said == self.USUAL["EHLO"]:
                said = self.ehlo(secured)
            if verb == "AUTH" and self.user and said[0] == "2":
                said = self.log_in(argument, file, say)
            say(said)
            if verb == "STARTTLS" and said[0] == "2":
                connection = self.context.wrap_socket(connection, server_side=True)
                file, secured = connection.makefile("rb"), True
                say = lambda text: connection.sendall(text.encode() + b"\r\n")  # noqa: E731,B023
            elif verb in ("MAIL", "RCPT"):
                envelope[verb] = argument
            elif verb == "DATA" and said[0] == "3":
                content = self.content(file)
                said = self.reply("dot")
                if said[0] == "2":
                    self.messages.append((envelope["MAIL"], envelope["RCPT"], content))
                say(said)
            elif verb == "QUIT" or said[:3] == "421":
                return

    def content(self, file):
        """Until the dot; the dots that were doubled are single again (RFC 5321 4.5.2)."""
        lines = []
        while (line := file.readline()) != b".\r\n":
            if not line:
                raise EOFError
            if not lines:
                self.reply("content")
            assert line.endswith(b"\r\n") and len(line) <= 1000, line
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def log_in(self, argument, file, say):
        def ask(what):
            say(f"334 {base64.b64encode(what).decode()}")
            return base64.b64decode(file.readline()).decode()
        assert argument in ("PLAIN", "LOGIN") and argument in self.mechanisms, argument
        told = tuple(ask(b"").split("\0")[1:]) if argument == "PLAIN" else (ask(b"Username:"), ask(b"Password:"))
        return "235 welcome" if told == self.user else "535 5.7.8 wrong password"
