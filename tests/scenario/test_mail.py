# SPDX-License-Identifier: Apache-2.0
"""What the notifier's hooks make of a relay that refuses, falls silent, goes away or is not the one it says it is."""

import os
import signal
import time

import pytest

from mail import SENDER, Authority, Courier, Cut, Sink, letter

STEPS = ("banner", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "content", "dot")
# Each takes its time: `make check` falls silent at three of them, WHOLE=1 at all.
SILENT = STEPS if os.environ.get("WHOLE") else ("banner", "RCPT", "dot")


@pytest.fixture(scope="session", name="authority")
def fixture_authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session", name="certificate")
def fixture_certificate(authority):
    return authority.certify("relay")


def password(folder, text="geheim 密码", mode=0o600):
    path = folder / "password"
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(mode)
    return str(path)


def at(step, then):
    """An answer that does something at a step, the first time."""
    def answer(now, argument, times):
        if now == step and times == 1:
            return then() if callable(then) else then
        return None
    return answer


def cut():
    raise Cut


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_letters_go_over_one_connection(tmp_path):
    with Sink() as sink, Courier(tmp_path, sink.port) as courier:
        for _ in range(5):
            assert courier.deliver() == {"state": "accepted", "code": 250, "text": "2.0.0 queued as 12345", "unsure": False}
        assert courier.end() == 0
        assert sink.connections == 1 and len(sink.messages) == 5
        wait_for(lambda: sink.said[-1] == "QUIT")  # said by the courier's last breath, heard by another thread
        assert sink.said[0] == "EHLO hub.example.com"
        sender, recipient, content = sink.messages[0]
        assert sender.startswith(f"FROM:<{SENDER}>") and recipient == "TO:<wang.fang@example.com>"
        assert content.startswith(b"Date: ") and content.endswith(b"\r\n")


def test_a_line_that_begins_with_a_dot_stays_one(tmp_path):
    text = ".\n..\n.leading\nend\n.\n"
    with Sink() as sink, Courier(tmp_path, sink.port) as courier:
        assert courier.deliver(letter=letter(text=text))["state"] == "accepted"
        assert sink.messages[0][2].endswith(b"\r\n\r\n" + text.replace("\n", "\r\n").encode())


def test_the_sender_may_be_nobody(tmp_path):
    with Sink() as sink, Courier(tmp_path, sink.port) as courier:
        assert courier.deliver(sender="")["state"] == "accepted"
        assert sink.messages[0][0].startswith("FROM:<>")


def test_a_recipient_that_is_refused_stops_nobody_else(tmp_path):
    def answer(step, argument, _):
        return f"550 5.1.1 {argument[3:]}: gone.away unknown here" if step == "RCPT" and "gone.away" in argument else None
    with Sink(answer) as sink, Courier(tmp_path, sink.port) as courier:
        assert courier.deliver()["state"] == "accepted"
        # whom it was for is not repeated: what is said goes on record
        assert courier.deliver(to="gone.away@example.com") == {
            "state": "refused", "code": 550, "text": "5.1.1 <(recipient)>: (recipient) unknown here", "unsure": False}
        assert courier.deliver()["state"] == "accepted"
        assert len(sink.messages) == 2


@pytest.mark.parametrize("step, reply, state", [
    ("banner", "421 4.3.2 not now", "deferred"), ("banner", "554 5.3.2 no service", "deferred"),
    ("MAIL", "451 4.3.0 try later", "deferred"),
    ("MAIL", "550 5.7.1 sender not allowed", "deferred"), ("MAIL", "530 5.7.0 log in first", "deferred"),
    ("MAIL", "552 5.3.4 too large", "refused"), ("RCPT", "450 4.2.0 greylisted, come back", "deferred"),
    ("RCPT", "452 4.2.2 mailbox full", "deferred"), ("RCPT", "550 5.1.1 no such user", "refused"),
    ("RCPT", "554 5.7.1 relay access denied", "refused"), ("RCPT", "530 5.7.0 log in first", "deferred"),
    ("DATA", "451 4.3.0 later", "deferred"), ("DATA", "554 5.6.0 no", "refused"),
    ("dot", "451 4.3.0 later", "deferred"), ("dot", "552 5.3.4 too large", "refused"), ("dot", "554 5.7.1 spam", "refused"),
])
def test_each_reply_has_its_meaning(tmp_path, step, reply, state):
    with Sink(at(step, reply)) as sink, Courier(tmp_path, sink.port) as courier:
        found = courier.deliver()
        assert (found["state"], found["code"], found["unsure"]) == (state, int(reply[:3]), False), found
        assert found["text"] == reply[4:]
        # then 2xx: a greylisted one is taken the second time, and nothing stuck
        assert courier.deliver()["state"] == "accepted"
        assert len(sink.messages) == 1


def test_a_reply_of_many_lines_or_odd_bytes_is_one_clean_line(tmp_path):
    reply = "550-first\r\n550 \x1b[31mred\x07 \u202e\u0085 例 " + "长" * 300
    with Sink(at("RCPT", reply)) as sink, Courier(tmp_path, sink.port) as courier:
        found = courier.deliver()
        assert found["state"] == "refused" and found["text"].startswith("[31mred")
        assert len(found["text"].encode()) <= 300 and not set(found["text"]) & {"\x1b", "\x07", "\u202e", "\n"}


@pytest.mark.parametrize("step", STEPS)
def test_a_connection_cut_at_any_step_loses_nothing(tmp_path, authority, certificate, step):
    """[RFC 5321 4.5.4.1] deferred, and unsure only where nobody can know."""
    with Sink(at(step, cut), tls="starttls", certificate=certificate, user=("hub", "geheim 密码")) as sink, \
            Courier(tmp_path, sink.port, tls="required", ca_file=authority.file, user="hub",
                    password_file=password(tmp_path)) as courier:
        found = courier.deliver()
        assert (found["state"], found["code"]) == ("deferred", 0), found
        assert found["unsure"] == (step in ("content", "dot"))
        assert courier.deliver()["state"] == "accepted"
        assert len(sink.messages) == 1


def test_a_connection_cut_at_leave_taking_is_nothing(tmp_path):
    with Sink(at("QUIT", cut)) as sink, Courier(tmp_path, sink.port) as courier:
        assert courier.deliver()["state"] == "accepted"
        assert courier.end() == 0


@pytest.mark.parametrize("farewell", ["421 4.4.2 idle too long", None])
def test_a_connection_that_the_relay_gave_up_is_opened_anew(tmp_path, farewell):
    """The message has not been spoken of yet: it is no attempt that failed."""
    def answer(step, _, times):
        if step == "MAIL" and times == 2:
            return farewell or cut()
        return None
    with Sink(answer) as sink, Courier(tmp_path, sink.port) as courier:
        assert [courier.deliver()["state"] for _ in range(3)] == ["accepted"] * 3
        assert sink.connections == 2 and len(sink.messages) == 3


@pytest.mark.parametrize("step", SILENT)
def test_a_relay_that_falls_silent_is_left(tmp_path, authority, certificate, step):
    with Sink(lambda now, argument, times: sink.stall() if now == step and times == 1 else None, tls="starttls",
              certificate=certificate, user=("hub", "geheim 密码")) as sink, \
            Courier(tmp_path, sink.port, tls="required", ca_file=authority.file, user="hub",
                    password_file=password(tmp_path), stall_seconds=1) as courier:
        start = time.monotonic()
        found = courier.deliver()
        assert (found["state"], found["code"]) == ("deferred", 0), found
        assert found["unsure"] == (step in ("content", "dot"))
        assert time.monotonic() - start < 10


def test_a_delivery_has_a_time_limit_of_its_own(tmp_path):
    with Sink(lambda step, argument, times: sink.stall() if step == "RCPT" else None) as sink, \
            Courier(tmp_path, sink.port) as courier:
        start = time.monotonic()
        assert courier.deliver(limit_ms=700)["state"] == "deferred"
        assert time.monotonic() - start < 5


@pytest.mark.parametrize("step, unsure", [("banner", False), ("RCPT", False), ("dot", True)])
def test_whoever_has_to_stop_does_not_wait_for_a_silent_relay(tmp_path, step, unsure):
    with Sink(lambda now, argument, times: sink.stall() if now == step else None) as sink, \
            Courier(tmp_path, sink.port) as courier:
        courier.ask(hook="email", **{"from": SENDER, "to": "wang.fang@example.com", "letter": letter()})
        courier.ask(hook="email", **{"from": SENDER, "to": "wang.fang@example.com", "letter": letter()})
        while step not in sink.times:
            time.sleep(0.01)
        start = time.monotonic()
        courier.process.send_signal(signal.SIGTERM)
        found, other = courier.hear(20), courier.hear(20)
        assert (found["state"], found["unsure"]) == ("deferred", unsure), found
        assert other["text"].startswith("not begun"), other
        assert courier.end() == 0
        assert time.monotonic() - start < 9


def test_what_is_nearly_done_is_finished_before_the_stop(tmp_path):
    with Sink(lambda now, argument, times: time.sleep(1) if now == "dot" else None) as sink, \
            Courier(tmp_path, sink.port) as courier:
        courier.ask(hook="email", **{"from": SENDER, "to": "wang.fang@example.com", "letter": letter()})
        while "dot" not in sink.times:
            time.sleep(0.01)
        courier.process.send_signal(signal.SIGTERM)
        assert courier.hear()["state"] == "accepted"


# ---- trust ----

@pytest.mark.parametrize("tls, offered", [("required", "starttls"), ("offered", "starttls"), ("implicit", "implicit")])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_relay_that_proves_who_it_is_gets_the_password(tmp_path, authority, certificate, tls, offered, host):
    with Sink(tls=offered, certificate=certificate, user=("hub@example.com", "geheim 密码")) as sink, \
            Courier(tmp_path, sink.port, host=host, tls=tls, ca_file=authority.file, user="hub@example.com",
                    password_file=password(tmp_path, mode=0o400)) as courier:
        assert courier.deliver()["state"] == "accepted"
        assert courier.deliver()["state"] == "accepted"
        assert sink.connections == 1


def test_a_relay_that_asks_for_name_and_password_one_by_one_gets_them(tmp_path, authority, certificate):
    with Sink(tls="starttls", certificate=certificate, user=("hub", "geheim 密码"), mechanisms="NTLM LOGIN") as sink, \
            Courier(tmp_path, sink.port, tls="required", ca_file=authority.file, user="hub",
                    password_file=password(tmp_path)) as courier:
        assert courier.deliver()["state"] == "accepted"


@pytest.mark.parametrize("offered", ["starttls", "implicit"])
@pytest.mark.parametrize("what", ["stranger", "elsewhere", "expired", "self"])
def test_a_relay_that_does_not_is_told_nothing(tmp_path, authority, offered, what):
    shown = {
        "stranger": lambda: Authority(tmp_path, "stranger").certify("relay"),
        "elsewhere": lambda: authority.certify(f"elsewhere-{offered}", "DNS:elsewhere.example,IP:127.0.0.9"),
        "expired": lambda: authority.certify(f"expired-{offered}", days=-1),
        "self": lambda: (Authority(tmp_path, "localhost").file, f"{tmp_path}/localhost.key"),
    }[what]()
    with Sink(tls=offered, certificate=shown, user=("hub", "x")) as sink, \
            Courier(tmp_path, sink.port, host="localhost", tls="implicit" if offered == "implicit" else "required",
                    ca_file=authority.file, user="hub", password_file=password(tmp_path)) as courier:
        found = courier.deliver()
        assert (found["state"], found["code"], found["unsure"]) == ("deferred", 0, False)
        assert "certificate" in found["text"].lower() or "subject name" in found["text"], found
        assert not any(word.startswith(("AUTH", "MAIL")) for word in sink.said)


def test_the_systems_authorities_do_not_vouch_where_others_are_named(tmp_path, authority, certificate):
    """And those named are not asked where the system's are meant."""
    with Sink(tls="starttls", certificate=certificate) as sink, Courier(tmp_path, sink.port, tls="required") as courier:
        assert courier.deliver()["state"] == "deferred"
        assert not sink.messages


def test_tls_that_is_required_is_not_done_without(tmp_path, authority):
    with Sink() as sink, Courier(tmp_path, sink.port, tls="required", ca_file=authority.file) as courier:
        found = courier.deliver()
        assert found["state"] == "deferred" and not sink.messages, found
    with Sink() as sink, Courier(tmp_path, sink.port, tls="offered", ca_file=authority.file) as courier:
        assert courier.deliver()["state"] == "accepted"


def test_a_wrong_password_waits_until_it_is_mended(tmp_path, authority, certificate):
    file = password(tmp_path, "wrong")
    with Sink(tls="starttls", certificate=certificate, user=("hub", "right")) as sink, \
            Courier(tmp_path, sink.port, tls="required", ca_file=authority.file, user="hub", password_file=file) as courier:
        assert courier.deliver() == {"state": "deferred", "code": 535, "text": "5.7.8 wrong password", "unsure": False}
        password(tmp_path, "right")
        courier.deliver()  # learns of it
        assert courier.deliver()["state"] == "accepted"


# ---- what is not sent ----

def test_a_message_above_the_relays_size_is_refused(tmp_path):
    def answer(step, argument, _):
        return "552 5.3.4 too large" if step == "MAIL" and int(argument.rpartition("SIZE=")[2]) > 20000 else None
    big = letter(attachments=[{"name": "a.bin", "type": "application/octet-stream", "text": "x" * 30000}])
    with Sink(answer, size=20000) as sink, Courier(tmp_path, sink.port) as courier:
        found = courier.deliver(letter=big)
        assert (found["state"], found["code"]) == ("refused", 552)
        assert courier.deliver()["state"] == "accepted"


@pytest.mark.parametrize("to", [
    "a@b.c>\r\nRCPT TO:<all@example.com", "a@b.c\nx", "a b@c", "<a@b.c>", "a@b.c,d@e.f", '"a"@b.c', "a", "王@b.c", "a@b.c\x00d"])
def test_a_recipient_that_is_none_never_reaches_the_relay(tmp_path, to):
    plain = "Subject: x\r\n\r\nx\r\n"
    with Sink() as sink, Courier(tmp_path, sink.port) as courier:
        order = {"hook": "email", "from": SENDER, "to": to, "letter": letter(to=to)}
        courier.ask(**order)
        assert courier.hear()["field"] == "to.address"
        if not set(to) & set("\r\n\x00"):  # such a frame cannot even be made
            courier.ask(hook="email", content=plain, **{"from": SENDER, "to": to})
            assert courier.hear()["state"] == "refused"
            courier.ask(hook="email", content=plain, **{"from": to, "to": "a@b.c"})
            assert courier.hear()["state"] == "refused"
        assert not sink.said


@pytest.mark.parametrize("content", ["Subject: x\n\nx\n", "Subject: x\r\n\r\nx\r\n.\n\r\n", "Subject: x\r\n\r\n" + "x" * 999 + "\r\n",
                                     "Subject: x\r\n\r\na\rb\r\n", "Subject: 例\r\n\r\nx\r\n", "Subject: x\r\n\r\na\0b\r\n"])
def test_content_that_relays_read_differently_is_not_sent(tmp_path, content):
    with Sink() as sink, Courier(tmp_path, sink.port) as courier:
        courier.ask(hook="email", content=content, **{"from": SENDER, "to": "a@b.c"})
        assert courier.hear()["state"] == "refused"
        assert not sink.said


# ---- programs ----

def script(folder, text, name="hook"):
    path = folder / name
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_program_reads_json_and_its_exit_code_counts(tmp_path):
    taken = tmp_path / "taken"
    path = script(tmp_path, f"cat >{taken}; env >>{taken}; ls /proc/self/fd >>{taken}; echo first; echo >&2 '说 最后'; echo; exit $(sed -n '1s/[^0-9]//gp' {taken})")
    with Courier(tmp_path, 1, programs=[path]) as courier:
        for code, state in ((0, "accepted"), (75, "deferred"), (1, "refused"), (64, "refused")):
            courier.ask(hook="exec", program=path, content=f'{{"code":{code}}}\n')
            assert courier.hear() == {"state": state, "code": code, "text": "说 最后", "unsure": False}
        lines = taken.read_text(encoding="utf-8").splitlines()
        assert lines[0] == '{"code":64}' and "LANG=C.UTF-8" in lines
        assert not any(line.startswith(("all_proxy", "BUILD")) for line in lines)
        assert [line for line in lines if line.isdigit()] == ["0", "1", "2", "3"]  # 3 is what ls itself opened
        courier.ask(hook="exec", program="/bin/true", content="{}")
        assert courier.hear()["text"] == "the program is not among those allowed"


def test_a_program_that_hangs_or_is_killed_is_tried_again(tmp_path):
    hang = script(tmp_path, "trap '' TERM; sleep 100 & echo begun; wait; sleep 100", "hang")
    die = script(tmp_path, "kill -9 $$", "die")
    with Courier(tmp_path, 1, programs=[hang, die]) as courier:
        start = time.monotonic()
        courier.ask(hook="exec", program=hang, content="{}", limit_ms=300)
        found = courier.hear()
        assert (found["state"], found["code"], found["unsure"]) == ("deferred", 0, True)
        assert 2 < time.monotonic() - start < 8
        courier.ask(hook="exec", program=die, content="{}")
        assert courier.hear()["text"] == "it was killed"
        os.unlink(die)
        courier.ask(hook="exec", program=die, content="{}")
        assert courier.hear() == {"state": "deferred", "code": 0, "text": "No such file or directory", "unsure": False}


def test_a_program_is_ended_with_us(tmp_path):
    began = tmp_path / "began"
    path = script(tmp_path, f"touch {began}; exec sleep 100")
    with Courier(tmp_path, 1, programs=[path]) as courier:
        courier.ask(hook="exec", program=path, content="{}")
        while not began.exists():
            time.sleep(0.01)
        courier.process.send_signal(signal.SIGTERM)
        assert courier.hear(10)["text"] == "stopped while it ran"
