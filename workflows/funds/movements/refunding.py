"""Money that comes back, is held against a warranty, is owed to the treasury, or is lost."""

from dataclasses import dataclass, replace

from workflows.funds.chart import (
    ADVANCE,
    BANK,
    DUE_FROM_SUPPLIER,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    PAYABLE,
    PROJECT_COST,
    RETENTION,
    SPENT,
    Account,
)
from workflows.funds.movements.paying import RETENTION_MILESTONE
from workflows.funds.posting import Place, Posting


@dataclass(frozen=True, slots=True)
class Claim:
    """What a supplier owes; `at.payment` is the claim's code. A penalty is the treasury's, a refund lowers the cost.

    `unearned` is the part of a refund that takes back an advance for which no work was accepted.
    """

    at: Place
    amount: int
    is_penalty: bool = False
    unearned: int = 0

    @property
    def against(self) -> Account:
        """Where the claim stands on the other side."""
        return DUE_TO_TREASURY if self.is_penalty else PROJECT_COST


def demand(claim: Claim) -> tuple[Posting, ...]:
    """E-13: a refund or a penalty is demanded."""
    parts = ((ADVANCE, claim.unearned), (claim.against, claim.amount - claim.unearned))
    return tuple(Posting(DUE_FROM_SUPPLIER, account, amount, claim.at) for account, amount in parts if amount)


def write_off(claim: Claim, amount: int) -> tuple[Posting, ...]:
    """E-14c: what will never come; the loss is a cost again (a penalty is simply not due any more)."""
    return (Posting(claim.against, DUE_FROM_SUPPLIER, amount, claim.at),)


def receive_refund(claim: Claim, amount: int, bank: str) -> tuple[Posting, ...]:
    """E-14, cash book: the supplier paid."""
    return (Posting(BANK, DUE_FROM_SUPPLIER, amount, replace(claim.at, bank=bank)),)


def restore_budget(spent_at: Place, amount: int, *, is_still_due: bool) -> tuple[Posting, ...]:
    """E-14, budget book, for a refund in the same fiscal year only: to the contract if work is still due, else free."""
    return (Posting(SPENT, ENCUMBERED if is_still_due else FREE, amount, spent_at),)


def offset(claim: Claim, amount: int, milestone: str) -> tuple[Posting, ...]:
    """E-14b: what the supplier owes is taken off what is owed to them for a milestone."""
    return (Posting(PAYABLE, DUE_FROM_SUPPLIER, amount, replace(claim.at, milestone=milestone)),)


def revive(claim: Claim, amount: int, milestone: str) -> tuple[Posting, ...]:
    """E-14b undone: the order from which it was taken off failed, so the claim stands again."""
    return tuple(one.reversed() for one in offset(claim, amount, milestone))


def return_money(at: Place, amount: int, *, to_source: bool = False) -> tuple[Posting, ...]:
    """E-16b: surplus, interest or penalties leave the account for whom they belong to."""
    return (Posting(DUE_TO_SOURCE if to_source else DUE_TO_TREASURY, BANK, amount, at),)


def retention_due(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-17: the warranty is over; what was held back is owed."""
    return (Posting(RETENTION, PAYABLE, amount, replace(at, milestone=RETENTION_MILESTONE)),)


def forfeit_retention(at: Place, amount: int) -> tuple[Posting, ...]:
    """E-17: the supplier did not keep the warranty; what was held back is the treasury's."""
    return (Posting(RETENTION, DUE_TO_TREASURY, amount, at),)
