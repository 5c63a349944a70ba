"""Reading the ledger: books, journals, the trail's rows, and statements added up by the database."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from sqlalchemy import BigInteger, bindparam, cast, func, select

from adapters.encoding import read_json
from adapters.sql.ledger_rows import Kept, YearSums
from adapters.sql.statements import Connection
from adapters.sql.tables import (
    CASES,
    LEDGER_BALANCE,
    LEDGER_ENTRY,
    LEDGER_HEAD,
    LEDGER_POSTING,
    LEDGER_YEAR,
)
from workflows.funds.chart import CHART, DIMENSIONS
from workflows.funds.journal import GENESIS, Maker, Row
from workflows.funds.posting import Entry, Movement, Place, Posting

_BOOKS = (
    select(
        LEDGER_HEAD.c.seq,
        LEDGER_HEAD.c.hash,
        LEDGER_BALANCE.c.name,
        LEDGER_BALANCE.c.debited,
        LEDGER_BALANCE.c.credited,
    )
    .join(LEDGER_BALANCE, LEDGER_BALANCE.c.scope == LEDGER_HEAD.c.scope)
    .where(LEDGER_HEAD.c.scope == bindparam("scope"))
)
"""End and balances in one statement, so that they belong together."""

_PLACE = tuple(LEDGER_POSTING.c[name] for name in DIMENSIONS)
_ROWS = select(
    *(LEDGER_ENTRY.c[name] for name in ("scope", "seq", "movement", "on_day", "reason", "reverses", "policies")),
    *(LEDGER_ENTRY.c[name] for name in ("case_code", "case_seq", "actor", "at", "behalf_of", "form", "hash")),
    LEDGER_POSTING.c.debit,
    LEDGER_POSTING.c.credit,
    LEDGER_POSTING.c.amount,
    *_PLACE,
).join(
    LEDGER_POSTING,
    (LEDGER_POSTING.c.scope == LEDGER_ENTRY.c.scope) & (LEDGER_POSTING.c.seq == LEDGER_ENTRY.c.seq),
)
_IN_ORDER = (LEDGER_ENTRY.c.scope, LEDGER_ENTRY.c.seq, LEDGER_POSTING.c.number)
_JOURNAL = _ROWS.where(LEDGER_ENTRY.c.scope == bindparam("scope")).order_by(*_IN_ORDER)
_CLAIMS = _ROWS.where(
    LEDGER_POSTING.c.project == bindparam("project"), LEDGER_ENTRY.c.scope == LEDGER_POSTING.c.register
).order_by(*_IN_ORDER)
_SCOPES = select(LEDGER_HEAD.c.scope, LEDGER_HEAD.c.hash).order_by(LEDGER_HEAD.c.scope)
_SUMS = (
    select(
        LEDGER_YEAR.c.account,
        cast(func.sum(LEDGER_YEAR.c.debited), BigInteger),
        cast(func.sum(LEDGER_YEAR.c.credited), BigInteger),
    )
    .where(LEDGER_YEAR.c.year == bindparam("year"))
    .group_by(LEDGER_YEAR.c.account)
    .order_by(LEDGER_YEAR.c.account)
)
_KNOWN_YEARS = select(LEDGER_YEAR.c.year).distinct()
_ENTRY_CELLS = 14


def kept(connection: Connection, scope: str) -> Kept:
    """Give a ledger's end and balances; nothing when nothing was ever posted to it."""
    found = connection.rows(_BOOKS, scope=scope)
    if not found:
        return Kept()
    return Kept(found[0][0], found[0][1], {name: (debited, credited) for _, _, name, debited, credited in found})


def journal(connection: Connection, scope: str) -> tuple[Row, ...]:
    """Give the rows of one ledger in order."""
    return tuple(_read(connection.rows(_JOURNAL, scope=scope)))


def heads(connection: Connection) -> dict[str, str]:
    """Give the hash of the last entry of every ledger."""
    return {str(scope): str(last) for scope, last in connection.rows(_SCOPES)}


def _read(found: Iterable[Sequence[object]]) -> Iterator[Row]:
    """Put entries and postings together; each row's `previous` is the hash of the one before it."""
    last: dict[str, str] = {}
    for cells, lines in groupby(found, key=lambda line: tuple(line[:_ENTRY_CELLS])):
        row = _row(cells, [line[_ENTRY_CELLS:] for line in lines], last.get(str(cells[0]), GENESIS))
        last[row.scope] = row.hash
        yield row


def _row(cells: Sequence[object], lines: Iterable[Sequence[object]], previous: str) -> Row:
    scope, seq, movement, on, reason, reverses, policies, *origin, hash_hex = cells
    entry = Entry(
        Movement(str(movement)),
        on,  # type: ignore[arg-type]  # the column is a date
        tuple(_posting(line) for line in lines),
        str(reason),
        str(reverses),
        tuple(map(str, read_json(str(policies)) or ())),  # type: ignore[arg-type]  # a list of texts
    )
    return Row(str(scope), int(str(seq)), entry, Maker(*origin), previous, str(hash_hex))  # type: ignore[arg-type]  # in the columns' order


def _posting(line: Sequence[object]) -> Posting:
    debit, credit, amount, *place = line
    at = Place(**dict(zip(DIMENSIONS, place, strict=True)))  # type: ignore[arg-type]  # in the columns' order
    return Posting(CHART[str(debit)], CHART[str(credit)], int(str(amount)), at)


def trail_rows(connection: Connection, project: str) -> tuple[Row, ...]:
    """Give what the trail of a project is traced from: its journal and what it claims of documents."""
    return (*journal(connection, project), *_read(connection.rows(_CLAIMS, project=project)))


def years_known(connection: Connection) -> tuple[int, ...]:
    """Give the fiscal years in which anything was turned over."""
    return tuple(year for (year,) in connection.rows(_KNOWN_YEARS))


def years_of(connection: Connection, project: str, years: Collection[int]) -> YearSums:
    """Give what a project turned over in some years, as it is stored."""
    table = LEDGER_YEAR.c
    columns = (table.year, table.source, table.account, table.debited, table.credited)
    found = connection.rows_once(select(*columns).where(table.year.in_(sorted(years)), table.project == project))
    return {(year, project, source, account): (debited, credited) for year, source, account, debited, credited in found}


class StatementLine(Struct, frozen=True):
    """What an account of some projects turned over in a year, in fen."""

    account: str
    debited: int
    credited: int


def statement(connection: Connection, year: int, unit_path: str | None = None) -> tuple[StatementLine, ...]:
    """Add up a fiscal year for all projects, or for those of the units below a path."""
    clause = _SUMS
    values: dict[str, object] = {"year": year}
    if unit_path is not None:
        below = CASES.c.unit_path.startswith(bindparam("path"), autoescape=False)
        clause = clause.join(CASES, CASES.c.code == LEDGER_YEAR.c.project).where(below)
        values["path"] = unit_path
    return tuple(StatementLine(*line) for line in connection.rows(clause, **values))
