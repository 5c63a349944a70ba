"""Changing the organisation: units, people, roles, authorisations, calendars and policies.

Each function gives a step; `Organisation.change` takes any number of steps in one transaction, together with raising
the directory's version, so that all processes look again:

    organisation.change(save_unit(unit), grant("li", "county_reviewer", "county"))
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime

import msgspec
from sqlalchemy import ClauseElement, bindparam, delete, select, update

from adapters.calendars.notice import Year, rows, years_in
from adapters.encoding import json_text
from adapters.sql.database import Database
from adapters.sql.directory import CaseFacts, Delegation, Directory, DirectoryCache, Person
from adapters.sql.statements import Connection, Values, upsert
from adapters.sql.tables import (
    CALENDAR,
    CALENDAR_DAY,
    CALENDAR_YEAR,
    CASES,
    DELEGATION,
    MEMBERSHIP,
    POLICY,
    UNIT,
    USER,
)
from adapters.sql.versions import DIRECTORY, touch
from engine.calendar import WorkingCalendar
from engine.facts import Unit
from engine.ports import Clock
from engine.values import Json

Step = Callable[[Connection], object]

_SAVE_UNIT = upsert(UNIT, ("id",), ("kind", "name", "parent", "path", "head"))
_MOVE_CASES = update(CASES).where(CASES.c.unit == bindparam("unit_id")).values(unit_path=bindparam("path"))
_SAVE_PERSON = upsert(
    USER,
    ("id",),
    ("username", "username_key", "name", "unit", "email", "phone", "language", "enabled"),
    once=("created_at", "must_change_password"),
)
_GRANT = upsert(MEMBERSHIP, ("user_id", "role", "unit"), ("from_on", "until_on"))
_WITHDRAW = delete(MEMBERSHIP).where(
    MEMBERSHIP.c.user_id == bindparam("user_id"),
    MEMBERSHIP.c.role == bindparam("role"),
    MEMBERSHIP.c.unit == bindparam("unit"),
)
_AUTHORISE = upsert(
    DELEGATION,
    ("id",),
    ("giver", "taker", "from_at", "until_at", "definition", "amount_max"),
    once=("created_at",),
)
_DELEGATION_CELLS = ("giver", "taker", "from_at", "until_at", "definition", "amount_max")
_FIND_DELEGATION = select(*(DELEGATION.c[name] for name in _DELEGATION_CELLS)).where(
    DELEGATION.c.id == bindparam("delegation"), DELEGATION.c.revoked_at.is_(None)
)
_REVOKE = update(DELEGATION).where(DELEGATION.c.id == bindparam("delegation")).values(revoked_at=bindparam("now"))
_SAVE_CALENDAR = upsert(CALENDAR, ("key",), ("zone", "opening", "closing", "weekend", "needs_announcement"))
_SAVE_YEAR = upsert(CALENDAR_YEAR, ("calendar", "year"), ("status", "source"))
_SAVE_DAY = upsert(CALENDAR_DAY, ("calendar", "day"), ("working", "name"))
_FORGET_DAYS = delete(CALENDAR_DAY).where(CALENDAR_DAY.c.calendar == bindparam("key"))
_FORGET_YEARS = delete(CALENDAR_YEAR).where(CALENDAR_YEAR.c.calendar == bindparam("key"))
_SET_POLICY = upsert(POLICY, ("key", "from_on"), ("value", "reason", "set_by"))


class Organisation:
    """The organisation as it is, and the way to change it."""

    def __init__(self, database: Database, directory: DirectoryCache, clock: Clock) -> None:
        """Share the process's snapshot."""
        self._database = database
        self._directory = directory
        self._clock = clock

    def now(self) -> Directory:
        """Give the organisation as last committed by any process."""
        with self._database.read() as connection:
            return self._directory.get(connection, self._clock.now())

    def facts(self, connection: Connection) -> CaseFacts:
        """Give what deciders look at, as seen over a connection lent by `Database.read`."""
        return CaseFacts(self._directory.get(connection, self._clock.now()), connection)

    def change(self, *steps: Step) -> None:
        """Do some changes, all or none."""

        def work(connection: Connection) -> None:
            for step in steps:
                step(connection)
            touch(connection, DIRECTORY)

        self._database.write(work)


def save_unit(unit: Unit) -> Step:
    """Add a unit or change it; its cases are found under its present path."""

    def step(connection: Connection) -> None:
        connection.run(_SAVE_UNIT, asdict(unit))
        connection.run(_MOVE_CASES, {"unit_id": unit.id, "path": unit.path})

    return step


def save_person(person: Person, now: datetime) -> Step:
    """Add an account (that nobody can sign in to yet), or change what is known of a person."""
    cells = {"username_key": person.username.casefold(), "created_at": now, "must_change_password": False}
    return _running(_SAVE_PERSON, asdict(person) | cells)


def grant(user_id: str, role: str, unit: str, from_on: date | None = None, until_on: date | None = None) -> Step:
    """Give a role in a unit, from a day until a day (both included)."""
    values = {"user_id": user_id, "role": role, "unit": unit, "from_on": from_on, "until_on": until_on}
    return _running(_GRANT, values)


def withdraw(user_id: str, role: str, unit: str) -> Step:
    """Take a role in a unit away."""
    return _running(_WITHDRAW, {"user_id": user_id, "role": role, "unit": unit})


def authorise(delegation: Delegation, now: datetime) -> Step:
    """Let one person stand for another."""
    return _running(_AUTHORISE, asdict(delegation) | {"created_at": now})


def revoke(delegation_id: str, now: datetime) -> Step:
    """End an authorisation before its time."""
    return _running(_REVOKE, {"delegation": delegation_id, "now": now})


def delegation_as_is(delegation_id: str) -> Callable[[Connection], Json]:
    """Make what reads an authorisation as it is: None when there is none, or it was ended."""

    def look(connection: Connection) -> Json:
        found = connection.one(_FIND_DELEGATION, delegation=delegation_id)
        return None if found is None else dict(zip(_DELEGATION_CELLS, map(str, found), strict=True))

    return look


def save_calendar(calendar: WorkingCalendar, years: Iterable[Year] | None = None) -> Step:
    """Put a calendar in the place of what was known under its key; `years` are its own, their days with names."""
    year_rows, day_rows = rows(calendar.key, years_in(calendar) if years is None else years)

    def step(connection: Connection) -> None:
        for clause in (_FORGET_DAYS, _FORGET_YEARS):
            connection.run(clause, {"key": calendar.key})
        connection.run(_SAVE_CALENDAR, _calendar_cells(calendar))
        connection.each(_SAVE_YEAR, [asdict(row) for row in year_rows])
        connection.each(_SAVE_DAY, [msgspec.structs.asdict(row) for row in day_rows])

    return step


def set_policy(key: str, from_on: date, value: Json, reason: str = "", set_by: str = "") -> Step:
    """Set a parameter from a day on, saying by which decision and who set it."""
    told = {"value": json_text(value), "reason": reason, "set_by": set_by}
    return _running(_SET_POLICY, {"key": key, "from_on": from_on, **told})


def _running(clause: ClauseElement, values: Values) -> Step:
    return lambda connection: connection.run(clause, values)


def _calendar_cells(calendar: WorkingCalendar) -> dict[str, object]:
    return {
        "key": calendar.key,
        "zone": str(calendar.zone),
        "opening": calendar.opening.isoformat("minutes"),
        "closing": calendar.closing.isoformat("minutes"),
        "weekend": ",".join(map(str, sorted(calendar.weekend))),
        "needs_announcement": calendar.needs_announcement,
    }
