"""Figures of the ledger that reports show: what some accounts come to at a place, counted on their own side."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from workflows.funds.books import Books
from workflows.funds.chart import (
    ADVANCE,
    APPROVED,
    BANK,
    CARRIED_IN,
    CARRIED_OUT,
    DUE_FROM_SOURCE,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    LAPSED,
    LOAN,
    PAYABLE,
    PRE_ENCUMBERED,
    PRIVATE_CAPITAL,
    RESERVED,
    RETENTION,
    SOURCE_INCOME,
    SPENT,
    Account,
)

At = Mapping[str, str | int]
"""Where: dimensions and their values. An account is looked at by those of them that it keeps apart."""

PERCENT = 100

ACCOUNTS: Mapping[str, tuple[Account, ...]] = {
    "approved": (APPROVED,),
    "carried_in": (CARRIED_IN,),
    "carried_out": (CARRIED_OUT,),
    "free": (FREE,),
    "bound": (PRE_ENCUMBERED, ENCUMBERED),
    "reserved": (RESERVED,),
    "spent": (SPENT,),
    "lapsed": (LAPSED,),
    "bank": (BANK,),
    "payable": (PAYABLE,),
    "retention": (RETENTION,),
    "advance": (ADVANCE,),
    "to_return": (DUE_TO_TREASURY, DUE_TO_SOURCE),
}


def amount(books: Books, accounts: tuple[Account, ...], at: At) -> int:
    """Add up accounts at a place, in fen."""
    return sum(books.amount(account, **_own(account, at)) for account in accounts)


def _own(account: Account, at: At) -> dict[str, str | int]:
    return {name: value for name, value in at.items() if name in account.key}


def promised(books: Books, at: At) -> int:
    """Give what sources have bound themselves to, in fen."""
    return amount(books, (SOURCE_INCOME, PRIVATE_CAPITAL), at) + books.credited(LOAN, **_own(LOAN, at))


def received(books: Books, at: At) -> int:
    """Give what has come of it, in fen."""
    return promised(books, at) - amount(books, (DUE_FROM_SOURCE,), at)


def rate(books: Books, at: At) -> int | None:
    """Give how much of the budget is paid, in percent; None where nothing is approved."""
    budget = amount(books, (APPROVED, CARRIED_IN), at)
    return round(Fraction(amount(books, (SPENT,), at), budget) * PERCENT) if budget else None


OTHERS: Mapping[str, Callable[[Books, At], int | bool | None]] = {
    "promised": promised,
    "received": received,
    "rate": rate,
    "has_promise": lambda books, at: promised(books, at) > 0,
}


def figure(name: str, books: Books, at: At) -> int | bool | None:
    """Give a figure by its name."""
    other = OTHERS.get(name)
    return amount(books, ACCOUNTS[name], at) if other is None else other(books, at)
