"""Earned value: the formulas, their edges, and the curve from plan, reports and ledger."""

from datetime import date, datetime
from fractions import Fraction

import pytest

from adapters.memory.facts import MemoryFacts
from engine.case import Case, Mark
from tests.workflows.guards.test_reporting import PLAN, report
from tests.workflows.guards.trial import OPENED, case
from workflows.earned_value import EarnedValue, Point, curve, earned_value
from workflows.funds.books import Books
from workflows.funds.chart import APPROVED, FREE, SPENT
from workflows.funds.posting import Entry, Movement, Place, Posting
from workflows.progress import Course

AT = Place(
    project="QH-2026-project", source="S", year=2026, line="1", bank="B", contract="C", milestone="1", payment="P"
)
BUDGET = Entry(Movement.ACTIVATE, date(2026, 8, 20), (Posting(APPROVED, FREE, 1_000_00, AT),))


def paid(on: date, fen: int) -> Entry:
    """A payment of so much."""
    return Entry(Movement.PAY, on, (Posting(FREE, SPENT, fen, AT),))


@pytest.mark.parametrize(
    ("spent", "earned", "estimate", "is_bounded"),
    [
        (0, 0, 100, False),
        (0, 50, 100, False),
        (50, 50, 100, False),
        (60, 50, 120, False),
        (40, 50, 80, False),
        (50, 10, 500, False),
        (60, 10, 500, True),
        (10, 0, None, False),
    ],
)
def test_the_forecast(spent: int, earned: int, estimate: int | None, is_bounded: bool) -> None:  # a column
    """Budget by cost index, which counts as a fifth at least; none where nothing was earned for the money."""
    value = EarnedValue(budget=100, planned=50, earned=earned, spent=spent)
    assert (value.estimate, value.is_bounded) == (estimate, is_bounded)


def test_the_indices() -> None:
    """None where there is nothing to divide by."""
    assert EarnedValue(100, 0, 10, 0).schedule_index is None
    assert EarnedValue(100, 0, 10, 0).cost_index is None
    value = EarnedValue(100, 50, 40, 80)
    assert (value.schedule_index, value.cost_index) == (Fraction(4, 5), Fraction(1, 2))


def delivered(today: date, *beside: Case) -> Course:
    """The project with what stands beside it."""
    facts = MemoryFacts()
    project = case("project", "implementing", {"baseline": PLAN})
    project.actors = {"approved.start": Mark("pam", OPENED)}
    for one in beside:
        facts.cases.put(one)
    return Course(project, facts, today)


def test_the_curve_follows_plan_reports_and_ledger() -> None:
    """Month by month; a month without an accepted report earns nothing known, and is not drawn as if it did."""
    september = report(
        "2026-09", verified=[{"milestone": "build", "accepted": 30}, {"milestone": "train", "accepted": 0}]
    )
    course = delivered(date(2026, 11, 15), september, report("2026-10", "twp_verify"))
    entries = (BUDGET, paid(date(2026, 9, 30), 100_00), paid(date(2026, 11, 2), 50_00))
    build = Fraction(60, 100) / 90
    assert curve(course, entries) == [
        Point("2026-09", int(build * 29 * 1_000_00), int(build * 29 * 1_000_00), 180_00, 100_00),
        Point("2026-10", int(build * 60 * 1_000_00), int(build * 60 * 1_000_00), None, 100_00),
        Point("2026-11", *(2 * (int((build * 75 + Fraction(40, 100) * Fraction(14, 59)) * 1_000_00),)), None, 150_00),
    ]
    value = earned_value(course, Books().after_all(entries))
    assert (value.budget, value.earned, value.spent) == (1_000_00, 180_00, 150_00)


def test_a_changed_plan_is_shown_beside_the_first() -> None:
    """A project that moved its finish looks on time by the plan in force, and late by the first baseline."""
    later = [row | {"finish_on": "2027-06-30"} for row in PLAN]
    change = case("c", "closed", {"project": "QH-2026-project", "new_milestones": later}, "project-change")
    change.entered_at = datetime.fromisoformat("2026-10-10T02:00:00+00:00")
    (*_, last) = curve(delivered(date(2026, 11, 15), change), (BUDGET,))
    assert last.planned < last.first_planned


def test_before_the_start_there_is_no_curve() -> None:
    """And none for a project without a plan."""
    assert curve(delivered(date(2026, 8, 31)), (BUDGET,)) == []
