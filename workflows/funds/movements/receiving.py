"""Money promised by a source, money that came, money lent, and what it earned."""

from dataclasses import replace

from workflows.funds.chart import (
    BANK,
    BETWEEN_SOURCES,
    DUE_FROM_SOURCE,
    DUE_TO_TREASURY,
    GRANTED,
    INTEREST_COST,
    LOAN,
    OPEN,
    PRIVATE_CAPITAL,
    SOURCE_INCOME,
    SUSPENSE,
    USED,
)
from workflows.funds.posting import Place, Posting


def commit(at: Place, amount: int, *, is_private: bool = False) -> tuple[Posting, ...]:
    """E-03: a source is bound to give this much. Private capital is no income of the government."""
    return (Posting(DUE_FROM_SOURCE, PRIVATE_CAPITAL if is_private else SOURCE_INCOME, amount, at),)


def uncommit(at: Place, amount: int, *, is_private: bool = False) -> tuple[Posting, ...]:
    """E-03b: what a source still owes will not come."""
    return (Posting(PRIVATE_CAPITAL if is_private else SOURCE_INCOME, DUE_FROM_SOURCE, amount, at),)


def receive(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-04: money of a known source arrived on an account (or its payment quota did, under treasury payment)."""
    return (Posting(BANK, DUE_FROM_SOURCE, amount, at),)


def hold(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-04, unmatched: money arrived and nobody knows yet whose it is. Nobody can use it."""
    return (Posting(BANK, SUSPENSE, amount, _nobodys(at)),)


def resolve(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-04b: the held money turned out to be this source's for this project."""
    return (Posting(SUSPENSE, BANK, amount, _nobodys(at)), Posting(BANK, DUE_FROM_SOURCE, amount, at))


def send_back(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-16b for held money: it went back to who sent it."""
    return (Posting(SUSPENSE, BANK, amount, _nobodys(at)),)


def _nobodys(at: Place) -> Place:
    return Place(bank=at.bank, payment=at.payment, year=at.year)


def earn_interest(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-15: interest is the treasury's, never the project's (INV-21)."""
    return (Posting(BANK, DUE_TO_TREASURY, amount, at),)


def borrow(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-20: a draw on a loan or the proceeds of a bond."""
    return (Posting(BANK, LOAN, amount, at),)


def repay(at: Place, principal: int, interest: int) -> tuple[Posting, ...]:
    """E-20: principal and interest paid back."""
    parts = ((LOAN, principal), (INTEREST_COST, interest))
    return tuple(Posting(account, BANK, amount, at) for account, amount in parts if amount)


def substitute(old: Place, new: Place, amount: int) -> tuple[Posting, ...]:
    """E-21: an approved change of source; each source balances by itself through the account between them."""
    return (Posting(BETWEEN_SOURCES, BANK, amount, old), Posting(BANK, BETWEEN_SOURCES, amount, new))


def register(name: str, face: int) -> tuple[Posting, ...]:
    """E-22: a document with a face value is known from now on (an invoice, a quota document, a loan contract)."""
    return (Posting(GRANTED, OPEN, face, Place(register=name)),)


def use(name: str, amount: int, at: Place) -> tuple[Posting, ...]:
    """E-22: part of a document's face value is used, by what `at` says; more than is open can not be (INV-14)."""
    return (Posting(OPEN, USED, amount, replace(at, register=name)),)


def give_up(name: str, amount: int, at: Place) -> tuple[Posting, ...]:
    """E-22: part of a document's face value may be used again, because what used it came to nothing."""
    return (Posting(USED, OPEN, amount, replace(at, register=name)),)
