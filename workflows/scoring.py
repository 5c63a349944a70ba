"""Scoring by experts: sheets in, verdicts out. Exact (fractions), pure, the same on every machine.

Source: scoring model of 100 points in three dimensions; numbers marked [D] are the county's choice. A panel of five
or more drops its highest and its lowest sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt, lcm

from workflows.ranking import USUAL, Priorities

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

_SCALE: Mapping[str, int] = {**DIMENSION_MAX, **POINTS_MAX}
_STEPS = lcm(*_SCALE.values())
"""What every scale divides: points of different scales are added up in parts of it."""

TRIMMED_FROM_SHEETS = 5
SEVERITY_WEIGHT = 3
_HUNDREDTHS = 100
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Rubric:
    """How sheets are weighed and what passes, as shipped [D]; a call sets weights and marks, the county the rest.

    `weights` are the points that criteria count of a hundred: the scale on which experts score is stretched to them.
    """

    weights: Mapping[str, int] = field(default_factory=lambda: POINTS_MAX)
    pass_points: int = 75
    dimension_percent: int = 60
    panel_share: Fraction = Fraction(2, 3)
    deviation_max: int = 12
    range_max: int = 30
    criterion_range_percent: int = 50
    remark_below_percent: int = 60
    remark_above_percent: int = 90
    revise_points: int = 60
    priorities: Priorities = USUAL

    def weight(self, name: str) -> int:
        """Give the points that a criterion, or a dimension, counts."""
        own = self.weights.get(name)
        return sum(most for each, most in self.weights.items() if each[0] == name) if own is None else own

    def points(self, sheet: "Sheet", dimension: str = "") -> Fraction:
        """Give the weighed points of a sheet, or of one dimension of it."""
        named = ((name, points) for name, points in sheet.points.items() if name.startswith(dimension))
        return Fraction(sum(points * self.weight(name) * (_STEPS // _SCALE[name]) for name, points in named), _STEPS)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One expert's points by criterion (or by dimension, for a check after revision), and whether they recommend."""

    expert: str
    points: Mapping[str, int]
    recommends: bool


STANDARD = Rubric()
"""The rubric as shipped."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a panel's sheets come to under a rubric. `criteria` are the kept sheets' means, on their own scales."""

    total: Fraction
    dimensions: Mapping[str, Fraction]
    recommending: Fraction
    deviation_squared: Fraction
    spread: Fraction
    wide_criteria: tuple[str, ...]
    criteria: Mapping[str, Fraction] = field(default_factory=dict)
    rubric: Rubric = STANDARD

    @property
    def weak_dimensions(self) -> tuple[str, ...]:
        """Dimensions below the share of their weight that is needed (60%)."""
        least = self.rubric.dimension_percent
        return tuple(name for name in DIMENSIONS if self.dimensions[name] * _PERCENT < least * self.rubric.weight(name))

    @property
    def passes(self) -> bool:
        """Enough points (75), no weak dimension, enough of the panel recommend (two thirds)."""
        enough = self.total >= self.rubric.pass_points and self.recommending >= self.rubric.panel_share
        return enough and not self.weak_dimensions

    @property
    def is_dispersed(self) -> bool:
        """Standard deviation above 12, range above 30, or a criterion's range above half of its maximum."""
        wide = self.deviation_squared > self.rubric.deviation_max**2 or self.spread > self.rubric.range_max
        return wide or bool(self.wide_criteria)


def judge(sheets: Sequence[Sheet], rubric: Rubric = STANDARD) -> Verdict:
    """Judge a panel's sheets; there is at least one. The deviation is that of the whole panel (not of a sample)."""
    kept = trimmed(sheets, rubric)
    totals = [rubric.points(sheet) for sheet in sheets]
    mean = _mean(totals)
    return Verdict(
        total=_mean(rubric.points(sheet) for sheet in kept),
        dimensions={name: _mean(rubric.points(sheet, name) for sheet in kept) for name in DIMENSIONS},
        recommending=Fraction(sum(sheet.recommends for sheet in sheets), len(sheets)),
        deviation_squared=_mean((total - mean) ** 2 for total in totals),
        spread=max(totals) - min(totals),
        wide_criteria=tuple(name for name in POINTS_MAX if _is_wide(name, sheets, rubric)),
        criteria={name: _mean(sheet.points.get(name, 0) for sheet in kept) for name in POINTS_MAX},
        rubric=rubric,
    )


def trimmed(sheets: Sequence[Sheet], rubric: Rubric = STANDARD) -> list[Sheet]:
    """Drop one highest and one lowest sheet of five or more; equal totals fall by the expert's id."""
    ordered = sorted(sheets, key=lambda sheet: (rubric.points(sheet), sheet.expert))
    return ordered[1:-1] if len(ordered) >= TRIMMED_FROM_SHEETS else ordered


def unexplained(points: Mapping[str, int], remarked: Iterable[str], rubric: Rubric = STANDARD) -> list[str]:
    """Give the criteria that need a comment and have none: below 60% or above 90% of the maximum."""
    explained = set(remarked)
    return [name for name, most in POINTS_MAX.items() if name not in explained and _is_extreme(points, name, rubric)]


def _is_extreme(points: Mapping[str, int], name: str, rubric: Rubric) -> bool:
    given, most = points.get(name, 0) * _PERCENT, POINTS_MAX[name]
    return not rubric.remark_below_percent * most <= given <= rubric.remark_above_percent * most


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


def severity(own: Sequence[int | Fraction], means_of_others: Sequence[Fraction]) -> Fraction:
    """Estimate how much an expert scores above (below) the others, drawn towards zero when there is little to go by.

    Advice for the panel's office only: it never changes a score.
    """
    if not own:
        return Fraction(0)
    above = _mean(Fraction(mine) - others for mine, others in zip(own, means_of_others, strict=True))
    return Fraction(len(own), len(own) + SEVERITY_WEIGHT) * above


def _is_wide(criterion: str, sheets: Sequence[Sheet], rubric: Rubric) -> bool:
    points = [sheet.points[criterion] for sheet in sheets if criterion in sheet.points]
    wide = rubric.criterion_range_percent * POINTS_MAX[criterion]
    return bool(points) and (max(points) - min(points)) * _PERCENT > wide


def _mean(numbers: Iterable[int | Fraction]) -> Fraction:
    values = list(numbers)
    return Fraction(sum(values), len(values))
