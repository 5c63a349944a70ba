"""The authority to spend: approved, adjusted, set aside for procurement, carried into the next year, given up."""

from collections.abc import Iterable
from dataclasses import replace

from workflows.funds.books import Books
from workflows.funds.chart import (
    APPROVED,
    CARRIED_IN,
    CARRIED_OUT,
    DUE_FROM_SOURCE,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    GIVEN_UP,
    INTEREST_COST,
    LAPSED,
    LOCKED,
    PRE_ENCUMBERED,
    PRIVATE_CAPITAL,
    PROJECT_COST,
    SOURCE_INCOME,
    Account,
)
from workflows.funds.posting import Place, Posting
from workflows.funds.shares import Share


def activate(project: str, budget: Iterable[Share]) -> tuple[Posting, ...]:
    """E-01: the project is approved, its budget may be used."""
    return tuple(Posting(APPROVED, FREE, share.amount, share.place(project)) for share in budget)


def reduce(project: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-02, downwards: money that is still free is no longer approved."""
    return tuple(Posting(FREE, APPROVED, share.amount, share.place(project)) for share in shares)


def adjust(project: str, less: Iterable[Share], more: Iterable[Share]) -> tuple[Posting, ...]:
    """E-02: an approved adjustment. Between lines `approved` moves too, or INV-03 would break on both."""
    return (*reduce(project, less), *activate(project, more))


def lock(project: str, adjustment: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-02b: what an adjustment would take away can not be used while it is decided."""
    return tuple(Posting(FREE, LOCKED, one.amount, _held_for(adjustment, one, project)) for one in shares)


def unlock(books: Books, adjustment: str) -> tuple[Posting, ...]:
    """E-02b undone: the adjustment was refused, or is applied next."""
    return tuple(
        Posting(LOCKED, FREE, balance.amount, balance.place)
        for balance in books.each(LOCKED, payment=adjustment)
        if balance.amount
    )


def _held_for(adjustment: str, share: Share, project: str) -> Place:
    return replace(share.place(project), payment=adjustment)


def procure(project: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-05: procurement starts, its budget is set aside."""
    return tuple(Posting(FREE, PRE_ENCUMBERED, share.amount, share.place(project)) for share in shares)


def stop_procuring(project: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-05 undone: procurement ended without a contract, or with a cheaper one."""
    return tuple(Posting(PRE_ENCUMBERED, FREE, share.amount, share.place(project)) for share in shares)


def lapse_budget(project: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-16a, budget book: what is left at settlement or after two years is not spent (Budget Law §42 [V])."""
    return tuple(Posting(FREE, LAPSED, share.amount, share.place(project)) for share in shares)


def surplus(books: Books, project: str, source: str, needed: int = 0) -> int:
    """Give a source's money that came in and is not used, in fen: not always what is free of the budget.

    `needed` is what contracts in force still have to come (and what was paid in advance beyond them).
    """
    at = {"project": project, "source": source}
    came = books.amount(SOURCE_INCOME, PRIVATE_CAPITAL, **at) - books.amount(DUE_FROM_SOURCE, **at)
    promised = books.amount(PRE_ENCUMBERED, LOCKED, **at) + needed
    return max(0, came - books.amount(PROJECT_COST, INTEREST_COST, GIVEN_UP, **at) - promised)


def recognise_surplus(books: Books, at: Place, *, to_source: bool, needed: int = 0) -> tuple[Posting, ...]:
    """E-16a, cash book: the surplus of a source belongs to the treasury, or to who gave it for this use only."""
    amount = surplus(books, at.project, at.source, needed)
    keeper = DUE_TO_SOURCE if to_source else DUE_TO_TREASURY
    return (Posting(GIVEN_UP, keeper, amount, at),) if amount else ()


def carry(books: Books, project: str, year: int) -> tuple[Posting, ...]:
    """E-19: all that is left of a year (free, set aside or under contract) goes on in the next, on the same lines."""
    return tuple(
        posting
        for account in (FREE, PRE_ENCUMBERED, ENCUMBERED)
        for balance in books.each(account, project=project, year=year)
        if balance.amount
        for posting in _carried(account, balance.amount, balance.place)
    )


def _carried(account: Account, amount: int, old: Place) -> tuple[Posting, ...]:
    new = Place(project=old.project, source=old.source, year=old.year + 1, line=old.line, contract=old.contract)
    return (Posting(account, CARRIED_OUT, amount, old), Posting(CARRIED_IN, account, amount, new))
