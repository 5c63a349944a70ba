"""Experts find their panels and the step each is at; the chair reads what the sheets come to, others do not."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient

from adapters.clock import ManualClock
from service.app import build
from service.assembly import Assembly
from service.http.application import Application
from tests.service.web.county import TODAY, Service, settings_of
from tests.service.web.test_preparing import DEMO_PASSWORD, revision
from tests.service.web.test_signing_pages import Browser

SCORED, MEETING, SEAT = "QH-2026-T05-0033", "QH-2026-T08-0031", "ZJ-2026-T10-0032-6"
STEP = re.compile(r'<li class="current" aria-current="step">\s*<span>([^<]+)</span>')
TASKS = re.compile(r'<div class="task"><a href="(/queue/[^"]+)"')


@contextmanager
def reading(county: Service, person: str) -> Iterator[httpx.Client]:
    """Somebody at a browser, in English."""
    cookies = {**dict([county.cookie_of(person)]), "shenpi_language": "en"}
    with httpx.Client(base_url=county.url, cookies=cookies, headers={"accept": "text/html"}) as client:
        yield client


def test_an_expert_sees_each_panel_with_its_step(county: Service) -> None:
    """The scores come before the signature, and the panel's own address leads to what is next."""
    expert = county.person_of(SCORED)
    with reading(county, expert) as client:
        page = client.get("/expert").text
        assert SCORED in page
        assert STEP.findall(page) == ["Scores"]
        first = TASKS.findall(page)[0]
        assert county.task_of(SCORED) in first
        assert "data-phrases" not in client.get(first).text, "points are not agreed to"
        onward = client.get(f"/expert/{SCORED}")
        assert (onward.status_code, onward.headers["location"]) == (303, first)
        assert client.get("/expert/QH-2026-T02-0039").status_code == 404
        assert 'href="/expert"' in client.get("/").text, "the navigation leads there"


def test_panels_are_of_those_who_sit_on_them(county: Service) -> None:
    """Who sits on none of a project is not led to it; whoever is no expert has no such page."""
    sitting = county.case(SCORED).data["panel"]
    assert isinstance(sitting, list)
    stranger = next(one for number in range(1, 31) if (one := f"e{number:02}") not in sitting)
    with reading(county, stranger) as client:
        assert SCORED not in client.get("/expert").text
        assert client.get(f"/expert/{SCORED}").status_code == 404
    with reading(county, "t05-apply") as client:
        assert client.get("/expert").status_code == 403


def test_the_chair_reads_what_the_sheets_come_to(county: Service) -> None:
    """The trimmed mean is the total the system wrote; names are for the chair and the office that organises panels."""
    case = county.case(MEETING)
    chair = str(case.data["chair"])
    with reading(county, chair) as client:
        page = client.get(f"/panels/{MEETING}/summary").text
        assert str(case.data["panel_score"]) in page
        assert page.count("Highest or lowest, left out") == 2
        assert f"专家{chair.upper()}" in page
        assert "Draft of the minutes" in page
        assert f"/panels/{MEETING}/summary" in client.get(f"/queue/{county.task_of(MEETING)}").text
    with reading(county, "lead-1") as leader:
        page = leader.get(f"/panels/{MEETING}/summary").text
        assert "Sheet 1" in page
        assert "专家E" not in page


def test_a_round_is_sealed_from_members_applicants_and_while_it_is_open(county: Service) -> None:
    """Neither the other experts nor the township read the sheets, and nobody reads those of a round under way."""
    case = county.case(MEETING)
    members = {ballot.voter for ballot in case.rounds["expert_scoring"]} - {str(case.data["chair"])}
    for person in (min(members), "t08-apply", "t08-leader"):
        with reading(county, person) as client:
            assert client.get(f"/panels/{MEETING}/summary").status_code == 404, person
            assert f"/panels/{MEETING}/summary" not in client.get(f"/items/{MEETING}").text, person
    with reading(county, "cty-review-1") as office:
        assert office.get(f"/panels/{SCORED}/summary").status_code == 404


@pytest.fixture
def application(furnished_county: Path, tmp_path: Path) -> Application:
    """A county of one's own."""
    shutil.copytree(furnished_county, tmp_path / "county")
    return build(settings_of(tmp_path / "county"), ManualClock(TODAY), is_demo=True)


def test_the_answer_and_the_declaration_come_first(application: Application) -> None:
    """Who was drawn is asked for an answer, then for their interests; the seat stands before other work."""
    with TestClient(application) as client:
        browser = Browser(client)
        browser.sign_in("cty-review-1", DEMO_PASSWORD)
        seat = browser.get(f"/items/{SEAT}").text
        (lots,) = re.findall(r'action="(/items/[^"]+/verbs/draw[^"]*)"', seat)
        drawn = browser.post(lots.replace("&amp;", "&"), comment="a word of today")
        assert drawn.status_code == 303, drawn.text
        expert = _drawn(application)
        browser.sign_in(expert, DEMO_PASSWORD)
        for step, action in (("答复邀请", "accept"), ("回避声明", "")):
            page = browser.get("/expert").text
            assert step in STEP.findall(page)
            first = browser.get(TASKS.findall(page)[0]).text
            assert SEAT in first
            if action:
                browser.post(f"/items/{SEAT}/act/{action}", revision=revision(first), intent="submit")


def _drawn(application: Application) -> str:
    assembly = application.state["assembly"]
    assert isinstance(assembly, Assembly)
    with assembly.database.read() as connection:
        facts = assembly.organisation.facts(connection)
        seat = facts.case(SEAT)
    assert seat is not None
    return str(seat.data["expert"])
