"""Guards of the application."""

from datetime import timedelta
from typing import Any

import pytest

from engine.case import Case
from tests.workflows.guards.trial import FILE, LAST_WEEK, NOW, Trial, case, fails, judge, name_of, passes

WHOLE = {
    "amount": 100_00,
    "estimate": [{"cost": 60_00, "basis": "standard"}, {"cost": 40_00, "basis": "standard"}],
    "source_wishes": [{"kind": "county_budget", "wished": 100_00}],
    "problem": "12 people wait 3 hours",
    "targets": [{"indicator": "wait", "baseline": "3", "target": "1", "due_on": "2027-11-23"}],
    "priority_claims": ["efficiency"],
    "priority_measure": "by the log",
}
PAPERS = {"need_statement": FILE, "target_form": FILE, "cost_basis": [FILE], "estimate": [{"basis": "standard"}]}
CALLS = [
    {"code": "2026-2", "opens_on": "2026-11-01", "closes_on": "2026-11-23", "categories": ["software"]},
    {"code": "2026-1", "opens_on": "2026-03-01", "closes_on": "2026-04-30", "categories": ["software"]},
    {"code": "broken", "opens_on": "2026-03-01"},
]
OPEN = {"policies": {"calls": CALLS}}
URGENT = {
    "emergency": True,
    "emergency_type": "disaster",
    "emergency_basis": "flood order 8",
    "emergency_document": FILE,
}
BAR = {"unit": "T01", "until": "2026-12-31", "cause": "three failed acceptances"}

ANSWERS = {"batch": "2026-3", "categories": ["software"]}


def call(state: str, **told: Any) -> Case:  # noqa: ANN401  # fields of a call
    """A call with a life of its own."""
    window = {"opens_on": "2026-11-01", "closes_on": "2026-11-23", "scope": ["software"]}
    return case("call", state, {"number": "2026-3", "channel": "regular", **window, **told}, "application-call")


def failed(times: int) -> Case:
    """A project of the township that was ended a week ago, after so many failed final acceptances."""
    made = case("lost", "terminated", {"name": "x"})
    made.times = {"final_acceptance.fail": times}
    return made


FOUND = case("f", "rectifying", {"seriousness": "severe"}, "finding")

TRIALS = [
    passes("form_complete", data=WHOLE),
    passes("form_complete", data=WHOLE | {"priority_claims": ["none"], "priority_measure": None}),
    fails("form_complete", "application.sum", data=WHOLE | {"amount": 99_99}),
    fails("form_complete", "application.no_figures", data=WHOLE | {"problem": "people wait"}),
    fails(
        "form_complete",
        "application.target_unchanged",
        "application.target_past",
        data=WHOLE | {"targets": [{"baseline": "3", "target": "3", "due_on": "2026-11-23"}]},
    ),
    fails(
        "form_complete", "application.priority_contradiction", data=WHOLE | {"priority_claims": ["none", "business"]}
    ),
    fails("form_complete", "application.priority_measure", data=WHOLE | {"priority_measure": ""}),
    passes("attach_ok", data=PAPERS),
    fails("attach_ok", "paper.missing", data=PAPERS | {"target_form": None}),
    fails("attach_ok", "paper.too_few", data=PAPERS | {"estimate": [{"basis": "quotes"}]}),
    passes("attach_ok", data=PAPERS | {"estimate": [{"basis": "quotes"}], "cost_basis": [FILE] * 3}),
    passes("call_open", data={"batch": "2026-2", "categories": ["software"]}, **OPEN),
    passes("call_open", data=ANSWERS, peers=(call("open"),)),
    passes("call_open", data=ANSWERS, peers=(call("open", open_to=[{"unit": "T01"}]),)),
    fails("call_open", "call.unit", data=ANSWERS, peers=(call("open", open_to=[{"unit": "T02"}]),)),
    fails("call_open", "call.closed", data=ANSWERS, peers=(call("screening"),)),
    fails("call_open", "call.unknown", data=ANSWERS, peers=(call("approving"),)),
    passes("call_open", data=URGENT),
    fails("call_open", "call.no_urgency", data=URGENT | {"emergency_basis": None}),
    fails("call_open", "call.closed", data={"batch": "2026-1", "categories": ["software"]}, **OPEN),
    fails("call_open", "call.category", data={"batch": "2026-2", "categories": ["software", "data"]}, **OPEN),
    fails("call_open", "call.unknown", data={"batch": "broken", "categories": ["software"]}, **OPEN),
    fails("call_open", "call.unknown", data={"batch": "2026-2", "categories": ["software"]}),
    fails("call_open", "call.missing", data={"categories": ["software"]}, **OPEN),
    passes("unit_not_barred", policies={"barred_units": [BAR | {"until": "2026-11-22"}, BAR | {"unit": "T02"}]}),
    fails("unit_not_barred", "unit.barred", policies={"barred_units": [BAR]}),
    fails("unit_not_barred", "unit.failed", peers=(failed(3),)),
    passes("unit_not_barred", peers=(failed(2),)),
    passes("unit_not_barred", peers=(failed(3),), policies={"bar_after_failure_days": 6}),
    fails("unit_not_barred", "unit.finding_open", peers=(FOUND,)),
    passes("unit_not_barred", peers=(FOUND,), policies={"bar_open_finding_working_days": 999}),
    passes("unit_not_barred", peers=(case("f", "closed", {"seriousness": "severe"}, "finding"),)),
    passes("not_self", actor="rex", previous="draft", marks={"draft": ("ann", LAST_WEEK)}),
    fails("not_self", "actor.self", actor="ann"),
    fails("not_self", "actor.self", actor="rex", previous="twp_check", marks={"twp_check": ("rex", LAST_WEEK)}),
    passes("reason", comment="the papers lack figures", form={"reason_code": "papers"}),
    fails("reason", "reason.too_short", comment="too short ", form={"reason_code": "papers"}),
    fails("reason", "reason.no_code", comment="the papers lack figures", data={"reason_code": "given earlier"}),
    passes("due_passed", due_at=NOW),
    fails("due_passed", "due.not_passed", due_at=NOW + timedelta(seconds=1)),
    fails("due_passed", "due.not_passed"),
    passes("emergency_basis", data=URGENT, actor="hal"),
    fails("emergency_basis", "actor.not_head", data=URGENT, actor="rex"),
    fails("emergency_basis", "paper.missing", data=URGENT | {"emergency_document": None}, actor="hal"),
    fails("emergency_basis", "paper.missing", data=URGENT | {"emergency": False}, actor="hal"),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_application(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
