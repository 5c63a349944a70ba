"""What the start page of a leader counts: the same as the overview, without reading every project."""

import cProfile
import html
import pstats
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.clock import ManualClock
from adapters.sql.reads.cases import Filter
from adapters.sql.reads.overview import Doubtful, doubtful, last_deeds_beside, standings
from adapters.sql.reads.summaries import summaries
from service.web.portfolio import EVERYTHING, OPEN_PROJECTS, PARENT_FIELD, WARNING, green, members, signs_of
from service.web.reading import Look
from service.web.routes import overview
from tests.service.web.county import EVERYWHERE, TODAY, Service, serving

MORE = 900
CALLS_RATIO_MAX = 1.2
"""Of the calls that the overview takes with `MORE` quiet projects to those without them: looking at each takes 3.2."""

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


def lights_of_all(found: Look) -> dict[str, str]:
    """The light of every open project, looked at one by one."""
    lines = standings(found.connection, EVERYWHERE, OPEN_PROJECTS)
    keys = found.front.assembly.library.published()
    beside = last_deeds_beside(found.connection, keys, PARENT_FIELD, [one.line.code for one in lines])
    warnings = standings(found.connection, EVERYWHERE, Filter(definition=WARNING, is_closed=False))
    alarms = summaries(found.connection, (one.line.id for one in warnings)).values()
    lights = {}
    for one in lines:
        last = max(one.last_deed_at, beside.get(one.line.code, one.last_deed_at))
        colours = {str(values["colour"]) for values in alarms if values[PARENT_FIELD] == one.line.code}
        signs = signs_of(found, one.line, found.definition(one.line.definition, one.line.version), last, colours)
        lights[one.line.id] = signs.health.value
    return lights


@pytest.mark.parametrize("days", [0, 2, 7, 30])
def test_no_light_is_missed(own: Service, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Projects that the database leaves out are green, and those that it gives are as each by itself."""
    clock, work = own.assembly.clock, overview._overview  # noqa: SLF001  # what a request reads is asked of it
    told: list[tuple[dict[str, str], dict[str, str]]] = []

    def watched(found: Look, *given: object) -> object:
        lit = {one.line.id: one.health.value for one in members(found, EVERYTHING)}
        told.append((lights_of_all(found), {**dict.fromkeys(green(found, EVERYTHING), "green"), **lit}))
        return work(found, *given)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(overview, "_overview", watched)
    assert isinstance(clock, ManualClock)
    clock.set(TODAY + timedelta(days=days))
    tiles(own, "lead-1", "/dashboard")
    ((every, found),) = told
    assert found == every
    assert len(set(every.values())) == 3


def add_quiet(folder: Path, count: int) -> None:
    """Put projects beside those of a county that are older and like one which is worked on in time."""
    with closing(sqlite3.connect(folder / "county.sqlite")) as database:
        (like,) = database.execute("SELECT id FROM cases WHERE code = 'QH-2025-T03-0006'").fetchone()
        for table, key in (("cases", "id"), ("record", "case_id"), ("case_field", "case_id")):
            cursor = database.execute(f"SELECT * FROM {table} WHERE {key} = ?", (like,))
            names, rows = [name for name, *_ in cursor.description], cursor.fetchall()
            for number in range(count):
                changed = {key: f"00{number:06}", **({"code": f"ZZ-{number:06}"} if table == "cases" else {})}
                copies = [[changed.get(name, cell) for name, cell in zip(names, row, strict=True)] for row in rows]
                database.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(names))})", copies)
        database.commit()


def test_the_overview_costs_what_it_shows(
    furnished_county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine hundred projects more that nothing is the matter with are a few numbers more, not work on each."""
    work, calls, counted = overview._overview, [], []  # noqa: SLF001  # what a request does is counted

    def watched(found: Look, *given: object) -> object:
        profile = cProfile.Profile()
        answer = profile.runcall(work, found, *given)  # type: ignore[arg-type]  # passed on
        calls.append(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed does not name it
        counted.append(answer.count)
        return answer

    monkeypatch.setattr(overview, "_overview", watched)
    folder = tmp_path / "county"
    shutil.copytree(furnished_county, folder)
    with serving(folder) as service:
        tiles(service, "lead-1", "/dashboard")
        tiles(service, "lead-1", "/dashboard")
        add_quiet(folder, MORE)
        tiles(service, "lead-1", "/dashboard")
    assert counted[2] == counted[1] + MORE
    assert calls[2] <= CALLS_RATIO_MAX * calls[1], calls
