"""Reports for one reader: the declared tables filled from the database, as of a moment, with the ledgers' digest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache, cached_property

from adapters import shipped
from adapters.sql.anchors import digest_of
from adapters.sql.directory import CaseFacts
from adapters.sql.reads.cases import Scope
from adapters.sql.reads.ledger import heads
from adapters.sql.reads.moves import moves_at
from adapters.sql.reads.reporting import books_at, cases_at, heads_at
from adapters.sql.statements import Connection
from engine.case import Case
from engine.definition import Definition, Field
from engine.facts import Unit
from engine.ports import Library
from engine.refusal import NotFound, Refusal, Refused
from engine.sensitive import covered
from engine.texts import Text
from engine.values import Json
from service.telling import ZONE
from service.web.views.reader import Reader
from service.web.views.values import said
from workflows.figures.basis import Basis
from workflows.funds.books import Books
from workflows.funds.papers import SOURCES
from workflows.reports.declared import Catalogue, Report, read_catalogue
from workflows.reports.ground import Move, Wanted
from workflows.reports.lines import Index
from workflows.reports.making import Made, make
from workflows.screening.townships import TOWNSHIP, township_of
from workflows.shipped import REPORTS

NOW_SECONDS = 1
"""A moment so little ago is now."""


@cache
def catalogue() -> Catalogue:
    """Give all declared reports."""
    return read_catalogue(shipped.table(REPORTS))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: a report as of a moment (None: now), of a year, a township, a way to money."""

    code: str
    at: datetime | None = None
    year: int | None = None
    township: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A report that was made. `digest` is the SHA-256 over the last hashes of all ledgers as of then."""

    report: Report
    asked: Asked
    as_of: datetime
    digest: str
    sheets: tuple[Made, ...]


@dataclass(frozen=True)
class Desk:
    """Where reports are made for a reader: the database as it is read, what they see, what only the service knows."""

    connection: Connection
    library: Library
    reader: Reader
    scope: Scope
    facts: Mapping[str, Callable[[], Iterable[Mapping[str, str | int]]]] = field(default_factory=dict)

    def make(self, asked: Asked) -> Finished:
        """Make a report; NotFound when there is none, Refused when it would be too long or is of the future."""
        (done,) = self.make_all([asked.code], asked)
        return done

    def make_all(self, codes: Iterable[str], asked: Asked) -> list[Finished]:
        """Make several reports of the same, from one reading."""
        at, basis = self._moment(asked), self.basis(asked)
        ends = heads(self.connection) if at is None else heads_at(self.connection, at)
        digest, as_of = digest_of(sorted(ends.items())), at or self.reader.now
        return [self._one(code, replace(asked, code=code), basis, as_of, digest) for code in codes]

    def basis(self, asked: Asked) -> Basis:
        """Give what a report's figures are counted from; raises as `make` does."""
        ground = _Ground(self, self._moment(asked), self._path(asked.township))
        return Basis(Index(ground), Wanted(asked.year, asked.source))

    def _one(self, code: str, asked: Asked, basis: Basis, as_of: datetime, digest: str) -> Finished:
        report = catalogue().reports.get(code)
        if report is None:
            raise NotFound(code)
        return Finished(report, asked, as_of, digest, make(report, catalogue(), basis, _Words(self.reader)))

    def _moment(self, asked: Asked) -> datetime | None:
        if asked.at is None or abs(asked.at - self.reader.now) < timedelta(seconds=NOW_SECONDS):
            return None
        if asked.at > self.reader.now:
            raise Refused(Refusal("report.future", where="as_of"))
        return asked.at

    def _path(self, township: str | None) -> str | None:
        if not township:
            return None
        unit = self.reader.rendering.directory.units.get(township)
        if unit is None:
            raise NotFound(f"unit {township}")
        return unit.path


def townships(units: Iterable[Unit], paths: Sequence[str] | None) -> list[Unit]:
    """Give the townships somebody may choose from: those within or around what they see (None: everything)."""
    found = [unit for unit in units if unit.kind == TOWNSHIP]
    if paths is not None:
        found = [unit for unit in found if unit.path.startswith(tuple(paths)) or _holds(unit.path, paths)]
    return sorted(found, key=lambda unit: unit.path)


def _holds(path: str, paths: Sequence[str]) -> bool:
    return any(one.startswith(path) for one in paths)


SOURCE_KEYS = tuple(SOURCES)
"""The ways to money that may be asked for."""


@dataclass(frozen=True)
class _Words:
    """`workflows.reports.ground.Words` for a reader."""

    reader: Reader

    def says(self, text: Text) -> str:
        """Give a text."""
        return self.reader.says(text)

    def said(self, field: Field, value: Json) -> str:
        """Put a value into words."""
        return said(self.reader, field, covered(value) if field.sensitive and isinstance(value, str) else value)

    def person(self, user_id: str) -> str:
        """Name a person."""
        return self.reader.person(user_id)

    def unit(self, unit_id: str) -> str:
        """Name a unit."""
        return self.reader.unit(unit_id)


@dataclass(frozen=True)
class _Ground:
    """`workflows.reports.ground.Ground` over a database; everything is read once."""

    desk: Desk
    at: datetime | None
    below: str | None
    _cases: dict[str, tuple[Case, ...]] = field(default_factory=dict)
    _books: dict[str, Books] = field(default_factory=dict)
    _moves: dict[str, tuple[Move, ...]] = field(default_factory=dict)
    _days: dict[datetime, date] = field(default_factory=dict)

    @cached_property
    def known(self) -> CaseFacts:
        """The organisation and the cases as they are now, as rules ask for them."""
        return CaseFacts(self.desk.reader.rendering.directory, self.desk.connection)

    @property
    def today(self) -> date:
        """Give the local day."""
        return self.day(self.at or self.desk.reader.now)

    def day(self, at: datetime) -> date:
        """Give the local day of a moment."""
        if at not in self._days:
            self._days[at] = at.astimezone(ZONE).date()
        return self._days[at]

    def knows(self, key: str) -> bool:
        """Say whether a procedure is published."""
        return key in self.desk.library.published()

    def cases(self, key: str) -> tuple[Case, ...]:
        """Give the cases of a procedure."""
        if key not in self._cases:
            found = cases_at(self.desk.connection, self.desk.scope, key, self.below, self.at) if self.knows(key) else ()
            self._cases[key] = found
        return self._cases[key]

    def definition(self, key: str, version: int | None = None) -> Definition:
        """Give a procedure."""
        return self.desk.library.get(key, version).definition

    def books(self, project: str) -> Books:
        """Give the books of a project."""
        if project not in self._books:
            self._books[project] = books_at(self.desk.connection, project, self.at)
        return self._books[project]

    def township(self, unit: str) -> str:
        """Give the township of a unit; the unit itself where it belongs to none."""
        return township_of(unit, self.known)

    def moves(self, key: str) -> tuple[Move, ...]:
        """Give the stays of cases in their steps."""
        if key not in self._moves:
            self._moves[key] = tuple(moves_at(self.desk.connection, self.desk.scope, key, self.below, self.at))
        return self._moves[key]

    def working_days(self, key: str, start: datetime, end: datetime) -> Fraction:
        """Count working days by a procedure's calendar."""
        calendar = self.desk.reader.rendering.directory.calendars[self.definition(key).calendar]
        return calendar.days_between(start, end)

    def policy(self, key: str) -> Json:
        """Give what the county set, as in force on the day."""
        return self.known.policy(key, self.today)

    def facts(self, name: str) -> Iterable[Mapping[str, str | int]]:
        """Give what only the service can find out."""
        return self.desk.facts[name]()
