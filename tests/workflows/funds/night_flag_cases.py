"""Scenes for the red flags that are asked at night."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.workflows.funds.flag_scene import COST, DEAL, INVOICE, NOON, ORDER, SMALL
from tests.workflows.funds.story import (
    BANK,
    PROJECT,
    TODAY,
    cash,
)
from workflows.funds.chart import BANK as BANK_ACCOUNT
from workflows.funds.chart import DUE_FROM_SOURCE
from workflows.funds.flags.scene import Change, Deal, Evidence, Grant, Insider, Month, Order, Step, Transfer
from workflows.funds.journal import Maker, append
from workflows.funds.posting import Entry, Movement, Posting
from workflows.funds.tracing import trace


def paid(month: int, amount: int = 100, **parts: Any) -> Order:  # noqa: ANN401  # parts of an order
    """Give a payment of some month."""
    return replace(
        ORDER,
        code=f"P{month}-{amount}",
        asked_at=NOON.replace(month=month, day=5),
        paid_on=date(2026, month, 9),
        amount=amount,
        is_open=False,
        is_paid=True,
        **parts,
    )


def sold(number: int, month: int, face: int = 1) -> Order:
    """Give a payment with one invoice of a supplier."""
    invoice = replace(INVOICE, number=str(number), issued_on=date(2026, month, 1), face=face)
    return replace(paid(month), code=f"N{number}", invoices=(invoice,))


def lots(on: date) -> Any:  # noqa: ANN401  # a trail
    """Give the trail of one receipt that nobody used."""
    entry = Entry(Movement.RECEIVE, on, (Posting(BANK_ACCOUNT, DUE_FROM_SOURCE, 5, cash("own", "RCV-1")),))
    return trace((append(PROJECT, 0, "0", entry, Maker("RCV-1", 1, "li", NOON)),))


def wins(count: int) -> tuple[Deal, ...]:
    """Give contracts that one supplier won just under the limit, among larger ones of two others."""
    near = tuple(replace(DEAL, code=f"a{number}", amount=SMALL - 1) for number in range(count))
    return near + tuple(replace(DEAL, code=name, supplier=name, amount=SMALL * 3) for name in ("S2", "S3"))


OURS = frozenset({BANK})
AT_NIGHT: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "RF-08",
        "hard",
        {
            "own_accounts": OURS,
            "insiders": (Insider("li", frozenset({"li's"})),),
            "transfers": (
                Transfer(BANK, "supplier", 100, date(2026, 9, 1), "PAY-1"),
                Transfer("supplier", "cousin", 90, date(2026, 9, 9)),
                Transfer("cousin", "li's", 80, date(2026, 10, 31)),
            ),
        },
        {
            "own_accounts": OURS,
            "insiders": (Insider("li", frozenset({"li's"})),),
            "transfers": (
                Transfer(BANK, "supplier", 100, date(2026, 9, 1), "PAY-1"),
                Transfer("supplier", "cousin", 90, date(2026, 9, 9)),
                Transfer("cousin", "li's", 80, date(2026, 11, 1)),
            ),
        },
    ),
    (
        "RF-09",
        "hard",
        {"own_accounts": OURS, "transfers": (Transfer(BANK, "cash desk", 100, TODAY),)},
        {"own_accounts": OURS, "transfers": (Transfer(BANK, "supplier", 100, TODAY, "PAY-1"),)},
    ),
    (
        "RF-10",
        "hard",
        {"costs": (replace(COST, quantity_paid=2, quantity_delivered=1),)},
        {"costs": (replace(COST, quantity_paid=2, quantity_delivered=2),)},
    ),
    (
        "RF-10",
        "hard",
        {"costs": (replace(COST, is_delivered=False),), "elapsed_percent": 61},
        {"costs": (replace(COST, is_delivered=False),), "elapsed_percent": 60},
    ),
    ("RF-17", "warn", {"trail": lots(TODAY - timedelta(days=184))}, {"trail": lots(TODAY - timedelta(days=183))}),
    (
        "RF-18",
        "warn",
        {"orders": (paid(12, 36), paid(3, 64), paid(4, 1))},
        {"orders": (*(paid(month) for month in range(1, 13)), replace(paid(12, 900), is_paid=False))},
    ),
    (
        "RF-19",
        "warn",
        {"township": tuple(sold(number * 9, 5, 10_000_00) for number in range(8))},
        {"township": tuple(sold(number * 9, 5, 10_000_00) for number in range(7))},
    ),
    (
        "RF-20",
        "warn",
        {"township": tuple(replace(paid(5, 500 + number), code=str(number)) for number in range(300))},
        {"township": tuple(replace(paid(5, 500 + number), code=str(number)) for number in range(299))},
    ),
    (
        "RF-21",
        "warn",
        {"township": tuple(sold(100 + number, 5 + number % 2) for number in range(5))},
        {"township": tuple(sold(100 + number, 5) for number in range(5))},
    ),
    (
        "RF-22",
        "warn",
        {"deals": (replace(DEAL, amount=51), replace(DEAL, code="b", supplier="S2", amount=49))},
        {"deals": (replace(DEAL, amount=50), replace(DEAL, code="b", supplier="S2", amount=50))},
    ),
    (
        "RF-22",
        "warn",
        {"deals": wins(3)},
        {"deals": wins(2)},
    ),
    (
        "RF-25",
        "hard",
        {"changes": (Change("CHG-1", TODAY, TODAY - timedelta(days=1)),)},
        {"changes": (Change("CHG-1", TODAY, TODAY),)},
    ),
    (
        "RF-26",
        "hard",
        {"evidence": (Evidence(PROJECT, "M1", "a", is_on_site=False),)},
        {"evidence": (Evidence(PROJECT, "M1", "a"),)},
    ),
    (
        "RF-26",
        "hard",
        {"evidence": (Evidence(PROJECT, "M1", "a", 0b111111), Evidence(PROJECT, "M2", "b", 0))},
        {"evidence": (Evidence(PROJECT, "M1", "a", 0b1111111), Evidence(PROJECT, "M2", "b", 0))},
    ),
    (
        "RF-27",
        "warn",
        {"months": (Month(PROJECT, "2026-05", 31, 30, has_accepted=False),)},
        {"months": (Month(PROJECT, "2026-05", 31, 30, has_accepted=True),)},
    ),
    (
        "RF-27",
        "warn",
        {"months": (Month(PROJECT, "2026-05", 20, 4, has_accepted=False),)},
        {"months": (Month(PROJECT, "2026-05", 20, 5, has_accepted=False),)},
    ),
    (
        "RF-29",
        "warn",
        {"approved_on": TODAY - timedelta(days=366), "order": None},
        {"approved_on": TODAY - timedelta(days=365), "order": None},
    ),
    (
        "RF-30",
        "hard",
        {"order": replace(ORDER, proof_on=TODAY - timedelta(days=31))},
        {"order": replace(ORDER, proof_on=TODAY - timedelta(days=30))},
    ),
    (
        "RF-30",
        "hard",
        {"orders": (replace(ORDER, proof_on=TODAY - timedelta(days=90)),)},
        {"orders": (replace(ORDER, proof_on=TODAY - timedelta(days=90), is_paid=True),)},
    ),
    ("RF-30", "hard", {"refusal_reasons": ("等审计结束再付",)}, {"refusal_reasons": ("发票有误",)}),
    (
        "RF-31",
        "hard",
        {"grants": (Grant("FN1-1", TODAY - timedelta(days=31), None),)},
        {"grants": (Grant("FN1-1", TODAY - timedelta(days=90), TODAY - timedelta(days=60)),)},
    ),
    (
        "RF-30",
        "hard",
        {"owed": (("CON-1/M1", TODAY - timedelta(days=31)),)},
        {"owed": (("CON-1/M1", TODAY - timedelta(days=30)),)},
    ),
    (
        "RF-32",
        "warn",
        {"orders": (replace(ORDER, steps=(Step("li", NOON, "d1"), Step("wang", NOON + timedelta(minutes=4), "d1"))),)},
        {"orders": (replace(ORDER, steps=(Step("li", NOON, "d1"), Step("wang", NOON + timedelta(minutes=6), "d1"))),)},
    ),
    (
        "RF-33",
        "warn",
        {
            "deals": (replace(DEAL, amount=1),),
            "insiders": (Insider("eva", employer="S1", employed_on=TODAY, judged=frozenset({PROJECT})),),
        },
        {
            "deals": (replace(DEAL, amount=1),),
            "insiders": (Insider("eva", employer="S1", employed_on=date(2020, 1, 1), judged=frozenset({PROJECT})),),
        },
    ),
]

ASKED_AT_NIGHT: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "RF-05",
        "warn",
        {"order": replace(ORDER, invoices=(replace(INVOICE, issued_on=date(2026, 2, 27)),))},
        {"order": replace(ORDER, invoices=(replace(INVOICE, issued_on=date(2026, 3, 1)),))},
    ),
]
DEALT_AT_NIGHT: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("RF-23", "warn", {"deal": replace(DEAL, bidders=1)}, {"deal": replace(DEAL, bidders=2)}),
]
