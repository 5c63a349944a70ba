"""Weights for the next call, proposed from what became of projects that experts scored. Exact, bounded, reproducible.

A criterion is held against what its own dimension came to (value: benefits and satisfaction; feasibility: outputs and
process; use of money: execution and cost): of two projects, did the one with more points also come out better?
Agreeing less opposing pairs by all pairs is Kendall's tau-a. It counts only beyond chance, drawn towards zero where
projects are few, and moves points only within its dimension: what value, feasibility and thrift are worth to each
other is for people to say. Only projects that were admitted have results; that is a limit of every such comparison.

Source: rules for next year's weights drawn from results (domain S19 c, S69 a) [D]; variance of tau: Kendall 1938 [K].
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from workflows.performance import Z
from workflows.scoring import DIMENSIONS

WEIGHT_MIN, WEIGHT_MAX = 1, 60
"""Least and most points of a criterion, as a call takes them."""


class Reason(StrEnum):
    """Why a weight is proposed as it is."""

    FEW = "few"
    UNCLEAR = "unclear"
    BALANCE = "balance"
    FORETELLS = "foretells"
    MISLEADS = "misleads"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far results may go [D]: fewest projects, how many count as few, most points a weight moves a year."""

    projects_min: int = 8
    shrink: int = 10
    change_max: int = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """A project's mean points by criterion, and the share (0 to 1) of its aims it reached, by dimension where known."""

    points: Mapping[str, Fraction]
    reached: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a criterion's points and the results of `projects` projects go together, pair by pair; ties are neither."""

    projects: int
    agreeing: int
    opposing: int

    @property
    def correlation(self) -> Fraction:
        """Give Kendall's tau-a, from -1 to 1; 0 of fewer than two projects."""
        pairs = self.projects * (self.projects - 1) // 2
        return Fraction(self.agreeing - self.opposing, pairs) if pairs else Fraction(0)

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would show as much in fewer than five of a hundred times."""
        n = self.projects
        return n > 1 and self.correlation**2 > Z * Z * Fraction(2 * (2 * n + 5), 9 * n * (n - 1))


@dataclass(frozen=True, slots=True)
class Proposed:
    """A criterion's weight as it is and as proposed, in points, with the evidence and the reason."""

    criterion: str
    weight: int
    proposed: int
    evidence: Evidence
    reason: Reason

    @property
    def change(self) -> int:
        """Points more (or less) than now."""
        return self.proposed - self.weight


def propose(weights: Mapping[str, int], outcomes: Sequence[Outcome], limits: Limits) -> list[Proposed]:
    """Propose the next weights; those of each dimension add up to what they add up to now."""
    return [one for dimension in DIMENSIONS for one in _dimension(dimension, weights, outcomes, limits)]


def _dimension(
    dimension: str, weights: Mapping[str, int], outcomes: Sequence[Outcome], limits: Limits
) -> Iterator[Proposed]:
    own = {name: weight for name, weight in weights.items() if name.startswith(dimension)}
    found = {name: compare(name, outcomes) for name in own}
    wanted = {name: weight * (1 + _pull(found[name], limits)) for name, weight in own.items()}
    whole, asked = sum(own.values()), sum(wanted.values(), Fraction(0))
    new = _rounded({name: wish * whole / asked for name, wish in wanted.items()}, own, limits.change_max)
    for name, weight in own.items():
        reason = _reason(found[name], limits, is_moved=new[name] != weight)
        yield Proposed(name, weight, new[name], found[name], reason)


def compare(criterion: str, outcomes: Iterable[Outcome]) -> Evidence:
    """Hold a criterion's points against the results of its dimension, two projects at a time."""
    dimension = criterion[0]
    known = [
        (one.points[criterion], one.reached[dimension])
        for one in outcomes
        if criterion in one.points and dimension in one.reached
    ]
    signs = [(points - more) * (reached - better) for (points, reached), (more, better) in combinations(known, 2)]
    return Evidence(len(known), sum(one > 0 for one in signs), sum(one < 0 for one in signs))


def _pull(found: Evidence, limits: Limits) -> Fraction:
    if found.projects < limits.projects_min or not found.is_clear:
        return Fraction(0)
    return found.correlation * Fraction(found.projects, found.projects + limits.shrink)


def _rounded(wanted: Mapping[str, Fraction], weights: Mapping[str, int], change_max: int) -> dict[str, int]:
    """Give the whole points nearest to what is wanted, within the limit of a year and with the same sum as now.

    From the lowest allowed, each further point goes to the criterion that lacks most, in the model's order.
    """
    highest = {name: min(WEIGHT_MAX, weight + change_max) for name, weight in weights.items()}
    new = {name: max(WEIGHT_MIN, weight - change_max) for name, weight in weights.items()}
    for _ in range(sum(weights.values()) - sum(new.values())):
        new[max((name for name in new if new[name] < highest[name]), key=lambda name: wanted[name] - new[name])] += 1
    return new


def _reason(found: Evidence, limits: Limits, *, is_moved: bool) -> Reason:
    if found.projects >= limits.projects_min and found.is_clear:
        return Reason.FORETELLS if found.correlation > 0 else Reason.MISLEADS
    if is_moved:
        return Reason.BALANCE
    return Reason.FEW if found.projects < limits.projects_min else Reason.UNCLEAR
