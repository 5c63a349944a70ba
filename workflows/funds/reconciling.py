"""What a bank says of an account, and what stands between it and the books: for INV-10 at night.

The bank's balance is that of the last line of a statement which carries one. Timing items are lines that the books do
not know (charges, what nobody has matched yet) and movements of the books that no line up to that day shows.
Source: INV-10, book balance with timing items is the bank's balance [D].
"""

from collections.abc import Iterable, Sequence
from datetime import date

from engine.case import Case
from workflows.funds.invariants.view import Statement
from workflows.funds.papers import PAYMENT, REFUND
from workflows.guards.reading import day_in, number_in, text_in

MATCHED = "matched"
BOUNCED = frozenset({"failed"})
"""States of a payment that the bank sent back: the books are as if it had never left."""

GIVEN_BACK = frozenset({"surplus", "interest"})
"""Kinds of refunds that leave the account; others come in."""


def leaves(case: Case) -> bool:
    """Say whether a payment, receipt or refund takes money off the account."""
    return case.definition == PAYMENT or (case.definition == REFUND and text_in(case.data, "kind") in GIVEN_BACK)


def came_in(case: Case) -> int:
    """Give the money that a case brought to (or took from) the account, in fen: what was set off never came."""
    return number_in(case.data, "received" if "received" in case.data else "amount")


def statement(bank: str, lines: Sequence[Case], booked: Iterable[Case]) -> Statement | None:
    """Give the last balance the bank told of an account, with the timing items; None when no line carries one.

    `lines` are all lines of the account in the order they were handed in, `booked` all cases that moved its money.
    """
    dated = sorted(((on, one) for one in lines if (on := day_in(one.data, "booked_on"))), key=lambda pair: pair[0])
    last = _closing([pair for pair in dated if isinstance(pair[1].data.get("balance"), int)])
    if last is None:
        return None
    on, balance = last
    shown = [line for day, line in dated if day <= on]
    moved = {case.code: -came_in(case) if leaves(case) else came_in(case) for case in booked}
    known = {text_in(line.data, "matched_to") for line in shown if line.state == MATCHED} & moved.keys()
    only_bank = sum(signed(line) for line in shown if text_in(line.data, "matched_to") not in known)
    only_books = sum(amount for code, amount in moved.items() if code not in known)
    return Statement(bank, on, balance, only_bank - only_books)


def _closing(dated: Sequence[tuple[date, Case]]) -> tuple[date, int] | None:
    """Give the balance at the end of the last day: one that no other line of the day goes on from.

    Banks write a day in either order.
    """
    if not dated:
        return None
    on = dated[-1][0]
    day = [line for each, line in dated if each == on]
    opened = [number_in(line.data, "balance") - signed(line) for line in day]
    ends = [one for line in day if (one := number_in(line.data, "balance")) not in opened]
    return on, (ends or [number_in(day[-1].data, "balance")])[-1]


def signed(line: Case) -> int:
    """Give the amount of a line in fen, below zero when it leaves the account."""
    amount = number_in(line.data, "amount")
    return -amount if text_in(line.data, "direction") == "out" else amount
