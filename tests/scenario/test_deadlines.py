# SPDX-License-Identifier: Apache-2.0
"""Deadlines and reminders as people see them: by when, who is reminded, and why not yet."""

from test_complaint_cli import chinese, does, file_of, registered, say

from company import PROCEDURE


def impatient(company):
    """An edition under which nobody has to wait before they remind somebody, at any hour."""
    with open(PROCEDURE, encoding="utf-8") as file:
        text = file.read()
    for old, new in (("nudge_first = 30;", "nudge_first = 0;"), ('  quiet_from = "22:00";', "  #"), ('  quiet_to = "07:00";', "  #"),
                     ('edition = "A/0"', 'edition = "A/1"')):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    does(company, "温如实", "procedure", "adopt", file_of(company, "impatient.cfg", text), then=("唐果",))


def test_a_case_says_by_when_it_is_to_be_done_and_who_was_reminded(company):
    """QP21-4.4.3, ISO 10002: whoever asks hears the end of each stage."""
    number = registered(company)
    step = company.person("唐果").does("why", number)["waiting"][0]
    assert step["stage"] == "acknowledge" and step["deadline"] > step["since"] and "missed" not in step
    told = chinese(company, "唐果", "why", number)
    assert "前" in told.out or "期限" in told.out, told
    too_soon = chinese(company, "唐果", "nudge", number, "--stage", "assess")
    assert too_soon.code != 0 and "不早于" in too_soon.err, too_soon
    several = say(company, "唐果", "nudge", number)
    assert several.code != 0 and "--stage" in several.err, several
    impatient(company)
    does(company, "唐果", "nudge", number, "--stage", "assess", "--note", "顾客下午来电", then=("严明德",))
    again = say(company, "林小禾", "nudge", number, "--stage", "assess")
    assert again.code != 0 and "reminded a moment ago" in again.err, again
    steps = {step["stage"]: step for step in company.person("严明德").does("why", number)["waiting"]}
    assert steps["assess"]["nudges"] == 1 and steps["assess"]["nudged"]
    inbox = chinese(company, "严明德", "inbox")
    assert number in inbox.out and "催办 1 次" in inbox.out, inbox
    events = company.person("严明德").does("events", "--case", number)["events"]
    nudge = [event for event in events if event["kind"] == "case.nudge"]
    assert len(nudge) == 1 and nudge[0]["body"]["note"] == "顾客下午来电"


def test_without_a_calendar_no_date_is_made_up(company):
    number = registered(company)
    steps = {step["stage"]: step for step in company.person("唐果").does("why", number)["waiting"]}
    assert "deadline" not in steps["assess"] and steps["assess"]["year_missing"] >= 2026
    told = say(company, "唐果", "why", number)
    assert f"the holidays of {steps['assess']['year_missing']} are not imported" in told.out, told
