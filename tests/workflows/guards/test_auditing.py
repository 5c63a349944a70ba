"""Guards of audits and findings."""

from typing import Any

import pytest

from engine.case import Mark
from tests.workflows.guards.trial import LAST_WEEK, NOW, OPENED, Trial, case, fails, judge, name_of, passes

CODE, AUDIT, FINDING = "QH-2026-project", "QH-2026-case", "QH-2026-case"
PROJECT = case("project", "implementing", {})
PROJECT.actors = {"approved.start": Mark("ria", LAST_WEEK), "draft.submit": Mark("rex", OPENED.replace(year=2022))}
PLANNED: dict[str, Any] = {"definition": "audit", "state": "planning", "peers": (PROJECT,)}


def found(state: str) -> dict[str, Any]:
    """An audit with one finding of its own, which stands there."""
    return {"definition": "audit", "state": "issued", "peers": (case("f", state, {"audit": AUDIT}, "finding"),)}


def repaid(amount: int, state: str = "closed") -> dict[str, Any]:
    """A finding of 100 fen to recover, with one refund."""
    back = {"project": CODE, "basis": FINDING, "amount": amount}
    due = {"project": CODE, "amount": 100, "amount_kind": "recoverable"}
    return {"definition": "finding", "state": "verifying", "data": due, "peers": (case("r", state, back, "refund"),)}


ISSUES = {"issues": [{"issue": "x", "evidence": "paper 1"}]}
RECTIFYING: dict[str, Any] = {"definition": "finding", "state": "rectifying"}

TRIALS: list[Trial] = [
    passes("team_independent", data={"project": CODE, "team": ["hal", "rex"]}, **PLANNED),
    fails("team_independent", "audit.team_small", data={"project": CODE, "team": ["hal"]}, **PLANNED),
    fails("team_independent", "audit.team_linked", data={"project": CODE, "team": ["hal", "ria"]}, **PLANNED),
    fails("team_independent", "audit.team_linked", data={"project": CODE, "team": ["hal", "ann"]}, **PLANNED),
    passes("evidence_linked", data=ISSUES, **PLANNED),
    fails("evidence_linked", "audit.no_evidence", data={"issues": [{"issue": "x"}]}, **PLANNED),
    passes("findings_opened", data=ISSUES, **found("open")),
    fails("findings_opened", "audit.not_opened", data=ISSUES, **PLANNED),
    fails("findings_opened", "audit.not_opened", **PLANNED),
    passes("nothing_found", **PLANNED),
    fails("nothing_found", "issues.some", **found("open")),
    passes("findings_closed", **found("sanctioned")),
    fails("findings_closed", "audit.findings_open", **found("verifying")),
    passes("amount_explained", data={"amount": 0}, **RECTIFYING),
    fails("amount_explained", "finding.amount_kind", data={"amount": 1}, **RECTIFYING),
    passes("extension_allowed", marks={"rectifying.allow_extension": ("hal", NOW)}, **RECTIFYING),
    fails("extension_allowed", "finding.not_allowed", **RECTIFYING),
    passes("money_recovered", data={"amount": 100, "amount_kind": "loss"}, **RECTIFYING),
    passes("money_recovered", **repaid(100)),
    fails("money_recovered", "finding.not_recovered", **repaid(99)),
    fails("money_recovered", "finding.not_recovered", **repaid(100, "collecting")),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guard(trial: Trial) -> None:
    """The guard answers with just these reasons."""
    assert judge(trial) == trial.codes
