"""A township project from application to closed, in the browser: everybody signs in and does their part by clicks."""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.acceptance.hands import Hands
from tests.acceptance.stage import Theatre, story, theatre
from tests.browser import ARTIFACTS
from tests.workflows.procedure import procedure
from workflows.demo.script import Scripted

pytestmark = pytest.mark.browser

PROJECT = "T01-0001"
APPLYING = frozenset({"submit", "resubmit"})


@pytest.mark.timeout(600)
def test_a_project_goes_from_application_to_closed(chromium: Browser, tmp_path: Path) -> None:
    """Fifty steps by fifteen people over a year; time passes, deadlines fall, and in the end the project is closed."""
    script, definition = story(), procedure()
    steps = [step for step in script.steps if step.project == PROJECT and not step.item]
    with theatre(chromium, tmp_path, replace(script, steps=tuple(steps))) as stage:
        code = ""
        for step in steps:
            stage.pass_time(step.at, code)
            hands = stage.office.seat(step.who, definition)
            try:
                code = take(stage, hands, step, script.units[PROJECT], code)
            except BaseException:
                hands.page.screenshot(path=ARTIFACTS / "journey-stopped.png", full_page=True)
                sys.stderr.write(f"stopped at {step.at} {step.who} {step.do}, {hands.page.url}\n")
                raise
        case = stage.case(code)
        assert (case.state, case.closed_at is not None) == ("closed", True)
        people = {step.who for step in steps}
        assert set(stage.office.seats) == people
        counted = Counter(step.do for step in steps)
        assert sum(case.times.values()) >= len(steps) - counted["open"] - counted["save"]
        hands.page.goto(f"{stage.office.url}/items/{code}")
        assert hands.page.locator(".stages .ahead").count() == 0


def take(stage: Theatre, hands: Hands, step: Scripted, unit: str, code: str) -> str:
    """Take one step of the story; gives the item's code."""
    before = stage.case(code) if code else None
    if step.do == "open":
        code = hands.start(unit)
        hands.open_mine(code)
        hands.fill_in(step.form)
        return code
    assert before is not None
    go = hands.open_mine if step.who.endswith("-apply") else hands.open_task
    go(code)
    if step.do == "save":
        hands.fill_in(step.form)
    elif step.do in APPLYING:
        hands.submit_from_check()
    else:
        own = hands.definition.states[before.state].actions[step.do].form.edit
        beside = {name: value for name, value in step.form.items() if name not in own}
        if beside:
            hands.fill_in(beside)
            go(code)
        hands.decide(step.do, {name: value for name, value in step.form.items() if name in own}, step.comment)
    after = stage.case(code)
    assert after.revision > before.revision, f"{step.at} {step.who} {step.do} changed nothing"
    return code
