"""News in an open page: the number in the navigation, the badge, the list; politely, and not under somebody's hands."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.sql.notices import Notice, add_notices
from adapters.sql.reads.queue import open_tasks
from engine.commands import Claim
from service.http import live
from tests.browser import visiting
from tests.service.web.county import Service, serving

pytestmark = pytest.mark.browser
GROUP = "g:cty_review@QH"
REVIEWER = "cty-review-1"
SOON = 15_000


@pytest.fixture
def own_county(furnished_county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A county of this test's own, looked at often."""
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.2)
    shutil.copytree(furnished_county, tmp_path / "county")
    with serving(tmp_path / "county") as service:
        yield service


def claim(service: Service) -> str:
    """Let the reviewer take a task elsewhere; gives the item's code."""
    with service.assembly.database.read() as connection:
        line = open_tasks(connection, [GROUP]).lines[0]
    actor = service.assembly.organisation.now().actor(REVIEWER, service.assembly.clock.now())
    service.assembly.runtime.execute(Claim(case_id=line.case_id, actor=actor, task=line.id))
    return line.code


LISTEN = """
    const Real = EventSource;
    window.EventSource = class extends Real {
      constructor(url) {
        super(url);
        this.addEventListener("notices", () => { document.documentElement.dataset.heard = ""; });
      }
    };
"""


def open_queue(page: Page, path: str) -> None:
    """Open a page and wait until it listens."""
    page.add_init_script(LISTEN)
    page.goto(path)
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_selector("html[data-heard]", state="attached")


def test_a_new_task_comes_into_the_open_queue(chromium: Browser, own_county: Service) -> None:
    """The row, the number in the navigation and a word for who does not see them; nothing offends the policy."""
    with visiting(chromium, f"{own_county.url}/queue", cookies=(own_county.cookie_of(REVIEWER),)) as visit:
        page = visit.page
        open_queue(page, f"{own_county.url}/queue")
        expect(page.locator("[data-list] [data-row]")).to_have_count(0)
        code = claim(own_county)
        expect(page.locator("[data-list] [data-row]")).to_have_count(1, timeout=SOON)
        expect(page.get_by_role("cell", name=code, exact=True)).to_be_visible()
        expect(page.locator(".nav .count")).to_have_text("1")
        expect(page.locator("[data-news] span")).to_have_text("列表已更新")
        visit.check()


def test_a_list_is_not_changed_under_ones_hands(chromium: Browser, own_county: Service) -> None:
    """Who has chosen rows keeps them, is told, and takes the new list when they want to."""
    address = f"{own_county.url}/queue?view=claimable"
    with visiting(chromium, address, cookies=(own_county.cookie_of(REVIEWER),)) as visit:
        page = visit.page
        open_queue(page, address)
        rows = page.locator("[data-list] [data-row]")
        before = rows.count()
        rows.last.get_by_role("checkbox").check()
        claim(own_county)
        expect(page.get_by_text("列表有变化。")).to_be_visible(timeout=SOON)
        expect(rows).to_have_count(before)
        visit.check()
        page.get_by_role("button", name="显示最新列表").click()
        expect(rows).to_have_count(before - 1)


def test_the_badge_counts_without_a_list(chromium: Browser, own_county: Service) -> None:
    """On any page; the page that asks by itself does not keep the session."""
    with visiting(chromium, f"{own_county.url}/help", cookies=(own_county.cookie_of(REVIEWER),)) as visit:
        page = visit.page
        open_queue(page, f"{own_county.url}/help")
        asked = []
        page.on("request", lambda request: asked.append(request.headers.get("x-live")))
        now = own_county.assembly.clock.now()
        notice = Notice(own_county.assembly.ids.new(), REVIEWER, "reminder", None, {}, now)
        own_county.assembly.database.write(lambda connection: add_notices(connection, [notice]))
        expect(page.locator(".tools .count").first).to_contain_text("1", timeout=SOON)
        assert "1" in asked


def test_who_may_not_listen_reads_on(chromium: Browser, own_county: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that is refused costs the page nothing but its news."""
    monkeypatch.setattr(live, "STREAMS_EACH_MAX", 0)
    with visiting(chromium, f"{own_county.url}/queue", cookies=(own_county.cookie_of(REVIEWER),)) as visit:
        with visit.page.expect_response("**/me/events") as answer:
            pass
        assert answer.value.status == 429
        visit.page.get_by_role("link", name="可领取", exact=True).click()
        expect(visit.page.locator("[data-row]").first).to_be_visible(timeout=SOON)
