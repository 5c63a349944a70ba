"""Amounts told apart by budget line, source and year, and how an amount is split without losing a fen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflows.funds.books import Balance
from workflows.funds.posting import Place


@dataclass(frozen=True, slots=True)
class Share:
    """`amount` fen of one source on one budget line of one fiscal year."""

    source: str
    year: int
    line: str
    amount: int

    def place(self, project: str) -> Place:
        """Give where this money stands."""
        return Place(project=project, source=self.source, year=self.year, line=self.line)


def total(shares: Iterable[Share]) -> int:
    """Sum shares, in fen."""
    return sum(share.amount for share in shares)


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split an amount in proportion to weights, exactly: fen left over go to the largest remainders, first first."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"an amount can not be split by the weights {list(weights)}")
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    most = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in most[: amount - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def split_shares(amount: int, shares: Sequence[Share]) -> tuple[Share, ...]:
    """Split an amount over the lines and sources of shares, in proportion; parts of nothing are left out."""
    parts = split(amount, [share.amount for share in shares])
    return tuple(
        Share(share.source, share.year, share.line, part) for share, part in zip(shares, parts, strict=True) if part
    )


def by_source(shares: Iterable[Share]) -> Mapping[str, int]:
    """Sum shares by source, in fen."""
    sums: dict[str, int] = {}
    for share in shares:
        sums[share.source] = sums.get(share.source, 0) + share.amount
    return sums


def as_shares(balances: Iterable[Balance]) -> tuple[Share, ...]:
    """Give what stands on balances of the budget book as shares; empty ones are left out."""
    return tuple(
        Share(balance.place.source, balance.place.year, balance.place.line, balance.amount)
        for balance in balances
        if balance.amount
    )
