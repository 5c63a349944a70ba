"""What a warning rule looks at and what it answers: values, and the bands a county sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import cached_property

from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.facts import Facts
from engine.values import Json
from workflows.beside import standing_beside
from workflows.earned_value import EarnedValue, earned_value
from workflows.funds.books import Books
from workflows.funds.papers import PROJECT, lines_of
from workflows.funds.policy import Policy
from workflows.guards.reading import Row
from workflows.progress import CALENDAR, Course

__all__ = ["PROJECT", "Alert", "Colour", "Watched"]


class Colour(IntEnum):
    """How bad it is; a later one is worse."""

    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def word(self) -> str:
        """The colour as data and texts write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule that holds for one thing: a project, a milestone, a case beside it. `why` are the figures behind it."""

    rule: str
    colour: Colour
    object: str
    why: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Watched:
    """A project as the rules see it on a day: its data, the cases beside it, its books, the county's bands."""

    project: Case
    facts: Facts
    now: datetime

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working calendar."""
        return self.facts.calendar(CALENDAR)

    @cached_property
    def today(self) -> date:
        """The local day."""
        return self.calendar.local_day(self.now)

    @cached_property
    def books(self) -> Books:
        """The project's books."""
        return Books(self.facts.balances(self.project.code))

    @cached_property
    def course(self) -> Course:
        """The project's plan and reports."""
        return Course(self.project, self.facts, self.today)

    @cached_property
    def value(self) -> EarnedValue:
        """The project's earned value."""
        return earned_value(self.course, self.books)

    def beside(self, definition: str) -> tuple[Case, ...]:
        """Give the cases of a procedure beside the project."""
        return standing_beside(self.facts, definition, self.project.code)

    def rows(self, table: str) -> list[Row]:
        """Give the rows of a table of the project."""
        return lines_of(self.project.data, table)

    def working_days_since(self, on: date | datetime) -> int:
        """Count the working days after a day, up to today; 0 for one that lies ahead."""
        first = self.calendar.local_day(on) if isinstance(on, datetime) else on
        return self.calendar.working_days(first, self.today) if first < self.today else 0

    def policy(self, area: str) -> Policy:
        """Give the county's policies of an area, as in force on the day."""
        return Policy(self.facts.policy, self.today, area)

    def colour(self, rule: str, figure: int) -> Colour | None:
        """Give the worst colour whose band the figure reaches, by the county's policy `warnings.RULE`; else None."""
        bands = self.facts.policy(f"warnings.{rule}", self.today)
        reached = [
            Colour[str(band["colour"]).upper()]
            for band in (bands if isinstance(bands, list) else ())
            if isinstance(band, dict) and isinstance(band["from"], int) and figure >= band["from"]
        ]
        return max(reached, default=None)

    def alert(self, rule: str, figure: int, subject: str = "", **why: Json) -> list[Alert]:
        """Give the alert for a figure of a rule, none when no band is reached."""
        colour = self.colour(rule, figure)
        shown: dict[str, Json] = {"figure": figure, **why}
        return [] if colour is None else [Alert(rule, colour, subject or self.project.code, shown)]
