"""Earned value of a project: what was planned, done and paid by a day, and what follows for the cost at completion.

Source: formulas of the design [D]: EV = sum of milestone weight x accepted share x budget, SPI = EV/PV, CPI = EV/AC,
EAC = budget/CPI. Exact: amounts in fen, ratios as fractions. AC is read from the ledger, nobody types it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from workflows.funds.books import Books
from workflows.funds.chart import APPROVED, SPENT
from workflows.funds.posting import Entry
from workflows.guards.reading import day_in, text_in
from workflows.progress import PERCENT, Course, last_day, months, verified, weighted

CPI_MIN = Fraction(20, 100)
"""Below this a forecast says nothing any more: it is made as if the index were this [D]."""


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """Where a project stands on a day: budget (BAC), planned (PV), earned (EV) and spent (AC), all in fen."""

    budget: int
    planned: int
    earned: int
    spent: int

    @property
    def schedule_index(self) -> Fraction | None:
        """SPI: earned by planned; None while nothing was planned."""
        return Fraction(self.earned, self.planned) if self.planned else None

    @property
    def cost_index(self) -> Fraction | None:
        """CPI: earned by spent; None while nothing was spent."""
        return Fraction(self.earned, self.spent) if self.spent else None

    @property
    def estimate(self) -> int | None:
        """EAC in fen: the budget by CPI, which counts as 0.2 at least; the budget while nothing was spent.

        None while money was spent and nothing is earned: there is nothing to tell the cost from.
        """
        index = self.cost_index
        if index is None:
            return self.budget
        return int(self.budget / max(index, CPI_MIN)) if self.earned else None

    @property
    def is_bounded(self) -> bool:
        """Whether the forecast was made with the least index instead of the real one."""
        return self.cost_index is not None and 0 < self.cost_index < CPI_MIN


@dataclass(frozen=True, slots=True)
class Point:
    """Where a project stood at the end of a month, in fen; `earned` is None for a month without an accepted report."""

    month: str
    planned: int
    first_planned: int
    earned: int | None
    spent: int


def earned_value(course: Course, books: Books, otherwise: int = 0) -> EarnedValue:
    """Give a project's earned value today; `otherwise` is the budget, in fen, where the ledger has none."""
    budget = books.amount(APPROVED) or otherwise
    return EarnedValue(
        budget=budget,
        planned=int(course.planned() * budget),
        earned=int(course.actual() * budget),
        spent=books.amount(SPENT),
    )


def curve(course: Course, entries: Iterable[Entry], otherwise: int = 0) -> list[Point]:
    """Give a project's months from the first planned start to today, the month that runs included.

    Planned by the plan in force and by the first baseline; money by the days of the ledger's entries.
    """
    starts = [day for row in (*course.plan, *course.first_plan) if (day := day_in(row, "start_on")) is not None]
    if not starts or min(starts) > course.today:
        return []
    known = list(entries)
    budget = Books().after_all(known).amount(APPROVED) or otherwise
    running = f"{course.today:%Y-%m}"
    closed = (month for month in months(min(starts), course.today) if month != running)
    return [_point(course, known, budget, month) for month in (*closed, running)]


def _point(course: Course, entries: list[Entry], budget: int, month: str) -> Point:
    on = min(last_day(month), course.today)
    return Point(
        month,
        planned=int(course.planned(on) * budget),
        first_planned=int(course.planned(on, course.first_plan) * budget),
        earned=_earned(course, month, budget),
        spent=Books().after_all(_until(entries, on)).amount(SPENT),
    )


def _earned(course: Course, month: str, budget: int) -> int | None:
    report = course.accepted.get(month)
    if report is None:
        return None
    done = verified(report)
    return int(weighted(course.plan, lambda row: Fraction(done.get(text_in(row, "milestone"), 0), PERCENT)) * budget)


def _until(entries: Iterable[Entry], on: date) -> Iterator[Entry]:
    return (entry for entry in entries if entry.on <= on)
