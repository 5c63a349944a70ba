"""Points, samples and grades: the formulas of the evaluation, against figures worked out by hand."""

from fractions import Fraction

import pytest

from workflows.performance import (
    Direction,
    Indicator,
    execution_points,
    grade,
    interval,
    points,
    sample_needed,
    satisfaction,
)


@pytest.mark.parametrize(
    ("direction", "target", "actual", "high", "due"),
    [
        ("higher", 10, 8, None, 8),
        ("higher", 10, 13, None, 10),
        ("lower", 10, 20, None, 5),
        ("lower", 10, 0, None, 10),
        ("equal", 10, 8, None, 8),
        ("equal", 10, 30, None, 0),
        ("range", 10, 15, 20, 10),
        ("range", 10, 25, 20, 5),
        ("range", 10, 5, 20, 0),
        ("level", 0, 75, None, Fraction(75, 10)),
        ("yes_no", 1, 1, None, 10),
        ("yes_no", 1, 0, None, 0),
    ],
)
def test_points_of_an_indicator(direction: str, target: int, actual: int, high: int | None, due: Fraction) -> None:
    """Ten points, by how the actual value stands to its target; never above the weight, never below nothing."""
    end = None if high is None else Fraction(high)
    assert points(Indicator(Direction(direction), 10, Fraction(target), Fraction(actual), end)) == due


@pytest.mark.parametrize(
    ("population", "percent", "needed"),
    [(0, 10, 0), (20, 10, 20), (40, 10, 30), (1000, 10, 88), (1000, 5, 278), (10_000_000, 7, 196)],
)
def test_size_of_the_sample(population: int, percent: int, needed: int) -> None:
    """Figures of the textbook formula at 95 %; a small village is asked as a whole."""
    assert sample_needed(population, Fraction(percent, 100)) == needed


def test_satisfaction_and_its_interval() -> None:
    """Three of four very satisfied: 75 points give or take; nobody asked gives nothing."""
    assert satisfaction({"excellent": 3, "bad": 1}) == 75
    assert round(float(interval({"excellent": 3, "bad": 1})), 2) == 49.0
    assert [satisfaction({}), interval({})] == [0, 0]


def test_grades_and_execution() -> None:
    """The edges of each grade; spending above the budget earns no more than the weight."""
    assert [grade(Fraction(score)) for score in (90, 89, 80, 79, 60, 59)] == ["A", "B", "B", "C", "C", "D"]
    assert [execution_points(*pair) for pair in ((50, 100), (200, 100), (5, 0))] == [5, 10, 0]
