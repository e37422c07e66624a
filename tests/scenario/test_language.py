# SPDX-License-Identifier: Apache-2.0
"""The programs speak the reader's language: Chinese where the environment asks for it, generated locale or not.

No daemon runs here. Output is UTF-8 always, as the record is."""

import os
import re
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", f"{ROOT}/build")
CHINESE = ("zh_CN.UTF-8", "zh_CN.GB18030", "zh_CN")
ENGLISH = ("C", "C.UTF-8", "POSIX", "")
HAN = re.compile("[\u4e00-\u9fff]")
# What the glossary rules out: a verdict is no 接受, nobody signs in another's name, finance does not 审计.
FORBIDDEN = ("接受", "代签", "审计", "工作流", "流程实例")


def run(*words, program="countersign", **environment):
    """Exit code, and all that was said."""
    env = {"PATH": os.environ["PATH"], "COUNTERSIGN_LOCALE": f"{BUILD}/locale", **environment}
    done = subprocess.run([f"{BUILD}/bin/{program}", *words], env=env, stdin=subprocess.DEVNULL, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8")


@pytest.fixture
def doubled(tmp_path):
    """A procedure that names a department twice."""
    with open(f"{ROOT}/config/procedure.cfg", encoding="utf-8") as file:
        text = file.read()
    lines = text.splitlines()
    line = next(i for i, words in enumerate(lines, 1) if 'key = "planning"; ' in words)
    path = tmp_path / "procedure.cfg"
    path.write_text(text.replace('key = "planning"; ', 'key = "sales"; ', 1), encoding="utf-8")
    return str(path), line


@pytest.mark.parametrize("lang", CHINESE)
def test_help_is_chinese(lang):
    code, text = run("--help", LANG=lang)
    assert code == 0
    assert text.startswith("用法：")
    commands = [line for line in text.splitlines() if re.match(r"  [a-z]", line)]
    assert len(commands) > 30
    assert [line for line in commands if not HAN.search(line)] == []
    assert "给出本部门的评审意见" in text


@pytest.mark.parametrize("lang", ENGLISH)
def test_help_is_english(lang):
    code, text = run("--help", LANG=lang)
    assert code == 0
    assert text.startswith("usage: countersign")
    assert not HAN.search(text)


@pytest.mark.parametrize("lang", CHINESE)
def test_a_wrong_command_line_is_explained_in_chinese(lang):
    code, text = run("order", "sign", LANG=lang)
    assert code == 64
    assert text.startswith("用法：countersign [选项] order sign")
    assert "例如：" in text
    code, text = run("order", "conclude", "DD2026-0001", "able", LANG=lang)
    assert (code, "no:理由" in text) == (64, True)
    code, text = run("nonsense", LANG=lang)
    assert (code, "没有命令“nonsense”" in text) == (64, True)


def test_a_wrong_command_line_is_explained_in_english():
    code, text = run("order", "sign", LANG="C")
    assert code == 64
    assert text.startswith("usage: countersign [options] order sign")
    assert 'no command "nonsense"' in run("nonsense", LANG="C")[1]


@pytest.mark.parametrize("lang", CHINESE)
def test_what_is_wrong_with_a_procedure_is_said_in_chinese(lang, doubled):
    path, line = doubled
    code, text = run("procedure", "check", path, LANG=lang)
    assert code == 65
    assert f"{path}:{line}: departments[1].key: 程序文件前后不一致 (sales 重复出现) [QP21-5]" in text
    code, text = run("procedure", "check", f"{ROOT}/config/procedure.cfg", LANG=lang)
    assert (code, "前后一致：8 个部门" in text) == (0, True)


def test_what_is_wrong_with_a_procedure_is_said_in_english(doubled):
    path, line = doubled
    code, text = run("procedure", "check", path, LANG="C")
    assert code == 65
    assert f"{path}:{line}: departments[1].key: the procedure is not consistent (sales is there twice)" in text


def test_a_file_that_is_not_there_is_said_in_chinese():
    code, text = run("procedure", "check", "/nowhere/procedure.cfg", LANG="zh_CN.UTF-8")
    assert code == 66
    assert "文件无法使用 (无法打开：" in text


def test_the_order_of_the_variables_is_gettexts():
    assert run("--help", LANG="C", LC_ALL="zh_CN.UTF-8")[1].startswith("用法：")
    assert run("--help", LANG="C.UTF-8", LC_MESSAGES="zh_CN.UTF-8")[1].startswith("用法：")
    assert run("--help", LANG="zh_CN.UTF-8", LC_ALL="C")[1].startswith("usage:")
    assert run("--help", LANG="zh_CN.UTF-8", LANGUAGE="en")[1].startswith("usage:")
    assert run("--help", LANG="zh_CN.UTF-8", LANGUAGE="")[1].startswith("用法")


@pytest.mark.parametrize("program, word", (("coordinator", "台账"), ("archiver", "第二块磁盘"), ("department", "部门"),
                                           ("agent", "发件箱")))
def test_the_daemons_help_is_translated(program, word):
    name = f"countersign-{program}"
    code, text = run("--help", program=name, LANG="zh_CN.UTF-8")
    assert code == 0
    assert text.startswith(f"用法：{name}") and word in text.splitlines()[1]
    assert [line for line in text.splitlines() if line.startswith("  -") and not HAN.search(line)] == []
    assert not HAN.search(run("--help", program=name, LANG="C")[1])
    code, text = run("--nonsense", program=name, LANG="zh_CN.UTF-8")
    assert (code, "可用的选项见下" in text) == (64, True)


def test_the_translation_keeps_to_the_glossary():
    with open(f"{ROOT}/config/po/zh_CN.po", encoding="utf-8") as file:
        text = file.read()
    assert [word for word in FORBIDDEN if word in text] == []
    for context, word, chinese in (("verdict", "accept", "同意"), ("verdict", "accept with conditions", "有条件同意"),
                                   ("verdict", "reject", "不同意"), ("state", "in review", "评审中"),
                                   ("state", "to negotiate", "待协商"), ("state", "awaiting signature", "待签批"),
                                   ("state", "effective", "已生效"), ("outcome", "able", "能履行"),
                                   ("kind", "round.tallied", "汇总建议"), ("kind", "round.conclude", "综合意见"),
                                   ("outbox", "accepted", "已受理"), ("verdict", "ours", "属我方"),
                                   ("verdict", "partly ours", "部分属我方"), ("verdict", "not ours", "非我方"),
                                   ("state", "closed", "已结案"), ("feedback_kind", "complaint", "投诉"),
                                   ("feedback_kind", "dealer report", "经销商报告"), ("kind", "feedback.contain", "围堵措施"),
                                   ("kind", "action.verify", "有效性验证"), ("action_type", "corrective", "纠正措施"),
                                   ("action_type", "correction", "纠正"), ("remedy", "concession", "让步放行")):
        assert f'msgctxt "{context}"\nmsgid "{word}"\nmsgstr "{chinese}"\n' in text


def test_a_detail_is_taken_apart_by_the_format_that_made_it():
    """A format that was reworded where it is made would be English again."""
    with open(f"{ROOT}/daemons/agent/cli/details.c", encoding="utf-8") as file:
        formats = re.findall(r'^    {("(?:[^"\\]|\\.)*"), ', file.read(), re.M)
    with open(f"{ROOT}/config/po/zh_CN.po", encoding="utf-8") as file:
        text = file.read()
    assert len(formats) > 25
    assert [format for format in formats if f"msgid {format}\n" not in text] == []
