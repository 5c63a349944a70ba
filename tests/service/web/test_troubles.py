"""What the start page of a leader counts: the same as the overview, without reading every project."""

import html
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.clock import ManualClock
from adapters.sql.reads.overview import Doubtful, doubtful
from service.web.portfolio import OPEN_PROJECTS
from tests.service.web.county import EVERYWHERE, TODAY, Service, serving

TILE = re.compile(r'<a[^>]*href="(/(?:items|disbursements)\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture(scope="module")
def own(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A county whose clock is ours."""
    folder = tmp_path_factory.mktemp("troubles") / "county"
    shutil.copytree(furnished_county, folder)
    with serving(folder) as service:
        yield service


def tiles(service: Service, person: str, path: str) -> dict[str, str]:
    """The numbers of a page's section of exceptions, by where they lead."""
    name, token = service.cookie_of(person)
    with httpx.Client(base_url=service.url, cookies={name: token}, headers={"accept": "text/html"}) as client:
        page = client.get(path).text
    section = page.partition('id="h-exceptions"')[2].partition("</section>")[0]
    return {url: " ".join(re.sub(r"<[^>]+>", " ", words).split()) for url, words in TILE.findall(section)}


@pytest.mark.parametrize("person", ["lead-1", "t10-leader"])
@pytest.mark.parametrize("days", [0, 3, 9, 10, 11, 16, 40])
def test_the_start_page_counts_what_the_overview_counts(own: Service, person: str, days: int) -> None:
    """For the whole county and for one township, on days on which more and more becomes late, red and stuck."""
    clock = own.assembly.clock
    assert isinstance(clock, ManualClock)
    clock.set(TODAY + timedelta(days=days))
    home = tiles(own, person, "/")
    assert home == tiles(own, person, "/dashboard")
    assert len(home) >= 3


def test_only_what_may_need_somebody_is_read(own: Service) -> None:
    """A project that nothing is the matter with is left to the database; one that a warning names is not."""
    doubt = Doubtful(TODAY, TODAY - timedelta(days=9), {"implementing"}, ())
    with own.assembly.database.read() as connection:
        found = doubtful(connection, EVERYWHERE, OPEN_PROJECTS, doubt)
        named = doubtful(connection, EVERYWHERE, OPEN_PROJECTS, Doubtful(TODAY, TODAY, (), ["QH-2026-T03-0035"]))
        every = doubtful(connection, EVERYWHERE, OPEN_PROJECTS, Doubtful(TODAY, TODAY, (), []))
    for one in found:
        is_late = one.line.due_at is not None and one.line.due_at < TODAY
        is_idle = one.line.state == "implementing" and one.last_deed_at < doubt.quiet_since
        assert is_late or (is_idle and one.line.due_at is None)
    assert {one.line.code for one in named} - {one.line.code for one in every} <= {"QH-2026-T03-0035"}
    assert "QH-2026-T03-0035" in {one.line.code for one in named}


def test_what_is_late_is_late_in_the_night_too(own: Service) -> None:
    """From the end of a day's work to the next morning no working time goes by; the list behind the number has it."""
    clock, code = own.assembly.clock, "QH-2026-T03-0035"
    due_at = own.case(code).clock
    assert isinstance(clock, ManualClock)
    assert due_at is not None
    clock.set(due_at.due_at + timedelta(hours=3))
    found = tiles(own, "lead-1", "/dashboard")
    url, words = next((url, words) for url, words in found.items() if "late=1" in url)
    name, token = own.cookie_of("lead-1")
    with httpx.Client(base_url=own.url, cookies={name: token}, headers={"accept": "text/html"}) as client:
        listed = client.get(html.unescape(url)).text.count('class="card-head"')
    assert words.split()[0] == str(listed)
    assert listed > 0
