"""From a record's ledger entries to the rows that keep them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from msgspec import Struct, field

from adapters.encoding import json_text
from engine.case import Case
from engine.events import Record
from engine.facts import Totals
from workflows.funds.chart import DIMENSIONS, Account, Side
from workflows.funds.journal import GENESIS, Row, append
from workflows.funds.posting import Posting, balance_name
from workflows.funds.recording import ledger_entries

Cells = dict[str, Any]

YearSums = Mapping[tuple[int, str, str, str], tuple[int, int]]
"""Debited and credited by year, project, source and account."""


class Kept(Struct, frozen=True):
    """A ledger as it was read: how many entries it has, the hash of the last, and its balances."""

    seq: int = 0
    hash: str = GENESIS
    totals: Totals = field(default_factory=dict)


class Ledgers(Protocol):
    """The ledgers within one transaction, each read once."""

    @property
    def seen(self) -> Mapping[str, Kept]:
        """Give those that were read, by scope."""
        ...

    def ledger(self, scope: str) -> Kept:
        """Read a ledger, or give it as it was read before."""
        ...


class LedgerRows(Struct, frozen=True):
    """All ledger rows of one command. `guards` are the ends of ledgers that must still be as they were read."""

    guards: list[Cells] = field(default_factory=list)
    heads: list[Cells] = field(default_factory=list)
    entries: list[Cells] = field(default_factory=list)
    postings: list[Cells] = field(default_factory=list)
    balances: list[Cells] = field(default_factory=list)
    years: list[Cells] = field(default_factory=list)


def ledger_rows(case: Case, record: Record, ledgers: Ledgers) -> LedgerRows:
    """Derive the rows of what a record posts; none when it posts nothing.

    `ledgers` are those that deciding has read, and a way to read those it posts to unseen.
    """
    ends: dict[str, tuple[int, str]] = {}
    rows: list[Row] = []
    for entry, maker in ledger_entries(case, record):
        for scope, part in entry.by_scope().items():
            if scope not in ends:
                before = ledgers.ledger(scope)
                ends[scope] = (before.seq, before.hash)
            row = append(scope, *ends[scope], part, maker)
            ends[scope] = (row.seq, row.hash)
            rows.append(row)
    if not rows:
        return LedgerRows()
    return LedgerRows(
        guards=[{"scope": scope, "seq": kept.seq} for scope, kept in sorted(ledgers.seen.items()) if kept.seq],
        heads=[{"scope": scope, "seq": seq, "hash": last} for scope, (seq, last) in sorted(ends.items())],
        entries=[entry_row(row) for row in rows],
        postings=[cells for row in rows for cells in posting_rows(row)],
        balances=_balances(rows, ledgers.seen),
        years=_years(rows),
    )


def entry_row(row: Row) -> Cells:
    """Give the columns of an entry."""
    entry, maker = row.entry, row.maker
    return {
        "scope": row.scope,
        "seq": row.seq,
        "movement": entry.movement.value,
        "on_day": entry.on,
        "reason": entry.reason,
        "reverses": entry.reverses,
        "policies": json_text(entry.policies),
        "case_code": maker.case,
        "case_seq": maker.seq,
        "actor": maker.actor,
        "behalf_of": maker.behalf_of,
        "form": maker.definition,
        "at": maker.at,
        "hash": row.hash,
    }


def posting_rows(row: Row) -> Iterator[Cells]:
    """Give the columns of an entry's postings."""
    for number, posting in enumerate(row.entry.postings, 1):
        place = {name: getattr(posting.at, name) for name in DIMENSIONS}
        accounts = {"debit": posting.debit.name, "credit": posting.credit.name, "amount": posting.amount}
        yield {"scope": row.scope, "seq": row.seq, "number": number, **accounts, **place}


def _balances(rows: list[Row], known: Mapping[str, Kept]) -> list[Cells]:
    """Give what the balances are after these rows: whole amounts, since the guards hold what they were before."""
    sums: dict[tuple[str, str], Cells] = {}
    for row, posting, account, debited, credited in _sides(rows):
        name = balance_name(account, posting.at)
        if (row.scope, name) not in sums:
            old = known[row.scope].totals.get(name, (0, 0))
            names = {"scope": row.scope, "name": name, "side": side(account)}
            sums[row.scope, name] = names | {"debited": old[0], "credited": old[1]}
        cells = sums[row.scope, name]
        cells["debited"] += debited
        cells["credited"] += credited
    return [sums[key] for key in sorted(sums)]


def year_sums(rows: Iterable[Row]) -> YearSums:
    """Add up what rows turn over, by year, project, source and account: debited and credited."""
    sums: dict[tuple[int, str, str, str], tuple[int, int]] = {}
    for _, posting, account, debited, credited in _sides(rows):
        at = posting.at
        if not at.project or at.register:
            continue
        key = (at.year, at.project, at.source, account.name)
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + debited, before[1] + credited)
    return sums


def _years(rows: list[Row]) -> list[Cells]:
    return [
        {
            "year": year,
            "project": project,
            "source": source,
            "account": account,
            "debited": sums[0],
            "credited": sums[1],
        }
        for (year, project, source, account), sums in sorted(year_sums(rows).items())
    ]


def _sides(rows: Iterable[Row]) -> Iterator[tuple[Row, Posting, Account, int, int]]:
    for row in rows:
        for posting in row.entry.postings:
            yield row, posting, posting.debit, posting.amount, 0
            yield row, posting, posting.credit, 0, posting.amount


def side(account: Account) -> int:
    """Give what the database checks: 1 or -1 for the side on which a balance may not be below zero, 0 for neither."""
    if not account.is_floored:
        return 0
    return 1 if account.side is Side.DEBIT else -1
