"""The organisation in memory: units, people, roles, calendars and policies, read again when any of it changed.

Deciding asks it many times, so it is a snapshot: one row of `version` tells whether it still holds. Every process
looks at that row in each transaction, so a change made anywhere is seen by the next command everywhere.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from threading import Lock
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from sqlalchemy import bindparam, func, or_, select

from adapters.encoding import read_case, read_json
from adapters.sql import histories, surveys
from adapters.sql.ledger_rows import Kept
from adapters.sql.reads.ledger import kept
from adapters.sql.reads.loads import open_tasks
from adapters.sql.rows import value_key
from adapters.sql.statements import Connection
from adapters.sql.tables import (
    CALENDAR,
    CALENDAR_DAY,
    CALENDAR_YEAR,
    CASE_FIELD,
    CASES,
    DEFINITION,
    DELEGATION,
    FILE,
    MEMBERSHIP,
    PICKED,
    POLICY,
    SECRET,
    UNIT,
    USER,
)
from adapters.sql.versions import DIRECTORY, number
from engine.assignment import ANYBODY
from engine.calendar import CalendarYear, WorkingCalendar, YearStatus
from engine.case import Case
from engine.commands import Actor, Standing
from engine.events import Record
from engine.facts import PEERS_MAX, Answers, Titled, Totals, Unit
from engine.places import group, user
from engine.refusal import NotFound
from engine.values import Json, digests_in

ZONE = ZoneInfo("Asia/Shanghai")
"""Where a membership's days begin and end."""

ONE_DAY = timedelta(days=1)

_PEERS = (
    select(CASES.c.body)
    .join(CASE_FIELD, CASE_FIELD.c.case_id == CASES.c.id)
    .where(
        CASE_FIELD.c.definition == bindparam("definition"),
        CASE_FIELD.c.field == bindparam("field"),
        CASE_FIELD.c.value == bindparam("value"),
    )
    .order_by(CASE_FIELD.c.case_id)
    .limit(PEERS_MAX)
)

_PICKS = select(PICKED.c.user_id, PICKED.c.picked_at).where(
    PICKED.c.definition == bindparam("definition"), PICKED.c.state == bindparam("state")
)

DRAWS = "draws"
"""The name of the secret that seeds of draws are made of."""

_SECRET = select(SECRET.c.value).where(SECRET.c.name == bindparam("name"))

_TITLES = (
    select(CASES.c.code, CASES.c.title, CASES.c.unit, CASES.c.state)
    .where(CASES.c.definition == bindparam("definition"))
    .order_by(CASES.c.id)
)

_PUBLISHED = (
    select(DEFINITION.c.version, DEFINITION.c.published_at)
    .where(DEFINITION.c.key == bindparam("key"), DEFINITION.c.published_at.is_not(None))
    .order_by(DEFINITION.c.version)
)

_OF_CODE = select(CASES.c.body).where(CASES.c.code == bindparam("code"))

_HOLDERS_OF = (
    select(CASES.c.code, CASES.c.body)
    .where(CASES.c.id.in_(select(FILE.c.case_id).where(FILE.c.digest == bindparam("digest"))))
    .order_by(CASES.c.id)
)

_PEOPLE = select(
    USER.c.id, USER.c.username, USER.c.name, USER.c.unit, USER.c.email, USER.c.phone, USER.c.language, USER.c.enabled
)
_UNITS = select(UNIT.c.id, UNIT.c.kind, UNIT.c.name, UNIT.c.parent, UNIT.c.path, UNIT.c.head)
_MEMBERSHIPS = (
    select(MEMBERSHIP.c.user_id, MEMBERSHIP.c.role, MEMBERSHIP.c.unit)
    .where(
        or_(MEMBERSHIP.c.from_on.is_(None), MEMBERSHIP.c.from_on <= bindparam("on")),
        or_(MEMBERSHIP.c.until_on.is_(None), MEMBERSHIP.c.until_on >= bindparam("on")),
    )
    .order_by(MEMBERSHIP.c.user_id, MEMBERSHIP.c.role, MEMBERSHIP.c.unit)
)
_BEGINS = select(func.min(MEMBERSHIP.c.from_on)).where(MEMBERSHIP.c.from_on > bindparam("on"))
_ENDS = select(func.min(MEMBERSHIP.c.until_on)).where(MEMBERSHIP.c.until_on >= bindparam("on"))
_DELEGATIONS = (
    select(
        DELEGATION.c.id,
        DELEGATION.c.giver,
        DELEGATION.c.taker,
        DELEGATION.c.from_at,
        DELEGATION.c.until_at,
        DELEGATION.c.definition,
        DELEGATION.c.amount_max,
    )
    .where(DELEGATION.c.revoked_at.is_(None))
    .order_by(DELEGATION.c.id)
)
_CALENDARS = select(
    CALENDAR.c.key,
    CALENDAR.c.zone,
    CALENDAR.c.opening,
    CALENDAR.c.closing,
    CALENDAR.c.weekend,
    CALENDAR.c.needs_announcement,
)
_YEARS = select(CALENDAR_YEAR.c.calendar, CALENDAR_YEAR.c.year, CALENDAR_YEAR.c.status)
_DAYS = select(CALENDAR_DAY.c.calendar, CALENDAR_DAY.c.day, CALENDAR_DAY.c.working)
_POLICIES = select(POLICY.c.key, POLICY.c.from_on, POLICY.c.value).order_by(POLICY.c.key, POLICY.c.from_on)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, without what proves it."""

    id: str
    username: str
    name: str
    unit: str
    email: str
    phone: str
    language: str
    enabled: bool


class Membership(Struct, frozen=True):
    """A role held in a unit on the day of the snapshot."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """A standing authorisation that was not revoked. Money in fen."""

    id: str
    giver: str
    taker: str
    from_at: datetime
    until_at: datetime
    definition: str | None
    amount_max: int | None


class Directory(Struct, frozen=True):
    """The organisation on the days from `since` to `until`, in which no membership begins or ends.

    `holders` are the enabled users by role and unit.
    """

    units: Mapping[str, Unit]
    people: Mapping[str, Person]
    memberships: Mapping[str, tuple[Membership, ...]]
    holders: Mapping[tuple[str, str], tuple[str, ...]]
    delegations: tuple[Delegation, ...]
    calendars: Mapping[str, WorkingCalendar]
    policies: Mapping[str, tuple[tuple[date, Json], ...]]
    since: date = date.min
    until: date = date.max

    @property
    def county(self) -> Unit | None:
        """The unit above all others; None before a county is founded."""
        return next((unit for unit in self.units.values() if unit.kind == "county" and unit.parent is None), None)

    def person(self, user_id: str) -> Person:
        """Give an account; `NotFound` when there is none."""
        found = self.people.get(user_id)
        if found is None:
            raise NotFound(f"user {user_id}")
        return found

    def actor(self, user_id: str, now: datetime) -> Actor:
        """Give a person with all principals, own and lent; `NotFound` when they may not work."""
        person = self.people.get(user_id)
        if person is None or not person.enabled:
            raise NotFound(f"user {user_id}")
        own = self.principals(user_id)
        lent: dict[str, tuple[Standing, ...]] = {}
        for one in self.delegations:
            giver = self.people.get(one.giver)
            if one.taker != user_id or not one.from_at <= now < one.until_at or giver is None or not giver.enabled:
                continue
            standing = Standing(one.id, one.giver, one.definition, one.amount_max)
            for principal in self.principals(one.giver) - own:
                lent[principal] = (*lent.get(principal, ()), standing)
        return Actor(user_id, person.name, person.unit, own | lent.keys(), lent)

    def principals(self, user_id: str) -> frozenset[str]:
        """Give what a user holds themself: their own name, their unit and their roles."""
        roles = self.memberships.get(user_id, ())
        person = self.people.get(user_id)
        home = {group(ANYBODY, person.unit)} if person is not None else set()
        return frozenset({user(user_id)} | home | {group(one.role, one.unit) for one in roles})


class CaseFacts(Struct, frozen=True):
    """`engine.facts.Facts` within one transaction: the directory, and other cases as they are now."""

    directory: Directory
    connection: Connection
    seen: dict[str, Kept] = field(default_factory=dict)

    def calendar(self, key: str) -> WorkingCalendar:
        """Give a working calendar."""
        found = self.directory.calendars.get(key)
        if found is None:
            raise NotFound(f"calendar {key}")
        return found

    def unit(self, unit_id: str) -> Unit | None:
        """Give a unit."""
        return self.directory.units.get(unit_id)

    def members(self, role: str, unit_id: str) -> tuple[str, ...]:
        """Give the enabled holders of a role in a unit."""
        return self.directory.holders.get((role, unit_id), ())

    def loads(self, users: Collection[str]) -> dict[str, int]:
        """Count the open tasks of some people."""
        return open_tasks(self.connection, users)

    def picks(self, definition: str, state: str) -> dict[str, datetime]:
        """Give when people were last picked in a state."""
        return dict(self.connection.rows(_PICKS, definition=definition, state=state))

    def seed(self, name: str) -> str:
        """Give the seed of a draw: keyed by the secret that was made with the database."""
        found = self.connection.one(_SECRET, name=DRAWS)
        assert found is not None
        return hmac.new(found[0].encode(), name.encode(), sha256).hexdigest()

    def is_enabled(self, user_id: str) -> bool:
        """Say whether a user may work."""
        person = self.directory.people.get(user_id)
        return person is not None and person.enabled

    def unit_of(self, user_id: str) -> str | None:
        """Give the unit of a user."""
        person = self.directory.people.get(user_id)
        return person.unit if person is not None else None

    def policy(self, key: str, on: date) -> Json:
        """Give the newest value that is in force on a day."""
        values = self.directory.policies.get(key, ())
        return next((value for from_on, value in reversed(values) if from_on <= on), None)

    def peers(self, definition: str, field: str, value: Json) -> tuple[Case, ...]:
        """Give the cases with this value in a summary field."""
        found = self.connection.rows(_PEERS, definition=definition, field=field, value=value_key(value))
        return tuple(read_case(body) for (body,) in found)

    def titles(self, definition: str) -> tuple[Titled, ...]:
        """Give the titles of all cases of a definition."""
        return tuple(Titled(*row) for row in self.connection.rows(_TITLES, definition=definition))

    def published(self, definition: str) -> tuple[tuple[int, datetime], ...]:
        """Give the published versions of a definition, retired ones as well."""
        return tuple((version, at) for version, at in self.connection.rows(_PUBLISHED, key=definition))

    def case(self, code: str) -> Case | None:
        """Give a case by its code."""
        found = self.connection.one(_OF_CODE, code=code)
        return None if found is None else read_case(found[0])

    def holders_of(self, digest: str) -> tuple[str, ...]:
        """Give the cases that hold a file of these bytes; one that was handed in and dropped again does not count."""
        found = self.connection.rows(_HOLDERS_OF, digest=digest)
        return tuple(code for code, body in found if digest in digests_in(read_case(body).data))

    def answers(self, case_id: str) -> Answers:
        """Count the answers to the survey of a case."""
        return surveys.answers(self.connection, case_id)

    def balances(self, scope: str) -> Totals:
        """Give the balances of one ledger."""
        return self.ledger(scope).totals

    def ledger(self, scope: str) -> Kept:
        """Read a ledger once; what was decided on it is written only if it is still so."""
        if scope not in self.seen:
            self.seen[scope] = kept(self.connection, scope)
        return self.seen[scope]

    def history(self, case_id: str) -> tuple[Record, ...]:
        """Give the records of a case, as they are in this transaction."""
        return histories.history(self.connection, case_id)


class DirectoryCache:
    """The last snapshot, shared by all threads of a process."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = Lock()
        self._held: tuple[int, Directory] | None = None

    def get(self, connection: Connection, now: datetime) -> Directory:
        """Give the organisation as it is now, looking at the database's version first."""
        return self.of_version(number(connection, DIRECTORY), connection, now)

    def of_version(self, version: int, connection: Connection, now: datetime) -> Directory:
        """Give the organisation of a version that was just read."""
        held, today = self._held, now.astimezone(ZONE).date()
        if held is not None and held[0] == version and held[1].since <= today <= held[1].until:
            return held[1]
        with self._lock:
            self._held = (version, read_directory(connection, today))
            return self._held[1]


def read_directory(connection: Connection, on: date) -> Directory:
    """Read the whole organisation as it is on a day, and how long it stays so if nobody changes it."""
    people = {row[0]: Person(*row) for row in connection.rows(_PEOPLE)}
    memberships: dict[str, list[Membership]] = {}
    holders: dict[tuple[str, str], list[str]] = {}
    for person in sorted(people.values(), key=lambda one: one.id):
        if person.enabled:
            holders.setdefault((ANYBODY, person.unit), []).append(person.id)
    for user_id, role, unit in connection.rows(_MEMBERSHIPS, on=on):
        memberships.setdefault(user_id, []).append(Membership(role, unit))
        if user_id in people and people[user_id].enabled:
            holders.setdefault((role, unit), []).append(user_id)
    begins, ends = connection.rows(_BEGINS, on=on), connection.rows(_ENDS, on=on)
    turns = [date.max, *(day - ONE_DAY for (day,) in begins if day), *(day for (day,) in ends if day)]
    return Directory(
        units=read_units(connection),
        people=people,
        memberships={user_id: tuple(roles) for user_id, roles in memberships.items()},
        holders={key: tuple(users) for key, users in holders.items()},
        delegations=tuple(Delegation(*row) for row in connection.rows(_DELEGATIONS)),
        calendars=_calendars(connection),
        policies=_policies(connection),
        since=on,
        until=min(turns),
    )


def read_units(connection: Connection) -> dict[str, Unit]:
    """Read all units."""
    return {row[0]: Unit(*row) for row in connection.rows(_UNITS)}


def _calendars(connection: Connection) -> dict[str, WorkingCalendar]:
    exceptions: dict[tuple[str, int], dict[date, bool]] = {}
    for key, day, working in connection.rows(_DAYS):
        exceptions.setdefault((key, day.year), {})[day] = working
    years: dict[str, list[CalendarYear]] = {}
    for key, year, status in connection.rows(_YEARS):
        days = exceptions.get((key, year), {})
        years.setdefault(key, []).append(CalendarYear.of(year, YearStatus(status), days))
    return {
        key: WorkingCalendar(
            key,
            tuple(years.get(key, ())),
            ZoneInfo(zone),
            time.fromisoformat(opening),
            time.fromisoformat(closing),
            frozenset(int(day) for day in weekend.split(",") if day),
            needs_announcement,
        )
        for key, zone, opening, closing, weekend, needs_announcement in connection.rows(_CALENDARS)
    }


def _policies(connection: Connection) -> dict[str, tuple[tuple[date, Json], ...]]:
    values: dict[str, list[tuple[date, Json]]] = {}
    for key, from_on, value in connection.rows(_POLICIES):
        values.setdefault(key, []).append((from_on, read_json(value)))
    return {key: tuple(steps) for key, steps in values.items()}
