"""A feasibility study from its first section to its approval, and what the project and its budget take from it."""

from typing import Any

import pytest

from engine.refusal import Refused
from tests.workflows.money.desk import CODE, WHY, Desk, actions_of
from tests.workflows.money.test_whole import READY
from tests.workflows.screening.panel import STRICT, active, opined
from tests.workflows.screening.study import FULL, cost, short_form

TARGET = {"indicator": "wait", "baseline": "40", "target": "10", "measure": "minutes", "due_on": "2027-06-01"}
APPLIED: dict[str, Any] = {
    "targets": [TARGET],
    "estimate": [{"category": "development", "content": "x", "cost": 100_000_00, "basis": "standard"}],
    "source_wishes": [{"kind": "county_budget", "wished": 100_000_00}],
    "functions": [{"function": "x", "purpose": "y"}],
}
FOUR = {"goals": "goals", "route": "route", "resources": "resources", "benefits": "benefits"}
"""The elements that the text names: goals, technical route, resources, expected benefits."""


def preparing(**data: Any) -> Desk:  # noqa: ANN401  # fields
    """A project that prepares its approval, with nothing typed about its study."""
    return Desk(policy=STRICT, **{"name": "Window", **APPLIED, **data})


def written(desk: Desk, **more: Any) -> str:  # noqa: ANN401  # fields
    """Start a study and fill it in."""
    code = desk.start("feasibility-study", "pam")
    desk.save(code, "pam", **{**short_form(desk.day(30), desk.day(300)), **more})
    return code


def reviewed(desk: Desk, code: str) -> list[tuple[str, str]]:
    """Bring a study to its assessment; gives the seats of its panel."""
    desk.act(code, "pam", "submit")
    desk.act(code, "dan", "pass")
    seats = [active(desk) for _ in range(3)]
    passed = [{**row, "result": "passed"} for row in data(desk, code)["desk_checklist"]]
    desk.save(code, "rex", desk_checklist=passed, assessor=seats[0][1])
    assert desk.act(code, "rex", "pass") == "assess"
    assert data(desk, code)["panel"] == [expert for _, expert in seats]
    return seats


def data(desk: Desk, code: str) -> dict[str, Any]:
    """Give what is filled in."""
    return dict(desk.case(code).data)


def signed(desk: Desk, seats: list[tuple[str, str]]) -> None:
    """Let the panel sign."""
    for code, expert in seats:
        desk.save(code, expert, opinion="the route is proven and the costs are fair", position="agrees")
        desk.act(code, expert, "sign")


def test_every_way_of_a_study() -> None:
    """Returned by office and county, assessed, revised, approved; another one fails."""
    desk = preparing()
    code = written(desk)
    assert desk.act(code, "pam", "submit") == "dept_review"
    assert desk.back(code, "dan", "return") == "writing"
    desk.act(code, "pam", "submit")
    desk.act(code, "dan", "pass")
    desk.save(code, "rex", issues=[{"part": "route", "issue": "name the interfaces"}])
    assert desk.act(code, "rex", "return", WHY) == "writing"
    assert desk.refused(code, "pam", "submit") == {"issues.unanswered"}
    answered = {"part": "route", "issue": "name the interfaces", "answer": "done", "changed_part": "7"}
    desk.save(code, "pam", issues=[answered])
    seats = reviewed(desk, code)
    chair = seats[0][1]
    desk.save(code, chair, conclusion="Sound, with two changes.", adoptions=[{"opinion": "name the operator"}])
    assert desk.refused(code, chair, "revise", WHY) == {"signatures.missing"}
    signed(desk, seats)
    assert desk.act(code, chair, "revise", WHY) == "revising"
    desk.save(code, "pam", adoptions=[{"opinion": "name the operator", "adopted": "adopted", "place": "section 9"}])
    assert desk.act(code, "pam", "resubmit") == "assess"
    assert desk.refused(code, "hal", "countersign") == {"opinion.missing"}
    assert desk.act(code, chair, "opine") == "assess"
    assert desk.refused(code, chair, "pass") == {"opinion.missing"}
    assert desk.act(code, "hal", "countersign") == "assess"
    assert desk.act(code, chair, "pass") == "approved"
    other = written(desk)
    desk.act(other, "pam", "submit")
    desk.act(other, "dan", "pass")
    passed = [{**row, "result": "passed"} for row in data(desk, other)["desk_checklist"]]
    desk.save(other, "rex", desk_checklist=passed, assessor=chair)
    desk.act(other, "rex", "pass")
    desk.save(other, chair, conclusion="Not sound.")
    assert desk.back(other, chair, "fail") == "rejected"
    assert desk.taken("feasibility-study") == actions_of("feasibility-study")


@pytest.mark.parametrize(("field", "section"), FOUR.items())
def test_each_of_the_four_elements_is_asked_for_by_name(field: str, section: str) -> None:
    """Goals, technical route, resources, benefits: without one of them nothing is sent, and it is named."""
    desk = preparing()
    code = written(desk, **{field: None})
    with pytest.raises(Refused) as error:
        desk.act(code, "pam", "submit")
    (reason,) = error.value.reasons
    assert (reason.code, reason.where, dict(reason.params)) == ("study.section", field, {"section": section})


def test_fourteen_sections_from_the_second_tier_on() -> None:
    """Three more than the construction plan; options with doing nothing, one of them chosen."""
    desk = preparing(tier="T2")
    code = written(desk)
    assert desk.refused(code, "pam", "submit") == {"study.section", "study.options", "study.chosen"}
    desk.save(code, "pam", **FULL)
    assert desk.act(code, "pam", "submit") == "dept_review"


def test_the_figures_of_a_study_must_agree() -> None:
    """Funding with cost, weights with a hundred, days in order, years of running, a figure in the problem."""
    desk = preparing()
    start, finish = desk.day(30), desk.day(300)
    code = written(
        desk,
        funding=[{"kind": "county_budget", "year": 2026, "amount": 99_999_99}],
        milestones=[{"milestone": "all", "start_on": finish, "finish_on": start, "weight": 99}],
        running_costs=[{"year": 2027, "cost": 1}],
        necessity="People wait long and come often, and nobody has counted how many of them there are.",
    )
    assert desk.refused(code, "pam", "submit") == {
        *("study.funding", "study.weights", "study.milestone_days", "study.running_costs", "application.no_figures"),
    }


def test_what_drifted_from_the_application_is_answered_for() -> None:
    """An estimate that is twelve percent higher, a target that is lower: both are flagged."""
    desk = preparing()
    goals = [{**short_form(desk.day(), desk.day(300))["goals"][0], "target": "20"}]
    lines = [cost("1", 112_000_00)]
    money = [{"kind": "county_budget", "year": 2026, "amount": 112_000_00}]
    code = written(desk, goals=goals, cost_lines=lines, funding=money)
    desk.act(code, "pam", "submit")
    desk.act(code, "dan", "pass")
    rows = data(desk, code)["drift"]
    assert [(row["matter"], row["flagged"]) for row in rows] == [("amount", True), ("wait", True)]
    seats = [active(desk) for _ in range(3)]
    passed = [{**row, "result": "passed"} for row in data(desk, code)["desk_checklist"]]
    desk.save(code, "rex", desk_checklist=passed, assessor=seats[0][1])
    assert desk.refused(code, "rex", "pass") == {"study.drift"}
    desk.save(code, "rex", drift=[{**row, "answer": "prices rose since the spring"} for row in rows])
    assert desk.act(code, "rex", "pass") == "assess"


def approved(desk: Desk) -> str:
    """Bring a study to its approval."""
    code = written(desk)
    seats = reviewed(desk, code)
    signed(desk, seats)
    chair = seats[0][1]
    desk.save(code, chair, conclusion="Sound.")
    desk.act(code, chair, "opine")
    desk.act(code, "hal", "countersign")
    assert desk.act(code, chair, "pass") == "approved"
    return code


def test_the_project_rests_on_its_approved_study() -> None:
    """No study, one under way, an approved one; what it says is the project's, and a changed application undoes it."""
    ready = {name: value for name, value in READY.items() if not name.startswith("study_")}
    desk = preparing(**{**ready, **APPLIED, "tier": "T1"})
    desk.seat(CODE)
    assert "study.none" in desk.refused(CODE, "pam", "submit_approval")
    code = approved(desk)
    assert not {reason for reason in desk.refused(CODE, "pam", "submit_approval") if reason.startswith("study")}
    desk.project(CODE, "plan_selected", functions=[{"function": "z", "purpose": "y"}])
    desk.seat(CODE)
    assert "study.basis_changed" in desk.refused(CODE, "pam", "submit_approval")
    desk.project(CODE, "plan_selected", functions=APPLIED["functions"], tier="T2")
    desk.seat(CODE)
    assert "study.short_form" in desk.refused(CODE, "pam", "submit_approval")
    assert desk.refused_start("feasibility-study", "pam") == set()
    assert "study.running" in desk.refused(CODE, "pam", "submit_approval")
    assert desk.case(code).data["estimate"] == 100_000_00


def test_one_study_at_a_time() -> None:
    """A second one is not begun while the first is under way."""
    desk = preparing()
    written(desk)
    assert desk.refused_start("feasibility-study", "pam") == {"study.running"}


def test_nobody_of_the_authors_institute_is_drawn() -> None:
    """The seats leave out whose employer wrote the study, and the chair is one of those who sit."""
    desk = preparing()
    code = written(desk, author="institute 1")
    desk.act(code, "pam", "submit")
    desk.act(code, "dan", "pass")
    seat, expert = opined(desk)
    assert (desk.case(seat).data["candidates"], expert) == (["ex2"], "ex2")
    passed = [{**row, "result": "passed"} for row in data(desk, code)["desk_checklist"]]
    desk.save(code, "rex", desk_checklist=passed, assessor="ex9")
    assert desk.refused(code, "rex", "pass") == {"study.panel", "study.no_chair"}
