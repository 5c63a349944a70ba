"""Follow every fen from source to payee and back: each amount received is exactly its uses and what is left of it.

Money on one account of one source is alike, so a rule must say which fen went where: first in, first out; interest
and claims go back to the treasury first and are used for nothing else while other money is there. Nothing is stored:
the trail is computed from the journal, and the same journal always gives the same trail.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from workflows.funds.chart import (
    BANK,
    DUE_FROM_SUPPLIER,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    IN_TRANSIT,
    INTEREST_COST,
    LOAN,
    OPEN,
    USED,
    Account,
)
from workflows.funds.journal import Row
from workflows.funds.posting import Place, Posting

UNEXPLAINED = ""
"""The lot of money that left an account which had none: only a ledger that breaks INV-09 has it."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Money that came in one amount. `name` is its journal row and posting, `code` the receipt or claim it came by."""

    name: str
    source: str
    bank: str
    code: str
    payee: str
    amount: int
    on: date
    is_treasurys: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """Part of a lot that left the account. `payee` is empty where it went back to the treasury, source or lender."""

    lot: str
    row: str
    to: str
    payment: str
    contract: str
    milestone: str
    payee: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class Edge:
    """Money that went from one place to the next in the money-flow map, in fen."""

    origin: str
    target: str
    amount: int


@dataclass(slots=True)
class Trail:
    """Where everything came from and went. `invoices` gives (invoice, fen) by payment."""

    lots: dict[str, Lot] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    invoices: dict[str, dict[str, int]] = field(default_factory=dict)

    def left(self, lot: str) -> int:
        """Give what is still on the account of a lot, in fen."""
        return self.lots[lot].amount - sum(use.amount for use in self.uses if use.lot == lot)

    def forward(self, code: str) -> tuple[Use, ...]:
        """Give what became of the money that came by a receipt."""
        names = {lot.name for lot in self.lots.values() if lot.code == code}
        return tuple(use for use in self.uses if use.lot in names)

    def back(self, payment: str) -> tuple[tuple[Lot, int], ...]:
        """Give the lots a payment was made from, with the fen of each."""
        return tuple((self.lots[use.lot], use.amount) for use in self.uses if use.payment == payment and use.lot)

    def edges(self) -> tuple[Edge, ...]:
        """Give the money-flow map: source → account → contract → milestone → payment → invoice or payee."""
        sums: dict[tuple[str, str], int] = {}
        for origin, target, amount in (*self._inward(), *self._outward()):
            sums[origin, target] = sums.get((origin, target), 0) + amount
        return tuple(Edge(origin, target, amount) for (origin, target), amount in sums.items() if amount)

    def _inward(self) -> Iterator[tuple[str, str, int]]:
        for lot in self.lots.values():
            origin = f"payee:{lot.payee}" if lot.payee else f"source:{lot.source}"
            yield origin, f"bank:{lot.bank}", lot.amount

    def _outward(self) -> Iterator[tuple[str, str, int]]:
        for use in self.uses:
            bank = f"bank:{self.lots[use.lot].bank}" if use.lot else "bank:"
            if use.to != "payee":
                yield bank, f"{use.to}:", use.amount
                continue
            steps = (bank, f"contract:{use.contract}", f"milestone:{use.contract}/{use.milestone}")
            path = (*steps, f"payment:{use.payment}", f"payee:{use.payee}")
            yield from ((origin, target, use.amount) for origin, target in pairwise(path))
        for payment, invoices in self.invoices.items():
            yield from ((f"payment:{payment}", invoice, amount) for invoice, amount in invoices.items())


def trace(rows: Iterable[Row]) -> Trail:
    """Compute the trail of a project's journal (rows of document ledgers add the invoices)."""
    trail, queues = Trail(), _Queues()
    for row in rows:
        for index, posting in enumerate(row.entry.postings):
            if posting.debit is BANK:
                _came(trail, queues, row, f"{row.name}.{index}", posting)
            elif posting.credit is BANK:
                _went(trail, queues, row, posting)
            elif OPEN in (posting.debit, posting.credit) and USED in (posting.debit, posting.credit):
                _claimed(trail, posting)
    return trail


class _Queues:
    """What is left of each lot, by source and account, in order of coming."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], dict[str, int]] = {}

    def of(self, place: Place) -> dict[str, int]:
        """Give the lots on an account that have something left."""
        return self._left.setdefault((place.source, place.bank), {})


def _came(trail: Trail, queues: _Queues, row: Row, name: str, posting: Posting) -> None:
    if posting.credit is IN_TRANSIT:
        _bounced(trail, queues, posting)
        return
    at = posting.at
    payee = at.payee if posting.credit is DUE_FROM_SUPPLIER else ""
    is_treasurys = posting.credit is DUE_TO_TREASURY
    trail.lots[name] = Lot(name, at.source, at.bank, at.payment, payee, posting.amount, row.entry.on, is_treasurys)
    queues.of(at)[name] = posting.amount


def _bounced(trail: Trail, queues: _Queues, posting: Posting) -> None:
    """Put money that came back where it was taken from, last taken first."""
    amount, queue = posting.amount, queues.of(posting.at)
    for index in reversed(range(len(trail.uses))):
        use = trail.uses[index]
        is_its = use.payment == posting.at.payment and use.lot and trail.lots[use.lot].source == posting.at.source
        if not is_its or not amount:
            continue
        part = min(amount, use.amount)
        amount -= part
        queue[use.lot] = queue.get(use.lot, 0) + part
        rest = use.amount - part
        trail.uses[index : index + 1] = [replace(use, amount=rest)] if rest else []


def _went(trail: Trail, queues: _Queues, row: Row, posting: Posting) -> None:
    queue, amount = queues.of(posting.at), posting.amount
    back = posting.debit in (DUE_TO_TREASURY, DUE_TO_SOURCE)
    order = sorted(queue, key=lambda name: trail.lots[name].is_treasurys is not back)
    undone = [name for name in order if row.entry.reverses and name.startswith(f"{row.entry.reverses}.")]
    for name in (*undone, *(one for one in order if one not in undone), UNEXPLAINED):
        part = min(amount, queue.get(name, 0)) if name else amount
        if part:
            trail.uses.append(_use(name, row, posting, part))
            amount -= part
        if name:
            queue[name] -= part
            if not queue[name]:
                del queue[name]


def _use(lot: str, row: Row, posting: Posting, amount: int) -> Use:
    at = posting.at
    to = _to(posting.debit)
    return Use(lot, row.name, to, at.payment, at.contract, at.milestone, at.payee, amount, row.entry.on)


def _to(account: Account) -> str:
    if account is IN_TRANSIT:
        return "payee"
    if account in (LOAN, INTEREST_COST):
        return "lender"
    return "treasury" if account is DUE_TO_TREASURY else "source"


def _claimed(trail: Trail, posting: Posting) -> None:
    amount = posting.amount if posting.debit is OPEN else -posting.amount
    invoices = trail.invoices.setdefault(posting.at.payment, {})
    invoices[posting.at.register] = invoices.get(posting.at.register, 0) + amount
