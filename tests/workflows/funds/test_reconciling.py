"""The bank's balance against the books: what is still on the way is no breach, a fen that is missing is one."""

from datetime import date

import pytest

from engine.case import Case
from engine.values import Json
from tests.workflows.guards.trial import case
from workflows.funds.listing import Listed, gaps
from workflows.funds.reconciling import statement


def line(number: int, on: str, amount: int, balance: int | None = None, matched_to: str = "") -> Case:
    """Give a line of the account."""
    data: dict[str, Json] = {"booked_on": on, "amount": abs(amount), "direction": "out" if amount < 0 else "in"}
    data |= {"balance": balance} if balance is not None else {}
    state = "matched" if matched_to else "imported"
    return case(f"l{number}", state, data | {"matched_to": matched_to}, "bank-line")


def moved(code: str, definition: str, amount: int, **data: Json) -> Case:
    """Give a case that moved money of the account in the books."""
    return case(code, "posted", {"amount": amount, **data}, definition)


CAME, PAID = moved("r", "receipt", 100), moved("p", "payment", 30)
GIVEN = moved("s", "refund", 20, kind="surplus")
SHOWN = [line(1, "2026-11-02", 100, 100, "QH-2026-r"), line(2, "2026-11-03", -30, 70, "QH-2026-p")]


@pytest.mark.parametrize(
    ("lines", "booked", "balance", "timing"),
    [
        (SHOWN, [CAME, PAID], 70, 0),
        (SHOWN, [CAME, PAID, GIVEN], 70, 20),
        ([*SHOWN, line(3, "2026-11-04", -2, 68)], [CAME, PAID], 68, -2),
        ([*SHOWN, line(3, "2026-11-04", -20, None, "QH-2026-s")], [CAME, PAID, GIVEN], 70, 20),
        ([SHOWN[0], line(2, "2026-11-03", -30, 70, "QH-2026-b")], [CAME], 70, -30),
        ([line(1, "2026-11-03", 5, 105), line(2, "2026-11-03", 100, 100, "QH-2026-r")], [CAME], 105, 5),
    ],
    ids=["even", "not yet on the statement", "a charge", "after the last balance", "bounced", "newest first"],
)
def test_what_stands_between_bank_and_books(lines: list[Case], booked: list[Case], balance: int, timing: int) -> None:
    """The last balance told, and every item that only one of the two knows by that day."""
    found = statement("b", lines, booked)
    assert found is not None
    assert (found.balance, found.timing) == (balance, timing)
    held = sum({"receipt": 1}.get(one.definition, -1) * int(str(one.data["amount"])) for one in booked)
    assert held + timing == balance


def test_an_account_without_balances_has_no_statement() -> None:
    """Nothing is held against what nobody told."""
    assert statement("b", [line(1, "2026-11-02", 100)], [CAME]) is None


def listed(*rows: tuple[int, int | None]) -> list[Listed]:
    """Give rows of a statement by amount and balance."""
    return [Listed(at, "x", amount, date(2026, 11, 2), balance=told) for at, (amount, told) in enumerate(rows, 2)]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (listed((100, 100), (-30, 70), (5, 75)), []),
        (listed((5, 75), (-30, 70), (100, 100)), []),
        (listed((100, 100), (5, 75)), ["3"]),
        (listed((100, None), (5, None)), []),
    ],
)
def test_a_missing_row_shows_in_the_balances(rows: list[Listed], wrong: list[str]) -> None:
    """Whichever way the bank writes; rows without a balance say nothing."""
    assert [one.where for one in gaps(rows)] == wrong
    assert all(one.params["expected"] == "105" for one in gaps(rows))
