"""A scene in which no red flag strikes, to change in some parts."""

from datetime import UTC, date, datetime
from typing import Any

from tests.workflows.funds.story import (
    AGREEMENT,
    CONTRACT,
    DOSSIER,
    PROJECT,
    SUPPLIER,
    TODAY,
    contracted,
    policy,
)
from workflows.funds.flags import Scene
from workflows.funds.flags.scene import Cost, Deal, Order
from workflows.funds.invoices import Invoice

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SELLER = SUPPLIER.credit_code
INVOICE = Invoice("0440", "00012345", date(2026, 10, 1), 50_000_00, 10_000_00, SELLER, "Township", "valid")
ORDER = Order(
    code="PAY-1",
    contract=CONTRACT,
    milestone="M1",
    party=SUPPLIER,
    amount=10_000_00,
    asked_at=NOON,
    lines=frozenset({"1-1"}),
    invoices=(INVOICE,),
    proof_on=date(2026, 11, 1),
    progress_percent=50,
)
DEAL = Deal(
    "CON-9", "town", "software", 2026, "smart street light platform", 20_000_00, "S1", 25_000_00, 4, "fair words"
)


def days_between(first: date, last: date) -> int:
    """Count every day as a working day."""
    return (last - first).days


def scene(**parts: Any) -> Scene:  # noqa: ANN401  # parts of a scene
    """Give a scene in which nothing is wrong, changed in some parts."""
    usual: dict[str, Any] = {
        "on": TODAY,
        "policy": policy(),
        "working_days": days_between,
        "order": ORDER,
        "deal": DEAL,
        "contract": AGREEMENT,
        "dossier": DOSSIER,
        "books": contracted().books,
        "buyer": "Township",
    }
    return Scene(**{**usual, **parts})


COST = Cost(PROJECT, "1-1", "software", "platform licence", unit_price=120, market_price=100)
SMALL = 300_000_00
