# SPDX-License-Identifier: Apache-2.0
"""A company for each test: made once, filled with the demo's customers and data, then copied for each."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from company import Company  # noqa: E402


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        found = {id(v): (k, v) for k, v in item.funcargs.items() if isinstance(v, Company) and k != "filled"}
        for name, value in found.values():
            if value.starts:
                report.sections.append((f"daemons of {name}", value.tail()))
                if "KEEP" in os.environ:
                    value.keep = True


@pytest.fixture(scope="session", name="filled")
def fixture_filled():
    """Not for tests: what they get is a copy."""
    company = Company.make()
    try:
        company.start()
        company.fill()
        company.wait_settled()
        company.stop_all()
        yield company
    finally:
        company.remove()


@pytest.fixture(name="quiet")
def fixture_quiet(filled):
    """A company where nothing runs yet."""
    company = filled.copy()
    try:
        yield company
    finally:
        if getattr(company, "keep", False):
            company.stop_all()
        else:
            company.remove()


@pytest.fixture(name="company")
def fixture_company(quiet):
    """A company at work: customers, reference data, mandates; every daemon of the hub runs."""
    quiet.start()
    return quiet
