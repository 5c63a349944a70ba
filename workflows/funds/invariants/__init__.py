"""The thirty invariants of the ledger (domain §6.4): pure functions, run on every posting or every night."""

from collections.abc import Iterator

from workflows.funds.invariants import bookkeeping, budget, closing, payment
from workflows.funds.invariants.view import Breach, Invariant, Night, Statement, View

__all__ = ["INVARIANTS", "Breach", "Invariant", "Night", "Statement", "View", "broken", "broken_at_night"]

INVARIANTS: tuple[Invariant, ...] = tuple(
    sorted(
        (*bookkeeping.INVARIANTS, *budget.INVARIANTS, *payment.INVARIANTS, *closing.INVARIANTS),
        key=lambda invariant: invariant.code,
    )
)
"""All of them, in order; one that is checked in two ways stands here twice."""


def broken(view: View) -> Iterator[Breach]:
    """Give every breach in one ledger after a posting."""
    for invariant in INVARIANTS:
        if invariant.check is not None:
            yield from invariant.check(view)


def broken_at_night(night: Night) -> Iterator[Breach]:
    """Give every breach that only the whole county shows; `broken` is run on each ledger besides."""
    for invariant in INVARIANTS:
        if invariant.at_night is not None:
            yield from invariant.at_night(night)
