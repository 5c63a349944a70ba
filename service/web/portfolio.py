"""The open projects of a reader as a whole: how many are where, which need somebody, which money is held up."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from adapters.sql.directory import ZONE
from adapters.sql.reads.cases import CaseLine, Filter
from adapters.sql.reads.overview import (
    STANDINGS_MAX,
    Crowd,
    Doubtful,
    Standing,
    crowds,
    doubtful,
    ids_of,
    last_deeds_beside,
    standings,
    stops,
    versions_in_use,
)
from adapters.sql.reads.summaries import summaries
from engine.calendar import WorkingCalendar
from engine.definition import Definition, StateKind
from engine.refusal import NotFound
from engine.standing import amount_of, money_field
from engine.values import Json
from service.http.lists import scope_of
from service.web.lists import Address
from service.web.reading import Look
from workflows.funds.papers import PAYMENT
from workflows.health import QUIET_DAYS, SOON_DAYS, Health, Signs
from workflows.screening.townships import township_of

PROJECT, WARNING = "township-project", "warning"
PARENT_FIELD = "project"
"""The summary field by which what stands beside a project names it."""

HELD_STATES = ("held", "failed")
"""Where payments do not go on by themselves."""

YEARS = range(2000, 2101)
OPEN_PROJECTS = Filter(definition=PROJECT, is_closed=False)


class Narrowing(Struct, frozen=True):
    """What the reader looks at: of a unit and those below it, and begun in a year."""

    unit: str = ""
    year: int | None = None

    @classmethod
    def read(cls, address: Address) -> "Narrowing":
        """Read it from `?unit=T01&year=2026`; what is no year is no narrowing."""
        year = address.get("year")
        is_year = year.isascii() and year.isdecimal() and int(year[:5]) in YEARS
        return cls(address.get("unit"), int(year) if is_year else None)

    @property
    def query(self) -> dict[str, str]:
        """The parameters that say it."""
        said = {"unit": self.unit, "year": str(self.year or "")}
        return {name: value for name, value in said.items() if value}


EVERYTHING = Narrowing()


class Member(Struct, frozen=True):
    """An open project that is not green: how it stands, and whose it is."""

    line: CaseLine
    signs: Signs
    township: str

    @property
    def health(self) -> Health:
        """Its light."""
        return self.signs.health


class Wait(Struct, frozen=True):
    """An open project that somebody works on or waits for, and how many working days it is where it is."""

    code: str
    title: str
    state: str
    days: float


class Troubles(Struct, frozen=True):
    """What needs somebody: projects that are late, red, stuck; open warnings by colour; payments held up (fen)."""

    late: int
    red: int
    stuck: int
    warnings: Mapping[str, int]
    held: int
    held_amount: int
    is_cut: bool


class Portfolio(Struct, frozen=True):
    """How many are where, by unit; those that are not green; and what needs somebody."""

    crowds: Sequence[Crowd]
    members: Sequence[Member]
    troubles: Troubles


def narrowed(found: Look, narrowing: Narrowing, wanted: Filter) -> Filter:
    """Add a narrowing to a filter; `NotFound` when there is no such unit."""
    if narrowing.unit:
        unit = found.facts.directory.units.get(narrowing.unit)
        if unit is None:
            raise NotFound(f"unit {narrowing.unit}")
        wanted = replace(wanted, below=unit.path)
    return replace(wanted, opened=span_of(narrowing.year)) if narrowing.year else wanted


def span_of(year: int) -> tuple[datetime, datetime]:
    """Give the moments between which a local year lies."""
    first, last = (datetime(one, 1, 1, tzinfo=ZONE).astimezone(UTC) for one in (year, year + 1))
    return first, last


def portfolio(found: Look, narrowing: Narrowing) -> Portfolio:
    """Look at the open projects that the reader sees, one by one only where one may not be green."""
    alarms, versions = _alarms(found, narrowing), _versions(found)
    doubted = _doubted(found, narrowing, versions, _soon(found, versions), _colours(alarms))
    counted = _troubles(found, narrowing, [signs for _, signs in doubted], alarms)
    return Portfolio(_crowds(found, narrowing, versions), _members(found, doubted), counted)


def members(found: Look, narrowing: Narrowing) -> list[Member]:
    """Give the open projects that are not green."""
    versions, colours = _versions(found), _colours(_alarms(found, narrowing))
    return _members(found, _doubted(found, narrowing, versions, _soon(found, versions), colours))


def green(found: Look, narrowing: Narrowing) -> frozenset[str]:
    """Name the open projects that nothing is the matter with."""
    every = ids_of(found.connection, scope_of(found.caller), narrowed(found, narrowing, OPEN_PROJECTS))
    return every - {one.line.id for one in members(found, narrowing)}


def troubles(found: Look, narrowing: Narrowing) -> Troubles:
    """Count what needs somebody, looking only at the projects that may: the database leaves out all others."""
    alarms = _alarms(found, narrowing)
    colours = _colours(alarms)
    red = {code: held for code, held in colours.items() if Health.RED.value in held}
    doubted = _doubted(found, narrowing, _versions(found), found.reader.now, red)
    return _troubles(found, narrowing, [signs for _, signs in doubted], alarms)


def waits(found: Look, narrowing: Narrowing) -> list[Wait]:
    """Give the open projects in which somebody works."""
    versions = _versions(found)
    working, calendars = _working(versions), _calendars(found, versions)
    states = tuple(sorted({state for _, state in working}))
    wanted = narrowed(found, narrowing, replace(OPEN_PROJECTS, states=states))
    days: dict[tuple[int, date], float] = {}
    waiting = []
    for one in stops(found.connection, scope_of(found.caller), wanted):
        if (one.version, one.state) in working:
            calendar = calendars[one.version]
            key = one.version, calendar.local_day(one.entered_at)
            if key not in days:
                days[key] = float(calendar.days_between(one.entered_at, found.reader.now))
            waiting.append(Wait(one.code, one.title, one.state, days[key]))
    return waiting


def _versions(found: Look) -> dict[int, Definition]:
    """Give the procedures that open projects follow, by version."""
    versions = versions_in_use(found.connection, PROJECT)
    return {version: found.definition(PROJECT, version) for version in versions}


def _working(versions: Mapping[int, Definition]) -> set[tuple[int, str]]:
    """Give the states of projects in which somebody works, by version."""
    return {
        (version, state.name)
        for version, definition in versions.items()
        for state in definition.states.values()
        if state.kind is StateKind.WORK
    }


def _calendars(found: Look, versions: Mapping[int, Definition]) -> dict[int, WorkingCalendar]:
    return {version: calendar_of(found, definition) for version, definition in versions.items()}


def _soon(found: Look, versions: Mapping[int, Definition]) -> datetime:
    """Give a moment before which every deadline lies that is soon by any of the calendars, and few others."""
    now = found.reader.now
    return max((one.shift(now, SOON_DAYS + 2).at for one in _calendars(found, versions).values()), default=now)


def _crowds(found: Look, narrowing: Narrowing, versions: Mapping[int, Definition]) -> Sequence[Crowd]:
    of_money = {version: money_field(definition) for version, definition in versions.items()}
    fields = {version: name for version, name in of_money.items() if name is not None}
    return crowds(found.connection, scope_of(found.caller), narrowed(found, narrowing, OPEN_PROJECTS), fields)


def _doubted(
    found: Look,
    narrowing: Narrowing,
    versions: Mapping[int, Definition],
    due_before: datetime,
    colours: Mapping[str, Collection[str]],
) -> list[tuple[CaseLine, Signs]]:
    """Give the open projects that may need somebody, with what is known of them."""
    quiet_since = found.reader.now - timedelta(days=QUIET_DAYS - 1)
    doubt = Doubtful(due_before, quiet_since, {state for _, state in _working(versions)}, colours)
    lines = doubtful(found.connection, scope_of(found.caller), narrowed(found, narrowing, OPEN_PROJECTS), doubt)
    beside = _beside(found, [one.line.code for one in lines])
    return [(one.line, _signs(found, one, beside, colours)) for one in lines]


def _members(found: Look, doubted: Sequence[tuple[CaseLine, Signs]]) -> list[Member]:
    return [
        Member(line, signs, township_of(line.unit, found.facts))
        for line, signs in doubted
        if signs.health is not Health.GREEN
    ]


def _troubles(
    found: Look, narrowing: Narrowing, signs: Sequence[Signs], alarms: Collection[Mapping[str, Json]]
) -> Troubles:
    held = _read(found, narrowing, Filter(definition=PAYMENT, states=HELD_STATES))
    return Troubles(
        late=sum(one.is_late for one in signs),
        red=sum(one.health is Health.RED for one in signs),
        stuck=sum(one.is_stuck for one in signs),
        warnings=Counter(str(values.get("colour", "")) for values in alarms),
        held=len(held),
        held_amount=_sum(found, held),
        is_cut=len(signs) == STANDINGS_MAX,
    )


def _read(found: Look, narrowing: Narrowing, wanted: Filter) -> Sequence[Standing]:
    return standings(found.connection, scope_of(found.caller), narrowed(found, narrowing, wanted))


def _alarms(found: Look, narrowing: Narrowing) -> Collection[Mapping[str, Json]]:
    """Give the summary fields of open warnings."""
    lines = _read(found, narrowing, Filter(definition=WARNING, is_closed=False))
    return summaries(found.connection, (one.line.id for one in lines)).values()


def _colours(alarms: Collection[Mapping[str, Json]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for values in alarms:
        found.setdefault(str(values.get(PARENT_FIELD, "")), set()).add(str(values.get("colour", "")))
    return found


def _sum(found: Look, held: Sequence[Standing]) -> int:
    values = summaries(found.connection, (one.line.id for one in held))
    amounts = (amount_of(found.definition(one.line.definition, one.line.version), values[one.line.id]) for one in held)
    return sum(amount or 0 for amount in amounts)


def _signs(found: Look, one: Standing, beside: Mapping[str, datetime], colours: Mapping[str, Collection[str]]) -> Signs:
    definition = found.definition(one.line.definition, one.line.version)
    last = max(one.last_deed_at, beside.get(one.line.code, one.last_deed_at))
    return signs_of(found, one.line, definition, last, colours.get(one.line.code, ()))


def _beside(found: Look, codes: Collection[str]) -> dict[str, datetime]:
    """Give the last deeds in processes that stand beside projects."""
    library = found.front.assembly.library
    keys = [
        key
        for key in library.published()
        for parent in [found.definition(key).parent]
        if parent is not None and parent.field == PARENT_FIELD
    ]
    return last_deeds_beside(found.connection, keys, PARENT_FIELD, codes)


def signs_of(found: Look, line: CaseLine, definition: Definition, last: datetime, colours: Collection[str]) -> Signs:
    """Say what is known of an open project, in working days of its calendar."""
    calendar, now = calendar_of(found, definition), found.reader.now
    return Signs(
        None if line.due_at is None else float(calendar.days_between(line.due_at, now)),
        float(calendar.days_between(last, now)),
        is_resting=definition.states[line.state].kind is not StateKind.WORK,
        colours=frozenset(colours),
        is_late=line.due_at is not None and line.due_at < now,
    )


def calendar_of(found: Look, definition: Definition) -> WorkingCalendar:
    """Give the calendar a definition counts with."""
    return found.facts.directory.calendars[definition.calendar]


def today(found: Look) -> date:
    """Give the local day."""
    return found.reader.now.astimezone(ZONE).date()
