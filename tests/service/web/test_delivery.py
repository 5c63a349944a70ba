"""The delivery of the county's projects: reports that open by themselves, evidence found again by its bytes."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from adapters.sql.reads.cases import Filter, list_cases
from engine.case import Case
from engine.commands import SYSTEM, Save, Start
from engine.facts import Facts
from engine.refusal import Refused
from engine.values import Json, digests_in
from service.jobs.beginning import projects_in
from service.jobs.reports import Reports
from service.jobs.warnings import Watch
from tests.service.web.county import EVERYWHERE, TODAY, Service, serving
from workflows.funds.papers import lines_of
from workflows.guards.accepting import ACCEPTANCE
from workflows.progress import REPORTING, Course

MISSED = "T08-0011"
"""The demonstration's project that has left a month out, and is late with another."""


@pytest.fixture(scope="module")
def own(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A county of this file's own."""
    folder = tmp_path_factory.mktemp("delivery") / "county"
    shutil.copytree(furnished_county, folder)
    with serving(folder) as service:
        yield service


def project_of(service: Service, facts: Facts) -> Case:
    """The project with a month missing."""
    found = facts.case(next(code for code in projects_in(service.assembly, REPORTING) if code.endswith(MISSED)))
    assert found is not None
    return found


def test_a_month_that_closed_gets_its_report_once(own: Service) -> None:
    """Looked at twice: each month that nobody reported has its report, with the plan's milestones, and only one."""
    with own.assembly.database.read() as connection:
        facts = own.assembly.organisation.facts(connection)
        missing = Course(project_of(own, facts), facts, TODAY.date()).unopened()
    assert missing == ["2026-07"]
    assert Reports(own.assembly).open() > 0
    assert Reports(own.assembly).open() == 0
    with own.assembly.database.read() as connection:
        facts = own.assembly.organisation.facts(connection)
        project = project_of(own, facts)
        plan = [row["milestone"] for row in Course(project, facts, TODAY.date()).plan]
        found = [one for one in Course(project, facts, TODAY.date()).reports if one.initiator == SYSTEM.id]
        assert [one.data["month"] for one in found] == missing
        for report in found:
            assert (report.state, len(report.tasks)) == ("due_soon", 1)
            assert [row["milestone"] for row in lines_of(report.data, "milestones")] == plan
        assert Course(project, facts, TODAY.date()).missing() == [*missing, "2026-10"]


def test_files_are_found_by_their_bytes(own: Service) -> None:
    """Every item that holds the file, and none that does not; nothing for bytes that nobody has."""
    with own.assembly.database.read() as connection:
        facts = own.assembly.organisation.facts(connection)
        project = project_of(own, facts)
        digest = next(digests_in(project.data))
        assert project.code in facts.holders_of(digest)
        assert facts.holders_of("0" * 64) == ()


def test_a_project_shows_its_progress_and_earned_value(own: Service) -> None:
    """Figures, milestones beside the first baseline, the curve with its table; nothing of it for what is no project."""
    with own.assembly.database.read() as connection:
        facts = own.assembly.organisation.facts(connection)
        code = project_of(own, facts).code
    cookies = dict([own.cookie_of("cty-review-1")])
    page = httpx.get(f"{own.url}/items/{code}/progress", cookies=cookies)
    assert page.status_code == 200
    for words in ("2026-10", "首次基线完成日", "计划、挣值与支出", "<polyline"):
        assert words in page.text
    assert f"/items/{code}/progress" in httpx.get(f"{own.url}/items/{code}", cookies=cookies).text
    assert httpx.get(f"{own.url}/items/nothing/progress", cookies=cookies).status_code == 404


def test_an_acceptance_lists_its_package(own: Service) -> None:
    """Each of the fifty-five items with where it stands, counted by the system, for a project being accepted."""
    code = next(code for code in projects_in(own.assembly, {"prelim_acceptance"}))
    with own.assembly.database.read() as connection:
        project = own.assembly.organisation.facts(connection).case(code)
    assert project is not None
    data: dict[str, Json] = {"project": code}
    start = Start(case_id="acc", actor=SYSTEM, definition=ACCEPTANCE, code="YS-1", unit=project.unit, data=data)
    own.assembly.runtime.execute(start)
    cookies = dict([own.cookie_of("cty-review-1")])
    page = httpx.get(f"{own.url}/items/YS-1/package", cookies=cookies).text
    assert page.count("<tr>") == 56
    assert "系统已有" in page
    shown = httpx.get(f"{own.url}/items/YS-1", cookies=cookies).text
    assert "/items/YS-1/package" in shown
    assert "/items/YS-1/survey" in shown
    survey = httpx.get(f"{own.url}/items/YS-1/survey", cookies=cookies).text
    assert "至少需要听取 10 位服务对象的意见" in survey
    assert httpx.get(f"{own.url}/items/{code}/package", cookies=cookies).status_code == 404


def test_an_order_is_begun_with_its_words(own: Service) -> None:
    """The page asks for them at the start, says what is missing, and nobody is asked for them again."""
    with own.assembly.database.read() as connection:
        code = project_of(own, own.assembly.organisation.facts(connection)).code
    desk = httpx.Client(base_url=own.url, cookies=dict([own.cookie_of("cty-review-1")]))
    csrf = re.findall(r'name="_csrf" value="([^"]+)"', desk.get(f"/items/{code}").text)[0]
    path = f"/items/{code}/beside/supervision-order"
    assert desk.post(path, data={"_csrf": csrf}).status_code == 422
    words = {"subject": "file the report", "cause": "three reminders", "reply_by": "2026-12-10"}
    begun = desk.post(path, data={"_csrf": csrf, **words})
    assert begun.status_code == 303
    with own.assembly.database.read() as connection:
        orders = own.assembly.organisation.facts(connection).peers("supervision-order", "project", code)
    (order,) = (one for one in orders if one.data["subject"] == words["subject"])
    assert {name: order.data[name] for name in words} == words


def test_the_night_raises_warnings_whose_words_nobody_changes(own: Service) -> None:
    """Once a night; who signs for one can not write over what the rule said."""
    raised = Watch(own.assembly).look()
    assert raised > 0
    assert Watch(own.assembly).look() == 0
    with own.assembly.database.read() as connection:
        listed = list_cases(connection, EVERYWHERE, Filter(definition="warning")).lines
        warning = own.assembly.organisation.facts(connection).case(listed[0].code)
    assert warning is not None
    assert {"rule", "colour", "object", "figure", "why"} <= warning.data.keys()
    with pytest.raises(Refused) as error:
        own.assembly.runtime.execute(Save(case_id=warning.id, actor=SYSTEM, data={"colour": "blue"}))
    assert [reason.code for reason in error.value.reasons] == ["field.not_editable"]


def test_the_reviewer_is_told_what_gate_zero_leaves(own: Service) -> None:
    """The desk of the preliminary review names what the search over the stored projects and the list found."""
    cookies = dict([own.cookie_of("cty-review-1")])
    code = next(code for code in projects_in(own.assembly, {"prelim_review"}) if code.endswith("T03-0035"))
    with own.assembly.database.read() as connection:
        facts = own.assembly.organisation.facts(connection)
        case = facts.case(code)
        stored = {one.code: one for one in facts.titles("township-project")}
    assert case is not None
    assert (stored[code].title, stored[code].unit, stored[code].state) == (case.data["name"], case.unit, case.state)
    assert len(stored) == 40
    page = httpx.get(f"{own.url}/queue/{case.tasks[0].id}", cookies=cookies).text
    assert "重合度达到70%" in page
