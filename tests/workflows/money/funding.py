"""Sources of money as their procedures bring them into effect."""

from typing import Any

from tests.workflows.money.desk import FILE, Desk

ITEM = "YS-2026-001"


def own_money(desk: Desk, amount: int = 100_000_00, **more: Any) -> str:  # noqa: ANN401  # fields
    """Bring own fiscal money into effect; gives its code."""
    code = desk.start(
        "own-funds",
        "fin",
        source_kind="fiscal",
        fiscal_year=2026,
        amount=amount,
        document=ITEM,
        document_amount=20_000_000_00,
        giver="County",
        **more,
    )
    desk.act(code, "fin", "submit")
    desk.act(code, "bob", "second_check")
    assert desk.act(code, "fay", "approve") == "effective"
    return code


def clauses() -> list[dict[str, str]]:
    """Give the checklist of clauses, all written."""
    return [{"check": f"K{number:02}", "result": "present"} for number in range(1, 21)]


def no_debt() -> list[dict[str, str]]:
    """Give the checklist of hidden debt, all excluded."""
    matters = ("guarantee", "buyback", "minimum", "debt_as_equity", "instalments", "future_budget")
    return [{"check": matter, "result": "absent"} for matter in matters]


AWARD: dict[str, Any] = {
    "amount": 60_000_00,
    "document": "ZB-7",
    "document_amount": 90_000_00,
    "document_file": FILE,
    "expires_year": 2027,
}
YEAR: dict[str, Any] = {"year": 2027, "income": 200_00, "principal": 100_00, "interest": 10_00}
