"""The order of the reserve pool: priority tags and class, priority index, and the order of a batch with its ties.

Source: domain rules of the pool, all weights [D]. Exact and pure; ties end in a draw that anybody can repeat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256

TAG_CRITERIA: Mapping[str, str] = {"efficiency": "a1", "business": "a2", "livelihood": "a3"}
"""The criterion whose points in the trimmed mean grant each priority tag."""

READY_PARTS = 5
_FULL = 100


@dataclass(frozen=True, slots=True)
class Priorities:
    """How the pool is ordered, as shipped [D]; a county sets each by policy.

    `tag_points` grant a tag, `class_one_points` with a tag make the first class. `index_percent` weighs the parts of
    the index. `urgency_points` count up to `urgent_days` before a policy deadline, up to `soon_days`, and else. The
    penalty is so many points for each overdue measure and each missed report, and no more than `penalty_max`.
    `best_grade_points` are added to the readiness of an office whose last evaluation was excellent.
    """

    tag_points: Mapping[str, int] = field(default_factory=lambda: {"efficiency": 10, "business": 7, "livelihood": 9})
    class_one_points: int = 85
    index_percent: Mapping[str, int] = field(
        default_factory=lambda: {"total": 75, "readiness": 10, "urgency": 10, "equity": 5}
    )
    urgent_days: int = 90
    soon_days: int = 180
    urgency_points: tuple[int, int, int] = (100, 60, 20)
    overdue_points: int = 2
    missed_points: int = 1
    penalty_max: int = 10
    best_grade_points: int = 2


USUAL = Priorities()
"""The priorities as shipped."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the index counts besides the panel's total. `funded_percentile` is the township's, of money a head."""

    parts_ready: int
    days_to_deadline: int | None
    funded_percentile: Fraction
    overdue_measures: int = 0
    missed_reports: int = 0
    is_excellent: bool = False


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


def priority_tags(
    criterion_means: Mapping[str, Fraction], *, measurable: bool, marks: Priorities = USUAL
) -> tuple[str, ...]:
    """Give the tags granted: enough points in the tag's criterion, and a target that can be measured."""
    points = marks.tag_points
    granted = (
        tag for tag, name in TAG_CRITERIA.items() if tag in points and criterion_means.get(name, 0) >= points[tag]
    )
    return tuple(granted) if measurable else ()


def priority_class(tags: Sequence[str], total: Fraction, marks: Priorities = USUAL) -> int:
    """Class 1: a tag and enough points (85); class 2: a tag; class 3: none."""
    if not tags:
        return 3
    return 1 if total >= marks.class_one_points else 2


def priority_index(total: Fraction, readiness: Readiness, marks: Priorities = USUAL) -> Fraction:
    """Compute 0.75 total + 0.10 readiness + 0.10 urgency + 0.05 equity (or the county's weights), less the penalty.

    Never below nothing: the index is a number of a hundred.
    """
    parts = {
        "total": total,
        "readiness": Fraction(ready_points(readiness, marks)),
        "urgency": Fraction(urgency(readiness.days_to_deadline, marks)),
        "equity": _FULL * (1 - readiness.funded_percentile),
    }
    weighed = sum((Fraction(marks.index_percent.get(name, 0), _FULL) * one for name, one in parts.items()), Fraction(0))
    return max(Fraction(0), weighed - penalty(readiness, marks))


def ready_points(readiness: Readiness, marks: Priorities = USUAL) -> int:
    """Give how ready a project is, of 100: the parts that are there, and a little for its office's last result."""
    shown = _FULL * readiness.parts_ready // READY_PARTS
    return min(_FULL, shown + marks.best_grade_points * readiness.is_excellent)


def urgency(days_to_deadline: int | None, marks: Priorities = USUAL) -> int:
    """Give 100 within 90 days of a policy deadline, 60 within 180, else 20 (or the county's points and days)."""
    urgent, soon, other = marks.urgency_points
    if days_to_deadline is None or days_to_deadline > marks.soon_days:
        return other
    return urgent if days_to_deadline <= marks.urgent_days else soon


def penalty(readiness: Readiness, marks: Priorities = USUAL) -> int:
    """Give 2 points for each overdue measure or finding and 1 for each missed report, 10 at most (or the county's)."""
    found = marks.overdue_points * readiness.overdue_measures + marks.missed_points * readiness.missed_reports
    return min(found, marks.penalty_max)


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
