"""A county of a few cases in memory, as figures and reports read one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.definition import Definition
from engine.values import Json
from tests.workflows.guards.trial import NOW, case
from tests.workflows.procedure import shelf
from workflows.figures.basis import Basis
from workflows.figures.cells import Counted
from workflows.figures.register import FIGURES
from workflows.funds.books import Books
from workflows.funds.posting import Entry
from workflows.reports.ground import Move, Wanted
from workflows.reports.lines import Index


def at(day: str) -> datetime:
    """Give the evening of a day in the county, when its office is closed."""
    return datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=UTC)


def made(
    number: str,
    state: str,
    definition: str = "township-project",
    opened: str = "",
    entered: str = "",
    **data: Any,  # noqa: ANN401  # data
) -> Case:
    """Give a case that was begun and came to its state on some days."""
    found = case(number, state, data, definition)
    return replace(
        found,
        opened_at=at(opened) if opened else found.opened_at,
        entered_at=at(entered) if entered else found.entered_at,
    )


def stay(project: Case, state: str, entered: str, left: str = "", to: str = "", action: str = "") -> Move:
    """Give the stay of a project in a step."""
    return Move(project.id, 1, state, at(entered), at(left) if left else None, to, action)


@dataclass
class SmallCounty:
    """`workflows.reports.ground.Ground` over what is given. A unit is its own township; no holidays."""

    every: Sequence[Case]
    moved: Sequence[Move] = ()
    policies: Mapping[str, Json] = field(default_factory=dict)
    entries: Mapping[str, Sequence[Entry]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Give the day of all trials."""
        return NOW.date()

    def day(self, at: datetime) -> date:
        """Give the day of a moment."""
        return at.date()

    def knows(self, key: str) -> bool:
        """Say whether it is a shipped procedure."""
        return key in shelf()

    def cases(self, key: str) -> list[Case]:
        """Give those of a procedure."""
        return [one for one in self.every if one.definition == key]

    def definition(self, key: str, version: int | None = None) -> Definition:  # noqa: ARG002  # a port
        """Give a shipped procedure."""
        return shelf()[key].definition

    def books(self, project: str) -> Books:
        """Give what was booked."""
        return Books().after_all(self.entries.get(project, ()))

    def township(self, unit: str) -> str:
        """Give the unit."""
        return unit

    def moves(self, key: str) -> Sequence[Move]:
        """Give the stays of projects."""
        return self.moved if key == "township-project" else ()

    def working_days(self, key: str, start: datetime, end: datetime) -> Fraction:  # noqa: ARG002  # a port
        """Count by a calendar without holidays."""
        return WorkingCalendar("cn").days_between(start, end)

    def policy(self, key: str) -> Json:
        """Give what is set."""
        return self.policies.get(key)

    def facts(self, name: str) -> Iterable[Mapping[str, str | int]]:  # noqa: ARG002  # a port
        """Give nothing."""
        return ()


def counted(name: str, county: SmallCounty, year: int | None = None) -> list[Counted]:
    """Make a figure of it."""
    return list(FIGURES[name](Basis(Index(county), Wanted(year))))


def values(line: Counted) -> dict[str, Any]:
    """Give the values of a line, without what is behind them."""
    return {name: cell.value for name, cell in line.items()}
