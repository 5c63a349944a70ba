"""A contract takes budget, grows or shrinks within its limits, and gives back what it did not need."""

from collections.abc import Iterable
from dataclasses import replace

from workflows.funds.books import Books
from workflows.funds.chart import CONTRACT_USES, ENCUMBERED, FREE, PRE_ENCUMBERED, Account
from workflows.funds.posting import Place, Posting
from workflows.funds.shares import Share, as_shares


def sign(books: Books, project: str, contract: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-06: the contract is signed. It takes what procurement set aside on the same line first, then free budget."""
    return tuple(
        posting for share in shares for posting in _taken(books, share, contract_place(share, project, contract))
    )


def contract_place(share: Share, project: str, contract: str) -> Place:
    """Give where a contract's share stands."""
    return replace(share.place(project), contract=contract)


def _taken(books: Books, share: Share, at: Place) -> Iterable[Posting]:
    there = books.amount(PRE_ENCUMBERED, project=at.project, source=at.source, year=at.year, line=at.line)
    set_aside = min(share.amount, there)
    return _postings(((PRE_ENCUMBERED, set_aside), (FREE, share.amount - set_aside)), at)


def _postings(parts: Iterable[tuple[Account, int]], at: Place) -> Iterable[Posting]:
    return (Posting(account, ENCUMBERED, amount, at) for account, amount in parts if amount)


def bound(books: Books, contract: str) -> tuple[Share, ...]:
    """Give what a contract has of each line, source and year, paid or not."""
    return tuple(share for account in CONTRACT_USES for share in as_shares(books.each(account, contract=contract)))


def extend(project: str, contract: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-06b: a supplement takes more budget."""
    return tuple(Posting(FREE, ENCUMBERED, one.amount, contract_place(one, project, contract)) for one in shares)


def shrink(project: str, contract: str, shares: Iterable[Share]) -> tuple[Posting, ...]:
    """E-06b downwards, and E-18: budget the contract does not need is free again."""
    return tuple(Posting(ENCUMBERED, FREE, one.amount, contract_place(one, project, contract)) for one in shares)


def close(books: Books, project: str, contract: str) -> tuple[Posting, ...]:
    """E-18: the contract is over; all that is left under it is free again."""
    return shrink(project, contract, as_shares(books.each(ENCUMBERED, project=project, contract=contract)))
