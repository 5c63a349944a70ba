"""The log of the office: every change that administrators make around the cases, chained like a case's history.

A change is written in the transaction that makes it: `recorded` looks at the subject before and after a step and writes
down what became of it, so that the log can not say anything else than what happened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, select

from adapters.sql.chained_log import ChainedLog
from adapters.sql.reads.paging import Page
from adapters.sql.statements import Connection
from adapters.sql.tables import OFFICE_CHANGE
from engine.values import Json

Step = Callable[[Connection], object]
Look = Callable[[Connection], Json]
"""Reads a subject as it is; None when there is no such thing."""

Told = Callable[[Json], Json]
"""Gives what the log says of a subject: less than there is, where whoever reads the log need not know it all."""

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


CHANGES = ChainedLog(OFFICE_CHANGE, Change)


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
    CHANGES.add(connection, lambda number: Change(number, by.at, by.user, what, subject, before, after, by.reason))


def list_changes(
    connection: Connection, wanted: Wanted = ANY, after: str | None = None, limit: int = 50
) -> Page[Change]:
    """Give the changes that fit, the latest first."""
    columns = OFFICE_CHANGE.c
    fits = CHANGES.between(wanted.from_at, wanted.until_at)
    if wanted.actor is not None:
        fits.append(columns.actor == wanted.actor)
    if wanted.what is not None:
        fits.append(columns.what.startswith(wanted.what, autoescape=True))
    if wanted.subject is not None:
        fits.append(columns.subject == wanted.subject)
    return CHANGES.page(connection, fits, after, limit)


def actors_of(connection: Connection, subject: str, what: str) -> frozenset[str]:
    """Give everybody who made a kind of change to a subject."""
    return frozenset(actor for (actor,) in connection.rows(_OF, subject=subject, what=what))
