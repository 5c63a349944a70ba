"""What is to be paid for a loan or a bond, and what was: rows of its plan (`schedule`), `repayments` and `incomes`.

A row of the plan without a day of its own falls due on the last day of its year.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from workflows.funds.policy import PERCENT
from workflows.guards.reading import Row, day_in, lines_in, number_in

REPAID_STATES: Mapping[str, frozenset[str]] = {
    "policy-loan": frozenset({"drawing", "repaid"}),
    "special-bond": frozenset({"using", "matured"}),
}
"""Sources that are repaid, with their states in which something may be due."""

LAST_MONTH, LAST_DAY = 12, 31


@dataclass(frozen=True, slots=True)
class Debt:
    """The debt service of one source: what falls due when, what was paid, and what each year brought in; in fen."""

    due: tuple[tuple[date, int], ...]
    paid: int
    incomes: Mapping[int, int]

    def due_before(self, day: date) -> int:
        """Give what was to be paid before a day."""
        return sum(amount for on, amount in self.due if on < day)

    def overdue(self, day: date) -> int:
        """Give what was to be paid before a day and was not."""
        return max(self.due_before(day) - self.paid, 0)

    def next_due(self, day: date) -> tuple[date, int] | None:
        """Give when the next payment falls due, on the day itself or later, and what of it is not paid yet."""
        sum_due = 0
        for on, amount in self.due:
            sum_due += amount
            if on >= day and sum_due > self.paid:
                return on, min(amount, sum_due - self.paid)
        return None

    def cover(self, year: int) -> int | None:
        """Give a year's income by what fell due in it, in percent; None when nobody has told the income."""
        due = sum(amount for on, amount in self.due if on.year == year)
        return self.incomes[year] * PERCENT // due if year in self.incomes and due else None

    def years(self) -> list[int]:
        """Give the years in which something falls due, in order."""
        return sorted({on.year for on, amount in self.due if amount})


def debt(data: Row) -> Debt:
    """Read the debt service of a source."""
    due = sorted((due_on(row), _service(row)) for row in lines_in(data.get("schedule")))
    incomes = {number_in(row, "year"): number_in(row, "income") for row in lines_in(data.get("incomes"))}
    return Debt(tuple(due), sum(map(_service, lines_in(data.get("repayments")))), incomes)


def due_on(row: Row) -> date:
    """Give the day on which a row of the plan falls due."""
    return day_in(row, "due_on") or date(number_in(row, "year"), LAST_MONTH, LAST_DAY)


def misdated(rows: Iterable[Row]) -> list[int]:
    """Give the lines (from 1) of a plan whose day is not in its year."""
    return [line for line, row in enumerate(rows, 1) if due_on(row).year != number_in(row, "year")]


def _service(row: Row) -> int:
    return number_in(row, "principal") + number_in(row, "interest")
