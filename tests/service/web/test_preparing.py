"""Filling in by sections, remarks of a return in their places, the strip of phases."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from adapters.clock import ManualClock
from engine.definition import Definition
from service.app import build
from service.http.application import Application
from service.texts import LANGUAGES, Language
from service.web.views.remarks import Remark, joined_with, places, remarks_in
from service.web.views.stage_strip import exit_phases, phase_strip
from tests.service.web.county import TODAY, settings_of
from tests.service.web.naming import Reading
from tests.service.web.test_signing_pages import Browser
from tests.workflows.procedure import procedure

DRAFT = "/items/QH-2026-T02-0039"
DEMO_PASSWORD = "Qinghe-2026"


@pytest.fixture(scope="module")
def definition() -> Definition:
    """The township's procedure."""
    return procedure()


@pytest.fixture
def applicant(furnished_county: Path, tmp_path: Path) -> Iterator[Browser]:
    """The applicant of a half-filled project, in a county of their own."""
    folder = tmp_path / "county"
    shutil.copytree(furnished_county, folder)
    app: Application = build(settings_of(folder), ManualClock(TODAY), is_demo=True)
    with TestClient(app) as client:
        browser = Browser(client)
        browser.sign_in("t02-apply", DEMO_PASSWORD)
        yield browser


def revision(page: str) -> str:
    """Give the revision that a page's form was made from."""
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_remarks_find_their_place_again(definition: Definition, language: Language) -> None:
    """What a reviewer wrote about a field stands beside that field, whatever language either of them reads."""
    offered = places(definition, ["name", "goal", "estimate"], Reading(language))
    assert [choice.value for choice in offered] == [
        "basics",
        "basics.name",
        "need",
        "need.goal",
        "money",
        "money.estimate",
    ]
    said = [("need.goal", "say it\nin numbers"), ("money", "does not add up"), ("papers", "not offered"), ("need", " ")]
    opinion = joined_with("Please mend.", said, offered)
    assert remarks_in(opinion, definition) == [
        Remark("Please mend."),
        Remark("say it in numbers", "need", "goal"),
        Remark("does not add up", "money"),
    ]


def test_brackets_that_name_no_place_stay_words(definition: Definition) -> None:
    """An opinion that happens to use brackets loses nothing."""
    assert remarks_in("[2026] No. 3 says so", definition) == [Remark("[2026] No. 3 says so")]


def test_exits_show_only_where_one_was_taken(definition: Definition) -> None:
    """A project on its way has eight phases ahead; one that was turned down shows where it ended."""
    naming = Reading("en")
    assert exit_phases(definition) == {"exits"}
    ahead = phase_strip(definition, "expert", ["apply", "preliminary"], naming)
    assert [stage.state for stage in ahead] == ["done", "done", "current", *["ahead"] * 5]
    out = phase_strip(definition, "exits", ["apply"], naming)
    assert (out[-1].state, len(out)) == ("stopped", 9)
    over = phase_strip(definition, "evaluation", [], naming, is_closed=True)
    assert over[-1].state == "done"


def test_sections_say_how_far_they_are(applicant: Browser) -> None:
    """The list leads to each section; what is missing is told there and on the check page, by the field's name."""
    tasks = applicant.get(f"{DRAFT}/edit").text
    assert tasks.count("edit?section=") == 5
    assert "已完成" in tasks
    check = applicant.get(f"{DRAFT}/check").text
    assert "请填写“绩效目标”" in check
    assert f"{DRAFT}/edit?section=need#f-targets" in check


def test_saving_goes_on_to_the_next_section_and_the_check(applicant: Browser) -> None:
    """One section after the other; other sections stay as they are."""
    page = applicant.get(f"{DRAFT}/edit?section=basics").text
    assert "f-goal" not in page
    fields = {"name": "New name", "batch": "2026-2", "categories": "hardware", "build_kind": "new"}
    saved = applicant.post(f"{DRAFT}/edit?section=basics", intent="next", revision=revision(page), **fields)
    assert saved.headers["location"] == f"{DRAFT}/edit?section=need"
    check = applicant.get(f"{DRAFT}/check").text
    assert "New name" in check
    assert "主要农产品来源可查" in check


def test_typing_in_two_sections_is_kept_apart(applicant: Browser) -> None:
    """Autosave of one section does not forget what another kept; saving one leaves the other unsaved."""
    for section, name in (("basics", "contact"), ("solution", "risks")):
        kept = applicant.post(f"{DRAFT}/draft?section={section}", **{name: f"typed {name}"})
        assert kept.status_code == 200
    tasks = applicant.get(f"{DRAFT}/edit").text
    assert tasks.count("有未保存的内容") == 2
    page = applicant.get(f"{DRAFT}/edit?section=solution").text
    assert "typed risks" in page
    applicant.post(f"{DRAFT}/edit?section=solution", intent="save", revision=revision(page), risks="saved risks")
    tasks = applicant.get(f"{DRAFT}/edit").text
    assert tasks.count("有未保存的内容") == 1
    assert "typed contact" in applicant.get(f"{DRAFT}/edit?section=basics").text


def test_pages_come_compressed(applicant: Browser) -> None:
    """A page of forty fields is a quarter of its size on a slow line."""
    answer = applicant.get(f"{DRAFT}/check")
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) * 3 < len(answer.content)
