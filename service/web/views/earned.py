"""A project's progress as its page shows it: milestones beside the first baseline, earned value, months as a curve."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from service.telling import ZONE as CHINA
from service.web.charts import Lines, Series, round_top
from service.web.formats import Formats
from service.web.views.reader import Reader
from workflows.earned_value import EarnedValue, Point
from workflows.guards.reading import Row, day_in, number_in, text_in
from workflows.progress import PERCENT, Course

GRID_LINES = 4
INDEX_PLACES = 2


class Stone(Struct, frozen=True):
    """A milestone: its finish as first approved (None: new since) and now; percent planned by today and accepted."""

    name: str
    weight: int
    first_finish: date | None
    finish: date | None
    planned: int
    accepted: int
    is_late: bool


class Figures(Struct, frozen=True):
    """What the page says in figures; indices and the forecast as words, "" where there is nothing to tell them from."""

    value: EarnedValue
    planned: int
    first_planned: int
    actual: int
    schedule_index: str
    cost_index: str
    last_month: str
    missing: Sequence[str]
    unknown: Sequence[str]
    changes: Sequence[str]


def stones(course: Course) -> list[Stone]:
    """Give every milestone in force."""
    first = {text_in(row, "milestone"): row for row in course.first_plan}
    return [_stone(course, row, first) for row in course.plan]


def _stone(course: Course, row: Row, first: Mapping[str, Row]) -> Stone:
    name, finish = text_in(row, "milestone"), day_in(row, "finish_on")
    accepted = course.done.get(name, 0)
    return Stone(
        name,
        number_in(row, "weight"),
        day_in(first.get(name, {}), "finish_on"),
        finish,
        int(course.planned(plan=[row]) * PERCENT),
        accepted,
        is_late=finish is not None and finish < course.today and accepted < PERCENT,
    )


def figures(course: Course, value: EarnedValue) -> Figures:
    """Give the figures of a project today."""
    last = course.last
    return Figures(
        value,
        planned=int(course.planned() * PERCENT),
        first_planned=int(course.planned(plan=course.first_plan) * PERCENT),
        actual=int(course.actual() * PERCENT),
        schedule_index=_index(value.schedule_index),
        cost_index=_index(value.cost_index),
        last_month=text_in(last.data, "month") if last is not None else "",
        missing=course.missing(),
        unknown=course.unknown(),
        changes=[code for code, _ in course.plans if code],
    )


def _index(index: Fraction | None) -> str:
    return "" if index is None else f"{float(index):.{INDEX_PLACES}f}"


def months_of(points: Sequence[Point], reader: Reader) -> Lines | None:
    """Draw planned, earned and spent money over the months; None where there is no plan or no budget.

    A month without an accepted report keeps the last height, and its words say that nothing is known.
    """
    if not points or not any(point.planned for point in points):
        return None
    t, formats = reader.t, Formats(reader.t, CHINA)
    heights: list[int] = []
    for point in points:
        heights.append(point.earned if point.earned is not None else (heights[-1] if heights else 0))
    words = [formats.rounded(point.earned) if point.earned is not None else t("earned.unknown") for point in points]
    planned, spent = [point.planned for point in points], [point.spent for point in points]
    top = round_top((*planned, *heights, *spent))
    series = [
        Series(t("earned.pv"), planned, [formats.rounded(fen) for fen in planned]),
        Series(t("earned.ev"), heights, words),
        Series(t("earned.ac"), spent, [formats.rounded(fen) for fen in spent]),
    ]
    tops = [formats.rounded(top * step // GRID_LINES) for step in range(GRID_LINES + 1)]
    return Lines("earned", t("earned.curve"), t("earned.month"), [point.month for point in points], series, top, tops)
