"""Guards of project changes: classes with their edges, money, time, and what was carried out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from engine.case import Case
from tests.workflows.guards.test_reporting import OCTOBER, PLAN, PROJECT
from tests.workflows.guards.trial import LAST_WEEK, Trial, case, fails, judge, name_of, passes, situation
from workflows.funds.chart import APPROVED, FREE
from workflows.funds.posting import Entry, Movement, Place, Posting
from workflows.guards.changing import RECKONINGS

NEW: list[dict[str, Any]] = [
    {**row, "deliverable": "d", "owner": "pam", "payment_percent": 50, "finish_on": finish}
    for row, finish in zip(PLAN, ("2026-11-30", "2027-01-15"), strict=True)
]
BUDGET = Entry(
    Movement.ACTIVATE, date(2026, 8, 20), (Posting(APPROVED, FREE, 1_000_00, Place(project=PROJECT.code, line="1")),)
)
BAJ = case(
    "baj", "applied", {"project": PROJECT.code, "to_lines": [{"amount": 40_00}], "from_lines": []}, "budget-adjustment"
)
GOAL: dict[str, Any] = {"indicator": "time", "baseline": "38", "target": "18", "measure": "min", "due_on": "2027-06-30"}
AIMED = replace(PROJECT, data={**PROJECT.data, "targets": [GOAL]})
POLICIES = {
    "changes.minor_cost_percent": 5,
    "changes.minor_delay_working_days": 20,
    "changes.major_cost_percent": 10,
    "changes.major_delay_working_days": 60,
}
CHG: dict[str, Any] = {
    "definition": "project-change",
    "state": "requested",
    "peers": (PROJECT,),
    "entries": (BUDGET,),
    "policies": POLICIES,
}
ASKED: dict[str, Any] = {
    "project": PROJECT.code,
    "kinds": ["schedule", "cost"],
    "cost_delta": 40_00,
    "adjustment": BAJ.code,
    "takes_effect_on": "2026-11-23",
    "new_milestones": NEW,
    "class": "minor",
}
APPROVED_ON = {"twp_approve.approve": ("may", LAST_WEEK)}
APPLYING: dict[str, Any] = {**CHG, "state": "applying", "marks": APPROVED_ON}


def beside(definition: str, state: str, code: str = "y", **data: Any) -> Case:  # noqa: ANN401  # fields
    """Another case of the project."""
    return case(code, state, {"project": PROJECT.code, **data}, definition)


def asked(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # fields
    """The request with some fields changed."""
    return ASKED | changes


def others(*found: Case) -> dict[str, Any]:
    """The same with more cases beside the project."""
    return {**CHG, "peers": (PROJECT, *found)}


CONTRACT = beside("contract", "performing", signed_on="2026-09-01")
AMENDED = beside("contract", "performing", signed_on="2026-09-01", supplements=[{"reason": "change QH-2026-case"}])
DONE: dict[str, Any] = asked(applied_on="2026-11-20")

TRIALS: list[Trial] = [
    passes("not_retroactive", data=ASKED, **CHG),
    fails("not_retroactive", "change.retroactive", data=asked(takes_effect_on="2026-11-22"), **CHG),
    fails("not_retroactive", "change.same_plan", data=asked(new_milestones=PLAN), **CHG),
    fails("not_retroactive", "change.kind_missing", data=asked(kinds=["cost"]), **CHG),
    fails("not_retroactive", "change.cost_kind", data=asked(cost_delta=0), **CHG),
    fails("not_retroactive", "plan.weight", data=asked(new_milestones=[NEW[0] | {"weight": 50}, NEW[1]]), **CHG),
    fails(
        "not_retroactive",
        "plan.named_twice",
        data=asked(new_milestones=[NEW[0], NEW[1] | {"milestone": "build"}]),
        **CHG,
    ),
    fails(
        "not_retroactive",
        "change.accepted_milestone",
        data=asked(),
        **others(
            beside("progress-report", "accepted", month="2026-11", verified=[{"milestone": "build", "accepted": 100}])
        ),
    ),
    passes("cumulative_ok", data=ASKED, **CHG),
    fails(
        "cumulative_ok",
        "change.class_risen",
        data=ASKED,
        **others(beside("project-change", "applying", cost_delta=-20_00)),
    ),
    passes("cumulative_ok", data=ASKED, **others(beside("project-change", "refused", cost_delta=90_00))),
    passes("baj_linked_if_money", data=asked(cost_delta=0), **CHG),
    passes("baj_linked_if_money", data=ASKED, **others(BAJ)),
    fails("baj_linked_if_money", "change.no_adjustment", data=ASKED, **CHG),
    fails("baj_linked_if_money", "change.adjustment_sum", data=asked(cost_delta=30_00), **others(BAJ)),
    fails(
        "baj_linked_if_money",
        "change.adjustment_taken",
        data=ASKED,
        **others(BAJ, beside("project-change", "closed", adjustment=BAJ.code)),
    ),
    passes("baseline_updated", data=DONE, **{**APPLYING, "peers": (PROJECT, BAJ, AMENDED)}),
    passes("baseline_updated", data=DONE, **{**APPLYING, "peers": (PROJECT, BAJ)}),
    fails("baseline_updated", "change.contract", data=DONE, **{**APPLYING, "peers": (PROJECT, BAJ, CONTRACT)}),
    fails("baseline_updated", "change.adjustment_open", data=DONE, **APPLYING),
    fails(
        "baseline_updated",
        "change.applied_on",
        data=asked(applied_on="2026-11-15"),
        **{**APPLYING, "peers": (PROJECT, BAJ)},
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guard(trial: Trial) -> None:
    """The guard answers with just these reasons."""
    assert judge(trial) == trial.codes


def reckoned(name: str, **shown: Any) -> Any:  # noqa: ANN401  # parts of a trial, any value
    """Give a value that a rule makes for a change."""
    trial = passes("cumulative_ok", **{**CHG, **shown})
    return next(one for one in RECKONINGS if one.name == name).rule(situation(trial))


DECIDED = case("y", "closed", {"project": PROJECT.code, "cost_delta": 90_00, "class": "critical"}, "project-change")
CLASSES: list[tuple[str, dict[str, Any], tuple[Case, ...]]] = [
    ("minor", {}, ()),
    ("minor", {"cost_delta": -50_00}, ()),
    ("major", {"cost_delta": 50_01}, ()),
    ("major", {"cost_delta": 100_00}, ()),
    ("critical", {"cost_delta": -100_01}, ()),
    ("minor", {"goals_change": True}, ()),
    ("minor", {"new_targets": [GOAL | {"target": "18.0"}]}, ()),
    ("critical", {"new_targets": [GOAL | {"target": "19"}]}, ()),
    ("critical", {"new_targets": [GOAL | {"due_on": "2028-01-01"}]}, ()),
    ("critical", {"new_targets": []}, ()),
    ("critical", {}, (beside("project-change", "closed", new_targets=[GOAL | {"target": "20"}]),)),
    ("critical", {}, (beside("project-change", "closed", new_targets=[GOAL, GOAL | {"indicator": "trips"}]),)),
    ("minor", {}, (beside("project-change", "applying", new_targets=[GOAL | {"target": "20"}]),)),
    *[("critical", {"kinds": [kind]}, ()) for kind in ("scope", "site", "people", "supplier")],
    ("minor", {"kinds": ["technical"], "cost_delta": 0}, ()),
    ("major", {}, (beside("project-change", "closed", cost_delta=-20_00),)),
    ("minor", {}, (DECIDED,)),
]


@pytest.mark.parametrize(("name", "changes", "found"), CLASSES)
def test_the_class_follows_from_the_figures(name: str, changes: dict[str, Any], found: tuple[Case, ...]) -> None:
    """At each threshold and just beyond; with earlier changes, up to the last the original authority decided on."""
    data = asked(**{"new_targets": [GOAL], **changes})
    assert reckoned("change_class", data=data, peers=(AIMED, *found)) == name
    assert reckoned("goals_in_force", data=data, peers=(AIMED,)) == [GOAL]


@pytest.mark.parametrize(("finish", "delay", "name"), [("2027-01-27", 20, "minor"), ("2027-01-28", 21, "major")])
def test_the_delay_is_counted_from_the_plan_the_authority_approved(finish: str, delay: int, name: str) -> None:
    """In working days, also when a smaller change has moved the plan since."""
    moved = beside("project-change", "closed", new_milestones=[NEW[0], NEW[1] | {"finish_on": "2027-01-10"}])
    moved.entered_at = datetime(2026, 10, 1, tzinfo=UTC)
    later = asked(new_milestones=[NEW[0], NEW[1] | {"finish_on": finish}])
    shown = {"data": later, "peers": (PROJECT, moved)}
    assert (reckoned("change_delay", **shown), reckoned("change_class", **shown)) == (delay, name)


def test_what_a_change_begins_with() -> None:
    """The tier of the project, and the milestones in force without what was entered as done."""
    project = case("project", "implementing", {"tier": "T3", "baseline": [PLAN[0] | {"accepted_on": "2026-11-01"}]})
    shown = {"data": {"project": project.code}, "peers": (project, OCTOBER)}
    assert reckoned("project_tier", **shown) == "T3"
    assert reckoned("plan_in_force", **shown) == [PLAN[0]]
