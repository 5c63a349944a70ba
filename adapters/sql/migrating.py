"""Orders to put cases on another version: kept with how far they have come, worked on by one process at a time.

An order walks through the running cases of its definition in the order of their ids, and keeps what became of each. So
it can be paused, resumed by any process, and rolled back case by case.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Select, bindparam, func, insert, or_, select, update

from adapters.encoding import json_text, read_case, read_json, read_refusals
from adapters.sql.database import Database
from adapters.sql.jobs import LEASE_MAX
from adapters.sql.reads.paging import Page, bounded, page
from adapters.sql.statements import Connection, Row, upsert
from adapters.sql.tables import CASES, MIGRATION, MIGRATION_CASE
from engine.case import Case
from engine.refusal import Conflict, NotFound, Refusal

CHOSEN_MAX = 1_000
"""Most cases that an order names one by one; without any it is for all that run."""

FORWARD, BACK = "forward", "back"
RUNNING, PAUSED, DONE = "running", "paused", "done"
MOVED, REFUSED, RETURNED, KEPT = "moved", "refused", "returned", "kept"
UNDER_WAY = "under_way"
"""Stands for the outcome of a case that is worked on: a process that stops leaves word of what is to be settled."""


class Migration(Struct, frozen=True):
    """An order as it stands. `counts` says how many cases came to which outcome."""

    id: str
    definition: str
    version: int
    states: Mapping[str, str]
    chosen: tuple[str, ...] | None
    reason: str
    direction: str
    status: str
    place: str
    total: int
    ordered_by: str
    ordered_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]


class Outcome(Struct, frozen=True):
    """What became of one case."""

    case_id: str
    outcome: str
    fate: str
    reasons: tuple[Refusal, ...]
    at: datetime


_SHOWN = (
    MIGRATION.c.id,
    MIGRATION.c.definition,
    MIGRATION.c.version,
    MIGRATION.c.states,
    MIGRATION.c.chosen,
    MIGRATION.c.reason,
    MIGRATION.c.direction,
    MIGRATION.c.status,
    MIGRATION.c.place,
    MIGRATION.c.total,
    MIGRATION.c.ordered_by,
    MIGRATION.c.ordered_at,
    MIGRATION.c.finished_at,
)
_ONE = select(*_SHOWN).where(MIGRATION.c.id == bindparam("id"))
_OF = select(*_SHOWN).where(MIGRATION.c.definition == bindparam("definition")).order_by(MIGRATION.c.id.desc())
_COUNTS = (
    select(MIGRATION_CASE.c.outcome, func.count())
    .where(MIGRATION_CASE.c.migration == bindparam("id"), MIGRATION_CASE.c.outcome != bindparam("under_way"))
    .group_by(MIGRATION_CASE.c.outcome)
)
_ADD = insert(MIGRATION)
_KEEP = upsert(MIGRATION_CASE, ("migration", "case_id"), ("outcome", "fate", "reasons", "at"))
_TURN = (
    update(MIGRATION)
    .where(
        MIGRATION.c.id == bindparam("of_id"),
        MIGRATION.c.status == bindparam("was"),
        MIGRATION.c.direction == bindparam("of_direction"),
    )
    .values(
        status=bindparam("status"),
        direction=bindparam("direction"),
        place=bindparam("place"),
        finished_at=None,
        claimed_until=None,
    )
)
_ADVANCE = (
    update(MIGRATION)
    .where(MIGRATION.c.id == bindparam("of_id"), MIGRATION.c.direction == bindparam("of_direction"))
    .values(place=bindparam("place"), claimed_until=bindparam("until"))
)
_FINISH = (
    update(MIGRATION)
    .where(
        MIGRATION.c.id == bindparam("of_id"),
        MIGRATION.c.direction == bindparam("of_direction"),
        MIGRATION.c.status == RUNNING,
    )
    .values(status=DONE, finished_at=bindparam("now"), claimed_until=None)
)
_FREE = or_(
    MIGRATION.c.claimed_until.is_(None),
    MIGRATION.c.claimed_until <= bindparam("now"),
    MIGRATION.c.claimed_until > bindparam("never"),
)
_WAITING = (
    select(MIGRATION.c.id)
    .where(
        MIGRATION.c.status == RUNNING,
        _FREE,
    )
    .order_by(MIGRATION.c.id)
    .limit(1)
)
_CLAIM = (
    update(MIGRATION)
    .where(
        MIGRATION.c.id == bindparam("of_id"),
        MIGRATION.c.status == RUNNING,
        _FREE,
    )
    .values(claimed_until=bindparam("until"))
)
_LIVE = (CASES.c.definition == bindparam("definition"), CASES.c.closed_at.is_(None))
_OTHERS = (*_LIVE, CASES.c.version != bindparam("version"))
_COUNT = select(func.count()).select_from(CASES).where(*_OTHERS)
_AFTER = (*_OTHERS, CASES.c.id > bindparam("after"))
_NEXT = select(CASES.c.id).where(*_AFTER).order_by(CASES.c.id).limit(bindparam("most"))
_BODIES = select(CASES.c.body).where(*_AFTER).order_by(CASES.c.id).limit(bindparam("most"))
_CAME_TO = (
    select(MIGRATION_CASE.c.case_id)
    .where(
        MIGRATION_CASE.c.migration == bindparam("id"),
        MIGRATION_CASE.c.outcome == bindparam("outcome"),
        MIGRATION_CASE.c.case_id > bindparam("after"),
    )
    .order_by(MIGRATION_CASE.c.case_id)
    .limit(bindparam("most"))
)


def others(connection: Connection, definition: str, version: int, after: str, limit: int) -> list[Case]:
    """Give running cases of a definition that are not on a version, by id, after one."""
    found = connection.rows(_BODIES, definition=definition, version=version, after=after, most=limit)
    return [read_case(body) for (body,) in found]


def count_others(connection: Connection, definition: str, version: int) -> int:
    """Count the running cases of a definition that are not on a version."""
    found = connection.one(_COUNT, definition=definition, version=version)
    return 0 if found is None else int(found[0])


class Migrations:
    """Keeps the orders, and what became of each case."""

    def __init__(self, database: Database) -> None:
        """Keep them here."""
        self._database = database

    def order(self, wanted: Migration) -> Migration:
        """Keep a new order; it begins with the next tick of the jobs."""

        def work(connection: Connection) -> None:
            chosen = wanted.chosen
            total = len(chosen) if chosen is not None else count_others(connection, wanted.definition, wanted.version)
            connection.run(_ADD, _cells(wanted, total))

        self._database.write(work)
        return self.get(wanted.definition, wanted.id)

    def get(self, definition: str, id: str) -> Migration:
        """Give one order; `NotFound` when the definition has none of this id."""
        with self._database.read() as connection:
            row = connection.one(_ONE, id=id)
            if row is None or row[1] != definition:
                raise NotFound(f"migration {id}")
            return _migration(row, _counts(connection, id))

    def of(self, definition: str) -> tuple[Migration, ...]:
        """Give the orders of a definition, the newest first."""
        with self._database.read() as connection:
            rows = connection.rows(_OF, definition=definition)
            return tuple(_migration(row, _counts(connection, row[0])) for row in rows)

    def outcomes(self, id: str, outcome: str | None, after: str, limit: int) -> Page[Outcome]:
        """Give what became of the cases, by id; only those that came to one outcome when it is named."""
        limit = bounded(limit)
        with self._database.read() as connection:
            rows = connection.rows_once(_outcomes(id, outcome, after).limit(limit + 1))
        return page(rows, limit, _outcome, lambda line: line.case_id)

    def pause(self, order: Migration) -> Migration:
        """Stop after the cases that are under way. Raises `Conflict` when it is not running."""
        return self._turn(order, RUNNING, PAUSED, order.direction, order.place)

    def resume(self, order: Migration) -> Migration:
        """Go on where it stopped. Raises `Conflict` when it is not paused."""
        return self._turn(order, PAUSED, RUNNING, order.direction, order.place)

    def roll_back(self, order: Migration) -> Migration:
        """Take back, case by case, what was done so far. Raises `Conflict` when it is being taken back already."""
        if order.direction == BACK:
            raise Conflict(order.version)
        return self._turn(order, order.status, RUNNING, BACK, "")

    def _turn(self, order: Migration, was: str, status: str, direction: str, place: str) -> Migration:
        values = {"of_id": order.id, "was": was, "of_direction": order.direction}
        cells = {"status": status, "direction": direction, "place": place}
        if not self._database.write(lambda connection: connection.run(_TURN, {**values, **cells})):
            raise Conflict(order.version)
        return self.get(order.definition, order.id)

    def take(self, now: datetime, lease: timedelta) -> Migration | None:
        """Take the oldest order that runs and nobody works on; None when there is none. What it came to is not counted.

        A lease that ends after more than `LEASE_MAX` was given by a clock that was wrong, and does not hold.
        """
        moments = {"now": now, "until": now + lease, "never": now + LEASE_MAX}

        def work(connection: Connection) -> Migration | None:
            found = connection.one(_WAITING, **moments)
            if found is None or not connection.run(_CLAIM, {"of_id": found[0], **moments}):
                return None
            row = connection.one(_ONE, id=found[0])
            return None if row is None else _migration(row, {})

        return self._database.write(work)

    def next_cases(self, order: Migration, most: int) -> list[str]:
        """Give the next cases that are to be put on the version, or taken back."""
        if order.direction == FORWARD and order.chosen is not None:
            return [case_id for case_id in sorted(order.chosen) if case_id > order.place][:most]
        with self._database.read() as connection:
            if order.direction == BACK:
                rows = connection.rows(_CAME_TO, id=order.id, outcome=MOVED, after=order.place, most=most)
            else:
                wanted = {"definition": order.definition, "version": order.version}
                rows = connection.rows(_NEXT, after=order.place, most=most, **wanted)
        return [case_id for (case_id,) in rows]

    def unsettled(self, order: Migration, most: int) -> list[str]:
        """Give the cases that a process worked on when it stopped: what became of them nobody kept."""
        with self._database.read() as connection:
            rows = connection.rows(_CAME_TO, id=order.id, outcome=UNDER_WAY, after="", most=most)
        return [case_id for (case_id,) in rows]

    def begin(self, order: Migration, cases: Sequence[str], now: datetime) -> None:
        """Keep that these cases are worked on now."""
        self.note(order, [Outcome(case_id, UNDER_WAY, "", (), now) for case_id in cases])

    def advance(self, order: Migration, outcomes: Sequence[Outcome], place: str) -> None:
        """Keep what became of some cases, and that the order has come so far."""
        values = {"of_id": order.id, "of_direction": order.direction, "place": place, "until": None}

        def work(connection: Connection) -> None:
            keep(connection, order.id, outcomes)
            connection.run(_ADVANCE, values)

        self._database.write(work)

    def note(self, order: Migration, outcomes: Sequence[Outcome]) -> None:
        """Keep what became of cases, wherever the order stands."""
        self._database.write(lambda connection: keep(connection, order.id, outcomes))

    def finish(self, order: Migration, now: datetime) -> None:
        """There are no more cases."""
        values = {"of_id": order.id, "of_direction": order.direction, "now": now}
        self._database.write(lambda connection: connection.run(_FINISH, values))


def keep(connection: Connection, id: str, outcomes: Iterable[Outcome]) -> None:
    """Write what became of cases."""
    rows = [
        {
            "migration": id,
            "case_id": one.case_id,
            "outcome": one.outcome,
            "fate": one.fate,
            "reasons": json_text(one.reasons),
            "at": one.at,
        }
        for one in outcomes
    ]
    connection.each(_KEEP, rows)


def _cells(wanted: Migration, total: int) -> dict[str, object]:
    return {
        "id": wanted.id,
        "definition": wanted.definition,
        "version": wanted.version,
        "states": json_text(dict(wanted.states)),
        "chosen": json_text(None if wanted.chosen is None else list(wanted.chosen)),
        "reason": wanted.reason,
        "direction": FORWARD,
        "status": RUNNING,
        "place": "",
        "total": total,
        "ordered_by": wanted.ordered_by,
        "ordered_at": wanted.ordered_at,
        "finished_at": None,
        "claimed_until": None,
    }


def _counts(connection: Connection, id: str) -> dict[str, int]:
    """Count the outcomes: it takes the longer the more cases were worked on, so never while others wait to write."""
    return {outcome: int(number) for outcome, number in connection.rows(_COUNTS, id=id, under_way=UNDER_WAY)}


def _migration(row: Row, counts: Mapping[str, int]) -> Migration:
    cells = dict(zip((column.name for column in _SHOWN), row, strict=True))
    states, chosen = read_json(cells["states"]), read_json(cells["chosen"])
    assert isinstance(states, dict)
    named = tuple(map(str, chosen)) if isinstance(chosen, list) else None
    return Migration(**{**cells, "states": states, "chosen": named}, counts=counts)


def _outcomes(id: str, outcome: str | None, after: str) -> Select[tuple[str, str, str, str, datetime]]:
    columns = MIGRATION_CASE.c
    shown = select(columns.case_id, columns.outcome, columns.fate, columns.reasons, columns.at)
    own = (columns.migration == id, columns.case_id > after, columns.outcome != UNDER_WAY)
    found = shown.where(*own).order_by(columns.case_id)
    return found if outcome is None else found.where(columns.outcome == outcome)


def _outcome(row: Row) -> Outcome:
    case_id, outcome, fate, reasons, at = row
    return Outcome(case_id, outcome, fate, read_refusals(reasons), at)
