"""Guards of a feasibility study."""

from typing import Any

import pytest

from engine.case import Case
from tests.workflows.guards.trial import Trial, case, fails, judge, name_of, passes
from tests.workflows.screening.panel import EXPERTS
from tests.workflows.screening.study import FULL, short_form

STUDY = "feasibility-study"
SHORT = {"project": "QH-2026-P", "tier": "T1", **short_form("2026-12-01", "2027-11-01")}
WHOLE = {**SHORT, **FULL, "tier": "T2"}
DRIFT = [{"matter": "amount", "before": "1", "now": "2", "flagged": True, "answer": "prices rose"}]
ASSESSED = {"project": "QH-2026-P", "assessor": "ex1", "author": "institute 9"}
REGISTER = {"policies": {"screening.experts": EXPERTS}}


def told(guard: str, *codes: str, **shown: Any) -> Trial:  # noqa: ANN401  # parts of a trial
    """A trial over a study."""
    shown = {"state": "writing", **shown}
    return fails(guard, *codes, definition=STUDY, **shown) if codes else passes(guard, definition=STUDY, **shown)


def beside(state: str) -> Case:
    """Another study of the project."""
    return case("other", state, {"project": "QH-2026-P"}, STUDY)


def project(tier: str = "T1") -> Case:
    """The project that is studied."""
    return case("P", "plan_selected", {"tier": tier})


def seats(*experts: str) -> tuple[Case, ...]:
    """The panel of the study."""
    usual = {"project": "QH-2026-P", "purpose": "study"}
    return tuple(case(f"s-{who}", "active", {**usual, "expert": who}, "expert-panel") for who in experts)


def budget(*costs: tuple[str, int]) -> Case:
    """A budget that is being prepared."""
    lines = [{"stage": "construction", "category": category, "cost": cost} for category, cost in costs]
    return case("b", "preparing", {"project": "QH-2026-P", "lines": lines}, "budget")


TRIALS = [
    told("study_free", data=SHORT, peers=(beside("approved"), beside("rejected"))),
    told("study_free", "study.running", data=SHORT, peers=(beside("assess"),)),
    told("fsr_complete", data=SHORT),
    told("fsr_complete", data=WHOLE),
    told("fsr_complete", "study.section", data=SHORT | {"tier": "T2"}),
    told("fsr_complete", "study.section", data=SHORT | {"route": "soon"}),
    told("fsr_complete", "study.kinds", data=SHORT | {"benefits": SHORT["benefits"][:2]}),
    told("fsr_complete", "study.running_costs", data=SHORT | {"running_costs": []}),
    told("options_ge_2", data=WHOLE),
    told("options_ge_2", data=SHORT),
    told("options_ge_2", "study.options", data=WHOLE | {"options": WHOLE["options"][1:]}),
    told("options_ge_2", "study.chosen", data=WHOLE | {"options": [WHOLE["options"][0]] * 2}),
    told("study_sums", data=SHORT),
    told("study_sums", "study.funding", data=SHORT | {"funding": []}),
    told("study_sums", "study.weights", data=SHORT | {"milestones": SHORT["milestones"][:1]}),
    told(
        "study_sums",
        "study.milestone_days",
        data=SHORT | {"milestones": [{"start_on": "2026-12-02", "finish_on": "2026-12-01", "weight": 100}]},
    ),
    told("study_agrees", data=SHORT),
    told("study_agrees", data=SHORT, peers=(budget(("development", 60_000_00), ("product", 40_000_00)),)),
    told("study_agrees", "study.not_budget", data=SHORT, peers=(budget(("development", 100_000_00)),)),
    told("drift_answered", data={"drift": DRIFT}),
    told("drift_answered", "study.drift", data={"drift": [DRIFT[0] | {"answer": ""}]}),
    told("assessor_ok", data=ASSESSED, peers=(project(), *seats("ex1", "ex3", "ex5")), **REGISTER),
    told("assessor_ok", "study.panel", data=ASSESSED, peers=(project(), *seats("ex1", "ex3")), **REGISTER),
    told("assessor_ok", "study.no_chair", data=ASSESSED, peers=(project(), *seats("ex2", "ex3", "ex5")), **REGISTER),
    told(
        "assessor_ok",
        "study.own_author",
        data=ASSESSED | {"author": "institute 3"},
        peers=(project(), *seats("ex1", "ex3", "ex5")),
        **REGISTER,
    ),
    told(
        "assessor_ok",
        "study.no_institute",
        data=ASSESSED,
        peers=(project("T4"), *seats(*(f"ex{number}" for number in range(1, 8)))),
        **REGISTER,
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_study(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
