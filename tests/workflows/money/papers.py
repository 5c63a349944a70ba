"""What people fill in: forms that are right, to be changed where a test wants them wrong."""

from typing import Any

from tests.workflows.money.desk import FILE, Desk

STAGES = ("preparation", "purchase", "integration", "assessment", "training", "trial", "audit", "operation")
EMPTY_STAGES: list[Any] = [{"stage": stage, "why": "done by ourselves"} for stage in STAGES]
MATERIALS: list[Any] = [
    {"check": name, "result": "passed"} for name in ("lines", "basis", "study", "split", "township")
]


def budget_line(line: str = "1", price: int = 60_000_00, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # cells
    """One line of a budget."""
    cells = {"stage": "construction", "category": "development", "content": f"part {line}", "quantity": 1}
    return {"line": line, **cells, "unit_price": price, "cost": price, "basis": "standard", **more}


def share(source: str, amount: int, line: str = "1", year: int = 2026) -> dict[str, Any]:
    """A part of a line, from a source, in a year."""
    return {"source": source, "year": year, "line": line, "amount": amount}


def budget_form(source: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  # fields
    """A budget of 100,000 yuan on two lines."""
    form = {
        "lines": [budget_line("1", 60_000_00), budget_line("2", 40_000_00, category="equipment")],
        "shares": [share(source, 60_000_00, "1"), share(source, 40_000_00, "2")],
        "empty_stages": EMPTY_STAGES,
        "quote_files": [FILE],
    }
    return {**form, **changed}


def reviewed_budget(desk: Desk, source: str, ceiling: int = 100_000_00) -> str:
    """Lead a budget through its review; gives its code."""
    code = desk.start("budget", "pam", **budget_form(source))
    desk.act(code, "pam", "submit")
    desk.act(code, "fin", "pass")
    desk.act(code, "bob", "accept", material_checklist=MATERIALS)
    desk.save(code, "bob", ceiling=ceiling)
    desk.act(code, "bob", "issue")
    desk.act(code, "pam", "agree")
    desk.act(code, "fay", "approve", conclusion_number="D12A-1")
    return code
