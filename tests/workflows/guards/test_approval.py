"""Guards of the approval."""

from typing import Any

import pytest

from engine.case import Case
from engine.counting import Choosing
from tests.workflows.guards.trial import FILE, Trial, ballot, case, fails, judge, name_of, passes
from tests.workflows.procedure import procedure
from workflows.screening.studies import basis_of

APPROVE, ADMIT, STOP = {"matter": "approve"}, {"matter": "admit"}, {"matter": "terminate"}
SMALL, USUAL, LARGE, LARGEST = 200_000_00, 500_000_00, 1_500_000_00, 3_000_000_00
CHAPTERS = [choice.name for choice in procedure().fields["study_sections"].of]
STUDY = {
    "tier": "T2",
    "study_report": FILE,
    "study_number": "D11b",
    "study_estimate": 100_00,
    "study_approved_on": "2026-11-20",
    "study_sections": CHAPTERS,
}
LINE = {"quantity": 2, "unit_price": 55_00, "cost": 110_00}
BUDGET = {
    "study_estimate": 100_00,
    "budget_lines": [LINE],
    "budget_submitted": 110_00,
    "budget_total": 110_00,
    "budget_number": "D12a",
    "budget_approved_on": "2026-11-20",
}
FIRM = {"kind": "county_budget", "promised": 60_00, "standing": "effective", "document": "ZB 1"}
FUNDS = {"budget_total": 100_00, "funding_sources": [FIRM, FIRM | {"promised": 40_00, "standing": "committed"}]}
PLAN: dict[str, Any] = {
    "milestones": [
        {
            "milestone": "build",
            "weight": 60,
            "payment_percent": 30,
            "start_on": "2026-12-01",
            "finish_on": "2026-12-31",
            "before_acceptance": True,
        },
        {
            "milestone": "train",
            "weight": 40,
            "payment_percent": 70,
            "start_on": "2027-01-01",
            "finish_on": "2027-01-01",
        },
    ],
    "team": "x",
    "training_plan": "x",
    "contingency_plan": "x",
}
SECURE = {"protection_grade": "grade2", "crypto_plan": FILE, "sharing_catalogue": FILE}
READY = {
    "functions": [{"function": "x"}],
    "budget_total": 1,
    "milestones": [{"milestone": "x"}],
    "targets": [{"target": "1", "due_on": "2027-01-01"}],
}
THREE = tuple(
    ballot(who, {"department_opinion": "agree"}, seat)
    for who, seat in (("rex", "data"), ("bob", "finance"), ("cy", "cyber"))
)
JOINT = {"state": "joint_review", "actor": "system"}


def decided(matter: str, by: str, **changes: str) -> dict[str, Any]:
    """Data with a recorded decision of an authority."""
    row = {"matter": matter, "decided_by": by, "decided_on": "2026-11-20", "document": "D17"}
    return {"authority_decisions": [row | changes]}


def milestone(place: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  # cells of a row
    """The plan with one milestone changed."""
    rows = [row | changes if at == place else row for at, row in enumerate(PLAN["milestones"])]
    return PLAN | {"milestones": rows}


def flag(**changes: str) -> dict[str, Any]:
    """Data with one hard flag, released unless changed."""
    return {"red_flags": [{"level": "hard", "released_on": "2026-11-20", "release_reason": "explained"} | changes]}


def raised(state: str, **data: str) -> Case:
    """A flag of the register beside the project, hard unless told otherwise."""
    return case("flag", state, {"project": "QH-2026-case", "rule": "rf_24", "level": "hard"} | data, "red-flag")


def source(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # cells of a row
    """One firm source that covers all, changed."""
    return {"budget_total": 60_00, "funding_sources": [FIRM | changes]}


STRICT: dict[str, Any] = {"policies": {"reviews_entered_until": None}}
"""What was typed does not count any more."""

RESTS_ON: dict[str, Any] = {"name": "Window", "functions": [{"function": "x"}], "targets": []}


def study(state: str, tier: str = "T2", **rests_on: Any) -> Case:  # noqa: ANN401  # fields
    """A study beside the project."""
    told = {"project": "QH-2026-case", "tier": tier, "basis": basis_of({**RESTS_ON, **rests_on})}
    return case(f"study-{state}", state, told, "feasibility-study")


TRIALS = [
    passes("fsr_ok", data=RESTS_ON | {"tier": "T2"}, peers=(study("rejected"), study("approved")), **STRICT),
    fails("fsr_ok", "study.none", data=STUDY, peers=(study("rejected"),), **STRICT),
    fails("fsr_ok", "study.running", data=RESTS_ON, peers=(study("approved"), study("assess")), **STRICT),
    fails("fsr_ok", "study.short_form", data=RESTS_ON | {"tier": "T2"}, peers=(study("approved", "T1"),), **STRICT),
    fails("fsr_ok", "study.basis_changed", data=RESTS_ON, peers=(study("approved", name="Door"),), **STRICT),
    passes("authority_ok", arguments=APPROVE, data={"amount": SMALL}, actor="may"),
    passes("authority_ok", arguments=APPROVE, data={"amount": USUAL}, actor="hal"),
    passes("authority_ok", arguments=APPROVE, data={"amount": LARGE}, actor="fay"),
    passes("authority_ok", arguments=APPROVE, data={"amount": LARGEST}, actor="lea"),
    passes("authority_ok", arguments=ADMIT, data={"amount": LARGE}, actor="lea"),
    passes("authority_ok", arguments=STOP, data={"amount": USUAL}, actor="hal"),
    passes("authority_ok", arguments=STOP, data={"amount": LARGE} | decided("terminate", "fin_head"), actor="hal"),
    passes(
        "authority_ok",
        arguments={"matter": "cancel"},
        data={"amount": USUAL} | decided("cancel", "cty_head"),
        actor="pam",
    ),
    passes(
        "authority_ok",
        arguments=APPROVE,
        data={"amount": USUAL},
        actor="may",
        policies={"authority": {"approve": {"T2": ["twp_mayor"]}}},
    ),
    fails(
        "authority_ok",
        "authority.lacking",
        arguments=APPROVE,
        data={"amount": SMALL, "budget_total": USUAL},
        actor="may",
    ),
    fails("authority_ok", "authority.lacking", arguments=APPROVE, data={"amount": LARGEST}, actor="hal"),
    fails("authority_ok", "authority.lacking", arguments=APPROVE, actor="may", data={"amount": LARGE}),
    fails("authority_ok", "authority.lacking", arguments=STOP, data={"amount": LARGE}, actor="hal"),
    fails(
        "authority_ok",
        "authority.lacking",
        arguments=STOP,
        data={"amount": LARGE} | decided("terminate", "fin_head", document=""),
        actor="hal",
    ),
    fails(
        "authority_ok",
        "authority.lacking",
        arguments=STOP,
        data={"amount": LARGE} | decided("terminate", "fin_head", decided_on="2026-11-24"),
        actor="hal",
    ),
    fails(
        "authority_ok",
        "authority.lacking",
        arguments={"matter": "cancel"},
        data={"amount": USUAL} | decided("terminate", "cty_head"),
        actor="pam",
    ),
    passes("fsr_ok", data=STUDY),
    passes(
        "fsr_ok",
        data=STUDY
        | {
            "tier": "T1",
            "study_sections": [name for name in CHAPTERS if name not in ("current", "options", "security")],
        },
    ),
    fails("fsr_ok", "study.chapters", data=STUDY | {"study_sections": CHAPTERS[1:]}),
    fails("fsr_ok", "study.not_approved", data=STUDY | {"study_approved_on": "2026-11-24"}),
    fails("fsr_ok", "paper.missing", data=STUDY | {"study_number": ""}),
    passes("budget_ok", data=BUDGET),
    passes("budget_ok", data=BUDGET | {"budget_submitted": 120_00, "cut_reason": "dear"}),
    fails("budget_ok", "budget.cut_unexplained", data=BUDGET | {"budget_submitted": 120_00}),
    fails("budget_ok", "budget.above_submitted", data=BUDGET | {"budget_submitted": 109_99}),
    fails("budget_ok", "budget.over_study", data=BUDGET | {"study_estimate": 99_99}),
    fails("budget_ok", "budget.line_product", data=BUDGET | {"budget_lines": [LINE | {"quantity": 3}]}),
    fails("budget_ok", "budget.sum", data=BUDGET | {"budget_lines": [LINE, LINE]}),
    fails("budget_ok", "budget.not_reviewed", data=BUDGET | {"budget_number": ""}),
    passes("funding_ok", data=FUNDS),
    passes("funding_ok", data=source(kind="policy_loan", borrower="enterprise")),
    fails("funding_ok", "funding.gap", data=FUNDS | {"budget_total": 100_01}),
    fails("funding_ok", "funding.gap", data=source(standing="applied")),
    fails("funding_ok", "funding.no_document", data=source(document="")),
    fails("funding_ok", "funding.borrower", data=source(kind="policy_loan", borrower="government")),
    fails("funding_ok", "funding.borrower", data=source(kind="policy_loan")),
    fails("funding_ok", "funding.guarantee", data=source(guarantee=True)),
    passes("plan_ok", data=PLAN),
    fails("plan_ok", "plan.weight", data=milestone(0, weight=59)),
    fails("plan_ok", "plan.payment_percent", data=milestone(1, payment_percent=71)),
    fails("plan_ok", "plan.backwards", data=milestone(0, start_on="2027-01-01")),
    fails("plan_ok", "plan.no_milestone", data=milestone(0, before_acceptance=False)),
    fails("plan_ok", "paper.missing", data=PLAN | {"team": ""}),
    passes("security_plan_ok", data=SECURE),
    fails("security_plan_ok", "paper.missing", data=SECURE | {"crypto_plan": None}),
    passes("all_opinions", data={"tier": "T2"}, ballots=THREE, **JOINT),
    fails("all_opinions", "opinions.missing", data={"tier": "T3"}, ballots=THREE, **JOINT),
    fails(
        "all_opinions",
        "opinions.missing",
        data={"tier": "T2"},
        ballots=(*THREE[:2], ballot("cy", {}, "cyber")),
        **JOINT,
    ),
    passes("departments_agree", ballots=THREE, data={"joint_issues": [{"answer": "done"}]}, **JOINT),
    fails("departments_agree", "opinions.against", ballots=(ballot("bob", {}, "finance", Choosing.REJECT),), **JOINT),
    fails("departments_agree", "issues.unanswered", ballots=THREE, data={"joint_issues": [{"issue": "x"}]}, **JOINT),
    passes("baseline_ready", data=READY),
    fails("baseline_ready", "baseline.missing", data=READY | {"functions": []}),
    fails("baseline_ready", "baseline.loose_target", data=READY | {"targets": [{"target": "1"}]}),
    passes("no_hard_flag", data=flag()),
    passes("no_hard_flag", data=flag(level="warning", released_on="")),
    passes("no_hard_flag", peers=(raised("released"),)),
    passes("no_hard_flag", peers=(raised("corrected"), raised("deciding", level="warn"))),
    passes("no_hard_flag", peers=(raised("deciding", project="QH-2026-other"),)),
    *(fails("no_hard_flag", "flag.standing", peers=(raised(state),)) for state in ("explaining", "deciding", "upheld")),
    fails("no_hard_flag", "flag.hard", data=flag(release_reason="")),
    fails("no_hard_flag", "flag.hard", data=flag(released_on="2026-11-24")),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_approval(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
