"""The usual jobs in a browser that runs no script. Applying for a project is in `test_other_ways.py`."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.jobs import MODEL, Jobs
from tests.browser import visiting
from tests.service.web.county import Service, serving

pytestmark = pytest.mark.browser

SCORED, PAYMENT, WAITING = "QH-2026-T05-0033", "BF-2026-T01-0015", "QH-2026-T01-0037"
POINTS_MAX = re.compile(r"[(（](\d+)[)）]")
SHARE = 0.75
"""Of the points of a criterion: what needs no words, being neither low nor high."""


@pytest.fixture(scope="module")
def jobs(county: Service) -> Jobs:
    """The demonstration county, to change."""
    return Jobs(county)


@pytest.fixture
def desk(chromium: Browser, jobs: Jobs) -> Iterator[Callable[[str, str], Page]]:
    """Opens pages for somebody, without script, that stay open until the test is over."""
    with ExitStack() as leaving:

        def seat(person: str, path: str) -> Page:
            cookies, url = (jobs.county.cookie_of(person),), jobs.county.url + path
            opened = visiting(chromium, url, language="en", cookies=cookies, javascript=False)
            return leaving.enter_context(opened).page

        yield seat


def first_row(page: Page, words: str) -> None:
    """Open the first row of a list that has these words."""
    page.locator("tr[data-row]", has_text=words).locator("a").first.click()
    page.wait_for_selector(".desk")


def unfolded(page: Page, action: str) -> None:
    """Unfold what an action asks, if it is folded."""
    if page.locator(f"#do-{action}[open]").count() == 0:
        page.locator(f"#do-{action} summary").first.click()


def test_one_and_then_many_are_agreed_to(jobs: Jobs, desk: Callable[[str, str], Page]) -> None:
    """Jobs 1 and 2: from the list to the task, the opinion, the next one; then two at once, ticked one by one."""
    single, *many = [jobs.apply("PLAIN", send=True) for _ in range(3)]
    page = desk("t09-head", "/queue?view=claimable&words=PLAIN")
    first_row(page, single)
    unfolded(page, "agree")
    page.fill("#do-agree [name=_comment]", "Agreed")
    page.click("#do-agree button[value=submit]")
    page.wait_for_url("**done=*")
    page.wait_for_selector(".desk")
    page.goto(f"{jobs.county.url}/queue?view=claimable&words=PLAIN")
    for code in many:
        page.locator("tr[data-row]", has_text=code).locator("[name=task]").check()
    page.get_by_role("button", name="Decide on the chosen").click()
    page.fill("#batch-comment", "Agreed, routine")
    page.click("form[action='/queue/batch'] [data-send]")
    page.wait_for_selector("#batch-comment", state="detached")
    assert {jobs.case(code).state for code in (single, *many)} == {"twp_check"}


def test_one_is_returned_and_mended(jobs: Jobs, desk: Callable[[str, str], Page]) -> None:
    """Jobs 3 and 6: returned with a remark at a section; the remark read there, the answer mended, sent again."""
    code = jobs.apply("PLAINBACK", send=True)
    page = desk("t09-head", f"/queue?view=claimable&words={code}")
    first_row(page, code)
    unfolded(page, "send_back")
    panel = page.locator("#do-send_back")
    panel.locator("[name=reason_code]").first.select_option(index=1)
    panel.locator("[name=_comment]").fill("Mend what is marked")
    if not panel.locator("[name=_place-0]").is_visible():
        panel.locator("details summary").first.click()
    panel.locator("[name=_place-0]").select_option(index=1)
    panel.locator("[name=_remark-0]").fill("The name is too long")
    panel.locator("button[value=submit]").click()
    page.wait_for_url("**done=*")
    assert jobs.case(code).state == "draft"
    page = desk(jobs.case(MODEL).initiator, "/returned")
    page.locator(f"a[href*='{code}/edit']").click()
    assert "The name is too long" in page.locator("main").inner_text()
    page.fill("[name=name]", f"Short {code}")
    page.click("button[value=check]")
    page.click("form[id^='act-'] button[value=submit]")
    page.wait_for_url("**/submitted")
    assert jobs.case(code).state == "dept_check"


def test_where_one_is_can_be_seen(desk: Callable[[str, str], Page]) -> None:
    """Job 4: the list says the step and who holds it; a press shows the whole way."""
    page = desk("t01-apply", "/mine")
    words = page.locator(".cards li", has_text=WAITING).inner_text()
    assert "Township decision" in words
    assert "With: " in words
    page.click(f"a[href='/items/{WAITING}']")
    assert page.locator(".timeline li").count() > 1


def test_a_project_is_scored(jobs: Jobs, desk: Callable[[str, str], Page]) -> None:
    """Job 7: points down the sheet, words on two of them in rows that are added, advice, sent."""
    expert, task = jobs.county.person_of(SCORED), jobs.county.task_of(SCORED)
    page = desk(expert, "/queue?view=mine&words=T05-0033")
    page.locator(f"tr[data-row] a[href*='{task}']").first.click()
    rows = page.locator("[data-sheet] tbody tr")
    most = [int(found[1]) for found in map(POINTS_MAX.search, rows.locator("label").all_inner_texts()) if found]
    assert len(most) == rows.count()
    given = [points if at == 0 else round(SHARE * points) for at, points in enumerate(most)]
    for at, points in enumerate(given):
        rows.nth(at).locator("input").fill(str(points))
    for at, criterion in enumerate(("a1", "c2")):  # one is high, the other not what was suggested
        page.click("button[value='add:score_remarks']")
        page.locator(f"[name=score_remarks-{at}-criterion]").select_option(criterion)
        page.fill(f"[name=score_remarks-{at}-remark]", "Half the time of every visit is saved, and measured")
    assert page.locator("[data-sum]").inner_text() == str(sum(given))
    page.locator("[name=advice]").first.check()
    page.click("#do-score button[value=submit]")
    page.wait_for_url("**done=*")
    assert task not in {one.id for one in jobs.case(SCORED).tasks}


def test_a_milestone_is_paid(chromium: Browser, furnished: Path, tmp_path: Path) -> None:
    """Job 8: the treasury releases, the cashier pays."""
    shutil.copytree(furnished, tmp_path / "county")
    asked = {"receipt_number": "HD-26-1", "paid_on": "2026-11-23"}
    with serving(tmp_path / "county") as county:
        for person, action, answers in (("fin-pay", "release", {}), ("t01-head", "pay", asked)):
            address, cookies = f"{county.url}/queue?view=claimable&words={PAYMENT}", (county.cookie_of(person),)
            with visiting(chromium, address, cookies=cookies, javascript=False) as visit:
                first_row(visit.page, PAYMENT)
                unfolded(visit.page, action)
                for name, value in answers.items():
                    visit.page.fill(f"#do-{action} [name={name}]", value)
                visit.page.click(f"#do-{action} button[value=submit]")
                visit.page.wait_for_url("**done=*")
        assert Jobs(county).case(PAYMENT).state == "paid"


def test_a_leader_gets_behind_a_red_number(desk: Callable[[str, str], Page]) -> None:
    """Job 10: from the start page to the list."""
    page = desk("lead-1", "/")
    number = page.locator(".tiles .urgent a").first
    said = re.search(r"\d+", number.inner_text())
    number.click()
    page.wait_for_url("**/items?**")
    assert said
    assert page.locator(".cards li").count() == int(said[0])


HELP = {
    "cty-review-1": ("/", "/queue", "/items/QH-2026-T03-0035/process", "/items", "/reports", "/search?q=T03"),
    "t01-apply": ("/", "/mine", "/apply", "/duties", "/settings", "/lessons"),
    "lead-1": ("/dashboard", "/reserve", "/evaluations"),
    "fin-head": ("/funds",),
    "aud-admin": ("/audit", "/audit/access"),
    "wf-admin": ("/admin", "/admin/definitions", "/admin/definitions/township-project/1"),
}


@pytest.mark.parametrize("person", HELP)
def test_help_is_in_the_same_place(desk: Callable[[str, str], Page], person: str) -> None:
    """On every page first in the foot, and in the person's menu, with words about that page (WCAG 2.2, 3.2.6)."""
    for path in HELP[person]:
        page = desk(person, path)
        foot = page.locator("footer a").first
        topic = foot.get_attribute("href") or ""
        assert topic.startswith("/help#"), path
        assert page.locator(f".menu-body ul a[href='{topic}']").count() == 1, path
        foot.click()
        assert page.locator(f"[id='{topic.partition('#')[2]}']").is_visible(), path
