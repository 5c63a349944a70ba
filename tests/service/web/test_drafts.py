"""What a person began and did not send: how far it is, when it was kept, who else may write, and giving it up."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient

from adapters.clock import ManualClock
from service.app import build
from tests.service.web.county import TODAY, settings_of
from tests.service.web.test_preparing import DEMO_PASSWORD, DRAFT, revision
from tests.service.web.test_signing_pages import Browser

PERCENT = re.compile(r'<progress max="100" value="(\d+)"')
REVIEWED = "/items/QH-2026-T03-0035"


@dataclass(frozen=True)
class Place:
    """A county of one's own, its clock, and a browser in front of it."""

    browser: Browser
    clock: ManualClock

    def drafts(self) -> str:
        """Read the list."""
        answer = self.browser.get("/drafts")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def place(furnished_county: Path, tmp_path: Path) -> Iterator[Place]:
    """The county, nobody signed in."""
    folder = tmp_path / "county"
    shutil.copytree(furnished_county, folder)
    clock = ManualClock(TODAY)
    with TestClient(build(settings_of(folder), clock, is_demo=True)) as client:
        yield Place(Browser(client), clock)


def filled(page: str) -> int:
    """Give how much of the one draft is filled in."""
    (percent,) = PERCENT.findall(page)
    return int(percent)


def test_a_draft_says_how_far_it_is_and_who_may_write(place: Place) -> None:
    """What is typed counts before it is saved; a stand-in is named while the authorisation runs."""
    browser = place.browser
    browser.sign_in("t02-apply", DEMO_PASSWORD)
    before = place.drafts()
    assert "柳烟镇农贸市场溯源看板" in before
    assert "只有您可以填写" in before
    assert 0 < filled(before) < 100
    section = f"{DRAFT}/edit?section=solution"
    browser.post(f"{DRAFT}/draft?section=solution", revision=revision(browser.get(section).text), risks="")
    emptied = place.drafts()
    assert filled(emptied) < filled(before)
    assert "含自动暂存" in emptied
    assert "2026-11-23 10:00" in emptied
    days = {"since": "2026-11-23", "until": "2026-11-30"}
    given = browser.post("/settings/authorisations", taker="t02-head", **days)
    assert given.status_code == 303, given.text
    assert "还可填写的人：业务部门负责人·柳烟镇" in place.drafts()
    place.clock.advance(timedelta(days=9))
    browser.sign_in("t02-apply", DEMO_PASSWORD)
    assert "只有您可以填写" in place.drafts()


def test_a_draft_is_given_up_and_taken_back(place: Place) -> None:
    """One button, because ten seconds remain in which it is undone."""
    browser = place.browser
    browser.sign_in("t02-apply", DEMO_PASSWORD)
    page = place.drafts()
    (action,) = re.findall(r'action="(/items/[^"]+/act/discard)"', page)
    gone = browser.post(action, revision=revision(page), intent="submit")
    assert gone.status_code == 303, gone.text
    assert "没有草稿" in place.drafts()
    assert "data-undo" in browser.get(gone.headers["location"]).text
    browser.post(f"{DRAFT}/verbs/undo")
    assert "柳烟镇农贸市场溯源看板" in place.drafts()


def test_drafts_are_of_who_began_them(place: Place) -> None:
    """Others see none of them, nor who may not start anything a button to do so."""
    for person in ("t02-leader", "cyber"):
        place.browser.sign_in(person, DEMO_PASSWORD)
        page = place.drafts()
        assert "没有草稿" in page, person
        assert "农贸市场" not in page, person


def test_an_opinion_that_was_not_sent_is_found_again(place: Place) -> None:
    """A reviewer who was called away finds the task in which words of theirs are kept."""
    browser = place.browser
    browser.sign_in("cty-review-1", DEMO_PASSWORD)
    assert "其他事项中还没有提交的内容" not in place.drafts()
    seen = revision(browser.get(REVIEWED).text)
    browser.post(f"{REVIEWED}/draft?action=pass", revision=seen, _comment="half an opinion")
    page = place.drafts()
    assert "其他事项中还没有提交的内容" in page
    assert "QH-2026-T03-0035" in page
