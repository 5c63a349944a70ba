"""Points of a performance evaluation: indicator by indicator, the satisfaction survey, the grade. Exact and pure.

Source: three kinds of evaluation, document 2020 no. 10: grades from 90, 80 and 60 points [V]; formulas and sample
errors are the county's design [D].
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, sqrt

GRADES: tuple[tuple[int, str], ...] = ((90, "A"), (80, "B"), (60, "C"))
"""Least points of each grade; below the last it is D."""

LEVELS: Mapping[str, int] = {"excellent": 100, "good": 80, "fair": 60, "poor": 30, "bad": 0}
"""What an answer of each level counts in the satisfaction score [D]."""

ERROR_BY_TIER: Mapping[str, Fraction] = {
    "T1": Fraction(10, 100),
    "T2": Fraction(10, 100),
    "T3": Fraction(7, 100),
    "T4": Fraction(5, 100),
}
"""Sampling error allowed by tier, at 95 % confidence, where the county set none [D]."""

Z = Fraction(196, 100)
"""Standard normal quantile of 95 % confidence."""

SAMPLE_MIN = 30
RANGE_ZERO = Fraction(50, 100)
"""So far outside a range its points have fallen to nothing, where the county set nothing [D]."""


class Direction(StrEnum):
    """How an indicator's actual value is held against its target."""

    HIGHER = "higher"
    LOWER = "lower"
    EQUAL = "equal"
    RANGE = "range"
    LEVEL = "level"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the tree. `weight` in points; `high` is the upper end of a range; a level is a percentage reached."""

    direction: Direction
    weight: int
    target: Fraction
    actual: Fraction
    high: Fraction | None = None


def points(it: Indicator, range_zero: Fraction = RANGE_ZERO) -> Fraction:
    """Give the points of an indicator, between 0 and its weight; `range_zero` outside a range they are nothing."""
    return it.weight * min(Fraction(1), max(Fraction(0), _share(it, range_zero)))


def _share(it: Indicator, range_zero: Fraction) -> Fraction:
    match it.direction:
        case Direction.HIGHER:
            return it.actual / it.target if it.target > 0 else Fraction(1)
        case Direction.LOWER:
            return it.target / it.actual if it.actual > 0 else Fraction(1)
        case Direction.EQUAL:
            off = abs(it.actual - it.target)
            return 1 - off / it.target if it.target > 0 else Fraction(off == 0)
        case Direction.RANGE:
            return _share_in_range(it, range_zero)
        case Direction.LEVEL:
            return it.actual / 100
        case Direction.YES_NO:
            return Fraction(it.actual >= 1)


def _share_in_range(it: Indicator, range_zero: Fraction) -> Fraction:
    high = it.high if it.high is not None else it.target
    edge = it.target if it.actual < it.target else min(it.actual, high)
    off = abs(it.actual - edge)
    return 1 - off / (edge * range_zero) if edge > 0 and range_zero > 0 else Fraction(off == 0)


def execution_points(paid: int, budget: int, weight: int = 10) -> Fraction:
    """Give the points of the execution rate: paid by current budget, both in fen from the ledger."""
    return weight * min(Fraction(1), Fraction(paid, budget)) if budget > 0 else Fraction(0)


def grade(score: Fraction) -> str:
    """Give the grade A, B, C or D of a score of 100."""
    return next((letter for least, letter in GRADES if score >= least), "D")


def satisfaction(answers: Mapping[str, int]) -> Fraction:
    """Give the satisfaction of 100 from the number of answers of each level; 0 without answers."""
    count = sum(answers.values())
    return Fraction(sum(LEVELS[level] * number for level, number in answers.items()), count) if count else Fraction(0)


def interval(answers: Mapping[str, int]) -> Fraction:
    """Give half the width of the 95 % interval of the satisfaction score, in points; 0 for fewer than two answers."""
    count, mean = sum(answers.values()), satisfaction(answers)
    if count < 2:  # noqa: PLR2004  # a spread needs two
        return Fraction(0)
    squares = sum((number * (LEVELS[level] - mean) ** 2 for level, number in answers.items()), Fraction(0))
    return Z * Fraction(sqrt(squares / (count - 1) / count)).limit_denominator(10**6)


def sample_needed(population: int, error: Fraction) -> int:
    """Give the least number of valid answers for so many people served: n >= N z2 p(1-p) / (e2 (N-1) + z2 p(1-p)).

    `error` is the sampling error allowed. Never below 30, unless fewer are served: then everybody is asked.
    """
    spread = Z * Z / 4
    needed = ceil(population * spread / (error * error * (population - 1) + spread)) if population else 0
    return min(population, max(SAMPLE_MIN, needed))


def total(table: Iterable[Indicator]) -> Fraction:
    """Give the sum of the points of all indicators."""
    return sum((points(one) for one in table), Fraction(0))
