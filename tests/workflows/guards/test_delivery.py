"""Guards of the delivery."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.workflows.guards.trial import FILE, LAST_WEEK, OPENED, Trial, case, fails, judge, name_of, passes

CONTRACT = {"subject": "construction", "standing": "effective", "signed_on": "2026-11-20", "price": 90_00}
CONTRACTS = {"budget_total": 100_00, "contracts": [CONTRACT]}
MONEY = {"funding_sources": [{"received": 1}], "contracts": [CONTRACT | {"prefinancing": False}]}
KICKOFF = {"kickoff_form": FILE, "manager_letter": FILE, "team": "x"}
FLAGGED = case("flag", "deciding", {"project": "QH-2026-case", "rule": "rf_24", "level": "hard"}, "red-flag")
APPROVED = {"approval_decide.activate": ("hal", datetime(2025, 11, 23, 2, 0, tzinfo=UTC))}
STONE = {"milestone": "m1", "before_acceptance": True, "accepted_on": "2026-11-20", "evidence": "photo"}
ISSUE = {"class": "major", "closed_on": "2026-11-20"}
CAUSE = {"cause": "x", "cleared_on": "2026-11-20", "evidence": "letter"}
CLEAR: dict[str, Any] = {
    "clearance": [
        {"matter": matter, "settled_on": "2026-11-20", "document": "QS"}
        for matter in ("contracts", "assets", "money", "claims")
    ],
    "contracts": [CONTRACT | {"standing": "closed"}],
}
STARTED = {"approved.start": ("pam", OPENED)}


def supervised(**changes: str) -> dict[str, Any]:
    """A T3 project with a supervision contract."""
    return {"tier": "T3", "contracts": [CONTRACT, CONTRACT | {"subject": "supervision"} | changes]}


TRIALS = [
    passes("contract_effective", data=CONTRACTS),
    passes("contract_effective", data={"contracts": [CONTRACT | {"subject": "in_house", "price": 0}]}),
    fails("contract_effective", "contract.none", data=CONTRACTS | {"contracts": [CONTRACT | {"standing": "tender"}]}),
    fails(
        "contract_effective", "contract.none", data=CONTRACTS | {"contracts": [CONTRACT | {"signed_on": "2026-11-24"}]}
    ),
    fails("contract_effective", "contract.none", data=CONTRACTS | {"contracts": [CONTRACT | {"subject": "testing"}]}),
    fails("contract_effective", "contract.over_budget", data=CONTRACTS | {"budget_total": 89_99}),
    passes("first_money_ok", data=MONEY),
    passes("first_money_ok", data={"fiscal_plan_number": "YK 1"}),
    fails("first_money_ok", "money.none", data=MONEY | {"funding_sources": [{"promised": 1}]}),
    fails("first_money_ok", "money.prefinanced", data=MONEY | {"contracts": [CONTRACT | {"prefinancing": True}]}),
    passes("kickoff_ok", data=KICKOFF),
    fails("kickoff_ok", "paper.missing", data=KICKOFF | {"team": ""}),
    fails("kickoff_ok", "kickoff.purse", data=KICKOFF, actor="fin"),
    fails("kickoff_ok", "kickoff.plan_past", data=KICKOFF | {"milestones": [{"finish_on": "2026-11-22"}]}),
    passes("kickoff_ok", data=KICKOFF | {"milestones": [{"finish_on": "2026-11-23"}]}),
    fails("kickoff_ok", "paper.borrowed", data=KICKOFF, peers=(case("other", "approved", {"kickoff_form": FILE}),)),
    passes("supervisor_ok", data={"tier": "T2"}),
    passes("supervisor_ok", data=supervised()),
    fails("supervisor_ok", "contract.no_supervisor", data=supervised(standing="tender")),
    passes("lapse_12m", state="approved", marks=APPROVED),
    passes("lapse_12m", state="approved", marks=APPROVED, data={"start_extended_until": "2026-11-23"}),
    fails("lapse_12m", "start.not_lapsed", state="approved", marks={"approval_decide.activate": ("hal", LAST_WEEK)}),
    fails(
        "lapse_12m", "start.not_lapsed", state="approved", marks=APPROVED, data={"start_extended_until": "2027-05-23"}
    ),
    passes("milestones_done", data={"milestones": [STONE, {"milestone": "m2", "before_acceptance": False}]}),
    fails("milestones_done", "milestone.open", data={"milestones": [STONE | {"evidence": ""}]}),
    fails("milestones_done", "milestone.open", data={"milestones": [STONE | {"accepted_on": "2026-11-24"}]}),
    fails("milestones_done", "plan.no_milestone", data={"milestones": [{"accepted_on": "2026-11-20"}]}),
    passes("no_open_major_issue", data={"quality_issues": [ISSUE, {"class": "minor"}]}),
    fails("no_open_major_issue", "quality.open", data={"quality_issues": [{"class": "severe"}]}),
    passes("changes_closed", data={"changes": [{"standing": "closed"}, {"standing": "refused"}]}),
    fails("changes_closed", "change.open", data={"changes": [{"standing": "approved"}]}),
    passes("reports_uptodate", data={"reports": [{"month": "2026-10", "accepted": True}]}, marks=STARTED),
    passes("reports_uptodate", marks={"approved.start": ("pam", LAST_WEEK)}),
    fails(
        "reports_uptodate", "report.missing", data={"reports": [{"month": "2026-09", "accepted": True}]}, marks=STARTED
    ),
    fails("reports_uptodate", "report.missing", data={"reports": [{"month": "2026-10"}]}, marks=STARTED),
    passes("resume_conditions", data={"suspension_causes": [CAUSE]}),
    fails("resume_conditions", "suspension.no_cause"),
    fails("resume_conditions", "suspension.open", data={"suspension_causes": [CAUSE | {"cleared_on": "2026-01-04"}]}),
    fails("resume_conditions", "flag.standing", data={"suspension_causes": [CAUSE]}, peers=(FLAGGED,)),
    fails("resume_conditions", "suspension.open", data={"suspension_causes": [CAUSE | {"evidence": ""}]}),
    passes("clearance_ok", data=CLEAR),
    fails("clearance_ok", "clearance.missing", data=CLEAR | {"clearance": CLEAR["clearance"][1:]}),
    fails("clearance_ok", "clearance.open", data=CLEAR | {"clearance": [*CLEAR["clearance"], {"matter": "money"}]}),
    fails("clearance_ok", "clearance.contract", data=CLEAR | {"contracts": [CONTRACT]}),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_delivery(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
