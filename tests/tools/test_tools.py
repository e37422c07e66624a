# SPDX-License-Identifier: Apache-2.0
"""The tools that judge the tests are judged here: each is shown something wrong and has to find it."""

import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import results  # noqa: E402

TOOLS = os.path.dirname(os.path.abspath(__file__))


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def layers(root):
    done = subprocess.run([f"{TOOLS}/layers", "base", "event"], cwd=root, capture_output=True, text=True)
    return done.returncode, done.stdout


def tree(root):
    write(root, "common/base/text.h", "")
    write(root, "common/event/event.h", '#include "common/base/text.h"\n')
    write(root, "daemons/a/a.h", '#include "common/event/event.h"\n')
    write(root, "daemons/b/b.h", '#include "daemons/b/b.h"\n')


def test_includes_that_point_down_pass(tmp_path):
    tree(tmp_path)
    assert layers(tmp_path) == (0, "layers: 3 includes, 0 wrong\n")


def test_an_include_that_points_up_is_found(tmp_path):
    tree(tmp_path)
    write(tmp_path, "common/base/text.h", '\n  # include "common/event/event.h"\n')
    code, said = layers(tmp_path)
    assert code == 1 and "common/base/text.h:2:" in said and "base is below event" in said


def test_daemons_that_include_each_other_are_found(tmp_path):
    tree(tmp_path)
    write(tmp_path, "daemons/a/a.c", '#include "daemons/b/b.h"\n')
    write(tmp_path, "common/event/event.c", '#include "daemons/b/b.h"\n')
    code, said = layers(tmp_path)
    assert code == 1 and "daemons/a/a.c:1:" in said and "common/event/event.c:1:" in said


def test_a_daemons_tests_include_that_daemon_only(tmp_path):
    tree(tmp_path)
    write(tmp_path, "tests/unit/a/test_a.c", '#include "daemons/a/a.h"\n')
    assert layers(tmp_path)[0] == 0
    write(tmp_path, "tests/unit/a/test_b.c", '#include "daemons/b/b.h"\n')
    code, said = layers(tmp_path)
    assert code == 1 and "tests/unit/a/test_b.c:1:" in said and "its own daemon only" in said


def test_an_include_that_is_not_written_from_the_root_is_found(tmp_path):
    tree(tmp_path)
    write(tmp_path, "common/event/event.c", '#include "event.h"\n')
    assert layers(tmp_path)[0] == 1


def clauses(root, what):
    done = subprocess.run([f"{TOOLS}/clauses", what], cwd=root, capture_output=True, text=True)
    return done.returncode, done.stdout


def proofs(root):
    shutil.copytree(TOOLS, root / "tests/tools", ignore=shutil.ignore_patterns("__pycache__"))
    write(root, "tests/unit/domain/test_order.c",
          'TEST_CLAUSE(departments_speak, "QP21-4.3.2", RULE) {\n}\n')
    write(root, "tests/scenario/test_special.py",
          'def test_nobody_else():\n    """Nobody else.\n\n    [QP21-4.3.2 refusal] asked none.\n    """\n')


def test_the_page_names_the_tests_of_a_clause(tmp_path):
    proofs(tmp_path)
    assert clauses(tmp_path, "write")[0] == 0
    rows = (tmp_path / "tests/clauses.md").read_text(encoding="utf-8").splitlines()
    row = [r for r in rows if r.startswith("| QP21-4.3.2 |")][0]
    assert "departments_speak" in row and "test_nobody_else" in row and "not yet" not in row
    assert [r for r in rows if r.startswith("| QP21-1 |")][0].count("not yet") == 2
    assert clauses(tmp_path, "check") == (0, "")


def test_a_page_that_is_out_of_date_is_found(tmp_path):
    proofs(tmp_path)
    assert clauses(tmp_path, "check")[0] == 1
    clauses(tmp_path, "write")
    write(tmp_path, "tests/unit/domain/test_more.c", 'TEST_CLAUSE(more, "QP21-4.1", REFUSAL) {}\n')
    assert clauses(tmp_path, "check")[0] == 1


def test_a_clause_that_does_not_exist_is_found(tmp_path):
    proofs(tmp_path)
    write(tmp_path, "tests/unit/domain/test_more.c", 'TEST_CLAUSE(more, "QP21-4.3.1.9", RULE) {}\n')
    code, said = clauses(tmp_path, "write")
    assert code == 1 and "QP21-4.3.1.9" in said


def test_a_clause_that_cannot_be_read_is_found(tmp_path):
    proofs(tmp_path)
    write(tmp_path, "tests/unit/domain/test_more.c", 'TEST_CLAUSE(more, CLAUSE, RULE) {}\n')
    assert clauses(tmp_path, "write")[0] == 1


def counted(code, output):
    found = results.parse_tap("p", code, output)
    return found.passed, [n for n, _ in found.failed], found.skipped


def test_tap_is_counted():
    output = "1..3\nok 1 - good\nodd words\nnot ok 2 - bad\n# 1 != 2\n# skipped: no net\nnot ok 3 # SKIP later\n"
    assert counted(1, output) == (1, ["p: bad"], [("p: later", "no net")])
    assert "odd words\n# 1 != 2" in results.parse_tap("p", 1, output).failed[0][1]


def test_a_program_that_dies_or_hangs_counts_as_failed():
    assert counted(-11, "1..2\nok 1 - good\n") == (1, ["p"], [])
    assert counted(None, "1..2\nok 1 - good\n") == (1, ["p"], [])
    assert counted(0, "1..0\n") == (0, ["p"], [])
    assert counted(-6, "1..1\nok 1 - good\nleaked\n") == (1, ["p"], [])


TABLE = """
mutant NAME
promise something
file common/base/text.c
first unit base/test_text
-{0}
+{1}
"""


def mutate(folder, *tables):
    write(folder, "mutants", "".join(TABLE.format(*table).replace("NAME", f"m{i}") for i, table in enumerate(tables)))
    done = subprocess.run([f"{TOOLS}/../mutate/run", "--quick", "--table", folder / "mutants", "--build", folder / "build"],
                          capture_output=True, text=True)
    return done.returncode, done.stdout


def test_a_mutant_that_no_test_kills_is_found(tmp_path):
    line = '#include "common/base/text.h"'
    code, said = mutate(tmp_path, (line, line + " /* changed */"))
    assert code == 1 and "m0 LIVES: something" in said and said.endswith("0 passed, 1 failed\n"), said


def test_a_mutant_that_fits_no_longer_is_found(tmp_path):
    code, said = mutate(tmp_path, ("no such line", "another"))
    assert code == 1 and "stands 0 times" in said and said.endswith("0 passed, 1 failed\n"), said
