"""Proof that the funds ledger is true: its chains hold, its balances are its journals, its entries are decisions.

For each ledger: the hashes chain from the first entry to the stored end; the stored balances and the turnovers of each
year are what the entries come to; and every entry stands, as it is, in the record of the case that made it.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct, field
from sqlalchemy import bindparam, select

from adapters.sql.database import Database
from adapters.sql.histories import history, load
from adapters.sql.ledger_rows import YearSums, year_sums
from adapters.sql.reads.ledger import heads, journal, kept, years_known, years_of
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES
from engine.facts import Totals
from workflows.funds.books import Books
from workflows.funds.journal import Row, breaks
from workflows.funds.posting import Entry
from workflows.funds.recording import ledger_entries

FAULTS_MAX = 100
"""Most faults that are listed."""

_CASE_ID = select(CASES.c.id).where(CASES.c.code == bindparam("code"))


class LedgerFault(Struct, frozen=True):
    """Something that is not as it must be: `where` names the entry (`LEDGER#NUMBER`) or the balance."""

    where: str
    what: str


class LedgerVerdict(Struct):
    """What was looked at, and the first faults found."""

    ledgers: int = 0
    entries: int = 0
    faults: list[LedgerFault] = field(default_factory=list)


_CAUSES = {
    "gap": "the entry is missing",
    "link": "the entry does not follow from the one before",
    "content": "the entry was changed: its hash is not that of what it says",
    "head": "the stored end of the ledger is not the last entry's hash",
}


def verify_ledger(database: Database, progress: Callable[[LedgerVerdict], object] | None = None) -> LedgerVerdict:
    """Look at every ledger; stops when `FAULTS_MAX` faults are found. `progress` is told after each."""
    verdict, posted = LedgerVerdict(), _Posted()
    with database.read() as connection:
        ends, known = heads(connection), years_known(connection)
    for scope in ends:
        with database.snapshot() as connection:
            rows, now = journal(connection, scope), kept(connection, scope)
            verdict.ledgers += 1
            verdict.entries += len(rows)
            verdict.faults += _faults(connection, rows, now.hash, posted)
            years = years_of(connection, scope, {*known, *(key[0] for key in year_sums(rows))})
        computed = Books().after_all(row.entry for row in rows).totals
        verdict.faults += _balances(computed, now.totals)
        verdict.faults += _years(year_sums(rows), years)
        if progress is not None:
            progress(verdict)
        if len(verdict.faults) >= FAULTS_MAX:
            del verdict.faults[FAULTS_MAX:]
            break
    return verdict


def _faults(connection: Connection, rows: tuple[Row, ...], end: str, posted: "_Posted") -> Iterator[LedgerFault]:
    broken = next(breaks(rows, end), None)
    if broken is not None:
        where = f"{rows[0].scope}#{len(rows)}" if broken.cause == "head" and rows else broken.name
        yield LedgerFault(where, _CAUSES.get(broken.cause, broken.cause))
        return
    for row in rows:
        if row.entry not in posted.by(connection, row):
            yield LedgerFault(row.name, f"the record {row.maker.seq} of {row.maker.case} does not post this entry")


def _balances(computed: Totals, stored: Totals) -> Iterator[LedgerFault]:
    for name in sorted(computed.keys() | stored.keys()):
        if computed.get(name, (0, 0)) != stored.get(name, (0, 0)):
            yield LedgerFault(name, "the stored balance is not what the entries come to")


def _years(computed: YearSums, stored: YearSums) -> Iterator[LedgerFault]:
    for key in sorted(computed.keys() | stored.keys()):
        if computed.get(key, (0, 0)) != stored.get(key, (0, 0)):
            where = "|".join(map(str, key))
            yield LedgerFault(where, "the stored turnover of the year is not what the entries come to")


class _Posted:
    """What the records of a case post, by ledger and record; the last case looked at is remembered."""

    def __init__(self) -> None:
        """Start with no case."""
        self._code = ""
        self._entries: dict[tuple[str, int], list[Entry]] = {}

    def by(self, connection: Connection, row: Row) -> list[Entry]:
        """Give the parts that a row's record posts into its ledger; nothing when the case is gone."""
        if row.maker.case != self._code:
            self._code, self._entries = row.maker.case, {}
            found = connection.one(_CASE_ID, code=row.maker.case)
            if found is not None:
                self._read(connection, str(found[0]))
        return self._entries.get((row.scope, row.maker.seq), [])

    def _read(self, connection: Connection, case_id: str) -> None:
        case = load(connection, case_id)
        for record in history(connection, case_id):
            for entry, maker in ledger_entries(case, record):
                for scope, part in entry.by_scope().items():
                    self._entries.setdefault((scope, maker.seq), []).append(part)
