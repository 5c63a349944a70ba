"""A payment from accepted work to the bank, and back when it fails."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workflows.funds.books import Books
from workflows.funds.chart import (
    ADVANCE,
    BANK,
    ENCUMBERED,
    IN_TRANSIT,
    PAYABLE,
    PROJECT_COST,
    RESERVED,
    RETENTION,
    SPENT,
    Account,
)
from workflows.funds.posting import Place, Posting
from workflows.funds.shares import Share, by_source, split

ADVANCE_MILESTONE = "advance"
RETENTION_MILESTONE = "retention"


@dataclass(frozen=True, slots=True)
class Money:
    """One payment: what it is for, who gets it, and which lines and sources bear it."""

    project: str
    contract: str
    milestone: str
    payment: str
    payee: str
    bank: str
    year: int
    shares: tuple[Share, ...]

    @property
    def is_advance(self) -> bool:
        """Whether it is paid before there is work to show."""
        return self.milestone == ADVANCE_MILESTONE

    @property
    def owed_on(self) -> Account:
        """What is settled by it: an advance is owed back by the supplier, anything else was owed to them."""
        return ADVANCE if self.is_advance else PAYABLE

    def on_line(self, share: Share) -> Place:
        """Give where a share stands in the budget book."""
        return replace(self.in_cash(share.source), year=share.year, line=share.line)

    def in_cash(self, source: str) -> Place:
        """Give where a source's part stands in the cash book."""
        return Place(
            project=self.project,
            source=source,
            year=self.year,
            bank=self.bank,
            contract=self.contract,
            milestone=self.milestone,
            payment=self.payment,
            payee=self.payee,
        )


def accept(at: Place, shares: Sequence[Share], retained: int) -> tuple[Posting, ...]:
    """E-07: work was accepted and invoiced; part of its price is held back as warranty retention."""
    sums = by_source(shares)
    held = dict(zip(sums, split(retained, list(sums.values())), strict=True)) if retained else {}
    return tuple(
        Posting(PROJECT_COST, account, amount, replace(at, source=source))
        for source, price in sums.items()
        for account, amount in ((PAYABLE, price - held.get(source, 0)), (RETENTION, held.get(source, 0)))
        if amount
    )


def set_off(at: Place, advances: Iterable[tuple[str, int]]) -> tuple[Posting, ...]:
    """E-12: of accepted work, what the advance has paid already is not owed again; (source, fen) each."""
    return tuple(Posting(PAYABLE, ADVANCE, amount, replace(at, source=source)) for source, amount in advances if amount)


def reserve(money: Money) -> tuple[Posting, ...]:
    """E-08: a payment is asked for; its budget can not be promised to another."""
    return tuple(Posting(ENCUMBERED, RESERVED, share.amount, money.on_line(share)) for share in money.shares)


def unreserve(books: Books, payment: str) -> tuple[Posting, ...]:
    """E-08b: the payment came back or came to nothing; all that it holds is free for the contract again."""
    return tuple(
        Posting(RESERVED, ENCUMBERED, balance.amount, balance.place)
        for balance in books.each(RESERVED, payment=payment)
        if balance.amount
    )


def release(money: Money) -> tuple[Posting, ...]:
    """E-09: the treasury lets the payment go; the debt becomes an order to the bank."""
    return tuple(
        Posting(money.owed_on, IN_TRANSIT, amount, money.in_cash(source))
        for source, amount in by_source(money.shares).items()
    )


def pay(money: Money) -> tuple[Posting, ...]:
    """E-10: the bank has paid."""
    spent = tuple(Posting(RESERVED, SPENT, share.amount, money.on_line(share)) for share in money.shares)
    return spent + _cash(money, IN_TRANSIT, BANK)


def bounce(money: Money) -> tuple[Posting, ...]:
    """E-11: the bank gave it back."""
    unspent = tuple(Posting(SPENT, RESERVED, share.amount, money.on_line(share)) for share in money.shares)
    return unspent + _cash(money, BANK, IN_TRANSIT)


def take_back(money: Money) -> tuple[Posting, ...]:
    """E-11b: a bounced order is over; the money is owed again, until the payment is tried anew or given up."""
    return _cash(money, IN_TRANSIT, money.owed_on)


def _cash(money: Money, debit: Account, credit: Account) -> tuple[Posting, ...]:
    sums = by_source(money.shares)
    return tuple(Posting(debit, credit, amount, money.in_cash(source)) for source, amount in sums.items())
