# SPDX-License-Identifier: Apache-2.0
"""results: runs test programs and counts what truly ran: cmocka by TAP, pytest by JUnit XML."""

import concurrent.futures
import os
import re
import signal
import subprocess
import xml.etree.ElementTree as ElementTree

PROGRESS = re.compile(r"  (CC|AR|LD|MO|TIDY) +\S+$")  # make's, of no interest in a failure
SKIPPED = re.compile(r"(?:# )?skipped: (.*)")
SECONDS = 300  # for one program; a test that hangs must not hang the rest


class Results:
    """Counts, and what a reader has to know of failures and skips."""

    def __init__(self):
        self.passed = 0
        self.failed = []   # (name, text)
        self.skipped = []  # (name, reason)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        text = f"{self.passed} passed, {len(self.failed)} failed"
        return text + (f", {len(self.skipped)} skipped" if self.skipped else "")

    def explain(self):
        for name, reason in self.skipped:
            print(f"  SKIPPED {name}: {reason}")
        for name, text in self.failed:
            print(f"  FAILED {name}")
            lines = [line for line in text.rstrip().splitlines() if not PROGRESS.match(line)]
            if len(lines) > 80:
                lines = [*lines[:50], f"... {len(lines) - 80} lines ...", *lines[-30:]]
            for line in lines:
                print(f"      {line}")


def run(command, env=None, seconds=SECONDS):
    """Exit code (None after the time limit) and output of a command and all that it started."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL, env=env, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        code = None
    return code, output.decode(errors="replace")


def parse_tap(program, code, output):
    """A test that the plan names but that never reported counts as failed: the program died in it."""
    results = Results()
    plan = re.search(r"^1\.\.(\d+)$", output, re.M)
    planned = int(plan.group(1)) if plan else 0
    pending = []
    seen = 0
    for line in output.splitlines():
        found = re.match(r"(ok|not ok) (\d+)(?: # SKIP| -)? (\w+)$", line)
        if not found:
            # what cmocka says of a failure follows its "not ok"
            if line.startswith("# ") and not SKIPPED.match(line) and results.failed and not pending:
                name, text = results.failed[-1]
                results.failed[-1] = (name, text + line + "\n")
            else:
                pending.append(line)
            continue
        seen += 1
        name = f"{program}: {found.group(3)}"
        if "# SKIP" in line:
            reasons = [found.group(1) for found in map(SKIPPED.match, pending) if found]
            results.skipped.append((name, reasons[-1] if reasons else "no reason given"))
        elif found.group(1) == "ok":
            results.passed += 1
        else:
            results.failed.append((name, "\n".join(pending) + "\n"))
        pending = []
    if planned == 0:
        results.failed.append((program, "no test ran\n" + output))
    elif seen < planned:
        ended = "was still running" if code is None else f"ended with {code}"
        results.failed.append((program, f"{ended} after {seen} of {planned} tests\n" + output))
    elif code != 0 and not results.failed:
        results.failed.append((program, f"ended with {code}\n" + output))
    return results


def run_units(programs, jobs, wrapper=()):
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
    if os.access("/dev/shm", os.W_OK):  # their stores are synced by the thousand; what a power cut leaves, the simulator knows
        env.setdefault("TMPDIR", "/dev/shm")

    def one(program):
        name = "/".join(program.split("/")[-2:])
        return parse_tap(name, *run([*wrapper, program], env))

    total = Results()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for results in pool.map(one, programs):
            total.add(results)
    return total


def run_pytest(folder, report, env, seconds, jobs=1):
    """Everything below a folder, by Debian's own Python; with jobs, so many files side by side."""
    if os.path.exists(report):
        os.remove(report)
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
               "--rootdir", folder, f"--junit-xml={report}",
               *(["-n", str(jobs), "--dist", "loadfile"] if jobs > 1 else []), folder]
    code, output = run(command, env, seconds)
    results = Results()
    if os.path.exists(report):
        for case in ElementTree.parse(report).iter("testcase"):
            name = f"{case.get('classname')}: {case.get('name')}"
            bad = [e for e in case if e.tag in ("failure", "error")]
            skip = case.find("skipped")
            if bad:
                results.failed.append((name, bad[0].text or bad[0].get("message") or ""))
            elif skip is not None:
                results.skipped.append((name, skip.get("message") or "no reason given"))
            else:
                results.passed += 1
    if code != 0 and not results.failed:
        ended = "time is up" if code is None else f"pytest ended with {code}"
        results.failed.append((folder, f"{ended}\n{output}"))
    return results
