"""What looks over many cases: how each open one stands, where work stayed how long, what the ledger turned over."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from msgspec import Struct
from sqlalchemy import BigInteger, and_, case, cast, false, func, or_, select

from adapters.encoding import read_json
from adapters.sql.reads.cases import LINE, CaseLine, Filter, Scope, conditions
from adapters.sql.rows import value_key
from adapters.sql.statements import Connection
from adapters.sql.tables import CASE_FIELD, CASES, LEDGER_ENTRY, LEDGER_POSTING, RECORD, TASK
from engine.stays import Visit
from engine.values import Json
from workflows.funds.curve import COUNTED, Turn

STANDINGS_MAX = 5000
"""Most open cases that are looked at one by one."""

JSON_NULL = "null"

CASES_OF_HISTORY = 400
"""How many of the latest cases tell how long work stays."""


class Standing(Struct, frozen=True):
    """A case, and when the last deed in it was."""

    line: CaseLine
    last_deed_at: datetime


def standings(connection: Connection, scope: Scope, wanted: Filter) -> tuple[Standing, ...]:
    """Give the cases of a scope that fit, the newest first, up to `STANDINGS_MAX`."""
    query = (
        select(*LINE, RECORD.c.at)
        .join(RECORD, _LAST_RECORD)
        .where(*conditions(scope, wanted))
        .order_by(CASES.c.id.desc())
        .limit(STANDINGS_MAX)
    )
    return tuple(Standing(CaseLine(*cells), at) for *cells, at in connection.rows_once(query))


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Which open cases may need somebody: with a deadline before `due_before`, of some `codes`, or idle.

    Idle is what is in one of `states`, has no later deadline, and had no deed since `quiet_since`.
    """

    due_before: datetime
    quiet_since: datetime
    states: Collection[str]
    codes: Collection[str]


def doubtful(connection: Connection, scope: Scope, wanted: Filter, doubt: Doubtful) -> tuple[Standing, ...]:
    """Give the cases of a scope that fit and may need somebody, the newest first, up to `STANDINGS_MAX`."""
    is_due = CASES.c.due_at < doubt.due_before
    is_idle = and_(
        CASES.c.state.in_(sorted(doubt.states)),
        or_(CASES.c.due_at.is_(None), is_due),
        RECORD.c.at < doubt.quiet_since,
    )
    query = (
        select(*LINE, RECORD.c.at)
        .join(RECORD, _LAST_RECORD)
        .where(*conditions(scope, wanted), or_(is_due, is_idle, CASES.c.code.in_(sorted(doubt.codes))))
        .order_by(CASES.c.id.desc())
        .limit(STANDINGS_MAX)
    )
    return tuple(Standing(CaseLine(*cells), at) for *cells, at in connection.rows_once(query))


class Crowd(Struct, frozen=True):
    """Cases of one unit in one phase: how many, and what they are about in fen."""

    unit: str
    phase: str
    count: int
    amount: int


def crowds(connection: Connection, scope: Scope, wanted: Filter, amount_fields: Mapping[int, str]) -> tuple[Crowd, ...]:
    """Count the cases of a scope that fit; `amount_fields` names the summary field of money by version."""
    of_money = [and_(CASES.c.version == version, CASE_FIELD.c.field == name) for version, name in amount_fields.items()]
    amount = case((CASE_FIELD.c.value != JSON_NULL, cast(CASE_FIELD.c.value, BigInteger)), else_=0)
    query = (
        select(CASES.c.unit, CASES.c.phase, func.count(), cast(func.coalesce(func.sum(amount), 0), BigInteger))
        .outerjoin(CASE_FIELD, and_(CASE_FIELD.c.case_id == CASES.c.id, or_(false(), *of_money)))
        .where(*conditions(scope, wanted))
        .group_by(CASES.c.unit, CASES.c.phase)
    )
    return tuple(
        Crowd(unit, phase, int(count), int(amount)) for unit, phase, count, amount in connection.rows_once(query)
    )


class Stop(Struct, frozen=True):
    """Where a case is, and since when."""

    code: str
    title: str
    version: int
    state: str
    entered_at: datetime


def stops(connection: Connection, scope: Scope, wanted: Filter) -> list[Stop]:
    """Give where the cases of a scope that fit are."""
    columns = (CASES.c[name] for name in Stop.__struct_fields__)
    return [Stop(*cells) for cells in connection.rows_once(select(*columns).where(*conditions(scope, wanted)))]


def ids_of(connection: Connection, scope: Scope, wanted: Filter) -> frozenset[str]:
    """Name the cases of a scope that fit."""
    return frozenset(found for (found,) in connection.rows_once(select(CASES.c.id).where(*conditions(scope, wanted))))


def versions_in_use(connection: Connection, definition: str) -> list[int]:
    """Give the versions that the open cases of a definition follow."""
    query = select(CASES.c.version).where(CASES.c.definition == definition, CASES.c.closed_at.is_(None)).distinct()
    return sorted(version for (version,) in connection.rows_once(query))


def last_deeds_beside(
    connection: Connection, definitions: Collection[str], field: str, values: Collection[Json]
) -> dict[str, datetime]:
    """Give when something was last done in the cases whose summary field has one of these values, by value."""
    if not values or not definitions:
        return {}
    query = (
        select(CASE_FIELD.c.value, func.max(RECORD.c.at))
        .join(CASES, CASES.c.id == CASE_FIELD.c.case_id)
        .join(RECORD, _LAST_RECORD)
        .where(
            CASE_FIELD.c.definition.in_(sorted(definitions)),
            CASE_FIELD.c.field == field,
            CASE_FIELD.c.value.in_([value_key(value) for value in values]),
        )
        .group_by(CASE_FIELD.c.value)
    )
    return {str(read_json(value)): at for value, at in connection.rows_once(query)}


def visits(connection: Connection, definition: str) -> list[Visit]:
    """Give where the latest cases of a definition were, from the tasks they opened.

    A state that opens no task counts to the one before it.
    """
    latest = (
        select(CASES.c.id, CASES.c.closed_at, CASES.c.state)
        .where(CASES.c.definition == definition)
        .order_by(CASES.c.id.desc())
        .limit(CASES_OF_HISTORY)
        .subquery("latest")
    )
    query = (
        select(TASK.c.case_id, TASK.c.state, TASK.c.opened_at, latest.c.closed_at, latest.c.state)
        .join(latest, latest.c.id == TASK.c.case_id)
        .order_by(TASK.c.case_id, TASK.c.opened_at, TASK.c.id)
    )
    found: list[Visit] = []
    for case_id, rows in groupby(connection.rows_once(query), key=lambda row: row[0]):
        found += _visits(str(case_id), list(rows))
    return found


def _visits(case_id: str, rows: Sequence[Sequence[object]]) -> Iterator[Visit]:
    """Put the tasks of a case together; where it was closed is where it went last."""
    entered: list[tuple[str, datetime]] = []
    for _, state, opened_at, _, _ in rows:
        if not entered or entered[-1][0] != state:
            entered.append((str(state), opened_at))  # type: ignore[arg-type]  # the column is a moment
    closed_at, last = rows[0][3:]
    ends: list[datetime | None] = [at for _, at in entered[1:]]
    end = closed_at if isinstance(closed_at, datetime) else None
    yield from (Visit(case_id, state, at, left) for (state, at), left in zip(entered, [*ends, end], strict=True))
    if end is not None and last != entered[-1][0]:
        yield Visit(case_id, str(last), end, None)


def turnover(connection: Connection, scope: Scope, wanted: Filter) -> list[Turn]:
    """Give what the accounts of the money curve turned over, by day, of the projects of a scope that fit."""
    sides = (LEDGER_POSTING.c.debit, LEDGER_POSTING.c.credit)
    query = (
        select(LEDGER_ENTRY.c.on_day, *sides, cast(func.sum(LEDGER_POSTING.c.amount), BigInteger))
        .join(LEDGER_ENTRY, and_(*(LEDGER_ENTRY.c[name] == LEDGER_POSTING.c[name] for name in ("scope", "seq"))))
        .join(CASES, CASES.c.code == LEDGER_POSTING.c.project)
        .where(or_(*(side.in_(COUNTED) for side in sides)), *conditions(scope, wanted))
        .group_by(LEDGER_ENTRY.c.on_day, *sides)
    )
    found: list[Turn] = []
    for on, debit, credit, amount in connection.rows_once(query):
        found += [Turn(on, debit, int(amount)), Turn(on, credit, -int(amount))]
    return found


_LAST_RECORD = and_(RECORD.c.case_id == CASES.c.id, RECORD.c.seq == CASES.c.revision)
