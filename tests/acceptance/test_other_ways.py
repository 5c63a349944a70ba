"""The same jobs for people who use no mouse, and for browsers that run no script."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.hands import walk_to
from tests.acceptance.stage import story, theatre
from tests.browser import visiting
from tests.service.web.county import Service
from tests.workflows.procedure import procedure

pytestmark = pytest.mark.browser

PROJECT = "T01-0001"
TABS_MAX = 120
ROWS_MAX = 30
WATCH_POINTER = """document.addEventListener("pointerdown", () => { window.pointed = true; }, true);"""


@pytest.mark.timeout(300)
def test_a_project_is_applied_for_without_script(chromium: Browser, tmp_path: Path) -> None:
    """Start, five sections with tables and papers, check, send, and the head of the office agrees."""
    script, definition = story(), procedure()
    steps = [step for step in script.steps if step.project == PROJECT][:4]
    opened, saved, sent, agreed = steps
    with theatre(chromium, tmp_path, replace(script, steps=tuple(steps)), javascript=False) as stage:
        applicant = stage.office.seat(opened.who, definition)
        code = applicant.start(script.units[PROJECT])
        applicant.open_mine(code)
        stage.pass_time(saved.at, code)
        applicant.fill_in({**opened.form, **saved.form})
        stage.pass_time(sent.at, code)
        applicant.open_mine(code)
        applicant.submit_from_check()
        assert code in applicant.page.locator(".receipt").inner_text()
        stage.pass_time(agreed.at, code)
        head = stage.office.seat(agreed.who, definition)
        head.open_task(code)
        head.decide(agreed.do, agreed.form, agreed.comment)
        assert stage.case(code).state == "twp_check"


def walk_to_row(page: Page, code: str) -> None:
    """Press J until the row of an item is the current one."""
    for _ in range(ROWS_MAX):
        page.keyboard.press("j")
        if page.locator("tr[data-current]", has_text=code).count():
            return
    raise AssertionError(f"no row of {code} among the first {ROWS_MAX}")


def test_a_task_is_found_read_and_decided_by_keys(chromium: Browser, county: Service) -> None:
    """From the start page: to the queue, its second tab, the first row, the decision; no pointer is touched."""
    cookie = county.cookie_of("t09-head")
    with visiting(chromium, county.url, cookies=(cookie,)) as visit:
        page = visit.page
        page.context.add_init_script(WATCH_POINTER)
        page.keyboard.press("g")
        page.keyboard.press("q")
        page.wait_for_url("**/queue")
        visit.settle()
        page.keyboard.press("Alt+2")
        page.wait_for_url("**view=claimable*")
        visit.settle()
        walk_to_row(page, "QH-2026-T09-0038")
        page.keyboard.press("Enter")
        page.wait_for_selector(".desk")
        visit.settle()
        page.keyboard.press("a")
        page.keyboard.type("Agreed by keys")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**done=QH-2026-T09-0038*")
        assert not page.evaluate("window.pointed === true")


def test_an_answer_is_mended_by_tab_and_enter(chromium: Browser, county: Service) -> None:
    """Without shortcuts too: tabs lead to the section, its field and the button."""
    cookies = (county.cookie_of("t02-apply"), ("shenpi_keys", "off"))
    with visiting(chromium, f"{county.url}/items/QH-2026-T02-0039/edit", cookies=cookies) as visit:
        page = visit.page
        page.context.add_init_script(WATCH_POINTER)
        walk_to(page, ".tasks a[href$='section=basics']", TABS_MAX)
        page.keyboard.press("Enter")
        page.wait_for_selector("[name=batch]")
        visit.settle()
        walk_to(page, "[name=batch]", TABS_MAX)
        page.keyboard.type("2026-2")
        walk_to(page, "button[value=next]:not([aria-hidden])", TABS_MAX)
        page.keyboard.press("Enter")
        page.wait_for_url("**section=need")
        page.goto(f"{county.url}/items/QH-2026-T02-0039/check")
        assert "2026-2" in page.locator("main").inner_text()
        assert not page.evaluate("window.pointed === true")
