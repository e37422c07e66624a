# SPDX-License-Identifier: Apache-2.0
"""make run's demo company: every order of it comes out as expected, and a second run goes on from the ledger."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def demo():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="csdemo"))
    yield folder / "d"
    shutil.rmtree(folder, ignore_errors=True)


def run(demo, language):
    environment = dict(os.environ, BUILD=os.path.abspath(os.environ["BUILD"]), DEMO=str(demo), ONCE="1", LANG=language, LANGUAGE="", LC_ALL="")
    with subprocess.Popen([ROOT / "config/demo/run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # it, and the company that it started
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_orders_and_feedback_come_out_as_expected_and_a_second_run_goes_on(demo):
    first = run(demo, "C.UTF-8")
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    assert "All twelve orders and six pieces of feedback came out as expected" in first.stdout
    # an auditor's own verdict on a backup, against the checkpoint in a mailbox of his
    assert "Sound." in first.stdout.splitlines() and re.search(r"Checkpoint at event \d+, .*: its archiver signed", first.stdout)
    events = [line for line in first.stdout.splitlines() if line.startswith("The record has")]
    second = run(demo, "zh_CN.UTF-8")
    assert second.returncode == 0, second.stdout[-3000:] + second.stderr[-3000:]
    assert "十二张订单、六件顾客反馈都与预期相符" in second.stdout and "完好。" in second.stdout.splitlines()
    # nothing was said twice: the record is as long as it was
    assert events[0].split()[3] in [line for line in second.stdout.splitlines() if line.startswith("记录共")][0]
