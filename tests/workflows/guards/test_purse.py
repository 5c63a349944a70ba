"""Guards of the project over its procedures of money and the ledger: nothing that was only typed counts."""

from typing import Any

import pytest
from msgspec.structs import replace

from engine.case import Case
from tests.workflows.guards.test_money import BUDGET, CONTRACT, SOURCE, kin, posted
from tests.workflows.guards.trial import FILE, Trial, case, fails, judge, name_of, passes
from workflows.funds.chart import (
    BANK,
    DUE_FROM_SUPPLIER,
    DUE_TO_TREASURY,
    ENCUMBERED,
    PAYABLE,
    PROJECT_COST,
    RETENTION,
    SOURCE_INCOME,
    SPENT,
)

STRICT: dict[str, Any] = {"policies": {"money_entered_until": None}}
ME = "QH-2026-case"
"""The project under judgement is itself the parent of these."""


def mine(*cases: Case) -> tuple[Case, ...]:
    """Give the cases as this project's own."""
    return tuple(replace(one, data={**one.data, "project": ME}) for one in cases)


TYPED = {"budget_total": 100_00, "budget_number": "D12a", "budget_approved_on": "2026-11-01", "study_estimate": 100_00}
PAID = posted(ENCUMBERED, SPENT, 40_00, project=ME, line="1", contract="c", payment="p")
CASH = posted(BANK, SOURCE_INCOME, 5_00, project=ME, bank="b")
COST = posted(PROJECT_COST, PAYABLE, 5_00, project=ME, contract="c", milestone="retention")
CLAIM = posted(DUE_FROM_SUPPLIER, DUE_TO_TREASURY, 5_00, project=ME, contract="c", payment="p")
CLEARED = {
    "clearance": [
        {"matter": matter, "settled_on": "2026-11-20", "document": "x"}
        for matter in ("contracts", "assets", "money", "claims")
    ]
}
SUPERVISION = kin("s", "contract", "performing", **{**CONTRACT.data, "subject": "supervision", "amount": 1})
RECEIPT = kin("r", "receipt", "posted")
ACCOUNTS = {"accounts_number": "D23", "final_accounts": FILE, "settlement_amount": 40_00}
POOLED = {"functions": [{}], "milestones": [{}], "targets": [{"target": 1, "due_on": "2026-12-01"}]}

TRIALS: list[Trial] = [
    passes("budget_ok", data={"study_estimate": 100_00}, peers=mine(BUDGET), **STRICT),
    fails("budget_ok", "budget.none", data=TYPED, **STRICT),
    fails("budget_ok", "budget.over_study", data={"study_estimate": 90_00}, peers=mine(BUDGET), **STRICT),
    passes("funding_ok", peers=mine(BUDGET, SOURCE), **STRICT),
    fails("funding_ok", "funding.gap", data=TYPED, **STRICT),
    fails("funding_ok", "funding.gap", "funding.over_source", peers=mine(BUDGET), **STRICT),
    passes("baseline_ready", data=POOLED, peers=mine(BUDGET), **STRICT),
    fails("baseline_ready", "baseline.missing", data=POOLED | TYPED, **STRICT),
    passes("contract_effective", peers=mine(BUDGET, CONTRACT), **STRICT),
    fails(
        "contract_effective",
        "contract.none",
        data=TYPED | {"contracts": [{"subject": "construction", "standing": "effective", "signed_on": "2026-11-01"}]},
        **STRICT,
    ),
    fails("contract_effective", "contract.over_budget", peers=mine(CONTRACT), **STRICT),
    passes("first_money_ok", peers=mine(RECEIPT), **STRICT),
    fails("first_money_ok", "money.none", data={"funding_sources": [{"received": 5_00}]}, **STRICT),
    passes("supervisor_ok", data={"tier": "T3"}, peers=mine(SUPERVISION), **STRICT),
    fails("supervisor_ok", "contract.no_supervisor", data={"tier": "T3"}, peers=mine(CONTRACT), **STRICT),
    passes("final_accounts_ok", data=ACCOUNTS, peers=mine(BUDGET), entries=(PAID,), **STRICT),
    fails("final_accounts_ok", "accounts.sum", data=ACCOUNTS, peers=mine(BUDGET), **STRICT),
    passes("balance_returned", entries=(CASH, COST), **STRICT),
    fails("balance_returned", "accounts.left_over", entries=(CASH,), **STRICT),
    passes("clearance_ok", data=CLEARED, **STRICT),
    fails(
        "clearance_ok",
        *("clearance.contract_open", "clearance.claim_open"),
        data=CLEARED,
        peers=mine(CONTRACT),
        entries=(CLAIM,),
        **STRICT,
    ),
    passes("merge_allowed", data={"tier": "T4"}, peers=mine(BUDGET, CONTRACT), **STRICT),
    fails(
        "merge_allowed",
        "acceptance.no_merge",
        data={"tier": "T4"},
        peers=mine(
            CONTRACT,
            kin("second", "contract", "performing", **CONTRACT.data),
            replace(
                BUDGET,
                data={
                    **BUDGET.data,
                    "approved_lines": [{"line": "1", "category": "development", "cost": 1_000_000_00}],
                    "approved_shares": [{"source": "s", "year": 2026, "line": "1", "amount": 1_000_000_00}],
                },
            ),
        ),
        **STRICT,
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_project_over_its_money(trial: Trial) -> None:
    """Each gives exactly the reasons it should."""
    assert judge(trial) == trial.codes


def test_the_retention_is_part_of_the_settlement() -> None:
    """What is held back, or owed since the warranty ended, belongs to the accounts."""
    held = posted(PROJECT_COST, RETENTION, 2_00, project=ME, contract="c")
    trial = passes(
        "final_accounts_ok",
        data=ACCOUNTS | {"settlement_amount": 47_00},
        peers=mine(BUDGET),
        entries=(PAID, COST, held),
        **STRICT,
    )
    assert judge(trial) == set()
    assert case("x", "draft", {}).code == "QH-2026-x"
