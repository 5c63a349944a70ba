"""A browser that dies while somebody types: what was typed five seconds before is there when they come back."""

from random import Random
from time import monotonic

import psutil
import pytest
from playwright.sync_api import Error, Page

from adapters.sql.drafts import drop_draft, find_draft
from tests.acceptance.jobs import Jobs
from tests.browser import running_chromium, visiting
from tests.service.web.county import Service

pytestmark = pytest.mark.browser

PERSON, CODE, FIELD = "t02-apply", "QH-2026-T02-0039", "problem"
LOST_SECONDS_MAX = 5.0
TYPING_SECONDS = (1.0, 7.0)
KILLS, KILLS_LONG = 5, 100
WORD_MILLISECONDS = 60


def browsers() -> set[int]:
    """The processes of browsers that this test has started."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if "chrom" in child.name()}


def type_until(page: Page, seconds: float) -> list[float]:
    """Type numbers without a pause; gives when each was there."""
    typed: list[float] = []
    until = monotonic() + seconds
    while monotonic() < until:
        page.keyboard.type(f"{len(typed):04} ")
        typed.append(monotonic())
        page.wait_for_timeout(WORD_MILLISECONDS)
    return typed


def lost_seconds(county: Service, case_id: str, typed: list[float], died: float) -> float:
    """How long before the end the first number was typed that was not kept."""
    with county.assembly.database.read() as connection:
        kept = find_draft(connection, case_id, PERSON)
    words = str(kept[0].get(FIELD, "")).split() if kept is not None else []
    numbers = {int(word) for word in words if word.isdecimal()}
    missing = next((number for number in range(len(typed)) if number not in numbers), None)
    return 0.0 if missing is None else died - typed[missing]


def kill_one(county: Service, case_id: str, seconds: float) -> float:
    """Open the form, type, and end the browser as a power cut would; gives the seconds of typing that are lost."""
    drop_draft(county.assembly.database, case_id, PERSON)
    address = f"{county.url}/items/{CODE}/edit?section=need"
    typed: list[float] = []
    before, died = browsers(), 0.0
    try:
        with running_chromium() as browser, visiting(browser, address, cookies=(county.cookie_of(PERSON),)) as visit:
            visit.page.locator(f"[name={FIELD}]").fill("")
            typed = type_until(visit.page, seconds)
            for pid in browsers() - before:
                psutil.Process(pid).kill()
            died = monotonic()
    except (Error, psutil.NoSuchProcess):
        died = died or monotonic()
    return lost_seconds(county, case_id, typed, died)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [KILLS, pytest.param(KILLS_LONG, marks=pytest.mark.long)])
def test_a_dead_browser_costs_five_seconds_at_most(county: Service, kills: int) -> None:
    """At any moment, while typing goes on without a pause."""
    case_id, chance = Jobs(county).case(CODE).id, Random(kills)  # when a browser dies is no secret
    lost = [kill_one(county, case_id, chance.uniform(*TYPING_SECONDS)) for _ in range(kills)]
    assert max(lost) <= LOST_SECONDS_MAX, sorted(lost)
    assert any(lost), "no browser died with something unsaved"
