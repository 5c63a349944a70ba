"""The log of the office: every change that administrators make around the cases, chained like a case's history.

A change is written in the transaction that makes it: `recorded` looks at the subject before and after a step and writes
down what became of it, so that the log can not say anything else than what happened.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Select, bindparam, insert, literal, select

from adapters.encoding import GENESIS, json_text, link
from adapters.sql.database import Database
from adapters.sql.reads.paging import Page, bounded, page
from adapters.sql.statements import Connection
from adapters.sql.tables import OFFICE_CHANGE
from engine.values import Json

BATCH = 1_000
"""Changes that are looked at in one go when the chain is verified."""

NUMBER_DIGITS_MAX = 18
"""Longest number of a change in a place that comes from outside."""

Step = Callable[[Connection], object]
Look = Callable[[Connection], Json]
"""Reads a subject as it is; None when there is no such thing."""

Told = Callable[[Json], Json]
"""Gives what the log says of a subject: less than there is, where whoever reads the log need not know it all."""

_LAST = select(OFFICE_CHANGE.c.number, OFFICE_CHANGE.c.hash).order_by(OFFICE_CHANGE.c.number.desc()).limit(1)
_ADD = insert(OFFICE_CHANGE)
_NEXT = (
    select(OFFICE_CHANGE)
    .where(OFFICE_CHANGE.c.number > bindparam("after"))
    .order_by(OFFICE_CHANGE.c.number)
    .limit(BATCH)
)
_OF = select(OFFICE_CHANGE.c.actor).where(
    OFFICE_CHANGE.c.subject == bindparam("subject"), OFFICE_CHANGE.c.what == bindparam("what")
)


class By(Struct, frozen=True):
    """Who changes something, when, and why if they say so."""

    user: str
    at: datetime
    reason: str = ""


class Change(Struct, frozen=True):
    """A change of the office. `what` is its kind such as `role.granted`, `subject` what it is about: `user:li`."""

    number: int
    at: datetime
    actor: str
    what: str
    subject: str
    before: Json
    after: Json
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes; what is None does not matter. `what` is the beginning of a kind, both moments are included."""

    actor: str | None = None
    what: str | None = None
    subject: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


ANY = Wanted()


class ChainVerdict(Struct, frozen=True):
    """How many changes were looked at, and the number of the first that is not as written (None: all are).

    `anchor` is the hash of the last one (hex): kept elsewhere, it shows later that nothing was cut off the end.
    """

    changes: int
    anchor: str
    broken_at: int | None = None


_decoder = msgspec.json.Decoder(Change)


def recorded(by: By, what: str, subject: str, look: Look, step: Step, told: Told = lambda value: value) -> Step:
    """Make a step that leaves its trace: nothing is written when it changed nothing."""

    def traced(connection: Connection) -> object:
        before = look(connection)
        result = step(connection)
        after = look(connection)
        if before != after:
            record(connection, by, what, subject, told(before), told(after))
        return result

    return traced


def record(connection: Connection, by: By, what: str, subject: str, before: Json, after: Json) -> None:
    """Write a change down, at the end of the chain."""
    connection.alone("office_change")
    last = connection.one(_LAST)
    number, previous = (1, GENESIS) if last is None else (last[0] + 1, bytes.fromhex(last[1]))
    change = Change(number, by.at, by.user, what, subject, before, after, by.reason)
    payload = json_text(change)
    connection.run(
        _ADD,
        {
            "number": number,
            "at": by.at,
            "actor": by.user,
            "what": what,
            "subject": subject,
            "payload": payload,
            "hash": link(previous, payload).hex(),
        },
    )


def list_changes(
    connection: Connection, wanted: Wanted = ANY, after: str | None = None, limit: int = 50
) -> Page[Change]:
    """Give the changes that fit, the latest first."""
    limit = bounded(limit)
    rows = connection.rows_once(_query(wanted, after).limit(limit + 1))
    return page(rows, limit, lambda row: _decoder.decode(row[0]), lambda change: str(change.number))


def actors_of(connection: Connection, subject: str, what: str) -> frozenset[str]:
    """Give everybody who made a kind of change to a subject."""
    return frozenset(actor for (actor,) in connection.rows(_OF, subject=subject, what=what))


def log_payloads(connection: Connection) -> tuple[list[str], str]:
    """Give the whole log as texts, from the first change to the last, and the hash of the last (hex)."""
    every = list(_every(connection))
    return [str(cells["payload"]) for cells in every], str(every[-1]["hash"]) if every else GENESIS.hex()


def verify_log(database: Database) -> ChainVerdict:
    """Follow the chain from the first change to the last."""
    number, last = 0, GENESIS
    with database.snapshot() as connection:
        for cells in _every(connection):
            number += 1
            last = link(last, str(cells["payload"]))
            if cells["number"] != number or cells["hash"] != last.hex() or not _is_told(cells):
                return ChainVerdict(number, last.hex(), number)
    return ChainVerdict(number, last.hex())


def _query(wanted: Wanted, after: str | None) -> Select[tuple[str]]:
    query = select(OFFICE_CHANGE.c.payload).order_by(OFFICE_CHANGE.c.number.desc())
    if after is not None and after.isdecimal() and len(after) <= NUMBER_DIGITS_MAX:
        query = query.where(OFFICE_CHANGE.c.number < int(after))
    if wanted.actor is not None:
        query = query.where(OFFICE_CHANGE.c.actor == wanted.actor)
    if wanted.what is not None:
        query = query.where(OFFICE_CHANGE.c.what.startswith(wanted.what, autoescape=True))
    if wanted.subject is not None:
        query = query.where(OFFICE_CHANGE.c.subject == wanted.subject)
    if wanted.from_at is not None:
        query = query.where(OFFICE_CHANGE.c.at >= literal(wanted.from_at, OFFICE_CHANGE.c.at.type))
    if wanted.until_at is not None:
        query = query.where(OFFICE_CHANGE.c.at <= literal(wanted.until_at, OFFICE_CHANGE.c.at.type))
    return query


def _every(connection: Connection) -> Iterator[dict[str, object]]:
    names = tuple(column.name for column in OFFICE_CHANGE.c)
    after = 0
    while True:
        rows = connection.rows(_NEXT, after=after)
        for row in rows:
            yield dict(zip(names, row, strict=True))
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def _is_told(cells: dict[str, object]) -> bool:
    """Say whether a row's columns are what its text says."""
    try:
        change = _decoder.decode(str(cells["payload"]))
    except msgspec.DecodeError:
        return False
    return all(getattr(change, name) == cells[name] for name in ("number", "at", "actor", "what", "subject"))
