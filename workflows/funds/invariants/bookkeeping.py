"""What any ledger must keep: balance, chain, open periods, a maker for every row, and books equal to the journal."""

from collections.abc import Iterator
from datetime import date
from operator import attrgetter

from workflows.funds.books import Books
from workflows.funds.chart import BANK, BUDGET_LINE, SUB_LEDGER, Book
from workflows.funds.invariants.view import Breach, Invariant, Night, View
from workflows.funds.journal import breaks
from workflows.funds.movements.lawful import unlawful

_SOURCES = {
    book: attrgetter(*dimensions)
    for book, dimensions in ((Book.BUDGET, BUDGET_LINE), (Book.CASH, SUB_LEDGER), (Book.MEMO, ("register",)))
}
"""Within what each book balances: on each budget line, for each source of each project, for each document."""


def balanced(view: View) -> Iterator[Breach]:
    """INV-01: debits equal credits in each book, for each source (and budget line), to the fen."""
    sums: dict[tuple[Book, object], int] = {}
    for balance in view.books:
        book = balance.account.book
        key = book, _SOURCES[book](balance.place)
        sums[key] = sums.get(key, 0) + balance.debited - balance.credited
    for (book, place), difference in sums.items():
        if difference:
            where = place if isinstance(place, tuple) else (place,)
            yield Breach("INV-01", "|".join(map(str, (book.value, *where))), {"difference": difference})


def chained(night: Night) -> Iterator[Breach]:
    """INV-02: rows are never updated or deleted; the chain verifies from genesis to the stored head."""
    for scope, rows in night.journals.items():
        for one in breaks(rows, night.heads.get(scope)):
            yield Breach("INV-02", f"{scope}: {one.name}", {"cause": one.cause})
    for scope in night.heads.keys() - night.journals.keys():
        yield Breach("INV-02", scope, {"cause": "gone"})


def lawful(view: View) -> Iterator[Breach]:
    """INV-21: money goes only where its event sends it; interest always to what is due to the treasury."""
    for entry in view.new:
        for posting in unlawful(entry):
            figures = {"movement": entry.movement.value, "amount": posting.amount}
            yield Breach("INV-21", f"{posting.debit.name} / {posting.credit.name}", figures)


def period_open(view: View) -> Iterator[Breach]:
    """INV-19: no posting into a closed period; a closed year opens again only on record (Accounting Law 2024 [V])."""
    dossier = view.dossier
    if dossier is None or dossier.closed_through is None:
        return
    closed_through = dossier.closed_through
    for entry in view.new:
        days = [entry.on, *(date(posting.at.year, 12, 31) for posting in entry.postings if posting.at.year)]
        if any(day <= closed_through and day.year not in dossier.reopened for day in days):
            yield Breach("INV-19", entry.on.isoformat(), {"closed": closed_through.isoformat()})


def made_by_somebody(night: Night) -> Iterator[Breach]:
    """INV-29: every posting carries its case, record, actor, moment and form version."""
    for rows in night.journals.values():
        for row in rows:
            maker = row.maker
            if not (maker.case and maker.seq and maker.actor and maker.definition and maker.at.tzinfo):
                yield Breach("INV-29", row.name)


def books_equal_journal(night: Night) -> Iterator[Breach]:
    """INV-28: stored balances and published figures equal what the journal gives when computed anew."""
    for scope in night.books.keys() | night.journals.keys():
        computed = Books().after_all(row.entry for row in night.journals.get(scope, ())).totals
        stored = night.books[scope].totals if scope in night.books else {}
        for name in sorted(computed.keys() | stored.keys()):
            if computed.get(name, (0, 0)) != stored.get(name, (0, 0)):
                yield Breach("INV-28", name, {"scope": scope})
    for name, (stored_figure, computed_figure) in night.figures.items():
        if stored_figure != computed_figure:
            yield Breach("INV-28", name, {"stored": stored_figure, "computed": computed_figure})


def cash_reconciled(night: Night) -> Iterator[Breach]:
    """INV-10: the sub-ledgers of an account make its book balance; with timing items that is the bank's balance."""
    held: dict[str, int] = {}
    for books in night.books.values():
        for balance in books.each(BANK):
            held[balance.place.bank] = held.get(balance.place.bank, 0) + balance.amount
    for statement in night.statements:
        book = held.get(statement.bank, 0)
        if book + statement.timing != statement.balance:
            figures = {"book": book, "timing": statement.timing, "statement": statement.balance}
            yield Breach("INV-10", statement.bank, figures)


INVARIANTS = (
    Invariant("INV-01", balanced),
    Invariant("INV-02", at_night=chained),
    Invariant("INV-10", at_night=cash_reconciled),
    Invariant("INV-19", period_open),
    Invariant("INV-21", lawful),
    Invariant("INV-28", at_night=books_equal_journal),
    Invariant("INV-29", at_night=made_by_somebody),
)
