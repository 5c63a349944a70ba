"""A project from its approval to its settlement with nothing typed about money: its own procedure, strict."""

from typing import Any

from tests.workflows.money.desk import CODE, FILE, Desk
from tests.workflows.money.funding import own_money
from tests.workflows.money.papers import reviewed_budget, share
from tests.workflows.money.spending import Ready, accept, account, receipt, signed
from workflows.funds.chart import APPROVED, BANK, FREE, RETENTION

READY: dict[str, Any] = {
    "tier": "T2",
    "study_report": FILE,
    "study_number": "D11B",
    "study_approved_on": "2026-05-20",
    "study_sections": [
        *("overview", "necessity", "current", "needs", "goals", "options", "route", "security"),
        *("resources", "schedule", "cost", "funding", "benefits", "hazards"),
    ],
    "milestones": [
        {
            "milestone": "all",
            "start_on": "2026-06-10",
            "finish_on": "2026-09-10",
            "weight": 100,
            "payment_percent": 100,
            "before_acceptance": True,
            "deliverable": "x",
            "owner": "pm",
        }
    ],
    "team": "x",
    "training_plan": "x",
    "contingency_plan": "x",
    "protection_grade": "grade2",
    "crypto_plan": FILE,
    "sharing_catalogue": FILE,
    "functions": [{"function": "x", "purpose": "y"}],
    "targets": [{"indicator": "x", "baseline": "1", "target": "2", "measure": "d", "due_on": "2026-12-01"}],
    "approval_number": "D13",
    "filing_number": "BA",
    "kickoff_form": FILE,
    "manager_letter": FILE,
}


def test_approval_and_start_follow_from_procedures_alone() -> None:
    """No budget, no approval; no contract and no money, no start; the approval posts, in its own transaction."""
    desk = Desk(**READY)
    desk.seat(CODE)
    assert desk.refused(CODE, "pam", "submit_approval") == {"budget.none", "funding.gap"}
    source = own_money(desk)
    reviewed_budget(desk, source)
    assert desk.refused(CODE, "pam", "submit_approval") == set()
    assert desk.case(CODE).state == "joint_review"
    desk.project(CODE, "approval_decide")
    desk.seat(CODE)
    assert desk.act(CODE, "may", "approve") == "approved"
    assert desk.books().amount(APPROVED, FREE) == 200_000_00
    assert desk.refused(CODE, "pam", "start") == {"contract.none", "money.none"}
    bank = account(desk)
    receipt(desk, source, bank, 100_000_00)
    assert desk.refused(CODE, "pam", "start") == {"contract.none"}
    signed(desk, source)
    desk.seat(CODE)
    assert desk.act(CODE, "pam", "start") == "implementing"


def test_the_accounts_are_the_ledgers() -> None:
    """What was paid and is held back; the surplus has gone back before the accounts are final."""
    ready = Ready()
    desk = ready.desk
    accept(desk, ready.contract, "M1", "M2")
    ready.paid("M1", 42_750_00, "1")
    closing = {"settlement_amount": 90_000_00, "accounts_number": "D23", "final_accounts": FILE}
    desk.project(CODE, "settlement", **closing)
    desk.seat(CODE)
    found = desk.refused(CODE, "fin", "settle")
    assert {"accounts.sum", "accounts.left_over"} <= found
    kind = {"kind": "surplus", "basis": "art. 25", "return_to": "treasury", "source": ready.source}
    surplus = desk.start("refund", "fin", amount=10_000_00, due_on=desk.day(30), **kind)
    desk.act(surplus, "pay", "approve")
    desk.act(surplus, "fin", "send")
    desk.act(surplus, "fin", "receive", bank=ready.bank, slip="T-1", received_on=desk.day())
    desk.project(CODE, "implementing")
    ready.paid("M2", 17_250_00, "2")
    ready.paid("M2", 25_500_00, "3", shares=[share(ready.source, 25_500_00, "2")])
    assert desk.books().amount(BANK) == desk.books().amount(RETENTION) == 4_500_00
    desk.project(CODE, "settlement", **closing)
    desk.seat(CODE)
    assert {"accounts.sum", "accounts.left_over"}.isdisjoint(desk.refused(CODE, "fin", "settle"))
