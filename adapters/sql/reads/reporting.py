"""What reports are made from, as of a moment: cases, books, and the ends of all ledgers.

Now is read from the rows as they are; an earlier moment is told by the histories, which hold it: the records of a case
up to then are folded, the entries of a ledger up to then are added up.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from adapters.encoding import read_case, read_record
from adapters.sql.reads.cases import Filter, Scope, conditions
from adapters.sql.reads.ledger import journal, kept
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, LEDGER_ENTRY, RECORD
from engine.case import Case
from engine.evolution import fold
from engine.refusal import Refusal, Refused
from workflows.funds.books import Books

CASES_MAX = 20_000
"""Most cases of one procedure that a report is made from; a filter makes them fewer."""

_AT = bindparam("at", type_=LEDGER_ENTRY.c.at.type)
_LAST = (
    select(LEDGER_ENTRY.c.scope, func.max(LEDGER_ENTRY.c.seq).label("seq"))
    .where(LEDGER_ENTRY.c.at <= _AT)
    .group_by(LEDGER_ENTRY.c.scope)
    .subquery()
)
_ENDS = select(LEDGER_ENTRY.c.scope, LEDGER_ENTRY.c.hash).join(
    _LAST, and_(LEDGER_ENTRY.c.scope == _LAST.c.scope, LEDGER_ENTRY.c.seq == _LAST.c.seq)
)


def cases_at(
    connection: Connection, scope: Scope, definition: str, below: str | None, at: datetime | None
) -> tuple[Case, ...]:
    """Give the cases of a procedure that a reader sees, in order of their numbers; `at` None is now.

    Raises:
        Refused: there are more than `CASES_MAX`.

    """
    wanted = Filter(definition=definition, below=below)
    if at is None:
        return cases_that(connection, scope, wanted)
    cases = cases_that(connection, scope, wanted, CASES.c.opened_at <= at)
    return tuple(_then(connection, iter(cases), at))


def cases_that(connection: Connection, scope: Scope, wanted: Filter, *more: ColumnElement[bool]) -> tuple[Case, ...]:
    """Give the cases that a reader sees and that fit a filter, in order of their numbers; raises as `cases_at`."""
    query = select(CASES.c.body).where(*conditions(scope, wanted), *more).order_by(CASES.c.code).limit(CASES_MAX + 1)
    found = connection.rows_once(query)
    if len(found) > CASES_MAX:
        raise Refused(Refusal("report.too_many", where=wanted.definition or "", params={"max": CASES_MAX}))
    return tuple(read_case(body) for (body,) in found)


def _then(connection: Connection, cases: Iterator[Case], at: datetime) -> Iterator[Case]:
    """Give cases as they were; those that have not changed since are as they are."""
    query = select(RECORD.c.payload).where(RECORD.c.case_id == bindparam("case_id"), RECORD.c.at <= bindparam("at"))
    until = query.order_by(RECORD.c.seq)
    for case in cases:
        records = [read_record(payload) for (payload,) in connection.rows(until, case_id=case.id, at=at)]
        if records and records[-1].seq == case.revision:
            yield case
        elif records:
            yield fold(records)


def books_at(connection: Connection, scope: str, at: datetime | None) -> Books:
    """Give the balances of one ledger; `at` None is now."""
    if at is None:
        return Books(kept(connection, scope).totals)
    return Books().after_all(row.entry for row in journal(connection, scope) if row.maker.at <= at)


def heads_at(connection: Connection, at: datetime) -> dict[str, str]:
    """Give the hash that the last entry of every ledger had at a moment."""
    return {str(scope): str(last) for scope, last in sorted(connection.rows(_ENDS, at=at))}
