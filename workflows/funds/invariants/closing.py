"""What must be settled before a project is evaluated, closed or terminated, and the county's quota documents."""

from collections.abc import Iterable, Iterator

from workflows.funds.chart import (
    ADVANCE,
    APPROVED,
    BANK,
    DUE_FROM_SOURCE,
    DUE_FROM_SUPPLIER,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    GRANTED,
    IN_TRANSIT,
    LOCKED,
    OPEN,
    PAYABLE,
    PRE_ENCUMBERED,
    PRIVATE_CAPITAL,
    PROJECT_COST,
    RESERVED,
    RETENTION,
    SOURCE_INCOME,
    USED,
)
from workflows.funds.invariants.view import Breach, Invariant, Night, View, below_zero
from workflows.funds.journal import Row
from workflows.funds.movements.paying import RETENTION_MILESTONE
from workflows.funds.posting import Movement

SETTLED = frozenset({"evaluating", "improving", "closed"})
FINISHED = frozenset({"closed", "terminated"})

WITH_BUDGET = SETTLED | {
    *("approved", "implementing", "suspended", "prelim_acceptance", "prelim_rectify", "trial_run"),
    *("final_acceptance", "final_rectify", "settlement", "terminating"),
}
"""States of the main lifecycle in which budget may be in use: from the approval on."""

QUOTA = "quota:"
"""How the registers of quota documents begin."""


def settled(view: View) -> Iterator[Breach]:
    """INV-20: before evaluation the accounts are settled: cost is paid or held back, and no surplus is left.

    Surplus goes back to the treasury (Investment Regulation §25 [V]).
    """
    if view.dossier is None or view.dossier.state not in SETTLED:
        return
    books = view.books
    unpaid = books.amount(PAYABLE) - books.amount(PAYABLE, milestone=RETENTION_MILESTONE)
    if unpaid:
        yield Breach("INV-20", view.dossier.project, {"unpaid": unpaid})
    for source in books.values(BANK, "source"):
        there = books.amount(BANK, source=source)
        held = books.amount(RETENTION, PAYABLE, IN_TRANSIT, source=source)
        if there != held:
            yield Breach("INV-20", source, {"bank": there, "held": held})


def interest_kept_apart(view: View) -> Iterator[Breach]:
    """INV-21: what is due to the treasury or a source is never spent: it lies on the account or is still to come."""
    yield from below_zero("INV-21", view, DUE_TO_TREASURY, DUE_TO_SOURCE)
    if not any(entry.movement is Movement.PAY for entry in view.new):
        return
    for source in {*view.books.values(DUE_TO_TREASURY, "source"), *view.books.values(DUE_TO_SOURCE, "source")}:
        due = view.books.amount(DUE_TO_TREASURY, DUE_TO_SOURCE, source=source)
        there = view.books.amount(BANK, DUE_FROM_SUPPLIER, source=source)
        if there < due:
            yield Breach("INV-21", source, {"due": due, "there": there})


def retention_kept(view: View) -> Iterator[Breach]:
    """INV-25: held back is what was withheld less what was released or forfeited, and never below zero."""
    yield from below_zero("INV-25", view, RETENTION)
    for contract in view.books.values(RETENTION, "contract"):
        retained = view.books.amount(RETENTION, contract=contract)
        cost = view.books.amount(PROJECT_COST, contract=contract)
        if retained > cost:
            yield Breach("INV-25", contract, {"retained": retained, "cost": cost})


def refunds_within_demand(view: View) -> Iterator[Breach]:
    """INV-26: no more is refunded than was demanded, and no more is demanded than the work has cost."""
    yield from below_zero("INV-26", view, DUE_FROM_SUPPLIER, PROJECT_COST)


def state_fits_ledger(view: View) -> Iterator[Breach]:
    """INV-27: no active budget before approval; at the end nothing is open but the retention of a warranty."""
    dossier = view.dossier
    if dossier is None:
        return
    books = view.books
    if dossier.state not in WITH_BUDGET and books.amount(FREE, LOCKED, PRE_ENCUMBERED, ENCUMBERED, RESERVED):
        yield Breach("INV-27", dossier.project, {"state": dossier.state, "approved": books.amount(APPROVED)})
    if dossier.state in FINISHED:
        for account in (LOCKED, PRE_ENCUMBERED, RESERVED, IN_TRANSIT, ADVANCE, DUE_FROM_SUPPLIER):
            if books.amount(account):
                yield Breach("INV-27", account.name, {"state": dossier.state, "amount": books.amount(account)})
        held = books.amount(RETENTION, PAYABLE)
        for account in (ENCUMBERED, BANK):
            if books.amount(account) > held:
                yield Breach("INV-27", account.name, {"state": dossier.state, "amount": books.amount(account)})


def quotas_used(night: Night) -> Iterator[Breach]:
    """INV-30: what the projects have of each quota document is what the document says was used of it."""
    promised: dict[str, int] = {}
    for project, dossier in night.dossiers.items():
        committed = _committed(night.journals.get(project, ()))
        for source in dossier.sources.values():
            if source.document:
                name = QUOTA + source.document
                promised[name] = promised.get(name, 0) + committed.get(source.code, 0)
    for scope, books in night.books.items():
        if scope.startswith(QUOTA):
            granted, is_open, used = (books.amount(account) for account in (GRANTED, OPEN, USED))
            if granted != is_open + used or used != promised.get(scope, 0):
                figures = {"granted": granted, "open": is_open, "used": used, "projects": promised.get(scope, 0)}
                yield Breach("INV-30", scope, figures)


def _committed(rows: Iterable[Row]) -> dict[str, int]:
    """Sum what each source was bound to give, less what it was released from; by source, in fen."""
    sums: dict[str, int] = {}
    for posting in (posting for row in rows for posting in row.entry.postings):
        pair = {posting.debit, posting.credit}
        if DUE_FROM_SOURCE in pair and pair & {SOURCE_INCOME, PRIVATE_CAPITAL}:
            amount = posting.amount if posting.debit is DUE_FROM_SOURCE else -posting.amount
            sums[posting.at.source] = sums.get(posting.at.source, 0) + amount
    return sums


INVARIANTS = (
    Invariant("INV-20", settled),
    Invariant("INV-21", interest_kept_apart),
    Invariant("INV-25", retention_kept),
    Invariant("INV-26", refunds_within_demand),
    Invariant("INV-27", state_fits_ledger),
    Invariant("INV-30", at_night=quotas_used),
)
