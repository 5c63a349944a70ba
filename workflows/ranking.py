"""The order of the reserve pool: priority tags and class, priority index, and the order of a batch with its ties.

Source: domain rules of the pool, all weights [D]. Exact and pure; ties end in a draw that anybody can repeat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

TAG_POINTS: Mapping[str, tuple[str, int]] = {"efficiency": ("a1", 10), "business": ("a2", 7), "livelihood": ("a3", 9)}
"""Criterion and points in the trimmed mean that grant each priority tag."""

CLASS_ONE_POINTS = 85
PENALTY_MAX = 10
PENALTY_OF_OVERDUE = 2
URGENT_DAYS = 90
SOON_DAYS = 180
READY_PARTS = 5
_FULL = 100


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the index counts besides the panel's total. `funded_percentile` is the township's, of money a head."""

    parts_ready: int
    days_to_deadline: int | None
    funded_percentile: Fraction
    overdue_measures: int = 0
    missed_reports: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project of a batch, as it is ranked. `funded_per_head` and `cost_per_head` in fen; `completed_at` sorts."""

    code: str
    priority_class: int
    index: Fraction
    points_a: Fraction
    cost_per_head: Fraction
    funded_per_head: Fraction
    completed_at: str


def priority_tags(criterion_means: Mapping[str, Fraction], *, measurable: bool) -> tuple[str, ...]:
    """Give the tags granted: enough points in the tag's criterion, and a target that can be measured."""
    granted = (tag for tag, (criterion, points) in TAG_POINTS.items() if criterion_means.get(criterion, 0) >= points)
    return tuple(granted) if measurable else ()


def priority_class(tags: Sequence[str], total: Fraction) -> int:
    """Class 1: a tag and 85 points; class 2: a tag; class 3: none."""
    if not tags:
        return 3
    return 1 if total >= CLASS_ONE_POINTS else 2


def priority_index(total: Fraction, readiness: Readiness) -> Fraction:
    """Compute 0.75 total + 0.10 readiness + 0.10 urgency + 0.05 equity, less the penalty."""
    parts = (
        Fraction(75, 100) * total,
        Fraction(10, 100) * Fraction(_FULL * readiness.parts_ready, READY_PARTS),
        Fraction(10, 100) * urgency(readiness.days_to_deadline),
        Fraction(5, 100) * _FULL * (1 - readiness.funded_percentile),
    )
    return sum(parts, Fraction(0)) - penalty(readiness)


def urgency(days_to_deadline: int | None) -> int:
    """Give 100 within 90 days of a policy deadline, 60 within 180, else 20."""
    if days_to_deadline is None or days_to_deadline > SOON_DAYS:
        return 20
    return 100 if days_to_deadline <= URGENT_DAYS else 60


def penalty(readiness: Readiness) -> int:
    """Give 2 points for each overdue measure or finding and 1 for each missed report, 10 at most."""
    return min(PENALTY_OF_OVERDUE * readiness.overdue_measures + readiness.missed_reports, PENALTY_MAX)


def ranked(candidates: Sequence[Candidate], seed: str) -> list[Candidate]:
    """Order a batch: class, index, then dimension A, cost a head, money a head, time of submission, public draw.

    The draw sorts by SHA-256 of the project's code and the batch's seed, whose hash is published when the call opens.
    """
    return sorted(candidates, key=lambda one: _place(one, seed))


def _place(one: Candidate, seed: str) -> tuple[object, ...]:
    drawn = sha256(f"{one.code}{seed}".encode()).hexdigest()
    index = round(one.index * _FULL)
    return (
        one.priority_class,
        -index,
        -one.points_a,
        one.cost_per_head,
        one.funded_per_head,
        one.completed_at,
        drawn,
    )


DECIDES = ("class", "index", "points_a", "cost_per_head", "funded_per_head", "submitted_at", "draw")
"""What orders two projects, the first that differs: in the order of `_place`."""


def decided_by(first: Candidate, second: Candidate, seed: str) -> str:
    """Name what put one project before another; from the third on it is what broke a tie."""
    pairs = zip(DECIDES, _place(first, seed), _place(second, seed), strict=True)
    return next((name for name, one, other in pairs if one != other), DECIDES[-1])
