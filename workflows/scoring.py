"""Scoring by experts: sheets in, verdicts out. Exact (fractions), pure, the same on every machine.

Source: scoring model of 100 points in three dimensions; numbers marked [D] are the county's choice. A panel of five
or more drops its highest and its lowest sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

POINTS_MAX: Mapping[str, int] = {
    "a1": 14,
    "a2": 10,
    "a3": 12,
    "a4": 4,
    "b1": 6,
    "b2": 8,
    "b3": 6,
    "b4": 6,
    "b5": 4,
    "c1": 10,
    "c2": 8,
    "c3": 6,
    "c4": 6,
}
"""Most points of each criterion; together 100."""

DIMENSIONS = ("a", "b", "c")
DIMENSION_MAX: Mapping[str, int] = {
    dimension: sum(most for name, most in POINTS_MAX.items() if name[0] == dimension) for dimension in DIMENSIONS
}
"""Social value 40, feasibility 30, use of money 30."""

PASS_POINTS = 75
PASS_SHARE_OF_DIMENSION = Fraction(60, 100)
PASS_SHARE_OF_PANEL = Fraction(2, 3)
TRIMMED_FROM_SHEETS = 5
REMARK_BELOW = Fraction(60, 100)
REMARK_ABOVE = Fraction(90, 100)
DEVIATION_MAX = 12
RANGE_MAX = 30
CRITERION_RANGE_SHARE_MAX = Fraction(50, 100)
SEVERITY_WEIGHT = 3
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """One expert's points by criterion (or by dimension, for a check after revision), and whether they recommend."""

    expert: str
    points: Mapping[str, int]
    recommends: bool

    @property
    def total(self) -> int:
        """All points of the sheet."""
        return sum(self.points.values())

    def of_dimension(self, dimension: str) -> int:
        """Points of one dimension."""
        return sum(points for name, points in self.points.items() if name[0] == dimension)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a panel's sheets come to."""

    total: Fraction
    dimensions: Mapping[str, Fraction]
    recommending: Fraction
    deviation_squared: Fraction
    spread: int
    wide_criteria: tuple[str, ...]

    @property
    def weak_dimensions(self) -> tuple[str, ...]:
        """Dimensions below 60% of their maximum."""
        return tuple(
            name for name in DIMENSIONS if self.dimensions[name] < PASS_SHARE_OF_DIMENSION * DIMENSION_MAX[name]
        )

    @property
    def passes(self) -> bool:
        """75 points, no weak dimension, two thirds of the panel recommend."""
        enough = self.total >= PASS_POINTS and self.recommending >= PASS_SHARE_OF_PANEL
        return enough and not self.weak_dimensions

    @property
    def is_dispersed(self) -> bool:
        """Standard deviation above 12, range above 30, or a criterion's range above half of its maximum."""
        wide = self.deviation_squared > DEVIATION_MAX**2 or self.spread > RANGE_MAX
        return wide or bool(self.wide_criteria)


def judge(sheets: Sequence[Sheet]) -> Verdict:
    """Judge a panel's sheets; there is at least one. The deviation is that of the whole panel (not of a sample)."""
    kept = trimmed(sheets)
    totals = [sheet.total for sheet in sheets]
    mean = Fraction(sum(totals), len(totals))
    return Verdict(
        total=_mean(sheet.total for sheet in kept),
        dimensions={name: _mean(sheet.of_dimension(name) for sheet in kept) for name in DIMENSIONS},
        recommending=Fraction(sum(sheet.recommends for sheet in sheets), len(sheets)),
        deviation_squared=_mean((Fraction(total) - mean) ** 2 for total in totals),
        spread=max(totals) - min(totals),
        wide_criteria=tuple(name for name in POINTS_MAX if _is_wide(name, sheets)),
    )


def trimmed(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Drop one highest and one lowest sheet of five or more; equal totals fall by the expert's id."""
    ordered = sorted(sheets, key=lambda sheet: (sheet.total, sheet.expert))
    return ordered[1:-1] if len(ordered) >= TRIMMED_FROM_SHEETS else ordered


def unexplained(points: Mapping[str, int], remarked: Iterable[str]) -> list[str]:
    """Give the criteria that need a comment and have none: below 60% or above 90% of the maximum."""
    explained = set(remarked)
    return [
        name
        for name, most in POINTS_MAX.items()
        if name not in explained and not REMARK_BELOW * most <= points.get(name, 0) <= REMARK_ABOVE * most
    ]


def hundredths(points: Fraction) -> str:
    """Write points with two decimals, half up: `78.67`."""
    scaled = (points.numerator * _HUNDREDTHS * 2 + points.denominator) // (points.denominator * 2)
    return f"{scaled // _HUNDREDTHS}.{scaled % _HUNDREDTHS:02}"


def deviation(verdict: Verdict) -> str:
    """Write the standard deviation with two decimals, cut."""
    square = verdict.deviation_squared * _HUNDREDTHS**2
    return hundredths(Fraction(isqrt(square.numerator // square.denominator), _HUNDREDTHS))


def suggested_return_points(cost_per_head: Fraction, median_of_category: Fraction) -> Fraction:
    """Suggest the points of C2 from the yearly cost per person served against the median of its category."""
    ratio = cost_per_head / median_of_category
    share = min(max(Fraction(3, 2) - ratio / 2, Fraction(0)), Fraction(1))
    return POINTS_MAX["c2"] * share


def severity(own: Sequence[int], means_of_others: Sequence[Fraction]) -> Fraction:
    """Estimate how much an expert scores above (below) the others, drawn towards zero when there is little to go by.

    Advice for the panel's office only: it never changes a score.
    """
    if not own:
        return Fraction(0)
    above = _mean(Fraction(mine) - others for mine, others in zip(own, means_of_others, strict=True))
    return Fraction(len(own), len(own) + SEVERITY_WEIGHT) * above


def _is_wide(criterion: str, sheets: Sequence[Sheet]) -> bool:
    points = [sheet.points[criterion] for sheet in sheets if criterion in sheet.points]
    return bool(points) and max(points) - min(points) > CRITERION_RANGE_SHARE_MAX * POINTS_MAX[criterion]


def _mean(numbers: Iterable[int | Fraction]) -> Fraction:
    values = list(numbers)
    return Fraction(sum(values), len(values))
