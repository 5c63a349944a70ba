"""What projects set out to reach, and what evaluations measured of it.

A target is the application's, with the value found before the project; the value reached is the one that the latest
performance evaluation measured under the same name. Source: efficiency before and after (domain S4 a, §5.4) [D].
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from engine.case import Case
from engine.values import Json
from workflows.figures.basis import Basis
from workflows.figures.cells import PERCENT
from workflows.funds.papers import lines_of
from workflows.guards.reading import day_in, text_in

EVALUATION = "performance-evaluation"


@dataclass(frozen=True, slots=True)
class Goal:
    """One target of a project. `actual` is None until it was measured, by the evaluation `by`."""

    project: Case
    indicator: str
    measure: str
    baseline: Decimal
    target: Decimal
    due_on: date | None
    actual: Decimal | None = None
    by: Case | None = None

    @property
    def is_reached(self) -> bool:
        """Whether what was measured is as good as the target: less where less was wanted, more where more was."""
        if self.actual is None:
            return False
        return self.actual <= self.target if self.target < self.baseline else self.actual >= self.target

    @property
    def uplift(self) -> Fraction | None:
        """By how many percent of the former value it got better (negative: worse); None where that can not be said."""
        if self.actual is None or not self.baseline:
            return None
        change = Fraction(self.actual) - Fraction(self.baseline)
        better = -change if self.target < self.baseline else change
        return better * PERCENT / abs(Fraction(self.baseline))


def goals(it: Basis, project: Case) -> Iterator[Goal]:
    """Give the targets of a project in order."""
    measured = _measured(it, project)
    for row in lines_of(project.data, "targets"):
        name, baseline, target = text_in(row, "indicator"), decimal(row.get("baseline")), decimal(row.get("target"))
        if name and baseline is not None and target is not None:
            actual, by = measured.get(name.strip(), (None, None))
            yield Goal(project, name, text_in(row, "measure"), baseline, target, day_in(row, "due_on"), actual, by)


def _measured(it: Basis, project: Case) -> dict[str, tuple[Decimal | None, Case | None]]:
    found: dict[str, tuple[Decimal | None, Case | None]] = {}
    for evaluation in sorted(it.beside(EVALUATION, project), key=lambda one: one.opened_at):
        for row in lines_of(evaluation.data, "indicators"):
            actual = decimal(row.get("actual"))
            if actual is not None:
                found[text_in(row, "name").strip()] = (actual, evaluation)
    return found


def decimal(value: Json) -> Decimal | None:
    """Read a number of a form; None where there is none."""
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
